//! Everything that is asked of the engine, in one place.

use prequal::flow::diagnostic::{Notes, Path};
use prequal::flow::{Checked, Diagnostic};
use prequal::insight::{self, Fade, Outlook, Value, Variable};
use prequal::json::{self, Json, Numbers, Writer};
use prequal::review::{Day, review};
use prequal::score::{Contribution, KEPT, Source, Standing, Tally};
use prequal::{account, lead};

pub use prequal::score::{Evidence, Pace, Seen};

/// Everything found in a flow: what keeps it from loading, or what is unwise about one that loads. `day`
/// is today, in days since 1970.
pub fn check(bytes: &[u8], day: i64) -> Vec<Diagnostic> {
    match prequal::flow::load(bytes) {
        Ok(flow) => review(&flow, Some(Day(day))),
        Err(findings) => findings,
    }
}

/// Reads JSON text.
pub fn parse(text: &[u8]) -> Result<Json, json::SyntaxError> {
    json::parse(text, Numbers::NATIVE)
}

/// Writes JSON without white space.
pub fn writer() -> Writer {
    Writer::new(Numbers::NATIVE)
}

/// Applies a JSONLogic rule to data.
///
/// # Errors
/// An error object, such as `{"type":"NaN"}`.
pub fn apply(rule: &Json, data: &Json) -> Result<Json, Json> {
    prequal::logic::apply(rule, data, Numbers::NATIVE)
}

/// Whether a name in a condition is that of a field, or of a part of its answer.
fn is_named(field: &prequal::flow::model::Field, name: &str) -> bool {
    name.strip_prefix(field.id.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// By field: whether any score, rule or disqualifier looks at it. Fields that nothing looks at need
/// not be read. Names that only seem to be used count as used.
pub fn looked_at(flow: &Checked, bytes: &[u8]) -> Vec<bool> {
    fn walk(json: &Json, fields: &[prequal::flow::model::Field], used: &mut [bool]) {
        match json {
            Json::Text(text) => {
                // `company_size`, `needs.price`, and whatever may be written around it one day.
                for (place, _) in fields.iter().enumerate().filter(|(_, field)| is_named(field, text)) {
                    used[place] = true;
                }
            }
            Json::List(items) => items.iter().for_each(|item| walk(item, fields, used)),
            Json::Object(entries) => entries.iter().for_each(|(_, item)| walk(item, fields, used)),
            _ => {}
        }
    }
    let fields = &flow.flow().fields;
    let mut used: Vec<bool> = fields.iter().map(|field| field.score.is_some()).collect();
    if let Ok(Json::Object(entries)) = parse(bytes) {
        // The parts that only talk about fields, or declare them.
        let talk = ["fields", "conversation", "outcomes", "consent", "assistant", "theme", "title"];
        entries.iter().filter(|(key, _)| !talk.contains(&key.as_str())).for_each(|(_, part)| {
            walk(part, fields, &mut used);
        });
    }
    used
}

/// What scores a lead.
pub trait Scorer {
    /// The verdict is overwritten, so that its room is used again.
    fn score(&mut self, evidence: &Evidence, verdict: &mut Verdict);
}

/// What scoring finds out, as far as lists of leads tell it.
#[derive(Debug, Default)]
pub struct Verdict {
    pub total: i64,
    /// By score.
    pub scores: Vec<i64>,
    /// The place of the stage.
    pub stage: usize,
    /// The cell of the grid: its row and column.
    pub grade: Option<(usize, usize)>,
    /// Places of the disqualifiers that hold.
    pub disqualified: Vec<usize>,
    /// Places of the must-haves that do not hold, or not yet.
    pub missing: Vec<usize>,
    contributions: Vec<Contribution>,
    tally: Tally,
}

/// What gave or took points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// The place in [`Reasons`].
    pub reason: usize,
    /// The place of the score.
    pub score: usize,
    /// As the flow gives them.
    pub points: i64,
    /// What age leaves of them.
    pub decayed: i64,
    /// What floors and caps leave of those.
    pub counted: i64,
}

impl Verdict {
    pub fn parts<'v>(&'v self, reasons: &'v Reasons) -> impl Iterator<Item = Part> + 'v {
        self.contributions.iter().map(|c| Part {
            reason: reasons.place(c.source),
            score: c.score,
            points: c.points,
            decayed: c.decayed,
            counted: c.counted,
        })
    }

    /// Places of the rules that wait for an answer.
    pub fn open(&self, flow: &Checked) -> Vec<usize> {
        self.tally.open(flow)
    }
}

/// The engine itself.
#[derive(Clone, Copy, Debug)]
pub struct Engine;

impl Scorer for Engine {
    fn score(&mut self, evidence: &Evidence, verdict: &mut Verdict) {
        verdict.tally.count(evidence);
        let standing = Standing::new(evidence, &verdict.tally);
        verdict.total = standing.total();
        verdict.scores.clear();
        verdict.scores.extend(standing.scores.iter().map(|(points, _)| *points));
        verdict.grade = standing.grade();
        verdict.disqualified = standing.disqualified();
        verdict.missing = standing.missing();
        let barred = !verdict.disqualified.is_empty() || !verdict.missing.is_empty();
        verdict.stage = if barred { 0 } else { standing.stage_by_merit() };
        verdict.tally.contributions(evidence, &mut verdict.contributions);
    }
}

/// What a lead would say of itself, and what it can still come to.
pub struct Account {
    pub lead: lead::Lead,
    /// Least and most that the total can end at.
    pub range: (i64, i64),
    /// The stage that is sure whatever is still answered.
    pub settled: Option<usize>,
}

pub fn account(evidence: &Evidence, idempotency_key: &str) -> Account {
    let (lead, _) = account::lead(evidence, idempotency_key.into());
    let tally = Tally::of(evidence);
    let standing = Standing::new(evidence, &tally);
    let range = standing.range();
    Account { lead, range: (range.least, range.most), settled: standing.settled_stage() }
}

/// What lies ahead of a lead.
pub struct Ahead {
    pub outlook: Outlook,
    /// The smallest changes that bring it to a higher stage.
    pub changes: Vec<Better>,
    pub fade: Option<Fade>,
}

/// One way to a higher stage.
pub struct Better {
    pub what: Vec<Moved>,
    pub stage: usize,
    pub total: i64,
}

/// What would have to be otherwise.
pub enum Moved {
    Answer {
        field: usize,
        value: Json,
    },
    /// Seen so many times more.
    Signal {
        signal: usize,
        more: u32,
    },
}

pub fn ahead(evidence: &Evidence) -> Ahead {
    let moved = |(variable, value): (Variable, Value)| match (variable, value) {
        (Variable::Field(field), Value::Answer(value)) => Some(Moved::Answer { field, value }),
        (Variable::Signal(signal), Value::Seen(seen)) => {
            let more = seen.count.saturating_sub(evidence.seen[signal].count);
            Some(Moved::Signal { signal, more })
        }
        // Nothing else is changed.
        _ => None,
    };
    let better = |change: insight::Change| Better {
        what: change.what.into_iter().filter_map(moved).collect(),
        stage: change.stage,
        total: change.total,
    };
    Ahead {
        outlook: insight::outlook(evidence),
        changes: insight::changes(evidence).into_iter().map(better).collect(),
        fade: insight::fades(evidence),
    }
}

/// All that can give points in a flow.
#[derive(Debug)]
pub struct Reasons {
    /// Rules, red flags, then by field options and bands.
    pub list: Vec<Reason>,
    flags: usize,
    /// By field: the places of its first option and its first band.
    fields: Vec<(usize, usize)>,
}

#[derive(Debug)]
pub struct Reason {
    /// `rule:<id>`, `option:<field>.<option>`, `band:<field>.<place>` or `flag:<id>`.
    pub source: String,
    /// Why, in plain words.
    pub words: String,
}

impl Reasons {
    pub fn of(flow: &Checked) -> Self {
        let model = flow.flow();
        let reason = |source: Source| {
            let (source, words) = account::words(flow, source);
            Reason { source, words }
        };
        let mut list: Vec<Reason> = (0..model.scoring.rules.len()).map(|place| reason(Source::Rule(place))).collect();
        let flags = list.len();
        list.extend((0..model.scoring.red_flags.len()).map(|place| reason(Source::Flag(place))));
        let mut fields = Vec::with_capacity(model.fields.len());
        for (field, model) in model.fields.iter().enumerate() {
            let options = list.len();
            list.extend((0..model.options.len()).map(|option| reason(Source::Option { field, option })));
            fields.push((options, list.len()));
            list.extend((0..model.bands.len()).map(|band| reason(Source::Band { field, band })));
        }
        Self { list, flags, fields }
    }

    fn place(&self, source: Source) -> usize {
        match source {
            Source::Rule(place) => place,
            Source::Flag(place) => self.flags + place,
            Source::Option { field, option } => self.fields[field].0 + option,
            Source::Band { field, band } => self.fields[field].1 + band,
        }
    }
}

/// Fields that a rule asks for and that have no answer.
pub fn waits_for<'f>(flow: &'f Checked, rule: usize, answers: &[Option<&Json>]) -> Vec<&'f str> {
    fn names<'j>(json: &'j Json, all: &mut Vec<&'j str>) {
        match json {
            Json::Text(text) => all.push(text),
            Json::List(items) => items.iter().for_each(|item| names(item, all)),
            Json::Object(entries) => entries.iter().for_each(|(_, item)| names(item, all)),
            _ => {}
        }
    }
    let mut all = Vec::new();
    if let Some(when) = flow.flow().scoring.rules.get(rule).and_then(|rule| rule.when.as_ref()) {
        names(when, &mut all);
    }
    let fields = flow.flow().fields.iter().enumerate();
    let open = fields.filter(|(i, field)| answers[*i].is_none() && all.iter().any(|name| is_named(field, name)));
    open.map(|(_, field)| field.id.as_str()).collect()
}

/// Says of a signal that it was seen a number of times at one moment, in the room that is there.
pub fn see(seen: &mut Seen, count: u32, at: i64) {
    seen.count = count;
    (seen.first_at, seen.last_at) = if count == 0 { (0, 0) } else { (at, at) };
    seen.recent.clear();
    seen.recent.resize(KEPT.min(count as usize), (at, 0));
}

/// Says of a signal when it was seen: times and numbers of pages, as a lead tells them.
pub fn see_times(seen: &mut Seen, count: u32, mut times: Vec<(i64, u32)>) {
    times.sort_by_key(|(at, _)| *at);
    seen.count = count.max(times.len() as u32);
    seen.first_at = times.first().map_or(0, |(at, _)| *at);
    seen.last_at = times.last().map_or(0, |(at, _)| *at);
    seen.recent = times.split_off(times.len().saturating_sub(KEPT));
}

/// The name of a cell of the grid, such as `A1`.
pub fn grade(flow: &Checked, (row, column): (usize, usize)) -> String {
    let grid = flow.flow().scoring.grid.as_ref();
    let names = grid.and_then(|grid| Some((&grid.rows.bands.get(row)?.name, &grid.columns.bands.get(column)?.name)));
    names.map_or_else(String::new, |(row, column)| format!("{row}{column}"))
}

/// Reads a part of a posted lead; nothing when it is none.
pub fn part<T: prequal::flow::Read>(json: Option<&Json>) -> Option<T> {
    let mut part = T::default();
    let mut notes = Notes::default();
    part.read(json?, &Path::ROOT, &mut notes);
    (!notes.is_broken()).then_some(part)
}
