//! Tries conditions out, with the engine itself, on every combination of sample values.

use super::domain::{self, Class, Landmarks};
use super::places::{any, call, facts};
use crate::flow::Checked;
use crate::flow::condition::{Expr, Fact, Op};
use crate::json::Json;
use crate::logic::{self, Facts};
use alloc::{borrow::Cow, vec, vec::Vec};

/// Most combinations that one trial goes through.
const MOST: usize = 20_000;

/// How often a condition holds once everything it asks for is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Never,
    Always,
    Sometimes,
}

/// One combination: what each fact is taken to be.
struct Case<'a> {
    facts: &'a [Fact],
    values: Vec<Option<&'a Json>>,
}

impl Facts for Case<'_> {
    fn get(&self, fact: Fact) -> Option<Cow<'_, Json>> {
        let place = self.facts.iter().position(|f| *f == fact)?;
        self.values[place].map(Cow::Borrowed)
    }

    fn find(&self, _: &str) -> Option<Fact> {
        None
    }
}

/// What a trial goes through.
#[derive(Clone, Copy, Default)]
pub(super) struct Range<'a> {
    /// Answers that are still open, too.
    pub open: bool,
    /// A fact that has one value throughout, or is open throughout.
    pub fixed: Option<(Fact, Option<&'a Json>)>,
}

/// Whether `test`, which is given what each of the conditions comes to, holds in every case; `None`
/// where the cases cannot all be tried.
pub(super) fn every(
    checked: &Checked,
    exprs: &[&Expr],
    range: Range,
    test: impl Fn(&[Option<bool>]) -> bool,
) -> Option<bool> {
    if !exprs.iter().all(|expr| can_be_tried(checked, expr)) {
        return None;
    }
    let mut marks = Landmarks::default();
    let mut asked: Vec<Fact> = Vec::new();
    for expr in exprs {
        marks.collect(expr, checked);
        asked.extend(facts(expr));
    }
    asked.sort_by_key(|fact| domain::name(checked, *fact));
    asked.dedup();
    // Where two numbers are compared, the bounds of one are landmarks of the other.
    asked.iter().for_each(|fact| marks.add_range(domain::range(checked, *fact)));
    let samples: Vec<Vec<Json>> =
        asked.iter().map(|fact| domain::samples(checked, *fact, &marks)).collect::<Option<_>>()?;
    let choices: Vec<Vec<Option<&Json>>> = asked
        .iter()
        .zip(&samples)
        .map(|(fact, values)| match range.fixed {
            Some((fixed, value)) if fixed == *fact => vec![value],
            _ => {
                let open = (range.open && domain::may_be_open(*fact)).then_some(None);
                values.iter().map(Some).chain(open).collect()
            }
        })
        .collect();
    let count = choices.iter().try_fold(1usize, |n, values| n.checked_mul(values.len()))?;
    if count > MOST {
        return None;
    }
    let case = |mut place: usize| {
        let pick = |values: &Vec<Option<&'_ Json>>| {
            let value = place % values.len();
            place /= values.len();
            value
        };
        let places: Vec<usize> = choices.iter().map(pick).collect();
        let values = places.iter().zip(&choices).map(|(i, values)| values[*i]).collect();
        Case { facts: &asked, values }
    };
    Some((0..count).all(|place| {
        let case = case(place);
        let results: Vec<Option<bool>> = exprs.iter().map(|expr| logic::holds(expr, &case, checked.numbers)).collect();
        test(&results)
    }))
}

/// Whether a condition about one fact alone holds for a value of it.
pub(super) fn holds_for(checked: &Checked, expr: &Expr, fact: Fact, value: &Json) -> bool {
    let case = Case { facts: &[fact], values: vec![Some(value)] };
    logic::holds(expr, &case, checked.numbers) == Some(true)
}

/// How many cases a condition is told from others by.
const TOLD_BY: usize = 256;

/// For each condition what it comes to in some cases, the same for all: conditions that differ there are
/// not the same, so that of thousands only a few need a closer look.
pub(super) fn marks(checked: &Checked, exprs: &[Expr]) -> Vec<Vec<bool>> {
    let mut landmarks = Landmarks::default();
    let mut all: Vec<Fact> = Vec::new();
    let asked: Vec<Vec<Fact>> = exprs.iter().map(facts).collect();
    for (expr, asked) in exprs.iter().zip(&asked) {
        landmarks.collect(expr, checked);
        asked.iter().for_each(|fact| {
            if !all.contains(fact) {
                all.push(*fact);
            }
        });
    }
    let samples: Vec<Vec<Json>> =
        all.iter().map(|fact| domain::samples(checked, *fact, &landmarks).unwrap_or_default()).collect();
    let value = |fact: &Fact, case: usize| {
        let place = all.iter().position(|known| known == fact)?;
        // Neighbours in one list must not always meet the same neighbours in another.
        let spread = case.wrapping_mul(2 * place + 1).wrapping_add(case / 7 * place);
        samples[place].get(spread.wrapping_mul(0x9E37_79B9) % samples[place].len().max(1))
    };
    let told = |(expr, asked): (&Expr, &Vec<Fact>)| {
        let case = |case| Case { facts: asked, values: asked.iter().map(|fact| value(fact, case)).collect() };
        (0..TOLD_BY).map(|n| logic::holds(expr, &case(n), checked.numbers) == Some(true)).collect()
    };
    exprs.iter().zip(&asked).map(told).collect()
}

/// How often the condition holds; `None` where that cannot be tried.
pub(super) fn verdict(checked: &Checked, expr: &Expr) -> Option<Verdict> {
    // A value that stands in for an unknown one may be the whole point.
    let open = any(expr, &|part| matches!(part, Expr::Fact(_, Some(_))));
    let range = Range { open, fixed: None };
    if every(checked, &[expr], range, |v| v[0] != Some(true))? {
        return Some(Verdict::Never);
    }
    let always = every(checked, &[expr], range, |v| v[0] == Some(true))?;
    Some(if always { Verdict::Always } else { Verdict::Sometimes })
}

/// Whether the second holds wherever the first does, open answers included.
pub(super) fn implies(checked: &Checked, first: &Expr, second: &Expr) -> bool {
    let range = Range { open: true, fixed: None };
    every(checked, &[first, second], range, |v| v[0] != Some(true) || v[1] == Some(true)) == Some(true)
}

/// Which conditions, of some that are tried in order, come too late: whenever one of these holds, one before
/// it does. Those behind a condition that is trivial are left out: it has been noted by itself, and with it
/// why nothing comes behind it.
pub(super) fn shadowed(checked: &Checked, all: &[&Expr]) -> Vec<usize> {
    let trivial =
        |expr: &&Expr| facts(expr).is_empty() || verdict(checked, expr).is_some_and(|v| v != Verdict::Sometimes);
    let sensible = all.iter().position(trivial).unwrap_or(all.len());
    let range = Range { open: true, fixed: None };
    let late = |place: &usize| {
        let taken_away =
            every(checked, &all[..=*place], range, |v| v[*place] != Some(true) || v[..*place].contains(&Some(true)));
        let alike = || all[..*place].iter().any(|earlier| same(checked, earlier, all[*place]));
        taken_away.unwrap_or_else(alike)
    };
    (1..sensible).filter(late).collect()
}

/// Whether they hold in the same cases. Conditions that cannot be tried are the same when they are
/// written the same.
pub(super) fn same(checked: &Checked, one: &Expr, other: &Expr) -> bool {
    let range = Range { open: true, fixed: None };
    one == other || every(checked, &[one, other], range, |v| (v[0] == Some(true)) == (v[1] == Some(true))) == Some(true)
}

/// Only what changes at landmarks alone can be tried: no arithmetic, no looking into lists, and no
/// comparison of two facts but numbers.
fn can_be_tried(checked: &Checked, expr: &Expr) -> bool {
    let plain = |arg: &Expr| match arg {
        Expr::Value(_) => true,
        Expr::Fact(_, default) => default.as_deref().is_none_or(|d| matches!(d, Expr::Value(_))),
        Expr::List(items) => items.iter().all(|item| matches!(item, Expr::Value(_))),
        _ => false,
    };
    use Op::{And, AtLeast, AtMost, Different, Equal, If, In, Less, More, Not, Or, Same, Ternary, Truthy, Unequal};
    match call(expr) {
        Some((And | Or | Not | Truthy | If | Ternary, args)) => args.iter().all(|arg| can_be_tried(checked, arg)),
        Some((Equal | Same | Unequal | Different | Less | AtMost | More | AtLeast | In, args)) => {
            args.iter().all(plain) && converts_nothing(checked, expr)
        }
        Some(_) => false,
        None => plain(expr),
    }
}

/// Whether a comparison goes without conversions that samples know nothing of: texts and lists that
/// are taken for numbers, lists that are taken for texts.
fn converts_nothing(checked: &Checked, comparison: &Expr) -> bool {
    let Some((op, args)) = call(comparison) else { return true };
    let asked = facts(comparison);
    let class = |fact: &Fact| domain::class(checked, *fact);
    let texts = || args.iter().all(|arg| matches!(arg, Expr::Fact(..) | Expr::Value(Json::Text(_))));
    // Null equals nothing but itself; in the order of things it counts as 0.
    let absent = || args.iter().any(|arg| matches!(arg, Expr::Value(Json::Null)));
    let equals = || matches!(op, Op::Equal | Op::Same | Op::Unequal | Op::Different);
    let listed = || op == Op::In && matches!(args, [Expr::Fact(..), Expr::List(_) | Expr::Value(Json::List(_))]);
    match asked.as_slice() {
        [fact] => match class(fact) {
            Class::Bool | Class::Number => true,
            Class::Text if domain::ids(checked, *fact).is_some() => equals() && (texts() || absent()) || listed(),
            Class::Text => texts() || equals() && absent() || listed(),
            Class::List => op == Op::In && matches!(args, [Expr::Value(Json::Text(_)), Expr::Fact(..)]),
        },
        many => many.iter().all(|fact| class(fact) == Class::Number),
    }
}
