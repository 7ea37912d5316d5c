//! The browsers that the tests drive.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::{Missing, debian};
use crate::job;
use crate::screen::Screen;

/// One engine: where its program and its WebDriver are looked for, and the packages that bring them.
struct Engine {
    name: &'static str,
    browser: Program,
    driver: Program,
    packages: &'static [&'static str],
}

struct Program {
    variable: &'static str,
    names: &'static [&'static str],
}

/// Another engine is another entry here.
const ENGINES: [Engine; 1] = [Engine {
    name: "Chromium",
    browser: Program { variable: "CHROME", names: &["chromium", "chromium-browser", "google-chrome"] },
    driver: Program { variable: "CHROMEDRIVER", names: &["chromedriver"] },
    packages: &["chromium", "chromium-driver"],
}];

/// The variables by which the tests learn what was found.
pub type Found = Vec<(&'static str, PathBuf)>;

pub fn find(screen: &Screen) -> Result<Found> {
    let mut found = Found::new();
    for engine in &ENGINES {
        let task = screen.task("browser");
        let mut from = "";
        if engine.locate().is_none() {
            let what = format!("{} with its driver", engine.name);
            debian::install(&task, &what, engine.packages)?;
            from = ", from Debian";
        }
        let Some(both) = engine.locate() else {
            let remedy = format!("set {} and {} to their programs", engine.browser.variable, engine.driver.variable);
            return Err(Missing::new(engine.name, remedy).into());
        };
        let version = version_of(&both[0].1).unwrap_or_else(|| engine.name.to_owned());
        found.extend(both);
        task.done(format!("{version}{from}"));
    }
    Ok(found)
}

impl Engine {
    fn locate(&self) -> Option<[(&'static str, PathBuf); 2]> {
        Some([(self.browser.variable, self.browser.locate()?), (self.driver.variable, self.driver.locate()?)])
    }
}

impl Program {
    fn locate(&self) -> Option<PathBuf> {
        match env::var_os(self.variable) {
            Some(path) => Some(PathBuf::from(path)).filter(|path| path.is_file()),
            None => self.names.iter().find_map(|name| job::find_program(name)),
        }
    }
}

/// `Chromium 156.0.8078.79` of the longer line that the browser prints.
fn version_of(browser: &Path) -> Option<String> {
    let line = job::answer(job::command(browser, Path::new("/")).arg("--version"))?;
    let words: Vec<&str> = line.split_whitespace().collect();
    let number = words.iter().position(|word| word.starts_with(|first: char| first.is_ascii_digit()))?;
    Some(words[..=number].join(" "))
}
