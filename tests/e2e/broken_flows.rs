//! A flow with a mistake: no launcher once a visitor wants it, the page's own form, and one line on
//! the console that says where the mistake stands and what to do.

use crate::harness::{Setup, demo_flow, visit};
use serde_json::{Value, json};

/// A page with its own form and a launcher beside it.
const LANDING: (&str, &str) = (
    "landing/index.html",
    "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'><title>Landing</title>
    <h1>Try it</h1><div style='height:2000px'></div>
    <form id=contact-form action=/contact method=post><input type=hidden name=page value=landing>
    <label>Name <input name=name></label><button>Send</button></form>
    <script src=/prequal/prequal.js data-flow=/prequal.json data-endpoint=http://127.0.0.1:4174/v1/leads data-fallback=#contact-form defer></script></html>",
);

/// The page without the widget's element.
const PAGE: &str = "(() => {
    const page = document.documentElement.cloneNode(true);
    page.querySelector('prequal-chat:not([mode=inline])')?.remove();
    return page.outerHTML;
})()";

/// Visits a page with each kind of widget; `said` is what its author reads.
async fn assert_gives_up(setup: Setup, said: &str, way_out: &str) {
    let setup = Setup { pages: &[LANDING], ..setup };
    visit(setup, async |world| {
        world.go("/landing/").await;
        let before = world.browser.js(&format!("return {PAGE}")).await;
        world.assert_said(&[]).await;
        world.chat().click("[part~=launcher]").await;
        world.browser.wait("!document.querySelector('prequal-chat')").await;
        world.browser.wait("document.activeElement?.name === 'name'").await;
        let after = world.browser.js(&format!("return {PAGE}")).await;
        assert_eq!(before, after, "the page itself is untouched");
        wait_for_complaint(world, 1).await;
        world.assert_said(&[said]).await;
        let complaint = &world.browser.console().await[0];
        assert!(complaint.contains(way_out), "{complaint}");

        world.go("/contact/").await;
        world.browser.js("document.querySelector('prequal-chat').scrollIntoView({ block: 'center' })").await;
        wait_for_complaint(world, 2).await;
        world.assert_said(&[said, said]).await;
        let form = "return document.querySelector('#contact-form').checkVisibility() && !!document.querySelector('#f-name').offsetHeight";
        assert_eq!(world.browser.js(form).await, true, "the page's own form shows");
        world.assert_nothing_was_sent().await;
    })
    .await;
}

async fn wait_for_complaint(world: &crate::harness::World, count: usize) {
    crate::harness::wait_until("a line on the console", async || world.browser.console().await.len() >= count).await;
    // A second line would follow the first at once.
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
}

fn with(change: impl FnOnce(&mut Value)) -> Setup {
    let mut flow = demo_flow();
    change(&mut flow);
    Setup::flow(flow.to_string())
}

#[tokio::test]
async fn missing() {
    let setup = Setup { without: &["demo/prequal.json"], ..Setup::default() };
    assert_gives_up(setup, "prequal: PQ401 at /prequal.json: ", "Check data-flow").await;
}

#[tokio::test]
async fn not_json() {
    let setup = Setup::flow("{\n  \"prequal\": 1,\n  oops\n}");
    assert_gives_up(setup, "prequal: PQ101 at /prequal.json: ", "line 3").await;
}

#[tokio::test]
async fn unknown_field_in_a_rule() {
    let setup = with(|flow| flow["scoring"]["rules"][0]["when"] = json!({ "==": [{ "var": "rolle" }, "c_level"] }));
    assert_gives_up(setup, "prequal: PQ201 at /prequal.json, scoring.rules[0].when", "“role”").await;
}

#[tokio::test]
async fn a_step_that_does_not_exist() {
    let setup = with(|flow| flow["conversation"]["steps"][1]["next"] = json!("ask_sise"));
    assert_gives_up(setup, "prequal: PQ201 at /prequal.json, conversation.steps[1].next: ", "“ask_size”").await;
}

#[tokio::test]
async fn a_threshold_that_is_no_number() {
    let setup = with(|flow| flow["stages"][2]["from"] = json!("eighty"));
    assert_gives_up(setup, "prequal: PQ102 at /prequal.json, stages[2].from: ", "number").await;
}

#[tokio::test]
async fn an_endpoint_in_the_flow_that_is_not_https() {
    let setup = with(|flow| flow["delivery"]["endpoint"] = json!("http://leads.example.com/v1/leads"));
    assert_gives_up(setup, "prequal: PQ301 at /prequal.json, delivery.endpoint: ", "https").await;
}

#[tokio::test]
async fn an_endpoint_of_the_tag_that_is_not_https() {
    let setup = Setup { receiver_origin: Some("http://leads.example.com"), ..Setup::default() };
    assert_gives_up(setup, "prequal: PQ301 at data-endpoint: ", "Use an https address").await;
}
