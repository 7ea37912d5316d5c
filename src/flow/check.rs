//! From a flow as written to a flow that cannot fail.
//!
//! Every reference becomes an index, every condition a tree, every text a template. What cannot be
//! resolved is noted with its place and the way out.

use super::condition::{self, Expr, Fact, Names};
use super::diagnostic::{Code, Notes, Path, nearest};
use super::model::Flow;
use super::template::{self, Template};
use crate::json::{Json, Numbers};
use alloc::{collections::BinaryHeap, format, string::String, vec::Vec};

mod conversation;
mod scoring;
mod surroundings;

/// A flow without mistakes, with every reference resolved. Only [`super::load`] makes one.
#[derive(Debug)]
pub struct Checked {
    pub(crate) flow: Flow,
    pub(crate) sha256: String,
    pub(crate) numbers: Numbers,
    /// By field: the score that the points of its options go to.
    pub(crate) option_score: Vec<Option<usize>>,
    pub(crate) rules: Vec<(usize, Cause)>,
    pub(crate) disqualifiers: Vec<Expr>,
    pub(crate) steps: Vec<Node>,
    pub(crate) start: usize,
    /// By outcome: title and text.
    pub(crate) outcomes: Vec<(Template, Template)>,
    pub(crate) minimum_stage: usize,
    /// By step: the most questions still to come, this one included.
    pub(crate) ahead: Vec<u32>,
}

/// What makes a rule count.
#[derive(Debug)]
pub(crate) enum Cause {
    When(Expr),
    Signal(usize),
}

/// A step, resolved.
#[derive(Debug)]
pub(crate) struct Node {
    pub say: Vec<Template>,
    pub does: Does,
    pub branches: Vec<(Expr, usize)>,
    pub next: After,
    pub depends_on: Vec<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Does {
    Say,
    Ask(usize),
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

    /// SHA-256 of the file's bytes, in hex.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// The flow as written.
    pub fn flow(&self) -> &Flow {
        &self.flow
    }
}

/// The names that conditions may use: fields and signals everywhere, the rest only where the
/// conversation branches, as scores cannot depend on themselves.
struct Scope<'a> {
    flow: &'a Flow,
    conversation: bool,
}

/// The place of the entry with this id.
fn place<T>(list: &[T], id: impl Fn(&T) -> &str, wanted: &str) -> Option<usize> {
    list.iter().position(|entry| id(entry) == wanted)
}

impl Scope<'_> {
    fn field(&self, id: &str) -> Option<usize> {
        place(&self.flow.fields, |f| &f.id, id)
    }
}

impl Names for Scope<'_> {
    fn find(&self, name: &str) -> Option<Fact> {
        let flow = self.flow;
        if let Some(id) = name.strip_prefix("signal.") {
            return place(&flow.signals, |s| &s.id, id).map(Fact::Signal);
        }
        if self.conversation {
            match name {
                "stage" => return Some(Fact::Stage),
                "disqualified" => return Some(Fact::Disqualified),
                "score.total" => return Some(Fact::Total),
                _ => {}
            }
            if let Some(id) = name.strip_prefix("score.") {
                return place(&flow.scoring.scores, |s| &s.id, id).map(Fact::Score);
            }
            if let Some(id) = name.strip_prefix("consent.") {
                let purposes = flow.consent.as_ref().map_or(&[][..], |c| &c.purposes);
                return place(purposes, |p| &p.id, id).map(Fact::Consent);
            }
        }
        self.field(name).map(Fact::Field)
    }

    fn all(&self) -> Vec<String> {
        if cfg!(feature = "widget") {
            return Vec::new();
        }
        let flow = self.flow;
        let mut all: Vec<String> = flow.fields.iter().map(|f| f.id.clone()).collect();
        all.extend(flow.signals.iter().map(|s| format!("signal.{}", s.id)));
        if self.conversation {
            all.extend(["stage", "disqualified", "score.total"].map(String::from));
            all.extend(flow.scoring.scores.iter().map(|s| format!("score.{}", s.id)));
            all.extend(flow.consent.iter().flat_map(|c| &c.purposes).map(|p| format!("consent.{}", p.id)));
        }
        all
    }
}

struct Check<'a> {
    flow: &'a Flow,
    notes: &'a mut Notes,
}

/// Checks a flow and makes it ready; `None` when it has mistakes, which are noted.
///
/// A reference that leads nowhere is noted and taken for the first place: checking goes on, and the
/// result is thrown away in the end.
pub(super) fn check(flow: Flow, sha256: String, numbers: Numbers, notes: &mut Notes) -> Option<Checked> {
    let mut check = Check { flow: &flow, notes };
    check.ids();
    check.fields();
    let option_score = check.option_scores();
    let rules = check.rules();
    let disqualifiers = check.disqualifiers();
    let minimum_stage = check.stages();
    check.consent();
    check.addresses();
    let outcomes = check.outcomes();
    let start = check.step(&flow.conversation.start, &Path::ROOT.key("conversation").key("start"));
    let steps = check.steps();
    if check.notes.is_broken() {
        return None;
    }
    let ahead = check.questions_ahead(&steps);
    if notes.is_broken() {
        return None;
    }
    Some(Checked {
        option_score,
        rules,
        disqualifiers,
        steps,
        start,
        outcomes,
        minimum_stage,
        ahead,
        sha256,
        numbers,
        flow,
    })
}

impl<'a> Check<'a> {
    /// The place of `wanted` among `ids`; without one, a note with the nearest name.
    fn reference<T>(&mut self, wanted: &str, list: &[T], id: fn(&T) -> &String, what: &str, path: &Path) -> usize {
        let found = list.iter().position(|entry| id(entry) == wanted);
        if found.is_none() {
            self.notes.error(Code::UnknownReference, path, || {
                let mut ids = list.iter().map(|entry| id(entry).as_str());
                let way = match nearest(wanted, ids.clone()) {
                    Some(near) => format!("Did you mean “{near}”?"),
                    None => match ids.next() {
                        Some(first) => {
                            format!("Known here: {}.", ids.fold(first.into(), |all: String, id| all + ", " + id))
                        }
                        None => format!("Add a {what} of that name first."),
                    },
                };
                (format!("There is no {what} “{wanted}”."), way)
            });
        }
        found.unwrap_or(0)
    }

    fn field(&mut self, id: &str, path: &Path) -> usize {
        self.reference(id, &self.flow.fields, |f| &f.id, "field", path)
    }

    fn score(&mut self, id: &str, path: &Path) -> usize {
        self.reference(id, &self.flow.scoring.scores, |s| &s.id, "score", path)
    }

    fn step(&mut self, id: &str, path: &Path) -> usize {
        self.reference(id, &self.flow.conversation.steps, |s| &s.id, "step", path)
    }

    fn condition(&mut self, json: &Json, conversation: bool, path: &Path) -> Expr {
        let names = Scope { flow: self.flow, conversation };
        condition::parse(json, Some(&names), path, self.notes)
    }

    fn template(&mut self, text: &str, path: &Path) -> Template {
        let names = Scope { flow: self.flow, conversation: false };
        template::parse(text, &|id| names.field(id)).unwrap_or_else(|template::Unreadable(id)| {
            self.notes.error(Code::BadPiping, path, || {
                let way = match nearest(id, self.flow.fields.iter().map(|f| f.id.as_str())) {
                    Some(near) => format!("Did you mean {{{near}}}?"),
                    None => "Write {field_id} or {field_id|fallback}; a plain brace is {{.".into(),
                };
                (format!("This text mentions “{id}”, which is no field."), way)
            });
            Template::new()
        })
    }

    /// Ids are plain words without dots, and none stands twice in its list.
    fn ids(&mut self) {
        let flow = self.flow;
        let root = Path::ROOT;
        let (scoring, conversation) = (root.key("scoring"), root.key("conversation"));
        self.unique(flow.fields.iter().map(|f| f.id.as_str()), &root.key("fields"));
        for (i, field) in flow.fields.iter().enumerate() {
            self.unique(field.options.iter().map(|o| o.id.as_str()), &root.key("fields").index(i).key("options"));
        }
        self.unique(flow.signals.iter().map(|s| s.id.as_str()), &root.key("signals"));
        self.unique(flow.scoring.scores.iter().map(|s| s.id.as_str()), &scoring.key("scores"));
        self.unique(flow.scoring.rules.iter().map(|r| r.id.as_str()), &scoring.key("rules"));
        self.unique(flow.scoring.disqualifiers.iter().map(|d| d.id.as_str()), &scoring.key("disqualifiers"));
        self.unique(flow.stages.iter().map(|s| s.id.as_str()), &root.key("stages"));
        self.unique(flow.conversation.steps.iter().map(|s| s.id.as_str()), &conversation.key("steps"));
        self.unique(flow.outcomes.iter().map(|o| o.id.as_str()), &root.key("outcomes"));
        let purposes = flow.consent.as_ref().map_or(&[][..], |c| &c.purposes);
        self.unique(purposes.iter().map(|p| p.id.as_str()), &root.key("consent").key("purposes"));
    }

    fn unique<'n>(&mut self, ids: impl Iterator<Item = &'n str>, path: &Path) {
        // A heap sorts in a tenth of the code of the library's sort.
        let sorted = ids.enumerate().map(|(i, id)| (id, i)).collect::<BinaryHeap<_>>().into_sorted_vec();
        for (n, (id, i)) in sorted.iter().enumerate() {
            let plain = !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
            if !plain {
                self.notes.error(Code::OutOfRange, &path.index(*i).key("id"), || {
                    (format!("“{id}” is no usable id."), "Use letters, digits, _ and -.".into())
                });
            }
            if n > 0 && sorted[n - 1].0 == *id {
                self.notes.error(Code::Duplicate, &path.index(*i).key("id"), || {
                    (format!("The id “{id}” stands here twice."), "Rename one of the two.".into())
                });
            }
        }
    }
}
