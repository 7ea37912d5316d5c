//! JSONLogic inherits JavaScript's conversions between types; these are they
//! (ECMA-262, 7.1 and 7.2), for the values that JSON has.

use crate::json::{Json, Numbers};
use alloc::string::String;
use core::cmp::Ordering;

/// JSONLogic's own truth: as JavaScript's, but an empty list is false
/// (<https://jsonlogic.com/truthy.html>).
pub fn truthy(json: &Json) -> bool {
    match json {
        Json::Null => false,
        Json::Bool(b) => *b,
        Json::Number(n) => *n != 0.0 && !n.is_nan(),
        Json::Text(text) => !text.is_empty(),
        Json::List(items) => !items.is_empty(),
        Json::Object(_) => true,
    }
}

/// `Number(json)`, except that other notations than decimal are not a number.
pub fn number(json: &Json, numbers: Numbers) -> f64 {
    match json {
        Json::Null => 0.0,
        Json::Bool(b) => f64::from(u8::from(*b)),
        Json::Number(n) => *n,
        Json::Text(text) => {
            let text = text.trim();
            let length = decimal_prefix(text);
            match length {
                0 if text.is_empty() => 0.0,
                n if n == text.len() && n > 0 => numbers.read(text.trim_start_matches('+')).unwrap_or(f64::NAN),
                _ => f64::NAN,
            }
        }
        Json::List(_) => number(&Json::Text(self::text(json, numbers)), numbers),
        Json::Object(_) => f64::NAN,
    }
}

/// `parseFloat(json)`: the number that the text begins with.
pub fn leading_number(json: &Json, numbers: Numbers) -> f64 {
    if let Json::Number(n) = json {
        return *n;
    }
    let text = text(json, numbers);
    let text = text.trim_start();
    match decimal_prefix(text) {
        0 => f64::NAN,
        length => numbers.read(text[..length].trim_start_matches('+')).unwrap_or(f64::NAN),
    }
}

/// How many bytes at the start of the text are a decimal number; 0 for none.
fn decimal_prefix(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes[from..].iter().take_while(|b| b.is_ascii_digit()).count();
    let sign = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    let whole = digits(sign);
    let mut end = sign + whole;
    let mut part = 0;
    if bytes.get(end) == Some(&b'.') {
        part = digits(end + 1);
        end += 1 + part;
    }
    if whole + part == 0 {
        return 0;
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let power = digits(end + 1 + sign);
        if power > 0 {
            end += 1 + sign + power;
        }
    }
    end
}

/// `String(json)`.
pub fn text(json: &Json, numbers: Numbers) -> String {
    match json {
        Json::Null => "null".into(),
        Json::Bool(true) => "true".into(),
        Json::Bool(false) => "false".into(),
        Json::Number(n) => numbers.text(*n),
        Json::Text(text) => text.clone(),
        Json::List(items) => {
            let mut all = String::new();
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    all.push(',');
                }
                if *item != Json::Null {
                    all.push_str(&text(item, numbers));
                }
            }
            all
        }
        Json::Object(_) => "[object Object]".into(),
    }
}

/// `===`. Two lists or objects are never the same one.
pub fn strictly_equal(a: &Json, b: &Json) -> bool {
    match (a, b) {
        (Json::List(_) | Json::Object(_), _) => false,
        _ => a == b,
    }
}

/// `==`.
pub fn loosely_equal(a: &Json, b: &Json, numbers: Numbers) -> bool {
    use Json::{Bool, List, Null, Number, Object, Text};
    match (a, b) {
        (Null, Null) => true,
        (Null, _) | (_, Null) => false,
        (List(_) | Object(_), List(_) | Object(_)) => false,
        (List(_) | Object(_), _) => loosely_equal(&Text(text(a, numbers)), b, numbers),
        (_, List(_) | Object(_)) => loosely_equal(a, &Text(text(b, numbers)), numbers),
        (Text(a), Text(b)) => a == b,
        (Bool(_) | Number(_) | Text(_), Bool(_) | Number(_) | Text(_)) => number(a, numbers) == number(b, numbers),
    }
}

/// `<` and its kin; `None` where they are all false.
pub fn order(a: &Json, b: &Json, numbers: Numbers) -> Option<Ordering> {
    let texts = |json: &Json| match json {
        Json::Text(_) | Json::List(_) | Json::Object(_) => Some(text(json, numbers)),
        _ => None,
    };
    match (texts(a), texts(b)) {
        (Some(a), Some(b)) => Some(compare_text(&a, &b)),
        (a_text, b_text) => {
            let value = |json: &Json, text: Option<String>| match text {
                Some(text) => number(&Json::Text(text), numbers),
                None => number(json, numbers),
            };
            value(a, a_text).partial_cmp(&value(b, b_text))
        }
    }
}

/// Texts in the order of their UTF-16 code units, as JavaScript has it.
fn compare_text(a: &str, b: &str) -> Ordering {
    a.encode_utf16().cmp(b.encode_utf16())
}

/// `substr`: negative starts count from the end, negative lengths leave off that many there.
pub fn part(text: &str, start: f64, length: Option<f64>) -> String {
    let count = text.chars().count() as f64;
    let start = if start < 0.0 { (count + start).max(0.0) } else { start.min(count) };
    let rest = count - start;
    let take = match length {
        None => rest,
        Some(length) if length < 0.0 => (rest + length).max(0.0),
        Some(length) => length.min(rest),
    };
    text.chars().skip(start as usize).take(take as usize).collect()
}

/// Whether a text holds another. The library's searcher is linear in the worst case and weighs
/// kilobytes; texts in conditions are short.
pub fn contains(text: &str, part: &str) -> bool {
    part.is_empty() || text.as_bytes().windows(part.len()).any(|window| window == part.as_bytes())
}

/// `a % b` as ECMAScript and IEEE 754 `fmod` have it, exactly: the divisor is doubled as far as it
/// fits and taken away on the way back, and each of these steps is exact. Rust's own operator
/// brings 2 kB of 128-bit division.
pub fn remainder(a: f64, b: f64) -> f64 {
    let (mut rest, divisor) = (a.abs(), b.abs());
    if !rest.is_finite() || b.is_nan() || divisor == 0.0 {
        return f64::NAN;
    }
    let mut step = divisor;
    while step <= rest / 2.0 {
        step *= 2.0;
    }
    while step >= divisor && divisor.is_finite() {
        if rest >= step {
            rest -= step;
        }
        step /= 2.0;
    }
    if a.is_sign_negative() { -rest } else { rest }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remainders_are_exact() {
        use proptest::prelude::*;
        proptest!(|(a in any::<f64>(), b in any::<f64>())| {
            prop_assert_eq!(remainder(a, b).to_bits(), if (a % b).is_nan() { f64::NAN } else { a % b }.to_bits());
        });
        proptest!(|(a in -1000..1000i32, b in -50..50i32)| {
            prop_assume!(b != 0);
            prop_assert_eq!(remainder(a.into(), b.into()), f64::from(a % b));
        });
    }
}
