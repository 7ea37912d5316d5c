//! From text to [`Json`].

use super::{Json, Numbers};
use alloc::{string::String, vec::Vec};

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
    parse_part(text, numbers, |_| true)
}

/// The same, but of the outermost object no more than the keys that are `wanted`: the rest is read and let go.
pub fn parse_part(text: &[u8], numbers: Numbers, wanted: fn(&str) -> bool) -> Result<Json, SyntaxError> {
    let bytes = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text);
    let skipped = text.len() - bytes.len();
    let mut reader = Reader { bytes, at: 0, numbers, wanted };
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
    /// Whether the outermost object keeps what stands under a key.
    wanted: fn(&str) -> bool,
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
                    let value = reader.value(depth + 1)?;
                    if depth > 0 || (reader.wanted)(&key) {
                        entries.push((key, value));
                    }
                    Some(())
                })?;
                // A flow is held by phones: what room there was to grow is given back.
                entries.shrink_to_fit();
                Some(Json::Object(entries))
            }
            b'[' => {
                let mut list = Vec::new();
                self.items(b'[', b']', |reader| {
                    list.push(reader.value(depth + 1)?);
                    Some(())
                })?;
                list.shrink_to_fit();
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
            // Most texts are one piece, and get the room that it takes.
            let start = self.at;
            while !matches!(self.peek(), b'"' | b'\\' | 0..=0x1F) {
                self.at += 1;
            }
            out.extend_from_slice(&self.bytes[start..self.at]);
            match self.peek() {
                b'"' => break,
                b'\\' => {
                    self.at += 1;
                    self.escape(&mut out)?;
                }
                _ => return None,
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
