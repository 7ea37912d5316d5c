//! What a review says of conditions is true: random conditions, random visitors, and the engine as judge.

use crate::review::workshop_with;
use crate::support::NOON;
use prequal::flow;
use prequal::json::Json;
use prequal::review::review;
use prequal::score::{Evidence, Seen, Source, score};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

/// The place of the rule that is tried, behind those of the flow.
const TRIED: usize = 5;

fn operand() -> impl Strategy<Value = Value> {
    let facts = ["trade", "staff", "channels", "budget", "name", "signal.prices_viewed"];
    let constants = [
        json!(0),
        json!(1),
        json!(9.5),
        json!(10),
        json!(500),
        json!(-3),
        json!("10"),
        json!("joinery"),
        json!("bakery"),
        json!("web"),
        json!("shop"),
        json!("Ada"),
        json!(""),
        json!(null),
        json!(true),
        json!(["joinery", "other"]),
        json!(["web"]),
        json!([1, 10]),
    ];
    prop_oneof![
        3 => select(facts.to_vec()).prop_map(|name| json!({ "var": name })),
        1 => Just(json!({ "var": ["staff", 3] })),
        4 => select(constants.to_vec()),
    ]
}

fn condition() -> impl Strategy<Value = Value> {
    let comparisons = ["==", "===", "!=", "!==", "<", "<=", ">", ">=", "in"];
    let pair = (select(comparisons.to_vec()), operand(), operand()).prop_map(|(op, a, b)| json!({ op: [a, b] }));
    let between = (operand(), operand(), operand()).prop_map(|(a, b, c)| json!({ "<=": [a, b, c] }));
    prop_oneof![4 => pair, 1 => between].prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| json!({ "and": parts })),
            prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| json!({ "or": parts })),
            inner.clone().prop_map(|part| json!({ "!": [part] })),
            prop::collection::vec(inner, 3..=3).prop_map(|parts| json!({ "if": parts })),
        ]
    })
}

/// A visitor who has answered everything, and how often prices were viewed.
fn visitor() -> impl Strategy<Value = (Vec<Json>, u32)> {
    let text = |text: &str| Json::Text(text.into());
    let trade = select(["joinery", "bakery", "other", "software"].map(text).to_vec());
    let staff =
        prop_oneof![select(vec![1.0, 3.0, 9.5, 9.7, 10.0, 10.2, 499.5, 500.0]), 1.0..500.0].prop_map(Json::Number);
    let channels = prop::sample::subsequence(["shop", "market", "web"].map(text).to_vec(), 1..=3)
        .prop_shuffle()
        .prop_map(Json::List);
    let budget = prop_oneof![Just(Json::Null), select(vec![0.0, 1.0, 9.5, 10.0, 500.0, 1e6]).prop_map(Json::Number)];
    let name = select(["Ada", "10", "joinery", "web shop", "x", "Zoe"].map(text).to_vec());
    (trade, staff, channels, budget, name, select(vec![0, 1, 9, 10, 11, 501])).prop_map(
        move |(trade, staff, channels, budget, name, seen)| {
            (vec![trade, staff, channels, budget, name, text("a@b.example"), Json::Null], seen)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn never_is_never_and_always_is_always(
        when in condition(),
        visitors in prop::collection::vec(visitor(), 60),
    ) {
        let rule = json!({ "id": "tried", "score": "fit", "points": 5, "reason": "Tried", "when": when });
        let flow = workshop_with(&[("/scoring/rules/-", rule)]);
        let Ok(checked) = flow::load(flow.to_string().as_bytes()) else { return Ok(()) };
        let place = format!("scoring.rules[{TRIED}].when");
        let found = review(&checked, None);
        let said = found.iter().find(|f| f.path == place).map(|f| f.code.as_str());
        for (answers, seen) in visitors {
            let mut signals = vec![Seen::default(); 2];
            signals[0] = Seen::times(seen, NOON);
            let evidence = Evidence { answers: answers.iter().map(Some).collect(), ..Evidence::none(&checked, &signals, NOON) };
            let fired = score(&evidence).contributions.iter().any(|c| c.source == Source::Rule(TRIED));
            match said {
                Some("PQ503" | "PQ506") => prop_assert!(!fired, "{when} holds for {answers:?}"),
                Some("PQ504") => prop_assert!(fired, "{when} does not hold for {answers:?}"),
                _ => {}
            }
        }
    }
}
