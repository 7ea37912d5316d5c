//! What a tab does for its outbox, transaction by transaction, as `www/embed/store.ts` does it.

use crate::browser::{At, Browser, Flaw, Flight, Job, Set, Tab, World, bit};
use crate::core::{Id, Told};
use prequal::outbox::Claim;

const OURS: At = At::Outcome(Claim::Ours as u8);
const BUSY: At = At::Outcome(Claim::Busy as u8);
const DELIVERED: At = At::Outcome(Claim::Delivered as u8);
const REFUSED: At = At::Outcome(Claim::Refused as u8);
const GONE: At = At::Outcome(Claim::Gone as u8);

impl World {
    /// The leads of a key, whatever their destination.
    fn under(&self, key: u8) -> Set {
        let leads = self.core.ids().filter(|id| !self.core.is_notice(*id) && self.core.key[usize::from(*id)] == key);
        leads.fold(0, |set, id| set | bit(id))
    }

    /// One step of the first job. A report is a step of its own: a tab may crash between the two.
    pub(crate) fn work(&self, browser: &mut Browser, t: usize) {
        let mut job = browser.tabs[t].jobs.remove(0);
        match &mut job {
            Job::Store { id, done: done @ 0, .. } => {
                browser.receipts |= bit(*id);
                browser.marked &= !bit(*id);
                *done = 1;
            }
            Job::Store { id, done: done @ 1, .. } => {
                browser.texts |= bit(*id);
                browser.once |= bit(*id);
                *done = 2;
            }
            Job::Store { id, told, .. } => {
                if !*told {
                    self.tell(browser, t, Told::Stored(*id, true));
                }
                return;
            }
            Job::Bury { id, done: done @ 0 } => {
                if browser.texts & bit(*id) != 0 {
                    browser.texts &= !bit(*id);
                    browser.graves |= bit(*id);
                }
                *done = 1;
            }
            Job::Forget { id, done: done @ 0 } => {
                browser.texts &= !bit(*id);
                browser.graves &= !bit(*id);
                *done = 1;
            }
            Job::Bury { id, .. } | Job::Forget { id, .. } => return self.release(&mut browser.tabs[t], *id),
            Job::Retract { key, done: done @ 0, ids, .. } => {
                let leads = self.under(*key);
                // The lead of the flow's own endpoint has the key for its id.
                *ids = browser.texts & leads | leads & leads.wrapping_neg();
                *done = 1;
            }
            Job::Retract { key, notice, done: done @ 1, .. } => {
                let leads = self.under(*key);
                browser.texts &= !leads;
                browser.graves &= !leads;
                browser.stray &= !leads;
                browser.tabs.iter_mut().for_each(|tab| tab.leases &= !leads);
                if let Some(notice) = notice
                    && self.bounds.flaw != Flaw::NoNotice
                {
                    browser.texts |= bit(*notice);
                    browser.once |= bit(*notice);
                }
                browser.retracted |= bit(*key);
                *done = 2;
            }
            Job::Retract { done: done @ 2, ids, .. } => {
                let id = ids.trailing_zeros() as Id;
                *ids &= *ids - 1;
                self.abort(&mut browser.tabs[t], id);
                if self.bounds.locks {
                    for tab in browser.tabs.iter_mut().filter(|tab| tab.locks & bit(id) != 0) {
                        tab.locks &= !bit(id);
                        tab.held &= !bit(id);
                        tab.stolen |= bit(id);
                    }
                }
                if *ids == 0 {
                    *done = 3;
                }
            }
            Job::Retract { key, done: done @ 3, .. } => {
                browser.marked |= browser.receipts & self.under(*key);
                *done = 4;
            }
            Job::Retract { notice, .. } => {
                if let Some(notice) = notice {
                    self.tell(browser, t, Told::Stored(*notice, true));
                }
                return;
            }
            Job::Recall { done: done @ 0, ids } => {
                *ids = browser.receipts & !browser.marked;
                *done = 1;
            }
            Job::Recall { ids, .. } => {
                for id in self.core.ids().filter(|id| *ids & bit(*id) != 0) {
                    self.tell(browser, t, Told::Recalled(id));
                }
                return;
            }
        }
        browser.tabs[t].jobs.insert(0, job);
    }

    /// The first job's next transaction fails.
    pub(crate) fn fail(&self, browser: &mut Browser, t: usize) {
        match browser.tabs[t].jobs.remove(0) {
            Job::Store { id, told: false, .. } => self.tell(browser, t, Told::Stored(id, false)),
            Job::Retract { notice: Some(notice), .. } => self.tell(browser, t, Told::Stored(notice, false)),
            Job::Bury { id, .. } | Job::Forget { id, .. } => self.release(&mut browser.tabs[t], id),
            Job::Store { .. } | Job::Retract { .. } | Job::Recall { .. } => {}
        }
    }

    /// A lead waits for storage for too long: that counts as denied, and the write goes on.
    pub(crate) fn tire(&self, browser: &mut Browser, t: usize) {
        let waiting = browser.tabs[t].jobs.iter_mut().find_map(|job| match job {
            Job::Store { id, told: told @ false, .. } => Some((*id, told)),
            _ => None,
        });
        if let Some((id, told)) = waiting {
            *told = true;
            self.tell(browser, t, Told::Stored(id, false));
        }
    }

    /// One step of a claim.
    pub(crate) fn claim(&self, browser: &mut Browser, t: usize, place: usize) {
        let mut claim = browser.tabs[t].claims[place];
        let one = bit(claim.id);
        let (stored, notice) = (browser.texts & one != 0, self.core.is_notice(claim.id));
        let granted = if self.bounds.flaw == Flaw::ClaimsWithoutReceipt || notice { OURS } else { At::Proof };
        let absent = if notice { DELIVERED } else { At::Grave };
        claim.at = match claim.at {
            At::Asking => {
                claim.late = browser.marked & one != 0;
                self.ask(browser, t, claim.id, if stored { granted } else { absent })
            }
            At::Text if stored => granted,
            At::Text => absent,
            At::Proof if browser.marked & one != 0 => {
                browser.texts &= !one;
                GONE
            }
            At::Proof => OURS,
            At::Grave if browser.graves & one != 0 => REFUSED,
            At::Grave => At::Receipt,
            At::Receipt if browser.receipts & !browser.marked & one != 0 => DELIVERED,
            At::Receipt => GONE,
            At::Outcome(outcome) => {
                browser.tabs[t].claims.remove(place);
                self.outcome(browser, t, claim.id, outcome);
                let sends = browser.tabs[t].flights.last().is_some_and(|flight| flight.0 == claim.id);
                if claim.late && outcome == Claim::Ours as u8 && sends {
                    browser.wrong = Some("sent after consent was taken back");
                }
                return;
            }
        };
        browser.tabs[t].claims[place] = claim;
    }

    /// Locks come before the look into storage, leases with it.
    fn ask(&self, browser: &mut Browser, t: usize, id: Id, found: At) -> At {
        let one = bit(id);
        let others = browser.tabs.iter().enumerate().filter(|(other, _)| self.bounds.locks || *other != t);
        let taken = |tab: &Tab| (if self.bounds.locks { tab.locks } else { tab.leases }) & one != 0;
        let busy = others.into_iter().any(|(_, tab)| taken(tab)) || browser.stray & one != 0;
        match (self.bounds.flaw, self.bounds.locks) {
            (Flaw::ClaimsForAll, _) if browser.texts & one != 0 => return OURS,
            (_, true) if busy => return BUSY,
            (_, true) => browser.tabs[t].locks |= one,
            (_, false) if browser.texts & one == 0 && self.bounds.flaw != Flaw::ClaimsBlindly => return found,
            (_, false) if busy => return BUSY,
            (_, false) => browser.tabs[t].leases |= one,
        }
        browser.tabs[t].granted |= one;
        match self.bounds.flaw {
            Flaw::ClaimsBlindly => OURS,
            _ if self.bounds.locks => At::Text,
            _ => found,
        }
    }

    fn outcome(&self, browser: &mut Browser, t: usize, id: Id, outcome: u8) {
        let tab = &mut browser.tabs[t];
        if outcome == Claim::Ours as u8 {
            // Of a lock that was taken away meanwhile nothing is left to release.
            tab.held |= (if self.bounds.locks { tab.locks } else { tab.granted }) & bit(id);
        } else if outcome != Claim::Busy as u8 {
            if self.bounds.locks {
                tab.locks &= !bit(id);
            } else {
                tab.drops |= tab.granted & bit(id);
            }
            tab.granted &= !bit(id);
        }
        self.tell(browser, t, Told::Claimed(id, outcome));
    }

    pub(crate) fn release(&self, tab: &mut Tab, id: Id) {
        let held = tab.held & bit(id);
        tab.held &= !held;
        tab.granted &= !held;
        if self.bounds.locks {
            tab.locks &= !held;
        } else {
            tab.drops |= held;
        }
    }

    pub(crate) fn drop_lease(&self, browser: &mut Browser, t: usize, id: Id) {
        browser.tabs[t].drops &= !bit(id);
        browser.tabs[t].leases &= !bit(id);
        if self.bounds.flaw == Flaw::ReleasesAll {
            browser.stray &= !bit(id);
            browser.tabs.iter_mut().for_each(|tab| tab.leases &= !bit(id));
        }
    }

    /// Breaks off what is on its way.
    pub(crate) fn abort(&self, tab: &mut Tab, id: Id) {
        if let Some((_, flight)) = tab.flights.iter_mut().rfind(|flight| flight.0 == id) {
            *flight = Flight::Broken;
        }
    }

    /// Writes what was read from the grave back among what is on its way.
    pub(crate) fn revive(&self, browser: &mut Browser, t: usize) {
        let read = std::mem::take(&mut browser.tabs[t].reviving);
        let back = if self.bounds.flaw == Flaw::RevivesBlindly { read } else { read & browser.graves };
        browser.graves &= !back;
        browser.texts |= back;
        for id in self.core.ids().filter(|id| back & bit(*id) != 0) {
            self.tell(browser, t, Told::Found(id));
        }
    }
}
