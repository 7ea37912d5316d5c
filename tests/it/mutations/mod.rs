//! A good flow is broken in every way that its authors have thought of, and each break is found.
//! One line a break: what was done, where, and the code that says so.

use crate::review::told;
use prequal::explain;
use prequal::flow::Code;
use serde_json::{Value, json};
use std::collections::BTreeSet;

mod delivery;
mod errors;
mod languages;
mod model;
mod warnings;

/// What was done, in words; the changes; the code that is to be found, or two joined by a plus.
type Break = (&'static str, Vec<Change>, &'static str);

enum Change {
    /// Puts a value in the place of another, or under a new key.
    Put(&'static str, Value),
    /// Adds an entry at the end of a list.
    Add(&'static str, Value),
    Remove(&'static str),
}
use Change::{Add, Put, Remove};

fn workshop() -> Value {
    serde_json::from_str(explain::base("workshop").expect("a flow")).expect("JSON")
}

fn apply(flow: &mut Value, change: Change) {
    let parent_of = |pointer: &'static str| pointer.rsplit_once('/').expect("a pointer");
    match change {
        Put(pointer, value) => {
            let (parent, key) = parent_of(pointer);
            match flow.pointer_mut(parent).expect(pointer) {
                Value::Object(map) => drop(map.insert(key.into(), value)),
                Value::Array(list) => list[key.parse::<usize>().expect(pointer)] = value,
                _ => panic!("{pointer}"),
            }
        }
        Add(pointer, value) => flow.pointer_mut(pointer).and_then(Value::as_array_mut).expect(pointer).push(value),
        Remove(pointer) => {
            let (parent, key) = parent_of(pointer);
            match flow.pointer_mut(parent).expect(pointer) {
                Value::Object(map) => drop(map.remove(key).expect(pointer)),
                Value::Array(list) => drop(list.remove(key.parse().expect(pointer))),
                _ => panic!("{pointer}"),
            }
        }
    }
}

fn breaks() -> Vec<Break> {
    let all = [errors::breaks(), warnings::breaks(), model::breaks(), languages::breaks(), delivery::breaks()];
    all.into_iter().flatten().collect()
}

fn is(name: &str, value: Value) -> Value {
    json!({ "==": [{ "var": name }, value] })
}

#[test]
fn the_good_flow_has_none() {
    assert_eq!(told(&workshop()), Vec::<String>::new());
}

#[test]
fn every_break_is_found() {
    let mut missed = Vec::new();
    for (name, changes, code) in breaks() {
        let mut flow = workshop();
        changes.into_iter().for_each(|change| apply(&mut flow, change));
        let found = told(&flow);
        // And nothing else: one break has one cause.
        let codes: Vec<&str> = code.split('+').collect();
        let expected = |f: &String| codes.iter().any(|code| f.starts_with(code));
        let all_found = codes.iter().all(|code| found.iter().any(|f| f.starts_with(code)));
        if !all_found || !found.iter().all(expected) {
            missed.push(format!("{name}: {code}, found {found:?}"));
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn every_code_of_a_flow_has_a_break() {
    let broken: BTreeSet<&str> = breaks().iter().flat_map(|(_, _, code)| code.split('+')).collect();
    let all = Code::ALL.iter().map(|code| code.as_str());
    // A file that is no JSON cannot be had by changing values, and no flow alone lacks an endpoint.
    let wanted: BTreeSet<&str> = all.filter(|code| !["PQ101", "PQ303"].contains(code)).collect();
    assert_eq!(broken, wanted);
}
