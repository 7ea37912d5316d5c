//! What an author need not write: the options of a yes or no, the countries, the ends of a scale.

use super::dial::dial_code;
use super::model::{Choice, Field, Flow, Kind, Shape};
use crate::json::{Json, Numbers};
use alloc::string::String;

/// Puts the options in that a kind has by itself. `numbers` names the countries.
/// Numbers to dial are of the visitor's region, where the `wanted` language or the flow's own names one.
pub(super) fn complete(flow: &mut Flow, numbers: Numbers, wanted: &str) {
    let locale = &flow.locale;
    let home = region(wanted).or_else(|| region(locale));
    for field in flow.fields.iter_mut().filter(|field| field.kind == Kind::Phone && field.country.is_none()) {
        field.country.clone_from(&home);
    }
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

/// The country of a language tag: `DE` of `de-DE`, if it can be dialled.
fn region(tag: &str) -> Option<String> {
    let part = tag.split('-').skip(1).find(|part| part.len() == 2)?.to_ascii_uppercase();
    dial_code(&part).map(|_| part)
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

    /// The place of a part of the answer, by the name that conditions have for it.
    pub fn part(&self, name: &str) -> Option<usize> {
        let place = |most: usize| (0..most).find(|place| crate::json::integer_text(*place as i64) == name);
        match self.kind.shape() {
            Shape::Days => place(2),
            Shape::Order => place(self.options.len()),
            Shape::Rows => self.rows.iter().position(|row| row.id == name),
            _ => None,
        }
    }

    /// A part of an answer; null where the whole was skipped.
    pub fn part_of<'a>(&self, answer: &'a Json, part: usize) -> &'a Json {
        const NULL: &Json = &Json::Null;
        match answer {
            Json::List(parts) => parts.get(part).unwrap_or(NULL),
            answer => self.rows.get(part).and_then(|row| answer.get(&row.id)).unwrap_or(NULL),
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
