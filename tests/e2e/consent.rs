//! Without a yes of the visitor, or without a lead worth sending, nothing opens a connection.

use crate::harness::native::{Answer, FREIGHT_CHIEF, PASSER_BY};
use crate::harness::{Setup, demo_flow, visit};
use serde_json::json;

#[tokio::test]
async fn refusing_sends_nothing() {
    visit(Setup::default(), async |world| {
        world.go("/pricing/").await;
        let chat = world.chat();
        chat.open().await;
        chat.answer_all(&FREIGHT_CHIEF[..3]).await;
        chat.close().await;
        world.browser.click("#site-nav a[href='/careers/']").await;
        world.browser.wait("location.pathname === '/careers/'").await;
        chat.open().await;
        chat.answer_all(&FREIGHT_CHIEF[3..]).await;
        chat.answer("phone", &Answer::Skip).await;
        // Ticked, and refused all the same: the button is what counts.
        chat.tick_purposes(&[0, 1]).await;
        chat.refuse().await;
        chat.assert_asked("Nothing was sent").await;
        assert_eq!(chat.delivery().await, "not_sent");
        world.assert_nothing_was_sent().await;
        assert_eq!(world.traces().await["databases"], 0);
    })
    .await;
}

#[tokio::test]
async fn leaving_before_the_choice_sends_nothing() {
    visit(Setup::default(), async |world| {
        world.go("/pricing/").await;
        let chat = world.chat();
        chat.open().await;
        chat.answer_all(FREIGHT_CHIEF).await;
        chat.answer("phone", &Answer::Type("+44 20 7946 0123")).await;
        chat.tick_purposes(&[0]).await;
        chat.close().await;
        world.browser.click("#site-nav a[href='/white-paper/']").await;
        world.browser.wait("location.pathname === '/white-paper/'").await;
        world.assert_nothing_was_sent().await;
        world.browser.reload().await;
        world.assert_nothing_was_sent().await;
        assert_eq!(world.kept_in_browser().await, [""; 0]);
        // What was in memory is gone with the page.
        chat.open().await;
        chat.assert_asked(chat.label("industry")).await;
        assert_eq!(chat.transcript().await, [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn agreeing_without_the_needed_purpose_sends_nothing() {
    visit(Setup::default(), async |world| {
        let chat = world.chat();
        chat.come_to_consent().await;
        assert_eq!(chat.js("root.querySelectorAll('form :checked').length").await, 0, "nothing is ticked in advance");
        for purpose in &world.flow.flow().consent.as_ref().unwrap().purposes {
            let shown = format!("root.querySelector('form').textContent.includes({})", json!(purpose.text));
            assert_eq!(chat.js(&shown).await, true, "the exact words are shown");
        }
        chat.tick_purposes(&[1]).await;
        chat.click("[data-act=agree]").await;
        chat.assert_asked("consent").await;
        assert!(chat.problem().await.contains("needed"));
        assert_eq!(chat.js("root.querySelectorAll('form :checked').length").await, 1, "the choice stays");
        world.assert_nothing_was_sent().await;
    })
    .await;
}

#[tokio::test]
async fn consent_does_not_make_an_unqualified_lead_worth_sending() {
    // A flow whose author asks everybody for consent, the unqualified and the disqualified too.
    let mut flow = demo_flow();
    for step in flow["conversation"]["steps"].as_array_mut().unwrap() {
        if step["id"] == "ask_timeline" {
            step["branches"] = json!([]);
            step["next"] = json!("ask_consent");
        }
        if step["id"] == "ask_agency_role" {
            step["branches"][0]["to"] = json!("ask_consent");
        }
    }
    visit(Setup::flow(flow.to_string()), async |world| {
        let competitor = [("industry", Answer::Pick("agency")), ("agency_role", Answer::Pick("competitor"))];
        for answers in [PASSER_BY, &competitor] {
            world.go("/pricing/").await;
            let chat = world.chat();
            chat.open().await;
            chat.answer_all(answers).await;
            chat.agree().await;
            chat.assert_asked("Your buyer's guide").await;
            assert_eq!(chat.delivery().await, "not_sent");
            world.assert_nothing_was_sent().await;
            assert_eq!(world.traces().await["databases"], 0);
        }
    })
    .await;
}

/// The browser's own event tells of a change that a script's click made; the box was not ticked by a person.
#[tokio::test]
async fn a_script_cannot_tick_for_the_visitor() {
    visit(Setup::default(), async |world| {
        let chat = world.chat();
        chat.come_to_consent().await;
        for script in ["root.querySelector('form input').click()", "root.querySelector('form label').click()"] {
            chat.js(&format!("({script}, 0)")).await;
            assert_eq!(chat.js("root.querySelectorAll('form :checked').length").await, 1, "{script}");
            chat.click("[data-act=agree]").await;
            chat.assert_asked("consent").await;
            assert!(chat.problem().await.contains("needed"), "{script}");
            chat.js("(root.querySelector('form input').checked = false, 0)").await;
        }
        world.assert_nothing_was_sent().await;
        // By its words, by itself, and by a key: each is a person's.
        chat.click("form label span").await;
        chat.click("form input").await;
        chat.tab_to("form input").await;
        world.browser.press(&[' ']).await;
        assert_eq!(chat.js("root.querySelectorAll('form :checked').length").await, 1);
        chat.click("[data-act=agree]").await;
        chat.wait_for_delivery("sent").await;
        world.the_one_lead().await;
    })
    .await;
}

#[tokio::test]
async fn a_script_cannot_agree_for_the_visitor() {
    visit(Setup::default(), async |world| {
        let chat = world.chat();
        chat.come_to_consent().await;
        chat.tick_purposes(&[0]).await;
        for script in [
            "root.querySelector('[data-act=agree]').click()",
            "root.querySelector('[data-act=agree]').dispatchEvent(new MouseEvent('click', { bubbles: true, composed: true }))",
            "root.querySelector('form').requestSubmit()",
            "root.querySelector('[data-act=agree]').dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }))",
            "root.querySelector('[data-act=refuse]').click()",
        ] {
            chat.js(&format!("({script}, 0)")).await;
            chat.assert_asked("consent").await;
        }
        world.assert_nothing_was_sent().await;
        // The same button under a person's finger does send.
        chat.click("[data-act=agree]").await;
        chat.wait_for_delivery("sent").await;
        world.the_one_lead().await;
    })
    .await;
}
