//! What a page does for its outboxes, transaction by transaction, as `www/embed/store.ts` does it.

use super::world::{Happening, Mood, Who, World};
use prequal::flow::Checked;
use prequal::json::Numbers;
use prequal::outbox::{self, Claim, Effect, Event, Outbox};
use prequal::session::{self, Page as Facts, State};
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};

/// Milliseconds after which storage that does not answer counts as denied.
const STORAGE_PATIENCE: i64 = 5_000;
/// Milliseconds that a claim holds in browsers without locks.
const LEASE_LENGTH: i64 = 30_000;
/// Milliseconds; browsers take a longer timer for none.
const LONGEST_TIMER: i64 = 2_000_000_000;

pub struct Page {
    /// Nothing while it is being stepped.
    pub state: Option<State>,
    courier: Outbox,
    jobs: VecDeque<Job>,
    /// By id: the claim that is held.
    held: BTreeMap<String, u64>,
    /// By number: whose, and of which parcel.
    pub flights: BTreeMap<u64, (Who, String)>,
}

enum Job {
    Store { who: Who, id: String, text: String, receipt: String, step: u8, told: bool },
    Bury { id: String, text: String },
    Forget { id: String },
    Retract { who: Who, lead: String, id: String, notice: Option<String>, step: u8 },
    Recall { who: Who },
}

impl Page {
    pub fn new(flow: &Checked, facts: Facts) -> Page {
        Page {
            state: Some(State::new(flow, facts)),
            courier: Outbox::default(),
            jobs: VecDeque::new(),
            held: BTreeMap::new(),
            flights: BTreeMap::new(),
        }
    }

    pub fn state(&self) -> &State {
        self.state.as_ref().expect("not being stepped")
    }

    pub fn outboxes(&self) -> [&Outbox; 2] {
        [&self.state().outbox, &self.courier]
    }
}

impl World<'_> {
    fn page(&mut self, page: u64) -> &mut Page {
        self.pages.get_mut(&page).expect("a page that is open")
    }

    pub fn tell(&mut self, page: u64, who: Who, event: Event) {
        match who {
            Who::Session => self.does(page, session::Event::Outbox(event)),
            Who::Courier => {
                let now = self.now();
                self.note(|| format!("courier {page}: {event:?}").chars().take(220).collect());
                let outbox = &mut self.page(page).courier;
                let effects = outbox::step(outbox, event, now.ms, now.jitter(), Numbers::NATIVE);
                effects.into_iter().for_each(|effect| self.performs(page, who, effect));
            }
        }
    }

    /// One event of the session.
    pub fn does(&mut self, page: u64, event: session::Event) {
        let now = self.now();
        let state = self.page(page).state.take().expect("not being stepped");
        self.note(|| format!("page {page}: {event:?}").chars().take(220).collect());
        let agrees = self.agrees(&event);
        let by_form = matches!(event, session::Event::Submitted(_)) && state.sealed.is_none();
        let shown = agrees.then(|| state.dialog.answers.clone());
        let (state, effects) = session::step(self.flow, state, event, &now);
        if let (Some(shown), Some(key)) = (shown, &state.sealed) {
            self.ledger.agrees(self.flow, key, &shown);
        }
        self.seen.by_form += u32::from(by_form && state.sealed.is_some());
        self.page(page).state = Some(state);
        for effect in effects {
            if let session::Effect::Outbox(effect) = effect {
                self.performs(page, Who::Session, effect);
            }
        }
    }

    /// Whether an act can be a visitor's yes: to all that is required, where each was shown in words and it can be said
    /// where.
    fn agrees(&self, event: &session::Event) -> bool {
        let Some(consent) = &self.flow.flow().consent else { return false };
        let all = |granted: &[bool]| consent.purposes.iter().zip(granted).all(|(one, yes)| *yes || !one.required);
        match event {
            session::Event::Decide { granted, agree, trusted } => *agree && *trusted && all(granted),
            session::Event::Submitted(form) => {
                let worded = form.granted.iter().zip(&form.texts).all(|(yes, text)| !yes || text.is_some());
                all(&form.granted) && worded && !form.name.is_empty()
            }
            _ => false,
        }
    }

    fn performs(&mut self, page: u64, who: Who, effect: Effect) {
        match effect {
            Effect::Store { id, text, receipt } => {
                self.ledger.stores(&id, &text, &receipt);
                self.later(STORAGE_PATIENCE, page, Happening::Tire { id: id.clone() });
                self.queues(page, Job::Store { who, id, text, receipt, step: 0, told: false });
            }
            Effect::Claim { id } => {
                let claim = self.serial();
                self.later(0, page, Happening::Claim { who, id, claim, step: 0 });
            }
            Effect::Send(parcel) => {
                self.ledger.sends(page, &parcel);
                self.sends(page, who, parcel);
            }
            Effect::Release { id } => self.releases(page, &id),
            Effect::Bury { id, text } => self.queues(page, Job::Bury { id, text }),
            Effect::Forget { id, .. } => {
                self.aborts(page, &id);
                self.queues(page, Job::Forget { id });
            }
            Effect::Retract { lead, id, notice } => self.queues(page, Job::Retract { who, lead, id, notice, step: 0 }),
            Effect::Recall => self.queues(page, Job::Recall { who }),
            Effect::WakeAt(at) => {
                let wait = (at - self.time - self.skew).clamp(0, LONGEST_TIMER);
                self.later(wait, page, Happening::Told { who, event: Event::Wake { online: false } });
            }
        }
    }

    fn queues(&mut self, page: u64, job: Job) {
        let idle = self.page(page).jobs.is_empty();
        self.page(page).jobs.push_back(job);
        if idle {
            let wait = self.latency();
            self.later(wait, page, Happening::Work);
        }
    }

    /// One transaction of the first job.
    pub fn works(&mut self, page: u64) {
        let Some(job) = self.page(page).jobs.pop_front() else { return };
        let ok = self.transacts();
        match job {
            Job::Store { who, id, text, receipt, step: 0, told } if ok => {
                self.receipts.insert(id.clone(), receipt.clone());
                self.page(page).jobs.push_front(Job::Store { who, id, text, receipt, step: 1, told });
            }
            Job::Store { who, id, text, step, told, .. } => {
                // A write may be done, and its page be told that it failed.
                if ok || step == 1 && self.storage == Mood::Moody && self.chance.percent(20) {
                    self.note(|| format!("page {page} has stored {id}"));
                    self.ledger.stored(&id);
                    self.leads.insert(id.clone(), text);
                }
                if !told {
                    self.tell(page, who, Event::Stored { id, ok });
                }
            }
            Job::Bury { id, text } => {
                if ok && self.leads.remove(&id).is_some() {
                    self.leads.insert(format!("{}{id}", outbox::BURIED), text);
                }
                self.releases(page, &id);
            }
            Job::Forget { id } => {
                if ok {
                    self.leads.remove(&id);
                    self.leads.remove(&format!("{}{id}", outbox::BURIED));
                }
                self.releases(page, &id);
            }
            Job::Retract { who, lead, id, notice, step } if ok => {
                if self.retracts(page, &lead, &id, notice.as_ref(), step) {
                    self.tell(page, who, Event::Stored { id, ok });
                } else {
                    self.page(page).jobs.push_front(Job::Retract { who, lead, id, notice, step: step + 1 });
                }
            }
            Job::Retract { who, id, .. } => self.tell(page, who, Event::Stored { id, ok }),
            Job::Recall { who } => {
                let stands = |receipt: &&String| read(receipt).get("withdrawn").is_none();
                let all: Vec<String> = self.receipts.values().filter(stands).cloned().collect();
                let all = if ok { all } else { Vec::new() };
                for receipt in all {
                    self.ledger.recalled(read(&receipt)["lead"].as_str().expect("a lead"));
                    self.tell(page, who, Event::Recalled(receipt));
                }
            }
        }
        if !self.page(page).jobs.is_empty() {
            let wait = self.latency();
            self.later(wait, page, Happening::Work);
        }
    }

    /// Whether that was the last step.
    fn retracts(&mut self, page: u64, lead: &str, id: &str, notice: Option<&String>, step: u8) -> bool {
        match step {
            0 => {
                let [buried, lease] = [format!("{}{lead}", outbox::BURIED), format!("~{lead}")];
                self.leads.retain(|id, _| ![lead, &buried, &lease].iter().any(|prefix| id.starts_with(*prefix)));
                if let Some(notice) = notice {
                    self.leads.insert(id.into(), notice.clone());
                }
                // A lead that was sent without being stored is known to its own page alone.
                assert!(notice.is_some() || !self.receipts.contains_key(lead), "taken back without a notice");
                self.ledger.retracted(lead, notice.is_some());
                false
            }
            1 => {
                let ids: Vec<String> = self.addresses.iter().map(|to| name(lead, &to.destination)).collect();
                for id in ids {
                    self.aborts(page, &id);
                    if let Some((holder, claim)) = self.locks.remove(&id) {
                        let wait = self.chance.between(0, 3);
                        self.page(holder).held.retain(|_, held| *held != claim);
                        self.later(wait, holder, Happening::Learn { id });
                    }
                }
                false
            }
            _ => {
                for (_, receipt) in self.receipts.iter_mut().filter(|(id, _)| id.starts_with(lead)) {
                    let mut json = read(receipt);
                    json["withdrawn"] = json!(self.time + self.skew);
                    *receipt = json.to_string();
                }
                self.ledger.marked(lead);
                true
            }
        }
    }

    /// Storage that takes too long counts as denied.
    pub fn tires(&mut self, page: u64, id: &str) {
        let waiting = self.page(page).jobs.iter_mut().find_map(|job| match job {
            Job::Store { who, id: other, told: told @ false, .. } if other == id => Some((*who, told)),
            _ => None,
        });
        if let Some((who, told)) = waiting {
            *told = true;
            self.tell(page, who, Event::Stored { id: id.into(), ok: false });
        }
    }

    /// One step of a claim: the lock or the lease, the text, the receipt.
    pub fn claims(&mut self, page: u64, who: Who, id: String, claim: u64, step: u8) {
        let outcome = match step {
            0 => {
                self.ledger.claims(page, &id);
                self.takes(page, &id, claim)
            }
            _ if !self.transacts() => {
                // What cannot be read is sent all the same.
                self.ledger.blind(page, &id);
                Some(Claim::Ours)
            }
            1 => match self.leads.contains_key(&id) {
                true => None,
                false => Some(self.fate(&id)),
            },
            _ if self.taken_back(&id) => {
                self.leads.remove(&id);
                Some(Claim::Gone)
            }
            _ => Some(Claim::Ours),
        };
        let Some(mut outcome) = outcome else {
            let wait = self.chance.between(0, 12);
            return self.later(wait, page, Happening::Claim { who, id, claim, step: step + 1 });
        };
        let mine = !self.has_locks || self.locks.get(&id) == Some(&(page, claim));
        match outcome {
            Claim::Ours if !mine => outcome = Claim::Busy,
            Claim::Ours => drop(self.page(page).held.insert(id.clone(), claim)),
            Claim::Busy => {}
            _ if !self.has_locks => self.drops(page, &id),
            _ if mine => drop(self.locks.remove(&id)),
            _ => {}
        }
        self.tell(page, who, Event::Claimed { id, claim: outcome });
    }

    fn takes(&mut self, page: u64, id: &str, claim: u64) -> Option<Claim> {
        if self.has_locks {
            if self.locks.contains_key(id) {
                return Some(Claim::Busy);
            }
            self.locks.insert(id.into(), (page, claim));
            return None;
        }
        if !self.transacts() {
            self.ledger.blind(page, id);
            return Some(Claim::Ours);
        }
        if !self.leads.contains_key(id) {
            return Some(self.fate(id));
        }
        let (now, lease) = (self.time + self.skew, format!("~{id}"));
        let held = self.leads.get(&lease).map(|text| read(text)).unwrap_or_default();
        let until = held["until"].as_i64().unwrap_or_default();
        if held["owner"] != json!(page) && until > now && until <= now + LEASE_LENGTH {
            return Some(Claim::Busy);
        }
        self.leads.insert(lease, json!({ "owner": page, "until": now + LEASE_LENGTH }).to_string());
        None
    }

    /// Whether the receipts of a lead, whatever its destination, say that consent was taken back.
    fn taken_back(&self, id: &str) -> bool {
        let lead = id.split('.').next().unwrap_or(id);
        let receipts = self.receipts.range(lead.to_owned()..).take_while(|(id, _)| id.starts_with(lead));
        receipts.into_iter().any(|(_, receipt)| read(receipt).get("withdrawn").is_some())
    }

    /// What something that is not stored any more has come to.
    fn fate(&self, id: &str) -> Claim {
        if id.starts_with('-') {
            return Claim::Delivered;
        }
        match self.receipts.get(id).map(|receipt| read(receipt)) {
            _ if self.leads.contains_key(&format!("{}{id}", outbox::BURIED)) => Claim::Refused,
            Some(receipt) if receipt.get("withdrawn").is_none() => Claim::Delivered,
            _ => Claim::Gone,
        }
    }

    fn releases(&mut self, page: u64, id: &str) {
        let Some(claim) = self.page(page).held.remove(id) else { return };
        if !self.has_locks {
            let wait = self.chance.between(0, 12);
            self.later(wait, page, Happening::Drop { id: id.into() });
        } else if self.locks.get(id) == Some(&(page, claim)) {
            self.locks.remove(id);
        }
    }

    /// Deletes the page's own lease.
    pub fn drops(&mut self, page: u64, id: &str) {
        let lease = format!("~{id}");
        let own = self.leads.get(&lease).is_some_and(|text| read(text)["owner"] == json!(page));
        if own && self.transacts() {
            self.leads.remove(&lease);
        }
    }

    /// The visitor takes consent back on a page.
    pub fn withdraws(&mut self, page: u64) {
        let leads = self.page(page).state().outbox.leads();
        let mine: Vec<(String, bool)> =
            leads.map(|entry| (entry.parcel.lead_key().to_owned(), entry.durable)).collect();
        let receipts: Vec<String> =
            self.receipts.keys().map(|id| id.split('.').next().unwrap_or(id).to_owned()).collect();
        self.ledger.withdraws(page, mine, receipts);
        self.does(page, session::Event::Withdraw);
    }
}

fn name(key: &str, destination: &str) -> String {
    if destination.is_empty() { key.into() } else { format!("{key}.{destination}") }
}

fn read(text: &str) -> Value {
    serde_json::from_str(text).expect("what is stored is JSON")
}
