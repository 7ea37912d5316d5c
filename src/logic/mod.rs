//! Evaluates parsed conditions: standard JSONLogic, made three-valued for open questions.
//!
//! `None` is *unknown*: a question that has no answer yet. It is not false, it is not null, and it
//! spreads, except where the rest decides alone: `and` with a false part is false, `or` with a true
//! part is true, `if` with equal arms is that arm.

mod coerce;

use crate::flow::condition::{Expr, Fact, Op};
use crate::json::{Json, Numbers};
use alloc::{borrow::Cow, vec, vec::Vec};
use coerce::{loosely_equal, number, strictly_equal, text, truthy};

/// What is known about the lead.
pub trait Facts {
    /// The value, `Null` for a skipped question, `None` while it is open.
    fn get(&self, fact: Fact) -> Option<Cow<'_, Json>>;
    /// A fact by its name, for `missing`.
    fn find(&self, name: &str) -> Option<Fact>;
}

/// What the names of a condition refer to.
#[derive(Clone, Copy)]
pub enum Scope<'a> {
    Facts(&'a dyn Facts),
    Data(&'a Json),
}

type Value<'a> = Option<Cow<'a, Json>>;

/// Evaluates a condition. Never fails: what makes no sense is `Null` or not a number, as in JSONLogic.
pub fn evaluate<'a>(expr: &'a Expr, scope: Scope<'a>, numbers: Numbers) -> Value<'a> {
    Evaluation { numbers }.value(expr, scope)
}

/// Whether a condition holds; `None` while that is open.
pub fn holds(expr: &Expr, facts: &dyn Facts, numbers: Numbers) -> Option<bool> {
    evaluate(expr, Scope::Facts(facts), numbers).map(|value| truthy(&value))
}

struct Evaluation {
    numbers: Numbers,
}

fn own<'a>(value: Json) -> Value<'a> {
    Some(Cow::Owned(value))
}

fn yes<'a>(value: bool) -> Value<'a> {
    own(Json::Bool(value))
}

impl Evaluation {
    fn value<'a>(&self, expr: &'a Expr, scope: Scope<'a>) -> Value<'a> {
        match expr {
            Expr::Value(json) => Some(Cow::Borrowed(json)),
            Expr::List(items) => own(Json::List(self.values(items, scope)?)),
            Expr::Fact(fact, default) => {
                let Scope::Facts(facts) = scope else { return own(Json::Null) };
                match (facts.get(*fact), default) {
                    (None, Some(default)) => self.value(default, scope),
                    (value, _) => value,
                }
            }
            Expr::Call(op, args) => self.call(*op, args, scope),
        }
    }

    fn values<'a>(&self, exprs: &'a [Expr], scope: Scope<'a>) -> Option<Vec<Json>> {
        // Every part is evaluated before an unknown one ends it: the length of the list is fixed.
        exprs.iter().map(|expr| self.value(expr, scope).map(Cow::into_owned)).collect()
    }

    fn call<'a>(&self, op: Op, args: &'a [Expr], scope: Scope<'a>) -> Value<'a> {
        match op {
            Op::If | Op::Ternary => self.choose(args, scope),
            Op::And => self.until(args, scope, false),
            Op::Or => self.until(args, scope, true),
            Op::Map | Op::Filter | Op::All | Op::None | Op::Some | Op::Reduce => self.each(op, args, scope),
            _ => {
                let args = self.values(args, scope)?;
                self.apply(op, &args, scope)
            }
        }
    }

    fn choose<'a>(&self, args: &'a [Expr], scope: Scope<'a>) -> Value<'a> {
        match args {
            [] => own(Json::Null),
            [last] => self.value(last, scope),
            [condition, then, rest @ ..] => match self.value(condition, scope) {
                Some(value) if truthy(&value) => self.value(then, scope),
                Some(_) => self.choose(rest, scope),
                None => {
                    let (one, other) = (self.value(then, scope)?, self.choose(rest, scope)?);
                    (one == other).then_some(one)
                }
            },
        }
    }

    /// `and` stops at the first false part, `or` at the first true one; both give the part itself.
    fn until<'a>(&self, args: &'a [Expr], scope: Scope<'a>, stop: bool) -> Value<'a> {
        let mut last = own(Json::Null);
        let mut open = false;
        for arg in args {
            match self.value(arg, scope) {
                None => open = true,
                Some(value) if truthy(&value) == stop => return Some(value),
                value => last = value,
            }
        }
        if open { None } else { last }
    }

    fn each<'a>(&self, op: Op, args: &'a [Expr], scope: Scope<'a>) -> Value<'a> {
        let list = match args.first() {
            Some(first) => self.value(first, scope)?,
            None => return own(Json::Null),
        };
        let items = match &*list {
            Json::List(items) => items.as_slice(),
            _ => &[],
        };
        let nothing = Expr::Value(Json::Null);
        let body = args.get(1).unwrap_or(&nothing);
        let item = |item: &Json| self.value(body, Scope::Data(item)).map_or(Json::Null, Cow::into_owned);
        match op {
            Op::Map => own(Json::List(items.iter().map(item).collect())),
            Op::Filter => own(Json::List(items.iter().filter(|i| truthy(&item(i))).cloned().collect())),
            Op::All => yes(!items.is_empty() && items.iter().all(|i| truthy(&item(i)))),
            Op::Some => yes(items.iter().any(|i| truthy(&item(i)))),
            Op::None => yes(!items.iter().any(|i| truthy(&item(i)))),
            _ => {
                let mut total = match args.get(2) {
                    Some(first) => self.value(first, scope)?.into_owned(),
                    None => Json::Null,
                };
                for current in items {
                    let data = Json::Object(vec![("current".into(), current.clone()), ("accumulator".into(), total)]);
                    total = self.value(body, Scope::Data(&data)).map_or(Json::Null, Cow::into_owned);
                }
                own(total)
            }
        }
    }

    fn apply<'a>(&self, op: Op, args: &[Json], scope: Scope<'a>) -> Value<'a> {
        let null = Json::Null;
        let arg = |i: usize| args.get(i).unwrap_or(&null);
        let (a, b) = (arg(0), arg(1));
        let num = |json: &Json| number(json, self.numbers);
        let float = |json: &Json| coerce::leading_number(json, self.numbers);
        Some(Cow::Owned(match op {
            Op::Var => return self.lookup(a, args.get(1), scope),
            Op::Missing => {
                let names = match a {
                    Json::List(names) => names.as_slice(),
                    _ => args,
                };
                Json::List(self.missing(names, scope))
            }
            Op::MissingSome => {
                let names = match b {
                    Json::List(names) => names.as_slice(),
                    _ => &[],
                };
                let missing = self.missing(names, scope);
                let enough = (names.len() - missing.len()) as f64 >= num(a);
                Json::List(if enough { Vec::new() } else { missing })
            }
            Op::Not => Json::Bool(!truthy(a)),
            Op::Truthy => Json::Bool(truthy(a)),
            Op::Equal => Json::Bool(loosely_equal(a, b, self.numbers)),
            Op::Unequal => Json::Bool(!loosely_equal(a, b, self.numbers)),
            Op::Same => Json::Bool(strictly_equal(a, b)),
            Op::Different => Json::Bool(!strictly_equal(a, b)),
            Op::Less => Json::Bool(self.rising(args, |o| o.is_lt())),
            Op::AtMost => Json::Bool(self.rising(args, |o| o.is_le())),
            Op::More => Json::Bool(self.rising(args, |o| o.is_gt())),
            Op::AtLeast => Json::Bool(self.rising(args, |o| o.is_ge())),
            Op::Max => Json::Number(
                args.iter().map(num).fold(f64::NEG_INFINITY, |m, n| if n > m || n.is_nan() { n } else { m }),
            ),
            Op::Min => {
                Json::Number(args.iter().map(num).fold(f64::INFINITY, |m, n| if n < m || n.is_nan() { n } else { m }))
            }
            Op::Plus => Json::Number(args.iter().map(float).sum()),
            Op::Times => Json::Number(args.iter().map(float).product()),
            Op::Minus if args.len() == 1 => Json::Number(-num(a)),
            Op::Minus => Json::Number(num(a) - num(b)),
            Op::Over => Json::Number(num(a) / num(b)),
            Op::Remainder => Json::Number(coerce::remainder(num(a), num(b))),
            Op::In => Json::Bool(match b {
                Json::Text(text) => coerce::contains(text, &self::text(a, self.numbers)),
                Json::List(items) => items.iter().any(|item| strictly_equal(item, a)),
                _ => false,
            }),
            Op::Cat => Json::Text(args.iter().map(|json| text(json, self.numbers)).collect()),
            Op::Substr => Json::Text(coerce::part(&text(a, self.numbers), num(b), args.get(2).map(num))),
            Op::Merge => Json::List(merge(args)),
            _ => a.clone(),
        }))
    }

    fn rising(&self, args: &[Json], fits: impl Fn(core::cmp::Ordering) -> bool) -> bool {
        args.len() >= 2
            && args.windows(2).take(2).all(|pair| coerce::order(&pair[0], &pair[1], self.numbers).is_some_and(&fits))
    }

    fn lookup<'a>(&self, path: &Json, default: Option<&Json>, scope: Scope<'a>) -> Value<'a> {
        let found = match (scope, path) {
            (Scope::Data(data), Json::Null) => Some(Cow::Borrowed(data)),
            (Scope::Data(data), path) => walk(data, &text(path, self.numbers)).map(Cow::Borrowed),
            (Scope::Facts(facts), path) => facts.find(&text(path, self.numbers)).and_then(|fact| facts.get(fact)),
        };
        match found {
            Some(value) if *value != Json::Null => Some(value),
            _ => own(default.cloned().unwrap_or_default()),
        }
    }

    fn missing(&self, names: &[Json], scope: Scope) -> Vec<Json> {
        let empty = |name: &Json| match self.lookup(name, None, scope).as_deref() {
            Some(Json::Text(text)) => text.is_empty(),
            Some(Json::Null) | None => true,
            _ => false,
        };
        names.iter().filter(|name| empty(name)).cloned().collect()
    }
}

fn merge(args: &[Json]) -> Vec<Json> {
    let mut all = Vec::new();
    for arg in args {
        match arg {
            Json::List(items) => all.extend_from_slice(items),
            single => all.push(single.clone()),
        }
    }
    all
}

/// Follows a dotted path such as `cart.items.0`.
fn walk<'a>(data: &'a Json, path: &str) -> Option<&'a Json> {
    if path.is_empty() {
        return Some(data);
    }
    path.split('.').try_fold(data, |value, key| match value {
        Json::List(items) => items.get(index(key)?),
        value => value.get(key),
    })
}

fn index(key: &str) -> Option<usize> {
    (!key.is_empty() && key.len() < 10 && key.bytes().all(|b| b.is_ascii_digit()))
        .then(|| key.bytes().fold(0, |n, b| n * 10 + usize::from(b - b'0')))
}
