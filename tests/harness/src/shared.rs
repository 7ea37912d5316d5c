//! Browsers that a visit leaves to the next one: to start one takes as long as most visits.

use super::PATIENCE;
use super::browser::Browser;
use super::engine::Engine;
use futures_util::FutureExt;
use std::panic::AssertUnwindSafe;
use std::sync::{LazyLock, Mutex};
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;

/// After so many visits a browser is closed: none may come to depend on what many before it left in memory.
const VISITS: usize = 25;

/// Browsers between two visits.
static IDLE: Mutex<Vec<Browser>> = Mutex::new(Vec::new());

/// What speaks with a browser outlives the test that started it.
static KEEPER: LazyLock<Runtime> = LazyLock::new(|| {
    Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a thread for what tests share")
});

/// One that nobody uses, or a new one.
pub async fn take(engine: Engine) -> Browser {
    let idle = IDLE.lock().expect("nobody fails with it in hand").pop();
    match idle {
        Some(browser) => browser,
        None => {
            let started = KEEPER.spawn_blocking(move || KEEPER.block_on(Browser::start(engine)));
            started.await.expect("the browser starts")
        }
    }
}

/// Leaves a browser to the next visit, if this one can be cleared away.
pub async fn give_back(mut browser: Browser) {
    browser.visits += 1;
    // A visit that went well is not to fail by what comes after it.
    let anew = AssertUnwindSafe(timeout(PATIENCE, browser.begin_anew())).catch_unwind();
    if browser.visits < VISITS && matches!(anew.await, Ok(Ok(Ok(())))) {
        IDLE.lock().expect("nobody fails with it in hand").push(browser);
    } else {
        browser.close().await;
    }
}
