//! What a page can ask of the widget, and what it is told: methods, values field by field, the data layer, the
//! sink for drop-off.

use crate::harness::native::{FREIGHT_CHIEF, PASSER_BY};
use crate::harness::proxy::Mode;
use crate::harness::{QUIET, Setup, World, demo_flow, visit, wait_until};
use crate::{page, tag};
use serde_json::{Value, json};
use std::time::Duration;

const SITE: (&str, &str) = page!("site", tag!("data-endpoint=http://127.0.0.1:4174/v1/leads"));

fn fetched(world: &World) -> Vec<String> {
    let requests = world.site.log().requests.into_iter();
    requests.map(|request| request.path).filter(|path| path.starts_with("/prequal")).collect()
}

/// A flow with a signal that counts an event of the page.
fn with_event() -> Vec<u8> {
    let mut flow = demo_flow();
    let all = flow["signals"].as_array_mut().expect("signals");
    all.push(json!({ "id": "video_played", "kind": "event", "label": "Played the video", "path": "video played" }));
    flow.to_string().into_bytes()
}

#[tokio::test]
async fn methods_work_before_anything_is_loaded_and_after() {
    visit(Setup { pages: &[SITE], flow: Some(with_event()), ..Setup::default() }, async |world| {
        world.go("/site/").await;
        assert_eq!(world.browser.js("return prequal === document.querySelector('prequal-chat')").await, true);
        let state = "const first = await prequal.consent();
            await prequal.set({ industry: 'logistics' });
            await prequal.track('video played');
            await prequal.reset();
            await prequal.withdraw();
            return [first, await prequal.exportData()];";
        let empty = json!({ "answers": {}, "lead": null, "granted": null, "queued": [], "stored": [], "receipts": [], "kept": [] });
        assert_eq!(world.browser.js_async(state).await, json!(["none", empty]));
        assert_eq!(
            fetched(world),
            ["/prequal/prequal.js", "/prequal/prequal-page.js"],
            "none of them loads the widget"
        );

        world.browser.js_async("await prequal.open()").await;
        let chat = world.chat();
        chat.wait("!root.querySelector('form[aria-busy]')").await;
        chat.assert_asked(chat.label("shipments")).await;
        let export = "return await prequal.exportData()";
        let held = world.browser.js_async(export).await;
        assert_eq!(held["answers"], json!({ "industry": "logistics" }));
        let seen = held["lead"]["signals"].as_array().expect("signals").iter().any(|one| one["id"] == "video_played");
        assert!(seen, "{held}");
        world.browser.js_async("await prequal.toggle()").await;
        assert_eq!(world.browser.js("return prequal.hasAttribute('open')").await, false);
        world.browser.js_async("await prequal.toggle(); await prequal.start('ask_size')").await;
        chat.assert_asked(chat.label("company_size")).await;
        world.browser.js_async("await prequal.on('answer', window.hear = (e) => { window.heard = e.detail })").await;
        chat.answer("company_size", &crate::harness::native::Answer::Type("320")).await;
        assert_eq!(world.browser.js("return heard").await, json!({ "step": "ask_size", "field": "company_size" }));
        world.browser.js_async("await prequal.off('answer', hear); window.heard = 0; await prequal.reset()").await;
        chat.assert_asked(chat.label("company_size")).await;
        assert_eq!(chat.transcript().await.len(), 0);
        chat.answer("company_size", &crate::harness::native::Answer::Type("320")).await;
        assert_eq!(world.browser.js("return heard").await, 0, "off is off");
        world.assert_said(&[]).await;
        world.browser.js_async("await prequal.start('ask_everything'); await prequal.set({ industri: 1 })").await;
        world.assert_said(&["prequal: PQ406 at start(): The flow has no step “ask_everything”."]).await;
        world.browser.js_async("await prequal.destroy()").await;
        let gone = "return [typeof window.prequal, document.querySelectorAll('prequal-chat').length]";
        assert_eq!(world.browser.js(gone).await, json!(["undefined", 0]));
        world.assert_nothing_was_sent().await;
    })
    .await;
}

#[tokio::test]
async fn consent_is_told_shown_taken_back_and_erased() {
    visit(Setup { pages: &[SITE], ..Setup::default() }, async |world| {
        world.go("/site/").await;
        let chat = world.chat();
        chat.open().await;
        chat.answer_all(FREIGHT_CHIEF).await;
        chat.close().await;
        assert_eq!(world.browser.js_async("return await prequal.consent()").await, "none");
        assert_eq!(world.browser.js("return prequal.hasAttribute('open')").await, true, "the step that waits is shown");
        world.endpoint.switch(Mode::Refuse).await;
        chat.agree().await;
        chat.wait_for_delivery("retrying").await;
        assert_eq!(world.browser.js_async("return await prequal.consent()").await, "given");
        let held = world.browser.js_async("return await prequal.exportData()").await;
        assert_eq!(
            (held["queued"].as_array().map(Vec::len), held["stored"].as_array().map(Vec::len)),
            (Some(1), Some(1))
        );
        assert_eq!(held["granted"], json!({ "contact": true, "newsletter": false }));
        assert_eq!(world.kept_in_browser().await.len(), 1);
        world
            .browser
            .js("prequal.addEventListener('prequal:consent', (e) => { window.choice = e.detail.choice })")
            .await;
        world.browser.js_async("await prequal.withdraw()").await;
        assert_eq!(world.browser.js("return choice").await, "withdrawn");
        assert_eq!(world.browser.js_async("return await prequal.consent()").await, "withdrawn");
        chat.assert_asked(chat.label("industry")).await;
        let kept = world.kept_in_browser().await;
        assert_eq!(kept.len(), 1, "the notice, as nobody knows whether the lead arrived");
        assert!(kept[0].contains("withdrawn") && !kept[0].contains("answers"), "{kept:?}");
        world.endpoint.switch(Mode::Pass).await;
        let posts = world.endpoint.posts().len();
        wait_until("an empty store", async || {
            world.browser.come_online().await;
            world.kept_in_browser().await.is_empty()
        })
        .await;
        let posts = world.endpoint.posts().split_off(posts);
        assert!(
            posts.iter().all(|post| String::from_utf8_lossy(&post.body).contains("prequal_withdrawal")),
            "nothing but the notice"
        );
        assert_eq!(world.leads().await.len(), 0, "what was taken back is not sent");
        let held = world.browser.js_async("return await prequal.exportData()").await;
        assert_eq!(held["receipts"][0]["consent"]["events"][1]["kind"], "withdrawn", "the proof stays");
        assert!(!held.to_string().contains("answers\":{\"industry"), "and no answer: {held}");
        world.browser.js_async("await prequal.erase()").await;
        let held = world.browser.js_async("return await prequal.exportData()").await;
        assert_eq!((&held["stored"], &held["receipts"]), (&json!([]), &json!([])), "{held}");
        // Two databases, in which nothing stands.
        let traces = json!({ "cookies": "", "local": 0, "session": 0, "databases": 2, "caches": 0 });
        assert_eq!(world.traces().await, traces);
        world.assert_said(&[]).await;
    })
    .await;
}

#[tokio::test]
async fn what_an_earlier_page_left_can_be_taken_back_too() {
    visit(Setup { pages: &[SITE], ..Setup::default() }, async |world| {
        world.go("/site/").await;
        let chat = world.chat();
        chat.open().await;
        chat.answer_all(FREIGHT_CHIEF).await;
        world.endpoint.switch(Mode::Refuse).await;
        chat.agree().await;
        chat.wait_for_delivery("retrying").await;
        world.browser.reload().await;
        world.chat().find("[part~=launcher]").await;
        let stored = world.browser.js_async("return (await prequal.exportData()).stored.length").await;
        assert_eq!(stored, 1);
        world.browser.js_async("await prequal.erase()").await;
        let kept = world.kept_in_browser().await;
        assert!(kept.iter().all(|text| !text.contains("answers")), "nothing but the notice is kept: {kept:?}");
        world.endpoint.switch(Mode::Pass).await;
        wait_until("an empty store", async || {
            world.browser.come_online().await;
            world.kept_in_browser().await.is_empty()
        })
        .await;
        let held = world.browser.js_async("return await prequal.exportData()").await;
        assert_eq!((&held["stored"], &held["receipts"]), (&json!([]), &json!([])), "{held}");
        // Longer than the first pause between two attempts.
        tokio::time::sleep(QUIET * 5).await;
        assert_eq!(world.leads().await.len(), 0, "not from this page's attempts either");
    })
    .await;
}

const TELLS: (&str, &str) =
    page!("tells", tag!("data-tell='industry, carriers, email, sise' data-endpoint=http://127.0.0.1:4174/v1/leads"));

#[tokio::test]
async fn answers_are_told_field_by_field_and_personal_ones_never() {
    visit(Setup { pages: &[TELLS], ..Setup::default() }, async |world| {
        world.go("/tells/").await;
        world.browser.js("window.heard = []; addEventListener('prequal:answer', (e) => heard.push([e.detail.field, e.detail.value ?? null]))").await;
        let chat = world.chat();
        chat.open().await;
        chat.answer_all(FREIGHT_CHIEF).await;
        let heard = world.browser.js("return heard").await;
        let heard: Vec<&Value> = heard.as_array().expect("a list").iter().collect();
        for one in &heard {
            let wanted = match one[0].as_str().expect("a field") {
                "industry" => json!("logistics"),
                "carriers" => json!("[\"parcel\",\"ocean\"]"),
                _ => Value::Null,
            };
            assert_eq!(one[1], wanted, "{one}");
        }
        assert_eq!(heard.len(), FREIGHT_CHIEF.len());
        let email = "prequal: PQ405 at data-tell: The answer to “email” is personal";
        world.assert_said(&[email, "prequal: PQ406 at data-tell: The flow has no field “sise”."]).await;
    })
    .await;
}

const LAYER: (&str, &str) = page!(
    "layer",
    tag!(
        "data-datalayer=dataLayer data-sink=/drop-off data-tell=industry data-endpoint=http://127.0.0.1:4174/v1/leads"
    )
);

fn sunk(world: &World) -> Vec<Vec<u8>> {
    let requests = world.site.log().requests.into_iter().filter(|request| request.path == "/drop-off");
    requests.map(|request| request.body).collect()
}

#[tokio::test]
async fn the_data_layer_and_the_sink_wait_for_a_yes() {
    visit(Setup { pages: &[LAYER], ..Setup::default() }, async |world| {
        world.go("/layer/").await;
        let chat = world.chat();
        chat.open().await;
        chat.answer_all(FREIGHT_CHIEF).await;
        assert_eq!(world.browser.js("return typeof dataLayer").await, "undefined", "nothing before consent");
        assert_eq!(sunk(world).len(), 0);
        chat.agree().await;
        chat.wait_for_delivery("sent").await;
        let layer = world.browser.js("return dataLayer").await;
        let entries = layer.as_array().expect("a data layer");
        let first = entries.iter().find(|one| one["event"] == "prequal_answer").expect("an answer");
        let told = json!({ "event": "prequal_answer", "prequal_step": "ask_industry", "prequal_field": "industry", "prequal_value": "logistics" });
        assert_eq!(*first, told);
        for name in ["prequal_consent", "prequal_submitted", "prequal_delivered", "prequal_stage"] {
            assert!(entries.iter().any(|one| one["event"] == name), "{name} in {layer}");
        }
        let text = layer.to_string();
        for answer in ["Ada", "fleetworks", "12000", "Rotterdam"] {
            assert!(!text.contains(answer), "{answer} in {text}");
        }
        wait_until("a post to the sink", async || !sunk(world).is_empty()).await;
        tokio::time::sleep(QUIET).await;
        let bodies = sunk(world);
        assert_eq!(bodies.len(), 1);
        let way: Value = serde_json::from_slice(&bodies[0]).expect("JSON");
        let keys: Vec<&String> = way.as_object().expect("an object").keys().collect();
        assert_eq!(keys, ["flow", "steps", "version"]);
        assert_eq!(way["flow"], "northbeam-needs-assessment");
        let steps = way["steps"].as_array().expect("steps");
        assert_eq!(steps[0]["step"], "ask_industry");
        assert!(steps.iter().all(|step| step.as_object().is_some_and(|step| step.len() == 3)), "{way}");
        assert_eq!(steps.last().map(|step| &step["step"]), Some(&json!("end_guide")));
        assert!(["0-5", "5-15", "15-60"].contains(&steps[1]["seconds"].as_str().expect("a band")));
        world.assert_said(&[]).await;
    })
    .await;
}

const MARKETING: (&str, &str) = page!("marketing", tag!("data-datalayer='dataLayer newsletter' data-tell=industry"));
const MISTAKEN: (&str, &str) = page!("mistaken", tag!("data-datalayer='dataLayer marketing'"));

/// A purpose that the page's author names is the one that counts, whatever else was agreed to.
#[tokio::test]
async fn the_data_layer_waits_for_the_purpose_that_is_named() {
    for (purposes, told) in [(&[0][..], false), (&[0, 1], true)] {
        visit(Setup { pages: &[MARKETING], ..Setup::default() }, async |world| {
            world.go("/marketing/").await;
            let chat = world.chat();
            chat.open().await;
            chat.answer_all(FREIGHT_CHIEF).await;
            chat.tick_purposes(purposes).await;
            chat.click("[data-act=agree]").await;
            chat.wait("root.querySelector('form h2')").await;
            tokio::time::sleep(QUIET).await;
            assert_eq!(world.browser.js("return typeof dataLayer").await != "undefined", told, "{purposes:?}");
        })
        .await;
    }
    visit(Setup { pages: &[MISTAKEN], ..Setup::default() }, async |world| {
        world.go("/mistaken/").await;
        world.chat().open().await;
        let said =
            "prequal: PQ406 at data-datalayer: The flow has no purpose “marketing”. It has: contact, newsletter.";
        world.assert_said(&[said]).await;
    })
    .await;
}

#[tokio::test]
async fn after_a_no_the_data_layer_and_the_sink_hear_nothing() {
    visit(Setup { pages: &[LAYER], ..Setup::default() }, async |world| {
        world.go("/layer/").await;
        let chat = world.chat();
        chat.open().await;
        chat.answer_all(FREIGHT_CHIEF).await;
        chat.refuse().await;
        chat.assert_asked("Nothing was sent").await;
        world.browser.js_async("await prequal.reset()").await;
        chat.answer_all(&PASSER_BY[..3]).await;
        world.assert_nothing_was_sent().await;
        assert_eq!(world.browser.js("return typeof dataLayer").await, "undefined");
        assert_eq!(sunk(world).len(), 0);
    })
    .await;
}

const SILENT: (&str, &str) = page!("silent", "<script src=/silent/storage.js></script>", tag!(""));
const SILENCE: (&str, &str) = ("silent/storage.js", "IDBFactory.prototype.databases = () => new Promise(() => {});");
const DENIED: (&str, &str) = page!("denied", "<script src=/denied/storage.js></script>", tag!(""));
const DENIAL: (&str, &str) = (
    "denied/storage.js",
    "IDBFactory.prototype.databases = () => { throw new DOMException('denied', 'SecurityError'); };",
);

/// What each of three methods comes to that look into the browser's storage.
const LOOK: &str = "const all = ['exportData', 'withdraw', 'erase'].map((method) => prequal[method]());
    return await Promise.all(all.map((one) => one.then(() => 'done', ({ message }) => message)));";

/// What is not known to be deleted is not said to be.
#[tokio::test]
async fn who_asks_storage_that_does_not_answer_is_told_so() {
    visit(Setup { pages: &[SILENT, SILENCE, DENIED, DENIAL], ..Setup::default() }, async |world| {
        world.go("/silent/").await;
        world.browser.wait("window.prequal").await;
        assert_eq!(world.browser.js_async(LOOK).await, json!(vec!["This browser's storage does not answer."; 3]));
        // Where it is denied nothing can be in it, and nothing comes of it later either.
        world.go("/denied/").await;
        world.browser.wait("window.prequal").await;
        assert_eq!(world.browser.js_async(LOOK).await, json!(vec!["done"; 3]));
        tokio::time::sleep(Duration::from_secs(4)).await;
        world.assert_said(&[]).await;
    })
    .await;
}
