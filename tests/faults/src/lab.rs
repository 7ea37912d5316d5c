//! One browser, and what a person and an ill fate do with it. It is used for many faults: each has an
//! origin of its own, and with it storage of its own.

use fantoccini::error::CmdError;
use fantoccini::wd::WindowHandle;
use fantoccini::{Client, Locator};
use prequal_harness::browser::Browser;
use prequal_harness::engine::{Engine, Guise};
use prequal_harness::process;
use serde_json::Value;
use std::cell::Cell;
use std::time::Duration;
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// Longest that a driver may take to see that a page has died.
const GRIEF: Duration = Duration::from_secs(5);

pub struct Lab {
    pub engine: Engine,
    pub browser: Browser,
    guise: Guise,
    /// An empty window, which stays when others die.
    home: WindowHandle,
    /// Whether the driver gave up with a page that was killed; Chromium's goes on.
    lost: Cell<bool>,
    _profile: Option<TempDir>,
}

impl Lab {
    pub async fn start(engine: Engine) -> Lab {
        let folder = tempfile::tempdir().expect("a folder for a profile");
        let profile = Some(folder.path().to_owned());
        Lab::start_as(engine, Guise { profile, private: false }, Some(folder)).await
    }

    pub async fn start_private(engine: Engine) -> Lab {
        Lab::start_as(engine, Guise { profile: None, private: true }, None).await
    }

    async fn start_as(engine: Engine, guise: Guise, folder: Option<TempDir>) -> Lab {
        let browser = Browser::start_as(engine, &guise).await;
        let home = browser.client.window().await.expect("a browser has a window");
        Lab { engine, browser, guise, home, lost: Cell::new(false), _profile: folder }
    }

    pub fn client(&self) -> &Client {
        &self.browser.client
    }

    /// Ends the browser; no process of it is left.
    pub async fn end(&self) {
        let all = process::under(self.browser.driver_process());
        let _ = timeout(GRIEF, self.browser.close()).await;
        process::kill(&all);
    }

    /// Kills the browser with everything that belongs to it.
    pub fn kill_browser(&self) {
        process::kill(&process::under(self.browser.driver_process()));
    }

    /// Starts the browser again, with the profile that it had.
    pub async fn restart(&mut self) {
        self.kill_browser();
        self.browser = Browser::start_as(self.engine, &self.guise).await;
        self.home = self.client().window().await.expect("a browser has a window");
        self.lost.set(false);
    }

    /// Kills the process of the page that hangs in a loop.
    pub async fn kill_hanging_page(&self) {
        let all = process::renderers(self.engine, self.browser.driver_process());
        process::kill(&[process::busiest(&all).await]);
        self.lost.set(self.engine != Engine::Chromium);
    }

    /// Kills the processes of all pages.
    pub fn kill_pages(&self) {
        process::kill(&process::renderers(self.engine, self.browser.driver_process()));
        self.lost.set(self.engine != Engine::Chromium);
    }

    /// A new tab, to which everything goes from now on.
    pub async fn open_tab(&self) -> WindowHandle {
        // From one that lives: another's page may hang.
        self.switch_to(&self.home).await;
        // A tab of WebKitGTK's browser stays hidden, and loads nothing that waits to be seen.
        let tab = self.client().new_window(self.engine != Engine::WebKit).await.expect("a tab can be opened").handle;
        self.switch_to(&tab).await;
        tab
    }

    pub async fn switch_to(&self, tab: &WindowHandle) {
        self.client().switch_to_window(tab.clone()).await.expect("the tab is there");
    }

    /// Closes the present tab, wherever it is.
    pub async fn close_tab(&self) {
        let _ = timeout(GRIEF, self.client().close_window()).await;
    }

    /// Closes all tabs; a browser that has lost its senses is started again.
    pub async fn tidy(&mut self) {
        if self.lost.get() {
            return self.restart().await;
        }
        let tidied = timeout(GRIEF * 3, async {
            for tab in self.client().windows().await? {
                if tab != self.home {
                    let _ = timeout(GRIEF, self.client().switch_to_window(tab)).await;
                    self.close_tab().await;
                }
            }
            self.client().switch_to_window(self.home.clone()).await?;
            self.client().execute("return 1", Vec::new()).await.map(|_| ())
        });
        let ended: Result<Result<(), CmdError>, _> = tidied.await;
        if !matches!(ended, Ok(Ok(()))) {
            self.restart().await;
        }
    }

    pub async fn go(&self, address: &str) {
        self.client().goto(address).await.unwrap_or_else(|error| panic!("{address}: {error}"));
    }

    /// A script's expression over `root`, the widget's shadow root.
    pub async fn ask(&self, expression: &str) -> Value {
        let script = format!("const root = document.querySelector('prequal-chat')?.shadowRoot; return {expression}");
        self.browser.js(&script).await
    }

    pub async fn wait(&self, expression: &str) {
        prequal_harness::wait_until(expression, async || {
            self.ask(&format!("!!({expression})")).await == Value::Bool(true)
        })
        .await;
    }

    pub async fn wait_for_delivery(&self, key: &str) {
        self.wait(&format!("root.querySelector('[part~=panel]').dataset.delivery === '{key}'")).await;
    }

    /// Clicks as a person does what a selector names in the widget.
    pub async fn click(&self, selector: &str) {
        click(self.client(), selector).await.unwrap_or_else(|error| panic!("{selector}: {error}"));
    }

    /// The same, for a click in which the page hangs or dies.
    pub fn click_meanwhile(&self, selector: &'static str) -> JoinHandle<Result<(), CmdError>> {
        let client = self.client().clone();
        tokio::spawn(async move { click(&client, selector).await })
    }

    /// Waits until the driver has understood that the page of a click is no more.
    pub async fn mourn(&self, click: JoinHandle<Result<(), CmdError>>) {
        if !self.lost.get() {
            let _ = timeout(GRIEF, click).await;
        }
    }

    /// Types as a person does.
    pub async fn type_into_field(&self, text: &str) {
        let root = self.client().find(Locator::Css("prequal-chat")).await.expect("the widget is on the page");
        let root = root.shadow_root().await.expect("the widget has a shadow root");
        let field = root.find(Locator::Css("#field")).await.expect("a field to type in");
        field.send_keys(text).await.expect("the field takes keys");
    }
}

async fn click(client: &Client, selector: &str) -> Result<(), CmdError> {
    let root = client.find(Locator::Css("prequal-chat")).await?.shadow_root().await?;
    root.find(Locator::Css(selector)).await?.click().await
}
