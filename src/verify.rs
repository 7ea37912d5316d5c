//! What a receiver asks of a lead: does it say what the same engine would have said?
//!
//! The receiver trusts no score. It checks the answers against the published flow, scores them
//! anew, and compares; then it inspects the consent record.

use crate::account;
use crate::consent;
use crate::dialog::{self, answer};
use crate::flow::Checked;
use crate::flow::model::Experiment;
use crate::json::Json;
use crate::lead::{Assigned, Lead, SCHEMA};
use crate::score::{self, Evidence, KEPT, Pace, Seen};
use alloc::{format, string::String, vec};

/// Why a lead is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Stable, such as `score-mismatch`.
    pub code: &'static str,
    /// One sentence.
    pub message: String,
}

/// Clocks can be set back in the middle of a visit; this much of it is let pass.
const DAY: i64 = 86_400_000;

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
    let pace = lead.pace.as_ref().map_or(Pace::default(), |p| Pace { answered: p.answered, hasty: p.hasty });
    let evidence = Evidence {
        flow,
        answers: answers(flow, lead)?,
        seen: &seen,
        attribution: lead.attribution.as_ref(),
        pace,
        now: lead.created_at,
        unanswered: &[],
    };
    let (mine, card) = account::lead(&evidence, lead.idempotency_key.clone());
    if lead.total != mine.total || lead.scores != mine.scores {
        return refuse(
            "score-mismatch",
            format!("The lead claims {} points; its answers score {}.", lead.total, mine.total),
        );
    }
    if lead.contributions != mine.contributions {
        return refuse("reasons-mismatch", "The contributions are not those of the answers.");
    }
    if lead.stage != mine.stage {
        return refuse(
            "stage-mismatch",
            format!("The lead claims stage “{}”; its answers reach “{}”.", lead.stage, mine.stage),
        );
    }
    if lead.disqualified != mine.disqualified {
        return refuse("disqualified-mismatch", "The disqualifiers are not those of the answers.");
    }
    if !card.qualifies(flow) {
        return refuse("not-qualified", format!("Stage “{}” is not delivered by this flow.", mine.stage));
    }
    for (what, same) in [
        ("grade", lead.grade == mine.grade),
        ("framework coverage", lead.frameworks == mine.frameworks),
        ("profile match", lead.icp == mine.icp),
        ("red flags", lead.red_flags == mine.red_flags),
        ("segment", lead.segment == mine.segment),
        ("route", lead.route == mine.route),
        ("variables", lead.variables == mine.variables),
    ] {
        if !same {
            return refuse("standing-mismatch", format!("The {what} is not that of the answers."));
        }
    }
    let experiments = &flow.flow.conversation.experiments;
    let assigned = |(model, told): (&Experiment, &Assigned)| {
        model.id == told.experiment && model.variants.iter().any(|variant| variant.id == told.variant)
    };
    if experiments.len() != lead.experiments.len() || !experiments.iter().zip(&lead.experiments).all(assigned) {
        return refuse("bad-experiment", "The experiments are not those of the flow.");
    }
    consent::inspect(flow, lead).or_else(|message| refuse("no-consent", message))
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
    for (field, words) in flow.words.iter().enumerate() {
        let Some((option, words)) = *words else { continue };
        let chosen = answers[field].is_some_and(|answer| dialog::takes(flow, field, option, answer));
        if answers[words].is_some() && !chosen {
            let (id, option) = (&flow.flow.fields[words].id, &flow.flow.fields[field].options[option].id);
            return refuse("bad-answer", format!("“{id}” is answered, and “{option}” is not chosen."));
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
        let times = || signal.seen.iter().map(|sighting| sighting.at);
        let kept = signal.seen.len() == KEPT.min(signal.count as usize);
        let ordered = times().is_sorted() && times().next_back() == Some(signal.last_at);
        let first =
            times().next().is_some_and(|at| at == signal.first_at || at > signal.first_at && signal.seen.len() == KEPT);
        if all[place].count > 0 || !kept || !ordered || !first || signal.last_at > lead.created_at.saturating_add(DAY) {
            return refuse("bad-signal", format!("The signal “{}” contradicts itself.", signal.id));
        }
        all[place] = Seen {
            count: signal.count,
            first_at: signal.first_at,
            last_at: signal.last_at,
            recent: signal.seen.iter().map(|sighting| (sighting.at, sighting.page)).collect(),
            ..Seen::default()
        };
    }
    Ok(all)
}
