//! A value on its way through an evaluation.

use super::Stop;
use super::coerce::truthy;
use crate::json::Json;
use alloc::{borrow::Cow, boxed::Box};
use core::mem::ManuallyDrop;

/// The value of an expression: borrowed where it was there before, and in two registers where a
/// `Cow` would be copied through memory, which took most of the time of a comparison.
pub(super) enum Held<'a> {
    Json(&'a Json),
    Number(f64),
    Made(Box<Json>),
}

pub(super) type Value<'a> = Result<Held<'a>, Stop>;

pub(super) static NULL: Json = Json::Null;
static TRUE: Json = Json::Bool(true);
static FALSE: Json = Json::Bool(false);

impl<'a> Held<'a> {
    #[cfg(not(feature = "widget"))]
    pub(super) const NULL: Held<'static> = Held::Json(&NULL);

    pub(super) fn bool(truth: bool) -> Held<'static> {
        Held::Json(if truth { &TRUE } else { &FALSE })
    }

    pub(super) fn made(json: Json) -> Held<'a> {
        match json {
            Json::Bool(truth) => Held::bool(truth),
            Json::Number(n) => Held::Number(n),
            json => Held::Made(Box::new(json)),
        }
    }

    /// Looks at the value.
    pub(super) fn see<T>(&self, look: impl FnOnce(&Json) -> T) -> T {
        // There is nothing in a number to drop.
        let number;
        look(match self {
            Held::Json(json) => json,
            Held::Made(json) => json,
            Held::Number(n) => {
                number = ManuallyDrop::new(Json::Number(*n));
                &number
            }
        })
    }

    pub(super) fn truthy(&self) -> bool {
        self.see(truthy)
    }

    pub(super) fn into_json(self) -> Json {
        Cow::from(self).into_owned()
    }
}

impl<'a> From<Cow<'a, Json>> for Held<'a> {
    fn from(value: Cow<'a, Json>) -> Held<'a> {
        match value {
            Cow::Borrowed(json) => Held::Json(json),
            Cow::Owned(json) => Held::made(json),
        }
    }
}

impl<'a> From<Held<'a>> for Cow<'a, Json> {
    fn from(held: Held<'a>) -> Cow<'a, Json> {
        match held {
            Held::Json(json) => Cow::Borrowed(json),
            Held::Number(n) => Cow::Owned(Json::Number(n)),
            Held::Made(json) => Cow::Owned(*json),
        }
    }
}
