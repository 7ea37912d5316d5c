//! The other modes of a form: gate, chat and observe.

use crate::accessible::assert_accessible_in;
use crate::forms_systems::{
    Answers, BAD, CHAT, GATE, GOOD, OBSERVE, assert_consent, come_to, requests, setup, value, wait_for_engine,
};
use crate::harness::chat::Chat;
use crate::harness::native::Answer::{Pick, Skip, Type};
use crate::harness::{World, visit};
use serde_json::json;

const OUTCOME: &str = "document.querySelector('[data-prequal-outcome]')";

async fn submit_gate(world: &World, answers: Answers, agrees: bool) {
    come_to(world, &GATE).await;
    GATE.fill(world, answers).await;
    if agrees {
        GATE.agree(world).await;
    }
    GATE.submit(world).await;
    world.browser.wait(OUTCOME).await;
}

async fn outcome(world: &World) -> String {
    world.browser.js(&format!("return {OUTCOME}.textContent")).await.as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_gate_sends_whoever_fits_and_agreed_once() {
    visit(setup(), async |world| {
        submit_gate(world, GOOD, true).await;
        let lead = world.the_one_lead().await;
        assert_eq!((lead.total, lead.stage.as_str()), (85, "sql"));
        assert_consent(&serde_json::to_string(&lead.consent).expect("a record is JSON"));
        assert!(outcome(world).await.contains("Thank you, let us talk"));
        assert_eq!(world.browser.js("return document.querySelector('#lead-form').checkVisibility()").await, false);
        assert_eq!(world.browser.js(&format!("return {OUTCOME}.getAttribute('role')")).await, "status");
        world.browser.wait(&format!("{OUTCOME}.querySelector('[data-prequal-withdraw]').textContent")).await;
        assert_accessible_in(world, "'main'", "outcome of a form").await;
        world.assert_no_form_was_posted().await;
        world.assert_said(&[]).await;
    })
    .await;
}

#[tokio::test]
async fn a_gate_sends_nobody_else_and_says_so() {
    for (answers, agrees, title) in [
        (GOOD, false, "Nothing was sent"),
        (BAD, true, "Not yet, and that is fine"),
        (BAD, false, "Not yet, and that is fine"),
    ] {
        visit(setup(), async |world| {
            submit_gate(world, answers, agrees).await;
            let said = outcome(world).await;
            assert!(said.contains(title), "{said}");
            world.assert_no_form_was_posted().await;
            world.assert_nothing_was_sent().await;
            let traces = json!({ "cookies": "", "local": 0, "session": 0, "databases": 0, "caches": 0 });
            assert_eq!(world.traces().await, traces);
            world.assert_said(&[]).await;
        })
        .await;
    }
}

/// The browser's own checks come first: nothing is judged before they pass.
#[tokio::test]
async fn a_gate_waits_for_the_browsers_own_checks() {
    visit(setup(), async |world| {
        come_to(world, &GATE).await;
        GATE.agree(world).await;
        GATE.submit(world).await;
        tokio::time::sleep(crate::harness::QUIET).await;
        assert_eq!(world.browser.js(&format!("return {OUTCOME}")).await, json!(null));
        world.assert_no_form_was_posted().await;
        world.assert_nothing_was_sent().await;
    })
    .await;
}

fn conversation(world: &World) -> Chat<'_> {
    Chat::new(world, ".shown prequal-chat")
}

async fn come_to_conversation(world: &World) -> Chat<'_> {
    let from = requests(world);
    CHAT.go(world).await;
    world.browser.wait("document.querySelector('.shown prequal-chat')").await;
    world.browser.js("document.querySelector('.shown').scrollIntoView()").await;
    let chat = conversation(world);
    chat.wait_for_question().await;
    wait_for_engine(world, from).await;
    assert_eq!(world.browser.js("return document.querySelector('#lead-form').checkVisibility()").await, false);
    chat
}

const TALK: &[(&str, crate::harness::native::Answer)] = &[
    ("industry", Pick("logistics")),
    ("company_size", Pick("250_up")),
    ("need", Pick("late")),
    ("role", Pick("c_level")),
    ("budget", Pick("approved")),
    ("timeline", Pick("now")),
    ("name", Type("Ada Okafor")),
    ("email", Type("ada@fleetworks.example")),
];

#[tokio::test]
async fn a_conversation_fills_the_form_and_the_form_posts() {
    visit(setup(), async |world| {
        let chat = come_to_conversation(world).await;
        // A script of the page hears what comes into its controls.
        world
            .browser
            .js("self.told = []; for (const kind of ['input', 'change']) document.querySelector('#lead-form').addEventListener(kind, ({ target }) => told.push(kind + ' ' + target.name))")
            .await;
        chat.answer_all(TALK).await;
        let told = crate::harness::browser::texts(&world.browser.js("return told").await);
        for (field, _) in TALK {
            for kind in ["input", "change"] {
                assert!(told.contains(&format!("{kind} {field}")), "{kind} of {field}: {told:?}");
            }
        }
        for _ in 0..2 {
            chat.click("[data-act=skip]").await;
        }
        chat.agree().await;
        let post = world.posted().await;
        assert_eq!(post.path, "/forms/posted/");
        for (field, wanted) in [("industry", "logistics"), ("company_size", "250_up"), ("name", "Ada Okafor"), ("email", "ada@fleetworks.example"), ("contact", "yes")] {
            assert_eq!(value(&post, field), wanted);
        }
        assert_eq!(value(&post, "prequal_score"), "85");
        assert_eq!(value(&post, "prequal_stage"), "sql");
        assert_consent(&value(&post, "prequal_consent"));
        world.assert_nothing_was_sent().await;
    })
    .await;
}

/// Whatever reads the form in the middle of the conversation finds what was answered so far.
#[tokio::test]
async fn the_form_keeps_up_with_the_conversation() {
    visit(setup(), async |world| {
        let chat = come_to_conversation(world).await;
        let values = "const { elements } = document.querySelector('#lead-form'); return [elements.industry.value, elements.company_size.value]";
        chat.answer("industry", &Pick("retail")).await;
        assert_eq!(world.browser.js(values).await, json!(["retail", ""]));
        chat.answer("company_size", &Pick("50_249")).await;
        assert_eq!(world.browser.js(values).await, json!(["retail", "50_249"]));
        chat.change("industry").await;
        chat.answer("industry", &Pick("other")).await;
        assert_eq!(world.browser.js(values).await, json!(["other", "50_249"]));
        world.assert_no_form_was_posted().await;
        world.assert_nothing_was_sent().await;
    })
    .await;
}

#[tokio::test]
async fn what_is_observed_posts_byte_for_byte_and_no_value_is_read() {
    let mut bare = None;
    visit(crate::harness::Setup { without: &["dist/prequal.js"], ..setup() }, async |world| {
        bare = Some(OBSERVE.send(world, GOOD, false).await);
    })
    .await;
    visit(setup(), async |world| {
        let posts = OBSERVE.send(world, GOOD, false).await;
        assert_eq!(Some(posts), bare);
        let heard: String = world
            .site
            .log()
            .requests
            .iter()
            .filter(|request| request.method != "POST")
            .map(|request| format!("{} {:?}", request.path, request.headers))
            .collect();
        for typed in ["Okafor", "fleetworks", "Gda"] {
            assert!(!heard.contains(typed), "{typed} left");
        }
        world.assert_nothing_was_sent().await;
        world.assert_said(&[]).await;
    })
    .await;
}

/// What a visitor wrote in an observed form is in no lead, although the same person sends one by the chat.
#[tokio::test]
async fn an_observed_forms_values_are_in_no_lead() {
    visit(setup(), async |world| {
        OBSERVE.go(world).await;
        OBSERVE
            .fill(
                world,
                &[("industry", "Manufacturing"), ("name", "Zerah Markwell"), ("email", "zerah@markwell.example")],
            )
            .await;
        let chat = world.chat();
        chat.open().await;
        chat.answer_all(TALK).await;
        chat.answer("phone", &Skip).await;
        chat.answer("message", &Skip).await;
        chat.agree().await;
        let lead = serde_json::to_string(&world.the_one_lead().await).expect("a lead is JSON");
        for typed in ["Zerah", "markwell", "manufacturing"] {
            assert!(!lead.contains(typed), "{typed} is in {lead}");
        }
        world.assert_no_form_was_posted().await;
    })
    .await;
}
