//! Clocks that are wrong, or are set while a lead waits.

use super::{Fault, faults};
use crate::run::Run;
use prequal_harness::proxy::{Answer, Mode};

pub const FAULTS: &[Fault] = faults![
    "agreed a day ahead" => |run| agreed(run, DAY),
    "agreed a day behind" => |run| agreed(run, -DAY),
    "a day later on the next page" => |run| next_page(run, DAY),
    "a day earlier on the next page" => |run| next_page(run, -DAY),
    "clock set back while it waits" => |run| set_back(run),
];

/// Milliseconds.
const DAY: i64 = 86_400_000;

async fn agreed(run: &mut Run, beside: i64) {
    run.store(&format!("/?clock={beside}")).await;
}

/// The next page fails once, and tries again by its own clock.
async fn next_page(run: &mut Run, beside: i64) {
    run.store("/").await;
    run.lab.tidy().await;
    run.site.endpoint.switch(Mode::Pass).await;
    run.site.endpoint.next([Mode::Answer(Answer::status(503))]);
    run.lab.open_tab().await;
    run.lab.go(&run.site.at(&format!("/later/?clock={beside}"))).await;
    run.wait_for_arrival().await;
}

async fn set_back(run: &mut Run) {
    run.store("/?clock=0").await;
    run.lab.ask(&format!("(window.clock = -{DAY})")).await;
    run.site.endpoint.switch(Mode::Pass).await;
    run.wait_for_arrival().await;
}
