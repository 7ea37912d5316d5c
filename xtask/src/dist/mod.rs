//! `cargo xtask dist`: the files for a script tag in `dist/`, the npm package in `pkg/`.
//!
//! Rust to wasm (module.rs), TypeScript and styles to scripts (bundle.rs), then all of it to its
//! place (package.rs). What waits for the network runs beside what waits for the processor.

mod bundle;
mod manifest;
pub mod module;
pub mod package;

use std::fs::{self, File};
use std::thread;

use anyhow::Result;

use crate::job;
use crate::screen::Screen;
use crate::setup::node::{self, Node};
use crate::setup::{native, wasm};
use crate::workspace::Workspace;
use module::{Compiled, MODULES, Module};

pub use bundle::TYPESCRIPT;
pub use module::{ENGINE, FACE, grouped};

pub fn run(screen: &Screen, workspace: &Workspace) -> Result<()> {
    build(screen, workspace, &[])?;
    Ok(())
}

/// Builds everything for browsers and, beside it, the named native programs of this workspace.
pub fn build(screen: &Screen, workspace: &Workspace, programs: &[&str]) -> Result<Node> {
    let _alone = wait_for_others(screen, workspace)?;
    let node = build_modules(screen, workspace, &MODULES, programs)?;
    bundle::build(screen, workspace, &node)?;
    manifest::write(workspace)?;
    package::assemble(screen, workspace)?;
    Ok(node)
}

/// Builds modules that are no part of the product, with all that it takes.
pub fn build_beside(screen: &Screen, workspace: &Workspace, modules: &'static [Module]) -> Result<Node> {
    let _alone = wait_for_others(screen, workspace)?;
    build_modules(screen, workspace, modules, &[])
}

fn build_modules(
    screen: &Screen,
    workspace: &Workspace,
    modules: &'static [Module],
    programs: &[&str],
) -> Result<Node> {
    let (node, compiled) = thread::scope(|scope| {
        let packages = scope.spawn(|| node::find_with_packages(screen, workspace));
        let programs = scope.spawn(|| {
            build_programs(screen, workspace, "glue generator", &["prequal-glue"])?;
            if programs.is_empty() {
                return Ok(());
            }
            native::find_c_compiler(screen)?;
            build_programs(screen, workspace, "programs", programs)
        });
        let compiled = wasm::find(screen, workspace)
            .and_then(|toolchain| module::compile_all(screen, workspace, &toolchain, modules));
        let packages = packages.join().expect("the set-up does not panic");
        let programs: Result<()> = programs.join().expect("the build does not panic");
        match (packages, programs, compiled) {
            (Ok(packages), Ok(()), Ok(compiled)) => Ok((packages, compiled)),
            (Err(error), _, compiled) | (_, Err(error), compiled) => {
                // They are not at fault: their lines go without a mark.
                compiled.into_iter().flatten().for_each(Compiled::leave);
                Err(error)
            }
            (_, _, Err(error)) => Err(error),
        }
    })?;
    for compiled in compiled {
        module::finish(workspace, &node, compiled)?;
    }
    Ok(node)
}

/// Two builds at once would write the same files. The lock ends with the file that is returned.
fn wait_for_others(screen: &Screen, workspace: &Workspace) -> Result<File> {
    fs::create_dir_all(workspace.memory())?;
    let file = File::create(workspace.memory().join("lock"))?;
    if file.try_lock().is_err() {
        let task = screen.task("waiting");
        task.note("for another build of this folder");
        file.lock()?;
        task.leave();
    }
    Ok(file)
}

/// `cargo build` for programs of this workspace, as one line of progress.
fn build_programs(screen: &Screen, workspace: &Workspace, line: &str, names: &[&str]) -> Result<()> {
    let task = screen.task(line);
    let mut command = job::cargo(workspace.root());
    command.arg("build");
    for name in names {
        command.args(["--package", name]);
    }
    let printed = job::run(&task, &mut command)?;
    let compiled = printed.matches("Compiling ").count();
    let detail = match compiled {
        0 => "up to date".to_owned(),
        count => format!("built, {count} crates"),
    };
    task.done(detail);
    Ok(())
}
