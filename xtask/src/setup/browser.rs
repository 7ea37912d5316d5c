//! The browsers that the tests drive.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::ValueEnum;

use super::{Missing, debian};
use crate::fresh::{Inputs, Stage};
use crate::job;
use crate::screen::{Screen, Task};
use crate::workspace::Workspace;

/// An engine that the whole visits run in. Another one is another variant here and in
/// `tests/harness/src/engine.rs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Engine {
    Chromium,
    Firefox,
    Webkit,
}

struct Program {
    /// By which a person says where it is, and the tests learn what was found.
    variable: &'static str,
    names: &'static [&'static str],
    /// Debian's; nothing where it is built here.
    package: Option<&'static str>,
}

const CHROMIUM: [Program; 2] = [
    Program {
        variable: "CHROME",
        names: &["chromium", "chromium-browser", "google-chrome"],
        package: Some("chromium"),
    },
    Program { variable: "CHROMEDRIVER", names: &["chromedriver"], package: Some("chromium-driver") },
];
const FIREFOX: [Program; 2] = [
    Program { variable: "FIREFOX", names: &["firefox-esr", "firefox"], package: Some("firefox-esr") },
    Program { variable: "GECKODRIVER", names: &["geckodriver"], package: None },
];
/// The browser itself comes with its library, and its driver knows where.
const WEBKIT: [Program; 3] = [
    Program { variable: "WEBKITDRIVER", names: &["WebKitWebDriver"], package: Some("webkit2gtk-driver") },
    Program { variable: "XVFB", names: &["Xvfb"], package: Some("xvfb") },
    Program { variable: "XSETTINGSD", names: &["xsettingsd"], package: Some("xsettingsd") },
];

/// Firefox's driver, which Debian does not have.
const GECKODRIVER: &str = "0.37.1";

/// The variables by which the tests learn what was found.
pub type Found = Vec<(&'static str, PathBuf)>;

impl Engine {
    pub const ALL: [Engine; 3] = [Engine::Chromium, Engine::Firefox, Engine::Webkit];

    /// On the screen, in `PREQUAL_ENGINE`, and in the `cannot.json` of `tests/e2e` and `tests/faults`.
    pub fn name(self) -> &'static str {
        match self {
            Engine::Chromium => "chromium",
            Engine::Firefox => "firefox",
            Engine::Webkit => "webkit",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Engine::Chromium => "Chromium",
            Engine::Firefox => "Firefox",
            Engine::Webkit => "WebKitGTK",
        }
    }

    fn programs(self) -> &'static [Program] {
        match self {
            Engine::Chromium => &CHROMIUM,
            Engine::Firefox => &FIREFOX,
            Engine::Webkit => &WEBKIT,
        }
    }

    /// Finds its programs, or fetches them.
    pub fn find(self, screen: &Screen, workspace: &Workspace) -> Result<Found> {
        let task = screen.task("browser");
        let mut from = "";
        let lacks = |program: &&Program| program.locate(workspace).is_none();
        if self.programs().iter().any(|program| lacks(&program) && program.package.is_some()) {
            // All of them: a browser and its driver must be of one version.
            let packages: Vec<&str> = self.programs().iter().filter_map(|program| program.package).collect();
            debian::install(&task, &format!("{} with its driver", self.title()), &packages)?;
            from = ", from Debian";
        }
        if self.programs().iter().any(|program| lacks(&program) && program.package.is_none()) {
            build_geckodriver(&task, workspace)?;
            from = ", with its driver built";
        }
        let mut found = Found::new();
        for program in self.programs() {
            let Some(path) = program.locate(workspace) else {
                let remedy = format!("set {} to its program", program.variable);
                return Err(Missing::new(program.names[0], remedy).into());
            };
            found.push((program.variable, path));
        }
        let version = version_of(&found[0].1).unwrap_or_else(|| self.title().to_owned());
        task.done(format!("{version}{from}"));
        Ok(found)
    }
}

impl Program {
    fn locate(&self, workspace: &Workspace) -> Option<PathBuf> {
        if let Some(path) = env::var_os(self.variable) {
            return Some(PathBuf::from(path)).filter(|path| path.is_file());
        }
        let found = self.names.iter().find_map(|name| job::find_program(name));
        found.or_else(|| built(workspace).filter(|_| self.package.is_none()))
    }
}

fn geckodriver_folder(workspace: &Workspace) -> PathBuf {
    workspace.path("target/geckodriver")
}

/// The driver of an earlier run, if it is of this version.
fn built(workspace: &Workspace) -> Option<PathBuf> {
    let stage = geckodriver_stage(workspace);
    stage.is_fresh().then(|| geckodriver_program(workspace))
}

fn geckodriver_program(workspace: &Workspace) -> PathBuf {
    geckodriver_folder(workspace).join("bin").join(format!("geckodriver{}", env::consts::EXE_SUFFIX))
}

fn geckodriver_stage(workspace: &Workspace) -> Stage {
    Stage::new(workspace, "geckodriver", Inputs::new().text(GECKODRIVER), vec![geckodriver_program(workspace)])
}

/// Without optimisation: it hands on commands, and takes half as long to build.
fn build_geckodriver(task: &Task, workspace: &Workspace) -> Result<()> {
    task.note("cargo install geckodriver");
    let mut command = job::cargo(workspace.root());
    command
        .args(["install", "geckodriver", "--version", &format!("={GECKODRIVER}"), "--locked", "--debug", "--force"])
        .arg("--root")
        .arg(geckodriver_folder(workspace))
        // Built in a folder for the while, which no other build waits for.
        .env_remove("CARGO_TARGET_DIR");
    job::run(task, &mut command).map_err(|error| {
        let remedy = format!("put it on the PATH, or set GECKODRIVER; `cargo install` failed: {error}");
        Missing::new(format!("geckodriver {GECKODRIVER}"), remedy)
    })?;
    geckodriver_stage(workspace).record()
}

/// `Chromium 156.0.8078.79` of the longer line that the browser prints.
fn version_of(browser: &Path) -> Option<String> {
    let line = job::answer(job::command(browser, Path::new("/")).arg("--version"))?;
    let words: Vec<&str> = line.split_whitespace().collect();
    let number = words.iter().position(|word| word.starts_with(|first: char| first.is_ascii_digit()))?;
    Some(words[..=number].join(" "))
}
