//! What values a fact can have: its kind in words, and samples that stand for all of them.

use super::places::children;
use crate::flow::Checked;
use crate::flow::condition::{Expr, Fact, TouchSum};
use crate::flow::model::{Band, Shape};
use crate::json::Json;
use alloc::{format, string::String, string::ToString, vec, vec::Vec};

/// Kinds of values that comparisons keep apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Number,
    Text,
    List,
    Bool,
}

impl Class {
    pub fn words(self) -> &'static str {
        match self {
            Class::Number => "a number",
            Class::Text => "a text",
            Class::List => "a list of ids",
            Class::Bool => "true or false",
        }
    }
}

/// Most values of a choice of several that are tried out: two to the power of its options.
const MOST_MANY: usize = 7;
/// Most texts of a condition that are tried out in combination.
const MOST_TEXTS: usize = 4;

/// Numbers and texts that a condition compares with: between them nothing changes.
#[derive(Default)]
pub(super) struct Landmarks {
    numbers: Vec<f64>,
    texts: Vec<String>,
}

impl Landmarks {
    pub fn collect(&mut self, expr: &Expr, checked: &Checked) {
        if let Expr::Value(json) = expr {
            self.add(json, checked);
        }
        children(expr).into_iter().for_each(|inner| self.collect(inner, checked));
    }

    fn add(&mut self, json: &Json, checked: &Checked) {
        match json {
            Json::Number(n) => self.numbers.push(*n),
            Json::Text(text) => {
                self.numbers.extend(checked.numbers.read(text.trim().trim_start_matches('+')));
                if !text.is_empty() && !self.texts.contains(text) {
                    self.texts.push(text.clone());
                }
            }
            Json::List(items) => items.iter().for_each(|item| self.add(item, checked)),
            Json::Object(_) | Json::Null | Json::Bool(_) => {}
        }
    }

    /// Takes ids in, so that none stands for another.
    pub fn add_ids(&mut self, ids: &[String]) {
        self.texts.extend(ids.iter().cloned());
    }

    /// Takes the ends of a range in, where it has any.
    pub fn add_range(&mut self, (least, most): (f64, f64)) {
        self.numbers.extend([least, most].into_iter().filter(|end| end.is_finite()));
    }

    /// One number for each landmark and for each gap between them; false and true count as 0 and 1.
    fn numbers(&self, least: f64, most: f64, whole: bool) -> Vec<f64> {
        let mut marks: Vec<f64> = self.numbers.iter().copied().chain([0.0, 1.0, least, most]).collect();
        marks.retain(|n| n.is_finite());
        marks.sort_by(f64::total_cmp);
        marks.dedup();
        let mut all = vec![marks[0] - 1.0, marks[marks.len() - 1] + 1.0];
        for (i, mark) in marks.iter().enumerate() {
            match marks.get(i + 1) {
                _ if whole => all.extend([mark.floor(), mark.ceil(), mark.floor() + 1.0, mark.ceil() - 1.0]),
                Some(next) => all.extend([*mark, mark.midpoint(*next)]),
                None => all.push(*mark),
            }
        }
        all.retain(|n| *n >= least && *n <= most && (!whole || n.fract() == 0.0));
        all.sort_by(f64::total_cmp);
        all.dedup();
        all
    }
}

pub(super) fn class(checked: &Checked, fact: Fact) -> Class {
    match fact {
        Fact::Field(field) => match checked.flow.fields[field].kind.shape() {
            Shape::Number => Class::Number,
            Shape::Options | Shape::Days | Shape::Order | Shape::Rows => Class::List,
            Shape::Option | Shape::Text => Class::Text,
        },
        Fact::Touches(TouchSum::Pages) => Class::List,
        Fact::Signal(_) | Fact::Touches(_) | Fact::Score(_) | Fact::Total | Fact::Icp => Class::Number,
        Fact::Part { .. } | Fact::Stage | Fact::Grade | Fact::Segment | Fact::Touch { .. } | Fact::Experiment(_) => {
            Class::Text
        }
        Fact::Disqualified | Fact::Flag(_) | Fact::Criterion(_) | Fact::Consent(_) => Class::Bool,
    }
}

/// The kind of a constant.
pub(super) fn class_of(json: &Json) -> Option<Class> {
    match json {
        Json::Number(_) => Some(Class::Number),
        Json::Text(_) => Some(Class::Text),
        Json::Bool(_) => Some(Class::Bool),
        Json::List(_) => Some(Class::List),
        Json::Null | Json::Object(_) => None,
    }
}

/// The ids that a fact can have, where it has ids.
pub(super) fn ids(checked: &Checked, fact: Fact) -> Option<Vec<String>> {
    let flow = &checked.flow;
    match fact {
        Fact::Field(field) => {
            let field = &flow.fields[field];
            field.kind.is_choice().then(|| field.options.iter().map(|o| o.id.clone()).collect())
        }
        Fact::Part { field, .. } => {
            let field = &flow.fields[field];
            field.kind.has_options().then(|| field.options.iter().map(|o| o.id.clone()).collect())
        }
        Fact::Stage => Some(flow.stages.iter().map(|s| s.id.clone()).collect()),
        Fact::Segment => Some(flow.segments.iter().map(|s| s.id.clone()).collect()),
        Fact::Experiment(place) => {
            Some(flow.conversation.experiments[place].variants.iter().map(|v| v.id.clone()).collect())
        }
        Fact::Grade => flow.scoring.grid.as_ref().map(|grid| {
            let columns = 0..grid.columns.bands.len();
            let rows = 0..grid.rows.bands.len();
            rows.flat_map(|row| columns.clone().map(move |column| checked.grade_name((row, column)))).collect()
        }),
        _ => None,
    }
}

/// Whether the visitor may skip it, which conditions see as null.
pub(super) fn optional(checked: &Checked, fact: Fact) -> bool {
    fact.field().is_some_and(|field| checked.flow.fields[field].optional)
}

/// Whether conditions may see null: a question that was skipped, an origin that is not known, a lead
/// that no segment takes.
fn nullable(checked: &Checked, fact: Fact) -> bool {
    optional(checked, fact) || matches!(fact, Fact::Touch { .. } | Fact::Segment)
}

/// Whether it may still be open when the condition is looked at.
pub(super) fn may_be_open(fact: Fact) -> bool {
    matches!(fact, Fact::Field(_) | Fact::Part { .. } | Fact::Flag(_) | Fact::Criterion(_) | Fact::Consent(_))
}

/// Least and greatest of a number.
pub(super) fn range(checked: &Checked, fact: Fact) -> (f64, f64) {
    let flow = &checked.flow;
    let scores = &flow.scoring.scores;
    match fact {
        Fact::Field(field) => {
            let field = &flow.fields[field];
            let (least, most) = field.limits();
            (least.unwrap_or(f64::NEG_INFINITY), most.unwrap_or(f64::INFINITY))
        }
        Fact::Score(score) => (scores[score].floor.into(), scores[score].cap.into()),
        Fact::Icp => (0.0, 100.0),
        Fact::Total => (scores.iter().map(|s| f64::from(s.floor)).sum(), scores.iter().map(|s| f64::from(s.cap)).sum()),
        Fact::Touches(_) => (1.0, f64::INFINITY),
        _ => (0.0, f64::INFINITY),
    }
}

/// The least number in a band, and the least above it.
pub(super) fn ends(band: &Band) -> (f64, f64) {
    (band.from.unwrap_or(f64::NEG_INFINITY), band.below.unwrap_or(f64::INFINITY))
}

/// Values that stand for every value of the fact beside these landmarks; `None` when that would
/// be too many.
pub(super) fn samples(checked: &Checked, fact: Fact, marks: &Landmarks) -> Option<Vec<Json>> {
    let text = |id: &str| Json::Text(id.into());
    let mut all: Vec<Json> = match class(checked, fact) {
        Class::Bool => vec![Json::Bool(false), Json::Bool(true)],
        Class::Number => {
            let (least, most) = range(checked, fact);
            let whole = match fact {
                Fact::Field(field) => checked.flow.fields[field].spacing() == Some(1.0),
                _ => true,
            };
            marks.numbers(least, most, whole).into_iter().map(Json::Number).collect()
        }
        Class::List => subsets(&alike(&ids(checked, fact)?, marks), MOST_MANY)?
            .into_iter()
            .filter(|ids| !ids.is_empty())
            .map(|ids| Json::List(ids.into_iter().map(text).collect()))
            .collect(),
        Class::Text => match ids(checked, fact) {
            Some(ids) => alike(&ids, marks).into_iter().map(text).collect(),
            // Texts are looked into as well: each with each, and one that nobody thought of.
            None => {
                let texts: Vec<&str> = marks.texts.iter().map(String::as_str).collect();
                let mut all: Vec<String> = subsets(&texts, MOST_TEXTS)?.iter().map(|some| some.concat()).collect();
                all[0] = "\u{1}".into();
                // Texts have an order too: one just behind each, and one behind all.
                all.extend(texts.iter().map(|text| format!("{text}\u{1}")));
                all.push("\u{10FFFF}".into());
                all.into_iter().map(Json::Text).collect()
            }
        },
    };
    if nullable(checked, fact) {
        all.push(Json::Null);
    }
    Some(all)
}

/// The ids that the condition names, and one for all others.
fn alike<'a>(ids: &'a [String], marks: &Landmarks) -> Vec<&'a str> {
    let named = |id: &&str| marks.texts.iter().any(|text| text == id);
    let all = ids.iter().map(String::as_str);
    let other = all.clone().find(|id| !named(id));
    all.filter(named).chain(other).collect()
}

/// Every subset, the empty one first.
fn subsets<'a>(items: &[&'a str], most: usize) -> Option<Vec<Vec<&'a str>>> {
    if items.len() > most {
        return None;
    }
    let pick = |bits: usize| items.iter().enumerate().filter(move |(i, _)| bits >> i & 1 == 1).map(|(_, item)| *item);
    Some((0..1usize << items.len()).map(|bits| pick(bits).collect()).collect())
}

/// The name of a fact in conditions.
pub(super) fn name(checked: &Checked, fact: Fact) -> String {
    let flow = &checked.flow;
    match fact {
        Fact::Field(field) => flow.fields[field].id.clone(),
        Fact::Part { field, part } => {
            let field = &flow.fields[field];
            let row = field.rows.get(part).map(|row| row.id.clone());
            format!("{}.{}", field.id, row.unwrap_or_else(|| part.to_string()))
        }
        Fact::Signal(signal) => format!("signal.{}", flow.signals[signal].id),
        Fact::Score(score) => format!("score.{}", flow.scoring.scores[score].id),
        Fact::Total => "score.total".into(),
        Fact::Stage => "stage".into(),
        Fact::Grade => "grade".into(),
        Fact::Icp => "icp".into(),
        Fact::Segment => "segment".into(),
        Fact::Touch { last, part } => format!("touch.{}.{}", if last { "last" } else { "first" }, part.as_str()),
        Fact::Touches(sum) => format!("touch.{}", sum.as_str()),
        Fact::Flag(flag) => format!("flag.{}", flow.scoring.red_flags[flag].id),
        Fact::Criterion(place) => {
            let all = flow.frameworks.iter().flat_map(|f| f.criteria.iter().map(move |c| (f, c)));
            let (framework, criterion) = all.clone().nth(place).map_or(("", ""), |(f, c)| (&f.id, &c.id));
            format!("criterion.{framework}.{criterion}")
        }
        Fact::Disqualified => "disqualified".into(),
        Fact::Consent(purpose) => {
            let id = flow.consent.as_ref().and_then(|c| c.purposes.get(purpose)).map_or("", |p| p.id.as_str());
            format!("consent.{id}")
        }
        Fact::Experiment(place) => format!("experiment.{}", flow.conversation.experiments[place].id),
    }
}

/// What a fact can be, such as “staff” is a number from 1 to 500.
pub(super) fn described(checked: &Checked, fact: Fact) -> String {
    let name = name(checked, fact);
    let number = |n: f64| checked.numbers.text(n);
    match (class(checked, fact), ids(checked, fact)) {
        (Class::List, Some(ids)) => format!("“{name}” is a list of {}", ids.join(", ")),
        (_, Some(ids)) => format!("“{name}” is one of {}", ids.join(", ")),
        (Class::Number, _) => match range(checked, fact) {
            (least, most) if least.is_finite() && most.is_finite() => {
                format!("“{name}” is a number from {} to {}", number(least), number(most))
            }
            (least, _) if least.is_finite() => format!("“{name}” is a number from {} up", number(least)),
            (_, most) if most.is_finite() => format!("“{name}” is a number up to {}", number(most)),
            _ => format!("“{name}” is a number"),
        },
        (class, _) => format!("“{name}” is {}", class.words()),
    }
}
