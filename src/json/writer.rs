//! From [`Json`] to text.

use super::{Json, Numbers};
use alloc::string::String;

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
