//! CSV as RFC 4180 has it, cut into records and cells where they lie.
//!
//! Nothing is copied: rows are passed on as they stand, and most cells are never looked at. That is
//! why the `csv` crate does not do it; a test holds the two equal, but for a lone carriage return
//! inside a line, which ends a record there and is part of its cell here.

use memchr::{memchr, memchr2, memrchr};
use std::borrow::Cow;
use std::ops::Range;

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    pub delimiter: u8,
    /// What ends a record: a line feed, or a carriage return in files without any line feed.
    pub terminator: u8,
}

/// A cell's place among the bytes it was found in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    start: usize,
    end: usize,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// As it stands.
    Plain,
    /// With quotation marks in it: doubled ones, or text behind the closing one.
    Marked,
}

/// A record's place: its row without the end of the line, and where the next one begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub row: Range<usize>,
    pub next: usize,
    /// A quotation mark was opened and not closed.
    pub open: bool,
}

impl Cell {
    /// What the cell says.
    pub fn text(self, bytes: &[u8]) -> Cow<'_, [u8]> {
        let raw = &bytes[self.start..self.end];
        match self.kind {
            Kind::Plain => Cow::Borrowed(raw),
            Kind::Marked => Cow::Owned(unmarked(raw)),
        }
    }
}

/// A cell that begins with a quotation mark, without its marks.
fn unmarked(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len());
    let mut at = 1;
    while let Some(mark) = memchr(b'"', &raw[at..]) {
        out.extend_from_slice(&raw[at..at + mark]);
        at += mark + 1;
        if raw.get(at) != Some(&b'"') {
            // Behind the closing mark everything is text.
            out.extend_from_slice(&raw[at..]);
            return out;
        }
        out.push(b'"');
        at += 1;
    }
    out.extend_from_slice(&raw[at..]);
    out
}

impl Dialect {
    /// Looks at the beginning of a file: which of comma, semicolon and tab its first line has most of.
    pub fn of(head: &[u8]) -> Self {
        let terminator = if memchr(b'\n', head).is_none() && memchr(b'\r', head).is_some() { b'\r' } else { b'\n' };
        let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
        let mut quoted = false;
        for byte in head {
            match byte {
                b'"' => quoted = !quoted,
                _ if quoted => {}
                b if *b == terminator => break,
                b => counts.iter_mut().filter(|(mark, _)| mark == b).for_each(|(_, n)| *n += 1),
            }
        }
        // The first of the most frequent ones.
        let most = counts.iter().map(|(_, n)| *n).max().unwrap_or(0);
        let delimiter = counts.iter().find(|(_, n)| *n == most).map_or(b',', |(mark, _)| *mark);
        Self { delimiter, terminator }
    }

    /// Where the last whole record ends, and whether what is left stands in open quotation marks.
    /// `bytes` begins with a record.
    pub fn last_end(self, bytes: &[u8]) -> (Option<usize>, bool) {
        let mut last = None;
        let mut at = 0;
        while let Some(mark) = memchr(b'"', &bytes[at..]).map(|mark| at + mark) {
            if let Some(end) = memrchr(self.terminator, &bytes[at..mark]) {
                last = Some(at + end + 1);
            }
            if mark > 0 && bytes[mark - 1] != self.delimiter && bytes[mark - 1] != self.terminator {
                // Within a cell it is a character like others.
                at = mark + 1;
                continue;
            }
            match closing(bytes, mark + 1) {
                Some((end, _)) => at = end + 1,
                None => return (last, true),
            }
        }
        (memrchr(self.terminator, &bytes[at..]).map(|end| at + end + 1).or(last), false)
    }

    /// The record that begins at `at`, which lies before the end of `bytes`.
    pub fn record(self, bytes: &[u8], at: usize, cells: &mut Vec<Cell>) -> Row {
        cells.clear();
        let mut start = at;
        let mut open = false;
        loop {
            let mut kind = Kind::Plain;
            let mut from = start;
            let mut inside = None;
            if bytes.get(start) == Some(&b'"') {
                match closing(bytes, start + 1) {
                    None => {
                        open = true;
                        kind = Kind::Marked;
                        from = bytes.len();
                    }
                    Some((end, doubled)) => {
                        from = end + 1;
                        if doubled {
                            kind = Kind::Marked;
                        } else {
                            inside = Some(start + 1..end);
                        }
                    }
                }
            }
            let end = memchr2(self.delimiter, self.terminator, &bytes[from..]).map_or(bytes.len(), |end| from + end);
            let ends_row = bytes.get(end) != Some(&self.delimiter);
            // CR LF ends a line as LF does.
            let text_end = if ends_row && self.terminator == b'\n' && end > from && bytes[end - 1] == b'\r' && !open {
                end - 1
            } else {
                end
            };
            cells.push(match inside {
                Some(inside) if from == text_end => Cell { start: inside.start, end: inside.end, kind },
                Some(_) => Cell { start, end: text_end, kind: Kind::Marked },
                None => Cell { start, end: text_end, kind },
            });
            if ends_row {
                return Row { row: at..text_end, next: (end + 1).min(bytes.len()), open };
            }
            start = end + 1;
        }
    }
}

/// The mark that closes a quotation, and whether there are doubled ones before it.
fn closing(bytes: &[u8], mut at: usize) -> Option<(usize, bool)> {
    let mut doubled = false;
    loop {
        let mark = at + memchr(b'"', bytes.get(at..)?)?;
        if bytes.get(mark + 1) != Some(&b'"') {
            return Some((mark, doubled));
        }
        doubled = true;
        at = mark + 2;
    }
}

/// Writes a cell, in quotation marks where it needs them.
pub fn write_cell(text: &[u8], delimiter: u8, out: &mut Vec<u8>) {
    let special = |b: &u8| *b == delimiter || matches!(b, b'"' | b'\n' | b'\r');
    if !text.iter().any(special) {
        out.extend_from_slice(text);
        return;
    }
    out.push(b'"');
    for byte in text {
        if *byte == b'"' {
            out.push(b'"');
        }
        out.push(*byte);
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// All cells, read from the first byte on.
    fn ours(bytes: &[u8], dialect: Dialect) -> Vec<Vec<Vec<u8>>> {
        let (mut at, mut cells, mut rows) = (0, Vec::new(), Vec::new());
        while at < bytes.len() {
            let row = dialect.record(bytes, at, &mut cells);
            assert!(row.next > at);
            if !row.row.is_empty() {
                rows.push(cells.iter().map(|cell| cell.text(bytes).into_owned()).collect());
            }
            at = row.next;
        }
        rows
    }

    fn theirs(bytes: &[u8], delimiter: u8) -> Vec<Vec<Vec<u8>>> {
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(bytes);
        reader.byte_records().map(|record| record.unwrap().iter().map(<[u8]>::to_vec).collect()).collect()
    }

    const PLAIN: Dialect = Dialect { delimiter: b',', terminator: b'\n' };

    /// The same rows, whatever blocks the text is read in.
    fn in_blocks(bytes: &[u8], size: usize) -> Vec<Vec<Vec<u8>>> {
        let (mut from, mut to, mut rows) = (0, size.min(bytes.len()), Vec::new());
        while to < bytes.len() {
            if let (Some(end), _) = PLAIN.last_end(&bytes[from..to]) {
                rows.extend(ours(&bytes[from..from + end], PLAIN));
                from += end;
            }
            to = (to + size).min(bytes.len());
        }
        rows.extend(ours(&bytes[from..], PLAIN));
        rows
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn cells_are_those_of_the_csv_crate(text in "[a\",;\n ]{0,40}", size in 1usize..30) {
            prop_assert_eq!(ours(text.as_bytes(), PLAIN), theirs(text.as_bytes(), b','));
            prop_assert_eq!(in_blocks(text.as_bytes(), size), theirs(text.as_bytes(), b','));
        }

        #[test]
        fn lines_may_end_with_a_carriage_return(text in "([a\",]{0,6}\r\n){0,8}[a\",]{0,6}") {
            prop_assert_eq!(ours(text.as_bytes(), PLAIN), theirs(text.as_bytes(), b','));
        }

        #[test]
        fn what_is_written_is_read(rows in prop::collection::vec(prop::collection::vec("[a-z\",;\r\n é]{0,8}", 2..5), 0..6)) {
            for delimiter in [b',', b';', b'\t'] {
                let mut bytes = Vec::new();
                for row in &rows {
                    for (i, cell) in row.iter().enumerate() {
                        if i > 0 {
                            bytes.push(delimiter);
                        }
                        write_cell(cell.as_bytes(), delimiter, &mut bytes);
                    }
                    bytes.push(b'\n');
                }
                let plain: Vec<Vec<Vec<u8>>> =
                    rows.iter().map(|row| row.iter().map(|cell| cell.clone().into_bytes()).collect()).collect();
                prop_assert_eq!(ours(&bytes, Dialect { delimiter, terminator: b'\n' }), plain);
            }
        }
    }

    #[test]
    fn the_dialect_is_found() {
        let of = |head: &str| Dialect::of(head.as_bytes());
        assert_eq!(of("a,b;c,d\n1;2;3;4"), PLAIN);
        assert_eq!(of("a;b;\"c,,,,d\"\n").delimiter, b';');
        assert_eq!(of("a\tb\n").delimiter, b'\t');
        assert_eq!(of("a\n").delimiter, b',');
        assert_eq!(of("a,b\r1,2\r").terminator, b'\r');
    }

    #[test]
    fn an_open_quotation_is_noticed() {
        let mut cells = Vec::new();
        assert!(PLAIN.record(b"a,\"b\nc", 0, &mut cells).open);
        assert_eq!(PLAIN.last_end(b"a,\"b\nc"), (None, true));
        assert_eq!(PLAIN.last_end(b"a\nb\n5\" pipe\nc"), (Some(12), false));
    }
}
