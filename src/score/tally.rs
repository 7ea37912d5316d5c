//! The running sums of points. An event changes what depends on it, and nothing else.

use super::sightings::{Worth, worth};
use super::{Contribution, Evidence, Source, flags};
use crate::flow::condition::Fact;
use crate::flow::model::Shape;
use crate::flow::{Cause, Checked, Target};
use crate::json::Json;
use crate::logic::{self, Facts, Judge};
use alloc::{borrow::Cow, vec, vec::Vec};

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

    fn add(&mut self, other: Interval) {
        self.least += other.least;
        self.most += other.most;
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
    fn add(&mut self, entry: &Entry) {
        self.now += entry.worth.decayed;
        self.range.add(entry.range);
    }

    fn take_back(&mut self, entry: &Entry) {
        self.now -= entry.worth.decayed;
        self.range.least -= entry.range.least;
        self.range.most -= entry.range.most;
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
        // Most rules bring nothing to most leads, and nothing is written for them.
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
        let mut judge = Judge::new(evidence, flow.numbers);
        for (rule, at) in flow.rules.iter().enumerate() {
            // What most rules come to is settled here, without an entry in between.
            let entry = match &at.cause {
                Cause::When { condition, asks_openness: false } => match judge.holds(condition) {
                    Some(false) => continue,
                    Some(true) => conditional(at.points, Some(true), Some(true)),
                    None => conditional(at.points, None, evidence.for_good(condition, None)),
                },
                _ => match rule_entry(evidence, rule, &mut judge) {
                    Some(entry) => entry,
                    None => continue,
                },
            };
            self.sum(at.target).add(&entry);
            self.entries[fields + rule] = entry;
        }
        for flag in 0..flags {
            self.put(fields + rules + flag, flow.flags[flag].target, flag_entry(evidence, flag));
        }
    }

    fn sum(&mut self, target: Target) -> &mut Sum {
        match target.group {
            Some(group) => &mut self.groups[group],
            None => &mut self.scores[target.score],
        }
    }

    /// A field was answered, or its answer was taken back.
    pub fn answered(&mut self, evidence: &Evidence, field: usize) {
        // Before the first count there is nothing to bring up to date.
        if self.entries.is_empty() {
            return;
        }
        let flow = evidence.flow;
        if let Some(target) = flow.field_points[field] {
            self.put(field, target, field_entry(evidence, field));
        }
        self.again(evidence, &flow.watch.fields[field]);
        self.paced(evidence);
    }

    /// The answers came faster or slower than before: the red flags look again.
    pub fn paced(&mut self, evidence: &Evidence) {
        // Before the first count there is nothing to bring up to date.
        if self.entries.is_empty() {
            return;
        }
        let flow = evidence.flow;
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
        let flow = evidence.flow;
        let mut judge = Judge::new(evidence, flow.numbers);
        for &rule in rules {
            let entry = rule_entry(evidence, rule, &mut judge).unwrap_or_default();
            self.put(flow.field_points.len() + rule, flow.rules[rule].target, entry);
        }
    }

    fn put(&mut self, place: usize, target: Target, entry: Entry) {
        let old = core::mem::replace(&mut self.entries[place], entry);
        let sum = self.sum(target);
        sum.take_back(&old);
        sum.add(&entry);
    }

    /// By score: its points now, and the interval that every completion of the answers lies in.
    pub fn scores(&self, flow: &Checked) -> Vec<(i64, Interval)> {
        let mut sums = self.sums(flow);
        for (sum, score) in sums.iter_mut().zip(&flow.flow.scoring.scores) {
            *sum = sum.within(score.floor.into(), score.cap.into());
        }
        sums.into_iter().map(|sum| (sum.now, sum.range)).collect()
    }

    /// By score: its sum before its own limits, with those of its groups.
    fn sums(&self, flow: &Checked) -> Vec<Sum> {
        let mut sums = self.scores.clone();
        for (place, sum) in self.groups.iter().enumerate() {
            let (floor, cap) = flow.group_limits(place);
            let part = sum.within(floor, cap);
            let whole = &mut sums[flow.groups[place]];
            whole.now += part.now;
            whole.range.add(part.range);
        }
        sums
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

    /// Everything that gave or took points, into the list that is there. What counts of each sums exactly
    /// to the score: what a limit cuts off is taken from the last contributions first.
    pub fn contributions(&self, evidence: &Evidence, list: &mut Vec<Contribution>) {
        let flow = evidence.flow;
        let (fields, rules) = (flow.field_points.len(), flow.rules.len());
        list.clear();
        let mut push = |source, target: Target, worth: Worth| {
            if worth.given != 0 || worth.decayed != 0 {
                let (Target { score, group }, Worth { given, decayed }) = (target, worth);
                list.push(Contribution { source, score, group, points: given, decayed, counted: decayed });
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
        for (group, sum) in self.groups.iter().enumerate() {
            let (floor, cap) = flow.group_limits(group);
            cut(list, sum.now - sum.now.clamp(floor, cap), &|c| c.group == Some(group));
        }
        for (score, sum) in self.sums(flow).iter().enumerate() {
            let limits = &flow.flow.scoring.scores[score];
            cut(list, sum.now - sum.now.clamp(limits.floor.into(), limits.cap.into()), &|c| c.score == score);
        }
    }
}

/// Takes what is beyond a limit away from the last contributions first.
fn cut(list: &mut [Contribution], mut excess: i64, counts: &dyn Fn(&Contribution) -> bool) {
    for contribution in list.iter_mut().rev() {
        if excess == 0 {
            return;
        }
        if counts(contribution) {
            let counted = contribution.counted;
            let cut = if excess > 0 { excess.min(counted.max(0)) } else { excess.max(counted.min(0)) };
            contribution.counted -= cut;
            excess -= cut;
        }
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
        if evidence.is_closed(field) {
            return Entry::default();
        }
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
    let several = model.kind.shape() == Shape::Options;
    let mut range = Interval::default();
    for points in all {
        if several {
            range.add(Interval { least: points.min(0), most: points.max(0) });
        } else {
            range = Interval { least: range.least.min(points), most: range.most.max(points) };
        }
    }
    range
}

/// The evidence, looked at for what stays so once every question is answered.
struct Ahead<'a>(&'a Evidence<'a>);

impl Facts for Ahead<'_> {
    fn get(&self, fact: Fact) -> Option<Cow<'_, Json>> {
        self.0.get(fact)
    }

    fn answers(&self) -> &[Option<&Json>] {
        &self.0.answers
    }

    fn find(&self, name: &str) -> Option<Fact> {
        self.0.find(name)
    }

    fn looks_ahead(&self) -> bool {
        true
    }
}

/// The entry of points that stand or fall with a condition: whether it holds now, and for good.
#[inline]
fn conditional(points: i64, now: Option<bool>, ahead: Option<bool>) -> Entry {
    let points = |holds| if holds == Some(true) { points } else { 0 };
    let range = match ahead {
        Some(_) => Interval::point(points(ahead)),
        None => Interval { least: points(Some(true)).min(0), most: points(Some(true)).max(0) },
    };
    Entry { worth: Worth::lasting(points(now)), range, open: ahead.is_none() }
}

/// `None` where a rule brings nothing and never will.
#[inline]
fn rule_entry(evidence: &Evidence, rule: usize, judge: &mut Judge) -> Option<Entry> {
    let flow = evidence.flow;
    let cause = &flow.rules[rule].cause;
    let model = || &flow.flow.scoring.rules[rule];
    Some(match cause {
        Cause::When { condition, asks_openness } => {
            let now = judge.holds(condition);
            // Most conditions say the same of both, and are asked once.
            let ahead = if *asks_openness { logic::holds(condition, &Ahead(evidence), flow.numbers) } else { now };
            let ahead = evidence.for_good(condition, ahead);
            if ahead == Some(false) && now == ahead {
                return None;
            }
            conditional(flow.rules[rule].points, now, ahead)
        }
        Cause::Signal(signal) if evidence.seen[*signal].open => {
            conditional(i64::from(model().points) * i64::from(model().most.unwrap_or(1)), None, None)
        }
        Cause::Signal(signal) if evidence.seen[*signal].count == 0 => return None,
        Cause::Signal(signal) => {
            let worth = worth(model(), &evidence.seen[*signal], evidence.now);
            Entry { worth, range: Interval::point(worth.decayed), open: false }
        }
    })
}

fn flag_entry(evidence: &Evidence, flag: usize) -> Entry {
    let points = evidence.flow.flow.scoring.red_flags[flag].points.into();
    let (now, ahead) = (flags::raised(evidence, evidence, flag), flags::raised(evidence, &Ahead(evidence), flag));
    let at = &evidence.flow.flags[flag];
    let ahead = match (&at.when, at.field) {
        (Some(when), _) => evidence.for_good(when, ahead),
        // Nothing was said that a flag could be raised at.
        (None, Some(field)) if ahead.is_none() && evidence.is_closed(field) => Some(false),
        _ => ahead,
    };
    conditional(points, now, ahead)
}

/// A tally in which nothing was answered or seen.
pub(crate) fn blank(flow: &Checked) -> Vec<Option<&Json>> {
    vec![None; flow.flow.fields.len()]
}
