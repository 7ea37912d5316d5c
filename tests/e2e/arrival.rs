//! The engine follows the first question: what the visitor does before it is there is neither lost
//! nor disturbed by its arrival.

use crate::harness::browser::key;
use crate::harness::chat::Chat;
use crate::harness::native::{Answer, FREIGHT_CHIEF, assert_agrees};
use crate::harness::{QUIET, Setup, World, demo_flow, visit, wait_until};
use prequal::flow::model::SignalKind::PageView;
use serde_json::{Value, json};

const ENGINE: &str = "/prequal-engine.wasm";

/// Opens the launcher's conversation and stops the engine on its way.
async fn open_without_engine(world: &World) -> Chat<'_> {
    world.site.hold_file(ENGINE);
    world.go("/pricing/").await;
    let chat = world.chat();
    chat.open().await;
    wait_until("a request for the engine", async || {
        world.site.log().requests.iter().any(|request| request.path.ends_with(ENGINE))
    })
    .await;
    chat
}

/// The demo flow with its first question another one.
fn asking_first(field: &str) -> Setup {
    let mut flow = demo_flow();
    flow["conversation"]["steps"][0]["next"] = json!(format!("ask_{field}"));
    Setup::flow(flow.to_string())
}

/// From now on counts what is put into the panel, taken out of it, or changed.
async fn watch(chat: Chat<'_>) {
    chat.js("(window.changes = [], new MutationObserver((all) => changes.push(...all.map((m) => m.type + ' ' + (m.attributeName ?? '') + ' ' + m.target.className)))
        .observe(root.querySelector('[part~=panel]'), { childList: true, subtree: true, characterData: true, attributes: true, attributeOldValue: true }), 0)").await;
}

async fn let_the_engine_come(world: &World) {
    world.site.let_go();
    // It says nothing when it comes.
    tokio::time::sleep(QUIET).await;
}

#[tokio::test]
async fn an_answer_given_before_the_engine_is_held_and_goes_in() {
    visit(Setup::default(), async |world| {
        let chat = open_without_engine(world).await;
        chat.click("form .option:nth-child(2)").await;
        // The visitor thinks again.
        chat.click("form .option:nth-child(1)").await;
        assert_eq!(chat.js("root.querySelector('form').ariaBusy").await, "true");
        assert_eq!(chat.status().await, "One moment, please…");
        let pressed = "[...root.querySelectorAll('form [aria-pressed=true]')].map((o) => o.textContent)";
        assert_eq!(chat.js(pressed).await, json!(["Logistics & freight"]));
        world.site.let_go();
        chat.wait("root.querySelector('#field')").await;
        chat.assert_asked(chat.label("shipments")).await;
        assert_eq!(chat.status().await, "Private until you agree to send");
        assert_eq!(chat.js("root.activeElement.id").await, "field", "the focus goes on with the visitor");
        assert_eq!(chat.transcript().await, ["Logistics & freight"]);
        chat.answer_all(&FREIGHT_CHIEF[1..]).await;
        chat.answer("phone", &Answer::Skip).await;
        chat.agree().await;
        chat.wait_for_delivery("sent").await;
        let lead = world.the_one_lead().await;
        let answers = [FREIGHT_CHIEF, &[("phone", Answer::Skip)]].concat();
        assert_agrees(&lead, &world.flow, &[(PageView, "/pricing/")], &answers);
        world.assert_said(&[]).await;
    })
    .await;
}

#[tokio::test]
async fn a_held_answer_takes_no_focus_from_the_page() {
    visit(Setup::default(), async |world| {
        let chat = open_without_engine(world).await;
        chat.click("form .option").await;
        world.browser.js("document.querySelector('#site-nav a').focus()").await;
        world.site.let_go();
        chat.wait("root.querySelector('#field')").await;
        assert_eq!(world.browser.js("return document.activeElement.closest('#site-nav') !== null").await, true);
    })
    .await;
}

#[tokio::test]
async fn typed_text_focus_and_caret_survive_the_engines_arrival() {
    visit(asking_first("size"), async |world| {
        let chat = open_without_engine(world).await;
        chat.assert_asked(chat.label("company_size")).await;
        assert_eq!(chat.js("root.activeElement.id").await, "field");
        world.browser.type_text("3200").await;
        chat.js("(root.querySelector('#field').setSelectionRange(1, 2), 0)").await;
        watch(chat).await;
        let_the_engine_come(world).await;
        let field = "(({ value, selectionStart, selectionEnd }) => [value, selectionStart, selectionEnd])(root.querySelector('#field'))";
        assert_eq!(chat.js(field).await, json!(["3200", 1, 2]));
        assert_eq!(chat.js("root.activeElement.id").await, "field");
        assert_eq!(changes(world).await, json!([]), "nothing is drawn or announced again");
        world.browser.press(&[key::ENTER]).await;
        chat.assert_asked(chat.label("need")).await;
        assert_eq!(chat.transcript().await, ["3,200"]);
    })
    .await;
}

/// What changed, apart from values that were set to what they were.
async fn changes(world: &World) -> Value {
    world.browser.js("return changes.filter((change) => !/^attributes (value|aria-invalid) /.test(change))").await
}

#[tokio::test]
async fn focus_stays_where_it_is_when_the_engine_comes() {
    visit(Setup::default(), async |world| {
        let chat = open_without_engine(world).await;
        world.browser.press(&[key::DOWN, key::DOWN]).await;
        watch(chat).await;
        let_the_engine_come(world).await;
        assert_eq!(chat.js("root.activeElement.textContent").await, "Manufacturing");
        assert_eq!(changes(world).await, json!([]), "nothing is drawn or announced again");
        chat.answer_all(&FREIGHT_CHIEF[..1]).await;
        chat.assert_asked(chat.label("shipments")).await;
    })
    .await;
}

#[tokio::test]
async fn whoever_goes_on_writing_has_not_answered_yet() {
    visit(asking_first("size"), async |world| {
        let chat = open_without_engine(world).await;
        world.browser.type_text("32").await;
        world.browser.press(&[key::ENTER]).await;
        assert_eq!(chat.js("root.querySelector('form').ariaBusy").await, "true");
        assert_eq!(chat.js("root.querySelector('#field').value").await, "32");
        world.browser.type_text("0").await;
        assert_eq!(chat.js("root.querySelector('form').ariaBusy").await, Value::Null);
        let_the_engine_come(world).await;
        chat.assert_asked(chat.label("company_size")).await;
        world.browser.press(&[key::ENTER]).await;
        assert_eq!(chat.transcript().await, ["320"]);
    })
    .await;
}

#[tokio::test]
async fn a_wrong_answer_that_was_held_gets_its_message() {
    visit(asking_first("size"), async |world| {
        let chat = open_without_engine(world).await;
        world.browser.type_text("many").await;
        world.browser.press(&[key::ENTER]).await;
        world.site.let_go();
        chat.wait("root.querySelector('#problem').textContent").await;
        assert_eq!(chat.problem().await, "Please enter a number, such as 1200.");
        assert_eq!(chat.js("root.querySelector('#field').value").await, "many");
        assert_eq!(chat.js("root.activeElement.id").await, "field");
    })
    .await;
}

#[tokio::test]
async fn an_engine_that_never_comes_gives_way_to_the_form() {
    visit(Setup { without: &["dist/prequal-engine.wasm"], ..Setup::default() }, async |world| {
        world.site.hold_file(ENGINE);
        world.go("/contact/").await;
        world.browser.js("document.querySelector('prequal-chat').scrollIntoView({ block: 'center' })").await;
        let chat = world.inline_chat();
        chat.wait_for_question().await;
        chat.click("form .option").await;
        world.site.let_go();
        world.browser.wait("document.querySelector('#contact-form').checkVisibility()").await;
        world.browser.wait("document.activeElement?.id === 'f-name'").await;
        let complaint = format!("prequal: PQ403 at {}/prequal/: ", world.site.origin());
        world.assert_said(&[&complaint]).await;
        world.assert_nothing_was_sent().await;
    })
    .await;
}

#[tokio::test]
async fn a_broken_flow_whose_first_question_showed_gives_way_to_the_form() {
    let mut flow = demo_flow();
    flow["scoring"]["rules"][0]["score"] = json!("fitt");
    visit(Setup::flow(flow.to_string()), async |world| {
        world.site.hold_file(ENGINE);
        world.go("/contact/").await;
        world.browser.js("document.querySelector('prequal-chat').scrollIntoView({ block: 'center' })").await;
        let chat = world.inline_chat();
        chat.wait_for_question().await;
        world.site.let_go();
        world.browser.wait("document.querySelector('#contact-form').checkVisibility()").await;
        wait_until("a line on the console", async || !world.browser.console().await.is_empty()).await;
        world.assert_said(&["prequal: PQ201 at /prequal.json, scoring.rules[0].score: "]).await;
        assert_ne!(world.browser.js("return document.activeElement.id").await, "f-name", "nobody was answering");
        world.assert_nothing_was_sent().await;
    })
    .await;
}

#[tokio::test]
async fn a_panel_that_was_open_takes_the_visitor_to_the_form() {
    visit(Setup { without: &["dist/prequal-engine.wasm"], pages: &[LANDING], ..Setup::default() }, async |world| {
        world.site.hold_file(ENGINE);
        world.go("/landing/").await;
        world.chat().open().await;
        world.site.let_go();
        world.browser.wait("!document.querySelector('prequal-chat')").await;
        world.browser.wait("document.activeElement?.name === 'name'").await;
    })
    .await;
}

const LANDING: (&str, &str) = (
    "landing/index.html",
    "<!doctype html><html lang=en><meta charset=utf-8><title>Landing</title><h1>Try it</h1><div style='height:2000px'></div>
    <form id=contact-form action=/contact method=post><label>Name <input name=name></label><button>Send</button></form>
    <script src=/prequal/prequal.js data-flow=/prequal.json data-fallback=#contact-form defer></script></html>",
);

#[tokio::test]
async fn a_flow_that_the_face_cannot_open_waits_for_the_engine() {
    let mut flow = demo_flow();
    let seen = json!({ ">": [{ "var": "signal.pricing_viewed" }, 0] });
    flow["conversation"]["steps"][0]["branches"] = json!([{ "when": seen, "to": "ask_size" }]);
    visit(Setup::flow(flow.to_string()), async |world| {
        world.site.hold_file(ENGINE);
        world.go("/pricing/").await;
        let chat = world.chat();
        chat.click("[part~=launcher]").await;
        chat.wait("root.querySelector('[part~=launcher]').ariaBusy === 'true'").await;
        let bubble = "getComputedStyle(root.querySelector('[part~=launcher]'), '::before').opacity";
        assert_eq!(chat.js(bubble).await, "0", "and it is seen");
        tokio::time::sleep(QUIET).await;
        assert_eq!(chat.js("root.querySelector('[part~=launcher]').ariaBusy").await, "true");
        assert_eq!(chat.js("!!root.querySelector('[part~=panel]')").await, false);
        world.site.let_go();
        chat.wait_for_question().await;
        chat.assert_asked(chat.label("company_size")).await;
        assert_eq!(chat.js("root.activeElement.id").await, "field");
        assert_eq!(chat.js("root.querySelector('[part~=launcher]').ariaBusy").await, Value::Null);
        assert_eq!(chat.js(bubble).await, "1");
    })
    .await;
}
