//! Where things are.

use std::env;
use std::path::{Path, PathBuf};

/// The folders that every subcommand works in.
#[derive(Clone)]
pub struct Workspace {
    root: PathBuf,
}

impl Workspace {
    pub fn find() -> Workspace {
        // Cargo names the folder at run time; the compiled-in one serves a binary started by hand.
        let manifest = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let root = Path::new(&manifest).parent().expect("xtask is a folder of the repository").to_path_buf();
        Workspace { root }
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    pub fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// Cargo's target folder for native code.
    pub fn target(&self) -> PathBuf {
        match env::var_os("CARGO_TARGET_DIR") {
            Some(folder) => self.root.join(folder),
            None => self.root.join("target"),
        }
    }

    /// The target folder of the wasm modules, apart from the native one: another toolchain may write it.
    pub fn wasm_target(&self) -> PathBuf {
        self.path("target/wasm")
    }

    /// What one run remembers for the next.
    pub fn memory(&self) -> PathBuf {
        self.path("target/.prequal")
    }

    pub fn dist(&self) -> PathBuf {
        self.path("dist")
    }

    /// A program of this workspace, as `cargo build` leaves it.
    pub fn program(&self, name: &str) -> PathBuf {
        self.program_of("debug", name)
    }

    /// The same, as `cargo build --release` leaves it.
    pub fn release_program(&self, name: &str) -> PathBuf {
        self.program_of("release", name)
    }

    fn program_of(&self, profile: &str, name: &str) -> PathBuf {
        self.target().join(profile).join(format!("{name}{}", env::consts::EXE_SUFFIX))
    }

    /// `path` as a person reads it: relative to the repository where it lies inside.
    pub fn shown<'p>(&self, path: &'p Path) -> std::path::Display<'p> {
        path.strip_prefix(&self.root).unwrap_or(path).display()
    }
}
