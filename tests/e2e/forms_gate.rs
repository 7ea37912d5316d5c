//! A form as a gate: what it sends goes by the outbox, and it posts nothing.

use crate::forms::{PAGES, WORDS, choose, come, fill, joined, posted, submit, value, write};
use crate::harness::{Setup, demo_flow, visit, wait_until};
use serde_json::json;

#[tokio::test]
async fn a_gate_sends_a_qualified_lead_by_the_outbox_and_posts_nothing() {
    visit(Setup { pages: PAGES, ..Setup::default() }, async |world| {
        come(world, "/pricing-gate/").await;
        fill(world).await;
        joined(world).await;
        world.browser.click("#consent").await;
        submit(world).await;
        world.browser.wait("document.querySelector('[data-prequal-delivery=sent]')").await;
        let lead = world.the_one_lead().await;
        let record = lead.consent.expect("a record");
        assert_eq!((record.purposes[0].text.as_str(), record.collected_by.control.as_str()), (WORDS, "form:callback"));
        assert!(lead.given.iter().all(|one| one.by == "form"));
        let shown = "const place = document.querySelector('[data-prequal-outcome]'); return [place.innerText.length > 20, place === document.activeElement, place.role, document.querySelector('form').checkVisibility()]";
        assert_eq!(world.browser.js(shown).await, json!([true, true, "status", false]));
        world.assert_no_form_was_posted().await;
        world.browser.click("[data-prequal-withdraw]").await;
        world.browser.wait("document.querySelector('[data-prequal-delivery=withdrawn]')").await;
        wait_until("no lead in the receiver's file", async || world.leads().await.is_empty()).await;
        assert_eq!(world.browser.js("return document.querySelector('[data-prequal-withdraw]').checkVisibility()").await, false);
        world.assert_said(&[]).await;
    })
    .await;
}

#[tokio::test]
async fn a_gate_sends_nothing_of_the_others() {
    visit(Setup { pages: PAGES, ..Setup::default() }, async |world| {
        for (agrees, trade) in [(false, "logistics"), (true, "agency")] {
            come(world, "/pricing-gate/").await;
            choose(world, "industry", trade).await;
            write(world, "email", "ada@fleetworks.example").await;
            joined(world).await;
            if agrees {
                world.browser.click("#consent").await;
            }
            submit(world).await;
            world.browser.wait("document.querySelector('[data-prequal-outcome] strong')").await;
            world.assert_no_form_was_posted().await;
            world.assert_nothing_was_sent().await;
        }
        world.assert_said(&[]).await;
    })
    .await;
}

/// A gate that has nowhere to send a lead would lose it.
#[tokio::test]
async fn a_gate_without_an_endpoint_is_none() {
    let mut flow = demo_flow();
    flow["delivery"].as_object_mut().expect("delivery").remove("endpoint");
    visit(Setup { pages: PAGES, ..Setup::flow(flow.to_string()) }, async |world| {
        world.go("/nowhere/").await;
        fill(world).await;
        joined(world).await;
        world.browser.click("#consent").await;
        world.assert_said(&["prequal: PQ303 at callback: Nothing says where leads go."]).await;
        submit(world).await;
        assert_eq!(value(&posted(world).await, "email"), "ada@fleetworks.example");
        world.assert_nothing_was_sent().await;
    })
    .await;
}
