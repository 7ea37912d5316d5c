//! What the tabs of one browser share, what the receiver knows, and every next step that there is.

use crate::core::{Asked, Core, Id, Lines, Stage, Told};

/// A set of parcels, or of keys.
pub type Set = u8;

pub fn bit(id: Id) -> Set {
    1 << id
}

/// What is bounded, and which fault is built in.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    pub tabs: usize,
    pub leads: u8,
    /// Each lead goes to a second destination too.
    pub other: bool,
    /// Whether the browser has Web Locks; leases otherwise.
    pub locks: bool,
    /// How often consent is taken back.
    pub clicks: u8,
    /// How often the endpoint refuses a lead for good.
    pub refusals: u8,
    /// How often a write fails, or storage takes too long.
    pub failures: u8,
    /// How often a lease runs out under a tab that lives: one that sleeps longer than any send.
    pub sleeps: u8,
    /// How often leads that were refused are tried again.
    pub revivals: u8,
    pub flaw: Flaw,
}

/// Faults that the properties must find.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    None,
    /// A lead is deleted as soon as it is sent.
    DeletesBeforeReply,
    /// A claim asks storage nothing.
    ClaimsBlindly,
    /// Taking consent back leaves no notice.
    NoNotice,
    /// A claim is granted whoever holds it.
    ClaimsForAll,
    /// A claim does not ask the receipt whether consent stands.
    ClaimsWithoutReceipt,
    /// Whoever releases deletes any tab's lease.
    ReleasesAll,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tab {
    pub open: bool,
    /// The outbox in memory.
    pub lines: Lines,
    /// Read from storage as the page opened, not told yet.
    pub found: Set,
    /// Read from the grave, to be written back.
    pub reviving: Set,
    /// One after the other, the first under way.
    pub jobs: Vec<Job>,
    pub claims: Vec<Claiming>,
    pub flights: Vec<(Id, Flight)>,
    pub locks: Set,
    pub held: Set,
    /// Locks that were taken away, which this tab does not know yet.
    pub stolen: Set,
    /// Leases in storage under this tab's name, not past their time.
    pub leases: Set,
    /// What this tab was granted and has not released, not past its time.
    pub granted: Set,
    /// Leases that it is deleting.
    pub drops: Set,
}

/// What waits its turn for storage, and how far it has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Job {
    Store { id: Id, done: u8, told: bool },
    Bury { id: Id },
    Forget { id: Id },
    Retract { key: u8, notice: Option<Id>, done: u8, ids: Set },
    Recall,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Claiming {
    pub id: Id,
    pub at: At,
    /// It began after consent was taken back for good.
    pub late: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum At {
    Asking,
    Text,
    Proof,
    /// It is this tab's, which is not told yet.
    Ours,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Flight {
    Sent,
    Answered(u32),
    Broken,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Browser {
    /// In order: tabs are told apart by what they do alone.
    pub tabs: Vec<Tab>,
    pub texts: Set,
    pub graves: Set,
    /// Leases of tabs that are gone.
    pub stray: Set,
    pub receipts: Set,
    pub marked: Set,
    /// Sent once: the network may bring a copy at any time from then on, or never.
    pub copies: Set,
    /// The receiver's rows, by lead and destination.
    pub rows: Set,
    /// By key: the receiver had the notice.
    pub tombs: Set,
    /// By key.
    pub agreed: Set,
    /// Stored at some time.
    pub once: Set,
    /// By key: lead and notice were exchanged in storage.
    pub retracted: Set,
    pub clicks: u8,
    pub refusals: u8,
    pub failures: u8,
    pub sleeps: u8,
    pub revivals: u8,
    /// A step that must not be.
    pub wrong: Option<&'static str>,
}

/// Tabs by their places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// The visitor agrees, and the lead of this key is sealed.
    Agree(usize, u8),
    Withdraw(usize),
    Crash(usize),
    /// A new page reads what waits in storage.
    Open(usize),
    /// Its engine is there, and hears of it.
    Begin(usize),
    /// The first job does its next step.
    Work(usize),
    /// Its write fails.
    Fail(usize),
    /// Storage takes too long to take a lead.
    Tire(usize),
    Claim(usize, usize),
    Wake(usize),
    /// A request reaches the receiver.
    Arrive(usize, usize),
    Refuse(usize, usize),
    /// The reply reaches the tab.
    Answer(usize, usize),
    /// Request or reply is lost, or took too long.
    Lose(usize, usize),
    /// A copy of a request reaches the receiver.
    Copy(Id),
    /// The tab learns that its lock was taken away.
    Learn(usize, Id),
    Drop(usize, Id),
    Expire(usize, Id),
    ExpireStray(Id),
    Exhume(usize),
    Revive(usize),
}

/// A browser that follows its bounds.
pub struct World {
    pub bounds: Bounds,
    pub core: Core,
}

impl World {
    pub fn new(bounds: Bounds) -> World {
        World { core: Core::new(bounds.leads, bounds.other), bounds }
    }

    pub fn start(&self) -> Browser {
        let tab = Tab { open: true, ..Tab::default() };
        Browser { tabs: vec![tab; self.bounds.tabs], ..Browser::default() }
    }

    /// Every step that may come next.
    pub fn actions(&self, browser: &Browser, actions: &mut Vec<Action>) {
        if browser.wrong.is_some() {
            return;
        }
        self.steps(browser, actions);
        let bounds = &self.bounds;
        for (t, tab) in browser.tabs.iter().enumerate() {
            // Tabs that are alike do alike.
            if t > 0 && browser.tabs[t - 1] == *tab {
                continue;
            }
            if !tab.open {
                actions.push(Action::Open(t));
                continue;
            }
            actions.push(Action::Crash(t));
            actions.extend(
                (0..bounds.leads)
                    .filter(|key| browser.agreed & bit(*key) == 0)
                    .take(1)
                    .map(|key| Action::Agree(t, key)),
            );
            if browser.clicks < bounds.clicks && browser.agreed != 0 {
                actions.push(Action::Withdraw(t));
            }
            if browser.failures < bounds.failures {
                if let Some(Job::Store { .. } | Job::Retract { .. }) = tab.jobs.first() {
                    actions.push(Action::Fail(t));
                }
                if tab.jobs.iter().any(|job| matches!(job, Job::Store { told: false, .. })) {
                    actions.push(Action::Tire(t));
                }
            }
            if browser.revivals < bounds.revivals && browser.graves != 0 && tab.reviving == 0 {
                actions.push(Action::Exhume(t));
            }
            for (place, (id, flight)) in tab.flights.iter().enumerate() {
                if *flight != Flight::Broken {
                    actions.push(Action::Lose(t, place));
                }
                if *flight == Flight::Sent && browser.refusals < bounds.refusals && !self.core.is_notice(*id) {
                    actions.push(Action::Refuse(t, place));
                }
            }
            if browser.sleeps == bounds.sleeps {
                continue;
            }
            // What is released at once need not run out.
            let claims = tab.claims.iter().map(|claim| claim.id);
            let busy = claims.chain(tab.flights.iter().map(|flight| flight.0)).fold(0, |set, id| set | bit(id));
            actions.extend(
                self.core.ids().filter(|id| busy & tab.granted & bit(*id) != 0).map(|id| Action::Expire(t, id)),
            );
        }
        let news = |id: &Id| browser.copies & bit(*id) != 0 && browser.received(&self.core, *id) != *browser;
        actions.extend(self.core.ids().filter(news).map(Action::Copy));
    }

    /// The steps that come by themselves where nothing fails, the most urgent ones first; timers last.
    pub fn steps(&self, browser: &Browser, actions: &mut Vec<Action>) {
        for (t, tab) in browser.tabs.iter().enumerate() {
            if t > 0 && browser.tabs[t - 1] == *tab {
                continue;
            }
            if tab.found != 0 {
                actions.push(Action::Begin(t));
            }
            if tab.reviving != 0 {
                actions.push(Action::Revive(t));
            }
            if !tab.jobs.is_empty() {
                actions.push(Action::Work(t));
            }
            // A transaction that was begun before another is done before it.
            let first = |claim: &Claiming| claim.at == At::Asking && tab.drops & bit(claim.id) != 0;
            let claims = tab.claims.iter().enumerate().filter(|(_, claim)| !first(claim));
            actions.extend(claims.map(|(place, _)| Action::Claim(t, place)));
            actions.extend(tab.flights.iter().enumerate().map(|(place, (_, flight))| match flight {
                Flight::Sent => Action::Arrive(t, place),
                Flight::Answered(_) | Flight::Broken => Action::Answer(t, place),
            }));
            for id in self.core.ids() {
                if tab.stolen & bit(id) != 0 {
                    actions.push(Action::Learn(t, id));
                }
                if tab.drops & bit(id) != 0 {
                    actions.push(Action::Drop(t, id));
                }
            }
        }
        actions.extend(self.core.ids().filter(|id| browser.stray & bit(*id) != 0).map(Action::ExpireStray));
        for (t, tab) in browser.tabs.iter().enumerate() {
            if tab.lines.iter().any(|line| line.phase == Stage::Waiting) {
                actions.push(Action::Wake(t));
            }
        }
    }

    pub fn next(&self, browser: &Browser, action: Action) -> Browser {
        let mut next = browser.clone();
        match action {
            Action::Agree(t, key) => {
                next.agreed |= bit(key);
                for id in
                    self.core.ids().filter(|id| self.core.key[usize::from(*id)] == key && !self.core.is_notice(*id))
                {
                    self.tell(&mut next, t, Told::Add(id));
                }
            }
            Action::Withdraw(t) => {
                next.clicks += 1;
                self.tell(&mut next, t, Told::Withdraw);
            }
            Action::Crash(t) => {
                next.stray |= next.tabs[t].leases;
                next.tabs[t] = Tab::default();
            }
            Action::Open(t) => next.tabs[t] = Tab { open: true, found: next.texts, ..Tab::default() },
            Action::Begin(t) => {
                let found = std::mem::take(&mut next.tabs[t].found);
                for id in self.core.ids().filter(|id| found & bit(*id) != 0) {
                    self.tell(&mut next, t, Told::Found(id));
                }
            }
            Action::Work(t) => self.work(&mut next, t),
            Action::Fail(t) => {
                next.failures += 1;
                self.fail(&mut next, t);
            }
            Action::Tire(t) => {
                next.failures += 1;
                self.tire(&mut next, t);
            }
            Action::Claim(t, place) => self.claim(&mut next, t, place),
            Action::Wake(t) => self.tell(&mut next, t, Told::Wake),
            Action::Arrive(t, place) => {
                let id = next.tabs[t].flights[place].0;
                let mut received = next.received(&self.core, id);
                let buried = !self.core.is_notice(id) && received.tombs & bit(self.core.key[usize::from(id)]) != 0;
                received.tabs[t].flights[place].1 = Flight::Answered(if buried { 410 } else { 200 });
                next = received;
            }
            Action::Refuse(t, place) => {
                next.refusals += 1;
                next.tabs[t].flights[place].1 = Flight::Answered(422);
            }
            Action::Answer(t, place) => {
                let (id, flight) = next.tabs[t].flights.remove(place);
                let status = if let Flight::Answered(status) = flight { Some(status) } else { None };
                self.tell(&mut next, t, Told::Replied(id, status));
            }
            Action::Lose(t, place) => {
                let (id, _) = next.tabs[t].flights.remove(place);
                self.tell(&mut next, t, Told::Replied(id, None));
            }
            Action::Copy(id) => next = next.received(&self.core, id),
            Action::Learn(t, id) => {
                next.tabs[t].stolen &= !bit(id);
                self.abort(&mut next.tabs[t], id);
            }
            Action::Drop(t, id) => self.drop_lease(&mut next, t, id),
            Action::Expire(t, id) => {
                next.sleeps += 1;
                next.tabs[t].leases &= !bit(id);
                next.tabs[t].granted &= !bit(id);
            }
            Action::ExpireStray(id) => next.stray &= !bit(id),
            Action::Exhume(t) => {
                next.revivals += 1;
                next.tabs[t].reviving = next.graves;
            }
            Action::Revive(t) => self.revive(&mut next, t),
        }
        next.tabs.sort_unstable();
        next
    }

    /// Tells a tab's outbox, and begins what it asks for.
    pub fn tell(&self, browser: &mut Browser, t: usize, told: Told) {
        let made = self.core.step(&browser.tabs[t].lines, told);
        browser.tabs[t].lines.clone_from(&made.0);
        for asked in &made.1 {
            self.begin(browser, t, *asked);
        }
    }

    fn begin(&self, browser: &mut Browser, t: usize, asked: Asked) {
        let tab = &mut browser.tabs[t];
        match asked {
            Asked::Store(id) => tab.jobs.push(Job::Store { id, done: 0, told: false }),
            Asked::Claim(id) => tab.claims.push(Claiming { id, at: At::Asking, late: false }),
            Asked::Send(id) => {
                tab.flights.push((id, Flight::Sent));
                browser.copies |= bit(id);
                if self.bounds.flaw == Flaw::DeletesBeforeReply {
                    browser.texts &= !bit(id);
                }
            }
            Asked::Release(id) => self.release(tab, id),
            Asked::Bury(id) => tab.jobs.push(Job::Bury { id }),
            Asked::Forget(id) => {
                self.abort(tab, id);
                tab.jobs.push(Job::Forget { id });
            }
            Asked::Retract { key, notice } => tab.jobs.push(Job::Retract { key, notice, done: 0, ids: 0 }),
            Asked::Recall => tab.jobs.push(Job::Recall),
        }
    }
}

impl Browser {
    /// What the receiver makes of a request: one row a lead, and none once consent was taken back.
    fn received(&self, core: &Core, id: Id) -> Browser {
        let (mut next, key) = (self.clone(), bit(core.key[usize::from(id)]));
        if core.is_notice(id) {
            next.tombs |= key;
            for lead in core.ids().filter(|lead| core.hears(*lead) && bit(core.key[usize::from(*lead)]) == key) {
                next.rows &= !bit(lead);
            }
        } else if next.tombs & key == 0 || !core.hears(id) {
            next.rows |= bit(id);
        }
        next
    }
}
