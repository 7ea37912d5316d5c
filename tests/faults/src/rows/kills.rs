//! Pages and browsers that die between any two steps of the delivery.

use super::{Fault, faults};
use crate::ledger::Due;
use crate::run::{AGREE, Run};
use prequal_harness::proxy::Mode;
use std::time::Duration;

pub const FAULTS: &[Fault] = faults![
    "page killed as the store opens" => |run| hang(run, "open", Due::Nothing),
    "page killed before the store commits" => |run| hang(run, "put", Due::Nothing),
    "page killed once stored" => |run| hang(run, "stored", Due::Arrival),
    "page killed before it sends" => |run| hang(run, "before-send", Due::Arrival),
    "page killed as it sends" => |run| hang(run, "sent", Due::Arrival),
    "page killed once acknowledged" => |run| hang(run, "acknowledged", Due::Arrival),
    "page killed before the deletion commits" => |run| hang(run, "delete", Due::Arrival),
    "page killed once deleted" => |run| hang(run, "deleted", Due::Arrival),
    "page killed before the empty store goes" => |run| hang(run, "before-drop", Due::Arrival),
    "page killed as the empty store goes" => |run| hang(run, "drop", Due::Arrival),
    "page killed before the reply" => |run| before_the_reply(run, false),
    "page killed at any moment" => |run| at_any_moment(run),
    "browser killed once stored" => |run| browser_once_stored(run),
    "browser killed before the reply" => |run| before_the_reply(run, true),
    "browser killed once acknowledged" => |run| browser_once_acknowledged(run),
];

async fn hang(run: &mut Run, point: &'static str, due: Due) {
    run.visit(&format!("/?trap={point}")).await;
    run.agree_and_hang(point).await;
    run.person().due = due;
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
