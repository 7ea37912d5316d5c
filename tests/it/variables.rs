//! Values that follow from answers, and texts that mention them.

use crate::support::{Visitor, least, load};
use prequal::ffi;
use prequal::flow;
use serde_json::{Value, json};

fn computing() -> Value {
    let mut json = least();
    json["fields"] = json!([
        { "id": "sites", "kind": "number", "label": "Sites" },
        { "id": "size", "kind": "number", "label": "People a site" },
        { "id": "tools", "kind": "multiple_choice", "label": "Tools", "optional": true, "options": [
            { "id": "crm", "label": "CRM" }, { "id": "erp", "label": "ERP" }, { "id": "mail", "label": "Mail" }
        ] },
        { "id": "pain", "kind": "long_text", "label": "Pain", "optional": true },
        { "id": "start", "kind": "date", "label": "Start", "optional": true }
    ]);
    json["variables"] = json!([
        { "id": "people", "label": "People", "value": { "*": [{ "var": "sites" }, { "var": "size" }] } },
        { "id": "scale", "label": "Scale", "value": { "if": [{ ">": [{ "var": "people" }, 1000] }, "large", "small"] } }
    ]);
    json["scoring"]["rules"][0]["when"] = json!({ ">": [{ "var": "people" }, 1000] });
    json["conversation"]["start"] = json!("ask_sites");
    json["conversation"]["steps"] = json!([
        { "id": "ask_sites", "say": ["How many sites?"], "ask": "sites" },
        { "id": "ask_size", "say": ["How many people at each?"], "ask": "size", "branches": [{ "when": { "==": [{ "var": "scale" }, "large"] }, "to": "ask_tools" }] },
        { "id": "few", "say": ["Only {people|so few}."] },
        { "id": "ask_tools", "say": ["{people|Some} people, a {scale} company. What do you use?"], "ask": "tools" },
        { "id": "ask_pain", "say": ["{tools:and|Nothing yet}: {tools:count|none}. What hurts?"], "ask": "pain" },
        { "id": "ask_start", "say": ["{pain:mirror|And when?} {tools:or|}"], "ask": "start" },
        { "id": "agree", "say": ["{start:year|No year}, {tools:first|none}."], "consent": true },
        { "id": "end", "end": "bye" }
    ]);
    json
}

fn last_words(visitor: &Visitor) -> String {
    ffi::view(visitor.flow, &visitor.state).turns.last().map(|turn| turn.say.join(" ")).unwrap_or_default()
}

#[test]
fn variables_serve_rules_branches_texts_and_sales() {
    let flow = load(&computing());
    let mut visitor = Visitor::new(&flow);
    visitor.answers("sites", "30");
    assert!(visitor.card().open.contains(&0), "what a variable asks is still open");
    visitor.answers("size", "50");
    assert_eq!((visitor.step(), visitor.card().total), ("ask_tools", 60));
    assert_eq!(last_words(&visitor), "1500 people, a large company. What do you use?");
    visitor.changes("ask_size").answers("size", "5");
    assert_eq!(
        (visitor.card().total, last_words(&visitor).as_str()),
        (0, "150 people, a small company. What do you use?")
    );
    visitor.changes("ask_size").answers("size", "50");
    visitor.answers("tools", "crm,erp,mail");
    assert_eq!(last_words(&visitor), "CRM, ERP, and Mail: 3. What hurts?");
    visitor.answers("pain", "It rains. And then every single pallet comes in late!");
    assert_eq!(last_words(&visitor), "single pallet comes in late? CRM, ERP, or Mail");
    visitor.answers("start", "2026-10-01");
    assert_eq!(last_words(&visitor), "2026, CRM,.");
    visitor.agrees(&[true]).stores(true);
    let mut body: Value = serde_json::from_str(&visitor.sent()[0]).expect("a lead");
    assert_eq!(body["variables"], json!({ "people": 1500, "scale": "large" }));
    assert_eq!(prequal::verify(&flow, &serde_json::from_value(body.clone()).expect("a lead")), Ok(()));
    body["variables"]["people"] = json!(9000);
    let refusal = prequal::verify(&flow, &serde_json::from_value(body).expect("a lead")).expect_err("refused");
    assert_eq!(refusal.code, "standing-mismatch");
}

#[test]
fn what_is_skipped_has_its_fallback() {
    let flow = load(&computing());
    let mut visitor = Visitor::new(&flow);
    visitor.answers("sites", "30").answers("size", "50").answers("tools", "");
    assert_eq!(last_words(&visitor), "Nothing yet: none. What hurts?");
    visitor.answers("pain", "").answers("start", "");
    assert_eq!(last_words(&visitor), "No year, none.");
}

#[test]
fn mistakes_in_variables_and_forms_are_told() {
    let find = |change: &dyn Fn(&mut Value)| -> (String, String, String) {
        let mut json = computing();
        change(&mut json);
        let mistakes = flow::load(json.to_string().as_bytes()).expect_err("a mistake");
        assert_eq!(mistakes.len(), 1, "{mistakes:#?}");
        (
            mistakes[0].code.as_str().into(),
            mistakes[0].path.clone(),
            format!("{} {}", mistakes[0].message, mistakes[0].help),
        )
    };
    let (code, path, _) = find(&|json| json["variables"][0]["value"] = json!({ "*": [{ "var": "scale" }, 2] }));
    assert_eq!((code.as_str(), path.as_str()), ("PQ201", "variables[0].value.*[0].var"), "each sees those before it");
    let (code, path, _) = find(&|json| {
        json["variables"]
            .as_array_mut()
            .expect("variables")
            .push(json!({ "id": "sites", "label": "Sites", "value": 1 }));
    });
    assert_eq!((code.as_str(), path.as_str()), ("PQ105", "variables[2].id"));
    let (code, path, words) = find(&|json| json["conversation"]["steps"][2]["say"] = json!(["{people:loud}"]));
    assert_eq!((code.as_str(), path.as_str()), ("PQ209", "conversation.steps[2].say[0]"));
    assert!(words.contains("“loud”") && words.contains("mirror, first, and, or, count, year"), "{words}");
    let (_, _, words) = find(&|json| json["conversation"]["steps"][2]["say"] = json!(["{peple}"]));
    assert!(words.contains("Did you mean {people}?"), "{words}");
    let (code, ..) = find(&|json| json["scoring"]["rules"][0]["when"] = json!({ ">": [{ "var": ["people", 3] }, 1] }));
    assert_eq!(code, "PQ202");
}

/// Each doubles the one before: a page must not be brought down by a file of a kilobyte.
#[test]
fn variables_do_not_grow_without_bounds() {
    let mut json = computing();
    let doubling = (0..40).map(|i| {
        let before = json!({ "var": if i == 0 { "size".to_owned() } else { format!("v{}", i - 1) } });
        json!({ "id": format!("v{i}"), "label": "V", "value": { "+": [before, before] } })
    });
    json["variables"] = Value::Array(doubling.collect());
    json["scoring"]["rules"] = json!([]);
    json["conversation"] = least()["conversation"].clone();
    let mistakes = flow::load(json.to_string().as_bytes()).expect_err("a mistake");
    assert!(mistakes.iter().any(|found| found.path == "variables[7].value"), "{mistakes:#?}");
}
