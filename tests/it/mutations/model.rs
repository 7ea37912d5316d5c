//! Breaks of the model beyond rules: bands, groups, counting, stages, grades, checklists, segments, routes.

use super::Change::{Add, Put, Remove};
use super::{Break, is};
use serde_json::{Value, json};

fn bands(list: Value) -> Vec<super::Change> {
    vec![Put("/fields/1/score", json!("fit")), Put("/fields/1/bands", list)]
}

fn band(from: i64, below: i64, points: i64) -> Value {
    json!({ "from": from, "below": below, "points": points, "reason": "So many" })
}

fn flag(kind: &str) -> Value {
    json!({ "id": "tried", "kind": kind, "score": "fit", "points": -5, "reason": "Tried" })
}

fn criteria(ids: &[&str]) -> Value {
    ids.iter().map(|id| json!({ "id": id, "field": "wish" })).collect()
}

fn grid(rows: &[i64], columns: &[i64]) -> Value {
    let axis = |score: &str, names: [&str; 3], from: &[i64]| {
        let bands = from.iter().zip(names).map(|(from, name)| json!({ "name": name, "from": from }));
        json!({ "score": score, "bands": bands.collect::<Value>() })
    };
    json!({ "rows": axis("fit", ["A", "B", "C"], rows), "columns": axis("interest", ["1", "2", "3"], columns) })
}

pub fn breaks() -> Vec<Break> {
    let var = |name: &str| json!({ "var": name });
    let skip_staff = || {
        let rival = json!({ "when": is("trade", json!("software")), "to": "end_rival" });
        let bakers = json!({ "when": is("trade", json!("bakery")), "to": "ask_channels" });
        Put("/conversation/steps/1/branches", json!([rival, bakers]))
    };
    let segment = |id: &str, staff: i64| json!({ "id": id, "label": id, "when": { ">=": [var("staff"), staff] } });
    let route = |id: &str, when: Value| json!({ "id": id, "owners": ["ada"], "when": when });
    let must_have = |when: Value| json!([{ "id": "tried", "reason": "Tried", "when": when }]);
    vec![
        // Conditions wherever they stand.
        (
            "a number in quotes, for a segment",
            vec![Put("/segments/0/when", json!({ ">=": [var("staff"), "50"] }))],
            "PQ501",
        ),
        (
            "a label for an id, for a must-have",
            vec![Put("/scoring/must_haves", must_have(json!({ "!=": [var("trade"), "Bakery"] })))],
            "PQ502",
        ),
        (
            "a grade that the grid does not have",
            vec![
                Put("/scoring/grid", grid(&[30, 0], &[10, 0])),
                Put(
                    "/stages/2",
                    json!({ "id": "hot", "label": "Hot", "when": { "in": [var("grade"), ["A1", "A3"]] } }),
                ),
            ],
            "PQ502",
        ),
        (
            "a segment that is none, for a route",
            vec![Add("/routing/routes", route("x", is("segment", json!("small"))))],
            "PQ502",
        ),
        (
            "a profile of more than all",
            vec![
                Put(
                    "/icp",
                    json!({ "traits": [{ "id": "ten", "label": "Ten", "weight": 1, "when": { ">=": [var("staff"), 10] } }] }),
                ),
                Put("/stages/2", json!({ "id": "hot", "label": "Hot", "when": { ">": [var("icp"), 100] } })),
            ],
            "PQ503+PQ513",
        ),
        (
            "a trait that everybody has",
            vec![Put(
                "/icp",
                json!({ "traits": [{ "id": "one", "label": "One", "weight": 1, "when": { ">=": [var("staff"), 1] } }] }),
            )],
            "PQ504",
        ),
        (
            "a contradiction that cannot be",
            vec![Put(
                "/scoring/red_flags",
                json!([
                    { "id": "x", "kind": "contradiction", "score": "fit", "points": -5, "reason": "x", "when": { "and": [is("trade", json!("joinery")), is("trade", json!("bakery"))] } }
                ]),
            )],
            "PQ506",
        ),
        (
            "a misspelt name in missing",
            vec![Put("/scoring/rules/0/when", json!({ "!": { "missing": ["staf"] } }))],
            "PQ518",
        ),
        (
            "a signal in missing_some",
            vec![Put(
                "/scoring/rules/0/when",
                json!({ "!": { "missing_some": [1, ["staff", "signal.prices_viewed"]] } }),
            )],
            "PQ518",
        ),
        // Bands, groups, counting.
        ("bands that forget ten", bands(json!([band(1, 10, 1), band(11, 500, 2)])), "PQ519"),
        ("bands that forget a third", bands(json!([band(1, 10, 1), band(300, 500, 2), band(10, 200, 1)])), "PQ519"),
        ("a band above the maximum", bands(json!([band(1, 501, 1), band(501, 900, 2)])), "PQ520"),
        ("a band below the minimum", bands(json!([band(-5, 1, 1), band(1, 501, 2)])), "PQ520"),
        ("a band above the cap", bands(json!([band(10, 501, 41)])), "PQ510"),
        ("bands of nought", bands(json!([band(1, 501, 0)])), "PQ509"),
        ("a group of nobody", vec![Put("/scoring/groups", json!([{ "id": "x", "score": "fit", "cap": 5 }]))], "PQ521"),
        (
            "a group that never comes to its cap",
            vec![
                Put("/scoring/groups", json!([{ "id": "x", "score": "fit", "cap": 16 }])),
                Put("/scoring/rules/0/group", json!("x")),
                Put("/scoring/rules/1/group", json!("x")),
            ],
            "PQ511",
        ),
        (
            "one rule above the cap of its group",
            vec![
                Put("/scoring/groups", json!([{ "id": "x", "score": "fit", "cap": 9 }])),
                Put("/scoring/rules/0/group", json!("x")),
            ],
            "PQ510",
        ),
        (
            "the same rule twice in a group",
            vec![
                Put("/scoring/groups", json!([{ "id": "x", "score": "fit", "cap": 15 }])),
                Put("/scoring/rules/0/group", json!("x")),
                Add(
                    "/scoring/rules",
                    json!({ "id": "tried", "score": "fit", "group": "x", "points": 5, "reason": "x", "when": { ">=": [var("staff"), 10] } }),
                ),
            ],
            "PQ507",
        ),
        (
            "a window beyond the decay",
            vec![
                Put("/scoring/rules/3/window", json!("31d")),
                Put("/scoring/rules/3/decay", json!({ "kind": "linear", "over": "30d" })),
            ],
            "PQ522",
        ),
        (
            "an expiry beyond the window",
            vec![
                Put("/scoring/rules/3/window", json!("24h")),
                Put("/scoring/rules/3/decay", json!({ "kind": "expiry", "over": "2d" })),
            ],
            "PQ522",
        ),
        (
            "several times the first",
            vec![
                Put("/scoring/rules/3/most", json!(2)),
                Put("/scoring/rules/3/count", json!("first")),
                Put("/scoring/rules/3/points", json!(10)),
            ],
            "PQ522",
        ),
        (
            "each second time of one",
            vec![Put("/scoring/rules/3/every", json!(2)), Put("/scoring/rules/3/count", json!("first"))],
            "PQ523",
        ),
        (
            "two pages of one",
            vec![
                Put("/signals/0/path", json!("/prices")),
                Put("/scoring/rules/3/every", json!(2)),
                Put("/scoring/rules/3/count", json!("distinct")),
            ],
            "PQ523",
        ),
        // Where leads stand.
        (
            "a stage that asks for too much at once",
            vec![Put("/stages/2/when", is("trade", json!("software")))],
            "PQ513",
        ),
        (
            "a stage that is always overtaken",
            vec![Put("/stages/2", json!({ "id": "hot", "label": "Hot", "when": { ">=": [var("score.total"), 30] } }))],
            "PQ513",
        ),
        (
            "a grade of a stage below its total",
            vec![Put("/scoring/grid", grid(&[30, 0], &[10, 0])), Put("/stages/2/grades", json!(["B2"]))],
            "PQ513",
        ),
        ("a band above the cap of its score", vec![Put("/scoring/grid", grid(&[41, 30, 0], &[10, 0]))], "PQ524"),
        ("a band between two totals", vec![Put("/scoring/grid", grid(&[30, 0], &[20, 11, 0]))], "PQ524"),
        ("a remainder for a bar", vec![Put("/stages/2/when", is_remainder())], "PQ526"),
        (
            "a must-have that disqualifies",
            vec![Put("/scoring/must_haves", must_have(is("trade", json!("software"))))],
            "PQ527",
        ),
        (
            "two must-haves of which one excludes the other",
            vec![Put(
                "/scoring/must_haves",
                json!([
                    { "id": "small", "reason": "x", "when": { "<": [var("staff"), 10] } }, { "id": "large", "reason": "x", "when": { ">": [var("staff"), 90] } }
                ]),
            )],
            "PQ527",
        ),
        (
            "a bar that one way misses",
            vec![
                Put("/stages/2/from", json!(60)),
                Put(
                    "/conversation/steps/1/branches",
                    json!([
                        { "when": is("trade", json!("software")), "to": "end_rival" }, { "when": is("trade", json!("joinery")), "to": "ask_name" }
                    ]),
                ),
            ],
            "PQ525",
        ),
        (
            "a must-have that bakers are not asked",
            vec![Put("/scoring/must_haves", must_have(json!({ ">=": [var("staff"), 2] }))), skip_staff()],
            "PQ613",
        ),
        (
            "a rule on two ways at once",
            vec![
                Put(
                    "/conversation/steps/1/branches",
                    json!([
                        { "when": is("trade", json!("software")), "to": "end_rival" }, { "when": is("trade", json!("bakery")), "to": "ask_budget" }
                    ]),
                ),
                Put("/conversation/steps/3/next", json!("ask_wish")),
                Put(
                    "/scoring/rules/2/when",
                    json!({ "and": [{ ">=": [var("budget"), 5000] }, { ">=": [var("staff"), 2] }] }),
                ),
            ],
            "PQ612",
        ),
        (
            "a must-have that nobody is asked",
            vec![
                Put("/scoring/must_haves", must_have(json!({ ">=": [var("years"), 3] }))),
                Add("/fields", json!({ "id": "years", "kind": "number", "label": "Years in trade" })),
            ],
            "PQ605+PQ527",
        ),
        (
            "free mail that nobody is asked for",
            vec![
                Add("/fields", json!({ "id": "mail", "kind": "email", "label": "Other mail", "personal": true })),
                Put(
                    "/scoring/red_flags",
                    json!([{ "id": "x", "kind": "free_mail", "field": "mail", "score": "fit", "points": -5, "reason": "x" }]),
                ),
            ],
            "PQ605",
        ),
        // Checklists, profile, red flags.
        (
            "BANT without the need",
            vec![Put(
                "/frameworks",
                json!([{ "id": "bant", "criteria": criteria(&["budget", "authority", "timeline"]) }]),
            )],
            "PQ801",
        ),
        (
            "MEDDIC with one letter missing",
            vec![Put(
                "/frameworks",
                json!([{ "id": "meddic", "criteria": criteria(&["metrics", "economic_buyer", "decision_criteria", "decision_process", "identify_pain", "champio"]) }]),
            )],
            "PQ802",
        ),
        (
            "CHAMP and one more",
            vec![Put(
                "/frameworks",
                json!([{ "id": "champ", "criteria": criteria(&["challenges", "authority", "money", "prioritization", "luck"]) }]),
            )],
            "PQ802",
        ),
        (
            "a trait for nothing",
            vec![Put(
                "/icp",
                json!({ "traits": [
            { "id": "a", "label": "A", "weight": 1, "when": { ">=": [var("staff"), 5] } }, { "id": "b", "label": "B", "weight": 0, "when": is("trade", json!("bakery")) }
        ] }),
            )],
            "PQ803",
        ),
        (
            "haste in two answers",
            vec![
                Put("/scoring/red_flags", json!([flag("hasty")])),
                Put("/conversation/steps/1", json!({ "id": "ask_trade", "ask": "email", "next": "ask_name" })),
                Put(
                    "/conversation/steps",
                    json!([{ "id": "welcome", "ask": "email" }, { "id": "agree", "consent": true }, { "id": "bye", "end": "later" }]),
                ),
                Put("/outcomes", json!([{ "id": "later", "kind": "ask_later", "title": "Thank you", "text": "Bye." }])),
                Remove("/segments"),
                Remove("/routing"),
                Remove("/scoring/disqualifiers"),
                Put("/fields", json!([{ "id": "email", "kind": "email", "label": "Email", "personal": true }])),
                Put("/scoring/scores", json!([{ "id": "fit", "label": "Fit", "cap": 60 }])),
                Put(
                    "/scoring/rules",
                    json!([
                        { "id": "prices", "score": "fit", "points": 40, "reason": "x", "signal": "prices_viewed" }, { "id": "brochure", "score": "fit", "points": 20, "reason": "x", "signal": "brochure_taken" }
                    ]),
                ),
            ],
            "PQ807",
        ),
        // Whom leads go to.
        ("a narrow segment behind a wide one", vec![Add("/segments", segment("larger", 60))], "PQ804"),
        ("a segment that nothing uses", vec![Add("/segments", segment("some", 20))], "PQ806"),
        (
            "a route behind one for all",
            vec![Put(
                "/routing/routes",
                json!([{ "id": "all", "owners": ["ada"] }, { "id": "large", "segment": "large", "owners": ["ada"] }]),
            )],
            "PQ805",
        ),
        (
            "a route behind another of its segment",
            vec![Add("/routing/routes", json!({ "id": "x", "segment": "large", "owners": ["ada"] }))],
            "PQ805",
        ),
        ("an address for an owner", vec![Put("/routing/routes/0/owners/0", json!("mira@workshop.example"))], "PQ711"),
        (
            "points by age, for a segment",
            vec![
                Add("/fields", json!({ "id": "age", "kind": "number", "label": "Your age" })),
                Put("/conversation/steps/5/ask", json!("age")),
                Put("/segments/0/when", json!({ ">=": [var("age"), 50] })),
                Remove("/fields/6"),
            ],
            "PQ701",
        ),
        ("not looked over for long", vec![Put("/reviewed", json!("2026-08-01"))], "PQ808"),
        ("looked over tomorrow", vec![Put("/reviewed", json!("2026-11-23"))], "PQ809"),
    ]
}

fn is_remainder() -> Value {
    json!({ "==": [{ "%": [{ "var": "staff" }, 97] }, 96] })
}
