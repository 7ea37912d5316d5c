//! `cargo xtask bench page`: what the widget costs a page, beside other widgets that show the same first
//! question, in Chromium made slow. benches/page/README.md says what is fair in it and what is not.

mod figures;
mod report;

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;

use super::{Options, Pace, read};
use crate::dist;
use crate::job;
use crate::screen::{Screen, Task};
use crate::setup::browser::{Engine, Found};
use crate::setup::node::{self, Node, Packages};
use crate::workspace::Workspace;
pub use report::Report;

const SCRIPT: &str = "benches/page/node/main.js";
const PEERS: Packages = Packages { line: "bench packages", folder: "benches/page", stage: "bench-page-packages" };

pub fn run(screen: &Screen, workspace: &Workspace, options: Options) -> Result<ExitCode> {
    let pace = options.pace();
    let node = dist::build(screen, workspace, &[])?;
    let browser = Engine::Chromium.find(screen, workspace)?;
    let bench = Bench::prepare(screen, workspace)?;
    let task = screen.task("bench");
    let report = bench.measure(workspace, &node, &browser, pace, &task)?;
    task.leave();
    Ok(options.conclude(screen, report.as_json(), &report.as_table(pace), &report.faults(pace)))
}

/// The other widgets, installed; the own one stands in dist/.
pub struct Bench {
    /// Where the figures are left.
    folder: PathBuf,
}

impl Bench {
    pub fn prepare(screen: &Screen, workspace: &Workspace) -> Result<Bench> {
        node::install(screen, workspace, &PEERS)?;
        let folder = workspace.path("target/bench/page");
        fs::create_dir_all(&folder)?;
        Ok(Bench { folder })
    }

    /// One visit after the other: none may take time from another.
    pub fn measure(
        &self,
        workspace: &Workspace,
        node: &Node,
        browser: &Found,
        pace: Pace,
        task: &Task,
    ) -> Result<Report> {
        let mut script = node.script(workspace, SCRIPT);
        script.arg(workspace.root()).arg(&self.folder).arg(pace.word()).envs(browser.iter().map(|(key, at)| (key, at)));
        job::run(task, &mut script)?;
        Ok(Report { told: read(&self.folder.join("page.json"))? })
    }
}
