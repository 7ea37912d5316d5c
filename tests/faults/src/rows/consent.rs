//! Choices that are made, changed and taken back, by people and by what only looks like people.

use super::{Fault, faults};
use crate::run::{AGREE, Run};
use crate::site::REVISED;
use fantoccini::Locator;
use prequal_harness::browser::key;
use prequal_harness::proxy::Mode;
use std::time::{Duration, Instant};

pub const FAULTS: &[Fault] = faults![
    "ticked, unticked, ticked" => |run| on_off_on(run),
    "ticked, unticked" => |run| on_off(run),
    "ticked, and refused" => |run| refused(run),
    "ticked, and left" => |run| left(run),
    "withdrawn between two attempts" => |run| withdrawn(run),
    "withdrawn in another tab" => |run| withdrawn_elsewhere(run),
    "policy revised after the yes" => |run| revised(run),
    "policy revised before the yes" => |run| revised_before(run),
    "double click" => |run| double_click(run),
    "Enter held" => |run| enter_held(run),
    "autofill" => |run| autofill(run),
    "a script that agrees" => |run| script(run),
];

async fn on_off_on(run: &mut Run) {
    run.visit("/").await;
    for purpose in [0, 1, 0, 1] {
        run.tick(purpose).await;
    }
    run.agree().await;
    run.wait_for_arrival().await;
}

/// The button alone is no yes.
async fn on_off(run: &mut Run) {
    run.visit("/").await;
    for purpose in [0, 1, 0] {
        run.tick(purpose).await;
    }
    run.lab.click(AGREE).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
}

async fn refused(run: &mut Run) {
    run.visit("/").await;
    run.tick(0).await;
    run.lab.click("[data-act=refuse]").await;
    run.lab.wait_for_delivery("not_sent").await;
}

async fn left(run: &mut Run) {
    run.visit("/").await;
    run.tick(0).await;
    run.lab.go(&run.site.at("/plain/")).await;
}

/// Takes consent back on the present page; the first visitor's.
async fn withdraw(run: &mut Run) {
    run.lab.browser.js_async("await document.querySelector('prequal-chat').withdraw()").await;
    run.people[0].withdrawn = Some(Instant::now());
}

async fn withdrawn(run: &mut Run) {
    run.store("/").await;
    withdraw(run).await;
    run.site.endpoint.switch(Mode::Pass).await;
    for _ in 0..10 {
        run.lab.browser.come_online().await;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// A later page tries as well, and has the lead in its hands when consent is taken back.
async fn withdrawn_elsewhere(run: &mut Run) {
    run.store("/").await;
    let first = run.lab.client().window().await.expect("a tab");
    let before = run.site.posts().len();
    run.lab.open_tab().await;
    run.lab.go(&run.site.at("/later/")).await;
    run.wait_for_posts(before + 1).await;
    run.lab.switch_to(&first).await;
    withdraw(run).await;
    run.site.endpoint.switch(Mode::Pass).await;
    // The first wait of a page is shorter.
    tokio::time::sleep(Duration::from_secs(3)).await;
}

async fn revised(run: &mut Run) {
    run.store("/").await;
    run.site.revise();
    // Somebody else agrees to the new text.
    run.site.endpoint.switch(Mode::Pass).await;
    run.consent("/").await;
    assert!(run.person().shown.contains(REVISED), "the new text is shown");
    run.lab.wait_for_delivery("sent").await;
}

/// What was shown counts, and not what the site says by now.
async fn revised_before(run: &mut Run) {
    run.visit("/").await;
    run.site.revise();
    run.agree().await;
    run.wait_for_arrival().await;
}

async fn double_click(run: &mut Run) {
    run.visit("/").await;
    run.tick(0).await;
    run.note_agreement();
    let client = run.lab.client();
    let root = client.find(Locator::Css("prequal-chat")).await.expect("the widget is there").shadow_root().await;
    let button = root.expect("a shadow root").find(Locator::Css(AGREE)).await.expect("a button");
    run.lab.browser.point_at(button, 2).await;
    run.wait_for_arrival().await;
}

/// A key that is held answers the question, and nothing beyond it.
async fn enter_held(run: &mut Run) {
    run.arrive("/").await;
    let marker = run.person().marker.clone();
    run.lab.type_into_field(&marker).await;
    run.lab.browser.hold(key::ENTER, 20).await;
    run.read_consent().await;
    run.tick(0).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(run.site.posts().len(), 0, "nobody agreed yet");
    run.lab.ask(&format!("(root.querySelector('{AGREE}').focus(), 0)")).await;
    run.note_agreement();
    run.lab.browser.hold(key::ENTER, 20).await;
    run.wait_for_arrival().await;
}

/// What a password manager puts in is an answer once the visitor sends it.
async fn autofill(run: &mut Run) {
    run.arrive("/").await;
    run.answer_at_length(20).await;
    run.agree().await;
    run.wait_for_arrival().await;
}

async fn script(run: &mut Run) {
    run.visit("/").await;
    let fill = "(() => {
        for (const box of root.querySelectorAll('form input')) { box.click(); box.checked = true; box.dispatchEvent(new Event('change', { bubbles: true, composed: true })); }
        const agree = root.querySelector('[data-act=agree]');
        agree.click();
        agree.dispatchEvent(new MouseEvent('click', { bubbles: true, composed: true }));
        root.querySelector('form').requestSubmit();
    })()";
    run.lab.ask(fill).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
}
