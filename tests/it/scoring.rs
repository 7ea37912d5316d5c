//! Points: integers that add up.

use crate::support::{NOON, Visitor, least, load};
use prequal::json::Json;
use prequal::score::{Evidence, score};
use proptest::prelude::*;
use serde_json::json;

proptest! {
    /// Contributions after floor and cap sum to each score, whatever the points, and the total is
    /// the sum of the scores.
    #[test]
    fn contributions_sum_exactly(
        points in prop::collection::vec(prop_oneof![any::<i32>(), -50..50i32], 0..30),
        cap in prop_oneof![0..200i32, Just(i32::MAX)],
        floor in prop_oneof![-200..=0i32, Just(i32::MIN)],
        answer in 0..40i32,
    ) {
        let mut flow = least();
        flow["scoring"]["scores"] = json!([{ "id": "fit", "label": "Fit", "cap": cap, "floor": floor }]);
        flow["stages"][0]["from"] = json!(floor);
        flow["stages"][1]["from"] = json!(i64::from(floor) + 1);
        let rules = points.iter().enumerate().map(|(i, points)| json!({
            "id": format!("r{i}"), "score": "fit", "points": points, "reason": "r", "when": { ">=": [{ "var": "size" }, i] }
        }));
        flow["scoring"]["rules"] = rules.collect();
        let flow = load(&flow);
        let answer = Json::Number(answer.into());
        let card = score(&Evidence { answers: vec![Some(&answer)], ..Evidence::none(&flow, &[], NOON) });
        let counted: i64 = card.contributions.iter().map(|c| c.counted).sum();
        prop_assert_eq!(counted, card.scores[0]);
        prop_assert_eq!(card.total, card.scores[0]);
        prop_assert!((i64::from(floor)..=i64::from(cap)).contains(&card.total));
        for c in &card.contributions {
            // What counts lies between nothing and the points given.
            prop_assert!(c.counted.abs() <= c.points.abs() && c.counted * c.points.signum() >= 0);
        }
    }
}

#[test]
fn unknown_is_not_false() {
    let mut flow = least();
    flow["scoring"]["rules"] = json!([
        { "id": "small", "score": "fit", "points": 5, "reason": "Small", "when": { "!": { ">": [{ "var": "size" }, 10] } } },
        { "id": "asked", "score": "fit", "points": 7, "reason": "Any size", "when": { "or": [{ ">": [{ "var": "size" }, 10] }, true] } },
        { "id": "never", "score": "fit", "points": 9, "reason": "Never", "when": { "and": [{ ">": [{ "var": "size" }, 10] }, false] } },
        { "id": "missing", "score": "fit", "points": 11, "reason": "Not said", "when": { "missing": ["size"] } }
    ]);
    let flow = load(&flow);
    let visitor = Visitor::new(&flow);
    let card = visitor.card();
    // Open: the first. Settled whatever the answer: the second and the third. The last holds now, and will
    // not once the size is known.
    assert_eq!((card.open, card.total), (vec![0, 3], 18));
}

#[test]
fn signals_count_once_a_rule_and_only_where_they_match() {
    let flow = crate::support::demo();
    let mut visitor = Visitor::new(&flow);
    visitor.views("/pricing").views("/pricing/").views("/").views("/blog/pricing");
    assert_eq!(visitor.card().total, 25);
    assert_eq!((visitor.state.seen[0].count, visitor.state.seen[0].pages.len()), (2, 2));
    visitor.views("/careers/engineer").downloads("/a.zip");
    assert_eq!(visitor.card().total, 10);
}

#[test]
fn globs_match_whole_paths() {
    use prequal::score::glob;
    for (pattern, path) in
        [("/a*", "/a"), ("/a*", "/abc"), ("*.pdf", "/x/y.pdf"), ("*", ""), ("/a*b*c", "/axxbxxbc"), ("/é*", "/éa")]
    {
        assert!(glob(pattern, path), "{pattern} {path}");
    }
    for (pattern, path) in [("/a", "/a/"), ("/a*", "/b/a"), ("*.pdf", "/x.pdf.zip"), ("", "/"), ("/a*b", "/abc")] {
        assert!(!glob(pattern, path), "{pattern} {path}");
    }
}
