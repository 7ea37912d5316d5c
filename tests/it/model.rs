//! The browser's lean reader and serde read the same flow from the same text.

use crate::support::{demo_json, least};
use prequal::flow::diagnostic::{Notes, Path};
use prequal::flow::model::Flow;
use prequal::flow::{Read, Write};
use prequal::json::{self, Numbers, Writer};
use proptest::prelude::*;
use serde_json::{Value, json};

fn lean(text: &str) -> Option<Flow> {
    let json = json::parse(text.as_bytes(), Numbers::NATIVE).ok()?;
    let mut notes = Notes::default();
    let mut flow = Flow::default();
    flow.read(&json, &Path::ROOT, &mut notes);
    (!notes.is_broken()).then_some(flow)
}

fn with_serde(text: &str) -> Option<Flow> {
    serde_json::from_str(text).ok()
}

#[test]
fn samples_read_and_write_the_same() {
    [demo_json(), least()].iter().for_each(same);
}

fn same(flow: &Value) {
    let text = flow.to_string();
    let (ours, theirs) = (lean(&text), with_serde(&text));
    assert!(ours.is_some());
    assert_eq!(ours, theirs);
    let flow = ours.expect("a flow");
    let mut writer = Writer::new(Numbers::NATIVE);
    flow.write(&mut writer);
    assert_eq!(lean(&writer.out).as_ref(), Some(&flow), "written lean");
    let written = serde_json::to_string(&flow).expect("JSON");
    assert_eq!(lean(&written), Some(flow), "written by serde");
}

#[test]
fn a_list_is_no_object_to_either_reader() {
    for list in [json!([]), json!(["#336699"])] {
        let mut flow = demo_json();
        flow["theme"] = list;
        let text = flow.to_string();
        assert_eq!((lean(&text), with_serde(&text)), (None, None));
    }
}

/// Every place of a JSON value, as pointers.
fn places(value: &Value, at: &str, into: &mut Vec<String>) {
    into.push(at.to_string());
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| places(value, &format!("{at}/{key}"), into)),
        Value::Array(list) => list.iter().enumerate().for_each(|(i, value)| places(value, &format!("{at}/{i}"), into)),
        _ => {}
    }
}

/// A whole number with a decimal point is left out: a browser cannot tell `5.0` from `5`, and the
/// lean reader takes both, while serde takes the second alone.
fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-5..300i64).prop_map(Value::from),
        prop::sample::select(vec![json!(0.5), json!(4294967296i64), json!(-2147483649i64), json!(9007199254740993i64)]),
        "[a-z_]{0,10}".prop_map(Value::from),
        prop::sample::select(vec![
            json!([]),
            json!({}),
            json!([1]),
            json!({ "id": "x" }),
            json!("14d"),
            json!("90 m"),
            json!("linear"),
            json!("email"),
            json!("download")
        ]),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn whole_samples_read_and_write_the_same(flow in crate::samples::flow()) {
        same(&flow);
    }

    #[test]
    fn broken_samples_read_the_same(
        flow in prop_oneof![Just(demo_json()), crate::samples::flow()],
        place in any::<prop::sample::Index>(),
        value in any_value(),
        kind in 0..3,
    ) {
        let mut flow = flow;
        let mut all = Vec::new();
        places(&flow, "", &mut all);
        let pointer = place.get(&all);
        match kind {
            // Replaced, removed, or joined by a key that nobody knows.
            0 => *flow.pointer_mut(pointer).expect("a place") = value,
            1 => {
                let (parent, key) = pointer.rsplit_once('/').unwrap_or(("", ""));
                match flow.pointer_mut(parent) {
                    Some(Value::Object(map)) => drop(map.remove(key)),
                    Some(Value::Array(list)) => drop(key.parse().ok().filter(|i: &usize| *i < list.len()).map(|i| list.remove(i))),
                    _ => {}
                }
            }
            _ => {
                if let Some(Value::Object(map)) = flow.pointer_mut(pointer) {
                    map.insert("surplus".into(), value);
                }
            }
        }
        let text = flow.to_string();
        prop_assert_eq!(lean(&text), with_serde(&text));
    }
}
