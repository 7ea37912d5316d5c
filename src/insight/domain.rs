//! Which values of each fact can make a difference: the numbers beside every limit, every option, every
//! constant that something is compared with.

use super::compared::{Compared, compared};
use super::parts;
use crate::dialog::answer;
use crate::flow::Checked;
use crate::flow::condition::{TouchPart, TouchSum};
use crate::flow::model::{Choice, Count, DecayKind, Field, FlagKind, Kind, Rule, Shape};
use crate::json::Json;
use crate::score::Seen;

/// Something that a lead can differ in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variable {
    Field(usize),
    Signal(usize),
    Touch { last: bool, part: TouchPart },
    Touches(TouchSum),
    Hasty,
}

/// One way a variable can be.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Answer(Json),
    Seen(Seen),
    Touch(Option<String>),
    Times(u32),
    Pages(Vec<String>),
    Hasty(bool),
}

/// Why the listed values do not stand for all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// A condition computes with what this name stands for.
    Computed(String),
    /// A field with more choices than can be combined.
    Options(usize),
    /// A text that is compared by order or with something that is no text.
    Text(usize),
    /// A signal whose occurrences count by page, or several with their ages.
    Sightings(usize),
}

/// The variables that matter and their values that matter.
#[derive(Clone, Debug, Default)]
pub struct Domain {
    pub variables: Vec<(Variable, Vec<Value>)>,
    /// Whether these values stand for all there are, so that a search through them is a proof.
    pub complete: bool,
    /// Why they do not.
    pub doubts: Vec<Doubt>,
    /// Whether the same is true of where a visit came from, which the engine never takes for open.
    pub complete_outside: bool,
}

/// Most subsets of a multiple choice that are listed.
const SUBSETS: usize = 256;
/// Most options that are listed though nothing tells them apart.
const OPTIONS: usize = 20;
/// Most numbers that are listed one by one.
const NUMBERS: usize = 101;
/// Most values of one signal: times it was seen, and ages.
const SIGHTINGS: usize = 70;

/// The domain of a flow, for leads of a time.
pub fn of(flow: &Checked, now: i64) -> Domain {
    let names = compared(flow);
    let mut domain = Domain { complete: true, complete_outside: true, ..Domain::default() };
    for (place, field) in flow.flow.fields.iter().enumerate() {
        // A part of an answer is asked for by a name of its own.
        let asked = parts::compared(&names, field);
        let compared = asked.as_ref().or_else(|| names.get(field.id.as_str()));
        let flagged = flow.flags.iter().any(|flag| flag.field == Some(place));
        let criterion = flow.criteria.iter().any(|criterion| criterion.field == Some(place));
        let matters = flow.field_points[place].is_some() || compared.is_some() || flagged || criterion;
        if matters {
            let (values, complete) = answers(field, compared, flagged);
            let text = !field.kind.has_options();
            let listed = if complete {
                None
            } else if text {
                Some(Doubt::Text(place))
            } else {
                Some(Doubt::Options(place))
            };
            domain.doubt(listed, compared, &field.id);
            domain.variables.push((Variable::Field(place), values));
        }
    }
    for (place, signal) in flow.flow.signals.iter().enumerate() {
        let name = format!("signal.{}", signal.id);
        let compared = names.get(name.as_str());
        let rules: Vec<&Rule> =
            flow.flow.scoring.rules.iter().filter(|r| r.signal.as_ref() == Some(&signal.id)).collect();
        if compared.is_some() || !rules.is_empty() || signal.product {
            let (values, complete) = sightings(&rules, compared, now);
            domain.doubt((!complete).then_some(Doubt::Sightings(place)), compared, &name);
            domain.variables.push((Variable::Signal(place), values));
        }
    }
    for (last, which) in [(false, "first"), (true, "last")] {
        for part in TouchPart::ALL {
            let name = format!("touch.{which}.{}", part.as_str());
            if let Some(compared) = names.get(name.as_str()) {
                if compared.computed || compared.ordered {
                    domain.complete_outside = false;
                    domain.complete = false;
                    domain.doubts.push(Doubt::Computed(name.clone()));
                }
                domain.variables.push((Variable::Touch { last, part }, touches(compared)));
            }
        }
    }
    for sum in TouchSum::ALL {
        let name = format!("touch.{}", sum.as_str());
        if let Some(compared) = names.get(name.as_str()) {
            // Not every set of pages is listed.
            if compared.computed || sum == TouchSum::Pages {
                domain.complete_outside = false;
                domain.complete = false;
                domain.doubts.push(Doubt::Computed(name.clone()));
            }
            domain.variables.push((Variable::Touches(sum), sums(sum, compared)));
        }
    }
    if flow.flow.scoring.red_flags.iter().any(|flag| flag.kind == FlagKind::Hasty) {
        domain.variables.push((Variable::Hasty, vec![Value::Hasty(false), Value::Hasty(true)]));
    }
    domain
}

impl Domain {
    /// Notes why a variable's values do not stand for all, if they do not.
    fn doubt(&mut self, listed: Option<Doubt>, compared: Option<&Compared>, name: &str) {
        let computed = compared.is_some_and(|c| c.computed).then(|| Doubt::Computed(name.into()));
        let before = self.doubts.len();
        self.doubts.extend(computed.or(listed));
        self.complete &= self.doubts.len() == before;
    }
}

/// Texts of which the field takes one.
pub(super) fn sample(field: &Field) -> Vec<String> {
    let days = [&field.earliest, &field.latest].into_iter().flatten().cloned();
    match field.kind {
        Kind::Email => vec!["a@b.example".into()],
        Kind::Phone => vec!["+442079460123".into()],
        Kind::Url => vec!["https://b.example".into()],
        Kind::Date => std::iter::once("2030-06-15".into()).chain(days).collect(),
        _ => vec!["Something".into(), "S".into()],
    }
}

/// The answers to a field that can make a difference, and whether they stand for all.
fn answers(field: &Field, compared: Option<&Compared>, flagged: bool) -> (Vec<Value>, bool) {
    let constants = compared.map_or(&[][..], |c| &c.constants);
    let mut complete = true;
    let mut all: Vec<Json> = match field.kind.shape() {
        // Of many options those that nothing asks for are alike.
        Shape::Option if field.options.len() > OPTIONS && !compared.is_some_and(|c| c.computed || c.ordered) => {
            let named = |o: &&Choice| o.points != 0 || constants.iter().any(|c| c.as_text() == Some(&o.id));
            let other = field.options.iter().find(|o| !named(o));
            field.options.iter().filter(named).chain(other).map(|o| Json::Text(o.id.clone())).collect()
        }
        Shape::Option => field.options.iter().map(|o| Json::Text(o.id.clone())).collect(),
        Shape::Options => {
            let ids: Vec<Json> = field.options.iter().map(|o| Json::Text(o.id.clone())).collect();
            complete = ids.len() < 16 && 1 << ids.len() <= SUBSETS;
            if complete {
                let subset = |mask: usize| ids.iter().enumerate().filter(move |(i, _)| mask >> i & 1 == 1);
                (1..1 << ids.len()).map(|mask| Json::List(subset(mask).map(|(_, id)| id.clone()).collect())).collect()
            } else {
                let chosen = |wanted: fn(i32) -> bool| {
                    let options = field.options.iter().filter(|o| wanted(o.points));
                    Json::List(options.map(|o| Json::Text(o.id.clone())).collect())
                };
                let single = ids.iter().map(|id| Json::List(vec![id.clone()]));
                [chosen(|p| p > 0), chosen(|p| p < 0), chosen(|_| true)].into_iter().chain(single).collect()
            }
        }
        Shape::Number => {
            let every = field.every_number(NUMBERS);
            every.unwrap_or_else(|| numbers(field, constants)).into_iter().map(Json::Number).collect()
        }
        Shape::Days | Shape::Order | Shape::Rows => {
            let (all, every) = parts::answers(field, constants);
            complete = every;
            all
        }
        Shape::Text => {
            // Texts stand for all others only where they are compared with texts, and not by order.
            let plain = |c: &Json| matches!(c, Json::Text(_) | Json::Null) || *c == Json::Number(0.0);
            complete = constants.iter().all(plain) && !compared.is_some_and(|c| c.ordered);
            let texts = constants.iter().filter(|c| c.as_text().is_some()).cloned();
            let plain = sample(field).into_iter().map(Json::Text);
            let mut all: Vec<Json> = plain.chain(texts).collect();
            if flagged {
                let telling: &[&str] = match field.kind {
                    Kind::Email => &["ada@gmail.com", "ada@mailinator.com", "ada@gmial.com"],
                    _ => &["asdf"],
                };
                all.extend(telling.iter().map(|text| Json::Text((*text).into())));
            }
            all
        }
    };
    if field.optional {
        all.push(Json::Null);
    }
    all.retain(|value| answer::validate(field, value).is_ok());
    all.dedup();
    // An order by points lets the search meet the far ends first.
    all.sort_by_key(|value| std::cmp::Reverse(points(field, value)));
    (all.into_iter().map(Value::Answer).collect(), complete)
}

fn points(field: &Field, value: &Json) -> i64 {
    let chosen = |id: &str| match value {
        Json::Text(text) => text == id,
        Json::List(ids) => ids.iter().any(|i| i.as_text() == Some(id)),
        _ => false,
    };
    let options: i64 = field.options.iter().filter(|o| chosen(&o.id)).map(|o| i64::from(o.points)).sum();
    let in_band = |b: &&crate::flow::model::Band| match value {
        Json::Number(n) => b.from.is_none_or(|from| *n >= from) && b.below.is_none_or(|below| *n < below),
        _ => false,
    };
    options + field.bands.iter().filter(in_band).map(|b| i64::from(b.points)).sum::<i64>()
}

/// Every limit that a number is measured against, one between each two neighbours, and one beyond the
/// ends.
fn numbers(field: &Field, constants: &[Json]) -> Vec<f64> {
    let bands = field.bands.iter().flat_map(|b| [b.from, b.below]).flatten();
    let compared = constants.iter().filter_map(|c| match c {
        Json::Number(n) => Some(*n),
        Json::Text(text) => text.trim().parse().ok(),
        _ => None,
    });
    let (least, most) = field.limits();
    let mut limits: Vec<f64> = bands.chain(compared).chain(least).chain(most).filter(|n| n.is_finite()).collect();
    limits.sort_by(f64::total_cmp);
    limits.dedup();
    let (Some(&first), Some(&last)) = (limits.first(), limits.last()) else { return vec![1.0] };
    let mut all = vec![first - 1.0];
    for pair in limits.windows(2) {
        let middle = pair[0] + (pair[1] - pair[0]) / 2.0;
        all.extend([pair[0], if middle.floor() > pair[0] { middle.floor() } else { middle }]);
    }
    all.extend([last, last + 1.0]);
    if let Some(step) = field.spacing() {
        let from = least.unwrap_or(0.0);
        let beside = |n: f64| [0.0, 1.0].map(|more| from + (((n - from) / step).floor() + more) * step);
        all = all.into_iter().flat_map(beside).collect();
        all.dedup();
    }
    all
}

/// How a signal can have been seen, and whether that stands for all.
fn sightings(rules: &[&Rule], compared: Option<&Compared>, now: i64) -> (Vec<Value>, bool) {
    let needed = |rule: &&Rule| rule.every.unwrap_or(1).saturating_mul(rule.most.unwrap_or(1));
    let most = rules.iter().map(needed).max().unwrap_or(1);
    let constants = compared.iter().flat_map(|c| &c.constants).filter_map(|c| match c {
        Json::Number(n) if *n >= 0.0 && *n < 64.0 => Some(*n as u32 + 1),
        _ => None,
    });
    let most = constants.chain([most, 1]).max().unwrap_or(1).min(SIGHTINGS as u32);
    let distinct = rules.iter().any(|rule| rule.count == Some(Count::Distinct));
    let seen = |count: u32, at: i64| {
        let mut seen = Seen::default();
        for page in 0..count {
            seen.notice(if distinct { format!("/{page}") } else { String::new() }.as_str(), at);
        }
        Value::Seen(seen)
    };
    let mut all: Vec<Value> = (0..=most).rev().map(|count| seen(count, now)).collect();
    let ages = rules.iter().flat_map(|rule| {
        let window = rule.window.map(|w| (w, false));
        let decay = rule.decay.as_ref().map(|d| (d.over, d.kind == DecayKind::Linear));
        window.into_iter().chain(decay)
    });
    let mut complete = true;
    for (span, gradual) in ages {
        // Counts and ages together are too many to list unless there is one occurrence.
        complete &= most == 1 && span.count as usize <= SIGHTINGS;
        let first = if gradual { 1 } else { span.count };
        for age in (first..=span.count).take(SIGHTINGS) {
            all.extend((1..=most.min(4)).map(|count| seen(count, now - i64::from(age) * span.unit())));
        }
    }
    all.dedup();
    (all, complete && !distinct)
}

fn touches(compared: &Compared) -> Vec<Value> {
    let texts = compared.constants.iter().filter_map(Json::as_text).map(|text| Value::Touch(Some(text.into())));
    texts.chain([Value::Touch(None), Value::Touch(Some("elsewhere".into()))]).collect()
}

/// Numbers on both sides of each that it is compared with; pages one by one, none and all.
fn sums(sum: TouchSum, compared: &Compared) -> Vec<Value> {
    if sum == TouchSum::Pages {
        let paths: Vec<String> = compared.constants.iter().filter_map(Json::as_text).map(String::from).collect();
        let single = paths.iter().map(|path| vec![path.clone()]);
        return std::iter::once(paths.clone()).chain(single).chain([Vec::new()]).map(Value::Pages).collect();
    }
    let constants = compared.constants.iter().filter_map(|constant| match constant {
        Json::Number(n) if *n >= 0.0 && *n < f64::from(u32::MAX) => Some(*n as u32),
        _ => None,
    });
    let mut all: Vec<u32> =
        constants.flat_map(|n| [n.saturating_sub(1), n, n + 1]).chain([1]).filter(|n| *n > 0).collect();
    all.sort_unstable();
    all.dedup();
    all.into_iter().map(Value::Times).collect()
}
