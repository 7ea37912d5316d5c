//! Help at any time: frequent questions are answered in the conversation, and a person can be reached.

use crate::accessible::assert_accessible;
use crate::harness::browser::key;
use crate::harness::{Setup, demo_flow, visit};
use serde_json::json;

fn flow() -> Vec<u8> {
    let mut flow = demo_flow();
    flow["help"] = json!({
        "faq": [
            { "id": "price", "question": "What does it cost?", "answer": "From €90 a month. It depends on your shipments." },
            { "id": "data", "question": "What happens to my answers?", "answer": "They stay on this page until you agree to send them." }
        ],
        "person": { "label": "Talk to a person", "url": "tel:+441632960123" }
    });
    flow.to_string().into_bytes()
}

#[tokio::test]
async fn a_question_of_the_visitors_is_answered_and_the_conversation_goes_on() {
    visit(Setup::flow(flow()), async |world| {
        world.go("/").await;
        let chat = world.chat();
        chat.open().await;
        let waiting = chat.js("[...root.querySelectorAll('.say')].pop().textContent").await;
        chat.click("[data-act=help]").await;
        assert_eq!(chat.js("root.querySelector('[data-act=help]').ariaExpanded").await, "true");
        assert_eq!(chat.js("root.activeElement.textContent").await, "What does it cost?");
        assert_eq!(chat.js("root.querySelector('.questions a').href").await, "tel:+441632960123");
        if let Some(folder) = std::env::var_os("PREQUAL_SHOTS") {
            let file = std::path::Path::new(&folder).join("help.png");
            std::fs::write(file, world.browser.screenshot().await).expect("a picture");
        }
        assert_accessible(world, "help").await;
        // Escape takes the list away, and not the panel.
        world.browser.press(&[key::ESCAPE]).await;
        assert_eq!(chat.js("root.querySelector('.questions').hidden").await, true);
        assert_eq!(chat.js("root.activeElement.dataset.act").await, "help");
        assert_eq!(chat.js("root.host.hasAttribute('open')").await, true);
        chat.click("[data-act=help]").await;
        chat.click("[data-act=faq][data-place='1']").await;
        assert_eq!(chat.js("root.querySelector('.questions').hidden").await, true);
        let said = "[...root.querySelectorAll('.log p')].slice(-3).map((p) => p.lastChild.textContent)";
        let answer = "They stay on this page until you agree to send them.";
        assert_eq!(chat.js(said).await, json!(["What happens to my answers?", answer, waiting]), "and asked again");
        assert_eq!(chat.js("root.activeElement.dataset.act").await, "choose", "where the visitor goes on");
        // The answer comes behind it, in the order in which it was said.
        chat.click("form .option[data-place='0']").await;
        chat.assert_asked(chat.label("shipments")).await;
        let all = "[...root.querySelectorAll('.log p')].map((p) => p.lastChild.textContent)";
        let all: Vec<String> = serde_json::from_value(chat.js(all).await).expect("texts");
        let place = |text: &str| all.iter().position(|said| said == text).unwrap_or_else(|| panic!("{text}: {all:?}"));
        let option = chat.js("root.querySelector('.mine:last-child p').lastChild.textContent").await;
        assert!(place(answer) < place(option.as_str().expect("a text")), "{all:?}");
        assert_eq!(chat.js("root.querySelectorAll('.change').length").await, 1, "a question of theirs is no answer");
        world.assert_nothing_was_sent().await;
        world.assert_said(&[]).await;
    })
    .await;
}
