//! Conditions, parsed once from JSONLogic (<https://jsonlogic.com/operations.html>) into a tree.
//!
//! In a flow the names are resolved here, so that evaluation never looks up a text; outside one
//! (`parse` without names) every name is a path into the data.

use super::diagnostic::{Code, Notes, Path, nearest};
use crate::json::Json;
use alloc::{boxed::Box, format, string::String, vec::Vec};

/// Something a condition of a flow can ask about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    /// The answer to a field, by its place in the flow.
    Field(usize),
    /// How often a signal was seen.
    Signal(usize),
    /// Points of a named score.
    Score(usize),
    /// The sum of all scores.
    Total,
    /// The id of the stage.
    Stage,
    /// Whether a disqualifier holds.
    Disqualified,
    /// Whether a purpose was agreed to.
    Consent(usize),
}

/// The names a condition may use.
pub trait Names {
    fn find(&self, name: &str) -> Option<Fact>;
    /// Every name, for "did you mean".
    fn all(&self) -> Vec<String>;
}

#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    Value(Json),
    List(Vec<Expr>),
    /// A fact of the flow, and what to take while it is unknown.
    Fact(Fact, Option<Box<Expr>>),
    Call(Op, Vec<Expr>),
}

macro_rules! ops {
    ($($Name:ident = $text:literal,)*) => {
        /// The operators of standard JSONLogic.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Op { $($Name,)* }

        impl Op {
            pub const TEXTS: &'static [&'static str] = &[$($text,)*];
            const ALL: &'static [Op] = &[$(Op::$Name,)*];
        }
    };
}

ops! {
    Var = "var", Missing = "missing", MissingSome = "missing_some",
    If = "if", Ternary = "?:", And = "and", Or = "or", Not = "!", Truthy = "!!",
    Equal = "==", Same = "===", Unequal = "!=", Different = "!==",
    Less = "<", AtMost = "<=", More = ">", AtLeast = ">=",
    Max = "max", Min = "min", Plus = "+", Minus = "-", Times = "*", Over = "/", Remainder = "%",
    In = "in", Cat = "cat", Substr = "substr", Merge = "merge",
    Map = "map", Filter = "filter", Reduce = "reduce", All = "all", None = "none", Some = "some",
    Log = "log",
}

/// Parses a condition. With `names`, texts of `var` must be among them, unless they stand inside
/// `map`, `filter` and the like, where they are paths into the item.
pub fn parse(json: &Json, names: Option<&dyn Names>, path: &Path, notes: &mut Notes) -> Option<Expr> {
    match json {
        Json::List(items) => {
            let mut list = Vec::with_capacity(items.len());
            for (i, item) in items.iter().enumerate() {
                list.push(parse(item, names, &path.index(i), notes)?);
            }
            Some(Expr::List(list))
        }
        Json::Object(entries) => match entries.as_slice() {
            [(name, args)] => call(name, args, names, &path.key(name), notes),
            _ if names.is_some() => {
                notes.error(Code::BadCondition, path, || {
                    (
                        format!("A condition has one operator, here are {}.", entries.len()),
                        "Join several with {\"and\": […]} or {\"or\": […]}.".into(),
                    )
                });
                None
            }
            _ => Some(Expr::Value(json.clone())),
        },
        _ => Some(Expr::Value(json.clone())),
    }
}

fn call(name: &str, args: &Json, names: Option<&dyn Names>, path: &Path, notes: &mut Notes) -> Option<Expr> {
    let Some(place) = Op::TEXTS.iter().position(|text| *text == name) else {
        notes.error(Code::BadCondition, path, || {
            let way = match nearest(name, Op::TEXTS.iter().copied()) {
                Some(near) => format!("Did you mean “{near}”?"),
                None => format!("Use one of: {}.", Op::TEXTS.join(" ")),
            };
            (format!("“{name}” is no JSONLogic operator."), way)
        });
        return None;
    };
    let op = Op::ALL[place];
    let list = match args {
        Json::List(items) => items.as_slice(),
        single => core::slice::from_ref(single),
    };
    if op == Op::Var
        && let Some(known) = names
    {
        return fact(list, known, path, notes);
    }
    let each_item = matches!(op, Op::Map | Op::Filter | Op::Reduce | Op::All | Op::None | Op::Some);
    let mut parsed = Vec::with_capacity(list.len());
    for (i, arg) in list.iter().enumerate() {
        let names = if each_item && i == 1 { None } else { names };
        parsed.push(parse(arg, names, &path.index(i), notes)?);
    }
    Some(Expr::Call(op, parsed))
}

fn fact(args: &[Json], names: &dyn Names, path: &Path, notes: &mut Notes) -> Option<Expr> {
    let Some(name) = args.first().and_then(Json::as_text) else {
        notes.error(Code::BadCondition, path, || {
            ("“var” needs the name of a field.".into(), "Write {\"var\": \"field_id\"}.".into())
        });
        return None;
    };
    let Some(fact) = names.find(name) else {
        notes.error(Code::UnknownReference, path, || {
            let all = names.all();
            let way = match nearest(name, all.iter().map(String::as_str)) {
                Some(near) => format!("Did you mean “{near}”?"),
                None => format!("Known here: {}.", all.join(", ")),
            };
            (format!("Nothing here is named “{name}”."), way)
        });
        return None;
    };
    let default = match args.get(1) {
        Some(json) => Some(Box::new(parse(json, Some(names), path, notes)?)),
        None => None,
    };
    Some(Expr::Fact(fact, default))
}

impl Expr {
    /// Calls `visit` with every fact that the condition asks about.
    pub fn facts(&self, visit: &mut dyn FnMut(Fact)) {
        match self {
            Expr::Value(_) => {}
            Expr::List(items) | Expr::Call(_, items) => items.iter().for_each(|item| item.facts(visit)),
            Expr::Fact(fact, default) => {
                visit(*fact);
                if let Some(default) = default {
                    default.facts(visit);
                }
            }
        }
    }
}
