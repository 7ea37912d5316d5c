//! The inputs that are kept, and a short bout of others that are the same every time.

use prequal_fuzz::{TARGETS, Target};
use std::fs;
use std::panic;
use std::path::PathBuf;
use std::time::{Duration, Instant};

fn kept(name: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    files.into_iter().map(|path| (path.clone(), fs::read(path).expect("a file"))).collect()
}

fn target(name: &str) -> Target {
    TARGETS.iter().find(|(known, _)| *known == name).expect("a target").1
}

/// Runs a target; a panic names the input.
fn run(target: Target, input: &[u8], name: &str) {
    if let Err(panic) = panic::catch_unwind(|| target(input)) {
        eprintln!("the input is {name}: {}", input.escape_ascii());
        panic::resume_unwind(panic);
    }
}

/// Replays what is kept, then changes it at random for as long as `limit`, or `most` times.
fn replay(name: &str, most: usize, limit: Duration) {
    let target = target(name);
    let kept = kept(name);
    assert!(!kept.is_empty(), "corpus/{name} is empty");
    for (path, input) in &kept {
        run(target, input, &path.display().to_string());
    }
    let started = Instant::now();
    let mut chance = Chance(0x9e37_79b9_7f4a_7c15);
    for round in 0..most {
        let mut input = kept[chance.below(kept.len())].1.clone();
        for _ in 0..=chance.below(8) {
            let (at, byte) = (chance.below(input.len() + 1), chance.next() as u8);
            match chance.below(4) {
                0 if at < input.len() => input[at] = byte,
                1 if at < input.len() => drop(input.remove(at)),
                2 => input.truncate(at.max(8)),
                _ => input.insert(at, byte),
            }
        }
        run(target, &input, &format!("of round {round}"));
        if started.elapsed() > limit {
            break;
        }
    }
}

/// A small generator (splitmix64): the same numbers on every machine.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, count: usize) -> usize {
        (self.next() % count as u64) as usize
    }
}

const LIMIT: Duration = Duration::from_secs(5);

#[test]
fn load() {
    replay("load", 4000, LIMIT);
}

#[test]
fn check() {
    replay("check", 4000, LIMIT);
}

#[test]
fn step() {
    replay("step", 4000, LIMIT);
}

#[test]
fn verify() {
    replay("verify", 4000, LIMIT);
}

#[test]
fn logic() {
    replay("logic", 20_000, LIMIT);
}

/// What is kept must stay small enough to be cloned without a thought.
#[test]
fn the_corpus_is_small() {
    let bytes: usize = TARGETS.iter().flat_map(|(name, _)| kept(name)).map(|(_, input)| input.len()).sum();
    assert!(bytes < 300_000, "{bytes} bytes");
}
