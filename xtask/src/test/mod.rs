//! `cargo xtask test`: everything that must hold, in order, with counts at the end.

mod checks;
mod counts;
mod suites;

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
use crate::setup::browser;
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
    /// The benchmark runs, and its contenders agree
    Bench,
    /// Rust tests inside a browser
    Wasm,
    /// Whole visits in a browser
    Browser,
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
            Kind::Bench => "scoring bench",
            Kind::Wasm => "wasm tests",
            Kind::Browser => "browser tests",
        }
    }

    fn needs_dist(self) -> bool {
        matches!(self, Kind::Dist | Kind::Types | Kind::Size | Kind::Package | Kind::Browser)
    }

    fn needs_browser(self) -> bool {
        matches!(self, Kind::Wasm | Kind::Browser)
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
    browsers: OnceLock<std::result::Result<browser::Found, String>>,
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

    fn browsers(&self) -> Result<&browser::Found> {
        self.browsers
            .get_or_init(|| browser::find(self.screen).map_err(|error| format!("{error:#}")))
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

/// Runs the named kinds, or all of them.
pub fn run(screen: &Screen, workspace: &Workspace, named: &[Kind]) -> Result<ExitCode> {
    let mut kinds = if named.is_empty() { Kind::value_variants().to_vec() } else { named.to_vec() };
    kinds.sort_unstable();
    kinds.dedup();
    let session =
        Session { screen, workspace, node: OnceLock::new(), browsers: OnceLock::new(), bench: OnceLock::new() };
    let rows: Vec<Row> = thread::scope(|scope| {
        if kinds.iter().any(|kind| kind.needs_browser()) {
            // Perhaps a download: it goes on beside the first kinds.
            scope.spawn(|| {
                let _ = session.browsers();
            });
        }
        kinds.iter().map(|kind| one(&session, *kind)).collect()
    });
    print!("{}", table(&rows));
    let total: Counts = rows.iter().map(|row| row.counts).sum();
    println!("{} passed, {} failed", total.passed, total.failed);
    Ok(if total.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

struct Row {
    kind: Kind,
    counts: Counts,
    time: Duration,
}

fn one(session: &Session, kind: Kind) -> Row {
    // The build has lines of its own; what waits for it, or for a browser, starts its line after.
    let started = Instant::now();
    let ready = (|| {
        if kind.needs_dist() {
            session.dist().map_err(|error| match kind {
                Kind::Dist => error,
                _ => anyhow!("not run, because the build failed"),
            })?;
        }
        if kind.needs_browser() {
            session.browsers()?;
        }
        if kind == Kind::Bench {
            session.bench()?;
        }
        if matches!(kind, Kind::Clippy | Kind::Wasm) {
            session.toolchain()?;
        }
        Ok(())
    })();
    let task = session.screen.task(kind.name());
    let result = ready.and_then(|()| perform(session, kind, &task));
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
            session.screen.say(format!("\n{}\n", indented(&without_passed(complaint))));
        }
    }
    Row { kind, counts: outcome.counts, time: started.elapsed() }
}

fn perform(session: &Session, kind: Kind, task: &Task) -> Result<Outcome> {
    match kind {
        Kind::Format => checks::format(session, task),
        Kind::Clippy => checks::clippy(session, task),
        Kind::Native => suites::native(session, task),
        Kind::Fuzz => suites::fuzz(session, task),
        Kind::Dist => Ok(Outcome::passed(1, "dist/ and pkg/ are complete")),
        Kind::Types => checks::types(session, task),
        Kind::Size => checks::size(session),
        Kind::Package => checks::package(session, task),
        Kind::Bench => checks::bench(session, task),
        Kind::Wasm => suites::wasm(session, task),
        Kind::Browser => suites::browser(session, task),
    }
}

/// Leaves out the lines of tests that passed: the others are what one looks for.
fn without_passed(text: &str) -> String {
    let kept: Vec<&str> = text
        .lines()
        .filter(|line| {
            let plain = console::strip_ansi_codes(line);
            let plain = plain.trim();
            !(plain.starts_with("test ") && plain.ends_with("ok"))
        })
        .collect();
    let mut text = kept.join("\n");
    while text.contains("\n\n\n") {
        text = text.replace("\n\n\n", "\n\n");
    }
    text.trim().to_owned()
}

fn indented(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| format!("    {line}")).collect();
    lines.join("\n")
}

fn table(rows: &[Row]) -> String {
    let mut text =
        format!("\n  {}\n", heading().apply_to(format!("{:<16}{:>8}{:>8}{:>12}", "kind", "passed", "failed", "time")));
    for Row { kind, counts, time } in rows {
        let look = if counts.failed == 0 { Style::new() } else { Style::new().red() };
        let line = format!("{:<16}{:>8}{:>8}", kind.name(), counts.passed, counts.failed);
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
