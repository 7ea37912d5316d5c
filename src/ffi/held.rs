//! All that a session holds of its visitor, for the visitor.

use crate::flow::{Checked, Write};
use crate::json::{Json, Writer};
use crate::session::State;
use alloc::{string::String, vec::Vec};

/// What a session holds at a time (milliseconds since 1970 UTC), as JSON: `answers`, also those of ways not
/// taken; `lead`, as it would be sent, without consent; `granted`, by the ids of purposes, once the visitor
/// has chosen; `queued`, the leads that are not delivered yet, as they are sent.
pub fn held(flow: &Checked, state: &State, now: i64) -> String {
    let mut to = Writer::new(flow.numbers);
    let named = |id: &String, value: Json| (id.clone(), value);
    let answers = flow.flow.fields.iter().zip(&state.dialog.answers);
    let answers = answers.filter_map(|(field, answer)| Some(named(&field.id, answer.clone()?)));
    let (lead, _) = state.lead(flow, String::new(), now);
    let granted = state.granted.as_ref().map_or(Json::Null, |granted| {
        let purposes = flow.flow.consent.iter().flat_map(|consent| &consent.purposes).zip(granted);
        Json::Object(purposes.map(|(purpose, granted)| named(&purpose.id, Json::Bool(*granted))).collect())
    });
    to.out.push_str("{\"answers\":");
    Json::Object(answers.collect()).write(&mut to);
    to.out.push_str(",\"lead\":");
    lead.write(&mut to);
    to.out.push_str(",\"granted\":");
    granted.write(&mut to);
    let queued: Vec<&str> = state.outbox.leads().map(|entry| entry.parcel.post().body()).collect();
    to.out.push_str(",\"queued\":[");
    to.out.push_str(&queued.join(","));
    to.out.push_str("]}");
    to.out
}
