//! Breaks after which the flow does not load.

use super::Break;
use super::Change::{Add, Put, Remove};
use serde_json::{Value, json};

/// A red flag of this kind.
fn flag(kind: Value) -> Value {
    let mut flag = json!({ "id": "tried", "score": "fit", "points": -5, "reason": "Tried" });
    flag.as_object_mut().zip(kind.as_object()).map(|(flag, kind)| flag.extend(kind.clone())).expect("objects");
    flag
}

/// A grid of two rows and two columns that begin at these points.
fn grid(rows: [i32; 2], columns: [i32; 2]) -> Value {
    json!({
        "rows": { "score": "fit", "bands": [{ "name": "A", "from": rows[0] }, { "name": "B", "from": rows[1] }] },
        "columns": { "score": "interest", "bands": [{ "name": "1", "from": columns[0] }, { "name": "2", "from": columns[1] }] }
    })
}

pub fn breaks() -> Vec<Break> {
    let var = |name: &str| json!({ "var": name });
    vec![
        // The file.
        ("a text for points", vec![Put("/scoring/rules/0/points", json!("10"))], "PQ102"),
        ("half a point", vec![Put("/scoring/rules/0/points", json!(0.5))], "PQ102"),
        ("an unknown kind of field", vec![Put("/fields/1/kind", json!("hologram"))], "PQ102"),
        ("one step instead of a list", vec![Put("/conversation/steps", json!({}))], "PQ102"),
        ("no title", vec![Remove("/title")], "PQ103"),
        ("a rule without a reason", vec![Remove("/scoring/rules/0/reason")], "PQ103"),
        ("points without a score", vec![Remove("/fields/0/score")], "PQ103"),
        ("a misspelt key", vec![Put("/scoring/disqualifier", json!([]))], "PQ104"),
        ("a key of another place", vec![Put("/stages/0/cap", json!(3))], "PQ104"),
        ("two steps of one name", vec![Put("/conversation/steps/3/id", json!("ask_staff"))], "PQ105"),
        ("two purposes of one name", vec![Put("/consent/purposes/1/id", json!("contact"))], "PQ105"),
        ("an id with a dot", vec![Put("/scoring/rules/0/id", json!("a.b"))], "PQ106"),
        ("a minimum above the maximum", vec![Put("/fields/1/min", json!(501))], "PQ106"),
        (
            "a link that runs a script",
            vec![Put("/outcomes/1/action", json!({ "label": "x", "url": "javascript:x" }))],
            "PQ106",
        ),
        ("a floor that gives points", vec![Put("/scoring/scores/0/floor", json!(5))], "PQ106"),
        ("every lead is delivered", vec![Put("/delivery/minimum_stage", json!("cold"))], "PQ106"),
        ("a format of the future", vec![Put("/prequal", json!(2))], "PQ107"),
        ("a choice without options", vec![Put("/fields/2/options", json!([]))], "PQ108"),
        ("nobody is responsible", vec![Put("/consent/controller", json!("  "))], "PQ108"),
        ("nothing is kept", vec![Put("/consent/retention_days", json!(0))], "PQ108"),
        // Names and steps.
        ("a rule for a score that is gone", vec![Put("/scoring/rules/0/score", json!("fitness"))], "PQ201"),
        ("a branch to nowhere", vec![Put("/conversation/steps/1/branches/0/to", json!("end_rivals"))], "PQ201"),
        (
            "a refusal in the author's own words",
            vec![Put("/assistant", json!({ "name": "W", "words": { "consent_refuse": "Miss out" } }))],
            "PQ222",
        ),
        (
            "a word that does not say what is changed",
            vec![Put("/assistant", json!({ "name": "W", "words": { "change_of": "Change it" } }))],
            "PQ222",
        ),
        ("a word without words", vec![Put("/assistant", json!({ "name": "W", "words": { "send": " " } }))], "PQ108"),
        ("a page that is scrolled, nobody knows how far", vec![Put("/signals/0/kind", json!("scroll"))], "PQ221"),
        ("a download in percent", vec![Put("/signals/1/least", json!(50))], "PQ221"),
        ("a page view of nothing", vec![Remove("/signals/0/path")], "PQ103"),
        ("a memory that a lead needs", vec![Put("/memory", json!({ "purpose": "contact", "days": 90 }))], "PQ307"),
        ("a memory without a purpose", vec![Put("/memory", json!({ "purpose": "marketing", "days": 90 }))], "PQ201"),
        ("a memory for ever", vec![Put("/memory", json!({ "purpose": "news", "days": 3650 }))], "PQ106"),
        ("a renamed signal", vec![Put("/signals/0/id", json!("pricing_viewed"))], "PQ201"),
        (
            "points that depend on points",
            vec![Put("/scoring/rules/0/when", json!({ ">": [var("score.fit"), 3] }))],
            "PQ201",
        ),
        ("assignment for equality", vec![Put("/scoring/rules/0/when", json!({ "=": [var("staff"), 3] }))], "PQ202"),
        (
            "an operator that is none",
            vec![Put("/scoring/rules/0/when", json!({ "contains": [var("channels"), "web"] }))],
            "PQ202",
        ),
        ("a rule with two causes", vec![Put("/scoring/rules/0/signal", json!("prices_viewed"))], "PQ203"),
        ("a rule with none", vec![Remove("/scoring/rules/0/when")], "PQ203"),
        ("a unit on a text", vec![Put("/fields/4/unit", json!("people"))], "PQ204"),
        ("options on a number", vec![Put("/fields/1/options", json!([{ "id": "a", "label": "A" }]))], "PQ204"),
        ("a step that asks and ends", vec![Put("/conversation/steps/2/end", json!("later"))], "PQ205"),
        ("a step that does nothing", vec![Remove("/conversation/steps/0/say")], "PQ205"),
        (
            "a question after consent",
            vec![
                Put("/conversation/steps/8/next", json!("ask_more")),
                Add("/fields", json!({ "id": "more", "kind": "long_text", "label": "More" })),
                Add("/conversation/steps", json!({ "id": "ask_more", "ask": "more", "next": "end_call" })),
            ],
            "PQ205",
        ),
        ("a way back", vec![Put("/conversation/steps/5/next", json!("ask_trade"))], "PQ206"),
        ("a step that leads to itself", vec![Put("/conversation/steps/2/next", json!("ask_staff"))], "PQ206"),
        (
            "the end is gone",
            vec![Put("/conversation/steps/11", json!({ "id": "end_rival", "say": ["Bye."] }))],
            "PQ207",
        ),
        ("stages that fall", vec![Put("/stages/1/from", json!(55))], "PQ208"),
        ("a first stage that starts high", vec![Put("/stages/0/from", json!(5))], "PQ208"),
        (
            "a bar above all caps",
            vec![Put("/stages/2/from", json!(61)), Put("/delivery/minimum_stage", json!("hot"))],
            "PQ208",
        ),
        ("a mention of nothing", vec![Put("/outcomes/0/text", json!("Bye, {nmae}"))], "PQ209"),
        ("a brace left open", vec![Put("/outcomes/0/text", json!("Bye, {name"))], "PQ209"),
        // The model.
        (
            "bands that overlap",
            vec![
                Put("/fields/1/score", json!("fit")),
                Put(
                    "/fields/1/bands",
                    json!([
                        { "from": 1, "below": 50, "points": 1, "reason": "Small" }, { "from": 49, "points": 2, "reason": "Large" }
                    ]),
                ),
            ],
            "PQ210",
        ),
        (
            "a band that ends where it begins",
            vec![
                Put("/fields/1/score", json!("fit")),
                Put(
                    "/fields/1/bands",
                    json!([
                        { "from": 5, "below": 5, "points": 1, "reason": "Five" }
                    ]),
                ),
            ],
            "PQ210",
        ),
        ("a window on a condition", vec![Put("/scoring/rules/0/window", json!("14d"))], "PQ211"),
        ("a rule that can earn nothing", vec![Put("/scoring/rules/3/most", json!(0))], "PQ211"),
        ("more occurrences than are kept", vec![Put("/scoring/rules/3/every", json!(65))], "PQ211"),
        (
            "a group of two scores",
            vec![
                Put("/scoring/groups", json!([{ "id": "visits", "score": "fit", "cap": 10 }])),
                Put("/scoring/rules/3/group", json!("visits")),
            ],
            "PQ212",
        ),
        ("a grid upside down", vec![Put("/scoring/grid", grid([0, 20], [15, 0]))], "PQ213"),
        ("a grid that hangs in the air", vec![Put("/scoring/grid", grid([20, 5], [15, 0]))], "PQ213"),
        ("a stage that asks for nothing", vec![Remove("/stages/1/from")], "PQ214"),
        ("the usual name, and nothing of the product", vec![Add("/stages", json!({ "id": "pql" }))], "PQ214"),
        (
            "free mail of a name",
            vec![Put("/scoring/red_flags", json!([flag(json!({ "kind": "free_mail", "field": "name" }))]))],
            "PQ215",
        ),
        (
            "a contradiction of nothing",
            vec![Put("/scoring/red_flags", json!([flag(json!({ "kind": "contradiction" }))]))],
            "PQ215",
        ),
        (
            "a criterion that nothing shows",
            vec![Put("/frameworks", json!([{ "id": "ours", "criteria": [{ "id": "money" }] }]))],
            "PQ216",
        ),
        (
            "a picked step that leads on",
            vec![Put("/conversation/steps/0/pick", json!(["ask_trade", "ask_staff"]))],
            "PQ217",
        ),
        (
            "a picked step with a way of its own",
            vec![
                Put("/conversation/steps/0/pick", json!(["ask_staff"])),
                Put("/conversation/steps/1/next", json!("ask_staff")),
            ],
            "PQ217",
        ),
        ("a day in words", vec![Put("/reviewed", json!("last spring"))], "PQ218"),
        // Words of the visitor's own, and patterns.
        ("words for a number", vec![Put("/fields/0/options/2/asks", json!("staff"))], "PQ219"),
        ("words that a step asks too", vec![Put("/fields/0/options/2/asks", json!("name"))], "PQ219"),
        ("a pattern that looks ahead", vec![Put("/fields/4/pattern", json!("(?=a)a"))], "PQ220"),
        ("a pattern for a number", vec![Put("/fields/1/pattern", json!("1+"))], "PQ204"),
        ("rows of a choice", vec![Put("/fields/0/rows", json!([{ "id": "a", "label": "A" }]))], "PQ204"),
        ("a matrix without rows", vec![Put("/fields/2/kind", json!("matrix"))], "PQ108"),
        (
            "a link on a step that asks",
            vec![Put("/conversation/steps/2/link", json!({ "label": "x", "url": "/a" }))],
            "PQ205",
        ),
        (
            "a link to a script",
            vec![Put("/conversation/steps/0/link", json!({ "label": "x", "url": "javascript:x" }))],
            "PQ106",
        ),
        (
            "parameters of a call",
            vec![Put(
                "/outcomes/0/action",
                json!({ "label": "x", "url": "tel:+491", "prefill": [{ "parameter": "a", "field": "email" }] }),
            )],
            "PQ106",
        ),
        (
            "a parameter for nothing",
            vec![Put(
                "/outcomes/0/action",
                json!({ "label": "x", "url": "https://a.example", "prefill": [{ "parameter": "a", "field": "mail" }] }),
            )],
            "PQ201",
        ),
        ("a day that no month has", vec![Put("/reviewed", json!("2026-02-30"))], "PQ218"),
        ("plain http", vec![Put("/delivery/endpoint", json!("http://leads.example.com/"))], "PQ301"),
        (
            "a password in the address",
            vec![Put("/delivery/endpoint", json!("https://a:b@leads.example.com/"))],
            "PQ301",
        ),
        ("no consent for an email", vec![Remove("/consent"), Remove("/conversation/steps/8/branches")], "PQ302"),
        ("a name before consent", vec![Put("/consent/before_personal", json!(true))], "PQ304"),
        ("nothing is required", vec![Remove("/consent/purposes/0/required")], "PQ302"),
    ]
}
