//! The page works without the widget: wasm forbidden, scripts forbidden, files missing.

use crate::harness::{Setup, World, visit, wait_until};

/// The site's own policy, which a careful administrator wrote before there was a widget.
pub const NO_WASM: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";
pub const NO_SCRIPT: &str =
    "default-src 'none'; script-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'";

/// Fills the contact page's own form as a visitor does, and sends it.
async fn assert_the_form_posts(world: &World) {
    let visible = world.browser.js("return document.querySelector('#contact-form').checkVisibility()").await;
    assert_eq!(visible, true, "the page's own form shows");
    world.browser.click("#f-name").await;
    for (place, text) in ["Ada Okafor", "ada@fleetworks.example", "Fleetworks", "Call me"].iter().enumerate() {
        if place > 0 {
            world.browser.press(&[crate::harness::browser::key::TAB]).await;
        }
        world.browser.type_text(text).await;
    }
    world.browser.click("#contact-form [type=submit]").await;
    let form = world.posted_form().await;
    assert_eq!(form, "name=Ada+Okafor&email=ada%40fleetworks.example&company=Fleetworks&message=Call+me");
    world.browser.wait("document.body.textContent.includes('Thank you')").await;
    world.assert_nothing_was_sent().await;
}

async fn assert_no_launcher(world: &World) {
    world.browser.wait("!document.querySelector('prequal-chat:not([mode=inline])')").await;
}

async fn scroll_to_form(world: &World) {
    world.browser.js("document.querySelector('prequal-chat').scrollIntoView({ block: 'center' })").await;
}

#[tokio::test]
async fn wasm_blocked_by_policy() {
    visit(Setup { csp: Some(NO_WASM), ..Setup::default() }, async |world| {
        world.go("/pricing/").await;
        assert_no_launcher(world).await;
        world.assert_said(&["prequal: PQ402 at /pricing/: "]).await;
        world.go("/contact/").await;
        assert_no_launcher(world).await;
        scroll_to_form(world).await;
        world.assert_said(&["prequal: PQ402 at /pricing/: ", "prequal: PQ402 at /contact/: "]).await;
        assert_the_form_posts(world).await;
    })
    .await;
}

#[tokio::test]
async fn scripts_blocked_by_policy() {
    visit(Setup { csp: Some(NO_SCRIPT), ..Setup::default() }, async |world| {
        world.go("/contact/").await;
        world.assert_said(&[]).await;
        assert_the_form_posts(world).await;
    })
    .await;
}

/// A file of dist/ that was not uploaded: the widget gives up at the visitor's first intent.
async fn missing(file: &'static [&'static str]) {
    visit(Setup { without: file, ..Setup::default() }, async |world| {
        world.go("/pricing/").await;
        let launcher = world.chat().find("[part~=launcher]").await;
        world.browser.point_at(launcher, 0).await;
        assert_no_launcher(world).await;
        let complaint = format!("prequal: PQ403 at {}/prequal/: ", world.site.origin());
        world.assert_said(&[&complaint]).await;
        world.go("/contact/").await;
        scroll_to_form(world).await;
        wait_until("the second complaint", async || world.browser.console().await.len() >= 2).await;
        world.assert_said(&[&complaint, &complaint]).await;
        assert_the_form_posts(world).await;
    })
    .await;
}

#[tokio::test]
async fn without_the_face() {
    missing(&["dist/prequal-face.wasm"]).await;
}

#[tokio::test]
async fn without_the_engine() {
    missing(&["dist/prequal-engine.wasm"]).await;
}

#[tokio::test]
async fn without_the_engines_script() {
    missing(&["dist/prequal-engine.js"]).await;
}

#[tokio::test]
async fn without_the_widget_script() {
    missing(&["dist/prequal-widget.js"]).await;
}

#[tokio::test]
async fn without_the_loader() {
    visit(Setup { without: &["dist/prequal.js"], ..Setup::default() }, async |world| {
        world.go("/contact/").await;
        world.assert_said(&[]).await;
        assert_the_form_posts(world).await;
    })
    .await;
}
