//! What must hold in every state, and the walks through them.

use crate::browser::{Action, Bounds, Browser, Flaw, Flight, Tab, World, bit};
use crate::core::{Id, Line, Stage};
use stateright::{Checker, HasDiscoveries, Model, Property};
use std::collections::{BTreeSet, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Mutex;
use std::time::Instant;

/// The claim before a send never begins after the last write of a withdrawal.
const CONSENTED: &str = "nothing is sent after consent was taken back";
const KEEPS: &str = "what was stored is kept until it is received, buried or taken back";
const ALONE: &str = "one tab sends at a time";
const ENDS: &str = "where nothing fails any more, all comes to a good end";
const DELIVERS: &str = "a lead is delivered";

/// More steps than there are from any state to rest.
const PATIENCE: usize = 400;

struct Proof {
    world: World,
    /// States from which all came to a good end.
    good: Mutex<HashSet<u64>>,
}

impl Model for Proof {
    type State = Browser;
    type Action = Action;

    fn init_states(&self) -> Vec<Browser> {
        vec![self.world.start()]
    }

    fn actions(&self, browser: &Browser, actions: &mut Vec<Action>) {
        self.world.actions(browser, actions);
    }

    fn next_state(&self, browser: &Browser, action: Action) -> Option<Browser> {
        let next = self.world.next(browser, action);
        (next != *browser).then_some(next)
    }

    fn properties(&self) -> Vec<Property<Proof>> {
        vec![
            Property::always(CONSENTED, |_, browser: &Browser| browser.wrong.is_none()),
            Property::always(KEEPS, Proof::keeps),
            Property::always(ALONE, Proof::sends_alone),
            Property::always(ENDS, Proof::ends_well),
            Property::sometimes(DELIVERS, |_, browser: &Browser| browser.rows != 0),
        ]
    }
}

impl Proof {
    fn leads(&self) -> impl Iterator<Item = Id> {
        self.world.core.ids().filter(|id| !self.world.core.is_notice(*id))
    }

    fn key(&self, id: Id) -> u8 {
        bit(self.world.core.key[usize::from(id)])
    }

    fn keeps(&self, browser: &Browser) -> bool {
        let there = browser.texts | browser.graves | browser.rows;
        browser.clicks > 0 || self.leads().all(|id| browser.once & !there & bit(id) == 0)
    }

    /// With locks until one is taken away, and the send is broken off; with leases for as long as they are granted.
    fn sends_alone(&self, browser: &Browser) -> bool {
        let sends = |id: Id, tab: &&Tab| {
            let lost = if self.world.bounds.locks { tab.stolen & bit(id) != 0 } else { tab.granted & bit(id) == 0 };
            let flies = tab.flights.iter().any(|(flight, at)| *flight == id && *at != Flight::Broken);
            let sends = |line: &Line| line.id == id && line.phase == Stage::Sending && line.durable;
            !lost && flies && tab.lines.iter().any(sends)
        };
        self.world.core.ids().all(|id| browser.tabs.iter().filter(|tab| sends(id, tab)).count() <= 1)
    }

    /// Everything that is under way goes on, nothing is lost, nobody closes a tab, until nothing is left to do.
    fn ends_well(&self, browser: &Browser) -> bool {
        if browser.wrong.is_some() {
            return true;
        }
        let mut passed = Vec::new();
        let mut at = browser.clone();
        for _ in 0..PATIENCE {
            if self.good.lock().expect("no panic").contains(&print(&at)) {
                self.good.lock().expect("no panic").extend(passed);
                return true;
            }
            passed.push(print(&at));
            match self.onward(&at) {
                Some(next) => at = next,
                None if self.is_good(&self.again(at)) => {
                    self.good.lock().expect("no panic").extend(passed);
                    return true;
                }
                None => return false,
            }
        }
        false
    }

    /// What comes next where nothing fails. A tab that wakes, asks and waits again has done nothing.
    fn onward(&self, browser: &Browser) -> Option<Browser> {
        let mut actions = Vec::new();
        self.world.steps(browser, &mut actions);
        actions.into_iter().find_map(|action| {
            let mut next = self.world.next(browser, action);
            if let Action::Wake(_) = action {
                next = (0..PATIENCE).fold(next, |at, _| self.busy(&at).unwrap_or(at));
            }
            (next != *browser).then_some(next)
        })
    }

    fn busy(&self, browser: &Browser) -> Option<Browser> {
        let mut actions = Vec::new();
        self.world.steps(browser, &mut actions);
        let action = actions.into_iter().find(|action| !matches!(action, Action::Wake(_)))?;
        Some(self.world.next(browser, action))
    }

    /// All tabs are closed, and the visitor comes again to what is left.
    fn again(&self, browser: Browser) -> Browser {
        let mut at = browser;
        for place in 0..at.tabs.len() {
            at.stray = 0;
            at.tabs[place] = Tab::default();
        }
        at = self.world.next(&at, Action::Open(0));
        (0..PATIENCE).fold(at, |at, _| self.onward(&at).unwrap_or(at))
    }

    /// A lead that was stored has arrived or was refused; one that was taken back is nowhere.
    fn is_good(&self, browser: &Browser) -> bool {
        self.leads().all(|id| {
            let (key, one) = (self.key(id), bit(id));
            if browser.retracted & key != 0 {
                let told = browser.tombs & key != 0 && browser.rows & one == 0;
                // A lead that another tab was storing just then is found to be taken back before it is sent.
                (told || !self.world.core.hears(id)) && browser.texts & browser.marked & one == 0
            } else {
                browser.clicks > 0 || browser.once & one == 0 || (browser.rows | browser.graves) & one != 0
            }
        })
    }
}

fn print(browser: &Browser) -> u64 {
    let mut hasher = DefaultHasher::new();
    browser.hash(&mut hasher);
    hasher.finish()
}

const ALL: Bounds = Bounds {
    tabs: 2,
    leads: 1,
    other: false,
    locks: true,
    clicks: 1,
    refusals: 0,
    failures: 0,
    sleeps: 0,
    revivals: 0,
    flaw: Flaw::None,
};

/// The same with an endpoint that refuses, a write that fails, and a lead that is taken out of its grave.
const FAILING: Bounds = Bounds { refusals: 1, failures: 1, revivals: 1, ..ALL };

/// Walks the states until something is discovered, or all of them.
fn walk(bounds: Bounds, until: HasDiscoveries) -> impl Checker<Proof> {
    let started = Instant::now();
    let proof = Proof { world: World::new(bounds), good: Mutex::default() };
    let checker = proof.checker().threads(2).finish_when(until).spawn_bfs().join();
    println!("{} states, {:.1} s: {bounds:?}", checker.unique_state_count(), started.elapsed().as_secs_f64());
    checker
}

/// All properties hold in all states, of which there are no fewer than there were.
fn holds(bounds: Bounds, least: usize) {
    let checker = walk(bounds, HasDiscoveries::AnyFailures);
    if let Some((name, path)) = checker.discoveries().into_iter().find(|(name, _)| *name != DELIVERS) {
        let steps = path.into_vec().into_iter().map(|(state, action)| format!("{state:?}\n-> {action:?}\n"));
        panic!("{bounds:?}: not {name}\n{}", steps.collect::<String>());
    }
    assert!(checker.discovery(DELIVERS).is_some(), "{bounds:?}: nothing is delivered");
    let states = checker.unique_state_count();
    assert!(states >= least, "only {states} states: {bounds:?}");
}

/// A fault is found by the property that is there for it, whatever others find.
fn finds(bounds: Bounds, property: &'static str) {
    let checker = walk(bounds, HasDiscoveries::AnyOf(BTreeSet::from([property])));
    assert!(checker.discovery(property).is_some(), "{bounds:?}: {property}");
}

#[test]
fn two_tabs_with_locks() {
    holds(ALL, 400_000);
}

#[test]
fn two_tabs_with_leases() {
    holds(Bounds { locks: false, ..ALL }, 150_000);
}

#[test]
fn three_tabs_with_locks() {
    holds(Bounds { tabs: 3, clicks: 0, ..FAILING }, 15_000);
}

#[test]
fn three_tabs_with_leases() {
    holds(Bounds { tabs: 3, clicks: 0, locks: false, sleeps: 1, ..FAILING }, 100_000);
}

#[test]
fn one_tab_after_another() {
    holds(Bounds { tabs: 1, clicks: 2, ..FAILING }, 100_000);
    holds(Bounds { tabs: 1, clicks: 2, locks: false, sleeps: 1, ..FAILING }, 200_000);
}

#[test]
fn two_leads() {
    holds(Bounds { clicks: 0, leads: 2, ..ALL }, 100_000);
}

#[test]
fn two_destinations() {
    holds(Bounds { clicks: 0, other: true, ..ALL }, 40_000);
    holds(Bounds { tabs: 1, other: true, ..ALL }, 300_000);
}

#[test]
#[ignore = "takes an hour: cargo test --release --test model -- --ignored"]
fn everything() {
    holds(FAILING, 1_000_000);
    holds(Bounds { locks: false, sleeps: 1, ..FAILING }, 1_000_000);
    holds(Bounds { tabs: 3, ..ALL }, 1_000_000);
}

#[test]
fn faults_are_found() {
    let calm = Bounds { clicks: 0, ..ALL };
    finds(Bounds { flaw: Flaw::DeletesBeforeReply, ..calm }, KEEPS);
    finds(Bounds { flaw: Flaw::ClaimsForAll, ..calm }, ALONE);
    finds(Bounds { flaw: Flaw::ReleasesAll, locks: false, sleeps: 1, ..calm }, ALONE);
    for locks in [true, false] {
        finds(Bounds { flaw: Flaw::ClaimsBlindly, locks, ..ALL }, CONSENTED);
        finds(Bounds { flaw: Flaw::ClaimsWithoutReceipt, locks, ..ALL }, CONSENTED);
        finds(Bounds { flaw: Flaw::NoNotice, locks, ..ALL }, ENDS);
    }
}
