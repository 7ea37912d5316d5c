//! Small flows of every kind, for properties that hold of all.

use crate::support::NOON;
use prequal::flow::Checked;
use prequal::json::Json;
use prequal::score::{Evidence, Seen, unseen};
use proptest::prelude::*;
use serde_json::{Value, json};

const DAY: i64 = 86_400_000;

fn points() -> impl Strategy<Value = i32> {
    prop_oneof![4 => -30..40i32, 1 => any::<i32>()]
}

/// A condition over the fields `industry`, `size`, `needs` and the signal `seen`.
fn condition() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        prop::sample::select(vec!["logistics", "retail", "other"])
            .prop_map(|id| json!({ "==": [{ "var": "industry" }, id] })),
        (0..60i32).prop_map(|n| json!({ ">=": [{ "var": "size" }, n] })),
        (0..60i32).prop_map(|n| json!({ "<": [n, { "var": "size" }, n + 20] })),
        prop::sample::select(vec!["cost", "speed", "people"]).prop_map(|id| json!({ "in": [id, { "var": "needs" }] })),
        (0..4u32).prop_map(|n| json!({ ">=": [{ "var": "signal.prices" }, n] })),
        Just(json!({ "missing": ["size"] })),
        (0..60i32).prop_map(|n| json!({ ">=": [{ "var": ["size", 30] }, n] })),
        (0..120i32).prop_map(|n| json!({ "<": [{ "var": "twice" }, n] })),
        prop::sample::select(vec!["ads", "news"]).prop_map(|id| json!({ "==": [{ "var": "touch.first.source" }, id] })),
    ];
    leaf.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..3).prop_map(|all| json!({ "and": all })),
            prop::collection::vec(inner.clone(), 1..3).prop_map(|all| json!({ "or": all })),
            inner.clone().prop_map(|one| json!({ "!": [one] })),
            (inner.clone(), inner.clone(), inner).prop_map(|(a, b, c)| json!({ "if": [a, b, c] })),
        ]
    })
}

fn rule(id: usize) -> impl Strategy<Value = Value> {
    let score = prop::sample::select(vec!["fit", "interest"]);
    let cause = prop_oneof![
        condition().prop_map(|when| json!({ "when": when })),
        (
            prop::sample::select(vec!["prices", "papers"]),
            prop::option::of(prop::sample::select(vec!["all", "distinct", "first"])),
            1..3u32,
            1..4u32,
            prop::option::of(prop::sample::select(vec!["7d", "2d", "36h"])),
            prop::option::of((
                prop::sample::select(vec!["expiry", "linear"]),
                prop::sample::select(vec!["5d", "90m", "10d"])
            )),
        )
            .prop_map(|(signal, count, every, most, window, decay)| json!({
                "signal": signal, "count": count, "every": every, "most": most, "window": window,
                "decay": decay.map(|(kind, over)| json!({ "kind": kind, "over": over }))
            })),
    ];
    (score, points(), cause, any::<bool>()).prop_map(move |(score, points, mut rule, grouped)| {
        rule["id"] = json!(format!("r{id}"));
        rule["score"] = json!(score);
        rule["points"] = json!(points);
        rule["reason"] = json!("Because");
        if grouped {
            rule["group"] = json!(format!("{score}_group"));
        }
        rule
    })
}

prop_compose! {
    /// A flow with everything that can give or take points.
    pub fn flow()(
        option_points in prop::array::uniform3(points()),
        need_points in prop::array::uniform3(points()),
        band_points in prop::array::uniform3(points()),
        rules in (0..5usize).prop_flat_map(|n| (0..n).map(rule).collect::<Vec<_>>()),
        caps in prop::array::uniform2(0..90i32),
        floors in prop::array::uniform2(-40..=0i32),
        group_caps in prop::array::uniform2(0..50i32),
        group_floor in prop::option::of(-20..=0i32),
        thresholds in prop::array::uniform2(1..80i32),
        grades in prop::collection::vec(prop::sample::select(vec!["A1", "A2", "B1", "B2"]), 0..3),
        when in prop::option::of(condition()),
        disqualifier in prop::option::of(condition()),
        must_have in prop::option::of(condition()),
        trait_when in condition(),
        optional in any::<bool>(),
        flags in any::<bool>(),
    ) -> Value {
        let gate = |id: &str, when: Option<Value>| when.map(|when| json!({ "id": id, "reason": "Because", "when": when }));
        json!({
            "prequal": 1, "id": "any", "version": 1, "title": "Any", "locale": "en",
            "fields": [
                { "id": "industry", "kind": "single_choice", "label": "Industry", "score": "fit", "optional": optional, "options": [
                    { "id": "logistics", "label": "Logistics", "points": option_points[0] },
                    { "id": "retail", "label": "Retail", "points": option_points[1] },
                    { "id": "other", "label": "Other", "points": option_points[2] }
                ]},
                { "id": "size", "kind": "number", "label": "Size", "min": 0, "max": 100, "score": "fit", "group": "fit_group", "bands": [
                    { "below": 10, "points": band_points[0], "reason": "Small" },
                    { "from": 10, "below": 50.5, "points": band_points[1], "reason": "Middling" },
                    { "from": 50.5, "points": band_points[2], "reason": "Large" }
                ]},
                { "id": "needs", "kind": "multiple_choice", "label": "Needs", "score": "interest", "options": [
                    { "id": "cost", "label": "Cost", "points": need_points[0] },
                    { "id": "speed", "label": "Speed", "points": need_points[1] },
                    { "id": "people", "label": "People", "points": need_points[2] }
                ]}
            ],
            "variables": [{ "id": "twice", "label": "Twice the size", "value": { "*": [{ "var": "size" }, 2] } }],
            "signals": [
                { "id": "prices", "kind": "page_view", "label": "Prices", "path": "/prices*", "product": true },
                { "id": "papers", "kind": "download", "label": "Papers", "path": "*.pdf" }
            ],
            "scoring": {
                "scores": [
                    { "id": "fit", "label": "Fit", "cap": caps[0], "floor": floors[0] },
                    { "id": "interest", "label": "Interest", "cap": caps[1], "floor": floors[1] }
                ],
                "groups": [
                    { "id": "fit_group", "score": "fit", "cap": group_caps[0], "floor": group_floor },
                    { "id": "interest_group", "score": "interest", "cap": group_caps[1] }
                ],
                "rules": rules,
                "red_flags": if flags { json!([
                    { "id": "odd", "kind": "contradiction", "score": "fit", "points": -7, "reason": "Odd",
                      "when": { "and": [{ "==": [{ "var": "industry" }, "retail"] }, { "<": [{ "var": "size" }, 10] }] } },
                    { "id": "quick", "kind": "hasty", "score": "interest", "points": -9, "reason": "Quick" }
                ]) } else { json!([]) },
                "disqualifiers": Vec::from_iter(gate("no", disqualifier)),
                "must_haves": Vec::from_iter(gate("yes", must_have)),
                "grid": {
                    "rows": { "score": "fit", "bands": [{ "name": "A", "from": 20 }, { "name": "B", "from": -40 }] },
                    "columns": { "score": "interest", "bands": [{ "name": "1", "from": 15 }, { "name": "2", "from": -40 }] }
                }
            },
            "stages": [
                { "id": "unqualified" },
                { "id": "warm", "from": thresholds[0].min(thresholds[1]) },
                { "id": "hot", "from": thresholds[0].max(thresholds[1]) + 1, "grades": grades, "when": when },
                { "id": "pql" },
                { "id": "cql" }
            ],
            "frameworks": [{ "id": "bant", "criteria": [
                { "id": "need", "field": "needs" },
                { "id": "authority", "field": "size", "when": { ">": [{ "var": "size" }, 30] } }
            ]}],
            "icp": { "traits": [{ "id": "one", "label": "One", "weight": 2, "when": trait_when }] },
            "conversation": { "start": "first", "steps": [
                { "id": "first", "ask": "industry", "branches": [{ "when": { "==": [{ "var": "industry" }, "other"] }, "to": "third" }] },
                { "id": "second", "ask": "size" },
                { "id": "third", "ask": "needs" },
                { "id": "end", "end": "bye" }
            ]},
            "delivery": { "minimum_stage": "pql" },
            "outcomes": [{ "id": "bye", "kind": "ask_later", "title": "Bye", "text": "See you." }]
        })
    }
}

/// What is known of one lead: answers that may be open, what was seen, and where it came from.
#[derive(Clone, Debug)]
pub struct Sample {
    pub answers: Vec<Option<Json>>,
    /// By signal: page and time of each occurrence.
    pub seen: Vec<Vec<(u8, i64)>>,
    pub source: Option<&'static str>,
}

pub fn industry() -> impl Strategy<Value = Json> {
    prop::sample::select(vec!["logistics", "retail", "other"]).prop_map(|id| Json::Text(id.into()))
}

pub fn size() -> impl Strategy<Value = Json> {
    prop::sample::select(vec![0.0, 1.0, 9.0, 10.0, 11.0, 29.0, 30.0, 31.0, 50.0, 50.5, 51.0, 60.0, 79.0, 99.0, 100.0])
        .prop_map(Json::Number)
}

pub fn needs() -> impl Strategy<Value = Json> {
    prop::sample::subsequence(vec!["cost", "speed", "people"], 1..=3)
        .prop_map(|ids| Json::List(ids.into_iter().map(|id| Json::Text(id.into())).collect()))
}

prop_compose! {
    pub fn sample()(
        answers in (prop::option::of(industry()), prop::option::of(size()), prop::option::of(needs())),
        mut seen in prop::array::uniform2(prop::collection::vec((0..3u8, 0..12 * DAY), 0..6)),
        source in prop::option::of(prop::sample::select(vec!["ads", "news", "else"])),
    ) -> Sample {
        // Occurrences come in the order of time.
        seen.iter_mut().for_each(|all| all.sort_by_key(|(_, ago)| std::cmp::Reverse(*ago)));
        let seen = seen.into_iter().map(|all| all.into_iter().map(|(page, ago)| (page, NOON - ago)).collect());
        Sample { answers: vec![answers.0, answers.1, answers.2], seen: seen.collect(), source }
    }
}

impl Sample {
    /// With the answers that the conversation of [`flow`] leaves: what is required is answered, and who
    /// is of another industry is not asked for the size.
    pub fn of_conversation(mut self, flow: &Checked) -> Sample {
        let [industry, size, needs] = &mut self.answers[..] else { panic!("three answers") };
        if !flow.flow().fields[0].optional {
            industry.get_or_insert_with(|| Json::Text("logistics".into()));
        }
        if *industry == Some(Json::Text("other".into())) {
            *size = None;
        } else {
            size.get_or_insert(Json::Number(30.0));
        }
        needs.get_or_insert_with(|| Json::List(vec![Json::Text("cost".into())]));
        self
    }

    pub fn seen(&self, flow: &Checked) -> Vec<Seen> {
        let mut all = unseen(flow);
        for (seen, times) in all.iter_mut().zip(&self.seen) {
            times.iter().for_each(|(page, at)| seen.notice(&format!("/{page}"), *at));
        }
        all
    }

    pub fn attribution(&self) -> Option<prequal::lead::Attribution> {
        let utm = |source: &str| vec![prequal::lead::Utm { key: "source".into(), value: source.into() }];
        let first = |source| prequal::lead::Touch { landing_path: "/".into(), referrer_host: None, utm: utm(source) };
        self.source.map(|source| prequal::lead::Attribution { first: first(source), ..Default::default() })
    }
}

/// The evidence of a sample; what it borrows must live as long.
pub fn evidence<'a>(
    flow: &'a Checked,
    answers: &'a [Option<Json>],
    seen: &'a [Seen],
    attribution: Option<&'a prequal::lead::Attribution>,
) -> Evidence<'a> {
    Evidence { answers: answers.iter().map(Option::as_ref).collect(), attribution, ..Evidence::none(flow, seen, NOON) }
}
