//! Conditions, parsed once from JSONLogic (<https://jsonlogic.com/operations.html>) into a tree.
//!
//! In a flow the names are resolved here, so that evaluation looks up no text but for `missing`;
//! outside one
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
    /// Where the visit came from: the first or the last time.
    Touch { last: bool, part: TouchPart },
    /// Points of a named score.
    Score(usize),
    /// The sum of all scores.
    Total,
    /// The id of the stage.
    Stage,
    /// Whether a disqualifier holds.
    Disqualified,
    /// The cell of the grid, such as `A1`.
    Grade,
    /// Match with the ideal customer profile, in percent.
    Icp,
    /// The id of the segment, or null.
    Segment,
    /// Whether a red flag is raised.
    Flag(usize),
    /// Whether a criterion of a framework is met.
    Criterion(usize),
    /// Whether a purpose was agreed to.
    Consent(usize),
}

/// What is known of a touch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TouchPart {
    Source,
    Medium,
    Campaign,
    Term,
    Content,
    Referrer,
    Landing,
}

impl TouchPart {
    pub const ALL: [TouchPart; 7] = {
        use TouchPart::*;
        [Source, Medium, Campaign, Term, Content, Referrer, Landing]
    };

    /// As it stands behind `touch.first.` in a condition; the first five are UTM parameters.
    pub fn as_str(self) -> &'static str {
        ["source", "medium", "campaign", "term", "content", "referrer", "landing"][self as usize]
    }
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

impl Expr {
    /// Calls for every fact that the value may depend on; `missing` may ask for any field.
    pub fn each_fact(&self, seen: &mut dyn FnMut(Fact)) {
        match self {
            Expr::Value(_) => {}
            Expr::Fact(fact, default) => {
                seen(*fact);
                if let Some(default) = default {
                    default.each_fact(seen);
                }
            }
            Expr::List(parts) | Expr::Call(_, parts) => parts.iter().for_each(|part| part.each_fact(seen)),
        }
    }

    /// The first field that the value depends on.
    pub fn first_field(&self) -> Option<usize> {
        let mut first = None;
        self.each_fact(&mut |fact| {
            if let Fact::Field(field) = fact {
                first.get_or_insert(field);
            }
        });
        first
    }
}

/// Parses a condition; what cannot be parsed is noted and becomes null. With `names`, texts of `var` must be among them, unless they stand inside
/// `map`, `filter` and the like, where they are paths into the item.
pub fn parse(json: &Json, names: Option<&dyn Names>, path: &Path, notes: &mut Notes) -> Expr {
    match json {
        Json::List(items) => Expr::List(each(items, names, path, notes)),
        Json::Object(entries) => match entries.as_slice() {
            [(name, args)] => call(name, args, names, &path.key(name), notes),
            _ if names.is_some() => {
                notes.error(Code::BadCondition, path, || {
                    (
                        format!("A condition has one operator, here are {}.", entries.len()),
                        "Join several with {\"and\": […]} or {\"or\": […]}.".into(),
                    )
                });
                Expr::Value(Json::Null)
            }
            _ => Expr::Value(json.clone()),
        },
        _ => Expr::Value(json.clone()),
    }
}

fn each(items: &[Json], names: Option<&dyn Names>, path: &Path, notes: &mut Notes) -> Vec<Expr> {
    items.iter().enumerate().map(|(i, item)| parse(item, names, &path.index(i), notes)).collect()
}

fn call(name: &str, args: &Json, names: Option<&dyn Names>, path: &Path, notes: &mut Notes) -> Expr {
    let Some(place) = Op::TEXTS.iter().position(|text| *text == name) else {
        notes.error(Code::BadCondition, path, || {
            let way = match nearest(name, Op::TEXTS.iter().copied()) {
                Some(near) => format!("Did you mean “{near}”?"),
                None => format!("Use one of: {}.", Op::TEXTS.join(" ")),
            };
            (format!("“{name}” is no JSONLogic operator."), way)
        });
        return Expr::Value(Json::Null);
    };
    let op = Op::ALL[place];
    let list = match args {
        Json::List(items) => items.as_slice(),
        single => core::slice::from_ref(single),
    };
    match (op, names) {
        (Op::Var, Some(known)) => fact(list, known, path, notes),
        // Inside, names are paths into the item; the list and the start value are still outside.
        (Op::Map | Op::Filter | Op::Reduce | Op::All | Op::None | Op::Some, Some(_)) if list.len() > 1 => {
            let inside = |i: usize| if i == 1 { None } else { names };
            let parsed = list.iter().enumerate().map(|(i, arg)| parse(arg, inside(i), &path.index(i), notes));
            Expr::Call(op, parsed.collect())
        }
        // One argument may stand without a list.
        _ if !matches!(args, Json::List(_)) => Expr::Call(op, Vec::from([parse(args, names, path, notes)])),
        _ => Expr::Call(op, each(list, names, path, notes)),
    }
}

fn fact(args: &[Json], names: &dyn Names, path: &Path, notes: &mut Notes) -> Expr {
    let name = args.first().and_then(Json::as_text).unwrap_or("");
    let Some(fact) = names.find(name) else {
        notes.error(Code::UnknownReference, path, || {
            let all = names.all();
            let way = match nearest(name, all.iter().map(String::as_str)) {
                Some(near) => format!("Did you mean “{near}”?"),
                None => format!("Known here: {}.", all.join(", ")),
            };
            (format!("Nothing here is named “{name}”."), way)
        });
        return Expr::Value(Json::Null);
    };
    let default = args.get(1).map(|json| Box::new(parse(json, Some(names), path, notes)));
    Expr::Fact(fact, default)
}
