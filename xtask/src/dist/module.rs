//! The wasm modules: compiled, given their glue, and made small.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::fresh::{Inputs, Stage};
use crate::job;
use crate::screen::{Screen, Task};
use crate::setup::node::Node;
use crate::setup::wasm::{TARGET, Toolchain};
use crate::workspace::Workspace;

/// One wasm module.
pub struct Module {
    /// On the screen.
    pub name: &'static str,
    pub package: &'static str,
    /// What it is built with.
    pub options: &'static [&'static str],
    pub profile: &'static Profile,
    /// Bytes for the module's stack, where the linker's megabyte is too much.
    pub stack: Option<u32>,
    /// Under target/glue.
    pub folder: &'static str,
    /// Of the files that the glue generator writes.
    pub stem: &'static str,
}

/// What a module is made for.
pub struct Profile {
    /// Cargo's.
    pub cargo: &'static str,
    /// What wasm-opt is told beside the features.
    pub optimise: &'static [&'static str],
}

/// The features of the face: without the engine, which is in the default ones.
pub const FACE: &[&str] = &["--no-default-features", "--features", "widget"];
pub const ENGINE: &[&str] = &["--features", "widget"];

/// The stack of a visitor's modules: the linker's megabyte would be most of the memory that they hold.
/// The deepest flow takes a third of it (`the_deepest_flow_is_asked` in tests/e2e); one that overflows
/// ends the widget, not the page.
const STACK: Option<u32> = Some(48 << 10);

/// The modules of the product.
pub const MODULES: [Module; 3] = [
    Module {
        name: "face module",
        package: "prequal",
        options: FACE,
        profile: &SMALL,
        stack: STACK,
        folder: "face",
        stem: "prequal",
    },
    Module {
        name: "engine module",
        package: "prequal",
        options: ENGINE,
        profile: &SMALL,
        stack: STACK,
        folder: "engine",
        stem: "prequal",
    },
    Module {
        name: "tools module",
        package: "prequal-tools",
        options: &[],
        profile: &SMALL,
        stack: None,
        folder: "tools",
        stem: "prequal_tools",
    },
];

/// As small as can be.
pub const SMALL: Profile = Profile {
    cargo: "wasm",
    optimise: &[
        "-Oz",
        "--converge",
        // Inlining makes the module larger once it is compressed.
        "-aimfs",
        "0",
        "-ocimfs",
        "0",
        "-fimfs",
        "0",
    ],
};

/// All features that the three engines share, by name: `--all-features` would write import forms
/// that every browser refuses.
const WASM_FEATURES: [&str; 9] = [
    "--strip-debug",
    "--strip-producers",
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// A module as the compiler left it, and its line on the screen.
pub struct Compiled {
    module: &'static Module,
    wasm: PathBuf,
    task: Task,
}

impl Compiled {
    pub fn leave(self) {
        self.task.leave();
    }
}

pub fn compile_all(
    screen: &Screen,
    workspace: &Workspace,
    toolchain: &Toolchain,
    modules: &'static [Module],
) -> Result<Vec<Compiled>> {
    modules
        .iter()
        .map(|module| {
            let mut task = screen.task(module.name);
            let wasm = compile(&task, workspace, toolchain, module)?;
            task.pause("compiled");
            Ok(Compiled { module, wasm, task })
        })
        .collect()
}

fn compile(task: &Task, workspace: &Workspace, toolchain: &Toolchain, module: &Module) -> Result<PathBuf> {
    job::run(task, &mut module.compiler(workspace, toolchain, &[]))?;
    let built = workspace.wasm_target().join(TARGET).join(module.profile.cargo);
    let file = built.join(format!("{}.wasm", module.package.replace('-', "_")));
    // The next module of the same package would take its place.
    let kept = built.join(format!("{}.wasm", module.folder));
    fs::copy(&file, &kept).with_context(|| format!("cannot read {}", workspace.shown(&file)))?;
    Ok(kept)
}

/// The very commands that compile the modules, with more options for cargo: run again, they print the
/// warnings of the last time.
pub fn compilers(workspace: &Workspace, toolchain: &Toolchain, modules: &[Module], more: &[&str]) -> Vec<Command> {
    modules.iter().map(|module| module.compiler(workspace, toolchain, more)).collect()
}

impl Module {
    fn compiler(&self, workspace: &Workspace, toolchain: &Toolchain, more: &[&str]) -> Command {
        let mut command = toolchain.cargo(workspace, "rustc");
        command
            .args(["--package", self.package, "--lib", "--crate-type", "cdylib"])
            .args(["--profile", self.profile.cargo])
            .args(self.options)
            .args(more);
        if let Some(bytes) = self.stack {
            command.args(["--", "-C", &format!("link-arg=-zstack-size={bytes}")]);
        }
        command
    }
}

/// Writes `target/glue/FOLDER`: glue, types and `STEM.wasm`, made small.
pub fn finish(workspace: &Workspace, node: &Node, compiled: Compiled) -> Result<()> {
    let Compiled { module, wasm, mut task } = compiled;
    task.resume();
    let folder = workspace.path("target/glue").join(module.folder);
    let small = folder.join(format!("{}.wasm", module.stem));
    let inputs = Inputs::new()
        .file(&wasm)?
        .folder(&workspace.path("xtask/glue/src"))?
        .file(&workspace.path("Cargo.lock"))?
        .file(&workspace.path("node_modules/binaryen/package.json"))?
        .text(&[module.profile.optimise, &WASM_FEATURES].concat().join(" "));
    let stage = Stage::new(workspace, &format!("module-{}", module.folder), inputs, vec![folder.clone()]);
    if stage.is_fresh() {
        task.done(format!("{}, up to date", bytes(&small)?));
        return Ok(());
    }
    let fresh = folder.with_extension("new");
    let _ = fs::remove_dir_all(&fresh);
    fs::create_dir_all(&fresh)?;
    task.note("glue");
    let mut glue = job::command(workspace.program("prequal-glue"), workspace.root());
    glue.env_remove("RUST_BACKTRACE");
    job::run(&task, glue.arg(&wasm).arg(&fresh).arg(module.stem))?;
    task.note("wasm-opt");
    let plain = fresh.join(format!("{}_bg.wasm", module.stem));
    let mut optimise = node.script_on_one_thread(workspace, "node_modules/binaryen/bin/wasm-opt");
    optimise.args(module.profile.optimise).args(WASM_FEATURES).arg(&plain).arg("-o");
    job::run_again_after_signal(&task, optimise.arg(fresh.join(format!("{}.wasm", module.stem))))?;
    fs::remove_file(&plain)?;
    let _ = fs::remove_dir_all(&folder);
    fs::rename(&fresh, &folder).with_context(|| format!("cannot write {}", workspace.shown(&folder)))?;
    stage.record()?;
    task.done(bytes(&small)?);
    Ok(())
}

/// A file's size for people.
fn bytes(file: &Path) -> Result<String> {
    let length = fs::metadata(file).with_context(|| format!("cannot read {}", file.display()))?.len();
    Ok(format!("{} bytes", grouped(length)))
}

/// `12,345,678`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn digits_stand_in_groups_of_three() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1000), "1,000");
        assert_eq!(grouped(12345678), "12,345,678");
    }
}
