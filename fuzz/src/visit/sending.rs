//! What may be stored, sent and taken back; and what hosts say of it, honest or not.

use super::{Visit, lean};
use crate::source::Source;
use prequal::consent::Parcel;
use prequal::flow::model::Consent;
use prequal::json::{self, Json, Numbers};
use prequal::lead::{Lead, Record};
use prequal::outbox::{self, Claim, Reply};
use prequal::session::{Effect, Event, State};
use prequal::verify;
use std::collections::BTreeSet;

/// What the visit has seen of stored texts.
#[derive(Default)]
pub struct Kept {
    /// Texts that were to be stored, as an earlier page would have left them.
    pub texts: Vec<String>,
    pub receipts: Vec<String>,
    /// Keys of leads that another page stored, or whose notices.
    found: BTreeSet<String>,
    /// Keys of leads that consent was taken back to, and that were not found since.
    withdrawn: BTreeSet<String>,
    /// Keys of leads that were sealed here or found.
    known: BTreeSet<String>,
}

fn read(text: &str) -> Option<Json> {
    json::parse(text.as_bytes(), Numbers::NATIVE).ok()
}

fn text<'j>(json: &'j Json, key: &str) -> Option<&'j str> {
    json.get(key)?.as_text()
}

impl Visit<'_> {
    /// What a host may say to the outbox.
    pub(super) fn told(&self, source: &mut Source) -> outbox::Event {
        use outbox::Event::*;
        match source.byte() % 8 {
            0 => Stored { id: self.id(source), ok: source.bool() },
            1..4 => Claimed { id: self.id(source), claim: source.of(&Claim::ALL) },
            4 if !self.kept.receipts.is_empty() => Recalled(source.of(&self.kept.receipts)),
            4 => Recalled(source.text()),
            _ => Replied { id: self.id(source), reply: reply(source) },
        }
    }

    /// A stored text, or one that nobody wrote.
    pub(super) fn left(&self, source: &mut Source) -> String {
        if self.kept.texts.is_empty() { source.text() } else { source.of(&self.kept.texts) }
    }

    /// The id of a parcel that is under way, or one that nobody knows.
    fn id(&self, source: &mut Source) -> String {
        let entries = &self.state.outbox.entries;
        let entry = entries.get(source.below(entries.len() + 1));
        entry.map_or_else(|| "0".repeat(32), |entry| entry.parcel.post().id().into())
    }

    /// Notes what an event brings from elsewhere, before it happens.
    pub(super) fn brought(&mut self, event: &Event) {
        match event {
            Event::Outbox(outbox::Event::Found(found)) => {
                let Some(json) = read(found) else { return };
                let body = text(&json, "body").and_then(|body| serde_json::from_str::<Lead>(body).ok());
                let key = text(&json, "withdrawn").map(str::to_owned).or(body.map(|lead| lead.idempotency_key));
                if let Some(key) = key {
                    self.kept.withdrawn.remove(&key);
                    self.kept.known.insert(key.clone());
                    self.kept.found.insert(key);
                }
            }
            Event::Outbox(outbox::Event::Recalled(receipt)) => {
                let lead = read(receipt).and_then(|json| text(&json, "lead").map(str::to_owned));
                self.kept.known.extend(lead);
            }
            Event::Withdraw => {
                let leads = self.state.outbox.leads().map(|entry| entry.parcel.lead_key().to_owned());
                self.kept.withdrawn.extend(leads);
            }
            _ => {}
        }
    }

    /// Nothing is stored or sent but a lead that qualifies and was agreed to, one that was stored so before, or a
    /// notice about one of these; and no lead that consent was taken back to.
    pub(super) fn consented(&mut self, before: &State, event: &Event, effects: &[Effect]) {
        for effect in effects {
            let Effect::Outbox(effect) = effect else { continue };
            match effect {
                outbox::Effect::Send(Parcel::Lead(lead)) => {
                    let key = lead.post().key();
                    assert!(!self.kept.withdrawn.contains(key), "consent to this was taken back");
                    self.agreed(key, lead.post().body());
                    assert!(lead.post().id().starts_with(key));
                }
                outbox::Effect::Send(parcel) => self.is_notice(parcel.post().key(), parcel.post().body()),
                outbox::Effect::Store { id, text, receipt } => self.sealed(before, event, [id, text, receipt]),
                outbox::Effect::Bury { id, text: buried } => {
                    let json = read(buried).expect("what is buried is JSON");
                    assert!(json.get("dead").is_some());
                    assert!(text(&json, "id").is_none_or(|own| own == id));
                }
                outbox::Effect::Retract { lead, notice, .. } => {
                    assert!(self.kept.known.contains(lead), "consent to this was never given");
                    self.kept.texts.extend(notice.clone());
                }
                _ => {}
            }
        }
    }

    fn agreed(&self, key: &str, body: &str) -> Lead {
        let ours = self.log.iter().any(|(event, _)| yes(event).is_some());
        assert!(ours || self.kept.found.contains(key), "nobody agreed to this");
        let lead: Lead = serde_json::from_str(body).expect("a lead is what serde reads");
        assert_eq!(lean(body).as_ref(), Some(&lead), "both readers read the same lead");
        assert_eq!(lead.idempotency_key, key);
        assert_eq!(verify(self.flow, &lead), Ok(()), "a receiver takes what was sent");
        lead
    }

    fn sealed(&mut self, before: &State, event: &Event, [id, stored, receipt]: [&String; 3]) {
        let json = read(stored).expect("what is stored is JSON");
        let body = text(&json, "body").expect("a body");
        let key = text(&json, "key").expect("a key");
        assert_eq!(text(&json, "id"), Some(id.as_str()));
        assert!(id.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')));
        let lead = self.agreed(key, body);
        let granted = yes(event).unwrap_or_else(|| panic!("sealed by {event:?}"));
        let consent: &Consent = self.flow.flow().consent.as_ref().expect("a flow that asks for consent");
        assert!(consent.purposes.iter().zip(granted).all(|(purpose, granted)| granted || !purpose.required));
        assert!(before.scorecard(self.flow, self.now.ms).qualifies(self.flow));
        assert!(before.sealed.is_none());
        let proof: serde_json::Value = serde_json::from_str(receipt).expect("a receipt is JSON");
        let record: Record = serde_json::from_value(proof["consent"].clone()).expect("a receipt holds the record");
        assert_eq!((proof["lead"].as_str(), Some(record)), (Some(key), lead.consent));
        assert_eq!(proof["consent_sha256"].as_str(), lead.consent_sha256.as_deref());
        assert!(["body", "answers"].iter().all(|name| proof.get(name).is_none()), "a receipt holds no answer");
        self.kept.texts.push(stored.clone());
        self.kept.receipts.push(receipt.clone());
        self.kept.known.insert(key.into());
    }

    /// A notice is about a lead that is known here, and says nothing of what was answered.
    fn is_notice(&self, key: &str, body: &str) {
        const SAID: [&str; 6] = ["prequal_withdrawal", "idempotency_key", "lead", "consent_id", "consent_sha256", "at"];
        let Some(Json::Object(said)) = read(body) else { panic!("a notice is an object") };
        assert!(said.iter().map(|(name, _)| name.as_str()).eq(SAID), "{body}");
        let json = Json::Object(said);
        let lead = text(&json, "lead").expect("a lead");
        assert_eq!(text(&json, "idempotency_key"), Some(key));
        assert_ne!(key, lead, "told apart from the lead");
        assert!(self.kept.known.contains(lead), "consent to this was never given");
    }
}

/// What is granted by an act that can be a visitor's yes: by purpose.
fn yes(event: &Event) -> Option<Vec<bool>> {
    match event {
        Event::Decide { granted, agree: true, trusted: true } => Some(granted.clone()),
        // Without a name nobody could say where it was given; a box that says nothing grants nothing.
        Event::Submitted(form) if !form.name.is_empty() => {
            let said = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.is_empty());
            Some(form.granted.iter().zip(&form.texts).map(|(granted, text)| *granted && said(text)).collect())
        }
        _ => None,
    }
}

fn reply(source: &mut Source) -> Reply {
    let status = source.of(&[200, 204, 301, 400, 401, 408, 409, 410, 413, 425, 429, 500, 503, 599, 0]);
    let retry_after = source.bool().then(|| source.of(&[0, 3, 100_000, u32::MAX.into()]));
    match source.byte() % 8 {
        0..4 => Reply::Status { status, retry_after },
        4 => Reply::Opaque,
        _ => Reply::NoReply,
    }
}
