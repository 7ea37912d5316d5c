//! Each mistake has a code, the path in the file, and a way out.

use crate::support::{demo_bytes, demo_json, demo_with, least};
use prequal::flow::{self, Code};
use serde_json::{Value, json};

/// The mistakes of a flow as `code path`.
fn mistakes(flow: &Value) -> Vec<String> {
    let list = flow::load(flow.to_string().as_bytes()).err().unwrap_or_default();
    for mistake in &list {
        assert!(!mistake.message.is_empty() && !mistake.help.is_empty(), "{mistake}");
    }
    list.iter().map(|m| format!("{} {}", m.code.as_str(), m.path)).collect()
}

#[track_caller]
fn check(pointer: &str, value: Value, expected: &[&str]) {
    assert_eq!(mistakes(&demo_with(pointer, value)), expected, "{pointer}");
}

#[test]
fn good_flows_have_none() {
    assert_eq!(mistakes(&demo_json()), Vec::<String>::new());
    assert_eq!(mistakes(&least()), Vec::<String>::new());
}

#[test]
fn what_is_not_json_is_said_with_line_and_column() {
    let list = flow::load(b"{\n  \"prequal\": 1,\n  \"id\" \"x\"\n}").unwrap_err();
    assert_eq!((list.len(), list[0].code), (1, Code::NotJson));
    assert!(list[0].message.contains("line 3, column 8"), "{}", list[0]);
    for text in ["", "[]", "null", "\u{feff}", "<html>"] {
        assert!(flow::load(text.as_bytes()).is_err(), "{text}");
    }
}

#[test]
fn reading_finds_wrong_types_and_keys() {
    check("/stages/2/from", json!("eighty"), &["PQ102 stages[2].from"]);
    check("/stages/2/from", json!(80.5), &["PQ102 stages[2].from"]);
    check("/title", json!(null), &["PQ102 title"]);
    check("/fields", json!({}), &["PQ102 fields"]);
    check("/fields/0/kind", json!("radio"), &["PQ102 fields[0].kind"]);
    check("/prequal", json!(2), &["PQ107 prequal"]);
    let mut flow = demo_json();
    flow["scoring"]["rules"][0]["pointz"] = json!(1);
    flow["scoring"]["rules"][0].as_object_mut().expect("a rule").remove("points");
    assert_eq!(mistakes(&flow), ["PQ104 scoring.rules[0].pointz", "PQ103 scoring.rules[0].points"]);
    let twice = String::from_utf8(demo_bytes()).expect("text").replacen(
        "\"version\": 1,",
        "\"version\": 1, \"version\": 2,",
        1,
    );
    let list = flow::load(twice.as_bytes()).unwrap_err();
    assert_eq!((list[0].code, list[0].path.as_str()), (Code::Duplicate, "version"));
}

#[test]
fn references_that_lead_nowhere_are_found() {
    check(
        "/scoring/rules/0/when",
        json!({ "==": [{ "var": "rolle" }, "c_level"] }),
        &["PQ201 scoring.rules[0].when.==[0].var"],
    );
    check("/scoring/rules/0/score", json!("fitt"), &["PQ201 scoring.rules[0].score"]);
    check("/scoring/rules/5/signal", json!("pricing"), &["PQ201 scoring.rules[5].signal"]);
    check("/conversation/steps/1/next", json!("ask_siz"), &["PQ201 conversation.steps[1].next"]);
    check("/conversation/steps/1/branches/0/to", json!("nowhere"), &["PQ201 conversation.steps[1].branches[0].to"]);
    check("/conversation/steps/1/ask", json!("industri"), &["PQ201 conversation.steps[1].ask"]);
    check("/conversation/start", json!("begin"), &["PQ201 conversation.start"]);
    check("/conversation/steps/21/end", json!("book"), &["PQ201 conversation.steps[21].end"]);
    check("/conversation/steps/3/depends_on", json!(["industries"]), &["PQ201 conversation.steps[3].depends_on[0]"]);
    check("/delivery/minimum_stage", json!("mqll"), &["PQ201 delivery.minimum_stage"]);
    check("/fields/0/score", json!("fits"), &["PQ201 fields[0].score"]);
    let list =
        flow::load(demo_with("/conversation/steps/1/ask", json!("industri")).to_string().as_bytes()).unwrap_err();
    assert_eq!(
        list[0].to_string(),
        "PQ201 at conversation.steps[1].ask: There is no field “industri”. Did you mean “industry”?"
    );
    // A score cannot depend on itself.
    check(
        "/scoring/rules/0/when",
        json!({ ">": [{ "var": "score.fit" }, 3] }),
        &["PQ201 scoring.rules[0].when.>[0].var"],
    );
}

#[test]
fn conditions_that_are_none_are_found() {
    check("/scoring/rules/0/when", json!({ "=": [1, 1] }), &["PQ202 scoring.rules[0].when.="]);
    check("/scoring/rules/0/when", json!({ "==": [1, 1], ">": [2, 1] }), &["PQ202 scoring.rules[0].when"]);
    check("/scoring/rules/0/when", json!(null), &["PQ203 scoring.rules[0]"]);
    let mut flow = demo_json();
    flow["scoring"]["rules"][0]["signal"] = json!("pricing_viewed");
    assert_eq!(mistakes(&flow), ["PQ203 scoring.rules[0]"]);
}

#[test]
fn ids_are_plain_and_unique() {
    check("/fields/1/id", json!("industry"), DUPLICATED_FIELD);
    check("/outcomes/0/id", json!("has space"), &["PQ106 outcomes[0].id", "PQ201 conversation.steps[20].end"]);
    check("/fields/8/id", json!("stage"), &["PQ106 fields[8].id", "PQ201 conversation.steps[10].ask"]);
}

/// Renaming `shipments` to a second `industry` breaks everything that speaks of it.
const DUPLICATED_FIELD: &[&str] = &[
    "PQ105 fields[1].id",
    "PQ201 scoring.rules[4].when.or[0].>=[0].var",
    "PQ201 icp.traits[3].when.>=[0].var",
    "PQ201 conversation.steps[2].ask",
    "PQ201 conversation.steps[2].branches[0].when.>=[0].var",
    "PQ209 conversation.steps[3].say[0]",
    "PQ201 conversation.steps[5].ask",
    "PQ201 conversation.steps[5].branches[0].when.>=[0].var",
];

#[test]
fn fields_fit_their_kind() {
    check("/fields/0/options", json!([]), &["PQ108 fields[0].options"]);
    let mut flow = demo_json();
    flow["fields"][1]["max_length"] = json!(3);
    flow["fields"][1]["min"] = json!(9);
    flow["fields"][1]["max"] = json!(8);
    flow["fields"][12]["unit"] = json!("x");
    assert_eq!(mistakes(&flow), ["PQ204 fields[1].max_length", "PQ106 fields[1].min", "PQ204 fields[12].unit"]);
    let mut flow = demo_json();
    flow["fields"][0].as_object_mut().expect("a field").remove("score");
    assert_eq!(mistakes(&flow), ["PQ103 fields[0].options[0].points"]);
}

#[test]
fn stages_rise_from_the_bottom() {
    check("/stages/2/from", json!(50), &["PQ208 stages[2].from"]);
    check("/stages/0/from", json!(10), &["PQ208 stages[0].from"]);
    check("/delivery/minimum_stage", json!("unqualified"), &["PQ106 delivery.minimum_stage"]);
    check("/stages/1/from", json!(60), &[]);
    let mut flow = demo_json();
    flow["delivery"]["minimum_stage"] = json!("sql");
    flow["stages"][2]["from"] = json!(101);
    assert_eq!(mistakes(&flow), ["PQ208 delivery.minimum_stage"], "the caps sum to 100");
    let mut flow = demo_json();
    flow["scoring"]["scores"][0]["floor"] = json!(5);
    flow["scoring"]["scores"][1]["cap"] = json!(-1);
    assert_eq!(mistakes(&flow), ["PQ106 scoring.scores[0].floor", "PQ106 scoring.scores[1].cap"]);
}

#[test]
fn conversations_end() {
    let mut flow = demo_json();
    flow["conversation"]["steps"][11]["next"] = json!("ask_size");
    assert_eq!(mistakes(&flow).len(), 1);
    assert!(mistakes(&flow)[0].starts_with("PQ206 conversation.steps["), "{:?}", mistakes(&flow));
    let mut flow = least();
    flow["conversation"]["steps"].as_array_mut().expect("steps").truncate(1);
    assert_eq!(mistakes(&flow), ["PQ302 conversation.steps", "PQ207 conversation.steps[0]"]);
    let mut flow = least();
    flow["conversation"]["steps"][1]["end"] = json!("bye");
    flow["conversation"]["steps"][2]["next"] = json!("ask");
    assert_eq!(mistakes(&flow), ["PQ205 conversation.steps[1]", "PQ205 conversation.steps[2]"]);
    let mut flow = least();
    flow["conversation"]["steps"] = json!([
        { "id": "agree", "consent": true }, { "id": "ask", "ask": "size" }, { "id": "end", "end": "bye" }
    ]);
    flow["conversation"]["start"] = json!("agree");
    assert_eq!(mistakes(&flow), ["PQ205 conversation.steps[0]"], "a question after consent would not be sent");
}

#[test]
fn addresses_are_safe() {
    check("/delivery/endpoint", json!("http://leads.example.com/"), &["PQ301 delivery.endpoint"]);
    check("/delivery/endpoint", json!("/v1/leads"), &[]);
    check("/outcomes/0/action/url", json!("javascript:alert(1)"), &["PQ106 outcomes[0].action.url"]);
    check("/consent/notice_url", json!("data:text/html,x"), &["PQ106 consent.notice_url"]);
    check("/theme/accent", json!("green"), &["PQ106 theme.accent"]);
    for address in ["https://elsewhere.example/a.png", "//elsewhere.example/a.png", "data:image/png,x", "a.png"] {
        check("/assistant", json!({ "name": "Nora", "avatar": address }), &["PQ106 assistant.avatar"]);
    }
}

#[test]
fn personal_fields_need_a_purpose() {
    let mut flow = demo_json();
    flow.as_object_mut().expect("a flow").remove("consent");
    let found = mistakes(&flow);
    assert!(found.contains(&"PQ302 consent".to_string()), "{found:?}");
    check("/consent/purposes/0/required", json!(false), &["PQ302 consent.purposes"]);
    check(
        "/consent/purposes",
        json!([]),
        &["PQ302 consent.purposes", "PQ201 conversation.steps[19].branches[0].when.!.var"],
    );
    check("/consent/purposes/0/text", json!(" "), &["PQ108 consent.purposes[0].text"]);
    check("/consent/controller", json!(""), &["PQ108 consent.controller"]);
    check("/consent/retention_days", json!(0), &["PQ108 consent.retention_days"]);
    let mut flow = least();
    flow["conversation"]["steps"].as_array_mut().expect("steps").remove(1);
    assert_eq!(mistakes(&flow), ["PQ302 conversation.steps"], "nothing would ever be sent");
}

#[test]
fn mentions_are_of_fields() {
    check("/conversation/steps/19/say/0", json!("Hi {nam}"), &["PQ209 conversation.steps[19].say[0]"]);
    check("/outcomes/0/title", json!("Hi {name"), &["PQ209 outcomes[0].title"]);
    check("/outcomes/0/title", json!("{{ {name|you} }"), &[]);
}

/// Whatever is done to a good flow, `load` gives a verdict and never panics; every mistake has a
/// place that the file has, or could have.
#[test]
fn broken_flows_are_refused_in_peace() {
    use proptest::prelude::*;
    let text = String::from_utf8(demo_bytes()).expect("text");
    proptest!(ProptestConfig::with_cases(600), |(at in 0..text.len(), cut in 0..40usize, put in "[\\[\\]{}\",:a-z0-9 ]{0,6}")| {
        let mut bytes = text.clone().into_bytes();
        let end = (at + cut).min(bytes.len());
        bytes.splice(at..end, put.bytes());
        if let Err(list) = flow::load(&bytes) {
            prop_assert!(!list.is_empty());
        }
    });
}

/// An object of JavaScript that takes such a name in changes all others.
#[test]
fn names_that_change_objects_are_refused() {
    for name in ["__proto__", "constructor", "prototype"] {
        for place in [
            "/signals/0",
            "/scoring/rules/0",
            "/outcomes/0",
            "/consent/purposes/0",
            "/conversation/steps/0",
            "/fields/0/options/0",
        ] {
            let mut flow = demo_with(&format!("{place}/id"), json!(name));
            // Whatever named it names it still.
            let text = flow.to_string();
            let old = demo_json().pointer(&format!("{place}/id")).cloned().expect("an id");
            flow =
                serde_json::from_str(&text.replace(&format!(":{old}"), &format!(":{}", json!(name)))).expect("a flow");
            let found = mistakes(&flow);
            let dotted = place.trim_start_matches('/').replace("/0", "[0]").replace('/', ".");
            assert!(found.contains(&format!("PQ106 {dotted}.id")), "{name} at {place}: {found:?}");
        }
        let mut flow = demo_json();
        flow["fields"][0]["parameter"] = json!(name);
        assert_eq!(mistakes(&flow), ["PQ106 fields[0].parameter"]);
        // As a key it is one that nobody knows; in a translation it leads nowhere.
        let mut flow = demo_json();
        flow["theme"][name] = json!({ "accent": "#000000" });
        assert_eq!(mistakes(&flow), [format!("PQ104 theme.{name}")]);
        let mut flow = demo_json();
        flow["translations"] =
            json!([{ "locale": "de", "texts": { format!("{name}.title"): "x", format!("fields.{name}.label"): "x" } }]);
        let found = mistakes(&flow);
        assert_eq!(found.iter().filter(|code| code.contains(name)).count(), 2, "{found:?}");
    }
}
