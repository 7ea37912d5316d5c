//! The kinds that look at files: formatting, clippy, types, size, package.

use std::collections::BTreeSet;
use std::process::Command;

use anyhow::{Context, Result};

use super::{Counts, Outcome, Session, suites};
use crate::bench;
use crate::dist::{self, module};
use crate::job;
use crate::screen::Task;
use crate::setup::browser::Engine;
use crate::setup::node;
use crate::setup::wasm::Toolchain;
use crate::size;

pub fn format(session: &Session, task: &Task) -> Result<Outcome> {
    let mut command = job::cargo(session.workspace.root());
    // Names are enough: `cargo fmt` mends them all.
    let mut fuzz = job::cargo(&session.workspace.path("fuzz"));
    let check = ["fmt", "--all", "--check", "--", "-l"];
    match job::run(task, command.args(check)).and_then(|_| job::run(task, fuzz.args(check))) {
        Ok(_) => Ok(Outcome::passed(1, "rustfmt has nothing to change")),
        Err(error) => Err(error.context("run `cargo fmt --all`, in fuzz/ too")),
    }
}

pub fn clippy(session: &Session, task: &Task) -> Result<Outcome> {
    let workspace = session.workspace;
    let mut native = job::cargo(workspace.root());
    native.args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]);
    job::run(task, &mut native)?;
    let mut fuzz = job::cargo(&workspace.path("fuzz"));
    fuzz.args(["clippy", "--no-default-features", "--all-targets", "--target-dir"]).arg(workspace.target());
    job::run(task, fuzz.args(["--", "-D", "warnings"]))?;
    let toolchain = session.toolchain()?;
    let (commands, detail) = match toolchain.has_clippy(workspace) {
        true => (lint_wasm(session, &toolchain), "no warnings, native and wasm"),
        false => (compile_wasm(session, &toolchain), "no warnings; for wasm the compiler's alone"),
    };
    let checks = 2 + commands.len() as u64;
    for mut command in commands {
        job::run(task, &mut command)?;
    }
    Ok(Outcome::passed(checks, detail))
}

/// Clippy for what is compiled to wasm, each part with the features that it is shipped or tested with.
fn lint_wasm(session: &Session, toolchain: &Toolchain) -> Vec<Command> {
    const PARTS: [(&[&str], &[&str]); 5] = [
        (&["--package", "prequal", "--lib", "--profile", "wasm"], dist::FACE),
        (&["--package", "prequal", "--lib", "--profile", "wasm"], dist::ENGINE),
        (&["--package", "prequal-tools", "--lib", "--profile", "wasm"], &[]),
        (&["--package", "prequal", "--test", "web"], &[]),
        (&["--package", "prequal-bench-engine", "--lib", "--profile", "wasm"], &["--features", "widget"]),
    ];
    let lint = |(part, features): &(&[&str], &[&str])| {
        let mut command = toolchain.cargo(session.workspace, "clippy");
        command.args(*part).args(*features).args(["--", "-D", "warnings"]);
        command
    };
    PARTS.iter().map(lint).collect()
}

/// The compiler's own warnings, by the commands that build the same things anyway: a check of its
/// own would build the standard library once more.
fn compile_wasm(session: &Session, toolchain: &Toolchain) -> Vec<Command> {
    const DENIED: [&str; 2] = ["-Z", "warnings"];
    let mut commands = module::compilers(session.workspace, toolchain, &module::MODULES, &DENIED);
    commands.extend(module::compilers(session.workspace, toolchain, bench::Pace::Quick.modules(), &DENIED));
    let mut tests = suites::wasm_tests(session, toolchain);
    tests.arg("--no-run").args(DENIED);
    commands.push(tests);
    for command in &mut commands {
        command.env("CARGO_BUILD_WARNINGS", "deny");
    }
    commands
}

/// What the package is tried with, as people who embed it have it.
const EMBED: node::Packages = node::Packages { line: "embed packages", folder: "tests/embed", stage: "embed-packages" };

pub fn types(session: &Session, task: &Task) -> Result<Outcome> {
    let (node, workspace) = (session.dist()?, session.workspace);
    let mut command = node.script(workspace, dist::TYPESCRIPT);
    job::run(task, command.args(["--noEmit", "--pretty", "false"]))?;
    // The package's types as people meet them: in scripts, in JSX and in Vue's templates.
    node::install(session.screen, workspace, &EMBED)?;
    let project = workspace.path(&format!("{}/types", EMBED.folder));
    for compiler in ["typescript/bin/tsc", "vue-tsc/bin/vue-tsc.js"] {
        let mut command = node.script(workspace, &format!("{}/node_modules/{compiler}", EMBED.folder));
        job::run(task, command.args(["--pretty", "false", "--project"]).arg(&project))?;
    }
    let manifest = job::run(task, &mut node.script(workspace, &format!("{}/manifest.js", EMBED.folder)))?;
    job::run(task, &mut node.script(workspace, &format!("{}/server.js", EMBED.folder)))?;
    Ok(Outcome::passed(5, format!("no fault; {}", manifest.trim())))
}

/// Every recipe's code, taken from its page, put on a page and opened.
pub fn recipes(session: &Session, task: &Task) -> Result<Outcome> {
    let (node, workspace) = (session.dist()?, session.workspace);
    node::install(session.screen, workspace, &EMBED)?;
    let mut script = node.script(workspace, &format!("{}/recipes.js", EMBED.folder));
    let browser = session.browser(Engine::Chromium)?;
    let printed = job::run(task, script.envs(browser.iter().map(|(key, at)| (key, at))))?;
    let tried = printed.lines().filter(|line| line.starts_with("tried ")).count();
    Ok(Outcome::passed(tried as u64, format!("{tried} recipes open the widget")))
}

pub fn size(session: &Session) -> Result<Outcome> {
    let (held, faults, summary) = size::check(session.workspace, session.dist()?)?;
    Ok(Outcome {
        counts: Counts { passed: held as u64, failed: faults.len() as u64, ignored: 0 },
        detail: summary,
        complaint: Some(faults.join("\n")),
    })
}

/// The benchmarks run, and all contenders come to the same results, or show the same question. How fast
/// is not asked.
pub fn bench(session: &Session, task: &Task) -> Result<Outcome> {
    const PACE: bench::Pace = bench::Pace::Quick;
    let scoring = session.bench()?.measure(session.workspace, task)?;
    let (node, browser) = (session.dist()?, session.browser(Engine::Chromium)?);
    let page = bench::page::Bench::prepare(session.screen, session.workspace)?;
    let page = page.measure(session.workspace, node, browser, PACE, task)?;
    let faults = [scoring.faults(PACE), page.faults(PACE)].concat();
    let (agreed, shown) = (scoring.agreed(), page.shown());
    Ok(Outcome {
        counts: Counts { passed: (agreed + shown) as u64, failed: faults.len() as u64, ignored: 0 },
        detail: format!("{agreed} contenders agree, {shown} pages show the question"),
        complaint: Some(faults.join("\n")),
    })
}

/// npm would publish exactly the files that the package names as its own.
pub fn package(session: &Session, task: &Task) -> Result<Outcome> {
    let mut command = job::command("npm", &session.workspace.path("pkg"));
    command.args(["pack", "--dry-run", "--json", "--ignore-scripts"]);
    task.note("npm pack --dry-run");
    let printed = job::answer(&mut command).context("`npm pack --dry-run` in pkg/ fails")?;
    let listed = packed_files(&printed).context("`npm pack --json` prints something unknown")?;
    let built = dist::package::package_places(session.workspace)?;
    let missing: Vec<&String> = built.difference(&listed).collect();
    let foreign: Vec<&String> = listed.difference(&built).collect();
    let mut faults = Vec::new();
    if !missing.is_empty() {
        faults.push(format!("pkg/package.json leaves out {missing:?}"));
    }
    if !foreign.is_empty() {
        faults.push(format!("npm would publish {foreign:?} too"));
    }
    for file in exported(session)? {
        // A star stands for the files of a folder.
        let stands = |one: &String| match file.split_once('*') {
            Some((before, after)) => one.starts_with(before) && one.ends_with(after),
            None => *one == file,
        };
        if listed.iter().any(stands) {
            continue;
        }
        faults.push(format!("pkg/package.json points to {file}, which is not in the package"));
    }
    Ok(Outcome {
        counts: Counts { passed: u64::from(faults.is_empty()), failed: faults.len() as u64, ignored: 0 },
        detail: format!("{} files", listed.len()),
        complaint: Some(faults.join("\n")),
    })
}

/// Older npm prints a list of packages, newer ones an object by name.
fn packed_files(printed: &str) -> Option<BTreeSet<String>> {
    let value: serde_json::Value = serde_json::from_str(printed).ok()?;
    let package = match &value {
        serde_json::Value::Array(packages) => packages.first()?,
        serde_json::Value::Object(packages) => packages.values().next()?,
        _ => return None,
    };
    let paths = package["files"].as_array()?.iter();
    paths.map(|file| file["path"].as_str().map(str::to_owned)).collect()
}

/// Every file that package.json's `exports` and `types` lead to.
fn exported(session: &Session) -> Result<BTreeSet<String>> {
    let text = std::fs::read_to_string(session.workspace.path("pkg/package.json"))?;
    let package: serde_json::Value = serde_json::from_str(&text)?;
    let mut found = BTreeSet::new();
    for value in [&package["exports"], &package["types"]] {
        collect_files(value, &mut found);
    }
    Ok(found)
}

fn collect_files(value: &serde_json::Value, found: &mut BTreeSet<String>) {
    match value {
        serde_json::Value::String(file) => {
            found.insert(file.trim_start_matches("./").to_owned());
        }
        serde_json::Value::Object(parts) => parts.values().for_each(|part| collect_files(part, found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_shapes_of_npm_pack_are_read() {
        for printed in [
            r#"[{"name": "prequal", "files": [{"path": "a.js", "size": 1}]}]"#,
            r#"{"prequal": {"files": [{"path": "a.js", "size": 1}]}}"#,
        ] {
            assert_eq!(packed_files(printed), Some(BTreeSet::from(["a.js".to_owned()])), "{printed}");
        }
        assert_eq!(packed_files("{}"), None);
    }
}
