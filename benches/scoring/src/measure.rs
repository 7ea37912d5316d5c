//! Clocks and medians.

use std::hint::black_box;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// Sorted samples.
pub struct Samples(Vec<f64>);

impl Samples {
    fn new(mut samples: Vec<f64>) -> Samples {
        samples.sort_by(f64::total_cmp);
        Samples(samples)
    }

    fn at(&self, share: f64) -> f64 {
        self.0[((self.0.len() - 1) as f64 * share).round() as usize]
    }

    /// Each sample's share, where one is the time of several.
    pub fn shared(self, among: usize) -> Samples {
        Samples(self.0.into_iter().map(|sample| sample / among as f64).collect())
    }

    /// The median, and where the middle eight tenths lie.
    pub fn as_json(&self) -> Value {
        json!({ "median": self.at(0.5), "low": self.at(0.1), "high": self.at(0.9), "samples": self.0.len() })
    }
}

/// How long to look.
#[derive(Clone, Copy)]
pub struct Pace {
    pub least: usize,
    pub most: usize,
    pub time: Duration,
}

impl Pace {
    pub const FULL: Pace = Pace { least: 9, most: 101, time: Duration::from_millis(1500) };
    /// Shows that it runs, not how fast.
    pub const QUICK: Pace = Pace { least: 2, most: 2, time: Duration::ZERO };
}

/// Nanoseconds that `work` takes on what `prepare` made; one turn warms up. What `work` gives is
/// dropped outside of the time.
pub fn time<P, R>(pace: Pace, mut prepare: impl FnMut() -> P, mut work: impl FnMut(P) -> R) -> Samples {
    black_box(work(prepare()));
    let begun = Instant::now();
    let mut samples = Vec::new();
    while samples.len() < pace.least || (samples.len() < pace.most && begun.elapsed() < pace.time) {
        let prepared = black_box(prepare());
        let started = Instant::now();
        let result = black_box(work(prepared));
        samples.push(started.elapsed().as_nanos() as f64);
        drop(result);
    }
    Samples::new(samples)
}
