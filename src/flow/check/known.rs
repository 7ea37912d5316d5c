//! The ids of a flow, sorted once, so that a name is found without walking its list.

use crate::flow::blocks::Origins;
use crate::flow::condition::{Expr, Fact, Names, TouchPart, TouchSum};
use crate::flow::diagnostic::{Code, Notes, Path, nearest};
use crate::flow::model::Flow;
use alloc::{collections::BinaryHeap, format, string::String, vec::Vec};
use core::cell::Cell;

/// The ids of one list.
pub(super) struct Ids<'a> {
    /// What an entry is called in a sentence.
    what: &'static str,
    sorted: Vec<(&'a str, usize)>,
}

/// Refuses what every object of JavaScript has, or is changed by: a lead is read by programs that put
/// names into objects, and an object so changed changes all others.
pub(super) fn reserved(name: &str, path: &Path, notes: &mut Notes) {
    if matches!(name, "__proto__" | "constructor" | "prototype") {
        notes.error(Code::OutOfRange, path, || {
            (format!("“{name}” means something else in every script."), "Give it another name.".into())
        });
    }
}

impl<'a> Ids<'a> {
    /// Sorts the ids of a list; notes those that are unusable or stand there twice. From `written` on they are
    /// ids of what was written out.
    ///
    /// Not generic over the lists: there are seventeen.
    fn of(
        what: &'static str,
        count: usize,
        written: usize,
        id: &dyn Fn(usize) -> &'a str,
        path: &Path,
        notes: &mut Notes,
    ) -> Ids<'a> {
        // A heap sorts in a tenth of the code of the library's sort.
        let sorted = (0..count).map(|i| (id(i), i)).collect::<BinaryHeap<_>>().into_sorted_vec();
        for (n, (id, i)) in sorted.iter().enumerate() {
            let plain = !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
            if !plain && *i < written {
                notes.error(Code::OutOfRange, &path.index(*i).key("id"), || {
                    (format!("“{id}” is no usable id."), "Use letters, digits, _ and -.".into())
                });
            }
            reserved(id, &path.index(*i).key("id"), notes);
            if n > 0 && sorted[n - 1].0 == *id {
                notes.error(Code::Duplicate, &path.index(*i).key("id"), || {
                    (format!("The id “{id}” stands here twice."), "Rename one of the two.".into())
                });
            }
        }
        Ids { what, sorted }
    }

    /// The place of an id in its list.
    pub fn find(&self, id: &str) -> Option<usize> {
        let first = self.sorted.partition_point(|(known, _)| *known < id);
        self.sorted.get(first).filter(|(known, _)| *known == id).map(|(_, place)| *place)
    }

    fn names(&self) -> impl Iterator<Item = &'a str> + Clone + '_ {
        self.sorted.iter().map(|(id, _)| *id)
    }

    /// The place of `wanted`; without one, a note with the nearest name, and the first place.
    pub fn refer(&self, wanted: &str, path: &Path, notes: &mut Notes) -> usize {
        let found = self.find(wanted);
        if found.is_none() {
            notes.error(Code::UnknownReference, path, || {
                let what = self.what;
                let way = match (nearest(wanted, self.names()), self.sorted.len()) {
                    (Some(near), _) => format!("Did you mean “{near}”?"),
                    (None, 0) => format!("Add a {what} of that name first."),
                    (None, _) => format!("Known here: {}.", list(self.names().map(String::from))),
                };
                (format!("There is no {what} “{wanted}”."), way)
            });
        }
        found.unwrap_or(0)
    }
}

/// The first of some names, as a sentence lists them.
fn list(mut names: impl Iterator<Item = String>) -> String {
    let mut all = names.by_ref().take(12).collect::<Vec<_>>().join(", ");
    let rest = names.count();
    if rest > 0 {
        all += &format!(" and {rest} more");
    }
    all
}

/// Every id that something in the flow can refer to.
pub(super) struct Known<'a> {
    flow: &'a Flow,
    pub fields: Ids<'a>,
    pub signals: Ids<'a>,
    pub scores: Ids<'a>,
    pub groups: Ids<'a>,
    pub flags: Ids<'a>,
    pub stages: Ids<'a>,
    pub segments: Ids<'a>,
    pub frameworks: Ids<'a>,
    pub steps: Ids<'a>,
    pub outcomes: Ids<'a>,
    pub variables: Ids<'a>,
    pub purposes: Ids<'a>,
    experiments: Ids<'a>,
    /// By framework, the place of its first criterion among all.
    pub first_criterion: Vec<usize>,
    /// Whether a condition was read that asks which pages were shown.
    pub asks_pages: Cell<bool>,
}

impl<'a> Known<'a> {
    pub fn of(flow: &'a Flow, origins: &Origins, notes: &mut Notes) -> Known<'a> {
        let root = Path::ROOT;
        let (scoring, conversation, consent) = (root.key("scoring"), root.key("conversation"), root.key("consent"));
        let (icp, routing, fields, checklists) =
            (root.key("icp"), root.key("routing"), root.key("fields"), root.key("frameworks"));
        macro_rules! ids {
            ($what:literal, $list:expr, $path:expr) => {
                ids!($what, $list, $path, $list.len())
            };
            ($what:literal, $list:expr, $path:expr, $written:expr) => {
                Ids::of($what, $list.len(), $written, &|i| $list[i].id.as_str(), &$path, notes)
            };
        }
        if let Some(help) = &flow.help {
            ids!("question", help.faq, root.key("help").key("faq"));
        }
        let blocks = conversation.key("blocks");
        ids!("block", flow.conversation.blocks, blocks);
        for (i, block) in flow.conversation.blocks.iter().enumerate() {
            ids!("step", block.steps, blocks.index(i).key("steps"));
        }
        let tests = conversation.key("experiments");
        for (i, experiment) in flow.conversation.experiments.iter().enumerate() {
            ids!("variant", experiment.variants, tests.index(i).key("variants"));
        }
        for (i, field) in flow.fields.iter().enumerate() {
            ids!("option", field.options, fields.index(i).key("options"));
        }
        let mut first_criterion = Vec::with_capacity(flow.frameworks.len());
        let mut criteria = 0;
        for (i, framework) in flow.frameworks.iter().enumerate() {
            ids!("criterion", framework.criteria, checklists.index(i).key("criteria"));
            first_criterion.push(criteria);
            criteria += framework.criteria.len();
        }
        ids!("rule", flow.scoring.rules, scoring.key("rules"));
        ids!("disqualifier", flow.scoring.disqualifiers, scoring.key("disqualifiers"));
        ids!("must-have", flow.scoring.must_haves, scoring.key("must_haves"));
        if let Some(profile) = &flow.icp {
            ids!("trait", profile.traits, icp.key("traits"));
        }
        if let Some(model) = &flow.routing {
            ids!("route", model.routes, routing.key("routes"));
        }
        ids!("destination", flow.delivery.destinations, root.key("delivery").key("destinations"));
        let purposes = flow.consent.as_ref().map_or(&[][..], |c| &c.purposes);
        Known {
            flow,
            fields: ids!("field", flow.fields, fields, origins.fields),
            signals: ids!("signal", flow.signals, root.key("signals")),
            scores: ids!("score", flow.scoring.scores, scoring.key("scores")),
            groups: ids!("group", flow.scoring.groups, scoring.key("groups")),
            flags: ids!("red flag", flow.scoring.red_flags, scoring.key("red_flags")),
            stages: ids!("stage", flow.stages, root.key("stages")),
            segments: ids!("segment", flow.segments, root.key("segments")),
            frameworks: ids!("framework", flow.frameworks, checklists),
            steps: ids!("step", flow.conversation.steps, conversation.key("steps"), origins.steps),
            outcomes: ids!("outcome", flow.outcomes, root.key("outcomes")),
            variables: ids!("variable", flow.variables, root.key("variables")),
            purposes: ids!("purpose", purposes, consent.key("purposes")),
            experiments: ids!("experiment", flow.conversation.experiments, conversation.key("experiments")),
            first_criterion,
            asks_pages: Cell::new(false),
        }
    }

    /// The places of the criteria that `bant` or `bant.budget` names.
    pub fn criteria(&self, name: &str) -> Option<core::ops::Range<usize>> {
        let (framework, criterion) = name.split_once('.').map_or((name, None), |(f, c)| (f, Some(c)));
        let place = self.frameworks.find(framework)?;
        let (first, list) = (self.first_criterion[place], &self.flow.frameworks[place].criteria);
        Some(match criterion {
            Some(id) => {
                let one = first + list.iter().position(|c| c.id == id)?;
                one..one + 1
            }
            None => first..first + list.len(),
        })
    }
}

/// Who may speak of what: each sees all that the ones before it see.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// Rules, disqualifiers, criteria, traits: what the visitor said and did.
    Evidence,
    /// Stages: also what it scored.
    Points,
    /// Segments: also the stage.
    Stage,
    /// Routes: also the segment.
    Segment,
    /// Branches of the conversation: also consent.
    Conversation,
}

/// The names that a condition may use where it stands.
pub(super) struct Scope<'a> {
    pub known: &'a Known<'a>,
    pub level: Level,
    /// Those that are read so far.
    pub variables: &'a [Expr],
}

impl Names for Scope<'_> {
    fn find(&self, name: &str) -> Option<Fact> {
        let known = self.known;
        let (room, rest) = name.split_once('.').unwrap_or(("", name));
        let points = self.level >= Level::Points;
        match room {
            "" => match name {
                "grade" if points => known.flow.scoring.grid.as_ref().map(|_| Fact::Grade),
                "icp" if points => known.flow.icp.as_ref().map(|_| Fact::Icp),
                "stage" if self.level >= Level::Stage => Some(Fact::Stage),
                "disqualified" if self.level >= Level::Stage => Some(Fact::Disqualified),
                "segment" if self.level >= Level::Segment => Some(Fact::Segment),
                _ => known.fields.find(name).map(Fact::Field),
            },
            "signal" => known.signals.find(rest).map(Fact::Signal),
            "touch" => {
                let Some((which, part)) = rest.split_once('.') else {
                    let sum = TouchSum::ALL.into_iter().find(|sum| sum.as_str() == rest)?;
                    known.asks_pages.set(known.asks_pages.get() || sum == TouchSum::Pages);
                    return Some(Fact::Touches(sum));
                };
                let part = TouchPart::ALL.into_iter().find(|p| p.as_str() == part)?;
                ["first", "last"].iter().position(|w| *w == which).map(|n| Fact::Touch { last: n == 1, part })
            }
            "score" if points && rest == "total" => Some(Fact::Total),
            "score" if points => known.scores.find(rest).map(Fact::Score),
            "flag" if points => known.flags.find(rest).map(Fact::Flag),
            "criterion" if points => {
                known.criteria(rest).filter(|_| rest.contains('.')).map(|c| Fact::Criterion(c.start))
            }
            "consent" if self.level == Level::Conversation => known.purposes.find(rest).map(Fact::Consent),
            "experiment" if self.level == Level::Conversation => known.experiments.find(rest).map(Fact::Experiment),
            // One that was written out of a block, or a part of an answer.
            _ => known.fields.find(name).map(Fact::Field).or_else(|| {
                let (id, part) = name.rsplit_once('.')?;
                let field = known.fields.find(id)?;
                known.flow.fields[field].part(part).map(|part| Fact::Part { field, part })
            }),
        }
    }

    fn variable(&self, name: &str) -> Option<&Expr> {
        self.variables.get(self.known.variables.find(name)?)
    }

    fn all(&self) -> Vec<String> {
        if cfg!(feature = "widget") {
            return Vec::new();
        }
        let known = self.known;
        let mut all: Vec<String> = known.fields.names().map(String::from).collect();
        all.extend(known.variables.names().filter(|id| self.variable(id).is_some()).map(String::from));
        let rooms = [
            ("signal", &known.signals, Level::Evidence),
            ("score", &known.scores, Level::Points),
            ("flag", &known.flags, Level::Points),
            ("consent", &known.purposes, Level::Conversation),
            ("experiment", &known.experiments, Level::Conversation),
        ];
        for (room, ids, level) in rooms {
            if self.level >= level {
                all.extend(ids.names().map(|id| format!("{room}.{id}")));
            }
        }
        let criteria = known.flow.frameworks.iter().flat_map(|f| f.criteria.iter().map(move |c| (f, c)));
        if self.level >= Level::Points {
            all.extend(criteria.map(|(f, c)| format!("criterion.{}.{}", f.id, c.id)));
        }
        for which in ["first", "last"] {
            all.extend(TouchPart::ALL.map(|part| format!("touch.{which}.{}", part.as_str())));
        }
        all.extend(TouchSum::ALL.map(|sum| format!("touch.{}", sum.as_str())));
        let words = ["score.total", "grade", "icp", "stage", "disqualified", "segment"];
        all.extend(words.into_iter().filter(|word| self.find(word).is_some()).map(String::from));
        all
    }
}
