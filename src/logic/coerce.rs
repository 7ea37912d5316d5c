//! JSONLogic inherits JavaScript's conversions between types; these are they
//! (ECMA-262, 7.1 and 7.2), for the values that JSON has, and with errors in place of NaN.

use super::Stop;
use crate::flow::condition::Failure;
use crate::json::{Json, Numbers};
use alloc::{borrow::Cow, string::String};
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

/// `Number(json)`, except that other notations than decimal are not a number, and lists and objects
/// never are.
pub fn number(json: &Json, numbers: Numbers) -> f64 {
    match json {
        Json::Null => 0.0,
        Json::Bool(b) => f64::from(u8::from(*b)),
        Json::Number(n) => *n,
        Json::Text(text) => match text.trim() {
            "" => 0.0,
            // The host would read more notations than these.
            text if text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'.' | b'-' | b'+' | b'e' | b'E')) => {
                numbers.read(text).unwrap_or(f64::NAN)
            }
            _ => f64::NAN,
        },
        Json::List(_) | Json::Object(_) => f64::NAN,
    }
}

/// `String(json)`.
pub fn text(json: &Json, numbers: Numbers) -> Cow<'_, str> {
    Cow::Borrowed(match json {
        Json::Null => "null",
        Json::Bool(true) => "true",
        Json::Bool(false) => "false",
        Json::Text(text) => text,
        Json::Object(_) => "[object Object]",
        Json::Number(n) => return Cow::Owned(numbers.text(*n)),
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
            return Cow::Owned(all);
        }
    })
}

/// `===`. Two lists or objects are never the same one.
pub fn strictly_equal(a: &Json, b: &Json) -> bool {
    match (a, b) {
        (Json::List(_) | Json::Object(_), _) => false,
        _ => a == b,
    }
}

/// `==`, but null counts as zero, as it does for `<`; and what JavaScript turns into text or into no
/// number at all is an error.
pub fn loosely_equal(a: &Json, b: &Json, numbers: Numbers) -> Result<bool, Stop> {
    use Json::{List, Null, Object, Text};
    match (a, b) {
        (Text(a), Text(b)) => Ok(a == b),
        (Null, Text(_) | List(_) | Object(_)) | (Text(_) | List(_) | Object(_), Null) => Ok(false),
        _ => in_order(a, b, numbers).map(Ordering::is_eq),
    }
}

/// For `<` and its kin: texts by their characters, anything else as numbers.
pub fn in_order(a: &Json, b: &Json, numbers: Numbers) -> Result<Ordering, Stop> {
    let order = match (a, b) {
        (Json::Number(a), Json::Number(b)) => a.partial_cmp(b),
        (Json::Text(a), Json::Text(b)) => Some(a.cmp(b)),
        _ => number(a, numbers).partial_cmp(&number(b, numbers)),
    };
    order.ok_or(Stop::Failed(Failure::NotANumber))
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

/// `in`: a text in a text, or an item in a list.
pub fn contains(whole: &Json, part: &Json, numbers: Numbers) -> bool {
    match whole {
        Json::Text(whole) => holds_text(whole, &text(part, numbers)),
        Json::List(items) => items.iter().any(|item| strictly_equal(item, part)),
        _ => false,
    }
}

/// Whether a text holds another. The library's searcher is linear in the worst case and weighs
/// kilobytes; texts in conditions are short.
fn holds_text(text: &str, part: &str) -> bool {
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
