//! What is unwise about flows that load: that it is found, and that good flows are left in peace.

use crate::support::{demo_bytes, demo_json, findings, least};
use prequal::explain;
use prequal::flow;
use prequal::review::{Day, review};
use serde_json::{Value, json};

/// What is found, as `code path`.
pub fn told(flow: &Value) -> Vec<String> {
    let found = findings(flow.to_string().as_bytes());
    found.iter().map(|f| format!("{} {}", f.code.as_str(), f.path)).collect()
}

/// The workshop flow with places changed; a key that is not there yet is added.
pub fn workshop_with(changes: &[(&str, Value)]) -> Value {
    let mut flow: Value = serde_json::from_str(explain::base("workshop").expect("a flow")).expect("JSON");
    for (pointer, value) in changes {
        let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
        match flow.pointer_mut(parent) {
            Some(Value::Array(list)) if key == "-" => list.push(value.clone()),
            Some(Value::Array(list)) => list[key.parse::<usize>().expect("a place")] = value.clone(),
            Some(Value::Object(map)) => drop(map.insert(key.into(), value.clone())),
            _ => panic!("nothing at {parent}"),
        }
    }
    flow
}

/// A rule of its own for the score “fit”, with this condition.
fn with_rule(when: Value) -> Value {
    let rule = json!({ "id": "tried", "score": "fit", "points": 5, "reason": "Tried", "when": when });
    workshop_with(&[("/scoring/rules/-", rule)])
}

#[track_caller]
fn rule_gives(when: Value, expected: &[&str]) {
    let found = told(&with_rule(when.clone()));
    let paths: Vec<String> = expected.iter().map(|e| e.replace('@', "scoring.rules[5].when")).collect();
    assert_eq!(found, paths, "{when}");
}

#[test]
fn the_demo_has_no_weakness() {
    assert_eq!(told(&demo_json()), Vec::<String>::new());
    // Nobody can have more than 60 of its 100 points, and nobody can answer its leads.
    assert_eq!(told(&least()), ["PQ511 scoring.scores[0].cap", "PQ611 conversation.steps[1]"]);
}

#[test]
fn comparisons_of_different_kinds() {
    let (staff, trade, channels) = (json!({"var": "staff"}), json!({"var": "trade"}), json!({"var": "channels"}));
    rule_gives(json!({"==": [staff, "12"]}), &["PQ501 @"]);
    rule_gives(json!({"<": ["12", staff]}), &["PQ501 @"]);
    rule_gives(json!({"==": [trade, 1]}), &["PQ501 @"]);
    rule_gives(json!({">=": [{"var": "signal.prices_viewed"}, "2"]}), &["PQ501 @"]);
    rule_gives(json!({"in": [trade, ["joinery", 2]]}), &["PQ501 @"]);
    rule_gives(json!({"in": [staff, channels]}), &["PQ501 @"]);
    rule_gives(json!({"==": [staff, trade]}), &["PQ501 @"]);
    rule_gives(json!({">=": [{"var": "signal.prices_viewed"}, 2]}), &[]);
    rule_gives(json!({"in": [trade, ["joinery", "bakery"]]}), &[]);
}

#[test]
fn ids_that_are_none() {
    rule_gives(json!({"==": [{"var": "trade"}, "Bakery"]}), &["PQ502 @.==[1]"]);
    rule_gives(json!({"in": [{"var": "trade"}, ["bakery", "smithy"]]}), &["PQ502 @.in[1][1]"]);
    rule_gives(
        json!({"and": [{">": [{"var": "staff"}, 3]}, {"in": ["fair", {"var": "channels"}]}]}),
        &["PQ502 @.and[1].in[0]"],
    );
    rule_gives(json!({"!=": [{"var": "trade"}, "backery"]}), &["PQ502 @.!=[1]"]);
}

#[test]
fn never_and_always() {
    rule_gives(json!({"<": [{"var": "staff"}, 1]}), &["PQ503 @"]);
    rule_gives(json!({"<": [{"var": "signal.prices_viewed"}, 0]}), &["PQ503 @"]);
    rule_gives(json!({"==": [{"var": "staff"}, null]}), &["PQ503 @"]);
    rule_gives(json!({"!": {"var": "email"}}), &["PQ503 @"]);
    rule_gives(json!({"<=": [1, {"var": "staff"}, 500]}), &["PQ504 @"]);
    rule_gives(json!({"or": [{"<": [{"var": "staff"}, 9]}, {">=": [{"var": "staff"}, 9]}]}), &["PQ504 @"]);
    rule_gives(
        json!({"!": [{"in": [{"var": "trade"}, ["joinery", "bakery", "other", "software"]]}]}),
        &["PQ504 @.![0]"],
    );
    rule_gives(json!({"<": [{"var": "staff"}, 1.5]}), &[]);
    rule_gives(json!({"!!": {"var": "email"}}), &[]);
    rule_gives(json!({"missing": ["email"]}), &[]);
    rule_gives(json!({"==": [{"var": "budget"}, null]}), &[]);
    rule_gives(json!({"==": [{"var": ["staff", 0]}, 0]}), &[]);
}

#[test]
fn conditions_about_nothing_and_against_themselves() {
    rule_gives(json!(true), &["PQ505 @"]);
    rule_gives(json!({"and": [{"==": [1, 1]}, {">": [{"var": "staff"}, 3]}]}), &["PQ505 @.and[0]"]);
    let trade = |id: &str| json!({"==": [{"var": "trade"}, id]});
    rule_gives(json!({"and": [trade("joinery"), trade("bakery")]}), &["PQ506 @"]);
    rule_gives(
        json!({"or": [{">": [{"var": "staff"}, 400]}, {"and": [trade("joinery"), {"!": trade("joinery")}]}]}),
        &["PQ506 @.or[1]"],
    );
    rule_gives(json!({"<": [90, {"var": "staff"}, 80]}), &["PQ503 @"]);
    // Several at once is what a list is for.
    rule_gives(json!({"and": [{"in": ["web", {"var": "channels"}]}, {"in": ["shop", {"var": "channels"}]}]}), &[]);
    rule_gives(json!({"and": [{"in": ["an", {"var": "name"}]}, {"in": ["na", {"var": "name"}]}]}), &[]);
    rule_gives(json!({"if": [trade("joinery"), {">": [{"var": "staff"}, 3]}, false]}), &[]);
}

#[test]
fn what_cannot_be_tried_is_passed_over() {
    rule_gives(json!({">": [{"+": [{"var": "staff"}, {"var": "budget"}]}, 100]}), &[]);
    rule_gives(json!({"some": [{"var": "channels"}, {"==": [{"var": ""}, "web"]}]}), &[]);
    rule_gives(json!({"==": [{"%": [{"var": "staff"}, 2]}, 0]}), &[]);
}

#[test]
fn skipping_is_not_zero() {
    let budget = json!({"var": "budget"});
    rule_gives(json!({"<": [budget, 100]}), &["PQ516 @"]);
    rule_gives(json!({"and": [{"!!": budget}, {"<": [budget, 100]}]}), &[]);
    rule_gives(
        json!({"or": [{">": [{"var": "staff"}, 90]}, {"and": [{"!=": [budget, null]}, {"<": [budget, 100]}]}]}),
        &[],
    );
    rule_gives(json!({">": [budget, 100]}), &[]);
}

#[test]
fn what_excludes_itself_is_not_summed() {
    let rules = |more: &[Value]| {
        let mut all = vec![
            json!({ "id": "small", "score": "fit", "points": 15, "reason": "Small", "when": {"<": [{"var": "staff"}, 10]} }),
            json!({ "id": "large", "score": "fit", "points": 15, "reason": "Large", "when": {">=": [{"var": "staff"}, 10]} }),
            json!({ "id": "prices", "score": "interest", "points": 20, "reason": "Prices", "signal": "prices_viewed" }),
            json!({ "id": "paper", "score": "interest", "points": 5, "reason": "Paper", "signal": "brochure_taken" }),
            json!({ "id": "web", "score": "interest", "points": 5, "reason": "Web", "when": {"in": ["web", {"var": "channels"}]} }),
            json!({ "id": "money", "score": "interest", "points": 5, "reason": "Money", "when": {"!!": {"var": "budget"}} }),
        ];
        all.extend_from_slice(more);
        Value::from(all)
    };
    // 25 for the trade and 15 for one of the two sizes.
    assert_eq!(told(&workshop_with(&[("/scoring/rules", rules(&[]))])), Vec::<String>::new());
    assert_eq!(
        told(&workshop_with(&[("/scoring/rules", rules(&[])), ("/scoring/scores/0/cap", json!(41))])),
        ["PQ511 scoring.scores[0].cap"]
    );
}

#[test]
fn open_answers_are_an_ordinary_part_of_a_decision() {
    let branches = |when: Value| {
        let branch = json!({ "when": when, "to": "end_later" });
        let rival = json!({ "when": {"==": [{"var": "trade"}, "software"]}, "to": "end_rival" });
        told(&workshop_with(&[
            // Bakers are not asked how many they are.
            (
                "/conversation/steps/1/branches",
                json!([rival, { "when": {"==": [{"var": "trade"}, "bakery"]}, "to": "ask_budget" }]),
            ),
            ("/conversation/steps/4/branches", json!([branch])),
        ]))
    };
    let few = json!({"<": [{"var": "staff"}, 3]});
    assert_eq!(branches(few.clone()), ["PQ608 conversation.steps[4].branches[0].when.<[0].var"]);
    let with_trade = json!({"and": [{"==": [{"var": "trade"}, "joinery"]}, few]});
    assert_eq!(branches(with_trade), Vec::<String>::new());
    assert_eq!(branches(json!({"<": [{"var": ["staff", 5]}, 3]})), Vec::<String>::new());
    assert_eq!(
        branches(json!({"!": {"var": "consent.contact"}})),
        ["PQ608 conversation.steps[4].branches[0].when.!.var"]
    );
}

#[test]
fn dates_are_judged_on_the_day_that_is_given() {
    let flow = workshop_with(&[("/consent/notice_version", json!("2026-12-01"))]);
    let checked = flow::load(flow.to_string().as_bytes()).expect("a good flow");
    assert_eq!(review(&checked, Day::parse("2026-11-30")).len(), 1);
    assert_eq!(review(&checked, Day::parse("2026-12-01")), []);
    assert_eq!(review(&checked, None), []);
}

#[test]
fn samples_may_send_to_their_own_machine() {
    let endpoint = ("/delivery/endpoint", json!("http://127.0.0.1:4174/v1/leads"));
    let contact = |address: &str| ("/consent/contact", json!(address));
    for (address, expected) in [
        ("privacy@workshop.example", 0),
        ("https://privacy.workshop.test/", 0),
        ("privacy@example.org", 0),
        ("privacy@breadandbeam.de", 1),
        ("privacy@myexample.org", 1),
    ] {
        assert_eq!(told(&workshop_with(&[endpoint.clone(), contact(address)])).len(), expected, "{address}");
    }
}

/// Whatever loads can be reviewed, without panic; errors among the findings are those of reviews.
#[test]
fn every_flow_that_loads_can_be_reviewed() {
    use proptest::prelude::*;
    let text = String::from_utf8(demo_bytes()).expect("text");
    let words = ["staff", "1", "-7", "[]", "{}", "true", "null", "\"sql\"", "0", "99999999", "\"\"", "\"agency\""];
    proptest!(ProptestConfig::with_cases(400), |(at in 0..text.len(), word in prop::sample::select(words.to_vec()))| {
        // One literal of the file becomes another.
        let tail = &text[text.char_indices().map(|(i, _)| i).find(|i| *i >= at).unwrap_or(0)..];
        let start = text.len() - tail.len() + tail.find(": ").map_or(0, |i| i + 2);
        let end = start + text[start..].find([',', '}', ']']).unwrap_or(0);
        let mutant = format!("{}{word}{}", &text[..start], &text[end..]);
        if let Ok(checked) = flow::load(mutant.as_bytes()) {
            for found in review(&checked, Day::parse("2026-11-22")) {
                let error = found.code.severity() == prequal::flow::Severity::Error;
                prop_assert_eq!(error, ["PQ513", "PQ527"].contains(&found.code.as_str()));
                prop_assert!(!found.message.is_empty() && !found.help.is_empty());
            }
        }
    });
}
