//! Forms of the page that share the session: what they say of the visitor, and what becomes of them when they
//! are submitted.
//!
//! A form asks by itself and all at once, so the conversation does not wait for what it leaves open. Where a
//! conversation and a form both have an answer, the later one stands, and the lead says so.

use super::{Effect, State};
use crate::consent::{self, Attachment, Choice};
use crate::dialog::answer;
use crate::digest::hex;
use crate::flow::{Checked, Does};
use crate::json::Json;
use crate::lead::Given;
use crate::session::Now;
use alloc::{string::String, vec::Vec};

/// What a form says as it is submitted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Form {
    /// Its name, for the record.
    pub name: String,
    /// By purpose: whether its box is ticked, by the visitor's own hand.
    pub granted: Vec<bool>,
    /// By purpose: the words beside the box; none where the form has no box for it.
    pub texts: Vec<Option<String>>,
    /// It was filled in faster than it can be read.
    pub hasty: bool,
}

/// The record of the choice made in a form; none where it does not grant what is required, or shows a box
/// without words.
fn record(flow: &Checked, state: &State, form: &Form, now: &Now) -> Option<consent::Granted> {
    let consent = flow.flow.consent.as_ref()?;
    let shown = |granted: &bool, text: &Option<String>| !granted || text.as_ref().is_some_and(|text| !text.is_empty());
    let all = form.granted.len() == consent.purposes.len() && form.texts.len() == form.granted.len();
    if form.name.is_empty() || !all || !form.granted.iter().zip(&form.texts).all(|(granted, text)| shown(granted, text))
    {
        return None;
    }
    consent::record(
        flow,
        &Choice {
            granted: &form.granted,
            texts: &form.texts,
            at: now.ms,
            entropy: *now.entropy.last_chunk()?,
            control: &[consent::FORM, &form.name].concat(),
            setting: &state.page.setting,
        },
    )
}

/// What goes along with a form that the page itself posts, once the visitor agreed in it; nothing else does.
/// It need not qualify: it goes where the form would have gone without it.
pub fn attach(flow: &Checked, state: &State, form: &Form, now: &Now) -> Option<Attachment> {
    let granted = record(flow, state, form, now)?;
    let (lead, _) = state.lead(flow, hex(now.entropy.first_chunk::<16>()?), now.ms);
    Some(consent::attach(lead, granted, flow))
}

impl State {
    /// Whether a form gave the answer to the field that a step asks.
    pub(super) fn by_form(&self, flow: &Checked, step: usize) -> bool {
        matches!(flow.steps[step].does, Does::Ask(field) if self.dialog.filled[field])
    }

    /// The conversation has an answer to a field, where before a form may have had one.
    pub(super) fn take_over(&mut self, field: usize, by_form: bool, at: i64) {
        self.dialog.filled[field] = false;
        if let Some(given) = &mut self.given[field] {
            let instead_of = if by_form { Some(given.by.clone()) } else { given.instead_of.take() };
            *given = Given { field: given.field.clone(), by: "conversation".into(), at, instead_of };
        }
    }

    pub(super) fn fill(&mut self, flow: &Checked, place: usize, value: Option<Json>, now: &Now) -> Vec<Effect> {
        let field = &flow.flow.fields[place];
        let value = match value.filter(|value| *value != Json::Null) {
            None => None,
            Some(value) => match answer::known(field, &value, flow.numbers, &flow.flow.locale) {
                None => return Vec::new(),
                value => value,
            },
        };
        let (filled, before) = (self.dialog.filled[place], self.dialog.answers[place].clone());
        // What was sent is what was shown; and an empty control takes back its own answer alone.
        let idle = if filled { before == value } else { value.is_none() };
        if self.sealed.is_some() || idle {
            return Vec::new();
        }
        let told = |state: &State| state.given[place].as_ref().and_then(|given| given.instead_of.clone());
        let of_page = before == self.known[place];
        let instead_of = match &before {
            _ if filled => told(self),
            Some(answer) if !of_page && value.as_ref() != Some(answer) => Some("conversation".into()),
            _ => None,
        };
        self.given[place] =
            value.is_some().then(|| Given { field: field.id.clone(), by: "form".into(), at: now.ms, instead_of });
        self.hasty[place] = false;
        self.talk(now, |dialog, moment| dialog.fill_in(flow, moment, place, value));
        if !self.begun {
            return Vec::from([Effect::Render]);
        }
        self.advance(flow, now);
        self.finish(flow, now)
    }

    /// Sends the lead of a form that is submitted, where the visitor agreed in it, the lead qualifies, and the
    /// conversation would have asked for consent on this way. It ends at the outcome.
    pub(super) fn submit(&mut self, flow: &Checked, form: Form, now: &Now) -> Vec<Effect> {
        if self.sealed.is_some() {
            return Vec::from([Effect::Render]);
        }
        for (hasty, filled) in self.hasty.iter_mut().zip(&self.dialog.filled) {
            *hasty |= form.hasty && *filled;
        }
        self.agreed = record(flow, self, &form, now);
        let purposes = flow.flow.consent.as_ref().map_or(0, |consent| consent.purposes.len());
        self.granted = Some(if self.agreed.is_some() { form.granted } else { alloc::vec![false; purposes] });
        self.withdrawn &= self.agreed.is_none();
        if !self.begun {
            self.begin(flow, now);
        }
        let start = self.start;
        self.talk(now, |dialog, moment| dialog.walk(flow, moment, start));
        let asked = self.dialog.turns.iter().any(|turn| flow.steps[*turn].does == Does::Consent);
        let leads = if asked { self.seal(flow, now) } else { Vec::new() };
        self.hand_over(flow, leads, now)
    }
}
