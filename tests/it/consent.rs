//! Nothing is sent without a qualified lead and a granted record.

use crate::support::{STRONG, Visitor, demo, demo_with, least, load};
use prequal::dialog::Word;
use prequal::ffi;
use prequal::json::Numbers;
use prequal::lead::{Lead, PrivacySignal};
use prequal::outbox;
use prequal::session::{Effect, Event};
use prequal::verify;
use proptest::prelude::*;
use serde_json::json;

fn strong(flow: &prequal::flow::Checked) -> Visitor<'_> {
    let mut visitor = Visitor::new(flow);
    visitor.views("/pricing/").all(STRONG);
    visitor
}

/// The body that an outbox would send of a lead stored by an earlier page.
fn reopen(body: &str, endpoint: &str) -> Option<String> {
    let text = json!({ "endpoint": endpoint, "body": body }).to_string();
    let found = outbox::Event::Found(text);
    let mut outbox = outbox::Outbox::default();
    outbox::step(&mut outbox, found, 0, 0, Numbers::NATIVE);
    outbox.entries.first().map(|entry| entry.parcel.post().body().to_string())
}

fn nothing_left(visitor: &Visitor) {
    assert!(visitor.effects.iter().all(|effect| *effect == Effect::Render), "{:?}", visitor.effects);
    assert_eq!(visitor.state.sealed, None);
}

#[test]
fn consent_and_qualification_give_one_lead_with_the_record_of_what_was_shown() {
    let flow = demo();
    let mut visitor = strong(&flow);
    visitor.agrees(&[true, false]);
    assert!(visitor.sent().is_empty(), "stored first");
    visitor.stores(true);
    assert_eq!(visitor.sent().len(), 1);
    let lead: Lead = serde_json::from_str(&visitor.sent()[0]).expect("a lead");
    let record = lead.consent.expect("a record");
    let shown = &flow.flow().consent.as_ref().expect("consent").purposes;
    assert_eq!(record.purposes.len(), 2);
    for (choice, purpose) in record.purposes.iter().zip(shown) {
        assert_eq!((choice.text.as_str(), choice.granted), (purpose.text.as_str(), purpose.id == "contact"));
    }
    assert_eq!(record.collected_by.control, "ask_consent");
    assert_eq!(record.events[0].utc_offset_minutes, 60);
}

#[test]
fn refusing_sends_nothing_and_is_no_dead_end() {
    let flow = demo();
    let mut visitor = strong(&flow);
    visitor.refuses();
    nothing_left(&visitor);
    assert_eq!(visitor.step(), "end_no_consent");
    // And the visitor may think again.
    visitor.changes("ask_budget").answers("budget", "planned");
    assert_eq!(visitor.step(), "ask_consent");
}

#[test]
fn a_script_cannot_agree() {
    let flow = demo();
    let mut visitor = strong(&flow);
    visitor.does(Event::Decide { granted: vec![true, true], agree: true, trusted: false });
    nothing_left(&visitor);
    assert_eq!(visitor.step(), "ask_consent");
}

#[test]
fn agreeing_without_the_required_purpose_says_what_is_missing() {
    let flow = demo();
    let mut visitor = strong(&flow);
    visitor.agrees(&[false, true]);
    nothing_left(&visitor);
    assert!(visitor.state.dialog.problem.is_some());
    visitor.agrees(&[true]).agrees(&[]).agrees(&[true, true, true]);
    nothing_left(&visitor);
}

#[test]
fn consent_of_an_unqualified_lead_sends_nothing() {
    let flow = load(&least());
    let mut visitor = Visitor::new(&flow);
    visitor.answers("size", "3").agrees(&[true]);
    nothing_left(&visitor);
    assert_eq!(visitor.step(), "end");
    let mut qualified = Visitor::new(&flow);
    qualified.answers("size", "30").agrees(&[true]).stores(true);
    assert_eq!(qualified.sent().len(), 1, "the same flow sends a qualified one");
}

#[test]
fn a_disqualifier_wins_over_points() {
    let mut json = least();
    json["scoring"]["disqualifiers"] =
        json!([{ "id": "huge", "reason": "Too big", "when": { ">": [{ "var": "size" }, 100] } }]);
    let flow = load(&json);
    let mut visitor = Visitor::new(&flow);
    visitor.answers("size", "500").agrees(&[true]);
    nothing_left(&visitor);
}

#[test]
fn after_sealing_answers_stand() {
    let flow = demo();
    let mut visitor = strong(&flow);
    visitor.agrees(&[true, true]);
    let dialog = visitor.state.dialog.clone();
    visitor.changes("ask_email").agrees(&[true, true]).refuses().does(Event::Restart);
    assert_eq!(visitor.state.dialog, dialog);
    visitor.stores(true);
    assert_eq!(visitor.sent().len(), 1);
}

#[test]
fn a_stored_lead_is_taken_up_again_only_whole() {
    let flow = demo();
    let mut visitor = strong(&flow);
    visitor.agrees(&[true, false]).stores(true);
    let body = visitor.sent().remove(0);
    let endpoint = "https://leads.example/v1";
    assert_eq!(reopen(&body, endpoint), Some(body.clone()));
    assert!(reopen(&body, "http://leads.example/v1").is_none(), "endpoint");
    let refused = body.replace("\"granted\":true", "\"granted\":false");
    assert_ne!(refused, body);
    assert!(reopen(&refused, endpoint).is_none(), "not granted");
    let withdrawn = body.replace("\"kind\":\"given\"", "\"kind\":\"withdrawn\"");
    assert!(reopen(&withdrawn, endpoint).is_none(), "withdrawn");
    let mut bare: serde_json::Value = serde_json::from_str(&body).expect("JSON");
    bare.as_object_mut().expect("an object").remove("consent");
    assert!(reopen(&bare.to_string(), endpoint).is_none(), "no record");
}

#[test]
fn without_an_endpoint_nothing_is_sealed() {
    let flow = demo();
    let mut visitor = strong(&flow);
    visitor.state.page.addresses.clear();
    visitor.agrees(&[true, true]);
    nothing_left(&visitor);
}

/// A flow that asks for consent before it asks for a name.
fn early() -> prequal::flow::Checked {
    let mut json = least();
    json["fields"].as_array_mut().expect("fields").extend([
        json!({ "id": "name", "kind": "short_text", "label": "Name", "personal": true }),
        json!({ "id": "hurry", "kind": "yes_no", "label": "Hurry?" }),
    ]);
    json["conversation"]["steps"] = json!([
        { "id": "ask", "say": ["How big?"], "ask": "size" },
        { "id": "agree", "consent": true },
        { "id": "ask_name", "ask": "name" },
        { "id": "ask_hurry", "ask": "hurry" },
        { "id": "end", "end": "bye" }
    ]);
    json["consent"]["before_personal"] = json!(true);
    load(&json)
}

#[test]
fn consent_before_personal_questions_sends_at_the_end() {
    let flow = early();
    let mut visitor = Visitor::new(&flow);
    visitor.answers("size", "30").agrees(&[true]);
    assert_eq!((visitor.step(), ffi::view(&flow, &visitor.state).delivery), ("ask_name", None));
    nothing_left(&visitor);
    let agreed_at = visitor.log.last().expect("an event").1.ms;
    visitor.answers("name", "Ada").answers("hurry", "yes").stores(true);
    let lead: Lead = serde_json::from_str(&visitor.sent()[0]).expect("a lead");
    assert_eq!(verify(&flow, &lead), Ok(()));
    let record = lead.consent.expect("a record");
    assert_eq!((record.events[0].at, record.collected_by.control.as_str()), (agreed_at, "agree"));
    assert!(lead.created_at > agreed_at);
}

#[test]
fn who_refuses_early_is_asked_nothing_personal_and_comes_to_an_end() {
    let flow = early();
    let mut visitor = Visitor::new(&flow);
    visitor.answers("size", "30").refuses();
    assert_eq!(visitor.step(), "ask_hurry");
    visitor.answers("hurry", "no");
    assert_eq!((visitor.step(), ffi::view(&flow, &visitor.state).delivery), ("end", Some(Word::NotSent)));
    nothing_left(&visitor);
    // And may think again.
    visitor.changes("ask").answers("size", "40");
    assert_eq!(visitor.step(), "agree");
    visitor.agrees(&[true]).answers("name", "Ada").stores(true);
    assert_eq!(visitor.sent().len(), 1);
}

#[test]
fn an_early_yes_outlives_an_edit_and_covers_what_is_sent() {
    let flow = early();
    let mut visitor = Visitor::new(&flow);
    visitor.answers("size", "3").agrees(&[true]).answers("name", "Ada").answers("hurry", "no");
    nothing_left(&visitor);
    assert_eq!(ffi::view(&flow, &visitor.state).delivery, Some(Word::NotSent), "not qualified");
    visitor.changes("ask").answers("size", "30").stores(true);
    let lead: Lead = serde_json::from_str(&visitor.sent()[0]).expect("a lead");
    assert_eq!(verify(&flow, &lead), Ok(()));
}

#[test]
fn nobody_comes_past_the_early_question_of_consent() {
    let flow = early();
    let mut visitor = Visitor::new(&flow);
    let name = flow.flow().conversation.steps.iter().position(|step| step.id == "ask_name").expect("a step");
    visitor.does(Event::Start { step: name });
    assert_eq!(visitor.step(), "ask");
}

#[test]
fn consent_can_be_taken_back_after_beginning_anew() {
    let flow = load(&least());
    let mut visitor = Visitor::new(&flow);
    let can = |visitor: &Visitor| ffi::view(visitor.flow, &visitor.state).can_withdraw;
    assert!(!can(&visitor));
    visitor.answers("size", "30").agrees(&[true]).stores(true);
    visitor.replied(outbox::Reply::Status { status: 201, retry_after: None });
    visitor.does(Event::Restart);
    assert!(can(&visitor));
    visitor.does(Event::Withdraw);
    assert!(!can(&visitor));
}

#[test]
fn a_record_says_what_the_browser_said_of_privacy() {
    let flow = demo();
    let mut visitor = strong(&flow);
    let signal = PrivacySignal { source: "gpc".into(), value: "true".into() };
    visitor.does(Event::Heard(vec![signal.clone()])).agrees(&[true, false]).stores(true);
    let lead: Lead = serde_json::from_str(&visitor.sent()[0]).expect("a lead");
    assert_eq!(lead.consent.as_ref().expect("a record").signals, [signal]);
    assert_eq!(verify(&flow, &lead), Ok(()));
}

/// What a visitor, a script or a network may do, in any order.
fn any_event() -> impl Strategy<Value = Event> {
    use prequal::dialog::Input;
    use prequal::flow::model::SignalKind;
    use prequal::outbox::{Event as Post, Reply};
    let input = prop_oneof![
        prop::collection::vec(0..5usize, 0..3).prop_map(Input::Chosen),
        prop_oneof!["[0-9]{1,5}", "[a-z]{0,4}@[a-z]{2,4}\\.com", "\\PC{0,12}"].prop_map(Input::Text),
        Just(Input::Skip),
    ];
    let reply = prop_oneof![
        Just(Reply::NoReply),
        (200..600u32, prop::option::of(0..100_000i64))
            .prop_map(|(status, retry_after)| Reply::Status { status, retry_after }),
    ];
    prop_oneof![
        8 => (0..27usize, input).prop_map(|(step, input)| Event::Answer { step, input }),
        2 => (0..27usize).prop_map(|step| Event::Change { step }),
        1 => Just(Event::Keep),
        1 => prop::sample::select(vec!["/pricing/", "/careers/", "/x"]).prop_map(|path| Event::Noticed { kind: SignalKind::PageView, path: path.into(), times: 1, at: 5 }),
        2 => (prop::collection::vec(any::<bool>(), 2), any::<bool>(), any::<bool>()).prop_map(|(granted, agree, trusted)| Event::Decide { granted, agree, trusted }),
        1 => Just(Event::Restart),
        1 => (any::<bool>()).prop_map(|online| Event::Outbox(Post::Wake { online })),
        1 => reply.prop_map(|reply| Event::Outbox(Post::Replied { id: "07".repeat(16), reply })),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Whatever happens in whatever order: nothing panics, and whatever is to be stored or sent
    /// carries a record in which the required purpose is granted.
    #[test]
    fn no_order_of_events_sends_without_consent(events in prop::collection::vec(any_event(), 0..120)) {
        // Everybody qualifies here, so that consent alone stands between a visitor and a send.
        let mut json = demo_with("/stages/1/from", json!(1));
        json["stages"][2]["from"] = json!(2);
        let flow = load(&json);
        let mut visitor = Visitor::new(&flow);
        visitor.views("/pricing/");
        for event in events {
            // Most random answers are for another step than the one that waits; aim half of them.
            let event = match event {
                Event::Answer { step, input } if step % 2 == 0 => Event::Answer { step: visitor.state.dialog.current(), input },
                event => event,
            };
            let agreed = matches!(&event, Event::Decide { granted, agree: true, trusted: true } if granted[0]);
            let sealed = visitor.state.sealed.is_some();
            visitor.effects.clear();
            visitor.does(event);
            let sends = visitor.effects.iter().any(|effect| *effect != Effect::Render);
            prop_assert!(!sends || sealed || agreed);
            for body in visitor.sent() {
                let lead: Lead = serde_json::from_str(&body).expect("a lead");
                let record = lead.consent.expect("a record");
                prop_assert!(record.purposes.iter().all(|p| p.granted || !p.required));
                prop_assert_eq!(prequal::verify(&flow, &serde_json::from_str(&body).expect("a lead")), Ok(()));
            }
        }
    }
}
