//! One browser with its pages and its storage, a network, a receiver, and what happens to them in turn.

use super::chance::Chance;
use super::ledger::Ledger;
use super::page::Page;
use crate::support::NOON;
use prequal::consent::{Address, Parcel, Setting, Wire};
use prequal::flow::{Checked, Endpoint};
use prequal::outbox::{self, Reply};
use prequal::session::{Now, Page as Facts};
use std::collections::{BTreeMap, BTreeSet};

pub const DAY: i64 = 86_400_000;

/// Which outbox of a page: the session's, or the one for what earlier pages left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    Session,
    Courier,
}

/// How storage and network behave for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    Calm,
    /// Now and then something fails.
    Moody,
    /// Everything fails.
    Down,
}

/// What a run came upon.
#[derive(Default)]
pub struct Seen {
    pub crashes: u32,
    pub refusals: u32,
    /// Leads that went out by a form.
    pub by_form: u32,
}

#[derive(Clone, Debug)]
pub enum Happening {
    /// The visitor does something on a page.
    Act,
    /// The first job of the page's queue goes on.
    Work,
    /// A lead has waited for storage for too long.
    Tire {
        id: String,
    },
    Claim {
        who: Who,
        id: String,
        claim: u64,
        step: u8,
    },
    Told {
        who: Who,
        event: outbox::Event,
    },
    /// A request reaches the receiver.
    Arrive {
        who: Who,
        flight: u64,
        parcel: Parcel,
        copy: bool,
    },
    Reply {
        who: Who,
        flight: u64,
        id: String,
        reply: Reply,
    },
    /// The page's lock was taken away.
    Learn {
        id: String,
    },
    /// A lease is deleted.
    Drop {
        id: String,
    },
    /// The page has read what waits in storage, and its engine is there.
    Begin {
        texts: Vec<String>,
    },
}

pub struct World<'f> {
    pub flow: &'f Checked,
    pub chance: Chance,
    /// True time, in milliseconds.
    pub time: i64,
    /// What the browser's clock says beyond it.
    pub skew: i64,
    due: BTreeMap<(i64, u64), (u64, Happening)>,
    serial: u64,
    pub pages: BTreeMap<u64, Page>,
    pub leads: BTreeMap<String, String>,
    pub receipts: BTreeMap<String, String>,
    /// By id: the page and the claim.
    pub locks: BTreeMap<String, (u64, u64)>,
    pub has_locks: bool,
    pub storage: Mood,
    pub network: Mood,
    pub addresses: Vec<Address>,
    /// By id.
    pub rows: BTreeMap<String, String>,
    /// Keys of leads that the receiver had a notice about.
    pub tombs: BTreeSet<String>,
    pub ledger: Ledger,
    pub seen: Seen,
    /// What the visitor will do yet.
    pub acts: usize,
    /// Nobody does anything any more.
    pub ending: bool,
    /// What happened, for whoever replays a seed.
    pub trace: Option<Vec<String>>,
}

impl<'f> World<'f> {
    pub fn new(flow: &'f Checked, seed: u64, traced: bool) -> World<'f> {
        let mut chance = Chance::new(seed);
        let endpoint = || Endpoint::parse("https://leads.example/v1/leads").expect("an endpoint");
        let mut addresses = vec![Address::own(endpoint())];
        if chance.percent(20) {
            let wire = chance.of(&[Wire::Json, Wire::Plain, Wire::OpaqueForm]);
            addresses.push(Address { destination: "crm".into(), wire, ..Address::own(endpoint()) });
        }
        World {
            flow,
            time: NOON,
            skew: 0,
            due: BTreeMap::new(),
            serial: 0,
            pages: BTreeMap::new(),
            leads: BTreeMap::new(),
            receipts: BTreeMap::new(),
            locks: BTreeMap::new(),
            has_locks: chance.percent(70),
            storage: chance.of(&[Mood::Calm, Mood::Calm, Mood::Moody, Mood::Down]),
            network: chance.of(&[Mood::Calm, Mood::Moody, Mood::Moody, Mood::Down]),
            addresses,
            rows: BTreeMap::new(),
            tombs: BTreeSet::new(),
            ledger: Ledger::default(),
            seen: Seen::default(),
            // Enough for a conversation, and for what follows.
            acts: chance.below(12) + 3 * flow.flow().conversation.steps.len().min(12),
            ending: false,
            trace: traced.then(Vec::new),
            chance,
        }
    }

    pub fn note(&mut self, line: impl FnOnce() -> String) {
        if let Some(trace) = &mut self.trace {
            trace.push(format!("{:>12} {}", self.time - NOON, line()));
        }
    }

    /// By the browser's clock, with fresh randomness.
    pub fn now(&mut self) -> Now {
        let mut entropy = [0; 32];
        for bytes in entropy.chunks_mut(8) {
            bytes.copy_from_slice(&self.chance.next().to_le_bytes());
        }
        Now { ms: self.time + self.skew, entropy }
    }

    pub fn facts(&self) -> Facts {
        let setting = Setting {
            origin: "https://northbeam.example".into(),
            path: "/pricing/".into(),
            utc_offset_minutes: 60,
            widget_version: "0.1.0".into(),
            privacy: Vec::new(),
        };
        Facts { setting, attribution: None, addresses: self.addresses.clone() }
    }

    pub fn serial(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }

    /// Lets something happen to a page, or to nobody's (0), in so many milliseconds.
    pub fn later(&mut self, wait: i64, page: u64, happening: Happening) {
        let key = (self.time.saturating_add(wait.max(0)), self.serial());
        self.due.insert(key, (page, happening));
    }

    /// What storage makes of one transaction: done, or not; and after how many milliseconds it says so.
    pub fn transacts(&mut self) -> bool {
        match self.storage {
            Mood::Calm => true,
            Mood::Moody => !self.chance.percent(10),
            Mood::Down => false,
        }
    }

    pub fn latency(&mut self) -> i64 {
        let slow = self.storage == Mood::Moody && self.chance.percent(5);
        if slow { self.chance.between(1_000, 20_000) } else { self.chance.between(0, 12) }
    }

    /// The next thing that is due before a time.
    pub fn pass(&mut self, until: i64) -> bool {
        let Some((&(at, serial), _)) = self.due.first_key_value() else { return false };
        if at > until {
            return false;
        }
        let Some((page, happening)) = self.due.remove(&(at, serial)) else { return false };
        self.time = self.time.max(at);
        self.happens(page, happening);
        true
    }

    /// Whether the visitor has done enough.
    pub fn is_over(&self) -> bool {
        !self.due.values().any(|(_, happening)| matches!(happening, Happening::Act))
    }

    /// Everything that is under way comes to its end.
    pub fn settles(&mut self) {
        let until = self.time + super::LONG;
        for _ in 0..2_000 {
            if !self.pass(until) {
                return;
            }
        }
        panic!("it does not come to rest");
    }

    fn happens(&mut self, page: u64, happening: Happening) {
        match happening {
            Happening::Arrive { who, flight, parcel, copy } => self.arrives(page, who, flight, &parcel, copy),
            _ if !self.pages.contains_key(&page) => {}
            Happening::Act => self.acts(page),
            Happening::Work => self.works(page),
            Happening::Tire { id } => self.tires(page, &id),
            Happening::Claim { who, id, claim, step } => self.claims(page, who, id, claim, step),
            Happening::Told { who, event } => self.tell(page, who, event),
            Happening::Reply { who, flight, id, reply } => self.replies(page, who, flight, id, reply),
            Happening::Learn { id } => self.aborts(page, &id),
            Happening::Drop { id } => self.drops(page, &id),
            Happening::Begin { texts } => {
                for text in texts {
                    self.tell(page, Who::Courier, outbox::Event::Found(text));
                }
            }
        }
    }

    /// A new page of this browser; what waits in storage is read at once.
    pub fn opens(&mut self) -> u64 {
        let serial = self.serial();
        self.note(|| format!("page {serial} opens"));
        let page = Page::new(self.flow, self.facts());
        self.pages.insert(serial, page);
        let texts: Vec<String> = self.leads.range("-".to_owned()..).map(|(_, text)| text.clone()).collect();
        if !texts.is_empty() && self.transacts() {
            let wait = self.chance.between(5, 400);
            self.later(wait, serial, Happening::Begin { texts });
        }
        serial
    }

    /// A page is gone, with all that it held but its leases.
    pub fn closes(&mut self, page: u64) {
        self.note(|| format!("page {page} is gone"));
        self.pages.remove(&page);
        self.locks.retain(|_, (holder, _)| *holder != page);
    }
}
