//! What a network does, and what stands in it.

use super::{Fault, faults};
use crate::ledger::Due;
use crate::run::Run;
use prequal_harness::proxy::{Allows, Answer, Mode, To};
use std::time::Duration;

pub const FAULTS: &[Fault] = faults![
    "request cut in mid-body" => |run| cut(run),
    "reply lost" => |run| meets(run, "/", Mode::Lose),
    "half a head of a reply" => |run| meets(run, "/", Mode::HalfHead),
    "half a body of a reply" => |run| meets(run, "/", Mode::HalfBody),
    "no answer ever" => |run| meets(run, "/", Mode::Silent),
    "offline" => |run| offline(run, "/"),
    "offline, and said to be online" => |run| offline(run, "/?online=yes"),
    "online, and said to be offline" => |run| said_to_be_offline(run),
    "captive portal" => |run| meets(run, "/", Mode::Answer(PORTAL)),
    "captive portal that any page may read" => |run| meets(run, "/", Mode::Answer(READABLE_PORTAL)),
    "CORS refused at the preflight" => |run| no_preflight(run),
    "CORS refused on the error alone" => |run| meets(run, "/", Mode::Answer(UNREADABLE_ERROR)),
    "redirect 301" => |run| meets(run, "/", Mode::Answer(redirect(301))),
    "redirect 302" => |run| meets(run, "/", Mode::Answer(redirect(302))),
    "redirect 303" => |run| meets(run, "/", Mode::Answer(redirect(303))),
    "redirect 307" => |run| meets(run, "/", Mode::Answer(redirect(307))),
    "redirect 308" => |run| meets(run, "/", Mode::Answer(redirect(308))),
    "opaque, and taken" => |run| opaque(run, None),
    "opaque, and refused unseen" => |run| opaque(run, Some(Mode::Answer(Answer::status(503)))),
    "opaque, reply lost" => |run| meets(run, "/opaque/", Mode::Lose),
    "opaque, and out of reach" => |run| meets(run, "/opaque/", Mode::Reset),
];

const PORTAL: Answer = Answer {
    status: 200,
    headers: &[("content-type", "text/html")],
    body: "<!doctype html><title>Welcome</title><p>Please sign in to our network.</p>",
    allows: Allows::Nobody,
    to: To::All,
};
const READABLE_PORTAL: Answer = Answer { allows: Allows::Anybody, ..PORTAL };
const UNREADABLE_ERROR: Answer = Answer { allows: Allows::Nobody, ..Answer::status(503) };

/// To a place that would take what is sent there.
const fn redirect(status: u16) -> Answer {
    Answer { headers: &[("location", "/elsewhere")], ..Answer::status(status) }
}

/// How long a page gets to act on what it was answered.
const REACTION: Duration = Duration::from_millis(150);

/// The lead meets this until a later page is visited.
async fn meets(run: &mut Run, path: &str, mode: Mode) {
    run.visit(path).await;
    run.site.endpoint.switch(mode).await;
    run.agree().await;
    prequal_harness::wait_until("a request", async || !run.site.endpoint.log().requests.is_empty()).await;
    tokio::time::sleep(REACTION).await;
}

async fn cut(run: &mut Run) {
    run.arrive("/large/").await;
    run.answer_at_length(40_000).await;
    run.site.endpoint.switch(Mode::Break).await;
    run.agree().await;
    run.wait_for_posts(1).await;
    tokio::time::sleep(REACTION).await;
}

async fn offline(run: &mut Run, path: &str) {
    run.visit(path).await;
    run.site.endpoint.switch(Mode::Refuse).await;
    run.site.pages.switch(Mode::Refuse).await;
    run.agree().await;
    run.lab.wait_for_delivery("retrying").await;
    // A word that is not true.
    run.lab.browser.come_online().await;
    tokio::time::sleep(REACTION).await;
}

/// Nothing waits for a word that never comes.
async fn said_to_be_offline(run: &mut Run) {
    run.consent("/?online=no").await;
    run.wait_for_arrival().await;
}

async fn no_preflight(run: &mut Run) {
    let refusal = Answer { allows: Allows::Nobody, to: To::Preflights, ..Answer::status(403) };
    meets(run, "/", Mode::Answer(refusal)).await;
    assert_eq!(run.site.posts().len(), 0, "what is not allowed is not sent");
}

/// Of what no page may read the answer to, the visitor is told that it went out, and no more; it goes out once.
async fn opaque(run: &mut Run, answer: Option<Mode>) {
    run.visit("/opaque/").await;
    assert_eq!(run.lab.ask("crossOriginIsolated").await, false, "an isolated page would see no reply at all");
    if let Some(answer) = answer {
        run.site.endpoint.switch(answer).await;
        run.person().due = Due::Nothing;
    }
    run.agree().await;
    run.lab.wait_for_delivery("handed_over").await;
    tokio::time::sleep(REACTION).await;
    assert_eq!(run.kept().await, [], "nothing waits to be sent again");
    assert_eq!(run.site.posts().len(), 1);
}
