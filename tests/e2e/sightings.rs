//! Signals that the page's script recognises: each once and only where it is declared, over pages and visits, kept
//! only for a visitor who agreed to that.

use crate::harness::native::FREIGHT_CHIEF;
use crate::harness::{QUIET, Setup, World, demo_flow, visit};
use crate::{page, tag};
use serde_json::{Value, json};
use std::time::Duration;

/// A page with something of everything.
macro_rules! things {
    ($tag:expr) => {
        concat!(
            "<p><a id=away href='https://partner.example/deals/7?ref=1'>A partner</a> ",
            "<a id=near href=/near/>Near</a> <a id=file href=/white-paper/guide.pdf>A guide</a></p>",
            "<form id=signup data-prequal=/prequal.json data-prequal-mode=observe action=/nowhere>",
            "<input name=mail aria-label=Mail> <input name=size aria-label=Size> <button>Send</button></form>",
            "<form id=foreign action=/nowhere><input name=word aria-label=Word><button>Go</button></form>",
            "<video id=film></video><video id=background autoplay muted></video>",
            "<textarea rows=400 disabled aria-label=Filler></textarea>",
            "<p id=calculator>A calculator</p><p id=unwatched>The end</p>",
            $tag
        )
    };
}

const LAB: (&str, &str) = page!("lab", things!(tag!("data-signals data-endpoint=http://127.0.0.1:4174/v1/leads")));
const LATER: (&str, &str) = page!("later", things!(tag!("")));
const PLAIN: (&str, &str) = page!("plain", tag!("data-signals"));
const PRIVACY: (&str, &str) = page!(
    "kept",
    "<prequal-kept flow=/prequal.json><h2 slot=heading>What we noticed</h2><button slot=erase type=button>Delete</button>",
    "<p slot=none>Nothing is kept.</p></prequal-kept><script type=module src=/prequal/prequal-kept.js></script>",
    tag!("data-signals")
);
pub const PAGES: &[(&str, &str)] = &[LAB, LATER, PLAIN, PRIVACY];

pub const KEY: &str = "prequal-kept:northbeam-needs-assessment";

/// The demo's flow with signals of every kind, a rule for each, and others of the same kinds for other pages.
pub fn flow(memory: bool) -> Vec<u8> {
    let mut flow = demo_flow();
    let declared = json!([
        { "id": "partner", "kind": "outbound", "label": "Went to a partner", "path": "partner.example/deals/*" },
        { "id": "other_host", "kind": "outbound", "label": "Went elsewhere", "path": "other.example/*" },
        { "id": "read", "kind": "scroll", "label": "Read most of it", "least": 75, "path": "/lab*" },
        { "id": "read_prices", "kind": "scroll", "label": "Read the prices", "least": 75, "path": "/pricing*" },
        { "id": "stayed", "kind": "engaged", "label": "Stayed a second", "least": 1 },
        { "id": "stayed_long", "kind": "engaged", "label": "Stayed an hour", "least": 3600 },
        { "id": "back", "kind": "return_visit", "label": "Came back", "least": 2 },
        { "id": "back_often", "kind": "return_visit", "label": "Came back often", "least": 4 },
        { "id": "calculator", "kind": "element_seen", "label": "Saw the calculator", "selector": "#calculator" },
        { "id": "late", "kind": "element_seen", "label": "Saw what came late", "selector": ".late" },
        { "id": "film", "kind": "video", "label": "Watched the film", "selector": "#film" },
        { "id": "any_film", "kind": "video", "label": "Watched a film" },
        { "id": "searched", "kind": "search", "label": "Searched for prices", "parameter": "q", "path": "*price*" },
        { "id": "searched_jobs", "kind": "search", "label": "Searched for jobs", "parameter": "q", "path": "*job*" },
        { "id": "begun", "kind": "form_start", "label": "Began the form" },
        { "id": "filled", "kind": "form_field", "label": "Filled in the form", "path": "sign*" },
        { "id": "sent", "kind": "form_submit", "label": "Sent the form", "path": "signup" },
        { "id": "left", "kind": "form_abandon", "label": "Left the form", "path": "signup" },
        { "id": "trial", "kind": "event", "label": "Used the trial", "path": "trial_*" }
    ]);
    let declared = declared.as_array().expect("a list").clone();
    for signal in &declared {
        let rule = json!({
            "id": format!("on_{}", signal["id"].as_str().expect("an id")), "score": "interest", "points": 1,
            "reason": signal["label"], "signal": signal["id"], "most": 20
        });
        flow["scoring"]["rules"].as_array_mut().expect("rules").push(rule);
    }
    flow["signals"].as_array_mut().expect("signals").extend(declared);
    if memory {
        let purpose =
            json!({ "id": "remember", "text": "Northbeam may keep in this browser for 90 days what I looked at." });
        flow["consent"]["purposes"].as_array_mut().expect("purposes").push(purpose);
        flow["memory"] = json!({ "purpose": "remember", "days": 90 });
    }
    flow.to_string().into_bytes()
}

pub fn setup(memory: bool) -> Setup {
    Setup { pages: PAGES, flow: Some(flow(memory)), ..Setup::default() }
}

/// What the engine has counted: ids and how often.
pub async fn counted(world: &World) -> Value {
    let script = "const { lead } = await prequal.exportData();
        return Object.fromEntries(lead.signals.map(({ id, count }) => [id, count]).sort());";
    world.browser.js_async(script).await
}

pub async fn held(world: &World) -> Value {
    world.browser.js_async("return await prequal.exportData()").await
}

pub async fn kept(world: &World) -> Value {
    let text = world.browser.js(&format!("return localStorage.getItem('{KEY}')")).await;
    text.as_str().map_or(Value::Null, |text| serde_json::from_str(text).expect("JSON"))
}

/// How often the kept record says that a signal was seen.
pub fn times(kept: &Value, signal: &str) -> usize {
    let all = kept["seen"].as_array().map_or(&[][..], Vec::as_slice);
    all.iter().filter(|one| one[1].as_str().is_some_and(|text| text.split('\u{1}').nth(1) == Some(signal))).count()
}

/// The script that watches is there and has begun.
pub async fn wait_until_watched(world: &World) {
    let watched = "performance.getEntriesByType('resource').some(({ name }) => name.endsWith('prequal-signals.js'))";
    world.browser.wait(watched).await;
    // What is seen on a page counts once it is drawn, and the script waits until the page is idle.
    tokio::time::sleep(Duration::from_millis(900)).await;
}

/// Everything that can be done on the page, some of it twice.
pub async fn do_it_all(world: &World) {
    let browser = &world.browser;
    browser.js("document.addEventListener('click', (e) => e.target.closest('a') && e.preventDefault())").await;
    browser.js("for (const form of document.forms) form.addEventListener('submit', (e) => e.preventDefault())").await;
    browser.click("#away").await;
    browser.click("#near").await;
    browser.click("#signup [name=mail]").await;
    browser.type_text("a@b.example").await;
    browser.click("#signup [name=size]").await;
    browser.click("#signup [name=mail]").await;
    browser.click("#foreign [name=word]").await;
    browser.type_text("x").await;
    browser.click("#foreign button").await;
    browser.click("#signup button").await;
    for film in ["film", "film", "background"] {
        browser.js(&format!("document.getElementById('{film}').dispatchEvent(new Event('play'))")).await;
    }
    browser
        .js("const late = document.createElement('p'); late.className = 'late'; late.textContent = 'Late';
            document.querySelector('h1').after(late)")
        .await;
    // A look for what came late is taken once a second.
    tokio::time::sleep(Duration::from_millis(1500)).await;
    for place in ["document.body.scrollHeight", "0", "document.body.scrollHeight"] {
        browser.js(&format!("scrollTo(0, {place})")).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
}

#[tokio::test]
async fn each_kind_is_noticed_once_and_nothing_else() {
    visit(setup(false), async |world| {
        world.go("/lab/?q=best%20price").await;
        wait_until_watched(world).await;
        do_it_all(world).await;
        world.browser.js("scrollTo(0, 0)").await;
        world.browser.js_async("await prequal.track('trial_started'); await prequal.track('trial_run', 70)").await;
        world.browser.js_async("await prequal.open()").await;
        world.chat().wait_for_question().await;
        let all = json!({
            "partner": 1, "read": 1, "stayed": 1, "calculator": 1, "late": 1, "film": 1, "any_film": 1, "searched": 1,
            "begun": 1, "filled": 1, "sent": 1, "trial": 71
        });
        assert_eq!(counted(world).await, all);
        let told = world.browser.js_async("await prequal.track('trial_run', 0); return 0").await;
        assert_eq!(told, 0);
        assert_eq!(counted(world).await, all, "none is no occurrence");
        // Nothing of it is kept without a yes.
        let traces = json!({ "cookies": "", "local": 0, "session": 0, "databases": 0, "caches": 0 });
        assert_eq!(world.traces().await, traces);
        world.assert_said(&["prequal: PQ406"]).await;
    })
    .await;
}

/// A conversation brings the script along; links that were followed before are told apart then.
#[tokio::test]
async fn a_conversation_brings_what_its_flow_declares() {
    visit(setup(false), async |world| {
        world.go("/later/").await;
        let browser = &world.browser;
        browser.js("document.addEventListener('click', (e) => e.target.closest('a') && e.preventDefault())").await;
        browser.click("#away").await;
        browser.click("#file").await;
        tokio::time::sleep(QUIET).await;
        let paths: Vec<String> = world.site.log().requests.into_iter().map(|request| request.path).collect();
        assert!(!paths.iter().any(|path| path.contains("signals")), "{paths:?}");
        world.chat().open().await;
        wait_until_watched(world).await;
        tokio::time::sleep(Duration::from_millis(1200)).await;
        assert_eq!(counted(world).await, json!({ "paper_downloaded": 1, "partner": 1, "stayed": 1 }));
        world.assert_said(&[]).await;
    })
    .await;
}

/// A flow that declares none of it: nothing is noticed but pages and files.
#[tokio::test]
async fn what_is_not_declared_is_not_noticed() {
    visit(Setup { pages: PAGES, ..Setup::default() }, async |world| {
        world.go("/lab/?q=best%20price").await;
        wait_until_watched(world).await;
        do_it_all(world).await;
        world.browser.js("scrollTo(0, 0)").await;
        world.browser.js_async("await prequal.open()").await;
        world.chat().wait_for_question().await;
        assert_eq!(counted(world).await, json!({}));
        world.assert_said(&[]).await;
    })
    .await;
}

/// On a site that moves within a page each page begins anew, and a form that was begun is left.
#[tokio::test]
async fn pages_within_a_page_begin_anew() {
    visit(setup(false), async |world| {
        world.go("/lab/").await;
        wait_until_watched(world).await;
        world.browser.click("#signup [name=mail]").await;
        world.browser.type_text("a").await;
        world.browser.click("#signup [name=size]").await;
        tokio::time::sleep(Duration::from_millis(700)).await;
        world.browser.js("history.pushState(null, '', '/lab/two/?q=prices')").await;
        world.browser.click("h1").await;
        tokio::time::sleep(Duration::from_millis(2300)).await;
        world.browser.js("history.pushState(null, '', '/lab/two/?q=price+list')").await;
        world.browser.click("h1").await;
        tokio::time::sleep(QUIET).await;
        world.browser.js_async("await prequal.open()").await;
        world.chat().wait_for_question().await;
        let found = counted(world).await;
        let expected = json!({ "begun": 1, "filled": 1, "left": 1, "searched": 2, "stayed": 2 });
        assert_eq!(found, expected);
    })
    .await;
}

/// Without the script nothing is watched, and the conversation goes on.
#[tokio::test]
async fn without_the_script_the_conversation_goes_on() {
    let without = &["dist/prequal-signals.js"];
    visit(Setup { without, ..setup(true) }, async |world| {
        for page in ["/lab/", "/later/"] {
            world.go(page).await;
            tokio::time::sleep(QUIET).await;
            let chat = world.chat();
            chat.open().await;
            chat.answer_all(&FREIGHT_CHIEF[..2]).await;
            assert_eq!(world.browser.errors().await, [""; 0], "no error reaches the page");
        }
    })
    .await;
}
