//! `prequal texts`.

use crate::rig::Rig;
use expect_test::expect;
use serde_json::{Value, json};

/// The least flow of the pages about codes, with a translation of its title alone.
fn flow() -> Vec<u8> {
    let least = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/codes/flows/least.json");
    let mut flow: Value = serde_json::from_slice(&std::fs::read(least).expect("a flow")).expect("JSON");
    flow["translations"] = json!([{ "locale": "de", "texts": { "title": "Der kleinste Flow" } }]);
    flow.to_string().into_bytes()
}

#[test]
fn every_text_is_listed_by_the_path_that_a_translation_names() {
    expect![[r#"
        exit 0
        -- out
        {
          "title": "The least flow",
          "fields.size.label": "Employees",
          "fields.reach.label": "Email",
          "conversation.steps.ask_size.say.0": "How many people work with you?",
          "conversation.steps.ask_reach.say.0": "Where does a message reach you?",
          "consent.withdrawal": "Write to us.",
          "consent.purposes.contact.text": "Least Ltd may store my answers and contact me.",
          "outcomes.bye.title": "Thank you",
          "outcomes.bye.text": "See you."
        }
    "#]]
    .assert_eq(&Rig::new().run_with(&["texts", "-"], &flow()).told());
}

/// What is listed, put where it belongs, is all that was missing.
#[test]
fn the_list_completes_a_translation() {
    let rig = Rig::new();
    let missing = rig.run_with(&["texts", "-", "--locale", "DE"], &flow());
    let missing: Value = serde_json::from_str(&missing.out).expect("JSON");
    assert!(missing.get("title").is_none() && missing.as_object().expect("an object").len() == 8, "{missing}");
    let mut flow: Value = serde_json::from_slice(&flow()).expect("JSON");
    let texts = flow["translations"][0]["texts"].as_object_mut().expect("texts");
    texts.extend(missing.as_object().expect("an object").clone());
    let complete = flow.to_string();
    assert_eq!(rig.run_with(&["texts", "-", "--locale", "de"], complete.as_bytes()).out, "{\n}\n");
    let check = rig.run_with(&["check", "-"], complete.as_bytes());
    assert!(!check.told().contains("PQ614") && !check.told().contains("PQ712"), "{}", check.told());
}

#[test]
fn a_language_that_is_not_there() {
    expect![[r#"
        exit 2
        -- err
        error: the flow has no translation into “fr”.
        help: it has de; leave out --locale to list every text.
    "#]]
    .assert_eq(&Rig::new().run_with(&["texts", "-", "--locale", "fr"], &flow()).told());
}
