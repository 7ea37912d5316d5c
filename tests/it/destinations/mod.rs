//! Where a lead goes besides the flow's own endpoint: who gets it, and what in which words.

mod contracts;

use crate::support::{Visitor, least, load, page};
use prequal::consent::Post;
use prequal::destination;
use prequal::flow::{Checked, Code};
use prequal::json::Json;
use prequal::lead::PrivacySignal;
use prequal::outbox::{self, Effect as Out, Reply};
use prequal::session::{Effect, Event, State};
use proptest::prelude::*;
use serde_json::{Value, json};

pub const CRM: &str = "https://crm.example/form";

/// A destination of this kind.
pub fn destination(kind: &str, keys: Value) -> Value {
    let mut one = json!({ "id": kind, "kind": kind });
    one.as_object_mut().zip(keys.as_object()).map(|(one, keys)| one.extend(keys.clone())).expect("objects");
    one
}

pub fn fields(all: &[(&str, &str)]) -> Value {
    all.iter().map(|(name, from)| json!({ "name": name, "from": from })).collect()
}

/// A form of HubSpot.
pub fn crm() -> Value {
    let form = "78c2891f-ebdd-44c0-bd94-15c012bbbfbf";
    destination("hubspot", json!({ "portal": "62515", "form": form, "fields": fields(&[("email", "answers.email")]) }))
}

/// A small flow that asks for a size and some words, with these destinations and nothing else.
pub fn flow(destinations: Value) -> Value {
    let mut flow = least();
    let text = json!({ "id": "words", "kind": "long_text", "label": "Words", "max_length": 100_000 });
    let tools = json!({ "id": "tools", "kind": "multiple_choice", "label": "Tools", "options": [
        { "id": "saw", "label": "Saw" }, { "id": "oven", "label": "Oven" }, { "id": "till", "label": "Till" }
    ]});
    flow["fields"].as_array_mut().expect("fields").extend([text, tools]);
    let steps = flow["conversation"]["steps"].as_array_mut().expect("steps");
    steps.insert(1, json!({ "id": "say", "ask": "words" }));
    steps.insert(2, json!({ "id": "tick", "ask": "tools" }));
    flow["stages"].as_array_mut().expect("stages").push(json!({ "id": "hot", "label": "Hot", "from": 70 }));
    flow["scoring"]["rules"].as_array_mut().expect("rules").push(json!({
        "id": "vast", "score": "fit", "points": 20, "reason": "Vast", "when": { ">": [{ "var": "size" }, 100] }
    }));
    let purposes = flow["consent"]["purposes"].as_array_mut().expect("purposes");
    purposes.push(json!({ "id": "letter", "text": "You may send me “the letter” & more." }));
    flow["delivery"]["destinations"] = destinations;
    flow
}

/// A visitor of the flow who agreed, on a page that is where its addresses say.
pub fn agreed<'f>(flow: &'f Checked, size: &str, words: &str, granted: &[bool], gpc: bool) -> Visitor<'f> {
    let mut page = page();
    page.addresses = destination::addresses(flow, "", &page.setting.origin).expect("addresses");
    let mut visitor = Visitor { flow, state: State::new(flow, page), effects: Vec::new(), log: Vec::new() };
    visitor.does(Event::Begin);
    visitor.answers("size", size).answers("words", words).answers("tools", "saw,till");
    if gpc {
        visitor.does(Event::Heard(vec![PrivacySignal { source: "gpc".into(), value: "true".into() }]));
    }
    visitor.agrees(granted);
    visitor
}

/// What was sealed, by destination.
pub fn posts<'v>(visitor: &'v Visitor) -> Vec<&'v Post> {
    visitor.state.outbox.entries.iter().map(|entry| entry.parcel.post()).collect()
}

fn names<'v>(visitor: &'v Visitor) -> Vec<&'v str> {
    posts(visitor).iter().map(|post| post.destination()).collect()
}

/// Where an answer was given in a form and in the conversation, sales read which of the two stands.
#[test]
fn the_reasons_say_which_of_two_answers_stands() {
    let why = destination("json", json!({ "endpoint": CRM, "fields": fields(&[("why", "reasons")]) }));
    let flow = load(&flow(json!([why])));
    let mut page = page();
    page.addresses = destination::addresses(&flow, "", &page.setting.origin).expect("addresses");
    let mut visitor = Visitor { flow: &flow, state: State::new(&flow, page), effects: Vec::new(), log: Vec::new() };
    visitor.does(Event::Begin);
    visitor.answers("size", "20").answers("words", "short").answers("tools", "saw");
    let field = flow.flow().fields.iter().position(|field| field.id == "size").expect("a field");
    visitor.does(Event::Filled { field, value: Some(Json::Text("120".into())) });
    visitor.agrees(&[true, true]);
    let body =
        posts(&visitor).iter().find(|post| post.destination() == "json").expect("it goes there").body().to_owned();
    let why = serde_json::from_str::<Value>(&body).expect("JSON")["why"].as_str().expect("a text").to_owned();
    let lines: Vec<&str> = why.lines().collect();
    assert!(lines.contains(&"20 Vast"), "{why}");
    assert_eq!(lines.last(), Some(&"size: form instead of conversation"), "{why}");
}

#[test]
fn each_destination_has_conditions_of_its_own() {
    let to = |id: &str, keys: Value| {
        let mut one = destination("json", json!({ "endpoint": CRM }));
        one["id"] = json!(id);
        one.as_object_mut().zip(keys.as_object()).map(|(one, keys)| one.extend(keys.clone())).expect("objects");
        one
    };
    let flow = load(&flow(json!([
        to("all", json!({})),
        to("letter", json!({ "purpose": "letter" })),
        to("hot", json!({ "minimum_stage": "hot" })),
        to("shared", json!({ "third_party": true })),
    ])));
    for (size, granted, gpc, expected) in [
        ("50", [true, false], false, &["all", "shared"][..]),
        ("50", [true, true], false, &["all", "letter", "shared"]),
        ("500", [true, false], false, &["all", "hot", "shared"]),
        ("500", [true, true], true, &["all", "letter", "hot"]),
        ("5", [true, true], false, &[]),
    ] {
        let visitor = agreed(&flow, size, "x", &granted, gpc);
        assert_eq!(names(&visitor), expected, "{size} {granted:?} {gpc}");
        assert_eq!(visitor.state.sealed.is_some(), !expected.is_empty());
    }
}

#[test]
fn where_no_destination_is_left_nothing_is_sealed() {
    let flow = load(&flow(json!([destination("json", json!({ "endpoint": CRM, "purpose": "letter" }))])));
    let visitor = agreed(&flow, "50", "x", &[true, false], false);
    assert!(visitor.effects.iter().all(|effect| *effect == Effect::Render), "{:?}", visitor.effects);
}

#[test]
fn a_flow_needs_an_endpoint_or_a_destination() {
    let origin = "https://northbeam.example";
    let none = load(&flow(json!([])));
    assert_eq!(destination::addresses(&none, "", origin), Err(Code::NoEndpoint));
    assert_eq!(destination::addresses(&none, "http://a.example", origin), Err(Code::InsecureEndpoint));
    let some = load(&flow(json!([destination("json", json!({ "endpoint": "/leads" })), crm_of_words()])));
    let all = destination::addresses(&some, "", origin).expect("addresses");
    let told: Vec<_> = all.iter().map(|one| (one.destination.as_str(), one.endpoint.as_str())).collect();
    let form = "https://api.hsforms.com/submissions/v3/integration/submit/62515/78c2891f-ebdd-44c0-bd94-15c012bbbfbf";
    assert_eq!(told, [("json", "https://northbeam.example/leads"), ("hubspot", form)]);
    let all = destination::addresses(&some, "https://own.example/v1", origin).expect("addresses");
    assert_eq!((all.len(), all[0].destination.as_str(), all[0].endpoint.as_str()), (3, "", "https://own.example/v1"));
}

fn crm_of_words() -> Value {
    let mut crm = crm();
    crm["fields"] = fields(&[("message", "answers.words")]);
    crm
}

/// One that is down holds nobody up, and each is told of by itself.
#[test]
fn destinations_are_delivered_to_one_by_one() {
    let flow = load(&flow(json!([
        destination("prequal", json!({ "endpoint": CRM })),
        destination("json", json!({ "endpoint": CRM })),
        destination("form", json!({ "endpoint": CRM, "opaque": true, "fields": fields(&[("w", "answers.words")]) })),
    ])));
    let mut visitor = agreed(&flow, "50", "x", &[true, false], false);
    let ids: Vec<String> = posts(&visitor).iter().map(|post| post.id().to_owned()).collect();
    for id in &ids {
        visitor.does(Event::Outbox(outbox::Event::Stored { id: id.clone(), ok: true }));
        visitor.does(Event::Outbox(outbox::Event::Claimed { id: id.clone(), claim: outbox::Claim::Ours }));
    }
    assert_eq!(visitor.sent().len(), 3);
    let mut reply = |place: usize, reply| {
        visitor.does(Event::Outbox(outbox::Event::Replied { id: ids[place].clone(), reply }));
        prequal::ffi::view(visitor.flow, &visitor.state).delivery.expect("a word").as_str()
    };
    let status = |status| Reply::Status { status, retry_after: None };
    assert_eq!(reply(0, status(503)), "retrying");
    assert_eq!(reply(2, Reply::Opaque), "retrying");
    // HubSpot says so of a field that it does not take; no further attempt would change that.
    assert_eq!(reply(1, status(400)), "undeliverable");
    let lines = crate::tellings::told_of(&visitor, visitor.state.page.clone());
    let told: Vec<_> = lines.iter().filter(|l| l.starts_with("delivered") || l.starts_with("error")).collect();
    assert_eq!(
        told,
        ["delivered stage=warm how=handed_over destination=form", "error code=undeliverable destination=json"]
    );
}

/// Each receiver that heard of a lead hears that consent to it was taken back; nobody else does.
#[test]
fn each_receiver_hears_of_a_withdrawal() {
    let receiver = |id: &str, url: &str| json!({ "id": id, "kind": "prequal", "endpoint": url });
    let flow = load(&flow(json!([
        receiver("one", "https://one.example/v1"),
        receiver("two", "https://two.example/v1"),
        destination("json", json!({ "endpoint": CRM })),
    ])));
    let mut visitor = agreed(&flow, "50", "x", &[true, false], false);
    let receipts: Vec<String> = visitor
        .effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Outbox(Out::Store { receipt, .. }) => Some(receipt.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(receipts.len(), 3);
    visitor.does(Event::Withdraw);
    visitor.effects.clear();
    for receipt in receipts {
        visitor.does(Event::Outbox(outbox::Event::Recalled(receipt)));
    }
    let notices: Vec<(String, Option<String>)> = visitor
        .effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Outbox(Out::Retract { id, notice, .. }) => Some((id.clone(), notice.clone())),
            _ => None,
        })
        .collect();
    let to = |place: usize, id: &str, url: &str| {
        let (stored, notice) = &notices[place];
        assert!(stored.starts_with('-') && stored.ends_with(id), "{stored}");
        assert!(notice.as_ref().is_some_and(|text| text.contains(url)), "{notice:?}");
        // And the next page takes it up under the same id.
        let mut next = outbox::Outbox::default();
        let found = outbox::Event::Found(notice.clone().expect("a notice"));
        outbox::step(&mut next, found, 0, 0, prequal::json::Numbers::NATIVE);
        assert_eq!(next.entries[0].parcel.post().id(), stored);
    };
    to(0, ".one", "https://one.example/v1");
    to(1, ".two", "https://two.example/v1");
    // What has no ear for it is taken back with the others.
    assert_eq!(notices.len(), 2);
}

/// What was stored says how it is to be sent, so that a later page sends it the same way.
#[test]
fn what_is_stored_is_sent_alike_by_the_next_page() {
    let flow = load(&flow(contracts::every_kind()));
    let visitor = agreed(&flow, "50", "x", &[true, true], false);
    let stored = visitor.effects.iter().filter_map(|effect| match effect {
        Effect::Outbox(Out::Store { text, .. }) => Some(text.clone()),
        _ => None,
    });
    let mut next = outbox::Outbox::default();
    for text in stored {
        outbox::step(&mut next, outbox::Event::Found(text), visitor.log[0].1.ms, 0, prequal::json::Numbers::NATIVE);
    }
    let again: Vec<&Post> = next.entries.iter().map(|entry| entry.parcel.post()).collect();
    assert_eq!(again, posts(&visitor));
    let followed: Vec<&str> = again.iter().filter(|post| post.redirects()).map(|post| post.destination()).collect();
    assert_eq!(followed, ["hook"]);
}

proptest! {
    /// The URL standard, as another has written it down.
    #[test]
    fn forms_are_encoded_as_the_standard_has_it(pairs in prop::collection::vec((any::<String>(), any::<String>()), 0..4)) {
        let (mut ours, mut theirs) = (String::new(), form_urlencoded::Serializer::new(String::new()));
        for (name, value) in &pairs {
            destination::encode(&mut ours, name, value);
            theirs.append_pair(name, value);
        }
        prop_assert_eq!(ours, theirs.finish());
    }
}
