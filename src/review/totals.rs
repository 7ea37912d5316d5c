//! What points can come to: caps and stages out of reach, and those that everybody is at.

use super::Review;
use super::domain::{self, Class, Landmarks};
use super::places::facts;
use super::reach::Ways;
use super::trial;
use crate::flow::Does;
use crate::flow::condition::{Expr, Fact};
use crate::flow::diagnostic::{Code, Path};
use crate::flow::model::Kind;
use crate::json::Json;
use alloc::{format, vec, vec::Vec};

/// The least and the most points that one score can come to before its floor and cap.
struct Span {
    least: i64,
    most: i64,
}

impl Review<'_> {
    /// `causes` are the conditions of the rules, in order.
    pub fn totals(&mut self, causes: &[Expr]) {
        let spans = self.spans(causes);
        self.above_cap();
        self.caps(&spans);
        self.stages(&spans);
    }

    fn above_cap(&mut self) {
        let (root, flow, checked) = (Path::ROOT, self.flow, self.checked);
        let (scoring, fields) = (root.key("scoring"), root.key("fields"));
        let list = scoring.key("rules");
        for (i, rule) in flow.scoring.rules.iter().enumerate() {
            self.more_than_cap(rule.points, checked.rules[i].0, &list.index(i).key("points"));
        }
        for (i, field) in flow.fields.iter().enumerate() {
            let Some(score) = checked.option_score[i] else { continue };
            let options = fields.index(i);
            let options = options.key("options");
            for (j, option) in field.options.iter().enumerate() {
                self.more_than_cap(option.points, score, &options.index(j).key("points"));
            }
        }
    }

    fn more_than_cap(&mut self, points: i32, score: usize, path: &Path) {
        let score = &self.flow.scoring.scores[score];
        if points > score.cap {
            self.notes.warning(Code::AboveCap, path, || {
                (
                    format!("{points} points at once, and “{}” counts {} at most.", score.id, score.cap),
                    format!("Give {} or less, or raise the cap.", score.cap),
                )
            });
        }
    }

    fn caps(&mut self, spans: &[Span]) {
        let scoring = Path::ROOT.key("scoring");
        let list = scoring.key("scores");
        for (i, (score, span)) in self.flow.scoring.scores.iter().zip(spans).enumerate() {
            let (path, cap) = (list.index(i), i64::from(score.cap));
            if span.most < cap {
                self.notes.warning(Code::CapOutOfReach, &path.key("cap"), || match span.most {
                    0 => (format!("Nothing gives points to “{}”.", score.id), "Add a rule, or remove it.".into()),
                    most => (
                        format!("At most {most} points come together for “{}”, and its cap is {cap}.", score.id),
                        format!("Lower the cap to {most}, or give more points."),
                    ),
                });
            } else if cap > 0 && span.least >= cap {
                self.notes.warning(Code::CapAlways, &path.key("cap"), || {
                    (
                        format!(
                            "Every lead comes to {} points for “{}” or more, and its cap is {cap}.",
                            span.least, score.id
                        ),
                        "Raise the cap, or give fewer points for what everybody answers.".into(),
                    )
                });
            }
        }
    }

    fn stages(&mut self, spans: &[Span]) {
        let scores = &self.flow.scoring.scores;
        let most: i64 = scores.iter().zip(spans).map(|(score, span)| span.most.min(score.cap.into())).sum();
        let root = Path::ROOT.key("stages");
        for (i, stage) in self.flow.stages.iter().enumerate().filter(|(_, s)| i64::from(s.from) > most) {
            self.notes.warning(Code::StageOutOfReach, &root.index(i).key("from"), || {
                (
                    format!("“{}” starts at {}; no lead comes to more than {most}.", stage.id, stage.from),
                    "Lower it, or give more points.".into(),
                )
            });
        }
    }

    /// By score. What depends on one fact is tried out together, as it may exclude each other; the
    /// rest is summed, so that `most` is never too low and `least` never too high.
    fn spans(&self, causes: &[Expr]) -> Vec<Span> {
        let (checked, flow) = (self.checked, self.flow);
        let ways = Ways::of(checked);
        // A lead comes to anybody's eyes by way of consent alone.
        let seals = |step: &usize| ways.reached[*step] && checked.steps[*step].does == Does::Consent;
        let answered = |field: usize| {
            let mut seals = (0..checked.steps.len()).filter(seals).peekable();
            !flow.fields[field].optional && seals.peek().is_some() && seals.all(|step| ways.always[step][field])
        };
        let mut spans: Vec<Span> = flow.scoring.scores.iter().map(|_| Span { least: 0, most: 0 }).collect();
        let mut alone: Vec<(Fact, usize, Vec<usize>)> = Vec::new();
        for (field, score) in checked.option_score.iter().enumerate() {
            let Some(score) = *score else { continue };
            match flow.fields[field].kind {
                Kind::MultipleChoice => {
                    for option in &flow.fields[field].options {
                        spans[score].widen(option.points.into());
                    }
                }
                _ => alone.push((Fact::Field(field), score, Vec::new())),
            }
        }
        for (rule, (score, _)) in checked.rules.iter().enumerate() {
            let points = flow.scoring.rules[rule].points;
            match facts(&causes[rule]).as_slice() {
                [fact] if trial::verdict(checked, &causes[rule]).is_some() => {
                    match alone.iter_mut().find(|(f, s, _)| f == fact && s == score) {
                        Some((_, _, rules)) => rules.push(rule),
                        None => alone.push((*fact, *score, vec![rule])),
                    }
                }
                _ => spans[*score].widen(points.into()),
            }
        }
        for (fact, score, rules) in alone {
            let mut marks = Landmarks::default();
            rules.iter().for_each(|rule| marks.collect(&causes[*rule], checked));
            marks.add_ids(&domain::ids(checked, fact).unwrap_or_default());
            let known = match fact {
                Fact::Field(field) => answered(field),
                _ => true,
            };
            match domain::samples(checked, fact, &marks) {
                Some(samples) => {
                    let sums = samples.iter().map(|value| self.points(fact, value, score, &rules, causes));
                    let sums: Vec<i64> = sums.chain((!known).then_some(0)).collect();
                    spans[score].most += sums.iter().max().unwrap_or(&0);
                    spans[score].least += sums.iter().min().unwrap_or(&0);
                }
                None => rules.iter().for_each(|rule| spans[score].widen(flow.scoring.rules[*rule].points.into())),
            }
        }
        spans
    }

    /// What one value of one fact brings to a score.
    fn points(&self, fact: Fact, value: &Json, score: usize, rules: &[usize], causes: &[Expr]) -> i64 {
        let (checked, flow) = (self.checked, self.flow);
        let range = trial::Range { open: false, fixed: Some((fact, Some(value))) };
        let holds =
            |rule: &&usize| trial::every(checked, &[&causes[**rule]], range, |v| v[0] == Some(true)) == Some(true);
        let mut sum: i64 = rules.iter().filter(holds).map(|rule| i64::from(flow.scoring.rules[*rule].points)).sum();
        if let Fact::Field(field) = fact
            && checked.option_score[field] == Some(score)
            && domain::class(checked, fact) == Class::Text
        {
            let chosen = flow.fields[field].options.iter().find(|option| value.as_text() == Some(&option.id));
            sum += chosen.map_or(0, |option| i64::from(option.points));
        }
        sum
    }
}

impl Span {
    /// Takes in points that may come or not.
    fn widen(&mut self, points: i64) {
        self.most += points.max(0);
        self.least += points.min(0);
    }
}
