//! Where a lead stands by its points and answers: grade, stage, checklists, profile, segment, route.

use super::tally::{Interval, Tally};
use super::{Evidence, flags};
use crate::flow::condition::{Expr, Fact};
use crate::flow::{Checked, StageAt};
use crate::json::Json;
use crate::logic::{self, Facts};
use alloc::{borrow::Cow, string::String, vec::Vec};

/// Whether a stage is sure, whatever is answered to the questions that are open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prospect {
    Reached,
    Excluded,
    Open,
}

/// A lead's standing at one moment.
pub struct Standing<'a> {
    pub evidence: &'a Evidence<'a>,
    /// By score: its points now, and the interval that every completion of the answers lies in.
    pub scores: Vec<(i64, Interval)>,
    /// Whether conditions see the points as they are now, or only what no open question can change.
    settled_only: bool,
}

impl Facts for Standing<'_> {
    fn get(&self, fact: Fact) -> Option<Cow<'_, Json>> {
        let number = |n: i64| Some(Cow::Owned(Json::Number(n as f64)));
        let sure = |points: i64, range: Interval| {
            if self.settled_only && !range.is_settled() { None } else { number(points) }
        };
        match fact {
            Fact::Score(score) => sure(self.scores[score].0, self.scores[score].1),
            Fact::Total => sure(self.total(), self.range()),
            Fact::Grade => {
                let grade = if self.settled_only { self.settled_grade() } else { self.grade() };
                grade.map(|cell| Cow::Owned(Json::Text(self.evidence.flow.grade_name(cell))))
            }
            Fact::Icp => {
                let (hit, open, all) = self.weights();
                if self.settled_only && open > 0 { None } else { number(percent(hit, all)) }
            }
            Fact::Flag(flag) => flags::raised(self.evidence, self, flag).map(|raised| Cow::Owned(Json::Bool(raised))),
            Fact::Criterion(place) => self.criterion(place).map(|met| Cow::Owned(Json::Bool(met))),
            Fact::Stage => Some(Cow::Owned(Json::Text(self.flow().flow.stages[self.stage()].id.clone()))),
            Fact::Segment => Some(Cow::Owned(match self.segment() {
                Some(place) => Json::Text(self.flow().flow.segments[place].id.clone()),
                None => Json::Null,
            })),
            Fact::Disqualified => Some(Cow::Owned(Json::Bool(!self.disqualified().is_empty()))),
            // A conversation's own.
            Fact::Consent(_) | Fact::Experiment(_) => None,
            Fact::Field(_) | Fact::Part { .. } | Fact::Signal(_) | Fact::Touch { .. } | Fact::Touches(_) => {
                self.evidence.get(fact)
            }
        }
    }

    fn answers(&self) -> &[Option<&Json>] {
        &self.evidence.answers
    }

    fn find(&self, name: &str) -> Option<Fact> {
        self.evidence.find(name)
    }

    fn looks_ahead(&self) -> bool {
        self.settled_only
    }
}

fn percent(part: u64, all: u64) -> i64 {
    (part * 100).checked_div(all).unwrap_or(0) as i64
}

impl<'a> Standing<'a> {
    pub fn new(evidence: &'a Evidence<'a>, tally: &Tally) -> Standing<'a> {
        Standing { evidence, scores: tally.scores(evidence.flow), settled_only: false }
    }

    fn flow(&self) -> &'a Checked {
        self.evidence.flow
    }

    fn holds(&self, condition: &Expr) -> Option<bool> {
        let holds = logic::holds(condition, self, self.flow().numbers);
        if self.settled_only { self.evidence.for_good(condition, holds) } else { holds }
    }

    pub fn total(&self) -> i64 {
        self.scores.iter().map(|(points, _)| points).sum()
    }

    /// The interval that every completion of the answers brings the total into.
    pub fn range(&self) -> Interval {
        let sum = |part: fn(&Interval) -> i64| self.scores.iter().map(|(_, range)| part(range)).sum();
        Interval { least: sum(|r| r.least), most: sum(|r| r.most) }
    }

    /// Places of the disqualifiers that hold.
    pub fn disqualified(&self) -> Vec<usize> {
        let all = &self.flow().disqualifiers;
        (0..all.len()).filter(|place| self.holds(&all[*place]) == Some(true)).collect()
    }

    /// Places of the must-haves that do not hold, or not yet.
    pub fn missing(&self) -> Vec<usize> {
        let all = &self.flow().must_haves;
        (0..all.len()).filter(|place| self.holds(&all[*place]) != Some(true)).collect()
    }

    /// The cell of the grid: its row and column.
    pub fn grade(&self) -> Option<(usize, usize)> {
        self.cell(|(points, _)| *points)
    }

    /// The cell of the grid, if no open question can change it.
    pub fn settled_grade(&self) -> Option<(usize, usize)> {
        let least = self.cell(|(_, range)| range.least);
        least.filter(|_| least == self.cell(|(_, range)| range.most))
    }

    fn cell(&self, points: fn(&(i64, Interval)) -> i64) -> Option<(usize, usize)> {
        let (grid, at) = (self.flow().flow.scoring.grid.as_ref()?, self.flow().grid?);
        let band = |bands: &[crate::flow::model::AxisBand], score: usize| {
            let points = points(&self.scores[score]);
            // The last band reaches down to the floor of its score.
            bands.iter().position(|band| points >= band.from.into()).unwrap_or(bands.len() - 1)
        };
        Some((band(&grid.rows.bands, at.0), band(&grid.columns.bands, at.1)))
    }

    /// Whether a criterion is met; `None` while its questions are open. A question that was skipped
    /// shows nothing.
    pub fn criterion(&self, place: usize) -> Option<bool> {
        let criterion = &self.flow().criteria[place];
        match (&criterion.when, criterion.field) {
            (Some(when), _) => self.holds(when),
            (None, Some(field)) => match self.evidence.answers[field] {
                None if self.evidence.is_closed(field) => Some(false),
                answer => answer.map(|answer| *answer != Json::Null),
            },
            (None, None) => Some(false),
        }
    }

    /// Weights of the traits that hit, of those still open, and of all.
    fn weights(&self) -> (u64, u64, u64) {
        let mut sums = (0, 0, 0);
        let traits = self.flow().flow.icp.iter().flat_map(|icp| &icp.traits);
        for (model, condition) in traits.zip(&self.flow().traits) {
            let weight = u64::from(model.weight);
            sums.2 += weight;
            match self.holds(condition) {
                Some(true) => sums.0 += weight,
                None => sums.1 += weight,
                Some(false) => {}
            }
        }
        sums
    }

    /// Match with the ideal customer profile in whole percent, fractions dropped: what is sure, and
    /// what it can still become. `None` where the flow has no profile.
    pub fn icp(&self) -> Option<Interval> {
        self.flow().flow.icp.as_ref()?;
        let (hit, open, all) = self.weights();
        Some(Interval { least: percent(hit, all), most: percent(hit + open, all) })
    }

    /// By trait of the profile, whether it hits.
    pub fn traits(&self) -> impl Iterator<Item = Option<bool>> {
        self.flow().traits.iter().map(|condition| self.holds(condition))
    }

    /// The place of the first segment that matches.
    pub fn segment(&self) -> Option<usize> {
        self.flow().segments.iter().position(|condition| self.holds(condition) == Some(true))
    }

    /// The place of the first route that matches, and the owner whose turn it is; `None` without routing.
    /// Owners take turns by a hash of the idempotency key, so browser and receiver agree.
    pub fn route(&self, idempotency_key: &str) -> Option<(Option<usize>, String)> {
        let routing = self.flow().flow.routing.as_ref()?;
        let takes = |at: &crate::flow::RouteAt| {
            at.segment.is_none_or(|segment| self.segment() == Some(segment))
                && at.when.as_ref().is_none_or(|when| self.holds(when) == Some(true))
        };
        let place = self.flow().routes.iter().position(takes);
        let owner = match place {
            Some(place) => {
                let owners = &routing.routes[place].owners;
                owners[(fnv(idempotency_key) % owners.len() as u64) as usize].clone()
            }
            None => routing.fallback.clone(),
        };
        Some((place, owner))
    }

    /// The place of the highest stage that is reached now. An open question reaches nothing.
    pub fn stage(&self) -> usize {
        let barred = !self.disqualified().is_empty() || !self.missing().is_empty();
        if barred { 0 } else { self.stage_by_merit() }
    }

    /// The same for a lead that no disqualifier and no must-have keeps back.
    pub fn stage_by_merit(&self) -> usize {
        let range = Interval { least: self.total(), most: self.total() };
        let reached = |stage: &StageAt| self.reaches(stage, range, self.grade()) == Some(true);
        self.flow().stages.iter().rposition(reached).unwrap_or(0)
    }

    /// By stage, whether it is sure. The first is never excluded: it is where a lead stands that
    /// reaches nothing else.
    pub fn prospects(&self) -> Vec<Prospect> {
        let flow = self.flow();
        let sure = Standing { evidence: self.evidence, scores: self.scores.clone(), settled_only: true };
        let gate = sure.gate();
        let (range, grade) = (self.range(), self.settled_grade());
        let prospect = |(place, stage): (usize, &StageAt)| {
            if place == 0 {
                return Prospect::Reached;
            }
            match all([gate, sure.reaches(stage, range, grade)].into_iter()) {
                Some(true) => Prospect::Reached,
                Some(false) => Prospect::Excluded,
                None => Prospect::Open,
            }
        };
        flow.stages.iter().enumerate().map(prospect).collect()
    }

    /// Whether it is sure that every must-have holds and no disqualifier does, or that it is not so.
    #[cfg(not(feature = "widget"))]
    pub fn admitted(&self) -> Option<bool> {
        Standing { evidence: self.evidence, scores: self.scores.clone(), settled_only: true }.gate()
    }

    fn gate(&self) -> Option<bool> {
        let refused = self.flow().disqualifiers.iter().map(|c| self.holds(c).map(|holds| !holds));
        all(refused.chain(self.flow().must_haves.iter().map(|c| self.holds(c))))
    }

    /// The place of the stage that the lead ends in whatever is answered to the open questions, if
    /// that is sure.
    pub fn settled_stage(&self) -> Option<usize> {
        let prospects = self.prospects();
        let last = prospects.iter().rposition(|p| *p != Prospect::Excluded).unwrap_or(0);
        (prospects[last] == Prospect::Reached).then_some(last)
    }

    /// Whether a signal of product use was seen; `None` while that is open.
    fn product_used(&self) -> Option<bool> {
        let all = self.flow().flow.signals.iter().zip(self.evidence.seen).filter(|(signal, _)| signal.product);
        let mut used = Some(false);
        for (_, seen) in all {
            if seen.count > 0 {
                return Some(true);
            }
            if seen.open {
                used = None;
            }
        }
        used
    }

    /// Whether all that a stage asks for holds.
    fn reaches(&self, stage: &StageAt, total: Interval, grade: Option<(usize, usize)>) -> Option<bool> {
        let by_total = stage.from.map(|from| match total {
            Interval { least, .. } if least >= from => Some(true),
            Interval { most, .. } if most < from => Some(false),
            _ => None,
        });
        let by_grade = (!stage.cells.is_empty()).then(|| grade.map(|cell| stage.cells.contains(&cell)));
        let by_product = stage.product.then(|| self.product_used());
        let by_condition = stage.when.as_ref().map(|when| self.holds(when));
        let asked = by_total.into_iter().chain(by_grade).chain(by_product).chain(by_condition);
        all(asked.chain(stage.criteria.iter().map(|place| self.criterion(*place))))
    }
}

/// `and` over what may be open.
fn all(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut result = Some(true);
    for part in parts {
        match part {
            Some(false) => return Some(false),
            None => result = None,
            Some(true) => {}
        }
    }
    result
}

/// FNV-1a, 64 bits.
fn fnv(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
