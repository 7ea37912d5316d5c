//! What a page may be told of a session as it goes on: ids, stage and bands; an answer only where the page's
//! author asked for that field's, and never one that is personal.

use super::view::{deliveries, delivery};
use crate::flow::{Checked, Does, Write};
use crate::json::{Json, Writer, integer_text};
use crate::score::Standing;
use crate::session::{Event, State};
use crate::words::Word;
use alloc::{string::String, vec, vec::Vec};

/// Something that a page is told.
#[derive(Clone, Debug, PartialEq)]
pub struct Telling {
    /// `experiment`, `step`, `answer`, `link`, `score`, `stage`, `consent`, `submitted`, `delivered` or `error`.
    pub name: &'static str,
    /// Keys and what stands under them.
    pub detail: Vec<(&'static str, String)>,
}

/// As much of a session as pages may be told, at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Outline {
    /// The place of the step that waits.
    step: usize,
    /// The last input was no answer.
    refused: bool,
    stage: usize,
    grade: Option<(usize, usize)>,
    /// Which fifth of the points that can be had at most.
    band: i64,
    /// By purpose, once the visitor has chosen.
    granted: Option<Vec<bool>>,
    delivery: Option<Word>,
    /// The same for each destination, by its place in the flow; none is the flow's own endpoint.
    deliveries: Vec<(Option<usize>, Word)>,
    /// By experiment.
    variants: Vec<usize>,
}

impl Outline {
    /// Of a session at a time (milliseconds since 1970 UTC).
    pub fn of(flow: &Checked, state: &State, now: i64) -> Outline {
        let evidence = state.dialog.evidence(flow, &state.moment(now));
        let mut tally = state.dialog.tally().clone();
        tally.aged(&evidence);
        let standing = Standing::new(&evidence, &tally);
        let most: i64 = flow.flow.scoring.scores.iter().map(|score| i64::from(score.cap)).sum();
        Outline {
            step: state.dialog.current(),
            refused: state.dialog.problem.is_some(),
            stage: standing.stage(),
            grade: standing.grade(),
            band: (standing.total().max(0) * 5).checked_div(most).unwrap_or(0).min(4),
            granted: state.granted.clone(),
            delivery: delivery(flow, state),
            deliveries: deliveries(flow, state),
            variants: state.variants.clone(),
        }
    }
}

/// What to tell of an event, in order. `before` is nothing when the session has just begun.
pub fn tellings(flow: &Checked, event: &Event, before: Option<&Outline>, after: &Outline) -> Vec<Telling> {
    let model = &flow.flow;
    let step = |place: usize| ("step", model.conversation.steps[place].id.clone());
    let stage = |place: usize| model.stages[place].id.clone();
    let begun = before.is_none();
    let differs = |part: &dyn Fn(&Outline) -> bool| before.is_none_or(|before| !part(before));
    let mut all = Vec::new();
    let mut tell = |name, detail| all.push(Telling { name, detail });
    if begun {
        for (experiment, variant) in model.conversation.experiments.iter().zip(&after.variants) {
            let variant = experiment.variants[*variant].id.clone();
            tell("experiment", vec![("experiment", experiment.id.clone()), ("variant", variant)]);
        }
    }
    if let (Event::Answer { step: place, .. }, Some(before)) = (event, before)
        && before.step == *place
        && !after.refused
        && let Does::Ask(field) = flow.steps[*place].does
    {
        tell("answer", vec![step(*place), ("field", model.fields[field].id.clone())]);
    }
    if let Event::Filled { field, value: Some(_) } = event {
        tell("answer", vec![("field", model.fields[*field].id.clone())]);
    }
    if let Event::Followed { step: place } = event {
        // Once the conversation has ended, no other link is there than the outcome's.
        let has_ended = matches!(flow.steps[after.step].does, Does::End(_));
        let place = if has_ended { after.step } else { *place };
        if has_ended || flow.steps[place].does == Does::Offer {
            tell("link", vec![step(place)]);
        }
    }
    if differs(&|before| (before.band, before.grade) == (after.band, after.grade)) {
        let percent = |fifths: i64| integer_text(fifths * 20);
        let mut detail = vec![("band", [percent(after.band), percent(after.band + 1)].join("-"))];
        detail.extend(after.grade.map(|cell| ("grade", flow.grade_name(cell))));
        tell("score", detail);
    }
    if differs(&|before| before.stage == after.stage) {
        let mut detail = vec![("stage", stage(after.stage))];
        detail.extend(before.map(|before| ("from", stage(before.stage))));
        tell("stage", detail);
    }
    if let Some(granted) = &after.granted
        && differs(&|before| before.granted == after.granted)
    {
        let purposes = model.consent.iter().flat_map(|consent| &consent.purposes).zip(granted);
        let granted: Vec<&str> = purposes.filter(|(_, granted)| **granted).map(|(one, _)| one.id.as_str()).collect();
        let choice = if granted.is_empty() { "refused" } else { "given" };
        tell("consent", vec![("choice", choice.into()), ("purposes", granted.join(" "))]);
    }
    if *event == Event::Withdraw && before.is_some_and(|before| before.granted.is_some()) {
        tell("consent", vec![("choice", "withdrawn".into()), ("purposes", String::new())]);
    }
    if after.delivery == Some(Word::Saving) && differs(&|before| before.delivery == after.delivery) {
        tell("submitted", vec![("stage", stage(after.stage))]);
    }
    for one @ (destination, word) in &after.deliveries {
        if before.is_some_and(|before| before.deliveries.contains(one)) {
            continue;
        }
        let (name, key, value) = match word {
            Word::Sent => ("delivered", "how", "delivered"),
            // It went out; whether it arrived cannot be known.
            Word::HandedOver => ("delivered", "how", "handed_over"),
            Word::Undeliverable | Word::NotDelivered => ("error", "code", word.as_str()),
            _ => continue,
        };
        let mut detail = Vec::new();
        if name == "delivered" {
            detail.push(("stage", stage(after.stage)));
        }
        detail.push((key, value.into()));
        detail.extend(destination.map(|place| ("destination", model.delivery.destinations[place].id.clone())));
        tell(name, detail);
    }
    if differs(&|before| before.step == after.step) {
        let kind = match flow.steps[after.step].does {
            Does::Ask(field) => model.fields[field].kind.as_str(),
            Does::Offer => "link",
            Does::Consent => "consent",
            Does::End(outcome) => model.outcomes[outcome].kind.as_str(),
            Does::Say => "say",
        };
        tell("step", vec![step(after.step), ("kind", kind.into())]);
    }
    all
}

/// The answer to a field as a page may read it: an option's id, a text, or JSON for anything else. Nothing where
/// the field is personal, whoever asks.
pub fn value(flow: &Checked, state: &State, field: &str) -> Option<String> {
    let place = flow.flow.fields.iter().position(|one| one.id == field && !one.personal)?;
    Some(match state.dialog.answers[place].as_ref()? {
        Json::Text(text) => text.clone(),
        answer => {
            let mut to = Writer::new(flow.numbers);
            answer.write(&mut to);
            to.out
        }
    })
}
