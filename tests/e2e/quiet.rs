//! What a page notices of the widget before it is opened, and after a visitor said no: nothing.

use crate::harness::browser::{DESKTOP, Look};
use crate::harness::chat::Chat;
use crate::harness::native::{Answer, FREIGHT_CHIEF};
use crate::harness::{QUIET, Setup, World, visit};
use crate::{page, tag};
use serde_json::json;

fn requested(world: &World) -> Vec<String> {
    let requests = world.site.log().requests;
    let mut paths: Vec<String> = requests.into_iter().map(|request| request.path).collect();
    paths.retain(|path| path.starts_with("/prequal"));
    paths.sort();
    paths
}

fn none() -> serde_json::Value {
    json!({ "cookies": "", "local": 0, "session": 0, "databases": 0, "caches": 0 })
}

#[tokio::test]
async fn before_it_is_opened_there_is_only_the_loader() {
    visit(Setup::default(), async |world| {
        world.go("/pricing/?utm_source=news").await;
        world.chat().find("[part~=launcher]").await;
        tokio::time::sleep(QUIET).await;
        assert_eq!(requested(world), ["/prequal/prequal.js"]);
        world.assert_nothing_was_sent().await;
        assert_eq!(world.traces().await, none());
        world.assert_said(&[]).await;
    })
    .await;
}

/// How far what was seen moved, each time.
async fn shifts(world: &World) -> serde_json::Value {
    tokio::time::sleep(QUIET).await;
    let shift = "if (!PerformanceObserver.supportedEntryTypes.includes('layout-shift')) return 'not told';
        return new Promise((done) => {
            new PerformanceObserver((list) => done(list.getEntries().map((e) => e.value))).observe({ type: 'layout-shift', buffered: true });
            setTimeout(() => done([]), 300);
        });";
    world.browser.js_async(shift).await
}

#[tokio::test]
async fn nothing_on_the_page_moves() {
    visit(Setup { alone: true, ..Setup::default() }, async |world| {
        world.go("/pricing/").await;
        world.chat().find("[part~=launcher]").await;
        assert_eq!(shifts(world).await, json!([]));
    })
    .await;
}

/// A low form, with the site's style sheet, which keeps the place.
const LOW: (&str, &str) = page!(
    "low",
    "<link rel=stylesheet href=/site.css>",
    "<prequal-chat mode=inline><form><input aria-label=Mail></form></prequal-chat><p>What follows</p>",
    tag!("")
);

#[tokio::test]
async fn nothing_moves_when_the_conversation_takes_the_place_of_a_form() {
    for look in [DESKTOP, Look { width: 390, height: 844, dark: false }] {
        visit(Setup { pages: &[LOW], look, alone: true, ..Setup::default() }, async |world| {
            world.site.hold_file("/prequal-face.wasm");
            world.go("/low/").await;
            let chat = Chat::new(world, "prequal-chat[mode]");
            let below = "return document.querySelector('main > p:last-of-type').getBoundingClientRect().top";
            let before = world.browser.js(below).await;
            assert!(before.as_f64().unwrap() < f64::from(look.height), "what follows is in view");
            // The sheet of this page stands in its body, and may come after the first words are drawn.
            let own = shifts(world).await;
            world.site.let_go();
            chat.wait_for_question().await;
            assert_eq!(shifts(world).await, own, "{} wide", look.width);
            assert_eq!(world.browser.js(below).await, before);
            // The demo's own page, with a form of another height.
            world.go("/contact/").await;
            world.browser.js("document.querySelector('prequal-chat').scrollIntoView()").await;
            chat.wait_for_question().await;
            assert_eq!(shifts(world).await, json!([]), "the demo's, {} wide", look.width);
        })
        .await;
    }
}

#[tokio::test]
async fn after_a_refusal_nothing_is_left() {
    visit(Setup::default(), async |world| {
        world.go("/pricing/?utm_source=news").await;
        let page = "return [location.href, document.title, history.length, JSON.stringify(history.state), window.name, typeof dataLayer]";
        let before = world.browser.js(page).await;
        let chat = world.chat();
        chat.open().await;
        chat.answer_all(FREIGHT_CHIEF).await;
        chat.answer("phone", &Answer::Type("+44 20 7946 0123")).await;
        chat.refuse().await;
        chat.assert_asked("Nothing was sent").await;
        world.assert_nothing_was_sent().await;
        assert_eq!(world.traces().await, none());
        assert_eq!(world.browser.js(page).await, before);
        world.assert_said(&[]).await;
        let files = [
            "/prequal.json",
            "/prequal/prequal-engine.js",
            "/prequal/prequal-engine.wasm",
            "/prequal/prequal-face.wasm",
            "/prequal/prequal-widget.js",
            "/prequal/prequal.js",
        ];
        assert_eq!(requested(world), files);
        let html = world.browser.js("return document.documentElement.outerHTML").await;
        for answer in ["Ada", "fleetworks", "7946", "Rotterdam"] {
            assert!(!html.as_str().unwrap().contains(answer), "{answer} stands in the page itself");
            let told = world.site.log().requests.iter().any(|request| {
                let headers = request.headers.iter().any(|(_, value)| value.contains(answer));
                request.path.contains(answer) || headers || String::from_utf8_lossy(&request.body).contains(answer)
            });
            assert!(!told, "{answer} went to the site");
        }
    })
    .await;
}
