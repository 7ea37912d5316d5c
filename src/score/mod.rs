//! Answers and signals to points, scores, stage and reasons. Integers only, the same on every host.
//!
//! What it does not do: it knows no conversation, no clock and no consent, and sends nothing.

use crate::flow::condition::Fact;
use crate::flow::{Cause, Checked};
use crate::json::Json;
use crate::logic::{self, Facts};
use alloc::{borrow::Cow, vec, vec::Vec};

/// How often a signal was seen, and when (milliseconds since 1970 UTC).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    pub count: u32,
    pub first_at: i64,
    pub last_at: i64,
}

/// What is known about a lead: by field its answer (`None` while open, `Null` when skipped), by
/// signal its count.
pub struct Evidence<'a> {
    pub flow: &'a Checked,
    pub answers: Vec<Option<&'a Json>>,
    pub seen: &'a [Seen],
}

/// What gave or took points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    Option { field: usize, option: usize },
    Rule(usize),
}

/// One reason for a score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contribution {
    pub source: Source,
    pub score: usize,
    /// As the flow gives them.
    pub points: i32,
    /// After floor and cap; these sum to the score.
    pub counted: i64,
}

/// Everything that scoring finds out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scorecard {
    /// By score, after floor and cap.
    pub scores: Vec<i64>,
    pub total: i64,
    pub contributions: Vec<Contribution>,
    /// The place of the stage in the flow.
    pub stage: usize,
    /// Places of the disqualifiers that hold.
    pub disqualified: Vec<usize>,
    /// Rules that are neither fulfilled nor ruled out yet.
    pub open: Vec<usize>,
}

impl Scorecard {
    /// Whether a lead of this standing may be delivered, consent given.
    pub fn qualifies(&self, flow: &Checked) -> bool {
        self.disqualified.is_empty() && self.stage >= flow.minimum_stage
    }
}

impl Facts for Evidence<'_> {
    fn get(&self, fact: Fact) -> Option<Cow<'_, Json>> {
        match fact {
            Fact::Field(field) => self.answers[field].map(Cow::Borrowed),
            Fact::Signal(signal) => Some(Cow::Owned(Json::Number(f64::from(self.seen[signal].count)))),
            // A checked rule asks for nothing else.
            _ => None,
        }
    }

    fn find(&self, name: &str) -> Option<Fact> {
        self.flow.flow.fields.iter().position(|f| f.id == name).map(Fact::Field)
    }
}

/// Scores what is known.
pub fn score(evidence: &Evidence) -> Scorecard {
    let checked = evidence.flow;
    let flow = &checked.flow;
    let mut contributions = option_points(evidence);
    let mut open = Vec::new();
    for (place, (score, cause)) in checked.rules.iter().enumerate() {
        let fires = match cause {
            Cause::When(condition) => logic::holds(condition, evidence, checked.numbers),
            Cause::Signal(signal) => Some(evidence.seen[*signal].count > 0),
        };
        match fires {
            Some(true) => {
                let points = flow.scoring.rules[place].points;
                contributions.push(Contribution {
                    source: Source::Rule(place),
                    score: *score,
                    points,
                    counted: points.into(),
                });
            }
            Some(false) => {}
            None => open.push(place),
        }
    }
    let scores: Vec<i64> =
        (0..flow.scoring.scores.len()).map(|score| bound(evidence.flow, score, &mut contributions)).collect();
    let total = scores.iter().sum();
    let disqualified: Vec<usize> = (0..checked.disqualifiers.len())
        .filter(|place| logic::holds(&checked.disqualifiers[*place], evidence, checked.numbers) == Some(true))
        .collect();
    let reached = flow.stages.iter().rposition(|stage| total >= i64::from(stage.from)).unwrap_or(0);
    let stage = if disqualified.is_empty() { reached } else { 0 };
    Scorecard { scores, total, contributions, stage, disqualified, open }
}

fn option_points(evidence: &Evidence) -> Vec<Contribution> {
    let checked = evidence.flow;
    let mut contributions = Vec::new();
    for (field, answer) in evidence.answers.iter().enumerate() {
        let (Some(answer), Some(score)) = (answer, checked.option_score[field]) else { continue };
        for (option, choice) in checked.flow.fields[field].options.iter().enumerate() {
            let chosen = match answer {
                Json::Text(id) => *id == choice.id,
                Json::List(ids) => ids.iter().any(|id| id.as_text() == Some(&choice.id)),
                _ => false,
            };
            if chosen && choice.points != 0 {
                contributions.push(Contribution {
                    source: Source::Option { field, option },
                    score,
                    points: choice.points,
                    counted: choice.points.into(),
                });
            }
        }
    }
    contributions
}

/// Brings one score within its floor and cap. What is cut off is taken from the last contributions
/// first, so that each keeps what it brought as long as the ones before it leave room, and all sum
/// to the score.
fn bound(flow: &Checked, score: usize, contributions: &mut [Contribution]) -> i64 {
    let limits = &flow.flow.scoring.scores[score];
    let sum: i64 = contributions.iter().filter(|c| c.score == score).map(|c| c.counted).sum();
    let points = sum.clamp(limits.floor.into(), limits.cap.into());
    let mut excess = sum - points;
    for contribution in contributions.iter_mut().rev().filter(|c| c.score == score) {
        let cut =
            if excess > 0 { excess.min(contribution.counted.max(0)) } else { excess.max(contribution.counted.min(0)) };
        contribution.counted -= cut;
        excess -= cut;
    }
    // Check holds floors to zero at most and caps to zero at least, so nothing is left over.
    debug_assert_eq!(excess, 0);
    points
}

/// No signal seen yet.
pub fn unseen(flow: &Checked) -> Vec<Seen> {
    vec![Seen::default(); flow.flow.signals.len()]
}

/// Whether a path matches a pattern in which `*` stands for any characters.
pub fn glob(pattern: &str, path: &str) -> bool {
    let (pattern, path) = (pattern.as_bytes(), path.as_bytes());
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < path.len() {
        if pattern.get(p) == Some(&b'*') {
            star = Some((p, t));
            p += 1;
        } else if pattern.get(p) == Some(&path[t]) {
            p += 1;
            t += 1;
        } else if let Some((at, taken)) = star {
            star = Some((at, taken + 1));
            p = at + 1;
            t = taken + 1;
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|b| *b == b'*')
}
