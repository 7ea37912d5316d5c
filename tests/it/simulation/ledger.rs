//! What the visitor agreed to and took back, kept beside the engine, and what must follow from it.

use prequal::consent::{Parcel, Wire};
use prequal::flow::Checked;
use prequal::json::{Json, Numbers, Writer};
use prequal::lead::Lead;
use prequal::outbox::Phase;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

use super::world::World;

/// By the keys of leads, or the ids of parcels.
#[derive(Default)]
pub struct Ledger {
    /// By key: the answers that were shown as a person agreed.
    agreed: BTreeMap<String, Map<String, Value>>,
    /// By id: the body that was sent first.
    bodies: BTreeMap<String, String>,
    /// Ids that were stored at some time.
    durable: BTreeSet<String>,
    /// Keys that consent was taken back to, by a click.
    clicked: BTreeSet<String>,
    /// Keys whose leads were exchanged for a notice in storage.
    retracted: BTreeSet<String>,
    /// Those with a notice.
    noticed: BTreeSet<String>,
    /// Keys whose receipts say so.
    marked: BTreeSet<String>,
    /// What pages hold in memory alone, and must not send again.
    dropped: BTreeSet<(u64, String)>,
    /// Claims that began after consent was taken back for good.
    late: BTreeSet<(u64, String)>,
    /// Whether each body is verified as a receiver does it.
    pub strict: bool,
    pub sends: u32,
}

fn key(id: &str) -> &str {
    id.split('.').next().unwrap_or(id)
}

fn value(json: &Json) -> Value {
    let mut writer = Writer::new(Numbers::NATIVE);
    writer.json(json);
    serde_json::from_str(&writer.out).expect("JSON")
}

impl Ledger {
    pub fn agrees(&mut self, flow: &Checked, key: &str, shown: &[Option<Json>]) {
        let fields = flow.flow().fields.iter().zip(shown);
        let answers = fields.filter_map(|(field, answer)| Some((field.id.clone(), value(answer.as_ref()?))));
        self.agreed.entry(key.into()).or_insert_with(|| answers.collect());
    }

    pub fn withdraws(&mut self, page: u64, mine: Vec<(String, bool)>, receipts: Vec<String>) {
        for (key, durable) in mine {
            if !durable {
                self.dropped.insert((page, key.clone()));
            }
            self.clicked.insert(key);
        }
        self.clicked.extend(receipts);
    }

    pub fn stores(&self, id: &str, text: &str, receipt: &str) {
        assert!(self.agreed.contains_key(key(id)), "{id} is to be stored, and nobody agreed to it");
        let read = |text: &str| serde_json::from_str::<Value>(text).expect("JSON");
        let (text, receipt) = (read(text), read(receipt));
        assert_eq!((&text["key"], &text["consent"]), (&receipt["lead"], &receipt["consent"]));
        assert!(receipt.get("body").is_none() && receipt.get("answers").is_none(), "a receipt holds no answer");
    }

    pub fn stored(&mut self, id: &str) {
        self.durable.insert(id.into());
    }

    /// It is taken back although it was agreed to after the click, where storage is slow: better once too often.
    pub fn recalled(&mut self, lead: &str) {
        self.clicked.insert(lead.into());
    }

    pub fn retracted(&mut self, lead: &str, with_notice: bool) {
        self.clicked.insert(lead.into());
        self.retracted.insert(lead.into());
        if with_notice {
            self.noticed.insert(lead.into());
        }
    }

    pub fn marked(&mut self, lead: &str) {
        self.marked.insert(lead.into());
    }

    pub fn claims(&mut self, page: u64, id: &str) {
        self.late.remove(&(page, id.into()));
        if self.marked.contains(key(id)) {
            self.late.insert((page, id.into()));
        }
    }

    /// The page could not read what it claimed.
    pub fn blind(&mut self, page: u64, id: &str) {
        self.late.remove(&(page, id.into()));
    }

    pub fn sends(&mut self, page: u64, parcel: &Parcel) {
        self.sends += 1;
        let post = parcel.post();
        let Parcel::Lead(_) = parcel else {
            assert!(self.clicked.contains(parcel.lead_key()), "a notice of what nobody took back");
            return;
        };
        let at = (page, post.id().to_owned());
        assert!(!self.late.contains(&at), "{} is sent after consent was taken back", post.id());
        assert!(!self.dropped.contains(&(page, post.key().into())), "{} is sent by whoever took it back", post.id());
        let Some(shown) = self.agreed.get(post.key()) else { panic!("{} is sent, and nobody agreed to it", post.id()) };
        if let Some(first) = self.bodies.get(post.id()) {
            assert_eq!(first, post.body(), "the same lead through all attempts");
            return;
        }
        let body: Value = serde_json::from_str(post.body()).expect("a lead is JSON");
        assert_eq!(body["idempotency_key"], post.key());
        for (field, answer) in body["answers"].as_object().expect("answers") {
            assert_eq!(shown.get(field), Some(answer), "{field} was not agreed to so");
        }
        self.bodies.insert(post.id().into(), post.body().into());
    }

    /// What reaches the receiver is what it takes.
    pub fn sees(&self, flow: &Checked, parcel: &Parcel) {
        if self.strict
            && let Parcel::Lead(lead) = parcel
        {
            let lead: Lead = serde_json::from_str(lead.post().body()).expect("a lead is what serde reads");
            assert_eq!(prequal::verify(flow, &lead), Ok(()), "a receiver takes what was sent");
        }
    }
}

/// How a lead ended that a visitor agreed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum End {
    Delivered,
    Buried,
    Withdrawn,
    /// Taken back before it was stored, or while nothing could be stored.
    Dropped,
    /// Never stored, and gone with its page.
    Unstored,
    /// On its way to where nothing is acknowledged.
    HandedOver,
}

impl World<'_> {
    /// What a page holds that could not be stored is delivered while the page lives.
    pub fn lives(&self) {
        for (serial, page) in &self.pages {
            for entry in page.outboxes().into_iter().flat_map(|outbox| &outbox.entries) {
                let id = entry.parcel.post().id();
                assert!(entry.phase.is_last(), "page {serial} still has {id} in {:?}", entry.phase);
                let arrived = self.rows.contains_key(id) || self.ledger.clicked.contains(entry.parcel.lead_key());
                let own = matches!(entry.parcel, Parcel::Lead(_)) && !entry.parcel.post().wire().is_opaque();
                assert!(!own || entry.phase != Phase::Delivered || arrived, "{id} was never received");
            }
        }
    }

    /// What must hold once nothing is under way.
    pub fn ends(&self) -> Vec<End> {
        let ledger = &self.ledger;
        for id in self.rows.keys() {
            assert!(ledger.agreed.contains_key(key(id)), "the receiver holds {id}, and nobody agreed to it");
        }
        let mut ends = Vec::new();
        for key in ledger.agreed.keys() {
            for to in &self.addresses {
                let id = if to.destination.is_empty() { key.clone() } else { format!("{key}.{}", to.destination) };
                ends.push(self.end(key, &id, to.wire));
            }
        }
        ends
    }

    fn end(&self, key: &str, id: &str, wire: Wire) -> End {
        let ledger = &self.ledger;
        let (arrived, stored) = (self.rows.contains_key(id), self.leads.contains_key(id));
        let buried = |id: &str| self.leads.contains_key(&format!("!{id}"));
        if ledger.retracted.contains(key) {
            if wire == Wire::Prequal && ledger.noticed.contains(key) && !buried(&format!("-{key}")) {
                assert!(self.tombs.contains(key), "the receiver has no notice of {key}");
                assert!(!arrived, "the receiver holds {key}, which was taken back");
            }
            assert!(!stored || !ledger.marked.contains(key), "{id} is still stored");
            return End::Withdrawn;
        }
        if ledger.clicked.contains(key) {
            return End::Dropped;
        }
        assert!(!stored, "{id} is left in storage");
        match ledger.durable.contains(id) {
            _ if arrived => End::Delivered,
            _ if buried(id) => End::Buried,
            _ if wire.is_opaque() => End::HandedOver,
            false => End::Unstored,
            true => panic!("{id} was stored, and is lost"),
        }
    }
}
