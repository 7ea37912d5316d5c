//! `cargo xtask bench scoring`: what scoring costs, in wasm beside other engines, natively, and in
//! flows that grow. benches/scoring/README.md says what is fair in it and what is not.
//! `cargo xtask bench page` has a room of its own.

pub mod page;
mod report;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::dist;
use crate::dist::module::{Module, Profile, SMALL};
use crate::job;
use crate::screen::{Screen, Task};
use crate::setup::node::{self, Node, Packages};
use crate::workspace::Workspace;
pub use report::Report;

const PROGRAM: &str = "prequal-bench-scoring";
const SCRIPT: &str = "benches/scoring/node/main.js";
const PEERS: Packages = Packages { line: "bench packages", folder: "benches/scoring", stage: "bench-packages" };

/// The engine as visitors get it comes first: a quick look takes no other.
const MODULES: [Module; 2] = [
    Module {
        name: "bench, small",
        package: "prequal-bench-engine",
        options: &["--features", "widget"],
        profile: &SMALL,
        stack: None,
        folder: "bench-small",
        stem: "engine",
    },
    Module {
        name: "bench, fast",
        package: "prequal-bench-engine",
        options: &[],
        profile: &Profile { cargo: "wasm-fast", optimise: &["-O3"] },
        stack: None,
        folder: "bench-fast",
        stem: "engine",
    },
];

#[derive(clap::Subcommand)]
pub enum What {
    /// Scoring in wasm beside other engines, natively, and in flows that grow
    Scoring(Options),
    /// What the widget costs a page, beside other widgets, in a slow browser
    Page(Options),
}

#[derive(clap::Args, Clone, Copy)]
pub struct Options {
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Only see that all contenders agree, or show the question; the times mean nothing
    #[arg(long)]
    quick: bool,
}

impl Options {
    fn pace(self) -> Pace {
        if self.quick { Pace::Quick } else { Pace::Full }
    }

    /// Prints the figures, and what must hold and does not.
    fn conclude(self, screen: &Screen, json: Value, table: &str, faults: &[String]) -> ExitCode {
        if self.json {
            println!("{json:#}");
        } else {
            print!("\n{table}\n");
        }
        for fault in faults {
            screen.say(format!("error: {fault}"));
        }
        if faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

/// How thoroughly to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    Quick,
    Full,
}

impl Pace {
    fn word(self) -> &'static str {
        match self {
            Pace::Quick => "quick",
            Pace::Full => "full",
        }
    }

    pub fn modules(self) -> &'static [Module] {
        match self {
            Pace::Quick => &MODULES[..1],
            Pace::Full => &MODULES,
        }
    }
}

pub fn run(screen: &Screen, workspace: &Workspace, options: Options) -> Result<ExitCode> {
    let pace = options.pace();
    let bench = Bench::prepare(screen, workspace, pace)?;
    let task = screen.task("bench");
    let report = bench.measure(workspace, &task)?;
    task.leave();
    Ok(options.conclude(screen, report.as_json(), &report.as_table(pace), &report.faults(pace)))
}

/// Everything that a measurement takes, built and installed.
pub struct Bench {
    pace: Pace,
    node: Node,
    program: PathBuf,
    /// Where the parts leave what they have for each other.
    folder: PathBuf,
}

impl Bench {
    pub fn prepare(screen: &Screen, workspace: &Workspace, pace: Pace) -> Result<Bench> {
        let node = dist::build_beside(screen, workspace, pace.modules())?;
        node::install(screen, workspace, &PEERS)?;
        let program = build_program(screen, workspace, pace)?;
        let folder = workspace.path("target/bench/scoring");
        fs::create_dir_all(&folder)?;
        for module in pace.modules() {
            let built = workspace.path("target/glue").join(module.folder);
            for (ending, ending_here) in [("js", "mjs"), ("wasm", "wasm")] {
                let from = built.join(format!("{}.{ending}", module.stem));
                let to = folder.join(format!("{}.{ending_here}", module.folder));
                fs::copy(&from, to).with_context(|| format!("cannot copy {}", workspace.shown(&from)))?;
            }
        }
        Ok(Bench { pace, node, program, folder })
    }

    /// One part after the other: none may take time from another.
    pub fn measure(&self, workspace: &Workspace, task: &Task) -> Result<Report> {
        job::run(task, self.program(workspace).arg("write").arg(&self.folder).arg(self.pace.word()))?;
        let mut script = self.node.script(workspace, SCRIPT);
        script.arg(&self.folder).arg(self.pace.word()).args(self.pace.modules().iter().map(|module| module.folder));
        job::run(task, &mut script)?;
        job::run(task, self.program(workspace).arg("measure").arg(&self.folder).arg(self.pace.word()))?;
        Ok(Report { node: read(&self.folder.join("node.json"))?, native: read(&self.folder.join("native.json"))? })
    }

    fn program(&self, workspace: &Workspace) -> std::process::Command {
        job::command(&self.program, workspace.root())
    }
}

/// The native part; for a quick look as the tests compile the engine, which they have done by then.
fn build_program(screen: &Screen, workspace: &Workspace, pace: Pace) -> Result<PathBuf> {
    let task = screen.task("bench, native");
    let mut command = job::cargo(workspace.root());
    command.args(["build", "--package", PROGRAM]);
    let program = match pace {
        Pace::Quick => workspace.program(PROGRAM),
        Pace::Full => {
            command.arg("--release");
            workspace.release_program(PROGRAM)
        }
    };
    job::run(&task, &mut command)?;
    task.done("built");
    Ok(program)
}

fn read(file: &Path) -> Result<Value> {
    let text = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    serde_json::from_slice(&text).with_context(|| format!("{} holds no figures", file.display()))
}
