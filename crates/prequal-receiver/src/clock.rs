//! The receiver's clock, and dates as people read them.

use jiff::{Timestamp, tz::Offset};
use std::time::{SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970, UTC.
pub(crate) fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// A moment for a page: for machines, and for people without a script.
pub(crate) struct Moment {
    /// RFC 3339; empty when the number is no date that a calendar has.
    pub iso: String,
    pub text: String,
}

impl Moment {
    pub(crate) fn utc(ms: i64) -> Self {
        match Timestamp::from_millisecond(ms) {
            Ok(at) => Self { iso: at.to_string(), text: at.strftime("%-d %b %Y, %H:%M UTC").to_string() },
            Err(_) => Self { iso: String::new(), text: "at no known time".into() },
        }
    }

    /// As the visitor's wall clock showed it.
    pub(crate) fn at_offset(ms: i64, minutes: i32) -> Self {
        let zone = minutes.checked_mul(60).and_then(|seconds| Offset::from_seconds(seconds).ok());
        match (Timestamp::from_millisecond(ms), zone) {
            (Ok(at), Some(offset)) => {
                let local = at.to_zoned(offset.to_time_zone());
                Self { iso: at.to_string(), text: local.strftime("%-d %b %Y, %H:%M:%S, UTC%:z").to_string() }
            }
            _ => Self::utc(ms),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Moment;

    #[test]
    fn any_number_makes_a_moment() {
        assert_eq!(Moment::utc(0).text, "1 Jan 1970, 00:00 UTC");
        assert_eq!(Moment::at_offset(0, 90).text, "1 Jan 1970, 01:30:00, UTC+01:30");
        assert_eq!(Moment::utc(i64::MIN).text, "at no known time");
        assert_eq!(Moment::at_offset(0, i32::MAX).text, "1 Jan 1970, 00:00 UTC");
    }
}
