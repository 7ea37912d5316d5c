//! The conversation: which step comes next, what an answer may be, what changes with an edit, and
//! texts that mention answers.
//!
//! What it does not do: it sends nothing, stores nothing, and its only notion of time is the order
//! of events.

pub mod answer;
mod phone;
mod piping;

pub use crate::words::Word;
pub use answer::{Input, Problem};

use crate::consent;
use crate::flow::condition::Fact;
use crate::flow::{After, Checked, Does};
use crate::json::Json;
use crate::lead::Attribution;
use crate::logic::{self, Facts};
use crate::score::{Evidence, Pace, Seen, Standing, Tally};
use alloc::{borrow::Cow, vec, vec::Vec};

/// What a conversation can look at besides its answers.
#[derive(Clone, Copy)]
pub struct Moment<'a> {
    pub seen: &'a [Seen],
    pub attribution: Option<&'a Attribution>,
    /// By field: whether its answer came faster than the question can be read.
    pub hasty: &'a [bool],
    /// By purpose, once the visitor has chosen.
    pub granted: Option<&'a [bool]>,
    /// By experiment: the variant of this visit. Empty before it has begun.
    pub variants: &'a [usize],
    /// Milliseconds since 1970 UTC.
    pub now: i64,
}

/// Where a conversation stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Dialog {
    /// By field: the last answer given, whether or not the present way through the steps asks it.
    pub answers: Vec<Option<Json>>,
    /// The steps taken, in order; the last one waits for the visitor or ends the conversation.
    pub turns: Vec<usize>,
    /// The place in `turns` of the answer that is being changed.
    pub changing: Option<usize>,
    /// Steps that offered something, and whose offer the visitor has gone on from.
    passed: Vec<usize>,
    /// What was wrong with the last input.
    pub problem: Option<Problem>,
    /// By field: whether a form gave the answer; then it counts whatever the way.
    pub filled: Vec<bool>,
    /// A form was submitted: nothing waits any more, and questions without an answer are passed over.
    pub through: bool,
    /// By field: whether the present way asks it and it is answered.
    counts: Vec<bool>,
    /// The points of the answers that count.
    tally: Tally,
}

/// What branches may look at.
struct Known<'a> {
    standing: Standing<'a>,
    granted: Option<&'a [bool]>,
    variants: &'a [usize],
}

impl Facts for Known<'_> {
    fn get(&self, fact: Fact) -> Option<Cow<'_, Json>> {
        match fact {
            Fact::Consent(purpose) => self.granted.map(|granted| Cow::Owned(Json::Bool(granted[purpose]))),
            Fact::Experiment(place) => {
                let experiment = &self.standing.evidence.flow.flow.conversation.experiments[place];
                let id = &experiment.variants[*self.variants.get(place)?].id;
                Some(Cow::Owned(Json::Text(id.clone())))
            }
            _ => self.standing.get(fact),
        }
    }

    fn answers(&self) -> &[Option<&Json>] {
        self.standing.answers()
    }

    fn find(&self, name: &str) -> Option<Fact> {
        self.standing.find(name)
    }
}

impl Dialog {
    /// A conversation at its start.
    pub fn new(flow: &Checked) -> Dialog {
        let fields = flow.flow.fields.len();
        Dialog {
            answers: vec![None; fields],
            turns: vec![flow.start],
            changing: None,
            passed: Vec::new(),
            problem: None,
            filled: vec![false; fields],
            through: false,
            counts: vec![false; fields],
            tally: Tally::default(),
        }
    }

    /// The answers on the present way; what was answered on another way does not count.
    pub fn evidence<'a>(&'a self, flow: &'a Checked, moment: &Moment<'a>) -> Evidence<'a> {
        let answers = self.answers.iter().zip(&self.counts);
        let pace = Pace {
            answered: self.counts.iter().filter(|counts| **counts).count() as u32,
            hasty: self.counts.iter().zip(moment.hasty).filter(|(counts, hasty)| **counts && **hasty).count() as u32,
        };
        Evidence {
            flow,
            answers: answers.map(|(answer, counts)| answer.as_ref().filter(|_| *counts)).collect(),
            seen: moment.seen,
            attribution: moment.attribution,
            pace,
            now: moment.now,
            unanswered: &[],
        }
    }

    /// Brings the points up to date: all of them, or what `change` says.
    fn count(&mut self, flow: &Checked, moment: &Moment, change: impl FnOnce(&mut Tally, &Evidence)) {
        let mut tally = core::mem::take(&mut self.tally);
        change(&mut tally, &self.evidence(flow, moment));
        self.tally = tally;
    }

    /// Begins, or goes on after something that the points depend on has changed as a whole.
    pub fn recount(&mut self, flow: &Checked, moment: &Moment) {
        for (place, field) in flow.flow.fields.iter().enumerate() {
            self.counts[place] = (field.hidden || self.filled[place]) && self.answers[place].is_some();
        }
        for turn in &self.turns {
            if let Does::Ask(field) = flow.steps[*turn].does {
                self.counts[field] = self.answers[field].is_some();
                if let Some(words) = self.words(flow, field) {
                    self.counts[words] = true;
                }
            }
        }
        self.count(flow, moment, Tally::count);
    }

    /// Takes note that a signal was seen.
    pub fn noticed(&mut self, flow: &Checked, moment: &Moment, signal: usize) {
        self.count(flow, moment, |tally, evidence| tally.noticed(evidence, signal));
    }

    /// Takes note that the answers came at another pace than before.
    pub fn paced(&mut self, flow: &Checked, moment: &Moment) {
        self.count(flow, moment, Tally::paced);
    }

    /// The answer to a field counts from now on.
    fn learn(&mut self, flow: &Checked, moment: &Moment, field: usize) {
        for field in core::iter::once(field).chain(self.words(flow, field)) {
            self.counts[field] = true;
            self.count(flow, moment, |tally, evidence| tally.answered(evidence, field));
        }
    }

    /// The field that holds the visitor's own words, where the answer is one that they come with.
    fn words(&self, flow: &Checked, field: usize) -> Option<usize> {
        let (option, words) = flow.words[field]?;
        let chosen = self.answers[field].as_ref().is_some_and(|answer| takes(flow, field, option, answer));
        (chosen && self.answers[words].is_some()).then_some(words)
    }

    /// The points as they are.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// The step that waits for the visitor: the one being changed, or the last.
    pub fn current(&self) -> usize {
        let place = self.changing.unwrap_or(self.turns.len() - 1);
        self.turns[place]
    }

    /// Goes on from the last step, over everything that is already answered or needs no answer, to
    /// the next step that waits.
    pub fn advance(&mut self, flow: &Checked, moment: &Moment) {
        self.count(flow, moment, Tally::aged);
        let mut at = self.current();
        // Why the step is not shown, if it is not.
        let (mut left_out, mut passed_over) = (false, false);
        loop {
            let waits = match flow.steps[at].does {
                _ if passed_over => false,
                Does::Say => false,
                Does::Ask(field) if self.answers[field].is_some() => {
                    if !self.counts[field] {
                        self.learn(flow, moment, field);
                    }
                    false
                }
                Does::Ask(_) => !left_out && !self.through,
                Does::Offer => !self.passed.contains(&at) && !self.through,
                Does::Consent => moment.granted.is_none(),
                Does::End(_) => true,
            };
            if waits {
                return;
            }
            let next = if passed_over { flow.steps[at].next } else { self.after(flow, moment, at) };
            let After::Step(next) = next else { return };
            passed_over = !self.takes(flow, moment, next);
            left_out = passed_over || self.leaves_out(flow, moment, next);
            if !left_out {
                self.turns.push(next);
            }
            at = next;
        }
    }

    /// Whether a step is taken where the conversation comes to it. An open condition does not hold.
    fn takes(&self, flow: &Checked, moment: &Moment, step: usize) -> bool {
        let holds = |when| {
            let evidence = self.evidence(flow, moment);
            self.known(&evidence, moment, |known| logic::holds(when, known, flow.numbers)) == Some(true)
        };
        flow.steps[step].when.as_ref().is_none_or(holds)
    }

    fn known<T>(&self, evidence: &Evidence, moment: &Moment, ask: impl FnOnce(&Known) -> T) -> T {
        let standing = Standing::new(evidence, &self.tally);
        ask(&Known { standing, granted: moment.granted, variants: moment.variants })
    }

    /// The step that follows one that is done.
    fn after(&self, flow: &Checked, moment: &Moment, at: usize) -> After {
        let hub = &flow.steps[flow.steps[at].picked_by.unwrap_or(at)];
        let mut best: Option<(i64, usize)> = None;
        for &candidate in &hub.pick {
            let Does::Ask(field) = flow.steps[candidate].does else { continue };
            let influence = self.tally.influence(flow, field);
            let free = !self.turns.contains(&candidate)
                && self.takes(flow, moment, candidate)
                && !self.leaves_out(flow, moment, candidate);
            if free && best.is_none_or(|(most, _)| influence > most) {
                best = Some((influence, candidate));
            }
        }
        if let Some((_, candidate)) = best {
            return After::Step(candidate);
        }
        if !hub.branches.is_empty() {
            let evidence = self.evidence(flow, moment);
            // A branch that is still open is not taken: unknown is not true.
            let taken = self.known(&evidence, moment, |known| {
                let takes = |when| logic::holds(when, known, flow.numbers) == Some(true);
                hub.branches.iter().find(|(when, _)| takes(when)).map(|(_, to)| *to)
            });
            if let Some(to) = taken {
                return After::Step(to);
            }
        }
        hub.next
    }

    /// Whether a question need not be asked: it does nothing but score, and no answer to it can change
    /// where the lead stands.
    fn leaves_out(&self, flow: &Checked, moment: &Moment, step: usize) -> bool {
        let Does::Ask(field) = flow.steps[step].does else { return false };
        if flow.asks_early() && flow.asks_personal(step) && self.answers[field].is_none() {
            let consent = flow.flow.consent.as_ref();
            let agreed =
                consent.zip(moment.granted).is_some_and(|(consent, granted)| consent::suffices(consent, granted));
            if !agreed {
                return true;
            }
        }
        flow.flow.conversation.stop_when_settled
            && flow.only_scores[field]
            && self.answers[field].is_none()
            && self.is_settled(flow, moment)
    }

    /// Whether no answer to an open question can change the outcome any more.
    pub fn is_settled(&self, flow: &Checked, moment: &Moment) -> bool {
        let evidence = self.evidence(flow, moment);
        let standing = Standing::new(&evidence, &self.tally);
        standing.settled_stage().is_some()
            && (!flow.points_matter || standing.scores.iter().all(|(_, range)| range.is_settled()))
    }

    /// Takes an answer to the step that waits. True when it was accepted.
    pub fn answer(&mut self, flow: &Checked, moment: &Moment, step: usize, input: &Input) -> bool {
        if step != self.current() {
            return false;
        }
        let field = match flow.steps[step].does {
            Does::Ask(field) => field,
            Does::Offer => {
                self.passed.push(step);
                return true;
            }
            _ => return false,
        };
        let given = accept(flow, field, input).and_then(|value| {
            let Some((option, words)) = flow.words[field] else { return Ok((value, None)) };
            // Words of an option that is not chosen are nobody's.
            let own = match input {
                _ if !takes(flow, field, option, &value) => None,
                Input::Worded(_, text) => Some(accept(flow, words, &Input::Text(text.clone()))?),
                _ => Some(accept(flow, words, &Input::Skip)?),
            };
            Ok((value, Some((words, own))))
        });
        match given {
            Err(problem) => {
                self.problem = Some(problem);
                false
            }
            Ok((value, own)) => {
                // Who says the same again means it.
                let asked = self.problem.take();
                let doubt = answer::doubt(&flow.flow.fields[field], &value);
                if doubt.is_some() && doubt != asked {
                    self.problem = doubt;
                    return false;
                }
                let mut changed = self.answers[field].as_ref() != Some(&value);
                self.answers[field] = Some(value);
                if let Some((words, own)) = own {
                    changed |= self.answers[words] != own;
                    self.answers[words] = own;
                }
                if let Some(place) = self.changing.take()
                    && changed
                {
                    self.go_back_to(flow, moment, place, field);
                }
                true
            }
        }
    }

    /// Takes the conversation back to an answer that has changed, and to whatever depended on it.
    fn go_back_to(&mut self, flow: &Checked, moment: &Moment, place: usize, field: usize) {
        self.turns.truncate(place + 1);
        self.forget_dependents(flow, field);
        // A question that was asked before the changed one may depend on it too.
        let open = |turn: &usize| matches!(flow.steps[*turn].does, Does::Ask(field) if self.answers[field].is_none());
        if let Some(first) = self.turns.iter().position(open) {
            self.turns.truncate(first + 1);
        }
        self.recount(flow, moment);
    }

    /// Takes an answer that need not be asked for.
    pub fn know(&mut self, flow: &Checked, moment: &Moment, field: usize, value: Json) {
        if self.answers[field].replace(value.clone()) == Some(value) {
            return;
        }
        let (last, before) = self.turns.split_last().unwrap_or((&flow.start, &[]));
        if let Some(place) = before.iter().position(|turn| flow.steps[*turn].does == Does::Ask(field)) {
            self.keep();
            self.go_back_to(flow, moment, place, field);
        } else if flow.flow.fields[field].hidden {
            self.learn(flow, moment, field);
        } else if flow.steps[*last].does == Does::Ask(field) {
            self.problem = None;
        }
    }

    /// Takes an answer that the visitor gave in a form, in the place of an earlier one, or that they have emptied
    /// its control.
    pub fn fill_in(&mut self, flow: &Checked, moment: &Moment, field: usize, value: Option<Json>) {
        self.filled[field] = value.is_some();
        let changed = self.answers[field] != value;
        self.answers[field] = value;
        let (last, before) = self.turns.split_last().unwrap_or((&flow.start, &[]));
        let place = before.iter().position(|turn| flow.steps[*turn].does == Does::Ask(field));
        if let Some(place) = place.filter(|_| changed) {
            self.keep();
            self.go_back_to(flow, moment, place, field);
        } else {
            if flow.steps[*last].does == Does::Ask(field) {
                self.problem = None;
            }
            self.recount(flow, moment);
        }
    }

    /// From the beginning, by the answers as they are, to where they lead: a form was submitted.
    pub fn walk(&mut self, flow: &Checked, moment: &Moment, start: usize) {
        self.keep();
        self.through = true;
        self.turns = vec![start];
        self.recount(flow, moment);
        self.advance(flow, moment);
    }

    /// Forgets the answers of questions that depend on a field, and of those that depend on them.
    fn forget_dependents(&mut self, flow: &Checked, changed: usize) {
        let mut pending = vec![changed];
        while let Some(field) = pending.pop() {
            for node in flow.steps.iter().filter(|node| node.depends_on.contains(&field)) {
                if let Does::Ask(dependent) = node.does
                    && dependent != changed
                    // What a form shows stands.
                    && !self.filled[dependent]
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

    /// How far the conversation is, in percent, by questions done and the most still to come.
    pub fn progress(&self, flow: &Checked) -> u32 {
        let (last, before) = self.turns.split_last().unwrap_or((&flow.start, &[]));
        let asks = |turn: &&usize| matches!(flow.steps[**turn].does, Does::Ask(_) | Does::Consent);
        let done = before.iter().filter(asks).count() as u32;
        // From a picked step all that its picker still has to ask lies ahead, less what is done.
        let ahead = match flow.steps[*last].picked_by {
            Some(hub) => {
                let picked = before.iter().filter(|turn| flow.steps[**turn].picked_by == Some(hub));
                flow.ahead[hub] - picked.count() as u32
            }
            None => flow.ahead[*last],
        };
        (done * 100).checked_div(done + ahead).unwrap_or(100)
    }
}

fn accept(flow: &Checked, field: usize, input: &Input) -> Result<Json, Problem> {
    answer::accept(&flow.flow.fields[field], input, flow.numbers, &flow.flow.locale)
}

/// Whether an answer is, or has among it, that option.
pub(crate) fn takes(flow: &Checked, field: usize, option: usize, answer: &Json) -> bool {
    let id = flow.flow.fields[field].options[option].id.as_str();
    match answer {
        Json::List(ids) => ids.iter().any(|one| one.as_text() == Some(id)),
        answer => answer.as_text() == Some(id),
    }
}
