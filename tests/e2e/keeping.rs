//! Going on later: nothing is kept before a person agrees, and a later page goes on where they left off.

use crate::accessible::assert_accessible;
use crate::harness::native::{Answer, FREIGHT_CHIEF};
use crate::harness::{Setup, World, demo_flow, visit};
use serde_json::{Value, json};

fn flow() -> Vec<u8> {
    let mut flow = demo_flow();
    flow["conversation"]["resume"] =
        json!({ "text": "Keep my answers on this device for 30 days, so that I can go on later.", "days": 30 });
    flow.to_string().into_bytes()
}

async fn kept(world: &World) -> Value {
    world.browser.js("return Object.entries(localStorage)").await
}

#[tokio::test]
async fn who_agrees_goes_on_where_they_left_off() {
    visit(Setup::flow(flow()), async |world| {
        world.go("/pricing/").await;
        let chat = world.chat();
        chat.open().await;
        chat.answer_all(&FREIGHT_CHIEF[..2]).await;
        // A script's tick is no agreement.
        chat.js("root.querySelector('#remember').click()").await;
        chat.answer_all(&FREIGHT_CHIEF[2..3]).await;
        assert_eq!(kept(world).await, json!([]));
        assert_eq!(chat.js("root.querySelector('#remember').checked").await, false);
        chat.click("#remember").await;
        assert_accessible(world, "offer").await;
        if let Some(folder) = std::env::var_os("PREQUAL_SHOTS") {
            let file = std::path::Path::new(&folder).join("offer.png");
            std::fs::write(file, world.browser.screenshot().await).expect("a picture");
        }
        chat.answer_all(&FREIGHT_CHIEF[3..4]).await;
        let asked = chat.asked().await;
        let all = kept(world).await;
        assert_eq!(all[0][0], "prequal:northbeam-needs-assessment", "{all}");

        // A page anew, and nothing was asked again.
        world.go("/").await;
        chat.open().await;
        assert_eq!(chat.asked().await, asked);
        assert_eq!(chat.js("root.querySelectorAll('.mine').length").await, 4);
        assert_eq!(chat.js("root.querySelector('#remember').checked").await, true);
        chat.click("#remember").await;
        assert_eq!(kept(world).await, json!([]), "taken back as easily");
        world.go("/pricing/").await;
        chat.open().await;
        chat.assert_asked(chat.label("industry")).await;

        // What is sent need not be gone on with. Who ticks before the engine is there has agreed too.
        chat.click("#remember").await;
        chat.answer_all(FREIGHT_CHIEF).await;
        chat.answer("phone", &Answer::Skip).await;
        assert_ne!(kept(world).await, json!([]));
        chat.agree().await;
        chat.wait_for_delivery("sent").await;
        assert_eq!(kept(world).await, json!([]));
        world.the_one_lead().await;
        world.assert_said(&[]).await;
    })
    .await;
}

/// Where the browser keeps nothing, the box does not stay ticked.
#[tokio::test]
async fn a_promise_that_cannot_be_kept_is_not_made() {
    visit(Setup::flow(flow()), async |world| {
        world.go("/").await;
        world
            .browser
            .js("Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }")
            .await;
        let chat = world.chat();
        chat.open().await;
        chat.answer_all(&FREIGHT_CHIEF[..1]).await;
        chat.click("#remember").await;
        assert_eq!(chat.js("root.querySelector('#remember').checked").await, false);
        chat.answer_all(&FREIGHT_CHIEF[1..2]).await;
        world.assert_said(&[]).await;
    })
    .await;
}
