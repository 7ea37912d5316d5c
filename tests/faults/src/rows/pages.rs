//! Pages that are left, closed, frozen, too many, or too full.

use super::{Fault, faults};
use crate::ledger::Due;
use crate::run::{AGREE, Run};
use prequal_harness::proxy::Mode;
use serde_json::json;
use std::time::Duration;

pub const FAULTS: &[Fault] = faults![
    "page left at once" => |run| left(run, false),
    "page left while it sends" => |run| left(run, true),
    "tab closed at once" => |run| closed(run, false),
    "tab closed while it sends" => |run| closed(run, true),
    "back to the page of the yes" => |run| back(run),
    "back to a page that tries again" => |run| back_later(run),
    "frozen, and awake again" => |run| frozen(run),
    "63 KiB" => |run| sized(run, 63, Due::Arrival),
    "64 KiB" => |run| sized(run, 64, Due::Arrival),
    "65 KiB, which the receiver never takes" => |run| sized(run, 65, Due::Keeping),
    "other scripts' keepalives" => |run| crowd(run),
    "three large leads at once" => |run| three(run),
    "five tabs, and the first one killed" => |run| tabs(run),
];

/// Goes to another page right after the click, or once the lead is on its way.
async fn left(run: &mut Run, sending: bool) {
    run.site.endpoint.switch(Mode::Hold).await;
    agree(run, sending).await;
    run.lab.go(&run.site.at("/plain/")).await;
    run.owe_what_was_stored().await;
}

async fn closed(run: &mut Run, sending: bool) {
    run.site.endpoint.switch(Mode::Hold).await;
    agree(run, sending).await;
    run.lab.close_tab().await;
    run.owe_what_was_stored().await;
}

async fn agree(run: &mut Run, sending: bool) {
    run.consent("/").await;
    if sending {
        run.wait_for_posts(1).await;
    }
}

/// A lead that waits goes away with its page, and comes back with it.
async fn back(run: &mut Run) {
    run.store("/").await;
    leave_and_come_back(run, "/").await;
}

/// The same on a later page, which found the lead.
async fn back_later(run: &mut Run) {
    run.store("/").await;
    run.lab.tidy().await;
    let before = run.site.posts().len();
    run.lab.open_tab().await;
    run.lab.go(&run.site.at("/later/")).await;
    run.wait_for_posts(before + 1).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    leave_and_come_back(run, "/later/").await;
}

async fn leave_and_come_back(run: &Run, path: &str) {
    run.lab.go(&run.site.at("/plain/")).await;
    run.site.endpoint.switch(Mode::Pass).await;
    run.lab.client().back().await.expect("there is a page to go back to");
    run.lab.browser.wait(&format!("location.pathname === '{path}' && typeof restored === 'boolean'")).await;
    assert_eq!(run.lab.browser.js("return restored").await, true, "the browser kept the page for its back button");
    run.wait_for_arrival().await;
}

async fn frozen(run: &mut Run) {
    run.store("/").await;
    let state = async |state: &str| {
        run.lab.browser.devtools("Page.setWebLifecycleState", json!({ "state": state })).await;
    };
    state("frozen").await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    run.site.endpoint.switch(Mode::Pass).await;
    state("active").await;
    run.wait_for_arrival().await;
}

/// A lead of this size, to a few bytes: the time it took is in it.
async fn sized(run: &mut Run, kib: usize, due: Due) {
    run.arrive("/large/").await;
    run.answer_at_length(1_000).await;
    run.agree().await;
    run.site.wait_for_leads(1).await;
    let around = run.site.posts()[0].body.len() - 1_000;
    run.arrive("/large/").await;
    let wanted = kib * 1024 - 8;
    run.answer_at_length(wanted - around).await;
    run.agree().await;
    run.person().due = due;
    run.wait_for_posts(2).await;
    let length = run.site.posts()[1].body.len();
    assert!(length.abs_diff(wanted) <= 8, "{length} bytes were sent, not {wanted}");
    tokio::time::sleep(Duration::from_millis(200)).await;
}

/// What may outlive a page is taken up by others of it.
async fn crowd(run: &mut Run) {
    run.site.pages.hold_file("/crowd");
    run.visit("/?crowd=yes").await;
    run.tick(0).await;
    run.note_agreement();
    run.lab.click(AGREE).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
}

/// Together they are more than may outlive the page that sends them.
async fn three(run: &mut Run) {
    run.site.endpoint.switch(Mode::Reset).await;
    for _ in 0..3 {
        run.arrive("/large/").await;
        run.answer_at_length(30_000).await;
        run.agree().await;
        run.lab.wait_for_delivery("retrying").await;
    }
}

/// The second tab is killed while it sends; the others have seen the same lead.
async fn tabs(run: &mut Run) {
    run.store("/").await;
    run.lab.close_tab().await;
    run.lab.tidy().await;
    run.site.endpoint.switch(Mode::Stall).await;
    run.lab.open_tab().await;
    run.lab.go(&run.site.at("/later/?trap=sent")).await;
    run.site.wait_for_trap("sent").await;
    for _ in 0..4 {
        run.lab.open_tab().await;
        run.lab.go(&run.site.at("/later/")).await;
    }
    run.lab.kill_hanging_page().await;
    run.site.endpoint.switch(Mode::Pass).await;
    run.wait_for_arrival().await;
}
