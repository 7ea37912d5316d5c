//! Conditions, parsed once from JSONLogic (<https://jsonlogic.com/operations.html>) into a tree.
//!
//! In a flow the names are resolved here, so that evaluation looks up no text but for `missing`;
//! outside one (`parse` without names) every name is a path into the data, and the operators of the
//! community's dialect stand beside the standard ones.
//!
//! What no data can make right, such as `and` of something that is no list, is settled here too: in
//! a flow it is a mistake of the author's and noted; outside one it becomes the failure that
//! evaluation would come to, so that `try` can answer it.

use super::diagnostic::{Code, Notes, Path, nearest};
use crate::json::Json;
use alloc::{boxed::Box, format, string::String, vec::Vec};
pub use test::Test;

mod test;

/// Something a condition of a flow can ask about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    /// The answer to a field, by its place in the flow.
    Field(usize),
    /// A part of the answer to a field: one of two days, one place of a ranking, one row of a matrix.
    Part { field: usize, part: usize },
    /// How often a signal was seen.
    Signal(usize),
    /// Where the visit came from: the first or the last time.
    Touch { last: bool, part: TouchPart },
    /// What all touches and visits come to.
    Touches(TouchSum),
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
    /// The id of the variant that this visit has of an experiment.
    Experiment(usize),
}

impl Fact {
    /// The field whose answer it asks for, or for a part of.
    pub fn field(self) -> Option<usize> {
        match self {
            Fact::Field(field) | Fact::Part { field, .. } => Some(field),
            _ => None,
        }
    }
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

/// What is known of all touches together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TouchSum {
    /// How many visits there were.
    Visits,
    /// How often the visitor was touched.
    Count,
    /// The paths of the pages that were shown.
    Pages,
}

impl TouchSum {
    pub const ALL: [TouchSum; 3] = [TouchSum::Visits, TouchSum::Count, TouchSum::Pages];

    /// As it stands behind `touch.` in a condition.
    pub fn as_str(self) -> &'static str {
        ["visits", "count", "pages"][self as usize]
    }
}

/// The names a condition may use.
pub trait Names {
    fn find(&self, name: &str) -> Option<Fact>;
    /// What stands for a name: the conditions that use a variable compute it themselves.
    fn variable(&self, _name: &str) -> Option<&Expr> {
        None
    }
    /// Every name, for "did you mean".
    fn all(&self) -> Vec<String>;
}

#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    Value(Json),
    List(Vec<Expr>),
    /// A fact of the flow, and what to take while it is unknown.
    Fact(Fact, Option<Box<Expr>>),
    /// A comparison, or `in`, of one fact with constants: what most conditions are.
    About(Op, Fact, Vec<Expr>, Option<Test>),
    Call(Op, Vec<Expr>),
    /// A call whose arguments are computed: the items of a list, or the one value.
    Spread(Op, Box<Expr>),
    /// What cannot be evaluated whatever the data.
    #[cfg(not(feature = "widget"))]
    Fail(Failure),
}

/// Why a condition has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// A number is asked for, or would come out, and there is none.
    NotANumber,
    /// Too few arguments, or none that the operator can work on.
    Arguments,
    /// No such operator.
    Operator,
    /// More than one evaluation may build.
    TooLarge,
}

macro_rules! ops {
    ($($(#[$when:meta])* $Name:ident = $text:literal,)*) => {
        /// The operators: those of standard JSONLogic first, then the community's.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Op { $($(#[$when])* $Name,)* }

        impl Op {
            pub(crate) const TEXTS: &'static [&'static str] = &[$($(#[$when])* $text,)*];
            const ALL: &'static [Op] = &[$($(#[$when])* Op::$Name,)*];
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
    #[cfg(not(feature = "widget"))] Val = "val",
    #[cfg(not(feature = "widget"))] Exists = "exists",
    #[cfg(not(feature = "widget"))] Coalesce = "??",
    #[cfg(not(feature = "widget"))] Try = "try",
    #[cfg(not(feature = "widget"))] Throw = "throw",
    #[cfg(not(feature = "widget"))] Preserve = "preserve",
}

/// What a condition speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mention<'a> {
    Fact(Fact),
    /// A name in `missing`, or any name where it is computed.
    Name(Option<&'a str>),
    /// It asks whether something is open, not only what it is.
    Openness,
}

impl Expr {
    /// Calls for everything that the value may depend on.
    pub fn each_mention(&self, seen: &mut dyn FnMut(Mention)) {
        match self {
            Expr::Value(_) => {}
            Expr::About(_, fact, ..) => seen(Mention::Fact(*fact)),
            Expr::Fact(fact, default) => {
                seen(Mention::Fact(*fact));
                if let Some(default) = default {
                    seen(Mention::Openness);
                    default.each_mention(seen);
                }
            }
            Expr::Call(Op::Missing | Op::MissingSome, args) => {
                seen(Mention::Openness);
                args.iter().for_each(|arg| each_name(arg, seen));
            }
            Expr::List(parts) | Expr::Call(_, parts) => parts.iter().for_each(|part| part.each_mention(seen)),
            Expr::Spread(op, arg) => {
                if matches!(op, Op::Missing | Op::MissingSome) {
                    seen(Mention::Openness);
                    seen(Mention::Name(None));
                }
                arg.each_mention(seen);
            }
            #[cfg(not(feature = "widget"))]
            Expr::Fail(_) => {}
        }
    }

    /// How many parts it has.
    pub fn size(&self) -> usize {
        1 + match self {
            Expr::List(parts) | Expr::Call(_, parts) | Expr::About(_, _, parts, _) => {
                parts.iter().map(Expr::size).sum()
            }
            Expr::Fact(_, Some(inner)) | Expr::Spread(_, inner) => inner.size(),
            _ => 0,
        }
    }

    /// Calls for every fact that the value may depend on, but for names in `missing`.
    pub fn each_fact(&self, seen: &mut dyn FnMut(Fact)) {
        self.each_mention(&mut |mention| {
            if let Mention::Fact(fact) = mention {
                seen(fact);
            }
        });
    }

    /// The first field that the value depends on.
    pub fn first_field(&self) -> Option<usize> {
        let mut first = None;
        self.each_fact(&mut |fact| {
            if let Some(field) = fact.field() {
                first.get_or_insert(field);
            }
        });
        first
    }
}

/// The names that an argument of `missing` gives.
fn each_name(arg: &Expr, seen: &mut dyn FnMut(Mention)) {
    let name = |json: &Json, seen: &mut dyn FnMut(Mention)| {
        if let Json::Text(name) = json {
            seen(Mention::Name(Some(name)));
        }
    };
    match arg {
        Expr::Value(Json::List(names)) => names.iter().for_each(|json| name(json, seen)),
        Expr::Value(json) => name(json, seen),
        computed => {
            seen(Mention::Name(None));
            computed.each_mention(seen);
        }
    }
}

/// How an operator takes its arguments.
#[derive(PartialEq)]
enum Shape {
    /// All are evaluated; a list that is computed stands for them.
    Plain,
    /// One, which may be a list.
    One,
    /// Written out, because not all of them may be evaluated.
    Written,
    /// Two or more, written out.
    Comparison,
    /// A list, and what to do with each item.
    Iteration,
}

impl Op {
    /// How many of the operators are standard ones, which flows may use.
    #[cfg(not(feature = "widget"))]
    const STANDARD: usize = Op::Log as usize + 1;

    /// Whether it says yes or no of its arguments.
    pub fn is_test(self) -> bool {
        self.shape() == Shape::Comparison || matches!(self, Op::In | Op::Not | Op::Truthy)
    }

    fn shape(self) -> Shape {
        match self {
            Op::Var | Op::Not | Op::Truthy | Op::Log => Shape::One,
            Op::If | Op::Ternary | Op::And | Op::Or => Shape::Written,
            Op::Equal | Op::Same | Op::Unequal | Op::Different => Shape::Comparison,
            Op::Less | Op::AtMost | Op::More | Op::AtLeast => Shape::Comparison,
            Op::Map | Op::Filter | Op::Reduce | Op::All | Op::None | Op::Some => Shape::Iteration,
            #[cfg(not(feature = "widget"))]
            Op::Coalesce => Shape::Written,
            #[cfg(not(feature = "widget"))]
            Op::Try => Shape::One,
            _ => Shape::Plain,
        }
    }
}

/// Parses a condition. With `names` it is one of a flow: texts of `var` must be among them, unless
/// they stand inside `map`, `filter` and the like, where they are paths into the item; only standard
/// operators are known; and what cannot be parsed is noted and becomes null.
pub fn parse(json: &Json, names: Option<&dyn Names>, path: &Path, notes: &mut Notes) -> Expr {
    let parser = Parser {
        names,
        #[cfg(not(feature = "widget"))]
        flow: names.is_some(),
    };
    parser.parse(json, path, notes)
}

/// The fact, if there is one and all else is constant.
fn only_fact(args: &[Expr]) -> Option<Fact> {
    let mut only = None;
    for arg in args {
        match arg {
            Expr::Value(_) => {}
            Expr::Fact(fact, None) if only.is_none() => only = Some(*fact),
            _ => return None,
        }
    }
    only
}

fn is_constant(json: &Json) -> bool {
    match json {
        Json::List(items) => items.iter().all(is_constant),
        Json::Object(_) => false,
        _ => true,
    }
}

#[derive(Clone, Copy)]
struct Parser<'a> {
    names: Option<&'a dyn Names>,
    /// Also true inside iterations of a flow, where there are no names.
    #[cfg(not(feature = "widget"))]
    flow: bool,
}

impl Parser<'_> {
    fn parse(self, json: &Json, path: &Path, notes: &mut Notes) -> Expr {
        match json {
            // A list of constants is one: nothing is built when it is evaluated.
            Json::List(items) if !is_constant(json) => Expr::List(self.each(items, false, path, notes)),
            Json::Object(entries) => match entries.as_slice() {
                [(name, args)] => self.call(name, args, &path.key(name), notes),
                #[cfg(not(feature = "widget"))]
                [] if !self.flow => Expr::Value(json.clone()),
                _ => self.refuse(Failure::Operator, path, notes, || {
                    (
                        format!("A condition has one operator, here are {}.", entries.len()),
                        "Join several with {\"and\": […]} or {\"or\": […]}.".into(),
                    )
                }),
            },
            _ => Expr::Value(json.clone()),
        }
    }

    fn each(self, items: &[Json], iteration: bool, path: &Path, notes: &mut Notes) -> Vec<Expr> {
        let each = |(i, item)| {
            // Inside, names are paths into the item; the list and the start value are still outside.
            let mut inside = self;
            if iteration && i == 1 {
                inside.names = None;
            }
            inside.parse(item, &path.index(i), notes)
        };
        items.iter().enumerate().map(each).collect()
    }

    /// What cannot be: noted in a flow, a failure elsewhere.
    fn refuse(self, failure: Failure, path: &Path, notes: &mut Notes, say: impl FnOnce() -> (String, String)) -> Expr {
        #[cfg(not(feature = "widget"))]
        if !self.flow {
            return Expr::Fail(failure);
        }
        #[cfg(feature = "widget")]
        let _ = failure;
        notes.error(Code::BadCondition, path, say);
        Expr::Value(Json::Null)
    }

    fn call(self, name: &str, args: &Json, path: &Path, notes: &mut Notes) -> Expr {
        #[cfg(not(feature = "widget"))]
        let known = if self.flow { &Op::TEXTS[..Op::STANDARD] } else { Op::TEXTS };
        #[cfg(feature = "widget")]
        let known = Op::TEXTS;
        let Some(place) = known.iter().position(|text| *text == name) else {
            return self.refuse(Failure::Operator, path, notes, || {
                let way = match nearest(name, known.iter().copied()) {
                    Some(near) => format!("Did you mean “{near}”?"),
                    None => format!("Use one of: {}.", known.join(" ")),
                };
                (format!("“{name}” is no JSONLogic operator."), way)
            });
        };
        let op = Op::ALL[place];
        let shape = op.shape();
        let single = core::slice::from_ref(args);
        let list = match args {
            Json::List(items) => Some(items.as_slice()),
            _ => None,
        };
        if let (Op::Var, Some(names)) = (op, self.names) {
            return self.fact(list.unwrap_or(single), names, path, notes);
        }
        #[cfg(not(feature = "widget"))]
        if op == Op::Preserve {
            return Expr::Value(args.clone());
        }
        let args = match list {
            Some(list) => self.each(list, shape == Shape::Iteration, path, notes),
            None if shape == Shape::Plain && matches!(args, Json::Object(_)) => {
                return Expr::Spread(op, Box::new(self.parse(args, path, notes)));
            }
            None => Vec::from([self.parse(args, path, notes)]),
        };
        let null = |i: usize| matches!(args.get(i), None | Some(Expr::Value(Json::Null)));
        let fits = match shape {
            Shape::Plain | Shape::One => true,
            Shape::Written => list.is_some(),
            Shape::Comparison => args.len() >= 2,
            Shape::Iteration => list.is_some() && !null(0) && !(matches!(op, Op::Map | Op::Filter) && null(1)),
        };
        if fits {
            return match only_fact(&args) {
                Some(fact) if op == Op::In && args.len() == 2 || shape == Shape::Comparison => {
                    let test = Test::of(op, &args);
                    Expr::About(op, fact, args, test)
                }
                _ => Expr::Call(op, args),
            };
        }
        self.refuse(Failure::Arguments, path, notes, || {
            let way = match shape {
                Shape::Comparison => format!("Give it two or more: {{\"{name}\": [a, b]}}."),
                Shape::Iteration => format!("Give it a list and a condition: {{\"{name}\": [list, condition]}}."),
                _ => format!("Give it a list: {{\"{name}\": […]}}."),
            };
            (format!("“{name}” cannot work on this."), way)
        })
    }

    fn fact(self, args: &[Json], names: &dyn Names, path: &Path, notes: &mut Notes) -> Expr {
        let name = args.first().and_then(Json::as_text).unwrap_or("");
        if let Some(expr) = names.variable(name) {
            if args.len() > 1 {
                notes.error(Code::BadCondition, path, || {
                    (
                        format!("“{name}” is a variable, and has no value to take meanwhile."),
                        "Write the value where the variable asks for its answers: {\"var\": [name, value]}.".into(),
                    )
                });
            }
            return expr.clone();
        }
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
        Expr::Fact(fact, args.get(1).map(|json| Box::new(self.parse(json, path, notes))))
    }
}
