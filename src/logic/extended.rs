//! The operators of the community's dialect that are not in the standard, as json-logic-engine has
//! them (<https://json-logic.github.io/json-logic-engine/docs/higher>). Flows do not use them.

use super::Stop;
use super::coerce::{number, text};
use super::evaluation::{Evaluation, Scope};
use super::held::{Held, Value};
use super::operators::step;
use crate::flow::condition::{Expr, Failure};
use crate::json::Json;
use alloc::{borrow::Cow, boxed::Box, string::String, vec};

impl Evaluation<'_> {
    /// `??`: the first part that is not null.
    pub(super) fn coalesce<'a>(&'a self, args: &'a [Expr], scope: &'a Scope<'a>) -> Value<'a> {
        for arg in args {
            let value = self.value(arg, scope)?;
            if !value.see(|json| *json == Json::Null) {
                return Ok(value);
            }
        }
        Ok(Held::NULL)
    }

    /// `try`: the first part that has a value. Names in the later parts refer to the error of the
    /// one before; `[[1]]` is then nothing, and `[[2]]` what names referred to outside.
    pub(super) fn attempt<'a>(&'a self, args: &'a [Expr], scope: &'a Scope<'a>) -> Value<'a> {
        let [first, rest @ ..] = args else { return Ok(Held::NULL) };
        let mut value = self.value(first, scope);
        for arg in rest {
            match value {
                // Nothing more can be built, so there is nothing to try.
                Ok(_) | Err(Stop::Failed(Failure::TooLarge)) => break,
                Err(stop) => {
                    let error = self.error(stop);
                    let inside = scope.inside(&error, None);
                    value = self.value(arg, &inside).and_then(|value| self.keep(value)).map(Held::made);
                }
            }
        }
        value
    }

    /// `throw`: an object as it is, anything else as the type of an error.
    pub(super) fn throw(&self, what: Json) -> Stop {
        let error = if let Json::Object(_) = what { what } else { of_type(what) };
        self.thrown.set(Some(Box::new(error)));
        Stop::Thrown
    }

    /// The error as `try` and the caller see it.
    pub(super) fn error(&self, stop: Stop) -> Json {
        match stop {
            Stop::Thrown => self.thrown.take().map_or(Json::Null, |error| *error),
            Stop::Failed(failure) => error_of(failure),
            // Without facts nothing is open.
            Stop::Open => Json::Null,
        }
    }

    /// What the path of `val` and `exists` leads to. A list of one number at its start goes up as many
    /// scopes: an iteration has one with the `index` of its item, and then the one around it.
    pub(super) fn found<'a>(&'a self, args: &[Json], scope: &'a Scope<'a>) -> Option<Cow<'a, Json>> {
        let (start, path) = match args.split_first() {
            Some((first, path)) if matches!(first, Json::List(_)) => match first {
                Json::List(jump) if jump.len() == 1 => (above(scope, number(&jump[0], self.numbers).abs()), path),
                _ => return None,
            },
            _ => (scope.here.map(Cow::Borrowed), args),
        };
        // Null in a path is no step.
        path.iter().filter(|key| **key != Json::Null).try_fold(start?, |value, key| {
            let key = text(key, self.numbers);
            match value {
                Cow::Borrowed(value) => step(value, &key).map(Cow::Borrowed),
                Cow::Owned(value) => step(&value, &key).cloned().map(Cow::Owned),
            }
        })
    }
}

fn above<'a>(mut scope: &'a Scope<'a>, mut levels: f64) -> Option<Cow<'a, Json>> {
    while levels >= 2.0 {
        scope = scope.above?;
        levels -= 2.0;
    }
    if levels < 1.0 {
        return scope.here.map(Cow::Borrowed);
    }
    let index = Json::Number(scope.index.filter(|_| levels < 2.0)? as f64);
    Some(Cow::Owned(Json::Object(vec![("index".into(), index)])))
}

pub(super) fn error_of(failure: Failure) -> Json {
    of_type(Json::Text(String::from(match failure {
        Failure::NotANumber => "NaN",
        Failure::Arguments => "Invalid Arguments",
        Failure::Operator => "Unknown Operator",
        Failure::TooLarge => "Too Large",
    })))
}

fn of_type(kind: Json) -> Json {
    Json::Object(vec![("type".into(), kind)])
}
