//! Plain views of a session for hosts that draw it: a browser, a terminal, a test.
//!
//! It decides nothing and names no DOM; the same functions run natively.

use crate::dialog::{Problem, Word};
use crate::flow::model::{self, Action, Field};
use crate::flow::{Checked, Does};
use crate::json::Json;
use crate::outbox::Phase;
use crate::session::State;
use alloc::{string::String, vec::Vec};

/// Everything a host shows.
#[derive(Debug, PartialEq)]
pub struct View<'a> {
    pub turns: Vec<Turn>,
    pub control: Control<'a>,
    /// Percent.
    pub progress: u32,
    pub problem: Option<&'a Problem>,
    /// What is known about delivery, once there is a lead.
    pub delivery: Option<Word>,
    /// Whether the visitor may begin anew.
    pub can_restart: bool,
}

/// One step of the transcript.
#[derive(Clone, Debug, PartialEq)]
pub struct Turn {
    pub step: usize,
    pub say: Vec<String>,
    pub answer: Option<Shown>,
    /// Comes after the answer that is being changed.
    pub pending: bool,
}

/// What stands on the visitor's side of a turn.
#[derive(Clone, Debug, PartialEq)]
pub enum Shown {
    /// An answer, in words; empty when the question was skipped.
    Answer { text: String, can_change: bool },
    /// The choice at the consent step.
    Consent { granted: bool },
}

/// What the visitor can do now.
#[derive(Debug, PartialEq)]
pub enum Control<'a> {
    Ask {
        step: usize,
        field: &'a Field,
        /// The answer so far, when it is being changed.
        value: Option<&'a Json>,
        changing: bool,
    },
    Consent {
        step: usize,
        consent: &'a model::Consent,
    },
    Outcome {
        title: String,
        text: String,
        action: Option<&'a Action>,
    },
}

/// The view of a session.
pub fn view<'a>(flow: &'a Checked, state: &'a State) -> View<'a> {
    let dialog = &state.dialog;
    let step = dialog.current();
    let changing = dialog.changing;
    let waiting = dialog.turns.len() - 1;
    let turns = dialog.turns.iter().enumerate().filter_map(|(place, step)| {
        let node = &flow.steps[*step];
        let say: Vec<String> = node.say.iter().map(|template| dialog.fill(flow, template)).collect();
        let answer = match node.does {
            Does::Ask(field) if place < waiting => Some(Shown::Answer {
                text: dialog.shown(flow, field),
                can_change: state.sealed.is_none() && changing.is_none(),
            }),
            Does::Consent if place < waiting => {
                Some(Shown::Consent { granted: state.granted.iter().flatten().any(|g| *g) })
            }
            _ => None,
        };
        let pending = changing.is_some_and(|changing| place > changing);
        (!say.is_empty() || answer.is_some()).then_some(Turn { step: *step, say, answer, pending })
    });
    let control = match (flow.steps[step].does, &flow.flow.consent) {
        (Does::Ask(field), _) => Control::Ask {
            step,
            field: &flow.flow.fields[field],
            value: dialog.answers[field].as_ref().filter(|_| changing.is_some()),
            changing: changing.is_some(),
        },
        (Does::End(outcome), _) => {
            let (title, text) = &flow.outcomes[outcome];
            let action = flow.flow.outcomes[outcome].action.as_ref();
            Control::Outcome { title: dialog.fill(flow, title), text: dialog.fill(flow, text), action }
        }
        (_, Some(consent)) => Control::Consent { step, consent },
        // Not reached with a checked flow: it has consent wherever a step shows it.
        (_, None) => Control::Outcome { title: String::new(), text: String::new(), action: None },
    };
    View {
        turns: turns.collect(),
        control,
        progress: dialog.progress(flow),
        problem: dialog.problem.as_ref(),
        delivery: delivery(state),
        can_restart: !state.outbox.is_busy() && waiting > 0,
    }
}

/// What may be told about the lead: never more than is known.
fn delivery(state: &State) -> Option<Word> {
    let Some(key) = &state.sealed else {
        return state.granted.as_ref().map(|_| Word::NotSent);
    };
    let entry = state.outbox.entries.iter().find(|entry| entry.lead.key() == key)?;
    Some(match (entry.phase, entry.durable) {
        (Phase::Storing, _) => Word::Saving,
        (Phase::Delivered, _) => Word::Sent,
        (Phase::Dead(_), true) => Word::Undeliverable,
        (Phase::Dead(_), false) => Word::NotDelivered,
        (_, false) => Word::NotStored,
        (Phase::Sending, true) if entry.attempts <= 1 => Word::Sending,
        (Phase::Sending | Phase::Waiting { .. }, true) => Word::Retrying,
    })
}
