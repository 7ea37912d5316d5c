//! From a place in a flow's terms, such as `conversation.steps[3].ask`, to bytes, line and column.
//!
//! Only programs that show the file to its author want this; no browser carries it. It takes a
//! place apart from its text: keys may hold dots and brackets of their own, as `when.>=[0].var`.

use super::condition::Op;
use super::diagnostic::{Code, Diagnostic, Part};
use crate::json::{self, Json, MAX_DEPTH, Numbers};
use alloc::{string::String, vec::Vec};
use core::ops::Range;

/// A flow file with the span of every value in it.
#[derive(Debug)]
pub struct Source<'b> {
    bytes: &'b [u8],
    /// Where the text begins: behind a byte order mark, if there is one.
    start: usize,
    root: Result<Node, usize>,
    /// Where each line begins.
    lines: Vec<usize>,
}

/// A line and a column, both from 1; the column counts characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    pub line: usize,
    pub column: usize,
}

#[derive(Debug)]
struct Node {
    span: Range<usize>,
    inside: Inside,
}

#[derive(Debug)]
enum Inside {
    Nothing,
    List(Vec<Node>),
    Object(Vec<Entry>),
}

#[derive(Debug)]
struct Entry {
    key: String,
    key_span: Range<usize>,
    value: Node,
}

/// How far the parts of a place lead.
struct Found<'n> {
    /// The deepest value that is there.
    node: &'n Node,
    /// The object's entry that holds it, when it is held by one.
    entry: Option<&'n Entry>,
    /// What holds that entry or item.
    parent: Option<&'n Node>,
    /// Whether it is the whole place, or only the way to something that is missing.
    whole: bool,
}

impl<'b> Source<'b> {
    /// Reads the file once. Text that is not JSON has one place: where it stops being so.
    pub fn new(bytes: &'b [u8]) -> Self {
        let start = if bytes.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
        let root = match json::parse(bytes, Numbers::NATIVE) {
            Ok(_) => Scan { bytes, at: start }.node(0).ok_or(start),
            Err(error) => Err(error.offset.min(bytes.len())),
        };
        let breaks = bytes.iter().enumerate().filter(|(_, b)| **b == b'\n').map(|(at, _)| at + 1);
        let lines = core::iter::once(start).chain(breaks).collect();
        Self { bytes, start, root, lines }
    }

    /// The bytes that a finding is about: a value; the key, where that is at fault; or, when
    /// something is missing, the object that should have it.
    pub fn span(&self, finding: &Diagnostic) -> Range<usize> {
        let root = match &self.root {
            Ok(root) => root,
            Err(offset) => return self.character(*offset),
        };
        let found = find(root, &finding.parts);
        let Some(entry) = found.entry.filter(|_| found.whole) else { return found.node.span.clone() };
        match finding.code {
            Code::UnknownKey | Code::KindMismatch => entry.key_span.clone(),
            Code::Duplicate => again(found.parent, entry).map_or(entry.value.span.clone(), |e| e.key_span.clone()),
            Code::BadCondition if is_operator_at_fault(entry, &finding.parts) => entry.key_span.clone(),
            // `{"var": ["name", 0]}`: the name.
            Code::UnknownReference => match &entry.value.inside {
                Inside::List(items) => items.first().map_or(entry.value.span.clone(), |first| first.span.clone()),
                _ => entry.value.span.clone(),
            },
            _ => entry.value.span.clone(),
        }
    }

    /// The bytes of the value at a place, or of the deepest value on the way to it.
    pub fn value(&self, place: &[Part]) -> Range<usize> {
        match &self.root {
            Ok(root) => find(root, place).node.span.clone(),
            Err(offset) => self.character(*offset),
        }
    }

    /// The line and column of a byte.
    pub fn position(&self, offset: usize) -> Position {
        let offset = offset.clamp(self.start, self.bytes.len());
        let line = self.lines.partition_point(|start| *start <= offset).max(1);
        let before = &self.bytes[self.lines[line - 1]..offset];
        Position { line, column: before.iter().filter(|b| is_first(**b)).count() + 1 }
    }

    /// The bytes of a line, from 1, without its end.
    pub fn line(&self, line: usize) -> Range<usize> {
        let Some(&start) = line.checked_sub(1).and_then(|i| self.lines.get(i)) else {
            return self.bytes.len()..self.bytes.len();
        };
        let end = self.lines.get(line).map_or(self.bytes.len(), |next| next - 1);
        let text = &self.bytes[start..end];
        start..end - usize::from(text.ends_with(b"\r"))
    }

    /// The one character at an offset; nothing at the end of the file.
    fn character(&self, offset: usize) -> Range<usize> {
        let rest = self.bytes.get(offset + 1..).unwrap_or_default();
        let more = rest.iter().take(3).take_while(|b| !is_first(**b)).count();
        offset..(offset + 1 + more).min(self.bytes.len())
    }
}

/// Whether a character begins with this byte (UTF-8).
fn is_first(byte: u8) -> bool {
    byte & 0xC0 != 0x80
}

fn find<'n>(root: &'n Node, place: &[Part]) -> Found<'n> {
    let mut found = Found { node: root, entry: None, parent: None, whole: true };
    for part in place {
        let next = match (part, &found.node.inside) {
            (Part::Index(i), Inside::List(items)) => items.get(*i).map(|node| (node, None)),
            (Part::Key(key), Inside::Object(_)) => entry(found.node, key).map(|e| (&e.value, Some(e))),
            // A condition's single argument may stand in a list; its place does not say so.
            (Part::Key(key), Inside::List(items)) => {
                items.iter().find_map(|item| entry(item, key)).map(|e| (&e.value, Some(e)))
            }
            _ => None,
        };
        let Some((node, entry)) = next else {
            return Found { whole: false, ..found };
        };
        found = Found { node, entry, parent: Some(found.node), whole: true };
    }
    found
}

/// The entry of an object under this key: the first, as the flow's reader takes it.
fn entry<'n>(node: &'n Node, key: &str) -> Option<&'n Entry> {
    match &node.inside {
        Inside::Object(entries) => entries.iter().find(|e| e.key == key),
        _ => None,
    }
}

/// A later entry of the same key.
fn again<'n>(parent: Option<&'n Node>, entry: &Entry) -> Option<&'n Entry> {
    match &parent?.inside {
        Inside::Object(entries) => entries.iter().rev().find(|e| e.key == entry.key && e.key_span != entry.key_span),
        _ => None,
    }
}

/// Whether a bad condition is one for its operator, which is the last key of its place, and not for
/// what the key holds: an object with several operators, or none.
fn is_operator_at_fault(entry: &Entry, place: &[Part]) -> bool {
    if Op::TEXTS.contains(&entry.key.as_str()) {
        return false;
    }
    let condition = place.iter().position(|part| matches!(part, Part::Key(key) if key == "when"));
    condition.is_none_or(|at| at + 1 < place.len())
}

/// Reads what is known to be JSON, for the spans alone.
struct Scan<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl Scan<'_> {
    fn peek(&mut self) -> Option<u8> {
        while matches!(self.bytes.get(self.at), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
        self.bytes.get(self.at).copied()
    }

    fn node(&mut self, depth: usize) -> Option<Node> {
        if depth > MAX_DEPTH {
            return None;
        }
        let first = self.peek()?;
        let start = self.at;
        let inside = match first {
            b'{' => {
                let mut entries = Vec::new();
                self.items(b'}', |scan| {
                    scan.peek()?;
                    let key_span = scan.text()?;
                    let Ok(Json::Text(key)) = json::parse(&scan.bytes[key_span.clone()], Numbers::NATIVE) else {
                        return None;
                    };
                    scan.peek()?;
                    scan.at += 1;
                    entries.push(Entry { key, key_span, value: scan.node(depth + 1)? });
                    Some(())
                })?;
                Inside::Object(entries)
            }
            b'[' => {
                let mut items = Vec::new();
                self.items(b']', |scan| {
                    items.push(scan.node(depth + 1)?);
                    Some(())
                })?;
                Inside::List(items)
            }
            b'"' => {
                self.text()?;
                Inside::Nothing
            }
            _ => {
                let rest = &self.bytes[start..];
                let end = rest.iter().position(|b| matches!(b, b',' | b']' | b'}' | b' ' | b'\n' | b'\r' | b'\t'));
                self.at = start + end.unwrap_or(rest.len());
                Inside::Nothing
            }
        };
        Some(Node { span: start..self.at, inside })
    }

    fn items(&mut self, close: u8, mut item: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.at += 1;
        if self.peek()? == close {
            self.at += 1;
            return Some(());
        }
        loop {
            item(self)?;
            let end = self.peek()? == close;
            self.at += 1;
            if end {
                return Some(());
            }
        }
    }

    fn text(&mut self) -> Option<Range<usize>> {
        let start = self.at;
        self.at += 1;
        loop {
            match self.bytes.get(self.at)? {
                b'"' => break,
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        Some(start..self.at)
    }
}
