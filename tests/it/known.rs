//! What the page knows need not be asked: hidden fields, parameters of the address, answers set by a script.

use crate::support::{Visitor, demo, least, load, page};
use prequal::ffi;
use prequal::flow::Checked;
use prequal::flow::model::SignalKind;
use prequal::json::{self, Json, Numbers};
use prequal::outbox;
use prequal::session::{self, Effect, Event, Now, State};
use serde_json::{Value, json};

fn place(flow: &Checked, field: &str) -> usize {
    flow.flow().fields.iter().position(|f| f.id == field).expect("a field")
}

fn known(flow: &Checked, field: &str, value: Value) -> Event {
    let value = json::parse(value.to_string().as_bytes(), Numbers::NATIVE).expect("JSON");
    Event::Known { field: place(flow, field), value }
}

/// A visitor of whom the page knows something before the conversation begins.
fn expected<'f>(flow: &'f Checked, facts: &[(&str, Value)]) -> Visitor<'f> {
    let mut visitor = Visitor { flow, state: State::new(flow, page()), effects: Vec::new(), log: Vec::new() };
    for (field, value) in facts {
        visitor.does(known(flow, field, value.clone()));
    }
    visitor.does(Event::Begin);
    visitor
}

#[test]
fn what_is_known_is_shown_and_not_asked() {
    let flow = demo();
    let visitor = expected(&flow, &[("industry", json!("logistics")), ("shipments", json!(1200))]);
    assert_eq!(visitor.step(), "ask_carriers");
    let answers: Vec<bool> =
        ffi::view(&flow, &visitor.state).turns.iter().filter_map(|turn| turn.answer.as_ref()).map(|_| true).collect();
    assert_eq!(answers.len(), 2, "both can be seen and changed");
    let mut asked = Visitor::new(&flow);
    asked.answers("industry", "logistics").answers("shipments", "1200");
    assert_eq!(visitor.card().contributions, asked.card().contributions, "known or asked, it scores alike");
}

#[test]
fn what_the_field_does_not_take_changes_nothing() {
    let flow = demo();
    for (field, value) in [
        ("industry", json!("piracy")),
        ("industry", json!(7)),
        ("industry", json!(null)),
        ("industry", json!({ "__proto__": "logistics" })),
        ("shipments", json!("many")),
        ("shipments", json!(-1)),
        ("carriers", json!(["parcel", "parcel"])),
        ("carriers", json!("parcel,rocket")),
        ("email", json!("nobody")),
    ] {
        let visitor = expected(&flow, &[(field, value.clone())]);
        assert_eq!(visitor.state.dialog.answers, Visitor::new(&flow).state.dialog.answers, "{field}: {value}");
    }
}

#[test]
fn texts_stand_for_what_the_field_takes() {
    let flow = demo();
    for (field, text, value) in [
        ("industry", "Logistics", None),
        ("industry", " logistics ", Some(Json::Text("logistics".into()))),
        ("shipments", "1200", Some(Json::Number(1200.0))),
        ("carriers", "parcel, ocean", Some(Json::List(vec![Json::Text("parcel".into()), Json::Text("ocean".into())]))),
        ("email", " ada@freight.example", Some(Json::Text("ada@freight.example".into()))),
    ] {
        let visitor = expected(&flow, &[(field, json!(text))]);
        let found = visitor.state.dialog.answers[place(&flow, field)].clone();
        let label = flow.flow().fields[0].options.iter().any(|o| o.label.eq_ignore_ascii_case(text));
        assert_eq!(found, value.or(label.then(|| Json::Text("logistics".into()))), "{field}: {text}");
    }
}

#[test]
fn the_visitors_own_word_stands() {
    let flow = demo();
    let mut visitor = Visitor::new(&flow);
    visitor.answers("industry", "retail");
    let before = visitor.state.clone();
    visitor.does(known(&flow, "industry", json!("logistics")));
    assert_eq!(visitor.state, before);
    let mut corrected = expected(&flow, &[("industry", json!("logistics"))]);
    corrected.changes("ask_industry").answers("industry", "retail");
    corrected.does(known(&flow, "industry", json!("logistics")));
    assert_eq!(corrected.step(), visitor.step(), "who corrects the page is not corrected back");
}

#[test]
fn a_question_that_waits_is_passed_once_the_page_knows() {
    let flow = demo();
    let mut visitor = Visitor::new(&flow);
    visitor.does(known(&flow, "industry", json!("manufacturing")));
    assert_eq!(visitor.step(), "ask_sites");
    // The page changes its mind: the conversation takes the other way.
    visitor.does(known(&flow, "industry", json!("retail")));
    assert_eq!(visitor.step(), "ask_channels");
    visitor.does(Event::Restart);
    assert_eq!(visitor.step(), "ask_channels", "the page knows still");
}

fn with_hidden() -> Checked {
    let mut json = least();
    json["fields"].as_array_mut().expect("fields").push(json!({
        "id": "plan", "kind": "single_choice", "label": "Plan", "hidden": true, "score": "fit", "parameter": "plan",
        "options": [{ "id": "free", "label": "Free" }, { "id": "pro", "label": "Pro", "points": 40 }]
    }));
    load(&json)
}

#[test]
fn hidden_fields_count_without_a_question() {
    let flow = with_hidden();
    let mut visitor = expected(&flow, &[("plan", json!("pro"))]);
    assert_eq!((visitor.step(), visitor.card().total), ("ask", 40));
    visitor.does(known(&flow, "plan", json!("free")));
    assert_eq!(visitor.card().total, 0, "the newest word of the page counts");
    visitor.does(known(&flow, "plan", json!("pro"))).answers("size", "20").agrees(&[true]).stores(true);
    let body: Value = serde_json::from_str(&visitor.sent()[0]).expect("a lead");
    assert_eq!((&body["answers"]["plan"], &body["total"]), (&json!("pro"), &json!(100)));
    let lead = serde_json::from_value(body).expect("a lead");
    assert_eq!(prequal::verify(&flow, &lead), Ok(()));
}

#[test]
fn a_hidden_field_is_not_asked() {
    let mut json = least();
    json["fields"][0]["hidden"] = json!(true);
    let mistakes = prequal::flow::load(json.to_string().as_bytes()).expect_err("a mistake");
    assert_eq!(
        (mistakes.len(), mistakes[0].code.as_str(), mistakes[0].path.as_str()),
        (1, "PQ205", "conversation.steps[0].ask")
    );
}

#[test]
fn events_of_the_page_are_signals() {
    let mut json = least();
    json["signals"] = json!([{ "id": "trial", "kind": "event", "label": "Trial", "path": "trial_*", "product": true }]);
    json["scoring"]["rules"]
        .as_array_mut()
        .expect("rules")
        .push(json!({ "id": "tried", "score": "fit", "points": 30, "reason": "Tried it", "signal": "trial" }));
    let flow = load(&json);
    let mut visitor = Visitor::new(&flow);
    for name in ["trial_started", "newsletter", "/trial_"] {
        visitor.does(Event::Noticed { kind: SignalKind::Event, path: name.into(), times: 1, at: 0 });
    }
    assert_eq!((visitor.state.seen[0].count, visitor.card().total), (1, 30));
    visitor.views("trial_page");
    assert_eq!(visitor.state.seen[0].count, 1, "a page is no event");
}

#[test]
fn a_conversation_can_begin_at_any_step_but_picked_ones() {
    let flow = demo();
    let step = flow.flow().conversation.steps.iter().position(|step| step.id == "ask_size").expect("a step");
    let mut visitor = Visitor::new(&flow);
    visitor.answers("industry", "logistics").does(Event::Start { step });
    assert_eq!((visitor.step(), visitor.card().total), ("ask_size", 0));
    visitor.answers("company_size", "320").does(Event::Restart);
    assert_eq!(visitor.step(), "ask_size", "over again, from where it began");
}

#[test]
fn who_takes_consent_back_leaves_nothing_to_be_sent() {
    let flow = load(&least());
    let mut visitor = Visitor::new(&flow);
    visitor.answers("size", "20").agrees(&[true]).stores(true);
    let key = visitor.state.sealed.clone().expect("a sealed lead");
    visitor.does(Event::Withdraw);
    let forgotten: Vec<&Effect> =
        visitor.effects.iter().filter(|e| matches!(e, Effect::Outbox(outbox::Effect::Forget { .. }))).collect();
    assert!(
        forgotten.contains(&&Effect::Outbox(outbox::Effect::Forget { id: key.clone(), delivered: false })),
        "{forgotten:?}"
    );
    assert_eq!((visitor.step(), visitor.state.sealed.as_ref()), ("ask", None));
    let sent = visitor.sent().len();
    let late = outbox::Event::Replied { id: key.clone(), reply: outbox::Reply::NoReply };
    visitor.does(Event::Outbox(late)).does(Event::Outbox(outbox::Event::Stored { id: key, ok: true }));
    visitor.does(Event::Outbox(outbox::Event::Wake { online: true }));
    assert_eq!(visitor.sent().len(), sent, "nothing is sent again");
}

#[test]
fn what_is_held_can_be_seen() {
    let flow = load(&least());
    let mut visitor = Visitor::new(&flow);
    let held =
        |visitor: &Visitor| -> Value { serde_json::from_str(&ffi::held(&flow, &visitor.state, 0)).expect("JSON") };
    visitor.answers("size", "20");
    let before = held(&visitor);
    assert_eq!(
        (&before["answers"], &before["granted"], &before["queued"]),
        (&json!({ "size": 20 }), &json!(null), &json!([]))
    );
    assert_eq!((&before["lead"]["total"], &before["lead"]["consent"]), (&json!(60), &json!(null)));
    visitor.agrees(&[true]).stores(true);
    let after = held(&visitor);
    assert_eq!(after["granted"], json!({ "contact": true }));
    assert_eq!(
        after["queued"][0].to_string(),
        serde_json::from_str::<Value>(&visitor.sent()[0]).expect("a lead").to_string()
    );
}

/// Nothing here may be told by the time of day.
#[test]
fn a_page_that_says_nothing_new_changes_nothing() {
    let flow = with_hidden();
    let visitor = expected(&flow, &[("plan", json!("pro"))]);
    let (again, effects) = session::step(
        &flow,
        visitor.state.clone(),
        known(&flow, "plan", json!("pro")),
        &Now { ms: 5, ..Now::default() },
    );
    assert_eq!((again, effects), (visitor.state.clone(), vec![Effect::Render]));
}
