//! Between what the points of a score or a group can lie, before its own limits.

use super::Review;
use super::domain::{self, Class, Landmarks};
use super::places::facts;
use super::reach::Ways;
use super::scoring::plain;
use super::trial;
use crate::flow::condition::{Expr, Fact};
use crate::flow::model::{Band, Shape};
use crate::flow::{Does, Target};
use crate::json::Json;
use alloc::{vec, vec::Vec};

/// The least and the most points: `most` is never too low and `least` never too high.
#[derive(Clone, Copy, Default)]
pub(super) struct Span {
    pub least: i64,
    pub most: i64,
}

pub(super) struct Spans {
    pub scores: Vec<Span>,
    pub groups: Vec<Span>,
}

impl Span {
    /// Takes in points that may come or not.
    fn widen(&mut self, points: i64) {
        self.most += points.max(0);
        self.least += points.min(0);
    }

    fn add(&mut self, other: Span) {
        self.most += other.most;
        self.least += other.least;
    }
}

impl Spans {
    fn of(&mut self, target: Target) -> &mut Span {
        match target.group {
            Some(group) => &mut self.groups[group],
            None => &mut self.scores[target.score],
        }
    }
}

/// What depends on one fact and goes to one place, so that it is tried out together.
struct Alone {
    fact: Fact,
    target: Target,
    rules: Vec<usize>,
}

impl Review<'_> {
    /// What depends on one fact is tried out together, as it may exclude each other; the rest is
    /// summed. `causes` are the conditions of the rules, in order.
    pub(super) fn spans(&self, causes: &[Expr]) -> Spans {
        let (checked, flow) = (self.checked, self.flow);
        let mut spans = Spans {
            scores: vec![Span::default(); flow.scoring.scores.len()],
            groups: vec![Span::default(); flow.scoring.groups.len()],
        };
        let mut alone: Vec<Alone> = Vec::new();
        for (field, target) in checked.field_points.iter().enumerate() {
            let Some(target) = *target else { continue };
            match flow.fields[field].kind.shape() {
                Shape::Options => {
                    for option in &flow.fields[field].options {
                        spans.of(target).widen(option.points.into());
                    }
                }
                _ => alone.push(Alone { fact: Fact::Field(field), target, rules: Vec::new() }),
            }
        }
        for (rule, at) in checked.rules.iter().enumerate() {
            let model = &flow.scoring.rules[rule];
            match facts(&causes[rule]).as_slice() {
                [fact] if plain(model) && trial::verdict(checked, &causes[rule]).is_some() => {
                    match alone.iter_mut().find(|all| all.fact == *fact && all.target == at.target) {
                        Some(all) => all.rules.push(rule),
                        None => alone.push(Alone { fact: *fact, target: at.target, rules: vec![rule] }),
                    }
                }
                _ => spans.of(at.target).widen(i64::from(model.points) * i64::from(model.most.unwrap_or(1))),
            }
        }
        for (flag, model) in checked.flags.iter().zip(&flow.scoring.red_flags) {
            spans.of(flag.target).widen(model.points.into());
        }
        let answered = self.always_answered();
        for all in &alone {
            let span = self.span(all, causes, &answered);
            spans.of(all.target).add(span);
        }
        for (group, score) in checked.groups.iter().enumerate() {
            let (floor, cap) = checked.group_limits(group);
            let Span { least, most } = spans.groups[group];
            spans.scores[*score].add(Span { least: least.clamp(floor, cap), most: most.clamp(floor, cap) });
        }
        spans
    }

    /// By field: whether every lead that is sent has an answer to it. A lead comes to anybody's eyes by
    /// way of consent alone.
    fn always_answered(&self) -> Vec<bool> {
        let (checked, flow) = (self.checked, self.flow);
        let ways = Ways::of(checked);
        let seals = |step: &usize| ways.reached[*step] && checked.steps[*step].does == Does::Consent;
        let seals: Vec<usize> = (0..checked.steps.len()).filter(seals).collect();
        let always = |field: usize| !seals.is_empty() && seals.iter().all(|step| ways.always[*step][field]);
        flow.fields.iter().enumerate().map(|(i, field)| !field.optional && always(i)).collect()
    }

    fn span(&self, all: &Alone, causes: &[Expr], answered: &[bool]) -> Span {
        let (checked, flow) = (self.checked, self.flow);
        let mut marks = Landmarks::default();
        all.rules.iter().for_each(|rule| marks.collect(&causes[*rule], checked));
        marks.add_ids(&domain::ids(checked, all.fact).unwrap_or_default());
        let known = match all.fact {
            Fact::Field(field) => {
                flow.fields[field].bands.iter().for_each(|band| marks.add_range(domain::ends(band)));
                answered[field]
            }
            _ => true,
        };
        let mut span = Span::default();
        match domain::samples(checked, all.fact, &marks) {
            Some(samples) => {
                let sums = samples.iter().map(|value| self.points(all, value, causes));
                let sums: Vec<i64> = sums.chain((!known).then_some(0)).collect();
                span.most = sums.iter().max().copied().unwrap_or(0);
                span.least = sums.iter().min().copied().unwrap_or(0);
            }
            None => {
                all.rules.iter().for_each(|rule| span.widen(flow.scoring.rules[*rule].points.into()));
                if let Fact::Field(field) = all.fact {
                    let field = &flow.fields[field];
                    let points = field.options.iter().map(|o| o.points).chain(field.bands.iter().map(|b| b.points));
                    points.for_each(|points| span.widen(points.into()));
                }
            }
        }
        span
    }

    /// What one value of one fact brings.
    fn points(&self, all: &Alone, value: &Json, causes: &[Expr]) -> i64 {
        let (checked, flow) = (self.checked, self.flow);
        let holds = |rule: &&usize| trial::holds_for(checked, &causes[**rule], all.fact, value);
        let mut sum: i64 = all.rules.iter().filter(holds).map(|rule| i64::from(flow.scoring.rules[*rule].points)).sum();
        if let Fact::Field(place) = all.fact
            && checked.field_points[place] == Some(all.target)
        {
            let field = &flow.fields[place];
            sum += match (domain::class(checked, all.fact), value) {
                (Class::Text, Json::Text(id)) => {
                    field.options.iter().find(|option| option.id == *id).map_or(0, |option| option.points.into())
                }
                (Class::Number, Json::Number(number)) => {
                    field.bands.iter().filter(|band| holds_number(band, *number)).map(|b| i64::from(b.points)).sum()
                }
                _ => 0,
            };
        }
        sum
    }
}

fn holds_number(band: &Band, number: f64) -> bool {
    let (from, below) = domain::ends(band);
    number >= from && number < below
}
