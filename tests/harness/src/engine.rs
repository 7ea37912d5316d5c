//! The browsers that visits can be made with: what each is asked for, and what it cannot do.

use super::browser::Browser;
use super::driver::Driver;
use super::root;
use fantoccini::wd::Capabilities;
use serde_json::{Value, json};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use tokio::sync::OnceCell;

/// How a browser is started where it is not the usual way.
#[derive(Clone, Debug, Default)]
pub struct Guise {
    /// A folder that outlives the browser.
    pub profile: Option<PathBuf>,
    /// A window that forgets.
    pub private: bool,
}

/// A browser engine. Another one is another variant: its programs, its capabilities, how it is looked at
/// (`Browser::look`), and in `tests/e2e/cannot.json` the tests that its driver cannot run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Chromium,
    Firefox,
    WebKit,
}

impl Engine {
    /// The engine of this run by its name in `PREQUAL_ENGINE`.
    pub fn chosen() -> Engine {
        match env::var("PREQUAL_ENGINE").as_deref() {
            Err(_) | Ok("" | "chromium") => Engine::Chromium,
            Ok("firefox") => Engine::Firefox,
            Ok("webkit") => Engine::WebKit,
            Ok(other) => panic!("PREQUAL_ENGINE is {other}; it can be chromium, firefox or webkit"),
        }
    }

    /// Whether its driver tells what scripts write on the console, and lets a script run before those of
    /// a page. For the others the site's proxy puts a recorder into each page.
    pub fn tells_console(self) -> bool {
        self == Engine::Chromium
    }

    /// Whether one browser serves visit after visit. Where it does not, a start costs next to nothing, and a second
    /// tab would stay hidden.
    pub fn shares(self) -> bool {
        self != Engine::WebKit
    }

    fn browser(self) -> PathBuf {
        match self {
            Engine::Chromium => {
                program("CHROME", &["chromium", "chromium-browser", "google-chrome"], "Chromium", "chromium")
            }
            Engine::Firefox => program("FIREFOX", &["firefox-esr", "firefox"], "Firefox", "firefox-esr"),
            Engine::WebKit => unreachable!("its driver knows the browser that it was built with"),
        }
    }

    /// Starts the driver on a free port.
    pub async fn start_driver(self, guise: &Guise) -> Driver {
        match self {
            Engine::Chromium => {
                let driver = program("CHROMEDRIVER", &["chromedriver"], "Chromium's driver", "chromium-driver");
                Driver::start(driver, &["--port=0"], "started successfully on port ").await
            }
            Engine::Firefox => {
                let how = "geckodriver by `cargo install geckodriver`, or Debian's where it has one:";
                let driver = program("GECKODRIVER", &["geckodriver"], how, "geckodriver");
                // Its own windows are where the size and the colour scheme of a page are set.
                let arguments = ["--port=0", "--websocket-port=0", "--allow-system-access"];
                Driver::start(driver, &arguments, "Listening on 127.0.0.1:").await
            }
            Engine::WebKit => {
                let driver = program("WEBKITDRIVER", &["WebKitWebDriver"], "WebKitGTK's driver", "webkit2gtk-driver");
                let screen = program("XVFB", &["Xvfb"], "a screen without a monitor", "xvfb");
                let settings = program("XSETTINGSD", &["xsettingsd"], "the desktop's settings", "xsettingsd");
                Driver::start_on_screen(driver, screen, settings, guise.profile.as_deref()).await
            }
        }
    }

    /// A profile without anything that would call out by itself, a fresh one unless the guise names it.
    pub fn capabilities(self, home: &Path, guise: &Guise) -> Capabilities {
        let mut wanted = match self {
            Engine::Chromium => self.chromium(guise),
            Engine::Firefox => self.firefox(home, guise),
            // Without an entry the driver starts the browser of its own package.
            Engine::WebKit => json!({}),
        };
        wanted["timeouts"] = json!({ "script": 20_000, "pageLoad": 20_000 });
        match wanted {
            Value::Object(map) => map,
            _ => unreachable!("it is written as an object"),
        }
    }

    fn chromium(self, guise: &Guise) -> Value {
        let mut arguments = vec![
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
            // Parts of its own window that no visit sees, each a page to load.
            "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup",
        ];
        let profile = guise.profile.as_ref().map(|folder| format!("--user-data-dir={}", folder.display()));
        arguments.extend(profile.as_deref());
        arguments.extend(guise.private.then_some("--incognito"));
        json!({
            "goog:chromeOptions": { "binary": self.browser(), "args": arguments },
            "goog:loggingPrefs": { "browser": "ALL" },
        })
    }

    fn firefox(self, home: &Path, guise: &Guise) -> Value {
        let mut preferences = json!({
            "ui.prefersReducedMotion": 1,
            // As on phones, and as the other engines have them.
            "ui.useOverlayScrollbars": 1,
            "intl.accept_languages": "en-GB",
            // What is downloaded goes with the home.
            "browser.download.folderList": 2,
            "browser.download.dir": home,
            "browser.download.alwaysOpenPanel": false,
            "browser.privatebrowsing.autostart": guise.private,
            // What one visit writes into a form is not offered to the next.
            "browser.formfill.enable": false,
            // Pages that nobody visits are not prepared.
            "browser.newtab.preload": false,
            "dom.ipc.processPrelaunch.enabled": false,
        });
        // Larger than any page that is looked at in it.
        let mut arguments = vec![json!("-headless"), json!("-width"), json!("1400"), json!("-height"), json!("1100")];
        if guise.profile.is_some() {
            // What outlives a browser is where pages die: each tab of a site by itself.
            preferences["dom.ipc.processCount.webCOOP+COEP"] = json!(8);
        }
        let warm = home.join(WARM);
        if let Some(folder) = guise.profile.as_ref().or_else(|| warm.is_dir().then_some(&warm)) {
            arguments.extend([json!("-profile"), json!(folder)]);
        }
        json!({ "moz:firefoxOptions": { "binary": self.browser(), "args": arguments, "prefs": preferences } })
    }
}

/// A folder of a browser's home: a profile that has what Firefox works out at its first start.
const WARM: &str = "warm";

/// Brings what Firefox works out at its first start into a home, where it would be half of each start. The first
/// browser of a test run finds it out for all others.
pub async fn warm(home: &Path) {
    static FOUND: OnceCell<PathBuf> = OnceCell::const_new();
    let found = async || {
        let profile = root().join("target/tmp/firefox");
        let _ = fs::remove_dir_all(&profile);
        fs::create_dir_all(&profile).expect("a folder for a profile");
        let guise = Guise { profile: Some(profile.clone()), private: false };
        // It is written as the browser ends.
        Box::pin(Browser::start_as(Engine::Firefox, &guise)).await.close().await;
        profile
    };
    let found = FOUND.get_or_init(found).await;
    let profile = home.join(WARM);
    fs::create_dir(&profile).expect("a folder for a profile");
    crate::copy(&found.join("startupCache"), &profile.join("startupCache"));
    for file in ["compatibility.ini", "addonStartup.json.lz4", "extensions.json"] {
        fs::copy(found.join(file), profile.join(file)).expect("Firefox keeps what it found out");
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
