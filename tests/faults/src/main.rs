//! The fault matrix: whatever goes wrong in a real browser, each consented lead arrives once, and no
//! other.
//!
//! `cargo xtask faults` builds what it takes and runs it. A run of a fault is a site, a receiver and a
//! network of its own; afterwards the network is well again, a later page of the site is visited, and
//! the receiver's file and all that passed at the sockets are held against the test's own list of who
//! agreed to what, and when. *Lost*: agreed to, and never there. *Duplicated*: there twice, or under two
//! keys. *Unconsented*: anything sent that nobody had agreed to at that time.
#![forbid(unsafe_code)]

mod lab;
mod ledger;
mod rows;
mod run;
mod site;

use clap::Parser;
use futures_util::FutureExt;
use futures_util::future::join_all;
use lab::Lab;
use ledger::Verdict;
use prequal_harness::engine::Engine;
use rows::Fault;
use run::{Dice, Run};
use site::Site;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Tries what can go wrong in real browsers
#[derive(Parser)]
struct Arguments {
    /// The browsers; all if none is named
    #[arg(long = "engine", value_parser = engine)]
    engines: Vec<Engine>,
    /// How often each fault is tried
    #[arg(long, default_value_t = 1)]
    runs: u64,
    /// Only faults whose name has this in it
    #[arg(long)]
    only: Vec<String>,
    /// Chance: moments, keys of chance and markers
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Browsers at a time, each with a fault of its own
    #[arg(long, default_value_t = 2)]
    jobs: usize,
}

const ENGINES: [(&str, Engine); 3] =
    [("chromium", Engine::Chromium), ("firefox", Engine::Firefox), ("webkit", Engine::WebKit)];

fn engine(name: &str) -> Result<Engine, String> {
    let found = ENGINES.iter().find(|(given, _)| *given == name);
    found.map(|(_, engine)| *engine).ok_or_else(|| "it can be chromium, firefox or webkit".to_owned())
}

/// By engine and fault, why an engine cannot do it.
type Cannot = BTreeMap<String, BTreeMap<String, String>>;

/// Longest that one run may take.
const LIMIT: Duration = Duration::from_secs(60);

#[derive(Default)]
struct Total {
    passed: usize,
    failed: usize,
    cannot: usize,
}

/// What a row says.
#[derive(Clone, Copy, PartialEq)]
enum End {
    Good,
    /// Nothing is wrong with the leads, but not all was done.
    Broken,
    Bad,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let cannot: Cannot = serde_json::from_str(include_str!("../cannot.json")).expect("the list is JSON");
    let is_meant =
        |fault: &&Fault| arguments.only.is_empty() || arguments.only.iter().any(|part| fault.name.contains(part));
    let faults: Vec<&Fault> = rows::all().filter(is_meant).collect();
    for list in cannot.values() {
        let missing = list.keys().find(|name| rows::all().all(|fault| fault.name != **name));
        assert_eq!(missing, None, "cannot.json names a fault that is not there");
    }
    // What a run says when it breaks stands in its row.
    panic::set_hook(Box::new(|_| {}));
    println!(
        "{:<40}{:<10}{:>6}{:>6}{:>12}{:>13}{:>8}",
        "fault", "engine", "runs", "lost", "duplicated", "unconsented", "time"
    );
    let total = RefCell::new(Total::default());
    for (name, engine) in ENGINES {
        if !arguments.engines.is_empty() && !arguments.engines.contains(&engine) {
            continue;
        }
        let reasons = cannot.get(name);
        let reason = |fault: &Fault| reasons.and_then(|list| list.get(fault.name));
        for (fault, reason) in faults.iter().filter_map(|fault| Some((fault, reason(fault)?))) {
            println!("{:<40}{name:<10}cannot: {reason}", fault.name);
            total.borrow_mut().cannot += 1;
        }
        let queue = RefCell::new(faults.iter().copied().filter(|fault| reason(fault).is_none()));
        let work = async || {
            let mut lab = match in_time(Lab::start(engine)).await {
                Ok(lab) => lab,
                Err(message) => {
                    println!("{name} does not start. {message}");
                    total.borrow_mut().failed += 1;
                    return;
                }
            };
            loop {
                let next = queue.borrow_mut().next();
                let Some(fault) = next else { break };
                let mut end;
                (lab, end) = row(lab, fault, name, &arguments).await;
                if end == End::Broken {
                    // A driver that stumbles says nothing of the widget. What is lost, or sent twice, is never tried again.
                    println!("    once more:");
                    (lab, end) = row(lab, fault, name, &arguments).await;
                }
                let mut total = total.borrow_mut();
                *(if end == End::Good { &mut total.passed } else { &mut total.failed }) += 1;
            }
            lab.end().await;
        };
        join_all((0..arguments.jobs).map(|_| work())).await;
    }
    let Total { passed, failed, cannot } = total.into_inner();
    let word = if failed == 0 { "ok" } else { "FAILED" };
    println!("\ntest result: {word}. {passed} passed; {failed} failed; {cannot} ignored");
    if failed == 0 && passed > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// All runs of a fault in one browser, and its line of the table.
async fn row(mut lab: Lab, fault: &Fault, engine: &str, arguments: &Arguments) -> (Lab, End) {
    let begun = Instant::now();
    let mut all = Verdict::default();
    let mut broken = Vec::new();
    for number in 0..arguments.runs {
        let seed = arguments.seed.wrapping_mul(0x1_0000).wrapping_add(number);
        let dice = Dice(fault.name.bytes().fold(seed, |mixed, byte| mixed.wrapping_mul(257).wrapping_add(byte.into())));
        let mut run =
            Run { lab, site: Site::start().await, people: Vec::new(), strangers: Vec::new(), spare: None, dice };
        broken.extend(in_time((fault.run)(&mut run)).await.err());
        // What was done so far is judged all the same.
        match in_time(run.settle()).await {
            Ok(verdict) => all.add(verdict),
            Err(message) => broken.push(message),
        }
        if let Some(spare) = run.spare.take() {
            run.lab.end().await;
            run.lab = spare;
        }
        if in_time(run.lab.tidy()).await.is_err() {
            broken.extend(in_time(run.lab.restart()).await.err());
        }
        run.site.close().await;
        lab = run.lab;
    }
    let Verdict { lost, duplicated, unconsented, unpromised, .. } = all;
    let mut lines = vec![format!(
        "{:<40}{engine:<10}{:>6}{lost:>6}{duplicated:>12}{unconsented:>13}{:>7.1}s",
        fault.name,
        arguments.runs,
        begun.elapsed().as_secs_f64()
    )];
    if unpromised > 0 {
        lines.push(format!("    {unpromised} to whom nothing was promised"));
    }
    lines.extend(all.found.iter().chain(&broken).map(|line| format!("    {line}")));
    println!("{}", lines.join("\n"));
    let end = match broken.is_empty() {
        _ if !all.is_good() => End::Bad,
        true => End::Good,
        false => End::Broken,
    };
    (lab, end)
}

/// Ends what takes too long, and what panics.
async fn in_time<T>(work: impl Future<Output = T>) -> Result<T, String> {
    let work = AssertUnwindSafe(tokio::time::timeout(LIMIT, work)).catch_unwind().await;
    work.map_err(|message| said(&*message))?.map_err(|_| "broken: it took too long".to_owned())
}

/// The words of a panic.
fn said(message: &(dyn std::any::Any + Send)) -> String {
    let text = message.downcast_ref::<String>().map(String::as_str).or_else(|| message.downcast_ref().copied());
    // A driver's words go on for long.
    let words: String = text.unwrap_or("without a word").chars().take(300).collect();
    format!("broken: {}", words.replace('\n', " "))
}
