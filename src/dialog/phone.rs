//! Telephone numbers, as E.164 writes them: `+`, the country's code, and the number without the zero that
//! is dialled within the country.
//!
//! What it does not do: it knows no numbering plan, so that a number of the right length is taken whether or
//! not anybody answers it.

use super::Word;
use super::answer::plain_digit;
use crate::flow::dial::{codes, dial_code};
use alloc::string::String;

/// Codes behind which a zero belongs to the number: Italy, San Marino, Côte d'Ivoire, Gabon, Congo, Benin.
const KEEP_ZERO: [&str; 6] = ["39", "378", "225", "241", "242", "229"];

/// Codes of countries in which 8 is dialled before the number, and how long numbers are there.
const EIGHT_FIRST: [(&str, usize); 4] = [("7", 10), ("375", 9), ("370", 8), ("993", 8)];

/// A number as people type it, in E.164. One without a country's code is of `country`.
///
/// # Errors
/// What to tell the visitor.
pub(super) fn read(text: &str, country: Option<&str>) -> Result<String, Word> {
    let plain: String = text.trim().chars().filter_map(plain_digit).collect();
    // Some put the country's code into brackets.
    let plain = plain.strip_prefix("(+").map_or_else(|| plain.clone(), |rest| String::from("+") + rest);
    let (typed, abroad) = match plain.strip_prefix('+').or_else(|| plain.strip_prefix("00")) {
        Some(rest) => (rest, true),
        None => (plain.as_str(), false),
    };
    // As people group them; one zero in brackets is for those who dial within the country.
    if !typed.chars().all(|c| c.is_ascii_digit() || "()-./\u{2010}\u{2011}\u{2013}".contains(c)) {
        return Err(Word::NotAPhone);
    }
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    let number = if abroad {
        let known = codes().map(|(_, code)| code).filter(|code| digits.starts_with(code)).max_by_key(|code| code.len());
        known.map_or_else(|| digits.clone(), |code| join(code, &digits[code.len()..]))
    } else if (6..=15).contains(&digits.len()) {
        join(country.and_then(dial_code).ok_or(Word::ChooseCountry)?, &digits)
    } else {
        return Err(Word::NotAPhone);
    };
    let number = String::from("+") + &number;
    if is_number(&number) { Ok(number) } else { Err(Word::NotAPhone) }
}

/// A country's code and a number within it, without what is dialled there alone.
fn join(code: &str, within: &str) -> String {
    let mut number = within;
    if code.starts_with('1') {
        number = if number.len() == 11 { number.strip_prefix('1').unwrap_or(number) } else { number };
        // With its area the number stands behind the 1 that all of them share.
        return if number.len() == 10 { String::from("1") + number } else { String::from(code) + number };
    }
    if EIGHT_FIRST.iter().any(|(known, most)| *known == code && number.len() > *most) {
        number = number.strip_prefix('8').unwrap_or(number);
    }
    if code == "36" {
        number = number.strip_prefix("06").unwrap_or(number);
    }
    if !KEEP_ZERO.contains(&code) {
        number = number.strip_prefix('0').unwrap_or(number);
    }
    String::from(code) + number
}

/// Whether a text is a number of E.164: 7 to 15 digits, the first of which is no zero. Behind the 1 of North America
/// stand ten, as in no other country; a number of another one that got there by mistake is noticed by that.
pub(super) fn is_number(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| {
        let fits = match digits.strip_prefix('1') {
            Some(within) => within.len() == 10 && !within.starts_with(['0', '1']),
            None => (7..=15).contains(&digits.len()),
        };
        fits && !digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit())
    })
}
