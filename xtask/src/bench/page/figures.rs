//! What the visits to one contender's page come to.

use serde_json::{Value, json};

/// A median and where the middle eight tenths lie.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figure {
    pub median: f64,
    pub low: f64,
    pub high: f64,
}

impl Figure {
    /// Nothing of nothing.
    pub fn of(mut samples: Vec<f64>) -> Option<Figure> {
        samples.sort_by(f64::total_cmp);
        let last = samples.len().checked_sub(1)?;
        let at = |share: f64| samples[(last as f64 * share).round() as usize];
        Some(Figure { median: at(0.5), low: at(0.1), high: at(0.9) })
    }

    pub fn as_json(figure: Option<Figure>) -> Value {
        figure.map_or(Value::Null, |Figure { median, low, high }| json!({ "median": median, "low": low, "high": high }))
    }
}

/// The visits to one contender's page, in order of rounds.
#[derive(Clone, Copy)]
pub struct Visits<'v>(pub &'v [Value]);

impl<'v> Visits<'v> {
    pub fn of(samples: &'v Value) -> Visits<'v> {
        Visits(samples.as_array().map_or(&[], Vec::as_slice))
    }

    pub fn faults(self) -> impl Iterator<Item = &'v str> {
        self.0.iter().filter_map(|visit| visit["fault"].as_str())
    }

    /// A number of each visit that could be made, by its place.
    pub fn numbers(self, place: &str) -> Vec<f64> {
        self.0.iter().filter_map(|visit| visit.pointer(place)?.as_f64()).collect()
    }

    pub fn figure(self, place: &str) -> Option<Figure> {
        Figure::of(self.numbers(place))
    }

    pub fn median(self, place: &str) -> f64 {
        self.figure(place).map_or(0.0, |figure| figure.median)
    }

    /// The worst of all visits.
    pub fn most(self, place: &str) -> f64 {
        self.numbers(place).into_iter().fold(0.0, f64::max)
    }

    /// Bytes that the page holds, less what the same page holds without a contender, visit by visit.
    pub fn memory(self, nothing: Visits) -> Vec<f64> {
        let held = |visits: Visits| -> Vec<f64> {
            let whole = |visit: &Value| Some(visit["memory"].as_object()?.values().filter_map(Value::as_f64).sum());
            visits.0.iter().filter_map(whole).collect()
        };
        let Some(plain) = Figure::of(held(nothing)) else { return Vec::new() };
        held(self).into_iter().map(|bytes| bytes - plain.median).collect()
    }
}

/// How many times as much as ours, round by round: what slows the machine down for a while slows both.
pub fn ratio(theirs: &[f64], ours: &[f64]) -> Option<Figure> {
    Figure::of(theirs.iter().zip(ours).filter(|(_, ours)| **ours > 0.0).map(|(theirs, ours)| theirs / ours).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_and_its_spread() {
        let figure = Figure::of((0..=10).rev().map(f64::from).collect());
        assert_eq!(figure, Some(Figure { median: 5.0, low: 1.0, high: 9.0 }));
        assert_eq!(Figure::of(Vec::new()), None);
    }

    #[test]
    fn memory_is_what_comes_on_top_of_the_page() {
        let visit = |script: u32| json!({ "memory": { "script": script, "wasm": 10 } });
        let (own, plain) = ([visit(100), visit(140)], [visit(40)]);
        assert_eq!(Visits(&own).memory(Visits(&plain)), [60.0, 100.0]);
        assert_eq!(Visits(&own).memory(Visits(&[])), [0.0; 0], "nothing to compare with");
    }

    #[test]
    fn a_ratio_compares_each_round_with_itself() {
        let median = |theirs: &[f64], ours: &[f64]| ratio(theirs, ours).map(|figure| figure.median);
        assert_eq!(median(&[20.0, 400.0, 30.0], &[10.0, 100.0, 10.0]), Some(3.0));
        assert_eq!(median(&[20.0], &[0.0]), None);
    }
}
