//! The operators that take values and make one: data access, arithmetic, texts, lists.

use super::Stop;
use super::coerce::{self, number, text};
use super::evaluation::{Evaluation, Scope};
use super::held::{Held, NULL, Value};
use crate::flow::condition::{Failure, Op};
use crate::json::Json;
use alloc::{borrow::Cow, string::String, vec::Vec};
use core::mem;

impl Evaluation<'_> {
    pub(super) fn operate<'a>(&'a self, op: Op, args: &mut [Json], scope: &'a Scope<'a>) -> Value<'a> {
        let arg = |place: usize| args.get(place).unwrap_or(&NULL);
        let value = match op {
            Op::Missing | Op::MissingSome => Json::List(self.missing(op, args, scope)?),
            Op::Max | Op::Min | Op::Plus | Op::Minus | Op::Times | Op::Over | Op::Remainder => {
                Json::Number(self.arithmetic(op, args)?)
            }
            Op::In => Json::Bool(coerce::contains(arg(1), arg(0), self.numbers)),
            Op::Cat => {
                let mut all = String::new();
                for arg in args.iter().filter(|arg| **arg != Json::Null) {
                    let text = text(arg, self.numbers);
                    self.budget.bytes(text.len())?;
                    all.push_str(&text);
                }
                Json::Text(all)
            }
            Op::Substr => {
                let whole = text(arg(0), self.numbers);
                self.budget.bytes(whole.len())?;
                let length = args.get(2).map(|length| number(length, self.numbers));
                Json::Text(coerce::part(&whole, number(arg(1), self.numbers), length))
            }
            Op::Merge => {
                let mut all = Vec::new();
                for arg in args {
                    match arg {
                        Json::List(items) => all.append(items),
                        single => all.push(mem::take(single)),
                    }
                }
                Json::List(all)
            }
            #[cfg(not(feature = "widget"))]
            Op::Val => return Ok(self.found(args, scope).map_or(Held::NULL, Held::from)),
            #[cfg(not(feature = "widget"))]
            Op::Exists => Json::Bool(self.found(args, scope).is_some()),
            #[cfg(not(feature = "widget"))]
            Op::Throw => return Err(self.throw(take(args, 0))),
            // `log` gives its argument back; there is nowhere to write it.
            _ => take(args, 0),
        };
        Ok(Held::made(value))
    }

    fn arithmetic(&self, op: Op, args: &[Json]) -> Result<f64, Stop> {
        let least = match op {
            Op::Plus | Op::Times => 0,
            Op::Remainder => 2,
            _ => 1,
        };
        let numbers_only = matches!(op, Op::Max | Op::Min);
        if args.len() < least || numbers_only && !args.iter().all(|arg| matches!(arg, Json::Number(_))) {
            return Err(Stop::Failed(Failure::Arguments));
        }
        let mut rest = args.iter().map(|arg| number(arg, self.numbers));
        let start = match op {
            Op::Plus => 0.0,
            Op::Times => 1.0,
            // Alone, they make the opposite and the inverse.
            Op::Minus if args.len() == 1 => 0.0,
            Op::Over if args.len() == 1 => 1.0,
            _ => rest.next().unwrap_or(0.0),
        };
        let total = rest.fold(start, |total, n| match op {
            Op::Plus => total + n,
            Op::Minus => total - n,
            Op::Times => total * n,
            Op::Over => total / n,
            Op::Remainder => coerce::remainder(total, n),
            _ if (op == Op::Max) == (n > total) => n,
            _ => total,
        });
        // JSON has no other numbers.
        if total.is_finite() { Ok(total) } else { Err(Stop::Failed(Failure::NotANumber)) }
    }

    /// What a name refers to: a fact of the flow, or what a dotted path such as `cart.items.0` leads to.
    pub(super) fn lookup<'a>(&'a self, name: &Json, scope: &'a Scope<'a>) -> Option<Cow<'a, Json>> {
        let path = match name {
            Json::Null => Cow::Borrowed(""),
            name => text(name, self.numbers),
        };
        match (scope.here, self.facts) {
            (Some(data), _) if path.is_empty() => Some(Cow::Borrowed(data)),
            (Some(data), _) => path.split('.').try_fold(data, step).map(Cow::Borrowed),
            (None, Some(facts)) => facts.find(&path).and_then(|fact| facts.get(fact)),
            (None, None) => None,
        }
    }

    fn is_open(&self, name: &Json) -> bool {
        let (Some(facts), Some(name)) = (self.facts, name.as_text()) else { return false };
        facts.find(name).is_some_and(|fact| facts.get(fact).is_none())
    }

    /// Which of the names have no value; none of them if enough others have.
    fn missing<'a>(&'a self, op: Op, args: &[Json], scope: &'a Scope<'a>) -> Result<Vec<Json>, Stop> {
        let some = op == Op::MissingSome;
        let names = match args.get(usize::from(some)) {
            Some(Json::List(names)) => names,
            _ if some => &[][..],
            _ => args,
        };
        let mut missing = Vec::new();
        for name in names {
            if self.looks_ahead() && self.is_open(name) {
                return Err(Stop::Open);
            }
            let there = match self.lookup(name, scope).as_deref() {
                Some(Json::Text(text)) => !text.is_empty(),
                Some(Json::Null) | None => false,
                _ => true,
            };
            if !there {
                self.budget.items(1)?;
                missing.push(self.keep(Held::Json(name))?);
            }
        }
        if some && (names.len() - missing.len()) as f64 >= number(args.first().unwrap_or(&NULL), self.numbers) {
            missing.clear();
        }
        Ok(missing)
    }
}

fn take(args: &mut [Json], place: usize) -> Json {
    args.get_mut(place).map(mem::take).unwrap_or_default()
}

/// What a value holds under a key: an entry of an object, or an item of a list by its place.
pub(super) fn step<'a>(value: &'a Json, key: &str) -> Option<&'a Json> {
    match value {
        Json::List(items) => items.get(index(key)?),
        value => value.get(key),
    }
}

fn index(key: &str) -> Option<usize> {
    (!key.is_empty() && key.len() < 10 && key.bytes().all(|b| b.is_ascii_digit()))
        .then(|| key.bytes().fold(0, |n, b| n * 10 + usize::from(b - b'0')))
}
