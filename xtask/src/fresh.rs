//! Whether a stage has anything to do: a digest of all that goes in and of all that came out.
//!
//! Contents count, not times: a fresh clone, a switched branch or a restored cache give the right answer.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::workspace::Workspace;

/// Collects what a stage depends on.
pub struct Inputs(Sha256);

impl Inputs {
    pub fn new() -> Inputs {
        Inputs(Sha256::new())
    }

    pub fn text(mut self, text: &str) -> Inputs {
        self.part(text.as_bytes());
        self
    }

    /// A file's bytes; a file that is not there counts as such.
    pub fn file(mut self, path: &Path) -> Result<Inputs> {
        match fs::read(path) {
            Ok(bytes) => self.part(&bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => self.part(b"no such file"),
            Err(error) => {
                return Err(error).with_context(|| format!("cannot read {}", path.display()));
            }
        }
        Ok(self)
    }

    /// Every file below a folder, with its place.
    pub fn folder(mut self, folder: &Path) -> Result<Inputs> {
        for path in files_below(folder)? {
            let place = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy();
            self.part(place.as_bytes());
            self = self.file(&path)?;
        }
        Ok(self)
    }

    fn part(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }

    fn digest(self) -> String {
        hex(&self.0.finalize())
    }
}

/// A named stage, with the files it writes.
pub struct Stage {
    record: PathBuf,
    inputs: String,
    outputs: Vec<PathBuf>,
}

impl Stage {
    pub fn new(workspace: &Workspace, name: &str, inputs: Inputs, outputs: Vec<PathBuf>) -> Stage {
        Stage { record: workspace.memory().join(name), inputs: inputs.digest(), outputs }
    }

    /// Both sides are as the last run left them.
    pub fn is_fresh(&self) -> bool {
        let Ok(recorded) = fs::read_to_string(&self.record) else {
            return false;
        };
        self.outputs.iter().all(|path| path.exists()) && self.state().is_ok_and(|state| state == recorded)
    }

    /// To be called when the outputs are in place.
    pub fn record(&self) -> Result<()> {
        if let Some(folder) = self.record.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&self.record, self.state()?).with_context(|| format!("cannot write {}", self.record.display()))
    }

    fn state(&self) -> Result<String> {
        let mut outputs = Inputs::new();
        for path in &self.outputs {
            outputs = if path.is_dir() { outputs.folder(path)? } else { outputs.file(path)? };
        }
        Ok(format!("in {}\nout {}\n", self.inputs, outputs.digest()))
    }
}

/// All files below a folder in a steady order; none if there is no such folder.
pub fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scratch(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("prequal-xtask-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    fn stage(folder: &Path) -> Stage {
        let inputs = Inputs::new().text("1").folder(&folder.join("in")).unwrap();
        Stage { record: folder.join("record"), inputs: inputs.digest(), outputs: vec![folder.join("out")] }
    }

    #[test]
    fn fresh_until_an_input_or_an_output_changes() {
        let folder = scratch("fresh");
        fs::create_dir_all(folder.join("in")).unwrap();
        fs::write(folder.join("in/a"), "a").unwrap();
        assert!(!stage(&folder).is_fresh(), "never recorded");

        fs::write(folder.join("out"), "built").unwrap();
        stage(&folder).record().unwrap();
        assert!(stage(&folder).is_fresh());

        fs::write(folder.join("in/a"), "b").unwrap();
        assert!(!stage(&folder).is_fresh(), "another input");
        fs::write(folder.join("in/a"), "a").unwrap();
        assert!(stage(&folder).is_fresh(), "contents count, not times");

        fs::rename(folder.join("in/a"), folder.join("in/b")).unwrap();
        assert!(!stage(&folder).is_fresh(), "a file with another name");
        fs::rename(folder.join("in/b"), folder.join("in/a")).unwrap();

        fs::write(folder.join("out"), "edited by hand").unwrap();
        assert!(!stage(&folder).is_fresh(), "another output");
        fs::remove_file(folder.join("out")).unwrap();
        assert!(!stage(&folder).is_fresh(), "no output");
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn parts_do_not_run_together() {
        let joined = Inputs::new().text("ab").text("c").digest();
        let apart = Inputs::new().text("a").text("bc").digest();
        assert_ne!(joined, apart);
    }
}
