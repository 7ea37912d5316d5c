//! Giving answers: by keyboard alone, wrongly at first, changed later, and twice at once.

use crate::harness::browser::key;
use crate::harness::chat::Chat;
use crate::harness::native::{Answer, Answers, FREIGHT_CHIEF, assert_agrees};
use crate::harness::{Setup, World, demo_flow, visit};
use prequal::flow::model::SignalKind::PageView;
use prequal::json::MAX_DEPTH;
use serde_json::json;

/// Answers by keys alone, from where the focus is put; arrow keys on the way must answer nothing.
async fn answer_by_keys(world: &World, chat: Chat<'_>, id: &str, answer: &Answer) {
    let label = chat.label(id);
    chat.assert_asked(label).await;
    let field = world.flow.flow().fields.iter().find(|field| field.id == id).unwrap();
    let place = |option: &str| field.options.iter().position(|one| one.id == option).unwrap();
    let press = async |keys: &[char]| world.browser.press(keys).await;
    match answer {
        Answer::Pick(option) => {
            // Round the whole group once, then to the option.
            for _ in 0..field.options.len() + place(option) {
                press(&[key::DOWN]).await;
            }
            chat.assert_asked(label).await;
            press(&[key::ENTER]).await;
        }
        Answer::Tick(options) => {
            let mut at = 0;
            for option in *options {
                for _ in at..place(option) {
                    press(&[key::DOWN]).await;
                }
                at = place(option);
                press(&[key::SPACE]).await;
            }
            chat.assert_asked(label).await;
            chat.tab_to("[type=submit]").await;
            press(&[key::ENTER]).await;
        }
        Answer::Type(text) => {
            world.browser.type_text(text).await;
            // Enter begins a new line in a long text.
            if chat.js("root.activeElement.tagName").await == "TEXTAREA" {
                chat.tab_to("[type=submit]").await;
            }
            press(&[key::ENTER]).await;
        }
        Answer::Skip => {
            chat.tab_to("[data-act=skip]").await;
            press(&[key::ENTER]).await;
        }
    }
}

#[tokio::test]
async fn by_keyboard_alone_and_with_enter_held_at_the_end() {
    visit(Setup::default(), async |world| {
        world.go("/pricing/").await;
        let chat = world.chat();
        chat.tab_to("[part~=launcher]").await;
        world.browser.press(&[key::ENTER]).await;
        chat.wait_for_question().await;
        let (first, rest) = FREIGHT_CHIEF.split_first().unwrap();
        answer_by_keys(world, chat, first.0, &first.1).await;
        // Escape closes, the focus is back on the launcher, and what was answered stays.
        world.browser.press(&[key::ESCAPE]).await;
        assert_eq!(chat.js("root.activeElement.matches('[part~=launcher]')").await, true);
        world.browser.press(&[key::SPACE]).await;
        chat.wait_for_question().await;
        for (id, answer) in rest {
            answer_by_keys(world, chat, id, answer).await;
        }
        answer_by_keys(world, chat, "phone", &Answer::Skip).await;
        chat.assert_asked("consent").await;
        world.browser.press(&[key::DOWN, key::UP]).await;
        assert_eq!(chat.js("root.querySelectorAll('form :checked').length").await, 0, "arrows tick nothing");
        world.browser.press(&[key::SPACE]).await;
        chat.tab_to("[data-act=agree]").await;
        assert_eq!(world.endpoint.log().connections, 0);
        world.browser.hold(key::ENTER, 20).await;
        chat.wait_for_delivery("sent").await;
        let lead = world.the_one_lead().await;
        let answers = [FREIGHT_CHIEF, &[("phone", Answer::Skip)]].concat();
        assert_agrees(&lead, &world.flow, &[(PageView, "/pricing/")], &answers);
        assert_eq!(world.endpoint.posts().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_double_click_on_agree_makes_one_lead() {
    visit(Setup::default(), async |world| {
        world.go("/pricing/").await;
        let chat = world.chat();
        chat.open().await;
        chat.answer_all(FREIGHT_CHIEF).await;
        chat.answer("phone", &Answer::Type("+44 (0)20 7946-0123")).await;
        chat.tick_purposes(&[0, 1]).await;
        let agree = chat.find("[data-act=agree]").await;
        world.browser.point_at(agree, 3).await;
        chat.wait_for_delivery("sent").await;
        let lead = world.the_one_lead().await;
        assert!(lead.consent.unwrap().purposes.iter().all(|purpose| purpose.granted));
        assert_eq!(world.endpoint.posts().len(), 1);
    })
    .await;
}

/// Gives a wrong answer and expects a message tied to the control, the text kept, the focus there.
async fn assert_refused(chat: Chat<'_>, typed: &str, message: &str) {
    let asked = chat.asked().await;
    chat.type_into_field(typed).await;
    chat.click("form [type=submit]").await;
    chat.assert_asked(&asked).await;
    assert_eq!(chat.problem().await, message);
    assert_eq!(chat.js("root.querySelector('#field').value").await, typed, "nothing typed is lost");
    assert_eq!(chat.js("root.querySelector('#field').getAttribute('aria-invalid')").await, "true");
    let tied =
        "root.getElementById(root.querySelector('#field').getAttribute('aria-describedby').split(' ')[0]).textContent";
    assert_eq!(chat.js(tied).await, message);
    assert_eq!(chat.js("root.getElementById('problem').getAttribute('role')").await, "alert");
    assert_eq!(chat.js("root.activeElement.id").await, "field");
}

#[tokio::test]
async fn wrong_answers_get_a_message_and_stay_typed() {
    visit(Setup::default(), async |world| {
        world.go("/").await;
        let chat = world.chat();
        chat.open().await;
        chat.answer_all(&FREIGHT_CHIEF[..1]).await;
        let number = "Please enter a number, such as 1200.";
        assert_refused(chat, "about 12k", number).await;
        assert_refused(chat, "-5", "Please enter 0 or more.").await;
        assert_refused(chat, "99999999999", "Please enter 10,000,000 or less.").await;
        chat.answer("shipments", &Answer::Type("1,200")).await;
        // A group without a tick.
        chat.click("form [type=submit]").await;
        assert_eq!(chat.problem().await, "Please choose an answer.");
        chat.answer_all(&FREIGHT_CHIEF[2..5]).await;
        chat.answer("need_detail", &Answer::Skip).await;
        chat.answer_all(&FREIGHT_CHIEF[6..9]).await;
        assert_refused(chat, "   ", "Please answer this question.").await;
        chat.answer("name", &Answer::Type("Zoë O’Neil <b>&amp;")).await;
        let email = "Please enter an email address, such as name@company.com.";
        for wrong in ["zoe@", "zoe at work", "zoe@work"] {
            assert_refused(chat, wrong, email).await;
        }
        chat.answer("email", &Answer::Type("zoe@work.example")).await;
        chat.assert_asked("consent").await;
        assert_eq!(chat.problem().await, "");
        let said = chat.transcript().await;
        assert!(said.contains(&"Zoë O’Neil <b>&amp;".to_owned()), "text stays text: {said:?}");
        world.assert_said(&[]).await;
    })
    .await;
}

#[tokio::test]
async fn a_changed_answer_is_asked_on_and_the_rest_stays() {
    visit(Setup::default(), async |world| {
        world.go("/pricing/").await;
        let chat = world.chat();
        chat.open().await;
        chat.answer_all(&FREIGHT_CHIEF[..6]).await;
        let before = chat.transcript().await;
        chat.assert_asked(chat.label("role")).await;

        // Looked at, and kept.
        chat.change("company_size").await;
        chat.assert_asked(chat.label("company_size")).await;
        assert_eq!(chat.js("root.querySelector('#field').value").await, "320");
        chat.click("[data-act=keep]").await;
        chat.assert_asked(chat.label("role")).await;
        assert_eq!(chat.transcript().await, before);

        // Changed: what depends on the industry is asked again, the rest stays.
        chat.change("industry").await;
        assert_eq!(chat.js("root.querySelector('form [aria-pressed=true]').textContent").await, "Logistics & freight");
        chat.answer("industry", &Answer::Pick("retail")).await;
        chat.answer("channels", &Answer::Tick(&["shop"])).await;
        chat.answer("shipments", &Answer::Type("4000")).await;
        chat.answer("carriers", &Answer::Tick(&["own_fleet"])).await;
        chat.assert_asked(chat.label("role")).await;
        let after = chat.transcript().await;
        assert_eq!(after[..4], ["Retail & e-commerce", "Own web shop", "4,000", "Own fleet"]);
        assert_eq!(after[4..], before[3..]);

        let way: Answers = &[
            ("industry", Answer::Pick("retail")),
            ("channels", Answer::Tick(&["shop"])),
            ("shipments", Answer::Type("4000")),
            ("carriers", Answer::Tick(&["own_fleet"])),
            ("company_size", Answer::Type("320")),
            ("need", Answer::Pick("late")),
            ("need_detail", Answer::Type("Two pallets stood in Rotterdam for a week.")),
            ("role", Answer::Pick("director")),
            ("budget", Answer::Pick("approved")),
            ("timeline", Answer::Pick("now")),
            ("name", Answer::Type("Ada Okafor")),
            ("email", Answer::Type("ada@fleetworks.example")),
            ("phone", Answer::Skip),
        ];
        chat.answer_all(&way[7..]).await;
        chat.agree().await;
        chat.wait_for_delivery("sent").await;
        let lead = world.the_one_lead().await;
        assert_agrees(&lead, &world.flow, &[(PageView, "/pricing/")], way);
    })
    .await;
}

#[tokio::test]
async fn the_deepest_flow_is_asked() {
    // The modules have a small stack (xtask/src/dist/module.rs), and read and decide by recursion.
    let mut flow = demo_flow();
    let mut condition = json!({ "==": [{ "var": "industry" }, "logistics"] });
    for _ in 0..MAX_DEPTH / 2 - 6 {
        condition = json!({ "and": [condition, true] });
    }
    flow["scoring"]["rules"][0]["when"] = condition;
    visit(Setup::flow(flow.to_string()), async |world| {
        world.go("/pricing/").await;
        let chat = world.chat();
        chat.open().await;
        chat.answer_all(&FREIGHT_CHIEF[..3]).await;
        chat.assert_asked(chat.label(FREIGHT_CHIEF[3].0)).await;
        world.assert_said(&[]).await;
    })
    .await;
}
