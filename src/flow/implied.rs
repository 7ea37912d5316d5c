//! What an author need not write: the options of a yes or no, the countries, the ends of a scale.

use super::model::{Choice, Field, Flow, Kind};
use crate::json::Numbers;

/// Puts the options in that a kind has by itself. `numbers` names the countries.
pub(super) fn complete(flow: &mut Flow, numbers: Numbers) {
    let locale = &flow.locale;
    for field in flow.fields.iter_mut().filter(|field| field.options.is_empty()) {
        let option = |id: &str, label: &str| Choice { id: id.into(), label: label.into(), ..Choice::default() };
        match field.kind {
            // Their words are the widget's own.
            Kind::YesNo => field.options.extend(["yes", "no"].map(|id| option(id, ""))),
            Kind::Country => {
                let names = (numbers.countries)(locale);
                field.options.extend(names.lines().filter_map(|line| Some(option(line.get(..2)?, line.get(3..)?))));
            }
            _ => {}
        }
    }
}

impl Field {
    /// The least number and the greatest, where there are such.
    pub fn limits(&self) -> (Option<f64>, Option<f64>) {
        match self.kind {
            Kind::Rating => (Some(1.0), Some(self.max.unwrap_or(5.0))),
            Kind::Nps => (Some(0.0), Some(10.0)),
            _ => (self.min, self.max),
        }
    }

    /// Every number that is an answer, where these are at most `most`.
    #[cfg(not(feature = "widget"))]
    pub(crate) fn every_number(&self, most: usize) -> Option<alloc::vec::Vec<f64>> {
        let ((Some(min), Some(max)), Some(step)) = (self.limits(), self.spacing()) else { return None };
        let count = ((max - min) / step + 1e-9).floor();
        (count < most as f64).then(|| (0..=count as usize).map(|n| min + step * n as f64).collect())
    }

    /// From one number to the next, counted from the least; nothing where any number between them will do.
    pub fn spacing(&self) -> Option<f64> {
        if self.kind.is_scale() { Some(1.0) } else { self.step }
    }
}
