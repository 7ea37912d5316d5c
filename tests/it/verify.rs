//! The receiver takes a lead only if it says what the engine would have said.

use crate::support::{NOON, STRONG, Visitor, demo};
use prequal::flow::model::SignalKind;
use prequal::json::{self, Numbers, Writer};
use prequal::lead::Lead;
use prequal::session::Event;
use prequal::verify;
use proptest::prelude::*;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

fn lead(flow: &prequal::flow::Checked) -> Value {
    let mut visitor = Visitor::new(flow);
    visitor.views("/pricing/").all(STRONG).agrees(&[true, false]).stores(true);
    serde_json::from_str(&visitor.sent()[0]).expect("JSON")
}

/// SHA-256 over canonical JSON, by hands that are not ours.
fn hash(value: &Value) -> String {
    let text = serde_json_canonicalizer::to_vec(value).expect("canonical JSON");
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What consent covers, as its hash.
fn covered(lead: &Value) -> String {
    let mut lead = lead.clone();
    let members = lead.as_object_mut().expect("an object");
    members.remove("consent");
    members.remove("consent_sha256");
    hash(&lead)
}

/// The lead with one thing changed.
fn changed(pointer: &str, value: Value) -> Value {
    let mut json = lead(&demo());
    if pointer == "/disqualified" {
        json["disqualified"] = json!([]);
    }
    *json.pointer_mut(pointer).unwrap_or_else(|| panic!("nothing at {pointer}")) = value;
    json
}

/// The code a changed lead is refused with; `unreadable` when it is no lead any more.
fn refused(pointer: &str, value: Value) -> &'static str {
    judged(changed(pointer, value))
}

/// The same by a forger who makes the hashes fit.
fn refused_though_bound(pointer: &str, value: Value) -> &'static str {
    let mut json = changed(pointer, value);
    json["consent"]["payload_sha256"] = json!(covered(&json));
    json["consent_sha256"] = json!(hash(&json["consent"]));
    judged(json)
}

fn judged(json: Value) -> &'static str {
    let flow = demo();
    match serde_json::from_value::<Lead>(json) {
        Err(_) => "unreadable",
        Ok(lead) => verify(&flow, &lead).map_or_else(|refusal| refusal.code, |()| "taken"),
    }
}

#[test]
fn an_honest_lead_is_taken() {
    let flow = demo();
    let lead: Lead = serde_json::from_value(lead(&flow)).expect("a lead");
    assert_eq!(verify(&flow, &lead), Ok(()));
}

#[test]
fn every_forgery_is_refused() {
    for (pointer, value, code) in [
        ("/total", json!(99), "score-mismatch"),
        ("/scores/0/points", json!(59), "score-mismatch"),
        ("/scores/0/cap", json!(61), "score-mismatch"),
        ("/contributions/0/points", json!(21), "reasons-mismatch"),
        ("/contributions/0/counted", json!(19), "reasons-mismatch"),
        ("/contributions/0/reason", json!("Trust me"), "reasons-mismatch"),
        ("/contributions", json!([]), "reasons-mismatch"),
        ("/stage", json!("mql"), "stage-mismatch"),
        ("/disqualified", json!(["competitor"]), "disqualified-mismatch"),
        ("/answers/budget", json!("none"), "score-mismatch"),
        ("/answers/budget", json!("plenty"), "bad-answer"),
        ("/answers/email", json!("not an address"), "bad-answer"),
        ("/answers/name", json!(null), "bad-answer"),
        ("/answers/company_size", json!(-1), "bad-answer"),
        ("/answers/carriers", json!(["parcel", "parcel"]), "bad-answer"),
        ("/answers", json!([]), "bad-answer"),
        ("/answers", json!({ "surplus": 1 }), "bad-answer"),
        ("/signals", json!([]), "score-mismatch"),
        ("/signals/0/id", json!("moon_seen"), "bad-signal"),
        ("/signals/0/count", json!(0), "bad-signal"),
        ("/signals/0/count", json!(7), "bad-signal"),
        ("/signals/0/seen", json!([]), "bad-signal"),
        ("/signals/0/first_at", json!(5), "bad-signal"),
        ("/signals/0/last_at", json!(5), "bad-signal"),
        ("/flow/sha256", json!("0".repeat(64)), "unknown-flow"),
        ("/flow/version", json!(2), "unknown-flow"),
        ("/idempotency_key", json!("1"), "bad-key"),
        ("/prequal", json!(2), "unknown-schema"),
        ("/consent", json!(null), "no-consent"),
        ("/consent/purposes/0/granted", json!(false), "no-consent"),
        ("/consent/purposes/0/text", json!("Anything goes."), "no-consent"),
        ("/consent/purposes/0/required", json!(false), "no-consent"),
        ("/consent/purposes", json!([]), "no-consent"),
        ("/consent/events", json!([]), "no-consent"),
        ("/consent/events/0/kind", json!("refused"), "no-consent"),
        ("/consent/notice_version", json!("1999"), "no-consent"),
        ("/consent/contact", json!("nobody@elsewhere.example"), "no-consent"),
        ("/consent/collected_by/control", json!("ask_name"), "no-consent"),
        ("/consent/language", json!("de"), "no-consent"),
        ("/consent/flow_sha256", json!("0".repeat(64)), "no-consent"),
        ("/consent/purposes/0/default", json!(true), "no-consent"),
        ("/consent/valid_until", json!(i64::MAX), "no-consent"),
        ("/total", json!("100"), "unreadable"),
    ] {
        // An empty list is as good as none, but not what consent was given to.
        assert_eq!(refused(pointer, value.clone()), code, "{pointer}");
        if pointer != "/consent" {
            assert_eq!(refused_though_bound(pointer, value), code, "{pointer}, bound");
        }
    }
    // What only the browser can know is not checked, and the documentation says so.
    let once = json!([{ "id": "pricing_viewed", "count": 1, "first_at": 7, "last_at": 7, "seen": [{ "at": 7 }] }]);
    assert_eq!(refused_though_bound("/signals", once.clone()), "taken");
    // Whoever changes a lead on its way has the hashes against them.
    assert_eq!(refused("/signals", once), "no-consent");
    assert_eq!(refused("/created_at", json!(NOON + 1)), "no-consent");
    assert_eq!(refused("/consent/collected_by/page", json!("https://elsewhere.example/")), "no-consent");
    assert_eq!(refused("/consent_sha256", json!("0".repeat(64))), "no-consent");
    assert_eq!(refused("/consent/payload_sha256", json!("0".repeat(64))), "no-consent");
}

/// A number that readers which are not exact take for its neighbour.
#[test]
fn a_number_is_hashed_here_as_in_a_browser() {
    let text = serde_json::to_string(&changed("/answers/shipments", json!(684_258_364_805_658.2))).expect("JSON");
    assert!(text.contains("684258364805658.2"), "{text}");
    let lead: Lead = serde_json::from_str(&text).expect("a lead");
    let mut writer = Writer::new(Numbers::NATIVE);
    json::canonical(lead.answers.get("shipments").expect("an answer"), &mut writer);
    assert_eq!(writer.out, "684258364805658.2");
}

#[test]
fn both_hashes_are_what_anybody_computes_over_canonical_json() {
    let lead = lead(&demo());
    assert_eq!(lead["consent"]["payload_sha256"], json!(covered(&lead)));
    assert_eq!(lead["consent_sha256"], json!(hash(&lead["consent"])));
}

proptest! {
    #[test]
    fn canonical_json_is_that_of_others(text in any_json(4)) {
        let value: Value = serde_json::from_str(&text).expect("JSON");
        let ours = json::parse(text.as_bytes(), Numbers::NATIVE).expect("JSON");
        let mut writer = Writer::new(Numbers::NATIVE);
        json::canonical(&ours, &mut writer);
        let theirs = serde_json_canonicalizer::to_string(&value).expect("canonical JSON");
        prop_assert_eq!(writer.out, theirs);
    }
}

/// JSON of some depth, with keys and numbers of all kinds.
fn any_json(depth: u32) -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        any::<f64>().prop_filter("finite", |n| n.is_finite()).prop_map(|n| json!(n).to_string()),
        any::<i32>().prop_map(|n| n.to_string()),
        any::<bool>().prop_map(|b| b.to_string()),
        "\\PC{0,6}|[\u{0}-\u{20}]{0,3}".prop_map(|text| json!(text).to_string()),
        Just("null".into()),
    ];
    leaf.prop_recursive(depth, 32, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(|all| format!("[{}]", all.join(", "))),
            prop::collection::btree_map("\\PC{0,3}", inner, 0..5).prop_map(|all| {
                let members: Vec<String> = all.iter().map(|(key, value)| format!("{}: {value}", json!(key))).collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
}

#[test]
fn times_at_the_end_of_all_times_are_compared_too() {
    let flow = demo();
    let mut lead: Lead = serde_json::from_value(lead(&flow)).expect("a lead");
    lead.created_at = i64::MAX;
    // All but the hashes, which are over another time.
    assert_eq!(verify(&flow, &lead).map_err(|refusal| refusal.code), Err("no-consent"));
}

#[test]
fn a_clock_before_1970_makes_no_lead_contradict_itself() {
    let flow = demo();
    let mut visitor = Visitor::new(&flow);
    visitor.does(Event::Noticed { kind: SignalKind::PageView, path: "/pricing/".into(), times: 1, at: -5 });
    visitor.all(STRONG).agrees(&[true, false]).stores(true);
    let lead: Lead = serde_json::from_str(&visitor.sent()[0]).expect("a lead");
    assert_eq!((lead.signals[0].first_at, lead.signals[0].last_at), (-5, -5));
    assert_eq!(verify(&flow, &lead), Ok(()));
}

#[test]
fn an_unqualified_lead_is_refused_even_if_it_is_honest_about_it() {
    let flow = demo();
    let mut json = lead(&flow);
    json["answers"] = json!({ "industry": "other" });
    json["signals"] = json!([]);
    json["scores"] = json!([{ "id": "fit", "points": 0, "cap": 60 }, { "id": "interest", "points": 0, "cap": 40 }]);
    json["total"] = json!(0);
    json["contributions"] = json!([]);
    json["stage"] = json!("unqualified");
    let lead: Lead = serde_json::from_value(json).expect("a lead");
    assert_eq!(verify(&flow, &lead).map_err(|refusal| refusal.code), Err("not-qualified"));
}
