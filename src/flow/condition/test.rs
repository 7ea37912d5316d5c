//! The comparison of a fact with constants, made ready for the kind of value that the fact nearly always
//! has.

use super::{Expr, Op};
use crate::json::Json;
use alloc::{string::String, vec::Vec};

/// What a value of the right kind has to be. It says the same as the comparison it was made from, several
/// times as fast; values of other kinds are compared the long way.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// A number between two others, each with whether it is among them.
    Between { low: f64, with_low: bool, high: f64, with_high: bool },
    /// One of these texts, or none of them.
    OneOf(Vec<String>, bool),
    /// A list with this text.
    Holds(String),
}

impl Test {
    /// The test that a comparison makes, where it is one of these.
    pub(super) fn of(op: Op, args: &[Expr]) -> Option<Test> {
        use Expr::{Fact, Value};
        let (lowest, highest) = (f64::NEG_INFINITY, f64::INFINITY);
        let with = matches!(op, Op::AtMost | Op::AtLeast);
        let between = |low, high| Some(Test::Between { low, with_low: with, high, with_high: with });
        match (op, args) {
            (Op::Less | Op::AtMost, [Fact(..), Value(Json::Number(n))]) => between(lowest, *n),
            (Op::Less | Op::AtMost, [Value(Json::Number(n)), Fact(..)]) => between(*n, highest),
            (Op::Less | Op::AtMost, [Value(Json::Number(a)), Fact(..), Value(Json::Number(b))]) => between(*a, *b),
            (Op::More | Op::AtLeast, [Fact(..), Value(Json::Number(n))]) => between(*n, highest),
            (Op::More | Op::AtLeast, [Value(Json::Number(n)), Fact(..)]) => between(lowest, *n),
            (Op::More | Op::AtLeast, [Value(Json::Number(a)), Fact(..), Value(Json::Number(b))]) => between(*b, *a),
            (Op::Equal | Op::Same, [Fact(..), Value(Json::Number(n))] | [Value(Json::Number(n)), Fact(..)]) => {
                Some(Test::Between { low: *n, with_low: true, high: *n, with_high: true })
            }
            (
                Op::Equal | Op::Same | Op::Unequal | Op::Different,
                [Fact(..), Value(Json::Text(text))] | [Value(Json::Text(text)), Fact(..)],
            ) => Some(Test::OneOf(Vec::from([text.clone()]), matches!(op, Op::Equal | Op::Same))),
            // A text is strictly equal to texts alone.
            (Op::In, [Fact(..), Value(Json::List(items))]) => {
                Some(Test::OneOf(items.iter().filter_map(Json::as_text).map(String::from).collect(), true))
            }
            (Op::In, [Value(Json::Text(text)), Fact(..)]) => Some(Test::Holds(text.clone())),
            _ => None,
        }
    }

    /// Whether a value passes; `None` for one of another kind.
    #[cfg_attr(not(feature = "widget"), inline(always))]
    pub fn passes(&self, value: &Json) -> Option<bool> {
        match (self, value) {
            (Test::Between { low, with_low, high, with_high }, Json::Number(n)) => {
                let above = n > low || *with_low && n == low;
                let below = n < high || *with_high && n == high;
                Some(above && below)
            }
            (Test::OneOf(texts, wanted), Json::Text(text)) => Some(texts.iter().any(|known| known == text) == *wanted),
            (Test::Holds(wanted), Json::List(items)) => {
                Some(items.iter().any(|item| matches!(item, Json::Text(text) if text == wanted)))
            }
            _ => None,
        }
    }
}
