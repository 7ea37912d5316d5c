//! Leads with their points, written as CSV or JSON lines.

use super::answers::Answers;
use super::csv::{Cell, Dialect, write_cell};
use super::stream::{Block, Worker};
use super::{Content, Format, Lead, Leads, Tally, each};
use crate::Failure;
use crate::engine::{self, Evidence, Reasons, Scorer, Verdict};
use prequal::flow::Checked;
use prequal::flow::model::Kind;
use prequal::json::Json;

/// What is written about each lead.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The format that is read where it is `None`.
    pub to: Option<Format>,
    /// Most reasons for each lead.
    pub reasons: usize,
    /// Put before the names of the added columns.
    pub prefix: String,
    /// What stands between two cells, where the leads are not CSV.
    pub delimiter: Option<u8>,
}

/// What is the same for all leads: texts in the very bytes that are written.
pub struct Layout {
    from: Format,
    to: Format,
    dialect: Dialect,
    columns: usize,
    line_end: &'static [u8],
    /// What is written first.
    pub head: Vec<u8>,
    /// By column of a CSV file: `"name":` for JSON lines, or nothing where it is left out.
    keys: Vec<Option<String>>,
    reasons: Reasons,
    most_reasons: usize,
    /// By reason, and by disqualifier.
    words: Vec<Words>,
    disqualifiers: Vec<Words>,
    must_haves: Vec<Words>,
    /// By row and column of the grid.
    grades: Vec<Vec<Words>>,
    stages: Vec<Words>,
    /// `"<id>":` of each score.
    scores: Vec<String>,
}

/// A text as a part of a cell in quotation marks, and as a JSON string.
struct Words {
    cell: Vec<u8>,
    marked: bool,
    json: String,
}

impl Words {
    fn new(text: &str, delimiter: u8) -> Self {
        let special = |b: u8| b == delimiter || matches!(b, b'"' | b'\n' | b'\r');
        Words { cell: text.replace('"', "\"\"").into(), marked: text.bytes().any(special), json: json_text(text) }
    }
}

fn json_text(text: &str) -> String {
    let mut writer = engine::writer();
    writer.text(text);
    writer.out
}

impl Layout {
    pub fn new(flow: &Checked, leads: &Leads, wanted: &Wanted) -> Result<Self, Failure> {
        let Wanted { to, reasons, prefix, delimiter } = wanted;
        let model = flow.flow();
        let (from, to) = (leads.format, to.unwrap_or(leads.format));
        let mut dialect = leads.dialect;
        if from == Format::Jsonl {
            dialect.delimiter = delimiter.unwrap_or(b',');
        }
        let delimiter = dialect.delimiter;
        let scores = model.scoring.scores.iter().map(|score| format!("score.{}", score.id));
        let added: Vec<String> = std::iter::once("score".into())
            .chain(scores)
            .chain(["stage".into()])
            .chain(model.scoring.grid.as_ref().map(|_| "grade".into()))
            .chain(["reasons".into()])
            .map(|name: String| format!("{prefix}{name}"))
            .collect();
        let mut head = Vec::new();
        if to == Format::Csv {
            let own: Vec<String> = match from {
                Format::Csv => leads.header.clone(),
                Format::Jsonl => {
                    let signals = model.signals.iter().map(|signal| format!("signal.{}", signal.id));
                    model.fields.iter().map(|field| field.id.clone()).chain(signals).collect()
                }
            };
            if let Some(taken) = added.iter().find(|name| own.contains(name)) {
                return Err(Failure::findings(format!("{} has a column “{taken}” already.", leads.name))
                    .help("put something before the added names, as with --prefix new."));
            }
            head.extend_from_slice(leads.mark);
            if from == Format::Csv {
                head.extend_from_slice(&leads.header_row);
            } else {
                for (i, name) in own.iter().enumerate() {
                    if i > 0 {
                        head.push(delimiter);
                    }
                    write_cell(name.as_bytes(), delimiter, &mut head);
                }
            }
            for name in &added {
                head.push(delimiter);
                write_cell(name.as_bytes(), delimiter, &mut head);
            }
            head.extend_from_slice(leads.line_end);
        }
        let reasons_of = Reasons::of(flow);
        let words = |text: &str| Words::new(text, delimiter);
        Ok(Layout {
            from,
            to,
            dialect,
            columns: leads.header.len(),
            line_end: leads.line_end,
            head,
            keys: leads
                .header
                .iter()
                .map(|name| (name != "prequal").then(|| format!("{}:", json_text(name))))
                .collect(),
            most_reasons: *reasons,
            words: reasons_of.list.iter().map(|reason| words(&reason.words)).collect(),
            disqualifiers: model.scoring.disqualifiers.iter().map(|d| words(&d.reason)).collect(),
            must_haves: model
                .scoring
                .must_haves
                .iter()
                .map(|m| Words { json: json_text(&m.reason), ..words(&format!("missing: {}", m.reason)) })
                .collect(),
            grades: model.scoring.grid.as_ref().map_or(Vec::new(), |grid| {
                let row = |row| {
                    (0..grid.columns.bands.len()).map(|column| words(&engine::grade(flow, (row, column)))).collect()
                };
                (0..grid.rows.bands.len()).map(row).collect()
            }),
            stages: model.stages.iter().map(|stage| words(&stage.id)).collect(),
            scores: model.scoring.scores.iter().map(|score| format!("{}:", json_text(&score.id))).collect(),
            reasons: reasons_of,
        })
    }
}

/// What a thread scores with. `S` is the engine; to measure the rest, it is one that does nothing.
pub struct Scoring<'f, S> {
    layout: &'f Layout,
    answers: Answers<'f>,
    scorer: S,
    verdict: Verdict,
    cells: Vec<Cell>,
    /// Places of the reasons to tell, and what each counted.
    top: Vec<(usize, i64)>,
    pub tally: Tally,
}

impl<'f, S: Scorer> Scoring<'f, S> {
    pub fn new(layout: &'f Layout, answers: Answers<'f>, scorer: S) -> Self {
        let verdict = Verdict::default();
        Self { layout, answers, scorer, verdict, cells: Vec::new(), top: Vec::new(), tally: Tally::default() }
    }
}

impl<S: Scorer + Send> Worker for Scoring<'_, S> {
    fn work(&mut self, block: &Block, out: &mut Vec<u8>) {
        let layout = self.layout;
        let Self { answers, scorer, verdict, cells, top, tally, .. } = self;
        each(block, layout.from, layout.dialect, layout.columns, cells, tally, |lead, tally| {
            let Tally { values, strange, .. } = tally;
            let bad = |words: String| values.note(|| (block.line_of(lead.at), words));
            match &lead.content {
                Content::Row(cells) => answers.row(&block.bytes, cells, bad),
                Content::Object(object) => answers.object(object, bad, |key| {
                    if strange.len() < 12 && !strange.iter().any(|other| other == key) {
                        strange.push(key.into());
                    }
                }),
            }
            let evidence = answers.evidence();
            scorer.score(&evidence, verdict);
            choose(layout, verdict, top);
            match layout.to {
                Format::Csv => {
                    row(layout, lead, &block.bytes, &evidence, out);
                    added_cells(layout, verdict, top, out);
                    out.extend_from_slice(layout.line_end);
                }
                Format::Jsonl => {
                    object(layout, lead, &block.bytes, out);
                    added_object(layout, verdict, top, out);
                    out.extend_from_slice(b"}\n");
                }
            }
        });
    }
}

/// The reasons that moved most, in the order of their weight.
fn choose(layout: &Layout, verdict: &Verdict, top: &mut Vec<(usize, i64)>) {
    top.clear();
    for part in verdict.parts(&layout.reasons).filter(|part| part.counted != 0) {
        let weight = part.counted.abs();
        let at = top.iter().position(|(_, other)| *other < weight).unwrap_or(top.len());
        if at < layout.most_reasons {
            if top.len() == layout.most_reasons {
                top.pop();
            }
            top.insert(at, (part.reason, weight));
        }
    }
}

/// The lead's own cells, as many as the header has.
fn row(layout: &Layout, lead: &Lead<'_>, bytes: &[u8], evidence: &Evidence, out: &mut Vec<u8>) {
    let delimiter = layout.dialect.delimiter;
    match &lead.content {
        Content::Row(cells) if cells.len() == layout.columns => out.extend_from_slice(lead.raw),
        Content::Row(cells) => {
            for column in 0..layout.columns {
                if column > 0 {
                    out.push(delimiter);
                }
                if let Some(cell) = cells.get(column) {
                    write_cell(&cell.text(bytes), delimiter, out);
                }
            }
        }
        Content::Object(_) => {
            for (i, answer) in evidence.answers.iter().enumerate() {
                if i > 0 {
                    out.push(delimiter);
                }
                match answer {
                    Some(Json::Text(text)) => write_cell(text.as_bytes(), delimiter, out),
                    Some(Json::Object(rows)) => {
                        let row = |(row, option): &(String, Json)| format!("{row}={}", option.as_text().unwrap_or(""));
                        let mark = if delimiter == b';' { "|" } else { ";" };
                        write_cell(rows.iter().map(row).collect::<Vec<_>>().join(mark).as_bytes(), delimiter, out);
                    }
                    Some(Json::List(items)) => {
                        let ids: Vec<&str> = items.iter().filter_map(Json::as_text).collect();
                        let days = evidence.flow.flow().fields[i].kind == Kind::DateRange;
                        let mark = if days {
                            "/"
                        } else if delimiter == b';' {
                            "|"
                        } else {
                            ";"
                        };
                        write_cell(ids.join(mark).as_bytes(), delimiter, out);
                    }
                    Some(value @ Json::Number(_)) => {
                        let mut writer = engine::writer();
                        writer.json(value);
                        out.extend_from_slice(writer.out.as_bytes());
                    }
                    _ => {}
                }
            }
            for (i, seen) in evidence.seen.iter().enumerate() {
                if i + evidence.answers.len() > 0 {
                    out.push(delimiter);
                }
                integer(seen.count.into(), out);
            }
        }
    }
}

/// What keeps a lead in the first stage.
fn against<'l>(layout: &'l Layout, verdict: &'l Verdict) -> impl Iterator<Item = &'l Words> + Clone {
    let disqualified = verdict.disqualified.iter().map(|place| &layout.disqualifiers[*place]);
    disqualified.chain(verdict.missing.iter().map(|place| &layout.must_haves[*place]))
}

fn added_cells(layout: &Layout, verdict: &Verdict, top: &[(usize, i64)], out: &mut Vec<u8>) {
    let delimiter = layout.dialect.delimiter;
    out.push(delimiter);
    integer(verdict.total, out);
    for points in &verdict.scores {
        out.push(delimiter);
        integer(*points, out);
    }
    out.push(delimiter);
    if let Some(stage) = layout.stages.get(verdict.stage) {
        out.extend_from_slice(&stage.cell);
    }
    if !layout.grades.is_empty() {
        out.push(delimiter);
        if let Some((row, column)) = verdict.grade {
            write_cell(&layout.grades[row][column].cell, delimiter, out);
        }
    }
    out.push(delimiter);
    let words = against(layout, verdict).chain(top.iter().map(|(reason, _)| &layout.words[*reason]));
    let several = delimiter == b';' && words.clone().nth(1).is_some();
    let marked = several || words.clone().any(|words| words.marked);
    if marked {
        out.push(b'"');
    }
    for (i, words) in words.enumerate() {
        if i > 0 {
            out.extend_from_slice(b"; ");
        }
        out.extend_from_slice(&words.cell);
    }
    if marked {
        out.push(b'"');
    }
}

/// The lead as an object that is still open.
fn object(layout: &Layout, lead: &Lead<'_>, bytes: &[u8], out: &mut Vec<u8>) {
    match &lead.content {
        Content::Row(cells) => {
            out.push(b'{');
            let mut writer = engine::writer();
            for (key, cell) in layout.keys.iter().zip(cells.iter()) {
                if let Some(key) = key {
                    writer.comma();
                    writer.out.push_str(key);
                    writer.text(&String::from_utf8_lossy(&cell.text(bytes)));
                }
            }
            out.extend_from_slice(writer.out.as_bytes());
        }
        // A lead as it is posted has a key of that name already: it goes in as it stands.
        Content::Object(object) if matches!(object.get("prequal"), Some(Json::Number(_))) => {
            out.extend_from_slice(b"{\"lead\":");
            out.extend_from_slice(lead.raw);
        }
        // Scored before: the old points go.
        Content::Object(Json::Object(entries)) if entries.iter().any(|(key, _)| key == "prequal") => {
            let kept = entries.iter().filter(|(key, _)| key != "prequal").cloned().collect();
            let mut writer = engine::writer();
            writer.json(&Json::Object(kept));
            out.extend_from_slice(writer.out.strip_suffix('}').unwrap_or(&writer.out).as_bytes());
        }
        Content::Object(_) => {
            let raw = lead.raw.strip_suffix(b"}").unwrap_or(lead.raw);
            out.extend_from_slice(raw.trim_ascii_end());
        }
    }
    if !out.ends_with(b"{") {
        out.push(b',');
    }
}

fn added_object(layout: &Layout, verdict: &Verdict, top: &[(usize, i64)], out: &mut Vec<u8>) {
    out.extend_from_slice(b"\"prequal\":{\"score\":");
    integer(verdict.total, out);
    out.extend_from_slice(b",\"scores\":{");
    for (i, (key, points)) in layout.scores.iter().zip(&verdict.scores).enumerate() {
        if i > 0 {
            out.push(b',');
        }
        out.extend_from_slice(key.as_bytes());
        integer(*points, out);
    }
    out.extend_from_slice(b"},\"stage\":");
    match layout.stages.get(verdict.stage) {
        Some(stage) => out.extend_from_slice(stage.json.as_bytes()),
        None => out.extend_from_slice(b"null"),
    }
    if let Some((row, column)) = verdict.grade {
        out.extend_from_slice(b",\"grade\":");
        out.extend_from_slice(layout.grades[row][column].json.as_bytes());
    }
    let mut list = |key: &[u8], words: &mut dyn Iterator<Item = &Words>| {
        out.extend_from_slice(key);
        for (i, words) in words.enumerate() {
            if i > 0 {
                out.push(b',');
            }
            out.extend_from_slice(words.json.as_bytes());
        }
        out.push(b']');
    };
    list(b",\"disqualified\":[", &mut verdict.disqualified.iter().map(|place| &layout.disqualifiers[*place]));
    if !layout.must_haves.is_empty() {
        list(b",\"missing\":[", &mut verdict.missing.iter().map(|place| &layout.must_haves[*place]));
    }
    list(b",\"reasons\":[", &mut top.iter().map(|(reason, _)| &layout.words[*reason]));
    out.push(b'}');
}

/// Decimal digits.
fn integer(n: i64, out: &mut Vec<u8>) {
    let mut digits = [0; 20];
    let mut at = digits.len();
    let mut rest = n.unsigned_abs();
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if n < 0 {
        out.push(b'-');
    }
    out.extend_from_slice(&digits[at..]);
}
