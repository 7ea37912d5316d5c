//! Storage that is denied, full, taken away, or written by another version.

use super::{Fault, faults};
use crate::lab::Lab;
use crate::run::Run;
use prequal_harness::proxy::Mode;
use serde_json::json;
use std::time::Instant;

pub const FAULTS: &[Fault] = faults![
    "no storage at all" => |run| without(run, "undefined"),
    "storage that throws" => |run| without(run, "throws"),
    "storage that never answers" => |run| without(run, "hangs"),
    "storage that is full" => |run| without(run, "full"),
    "storage with a quota of nothing" => |run| quota(run),
    "outbox deleted while it waits" => |run| deleted(run),
    "all storage cleared while it waits" => |run| cleared(run),
    "private window" => |run| private(run),
    "an older version's lead beside ours" => |run| older(run),
    "a later version's entry beside ours" => |run| later(run),
];

/// What cannot be stored is sent all the same, and again by the same page.
async fn without(run: &mut Run, what: &str) {
    run.site.endpoint.next([Mode::Reset]);
    run.consent(&format!("/?storage={what}")).await;
    run.wait_for_posts(1).await;
    run.wait_with_nudges().await;
}

async fn quota(run: &mut Run) {
    run.visit("/").await;
    let limit = json!({ "origin": run.site.pages.origin(), "quotaSize": 0 });
    run.lab.browser.devtools("Storage.overrideQuotaForOrigin", limit).await;
    run.site.endpoint.next([Mode::Reset]);
    run.agree().await;
    run.wait_for_posts(1).await;
    run.wait_with_nudges().await;
}

/// The page still has in its hands what something has thrown away; the receipt says that consent stands.
async fn deleted(run: &mut Run) {
    run.store("/").await;
    delete(run, "['prequal']").await;
    run.site.endpoint.switch(Mode::Pass).await;
    run.wait_with_nudges().await;
}

/// Who clears the site's data wants nothing of it to go on.
async fn cleared(run: &mut Run) {
    run.store("/").await;
    delete(run, "(await indexedDB.databases()).map(({ name }) => name)").await;
    run.person().withdrawn = Some(Instant::now());
    run.site.endpoint.switch(Mode::Pass).await;
    run.wait_with_nudges().await;
}

async fn delete(run: &mut Run, names: &str) {
    let delete = format!(
        "for (const name of {names}) await new Promise((resolve, reject) => {{
            const request = indexedDB.deleteDatabase(name);
            request.onsuccess = resolve;
            request.onerror = request.onblocked = reject;
        }});"
    );
    run.lab.browser.js_async(&delete).await;
}

async fn private(run: &mut Run) {
    let private = Lab::start_private(run.lab.engine).await;
    run.spare = Some(std::mem::replace(&mut run.lab, private));
    run.store("/").await;
}

/// One lead as the first version stored it, and one of the present version.
async fn older(run: &mut Run) {
    run.store("/").await;
    run.store("/").await;
    let first = run.site.posts().swap_remove(0);
    let key = first.header("idempotency-key").expect("a lead has a key").to_owned();
    let body = String::from_utf8(first.body).expect("a lead is a text");
    run.lab.tidy().await;
    run.lab.open_tab().await;
    run.lab.go(&run.site.at("/plain/")).await;
    let endpoint = run.site.endpoint.origin() + "/v1/leads";
    run.keep(&key, Some(&json!({ "endpoint": endpoint, "body": body }).to_string())).await;
}

/// What a page that is cached for long does not know is left to the page that does.
async fn later(run: &mut Run) {
    const KEY: &str = "0123456789abcdef0123456789abcdef";
    run.store("/").await;
    run.lab.tidy().await;
    run.lab.open_tab().await;
    run.lab.go(&run.site.at("/plain/")).await;
    run.keep(KEY, Some(&json!({ "version": 99, "sealed": "by a later version" }).to_string())).await;
    run.strangers.push(KEY);
}
