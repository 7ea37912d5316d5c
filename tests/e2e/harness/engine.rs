//! The browsers that visits can be made with, each with its driver.

use fantoccini::wd::Capabilities;
use serde_json::json;
use std::env;
use std::path::PathBuf;
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// A browser engine. Another one is another variant: its programs, its capabilities, and what it
/// cannot do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Chromium,
}

/// A running WebDriver; it ends with this value.
pub struct Driver {
    pub address: String,
    _process: Child,
}

impl Engine {
    fn browser(self) -> PathBuf {
        match self {
            Engine::Chromium => {
                program("CHROME", &["chromium", "chromium-browser", "google-chrome"], "Chromium", "chromium")
            }
        }
    }

    fn driver(self) -> PathBuf {
        match self {
            Engine::Chromium => program("CHROMEDRIVER", &["chromedriver"], "its driver", "chromium-driver"),
        }
    }

    /// A fresh profile without anything that would call out by itself.
    pub fn capabilities(self) -> Capabilities {
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--lang=en-GB",
            "--window-size=1280,900",
        ];
        let wanted = json!({
            "goog:chromeOptions": { "binary": self.browser(), "args": arguments },
            "goog:loggingPrefs": { "browser": "ALL" },
            "timeouts": { "script": 20_000, "pageLoad": 20_000 },
        });
        match wanted {
            serde_json::Value::Object(map) => map,
            _ => unreachable!("it is written as an object"),
        }
    }

    /// Starts the driver on a port that it chooses.
    pub async fn start_driver(self) -> Driver {
        let program = self.driver();
        let mut process = Command::new(&program)
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("{} does not start: {error}", program.display()));
        let mut lines = BufReader::new(process.stdout.take().expect("it is piped")).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            if let Some((_, port)) = line.split_once("started successfully on port ") {
                let address = format!("http://127.0.0.1:{}", port.trim_end_matches('.'));
                // The pipe is read on, or a full one would stop the driver.
                tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
                return Driver { address, _process: process };
            }
        }
        panic!("{} ended before it said its port", program.display());
    }
}

/// A program by its variable, or by name on the path. Missing is a failure: a browser test that
/// does not run proves nothing.
fn program(variable: &str, names: &[&str], what: &str, package: &str) -> PathBuf {
    if let Some(path) = env::var_os(variable) {
        let path = PathBuf::from(path);
        assert!(
            path.is_file(),
            "{variable} names {}, which is no file: correct it, or apt-get install {package}",
            path.display()
        );
        return path;
    }
    let folders = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&folders)
        .flat_map(|folder| names.iter().map(move |name| folder.join(name)))
        .find(|path| path.is_file())
        .unwrap_or_else(|| panic!("{what} is missing: apt-get install {package}, or set {variable}"))
}
