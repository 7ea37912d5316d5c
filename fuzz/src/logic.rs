//! Any condition over any data.

use crate::edit::any;
use crate::flows::text;
use crate::rule::rule;
use crate::source::Source;
use prequal::json::{self, Json, Numbers};
use prequal::logic::apply;

/// Evaluating never panics, gives the same twice, and what it gives is written and read again.
pub fn logic(bytes: &[u8]) {
    let mut source = Source::new(bytes);
    let names = ["", "a", "b", "a.b", "b.0", "0", "current", "accumulator"].map(String::from);
    let rule = rule(&mut source, &names, 6);
    let data = Json::Object(vec![("a".into(), any(&mut source, 3)), ("b".into(), any(&mut source, 3))]);
    let value = apply(&rule, &data, Numbers::NATIVE);
    let again = apply(&rule, &data, Numbers::NATIVE);
    // Not a number is unlike itself.
    assert!(value == again || format!("{value:?}") == format!("{again:?}"));
    let (Ok(value) | Err(value)) = value;
    let written = text(&value);
    let again = json::parse(written.as_bytes(), Numbers::NATIVE).expect("a value is written as JSON");
    assert_eq!(text(&again), written);
}
