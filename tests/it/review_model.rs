//! What a review says of the model is true of all that finish the conversation: random flows, random
//! leads, and the engine as judge.

use crate::review::told;
use crate::samples::{Sample, evidence, flow, sample};
use crate::support::{demo_json, load};
use prequal::review::review;
use prequal::score::{Scorecard, Source, score};
use proptest::prelude::*;
use serde_json::{Value, json};

/// The place in `scoring.rules[3].window`, and what stands behind it.
fn entry<'p>(path: &'p str, list: &str) -> Option<(usize, &'p str)> {
    let (place, rest) = path.strip_prefix(list)?.strip_prefix('[')?.split_once(']')?;
    Some((place.parse().ok()?, rest.strip_prefix('.').unwrap_or(rest)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn findings_are_true(model in flow(), leads in prop::collection::vec(sample(), 60)) {
        let checked = load(&model);
        let leads: Vec<Sample> = leads.into_iter().map(|sample| sample.of_conversation(&checked)).collect();
        let found = review(&checked, None);
        let cards = |flow: &prequal::flow::Checked| -> Vec<Scorecard> {
            let card = |sample: &Sample| {
                let (seen, attribution) = (sample.seen(flow), sample.attribution());
                score(&evidence(flow, &sample.answers, &seen, attribution.as_ref()))
            };
            leads.iter().map(card).collect()
        };
        let all = cards(&checked);
        for finding in &found {
            let path = finding.path.as_str();
            match finding.code.as_str() {
                "PQ511" => if let Some((score, _)) = entry(path, "scoring.scores") {
                    let cap = i64::from(checked.flow().scoring.scores[score].cap);
                    prop_assert!(all.iter().all(|card| card.scores[score] < cap), "{finding}");
                },
                "PQ513" => {
                    let (stage, _) = entry(path, "stages").expect("a stage");
                    prop_assert!(all.iter().all(|card| card.stage != stage), "{finding}");
                }
                "PQ522" => {
                    let (rule, key) = entry(path, "scoring.rules").expect("a rule");
                    let mut without = model.clone();
                    without["scoring"]["rules"][rule].as_object_mut().expect("a rule").remove(key);
                    prop_assert_eq!(&all, &cards(&load(&without)), "{}", finding);
                }
                "PQ523" => {
                    let (rule, _) = entry(path, "scoring.rules").expect("a rule");
                    let earns = |card: &Scorecard| card.contributions.iter().any(|c| c.source == Source::Rule(rule));
                    prop_assert!(!all.iter().any(earns), "{finding}");
                }
                "PQ524" => {
                    let lost = |card: &Scorecard| {
                        let (row, column) = card.grade.expect("a grade");
                        match path {
                            "scoring.grid" => {
                                let name = [["A1", "A2"], ["B1", "B2"]][row][column];
                                finding.message.split([' ', ',', ':']).any(|word| word == name)
                            }
                            rows if rows.starts_with("scoring.grid.rows") => path.ends_with(&format!("[{row}]")),
                            _ => path.ends_with(&format!("[{column}]")),
                        }
                    };
                    prop_assert!(!all.iter().any(lost), "{finding}");
                }
                "PQ527" => prop_assert!(
                    finding.message.starts_with("No way") ||
                    all.iter().all(|card| !card.disqualified.is_empty() || !card.missing.is_empty()), "{finding}"
                ),
                _ => {}
            }
        }
    }
}

/// Much of the model at once, as an author may write it.
#[test]
fn ordinary_flows_are_decided_and_left_in_peace() {
    let mut flow = demo_json();
    let rules = flow["scoring"]["rules"].as_array_mut().expect("rules");
    rules.retain(|rule| rule.get("signal").is_none());
    rules.extend([
        json!({ "id": "pricing", "score": "interest", "group": "visits", "points": 8, "reason": "Prices, several times",
            "signal": "pricing_viewed", "count": "distinct", "most": 3, "window": "30d" }),
        json!({ "id": "pricing-again", "score": "interest", "group": "visits", "points": 10, "reason": "Prices, twice a week",
            "signal": "pricing_viewed", "every": 2, "window": "7d" }),
        json!({ "id": "paper", "score": "interest", "points": 10, "reason": "The white paper", "signal": "paper_downloaded",
            "decay": { "kind": "linear", "over": "60d" } }),
        json!({ "id": "careers", "score": "interest", "points": -15, "reason": "Careers", "signal": "careers_viewed" }),
    ]);
    let scoring = &mut flow["scoring"];
    scoring["groups"] = json!([{ "id": "visits", "score": "interest", "cap": 25 }]);
    scoring["must_haves"] = json!([
        { "id": "role", "reason": "Somebody who decides or works with it", "when": { "!": { "missing": ["role"] } } }
    ]);
    scoring["red_flags"].as_array_mut().expect("flags").push(json!({
        "id": "tiny-giant", "kind": "contradiction", "score": "fit", "points": -10, "reason": "One person, a million parcels",
        "when": { "and": [{ "<": [{ "var": "company_size" }, 2] }, { ">": [{ "var": "shipments" }, 1_000_000] }] }
    }));
    scoring["red_flags"].as_array_mut().expect("flags").push(json!({
        "id": "hasty", "kind": "hasty", "score": "interest", "points": -5, "reason": "Answered without reading"
    }));
    flow["signals"].as_array_mut().expect("signals").push(json!({
        "id": "trial", "kind": "page_view", "label": "Opened the trial", "path": "/app/*", "product": true
    }));
    flow["stages"] = json!([
        { "id": "unqualified" }, { "id": "mql" }, { "id": "sal" },
        { "id": "sql", "from": 80, "grades": ["A1", "A2", "B1"], "requires": ["bant.budget", "bant.need"] },
        { "id": "pql", "when": { ">=": [{ "var": "signal.trial" }, 1] }, "from": 85 },
        { "id": "cql" }
    ]);
    let none: Vec<String> = Vec::new();
    assert_eq!(told(&flow), none);
    flow["conversation"]["stop_when_settled"] = Value::Bool(true);
    assert_eq!(told(&flow), none);
}

/// Flows as large as a real one, where what a stage asks for is far from the highest total.
#[test]
fn what_excludes_itself_is_decided_in_large_flows() {
    let is = |field: &str, option: &str| json!({ "==": [{ "var": field }, option] });
    let stage = |key: &str, value: Value| {
        let mut flow = demo_json();
        flow["stages"][2][key] = value;
        flow
    };
    let none: [&str; 0] = [];
    assert_eq!(told(&stage("when", is("industry", "other"))), none);
    let mut other = stage("when", is("industry", "other"));
    other["stages"][2]["from"] = json!(91);
    assert_eq!(told(&other), ["PQ513 stages[2]"]);
    assert_eq!(told(&stage("grades", json!(["A1"]))), none);
    assert_eq!(told(&stage("grades", json!(["C1"]))), ["PQ513 stages[2]"]);
    let mut flow = demo_json();
    let both = json!({ "and": [is("industry", "other"), is("industry", "retail")] });
    flow["scoring"]["must_haves"] = json!([{ "id": "both", "reason": "Because", "when": both }]);
    assert_eq!(told(&flow), ["PQ506 scoring.must_haves[0].when", "PQ527 scoring.must_haves"]);
}
