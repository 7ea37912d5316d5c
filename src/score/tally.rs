//! The running sums of points. An event changes what depends on it, and nothing else.

use super::sightings::{Worth, worth};
use super::{Contribution, Evidence, Source, flags};
use crate::flow::{Cause, Checked, Target};
use crate::json::Json;
use crate::logic;
use alloc::{vec, vec::Vec};

/// Least and most that something can still come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Interval {
    pub least: i64,
    pub most: i64,
}

impl Interval {
    fn point(points: i64) -> Interval {
        Interval { least: points, most: points }
    }

    /// Whether nothing is open.
    pub fn is_settled(self) -> bool {
        self.least == self.most
    }

    fn add(&mut self, other: Interval, sign: i64) {
        self.least += sign * other.least;
        self.most += sign * other.most;
    }

    fn within(self, floor: i64, cap: i64) -> Interval {
        Interval { least: self.least.clamp(floor, cap), most: self.most.clamp(floor, cap) }
    }
}

/// What one source of points brings: a field's options or bands, a rule, a red flag.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Entry {
    worth: Worth,
    /// What it can still bring, once every question is answered.
    range: Interval,
    open: bool,
}

/// One sum: what counts now, and between what it can still end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Sum {
    now: i64,
    range: Interval,
}

impl Sum {
    fn add(&mut self, entry: &Entry, sign: i64) {
        self.now += sign * entry.worth.decayed;
        self.range.add(entry.range, sign);
    }

    fn within(self, floor: i64, cap: i64) -> Sum {
        Sum { now: self.now.clamp(floor, cap), range: self.range.within(floor, cap) }
    }
}

/// All points of a lead, kept up to date event by event.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    /// Fields, then rules, then red flags.
    entries: Vec<Entry>,
    /// By group: its sum before its limits.
    groups: Vec<Sum>,
    /// By score: the sum of what is in no group, before its limits.
    scores: Vec<Sum>,
}

impl Tally {
    /// The points of a lead at a time.
    pub fn of(evidence: &Evidence) -> Tally {
        let mut tally = Tally::default();
        tally.count(evidence);
        tally
    }

    /// Counts everything anew, in the memory that is there.
    pub fn count(&mut self, evidence: &Evidence) {
        let flow = evidence.flow;
        let (fields, rules, flags) = (flow.field_points.len(), flow.rules.len(), flow.flags.len());
        self.entries.clear();
        self.entries.resize(fields + rules + flags, Entry::default());
        self.groups.clear();
        self.groups.resize(flow.groups.len(), Sum::default());
        self.scores.clear();
        self.scores.resize(flow.flow.scoring.scores.len(), Sum::default());
        for field in 0..fields {
            if let Some(target) = flow.field_points[field] {
                self.put(field, target, field_entry(evidence, field));
            }
        }
        for rule in 0..rules {
            self.put(fields + rule, flow.rules[rule].target, rule_entry(evidence, rule));
        }
        for flag in 0..flags {
            self.put(fields + rules + flag, flow.flags[flag].target, flag_entry(evidence, flag));
        }
    }

    /// A field was answered, or its answer was taken back.
    pub fn answered(&mut self, evidence: &Evidence, field: usize) {
        let flow = evidence.flow;
        if let Some(target) = flow.field_points[field] {
            self.put(field, target, field_entry(evidence, field));
        }
        self.again(evidence, &flow.watch.fields[field]);
        let (fields, rules) = (flow.field_points.len(), flow.rules.len());
        for flag in 0..flow.flags.len() {
            self.put(fields + rules + flag, flow.flags[flag].target, flag_entry(evidence, flag));
        }
    }

    /// A signal was seen.
    pub fn noticed(&mut self, evidence: &Evidence, signal: usize) {
        self.again(evidence, &evidence.flow.watch.signals[signal]);
    }

    /// Time went on: what has a window or fades is counted anew; all of it, where nothing was counted yet.
    pub fn aged(&mut self, evidence: &Evidence) {
        if self.entries.is_empty() {
            return self.count(evidence);
        }
        self.again(evidence, &evidence.flow.watch.timed);
    }

    fn again(&mut self, evidence: &Evidence, rules: &[usize]) {
        // Before the first count there is nothing to bring up to date.
        if self.entries.is_empty() {
            return;
        }
        let fields = evidence.flow.field_points.len();
        for &rule in rules {
            self.put(fields + rule, evidence.flow.rules[rule].target, rule_entry(evidence, rule));
        }
    }

    fn put(&mut self, place: usize, target: Target, entry: Entry) {
        let sum = match target.group {
            Some(group) => &mut self.groups[group],
            None => &mut self.scores[target.score],
        };
        let old = core::mem::replace(&mut self.entries[place], entry);
        sum.add(&old, -1);
        sum.add(&entry, 1);
    }

    /// By score: its points now, and the interval that every completion of the answers lies in.
    pub fn scores(&self, flow: &Checked) -> Vec<(i64, Interval)> {
        let scoring = &flow.flow.scoring;
        let mut sums = self.scores.clone();
        for (place, sum) in self.groups.iter().enumerate() {
            let (floor, cap) = flow.group_limits(place);
            let part = sum.within(floor, cap);
            let whole = &mut sums[flow.groups[place]];
            whole.now += part.now;
            whole.range.add(part.range, 1);
        }
        let limited =
            sums.iter().zip(&scoring.scores).map(|(sum, score)| sum.within(score.floor.into(), score.cap.into()));
        limited.map(|sum| (sum.now, sum.range)).collect()
    }

    /// Rules that are neither fulfilled nor ruled out yet.
    pub fn open(&self, flow: &Checked) -> Vec<usize> {
        let first = flow.field_points.len();
        (0..flow.rules.len()).filter(|rule| self.entries[first + rule].open).collect()
    }

    /// How far an open field can still move the total.
    pub fn influence(&self, flow: &Checked, field: usize) -> i64 {
        let first = flow.field_points.len();
        let own = self.entries[field].range;
        let rules = flow.watch.fields[field].iter().map(|rule| self.entries[first + rule].range);
        rules.fold(own.most - own.least, |sum, range| sum + range.most - range.least)
    }

    /// Everything that gave or took points. What counts of each sums exactly to the score: what a limit
    /// cuts off is taken from the last contributions first.
    pub fn contributions(&self, evidence: &Evidence) -> Vec<Contribution> {
        let flow = evidence.flow;
        let (fields, rules) = (flow.field_points.len(), flow.rules.len());
        let mut list = Vec::new();
        let mut push = |source, target: Target, worth: Worth| {
            if worth.given != 0 || worth.decayed != 0 {
                let Worth { given, decayed } = worth;
                list.push((
                    target,
                    Contribution { source, score: target.score, points: given, decayed, counted: decayed },
                ));
            }
        };
        for field in 0..fields {
            let (Some(target), Some(answer)) = (flow.field_points[field], evidence.answers[field]) else { continue };
            each_point(flow, field, answer, &mut |source, points| push(source, target, Worth::lasting(points)));
        }
        for (rule, at) in flow.rules.iter().enumerate() {
            push(Source::Rule(rule), at.target, self.entries[fields + rule].worth);
        }
        for (flag, at) in flow.flags.iter().enumerate() {
            push(Source::Flag(flag), at.target, self.entries[fields + rules + flag].worth);
        }
        for group in 0..self.groups.len() {
            let limits = flow.group_limits(group);
            limit(list.iter_mut().filter(|(target, _)| target.group == Some(group)).map(|(_, c)| c), limits);
        }
        for (score, limits) in flow.flow.scoring.scores.iter().enumerate() {
            let limits = (limits.floor.into(), limits.cap.into());
            limit(list.iter_mut().filter(|(target, _)| target.score == score).map(|(_, c)| c), limits);
        }
        list.into_iter().map(|(_, contribution)| contribution).collect()
    }
}

/// Brings a sum within its limits.
fn limit<'c>(all: impl DoubleEndedIterator<Item = &'c mut Contribution>, (floor, cap): (i64, i64)) {
    let mut all: Vec<&mut Contribution> = all.collect();
    let sum: i64 = all.iter().map(|c| c.counted).sum();
    let mut excess = sum - sum.clamp(floor, cap);
    for contribution in all.iter_mut().rev() {
        let cut =
            if excess > 0 { excess.min(contribution.counted.max(0)) } else { excess.max(contribution.counted.min(0)) };
        contribution.counted -= cut;
        excess -= cut;
    }
    // Check holds floors to zero at most and caps to zero at least, so nothing is left over.
    debug_assert_eq!(excess, 0);
}

/// Calls for each option or band that an answer earns points with.
fn each_point(flow: &Checked, field: usize, answer: &Json, earned: &mut dyn FnMut(Source, i64)) {
    let Some(model) = flow.flow.fields.get(field) else { return };
    if let Json::Number(number) = answer {
        for (band, range) in model.bands.iter().enumerate() {
            if range.from.is_none_or(|from| *number >= from) && range.below.is_none_or(|below| *number < below) {
                earned(Source::Band { field, band }, range.points.into());
            }
        }
    }
    for (option, choice) in model.options.iter().enumerate() {
        let chosen = match answer {
            Json::Text(id) => *id == choice.id,
            Json::List(ids) => ids.iter().any(|id| id.as_text() == Some(&choice.id)),
            _ => false,
        };
        if chosen {
            earned(Source::Option { field, option }, choice.points.into());
        }
    }
}

fn field_entry(evidence: &Evidence, field: usize) -> Entry {
    let Some(answer) = evidence.answers[field] else {
        return Entry { range: field_range(evidence.flow, field), open: true, ..Entry::default() };
    };
    let mut sum = 0;
    each_point(evidence.flow, field, answer, &mut |_, points| sum += points);
    Entry { worth: Worth::lasting(sum), range: Interval::point(sum), open: false }
}

/// What an open field can bring. It may stay open or be skipped, so nothing is always among it.
fn field_range(flow: &Checked, field: usize) -> Interval {
    let model = &flow.flow.fields[field];
    let all = model.options.iter().map(|o| o.points).chain(model.bands.iter().map(|b| b.points)).map(i64::from);
    let several = model.kind == crate::flow::model::Kind::MultipleChoice;
    let mut range = Interval::default();
    for points in all {
        if several {
            range.add(Interval { least: points.min(0), most: points.max(0) }, 1);
        } else {
            range = Interval { least: range.least.min(points), most: range.most.max(points) };
        }
    }
    range
}

/// The entry of points that stand or fall with a condition.
fn conditional(points: i64, holds: Option<bool>) -> Entry {
    match holds {
        Some(true) => Entry { worth: Worth::lasting(points), range: Interval::point(points), open: false },
        Some(false) => Entry::default(),
        None => {
            let range = Interval { least: points.min(0), most: points.max(0) };
            Entry { range, open: true, ..Entry::default() }
        }
    }
}

fn rule_entry(evidence: &Evidence, rule: usize) -> Entry {
    let flow = evidence.flow;
    let model = &flow.flow.scoring.rules[rule];
    match &flow.rules[rule].cause {
        Cause::When(condition) => conditional(model.points.into(), logic::holds(condition, evidence, flow.numbers)),
        Cause::Signal(signal) if evidence.seen[*signal].open => {
            let points = i64::from(model.points) * i64::from(model.most.unwrap_or(1));
            conditional(points, None)
        }
        Cause::Signal(signal) => {
            let worth = worth(model, &evidence.seen[*signal], evidence.now);
            Entry { worth, range: Interval::point(worth.decayed), open: false }
        }
    }
}

fn flag_entry(evidence: &Evidence, flag: usize) -> Entry {
    conditional(evidence.flow.flow.scoring.red_flags[flag].points.into(), flags::raised(evidence, flag))
}

/// A tally in which nothing was answered or seen.
pub(crate) fn blank(flow: &Checked) -> Vec<Option<&Json>> {
    vec![None; flow.flow.fields.len()]
}
