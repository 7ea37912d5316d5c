//! Consented leads that nobody has acknowledged yet, as a state machine.
//!
//! A lead is stored before it is sent, claimed so that no other tab sends it at the same time, sent
//! with one idempotency key until it is acknowledged, and only then forgotten. Network errors, 408,
//! 409, 425, 429 and 5xx are tried again with exponential backoff and full jitter; any other status ends
//! the attempts and keeps the lead. Consent that is taken back wins: what is not on its way never
//! will be, and what may have arrived is followed by a notice, which goes the same way.
//!
//! What it does not do: it performs none of its effects, and takes nothing but what `consent` makes.

use crate::consent::{self, ConsentedLead, Parcel, Withdrawal};
use crate::json::Numbers;
use alloc::{string::String, vec::Vec};

/// Milliseconds.
const FIRST_DELAY: i64 = 1_000;
/// Milliseconds; no wait is longer unless the endpoint asks for it.
const LONGEST_DELAY: i64 = 60_000;
/// Milliseconds; a `Retry-After` beyond it is taken for this, and a wait beyond it for a clock that was set back.
const LONGEST_REQUEST: i64 = 3_600_000;
/// Milliseconds until a parcel that another tab holds is asked about again, at least.
const HELD: i64 = 2_000;
/// Milliseconds; what nobody took for this long is kept and not tried again.
const HORIZON: i64 = 30 * 86_400_000;
/// Stands before the id of a lead that was refused for good.
pub const BURIED: &str = "!";
/// The status of what was not acknowledged in time.
pub const TOO_LATE: u32 = 0;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outbox {
    pub entries: Vec<Entry>,
    /// Wake-ups that were asked for and have not come, in milliseconds since 1970 UTC.
    alarms: Vec<i64>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub parcel: Parcel,
    pub phase: Phase,
    /// Attempts begun by this page.
    pub attempts: u32,
    /// Whether it is stored in this browser.
    pub durable: bool,
    /// When it was first stored, in milliseconds since 1970 UTC.
    pub born: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Being written to storage; not sent yet.
    Storing,
    /// Asking that no other tab sends it now.
    Claiming,
    Sending,
    /// Milliseconds since 1970 UTC.
    Waiting {
        until: i64,
    },
    /// Acknowledged.
    Delivered,
    /// On its way to a destination that acknowledges nothing.
    HandedOver,
    /// The endpoint refused it for good, with this status, or [`TOO_LATE`].
    Dead(u32),
    /// Consent was taken back elsewhere, or the browser's storage was cleared.
    Gone,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    Add(ConsentedLead),
    /// A parcel kept by an earlier page, as its stored text.
    Found(String),
    Stored {
        id: String,
        ok: bool,
    },
    Claimed {
        id: String,
        claim: Claim,
    },
    Replied {
        id: String,
        reply: Reply,
    },
    /// A timer went off, or the browser came online.
    Wake {
        online: bool,
    },
    /// Consent is taken back.
    Withdraw,
    /// A receipt that this browser keeps, as its text, after [`Effect::Recall`].
    Recalled(String),
}

/// What became of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// It is stored still, and this tab holds it until [`Effect::Release`], [`Effect::Forget`] or [`Effect::Bury`].
    Ours,
    /// Another tab holds it.
    Busy,
    /// Another tab has delivered it.
    Delivered,
    /// Another tab was told that it is refused for good.
    Refused,
    /// Consent was taken back, or storage was cleared.
    Gone,
}

impl Claim {
    /// In the order of their numbers, by which they cross.
    pub const ALL: [Claim; 5] = [Claim::Ours, Claim::Busy, Claim::Delivered, Claim::Refused, Claim::Gone];
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// No readable reply.
    NoReply,
    /// It went out; the browser may not say what came back.
    Opaque,
    /// `retry_after` in milliseconds from now, where the reply had one.
    Status { status: u32, retry_after: Option<i64> },
}

/// What the host must do.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Write the text under the id, durably, and before it the receipt under the same id among the receipts;
    /// then report [`Event::Stored`].
    Store { id: String, text: String, receipt: String },
    /// Take it for this tab alone if it is stored still, then report [`Event::Claimed`].
    Claim { id: String },
    /// Post the parcel, then report [`Event::Replied`].
    Send(Parcel),
    /// Let other tabs have it again.
    Release { id: String },
    /// If the id is stored still, write the text of a lead that was refused for good where no retry finds it, under
    /// [`BURIED`] and the id, and delete the id, both or neither. Then release it.
    Bury { id: String, text: String },
    /// Delete the id, also where it is buried, break off what is on its way, and release it. `delivered`: it reached
    /// its destination, which its receipt notes before.
    Forget { id: String, delivered: bool },
    /// Consent to a lead was taken back: delete everything under its key, mark its receipt, break off what is on its
    /// way in any tab. Write the notice, if there is one, under its id in the same transaction, then report
    /// [`Event::Stored`] of it.
    Retract { lead: String, id: String, notice: Option<String> },
    /// Report [`Event::Recalled`] for each receipt of a lead that consent still stands for.
    Recall,
    /// Report [`Event::Wake`], not online, at this time (milliseconds since 1970 UTC), once.
    WakeAt(i64),
}

/// The one transition. `now` in milliseconds since 1970 UTC; `entropy` jitters the delays.
pub fn step(outbox: &mut Outbox, event: Event, now: i64, entropy: u64, numbers: Numbers) -> Vec<Effect> {
    let mut step = Step { now, entropy, numbers, effects: Vec::new() };
    match event {
        Event::Add(lead) => {
            let receipt = consent::receipt(&lead, numbers);
            outbox.enter(Parcel::Lead(lead), now, |entry, id| {
                let text = consent::stored(&entry.parcel, now, None, numbers);
                step.effects.push(Effect::Store { id, text, receipt });
            });
        }
        Event::Found(text) => {
            if let Some((parcel, born)) = consent::restored(&text, now, numbers) {
                // One that was refused here may have been taken out of its grave.
                let dead = |entry: &Entry| {
                    matches!(entry.phase, Phase::Dead(_)) && entry.parcel.post().id() == parcel.post().id()
                };
                outbox.entries.retain(|entry| !dead(entry));
                outbox.enter(parcel, born, |entry, _| {
                    entry.durable = true;
                    step.claim(entry);
                });
            }
        }
        Event::Stored { id, ok } => {
            if let Some(entry) = outbox.in_phase(&id, Phase::Storing) {
                entry.durable = ok;
                step.claim(entry);
            }
        }
        Event::Claimed { id, claim } => {
            if let Some(entry) = outbox.in_phase(&id, Phase::Claiming) {
                step.claimed(entry, claim);
            }
        }
        Event::Replied { id, reply } => {
            if let Some(entry) = outbox.in_phase(&id, Phase::Sending) {
                step.replied(entry, reply);
            }
        }
        Event::Wake { online } => {
            if !online {
                // The earliest comes first, whatever has become of the clock.
                outbox.alarms.pop();
            }
            for entry in &mut outbox.entries {
                match entry.phase {
                    // Further off than any wait: the clock was set back meanwhile.
                    Phase::Waiting { until } if online || until <= now || until > now + LONGEST_REQUEST => {
                        step.claim(entry);
                    }
                    _ => {}
                }
            }
        }
        Event::Withdraw => {
            for entry in core::mem::take(&mut outbox.entries) {
                let Parcel::Lead(lead) = &entry.parcel else {
                    outbox.entries.push(entry);
                    continue;
                };
                // Of what is stored there is a receipt. What was never on its way needs no notice.
                let unproven = entry.attempts > 0 && !entry.durable;
                match consent::take_back(lead, now, numbers).filter(|_| unproven) {
                    Some(notice) => step.retract(outbox, lead.post().key(), Some(notice)),
                    None => step.effects.push(Effect::Forget { id: id(&entry), delivered: false }),
                }
            }
            step.effects.push(Effect::Recall);
        }
        Event::Recalled(receipt) => {
            if let Some((lead, notice)) = consent::take_back_by(&receipt, now, numbers) {
                step.retract(outbox, &lead, notice);
            }
        }
    }
    step.effects.extend(outbox.alarm().map(Effect::WakeAt));
    step.effects
}

impl Outbox {
    /// A wake-up for whoever waits least, unless one comes before: alarms for each would make more of each other.
    fn alarm(&mut self) -> Option<i64> {
        let waits = self.entries.iter().filter_map(|entry| match entry.phase {
            Phase::Waiting { until } => Some(until),
            _ => None,
        });
        let next = waits.min().filter(|next| self.alarms.last().is_none_or(|alarm| next < alarm))?;
        self.alarms.push(next);
        Some(next)
    }

    /// Keeps the notices that are on their way.
    pub(crate) fn retain_notices(&mut self) {
        self.entries.retain(|entry| matches!(entry.parcel, Parcel::Withdrawal(_)) && !entry.phase.is_last());
    }

    fn in_phase(&mut self, id: &str, phase: Phase) -> Option<&mut Entry> {
        self.entries.iter_mut().find(|entry| entry.parcel.post().id() == id && entry.phase == phase)
    }

    /// Takes a parcel that is not here yet.
    fn enter(&mut self, parcel: Parcel, born: i64, then: impl FnOnce(&mut Entry, String)) {
        let id = parcel.post().id();
        if self.entries.iter().all(|entry| entry.parcel.post().id() != id) {
            let id = id.into();
            let mut entry = Entry { parcel, phase: Phase::Storing, attempts: 0, durable: false, born };
            then(&mut entry, id);
            self.entries.push(entry);
        }
    }

    /// The leads among the entries.
    pub fn leads(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| matches!(entry.parcel, Parcel::Lead(_)))
    }

    /// Whether a lead is still to be delivered.
    pub fn is_busy(&self) -> bool {
        self.leads().any(|entry| !entry.phase.is_last())
    }
}

impl Phase {
    /// Nothing follows.
    pub fn is_last(self) -> bool {
        matches!(self, Phase::Delivered | Phase::HandedOver | Phase::Dead(_) | Phase::Gone)
    }
}

/// Whether another attempt may be answered differently. 409 says that the same lead is being taken just now
/// (draft-ietf-httpapi-idempotency-key-header). A notice that consent was taken back is tried whatever is replied, but
/// for what says that it makes no sense.
fn may_change(status: u32, parcel: &Parcel) -> bool {
    match parcel {
        Parcel::Lead(_) => matches!(status, 408 | 409 | 425 | 429 | 500..),
        Parcel::Withdrawal(_) => !matches!(status, 410 | 422),
    }
}

struct Step {
    now: i64,
    entropy: u64,
    numbers: Numbers,
    effects: Vec<Effect>,
}

impl Step {
    /// Asks for the right to send, where there is another that could.
    fn claim(&mut self, entry: &mut Entry) {
        if self.is_too_late(entry) {
            self.end(entry, TOO_LATE);
        } else if entry.durable {
            entry.phase = Phase::Claiming;
            self.effects.push(Effect::Claim { id: id(entry) });
        } else {
            self.send(entry);
        }
    }

    fn is_too_late(&self, entry: &Entry) -> bool {
        self.now > entry.born + HORIZON || entry.parcel.valid_until().is_some_and(|until| self.now > until)
    }

    fn claimed(&mut self, entry: &mut Entry, claim: Claim) {
        match claim {
            Claim::Ours => self.send(entry),
            Claim::Busy => self.wait(entry, HELD),
            Claim::Delivered => entry.phase = Phase::Delivered,
            Claim::Refused => entry.phase = Phase::Dead(TOO_LATE),
            Claim::Gone => entry.phase = Phase::Gone,
        }
    }

    fn send(&mut self, entry: &mut Entry) {
        entry.phase = Phase::Sending;
        entry.attempts = entry.attempts.saturating_add(1);
        self.effects.push(Effect::Send(entry.parcel.clone()));
    }

    fn replied(&mut self, entry: &mut Entry, reply: Reply) {
        match reply {
            Reply::Status { status: 200..=299, .. } => {
                entry.phase = Phase::Delivered;
                self.effects.push(Effect::Forget { id: id(entry), delivered: true });
            }
            Reply::Opaque => {
                entry.phase = Phase::HandedOver;
                self.effects.push(Effect::Forget { id: id(entry), delivered: true });
            }
            Reply::Status { status, .. } if !may_change(status, &entry.parcel) => self.end(entry, status),
            reply => {
                self.effects.push(Effect::Release { id: id(entry) });
                let asked = match reply {
                    Reply::Status { retry_after: Some(wait), .. } => wait.min(LONGEST_REQUEST),
                    _ => 0,
                };
                self.wait(entry, asked);
            }
        }
    }

    /// No further attempt; what is stored stays, for the visitor or the page to look at.
    fn end(&mut self, entry: &mut Entry, status: u32) {
        entry.phase = Phase::Dead(status);
        if entry.durable {
            let text = consent::stored(&entry.parcel, entry.born, Some(status), self.numbers);
            self.effects.push(Effect::Bury { id: id(entry), text });
        }
    }

    fn wait(&mut self, entry: &mut Entry, least: i64) {
        let most = (FIRST_DELAY << entry.attempts.min(6)).min(LONGEST_DELAY);
        // Full jitter, but never at once: a burst of retries would help nobody.
        let jittered = FIRST_DELAY / 2 + (self.entropy % most.unsigned_abs()).cast_signed();
        let until = self.now.saturating_add(jittered.max(least));
        entry.phase = Phase::Waiting { until };
    }

    fn retract(&mut self, outbox: &mut Outbox, lead: &str, notice: Option<Withdrawal>) {
        let (now, numbers) = (self.now, self.numbers);
        let about = |entry: &Entry| matches!(entry.parcel, Parcel::Withdrawal(_)) && entry.parcel.lead_key() == lead;
        let Some(notice) = notice else {
            // A notice takes back the lead at all its destinations, once it is stored. A retraction without one would
            // mark the receipts even where the notice is lost.
            if !outbox.entries.iter().any(about) {
                self.effects.push(Effect::Retract { lead: lead.into(), id: String::new(), notice: None });
            }
            return;
        };
        // What could not be stored is tried again.
        outbox.entries.retain(|entry| entry.durable || entry.phase == Phase::Storing || !about(entry));
        outbox.enter(Parcel::Withdrawal(notice), now, |entry, id| {
            let notice = Some(consent::stored(&entry.parcel, now, None, numbers));
            self.effects.push(Effect::Retract { lead: lead.into(), id, notice });
        });
    }
}

fn id(entry: &Entry) -> String {
    entry.parcel.post().id().into()
}
