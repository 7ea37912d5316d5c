//! JSON without serde: the tree the engine computes with, a reader and a writer.
//!
//! The module that draws the first question carries no serde (26 kB of brotli for a flow this
//! rich) and no float text conversion of Rust's own (13 to 20 kB): numbers outside the plain
//! integers go through [`Numbers`], which the browser answers with `Number` and `String` and
//! native code with Rust's formatter, laid out as ECMAScript lays it out.

use alloc::{string::String, vec::Vec};

mod canonical;
#[cfg(not(target_arch = "wasm32"))]
mod native;
mod reader;
#[cfg(feature = "serde")]
mod with_serde;
mod writer;

pub use canonical::canonical;
pub use reader::{MAX_DEPTH, SyntaxError, parse, parse_part};
pub use writer::Writer;

/// A JSON value. Objects keep the order of the file.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Json {
    #[default]
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    /// The value under `key`, if this is an object that has it. The last one wins, as in `JSON.parse`.
    pub fn get(&self, key: &str) -> Option<&Json> {
        match self {
            Json::Object(entries) => entries.iter().rev().find(|(k, _)| k == key).map(|(_, v)| v),
            _ => None,
        }
    }

    /// The text, if this is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Json::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// How numbers, days and countries turn into text, and numbers back: the one thing the host's platform does
/// for the core. Languages are tags of BCP 47.
#[derive(Clone, Copy)]
pub struct Numbers {
    /// Reads a decimal number such as `-12.5e3`. `None` when it is not one.
    pub parse: fn(&str) -> Option<f64>,
    /// The shortest text that reads back as the same number, as ECMAScript's `Number::toString`.
    pub show: fn(f64) -> String,
    /// The number as people who read a language write it: `1,200.5`, `1.200,5`.
    pub say: fn(f64, &str) -> String,
    /// A day such as `2026-10-01`, as people who read a language write it.
    pub date: fn(&str, &str) -> String,
    /// All countries in the order of a language, a line each: the code (ISO 3166-1), a space, the name.
    pub countries: fn(&str) -> String,
    /// Several things in one text, as people who read a language list them.
    pub list: fn(&[String], Joined, &str) -> String,
}

/// How things stand together in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joined {
    /// One beside the other.
    Unit,
    And,
    Or,
}

impl Joined {
    /// As ECMA-402 calls it (Intl.ListFormat).
    pub fn as_str(self) -> &'static str {
        ["unit", "conjunction", "disjunction"][self as usize]
    }
}

impl core::fmt::Debug for Numbers {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Numbers")
    }
}

impl Numbers {
    /// Reads decimal text; integers of up to 15 digits never leave the core.
    pub fn read(self, text: &str) -> Option<f64> {
        small_integer(text).map(|n| n as f64).or_else(|| (self.parse)(text))
    }

    /// Writes a number as text; integers below 10^15 never leave the core.
    pub fn text(self, number: f64) -> String {
        if number == (number as i64) as f64 && number.abs() < 1e15 {
            integer_text(number as i64)
        } else {
            (self.show)(number)
        }
    }
}

fn small_integer(text: &str) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    if digits.is_empty() || digits.len() > 15 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let n = digits.bytes().fold(0i64, |n, b| n * 10 + i64::from(b - b'0'));
    Some(if negative { -n } else { n })
}

/// Decimal text of an integer, without the formatting machinery of `core::fmt`.
pub fn integer_text(n: i64) -> String {
    let mut digits = Vec::new();
    let mut rest = n.unsigned_abs();
    loop {
        digits.push(b'0' + (rest % 10) as u8);
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    let mut text = String::new();
    if n < 0 {
        text.push('-');
    }
    text.extend(digits.iter().rev().map(|&d| d as char));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round(text: &str) -> Option<String> {
        let mut writer = Writer::new(Numbers::NATIVE);
        writer.json(&parse(text.as_bytes(), Numbers::NATIVE).ok()?);
        Some(writer.out)
    }

    #[test]
    fn reads_and_writes_what_it_read() {
        for text in
            [r#"{"a":[1,-2,0.5,1e+21,true,false,null,"x"],"b":{}}"#, r#"["\"\\\b\f\n\r\t\u0001é😀"]"#, "[]", "\"\""]
        {
            assert_eq!(round(text).as_deref(), Some(text));
        }
        assert_eq!(round(r#""\ud83d\ude00 \ud83d! \u00e9""#).as_deref(), Some("\"😀 \u{fffd}! é\""));
    }

    #[test]
    fn refuses_what_is_not_json() {
        for text in [
            "",
            "{",
            "[1,]",
            "{\"a\":1,}",
            "01",
            "1.",
            ".5",
            "+1",
            "nul",
            "\"\u{1}\"",
            "\"\\x\"",
            "[1]]",
            "{a:1}",
            "1e",
            "\"\\ud8",
            "\"",
        ] {
            assert!(parse(text.as_bytes(), Numbers::NATIVE).is_err(), "{text}");
        }
        let deep = "[".repeat(100_000);
        assert!(parse(deep.as_bytes(), Numbers::NATIVE).is_err());
    }

    #[test]
    fn agrees_with_serde_json() {
        use proptest::prelude::*;
        proptest!(|(text in r#"[\[\]{}",:0-9eE+.a-z\\ \-]{0,24}"#)| {
            let theirs = serde_json::from_str::<serde_json::Value>(&text);
            let ours = parse(text.as_bytes(), Numbers::NATIVE);
            prop_assert_eq!(ours.is_ok(), theirs.is_ok());
        });
    }

    #[test]
    fn numbers_read_as_ecmascript_writes_them() {
        for (n, text) in [
            (1e21, "1e+21"),
            (1e20, "100000000000000000000"),
            (0.1, "0.1"),
            (1e-6, "0.000001"),
            (1e-7, "1e-7"),
            (-1.5e-10, "-1.5e-10"),
            (123456.789, "123456.789"),
            (5e-324, "5e-324"),
            (f64::MAX, "1.7976931348623157e+308"),
            (-0.0, "0"),
        ] {
            assert_eq!(Numbers::NATIVE.text(n), text);
        }
    }
}
