//! JSON without serde: the tree the engine computes with, a reader and a writer.
//!
//! The module that draws the first question carries no serde (26 kB of brotli for a flow this
//! rich) and no float text conversion of Rust's own (13 to 20 kB): numbers outside the plain
//! integers go through [`Numbers`], which the browser answers with `Number` and `String` and
//! native code with Rust's formatter, laid out as ECMAScript lays it out.

use alloc::{string::String, vec::Vec};

#[cfg(feature = "serde")]
mod with_serde;

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

/// How numbers and text turn into each other: the one thing the host's platform does for the core.
#[derive(Clone, Copy)]
pub struct Numbers {
    /// Reads a decimal number such as `-12.5e3`. `None` when it is not one.
    pub parse: fn(&str) -> Option<f64>,
    /// The shortest text that reads back as the same number, as ECMAScript's `Number::toString`.
    pub show: fn(f64) -> String,
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

/// Where a text stops being JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Byte offset from the start of the text.
    pub offset: usize,
}

/// Lists and objects nested deeper than this are refused, so that no input exhausts the stack.
pub const MAX_DEPTH: usize = 96;

/// Reads one JSON text (RFC 8259). A byte order mark at its start is ignored.
pub fn parse(text: &[u8], numbers: Numbers) -> Result<Json, SyntaxError> {
    let bytes = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text);
    let skipped = text.len() - bytes.len();
    let mut reader = Reader { bytes, at: 0, numbers };
    let value = reader.value(0);
    reader.space();
    match value {
        Some(value) if reader.at == bytes.len() => Ok(value),
        _ => Err(SyntaxError { offset: reader.at + skipped }),
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    numbers: Numbers,
}

impl Reader<'_> {
    fn peek(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    fn space(&mut self) {
        while matches!(self.peek(), b' ' | b'\n' | b'\r' | b'\t') {
            self.at += 1;
        }
    }

    fn eat(&mut self, byte: u8) -> Option<()> {
        self.space();
        if self.peek() != byte || self.at >= self.bytes.len() {
            return None;
        }
        self.at += 1;
        Some(())
    }

    fn word(&mut self, word: &[u8], value: Json) -> Option<Json> {
        if !self.bytes[self.at..].starts_with(word) {
            return None;
        }
        self.at += word.len();
        Some(value)
    }

    fn value(&mut self, depth: usize) -> Option<Json> {
        if depth > MAX_DEPTH {
            return None;
        }
        self.space();
        match self.peek() {
            b'{' => {
                let mut entries = Vec::new();
                self.items(b'{', b'}', |reader| {
                    reader.space();
                    let key = reader.text()?;
                    reader.eat(b':')?;
                    entries.push((key, reader.value(depth + 1)?));
                    Some(())
                })?;
                Some(Json::Object(entries))
            }
            b'[' => {
                let mut list = Vec::new();
                self.items(b'[', b']', |reader| {
                    list.push(reader.value(depth + 1)?);
                    Some(())
                })?;
                Some(Json::List(list))
            }
            b'"' => self.text().map(Json::Text),
            b't' => self.word(b"true", Json::Bool(true)),
            b'f' => self.word(b"false", Json::Bool(false)),
            b'n' => self.word(b"null", Json::Null),
            _ => self.number(),
        }
    }

    fn items(&mut self, open: u8, close: u8, mut item: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.eat(open)?;
        if self.eat(close).is_some() {
            return Some(());
        }
        loop {
            item(self)?;
            if self.eat(b',').is_none() {
                return self.eat(close);
            }
        }
    }

    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while self.peek().is_ascii_digit() {
            self.at += 1;
        }
        (self.at > start).then_some(())
    }

    fn number(&mut self) -> Option<Json> {
        let start = self.at;
        if self.peek() == b'-' {
            self.at += 1;
        }
        if self.peek() == b'0' {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == b'.' {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), b'e' | b'E') {
            self.at += 1;
            if matches!(self.peek(), b'+' | b'-') {
                self.at += 1;
            }
            self.digits()?;
        }
        let text = core::str::from_utf8(&self.bytes[start..self.at]).ok()?;
        self.numbers.read(text).map(Json::Number)
    }

    fn text(&mut self) -> Option<String> {
        self.eat(b'"')?;
        let mut out: Vec<u8> = Vec::new();
        loop {
            let byte = *self.bytes.get(self.at)?;
            match byte {
                b'"' => break,
                b'\\' => {
                    self.at += 1;
                    self.escape(&mut out)?;
                }
                0..=0x1F => return None,
                _ => {
                    out.push(byte);
                    self.at += 1;
                }
            }
        }
        let text = String::from_utf8(out).ok()?;
        self.at += 1;
        Some(text)
    }

    fn escape(&mut self, out: &mut Vec<u8>) -> Option<()> {
        let byte = self.peek();
        let plain = match byte {
            b'"' | b'\\' | b'/' => byte,
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'u' => {
                self.at += 1;
                let mut code = self.hex()?;
                // A pair of surrogates is one character; half a pair has no UTF-8 and is replaced,
                // as a browser's TextEncoder does.
                if (0xD800..0xDC00).contains(&code) && self.bytes[self.at..].starts_with(b"\\u") {
                    let mark = self.at;
                    self.at += 2;
                    let low = self.hex()?;
                    if (0xDC00..0xE000).contains(&low) {
                        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
                    } else {
                        self.at = mark;
                    }
                }
                let c = char::from_u32(code).unwrap_or('\u{FFFD}');
                out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                return Some(());
            }
            _ => return None,
        };
        self.at += 1;
        out.push(plain);
        Some(())
    }

    fn hex(&mut self) -> Option<u32> {
        let digits = self.bytes.get(self.at..self.at + 4)?;
        let mut code = 0;
        for &d in digits {
            code = code * 16 + (d as char).to_digit(16)?;
        }
        self.at += 4;
        Some(code)
    }
}

/// Writes JSON without white space.
pub struct Writer {
    pub out: String,
    pub numbers: Numbers,
}

impl Writer {
    pub fn new(numbers: Numbers) -> Writer {
        Writer { out: String::new(), numbers }
    }

    /// A separator where one is due: after anything but an opening bracket or a colon.
    pub fn comma(&mut self) {
        if !matches!(self.out.as_bytes().last(), None | Some(b'{' | b'[' | b':' | b',')) {
            self.out.push(',');
        }
    }

    pub fn key(&mut self, key: &str) {
        self.comma();
        self.text(key);
        self.out.push(':');
    }

    /// A JSON string: quotation mark, backslash and control characters escaped (RFC 8785, 3.2.2.2).
    pub fn text(&mut self, text: &str) {
        self.out.push('"');
        for c in text.chars() {
            let short = match c {
                '"' => '"',
                '\\' => '\\',
                '\u{8}' => 'b',
                '\u{c}' => 'f',
                '\n' => 'n',
                '\r' => 'r',
                '\t' => 't',
                '\0'..='\u{1f}' => {
                    self.out.push_str("\\u00");
                    self.out.push(if c < '\u{10}' { '0' } else { '1' });
                    self.out.push(char::from_digit(c as u32 & 15, 16).unwrap_or('0'));
                    continue;
                }
                _ => {
                    self.out.push(c);
                    continue;
                }
            };
            self.out.push('\\');
            self.out.push(short);
        }
        self.out.push('"');
    }

    pub fn json(&mut self, value: &Json) {
        match value {
            Json::Null => self.out.push_str("null"),
            Json::Bool(true) => self.out.push_str("true"),
            Json::Bool(false) => self.out.push_str("false"),
            // JSON has no infinities; JSON.stringify writes null for them too.
            Json::Number(n) if !n.is_finite() => self.out.push_str("null"),
            Json::Number(n) => {
                let text = self.numbers.text(*n);
                self.out.push_str(&text);
            }
            Json::Text(text) => self.text(text),
            Json::List(list) => {
                self.out.push('[');
                for item in list {
                    self.comma();
                    self.json(item);
                }
                self.out.push(']');
            }
            Json::Object(entries) => {
                self.out.push('{');
                for (key, item) in entries {
                    self.key(key);
                    self.json(item);
                }
                self.out.push('}');
            }
        }
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod native {
    use super::Numbers;
    use alloc::{format, string::String};

    impl Numbers {
        /// Rust's own conversions, laid out as ECMA-262 6.1.6.1.20 says.
        pub const NATIVE: Numbers = Numbers { parse: |text| text.parse().ok().filter(|n: &f64| n.is_finite()), show };
    }

    fn show(n: f64) -> String {
        if n.is_nan() {
            return "NaN".into();
        }
        if n.is_infinite() {
            return if n > 0.0 { "Infinity".into() } else { "-Infinity".into() };
        }
        if n == 0.0 {
            return "0".into();
        }
        let scientific = format!("{:e}", n.abs());
        let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
        let digits = mantissa.replace('.', "");
        let point = exponent.parse::<i32>().unwrap_or(0) + 1;
        let count = digits.len() as i32;
        let sign = if n < 0.0 { "-" } else { "" };
        if (count..=21).contains(&point) {
            format!("{sign}{digits}{}", "0".repeat((point - count) as usize))
        } else if (1..=21).contains(&point) {
            let (whole, part) = digits.split_at(point as usize);
            format!("{sign}{whole}.{part}")
        } else if (-5..=0).contains(&point) {
            format!("{sign}0.{}{digits}", "0".repeat(-point as usize))
        } else {
            let power = point - 1;
            let (first, rest) = digits.split_at(1);
            let dot = if rest.is_empty() { "" } else { "." };
            let plus = if power < 0 { '-' } else { '+' };
            format!("{sign}{first}{dot}{rest}e{plus}{}", power.abs())
        }
    }
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
