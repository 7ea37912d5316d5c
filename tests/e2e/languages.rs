//! A page in another language: the flow's texts, the widget's own words, numbers and the direction.

use crate::harness::native::{Answer, FREIGHT_CHIEF};
use crate::harness::{Setup, demo_flow, visit};
use prequal::flow::{Use, each_text, load};
use serde_json::{Map, Value, json};

/// The demo flow with each text once more, the tag before it.
fn flow_in(tag: &str) -> Vec<u8> {
    let mut flow = demo_flow();
    let checked = load(flow.to_string().as_bytes()).expect("the demo flow");
    let mut texts = Map::new();
    each_text(checked.flow(), &mut |path, text, kind| {
        if kind != Use::Shared {
            texts.insert(path.join("."), json!(format!("{tag}: {text}")));
        }
    });
    flow["translations"] = json!([{ "locale": tag, "texts": texts }]);
    flow.to_string().into_bytes()
}

const GERMAN: (&str, &str) = (
    "de/index.html",
    "<!doctype html><html lang=de-AT><meta charset=utf-8><title>Angebot</title><main><h1>Angebot</h1></main>
    <script src=/prequal/prequal.js data-flow=/prequal.json data-endpoint=http://127.0.0.1:4174/v1/leads defer></script></html>",
);
const ARABIC: (&str, &str) = (
    "ar/index.html",
    "<!doctype html><html lang=ar dir=rtl><meta charset=utf-8><title>عرض</title><main><h1>عرض</h1></main>
    <script src=/prequal/prequal.js data-flow=/prequal.json defer></script></html>",
);

#[tokio::test]
async fn a_german_page_speaks_german_and_reads_german_numbers() {
    visit(Setup { pages: &[GERMAN], locale: "de", ..Setup::flow(flow_in("de")) }, async |world| {
        world.go("/de/").await;
        let chat = world.chat();
        chat.open().await;
        chat.answer_all(&FREIGHT_CHIEF[..1]).await;
        assert_eq!(chat.js("root.querySelector('[part~=panel]').lang").await, "de");
        let send = chat.js("root.querySelector('form .send').ariaLabel").await;
        assert_eq!(send, word("de", "send"), "the widget's own words");
        chat.answer("shipments", &Answer::Type("12.000,5")).await;
        assert_eq!(chat.transcript().await[1], "12.000,5");
        chat.answer_all(&FREIGHT_CHIEF[2..]).await;
        let days = world.flow.flow().consent.as_ref().expect("consent").retention_days.to_string();
        let facts = chat.js("root.querySelector('.facts').textContent").await;
        let facts = facts.as_str().unwrap_or_default();
        let kept = word("de", "retention")["other"].as_str().unwrap_or_default().replace("{}", &days);
        assert!(facts.contains(&kept), "{facts}");
        chat.agree().await;
        chat.wait_for_delivery("sent").await;
        let lead = &world.leads().await[0];
        assert_eq!(lead.answers.get("shipments").map(|n| format!("{n:?}")).as_deref(), Some("Number(12000.5)"));
        let record = lead.consent.as_ref().expect("a record");
        assert_eq!(record.language, "de");
        assert!(record.purposes[0].text.starts_with("de: "), "{}", record.purposes[0].text);
        assert!(lead.contributions.iter().all(|one| !one.reason.starts_with("de: ")), "sales reads its own language");
    })
    .await;
}

#[tokio::test]
async fn an_arabic_page_runs_from_right_to_left() {
    visit(Setup { pages: &[ARABIC], locale: "ar", ..Setup::flow(flow_in("ar")) }, async |world| {
        world.go("/ar/").await;
        let chat = world.chat();
        chat.open().await;
        chat.answer_all(&FREIGHT_CHIEF[..1]).await;
        assert_eq!(chat.js("getComputedStyle(root.querySelector('form')).direction").await, "rtl");
        let sides = "(() => { const box = (s) => root.querySelector(s).getBoundingClientRect();
            return [box('.send').left < box('#field').left, box('[part=close]').left < box('.avatar').left]; })()";
        assert_eq!(chat.js(sides).await, json!([true, true]), "mirrored");
        chat.answer("shipments", &Answer::Type("١٢٬٠٠٠")).await;
        chat.assert_asked(chat.label("carriers")).await;
        if let Some(folder) = std::env::var_os("PREQUAL_SHOTS") {
            std::fs::write(std::path::Path::new(&folder).join("arabic.png"), world.browser.screenshot().await).unwrap();
        }
    })
    .await;
}

/// A flow that does not have the page's language is spoken in its own, with the widget's words.
#[tokio::test]
async fn a_language_that_a_flow_lacks_changes_nothing() {
    visit(Setup { pages: &[GERMAN], ..Setup::default() }, async |world| {
        world.go("/de/").await;
        let chat = world.chat();
        chat.open().await;
        assert_eq!(chat.js("root.querySelector('[part~=panel]').lang").await, "en");
        assert_eq!(chat.js("root.querySelector('[part=close]').ariaLabel").await, word("en", "close"));
    })
    .await;
}

#[tokio::test]
async fn an_author_gives_the_widget_its_tone_in_each_language() {
    let mut flow = demo_flow();
    flow["assistant"]["words"] = json!({ "send": "Off it goes", "restart": "Once more" });
    flow["translations"] = json!([{ "locale": "de", "texts": { "assistant.words.send": "Ab die Post" } }]);
    visit(Setup { pages: &[GERMAN], ..Setup::flow(flow.to_string()) }, async |world| {
        let chat = world.chat();
        for (path, send) in [("/de/", "Ab die Post"), ("/pricing/", "Off it goes")] {
            world.go(path).await;
            chat.open().await;
            chat.answer_all(&FREIGHT_CHIEF[..1]).await;
            assert_eq!(chat.js("root.querySelector('form .send').ariaLabel").await, send);
        }
        chat.answer_all(&FREIGHT_CHIEF[1..]).await;
        chat.answer("phone", &Answer::Skip).await;
        let refuse = word("en", "consent_refuse");
        assert_eq!(chat.js("root.querySelector('[data-act=refuse]').textContent").await, refuse);
    })
    .await;
}

/// A word of the widget as its file has it.
fn word(language: &str, key: &str) -> Value {
    let file = crate::harness::root().join("www/embed/strings").join(format!("{language}.json"));
    let words: Value = serde_json::from_slice(&std::fs::read(file).expect("the words")).expect("JSON");
    words[key].clone()
}
