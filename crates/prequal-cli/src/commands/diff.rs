//! `prequal diff`: which leads a change of the flow moves to another stage.

mod json;
mod text;

use super::{Flow, Reading};
use crate::engine::{Engine, Reasons, Scorer, Verdict};
use crate::leads::answers::Answers;
use crate::leads::columns::{Names, folded};
use crate::leads::csv::{Cell, Dialect, write_cell};
use crate::leads::stream::{Block, Worker};
use crate::leads::{self, Content, Format, Lead, Leads, Tally};
use crate::words::signed;
use crate::{FINDINGS, FINE, Failure, Host};
use prequal::flow::Checked;
use prequal::json::Json;
use std::path::PathBuf;

/// Scores leads with two versions of a flow and shows who moves to another stage, and why
///
/// Leads are read as `prequal score` reads them.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  prequal diff published.json draft.json leads.csv
  prequal diff published.json draft.json leads.csv --all > movers.csv
  prequal diff published.json draft.json leads.jsonl --json")]
pub(crate) struct Arguments {
    /// The flow as it was
    #[arg(value_name = "OLD")]
    old: PathBuf,

    /// The flow as it is to be
    #[arg(value_name = "NEW")]
    new: PathBuf,

    #[command(flatten)]
    reading: Reading,

    /// How many leads that move are shown
    #[arg(long, value_name = "NUMBER", default_value_t = 10)]
    movers: usize,

    /// The column, or key, that names a lead; `id` where there is one
    #[arg(long, value_name = "COLUMN")]
    id: Option<String>,

    /// All leads that move, as CSV, in place of the overview
    #[arg(long, conflicts_with = "json")]
    all: bool,

    /// The overview as JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments, host: &mut Host) -> Result<u8, Failure> {
    let path = &arguments.reading.leads;
    let inputs = [&arguments.old, &arguments.new, path];
    if inputs.iter().filter(|path| path.as_os_str() == "-").count() > 1 {
        return Err(Failure::unusable("only one of the two flows and the leads can be read from standard input."));
    }
    let old = Flow::read(&arguments.old, host)?;
    let new = Flow::read(&arguments.new, host)?;
    let old_names = Names::new(&old.checked, &arguments.reading.maps)?;
    let new_names = Names::new(&new.checked, &arguments.reading.maps)?;
    let input = host.open(path)?;
    let leads = Leads::open(input, arguments.reading.from, arguments.reading.delimiter, path)?;
    let (mut old_columns, mut new_columns) = (Vec::new(), Vec::new());
    if leads.format == Format::Csv {
        old_columns = old_names.columns(&leads.header, &leads.name)?;
        new_columns = new_names.columns(&leads.header, &leads.name)?;
    }
    let id = arguments.id.clone().unwrap_or_else(|| "id".into());
    let id_column = leads.header.iter().position(|name| folded(name) == folded(&id));
    if let (Some(id), None, Format::Csv) = (&arguments.id, id_column, leads.format) {
        return Err(Failure::unusable(format!("{} has no column “{id}”, which --id names.", leads.name)));
    }
    let pair = Pair {
        sides: [Side::new(&old.checked), Side::new(&new.checked)],
        matches: Reasons::of(&old.checked).list.iter().map(|reason| reason.source.clone()).collect(),
        format: leads.format,
        dialect: leads.dialect,
        columns: leads.header.len(),
        id,
        id_column,
        most: arguments.movers,
        all: arguments.all,
    };
    if arguments.all {
        host.write("line,id,old_stage,new_stage,old_score,new_score,changes\n")?;
    }
    let clock = arguments.reading.clock();
    let worker = || {
        Comparing::new(
            &pair,
            Answers::new(&old.checked, &old_names, &old_columns, &old.looked_at, clock),
            Answers::new(&new.checked, &new_names, &new_columns, &new.looked_at, clock),
        )
    };
    let name = leads.name.clone();
    let workers = (0..leads::workers()).map(|_| worker()).collect();
    let mut found = Found::new(&pair);
    for worker in leads.run(workers, host)? {
        found.merge(worker.found, pair.most);
    }
    if arguments.json {
        host.write(&found.json(&pair))?;
    } else if !arguments.all {
        let text = found.text(&pair, &name, host.style);
        host.write(&text)?;
    }
    Ok(if found.tally.tell(&name, false, host) { FINDINGS } else { FINE })
}

/// One of the two flows.
struct Side<'f> {
    flow: &'f Checked,
    reasons: Reasons,
}

impl<'f> Side<'f> {
    fn new(flow: &'f Checked) -> Self {
        Self { flow, reasons: Reasons::of(flow) }
    }

    fn stage(&self, place: usize) -> &'f str {
        self.flow.flow().stages.get(place).map_or("", |stage| &stage.id)
    }
}

/// What is the same for all leads.
struct Pair<'f> {
    sides: [Side<'f>; 2],
    /// The sources of the old flow, to find them again in the new one.
    matches: Vec<String>,
    format: Format,
    dialect: Dialect,
    columns: usize,
    id: String,
    id_column: Option<usize>,
    most: usize,
    all: bool,
}

/// A lead that goes to another stage.
struct Mover {
    line: u64,
    id: String,
    stages: [usize; 2],
    totals: [i64; 2],
    changes: Vec<Change>,
}

/// Points of one source before and after; `None` where it gave nothing.
struct Change {
    source: String,
    reason: String,
    points: [Option<i64>; 2],
}

impl Change {
    /// `+10`, or `+10 → +15` where it counted before; nothing for a disqualifier.
    fn points(&self) -> String {
        match self.points {
            [Some(old), Some(new)] => format!("{} → {}", signed(old), signed(new)),
            [Some(old), None] => signed(-old),
            [None, Some(new)] => signed(new),
            [None, None] => String::new(),
        }
    }

    /// For a table, where nothing may begin with a sign: spreadsheets would compute it.
    fn cell(&self) -> String {
        match self.points().as_str() {
            "" => self.reason.clone(),
            points => format!("{} ({points})", self.reason),
        }
    }
}

struct Comparing<'f> {
    pair: &'f Pair<'f>,
    answers: [Answers<'f>; 2],
    verdicts: [Verdict; 2],
    cells: Vec<Cell>,
    found: Found,
}

/// What the comparison comes to.
struct Found {
    tally: Tally,
    /// By old stage, by new stage.
    matrix: Vec<Vec<u64>>,
    movers: Vec<Mover>,
}

impl<'f> Comparing<'f> {
    fn new(pair: &'f Pair<'f>, old: Answers<'f>, new: Answers<'f>) -> Self {
        Self {
            pair,
            answers: [old, new],
            verdicts: [Verdict::default(), Verdict::default()],
            cells: Vec::new(),
            found: Found::new(pair),
        }
    }
}

impl Worker for Comparing<'_> {
    fn work(&mut self, block: &Block, out: &mut Vec<u8>) {
        let Self { pair, answers, verdicts, cells, found } = self;
        let Found { tally, matrix, movers } = found;
        leads::each(block, pair.format, pair.dialect, pair.columns, cells, tally, |lead, tally| {
            for (side, answers) in answers.iter_mut().enumerate() {
                // What the flows share would be told twice; the new one's complaints are told.
                let bad = |words: String| {
                    if side == 1 {
                        tally.values.note(|| (block.line_of(lead.at), words));
                    }
                };
                match &lead.content {
                    Content::Row(cells) => answers.row(&block.bytes, cells, bad),
                    Content::Object(object) => answers.object(object, bad, |_| {}),
                }
                Engine.score(&answers.evidence(), &mut verdicts[side]);
            }
            let stages = [verdicts[0].stage, verdicts[1].stage];
            if let Some(n) = matrix.get_mut(stages[0]).and_then(|row| row.get_mut(stages[1])) {
                *n += 1;
            }
            if pair.sides[0].stage(stages[0]) == pair.sides[1].stage(stages[1])
                || (!pair.all && movers.len() >= pair.most)
            {
                return;
            }
            let mover = Mover {
                line: block.line_of(lead.at),
                id: pair.id_of(lead, &block.bytes),
                stages,
                totals: [verdicts[0].total, verdicts[1].total],
                changes: pair.changes(verdicts),
            };
            if pair.all { mover.row(pair, out) } else { movers.push(mover) }
        });
    }
}

impl Pair<'_> {
    fn id_of(&self, lead: &Lead, bytes: &[u8]) -> String {
        match &lead.content {
            Content::Row(cells) => {
                let cell = self.id_column.and_then(|column| cells.get(column));
                cell.map_or(String::new(), |cell| String::from_utf8_lossy(&cell.text(bytes)).into_owned())
            }
            Content::Object(object) => {
                let inner = |key: &str| object.get(key).and_then(|inner| inner.get(&self.id));
                match object.get(&self.id).or_else(|| inner("answers")).or_else(|| inner("lead")) {
                    Some(Json::Text(text)) => text.clone(),
                    Some(Json::Number(n)) => n.to_string(),
                    _ => String::new(),
                }
            }
        }
    }

    /// What counts otherwise than before: disqualifiers, then sources, in the order of the flows.
    fn changes(&self, verdicts: &[Verdict; 2]) -> Vec<Change> {
        let mut changes = Vec::new();
        // What keeps a lead in the first stage: source, and what is said when it comes and when it goes.
        let against = |side: usize| {
            let scoring = &self.sides[side].flow.flow().scoring;
            let disqualified = verdicts[side].disqualified.iter().map(|place| {
                let d = &scoring.disqualifiers[*place];
                (format!("disqualifier:{}", d.id), ["no longer disqualified", "disqualified"], &d.reason)
            });
            let missing = verdicts[side].missing.iter().map(|place| {
                let m = &scoring.must_haves[*place];
                (format!("must_have:{}", m.id), ["no longer missing", "missing"], &m.reason)
            });
            disqualified.chain(missing).collect::<Vec<_>>()
        };
        for side in [0, 1] {
            let others = against(1 - side);
            for (source, said, reason) in against(side) {
                if others.iter().all(|(other, ..)| *other != source) {
                    changes.push(Change { source, reason: format!("{}: {reason}", said[side]), points: [None, None] });
                }
            }
        }
        let [old, new] = &self.sides;
        let counted = |side: usize| verdicts[side].parts(&self.sides[side].reasons).filter(|part| part.counted != 0);
        for part in counted(0) {
            let source = &self.matches[part.reason];
            let now = counted(1).find(|other| new.reasons.list[other.reason].source == *source);
            if now.is_none_or(|now| now.counted != part.counted) {
                let words = now.map_or(&old.reasons.list[part.reason], |now| &new.reasons.list[now.reason]);
                changes.push(Change {
                    source: source.clone(),
                    reason: words.words.clone(),
                    points: [Some(part.counted), now.map(|now| now.counted)],
                });
            }
        }
        for part in counted(1) {
            let reason = &new.reasons.list[part.reason];
            if counted(0).all(|other| self.matches[other.reason] != reason.source) {
                changes.push(Change {
                    source: reason.source.clone(),
                    reason: reason.words.clone(),
                    points: [None, Some(part.counted)],
                });
            }
        }
        changes
    }
}

impl Mover {
    fn row(&self, pair: &Pair, out: &mut Vec<u8>) {
        let changes: Vec<String> = self.changes.iter().map(Change::cell).collect();
        let cells = [
            self.line.to_string(),
            self.id.clone(),
            pair.sides[0].stage(self.stages[0]).into(),
            pair.sides[1].stage(self.stages[1]).into(),
            self.totals[0].to_string(),
            self.totals[1].to_string(),
            changes.join("; "),
        ];
        for (i, cell) in cells.iter().enumerate() {
            if i > 0 {
                out.push(b',');
            }
            write_cell(cell.as_bytes(), b',', out);
        }
        out.push(b'\n');
    }
}

impl Found {
    fn new(pair: &Pair) -> Self {
        let [old, new] = &pair.sides;
        let matrix = vec![vec![0; new.flow.flow().stages.len()]; old.flow.flow().stages.len()];
        Self { tally: Tally::default(), matrix, movers: Vec::new() }
    }

    fn merge(&mut self, other: Found, most: usize) {
        self.tally.merge(other.tally);
        for (row, other) in self.matrix.iter_mut().zip(other.matrix) {
            row.iter_mut().zip(other).for_each(|(n, other)| *n += other);
        }
        self.movers.extend(other.movers);
        self.movers.sort_by_key(|mover| mover.line);
        self.movers.truncate(most);
    }

    /// How many move, and how many of them upwards, as far as the new flow knows both stages.
    fn moved(&self, pair: &Pair) -> (u64, u64, u64) {
        let [old, new] = &pair.sides;
        let place = |id: &str| new.flow.flow().stages.iter().position(|stage| stage.id == id);
        let (mut moved, mut up, mut down) = (0, 0, 0);
        for (from, row) in self.matrix.iter().enumerate() {
            for (to, n) in row.iter().enumerate().filter(|(to, _)| old.stage(from) != new.stage(*to)) {
                moved += n;
                match place(old.stage(from)) {
                    Some(before) if before < to => up += n,
                    Some(before) if before > to => down += n,
                    _ => {}
                }
            }
        }
        (moved, up, down)
    }
}
