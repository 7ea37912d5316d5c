//! Days, so far as reviews need them: whether a date written in the flow has come.

/// A day, counted from 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(pub i64);

impl Day {
    /// Reads `2026-10-01` (ISO 8601, proleptic Gregorian); `None` for anything else.
    pub fn parse(text: &str) -> Option<Day> {
        crate::flow::day(text).map(Day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_1970() {
        for (text, day) in [
            ("1970-01-01", Some(0)),
            ("1969-12-31", Some(-1)),
            ("2000-02-29", Some(11_016)),
            ("2026-10-01", Some(20_727)),
            ("2026-02-29", None),
            ("2026-13-01", None),
            ("2026-1-1", None),
            ("v3", None),
            ("2026-10-01-2", None),
        ] {
            assert_eq!(Day::parse(text), day.map(Day), "{text}");
        }
    }
}
