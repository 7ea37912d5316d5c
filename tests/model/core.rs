//! The shipped outbox and real sealed leads, with everything that does not matter to them written the same.

use prequal::consent::{Address, ConsentedLead, Parcel, Setting, Wire};
use prequal::dialog::Input;
use prequal::flow::{self, Endpoint};
use prequal::json::Numbers;
use prequal::outbox::{self, Claim, Effect, Entry, Event, Outbox, Phase, Reply};
use prequal::session::{self, Now, Page, State};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

const NOON: i64 = 1_790_000_000_000;
/// The place of a parcel: leads first, then a notice for each key.
pub type Id = u8;

/// An entry of an outbox, without what tells no two futures apart: `until` (a wake-up may come at any time),
/// `born`, and how many attempts there were beyond the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Line {
    pub id: Id,
    pub phase: Stage,
    pub tried: bool,
    pub durable: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stage {
    Storing,
    Claiming,
    Sending,
    Waiting,
    Delivered,
    Dead,
    Gone,
}

pub type Lines = Vec<Line>;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Told {
    Add(Id),
    Found(Id),
    Stored(Id, bool),
    Claimed(Id, u8),
    Replied(Id, Option<u32>),
    Wake,
    Withdraw,
    Recalled(Id),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Asked {
    Store(Id),
    Claim(Id),
    Send(Id),
    Release(Id),
    Bury(Id),
    Forget(Id),
    Retract { key: u8, notice: Option<Id> },
    Recall,
}

type Memo = HashMap<(Lines, Told), Arc<(Lines, Vec<Asked>)>>;

/// All parcels there can be, and what the outbox makes of each event: it is a pure function, so each of its
/// transitions is made once.
pub struct Core {
    parcels: Vec<Parcel>,
    leads: Vec<Option<ConsentedLead>>,
    names: Vec<String>,
    texts: Vec<String>,
    receipts: Vec<String>,
    /// By parcel: the place of the key of the lead that it is, or is about.
    pub key: Vec<u8>,
    memo: Mutex<Memo>,
}

impl Core {
    /// Each lead goes to the flow's own endpoint and, with `other`, to another destination that hears of no withdrawal.
    pub fn new(leads: u8, other: bool) -> Core {
        let sealed: Vec<ConsentedLead> = (0..leads).flat_map(|lead| seal(lead, other)).collect();
        let mut core = Core {
            parcels: Vec::new(),
            leads: Vec::new(),
            names: Vec::new(),
            texts: Vec::new(),
            receipts: Vec::new(),
            key: Vec::new(),
            memo: Mutex::default(),
        };
        let mut notices = Vec::new();
        for lead in sealed {
            let (mut outbox, parcel) = (Outbox::default(), Parcel::Lead(lead.clone()));
            let effects = step(&mut outbox, Event::Add(lead.clone()));
            let [Effect::Store { id, text, receipt }] = effects.as_slice() else { panic!("{effects:?}") };
            let effects = step(&mut outbox, Event::Recalled(receipt.clone()));
            let [Effect::Retract { id: notice, notice: said, .. }] = effects.as_slice() else { panic!("{effects:?}") };
            if let Some(said) = said {
                notices.push((outbox.entries[1].parcel.clone(), notice.clone(), said.clone()));
            }
            core.key.push(notices.len() as u8 - 1);
            core.add(parcel, Some(lead), id.clone(), text.clone(), receipt.clone());
        }
        for (key, (parcel, name, text)) in notices.into_iter().enumerate() {
            core.key.push(key as u8);
            core.add(parcel, None, name, text, String::new());
        }
        core
    }

    fn add(&mut self, parcel: Parcel, lead: Option<ConsentedLead>, name: String, text: String, receipt: String) {
        self.parcels.push(parcel);
        self.leads.push(lead);
        self.names.push(name);
        self.texts.push(text);
        self.receipts.push(receipt);
    }

    pub fn ids(&self) -> impl Iterator<Item = Id> {
        0..self.names.len() as Id
    }

    pub fn is_notice(&self, id: Id) -> bool {
        self.leads[usize::from(id)].is_none()
    }

    /// Whether its destination hears of withdrawals.
    pub fn hears(&self, id: Id) -> bool {
        self.parcels[usize::from(id)].post().wire() == Wire::Prequal
    }

    fn id(&self, name: &str) -> Id {
        self.names.iter().position(|known| known == name).expect("a parcel that was sealed") as Id
    }

    /// The shipped transition.
    pub fn step(&self, lines: &Lines, told: Told) -> Arc<(Lines, Vec<Asked>)> {
        let known = self.memo.lock().expect("no panic").get(&(lines.clone(), told)).cloned();
        known.unwrap_or_else(|| {
            let made = Arc::new(self.make(lines, told));
            self.memo.lock().expect("no panic").insert((lines.clone(), told), made.clone());
            made
        })
    }

    fn make(&self, lines: &Lines, told: Told) -> (Lines, Vec<Asked>) {
        let name = |id: Id| self.names[usize::from(id)].clone();
        let event = match told {
            Told::Add(id) => Event::Add(self.leads[usize::from(id)].clone().expect("a lead")),
            Told::Found(id) => Event::Found(self.texts[usize::from(id)].clone()),
            Told::Stored(id, ok) => Event::Stored { id: name(id), ok },
            Told::Claimed(id, claim) => Event::Claimed { id: name(id), claim: Claim::ALL[usize::from(claim)] },
            Told::Replied(id, status) => {
                let reply = status.map_or(Reply::NoReply, |status| Reply::Status { status, retry_after: None });
                Event::Replied { id: name(id), reply }
            }
            Told::Wake => Event::Wake { online: true },
            Told::Withdraw => Event::Withdraw,
            Told::Recalled(id) => Event::Recalled(self.receipts[usize::from(id)].clone()),
        };
        let mut outbox = Outbox::default();
        outbox.entries = lines.iter().map(|line| self.entry(line)).collect();
        let effects = step(&mut outbox, event);
        let lines = outbox.entries.iter().map(|entry| self.line(entry)).collect();
        (lines, effects.iter().filter_map(|effect| self.asked(effect)).collect())
    }

    fn entry(&self, line: &Line) -> Entry {
        let phase = match line.phase {
            Stage::Storing => Phase::Storing,
            Stage::Claiming => Phase::Claiming,
            Stage::Sending => Phase::Sending,
            Stage::Waiting => Phase::Waiting { until: NOON },
            Stage::Delivered => Phase::Delivered,
            Stage::Dead => Phase::Dead(422),
            Stage::Gone => Phase::Gone,
        };
        let parcel = self.parcels[usize::from(line.id)].clone();
        Entry { parcel, phase, attempts: line.tried.into(), durable: line.durable, born: NOON }
    }

    fn line(&self, entry: &Entry) -> Line {
        let id = self.id(entry.parcel.post().id());
        assert_eq!(entry.parcel, self.parcels[usize::from(id)], "what was sealed is what is kept");
        let phase = match entry.phase {
            Phase::Storing => Stage::Storing,
            Phase::Claiming => Stage::Claiming,
            Phase::Sending => Stage::Sending,
            Phase::Waiting { .. } => Stage::Waiting,
            Phase::Delivered | Phase::HandedOver => Stage::Delivered,
            Phase::Dead(_) => Stage::Dead,
            Phase::Gone => Stage::Gone,
        };
        Line { id, phase, tried: entry.attempts > 0, durable: entry.durable }
    }

    /// Every text that is to be stored and every body that is to be sent is the one that was sealed.
    fn asked(&self, effect: &Effect) -> Option<Asked> {
        Some(match effect {
            Effect::Store { id, text, receipt } => {
                let id = self.id(id);
                assert_eq!((text, receipt), (&self.texts[usize::from(id)], &self.receipts[usize::from(id)]));
                Asked::Store(id)
            }
            Effect::Claim { id } => Asked::Claim(self.id(id)),
            Effect::Send(parcel) => {
                let id = self.id(parcel.post().id());
                assert_eq!(*parcel, self.parcels[usize::from(id)]);
                Asked::Send(id)
            }
            Effect::Release { id } => Asked::Release(self.id(id)),
            Effect::Bury { id, .. } => Asked::Bury(self.id(id)),
            Effect::Forget { id, .. } => Asked::Forget(self.id(id)),
            Effect::Retract { lead, id, notice } => {
                let notice = notice.as_ref().map(|text| {
                    assert_eq!(*text, self.texts[usize::from(self.id(id))]);
                    self.id(id)
                });
                Asked::Retract { key: self.key[usize::from(self.id(lead))], notice }
            }
            Effect::Recall => Asked::Recall,
            Effect::WakeAt(_) => return None,
        })
    }
}

fn step(outbox: &mut Outbox, event: Event) -> Vec<Effect> {
    outbox::step(outbox, event, NOON, 1, Numbers::NATIVE)
}

/// A visit in which a lead is sealed.
fn seal(lead: u8, other: bool) -> Vec<ConsentedLead> {
    let flow = flow::load(include_bytes!("../../fuzz/flows/least.json")).expect("a good flow");
    let endpoint = || Endpoint::parse("https://leads.example/").expect("an endpoint");
    let mut addresses = vec![Address::own(endpoint())];
    if other {
        addresses.push(Address { destination: "crm".into(), wire: Wire::Json, ..Address::own(endpoint()) });
    }
    let page = Page { setting: Setting::default(), attribution: None, addresses };
    let now = Now { ms: NOON, entropy: [lead; 32] };
    let (ask, agree) = (0, session::Event::Decide { granted: vec![true], agree: true, trusted: true });
    let events = [session::Event::Begin, session::Event::Answer { step: ask, input: Input::Text("30".into()) }, agree];
    let mut state = State::new(&flow, page);
    for event in events {
        state = session::step(&flow, state, event, &now).0;
    }
    let leads = state.outbox.entries.into_iter().map(|entry| match entry.parcel {
        Parcel::Lead(lead) => lead,
        Parcel::Withdrawal(_) => unreachable!("nothing was taken back"),
    });
    leads.collect()
}
