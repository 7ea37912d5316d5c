//! From a flow as written to a flow that cannot fail.
//!
//! Every reference becomes an index, every condition a tree, every text a template. What cannot be
//! resolved is noted with its place and the way out.

use super::blocks::Origins;
use super::condition::{self, Expr};
use super::diagnostic::{Code, Notes, Path, nearest};
use super::model::Flow;
use super::template::{self, Format, Named, Template};
use crate::json::{Json, Numbers};
use alloc::{format, string::String, vec::Vec};
use known::{Known, Level, Scope};

mod conversation;
mod destinations;
mod fields;
mod known;
mod scoring;
mod signals;
mod standing;
mod surroundings;
mod translations;
mod uses;
mod variables;

use destinations::DestinationAt;
pub(crate) use destinations::is_subscription;
pub(super) use translations::translations;

/// A flow without mistakes, with every reference resolved. Only [`super::load`] makes one.
#[derive(Debug)]
pub struct Checked {
    pub(crate) flow: Flow,
    pub(crate) sha256: String,
    pub(crate) numbers: Numbers,
    /// By field: where the points of its options or bands go.
    pub(crate) field_points: Vec<Option<Target>>,
    /// By field: the option that asks for words of the visitor's own, and the field that takes them.
    pub(crate) words: Vec<Option<(usize, usize)>>,
    pub(crate) rules: Vec<RuleAt>,
    pub(crate) flags: Vec<FlagAt>,
    /// By group: its score.
    pub(crate) groups: Vec<usize>,
    pub(crate) disqualifiers: Vec<Expr>,
    pub(crate) must_haves: Vec<Expr>,
    /// The scores of the grid's rows and columns.
    pub(crate) grid: Option<(usize, usize)>,
    pub(crate) stages: Vec<StageAt>,
    /// Of all frameworks, in their order.
    pub(crate) criteria: Vec<CriterionAt>,
    /// By trait of the profile.
    pub(crate) traits: Vec<Expr>,
    pub(crate) segments: Vec<Expr>,
    pub(crate) routes: Vec<RouteAt>,
    pub(crate) watch: Watch,
    /// By field: whether its answer does nothing but score.
    pub(crate) only_scores: Vec<bool>,
    /// Whether conversation, segments or routes look at points, and not only at what they lead to.
    pub(crate) points_matter: bool,
    pub(crate) steps: Vec<Node>,
    pub(crate) start: usize,
    /// By outcome: title and text.
    pub(crate) outcomes: Vec<(Template, Template)>,
    pub(crate) minimum_stage: usize,
    /// By step: the most questions still to come, this one included.
    pub(crate) ahead: Vec<u32>,
    pub(crate) variables: Vec<Expr>,
    /// Whether a condition asks which pages were shown; otherwise nobody takes note of them.
    pub(crate) asks_pages: bool,
    pub(crate) destinations: Vec<DestinationAt>,
    /// For reviews: where what was written out stands in the file.
    #[cfg(not(feature = "widget"))]
    pub(crate) origins: Origins,
}

/// Where points go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Target {
    pub score: usize,
    pub group: Option<usize>,
}

#[derive(Debug)]
pub(crate) struct RuleAt {
    pub target: Target,
    pub points: i64,
    pub cause: Cause,
}

/// What makes a rule count.
#[derive(Debug)]
pub(crate) enum Cause {
    When {
        condition: Expr,
        /// It looks at whether questions are open, with `missing` or a default.
        asks_openness: bool,
    },
    Signal(usize),
}

#[derive(Debug)]
pub(crate) struct FlagAt {
    pub target: Target,
    pub field: Option<usize>,
    pub when: Option<Expr>,
}

/// What a stage asks for; all of it must hold. A stage that asks for nothing is always reached.
#[derive(Debug, Default)]
pub(crate) struct StageAt {
    pub from: Option<i64>,
    /// Cells of the grid; none means any.
    pub cells: Vec<(usize, usize)>,
    pub when: Option<Expr>,
    pub criteria: Vec<usize>,
    /// Use of the product must have been seen.
    pub product: bool,
}

#[derive(Debug)]
pub(crate) struct CriterionAt {
    /// The field whose answer shows it.
    pub field: Option<usize>,
    pub when: Option<Expr>,
}

#[derive(Debug)]
pub(crate) struct RouteAt {
    pub segment: Option<usize>,
    pub when: Option<Expr>,
}

/// Which rules an event can change.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    pub fields: Vec<Vec<usize>>,
    pub signals: Vec<Vec<usize>>,
    /// Rules whose points change with time alone.
    pub timed: Vec<usize>,
}

/// A step, resolved.
#[derive(Debug)]
pub(crate) struct Node {
    pub say: Vec<Template>,
    pub does: Does,
    pub branches: Vec<(Expr, usize)>,
    pub next: After,
    pub depends_on: Vec<usize>,
    /// Steps of which the one that settles most comes next.
    pub pick: Vec<usize>,
    /// The step that picks this one.
    pub picked_by: Option<usize>,
    /// Passed over unless this holds.
    pub when: Option<Expr>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Does {
    Say,
    Ask(usize),
    /// Offers its link, and waits until the visitor goes on.
    Offer,
    Consent,
    End(usize),
}

/// What follows when no branch holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum After {
    Step(usize),
    End,
}

impl Checked {
    pub fn id(&self) -> &str {
        &self.flow.id
    }

    pub fn version(&self) -> u32 {
        self.flow.version
    }

    /// The language that it speaks (BCP 47): the file's own, or that of one of its translations.
    pub fn locale(&self) -> &str {
        &self.flow.locale
    }

    /// SHA-256 of the file's bytes, in hex.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// Whether consent is asked for before the first personal question.
    pub(crate) fn asks_early(&self) -> bool {
        self.flow.consent.as_ref().is_some_and(|consent| consent.before_personal)
    }

    /// Whether a step asks for something personal, in words beside its options too.
    pub(crate) fn asks_personal(&self, step: usize) -> bool {
        let Does::Ask(field) = self.steps[step].does else { return false };
        let words = self.words[field].map(|(_, words)| words);
        core::iter::once(field).chain(words).any(|field| self.flow.fields[field].personal)
    }

    /// The flow as written.
    pub fn flow(&self) -> &Flow {
        &self.flow
    }

    /// The least and the most that a group counts.
    pub(crate) fn group_limits(&self, group: usize) -> (i64, i64) {
        let group = &self.flow.scoring.groups[group];
        (group.floor.map_or(i64::MIN, i64::from), group.cap.into())
    }

    /// A cell of the grid as people call it.
    pub(crate) fn grade_name(&self, (row, column): (usize, usize)) -> String {
        let bands =
            self.flow.scoring.grid.as_ref().map(|grid| (&grid.rows.bands[row].name, &grid.columns.bands[column].name));
        bands.map_or_else(String::new, |(row, column)| row.clone() + column)
    }
}

struct Check<'a> {
    flow: &'a Flow,
    origins: &'a Origins,
    known: &'a Known<'a>,
    /// Those that are read so far.
    variables: Vec<Expr>,
    notes: &'a mut Notes,
}

/// Checks a flow and makes it ready. Mistakes are noted.
///
/// A reference that leads nowhere is noted and taken for the first place: checking goes on, and the
/// result is of no use then.
pub(super) fn check(flow: Flow, origins: Origins, sha256: String, numbers: Numbers, notes: &mut Notes) -> Checked {
    let known = Known::of(&flow, &origins, notes);
    let mut check = Check { flow: &flow, origins: &origins, known: &known, variables: Vec::new(), notes };
    let words = check.fields();
    check.variables();
    check.experiments();
    let groups = check.scores();
    let field_points = check.field_points(&groups);
    let rules = check.rules(&groups);
    let flags = check.red_flags(&groups);
    let scoring = Path::ROOT.key("scoring");
    let disqualifiers = check.conditions(
        flow.scoring.disqualifiers.iter().map(|d| &d.when),
        &scoring.key("disqualifiers"),
        Level::Evidence,
    );
    let must_haves =
        check.conditions(flow.scoring.must_haves.iter().map(|m| &m.when), &scoring.key("must_haves"), Level::Evidence);
    let grid = check.grid();
    let criteria = check.criteria();
    let traits = check.traits();
    let (stages, minimum_stage) = check.stages();
    let segments = check.conditions(flow.segments.iter().map(|s| &s.when), &Path::ROOT.key("segments"), Level::Stage);
    let routes = check.routes();
    check.signals();
    check.consent();
    check.addresses();
    let destinations = check.destinations(minimum_stage);
    let outcomes = check.outcomes();
    let (start, steps) = check.steps();
    // Ways can be followed only where each leads somewhere.
    let ahead = if check.notes.is_broken() { Vec::new() } else { check.questions_ahead(&steps) };
    let variables = check.variables;
    let mut checked = Checked {
        variables,
        asks_pages: known.asks_pages.get(),
        destinations,
        #[cfg(not(feature = "widget"))]
        origins,
        field_points,
        words,
        rules,
        flags,
        groups,
        disqualifiers,
        must_haves,
        grid,
        stages,
        criteria,
        traits,
        segments,
        routes,
        watch: Watch::default(),
        only_scores: Vec::new(),
        points_matter: false,
        steps,
        start,
        outcomes,
        minimum_stage,
        ahead,
        sha256,
        numbers,
        flow,
    };
    if !notes.is_broken() {
        uses::note(&mut checked);
    }
    checked
}

impl Check<'_> {
    fn field(&mut self, id: &str, path: &Path) -> usize {
        self.known.fields.refer(id, path, self.notes)
    }

    fn step(&mut self, id: &str, path: &Path) -> usize {
        self.known.steps.refer(id, path, self.notes)
    }

    fn condition(&mut self, json: &Json, level: Level, path: &Path) -> Expr {
        let names = Scope { known: self.known, level, variables: &self.variables };
        condition::parse(json, Some(&names), path, self.notes)
    }

    fn optional_condition(&mut self, json: Option<&Json>, level: Level, path: &Path) -> Option<Expr> {
        json.map(|json| self.condition(json, level, &path.key("when")))
    }

    /// The conditions of a list whose entries have a `when`.
    fn conditions<'j>(&mut self, list: impl Iterator<Item = &'j Json>, path: &Path, level: Level) -> Vec<Expr> {
        list.enumerate().map(|(i, json)| self.condition(json, level, &path.index(i).key("when"))).collect()
    }

    fn template(&mut self, text: &str, path: &Path) -> Template {
        let known = self.known;
        template::parse(text, &|id| named(known.fields.find(id), known.variables.find(id))).unwrap_or_else(
            |template::Unreadable(id)| {
                unreadable(id, self.flow, path, self.notes);
                Template::new()
            },
        )
    }
}

/// What a text mentions, by the place of a field or a variable of that name.
fn named(field: Option<usize>, variable: Option<usize>) -> Option<Named> {
    field.map(Named::Field).or(variable.map(Named::Variable))
}

fn unreadable(name: &str, flow: &Flow, path: &Path, notes: &mut Notes) {
    notes.error(Code::BadPiping, path, || {
        let (id, format) = name.split_once(':').unwrap_or((name, ""));
        let names = || flow.fields.iter().map(|f| f.id.as_str()).chain(flow.variables.iter().map(|v| v.id.as_str()));
        if names().any(|known| known == id) {
            let all = Format::NAMES.join(", ");
            let what = format!("“{format}” is no form that an answer can be put in.");
            return (what, format!("Use one of: {all}."));
        }
        let way = match nearest(id, names()) {
            Some(near) => format!("Did you mean {{{near}}}?"),
            None => "Write {field_id} or {field_id|fallback}; a plain brace is {{.".into(),
        };
        (format!("This text mentions “{id}”, which is no field."), way)
    });
}
