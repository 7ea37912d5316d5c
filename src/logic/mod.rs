//! Evaluates parsed conditions: JSONLogic, made three-valued for open questions.
//!
//! An evaluation comes to one of three ends.
//!
//! - **A value**, as in JSONLogic.
//! - **Unknown**: it asks a question that has no answer yet. That is not false and not null, and it
//!   spreads, except where the rest decides alone: as conditions, `and` with a false part is false and
//!   `or` with a true part is true; `if` with equal arms is that arm. What holds or does not hold
//!   while questions are open stays so whatever their answers, unless the condition asks for the
//!   openness itself: with `missing`, or a default in `var`.
//! - **An error**, as in the community's dialect
//!   (<https://github.com/json-logic/compat-tables>): `{"type": "NaN"}` where a number is asked for
//!   or would come out and there is none, `{"type": "Invalid Arguments"}`,
//!   `{"type": "Unknown Operator"}`, `{"type": "Too Large"}`, or what `throw` throws.
//!
//! In a flow an error means that a condition does not hold. That goes for the parts of `and` and `or`
//! and the conditions of `if` too: one answer of a strange type leaves the other parts their say.
//!
//! What it does not do: it has no clock, no regular expressions, and never panics. One evaluation
//! builds at most [`BUDGET`] bytes, whatever `reduce` doubles.

mod budget;
mod coerce;
mod evaluation;
#[cfg(not(feature = "widget"))]
mod extended;
mod held;
mod operators;

pub use budget::BUDGET;

use crate::flow::condition::{Expr, Fact, Failure};
use crate::json::{Json, Numbers};
use alloc::borrow::Cow;
use budget::Budget;
use evaluation::{Evaluation, Scope};
use held::Held;

/// What is known about the lead.
pub trait Facts {
    /// The value, `Null` for a skipped question, `None` while it is open.
    fn get(&self, fact: Fact) -> Option<Cow<'_, Json>>;
    /// By field its answer, as [`Facts::get`] gives it: most conditions ask for one, and a list that is
    /// there costs half as much. Of fields past its end `get` is asked.
    fn answers(&self) -> &[Option<&Json>] {
        &[]
    }
    /// A fact by its name, for `missing`.
    fn find(&self, name: &str) -> Option<Fact>;
    /// Whether to say only what stays so once every question is answered: then openness itself, which
    /// `missing` and defaults ask for, is unknown.
    fn looks_ahead(&self) -> bool {
        false
    }
}

/// Whether a condition of a flow holds; `None` while that is open.
pub fn holds(expr: &Expr, facts: &dyn Facts, numbers: Numbers) -> Option<bool> {
    Judge::new(facts, numbers).holds(expr)
}

/// What a part of a flow comes to; `None` while that is open, and where it has no value.
pub fn value(expr: &Expr, facts: &dyn Facts, numbers: Numbers) -> Option<Json> {
    let evaluation = Evaluation::new(Some(facts), numbers);
    evaluation.value(expr, &Scope::outermost(None)).ok().map(Held::into_json)
}

/// Looks at one condition of a flow after the other.
pub struct Judge<'a>(Evaluation<'a>);

impl<'a> Judge<'a> {
    pub fn new(facts: &'a dyn Facts, numbers: Numbers) -> Judge<'a> {
        Judge(Evaluation::new(Some(facts), numbers))
    }

    /// Whether a condition holds; `None` while that is open.
    pub fn holds(&mut self, expr: &Expr) -> Option<bool> {
        self.0.budget = Budget::new();
        match self.0.truth(expr, &Scope::outermost(None)) {
            Ok(holds) => Some(holds),
            Err(Stop::Open) => None,
            Err(_) => Some(false),
        }
    }
}

/// Applies a rule of JSONLogic to data, with the operators `val`, `exists`, `??`, `try`, `throw` and
/// `preserve` beside the standard ones.
///
/// # Errors
///
/// The error object of a rule that has no value, such as `{"type": "NaN"}`. Rules and data nested
/// deeper than [`json::MAX_DEPTH`](crate::json::MAX_DEPTH) are `{"type": "Too Large"}`.
///
/// # Examples
///
/// ```
/// use prequal::json::{Json, Numbers, parse};
/// let json = |text: &str| parse(text.as_bytes(), Numbers::NATIVE).unwrap();
/// let apply = |rule, data| prequal::logic::apply(&json(rule), &json(data), Numbers::NATIVE);
///
/// assert_eq!(apply(r#"{"<=": [50, {"var": "size"}, 249]}"#, r#"{"size": 120}"#), Ok(Json::Bool(true)));
/// assert_eq!(apply(r#"{"/": [1, 0]}"#, "null"), Err(json(r#"{"type": "NaN"}"#)));
/// ```
#[cfg(not(feature = "widget"))]
pub fn apply(rule: &Json, data: &Json, numbers: Numbers) -> Result<Json, Json> {
    use crate::flow::condition;
    use crate::flow::diagnostic::{Notes, Path};
    if budget::too_deep(rule) || budget::too_deep(data) {
        return Err(extended::error_of(Failure::TooLarge));
    }
    let expr = condition::parse(rule, None, &Path::ROOT, &mut Notes::default());
    let (evaluation, scope) = (Evaluation::new(None, numbers), Scope::outermost(Some(data)));
    evaluation.value(&expr, &scope).map(Held::into_json).map_err(|stop| evaluation.error(stop))
}

/// Why an evaluation ends without a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stop {
    /// It asks for what is still open.
    Open,
    Failed(Failure),
    /// What `throw` threw; [`Evaluation`] has it.
    #[cfg(not(feature = "widget"))]
    Thrown,
}
