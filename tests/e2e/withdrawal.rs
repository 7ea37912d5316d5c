//! Consent is taken back as easily as it was given, at any time, and wins over every attempt to send.

use crate::harness::native::{Answer, FREIGHT_CHIEF};
use crate::harness::proxy::Mode;
use crate::harness::{QUIET, Setup, World, visit, wait_until};

const BUTTON: &str = "[data-act=withdraw]";

async fn agree(world: &World) {
    world.go("/pricing/").await;
    let chat = world.chat();
    chat.open().await;
    assert_eq!(chat.js(&format!("root.querySelector('{BUTTON}')")).await, serde_json::Value::Null, "nothing yet");
    chat.answer_all(FREIGHT_CHIEF).await;
    chat.answer("phone", &Answer::Skip).await;
    chat.agree().await;
}

async fn assert_taken_back(world: &World) {
    wait_until("no lead in the receiver's file", async || world.leads().await.is_empty()).await;
    tokio::time::sleep(QUIET).await;
    assert_eq!(world.leads().await.len(), 0);
    wait_until("an empty store", async || world.kept_in_browser().await.is_empty()).await;
    let posts = world.endpoint.posts();
    let last = String::from_utf8_lossy(&posts.last().expect("a post").body).into_owned();
    assert!(last.starts_with("{\"prequal_withdrawal\":1"), "{last}");
    for personal in ["Ada", "fleetworks", "logistics"] {
        assert!(!last.contains(personal), "the notice holds no answer: {last}");
    }
}

#[tokio::test]
async fn a_delivered_lead_is_taken_back_by_a_button() {
    visit(Setup::default(), async |world| {
        agree(world).await;
        let chat = world.chat();
        chat.wait_for_delivery("sent").await;
        world.the_one_lead().await;
        chat.click(BUTTON).await;
        chat.wait_for_delivery("withdrawn").await;
        chat.assert_asked(chat.label("industry")).await;
        assert_taken_back(world).await;
        assert_eq!(chat.js(&format!("root.querySelector('{BUTTON}').hidden")).await, true);
        // Who wants to may begin again, and what comes then is another lead.
        chat.answer_all(FREIGHT_CHIEF).await;
        chat.answer("phone", &Answer::Skip).await;
        chat.agree().await;
        chat.wait_for_delivery("sent").await;
        world.the_one_lead().await;
        world.assert_said(&[]).await;
    })
    .await;
}

#[tokio::test]
async fn a_later_visit_offers_to_take_it_back() {
    visit(Setup::default(), async |world| {
        agree(world).await;
        world.chat().wait_for_delivery("sent").await;
        world.the_one_lead().await;
        world.site.hold_file("/prequal-engine.wasm");
        world.go("/").await;
        let chat = world.chat();
        chat.open().await;
        let place = "root.querySelector('form').offsetTop";
        let before = chat.js(place).await;
        world.site.let_go();
        chat.wait(&format!("root.querySelector('{BUTTON}:not([hidden])')")).await;
        assert_eq!(chat.js(place).await, before, "the button moves no question");
        chat.click(BUTTON).await;
        chat.wait_for_delivery("withdrawn").await;
        assert_taken_back(world).await;
    })
    .await;
}

#[tokio::test]
async fn taking_it_back_in_one_tab_stops_every_other() {
    visit(Setup::default(), async |world| {
        world.endpoint.switch(Mode::Refuse).await;
        agree(world).await;
        world.chat().wait_for_delivery("retrying").await;
        let first = world.browser.client.window().await.expect("a tab");
        let second = world.browser.client.new_window(true).await.expect("another tab");
        world.browser.client.switch_to_window(second.handle).await.expect("the other tab");
        world.go("/privacy/").await;
        world.chat().find("[part~=launcher]").await;
        world.browser.js_async("await prequal.withdraw()").await;
        world.endpoint.switch(Mode::Pass).await;
        world.browser.client.switch_to_window(first).await.expect("the first tab");
        world.browser.come_online().await;
        assert_taken_back(world).await;
        let leads = world.endpoint.posts().iter().filter(|post| post.body.starts_with(b"{\"prequal\":1")).count();
        assert_eq!(leads, 0, "not even an attempt arrived");
        // The tab that was left with the lead knows.
        world.browser.come_online().await;
        world.chat().wait_for_delivery("not_sent").await;
    })
    .await;
}
