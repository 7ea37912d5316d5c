//! Any condition over any data.

use crate::edit::any;
use crate::flows::text;
use crate::rule::rule;
use crate::source::Source;
use prequal::flow::condition;
use prequal::flow::diagnostic::{Notes, Path};
use prequal::json::{self, Json, Numbers};
use prequal::logic::{self, Scope};

/// Evaluating never panics, gives the same twice, and what it gives is written and read again.
pub fn logic(bytes: &[u8]) {
    let mut source = Source::new(bytes);
    let names = ["", "a", "b", "a.b", "b.0", "0", "current", "accumulator"].map(String::from);
    let rule = rule(&mut source, &names, 6);
    let data = Json::Object(vec![("a".into(), any(&mut source, 3)), ("b".into(), any(&mut source, 3))]);
    let value = apply(&rule, &data);
    assert!(same(&value, &apply(&rule, &data)));
    let written = text(&value);
    let again = json::parse(written.as_bytes(), Numbers::NATIVE).expect("a value is written as JSON");
    assert_eq!(text(&again), written);
}

/// The value of a condition over data alone, where nothing is open.
fn apply(rule: &Json, data: &Json) -> Json {
    let expr = condition::parse(rule, None, &Path::ROOT, &mut Notes::default());
    logic::evaluate(&expr, Scope::Data(data), Numbers::NATIVE).map_or(Json::Null, |value| value.into_owned())
}

/// Equal, or both not a number somewhere.
fn same(one: &Json, other: &Json) -> bool {
    one == other || format!("{one:?}") == format!("{other:?}")
}
