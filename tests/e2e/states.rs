//! The states that a visit can be in, for whoever looks at each: the demo's conversation, one that asks every
//! other kind of question, and the places where a widget can stand.

use crate::harness::chat::Chat;
use crate::harness::native::{Answer, FREIGHT_CHIEF};
use crate::harness::{World, demo_flow};
use crate::kinds::flow_of;
use crate::{page, tag};
use serde_json::{Value, json};

/// Goes through the demo's conversation.
pub async fn demo(world: &World, look: impl AsyncFn(Chat<'_>, &str)) {
    let chat = world.chat();
    chat.open().await;
    look(chat, "first question").await;
    chat.answer_all(&FREIGHT_CHIEF[..1]).await;
    chat.click("form [type=submit]").await;
    look(chat, "error").await;
    chat.answer_all(&FREIGHT_CHIEF[1..2]).await;
    look(chat, "multiple choice").await;
    chat.answer_all(&FREIGHT_CHIEF[2..5]).await;
    look(chat, "long text").await;
    chat.change("industry").await;
    look(chat, "changing").await;
    chat.click("[data-act=keep]").await;
    chat.answer_all(&FREIGHT_CHIEF[5..]).await;
    look(chat, "phone").await;
    chat.answer("phone", &Answer::Skip).await;
    look(chat, "consent").await;
    chat.agree().await;
    chat.wait_for_delivery("sent").await;
    look(chat, "outcome").await;
}

/// Asks what the demo does not, and offers to go on later and to help.
pub fn kinds_flow() -> Vec<u8> {
    let option = |id: &str, label: &str| json!({ "id": id, "label": label });
    let ports = [
        "Antwerp",
        "Bremerhaven",
        "Dover",
        "Felixstowe",
        "Genoa",
        "Hamburg",
        "Kiel",
        "Piraeus",
        "Rotterdam",
        "Valencia",
        "Vigo",
    ]
    .map(|port| option(&port.to_ascii_lowercase(), port));
    let fields = json!([
        { "id": "trade", "kind": "single_choice", "label": "What do you make?", "score": "fit", "options": [
            option("boxes", "Boxes"), { "id": "other", "label": "Something else", "points": 60, "asks": "own" }
        ] },
        { "id": "own", "kind": "short_text", "label": "What is it?" },
        { "id": "needs", "kind": "ranking", "label": "What matters most?", "options": [
            option("price", "The price"), option("speed", "How fast it comes"), option("help", "Help at any time")
        ] },
        { "id": "grades", "kind": "matrix", "label": "How good is it today?",
            "rows": [option("price", "The price"), option("speed", "The speed")],
            "options": [option("bad", "Bad"), option("fair", "Fair"), option("good", "Good")] },
        { "id": "stay", "kind": "date_range", "label": "From when to when?" },
        { "id": "share", "kind": "slider", "label": "How much of it is by sea?", "min": 0, "max": 100, "step": 5, "unit": "%" },
        { "id": "pain", "kind": "rating", "label": "How much does it hurt?", "low": "Hardly", "high": "Badly" },
        { "id": "likely", "kind": "nps", "label": "How likely are you to recommend us?" },
        { "id": "amount", "kind": "money", "label": "How much a year?", "currency": "EUR" },
        { "id": "ports", "kind": "multiple_choice", "label": "Which ports?", "options": ports },
        { "id": "phone", "kind": "phone", "label": "Your number?", "country": "DE", "personal": true }
    ]);
    let asked = ["trade", "needs", "grades", "stay", "share", "pain", "likely", "amount", "ports", "phone"];
    let mut steps: Vec<Value> = asked
        .map(|field| json!({ "id": format!("ask_{field}"), "say": [format!("Now to this: {field}.")], "ask": field }))
        .into();
    steps.extend([json!({ "id": "agree", "say": ["May we?"], "consent": true }), json!({ "id": "end", "end": "bye" })]);
    let resume =
        json!({ "text": "Keep my answers on this device for 30 days, so that I can go on later.", "days": 30 });
    let mut flow = flow_of(fields, json!(steps));
    flow["conversation"]["resume"] = resume;
    flow["help"] = json!({
        "faq": [
            { "id": "price", "question": "What does it cost?", "answer": "From €90 a month." },
            { "id": "data", "question": "What happens to my answers?", "answer": "They stay on this page until you agree to send them." }
        ],
        "person": { "label": "Talk to a person", "url": "tel:+441632960123" }
    });
    flow.to_string().into_bytes()
}

/// Goes through the conversation of `kinds_flow`.
pub async fn kinds(world: &World, look: impl AsyncFn(Chat<'_>, &str)) {
    let chat = world.chat();
    let send = "form [type=submit]";
    let asked = async |field: &str| chat.assert_asked(chat.label(field)).await;
    // A driver scrolls to what is out of sight, and not to what is below a row that stays in it.
    let choose = async |option: &str| {
        chat.js(&format!("root.querySelector(`{option}`).scrollIntoView({{ block: 'start' }})")).await;
        chat.click(option).await;
    };
    chat.open().await;
    look(chat, "offer to go on later").await;
    chat.click("[data-act=help]").await;
    look(chat, "help").await;
    chat.click("[data-act=faq]").await;
    choose("form .option[data-place='1']").await;
    look(chat, "other").await;
    chat.type_into_field("Boats").await;
    choose("form .own [type=submit]").await;
    asked("needs").await;
    choose("form .option[data-place='1']").await;
    look(chat, "ranking").await;
    choose("form .option[data-place='2']").await;
    choose(send).await;
    asked("grades").await;
    choose("form .cells:nth-child(1) .cell:nth-of-type(3)").await;
    choose(send).await;
    look(chat, "matrix").await;
    choose("form .cells:nth-child(2) .cell").await;
    choose(send).await;
    asked("stay").await;
    chat.js("root.querySelector('#field').value = '2026-10-31'").await;
    chat.js("root.querySelector('#until').value = '2026-10-01'").await;
    choose(send).await;
    look(chat, "date range").await;
    chat.js("root.querySelector('#until').value = '2026-11-02'").await;
    choose(send).await;
    asked("share").await;
    look(chat, "slider").await;
    choose(send).await;
    asked("pain").await;
    look(chat, "rating").await;
    choose("form .option[data-place='3']").await;
    asked("likely").await;
    look(chat, "recommendation").await;
    choose("form .option[data-place='9']").await;
    asked("amount").await;
    look(chat, "money").await;
    chat.type_into_field("12,500").await;
    choose(send).await;
    asked("ports").await;
    look(chat, "search").await;
    chat.find(".search").await.send_keys("genoa").await.expect("a search takes keys");
    look(chat, "found").await;
    choose("form .option:not([hidden])").await;
    choose(send).await;
    asked("phone").await;
    look(chat, "number with country").await;
    chat.type_into_field("030 123456").await;
    choose(send).await;
    chat.agree().await;
    chat.wait_for_delivery("sent").await;
    chat.wait("root.querySelector('[data-act=withdraw]').checkVisibility()").await;
    look(chat, "to take back").await;
}

const POPUP: (&str, &str) = page!("popup", tag!("data-mode=popup"));
const TAB: (&str, &str) = page!("tab", tag!("data-mode=tab"));
const WHOLE: (&str, &str) = page!("whole", tag!("data-mode=page"));
pub const PLACES: &[(&str, &str)] = &[POPUP, TAB, WHOLE];

/// The demo's, with a help list.
pub fn helped_flow() -> Vec<u8> {
    let mut flow = demo_flow();
    flow["help"] = json!({ "faq": [{ "id": "price", "question": "What does it cost?", "answer": "It depends." }] });
    flow.to_string().into_bytes()
}

/// Goes through a few questions in each mode; the page's is `PLACES`, the flow `helped_flow`.
pub async fn modes(world: &World, look: impl AsyncFn(Chat<'_>, &str)) {
    for mode in ["popup", "tab", "whole"] {
        world.go(&format!("/{mode}/")).await;
        let chat = if mode == "whole" { Chat::new(world, "prequal-chat") } else { world.chat() };
        if mode == "whole" {
            chat.wait_for_question().await;
        } else {
            chat.open().await;
        }
        look(chat, &format!("{mode}: first question")).await;
        chat.click("[data-act=help]").await;
        look(chat, &format!("{mode}: help")).await;
        chat.click("[data-act=faq]").await;
        chat.answer_all(&FREIGHT_CHIEF[..1]).await;
        chat.click("form [type=submit]").await;
        look(chat, &format!("{mode}: error")).await;
    }
}
