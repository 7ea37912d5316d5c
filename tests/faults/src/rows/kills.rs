//! Pages and browsers that die between any two steps of the delivery.

use super::{Fault, faults};
use crate::run::{AGREE, Run};
use prequal_harness::proxy::Mode;
use std::time::Duration;

pub const FAULTS: &[Fault] = faults![
    "page killed as the store opens" => |run| hang_before(run, "open"),
    "page killed before the store commits" => |run| hang_before(run, "put"),
    "page killed once stored" => |run| hang(run, "stored", 0),
    "page killed before it sends" => |run| hang(run, "before-send", 0),
    "page killed as it sends" => |run| hang(run, "sent", 1),
    "page killed once acknowledged" => |run| hang(run, "acknowledged", 1),
    "page killed before the deletion commits" => |run| hang(run, "delete", 1),
    "page killed once deleted" => |run| hang(run, "deleted", 1),
    "page killed before the reply" => |run| before_the_reply(run, false),
    "page killed at any moment" => |run| at_any_moment(run),
    "browser killed once stored" => |run| browser_once_stored(run),
    "browser killed before the reply" => |run| before_the_reply(run, true),
    "browser killed once acknowledged" => |run| browser_once_acknowledged(run),
];

/// Dies where nothing is stored for sure.
async fn hang_before(run: &mut Run, point: &'static str) {
    hang(run, point, 0).await;
    run.owe_what_was_stored().await;
}

/// Dies at a point that is reached with this many posts.
async fn hang(run: &mut Run, point: &'static str, posts: usize) {
    run.visit(&format!("/?trap={point}")).await;
    run.agree_and_hang(point).await;
    assert_eq!(run.site.posts().len(), posts, "the page died where it should");
}

/// The server has the lead, and the page never hears of it.
async fn before_the_reply(run: &mut Run, whole_browser: bool) {
    run.site.endpoint.switch(Mode::Hold).await;
    run.consent("/").await;
    run.site.wait_for_leads(1).await;
    if whole_browser {
        run.lab.restart().await;
    } else {
        run.lab.kill_pages();
    }
}

async fn at_any_moment(run: &mut Run) {
    run.visit("/").await;
    run.tick(0).await;
    let wait = run.dice.up_to(Duration::from_millis(120));
    run.note_agreement();
    run.lab.click(AGREE).await;
    tokio::time::sleep(wait).await;
    run.lab.kill_pages();
    run.owe_what_was_stored().await;
}

async fn browser_once_stored(run: &mut Run) {
    browser_at(run, "stored").await;
}

async fn browser_once_acknowledged(run: &mut Run) {
    browser_at(run, "acknowledged").await;
}

async fn browser_at(run: &mut Run, point: &str) {
    run.visit(&format!("/?trap={point}")).await;
    run.tick(0).await;
    run.note_agreement();
    drop(run.lab.click_meanwhile(AGREE));
    run.site.wait_for_trap(point).await;
    run.lab.restart().await;
}
