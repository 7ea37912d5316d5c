//! Forms of the page: what goes along with them, what is sent in their place, and what they share with the chat.

use crate::accessible::assert_accessible_in;
use crate::harness::native::{Answer, FREIGHT_CHIEF};
use crate::harness::{QUIET, Setup, World, demo_flow, visit, wait_until};
use crate::sightings::wait_until_watched;
use crate::{page, tag};
use prequal::lead::Lead;
use serde_json::{Value, json};

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

const PAGES: &[(&str, &str)] = &[
    form!("pricing-augment", "", "<input type=hidden name=00N5e000001 data-prequal-fill=fit value=none>"),
    form!("pricing-gate", "data-prequal-mode=gate", ""),
    form!("progressive", "data-prequal-progressive", ""),
    form!("pricing-observe", "data-prequal-mode=observe", ""),
    page!(
        "talking",
        "<form id=first method=post action=/contact data-prequal=/prequal.json><select name=industry><option value=''></option><option value=logistics>Freight</option></select></form>",
        "<p style='height:1200px'></p><form id=callback method=post action=/contact data-prequal=/prequal.json data-prequal-mode=chat data-prequal-progressive>",
        controls!(),
        "</form>",
        tag!("data-endpoint=http://127.0.0.1:4174/v1/leads")
    ),
    form!("nonsense", "data-prequal-mode=vacuum", ""),
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
const WORDS: &str = "Call me back, please. Privacy";

async fn choose(world: &World, name: &str, value: &str) {
    let script = format!(
        "const list = document.querySelector('[name={name}]'); list.value = '{value}'; for (const kind of ['input', 'change']) list.dispatchEvent(new Event(kind, {{ bubbles: true }}))"
    );
    world.browser.js(&script).await;
}

async fn write(world: &World, name: &str, text: &str) {
    world.browser.click(&format!("[name={name}]")).await;
    world.browser.type_text(text).await;
}

/// Fills all of the form in as the chief of a freight company does.
async fn fill(world: &World) {
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
async fn joined(world: &World) {
    world
        .browser
        .wait("performance.getEntriesByName(new URL('/prequal/prequal-engine.wasm', location).href).length")
        .await;
    tokio::time::sleep(QUIET).await;
}

async fn submit(world: &World) {
    world.browser.click("form button").await;
}

/// Names and values of the form that was posted.
async fn posted(world: &World) -> Vec<(String, String)> {
    let body = world.posted_form().await;
    url::form_urlencoded::parse(body.as_bytes()).into_owned().collect()
}

fn value<'a>(posted: &'a [(String, String)], name: &str) -> &'a str {
    let found = posted.iter().find(|(key, _)| key == name);
    &found.unwrap_or_else(|| panic!("{name} is posted: {posted:?}")).1
}

#[tokio::test]
async fn without_a_yes_a_form_posts_what_it_always_did() {
    visit(Setup { pages: PAGES, ..Setup::default() }, async |world| {
        world.go("/pricing-augment/").await;
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
        world.go("/pricing-augment/").await;
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
            world.go("/pricing-augment/").await;
            fill(world).await;
            joined(world).await;
            world.browser.js(how).await;
            submit(world).await;
            let all = posted(world).await;
            assert!(all.iter().all(|(name, _)| !name.starts_with("prequal")), "{how}: {all:?}");
        }
        world.go("/pricing-augment/").await;
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
async fn a_gate_sends_a_qualified_lead_by_the_outbox_and_posts_nothing() {
    visit(Setup { pages: PAGES, ..Setup::default() }, async |world| {
        world.go("/pricing-gate/").await;
        fill(world).await;
        joined(world).await;
        world.browser.click("#consent").await;
        submit(world).await;
        world.browser.wait("document.querySelector('[data-prequal-delivery=sent]')").await;
        let lead = world.the_one_lead().await;
        let record = lead.consent.expect("a record");
        assert_eq!((record.purposes[0].text.as_str(), record.collected_by.control.as_str()), (WORDS, "form:callback"));
        assert!(lead.given.iter().all(|one| one.by == "form"));
        let shown = "const place = document.querySelector('[data-prequal-outcome]'); return [place.innerText.length > 20, place === document.activeElement, place.role, document.querySelector('form').checkVisibility()]";
        assert_eq!(world.browser.js(shown).await, json!([true, true, "status", false]));
        world.assert_no_form_was_posted().await;
        world.browser.click("[data-prequal-withdraw]").await;
        world.browser.wait("document.querySelector('[data-prequal-delivery=withdrawn]')").await;
        wait_until("no lead in the receiver's file", async || world.leads().await.is_empty()).await;
        assert_eq!(world.browser.js("return document.querySelector('[data-prequal-withdraw]').checkVisibility()").await, false);
        world.assert_said(&[]).await;
    })
    .await;
}

#[tokio::test]
async fn a_gate_sends_nothing_of_the_others() {
    visit(Setup { pages: PAGES, ..Setup::default() }, async |world| {
        for (agrees, trade) in [(false, "logistics"), (true, "agency")] {
            world.go("/pricing-gate/").await;
            choose(world, "industry", trade).await;
            write(world, "email", "ada@fleetworks.example").await;
            joined(world).await;
            if agrees {
                world.browser.click("#consent").await;
            }
            submit(world).await;
            world.browser.wait("document.querySelector('[data-prequal-outcome] strong')").await;
            world.assert_no_form_was_posted().await;
            world.assert_nothing_was_sent().await;
        }
        world.assert_said(&[]).await;
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
async fn chat_and_form_are_one_visit_and_the_later_answer_stands() {
    visit(Setup { pages: PAGES, ..Setup::default() }, async |world| {
        world.go("/pricing-gate/").await;
        let chat = world.chat();
        chat.open().await;
        chat.answer("industry", &Answer::Pick("agency")).await;
        chat.assert_asked(chat.label("agency_role")).await;
        chat.close().await;
        fill(world).await;
        joined(world).await;
        chat.open().await;
        chat.assert_asked(chat.label("need_detail")).await;
        chat.close().await;
        world.browser.click("#consent").await;
        submit(world).await;
        world.browser.wait("document.querySelector('[data-prequal-outcome]')").await;
        let lead = world.the_one_lead().await;
        let industry = lead.given.iter().find(|one| one.field == "industry").expect("a trace");
        assert_eq!((industry.by.as_str(), industry.instead_of.as_deref()), ("form", Some("conversation")));
        chat.open().await;
        chat.wait_for_delivery("sent").await;
        world.assert_no_form_was_posted().await;
        world.assert_said(&[]).await;
    })
    .await;
}

/// By chat alone, by form alone, and begun in the form and ended in the chat: what sales reads is the same.
#[tokio::test]
async fn whichever_way_it_scores_alike() {
    let mut leads: Vec<Lead> = Vec::new();
    for way in ["chat", "form", "both"] {
        visit(Setup { pages: PAGES, ..Setup::default() }, async |world| {
            world.go("/pricing-gate/").await;
            let chat = world.chat();
            if way != "chat" {
                fill(world).await;
                joined(world).await;
            }
            if way == "form" {
                world.browser.click("#consent").await;
                submit(world).await;
            } else {
                chat.open().await;
                if way == "chat" {
                    chat.answer_all(FREIGHT_CHIEF).await;
                } else {
                    chat.answer("need_detail", &Answer::Skip).await;
                }
                chat.answer("phone", &Answer::Skip).await;
                chat.agree().await;
            }
            leads.push(world.the_one_lead().await);
        })
        .await;
    }
    for lead in &leads[1..] {
        let part = |lead: &Lead| (lead.total, lead.stage.clone(), lead.grade.clone(), lead.frameworks.clone());
        assert_eq!(part(lead), part(&leads[0]));
    }
}

/// What somebody did at an observed form scores with the conversation; what they wrote there does not.
#[tokio::test]
async fn what_happens_at_a_form_gives_points() {
    let mut flow = demo_flow();
    let kinds = [("begun", "form_start", 7), ("mail_filled", "form_field", 2)];
    for (id, kind, points) in kinds {
        flow["signals"].as_array_mut().expect("signals").push(json!({ "id": id, "kind": kind, "label": id }));
        let rule = json!({ "id": id, "score": "interest", "points": points, "reason": id, "signal": id });
        flow["scoring"]["rules"].as_array_mut().expect("rules").push(rule);
    }
    visit(Setup { pages: PAGES, ..Setup::flow(flow.to_string()) }, async |world| {
        world.go("/pricing-observe/").await;
        let chat = world.chat();
        chat.open().await;
        wait_until_watched(world).await;
        write(world, "email", "zerah@markwell.example").await;
        // A control is filled in once it is left.
        world.browser.click("[name=name]").await;
        chat.answer_all(FREIGHT_CHIEF).await;
        chat.answer("phone", &Answer::Skip).await;
        chat.agree().await;
        let lead = world.the_one_lead().await;
        for (id, _, points) in kinds {
            let given = lead.contributions.iter().find(|one| one.source == format!("rule:{id}"));
            assert_eq!(given.map(|one| one.points), Some(points), "{id}");
        }
        assert!(!serde_json::to_string(&lead).expect("a lead is JSON").contains("zerah"));
    })
    .await;
}

#[tokio::test]
async fn what_is_known_is_not_asked_again() {
    visit(Setup { pages: PAGES, ..Setup::default() }, async |world| {
        world.go("/progressive/").await;
        joined(world).await;
        let chat = world.chat();
        chat.open().await;
        chat.answer_all(&FREIGHT_CHIEF[..2]).await;
        chat.close().await;
        let hidden = "return [...document.querySelectorAll('form p')].filter((one) => !one.innerText.trim()).length";
        wait_until("two controls put away", async || world.browser.js(hidden).await == 2).await;
        let filled = "return ['industry', 'shipments'].map((name) => document.querySelector(`[name=${name}]`).value)";
        assert_eq!(world.browser.js(filled).await, json!(["logistics", "12000"]));
        world.assert_said(&[]).await;
    })
    .await;
}

/// As a conversation, a form asks neither what another form of the page has heard nor what the page tells.
#[tokio::test]
async fn what_another_form_heard_is_not_asked_in_conversation() {
    visit(Setup { pages: PAGES, ..Setup::default() }, async |world| {
        world.go("/talking/").await;
        choose(world, "industry", "logistics").await;
        joined(world).await;
        world.browser.js("prequal.set({ shipments: 1200 })").await;
        world.browser.js("document.querySelector('#callback').scrollIntoView()").await;
        let chat = world.inline_chat();
        chat.wait_for_question().await;
        chat.assert_asked("Carriers").await;
        let filled =
            "return ['industry', 'shipments'].map((name) => document.querySelector(`#callback [name=${name}]`).value)";
        wait_until("what is known stands in the form", async || {
            world.browser.js(filled).await == json!(["logistics", "1200"])
        })
        .await;
        world.assert_said(&[]).await;
    })
    .await;
}

/// What a page knows reaches a form too that nobody talks to, before it is filled in and after; what the visitor
/// writes later stands.
#[tokio::test]
async fn what_the_page_knows_goes_along_with_a_form() {
    visit(Setup { pages: PAGES, ..Setup::default() }, async |world| {
        world.go("/pricing-gate/").await;
        world.browser.wait("window.prequal").await;
        world.browser.js("prequal.set({ shipments: 7000, role: 'manager' })").await;
        choose(world, "industry", "logistics").await;
        joined(world).await;
        world.browser.js("prequal.set({ company_size: 340, nonsense: 1 })").await;
        choose(world, "need", "late").await;
        choose(world, "role", "c_level").await;
        choose(world, "budget", "approved").await;
        choose(world, "timeline", "now").await;
        write(world, "name", "Ada Okafor").await;
        write(world, "email", "ada@fleetworks.example").await;
        world.browser.click("#consent").await;
        submit(world).await;
        let lead = serde_json::to_value(world.the_one_lead().await).expect("a lead is JSON");
        let answers = ["shipments", "company_size", "role"].map(|field| &lead["answers"][field]);
        assert_eq!(answers, [&json!(7000), &json!(340), &json!("c_level")]);
    })
    .await;
}

#[tokio::test]
async fn a_hint_comes_behind_its_control_and_stops_nobody() {
    visit(Setup { pages: PAGES, ..Setup::default() }, async |world| {
        world.go("/pricing-augment/").await;
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

/// A gate that has nowhere to send a lead would lose it.
#[tokio::test]
async fn a_gate_without_an_endpoint_is_none() {
    let mut flow = demo_flow();
    flow["delivery"].as_object_mut().expect("delivery").remove("endpoint");
    visit(Setup { pages: PAGES, ..Setup::flow(flow.to_string()) }, async |world| {
        world.go("/nowhere/").await;
        fill(world).await;
        joined(world).await;
        world.browser.click("#consent").await;
        world.assert_said(&["prequal: PQ303 at callback: Nothing says where leads go."]).await;
        submit(world).await;
        assert_eq!(value(&posted(world).await, "email"), "ada@fleetworks.example");
        world.assert_nothing_was_sent().await;
    })
    .await;
}

#[tokio::test]
async fn a_form_that_is_reset_takes_its_answers_back() {
    visit(Setup { pages: PAGES, ..Setup::default() }, async |world| {
        world.go("/pricing-gate/").await;
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
