//! Hasty visitors lose nothing and say nothing by accident; scripts of the page cannot help along.

use crate::harness::browser::Look;
use crate::harness::native::{Answer, FREIGHT_CHIEF};
use crate::harness::proxy::Mode;
use crate::harness::{Setup, visit, wait_until};

#[tokio::test]
async fn a_double_click_on_skip_does_not_refuse_consent() {
    visit(Setup::default(), async |world| {
        world.go("/pricing/").await;
        let chat = world.chat();
        chat.open().await;
        chat.answer_all(FREIGHT_CHIEF).await;
        let skip = chat.find("[data-act=skip]").await;
        world.browser.point_at(skip, 2).await;
        chat.assert_asked("consent").await;
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        chat.assert_asked("consent").await;
    })
    .await;
}

/// Browsers count clicks that come fast and near each other, whatever has changed under the pointer.
#[tokio::test]
async fn fast_clicks_send_what_was_typed_and_follow_no_link() {
    visit(Setup::default(), async |world| {
        world.go("/pricing/").await;
        let chat = world.chat();
        chat.open().await;
        let again = |selector: &str| {
            let click = "new MouseEvent('click', { detail: 2, bubbles: true, composed: true, cancelable: true })";
            format!("root.querySelector('{selector}').dispatchEvent({click})")
        };
        chat.answer_all(&FREIGHT_CHIEF[..1]).await;
        chat.type_into_field("12,000").await;
        chat.js(&again("form [type=submit]")).await;
        chat.assert_asked(chat.label("carriers")).await;
        chat.answer_all(&FREIGHT_CHIEF[2..]).await;
        chat.answer("phone", &Answer::Skip).await;
        chat.agree().await;
        assert_eq!(chat.js(&again("form a")).await, false, "the link is not followed");
        chat.wait_for_delivery("sent").await;
        world.the_one_lead().await;
    })
    .await;
}

#[tokio::test]
async fn what_was_typed_survives_a_look_at_an_earlier_answer() {
    visit(Setup::default(), async |world| {
        world.go("/").await;
        let chat = world.chat();
        chat.open().await;
        chat.answer_all(&FREIGHT_CHIEF[..1]).await;
        chat.type_into_field("12").await;
        chat.change("industry").await;
        chat.click("[data-act=keep]").await;
        assert_eq!(chat.js("root.querySelector('#field').value").await, "12");
    })
    .await;
}

#[tokio::test]
async fn a_box_that_a_script_ticked_is_not_agreed_to() {
    visit(Setup::default(), async |world| {
        let chat = world.chat();
        chat.come_to_consent().await;
        chat.js("(root.querySelectorAll('input').forEach((box) => { box.checked = true; box.dispatchEvent(new InputEvent('input', { bubbles: true })); }), 0)").await;
        chat.click("[data-act=agree]").await;
        chat.assert_asked("consent").await;
        world.assert_nothing_was_sent().await;
        // Unticked and ticked by hand it is; the other one stays the script's.
        chat.tick_purposes(&[0]).await;
        chat.tick_purposes(&[0]).await;
        chat.click("[data-act=agree]").await;
        chat.wait_for_delivery("sent").await;
        let purposes = world.the_one_lead().await.consent.unwrap().purposes;
        assert_eq!(purposes.iter().map(|p| p.granted).collect::<Vec<_>>(), [true, false]);
    })
    .await;
}

#[tokio::test]
async fn delivery_leaves_focus_where_it_is_and_nothing_in_the_browser() {
    visit(Setup::default(), async |world| {
        let chat = world.chat();
        chat.come_to_consent().await;
        world.endpoint.switch(Mode::Stall).await;
        chat.agree().await;
        world.endpoint.wait_for_another_post(0).await;
        assert_eq!(chat.js("root.activeElement.tagName").await, "H2");
        world.endpoint.switch(Mode::Pass).await;
        chat.wait_for_delivery("sent").await;
        assert_eq!(chat.js("root.activeElement.tagName").await, "H2", "the reply took nothing away");
        wait_until("an empty store", async || world.kept_in_browser().await.is_empty()).await;
        // What was agreed to stays, so that it can be taken back; no answer does.
        let receipts = world.browser.js_async("return (await prequal.exportData()).receipts").await;
        assert_eq!(receipts.as_array().map(Vec::len), Some(1));
        assert!(!receipts.to_string().contains("fleetworks"), "{receipts}");
    })
    .await;
}

#[tokio::test]
async fn changing_an_answer_announces_nothing_again() {
    visit(Setup::default(), async |world| {
        world.go("/").await;
        let chat = world.chat();
        chat.open().await;
        chat.answer_all(&FREIGHT_CHIEF[..4]).await;
        chat.js("(window.added = 0, new MutationObserver((all) => { window.added += all.reduce((n, m) => n + m.addedNodes.length, 0); }).observe(root.querySelector('.log'), { childList: true, subtree: true }), 0)").await;
        chat.change("industry").await;
        chat.click("[data-act=keep]").await;
        assert_eq!(world.browser.js("return window.added").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_phone_that_is_turned_keeps_the_question_in_sight() {
    visit(Setup::default(), async |world| {
        world.browser.look(Look { width: 390, height: 844, dark: false }).await;
        world.go("/").await;
        let chat = world.chat();
        chat.open().await;
        chat.answer_all(&FREIGHT_CHIEF[..2]).await;
        for (width, height) in [(844, 390), (390, 420), (390, 844), (320, 568)] {
            world.browser.look(Look { width, height, dark: false }).await;
            let log = "root.querySelector('.log')";
            chat.wait(&format!("[...{log}.querySelectorAll('.say')].at(-1).getBoundingClientRect().bottom <= {log}.getBoundingClientRect().bottom")).await;
        }
    })
    .await;
}
