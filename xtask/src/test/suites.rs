//! The kinds that run tests and count them: native, wasm, browser.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use anyhow::{Context, Result, anyhow};
use serde_json::json;

use super::{Counts, Outcome, Session, to_be_read};
use crate::faults;
use crate::job::{self, Failed};
use crate::screen::Task;
use crate::setup::browser::Engine;
use crate::setup::wasm::Toolchain;

/// Everything that runs on this machine without a browser.
pub fn native(session: &Session, task: &Task) -> Result<Outcome> {
    let mut command = job::cargo(session.workspace.root());
    command.args(["test", "--workspace", "--no-fail-fast", "--exclude", "prequal-e2e"]);
    count(task, &mut command)
}

/// The corpus of `fuzz/` and a short bout of random inputs, without the fuzzer. It is a workspace of its own.
pub fn fuzz(session: &Session, task: &Task) -> Result<Outcome> {
    let mut command = job::cargo(&session.workspace.path("fuzz"));
    command.args(["test", "--no-default-features", "--locked", "--no-fail-fast", "--target-dir"]);
    count(task, command.arg(session.workspace.target()))
}

/// `tests/web` of the root crate, compiled to wasm, inside the browser.
pub fn wasm(session: &Session, task: &Task) -> Result<Outcome> {
    let workspace = session.workspace;
    let mut runner = job::cargo(workspace.root());
    job::run(task, runner.args(["build", "--package", "prequal-wasm-test-runner"]))?;
    let capabilities = workspace.path("target/wasm-test/webdriver.json");
    fs::create_dir_all(capabilities.parent().expect("it stands in a folder"))?;
    let browser = session.browser(Engine::Chromium)?;
    let chrome = browser.iter().find(|(name, _)| *name == "CHROME").map(|(_, path)| path);
    let arguments = ["headless", "no-sandbox", "disable-gpu", "disable-dev-shm-usage", "no-first-run"];
    let wanted = json!({"goog:chromeOptions": {"binary": chrome, "args": arguments}});
    fs::write(&capabilities, format!("{wanted:#}"))?;

    let toolchain = session.toolchain()?;
    let mut command = wasm_tests(session, &toolchain);
    command
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", workspace.program("prequal-wasm-test-runner"))
        .env("WASM_BINDGEN_TEST_ONLY_WEB", "1")
        .env("WASM_BINDGEN_TEST_TIMEOUT", "120")
        .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", &capabilities)
        .envs(browser.iter().map(|(name, path)| (*name, path)));
    count(task, &mut command)
}

/// The command that compiles the wasm tests, and runs them where a runner is named.
pub fn wasm_tests(session: &Session, toolchain: &Toolchain) -> Command {
    let mut command = toolchain.cargo(session.workspace, "test");
    if let Toolchain::Debian { .. } = toolchain {
        // The harness is part of the standard library too.
        command.args(["-Z", "build-std=std,panic_abort,test"]);
    }
    command.args(["--package", "prequal", "--test", "web"]);
    command
}

/// How many visits are made at a time: most of one is waiting. What is measured is measured alone (`Setup::alone`).
const VISITS: &str = "3";

/// How many visits that failed are made once more. More of them is no matter of a busy machine.
const AGAIN: usize = 4;

/// Whole visits against the built files and a real receiver, in one browser. A few that fail are made once more,
/// each alone, and named as unsteady where that succeeds: a browser on a busy machine is late for once, and what
/// is broken fails again.
pub fn browser(session: &Session, task: &Task, engine: Engine) -> Result<Outcome> {
    let skipped = skipped(session, engine)?;
    let visits = |at_a_time: &str| -> Result<Command> {
        let mut command = job::cargo(session.workspace.root());
        command
            .args(["test", "--package", "prequal-e2e", "--no-fail-fast", "--", "--test-threads", at_a_time, "--exact"])
            .env("PREQUAL_ENGINE", engine.name())
            // The trace leads through the runtime; the assertion says where it stands.
            .env("RUST_BACKTRACE", "0")
            .envs(session.browser(engine)?.iter().map(|(name, path)| (*name, path)));
        Ok(command)
    };
    let mut whole = visits(VISITS)?;
    let (mut outcome, printed) = count_printed(task, whole.args(skipped.keys().flat_map(|test| ["--skip", test])))?;
    let failed = Counts::failed_tests(&printed);
    if (1..=AGAIN).contains(&failed.len()) && failed.len() as u64 == outcome.counts.failed {
        let (again, _) = count_printed(task, visits("1")?.args(&failed))?;
        if again.counts.passed == outcome.counts.failed {
            let passed = outcome.counts.passed + again.counts.passed;
            session.screen.say(format!("\n{}\n", to_be_read(&outcome.complaint.unwrap_or_default())));
            for test in &failed {
                session
                    .screen
                    .say(format!("  - {} unsteady, passed only when it ran once more: {test}", engine.name()));
            }
            outcome = Outcome::passed(passed, format!("{passed} passed, {} of them unsteady", failed.len()));
        }
    }
    if outcome.complaint.is_none() && !printed.contains(&format!("; {} filtered out", skipped.len())) {
        let complaint = format!("{CANNOT} names a test that is not there");
        return Ok(Outcome::broken(&anyhow!(complaint)));
    }
    outcome.counts.ignored += skipped.len() as u64;
    if !skipped.is_empty() {
        outcome.detail = format!("{}, {} ignored", outcome.detail, skipped.len());
    }
    for (test, reason) in &skipped {
        session.screen.say(format!("  - {} ignored: {test}: {reason}", engine.name()));
    }
    Ok(outcome)
}

/// Each fault of the matrix once, in one browser; its table is what is read where one fails.
pub fn faults(session: &Session, task: &Task, engine: Engine) -> Result<Outcome> {
    let mut command = job::cargo(session.workspace.root());
    command
        .args(["run", "--package", faults::PACKAGE, "--", "--engine", engine.name()])
        .envs(session.browser(engine)?.iter().map(|(name, path)| (*name, path)));
    let (mut outcome, printed) = count_printed(task, &mut command)?;
    let cannot: Vec<&str> = printed.lines().filter(|line| line.contains(" cannot: ")).collect();
    if !cannot.is_empty() {
        outcome.detail = format!("{}, {} ignored", outcome.detail, cannot.len());
    }
    for line in cannot {
        session.screen.say(format!("  - {line}"));
    }
    Ok(outcome)
}

/// The one list of what a browser's driver cannot do.
const CANNOT: &str = "tests/e2e/cannot.json";

/// The tests that cannot be run in a browser, each with the reason.
fn skipped(session: &Session, engine: Engine) -> Result<BTreeMap<String, String>> {
    let text = fs::read_to_string(session.workspace.path(CANNOT)).context(CANNOT)?;
    let mut lists: BTreeMap<String, BTreeMap<String, String>> = serde_json::from_str(&text).context(CANNOT)?;
    Ok(lists.remove(engine.name()).unwrap_or_default())
}

/// Runs tests to the end; failed ones are an outcome, not an error.
fn count(task: &Task, command: &mut Command) -> Result<Outcome> {
    count_printed(task, command).map(|(outcome, _)| outcome)
}

/// The same, with all that was printed.
fn count_printed(task: &Task, command: &mut Command) -> Result<(Outcome, String)> {
    let (printed, complaint) = match job::run(task, command) {
        Ok(printed) => (printed, None),
        Err(error) => match error.downcast::<Failed>() {
            Ok(failed) => (failed.printed.clone(), Some(failed.to_string())),
            Err(error) => return Err(error),
        },
    };
    let mut counts = Counts::read(&printed);
    if complaint.is_some() && counts.failed == 0 {
        // Something ended badly beside the tests: a crash, or code that does not compile.
        counts.failed = 1;
    }
    let detail = match counts.failed {
        0 => format!("{} passed", counts.passed),
        failed => format!("{failed} failed, {} passed", counts.passed),
    };
    Ok((Outcome { counts, detail, complaint }, printed))
}
