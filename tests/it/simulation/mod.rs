//! Whole visits to whole browsers, by chance: pages, storage, clocks and network fail in every way there is, and
//! a ledger of the visitor's own clicks says what may be sent and what must have arrived.
//!
//! A run is its number. `PREQUAL_SEED=12345 cargo test --test it simulation -- --nocapture` shows what happens in
//! it; `PREQUAL_SEEDS=1000000` makes more of them.

mod chance;
mod ledger;
mod network;
mod page;
mod visitor;
mod world;

use crate::support::{demo, least, load};
use ledger::End;
use prequal::flow::Checked;
use std::collections::BTreeMap;
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;
use world::{Mood, World};

/// Runs of an ordinary test.
const RUNS: u64 = 100_000;
/// One in so many runs visits the demo's flow, which is long.
const DEMO: u64 = 100;
/// Of one in so many runs every body is verified as a receiver does it.
const STRICT: u64 = 20;
/// Longer than any wait that an endpoint may ask for.
const LONG: i64 = 3 * 3_600_000;

struct Flows {
    least: Checked,
    demo: Checked,
}

/// What came of a run.
fn run(flows: &Flows, seed: u64, traced: bool) -> BTreeMap<String, u64> {
    let flow = if seed.is_multiple_of(DEMO) { &flows.demo } else { &flows.least };
    let mut world = World::new(flow, seed, traced);
    world.ledger.strict = seed.is_multiple_of(STRICT);
    let result = panic::catch_unwind(AssertUnwindSafe(|| through(&mut world)));
    if let Some(trace) = world.trace.take() {
        println!("{}", trace.join("\n"));
    }
    result.unwrap_or_else(|panic| panic::resume_unwind(panic))
}

fn through(world: &mut World) -> BTreeMap<String, u64> {
    world.visits();
    let until = world.time + 60 * world::DAY;
    for _ in 0..2_000 {
        if !world.pass(until) || world.is_over() {
            break;
        }
    }
    // From here on nothing fails, and nobody does anything.
    (world.ending, world.storage, world.network) = (true, Mood::Calm, Mood::Calm);
    world.settles();
    world.lives();
    for page in world.pages.keys().copied().collect::<Vec<_>>() {
        world.closes(page);
    }
    // A visitor who comes again finds what is left; leases of pages that are gone run out.
    for _ in 0..2 {
        world.time += LONG;
        let page = world.opens();
        world.settles();
        world.closes(page);
    }
    let mut counts = BTreeMap::new();
    let mut count = |name: String, many: u64| *counts.entry(name).or_default() += many;
    for end in world.ends() {
        count(format!("{end:?}"), 1);
    }
    count("Crashed".into(), u64::from(world.seen.crashes > 0));
    count("Refused".into(), u64::from(world.seen.refusals > 0));
    count("ByForm".into(), u64::from(world.seen.by_form > 0));
    count("sends".into(), world.ledger.sends.into());
    counts
}

#[test]
fn simulation() {
    let flows = Flows { least: load(&least()), demo: demo() };
    if let Ok(seed) = std::env::var("PREQUAL_SEED") {
        println!("{:?}", run(&flows, seed.parse().expect("a number"), true));
        return;
    }
    let runs = std::env::var("PREQUAL_SEEDS").map_or(RUNS, |runs| runs.parse().expect("a number"));
    let (next, started) = (AtomicU64::new(0), Instant::now());
    let work = || {
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= runs {
                return counts;
            }
            let came = panic::catch_unwind(AssertUnwindSafe(|| run(&flows, seed, false))).unwrap_or_else(|panic| {
                next.store(runs, Ordering::Relaxed);
                eprintln!("replay it: PREQUAL_SEED={seed} cargo test --test it simulation -- --nocapture");
                panic::resume_unwind(panic)
            });
            for (name, many) in came {
                *counts.entry(name).or_default() += many;
            }
        }
    };
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        for worker in workers {
            let came = worker.join().unwrap_or_else(|panic| panic::resume_unwind(panic));
            came.into_iter().for_each(|(name, many)| *counts.entry(name).or_default() += many);
        }
    });
    println!("{runs} runs, {:.0} a second: {counts:?}", runs as f64 / started.elapsed().as_secs_f64());
    let classes = [End::Delivered, End::Buried, End::Withdrawn, End::Dropped, End::Unstored, End::HandedOver];
    for name in classes.map(|end| format!("{end:?}")).iter().map(String::as_str).chain(["Crashed", "Refused", "ByForm"])
    {
        let many = counts.get(name).copied().unwrap_or_default();
        assert!(many > runs / 1_000, "only {many} of {runs} runs: {name}");
    }
}
