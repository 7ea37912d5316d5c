//! Forms and the conversation share one session: the same score, one lead, and the later answer stands.

use crate::support::{STRONG, Visitor, demo, least, load, page};
use prequal::ffi;
use prequal::flow::Checked;
use prequal::json::{self, Numbers};
use prequal::lead::Lead;
use prequal::session::{self, Effect, Event, Form, State};
use prequal::verify;
use serde_json::{Value, json};

/// What the visitor of [`STRONG`] writes into a form that asks all of it.
const WRITTEN: &[(&str, &str)] = &[
    ("industry", "logistics"),
    ("shipments", "1200"),
    ("carriers", "parcel,ocean"),
    ("company_size", "320"),
    ("need", "late"),
    ("role", "c_level"),
    ("budget", "approved"),
    ("timeline", "now"),
    ("name", "Ada King"),
    ("email", "ada@freight.example"),
];
const WORDS: &str = "I agree that Northbeam may call me.";

fn place(flow: &Checked, field: &str) -> usize {
    flow.flow().fields.iter().position(|f| f.id == field).expect("a field")
}

fn fills(visitor: &mut Visitor, field: &str, value: Value) {
    let value = json::parse(value.to_string().as_bytes(), Numbers::NATIVE).expect("JSON");
    visitor.does(Event::Filled { field: place(visitor.flow, field), value: Some(value) });
}

/// A visitor who has not opened the conversation.
fn fresh(flow: &Checked) -> Visitor<'_> {
    Visitor { flow, state: State::new(flow, page()), effects: Vec::new(), log: Vec::new() }
}

fn form(granted: &[bool]) -> Form {
    let texts = granted.iter().map(|granted| granted.then(|| WORDS.into())).collect();
    Form { name: "demo".into(), granted: granted.into(), texts, hasty: false }
}

/// The one lead that is sent.
fn posted(visitor: &mut Visitor) -> Lead {
    visitor.stores(true);
    let [body] = visitor.sent().try_into().expect("one lead");
    let lead: Lead = serde_json::from_str(&body).expect("a lead");
    assert_eq!(verify(visitor.flow, &lead), Ok(()), "the receiver takes it");
    lead
}

#[test]
fn by_form_by_conversation_and_by_both_ends_it_scores_alike() {
    let flow = demo();
    let mut chat = Visitor::new(&flow);
    chat.views("/pricing/").all(STRONG).agrees(&[true, false]);
    let by_chat = posted(&mut chat);

    let mut alone = fresh(&flow);
    alone.views("/pricing/");
    for (field, value) in WRITTEN {
        fills(&mut alone, field, json!(value));
    }
    alone.does(Event::Submitted(form(&[true, false])));
    let by_form = posted(&mut alone);

    let mut both = Visitor::new(&flow);
    both.views("/pricing/").all(&STRONG[..5]);
    for (field, value) in &WRITTEN[5..] {
        fills(&mut both, field, json!(value));
    }
    both.does(Event::Submitted(form(&[true, false])));
    let by_both = posted(&mut both);
    let mut back = fresh(&flow);
    back.views("/pricing/");
    for (field, value) in &WRITTEN[..5] {
        fills(&mut back, field, json!(value));
    }
    back.does(Event::Begin).all(&STRONG[5..]).agrees(&[true, false]);
    let and_back = posted(&mut back);

    for lead in [&by_form, &by_both, &and_back] {
        assert_eq!(lead.total, by_chat.total);
        assert_eq!(lead.stage, by_chat.stage);
        assert_eq!(lead.grade, by_chat.grade);
        assert_eq!(lead.contributions, by_chat.contributions);
    }
    assert_eq!(by_chat.given, [], "no form had a part in it");
    assert_eq!(by_form.given.len(), WRITTEN.len());
    let record = by_form.consent.expect("a record");
    assert_eq!(record.collected_by.control, "form:demo");
    assert_eq!(record.purposes[0].text, WORDS, "the words of the form");
    assert!(record.purposes[0].granted && !record.purposes[1].granted);
}

#[test]
fn the_later_answer_stands_and_the_lead_says_so() {
    let flow = demo();
    let mut visitor = Visitor::new(&flow);
    visitor.answers("industry", "agency");
    assert_eq!(visitor.step(), "ask_agency_role");
    fills(&mut visitor, "industry", json!("logistics"));
    assert_eq!(visitor.step(), "ask_shipments", "the conversation follows");
    let given = |visitor: &Visitor, field: &str| visitor.state.given[place(visitor.flow, field)].clone();
    let first = given(&visitor, "industry").expect("a trace");
    assert_eq!((first.by.as_str(), first.instead_of.as_deref()), ("form", Some("conversation")));
    visitor.changes("ask_industry").answers("industry", "retail");
    let second = given(&visitor, "industry").expect("a trace");
    assert_eq!((second.by.as_str(), second.instead_of.as_deref()), ("conversation", Some("form")));
    assert!(second.at > first.at);
    let now = visitor.log.last().expect("an event").1;
    let attachment = session::attach(&flow, &visitor.state, &form(&[true, false]), &now).expect("agreed");
    let attached: Value = serde_json::from_str(&ffi::attached(&flow, &attachment)).expect("JSON");
    let reasons = attached["reasons"].as_str().expect("a text");
    assert!(reasons.lines().any(|line| line == "industry: conversation instead of form"), "{reasons}");
    // The same again is nothing new; what the form says anew is.
    fills(&mut visitor, "industry", json!("retail"));
    fills(&mut visitor, "industry", json!("logistics"));
    assert_eq!(visitor.state.dialog.answers[place(&flow, "industry")], Some(json::Json::Text("logistics".into())));
}

#[test]
fn an_emptied_control_takes_back_its_own_answer_alone() {
    let flow = demo();
    let mut visitor = Visitor::new(&flow);
    visitor.answers("industry", "logistics");
    fills(&mut visitor, "industry", json!(null));
    fills(&mut visitor, "email", json!("ada@freight.example"));
    fills(&mut visitor, "email", json!("ada@"));
    let answer = |visitor: &Visitor, field| visitor.state.dialog.answers[place(visitor.flow, field)].is_some();
    assert!(answer(&visitor, "industry"), "the conversation's");
    assert!(answer(&visitor, "email"), "half a word is no answer");
    fills(&mut visitor, "email", json!(null));
    assert!(!answer(&visitor, "email"));
    assert_eq!(visitor.state.given[place(&flow, "email")], None);
}

#[test]
fn without_agreement_nothing_is_sent_and_the_outcome_is_that_of_a_refusal() {
    let flow = demo();
    for choice in [form(&[false, false]), form(&[false, true]), Form { name: String::new(), ..form(&[true, true]) }] {
        let mut visitor = fresh(&flow);
        visitor.views("/pricing/");
        for (field, value) in WRITTEN {
            fills(&mut visitor, field, json!(value));
        }
        visitor.does(Event::Submitted(choice));
        assert!(visitor.effects.iter().all(|effect| *effect == Effect::Render), "{:?}", visitor.effects);
        assert_eq!(visitor.state.sealed, None);
        let ffi::Control::Outcome(outcome) = ffi::view(&flow, &visitor.state).control else { panic!("an outcome") };
        assert_eq!(outcome.title, "Nothing was sent");
    }
}

#[test]
fn who_does_not_qualify_gets_the_outcome_of_their_way() {
    let flow = demo();
    let mut visitor = fresh(&flow);
    for (field, value) in [("industry", "agency"), ("agency_role", "competitor")] {
        fills(&mut visitor, field, json!(value));
    }
    visitor.does(Event::Submitted(form(&[true, true])));
    assert_eq!(visitor.state.sealed, None);
    assert!(matches!(ffi::view(&flow, &visitor.state).control, ffi::Control::Outcome(_)));
}

#[test]
fn a_box_without_words_or_a_purpose_too_few_is_no_consent() {
    let flow = demo();
    let mut visitor = fresh(&flow);
    for (field, value) in WRITTEN {
        fills(&mut visitor, field, json!(value));
    }
    let now = visitor.log.last().expect("an event").1;
    let attach = |form: &Form| session::attach(&flow, &visitor.state, form, &now);
    assert!(attach(&form(&[true, false])).is_some());
    assert!(attach(&form(&[true])).is_none());
    assert!(attach(&Form { texts: vec![None, None], ..form(&[true, false]) }).is_none());
    assert!(attach(&Form { texts: vec![Some(String::new()), None], ..form(&[true, false]) }).is_none());
    assert!(attach(&Form { name: String::new(), ..form(&[true, false]) }).is_none());
}

#[test]
fn what_goes_along_with_a_form_is_a_lead_that_a_receiver_would_take() {
    let flow = demo();
    let mut visitor = fresh(&flow);
    visitor.views("/pricing/");
    for (field, value) in WRITTEN {
        fills(&mut visitor, field, json!(value));
    }
    let now = visitor.log.last().expect("an event").1;
    let attachment = session::attach(&flow, &visitor.state, &form(&[true, false]), &now).expect("agreed");
    let texts: serde_json::Map<String, Value> =
        serde_json::from_str(&ffi::attached(&flow, &attachment)).expect("an object");
    let text = |name: &str| texts[name].as_str().unwrap_or_else(|| panic!("{name} is a text")).to_owned();
    let lead: Lead = serde_json::from_str(&text("lead")).expect("a lead");
    assert_eq!(verify(&flow, &lead), Ok(()));
    assert_eq!(text("score"), lead.total.to_string());
    assert_eq!(text("fit"), lead.scores[0].points.to_string());
    assert_eq!((text("stage"), text("grade")), (lead.stage.clone(), lead.grade.clone().expect("a grade")));
    assert!(text("reasons").lines().any(|line| line == "+25 Viewed the pricing page"), "{}", text("reasons"));
    assert!(!text("reasons").contains("instead of"), "{}", text("reasons"));
    let record: Value = serde_json::from_str(&text("consent")).expect("a record");
    assert_eq!(record["purposes"][0]["text"], WORDS);
    assert_eq!(record["payload_sha256"].as_str().map(str::len), Some(64));
    assert_eq!(visitor.state.sealed, None, "the session sends nothing");
    assert!(visitor.effects.iter().all(|effect| *effect == Effect::Render));
}

#[test]
fn a_lead_is_sent_once_whatever_comes_after_it() {
    let flow = demo();
    let mut visitor = Visitor::new(&flow);
    visitor.views("/pricing/").all(STRONG).agrees(&[true, false]);
    posted(&mut visitor);
    let key = visitor.state.sealed.clone();
    fills(&mut visitor, "industry", json!("other"));
    visitor.does(Event::Submitted(form(&[true, true])));
    assert_eq!(visitor.state.sealed, key);
    assert_eq!(visitor.sent().len(), 1);
    assert_eq!(visitor.state.dialog.answers[0], Some(json::Json::Text("logistics".into())), "what was sent stands");
}

#[test]
fn what_a_form_shows_stands_when_an_answer_before_it_changes() {
    let mut flow = least();
    flow["fields"] = json!([
        { "id": "size", "kind": "number", "label": "Size" },
        { "id": "detail", "kind": "short_text", "label": "Detail" }
    ]);
    flow["conversation"]["steps"] = json!([
        { "id": "ask", "say": ["How big?"], "ask": "size", "branches": [{ "when": { ">": [{ "var": "size" }, 10] }, "to": "more" }], "next": "agree" },
        { "id": "more", "say": ["How so?"], "ask": "detail" },
        { "id": "agree", "consent": true },
        { "id": "end", "end": "bye" }
    ]);
    let flow = load(&flow);
    let mut visitor = Visitor::new(&flow);
    fills(&mut visitor, "detail", json!("much"));
    visitor.answers("size", "50");
    assert_eq!(visitor.step(), "agree");
    fills(&mut visitor, "size", json!(20));
    assert_eq!(visitor.step(), "agree", "the detail is still in the form");
}

#[test]
fn hints_stop_nobody() {
    let flow = demo();
    let mut visitor = fresh(&flow);
    fills(&mut visitor, "email", json!("ada@gmial.com"));
    let hints: Value =
        serde_json::from_str(&ffi::hints(&flow, &visitor.state, &[place(&flow, "email"), 0])).expect("a list");
    assert_eq!(hints, json!([{ "field": "email", "word": "did_you_mean", "text": "ada@gmail.com" }]));
}
