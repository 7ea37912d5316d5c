//! Not a byte without a yes: whole conversations that end without one, with every place watched where
//! something could leave the page or stay in the browser.
//!
//! The sockets of the site and of the endpoint are read below HTTP; what a page can do without them is heard by
//! the page's own script (zero.js), which ran first.

use crate::harness::chat::Chat;
use crate::harness::native::Answer::{self, Pick, Tick, Type};
use crate::harness::native::PASSER_BY;
use crate::harness::{QUIET, Setup, World, demo_flow, visit};
use crate::{page, tag};
use serde_json::json;
use std::time::Duration;

const SITE: (&str, &str) = page!(
    "zero",
    "<script src=/zero.js></script>",
    tag!("data-datalayer=dataLayer data-sink=/drop-offs data-tell='industry, need'")
);
/// Without what waits for any yes: a data layer and a sink.
const PLAIN: (&str, &str) = page!("plain", "<script src=/zero.js></script>", tag!("data-tell='industry, need'"));
const WATCHED: (&str, &str) = page!(
    "watched",
    "<script src=/zero.js></script><form data-prequal=/prequal.json><input id=sign aria-label=Sign></form><video></video>",
    tag!("data-signals")
);
/// A form of the page in a mode.
macro_rules! formal {
    ($mode:literal) => {
        page!(
            $mode,
            "<script src=/zero.js></script>",
            concat!("<form id=own action=/contact method=post data-prequal=/prequal.json data-prequal-mode=", $mode, ">"),
            "<p><label>What happened last time <textarea name=need_detail></textarea></label></p>
            <p><label>Name <input name=name></label></p><p><label>Work email <input name=email type=email></label></p>
            <p><label><input type=checkbox name=contact data-prequal-purpose=contact> Call me.</label></p>
            <button>Send</button></form>",
            tag!("data-signals data-tell='industry, need'")
        )
    };
}
const PAGES: &[(&str, &str)] = &[
    SITE,
    PLAIN,
    WATCHED,
    formal!("augment"),
    formal!("gate"),
    formal!("chat"),
    formal!("observe"),
    ("zero.js", include_str!("zero.js")),
];

/// Every kind of answer of the demo's flow, each with words that stand nowhere else.
const ANSWERS: &[(&str, Answer)] = &[
    ("industry", Pick("logistics")),
    ("shipments", Type("43,217")),
    ("carriers", Tick(&["parcel", "ocean"])),
    ("company_size", Type("327")),
    ("need", Pick("late")),
    ("need_detail", Type("Zeropallets stood in Markerdam.")),
    ("role", Pick("c_level")),
    ("budget", Pick("approved")),
    ("timeline", Pick("now")),
    ("name", Type("Zerah Markwell")),
    ("email", Type("zerah@markwell.example")),
];
const TYPED: &[&str] = &["43,217", "43217", "327", "Zeropallets", "Markerdam", "Zerah", "Markwell", "markwell.example"];

/// The ways in which a text could be written on its way out.
fn disguises(text: &str) -> Vec<String> {
    let percent: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    let mut all =
        vec![text.to_lowercase(), percent.to_lowercase(), hex, text.chars().rev().collect::<String>().to_lowercase()];
    // Where it begins in a longer text decides how it looks in base64; its middle is the same each time.
    for shift in 0..3 {
        let shifted = [&vec![b' '; shift][..], text.as_bytes()].concat();
        let whole = base64(&shifted);
        let (from, to) = (shift * 4 / 3 + 2, whole.len().saturating_sub(4));
        all.extend(whole.get(from..to).filter(|middle| middle.len() > 5).map(str::to_lowercase));
    }
    all
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let groups = bytes.chunks(3).map(|chunk| {
        let n = chunk.iter().fold(0u32, |n, byte| n << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        (0..4).map(|i| char::from(DIGITS[(n >> (18 - 6 * i) & 63) as usize])).collect::<String>()
    });
    groups.collect()
}

/// Fails if anything of the visitor has left the page or stays in the browser. Events with ids a page may hear.
async fn assert_zero(world: &World) {
    world.assert_nothing_was_sent().await;
    let traces = json!({ "cookies": "", "local": 0, "session": 0, "databases": 0, "caches": 0 });
    assert_eq!(world.traces().await, traces);
    let page = "return [document.title, JSON.stringify(history.state), window.name, location.search + location.hash]";
    assert_eq!(world.browser.js(page).await, json!(["A page", "null", "", ""]));
    let heard = world.browser.js("return window.heard ?? []").await;
    let heard: Vec<Vec<String>> = serde_json::from_value(heard).expect("texts");
    for one in &heard {
        let fine = match one[0].as_str() {
            "fetch" => one.len() == 2 && (one[1].contains("/prequal/") || one[1] == "/prequal.json"),
            name => name.starts_with("prequal:"),
        };
        assert!(fine, "the page heard {one:?}");
    }
    // Everything that went to the site, and everything the page could read, in one text.
    let mut captured = format!("{heard:?} {}", world.browser.js("return document.documentElement.outerHTML").await);
    for request in world.site.log().requests {
        assert!(request.method == "GET" && request.body.is_empty(), "{} {}", request.method, request.path);
        captured.push_str(&format!("{} {:?}\n", request.path, request.headers));
    }
    let captured = captured.to_lowercase();
    for typed in TYPED.iter().filter(|typed| typed.len() > 3) {
        for disguise in disguises(typed) {
            assert!(!captured.contains(&disguise), "{typed} left as {disguise}");
        }
    }
    world.assert_said(&[]).await;
}

async fn open(world: &World, page: &str) {
    world.go(page).await;
    world.chat().open().await;
}

#[tokio::test]
async fn every_question_answered_edited_reloaded_and_abandoned() {
    visit(Setup { pages: PAGES, ..Setup::default() }, async |world| {
        open(world, "/zero/").await;
        let chat = world.chat();
        chat.answer_all(ANSWERS).await;
        chat.change("name").await;
        chat.answer("name", &Type("Zerah Q. Markwell")).await;
        chat.assert_asked("consent").await;
        chat.tick_purposes(&[0, 1]).await;
        chat.tick_purposes(&[0]).await;
        chat.close().await;
        assert_zero(world).await;
        world.browser.reload().await;
        chat.open().await;
        chat.answer_all(&ANSWERS[..6]).await;
        assert_zero(world).await;
        // What is left in the middle stays behind on no other page either.
        world.go("/zero/").await;
        tokio::time::sleep(QUIET).await;
        assert_zero(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_no_is_a_no() {
    visit(Setup { pages: PAGES, ..Setup::default() }, async |world| {
        open(world, "/zero/").await;
        let chat = world.chat();
        chat.answer_all(ANSWERS).await;
        chat.tick_purposes(&[0, 1]).await;
        chat.refuse().await;
        chat.assert_asked("Nothing was sent").await;
        assert_zero(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_yes_of_somebody_who_does_not_qualify_sends_nothing_either() {
    let mut flow = demo_flow();
    for step in flow["conversation"]["steps"].as_array_mut().expect("steps") {
        if step["id"] == "ask_timeline" {
            step["branches"] = json!([]);
            step["next"] = json!("ask_consent");
        }
    }
    let setup = Setup { pages: PAGES, flow: Some(flow.to_string().into_bytes()), ..Setup::default() };
    visit(setup, async |world| {
        open(world, "/plain/").await;
        let chat = world.chat();
        chat.answer_all(PASSER_BY).await;
        chat.agree().await;
        chat.wait_for_delivery("not_sent").await;
        assert_zero(world).await;
    })
    .await;
}

#[tokio::test]
async fn what_the_page_knows_is_told_to_nobody_else() {
    visit(Setup { pages: PAGES, ..Setup::default() }, async |world| {
        open(world, "/zero/").await;
        let known = "await prequal.set({ name: 'Zerah Markwell', email: 'zerah@markwell.example' })";
        world.browser.js_async(known).await;
        let chat = world.chat();
        chat.answer_all(&ANSWERS[..9]).await;
        chat.assert_asked("consent").await;
        assert_zero(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_form_that_is_filled_in_and_left_or_gated_without_a_yes() {
    visit(Setup { pages: PAGES, ..Setup::default() }, async |world| {
        for mode in ["augment", "gate", "observe"] {
            world.go(&format!("/{mode}/")).await;
            for (name, text) in [
                ("need_detail", "Zeropallets stood in Markerdam."),
                ("name", "Zerah Markwell"),
                ("email", "zerah@markwell.example"),
            ] {
                world.browser.click(&format!("[name={name}]")).await;
                world.browser.type_text(text).await;
            }
            tokio::time::sleep(QUIET).await;
            // Agreed to, and not any more, before anything was sent.
            world.browser.click("[name=contact]").await;
            world.browser.click("[name=contact]").await;
            world.browser.click("#note").await;
            assert_zero(world).await;
            if mode == "gate" {
                world.browser.click("form button").await;
                world.browser.wait("document.querySelector('[data-prequal-outcome] strong')").await;
                assert_zero(world).await;
            }
        }
        world.go("/chat/").await;
        let chat = Chat::new(world, "prequal-chat[mode=inline]");
        chat.wait_for_question().await;
        chat.answer_all(ANSWERS).await;
        chat.tick_purposes(&[0]).await;
        chat.refuse().await;
        chat.assert_asked("Nothing was sent").await;
        assert_zero(world).await;
        // The next page knows nothing of it.
        world.go("/gate/").await;
        tokio::time::sleep(QUIET).await;
        assert_zero(world).await;
    })
    .await;
}

/// Signals of every kind, watched on each page, with a memory that nobody agreed to.
#[tokio::test]
async fn what_is_noticed_stays_in_memory() {
    let setup = Setup { pages: PAGES, flow: Some(crate::sightings::flow(true)), ..Setup::default() };
    visit(setup, async |world| {
        for page in ["/watched/?q=price", "/watched/?q=price", "/watched/"] {
            // The address is the page's own.
            world.go(page).await;
            let script =
                "performance.getEntriesByType('resource').some(({ name }) => name.endsWith('prequal-signals.js'))";
            world.browser.wait(script).await;
            tokio::time::sleep(Duration::from_millis(900)).await;
            world.browser.click("#note").await;
            world.browser.type_text("Zerah Markwell").await;
            world.browser.click("#sign").await;
            world.browser.type_text("zerah@markwell.example").await;
            world.browser.click("#note").await;
            world.browser.js("document.querySelector('video').dispatchEvent(new Event('play'))").await;
            world.browser.js_async("await prequal.track('trial_started', 3)").await;
        }
        assert_zero(world).await;
        let chat = world.chat();
        chat.open().await;
        chat.answer_all(ANSWERS).await;
        // What was noticed has points.
        chat.answer("phone", &Answer::Skip).await;
        chat.tick_purposes(&[0, 1]).await;
        chat.refuse().await;
        chat.assert_asked("Nothing was sent").await;
        assert_zero(world).await;
    })
    .await;
}
