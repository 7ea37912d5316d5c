//! The widget through the life of a page: several of it, its script twice, bodies exchanged, elements taken off
//! and put back, a page that comes back from the browser's cache.

use crate::harness::browser::{key, texts};
use crate::harness::chat::Chat;
use crate::harness::native::{Answer, FREIGHT_CHIEF};
use crate::harness::{QUIET, Setup, World, visit};
use crate::{page, tag};
use serde_json::json;

const TWO_FLOWS: (&str, &str) = page!(
    "two",
    tag!("data-label=First"),
    "<script src=/prequal/prequal.js data-flow=/second.json data-label=Second data-placement=start defer></script>",
    "<section><prequal-chat mode=inline flow=/third.json><form action=/contact method=post><label>Name <input name=name></label></form></prequal-chat></section>"
);
const FLOW: &str = include_str!("../../www/demo/prequal.json");
const SECOND: (&str, &str) = ("second.json", FLOW);
const THIRD: (&str, &str) = ("third.json", FLOW);

async fn count(world: &World, selector: &str) -> i64 {
    let script = format!("return document.querySelectorAll('{selector}').length");
    world.browser.js(&script).await.as_i64().expect("a number")
}

#[tokio::test]
async fn several_widgets_go_their_own_ways_and_see_the_same_page() {
    visit(Setup { pages: &[TWO_FLOWS, SECOND, THIRD], ..Setup::default() }, async |world| {
        world.go("/two/").await;
        let inline = Chat::new(world, "prequal-chat[flow=\"/third.json\"]");
        inline.wait_for_question().await;
        let first = Chat::new(world, "prequal-chat[flow=\"/prequal.json\"]");
        let second = Chat::new(world, "prequal-chat[flow=\"/second.json\"]");
        for launcher in [first, second] {
            launcher.wait("root?.querySelector('[part=launcher]')").await;
            assert_eq!(launcher.js("root.host.hidden").await, false, "the inline one has a flow of its own");
        }
        assert_eq!(first.js("root.querySelector('[part=launcher]').textContent").await, "First");
        assert_eq!(second.js("root.querySelector('[part=launcher]').textContent").await, "Second");
        first.open().await;
        second.open().await;
        first.answer_all(&FREIGHT_CHIEF[..2]).await;
        second.answer("industry", &Answer::Pick("other")).await;
        inline.answer_all(&FREIGHT_CHIEF[..1]).await;
        assert_eq!(first.transcript().await, ["Logistics & freight", "12,000"]);
        assert_eq!(second.transcript().await.len(), 1);
        assert_eq!(inline.transcript().await, ["Logistics & freight"]);
        // One page view, and each hears of it.
        world.browser.js("window.heard = []; addEventListener('prequal:score', (e) => heard.push(e.target.getAttribute('flow')))").await;
        world.browser.js("history.pushState(null, '', '/pricing/')").await;
        world.browser.click("h1").await;
        world.browser.wait("heard.length >= 3").await;
        let mut heard = texts(&world.browser.js("return heard").await);
        heard.sort();
        heard.dedup();
        assert_eq!(heard, ["/prequal.json", "/second.json", "/third.json"]);
        world.assert_said(&[]).await;
    })
    .await;
}

const TWICE: (&str, &str) = page!(
    "twice",
    tag!(""),
    tag!(""),
    "<script src='/prequal/prequal.js?another-release' data-flow=/prequal.json defer></script>"
);

#[tokio::test]
async fn a_script_that_is_there_twice_does_no_harm() {
    visit(Setup { pages: &[TWICE], ..Setup::default() }, async |world| {
        world.go("/twice/").await;
        let chat = world.chat();
        chat.open().await;
        assert_eq!(count(world, "prequal-chat").await, 1);
        chat.answer_all(&FREIGHT_CHIEF[..2]).await;
        // One page view, not one a script.
        let signals = "return (await prequal.exportData()).lead.signals";
        world.browser.js("history.pushState(null, '', '/pricing/')").await;
        world.browser.click("h1").await;
        tokio::time::sleep(QUIET).await;
        let seen = world.browser.js_async(signals).await;
        assert_eq!(seen[0]["count"], json!(1), "{seen}");
        world.assert_said(&[]).await;
    })
    .await;
}

const SITE: (&str, &str) = page!("site", tag!(""));

#[tokio::test]
async fn a_launcher_outlives_the_body_it_came_with() {
    visit(Setup { pages: &[SITE], ..Setup::default() }, async |world| {
        world.go("/site/").await;
        let chat = world.chat();
        chat.open().await;
        chat.answer_all(&FREIGHT_CHIEF[..1]).await;
        // As Turbo and Astro do it: another body, which may bring the script's tag along.
        let exchange = "const body = document.createElement('body');
            const heading = body.appendChild(document.createElement('h1'));
            heading.textContent = 'Another page';
            body.append(document.querySelector('script[data-flow]').cloneNode(true));
            document.documentElement.replaceChild(body, document.body);
            history.pushState(null, '', '/pricing/');";
        for _ in 0..2 {
            world.browser.js(exchange).await;
            assert_eq!(count(world, "prequal-chat").await, 1);
        }
        chat.assert_asked(chat.label("shipments")).await;
        chat.answer_all(&FREIGHT_CHIEF[1..2]).await;
        chat.close().await;
        chat.open().await;
        assert_eq!(chat.transcript().await, ["Logistics & freight", "12,000"]);
        world.assert_said(&[]).await;
    })
    .await;
}

const INLINE: (&str, &str) = page!("inline", "<div id=place><prequal-chat mode=inline></prequal-chat></div>", tag!(""));

#[tokio::test]
async fn an_element_taken_off_hears_nothing_and_goes_on_when_it_is_back() {
    visit(Setup { pages: &[INLINE], ..Setup::default() }, async |world| {
        world.go("/inline/").await;
        let chat = world.inline_chat();
        chat.wait_for_question().await;
        chat.answer_all(&FREIGHT_CHIEF[..1]).await;
        let note = "window.heard = []; window.element = document.querySelector('prequal-chat[mode=inline]');
            element.addEventListener('prequal:score', (e) => heard.push(e.detail.grade)); element.remove();";
        world.browser.js(note).await;
        assert_eq!(
            world.browser.js("return document.querySelector('prequal-chat:not([mode])').hidden").await,
            false,
            "the launcher stands in again"
        );
        world.browser.js("history.pushState(null, '', '/pricing/')").await;
        world.browser.click("h1").await;
        tokio::time::sleep(QUIET).await;
        assert_eq!(world.browser.js("return heard").await, json!([]), "what is off the page hears nothing");
        world.browser.js("document.querySelector('#place').append(element)").await;
        world.browser.wait("heard.length === 1").await;
        chat.assert_asked(chat.label("shipments")).await;
        assert_eq!(chat.transcript().await, ["Logistics & freight"]);
        chat.answer_all(&FREIGHT_CHIEF[1..2]).await;
    })
    .await;
}

#[tokio::test]
async fn a_new_element_takes_the_conversation_over() {
    visit(Setup { pages: &[INLINE], ..Setup::default() }, async |world| {
        world.go("/inline/").await;
        let chat = world.inline_chat();
        chat.wait_for_question().await;
        chat.answer_all(&FREIGHT_CHIEF[..1]).await;
        chat.type_into_field("77").await;
        // As a framework does that draws the page anew.
        let anew = "document.querySelector('prequal-chat[mode=inline]').remove();
            const element = document.createElement('prequal-chat');
            element.setAttribute('mode', 'inline');
            document.querySelector('#place').append(element);";
        world.browser.js(anew).await;
        chat.wait("root?.querySelector('#field')").await;
        assert_eq!(chat.js("root.querySelector('#field').value").await, "77", "not even what was being typed is lost");
        chat.answer_all(&FREIGHT_CHIEF[1..2]).await;
        assert_eq!(chat.transcript().await, ["Logistics & freight", "12,000"]);
        assert_eq!(chat.js("root.querySelector('[part=panel]').checkVisibility()").await, true);
        // Events come from where it is now.
        world.browser.js("document.querySelector('prequal-chat[mode=inline]').addEventListener('prequal:answer', (e) => { window.answered = e.detail.field })").await;
        chat.answer_all(&FREIGHT_CHIEF[2..3]).await;
        assert_eq!(world.browser.js("return answered").await, "carriers");
        // Taken off for good, it is not taken over: another one begins anew.
        world.browser.js_async("await document.querySelector('prequal-chat[mode=inline]').destroy()").await;
        world.browser.js(anew.split_once('\n').expect("two lines").1).await;
        chat.wait_for_question().await;
        chat.assert_asked(chat.label("industry")).await;
        assert_eq!(chat.transcript().await.len(), 0);
        world.assert_said(&[]).await;
    })
    .await;
}

/// Goes on to another page and comes back; whether the page itself came back.
async fn leave_and_return(world: &World) -> bool {
    world.browser.js("addEventListener('pageshow', (e) => { window.cameBack = e.persisted })").await;
    world.go("/privacy/").await;
    world.browser.client.back().await.expect("back");
    world.browser.js("return window.cameBack === true").await == true
}

/// Where a browser keeps pages: nothing of the widget keeps it from that. Answered by keys, as Firefox's driver
/// leaves a listener for the end of a page where it clicked, and Firefox keeps no page with one.
#[tokio::test]
async fn a_page_that_comes_back_is_as_it_was_left() {
    visit(Setup { pages: &[SITE], kept: true, ..Setup::default() }, async |world| {
        world.go("/site/").await;
        let chat = world.chat();
        chat.wait("root").await;
        chat.tab_to("[part~=launcher]").await;
        world.browser.press(&[key::ENTER]).await;
        chat.wait_for_question().await;
        chat.tab_to("form .option").await;
        world.browser.press(&[key::ENTER]).await;
        chat.assert_asked(chat.label("shipments")).await;
        chat.tab_to("#field").await;
        world.browser.type_text("12000").await;
        world.browser.press(&[key::ENTER]).await;
        chat.assert_asked(chat.label("carriers")).await;
        let answers = chat.transcript().await;
        assert_eq!(answers.len(), 2);
        let back = leave_and_return(world).await;
        let why = "return JSON.stringify(performance.getEntriesByType('navigation')[0].notRestoredReasons ?? null)";
        assert!(back, "loaded anew: {}", world.browser.js(why).await);
        chat.assert_asked(chat.label("carriers")).await;
        assert_eq!(chat.transcript().await, answers);
        chat.answer_all(&FREIGHT_CHIEF[2..3]).await;
        assert_eq!(count(world, "prequal-chat").await, 1);
        world.assert_said(&[]).await;
    })
    .await;
}

/// Where the page may not be kept, it is loaded anew, and the widget begins anew with it.
#[tokio::test]
async fn a_page_that_is_not_kept_begins_anew() {
    visit(Setup { pages: &[SITE], ..Setup::default() }, async |world| {
        world.go("/site/").await;
        let chat = world.chat();
        chat.open().await;
        chat.answer_all(&FREIGHT_CHIEF[..2]).await;
        if leave_and_return(world).await {
            chat.assert_asked(chat.label("carriers")).await;
            chat.close().await;
        } else {
            chat.wait("root && !root.querySelector('[part=panel]')").await;
        }
        assert_eq!(count(world, "prequal-chat").await, 1);
        chat.open().await;
        world.assert_said(&[]).await;
    })
    .await;
}
