//! What a tab does for its outbox, transaction by transaction, as `www/embed/store.ts` does it.

use crate::browser::{At, Browser, Claiming, Flaw, Flight, Job, Set, Tab, World, bit};
use crate::core::{Id, Told};
use prequal::outbox::Claim;

impl World {
    /// The leads of a key, whatever their destination.
    fn under(&self, key: u8) -> Set {
        let leads = self.core.ids().filter(|id| !self.core.is_notice(*id) && self.core.key[usize::from(*id)] == key);
        leads.fold(0, |set, id| set | bit(id))
    }

    /// One transaction of the first job. What follows from the last one stays within the tab until its next
    /// step, so that it is no step of its own; a lock that is freed later could only be found taken before, too.
    pub(crate) fn work(&self, browser: &mut Browser, t: usize) {
        let mut job = browser.tabs[t].jobs.remove(0);
        match &mut job {
            Job::Store { id, done: done @ 0, .. } => {
                browser.receipts |= bit(*id);
                browser.marked &= !bit(*id);
                *done = 1;
            }
            Job::Store { id, told, .. } => {
                browser.texts |= bit(*id);
                browser.once |= bit(*id);
                if !*told {
                    self.tell(browser, t, Told::Stored(*id, true));
                }
                return;
            }
            Job::Bury { id } => {
                browser.graves |= browser.texts & bit(*id);
                browser.texts &= !bit(*id);
                return self.release(&mut browser.tabs[t], *id);
            }
            Job::Forget { id } => {
                browser.texts &= !bit(*id);
                browser.graves &= !bit(*id);
                return self.release(&mut browser.tabs[t], *id);
            }
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
            Job::Retract { key, notice, .. } => {
                browser.marked |= browser.receipts & self.under(*key);
                if let Some(notice) = notice {
                    self.tell(browser, t, Told::Stored(*notice, true));
                }
                return;
            }
            Job::Recall => {
                let ids = browser.receipts & !browser.marked;
                for id in self.core.ids().filter(|id| ids & bit(*id) != 0) {
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
            Job::Store { .. } | Job::Retract { .. } | Job::Recall => {}
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
        let mut claim = browser.tabs[t].claims.remove(place);
        let one = bit(claim.id);
        let at = match claim.at {
            At::Asking => {
                claim.late = browser.marked & one != 0;
                self.ask(browser, t, claim.id)
            }
            At::Text => self.look(browser, claim.id),
            At::Proof if browser.marked & one != 0 => {
                browser.texts &= !one;
                Err(Claim::Gone)
            }
            At::Proof => Ok(At::Ours),
            // It was taken away meanwhile, and the tab knows.
            At::Ours if self.bounds.locks && (browser.tabs[t].locks | browser.tabs[t].stolen) & one == 0 => {
                Err(Claim::Busy)
            }
            At::Ours => {
                let tab = &mut browser.tabs[t];
                // Of a lock that was taken away meanwhile nothing is left to release.
                tab.held |= (if self.bounds.locks { tab.locks } else { tab.granted }) & one;
                self.tell(browser, t, Told::Claimed(claim.id, Claim::Ours as u8));
                let sends = browser.tabs[t].flights.last().is_some_and(|flight| flight.0 == claim.id);
                if claim.late && sends {
                    browser.wrong = Some("sent after consent was taken back");
                }
                return;
            }
        };
        match at {
            Ok(at) => browser.tabs[t].claims.push(Claiming { at, ..claim }),
            Err(outcome) => {
                let tab = &mut browser.tabs[t];
                if outcome != Claim::Busy {
                    tab.locks &= !one;
                    tab.drops |= tab.granted & one;
                    tab.granted &= !one;
                }
                self.tell(browser, t, Told::Claimed(claim.id, outcome as u8));
            }
        }
    }

    /// Locks come before the look into storage, leases with it.
    fn ask(&self, browser: &mut Browser, t: usize, id: Id) -> Result<At, Claim> {
        let (one, locks, flaw) = (bit(id), self.bounds.locks, self.bounds.flaw);
        let taken = |(other, tab): (usize, &Tab)| tab.locks & one != 0 || other != t && tab.leases & one != 0;
        let busy = browser.tabs.iter().enumerate().any(taken) || browser.stray & one != 0;
        if busy && (locks || browser.texts & one != 0) && flaw != Flaw::ClaimsForAll {
            return Err(Claim::Busy);
        }
        if locks {
            browser.tabs[t].locks |= one;
        } else if browser.texts & one != 0 {
            browser.tabs[t].leases |= one;
            browser.tabs[t].granted |= one;
        }
        match flaw {
            Flaw::ClaimsBlindly => Ok(At::Ours),
            _ if locks => Ok(At::Text),
            _ => self.look(browser, id),
        }
    }

    /// Whether it is stored still, or what has become of it.
    fn look(&self, browser: &Browser, id: Id) -> Result<At, Claim> {
        let one = bit(id);
        match self.core.is_notice(id) {
            _ if browser.texts & one != 0 && self.bounds.flaw == Flaw::ClaimsWithoutReceipt => Ok(At::Ours),
            false if browser.texts & one != 0 => Ok(At::Proof),
            true if browser.texts & one != 0 => Ok(At::Ours),
            true => Err(Claim::Delivered),
            false if browser.graves & one != 0 => Err(Claim::Refused),
            false if browser.receipts & !browser.marked & one != 0 => Err(Claim::Delivered),
            false => Err(Claim::Gone),
        }
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
        let back = read & browser.graves;
        browser.graves &= !back;
        browser.texts |= back;
        for id in self.core.ids().filter(|id| back & bit(*id) != 0) {
            self.tell(browser, t, Told::Found(id));
        }
    }
}
