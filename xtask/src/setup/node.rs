//! Node and the packages of package-lock.json.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use super::{Missing, debian};
use crate::fresh::{Inputs, Stage};
use crate::job;
use crate::screen::Screen;
use crate::workspace::Workspace;

/// The least version that the packages of package.json run on.
const LEAST_MAJOR: u32 = 20;

pub struct Node {
    program: PathBuf,
}

impl Node {
    /// `node SCRIPT`, at the top of the repository.
    pub fn script(&self, workspace: &Workspace, script: &str) -> Command {
        let mut command = job::command(&self.program, workspace.root());
        command.arg(workspace.path(script));
        command
    }

    /// The same on one thread: where a tool that is itself WebAssembly is compiled by several, Node 20
    /// may crash (nodejs/node#56236).
    pub fn script_on_one_thread(&self, workspace: &Workspace, script: &str) -> Command {
        let mut command = job::command(&self.program, workspace.root());
        command.arg("--single-threaded").arg(workspace.path(script));
        command
    }

    /// `node -e CODE`.
    pub fn code(&self, workspace: &Workspace, code: &str) -> Command {
        let mut command = job::command(&self.program, workspace.root());
        command.args(["--input-type=module", "-e", code]);
        command
    }
}

/// Node itself, without packages.
pub fn find(screen: &Screen, workspace: &Workspace) -> Result<Node> {
    let what = format!("Node {LEAST_MAJOR} or newer, with npm");
    let remedy = "install it from https://nodejs.org or your system's packages";
    if version(workspace).is_none() || job::find_program("npm").is_none() {
        let task = screen.task("node");
        debian::install(&task, &what, &["nodejs", "npm"])?;
        task.done("from Debian");
    }
    let (Some(program), Some(version)) = (job::find_program("node"), version(workspace)) else {
        return Err(Missing::new(what, remedy).into());
    };
    let major: u32 = version.split('.').next().and_then(|major| major.parse().ok()).unwrap_or(0);
    if major < LEAST_MAJOR {
        let remedy = format!("found {version}; {remedy}");
        return Err(Missing::new(what, remedy).into());
    }
    Ok(Node { program })
}

/// Node with the packages of package-lock.json beside it.
pub fn find_with_packages(screen: &Screen, workspace: &Workspace) -> Result<Node> {
    let node = find(screen, workspace)?;
    install(screen, workspace, &Packages { line: "npm packages", folder: ".", stage: "npm-packages" })?;
    Ok(node)
}

/// A folder with a package.json and a package-lock.json.
pub struct Packages {
    /// On the screen.
    pub line: &'static str,
    /// Within the repository.
    pub folder: &'static str,
    /// What is remembered of them stands under this name.
    pub stage: &'static str,
}

/// Puts what package-lock.json says beside it.
pub fn install(screen: &Screen, workspace: &Workspace, packages: &Packages) -> Result<()> {
    let task = screen.task(packages.line);
    let folder = workspace.path(packages.folder);
    let installed = folder.join("node_modules/.package-lock.json");
    let inputs = Inputs::new().file(&folder.join("package.json"))?.file(&folder.join("package-lock.json"))?;
    let stage = Stage::new(workspace, packages.stage, inputs, vec![installed]);
    let node_version = version(workspace).unwrap_or_default();
    if stage.is_fresh() {
        task.done(format!("up to date, Node {node_version}"));
        return Ok(());
    }
    task.note("npm ci");
    let mut command = job::command("npm", &folder);
    // No package of ours needs a script of its own to install.
    command.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
    job::run(&task, &mut command)?;
    stage.record()?;
    task.done(format!("as package-lock.json says, Node {node_version}"));
    Ok(())
}

fn version(workspace: &Workspace) -> Option<String> {
    let answer = job::answer(job::command("node", workspace.root()).arg("--version"))?;
    Some(answer.trim_start_matches('v').to_owned())
}
