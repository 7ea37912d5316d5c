//! How numbers and lists are put in words.

use std::fmt::Display;

/// `1 error`, `2 errors`.
pub(crate) fn count(n: u64, one: &str, many: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{} {many}", grouped(n)) }
}

/// Thousands set off: `1,234,567`.
pub(crate) fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `+5`, `−3`, `0`.
pub(crate) fn signed(n: i64) -> String {
    if n > 0 { format!("+{n}") } else { plain(n) }
}

/// `5`, `−3`.
pub(crate) fn plain(n: i64) -> String {
    if n < 0 { format!("−{}", n.unsigned_abs()) } else { n.to_string() }
}

/// `a, b, c`, and how many more there are beyond `most`.
pub(crate) fn listed<T: Display>(items: impl IntoIterator<Item = T>, most: usize) -> String {
    let mut items = items.into_iter();
    let shown: Vec<String> = items.by_ref().take(most).map(|item| item.to_string()).collect();
    let more = items.count();
    let text = shown.join(", ");
    if more > 0 { format!("{text} and {more} more") } else { text }
}

/// A time (milliseconds since 1970 UTC) as `2026-11-22 14:00`.
pub(crate) fn time(at: i64) -> String {
    let (days, minutes) = (at.div_euclid(86_400_000), at.rem_euclid(86_400_000) / 60_000);
    // Years that begin in March, so that the leap day comes last (Hinnant, "chrono-compatible date algorithms").
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let (month, turn) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    format!("{:04}-{month:02}-{day:02} {:02}:{:02}", era * 400 + year + turn, minutes / 60, minutes % 60)
}

/// Text on the left of a column, by characters.
pub(crate) fn padded(text: &str, width: usize) -> String {
    let gap = width.saturating_sub(text.chars().count());
    format!("{text}{}", " ".repeat(gap))
}

/// The beginning of a text that may be long.
pub(crate) fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::time;

    #[test]
    fn times_are_told_in_the_calendar() {
        for (at, text) in [
            (0, "1970-01-01 00:00"),
            (-60_000, "1969-12-31 23:59"),
            (951_782_400_000, "2000-02-29 00:00"),
            (1_795_356_000_000, "2026-11-22 14:00"),
            (4_107_542_399_000, "2100-02-28 23:59"),
        ] {
            assert_eq!(time(at), text);
        }
    }
}
