//! What a receiver asks of a lead: does it say what the same engine would have said?
//!
//! The receiver trusts no score. It checks the answers against the published flow, scores them
//! anew, and compares; then it inspects the consent record.

use crate::consent;
use crate::dialog::answer;
use crate::flow::Checked;
use crate::json::Json;
use crate::lead::{Lead, SCHEMA};
use crate::score::{self, Evidence, Seen};
use crate::session;
use alloc::{format, string::String, vec};

/// Why a lead is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Stable, such as `score-mismatch`.
    pub code: &'static str,
    /// One sentence.
    pub message: String,
}

fn refuse<T>(code: &'static str, message: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal { code, message: message.into() })
}

/// Checks a lead against the flow that asked.
///
/// It does not replay the conversation: that the answers belong to one way through the steps is
/// not checked, nor are the counts and times of signals, which only the browser saw.
///
/// # Errors
/// The first thing that does not fit.
pub fn verify(flow: &Checked, lead: &Lead) -> Result<(), Refusal> {
    if lead.prequal != SCHEMA {
        return refuse(
            "unknown-schema",
            format!("This receiver reads leads of schema {SCHEMA}, not {}.", lead.prequal),
        );
    }
    if (lead.flow.id.as_str(), lead.flow.version, lead.flow.sha256.as_str())
        != (flow.id(), flow.version(), flow.sha256())
    {
        return refuse("unknown-flow", "The lead was made with another flow than this one.");
    }
    if !consent::is_key(&lead.idempotency_key) {
        return refuse("bad-key", "The idempotency key is not 32 hex digits.");
    }
    let seen = seen(flow, lead)?;
    let evidence = Evidence { flow, answers: answers(flow, lead)?, seen: &seen };
    let card = score::score(&evidence);
    if lead.total != card.total || lead.scores != session::score_lines(flow, &card) {
        return refuse(
            "score-mismatch",
            format!("The lead claims {} points; its answers score {}.", lead.total, card.total),
        );
    }
    if lead.contributions != session::reasons(flow, &card) {
        return refuse("reasons-mismatch", "The contributions are not those of the answers.");
    }
    let stage = &flow.flow.stages[card.stage].id;
    if lead.stage != *stage {
        return refuse(
            "stage-mismatch",
            format!("The lead claims stage “{}”; its answers reach “{stage}”.", lead.stage),
        );
    }
    let disqualified = card.disqualified.iter().map(|place| &flow.flow.scoring.disqualifiers[*place].id);
    if !lead.disqualified.iter().eq(disqualified) {
        return refuse("disqualified-mismatch", "The disqualifiers are not those of the answers.");
    }
    if !card.qualifies(flow) {
        return refuse("not-qualified", format!("Stage “{stage}” is not delivered by this flow."));
    }
    match &lead.consent {
        None => refuse("no-consent", "The lead carries no consent record."),
        Some(record) => consent::inspect(flow, record).or_else(|message| refuse("no-consent", message)),
    }
}

fn answers<'a>(flow: &Checked, lead: &'a Lead) -> Result<vec::Vec<Option<&'a Json>>, Refusal> {
    let Json::Object(entries) = &lead.answers else {
        return refuse("bad-answer", "The answers are not an object.");
    };
    let mut answers = vec![None; flow.flow.fields.len()];
    for (id, value) in entries {
        let Some(place) = flow.flow.fields.iter().position(|field| field.id == *id) else {
            return refuse("bad-answer", format!("There is no field “{id}”."));
        };
        if answers[place].replace(value).is_some() {
            return refuse("bad-answer", format!("The field “{id}” is answered twice."));
        }
        if answer::validate(&flow.flow.fields[place], value).is_err() {
            return refuse("bad-answer", format!("The answer to “{id}” is not one that the field takes."));
        }
    }
    Ok(answers)
}

fn seen(flow: &Checked, lead: &Lead) -> Result<vec::Vec<Seen>, Refusal> {
    let mut all = score::unseen(flow);
    for signal in &lead.signals {
        let Some(place) = flow.flow.signals.iter().position(|s| s.id == signal.id) else {
            return refuse("bad-signal", format!("There is no signal “{}”.", signal.id));
        };
        if all[place].count > 0 || signal.count == 0 || signal.first_at > signal.last_at {
            return refuse("bad-signal", format!("The signal “{}” contradicts itself.", signal.id));
        }
        all[place] = Seen { count: signal.count, first_at: signal.first_at, last_at: signal.last_at };
    }
    Ok(all)
}
