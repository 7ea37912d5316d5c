//! Answers and signals to points, scores, stage and reasons. Integers only, the same on every host.
//!
//! What it does not do: it knows no conversation, reads no clock and knows no consent, and sends nothing.
//! The time comes in with the evidence.
//!
//! **Unknown is not false.** A rule whose questions are open gives nothing yet, and each score is also an
//! interval that holds every way the open questions can be answered. A stage is reached, excluded or open.

pub mod flags;
mod sightings;
mod standing;
mod tally;

pub use sightings::{KEPT, Seen, Worth};
pub use standing::{Prospect, Standing};
pub use tally::{Interval, Tally};

use crate::flow::Checked;
use crate::flow::condition::{Expr, Fact, Mention, TouchPart, TouchSum};
use crate::json::Json;
use crate::lead::{Attribution, Touch};
use crate::logic::{self, Facts};
use alloc::{borrow::Cow, vec, vec::Vec};

/// How fast the answers came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pace {
    pub answered: u32,
    /// How many came faster than their question can be read.
    pub hasty: u32,
}

/// What is known about a lead: by field its answer (`None` while open, `Null` when skipped), by
/// signal what was seen of it, where it came from, and what time it is.
#[derive(Clone)]
pub struct Evidence<'a> {
    pub flow: &'a Checked,
    pub answers: Vec<Option<&'a Json>>,
    pub seen: &'a [Seen],
    pub attribution: Option<&'a Attribution>,
    pub pace: Pace,
    /// Milliseconds since 1970 UTC.
    pub now: i64,
    /// By field: whether it stays unanswered. Empty where every open question may still be answered.
    pub unanswered: &'a [bool],
}

impl<'a> Evidence<'a> {
    /// Nothing known yet, at a time.
    pub fn none(flow: &'a Checked, seen: &'a [Seen], now: i64) -> Evidence<'a> {
        let (answers, pace) = (tally::blank(flow), Pace::default());
        Evidence { flow, answers, seen, attribution: None, pace, now, unanswered: &[] }
    }

    /// Whether a field is answered, or never will be.
    fn is_closed(&self, field: usize) -> bool {
        self.answers[field].is_some() || self.unanswered.get(field) == Some(&true)
    }

    /// Whether nothing can decide a condition any more that is open: what it asks stays unanswered. Then
    /// it holds if it holds now.
    fn is_final(&self, condition: &Expr) -> bool {
        if self.unanswered.is_empty() {
            return false;
        }
        let mut all = true;
        condition.each_mention(&mut |mention| {
            all &= match mention {
                Mention::Fact(Fact::Field(field) | Fact::Part { field, .. }) => self.is_closed(field),
                Mention::Fact(Fact::Signal(signal)) => !self.seen[signal].open,
                Mention::Name(Some(name)) => match self.find(name) {
                    Some(Fact::Field(field)) => self.is_closed(field),
                    _ => true,
                },
                Mention::Fact(Fact::Touch { .. } | Fact::Touches(_)) | Mention::Openness => true,
                Mention::Fact(_) | Mention::Name(None) => false,
            };
        });
        all
    }

    /// What a condition comes to for good, from what it comes to looking ahead.
    fn for_good(&self, condition: &Expr, ahead: Option<bool>) -> Option<bool> {
        match ahead {
            None if self.is_final(condition) => Some(logic::holds(condition, self, self.flow.numbers) == Some(true)),
            ahead => ahead,
        }
    }
}

/// What gave or took points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    Option { field: usize, option: usize },
    Band { field: usize, band: usize },
    Rule(usize),
    Flag(usize),
}

/// One reason for a score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contribution {
    pub source: Source,
    pub score: usize,
    /// The group whose limits it shares.
    pub group: Option<usize>,
    /// As the flow gives them.
    pub points: i64,
    /// What window and decay leave of them.
    pub decayed: i64,
    /// What the limits of group and score leave of those; these sum to the score.
    pub counted: i64,
}

/// Everything that scoring finds out about where a lead stands now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scorecard {
    /// By score, after floor and cap.
    pub scores: Vec<i64>,
    pub total: i64,
    pub contributions: Vec<Contribution>,
    /// The place of the stage in the flow.
    pub stage: usize,
    /// The cell of the grid: its row and column.
    pub grade: Option<(usize, usize)>,
    /// Places of the disqualifiers that hold.
    pub disqualified: Vec<usize>,
    /// Places of the must-haves that do not hold, or not yet.
    pub missing: Vec<usize>,
    /// Places of the red flags that are raised.
    pub raised: Vec<usize>,
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
            Fact::Part { field, part } => {
                self.answers[field].map(|answer| Cow::Borrowed(self.flow.flow.fields[field].part_of(answer, part)))
            }
            Fact::Signal(signal) if self.seen[signal].open => None,
            Fact::Signal(signal) => Some(Cow::Owned(Json::Number(f64::from(self.seen[signal].count)))),
            Fact::Touch { last, part } => Some(Cow::Owned(touch(self.attribution, last, part))),
            Fact::Touches(sum) => Some(Cow::Owned(touches(self.attribution, sum))),
            // A checked rule asks for nothing else.
            _ => None,
        }
    }

    fn answers(&self) -> &[Option<&Json>] {
        &self.answers
    }

    fn find(&self, name: &str) -> Option<Fact> {
        self.flow.flow.fields.iter().position(|f| f.id == name).map(Fact::Field)
    }
}

/// Where a visit came from; null where it is not known.
fn touch(attribution: Option<&Attribution>, last: bool, part: TouchPart) -> Json {
    let pick = |a: &'_ Attribution| -> Touch { a.last.clone().filter(|_| last).unwrap_or_else(|| a.first.clone()) };
    let Some(touch) = attribution.map(pick) else { return Json::Null };
    let value = match part {
        TouchPart::Landing => Some(touch.landing_path),
        TouchPart::Referrer => touch.referrer_host,
        _ => touch.utm.into_iter().find(|utm| utm.key == part.as_str()).map(|utm| utm.value),
    };
    value.map_or(Json::Null, Json::Text)
}

/// What all touches come to. Whoever is here is here for the first time, as far as is known.
fn touches(attribution: Option<&Attribution>, sum: TouchSum) -> Json {
    let number = |of: fn(&Attribution) -> Option<u32>| Json::Number(attribution.and_then(of).unwrap_or(1).into());
    match sum {
        TouchSum::Visits => number(|all| all.visits),
        TouchSum::Count => number(|all| all.touches),
        TouchSum::Pages => Json::List(attribution.iter().flat_map(|all| &all.pages).cloned().map(Json::Text).collect()),
    }
}

/// Scores what is known.
pub fn score(evidence: &Evidence) -> Scorecard {
    let tally = Tally::of(evidence);
    card(&Standing::new(evidence, &tally), &tally)
}

/// The scorecard of points that are counted already.
pub(crate) fn card(standing: &Standing, tally: &Tally) -> Scorecard {
    let evidence = standing.evidence;
    let mut contributions = Vec::new();
    tally.contributions(evidence, &mut contributions);
    let (disqualified, missing) = (standing.disqualified(), standing.missing());
    Scorecard {
        scores: standing.scores.iter().map(|(points, _)| *points).collect(),
        total: standing.total(),
        contributions,
        stage: if disqualified.is_empty() && missing.is_empty() { standing.stage_by_merit() } else { 0 },
        grade: standing.grade(),
        disqualified,
        missing,
        raised: (0..evidence.flow.flags.len())
            .filter(|flag| flags::raised(evidence, evidence, *flag) == Some(true))
            .collect(),
        open: tally.open(evidence.flow),
    }
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
