//! The network, and a receiver that keeps each lead once.

use super::world::{Happening, Mood, Who, World};
use prequal::consent::{Parcel, Wire};
use prequal::outbox::{Event, Reply};

/// Milliseconds until an endpoint that does not answer counts as silent.
const PATIENCE: i64 = 20_000;

/// Statuses that keep nothing.
const REFUSALS: [u32; 18] = [301, 302, 304, 400, 401, 403, 404, 408, 409, 413, 422, 425, 429, 500, 502, 503, 504, 599];

impl World<'_> {
    /// A page posts a parcel.
    pub fn sends(&mut self, page: u64, who: Who, parcel: Parcel) {
        let id = parcel.post().id().to_owned();
        self.note(|| format!("page {page} sends {id}"));
        let flight = self.serial();
        self.pages.get_mut(&page).expect("it sends").flights.insert(flight, (who, id.clone()));
        let wait = self.chance.between(20, 3_000);
        let lost = match self.network {
            Mood::Calm => false,
            Mood::Moody => self.chance.percent(20),
            Mood::Down => true,
        };
        if !lost {
            self.later(wait, page, Happening::Arrive { who, flight, parcel: parcel.clone(), copy: false });
        }
        if self.network == Mood::Moody && self.chance.percent(15) {
            let much_later = self.chance.between(0, 120_000);
            self.later(much_later, 0, Happening::Arrive { who, flight, parcel, copy: true });
        }
        let silent = if lost && self.chance.percent(50) { wait } else { PATIENCE };
        self.later(silent, page, Happening::Reply { who, flight, id, reply: Reply::NoReply });
    }

    /// A request reaches the receiver, which may answer.
    pub fn arrives(&mut self, page: u64, who: Who, flight: u64, parcel: &Parcel, copy: bool) {
        let post = parcel.post();
        let status = if self.network == Mood::Moody && self.chance.percent(25) {
            let status = self.chance.of(&REFUSALS);
            if status >= 500 && self.chance.percent(50) {
                self.receives(parcel);
            }
            status
        } else {
            self.receives(parcel)
        };
        self.note(|| format!("{} arrives: {status}", post.id()));
        if copy || self.network == Mood::Moody && self.chance.percent(10) {
            return;
        }
        let retry_after = self.retry_after();
        let reply = match post.wire() {
            Wire::OpaqueForm | Wire::OpaquePlain => Reply::Opaque,
            _ => Reply::Status { status, retry_after },
        };
        let wait = self.chance.between(5, 2_000);
        self.later(wait, page, Happening::Reply { who, flight, id: post.id().into(), reply });
    }

    fn receives(&mut self, parcel: &Parcel) -> u32 {
        let post = parcel.post();
        self.ledger.sees(self.flow, parcel);
        match parcel {
            Parcel::Withdrawal(_) => {
                self.tombs.insert(parcel.lead_key().into());
                self.rows.remove(parcel.lead_key());
                200
            }
            Parcel::Lead(_) if post.wire() == Wire::Prequal && self.tombs.contains(post.key()) => 410,
            Parcel::Lead(_) => match self.rows.insert(post.id().into(), post.body().into()) {
                None => 201,
                Some(before) => {
                    assert_eq!(before, post.body(), "one key, one body");
                    200
                }
            },
        }
    }

    /// What the courier makes of `Retry-After`: seconds, a date, or nonsense.
    fn retry_after(&mut self) -> Option<i64> {
        match self.chance.below(10) {
            0 => Some(0),
            1 => Some(self.chance.between(1, 120_000)),
            2 => Some(i64::MAX),
            3 => Some(86_400_000),
            _ => None,
        }
    }

    /// The reply reaches the page, if it waits for it still.
    pub fn replies(&mut self, page: u64, who: Who, flight: u64, id: String, reply: Reply) {
        if self.pages.get_mut(&page).is_some_and(|page| page.flights.remove(&flight).is_some()) {
            self.tell(page, who, Event::Replied { id, reply });
        }
    }

    /// Breaks off what is on its way.
    pub fn aborts(&mut self, page: u64, id: &str) {
        let flights = &self.pages[&page].flights;
        let last = flights.iter().rfind(|(_, (_, flying))| flying == id).map(|(flight, (who, _))| (*flight, *who));
        if let Some((flight, who)) = last {
            self.later(0, page, Happening::Reply { who, flight, id: id.into(), reply: Reply::NoReply });
        }
    }
}
