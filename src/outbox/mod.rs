//! Consented leads that nobody has acknowledged yet, as a state machine.
//!
//! A lead is stored before it is sent, sent with one idempotency key until a readable 2xx comes
//! back, and only then forgotten. Network errors, 408, 425, 429 and 5xx are tried again with
//! exponential backoff and full jitter; any other status ends the attempts and keeps the lead.
//!
//! What it does not do: it performs none of its effects, and takes nothing but [`ConsentedLead`].

use crate::consent::{self, ConsentedLead};
use crate::json::Numbers;
use alloc::{string::String, vec::Vec};

/// Milliseconds.
const FIRST_DELAY: i64 = 1_000;
/// Milliseconds; no wait is longer unless the endpoint asks for it.
const LONGEST_DELAY: i64 = 60_000;
/// Milliseconds; a `Retry-After` beyond it is taken for this.
const LONGEST_REQUEST: i64 = 3_600_000;
/// Stands before the key of a lead that was refused for good.
pub const BURIED: &str = "!";

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outbox {
    pub entries: Vec<Entry>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub lead: ConsentedLead,
    pub phase: Phase,
    /// Attempts begun.
    pub attempts: u32,
    /// Whether it is stored in this browser.
    pub durable: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Being written to storage; not sent yet.
    Storing,
    Sending,
    /// Milliseconds since 1970 UTC.
    Waiting {
        until: i64,
    },
    Delivered,
    /// The endpoint refused it for good, with this status.
    Dead(u32),
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    Add(ConsentedLead),
    /// A lead kept by an earlier page, as its stored text.
    Found(String),
    Stored {
        key: String,
        ok: bool,
    },
    Replied {
        key: String,
        reply: Reply,
    },
    /// A timer went off, or the browser came online.
    Wake {
        online: bool,
    },
    /// Consent is taken back.
    Withdraw,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// No readable reply.
    NoReply,
    /// `retry_after` in seconds, where the reply had one.
    Status { status: u32, retry_after: Option<u32> },
}

/// What the host must do.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Write the text under the key, durably, then report [`Event::Stored`].
    Store { key: String, text: String },
    /// Post the lead, then report [`Event::Replied`].
    Send(ConsentedLead),
    /// Write the text of a lead that was refused for good where no retry finds it, under [`BURIED`] and the
    /// key, and delete the key, both or neither.
    Bury { key: String, text: String },
    /// Delete the key.
    Forget { key: String },
    /// Report [`Event::Wake`] at this time (milliseconds since 1970 UTC).
    WakeAt(i64),
}

/// The one transition. `now` in milliseconds since 1970 UTC; `entropy` jitters the delays.
pub fn step(outbox: &mut Outbox, event: Event, now: i64, entropy: u64, numbers: Numbers) -> Vec<Effect> {
    let mut effects = Vec::new();
    match event {
        // A reply to what is on its way finds nothing any more, and nothing is sent again.
        Event::Withdraw => {
            for entry in outbox.entries.drain(..) {
                let key = entry.lead.key();
                effects.push(Effect::Forget { key: key.into() });
                effects.push(Effect::Forget { key: [BURIED, key].concat() });
            }
        }
        Event::Add(lead) => {
            let text = consent::stored(&lead, None, numbers);
            effects.push(Effect::Store { key: lead.key().into(), text });
            outbox.entries.push(Entry { lead, phase: Phase::Storing, attempts: 0, durable: false });
        }
        Event::Found(text) => {
            if let Some(lead) = consent::restored(&text, numbers)
                && outbox.find(lead.key()).is_none()
            {
                let mut entry = Entry { lead, phase: Phase::Storing, attempts: 0, durable: true };
                effects.push(entry.send());
                outbox.entries.push(entry);
            }
        }
        Event::Stored { key, ok } => {
            if let Some(entry) = outbox.find(&key).filter(|entry| entry.phase == Phase::Storing) {
                entry.durable = ok;
                effects.push(entry.send());
            }
        }
        Event::Replied { key, reply } => {
            if let Some(entry) = outbox.find(&key).filter(|entry| entry.phase == Phase::Sending) {
                entry.replied(reply, now, entropy, numbers, &mut effects);
            }
        }
        Event::Wake { online } => {
            for entry in &mut outbox.entries {
                match entry.phase {
                    Phase::Waiting { until } if online || until <= now => effects.push(entry.send()),
                    // A timer may go off early; ask again rather than sleep for ever.
                    Phase::Waiting { until } => effects.push(Effect::WakeAt(until)),
                    _ => {}
                }
            }
        }
    }
    effects
}

impl Outbox {
    fn find(&mut self, key: &str) -> Option<&mut Entry> {
        self.entries.iter_mut().find(|entry| entry.lead.key() == key)
    }

    /// Whether anything is still to be delivered.
    pub fn is_busy(&self) -> bool {
        self.entries.iter().any(|entry| !matches!(entry.phase, Phase::Delivered | Phase::Dead(_)))
    }
}

impl Entry {
    fn send(&mut self) -> Effect {
        self.phase = Phase::Sending;
        self.attempts = self.attempts.saturating_add(1);
        Effect::Send(self.lead.clone())
    }

    fn replied(&mut self, reply: Reply, now: i64, entropy: u64, numbers: Numbers, effects: &mut Vec<Effect>) {
        let key = self.lead.key();
        match reply {
            Reply::Status { status: 200..=299, .. } => {
                self.phase = Phase::Delivered;
                effects.push(Effect::Forget { key: key.into() });
            }
            Reply::Status { status, .. } if !matches!(status, 408 | 425 | 429 | 500..) => {
                self.phase = Phase::Dead(status);
                if self.durable {
                    effects.push(Effect::Bury {
                        key: key.into(),
                        text: consent::stored(&self.lead, Some(status), numbers),
                    });
                }
            }
            reply => {
                let most = (FIRST_DELAY << self.attempts.min(6)).min(LONGEST_DELAY);
                // Full jitter, but never at once: a burst of retries would help nobody.
                let jittered = FIRST_DELAY / 2 + (entropy % most.unsigned_abs()).cast_signed();
                let asked = match reply {
                    Reply::Status { retry_after: Some(seconds), .. } => {
                        (i64::from(seconds) * 1000).min(LONGEST_REQUEST)
                    }
                    _ => 0,
                };
                let until = now.saturating_add(jittered.max(asked));
                self.phase = Phase::Waiting { until };
                effects.push(Effect::WakeAt(until));
            }
        }
    }
}
