//! Lengths of time as a flow writes them.

use super::diagnostic::{Notes, Path};
use super::read::{Read, Write, wrong_type};
use crate::json::{self, Json, Writer};
use alloc::string::String;

/// A length of time in whole units: `14d`, `12h`, `30m`, `45s`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// How many units: 1 to 99,999.
    pub count: u32,
    unit: u8,
}

impl Span {
    /// Reads a whole number and its unit.
    pub fn parse(text: &str) -> Option<Span> {
        let (&unit, digits) = text.as_bytes().split_last()?;
        if !(1..=5).contains(&digits.len()) || !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let count = digits.iter().fold(0, |n, digit| n * 10 + u32::from(*digit - b'0'));
        (count > 0 && matches!(unit, b'd' | b'h' | b'm' | b's')).then_some(Span { count, unit })
    }

    /// The unit in milliseconds.
    pub fn unit(self) -> i64 {
        match self.unit {
            b'd' => 86_400_000,
            b'h' => 3_600_000,
            b'm' => 60_000,
            _ => 1000,
        }
    }

    /// How many whole units have passed between two times (milliseconds); what is still to come has
    /// age 0.
    pub fn age(self, at: i64, now: i64) -> i64 {
        now.saturating_sub(at).max(0) / self.unit()
    }

    /// As the flow writes it.
    pub fn text(self) -> String {
        let mut text = json::integer_text(self.count.into());
        text.push(char::from(self.unit));
        text
    }
}

/// Days since 1970 of a date such as `2026-10-01` (proleptic Gregorian calendar).
pub fn day(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let number = |part: &[u8]| {
        part.iter().all(u8::is_ascii_digit).then(|| part.iter().fold(0, |n, b| n * 10 + i64::from(b - b'0')))
    };
    let (year, month, day) = (number(&bytes[..4])?, number(&bytes[5..7])?, number(&bytes[8..])?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length =
        *[31, 28 + i64::from(leap), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].get(usize::try_from(month - 1).ok()?)?;
    if !(1..=length).contains(&day) {
        return None;
    }
    // Years that begin in March, so that the leap day comes last (Hinnant, "chrono-compatible date algorithms").
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + (153 * month + 2) / 5 + day - 1 - 719_468)
}

impl Read for Span {
    const EXPECTED: &'static str = "a whole number and d, h, m or s, such as \"14d\"";
    fn read(&mut self, json: &Json, path: &Path, notes: &mut Notes) {
        match json.as_text().and_then(Span::parse) {
            Some(span) => *self = span,
            None => wrong_type(path, Self::EXPECTED, notes),
        }
    }
}

impl Write for Span {
    fn write(&self, to: &mut Writer) {
        to.text(&self.text());
    }
}

#[cfg(feature = "serde")]
mod with_serde {
    use super::Span;
    use alloc::string::String;
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    impl Serialize for Span {
        fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
            to.serialize_str(&self.text())
        }
    }

    impl<'de> Deserialize<'de> for Span {
        fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
            let text = String::deserialize(from)?;
            Span::parse(&text).ok_or_else(|| D::Error::custom("expected a length of time such as 14d"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_1970() {
        for (text, days) in [("1970-01-01", 0), ("1969-12-31", -1), ("2000-02-29", 11_016), ("2026-11-22", 20_779)] {
            assert_eq!(day(text), Some(days), "{text}");
        }
        for text in
            ["", "2026-13-01", "2026-02-29", "2026-1-01", "2026-00-10", "2026-01-00", "x026-01-01", "2026/01/01"]
        {
            assert_eq!(day(text), None, "{text}");
        }
    }

    #[test]
    fn spans_are_whole_numbers_with_a_unit() {
        for text in ["14d", "1h", "99999m", "45s"] {
            assert_eq!(Span::parse(text).map(Span::text).as_deref(), Some(text));
        }
        for text in ["", "d", "0d", "1.5d", "-1d", "100000d", "14", "14 d", "14D", "1é"] {
            assert_eq!(Span::parse(text), None, "{text}");
        }
        let days = Span::parse("2d").expect("a span");
        assert_eq!((days.age(0, 86_399_999), days.age(0, 86_400_000), days.age(5, 0)), (0, 1, 0));
    }
}
