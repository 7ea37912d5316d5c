//! A toolchain that compiles to wasm32-unknown-unknown.
//!
//! In this order: the target as installed, the target as rustup fetches it, and Debian's compiler,
//! which builds the standard library from source where downloads are refused.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use anyhow::Result;

use super::{Missing, debian};
use crate::job;
use crate::screen::{Screen, Task};
use crate::workspace::Workspace;

pub const TARGET: &str = "wasm32-unknown-unknown";
const RUSTUP_LIMIT: Duration = Duration::from_secs(180);
const DEBIAN_PACKAGES: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "lld-22"];
/// The least of Debian's compilers that knows this workspace's edition and dependencies.
const LEAST_MINOR: u32 = 88;
/// The least linker that writes what this compiler's libraries need.
const LEAST_LINKER: u32 = 19;

#[derive(Clone, Debug)]
pub enum Toolchain {
    /// The compiler in use has the target.
    Installed { version: String },
    /// Debian's compiler with the standard library built on the way.
    Debian { version: String, linker: PathBuf },
}

impl Toolchain {
    /// `cargo SUBCOMMAND` for the wasm target, in a target folder of its own.
    pub fn cargo(&self, workspace: &Workspace, subcommand: &str) -> Command {
        let mut command = match self {
            Toolchain::Installed { .. } => job::cargo(workspace.root()),
            Toolchain::Debian { linker, .. } => {
                let mut command = job::command("/usr/bin/cargo", workspace.root());
                job::show_progress(&mut command);
                for name in ["RUSTUP_TOOLCHAIN", "RUSTUP_HOME"] {
                    command.env_remove(name);
                }
                command
                    .env("RUSTC", "/usr/bin/rustc")
                    // Building the standard library is not open to stable compilers otherwise.
                    .env("RUSTC_BOOTSTRAP", "1")
                    .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
                command
            }
        };
        for name in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_RUSTFLAGS"] {
            command.env_remove(name);
        }
        if let Toolchain::Installed { .. } = self {
            for name in ["RUSTC", "RUSTC_WRAPPER", "RUSTC_WORKSPACE_WRAPPER"] {
                command.env_remove(name);
            }
        }
        command
            .env_remove("CARGO_TARGET_DIR")
            .args([subcommand, "--target", TARGET])
            .arg("--target-dir")
            .arg(workspace.wasm_target());
        if let Toolchain::Debian { .. } = self {
            command.args(["-Z", "build-std=std,panic_abort"]);
        }
        command
    }

    /// Only rustup's toolchains bring clippy.
    pub fn has_clippy(&self, workspace: &Workspace) -> bool {
        match self {
            Toolchain::Installed { .. } => {
                job::answer(job::cargo(workspace.root()).args(["clippy", "--version"])).is_some()
            }
            Toolchain::Debian { .. } => false,
        }
    }
}

/// Found once in a run, whoever asks.
pub fn find(screen: &Screen, workspace: &Workspace) -> Result<Toolchain> {
    static FOUND: OnceLock<Toolchain> = OnceLock::new();
    if let Some(toolchain) = FOUND.get() {
        return Ok(toolchain.clone());
    }
    let toolchain = look(screen, workspace)?;
    Ok(FOUND.get_or_init(|| toolchain).clone())
}

fn look(screen: &Screen, workspace: &Workspace) -> Result<Toolchain> {
    let task = screen.task("wasm target");
    if let Some(version) = installed(workspace) {
        task.done(format!("{TARGET}, Rust {version}"));
        return Ok(Toolchain::Installed { version });
    }
    let memory = Memory::of(workspace);
    if let Some(toolchain) = debian_toolchain().filter(|_| memory.rustup_failed()) {
        task.done(described(&toolchain));
        return Ok(toolchain);
    }
    if !memory.rustup_failed() {
        match fetch_with_rustup(&task, workspace) {
            Ok(Some(version)) => {
                task.done(format!("{TARGET}, Rust {version}, fetched by rustup"));
                return Ok(Toolchain::Installed { version });
            }
            Ok(None) => {}
            Err(_) => memory.remember_failure()?,
        }
    }
    if let Some(toolchain) = debian_toolchain() {
        task.done(described(&toolchain));
        return Ok(toolchain);
    }
    let what = format!("the Rust target {TARGET}");
    if let Err(error) = debian::install(&task, &what, &DEBIAN_PACKAGES) {
        memory.forget_failure();
        let remedy = match error.downcast_ref::<Missing>() {
            Some(missing) => format!("run `rustup target add {TARGET}`; or, {}", missing.remedy),
            None => format!("run `rustup target add {TARGET}`"),
        };
        return Err(Missing::new(what, remedy).into());
    }
    let Some(toolchain) = debian_toolchain() else {
        let remedy = format!("run `rustup target add {TARGET}` (Debian's rustc-web is older than 1.{LEAST_MINOR})");
        return Err(Missing::new(what, remedy).into());
    };
    task.done(described(&toolchain));
    Ok(toolchain)
}

fn described(toolchain: &Toolchain) -> String {
    match toolchain {
        Toolchain::Installed { version } => format!("{TARGET}, Rust {version}"),
        Toolchain::Debian { version, .. } => {
            format!("Debian's Rust {version}, builds the standard library")
        }
    }
}

/// The version of the compiler in use, if it has the target.
fn installed(workspace: &Workspace) -> Option<String> {
    let folder =
        job::answer(job::command("rustc", workspace.root()).args(["--print", "target-libdir", "--target", TARGET]))?;
    let has_libraries = fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some());
    has_libraries.then(|| version_of("rustc", workspace.root()))?
}

fn version_of(rustc: &str, folder: &Path) -> Option<String> {
    let line = job::answer(job::command(rustc, folder).arg("--version"))?;
    line.split_whitespace().nth(1).map(str::to_owned)
}

/// The compiler's version afterwards; nothing where there is no rustup.
fn fetch_with_rustup(task: &Task, workspace: &Workspace) -> Result<Option<String>> {
    if job::find_program("rustup").is_none() {
        return Ok(None);
    }
    task.note(format!("rustup target add {TARGET}"));
    let mut command = job::command("rustup", workspace.root());
    command.args(["target", "add", TARGET]);
    job::run_within(task, &mut command, Some(RUSTUP_LIMIT))?;
    Ok(installed(workspace))
}

/// Debian's compiler with all that it needs, if it is there.
fn debian_toolchain() -> Option<Toolchain> {
    let root = Path::new("/");
    let mut rustc = job::command("/usr/bin/rustc", root);
    rustc.env_remove("RUSTUP_TOOLCHAIN");
    let version = version_of("/usr/bin/rustc", root)?;
    let minor: u32 = version.split('.').nth(1)?.parse().ok()?;
    let sysroot = job::answer(rustc.args(["--print", "sysroot"]))?;
    let library = Path::new(&sysroot).join("lib/rustlib/src/rust/library/Cargo.toml");
    let usable = minor >= LEAST_MINOR && library.exists() && Path::new("/usr/bin/cargo").exists();
    usable.then_some(())?;
    Some(Toolchain::Debian { version, linker: newest_linker()? })
}

/// `wasm-ld-22` and the like: the newest that is installed.
fn newest_linker() -> Option<PathBuf> {
    fs::read_dir("/usr/bin")
        .ok()?
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let version: u32 = name.strip_prefix("wasm-ld-")?.parse().ok()?;
            (version >= LEAST_LINKER).then(|| (version, entry.path()))
        })
        .max()
        .map(|(_, path)| path)
}

/// Remembers that rustup could not fetch the target, so that it is not asked on every run.
struct Memory {
    file: PathBuf,
    toolchain: String,
}

impl Memory {
    fn of(workspace: &Workspace) -> Memory {
        Memory {
            file: workspace.memory().join("rustup-cannot-fetch-wasm"),
            toolchain: version_of("rustc", workspace.root()).unwrap_or_default(),
        }
    }

    fn rustup_failed(&self) -> bool {
        fs::read_to_string(&self.file).is_ok_and(|toolchain| toolchain == self.toolchain)
    }

    fn remember_failure(&self) -> Result<()> {
        if let Some(folder) = self.file.parent() {
            fs::create_dir_all(folder)?;
        }
        Ok(fs::write(&self.file, &self.toolchain)?)
    }

    /// Nothing else worked either: the next run shall ask rustup again.
    fn forget_failure(&self) {
        let _ = fs::remove_file(&self.file);
    }
}
