//! A form is part of its visit: what is answered, seen or known in one place counts in all.

use crate::forms::{PAGES, choose, come, fill, joined, submit, write};
use crate::harness::native::{Answer, FREIGHT_CHIEF};
use crate::harness::{Setup, demo_flow, visit, wait_until};
use crate::sightings::wait_until_watched;
use prequal::lead::Lead;
use serde_json::json;

#[tokio::test]
async fn chat_and_form_are_one_visit_and_the_later_answer_stands() {
    visit(Setup { pages: PAGES, ..Setup::default() }, async |world| {
        come(world, "/pricing-gate/").await;
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
            come(world, "/pricing-gate/").await;
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
        // Taken back, it is asked again.
        world.browser.js("prequal.reset()").await;
        wait_until("no control put away", async || world.browser.js(hidden).await == 0).await;
        assert_eq!(world.browser.js(filled).await, json!(["", ""]));
        // What the form does not accept stays in sight, or nobody could mend it.
        world.browser.js("document.querySelector('[name=shipments]').pattern = '[0-9]{3}'").await;
        chat.open().await;
        chat.answer_all(&FREIGHT_CHIEF[..2]).await;
        chat.close().await;
        wait_until("one control put away", async || world.browser.js(hidden).await == 1).await;
        wait_until("both are filled in", async || world.browser.js(filled).await == json!(["logistics", "12000"]))
            .await;
        assert_eq!(world.browser.js(hidden).await, 1);
        world.assert_said(&[]).await;
    })
    .await;
}

/// A choice that the form lacks leaves the one in it; what fails in one form does not reach the next.
#[tokio::test]
async fn what_a_form_lacks_or_fails_at_stays_its_own() {
    visit(Setup { pages: PAGES, ..Setup::default() }, async |world| {
        world.go("/progressive/").await;
        joined(world).await;
        // A second one, which hears after it.
        let change = "const [first] = document.querySelectorAll('#callback');
            const second = first.cloneNode(true);
            second.id = 'second';
            first.before(second);
            const options = [new Option('Farming', 'farm', true, true), new Option('Shops', 'shops')];
            first.querySelector('[name=industry]').replaceChildren(...options);";
        world.browser.js(change).await;
        world.browser.click("#second [name=name]").await;
        let second = async |name: &str, value: &str| {
            let script = format!("return document.querySelector('#second [name={name}]').value");
            wait_until("the second form hears of it", async || world.browser.js(&script).await == value).await;
        };
        let chat = world.chat();
        chat.open().await;
        chat.answer_all(&FREIGHT_CHIEF[..1]).await;
        second("industry", "logistics").await;
        let own = "const one = document.querySelector('#callback [name=industry]'); return [one.value, one.checkVisibility()]";
        assert_eq!(world.browser.js(own).await, json!(["farm", true]));

        let break_first = "const one = document.querySelector('#callback [name=shipments]');
            Object.defineProperty(one, 'matches', { value() { throw new Error('theirs') } });";
        world.browser.js(break_first).await;
        chat.answer_all(&FREIGHT_CHIEF[1..2]).await;
        second("shipments", "12000").await;
        world.assert_said(&["prequal: PQ404 at callback: The form is left as it is"]).await;
    })
    .await;
}

/// As a conversation, a form asks neither what another form of the page has heard nor what the page tells.
#[tokio::test]
async fn what_another_form_heard_is_not_asked_in_conversation() {
    visit(Setup { pages: PAGES, ..Setup::default() }, async |world| {
        for before_the_engine in [true, false] {
            if before_the_engine {
                world.site.hold_file("/prequal-engine.wasm");
            }
            come(world, "/talking/").await;
            if !before_the_engine {
                joined(world).await;
            }
            choose(world, "industry", "logistics").await;
            world.site.let_go();
            joined(world).await;
            world.browser.js("prequal.set({ shipments: 1200 })").await;
            let chat = world.inline_chat();
            assert_eq!(chat.js("!!root").await, false, "nobody has seen it yet");
            world.browser.js("document.querySelector('#callback').scrollIntoView()").await;
            chat.wait_for_question().await;
            chat.assert_asked("Carriers").await;
            let filled =
                "return ['industry', 'shipments'].map((name) => document.querySelector(`#callback [name=${name}]`).value)";
            let known = async || world.browser.js(filled).await == json!(["logistics", "1200"]);
            wait_until("what is known stands in the form", known).await;
        }
        world.assert_said(&[]).await;
    })
    .await;
}

/// What a page knows reaches a form too that nobody talks to, before it is filled in and after; what the visitor
/// writes later stands.
#[tokio::test]
async fn what_the_page_knows_goes_along_with_a_form() {
    visit(Setup { pages: PAGES, ..Setup::default() }, async |world| {
        come(world, "/pricing-gate/").await;
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
