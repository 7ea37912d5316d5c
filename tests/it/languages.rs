//! A flow in several languages: what is read in each, and what stays as it is.

use crate::review::told;
use crate::support::{STRONG, Visitor, demo_json, least, translation};
use prequal::ffi::{self, Control};
use prequal::flow::{self, Checked, Use, each_text};
use prequal::json::{self, Numbers};
use prequal::lead::Lead;
use prequal::verify;
use serde_json::{Value, json};

fn demo_in(tags: &[&str]) -> Value {
    let mut flow = demo_json();
    let all: Vec<Value> = tags.iter().map(|tag| translation(&flow, tag)).collect();
    flow["translations"] = json!(all);
    flow
}

fn load_in(flow: &Value, locale: &str) -> Checked {
    flow::load_in(flow.to_string().as_bytes(), Numbers::NATIVE, locale).expect("no mistakes")
}

#[test]
fn each_visitor_reads_the_language_that_suits() {
    let flow = demo_in(&["de", "pt-BR"]);
    let title = flow["title"].as_str().expect("a title");
    for (wanted, locale) in [("", "en"), ("fr", "en"), ("de-AT", "de"), ("pt", "pt-BR"), ("en-GB", "en")] {
        let checked = load_in(&flow, wanted);
        assert_eq!(checked.locale(), locale, "{wanted}");
        let shown = if locale == "en" { title.to_owned() } else { format!("{locale}: {title}") };
        assert_eq!(checked.flow().title, shown);
    }
    let all = flow::load_languages(flow.to_string().as_bytes()).expect("no mistakes");
    assert_eq!(all.iter().map(Checked::locale).collect::<Vec<_>>(), ["en", "de", "pt-BR"]);
    assert!(all.iter().all(|one| one.sha256() == all[0].sha256()));
}

/// Whatever a translation may say, the engine says it; and the face the same.
#[test]
fn all_that_visitors_read_is_translated() {
    let flow = demo_in(&["de"]);
    let checked = load_in(&flow, "de");
    each_text(checked.flow(), &mut |path, text, kind| {
        assert!(kind == Use::Shared || text.starts_with("de: "), "{path:?} {text}");
    });
    let mut tree = json::parse_part(flow.to_string().as_bytes(), Numbers::NATIVE, ffi::is_drawn).expect("JSON");
    flow::speak(&mut tree, "de");
    assert_eq!(ffi::frame(&tree).locale, "de");
    let visitor = Visitor::new(&checked);
    let begun = ffi::view(&checked, &visitor.state);
    assert_eq!(ffi::first(&tree, &|_| false), Some(begun.clone()));
    let Control::Ask(question) = begun.control else { panic!("a question") };
    assert!(question.options.iter().all(|option| option.label.starts_with("de: ")));
}

#[test]
fn a_lead_says_what_was_read_and_why_it_counts_in_the_language_of_sales() {
    let flow = demo_in(&["de"]);
    let (own, spoken) = (load_in(&flow, ""), load_in(&flow, "de"));
    let lead = |checked: &Checked| -> Lead {
        let mut visitor = Visitor::new(checked);
        let plain: Vec<_> =
            STRONG.iter().map(|(field, text)| (*field, if *text == "1,200" { "1200" } else { text })).collect();
        visitor.views("/pricing/").all(&plain).agrees(&[true, false]).stores(true);
        serde_json::from_str(&visitor.sent()[0]).expect("a lead")
    };
    let (english, german) = (lead(&own), lead(&spoken));
    assert_eq!(german.contributions, english.contributions, "reasons are read by sales");
    assert_eq!((&german.answers, german.total, &german.stage), (&english.answers, english.total, &english.stage));
    let record = german.consent.as_ref().expect("a record");
    assert_eq!(record.language, "de");
    assert!(record.purposes.iter().all(|purpose| purpose.text.starts_with("de: ")));
    assert_eq!(verify(&spoken, &german), Ok(()));
    assert_eq!(verify(&own, &german).map_err(|refusal| refusal.code), Err("no-consent"), "other words");
}

#[test]
fn what_is_wrong_with_a_translation_is_found() {
    let with = |translations: Value| {
        let mut flow = least();
        flow["translations"] = translations;
        told(&flow)
    };
    let texts = |texts: Value| with(json!([{ "locale": "de", "texts": texts }]));
    assert_eq!(texts(json!({ "titel": "x" })), ["PQ201 translations[0].texts.titel"]);
    assert_eq!(texts(json!({ "fields.size.max": "x" })), ["PQ201 translations[0].texts.fields.size.max"]);
    assert_eq!(texts(json!({ "title": 3 })), ["PQ102 translations[0].texts.title"]);
    assert_eq!(texts(json!({ "title": " " })), ["PQ108 translations[0].texts.title"]);
    let piped = "conversation.steps.ask.say.0";
    assert_eq!(texts(json!({ piped: "{sice}?" })), [format!("PQ209 translations[0].texts.{piped}")]);
    let link = "consent.notice_url";
    assert_eq!(texts(json!({ link: "javascript:0" })), [format!("PQ106 translations[0].texts.{link}")]);
    assert_eq!(texts(json!("x")), ["PQ102 translations[0].texts"]);
    assert_eq!(with(json!([{ "locale": "german", "texts": {} }])), ["PQ106 translations[0].locale"]);
    assert_eq!(with(json!([{ "locale": "EN", "texts": {} }])), ["PQ105 translations[0].locale"]);
    let missing = texts(json!({ "title": "Kleinste" }));
    assert!(missing.contains(&"PQ614 translations[0].texts".to_owned()), "{missing:?}");
    assert!(missing.contains(&"PQ712 translations[0].texts".to_owned()), "{missing:?}");
    assert_eq!(told(&demo_in(&["de", "ar"])), Vec::<String>::new());
}
