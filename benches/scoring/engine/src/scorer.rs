//! A flow that scores leads.

use alloc::vec::Vec;
use core::cell::RefCell;
use prequal::flow::model::Shape;
use prequal::flow::{self, Checked};
use prequal::json::{Json, Numbers};
use prequal::score::{Evidence, Pace, Seen, Standing, Tally};

/// A flow with nothing but a score to find out.
pub struct Scorer {
    flow: Checked,
    /// Its memory is used again for the next lead, as in `prequal score`.
    tally: RefCell<Tally>,
}

/// A lead inside the engine: every field answered, every signal counted.
pub struct Lead {
    answers: Vec<Json>,
    seen: Vec<Seen>,
}

impl Scorer {
    /// `None` when the flow has mistakes.
    pub fn load(flow: &[u8], numbers: Numbers) -> Option<Scorer> {
        Some(Scorer { flow: flow::load_with(flow, numbers).ok()?, tally: RefCell::default() })
    }

    /// How many numbers a lead is packed into.
    pub fn slots(&self) -> usize {
        let flow = self.flow.flow();
        flow.fields.len() + flow.signals.len()
    }

    /// Unpacks a lead: by field the place of the chosen option, the places of several as bits, or the
    /// number; then by signal how often it was seen.
    pub fn lead(&self, slots: &[f64]) -> Lead {
        let flow = self.flow.flow();
        let (fields, signals) = slots.split_at(flow.fields.len());
        let answer = |(field, slot): (&flow::model::Field, &f64)| {
            let id = |place: usize| Json::Text(field.options[place].id.clone());
            match field.kind.shape() {
                Shape::Option => id(*slot as usize),
                Shape::Options => {
                    let chosen = |place: &usize| *slot as u64 >> place & 1 == 1;
                    Json::List((0..field.options.len()).filter(chosen).map(id).collect())
                }
                _ => Json::Number(*slot),
            }
        };
        Lead {
            answers: flow.fields.iter().zip(fields).map(answer).collect(),
            seen: signals.iter().map(|count| Seen::times(*count as u32, 0)).collect(),
        }
    }

    /// The lead's points.
    pub fn total(&self, lead: &Lead) -> i64 {
        let answers = lead.answers.iter().map(Some).collect();
        let evidence = Evidence {
            flow: &self.flow,
            answers,
            seen: &lead.seen,
            attribution: None,
            pace: Pace::default(),
            now: 0,
            unanswered: &[],
        };
        let mut tally = self.tally.borrow_mut();
        tally.count(&evidence);
        Standing::new(&evidence, &tally).total()
    }
}
