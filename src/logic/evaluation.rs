//! Walks a condition: what holds, what is chosen, and what is done with each item of a list.
//!
//! Nothing is copied on the way to a truth: facts, constants and items are borrowed, and the truth
//! of a comparison is a `bool` until somebody asks for the value.

use super::budget::{Budget, too_deep};
use super::coerce::{contains, in_order, loosely_equal, strictly_equal};
use super::held::{Held, Value};
use super::{Facts, Stop};
use crate::flow::condition::{Expr, Fact, Failure, Op, Test};
use crate::json::{Json, Numbers};
use alloc::{borrow::Cow, vec, vec::Vec};

/// A body that is left out.
static NOTHING: Expr = Expr::Value(Json::Null);

/// What is the same for all of one evaluation.
pub(super) struct Evaluation<'a> {
    /// In a flow.
    pub(super) facts: Option<&'a dyn Facts>,
    /// Of the facts.
    answers: &'a [Option<&'a Json>],
    pub(super) numbers: Numbers,
    pub(super) budget: Budget,
    /// What was thrown last.
    #[cfg(not(feature = "widget"))]
    pub(super) thrown: core::cell::Cell<Option<alloc::boxed::Box<Json>>>,
}

/// What names refer to at one place of a condition.
pub(super) struct Scope<'a> {
    /// `None` for the facts of a flow.
    pub(super) here: Option<&'a Json>,
    /// Which item of an iteration this is.
    #[cfg(not(feature = "widget"))]
    pub(super) index: Option<usize>,
    /// The scope around an iteration.
    #[cfg(not(feature = "widget"))]
    pub(super) above: Option<&'a Scope<'a>>,
}

#[cfg(not(feature = "widget"))]
impl<'a> Scope<'a> {
    pub(super) fn outermost(data: Option<&'a Json>) -> Scope<'a> {
        Scope { here: data, index: None, above: None }
    }

    pub(super) fn inside(&'a self, data: &'a Json, index: Option<usize>) -> Scope<'a> {
        Scope { here: Some(data), index, above: Some(self) }
    }
}

/// Only `val` looks further than this.
#[cfg(feature = "widget")]
impl<'a> Scope<'a> {
    pub(super) fn outermost(data: Option<&'a Json>) -> Scope<'a> {
        Scope { here: data }
    }

    pub(super) fn inside(&self, data: &'a Json, _: Option<usize>) -> Scope<'a> {
        Scope { here: Some(data) }
    }
}

/// What `if` comes to.
enum Arm<'a> {
    Chosen(&'a Expr),
    /// A condition is open, and all the arms that may be chosen are this value.
    Agreed(Held<'a>),
}

impl<'e> Evaluation<'e> {
    pub(super) fn new(facts: Option<&'e dyn Facts>, numbers: Numbers) -> Evaluation<'e> {
        Evaluation {
            facts,
            answers: facts.map_or(&[], |facts| facts.answers()),
            numbers,
            budget: Budget::new(),
            #[cfg(not(feature = "widget"))]
            thrown: core::cell::Cell::default(),
        }
    }

    #[inline]
    pub(super) fn value<'a>(&'a self, expr: &'a Expr, scope: &'a Scope<'a>) -> Value<'a> {
        match expr {
            Expr::Value(json) => Ok(Held::Json(json)),
            Expr::Fact(fact, default) => {
                let found = self.facts.and_then(|facts| facts.get(*fact));
                match found {
                    Some(Cow::Borrowed(json)) => Ok(Held::Json(json)),
                    Some(Cow::Owned(json)) => Ok(Held::made(json)),
                    None => match default {
                        Some(default) if !self.looks_ahead() => self.value(default, scope),
                        _ => Err(Stop::Open),
                    },
                }
            }
            _ => self.computed(expr, scope),
        }
    }

    pub(super) fn looks_ahead(&self) -> bool {
        self.facts.is_some_and(|facts| facts.looks_ahead())
    }

    fn computed<'a>(&'a self, expr: &'a Expr, scope: &'a Scope<'a>) -> Value<'a> {
        match expr {
            Expr::Call(op, args) => match op {
                Op::If | Op::Ternary => match self.choose(args, scope)? {
                    Arm::Chosen(arm) => self.value(arm, scope),
                    Arm::Agreed(value) => Ok(value),
                },
                Op::And | Op::Or => self.until(*op, args, scope),
                Op::Map | Op::Filter | Op::Reduce | Op::All | Op::Some | Op::None => self.each(*op, args, scope),
                #[cfg(not(feature = "widget"))]
                Op::Coalesce => self.coalesce(args, scope),
                #[cfg(not(feature = "widget"))]
                Op::Try => self.attempt(args, scope),
                Op::Var => self.var(args, scope),
                _ if op.is_test() => self.truth(expr, scope).map(Held::bool),
                _ => self.operate(*op, &mut self.values(args, scope)?, scope),
            },
            Expr::List(items) => self.values(items, scope).map(|items| Held::made(Json::List(items))),
            Expr::Spread(op, args) => {
                let args = self.keep(self.value(args, scope)?)?;
                let mut args = if let Json::List(items) = args { items } else { vec![args] };
                self.operate(*op, &mut args, scope)
            }
            #[cfg(not(feature = "widget"))]
            Expr::Fail(failure) => Err(Stop::Failed(*failure)),
            Expr::About(..) => self.truth(expr, scope).map(Held::bool),
            Expr::Value(_) | Expr::Fact(..) => self.value(expr, scope),
        }
    }

    fn values<'a>(&'a self, exprs: &'a [Expr], scope: &'a Scope<'a>) -> Result<Vec<Json>, Stop> {
        self.budget.items(exprs.len())?;
        let mut values = Vec::new();
        for expr in exprs {
            values.push(self.keep(self.value(expr, scope)?)?);
        }
        Ok(values)
    }

    fn var<'a>(&'a self, args: &'a [Expr], scope: &'a Scope<'a>) -> Value<'a> {
        let path = self.value(args.first().unwrap_or(&NOTHING), scope)?;
        match path.see(|path| self.lookup(path, scope)) {
            Some(value) if *value != Json::Null => Ok(value.into()),
            _ => self.value(args.get(1).unwrap_or(&NOTHING), scope),
        }
    }

    /// The value to own; one that is borrowed is copied, and that counts.
    pub(super) fn keep(&self, value: Held) -> Result<Json, Stop> {
        self.budget.copy(&value)?;
        Ok(value.into_json())
    }

    pub(super) fn truth<'a>(&'a self, expr: &'a Expr, scope: &'a Scope<'a>) -> Result<bool, Stop> {
        match expr {
            Expr::About(op, fact, args, test) => self.about(*op, *fact, args, test.as_ref()),
            _ => self.decided(expr, scope),
        }
    }

    /// Apart from `truth`, so that the test of a fact does not set up all that this may need.
    #[inline(never)]
    fn decided<'a>(&'a self, expr: &'a Expr, scope: &'a Scope<'a>) -> Result<bool, Stop> {
        if let Expr::Call(op, args) = expr {
            match op {
                Op::Equal | Op::Same | Op::Unequal | Op::Different | Op::Less | Op::AtMost | Op::More | Op::AtLeast => {
                    return self.compare(*op, args, scope);
                }
                // Further arguments mean nothing, and one alone is in nothing.
                Op::In => return args.get(..2).map_or(Ok(false), |args| self.compare(*op, args, scope)),
                Op::And | Op::Or => return self.joined(*op, args, scope),
                Op::Not | Op::Truthy => {
                    let truth = self.truth(args.first().unwrap_or(&NOTHING), scope)?;
                    return Ok(truth == (*op == Op::Truthy));
                }
                Op::If | Op::Ternary => {
                    return match self.choose(args, scope)? {
                        Arm::Chosen(arm) => self.truth(arm, scope),
                        Arm::Agreed(value) => Ok(value.truthy()),
                    };
                }
                _ => {}
            }
        }
        Ok(self.value(expr, scope)?.truthy())
    }

    /// A condition that decides for others. In a flow one that fails does not hold.
    fn condition<'a>(&'a self, expr: &'a Expr, scope: &'a Scope<'a>) -> Result<bool, Stop> {
        match self.truth(expr, scope) {
            Err(stop) if stop != Stop::Open && self.facts.is_some() => Ok(false),
            truth => truth,
        }
    }

    /// `and` stops at the first false part, `or` at the first true one; both give the part itself.
    ///
    /// A part that is open ends it: `or` is its first true part, and that may still be the open one.
    fn until<'a>(&'a self, op: Op, args: &'a [Expr], scope: &'a Scope<'a>) -> Value<'a> {
        let mut last = Held::bool(false);
        for arg in args {
            last = match self.value(arg, scope) {
                Err(stop) if stop != Stop::Open && self.facts.is_some() => Held::bool(false),
                part => part?,
            };
            if last.truthy() == (op == Op::Or) {
                break;
            }
        }
        Ok(last)
    }

    /// The truth of the same, for which a part may decide while one before it is open.
    fn joined<'a>(&'a self, op: Op, args: &'a [Expr], scope: &'a Scope<'a>) -> Result<bool, Stop> {
        let mut open = false;
        for arg in args {
            match self.condition(arg, scope) {
                Ok(truth) if truth == (op == Op::Or) => return Ok(truth),
                Ok(_) => {}
                Err(Stop::Open) => open = true,
                Err(stop) => return Err(stop),
            }
        }
        if open { Err(Stop::Open) } else { Ok(op == Op::And && !args.is_empty()) }
    }

    fn choose<'a>(&'a self, mut args: &'a [Expr], scope: &'a Scope<'a>) -> Result<Arm<'a>, Stop> {
        // The arm of the conditions that are open: it is chosen if the others that may be are equal.
        let mut agreed = None;
        let last = loop {
            match args {
                [] => break &NOTHING,
                [last] => break last,
                [condition, then, rest @ ..] => {
                    args = rest;
                    match self.condition(condition, scope) {
                        Ok(true) => break then,
                        Ok(false) => {}
                        Err(Stop::Open) => self.agree(&mut agreed, then, scope)?,
                        Err(stop) => return Err(stop),
                    }
                }
            }
        };
        if agreed.is_some() {
            self.agree(&mut agreed, last, scope)?;
        }
        Ok(agreed.map_or(Arm::Chosen(last), Arm::Agreed))
    }

    fn agree<'a>(&'a self, agreed: &mut Option<Held<'a>>, arm: &'a Expr, scope: &'a Scope<'a>) -> Result<(), Stop> {
        let arm = self.value(arm, scope).map_err(|_| Stop::Open)?;
        match agreed {
            Some(agreed) if !agreed.see(|agreed| arm.see(|arm| arm == agreed)) => return Err(Stop::Open),
            _ => *agreed = Some(arm),
        }
        Ok(())
    }

    /// Compares a fact, where it is, with constants.
    #[inline(never)]
    fn about(&self, op: Op, fact: Fact, args: &[Expr], test: Option<&Test>) -> Result<bool, Stop> {
        match fact {
            Fact::Field(field) if field < self.answers.len() => {
                self.between(op, self.answers[field].ok_or(Stop::Open)?, args, test)
            }
            _ => self.about_other(op, fact, args, test),
        }
    }

    #[inline(never)]
    fn about_other(&self, op: Op, fact: Fact, args: &[Expr], test: Option<&Test>) -> Result<bool, Stop> {
        // Bound by reference: moving it would cost as much as all the rest.
        match &self.facts.and_then(|facts| facts.get(fact)) {
            Some(value) => self.between(op, value, args, test),
            None => Err(Stop::Open),
        }
    }

    /// The same of its value: each argument with the next.
    #[inline]
    fn between(&self, op: Op, value: &Json, args: &[Expr], test: Option<&Test>) -> Result<bool, Stop> {
        match test.and_then(|test| test.passes(value)) {
            Some(passes) => Ok(passes),
            None => self.step_by_step(op, value, args),
        }
    }

    #[inline(never)]
    fn step_by_step(&self, op: Op, value: &Json, args: &[Expr]) -> Result<bool, Stop> {
        let look = |place: usize| if let Expr::Value(constant) = &args[place] { constant } else { value };
        for place in 1..args.len() {
            if !self.fits(op, look(place - 1), look(place))? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Each argument with the next, as far as needed.
    fn compare<'a>(&'a self, op: Op, args: &'a [Expr], scope: &'a Scope<'a>) -> Result<bool, Stop> {
        let mut left = self.value(&args[0], scope)?;
        for arg in &args[1..] {
            let right = self.value(arg, scope)?;
            if !left.see(|left| right.see(|right| self.fits(op, left, right)))? {
                return Ok(false);
            }
            left = right;
        }
        Ok(true)
    }

    #[inline]
    fn fits(&self, op: Op, a: &Json, b: &Json) -> Result<bool, Stop> {
        Ok(match op {
            Op::Same => strictly_equal(a, b),
            Op::Different => !strictly_equal(a, b),
            Op::Equal => loosely_equal(a, b, self.numbers)?,
            Op::Unequal => !loosely_equal(a, b, self.numbers)?,
            Op::In => contains(b, a, self.numbers),
            _ => {
                let order = in_order(a, b, self.numbers)?;
                match op {
                    Op::Less => order.is_lt(),
                    Op::AtMost => order.is_le(),
                    Op::More => order.is_gt(),
                    _ => order.is_ge(),
                }
            }
        })
    }

    /// What is done with each item of a list.
    fn each<'a>(&'a self, op: Op, args: &'a [Expr], scope: &'a Scope<'a>) -> Value<'a> {
        let body = args.get(1).unwrap_or(&NOTHING);
        self.value(&args[0], scope)?.see(|list| {
            let items = match list {
                Json::List(items) => items.as_slice(),
                Json::Null if matches!(op, Op::Map | Op::Filter | Op::Reduce) => &[],
                _ => return Err(Stop::Failed(Failure::Arguments)),
            };
            let mut kept = Vec::new();
            let mut total = Json::Null;
            if let (Op::Reduce, Some(first)) = (op, args.get(2)) {
                total = self.keep(self.value(first, scope)?)?;
            }
            for (index, item) in items.iter().enumerate() {
                self.budget.items(1)?;
                if op == Op::Reduce {
                    let current = self.keep(Held::Json(item))?;
                    let data = Json::Object(vec![("current".into(), current), ("accumulator".into(), total)]);
                    total = self.keep(self.value(body, &scope.inside(&data, Some(index)))?)?;
                    if too_deep(&total) {
                        return Err(Stop::Failed(Failure::TooLarge));
                    }
                    continue;
                }
                let inside = scope.inside(item, Some(index));
                if op == Op::Map {
                    kept.push(self.keep(self.value(body, &inside)?)?);
                    continue;
                }
                let holds = self.truth(body, &inside)?;
                if op != Op::Filter && holds != (op == Op::All) {
                    return Ok(Held::bool(op == Op::Some));
                }
                if op == Op::Filter && holds {
                    kept.push(self.keep(Held::Json(item))?);
                }
            }
            Ok(match op {
                Op::Reduce => Held::made(total),
                Op::Map | Op::Filter => Held::made(Json::List(kept)),
                _ => Held::bool(op == Op::None || op == Op::All && !items.is_empty()),
            })
        })
    }
}
