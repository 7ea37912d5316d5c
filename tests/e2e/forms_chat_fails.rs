//! A form whose conversation cannot be held: it shows, and posts as it always did.

use crate::forms_chat::{POSTED, shown};
use crate::forms_chat_pages::{FLOW, PAGES};
use crate::harness::{QUIET, Setup, World, visit, wait_until};

/// Fills in the form by hand and sends it.
async fn assert_it_posts(world: &World) {
    assert!(shown(world).await, "the form shows");
    world
        .browser
        .js("document.querySelector('#i').value = 'Logistics';
            for (const [name, text] of [['shipments', '120'], ['reference', 'ABC-12'], ['your-email', 'ada@fleetworks.example']])
                document.querySelector(`[name=${name}]`).value = text;")
        .await;
    for selector in ["[value=call]", "[name=acceptance-1]", "[name=go]"] {
        world.browser.click(selector).await;
    }
    assert_eq!(world.posted_form().await, POSTED);
    world.browser.wait("document.body.textContent.includes('Thank you')").await;
    world.assert_nothing_was_sent().await;
}

const NO_WASM: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'self'; \
    require-trusted-types-for 'script'; trusted-types 'none'";

async fn fails(setup: Setup, said: &[&str]) {
    visit(Setup { pages: PAGES, ..setup }, async |world| {
        world.go("/form/").await;
        wait_until("the complaint", async || world.browser.console().await.len() >= said.len()).await;
        tokio::time::sleep(QUIET).await;
        world.assert_said(said).await;
        assert_it_posts(world).await;
    })
    .await;
}

#[tokio::test]
async fn wasm_blocked() {
    fails(Setup { csp: Some(NO_WASM), ..Setup::flow(FLOW) }, &["prequal: PQ402 at /form/: "]).await;
}

#[tokio::test]
async fn a_flow_that_is_not_there() {
    fails(Setup { without: &["demo/prequal.json"], ..Setup::default() }, &["prequal: PQ401 at /prequal.json: "]).await;
}

#[tokio::test]
async fn a_broken_flow() {
    // The first question can be drawn, and the form is back once the engine has read the rest.
    let flow = FLOW.replace("\"next\": \"ask_email\"", "\"next\": \"nowhere\"");
    fails(Setup::flow(flow), &["prequal: PQ201 at "]).await;
}

#[tokio::test]
async fn a_flow_that_is_no_json() {
    fails(Setup::flow("{"), &["prequal: PQ101 at "]).await;
}

#[tokio::test]
async fn without_the_engine() {
    visit(Setup { pages: PAGES, without: &["dist/prequal-engine.wasm"], ..Setup::flow(FLOW) }, async |world| {
        world.go("/form/").await;
        world.browser.wait("document.querySelector('#own').checkVisibility()").await;
        wait_until("the complaint", async || !world.browser.console().await.is_empty()).await;
        assert_it_posts(world).await;
    })
    .await;
}

#[tokio::test]
async fn without_the_script_of_forms() {
    visit(Setup { pages: PAGES, without: &["dist/prequal-forms.js"], ..Setup::flow(FLOW) }, async |world| {
        world.go("/form/").await;
        tokio::time::sleep(QUIET).await;
        assert_it_posts(world).await;
    })
    .await;
}
