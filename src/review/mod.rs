//! What is unwise about a flow that loads: rules that never fire, questions nobody needs, caps out
//! of reach, points for what the law protects.
//!
//! Conditions are not reasoned about but tried out, with the engine itself, on values that stand
//! for all others ([`trial`]); what cannot be tried exhaustively is passed over in silence. What can be
//! reached at all is [`insight`](crate::insight)'s to say.
//!
//! What it does not do: it refuses nothing, even where it finds an error, and knows no visitor and no clock. It is in the command
//! line and in the tools module, not in the widget.

mod checklists;
mod conditions;
mod conversation;
mod day;
mod delivery;
mod domain;
mod earning;
mod known;
mod places;
mod privacy;
mod reach;
mod routing;
mod scoring;
mod spans;
mod standing;
mod together;
mod totals;
mod traits;
mod translations;
mod trial;

pub use day::Day;

use crate::flow::diagnostic::Notes;
use crate::flow::model::Flow;
use crate::flow::{Checked, Diagnostic};
use alloc::vec::Vec;

/// Everything unwise in a flow, in the order of the areas: conditions and scoring (PQ5xx), the
/// conversation (PQ6xx), privacy and consent (PQ7xx), what sales looks at (PQ8xx). Without `today`,
/// dates are not judged.
///
/// Errors are among them, [`Severity::Error`](crate::flow::Severity): the flow loads and runs, and nobody
/// can have wanted what it does.
///
/// ```
/// let flow = br#"{ "prequal": 1 }"#;
/// assert!(prequal::flow::load(flow).is_err(), "what does not load cannot be reviewed");
///
/// let flow = prequal::explain::base("workshop").expect("a sample");
/// let checked = prequal::flow::load(flow.as_bytes()).expect("no mistakes");
/// assert!(prequal::review::review(&checked, None).is_empty());
/// ```
pub fn review(flow: &Checked, today: Option<Day>) -> Vec<Diagnostic> {
    let mut review = Review { checked: flow, flow: &flow.flow, today, notes: Notes::default() };
    review.notes.written_out(&flow.origins);
    review.conditions();
    review.scoring();
    review.earning();
    review.standing();
    review.conversation();
    review.translations();
    review.privacy();
    review.checklists();
    review.routing();
    review.upkeep();
    review.notes.into_list()
}

struct Review<'a> {
    checked: &'a Checked,
    flow: &'a Flow,
    today: Option<Day>,
    notes: Notes,
}
