//! Breaks after which the flow loads, and does not do what it should.

use super::Change::{Add, Put, Remove};
use super::{Break, is};
use serde_json::{Value, json};

fn rule(when: Value) -> Value {
    json!({ "id": "tried", "score": "fit", "points": 5, "reason": "Tried", "when": when })
}

pub fn breaks() -> Vec<Break> {
    let var = |name: &str| json!({ "var": name });
    let branch = |when: Value, to: &str| json!({ "when": when, "to": to });
    let rules = "/scoring/rules";
    vec![
        // Conditions.
        ("a number in quotes", vec![Put("/scoring/rules/0/when", json!({ ">=": [var("staff"), "10"] }))], "PQ501"),
        ("a list that equals an id", vec![Put("/scoring/rules/1/when", is("channels", json!("web")))], "PQ501"),
        ("a signal compared with a word", vec![Add(rules, rule(is("signal.prices_viewed", json!("yes"))))], "PQ501"),
        (
            "a truth in quotes",
            vec![Put("/conversation/steps/8/branches/0/when", is("consent.contact", json!("false")))],
            "PQ501",
        ),
        ("a renamed option", vec![Put("/fields/2/options/2/id", json!("online"))], "PQ502"),
        ("a renamed stage", vec![Put("/stages/0/id", json!("frozen"))], "PQ502"),
        (
            "a label for an id",
            vec![Put("/scoring/disqualifiers/0/when", is("trade", json!("We make planners ourselves")))],
            "PQ502",
        ),
        ("less than the minimum", vec![Add(rules, rule(json!({ "<": [var("staff"), 1] })))], "PQ503"),
        ("a negative count", vec![Add(rules, rule(json!({ "<": [var("signal.prices_viewed"), 0] })))], "PQ503"),
        (
            "above the cap of a score",
            vec![Put(
                "/conversation/steps/5/branches",
                json!([branch(json!({ ">": [var("score.fit"), 40] }), "end_later")]),
            )],
            "PQ503",
        ),
        ("a turned range", vec![Add(rules, rule(json!({ "<=": [50, var("staff"), 10] })))], "PQ503"),
        ("not answered, in the wrong words", vec![Add(rules, rule(json!({ "!": var("email") })))], "PQ503"),
        ("at least the minimum", vec![Put("/scoring/rules/0/when", json!({ ">=": [var("staff"), 1] }))], "PQ504"),
        (
            "one or the other, which is all",
            vec![Add(
                "/scoring/disqualifiers",
                json!({ "id": "x", "reason": "x", "when": { "or": [is("trade", json!("other")), { "!=": [var("trade"), "other"] }] } }),
            )],
            "PQ504+PQ527",
        ),
        ("a forgotten var", vec![Put("/scoring/rules/0/when", json!({ ">=": ["staff", 10] }))], "PQ505"),
        ("a leftover of a trial", vec![Put("/conversation/steps/1/branches/0/when", json!(false))], "PQ505"),
        (
            "two at once",
            vec![Add(rules, rule(json!({ "and": [is("trade", json!("joinery")), is("trade", json!("bakery"))] })))],
            "PQ506",
        ),
        (
            "an empty range",
            vec![Add(rules, rule(json!({ "and": [{ ">": [var("staff"), 90] }, { "<": [var("staff"), 20] }] })))],
            "PQ506",
        ),
        (
            "a stage that is two",
            vec![Put(
                "/conversation/steps/5/branches",
                json!([branch(json!({ "and": [is("stage", json!("hot")), is("stage", json!("warm"))] }), "end_later")]),
            )],
            "PQ506",
        ),
        ("whoever skips is poor", vec![Add(rules, rule(json!({ "<": [var("budget"), 100] })))], "PQ516"),
        // Scoring.
        ("a signal with its host", vec![Put("/signals/0/path", json!("https://workshop.example.com/prices"))], "PQ517"),
        ("a signal with a query", vec![Put("/signals/0/path", json!("/prices?plan=*"))], "PQ517"),
        ("a signal without its slash", vec![Put("/signals/0/path", json!("prices*"))], "PQ517"),
        ("a copied rule", vec![Add(rules, rule(json!({ ">=": [var("staff"), 10] })))], "PQ507"),
        ("the same in other words", vec![Add(rules, rule(json!({ "!": { "<": [var("staff"), 10] } })))], "PQ507"),
        (
            "the same signal, counted",
            vec![Add(
                rules,
                json!({ "id": "tried", "score": "interest", "points": 5, "reason": "x", "when": { ">": [var("signal.prices_viewed"), 0] } }),
            )],
            "PQ507",
        ),
        (
            "give and take",
            vec![Add(
                rules,
                json!({ "id": "tried", "score": "fit", "points": -5, "reason": "x", "when": { ">=": [var("staff"), 10] } }),
            )],
            "PQ508",
        ),
        ("nought points", vec![Put("/scoring/rules/2/points", json!(0))], "PQ509"),
        ("a score for no points", vec![Put("/fields/2/score", json!("fit"))], "PQ509"),
        ("a reason for nothing", vec![Put("/fields/0/options/2/reason", json!("Something else"))], "PQ509"),
        ("an option above the cap", vec![Put("/fields/0/options/0/points", json!(41))], "PQ510"),
        ("a cap out of reach", vec![Put("/scoring/scores/0/cap", json!(60))], "PQ511"),
        (
            "a score that nothing feeds",
            vec![Add("/scoring/scores", json!({ "id": "luck", "label": "Luck", "cap": 10 }))],
            "PQ511",
        ),
        (
            "points for being small and for being large",
            vec![
                Put("/scoring/scores/0/cap", json!(10)),
                Put("/stages/2/from", json!(30)),
                Put("/stages/1/from", json!(20)),
                Put("/fields/0/options/0/points", json!(10)),
                Add(
                    rules,
                    json!({ "id": "small", "score": "fit", "points": 10, "reason": "Small", "when": { "<": [var("staff"), 10] } }),
                ),
            ],
            "PQ512",
        ),
        ("a stage out of reach", vec![Put("/stages/2/from", json!(61))], "PQ513"),
        (
            "the same disqualifier again",
            vec![Add(
                "/scoring/disqualifiers",
                json!({ "id": "x", "reason": "x", "when": is("trade", json!("software")) }),
            )],
            "PQ514",
        ),
        (
            "a disqualifier within another",
            vec![Add(
                "/scoring/disqualifiers",
                json!({ "id": "x", "reason": "x", "when": { "and": [is("trade", json!("software")), { ">": [var("staff"), 9] }] } }),
            )],
            "PQ514",
        ),
        ("points for rivals", vec![Add(rules, rule(is("trade", json!("software"))))], "PQ515"),
        ("an option for rivals", vec![Put("/fields/0/options/3/points", json!(5))], "PQ515"),
        // The conversation.
        ("a step passed over", vec![Put("/conversation/steps/4/next", json!("ask_name"))], "PQ601"),
        ("the branch to an end removed", vec![Remove("/conversation/steps/1/branches")], "PQ601"),
        (
            "the same branch twice",
            vec![Add("/conversation/steps/1/branches", branch(is("trade", json!("software")), "end_later"))],
            "PQ602",
        ),
        (
            "a narrow branch behind a wide one",
            vec![Put(
                "/conversation/steps/4/branches",
                json!([
                    branch(json!({ "<": [var("score.total"), 30] }), "end_later"),
                    branch(json!({ "<": [var("score.total"), 10] }), "end_rival")
                ]),
            )],
            "PQ602",
        ),
        (
            "all options taken, and one more",
            vec![Put(
                "/conversation/steps/4/branches",
                json!([
                    branch(is("stage", json!("cold")), "end_later"),
                    branch(json!({ "in": [var("stage"), ["warm", "hot"]] }), "ask_wish"),
                    branch(is("stage", json!("hot")), "ask_name")
                ]),
            )],
            "PQ602",
        ),
        ("asked at the start already", vec![Put("/conversation/steps/0/ask", json!("staff"))], "PQ603"),
        ("an answer for nothing", vec![Remove("/scoring/rules/1")], "PQ604"),
        (
            "a rule on what is not asked",
            vec![Put("/conversation/steps/3", json!({ "id": "ask_channels", "say": ["Where do you sell?"] }))],
            "PQ605",
        ),
        ("a field left over", vec![Add("/fields", json!({ "id": "x", "kind": "number", "label": "X" }))], "PQ606"),
        ("an outcome left over", vec![Put("/conversation/steps/11/end", json!("later"))], "PQ607"),
        (
            "a branch before its question",
            vec![Put("/conversation/steps/0/branches", json!([branch(is("trade", json!("bakery")), "ask_staff")]))],
            "PQ608",
        ),
        (
            "consent before it is asked",
            vec![Put(
                "/conversation/steps/5/branches",
                json!([branch(json!({ "!": var("consent.contact") }), "end_later")]),
            )],
            "PQ608",
        ),
        ("a name before it is given", vec![Put("/conversation/steps/6/say/0", json!("Your name, {name}?"))], "PQ609"),
        ("a skipped answer in a text", vec![Put("/outcomes/0/text", json!("{budget} EUR will do."))], "PQ609"),
        ("an end that some reach unnamed", vec![Put("/outcomes/1/title", json!("Thank you, {name}"))], "PQ609"),
        (
            "a branch to where it goes anyway",
            vec![Put("/conversation/steps/4/branches/0/to", json!("ask_wish"))],
            "PQ610",
        ),
        (
            "leads that nobody can answer",
            vec![
                Put("/conversation/steps/7", json!({ "id": "ask_email", "say": ["Thank you, {name}."] })),
                Remove("/fields/5"),
            ],
            "PQ611",
        ),
        // Privacy and the law.
        ("points for age", vec![Put("/fields/1/label", json!("Your age"))], "PQ701"),
        (
            "points for nationality, in German",
            vec![Put("/locale", json!("de-DE")), Put("/fields/0/label", json!("Staatsangehörigkeit"))],
            "PQ701",
        ),
        (
            "a disqualifier for the married, in French",
            vec![Put("/locale", json!("fr")), Put("/fields/0/label", json!("Votre état civil"))],
            "PQ701",
        ),
        (
            "a question about health, in Spanish",
            vec![Put("/locale", json!("es")), Put("/fields/6/label", json!("Estado de salud"))],
            "PQ702",
        ),
        ("a question about unions", vec![Put("/fields/6/label", json!("Trade union"))], "PQ702"),
        ("an email that is not personal", vec![Remove("/fields/5/personal")], "PQ703"),
        (
            "a phone by its autocomplete",
            vec![Put(
                "/fields/6",
                json!({ "id": "wish", "kind": "short_text", "label": "Line", "autocomplete": "work tel" }),
            )],
            "PQ703",
        ),
        (
            "a surname, in German",
            vec![
                Put("/locale", json!("de")),
                Put("/fields/6", json!({ "id": "wish", "kind": "short_text", "label": "Nachname" })),
            ],
            "PQ703",
        ),
        (
            "a home address for nothing",
            vec![Put(
                "/fields/6",
                json!({ "id": "wish", "kind": "short_text", "label": "Home address", "personal": true }),
            )],
            "PQ704",
        ),
        (
            "watching for nothing",
            vec![Remove("/scoring/rules/4"), Put("/scoring/scores/1/cap", json!(10)), Put("/stages/2/from", json!(45))],
            "PQ705",
        ),
        ("leads to loopback", vec![Put("/delivery/endpoint", json!("http://localhost:8080/leads"))], "PQ706"),
        (
            "a notice on plain http",
            vec![Put("/consent/notice_url", json!("http://workshop.example.com/privacy"))],
            "PQ707",
        ),
        ("a notice by telephone", vec![Put("/consent/notice_url", json!("tel:+49421"))], "PQ707"),
        ("a mistyped year", vec![Put("/consent/notice_version", json!("2062-01-01"))], "PQ708"),
        ("a letter that must be taken", vec![Put("/consent/purposes/1/required", json!(true))], "PQ710"),
        ("kept for ever", vec![Put("/consent/retention_days", json!(36_500))], "PQ709"),
    ]
}
