//! A browser window, and a visitor's hands: clicks and keys that the page sees as a person's.

use super::driver::Driver;
use super::engine::{self, Engine, Guise};
use super::{LOOK_AGAIN, PATIENCE, process, recorder};
use fantoccini::actions::{InputSource, KeyAction, KeyActions, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};
use fantoccini::elements::Element;
use fantoccini::error::{CmdError, ErrorStatus};
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

/// Keys without a character (W3C WebDriver, 17.4.2).
pub mod key {
    pub const TAB: char = '\u{e004}';
    pub const ENTER: char = '\u{e007}';
    pub const ESCAPE: char = '\u{e00c}';
    pub const SPACE: char = ' ';
    pub const RIGHT: char = '\u{e014}';
    pub const LEFT: char = '\u{e012}';
    pub const DOWN: char = '\u{e015}';
    pub const UP: char = '\u{e013}';
    pub const HOME: char = '\u{e011}';
    pub const END: char = '\u{e010}';
}

/// How the page is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    pub width: u32,
    pub height: u32,
    pub dark: bool,
}

pub const DESKTOP: Look = Look { width: 1280, height: 900, dark: false };

pub struct Browser {
    pub client: Client,
    /// How many visits it served.
    pub visits: usize,
    engine: Engine,
    /// Lines of the console so far; the driver tells each only once.
    console: Mutex<Vec<String>>,
    driver: Driver,
}

/// A command of the browser's own beside the standard.
#[derive(Debug)]
struct Vendor {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Vendor {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.body.to_string()))
    }
}

impl Browser {
    pub async fn start(engine: Engine) -> Browser {
        Browser::start_as(engine, &Guise::default()).await
    }

    pub async fn start_as(engine: Engine, guise: &Guise) -> Browser {
        let driver = engine.start_driver(guise).await;
        if engine == Engine::Firefox && guise.profile.is_none() {
            engine::warm(driver.home.path()).await;
        }
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(engine.capabilities(driver.home.path(), guise))
            .connect(&driver.address)
            .await
            .expect("the browser starts");
        let browser = Browser { client, visits: 0, engine, console: Mutex::default(), driver };
        if engine == Engine::Chromium {
            browser.listen_for_errors().await;
            browser.refuse_downloads().await;
        }
        browser
    }

    /// Leaves a visit behind: its tabs, its cookies, what it said. What a site stored and what was cached of it are
    /// its origin's, and every visit has origins of its own.
    pub async fn begin_anew(&self) -> Result<(), CmdError> {
        let left = self.client.windows().await?;
        let fresh = self.client.new_window(true).await?.handle;
        self.forget_cookies().await?;
        for window in left {
            self.client.switch_to_window(window).await?;
            self.client.close_window().await?;
        }
        self.client.switch_to_window(fresh).await?;
        if self.engine == Engine::Chromium {
            self.listen_for_errors().await;
            self.refuse_downloads().await;
            self.devtools("Page.bringToFront", json!({})).await;
            self.hear().await;
        }
        self.said().clear();
        Ok(())
    }

    async fn forget_cookies(&self) -> Result<(), CmdError> {
        match self.engine {
            Engine::Chromium => drop(self.devtools("Storage.clearCookies", json!({})).await),
            Engine::Firefox => drop(self.in_window("Services.cookies.removeAll();", Vec::new()).await),
            Engine::WebKit => self.client.delete_all_cookies().await?,
        }
        Ok(())
    }

    /// Runs a script in Firefox's own window, not in the page.
    async fn in_window(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.vendor("moz/context", json!({ "context": "chrome" })).await;
        let said = self.client.execute(script, arguments).await.expect("the window can be changed");
        self.vendor("moz/context", json!({ "context": "content" })).await;
        said
    }

    /// Ends the browser; without it a failed test would leave one running.
    pub async fn close(&self) {
        // A page that hangs holds its browser, and a driver waits for that without end.
        if tokio::time::timeout(PATIENCE, self.client.clone().close()).await.is_err() {
            process::kill(&process::under(self.driver_process()));
        }
    }

    /// The number of the driver's process, under which the browser's stand.
    pub fn driver_process(&self) -> u32 {
        self.driver.process.id().expect("the driver runs as long as this value")
    }

    async fn vendor(&self, path: &'static str, body: Value) -> Value {
        let sent = self.client.issue_cmd(Vendor { path, body }).await;
        sent.unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// A command to Chromium's own tools.
    pub async fn devtools(&self, command: &str, parameters: Value) -> Value {
        self.vendor("goog/cdp/execute", json!({ "cmd": command, "params": parameters })).await
    }

    /// Clicked downloads are refused: what counts is the click, and no file is to be left behind.
    async fn refuse_downloads(&self) {
        self.devtools("Browser.setDownloadBehavior", json!({ "behavior": "deny" })).await;
    }

    /// From now on every page notes what reaches its window as an error.
    async fn listen_for_errors(&self) {
        self.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": recorder::ERRORS })).await;
    }

    /// What reached the window as an error or as a rejection that nobody handled.
    pub async fn errors(&self) -> Vec<String> {
        let script = if self.engine.tells_console() { "return heardErrors" } else { &recorder::errors() };
        texts(&self.js(script).await)
    }

    /// Shows the page in this size and these colours, without motion.
    pub async fn look(&self, look: Look) {
        match self.engine {
            Engine::Chromium => self.look_in_chromium(look).await,
            Engine::Firefox => self.look_in_firefox(look).await,
            Engine::WebKit => self.look_in_webkit(look).await,
        }
    }

    /// Until the window, which is another program's, shows the page so.
    async fn wait_for_look(&self, Look { width, height, dark }: Look) {
        self.wait(&format!(
            "innerWidth === {width} && innerHeight === {height} && matchMedia('(prefers-color-scheme: dark)').matches === {dark}
                && matchMedia('(prefers-reduced-motion: reduce)').matches"
        ))
        .await;
    }

    async fn look_in_chromium(&self, look: Look) {
        let size =
            json!({ "width": look.width, "height": look.height, "deviceScaleFactor": 1, "mobile": look.width < 600 });
        self.devtools("Emulation.setDeviceMetricsOverride", size).await;
        let scheme = if look.dark { "dark" } else { "light" };
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }, { "name": "prefers-reduced-motion", "value": "reduce" }]);
        self.devtools("Emulation.setEmulatedMedia", json!({ "features": features })).await;
    }

    /// Firefox has no window as narrow as a phone, but can give the page a part of it.
    async fn look_in_firefox(&self, look: Look) {
        let script = "const [width, height, dark] = arguments;
            const { style } = gBrowser.selectedBrowser;
            for (const [side, length] of Object.entries({ width, height })) {
                for (const limit of ['min-', 'max-']) style.setProperty(limit + side, length + 'px');
            }
            Services.prefs.setIntPref('layout.css.prefers-color-scheme.content-override', dark ? 0 : 1);";
        self.in_window(script, vec![json!(look.width), json!(look.height), json!(look.dark)]).await;
        self.wait_for_look(look).await;
    }

    /// WebKitGTK shows the page as its desktop is set, in a window with a toolbar.
    async fn look_in_webkit(&self, look: Look) {
        self.driver.screen.as_ref().expect("WebKitGTK runs on a screen").be_dark(look.dark).await;
        let toolbar = self.js("return outerHeight - innerHeight").await.as_u64().expect("a height");
        let height = look.height + u32::try_from(toolbar).expect("a toolbar's height");
        self.client.set_window_size(look.width, height).await.expect("the window can be changed");
        self.wait_for_look(look).await;
    }

    pub async fn go(&self, url: &str) {
        self.hear().await;
        self.client.goto(url).await.unwrap_or_else(|error| panic!("{url}: {error}"));
    }

    pub async fn reload(&self) {
        self.hear().await;
        self.client.refresh().await.expect("the page loads again");
    }

    /// Runs a script that looks; acting is for clicks and keys.
    pub async fn js(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.unwrap_or_else(|error| panic!("{error}\n{script}"))
    }

    /// Runs the body of an async function.
    pub async fn js_async(&self, body: &str) -> Value {
        let script = format!(
            "const done = arguments[arguments.length - 1]; (async () => {{ {body} }})().then(done, (e) => done('failed: ' + e));"
        );
        let value =
            self.client.execute_async(&script, Vec::new()).await.unwrap_or_else(|error| panic!("{error}\n{body}"));
        assert!(!value.as_str().is_some_and(|text| text.starts_with("failed: ")), "{value}\n{body}");
        value
    }

    /// Waits until a script's expression is true.
    pub async fn wait(&self, expression: &str) {
        let script = format!("return !!({expression})");
        super::wait_until(expression, async || self.js(&script).await == Value::Bool(true)).await;
    }

    /// Says to the page what a browser says when its network is back.
    pub async fn come_online(&self) {
        self.js("dispatchEvent(new Event('online'))").await;
    }

    /// Presses and lets go of each key in turn, wherever the focus is.
    pub async fn press(&self, keys: &[char]) {
        let actions = keys.iter().fold(KeyActions::new("keys".into()), |actions, key| {
            actions.then(KeyAction::Down { value: *key }).then(KeyAction::Up { value: *key })
        });
        self.client.perform_actions(actions).await.expect("keys can be pressed");
    }

    /// Holds a key down while it repeats.
    pub async fn hold(&self, key: char, repeats: usize) {
        let mut actions = KeyActions::new("keys".into());
        for _ in 0..repeats {
            actions = actions.then(KeyAction::Down { value: key }).pause(Duration::from_millis(15));
        }
        self.client.perform_actions(actions.then(KeyAction::Up { value: key })).await.expect("a key can be held");
    }

    pub async fn type_text(&self, text: &str) {
        self.press(&text.chars().collect::<Vec<_>>()).await;
    }

    /// Clicks what a selector names on the page itself.
    pub async fn click(&self, selector: &str) {
        patiently(selector, async || self.client.find(Locator::Css(selector)).await?.click().await).await;
    }

    /// Moves the pointer onto an element and presses this many times in quick succession.
    pub async fn point_at(&self, element: Element, clicks: usize) {
        let to = PointerAction::MoveToElement { element, duration: None, x: 0.0, y: 0.0 };
        let mut actions = MouseActions::new("mouse".into()).then(to);
        for _ in 0..clicks {
            actions = actions
                .then(PointerAction::Down { button: MOUSE_BUTTON_LEFT })
                .then(PointerAction::Up { button: MOUSE_BUTTON_LEFT });
        }
        self.client.perform_actions(actions).await.expect("the pointer can be moved");
    }

    pub async fn screenshot(&self) -> Vec<u8> {
        self.client.screenshot().await.expect("the page can be photographed")
    }

    /// What scripts wrote on the console so far, whatever its level.
    pub async fn console(&self) -> Vec<String> {
        self.hear().await;
        self.said().clone()
    }

    fn said(&self) -> MutexGuard<'_, Vec<String>> {
        self.console.lock().expect("nobody fails with it in hand")
    }

    /// Takes over what was said since the last time; a recorder's lines would go with its page.
    async fn hear(&self) {
        let heard = if self.engine.tells_console() {
            let lines = self.vendor("se/log", json!({ "type": "browser" })).await;
            let lines = lines.as_array().into_iter().flatten().filter(|line| line["source"] == "console-api");
            lines.map(said).collect()
        } else {
            texts(&self.js(&recorder::take_lines()).await)
        };
        self.said().extend(heard);
    }
}

/// The text in Chromium's `<address> <line>:<column> "<text>"`.
fn said(line: &Value) -> String {
    let message = text(&line["message"]);
    let written = message.find('"').and_then(|at| serde_json::from_str(&message[at..]).ok());
    written.unwrap_or(message)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Does with an element what can be done once it is there and still: what the page draws anew in between is
/// looked for again.
pub async fn patiently<T>(selector: &str, act: impl AsyncFn() -> Result<T, CmdError>) -> T {
    let begun = Instant::now();
    loop {
        match act().await {
            Ok(done) => return done,
            Err(error) if may_pass(&error) && begun.elapsed() < PATIENCE => tokio::time::sleep(LOOK_AGAIN).await,
            Err(error) => panic!("{selector}: {error}"),
        }
    }
}

fn may_pass(error: &CmdError) -> bool {
    use ErrorStatus::{
        DetachedShadowRoot, ElementClickIntercepted, ElementNotInteractable, NoSuchElement, NoSuchShadowRoot,
        StaleElementReference,
    };
    let CmdError::Standard(told) = error else { return false };
    let passing = [
        DetachedShadowRoot,
        ElementClickIntercepted,
        ElementNotInteractable,
        NoSuchElement,
        NoSuchShadowRoot,
        StaleElementReference,
    ];
    passing.contains(&told.error)
}

/// The texts in a list.
pub fn texts(value: &Value) -> Vec<String> {
    value.as_array().map(|list| list.iter().map(text).collect()).unwrap_or_default()
}
