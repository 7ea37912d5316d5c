//! Steps, questions and outcomes: what nobody reaches, and what nothing uses.

use super::Review;
use super::places::{Place, any, asks_missing, facts_with_places};
use super::reach::{Ways, leads};
use super::totals::gives_points;
use super::trial;
use crate::flow::condition::Expr;
use crate::flow::diagnostic::{Code, Path};
use crate::flow::model::Shape;
use crate::flow::template::{Named, Piece, Template};
use crate::flow::{After, Does};
use alloc::{format, vec, vec::Vec};

/// What a flow does with its fields.
pub(super) struct Uses {
    /// By field: a step asks it, or the page says it.
    pub asked: Vec<bool>,
    /// By field: a condition asks for it, a criterion rests on it, or a red flag looks at it.
    pub condition: Vec<bool>,
    /// By field: a text mentions it.
    pub mention: Vec<bool>,
}

impl Review<'_> {
    pub fn conversation(&mut self) {
        let ways = Ways::of(self.checked);
        let uses = self.uses();
        self.unreachable(&ways);
        self.shadowed();
        self.pointless();
        self.asked_twice(&ways);
        self.answers(&uses);
        self.fields(&uses);
        self.outcomes();
        self.known(&ways, &uses);
        self.together(&ways, &uses);
    }

    pub fn uses(&self) -> Uses {
        let (checked, flow) = (self.checked, self.flow);
        let none = vec![false; flow.fields.len()];
        let asked = flow.fields.iter().map(|field| field.hidden).collect();
        let computed = |i: usize| {
            checked.variables.iter().any(|value| {
                any(
                    value,
                    &|part| matches!(part, Expr::Fact(fact, _) | Expr::About(_, fact, ..) if fact.field() == Some(i)),
                )
            })
        };
        let mut uses = Uses { asked, condition: none.clone(), mention: none };
        for node in &checked.steps {
            if let Does::Ask(field) = node.does {
                uses.asked[field] = true;
                if let Some((_, words)) = checked.words[field] {
                    uses.asked[words] = true;
                }
            }
        }
        for condition in self.all_conditions() {
            for (i, field) in flow.fields.iter().enumerate() {
                let asked = any(condition.expr, &|part| matches!(part, Expr::Fact(fact, _) if fact.field() == Some(i)));
                uses.condition[i] |= asked || asks_missing(condition.expr, &field.id);
            }
        }
        for i in 0..flow.fields.len() {
            uses.condition[i] |= computed(i);
        }
        let shown = checked.criteria.iter().filter_map(|criterion| criterion.field);
        for field in shown.chain(checked.flags.iter().filter_map(|flag| flag.field)) {
            uses.condition[field] = true;
        }
        let says = checked.steps.iter().flat_map(|node| &node.say);
        for text in says.chain(checked.outcomes.iter().flat_map(|(title, text)| [title, text])) {
            for (field, _) in mentioned(text) {
                uses.mention[field] = true;
            }
        }
        uses
    }

    fn unreachable(&mut self, ways: &Ways) {
        let conversation = Path::ROOT.key("conversation");
        let (list, blocks) = (conversation.key("steps"), conversation.key("blocks"));
        for (i, block) in self.flow.conversation.blocks.iter().enumerate() {
            if !self.flow.conversation.steps.iter().any(|step| step.block.as_ref() == Some(&block.id)) {
                self.notes.warning(Code::UnreachableStep, &blocks.index(i), || {
                    (format!("No step takes up the block “{}”.", block.id), "Take it up, or remove it.".into())
                });
            }
        }
        let steps = &self.flow.conversation.steps;
        let lost = |step: &usize| !ways.reached[*step];
        for (i, step) in steps.iter().enumerate().filter(|(i, _)| lost(i)) {
            // What only lost steps lead to is lost for their sake.
            let goes_on = |other: usize| leads(self.checked, other).chain(self.checked.steps[other].pick.clone());
            if (0..steps.len()).filter(lost).any(|other| goes_on(other).any(|to| to == i)) {
                continue;
            }
            self.notes.warning(Code::UnreachableStep, &list.index(i), || {
                (
                    format!("No way leads from “{}” to “{}”.", self.flow.conversation.start, step.id),
                    "Name it in “next” or in a branch, or remove it.".into(),
                )
            });
        }
    }

    fn shadowed(&mut self) {
        let checked = self.checked;
        for (step, node) in checked.steps.iter().enumerate() {
            let all: Vec<&Expr> = node.branches.iter().map(|(when, _)| when).collect();
            for branch in trial::shadowed(checked, &all) {
                Place::Branch { step, branch }.with_path(&mut |path| {
                    self.notes.warning(Code::ShadowedBranch, path, || {
                        (
                            "Whenever this holds, a branch before it has been taken.".into(),
                            "Put it before that one, narrow the other, or remove it.".into(),
                        )
                    });
                });
            }
        }
    }

    /// The last branch decides nothing when it leads where the conversation goes without it.
    fn pointless(&mut self) {
        let conversation = Path::ROOT.key("conversation");
        let list = conversation.key("steps");
        for (i, node) in self.checked.steps.iter().enumerate() {
            let (Some((_, to)), After::Step(next)) = (node.branches.last(), node.next) else { continue };
            if *to == next {
                let path = list.index(i);
                let branches = path.key("branches");
                self.notes.warning(Code::PointlessBranch, &branches.index(node.branches.len() - 1).key("to"), || {
                    let id = &self.flow.conversation.steps[next].id;
                    (
                        format!("Without this branch the conversation goes to “{id}” as well."),
                        "Let it lead elsewhere, or remove it.".into(),
                    )
                });
            }
        }
    }

    fn asked_twice(&mut self, ways: &Ways) {
        let conversation = Path::ROOT.key("conversation");
        let list = conversation.key("steps");
        let steps = &self.flow.conversation.steps;
        for (i, step) in steps.iter().enumerate().filter(|(i, _)| ways.reached[*i]) {
            let Does::Ask(field) = self.checked.steps[i].does else { continue };
            if ways.sometimes[i][field] {
                self.notes.warning(Code::AskedTwice, &list.index(i).key("ask"), || {
                    (
                        format!(
                            "“{}” has been asked before on a way to “{}”, where it is then passed over.",
                            self.flow.fields[field].id, step.id
                        ),
                        "Ask it once, or let the ways part before the first.".into(),
                    )
                });
            }
        }
    }

    /// Questions that bring the visitor nothing and the flow nothing. Free texts are read by people.
    fn answers(&mut self, uses: &Uses) {
        let conversation = Path::ROOT.key("conversation");
        let list = conversation.key("steps");
        for (i, field) in self.flow.fields.iter().enumerate() {
            let counts = gives_points(field);
            let told = matches!(field.kind.shape(), Shape::Text | Shape::Days | Shape::Order | Shape::Rows);
            if field.personal || told || counts || uses.condition[i] || uses.mention[i] {
                continue;
            }
            let Some(step) = self.checked.steps.iter().position(|node| node.does == Does::Ask(i)) else { continue };
            self.notes.warning(Code::UnusedAnswer, &list.index(step).key("ask"), || {
                (
                    format!("No points, condition or text uses the answer to “{}”.", field.id),
                    "Use it, or do not ask: each question costs visitors.".into(),
                )
            });
        }
    }

    fn fields(&mut self, uses: &Uses) {
        for condition in self.all_conditions() {
            condition.place.with_path(&mut |path| {
                facts_with_places(condition.expr, condition.json, path, &mut |fact, _, path| {
                    let Some(field) = fact.field() else { return };
                    if !uses.asked[field] {
                        self.never_asked(&self.flow.fields[field].id, path);
                    }
                });
            });
        }
        self.shown_by_nothing(uses);
        let root = Path::ROOT.key("fields");
        for (i, field) in self.flow.fields.iter().enumerate() {
            if !uses.asked[i] && !uses.condition[i] && !uses.mention[i] && !self.checked.origins.is_copied(i) {
                self.notes.warning(Code::UnusedField, &root.index(i), || {
                    (format!("No step asks “{}” and nothing uses it.", field.id), "Ask it, or remove it.".into())
                });
            }
        }
    }

    /// Criteria and red flags that look at a field nobody is asked for.
    fn shown_by_nothing(&mut self, uses: &Uses) {
        let root = Path::ROOT;
        let (scoring, checklists) = (root.key("scoring"), root.key("frameworks"));
        let flags = scoring.key("red_flags");
        for (i, flag) in self.flow.scoring.red_flags.iter().enumerate() {
            self.asked_nowhere(uses, flag.field.as_ref(), &flags.index(i).key("field"));
        }
        for (i, framework) in self.flow.frameworks.iter().enumerate() {
            let path = checklists.index(i);
            let list = path.key("criteria");
            for (j, criterion) in framework.criteria.iter().enumerate() {
                self.asked_nowhere(uses, criterion.field.as_ref(), &list.index(j).key("field"));
            }
        }
    }

    fn asked_nowhere(&mut self, uses: &Uses, field: Option<&String>, path: &Path) {
        let place = |id: &String| self.flow.fields.iter().position(|field| field.id == *id);
        if let (Some(id), Some(place)) = (field, field.and_then(place))
            && !uses.asked[place]
        {
            self.never_asked(id, path);
        }
    }

    fn never_asked(&mut self, id: &str, path: &Path) {
        self.notes.warning(Code::NeverAsked, path, || {
            (format!("No step asks “{id}”, so this stays open."), "Add a step that asks it.".into())
        });
    }

    fn outcomes(&mut self) {
        let root = Path::ROOT.key("outcomes");
        for (i, outcome) in self.flow.outcomes.iter().enumerate() {
            if !self.checked.steps.iter().any(|node| node.does == Does::End(i)) {
                self.notes.warning(Code::UnusedOutcome, &root.index(i), || {
                    (format!("No step ends with “{}”.", outcome.id), "Let a step end with it, or remove it.".into())
                });
            }
        }
    }
}

/// The fields that a text mentions, and the words it has for when they are unknown.
pub(super) fn mentioned(text: &Template) -> impl Iterator<Item = (usize, &str)> {
    text.iter().filter_map(|piece| match piece {
        Piece::Answer { of: Named::Field(field), fallback, .. } => Some((*field, fallback.as_str())),
        Piece::Answer { .. } | Piece::Text(_) => None,
    })
}
