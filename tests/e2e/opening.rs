//! Opening by itself: at which moment, on which pages, for whom and how often; and never in the way.

use crate::harness::native::{Answer, FREIGHT_CHIEF};
use crate::harness::{QUIET, Setup, World, visit};
use crate::{page, tag};
use serde_json::json;
use std::time::Duration;

const IS_OPEN: &str = "document.querySelector('prequal-chat').hasAttribute('open')";

async fn wait_until_open(world: &World) {
    world.browser.wait(IS_OPEN).await;
    world.chat().wait_for_question().await;
}

/// Fails unless the widget stays closed for longer than any of the moments here takes.
async fn assert_stays_closed(world: &World, why: &str) {
    for _ in 0..3 {
        tokio::time::sleep(QUIET).await;
        assert_eq!(world.browser.js(&format!("return {IS_OPEN}")).await, false, "{why}");
    }
}

async fn go_within(world: &World, path: &str) {
    // A click is what tells of it where the Navigation API is missing.
    world.browser.js(&format!("history.pushState(null, '', '{path}')")).await;
    world.browser.click("h1").await;
    tokio::time::sleep(Duration::from_millis(500)).await;
}

fn fetched(world: &World) -> Vec<String> {
    let requests = world.site.log().requests.into_iter();
    requests.map(|request| request.path).filter(|path| path.starts_with("/prequal")).collect()
}

const LOAD: (&str, &str) = page!("load", tag!("data-opening=load"));

#[tokio::test]
async fn when_loaded_without_taking_the_focus() {
    visit(Setup { pages: &[LOAD], ..Setup::default() }, async |world| {
        world.go("/load/").await;
        wait_until_open(world).await;
        assert_eq!(world.browser.js("return document.activeElement === document.body").await, true);
        let chat = world.chat();
        assert_eq!(chat.js("root.querySelector('[part=launcher]').ariaExpanded").await, "true");
        chat.close().await;
        // Once is enough, also on the next page within the page.
        go_within(world, "/elsewhere/").await;
        assert_stays_closed(world, "it was closed").await;
        assert_eq!(world.traces().await["local"], 0, "nothing is kept of it");
        world.assert_said(&[]).await;
    })
    .await;
}

const DELAY: (&str, &str) = page!("delay", tag!("data-opening='delay 1.2s' data-paths='/delay/**, !/delay/private/*'"));

#[tokio::test]
async fn a_delay_is_called_off_elsewhere() {
    visit(Setup { pages: &[DELAY], ..Setup::default() }, async |world| {
        world.go("/delay/").await;
        go_within(world, "/other/").await;
        assert_stays_closed(world, "the visitor is elsewhere").await;
        go_within(world, "/delay/private/room").await;
        assert_stays_closed(world, "left out").await;
        go_within(world, "/delay/prices").await;
        wait_until_open(world).await;
    })
    .await;
}

const SCROLL: (&str, &str) =
    page!("scroll", "<p class=high>", tag!("data-opening='scroll 50%'"), "<link rel=stylesheet href=/high.css>");
const VIEW: (&str, &str) = page!(
    "view",
    "<p class=high></p><h2 id=prices>Prices</h2>",
    tag!("data-opening='view #prices'"),
    "<link rel=stylesheet href=/high.css>"
);
const HIGH: (&str, &str) = ("high.css", ".high { display: block; height: 4000px }");

#[tokio::test]
async fn after_a_share_of_the_page() {
    visit(Setup { pages: &[SCROLL, HIGH], ..Setup::default() }, async |world| {
        world.go("/scroll/").await;
        world.chat().find("[part~=launcher]").await;
        world
            .browser
            .wait("performance.getEntriesByName(new URL('/prequal/prequal-page.js', location).href).length")
            .await;
        tokio::time::sleep(QUIET).await;
        assert_eq!(
            fetched(world),
            ["/prequal/prequal.js", "/prequal/prequal-page.js"],
            "nothing else before the moment"
        );
        world.browser.js("scrollTo(0, (document.documentElement.scrollHeight - innerHeight) * 0.4)").await;
        assert_stays_closed(world, "too little").await;
        world.browser.js("scrollTo(0, (document.documentElement.scrollHeight - innerHeight) * 0.6)").await;
        wait_until_open(world).await;
    })
    .await;
}

#[tokio::test]
async fn when_an_element_comes_into_view() {
    visit(Setup { pages: &[VIEW, HIGH], ..Setup::default() }, async |world| {
        world.go("/view/").await;
        world.browser.wait("document.styleSheets.length && document.documentElement.scrollHeight > 3000").await;
        assert_stays_closed(world, "out of sight").await;
        world.browser.js("document.querySelector('#prices').scrollIntoView()").await;
        wait_until_open(world).await;
    })
    .await;
}

const EXIT: (&str, &str) = page!("exit", tag!("data-opening=exit"));

#[tokio::test]
async fn when_the_pointer_leaves_upwards() {
    visit(Setup { pages: &[EXIT], ..Setup::default() }, async |world| {
        world.go("/exit/").await;
        world.browser.wait("performance.getEntriesByName(new URL('/prequal/prequal-page.js', location).href).length").await;
        tokio::time::sleep(QUIET).await;
        let leave = |y: i32, to: &str| {
            format!(
                "document.querySelector('h1').dispatchEvent(new MouseEvent('mouseout', {{ bubbles: true, clientY: {y}, relatedTarget: {to} }}))"
            )
        };
        world.browser.js(&leave(0, "document.body")).await;
        world.browser.js(&leave(300, "null")).await;
        assert_stays_closed(world, "the pointer is in the page, or left it sideways").await;
        world.browser.js(&leave(-1, "null")).await;
        wait_until_open(world).await;
    })
    .await;
}

const BANNER: (&str, &str) = page!(
    "banner",
    "<div id=onetrust-banner-sdk>Cookies?</div><p id=ours hidden>Ours</p><dialog><p>News</p></dialog>",
    tag!("data-opening=load data-avoid='#ours'")
);

#[tokio::test]
async fn never_over_a_banner_or_a_dialog_or_somebody_who_writes() {
    visit(Setup { pages: &[BANNER], ..Setup::default() }, async |world| {
        world.go("/banner/").await;
        assert_stays_closed(world, "over a consent banner").await;
        world
            .browser
            .js("document.querySelector('dialog').showModal(); document.querySelector('#onetrust-banner-sdk').remove()")
            .await;
        assert_stays_closed(world, "over a dialog").await;
        world
            .browser
            .js("document.querySelector('#ours').hidden = false; document.querySelector('dialog').close()")
            .await;
        assert_stays_closed(world, "over what the author names").await;
        world.browser.click("#note").await;
        world.browser.type_text("I am wri").await;
        world.browser.js("document.querySelector('#ours').remove()").await;
        assert_stays_closed(world, "while somebody writes").await;
        world.browser.type_text("ting").await;
        assert_eq!(world.browser.js("return document.activeElement.value").await, "I am writing");
        world.browser.js("document.activeElement.blur()").await;
        wait_until_open(world).await;
        assert_eq!(world.browser.js("return document.activeElement === document.body").await, true);
    })
    .await;
}

const POPUP: (&str, &str) = page!("popup", tag!("data-opening=load data-mode=popup"));

#[tokio::test]
async fn a_popup_that_opens_by_itself_has_the_focus_and_gives_it_back() {
    visit(Setup { pages: &[POPUP], ..Setup::default() }, async |world| {
        world.go("/popup/").await;
        wait_until_open(world).await;
        let chat = world.chat();
        assert_eq!(chat.js("root.querySelector('dialog').matches(':modal')").await, true);
        assert_eq!(chat.js("root.activeElement.matches('form .option')").await, true);
        chat.close().await;
        chat.wait("!root.querySelector('dialog').open").await;
        world.browser.click("#note").await;
        assert_eq!(world.browser.js("return document.activeElement.id").await, "note");
    })
    .await;
}

const TWICE: (&str, &str) = page!("twice", tag!("data-opening=load data-limit=2"));

#[tokio::test]
async fn as_often_as_the_author_says_and_not_for_whoever_opened_it() {
    visit(Setup { pages: &[TWICE], ..Setup::default() }, async |world| {
        world.go("/twice/").await;
        for path in ["/twice/one", "/twice/two"] {
            wait_until_open(world).await;
            world.chat().close().await;
            go_within(world, path).await;
        }
        assert_stays_closed(world, "twice is enough").await;
        world.go("/twice/").await;
        wait_until_open(world).await;
        world.chat().close().await;
        world.chat().open().await;
        world.chat().close().await;
        go_within(world, "/twice/three").await;
        assert_stays_closed(world, "the visitor knows it").await;
    })
    .await;
}

const AGAIN: (&str, &str) = page!(
    "again",
    tag!(
        "data-opening=load data-visitors=returning data-remember=newsletter data-limit=1/1h data-endpoint=http://127.0.0.1:4174/v1/leads"
    )
);

#[tokio::test]
async fn who_comes_back_is_known_only_by_a_purpose() {
    visit(Setup { pages: &[AGAIN], ..Setup::default() }, async |world| {
        for agreed in [false, true] {
            world.go("/again/").await;
            assert_stays_closed(world, "nobody is known to come back").await;
            let chat = world.chat();
            chat.open().await;
            chat.answer_all(FREIGHT_CHIEF).await;
            assert_eq!(world.traces().await["local"], 0, "nothing is kept before a yes");
            chat.tick_purposes(if agreed { &[0, 1] } else { &[0] }).await;
            chat.click("[data-act=agree]").await;
            chat.wait_for_delivery("sent").await;
            assert_eq!(world.traces().await["local"], i32::from(agreed), "only a yes to this purpose");
        }
        world.go("/again/").await;
        wait_until_open(world).await;
        world.go("/again/").await;
        assert_stays_closed(world, "once an hour").await;
        world.browser.js_async("await prequal.erase()").await;
        assert_eq!(world.traces().await["local"], json!(0));
        world.go("/again/").await;
        assert_stays_closed(world, "nobody is known any more").await;
    })
    .await;
}

const WRONG: (&str, &str) = page!("wrong", tag!("data-opening='after 20 seconds'"));

#[tokio::test]
async fn a_moment_that_is_none_is_told_and_the_launcher_works() {
    visit(Setup { pages: &[WRONG], ..Setup::default() }, async |world| {
        world.go("/wrong/").await;
        crate::harness::wait_until("a line on the console", async || !world.browser.console().await.is_empty()).await;
        world.assert_said(&["prequal: PQ407 at data-opening: "]).await;
        let chat = world.chat();
        chat.open().await;
        chat.answer("industry", &Answer::Pick("logistics")).await;
    })
    .await;
}
