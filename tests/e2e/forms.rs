//! Forms of the page: what goes along with what they post.

use crate::accessible::assert_accessible_in;
use crate::forms_systems::adopted;
use crate::harness::{QUIET, Setup, World, visit, wait_until};
use crate::{page, tag};
use serde_json::Value;

/// The controls of a form that asks much of what the demo flow asks, in words of its own.
macro_rules! controls {
    () => {
        "<p><label>Your trade <select name=industry required><option value=''>Choose</option><option value=logistics>Freight</option><option value=agency>An agency</option></select></label></p>
        <p><label>Parcels a month <input name=shipments inputmode=numeric></label></p>
        <fieldset><legend>Carriers</legend><label><input type=checkbox name=carriers value=parcel> Parcel</label> <label><input type=checkbox name=carriers value=ocean> Ocean</label></fieldset>
        <p><label>People <input name=company_size></label></p>
        <p><label>What hurts <select name=need><option value=''></option><option value=late>Late deliveries</option></select></label></p>
        <p><label>You are <select name=role><option value=''></option><option value=c_level>The boss</option></select></label></p>
        <p><label>Money <select name=budget><option value=''></option><option value=approved>Approved</option></select></label></p>
        <p><label>When <select name=timeline><option value=''></option><option value=now>Now</option></select></label></p>
        <p><label>Name <input name=name autocomplete=name></label></p>
        <p><label>Mail <input name=email type=email required></label></p>
        <p><label><input type=checkbox name=consent id=consent value=yes> Call me back, please. <a href=/privacy/>Privacy</a></label></p>
        <p><button>Send</button></p>"
    };
}

macro_rules! form {
    ($path:literal, $attributes:literal, $more:expr) => {
        page!(
            $path,
            concat!("<form id=callback method=post action=/contact data-prequal=/prequal.json ", $attributes, ">"),
            $more,
            controls!(),
            "</form>",
            tag!("data-endpoint=http://127.0.0.1:4174/v1/leads")
        )
    };
}

pub const PAGES: &[(&str, &str)] = &[
    form!("pricing-augment", "", "<input type=hidden name=00N5e000001 data-prequal-fill=fit value=none>"),
    form!("pricing-gate", "data-prequal-mode=gate", ""),
    form!("progressive", "data-prequal-progressive", ""),
    form!("pricing-observe", "data-prequal-mode=observe", ""),
    page!(
        "talking",
        "<form id=first method=post action=/contact data-prequal=/prequal.json><select name=industry><option value=''></option><option value=logistics>Freight</option></select></form>",
        "<textarea rows=80 aria-label=Below></textarea><form id=callback method=post action=/contact data-prequal=/prequal.json data-prequal-mode=chat data-prequal-progressive>",
        controls!(),
        "</form>",
        tag!("data-endpoint=http://127.0.0.1:4174/v1/leads")
    ),
    form!("nonsense", "data-prequal-mode=vacuum", ""),
    page!(
        "without-flow",
        "<form id=callback method=post action=/contact data-prequal><input name=name><button>Send</button></form>",
        "<script src=/prequal/prequal.js defer></script>"
    ),
    page!(
        "nowhere",
        "<form id=callback method=post action=/contact data-prequal=/prequal.json data-prequal-mode=gate>",
        controls!(),
        "</form>",
        tag!("")
    ),
    page!(
        "pricing-late",
        "<div id=place></div><template><form id=callback method=post action=/contact data-prequal=/prequal.json data-prequal-mode=gate>",
        controls!(),
        "</form></template>",
        tag!("data-endpoint=http://127.0.0.1:4174/v1/leads")
    ),
];
pub const WORDS: &str = "Call me back, please. Privacy";

/// Goes to a page, and waits until its forms are found: what a script does in them before that, nobody hears.
pub async fn come(world: &World, path: &str) {
    world.go(path).await;
    adopted(world).await;
}

pub async fn choose(world: &World, name: &str, value: &str) {
    let script = format!(
        "const list = document.querySelector('[name={name}]'); list.value = '{value}'; for (const kind of ['input', 'change']) list.dispatchEvent(new Event(kind, {{ bubbles: true }}))"
    );
    world.browser.js(&script).await;
}

pub async fn write(world: &World, name: &str, text: &str) {
    world.browser.click(&format!("[name={name}]")).await;
    world.browser.type_text(text).await;
}

/// Fills all of the form in as the chief of a freight company does.
pub async fn fill(world: &World) {
    for (name, value) in
        [("industry", "logistics"), ("need", "late"), ("role", "c_level"), ("budget", "approved"), ("timeline", "now")]
    {
        choose(world, name, value).await;
    }
    for carrier in ["parcel", "ocean"] {
        world.browser.click(&format!("[name=carriers][value={carrier}]")).await;
    }
    for (name, text) in
        [("shipments", "1200"), ("company_size", "320"), ("name", "Ada Okafor"), ("email", "ada@fleetworks.example")]
    {
        write(world, name, text).await;
    }
}

/// The engine is there and has heard of the form.
pub async fn joined(world: &World) {
    world
        .browser
        .wait("performance.getEntriesByName(new URL('/prequal/prequal-engine.wasm', location).href).length")
        .await;
    tokio::time::sleep(QUIET).await;
}

pub async fn submit(world: &World) {
    world.browser.click("form button").await;
}

/// Names and values of the form that was posted.
pub async fn posted(world: &World) -> Vec<(String, String)> {
    let body = world.posted_form().await;
    url::form_urlencoded::parse(body.as_bytes()).into_owned().collect()
}

pub fn value<'a>(posted: &'a [(String, String)], name: &str) -> &'a str {
    let found = posted.iter().find(|(key, _)| key == name);
    &found.unwrap_or_else(|| panic!("{name} is posted: {posted:?}")).1
}

#[tokio::test]
async fn without_a_yes_a_form_posts_what_it_always_did() {
    visit(Setup { pages: PAGES, ..Setup::default() }, async |world| {
        come(world, "/pricing-augment/").await;
        fill(world).await;
        joined(world).await;
        submit(world).await;
        let body = world.posted_form().await;
        let plain = "00N5e000001=none&industry=logistics&shipments=1200&carriers=parcel&carriers=ocean&company_size=320&need=late&role=c_level&budget=approved&timeline=now&name=Ada+Okafor&email=ada%40fleetworks.example";
        assert_eq!(body, plain);
        world.assert_nothing_was_sent().await;
        world.assert_said(&[]).await;
    })
    .await;
}

#[tokio::test]
async fn with_a_yes_score_and_consent_go_along() {
    visit(Setup { pages: PAGES, ..Setup::default() }, async |world| {
        come(world, "/pricing-augment/").await;
        fill(world).await;
        joined(world).await;
        world.browser.click("#consent").await;
        submit(world).await;
        let all = posted(world).await;
        assert_eq!(value(&all, "email"), "ada@fleetworks.example");
        let stage = value(&all, "prequal_stage");
        let score: i64 = value(&all, "prequal_score").parse().expect("a number");
        assert!(score >= 60 && ["sql", "mql"].contains(&stage), "{all:?}");
        assert_eq!(value(&all, "00N5e000001"), "60", "the input that asked for the score of that name");
        assert!(value(&all, "prequal_reasons").contains("+20 Logistics is an industry Northbeam is built for"));
        assert!(!value(&all, "prequal_grade").is_empty());
        let record: Value = serde_json::from_str(value(&all, "prequal_consent")).expect("a record");
        assert_eq!(record["purposes"][0]["text"], WORDS);
        assert_eq!(record["purposes"][0]["granted"], true);
        assert_eq!(record["purposes"][1]["granted"], false);
        assert_eq!(record["collected_by"]["control"], "form:callback");
        world.assert_nothing_was_sent().await;
        world.assert_said(&[]).await;
    })
    .await;
}

#[tokio::test]
async fn a_box_that_a_script_ticks_or_that_is_unticked_again_is_no_yes() {
    visit(Setup { pages: PAGES, ..Setup::default() }, async |world| {
        for how in ["document.querySelector('#consent').click()", "document.querySelector('#consent').checked = true"] {
            come(world, "/pricing-augment/").await;
            fill(world).await;
            joined(world).await;
            world.browser.js(how).await;
            submit(world).await;
            let all = posted(world).await;
            assert!(all.iter().all(|(name, _)| !name.starts_with("prequal")), "{how}: {all:?}");
        }
        come(world, "/pricing-augment/").await;
        fill(world).await;
        joined(world).await;
        world.browser.click("#consent").await;
        world.browser.wait("document.querySelector('[name=prequal_score]')").await;
        world.browser.click("#consent").await;
        submit(world).await;
        let all = posted(world).await;
        assert_eq!(value(&all, "00N5e000001"), "none", "its author's own value is back");
        assert!(all.iter().all(|(name, _)| !name.starts_with("prequal")), "{all:?}");
    })
    .await;
}

#[tokio::test]
async fn without_the_engine_every_form_posts_as_before() {
    for missing in [
        &["dist/prequal-engine.wasm"][..],
        &["dist/prequal-engine.js"],
        &["dist/prequal-forms.js"],
        &["dist/prequal.js"],
    ] {
        visit(Setup { pages: PAGES, without: missing, ..Setup::default() }, async |world| {
            for path in ["/pricing-augment/", "/pricing-gate/", "/pricing-observe/", "/progressive/", "/nonsense/"] {
                world.go(path).await;
                choose(world, "industry", "logistics").await;
                write(world, "email", "ada@fleetworks.example").await;
                world.browser.click("#consent").await;
                tokio::time::sleep(QUIET).await;
                submit(world).await;
                let all = posted(world).await;
                assert_eq!(value(&all, "email"), "ada@fleetworks.example", "{missing:?} {path}");
                assert!(all.iter().all(|(name, _)| !name.starts_with("prequal")), "{missing:?} {path}: {all:?}");
            }
            world.assert_nothing_was_sent().await;
        })
        .await;
    }
}

#[tokio::test]
async fn a_hint_comes_behind_its_control_and_stops_nobody() {
    visit(Setup { pages: PAGES, ..Setup::default() }, async |world| {
        come(world, "/pricing-augment/").await;
        choose(world, "industry", "logistics").await;
        write(world, "email", "ada@gmial.com").await;
        joined(world).await;
        world.browser.click("[name=name]").await;
        let hint = "document.querySelector('[name=email] + [data-prequal-hint][role=status]')?.textContent";
        world.browser.wait(&format!("({hint} ?? '').includes('ada@gmail.com')")).await;
        assert_accessible_in(world, "'#callback'", "hint").await;
        submit(world).await;
        assert_eq!(value(&posted(world).await, "email"), "ada@gmial.com");
    })
    .await;
}

#[tokio::test]
async fn forms_that_come_later_and_are_drawn_anew() {
    visit(Setup { pages: PAGES, ..Setup::default() }, async |world| {
        world.go("/pricing-late/").await;
        let draw = "document.querySelector('#place').replaceChildren(document.querySelector('template').content.cloneNode(true))";
        world.browser.js(draw).await;
        world.browser.click("[name=shipments]").await;
        tokio::time::sleep(QUIET).await;
        world.browser.js(draw).await;
        fill(world).await;
        joined(world).await;
        world.browser.click("#consent").await;
        submit(world).await;
        world.browser.wait("document.querySelector('[data-prequal-delivery=sent]')").await;
        world.the_one_lead().await;
        world.assert_no_form_was_posted().await;
    })
    .await;
}

#[tokio::test]
async fn a_form_that_is_reset_takes_its_answers_back() {
    visit(Setup { pages: PAGES, ..Setup::default() }, async |world| {
        come(world, "/pricing-gate/").await;
        choose(world, "industry", "logistics").await;
        write(world, "shipments", "1200").await;
        joined(world).await;
        let chat = world.chat();
        chat.open().await;
        chat.assert_asked(chat.label("carriers")).await;
        world.browser.js("document.querySelector('#callback').reset()").await;
        let asked = chat.label("industry");
        wait_until("the first question", async || chat.asked().await == asked).await;
    })
    .await;
}

#[tokio::test]
async fn a_mode_that_is_none_is_told_once() {
    visit(Setup { pages: PAGES, ..Setup::default() }, async |world| {
        world.go("/nonsense/").await;
        world.browser.click("[name=shipments]").await;
        world.browser.click("[name=name]").await;
        tokio::time::sleep(QUIET).await;
        world.assert_said(&["prequal: PQ409 at data-prequal-mode: “vacuum” is no mode."]).await;
    })
    .await;
}

#[tokio::test]
async fn a_form_without_a_flow_is_told_once_and_posts() {
    visit(Setup { pages: PAGES, ..Setup::default() }, async |world| {
        world.go("/without-flow/").await;
        world.browser.click("[name=name]").await;
        tokio::time::sleep(QUIET).await;
        world.assert_said(&["prequal: PQ400 at callback: No flow is named"]).await;
        world.browser.click("#callback button").await;
        assert_eq!(world.posted_form().await, "name=");
    })
    .await;
}
