//! A page's own form as a conversation: it asks what the form asks, and the form is what is sent.

use crate::forms_chat_pages::{FLOW, OUTSIDE, PAGES, SCRIPT, STYLE};
use crate::harness::chat::Chat;
use crate::harness::{QUIET, Setup, World, visit, wait_until};
use serde_json::json;

async fn write(chat: &Chat<'_>, text: &str) {
    chat.type_into_field(text).await;
    chat.click("form [type=submit]").await;
    chat.wait("!root?.querySelector('form[aria-busy]')").await;
}

pub async fn shown(world: &World) -> bool {
    world.browser.js("return document.querySelector('#own').checkVisibility()").await == json!(true)
}

/// The form's value of a name, as it would be posted.
async fn holds(world: &World, name: &str) -> serde_json::Value {
    world.browser.js(&format!("return new FormData(document.querySelector('#own')).getAll('{name}').join()")).await
}

async fn begin<'w>(world: &'w World, path: &str) -> Chat<'w> {
    world.go(path).await;
    let chat = world.inline_chat();
    chat.wait_for_question().await;
    assert!(!shown(world).await, "the conversation stands in the form's place");
    chat
}

/// Up to the step of consent.
async fn answer_all(chat: &Chat<'_>) {
    chat.choose("Freight & logistics").await;
    write(chat, "120").await;
    write(chat, "ada@fleetworks.example").await;
    write(chat, "ABC-12").await;
    chat.choose("By telephone").await;
    chat.assert_asked("consent").await;
}

pub const POSTED: &str = "token=a1&industry=Logistics&shipments=120&reference=ABC-12&channel=call&your-email=ada%40fleetworks.example\
    &website=&acceptance-1=1&go=1";

/// Fails unless the form posts this, and the score with it.
async fn assert_posted(world: &World, fields: &str, score: u32) {
    let posted = world.posted_form().await;
    let (own, ours) = posted.split_once("&prequal_score=").expect("a score goes along with consent");
    assert_eq!(own, fields);
    assert!(ours.starts_with(&format!("{score}&prequal_stage=mql&")), "{ours}");
    assert!(ours.contains("I+agree+that+Northbeam+stores+what+I+wrote."), "{ours}");
}

#[tokio::test]
async fn it_asks_what_the_form_asks() {
    visit(Setup { pages: PAGES, ..Setup::flow(FLOW) }, async |world| {
        let chat = begin(world, "/form/").await;
        chat.assert_asked("Your trade").await;
        let options = "[...root.querySelectorAll('form .option')].map((one) => one.innerText.trim().split('\\n')[0])";
        assert_eq!(chat.js(options).await, json!(["Freight & logistics", "Shops", "An agency", "Farming"]));
        chat.choose("Freight & logistics").await;
        assert_eq!(holds(world, "industry").await, "Logistics");

        // The flow's branch, the form's words and limits.
        chat.assert_asked("Parcels a month").await;
        assert_eq!(chat.js("!!root.querySelector('[data-act=skip]')").await, false, "it is required");
        for wrong in ["5", "15"] {
            write(&chat, wrong).await;
            assert_ne!(chat.problem().await, "", "{wrong}");
        }
        write(&chat, "120").await;
        assert_eq!(holds(world, "shipments").await, "120");
        chat.assert_asked("Work email").await;
        write(&chat, "ada@fleetworks.example").await;

        // What only the form asks.
        chat.assert_asked("Your reference").await;
        assert_eq!(chat.js("!!root.querySelector('[data-act=skip]')").await, true, "it is not required");
        write(&chat, "12").await;
        assert_eq!(chat.problem().await, "Three letters, a dash, digits");
        write(&chat, "ABC-12").await;
        chat.assert_asked("How shall we answer?").await;
        chat.choose("By telephone").await;

        chat.assert_asked("consent").await;
        let texts = "[...root.querySelectorAll('form label')].map((one) => one.textContent.trim())";
        let texts = chat.js(texts).await.to_string();
        assert!(texts.contains("I agree that Northbeam stores what I wrote."), "{texts}");
        assert!(!texts.contains("The flow's own words"), "{texts}");
        assert!(!texts.contains("News by mail."), "the form has no box that could carry it: {texts}");
        assert_eq!(holds(world, "acceptance-1").await, "");
        chat.agree().await;
        assert_posted(world, POSTED, 20).await;
        world.browser.wait("document.body.textContent.includes('Thank you')").await;
        world.assert_nothing_was_sent().await;
        world.assert_said(&[]).await;
    })
    .await;
}

/// What page scripts hear, in the order in which they hear it.
#[tokio::test]
async fn the_page_hears_of_every_answer() {
    visit(Setup { pages: PAGES, ..Setup::flow(FLOW) }, async |world| {
        let chat = begin(world, "/form/").await;
        answer_all(&chat).await;
        let heard = world.browser.js("return heard").await;
        let both = |name: &str| [format!("input {name}"), format!("change {name}")];
        let names = ["industry", "shipments", "your-email", "reference", "channel"];
        assert_eq!(heard, json!(names.map(both).concat()));
        // Nothing of what was answered is told to the page otherwise.
        world.assert_said(&[]).await;
    })
    .await;
}

#[tokio::test]
async fn branches_edits_and_a_new_beginning_lead_the_form() {
    visit(Setup { pages: PAGES, ..Setup::flow(FLOW) }, async |world| {
        let chat = begin(world, "/form/").await;
        chat.choose("Freight & logistics").await;
        write(&chat, "120").await;
        chat.assert_asked("Work email").await;
        // What is no longer on the way is taken out.
        chat.click("[data-act=change][data-place='0']").await;
        chat.choose("Shops").await;
        chat.assert_asked("Work email").await;
        assert_eq!(holds(world, "industry").await, "retail");
        assert_eq!(holds(world, "shipments").await, "");
        // What the flow does not know is an answer all the same.
        chat.click("[data-act=change][data-place='0']").await;
        chat.choose("Farming").await;
        assert_eq!(holds(world, "industry").await, "farm");
        write(&chat, "ada@fleetworks.example").await;
        assert_eq!(holds(world, "your-email").await, "ada@fleetworks.example");
        chat.click("[data-act=change][data-place='0']").await;
        chat.choose("An agency").await;
        chat.assert_asked("Not for agencies").await;
        chat.click("[data-act=restart]").await;
        chat.assert_asked("Your trade").await;
        assert_eq!((holds(world, "industry").await, holds(world, "your-email").await), (json!(""), json!("")));
    })
    .await;
}

/// Who agrees to nothing sends nothing; who was not asked may send the form by hand.
#[tokio::test]
async fn no_consent_no_post() {
    visit(Setup { pages: PAGES, ..Setup::flow(FLOW) }, async |world| {
        let chat = begin(world, "/form/").await;
        answer_all(&chat).await;
        chat.refuse().await;
        chat.assert_asked("We will call").await;
        tokio::time::sleep(QUIET).await;
        assert!(!shown(world).await);
        assert_eq!(holds(world, "acceptance-1").await, "");

        world.go("/form/").await;
        chat.wait_for_question().await;
        chat.choose("An agency").await;
        chat.assert_asked("Not for agencies").await;
        world.browser.wait("document.querySelector('#own').checkVisibility()").await;
        assert_eq!(holds(world, "industry").await, "agency");
        chat.click("[data-act=change][data-place='0']").await;
        chat.choose("Shops").await;
        chat.assert_asked("Work email").await;
        assert!(!shown(world).await, "the conversation goes on");
        let heard = world.browser.js("return heard.filter((one) => one.startsWith('submit'))").await;
        assert_eq!(heard, json!([]));
        world.assert_nothing_was_sent().await;
    })
    .await;
}

/// A rule that only the browser can try: the form shows, with what was answered, and says what is wrong.
#[tokio::test]
async fn what_the_form_does_not_take_shows_the_form() {
    visit(Setup { pages: PAGES, ..Setup::flow(FLOW) }, async |world| {
        let chat = begin(world, "/form/").await;
        world.browser.js("document.querySelector('[name=reference]').pattern = '(?!ABC).*'").await;
        answer_all(&chat).await;
        chat.agree().await;
        world.browser.wait("document.querySelector('#own').checkVisibility()").await;
        world.browser.wait("document.activeElement.name === 'reference'").await;
        assert_eq!(world.browser.js("return document.querySelectorAll('prequal-chat').length").await, 0);
        // The visitor mends it and sends it, as ever.
        world.browser.js("document.querySelector('[name=reference]').select()").await;
        world.browser.type_text("XYZ-7").await;
        world.browser.click("[name=go]").await;
        assert_posted(world, &POSTED.replace("ABC-12", "XYZ-7"), 20).await;
        world.assert_said(&[]).await;
    })
    .await;
}

#[tokio::test]
async fn controls_that_stand_elsewhere() {
    visit(Setup { pages: &[("heard.js", SCRIPT), ("form.css", STYLE), OUTSIDE], ..Setup::flow(FLOW) }, async |world| {
        let chat = world.inline_chat();
        world.go("/outside/").await;
        // A form without a box of its own has no place in sight: it is where it stands that counts.
        chat.wait_for_question().await;
        chat.assert_asked("Trade in short").await;
        let left = "return ['email', 'industry', 'elements', 'theirs'].filter((name) => document.querySelector(`[name=${name}]`).checkVisibility())";
        assert_eq!(world.browser.js(left).await, json!(["theirs"]), "what is the form's is not asked twice");
        chat.choose("Shops").await;
        chat.assert_asked("Email").await;
        write(&chat, "ada@fleetworks.example").await;
        // The city stood there already, and `theirs` is another form's.
        chat.assert_asked("consent").await;
        chat.agree().await;
        assert_eq!(world.posted_form().await, "email=ada%40fleetworks.example&industry=retail&elements=Bristol&submit=&style=&lang=&isConnected=&parentNode=&hidden=&noValidate=");
        world.assert_said(&[]).await;
    })
    .await;
}

/// The page draws its form anew in the middle, with and without what was written into it.
#[tokio::test]
async fn a_form_that_is_drawn_anew() {
    visit(Setup { pages: PAGES, ..Setup::flow(FLOW) }, async |world| {
        for query in ["", "?forgets"] {
            let chat = begin(world, &format!("/drawn/{query}")).await;
            chat.assert_asked("Your trade").await;
            chat.choose("Shops").await;
            chat.assert_asked("Your email").await;
            world.browser.js("draw()").await;
            assert!(!shown(world).await, "the new form never shows");
            chat.assert_asked("Your email").await;
            world.browser.wait("document.querySelector('[name=industry]').value === 'retail'").await;
            write(&chat, "ada@fleetworks.example").await;
            world.browser.js("draw(); draw()").await;
            write(&chat, "Fleetworks").await;
            chat.assert_asked("consent").await;
            chat.agree().await;
            let posted = world.posted_form().await;
            assert_eq!(posted, "company=Fleetworks&industry=retail&email=ada%40fleetworks.example");
            world.browser.wait("document.body.textContent.includes('Thank you')").await;
        }
        world.assert_said(&[]).await;
    })
    .await;
}

#[tokio::test]
async fn a_script_of_the_page_takes_the_form() {
    visit(Setup { pages: PAGES, ..Setup::flow(FLOW) }, async |world| {
        let chat = begin(world, "/taken/").await;
        answer_all(&chat).await;
        chat.agree().await;
        world.browser.wait("document.querySelector('#said').checkVisibility()").await;
        world.browser.wait("document.querySelector('#said').textContent === 'Thanks, ada@fleetworks.example'").await;
        chat.assert_asked("We will call").await;
        let heard = world.browser.js("return heard.filter((one) => one.startsWith('submit'))").await;
        assert_eq!(heard, json!(["submit own"]), "once");
    })
    .await;
}

#[tokio::test]
async fn errors_of_the_page_are_its_own() {
    visit(Setup { pages: PAGES, ..Setup::flow(FLOW) }, async |world| {
        let chat = begin(world, "/error/").await;
        answer_all(&chat).await;
        chat.agree().await;
        assert_posted(world, POSTED, 20).await;
    })
    .await;
}

/// Who is already writing in the form goes on there.
#[tokio::test]
async fn a_form_that_is_being_filled_in_stays() {
    visit(Setup { pages: PAGES, ..Setup::flow(FLOW) }, async |world| {
        world.site.hold_file("/prequal-widget.js");
        world.go("/form/").await;
        world.browser.click("[name=reference]").await;
        world.browser.type_text("A").await;
        world.browser.click("[value=mail]").await;
        world.browser.js("document.activeElement.blur()").await;
        world.site.let_go();
        tokio::time::sleep(QUIET).await;
        assert!(shown(world).await);
        assert_eq!(world.browser.js("return document.querySelectorAll('prequal-chat').length").await, 0);
        assert_eq!(holds(world, "reference").await, "A");
        world.assert_said(&[]).await;
    })
    .await;
}

/// A flow that asks for consent first.
pub fn early() -> serde_json::Value {
    let mut flow: serde_json::Value = serde_json::from_str(FLOW).expect("it is JSON");
    flow["consent"]["before_personal"] = json!(true);
    flow["translations"] = json!([]);
    flow["conversation"]["steps"] = json!([
        { "id": "ask_industry", "ask": "industry" },
        { "id": "ask_consent", "consent": true, "branches": [{ "when": { "!": { "var": "consent.contact" } }, "to": "end_agency" }] },
        { "id": "ask_email", "ask": "email" },
        { "id": "end", "end": "thanks" },
        { "id": "end_agency", "end": "no_fit" }
    ]);
    flow
}

/// What only the form asks is asked of those who agreed.
#[tokio::test]
async fn consent_comes_first() {
    visit(Setup { pages: PAGES, ..Setup::flow(early().to_string()) }, async |world| {
        let chat = begin(world, "/form/").await;
        chat.choose("Shops").await;
        chat.refuse().await;
        chat.assert_asked("Not for agencies").await;
        tokio::time::sleep(QUIET).await;
        assert!(!shown(world).await);

        let chat = begin(world, "/form/").await;
        chat.choose("Shops").await;
        chat.agree().await;
        write(&chat, "ada@fleetworks.example").await;
        // In the flow no step asks for them.
        write(&chat, "50").await;
        write(&chat, "ABC-1").await;
        chat.choose("By mail").await;
        let posted = POSTED
            .replace("Logistics", "retail")
            .replace("=120", "=50")
            .replace("ABC-12", "ABC-1")
            .replace("=call", "=mail");
        assert_posted(world, &posted, 10).await;
        world.assert_nothing_was_sent().await;
    })
    .await;
}

/// Whoever would rather fill in the form closes the conversation, and finds there what was answered.
#[tokio::test]
async fn closed_it_gives_the_form_back() {
    visit(Setup { pages: PAGES, ..Setup::flow(FLOW) }, async |world| {
        let chat = begin(world, "/form/").await;
        chat.choose("Shops").await;
        write(&chat, "ada@fleetworks.example").await;
        chat.close().await;
        world.browser.wait("document.querySelector('#own').checkVisibility()").await;
        assert_eq!(world.browser.js("return document.querySelectorAll('prequal-chat').length").await, 0);
        assert_eq!(world.browser.js("return document.activeElement.form?.id").await, "own", "focus goes on there");
        assert_eq!(holds(world, "industry").await, "retail");
        // By hand, from here on.
        world.browser.js("document.querySelector('[name=shipments]').value = '120'").await;
        for selector in ["[value=mail]", "[name=acceptance-1]", "[name=go]"] {
            world.browser.click(selector).await;
        }
        let posted = world.posted_form().await;
        assert!(posted.contains("industry=retail&shipments=120&reference=&channel=mail&your-email=ada%40"), "{posted}");
        world.assert_said(&[]).await;
    })
    .await;
}

/// With the gate the lead goes where the flow says, and the form does not.
#[tokio::test]
async fn with_a_gate() {
    visit(Setup { pages: PAGES, ..Setup::flow(FLOW) }, async |world| {
        let chat = begin(world, "/gate/").await;
        answer_all(&chat).await;
        chat.agree().await;
        world.browser.wait("document.querySelector('[data-prequal-outcome]')").await;
        assert!(!shown(world).await);
        assert_eq!(
            world.browser.js("return document.querySelectorAll('prequal-chat[mode=inline]').length").await,
            0,
            "one outcome"
        );
        let lead = world.the_one_lead().await;
        assert_eq!(lead.stage, "mql");
        let lead = serde_json::to_string(&lead).expect("a lead is JSON");
        assert!(
            lead.contains("I agree that Northbeam stores what I wrote.") && lead.contains("ada@fleetworks.example"),
            "{lead}"
        );
        world.assert_said(&[]).await;
    })
    .await;
}

/// Where nothing is left to ask, nobody has said that the form may go: it shows, with all that is known.
#[tokio::test]
async fn what_is_known_sends_nothing_by_itself() {
    let mut flow: serde_json::Value = serde_json::from_str(FLOW).expect("the flow is JSON");
    flow["conversation"] = json!({ "start": "ask_email", "steps": [
        { "id": "ask_email", "ask": "email", "branches": [
            { "when": { "==": [{ "var": "email" }, "ada@fleetworks.example"] }, "to": "end" }
        ] },
        { "id": "ask_consent", "consent": true },
        { "id": "end", "end": "thanks" }
    ] });
    flow.as_object_mut().expect("a flow is an object").remove("translations");
    visit(Setup { pages: PAGES, ..Setup::flow(flow.to_string()) }, async |world| {
        world.go("/known/").await;
        let asked = || world.site.log().requests.iter().any(|one| one.path.ends_with("/prequal-engine.wasm"));
        wait_until("the conversation is on its way", async || asked()).await;
        world.browser.wait("!document.querySelector('prequal-chat[mode=inline]')").await;
        assert!(shown(world).await);
        assert_eq!(holds(world, "email").await, "ada@fleetworks.example");
        world.assert_no_form_was_posted().await;
        world.browser.click("#own button").await;
        assert_eq!(world.posted_form().await, "email=ada%40fleetworks.example");
        world.assert_said(&[]).await;
    })
    .await;
}
