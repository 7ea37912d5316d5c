//! `cargo xtask test`: everything that must hold, in order, with counts at the end.

mod checks;
mod counts;
mod suites;

use std::collections::BTreeSet;
use std::process::ExitCode;
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};
use clap::ValueEnum;
use console::{Style, style};

use crate::bench::{self, Bench};
use crate::demo;
use crate::dist;
use crate::screen::{Screen, Task, heading, seconds};
use crate::setup::browser::{self, Engine};
use crate::setup::node::Node;
use crate::setup::wasm::{self, Toolchain};
use crate::workspace::Workspace;

pub use counts::Counts;

/// A kind of test, in the order in which they run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Kind {
    /// rustfmt
    Format,
    /// clippy, native and wasm, without warnings
    Clippy,
    /// Rust tests on this machine
    Native,
    /// Whatever is thrown at the engine: the inputs kept, and some new ones
    Fuzz,
    /// dist/ and pkg/ can be built
    Dist,
    /// TypeScript's types
    Types,
    /// The byte budgets and the README's figures
    Size,
    /// npm takes the package
    Package,
    /// The recipes of docs/recipes, each on a page
    Recipes,
    /// The benchmarks run, and their contenders agree
    Bench,
    /// Rust tests inside a browser
    Wasm,
    /// Whole visits in each browser
    Browser,
    /// Each fault once in each browser
    Faults,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::Format => "formatting",
            Kind::Clippy => "clippy",
            Kind::Native => "native tests",
            Kind::Fuzz => "fuzz corpus",
            Kind::Dist => "build",
            Kind::Types => "types",
            Kind::Size => "size",
            Kind::Package => "npm package",
            Kind::Recipes => "recipes",
            Kind::Bench => "benchmarks",
            Kind::Wasm => "wasm tests",
            Kind::Browser => "browser tests",
            Kind::Faults => "faults",
        }
    }

    fn needs_dist(self) -> bool {
        matches!(
            self,
            Kind::Dist
                | Kind::Types
                | Kind::Size
                | Kind::Package
                | Kind::Recipes
                | Kind::Bench
                | Kind::Browser
                | Kind::Faults
        )
    }
}

/// What a kind found, in the words of its line.
pub struct Outcome {
    counts: Counts,
    detail: String,
    /// What a person must read to mend it.
    complaint: Option<String>,
}

impl Outcome {
    fn passed(count: u64, detail: impl Into<String>) -> Outcome {
        Outcome { counts: Counts { passed: count, failed: 0, ignored: 0 }, detail: detail.into(), complaint: None }
    }

    /// A kind that could not even count is one failure.
    fn broken(error: &anyhow::Error) -> Outcome {
        Outcome {
            counts: Counts { passed: 0, failed: 1, ignored: 0 },
            detail: "failed".into(),
            complaint: Some(format!("{error:#}")),
        }
    }
}

/// What the kinds share; each part is found when it is first needed.
pub struct Session<'s> {
    screen: &'s Screen,
    workspace: &'s Workspace,
    node: OnceLock<std::result::Result<Node, String>>,
    browsers: [OnceLock<std::result::Result<browser::Found, String>>; Engine::ALL.len()],
    bench: OnceLock<std::result::Result<Bench, String>>,
}

impl Session<'_> {
    fn toolchain(&self) -> Result<Toolchain> {
        wasm::find(self.screen, self.workspace)
    }

    /// Builds dist/, pkg/ and the programs that browser tests start.
    fn dist(&self) -> Result<&Node> {
        self.node
            .get_or_init(|| {
                dist::build(self.screen, self.workspace, &demo::PROGRAMS).map_err(|error| format!("{error:#}"))
            })
            .as_ref()
            .map_err(|message| anyhow!("{message}"))
    }

    fn browser(&self, engine: Engine) -> Result<&browser::Found> {
        self.browsers[engine as usize]
            .get_or_init(|| engine.find(self.screen, self.workspace).map_err(|error| format!("{error:#}")))
            .as_ref()
            .map_err(|message| anyhow!("{message}"))
    }

    /// Builds what a quick look at the benchmark takes.
    fn bench(&self) -> Result<&Bench> {
        self.bench
            .get_or_init(|| {
                Bench::prepare(self.screen, self.workspace, bench::Pace::Quick).map_err(|error| format!("{error:#}"))
            })
            .as_ref()
            .map_err(|message| anyhow!("{message}"))
    }
}

/// What has a line of its own: a kind, or the visits in one browser.
#[derive(Clone, Copy)]
struct Part {
    kind: Kind,
    engine: Option<Engine>,
}

impl Part {
    fn of(kind: Kind, engines: &[Engine]) -> Vec<Part> {
        match kind {
            Kind::Browser | Kind::Faults => engines.iter().map(|engine| Part { kind, engine: Some(*engine) }).collect(),
            Kind::Wasm | Kind::Bench | Kind::Recipes => vec![Part { kind, engine: Some(Engine::Chromium) }],
            _ => vec![Part { kind, engine: None }],
        }
    }

    fn name(self) -> &'static str {
        match (self.kind, self.engine) {
            (Kind::Browser, Some(engine)) => engine.name(),
            (Kind::Faults, Some(Engine::Chromium)) => "faults chromium",
            (Kind::Faults, Some(Engine::Firefox)) => "faults firefox",
            (Kind::Faults, Some(Engine::Webkit)) => "faults webkit",
            (kind, _) => kind.name(),
        }
    }
}

/// Runs the named kinds, or all of them; visits in the named browsers, or in all.
pub fn run(screen: &Screen, workspace: &Workspace, named: &[Kind], engines: &[Engine]) -> Result<ExitCode> {
    let named = if named.is_empty() { Kind::value_variants() } else { named };
    let kinds: BTreeSet<Kind> = named.iter().copied().collect();
    let engines = if engines.is_empty() { &Engine::ALL } else { engines };
    let parts: Vec<Part> = kinds.into_iter().flat_map(|kind| Part::of(kind, engines)).collect();
    let browsers = [const { OnceLock::new() }; Engine::ALL.len()];
    let session = Session { screen, workspace, node: OnceLock::new(), browsers, bench: OnceLock::new() };
    let rows: Vec<Row> = thread::scope(|scope| {
        // Perhaps downloads: they go on beside the first kinds.
        let wanted: BTreeSet<Engine> = parts.iter().filter_map(|part| part.engine).collect();
        let session = &session;
        scope.spawn(move || wanted.into_iter().for_each(|engine| drop(session.browser(engine))));
        parts.iter().map(|part| one(session, *part)).collect()
    });
    print!("{}", table(&rows));
    for Row { part, failing, .. } in &rows {
        failing.iter().for_each(|test| println!("  - {}: {test}", part.name()));
    }
    let total: Counts = rows.iter().map(|row| row.counts).sum();
    println!("{} passed, {} failed", total.passed, total.failed);
    Ok(if total.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

struct Row {
    part: Part,
    counts: Counts,
    failing: Vec<String>,
    time: Duration,
}

fn one(session: &Session, part: Part) -> Row {
    // The build has lines of its own; what waits for it, or for a browser, starts its line after.
    let started = Instant::now();
    let Part { kind, engine } = part;
    let ready = (|| {
        if kind.needs_dist() {
            session.dist().map_err(|error| match kind {
                Kind::Dist => error,
                _ => anyhow!("not run, because the build failed"),
            })?;
        }
        if let Some(engine) = engine {
            session.browser(engine)?;
        }
        if kind == Kind::Bench {
            session.bench()?;
        }
        if matches!(kind, Kind::Clippy | Kind::Wasm) {
            session.toolchain()?;
        }
        Ok(())
    })();
    let task = session.screen.task(part.name());
    let result = ready.and_then(|()| perform(session, part, &task));
    let mut outcome = result.unwrap_or_else(|error| Outcome::broken(&error));
    if outcome.counts.passed + outcome.counts.failed == 0 {
        outcome.counts.failed = 1;
        outcome.detail = "no test ran".into();
    }
    if outcome.counts.failed == 0 {
        task.done(&outcome.detail);
    } else {
        task.failed(&outcome.detail);
        if let Some(complaint) = &outcome.complaint {
            session.screen.say(format!("\n{}\n", to_be_read(complaint)));
        }
    }
    let failing = outcome.complaint.as_deref().map(Counts::failed_tests).unwrap_or_default();
    Row { part, counts: outcome.counts, failing, time: started.elapsed() }
}

fn perform(session: &Session, part: Part, task: &Task) -> Result<Outcome> {
    match part.kind {
        Kind::Format => checks::format(session, task),
        Kind::Clippy => checks::clippy(session, task),
        Kind::Native => suites::native(session, task),
        Kind::Fuzz => suites::fuzz(session, task),
        Kind::Dist => Ok(Outcome::passed(1, "dist/ and pkg/ are complete")),
        Kind::Types => checks::types(session, task),
        Kind::Size => checks::size(session),
        Kind::Package => checks::package(session, task),
        Kind::Recipes => checks::recipes(session, task),
        Kind::Bench => checks::bench(session, task),
        Kind::Wasm => suites::wasm(session, task),
        Kind::Browser => suites::browser(session, task, part.engine.expect("visits are made in a browser")),
        Kind::Faults => suites::faults(session, task, part.engine.expect("faults are done to a browser")),
    }
}

/// What a runner printed, indented, without the lines of tests that passed: the others are what one looks for.
fn to_be_read(text: &str) -> String {
    let passed = |line: &str| {
        let plain = console::strip_ansi_codes(line);
        let plain = plain.trim();
        plain.starts_with("test ") && plain.ends_with("ok")
    };
    let mut kept: Vec<&str> = text.trim().lines().filter(|line| !passed(line)).collect();
    kept.dedup_by(|line, before| line.trim().is_empty() && before.trim().is_empty());
    kept.iter().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")
}

fn table(rows: &[Row]) -> String {
    let mut text =
        format!("\n  {}\n", heading().apply_to(format!("{:<16}{:>8}{:>8}{:>12}", "kind", "passed", "failed", "time")));
    for Row { part, counts, time, .. } in rows {
        let look = if counts.failed == 0 { Style::new() } else { Style::new().red() };
        let line = format!("{:<16}{:>8}{:>8}", part.name(), counts.passed, counts.failed);
        let ignored = match counts.ignored {
            0 => String::new(),
            count => format!("  {count} ignored"),
        };
        let time = style(format!("{:>12}{ignored}", seconds(*time))).dim();
        text.push_str(&format!("  {}{time}\n", look.apply_to(line)));
    }
    text.push('\n');
    text
}
