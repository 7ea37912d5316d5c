//! `cargo xtask faults`: the fault matrix of `tests/faults`, over the built files, in real browsers.

use std::process::{Command, ExitCode};

use anyhow::{Context, Result};
use clap::Args;

use crate::demo;
use crate::dist;
use crate::job;
use crate::screen::Screen;
use crate::setup::browser::{Engine, Found};
use crate::workspace::Workspace;

#[derive(Args)]
pub struct Options {
    /// The browsers; all if none is named
    #[arg(long = "engine", value_name = "ENGINE")]
    engines: Vec<Engine>,
    /// How often each fault is tried
    #[arg(long, default_value_t = 1)]
    runs: u64,
    /// Only faults whose name has this in it
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// Chance: moments, and the words by which a visitor's lead is known
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Browsers at a time, each with a fault of its own
    #[arg(long, default_value_t = 2)]
    jobs: usize,
}

pub const PACKAGE: &str = "prequal-faults";

pub fn run(screen: &Screen, workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    dist::build(screen, workspace, &demo::PROGRAMS)?;
    let engines = if options.engines.is_empty() { &Engine::ALL } else { &*options.engines };
    let found = engines.iter().map(|engine| engine.find(screen, workspace)).collect::<Result<Vec<Found>>>()?;
    let task = screen.task("faults");
    job::run(&task, job::cargo(workspace.root()).args(["build", "--package", PACKAGE]))?;
    task.done("built");
    let mut command = Command::new(workspace.program(PACKAGE));
    command.current_dir(workspace.root()).envs(found.into_iter().flatten());
    command.args(engines.iter().flat_map(|engine| ["--engine", engine.name()]));
    command.args(options.only.iter().flat_map(|name| ["--only", name]));
    command.arg(format!("--runs={}", options.runs)).arg(format!("--seed={}", options.seed));
    command.arg(format!("--jobs={}", options.jobs));
    let status = command.status().context("cannot start the faults")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
