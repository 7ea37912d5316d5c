//! When a lead leaves its stage because what it did grows old.

use crate::flow::{Cause, Checked};
use crate::score::{Evidence, score};
use std::collections::BTreeSet;

/// The first change of stage that time alone brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fade {
    /// Milliseconds since 1970 UTC.
    pub at: i64,
    /// Places of the stages before and after.
    pub from: usize,
    pub to: usize,
    /// Totals before and after.
    pub total: (i64, i64),
}

/// When time alone first moves a lead to another stage; `None` when it never does.
pub fn fades(evidence: &Evidence) -> Option<Fade> {
    let before = score(evidence);
    let mut later = evidence.clone();
    for at in turning_points(evidence.flow, evidence) {
        later.now = at;
        let after = score(&later);
        if after.stage != before.stage {
            return Some(Fade { at, from: before.stage, to: after.stage, total: (before.total, after.total) });
        }
    }
    None
}

/// The times at which some points change: each whole unit of age of each occurrence.
fn turning_points(flow: &Checked, evidence: &Evidence) -> BTreeSet<i64> {
    let mut times = BTreeSet::new();
    for &rule in &flow.watch.timed {
        let Cause::Signal(signal) = flow.rules[rule].cause else { continue };
        let model = &flow.flow.scoring.rules[rule];
        let seen = &evidence.seen[signal];
        let occurrences = seen.recent.iter().map(|(at, _)| *at).chain((seen.count > 0).then_some(seen.first_at));
        for at in occurrences {
            for span in model.window.into_iter().chain(model.decay.as_ref().map(|decay| decay.over)) {
                let gone = span.age(at, evidence.now);
                times.extend((gone + 1..=i64::from(span.count)).map(|age| at + age * span.unit()));
            }
        }
    }
    times
}
