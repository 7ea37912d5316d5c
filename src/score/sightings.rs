//! What was seen of a signal, and what that is worth to a rule at a time.

use crate::flow::model::{Count, DecayKind, Rule};
use alloc::{string::String, vec::Vec};

/// How many of the newest occurrences of a signal are kept and can count.
pub const KEPT: usize = 64;

/// How often a signal was seen, and when (milliseconds since 1970 UTC).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    pub count: u32,
    pub first_at: i64,
    pub last_at: i64,
    /// The newest [`KEPT`] occurrences in the order they came: when, and the number of the page.
    pub recent: Vec<(i64, u32)>,
    /// Pages by number. They never leave the browser.
    pub pages: Vec<String>,
    /// Whether it is an open question how often it will be seen: for looking ahead. In a session what was
    /// not seen counts as not seen.
    pub open: bool,
}

impl Seen {
    /// A signal seen a number of times at one moment.
    pub fn times(count: u32, at: i64) -> Seen {
        let kept = count.min(KEPT as u32);
        let recent = (0..kept).map(|_| (at, 0)).collect();
        Seen { count, first_at: at, last_at: at, recent, ..Seen::default() }
    }

    /// Takes another occurrence. Times never run backwards: an earlier one counts as now.
    pub fn notice(&mut self, page: &str, at: i64) {
        self.notice_times(page, 1, at);
    }

    /// Takes a number of occurrences at one moment, in the time that [`KEPT`] of them take.
    pub fn notice_times(&mut self, page: &str, times: u32, at: i64) {
        if times == 0 {
            return;
        }
        let number = self.pages.iter().position(|known| known == page).unwrap_or_else(|| {
            // Pages beyond those that can count share the last number.
            if self.pages.len() < KEPT {
                self.pages.push(page.into());
            }
            self.pages.len() - 1
        });
        if self.count == 0 {
            (self.first_at, self.last_at) = (at, at);
        }
        self.last_at = at.max(self.last_at);
        self.count = self.count.saturating_add(times);
        let kept = times.min(KEPT as u32) as usize;
        let beyond = (self.recent.len() + kept).saturating_sub(KEPT);
        self.recent.drain(..beyond);
        self.recent.extend((0..kept).map(|_| (self.last_at, number as u32)));
    }
}

/// Points of a rule: as the flow gives them, and what window and decay leave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Worth {
    pub given: i64,
    pub decayed: i64,
}

impl Worth {
    /// Points that do not fade.
    pub fn lasting(points: i64) -> Worth {
        Worth { given: points, decayed: points }
    }
}

/// What a signal is worth to a rule at a time.
///
/// Occurrences that count are taken in the order they came, `every` of them earn the points once,
/// and the newest `most` of those earnings count, each with the age of its last occurrence. Fractions
/// of a point are dropped (rounded toward zero), earning by earning.
pub(crate) fn worth(rule: &Rule, seen: &Seen, now: i64) -> Worth {
    let points = i64::from(rule.points);
    let (every, most) = (rule.every.unwrap_or(1) as usize, rule.most.unwrap_or(1) as usize);
    let counted = rule.count.unwrap_or(Count::All);
    if rule.window.is_none() && rule.decay.is_none() && counted == Count::All {
        return Worth::lasting(points * (seen.recent.len() / every).min(most) as i64);
    }
    let times = occurrences(seen, counted);
    let given = points * (times.len() / every).min(most) as i64;
    let young = |at: &&i64| rule.window.is_none_or(|window| window.age(**at, now) < window.count.into());
    let times: Vec<i64> = times.iter().filter(young).copied().collect();
    let earned = times.chunks_exact(every).map(|chunk| chunk[every - 1]);
    let decayed = earned.rev().take(most).map(|at| fade(rule, points, at, now)).sum();
    Worth { given, decayed }
}

/// The times of the occurrences that count, oldest first.
fn occurrences(seen: &Seen, counted: Count) -> Vec<i64> {
    let recent = &seen.recent;
    match counted {
        Count::All => recent.iter().map(|(at, _)| *at).collect(),
        Count::First => recent.first().map(|_| seen.first_at).into_iter().collect(),
        // Of each page the newest.
        Count::Distinct => {
            let newest = |i: &usize| recent[i + 1..].iter().all(|(_, page)| *page != recent[*i].1);
            (0..recent.len()).filter(newest).map(|i| recent[i].0).collect()
        }
    }
}

fn fade(rule: &Rule, points: i64, at: i64, now: i64) -> i64 {
    let Some(decay) = &rule.decay else { return points };
    let over = i64::from(decay.over.count);
    let left = (over - decay.over.age(at, now)).max(0);
    match decay.kind {
        DecayKind::Expiry if left > 0 => points,
        DecayKind::Expiry => 0,
        DecayKind::Linear => points * left / over,
    }
}
