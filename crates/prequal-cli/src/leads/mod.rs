//! Lists of leads, read as a stream on all cores.

pub mod answers;
pub mod columns;
pub mod csv;
pub mod problems;
pub mod scored;
pub mod stream;

use crate::engine;
use crate::host::Input;
use crate::{Failure, Host};
use clap::ValueEnum;
use csv::{Cell, Dialect};
use memchr::memrchr;
use prequal::json::Json;
use problems::Problems;
use std::io::Read;
use stream::{Block, Feed, Worker};

/// What leads are written in.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Csv,
    Jsonl,
}

/// An opened list, read as far as its header.
pub struct Leads<'h> {
    pub name: String,
    pub format: Format,
    pub dialect: Dialect,
    /// The columns of a CSV file.
    pub header: Vec<String>,
    /// The header as it stands, without the end of its line.
    pub header_row: Vec<u8>,
    /// A byte order mark, if the file has one.
    pub mark: &'static [u8],
    /// What ends the lines of the header, and so of the output.
    pub line_end: &'static [u8],
    reader: Box<dyn Read + Send + 'h>,
    head: Vec<u8>,
    line: u64,
    size: Option<u64>,
}

/// One lead of a block.
pub struct Lead<'b> {
    /// The record without the end of its line.
    pub raw: &'b [u8],
    /// Where it begins in the block.
    pub at: usize,
    pub content: Content<'b>,
}

pub enum Content<'b> {
    /// The cells lie in the bytes of the block.
    Row(&'b [Cell]),
    Object(Json),
}

/// What reading brought up beside the leads.
#[derive(Debug, Default)]
pub struct Tally {
    pub leads: u64,
    /// Values that are no answers.
    pub values: Problems,
    /// Rows of another length than the header.
    pub rows: Problems,
    /// What is no lead at all.
    pub records: Problems,
    /// Keys that are no fields, as many as fit into a sentence.
    pub strange: Vec<String>,
}

impl Tally {
    pub fn merge(&mut self, other: Tally) {
        self.leads += other.leads;
        self.values.merge(other.values);
        self.rows.merge(other.rows);
        self.records.merge(other.records);
        other.strange.iter().for_each(|key| self.strange(key));
    }

    pub fn strange(&mut self, key: &str) {
        if self.strange.len() < 12 && !self.strange.iter().any(|other| other == key) {
            self.strange.push(key.into());
        }
    }

    /// Tells what was wrong; returns whether it leaves the result incomplete.
    pub fn tell(&self, name: &str, strict: bool, host: &mut Host) -> bool {
        if !self.strange.is_empty() {
            let keys = crate::words::listed(&self.strange, 10);
            host.note(&format!("keys that are no fields are passed over: {keys}"));
        }
        let of_values = ("value is no answer and counts as unknown", "values are no answers and count as unknown");
        let of_rows = ("row has more or fewer cells than the header", "rows have more or fewer cells than the header");
        let of_records = ("record is no lead and was left out", "records are no leads and were left out");
        self.values.tell(of_values, name, host);
        self.rows.tell(of_rows, name, host);
        self.records.tell(of_records, name, host);
        self.records.count > 0 || (strict && self.values.count + self.rows.count > 0)
    }
}

/// The longest header.
const LONGEST_HEADER: usize = 16 << 20;

impl<'h> Leads<'h> {
    /// Opens a list: finds out its format and reads its header.
    pub fn open(
        input: Input<'h>,
        format: Option<Format>,
        delimiter: Option<u8>,
        path: &std::path::Path,
    ) -> Result<Self, Failure> {
        let Input { name, mut reader, size } = input;
        let mut head = Vec::new();
        let mut end = false;
        let read = |head: &mut Vec<u8>, reader: &mut Box<dyn Read + Send + 'h>| {
            stream::fill(reader, head).map_err(|cause| Failure::reading(&name, &cause))
        };
        while !end && head.len() < 3 {
            end = read(&mut head, &mut reader)? == 0;
        }
        let mark: &[u8] = if head.starts_with(b"\xEF\xBB\xBF") { b"\xEF\xBB\xBF" } else { b"" };
        head.drain(..mark.len());
        if head.starts_with(&[0xFF, 0xFE]) || head.starts_with(&[0xFE, 0xFF]) {
            return Err(Failure::findings(format!("{name} is written in UTF-16.")).help("save it as UTF-8."));
        }
        let format = format.unwrap_or_else(|| sniffed(path, &head));
        let mut leads = Leads {
            format,
            dialect: Dialect { delimiter: b',', terminator: b'\n' },
            header: Vec::new(),
            header_row: Vec::new(),
            mark,
            line_end: b"\n",
            head: Vec::new(),
            line: 1,
            size,
            name: name.clone(),
            reader: Box::new(std::io::empty()),
        };
        if format == Format::Csv {
            loop {
                leads.dialect = Dialect::of(&head);
                leads.dialect.delimiter = delimiter.unwrap_or(leads.dialect.delimiter);
                // A line feed may be on its way behind a carriage return.
                let cut = head.last() == Some(&b'\r');
                if end || (!cut && leads.dialect.last_end(&head).0.is_some()) {
                    break;
                }
                if head.len() > LONGEST_HEADER {
                    return Err(Failure::findings(format!("the first line of {name} does not end."))
                        .help("is it a CSV file with a header?"));
                }
                end = read(&mut head, &mut reader)? == 0;
            }
            leads.take_header(&mut head)?;
        }
        leads.head = head;
        leads.reader = reader;
        Ok(leads)
    }

    fn take_header(&mut self, head: &mut Vec<u8>) -> Result<(), Failure> {
        let mut cells = Vec::new();
        let mut at = 0;
        while at < head.len() {
            let row = self.dialect.record(head, at, &mut cells);
            at = row.next;
            if row.open {
                return Err(Failure::findings(format!(
                    "{}:1: a quotation mark is opened and never closed.",
                    self.name
                )));
            }
            if row.row.is_empty() {
                continue;
            }
            self.header = cells.iter().map(|cell| String::from_utf8_lossy(&cell.text(head)).into_owned()).collect();
            self.header_row = head[row.row.clone()].to_vec();
            self.line_end = match &head[row.row.end..at] {
                b"\r\n" => b"\r\n",
                b"\r" => b"\r",
                _ => b"\n",
            };
            break;
        }
        self.line += memchr::memchr_iter(self.dialect.terminator, &head[..at]).count() as u64;
        head.drain(..at);
        if self.header.is_empty() {
            return Err(Failure::findings(format!("{} is empty.", self.name))
                .help("a CSV file begins with a line that names its columns."));
        }
        Ok(())
    }

    /// Sends all leads through the workers; returns them.
    pub fn run<W: Worker>(self, workers: Vec<W>, host: &mut Host) -> Result<Vec<W>, Failure> {
        let (format, dialect) = (self.format, self.dialect);
        let last_end = move |bytes: &[u8]| match format {
            Format::Csv => dialect.last_end(bytes).0,
            Format::Jsonl => memrchr(b'\n', bytes).map(|end| end + 1),
        };
        let feed = Feed {
            name: &self.name,
            head: self.head,
            line: self.line,
            newline: if format == Format::Csv { dialect.terminator } else { b'\n' },
            reader: self.reader,
            last_end: &last_end,
            progress: host.progress.then_some(self.size),
        };
        stream::run(feed, workers, &mut *host.output)
    }
}

/// By the name, or by the first character.
fn sniffed(path: &std::path::Path, head: &[u8]) -> Format {
    let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
    match extension.as_str() {
        "csv" | "tsv" => Format::Csv,
        "jsonl" | "ndjson" | "json" => Format::Jsonl,
        _ if head.trim_ascii_start().starts_with(b"{") => Format::Jsonl,
        _ => Format::Csv,
    }
}

/// Goes through the leads of a block. Empty lines are none; what is no lead is noted.
pub fn each(
    block: &Block,
    format: Format,
    dialect: Dialect,
    columns: usize,
    cells: &mut Vec<Cell>,
    tally: &mut Tally,
    mut visit: impl FnMut(&Lead, &mut Tally),
) {
    let bytes = &block.bytes;
    let mut at = 0;
    while at < bytes.len() {
        if format == Format::Jsonl {
            let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |end| at + end);
            let (start, raw) = (at, bytes[at..end].trim_ascii());
            at = end + 1;
            if raw.is_empty() {
                continue;
            }
            match engine::parse(raw) {
                Ok(object @ Json::Object(_)) => {
                    tally.leads += 1;
                    visit(&Lead { raw, at: start, content: Content::Object(object) }, tally);
                }
                Ok(_) => tally.records.note(|| (block.line_of(start), "this is not a JSON object".into())),
                Err(error) => tally.records.note(|| {
                    let before = raw.get(..error.offset).unwrap_or(raw);
                    let column = String::from_utf8_lossy(before).chars().count() + 1;
                    (block.line_of(start), format!("this is not JSON from column {column} on"))
                }),
            }
            continue;
        }
        let row = dialect.record(bytes, at, cells);
        let start = at;
        at = row.next;
        if row.row.is_empty() {
            continue;
        }
        if row.open {
            tally
                .records
                .note(|| (block.line_of(start), "a quotation mark is opened in this record and never closed".into()));
            continue;
        }
        tally.leads += 1;
        if cells.len() != columns {
            let n = cells.len();
            tally.rows.note(|| (block.line_of(start), format!("{n} cells, not {columns}")));
        }
        visit(&Lead { raw: &bytes[row.row], at: start, content: Content::Row(cells) }, tally);
    }
}

/// How many threads work.
pub fn workers() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}
