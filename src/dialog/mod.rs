//! The conversation: which step comes next, what an answer may be, what changes with an edit, and
//! texts that mention answers.
//!
//! What it does not do: it sends nothing, stores nothing, and its only notion of time is the order
//! of events.

pub mod answer;
mod words;

pub use answer::{Input, Problem};
pub use words::Word;

use crate::flow::condition::Fact;
use crate::flow::template::{Piece, Template};
use crate::flow::{After, Checked, Does};
use crate::json::Json;
use crate::logic::{self, Facts};
use crate::score::{self, Evidence, Scorecard, Seen};
use alloc::{borrow::Cow, string::String, vec, vec::Vec};

/// Where a conversation stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Dialog {
    /// By field: the last answer given, whether or not the present way through the steps asks it.
    pub answers: Vec<Option<Json>>,
    /// The steps taken, in order; the last one waits for the visitor or ends the conversation.
    pub turns: Vec<usize>,
    /// The place in `turns` of the answer that is being changed.
    pub changing: Option<usize>,
    /// What was wrong with the last input.
    pub problem: Option<Problem>,
}

/// What is known at one point of the conversation, for branches.
struct Known<'a> {
    evidence: &'a Evidence<'a>,
    card: &'a Scorecard,
    granted: Option<&'a [bool]>,
}

impl Facts for Known<'_> {
    fn get(&self, fact: Fact) -> Option<Cow<'_, Json>> {
        let flow = &self.evidence.flow.flow;
        let number = |n: i64| Some(Cow::Owned(Json::Number(n as f64)));
        match fact {
            Fact::Score(score) => number(self.card.scores[score]),
            Fact::Total => number(self.card.total),
            Fact::Stage => Some(Cow::Owned(Json::Text(flow.stages[self.card.stage].id.clone()))),
            Fact::Disqualified => Some(Cow::Owned(Json::Bool(!self.card.disqualified.is_empty()))),
            Fact::Consent(purpose) => self.granted.map(|granted| Cow::Owned(Json::Bool(granted[purpose]))),
            Fact::Field(_) | Fact::Signal(_) => self.evidence.get(fact),
        }
    }

    fn find(&self, name: &str) -> Option<Fact> {
        self.evidence.find(name)
    }
}

impl Dialog {
    /// A conversation at its start.
    pub fn new(flow: &Checked) -> Dialog {
        Dialog { answers: vec![None; flow.flow.fields.len()], turns: vec![flow.start], changing: None, problem: None }
    }

    /// The answers on the present way; what was answered on another way does not count.
    pub fn evidence<'a>(&'a self, flow: &'a Checked, seen: &'a [Seen]) -> Evidence<'a> {
        let mut answers = vec![None; self.answers.len()];
        for turn in &self.turns {
            if let Does::Ask(field) = flow.steps[*turn].does {
                answers[field] = self.answers[field].as_ref();
            }
        }
        Evidence { flow, answers, seen }
    }

    /// The step that waits for the visitor: the one being changed, or the last.
    pub fn current(&self) -> usize {
        let place = self.changing.unwrap_or(self.turns.len() - 1);
        self.turns[place]
    }

    /// Goes on from the last step, over everything that is already answered or needs no answer, to
    /// the next step that waits.
    pub fn advance(&mut self, flow: &Checked, seen: &[Seen], granted: Option<&[bool]>) {
        loop {
            let node = &flow.steps[self.current()];
            let waits = match node.does {
                Does::Say => false,
                Does::Ask(field) => self.answers[field].is_none(),
                Does::Consent => granted.is_none(),
                Does::End(_) => true,
            };
            if waits {
                return;
            }
            let taken = if node.branches.is_empty() {
                None
            } else {
                let evidence = self.evidence(flow, seen);
                let card = score::score(&evidence);
                let known = Known { evidence: &evidence, card: &card, granted };
                // A branch that is still open is not taken: unknown is not true.
                node.branches
                    .iter()
                    .find(|(when, _)| logic::holds(when, &known, flow.numbers) == Some(true))
                    .map(|(_, to)| *to)
            };
            match (taken, node.next) {
                (Some(to), _) | (None, After::Step(to)) => self.turns.push(to),
                (None, After::End) => return,
            }
        }
    }

    /// Takes an answer to the step that waits. True when it was accepted.
    pub fn answer(&mut self, flow: &Checked, step: usize, input: &Input) -> bool {
        if step != self.current() {
            return false;
        }
        let Does::Ask(field) = flow.steps[step].does else { return false };
        match answer::accept(&flow.flow.fields[field], input, flow.numbers) {
            Err(problem) => {
                self.problem = Some(problem);
                false
            }
            Ok(value) => {
                self.problem = None;
                let changed = self.answers[field].as_ref() != Some(&value);
                self.answers[field] = Some(value);
                if let Some(place) = self.changing.take()
                    && changed
                {
                    self.turns.truncate(place + 1);
                    self.forget_dependents(flow, field);
                    // A question that was asked before the changed one may depend on it too.
                    let open = |turn: &usize| matches!(flow.steps[*turn].does, Does::Ask(field) if self.answers[field].is_none());
                    if let Some(first) = self.turns.iter().position(open) {
                        self.turns.truncate(first + 1);
                    }
                }
                true
            }
        }
    }

    /// Forgets the answers of questions that depend on a field, and of those that depend on them.
    fn forget_dependents(&mut self, flow: &Checked, changed: usize) {
        let mut pending = vec![changed];
        while let Some(field) = pending.pop() {
            for node in flow.steps.iter().filter(|node| node.depends_on.contains(&field)) {
                if let Does::Ask(dependent) = node.does
                    && dependent != changed
                    && self.answers[dependent].take().is_some()
                {
                    pending.push(dependent);
                }
            }
        }
    }

    /// Opens an earlier answer for a change. The rest stays until the new answer is given.
    pub fn change(&mut self, flow: &Checked, step: usize) {
        if let Some(place) = self.turns.iter().position(|turn| *turn == step)
            && let Does::Ask(field) = flow.steps[step].does
            && self.answers[field].is_some()
        {
            self.changing = Some(place);
            self.problem = None;
        }
    }

    /// Leaves the earlier answer as it was.
    pub fn keep(&mut self) {
        self.changing = None;
        self.problem = None;
    }

    /// The text with its mentions filled in.
    pub fn fill(&self, flow: &Checked, template: &Template) -> String {
        let mut text = String::new();
        for piece in template {
            match piece {
                Piece::Text(plain) => text.push_str(plain),
                Piece::Answer { field, fallback } => {
                    // An answer of a way not taken is not known on this one.
                    let asked = self.turns.iter().any(|turn| flow.steps[*turn].does == Does::Ask(*field));
                    let shown = if asked { self.shown(flow, *field) } else { String::new() };
                    text.push_str(if shown.is_empty() { fallback } else { &shown });
                }
            }
        }
        text
    }

    /// An answer in words: labels of options, numbers and texts as they are; empty where there is none.
    pub fn shown(&self, flow: &Checked, field: usize) -> String {
        let options = &flow.flow.fields[field].options;
        let label = |id: &str| options.iter().find(|o| o.id == id).map_or_else(|| id.into(), |o| o.label.clone());
        match &self.answers[field] {
            Some(Json::Text(text)) if !options.is_empty() => label(text),
            Some(Json::Text(text)) => text.clone(),
            Some(Json::Number(n)) => flow.numbers.text(*n),
            Some(Json::List(ids)) => {
                let mut all = String::new();
                for id in ids.iter().filter_map(Json::as_text) {
                    if !all.is_empty() {
                        all.push_str(", ");
                    }
                    all.push_str(&label(id));
                }
                all
            }
            _ => String::new(),
        }
    }

    /// How far the conversation is, in percent, by questions done and the most still to come.
    pub fn progress(&self, flow: &Checked) -> u32 {
        let last = self.turns[self.turns.len() - 1];
        let asks = |turn: &&usize| matches!(flow.steps[**turn].does, Does::Ask(_) | Does::Consent);
        let done = self.turns[..self.turns.len() - 1].iter().filter(asks).count() as u32;
        let ahead = flow.ahead[last];
        (done * 100).checked_div(done + ahead).unwrap_or(100)
    }
}
