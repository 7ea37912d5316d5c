//! One visit: a browser, the demo site, a real receiver with a database of its own, and a network
//! between them that can fail.
#![forbid(unsafe_code)]

pub mod browser;
pub mod chat;
mod driver;
pub mod engine;
pub mod native;
mod page;
pub mod process;
pub mod proxy;
mod recorder;
mod shared;

use browser::{Browser, DESKTOP, Look};
use chat::Chat;
use engine::Engine;
use futures_util::FutureExt;
use prequal::flow::{self, Checked};
use prequal::json::Numbers;
use prequal::lead::Lead;
use prequal_demo_site::Options;
pub use prequal_demo_site::Post;
use prequal_receiver::{Config, Receiver};
use proxy::Proxy;
use sqlx::Connection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use std::collections::BTreeSet;
use std::fs;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::sync::{Mutex, RwLock};

/// Longest that one test may take.
const LIMIT: Duration = Duration::from_secs(120);
/// Longest that a page may take to do what it should.
const PATIENCE: Duration = Duration::from_secs(15);
/// How long until a page is looked at again that has not done yet what it should.
const LOOK_AGAIN: Duration = Duration::from_millis(20);
/// How long nothing must happen before it is believed that nothing will.
pub const QUIET: Duration = Duration::from_millis(700);

/// How a visit differs from the usual one.
pub struct Setup {
    /// The policy of pages; the site's own where absent.
    pub csp: Option<&'static str>,
    /// Stands in for the demo flow.
    pub flow: Option<Vec<u8>>,
    /// The file in `demo/` that the visit's flow stands in, where nothing stands in for it.
    pub flow_file: &'static str,
    /// Files that the site lacks, such as `dist/prequal-face.wasm` or `demo/prequal.json`.
    pub without: &'static [&'static str],
    /// Pages that the site has beside its own: path in `demo/` and text.
    pub pages: &'static [(&'static str, &'static str)],
    /// Stands in for the receiver's origin in pages.
    pub receiver_origin: Option<&'static str>,
    /// Whether browsers may keep pages, to come back to.
    pub kept: bool,
    pub look: Look,
    /// The language that the visitor is spoken to in, where it is not the flow's own.
    pub locale: &'static str,
    /// What is measured would come out otherwise with another visit beside it, or in a browser that had one before.
    pub alone: bool,
}

impl Default for Setup {
    fn default() -> Self {
        Setup {
            csp: None,
            flow: None,
            flow_file: "prequal.json",
            without: &[],
            pages: &[],
            receiver_origin: None,
            kept: false,
            look: DESKTOP,
            locale: "",
            alone: false,
        }
    }
}

impl Setup {
    pub fn flow(flow: impl Into<Vec<u8>>) -> Setup {
        Setup { flow: Some(flow.into()), ..Setup::default() }
    }
}

pub struct World {
    pub browser: Browser,
    /// Between the browser and the site.
    pub site: Proxy,
    /// Between the browser and the receiver.
    pub endpoint: Proxy,
    /// The flow that the site serves, as the visitor reads it, or the demo's where that one is broken.
    pub flow: Checked,
    posts: Mutex<UnboundedReceiver<Post>>,
    database: PathBuf,
    _folder: TempDir,
}

/// Who measures has the machine to itself; all others share it.
static MACHINE: RwLock<()> = RwLock::const_new(());

/// Runs a test with a world of its own, and clears the world away however the test ends.
pub async fn visit(setup: Setup, test: impl AsyncFnOnce(&World)) {
    let (_measuring, _sharing);
    if setup.alone {
        _measuring = MACHINE.write().await;
    } else {
        _sharing = MACHINE.read().await;
    }
    let engine = Engine::chosen();
    let shares = engine.shares() && !setup.alone;
    let browser = if shares { shared::take(engine).await } else { Browser::start(engine).await };
    let (world, receiver) = World::start(setup, engine, browser).await;
    let work = AssertUnwindSafe(tokio::time::timeout(LIMIT, test(&world))).catch_unwind();
    let ended = work.await;
    match &ended {
        Ok(Ok(())) if shares => shared::give_back(world.browser).await,
        _ => world.browser.close().await,
    }
    receiver.stop().await;
    match ended {
        Ok(in_time) => in_time.expect("the test took too long"),
        Err(panic) => resume_unwind(panic),
    }
}

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

impl World {
    async fn start(setup: Setup, engine: Engine, browser: Browser) -> (World, Receiver) {
        let folder = tempfile::tempdir().expect("a folder for the database");
        let demo = root().join("www/demo");
        let dist = root().join("dist");
        assert!(dist.join("prequal.js").is_file(), "dist/ is not built: run cargo xtask dist");
        let (demo, dist) = if setup.without.is_empty() && setup.pages.is_empty() {
            (demo, dist)
        } else {
            let copies = (folder.path().join("demo"), folder.path().join("dist"));
            copy(&demo, &copies.0);
            copy(&dist, &copies.1);
            for path in setup.without {
                fs::remove_file(folder.path().join(path)).expect("what is left out is there");
            }
            for (path, text) in setup.pages {
                let page = copies.0.join(path);
                fs::create_dir_all(page.parent().expect("it stands in a folder")).expect("a folder");
                fs::write(page, text).expect("a page");
            }
            copies
        };

        let written = root().join("www/demo").join(setup.flow_file);
        let flow = setup.flow.clone().unwrap_or_else(|| fs::read(&written).expect("the demo flow"));
        let published = folder.path().join("flow.json");
        // A broken flow is nothing that a receiver would publish.
        let flow = flow::load_in(&flow, Numbers::NATIVE, setup.locale)
            .ok()
            .inspect(|_| fs::write(&published, &flow).expect("a flow to publish"));
        let flow = flow.unwrap_or_else(|| {
            fs::copy(&written, &published).expect("a flow to publish");
            prequal::flow::load(&fs::read(&written).expect("the demo flow")).expect("the demo flow is good")
        });

        let (site_socket, site_address) = socket().await;
        let site = match engine.tells_console() {
            true => Proxy::start(site_address).await,
            false => Proxy::start_recording(site_address).await,
        };
        let (receiver_socket, receiver_address) = socket().await;
        let endpoint = Proxy::start(receiver_address).await;
        let database = folder.path().join("leads.sqlite");
        let origin = site.origin().parse().expect("an origin as browsers write it");
        let config = Config::new(&database, published).allow_origin(origin);
        let receiver = Receiver::start(receiver_socket, config).await.expect("the receiver starts");

        let (sender, posts) = unbounded_channel();
        let options = Options {
            demo_dir: demo,
            dist_dir: dist,
            receiver_origin: setup.receiver_origin.map_or_else(|| endpoint.origin(), str::to_owned),
            csp: setup.csp.map(str::to_owned),
            flow_override: setup.flow,
            kept: setup.kept,
            posts: Some(sender),
        };
        tokio::spawn(prequal_demo_site::serve(site_socket, options));
        browser.look(setup.look).await;
        let posts = Mutex::new(posts);
        let world = World { browser, site, endpoint, flow, posts, database, _folder: folder };
        (world, receiver)
    }

    /// Goes to a page of the site by its address.
    pub async fn go(&self, path: &str) {
        self.browser.go(&format!("{}{path}", self.site.origin())).await;
    }

    /// The launcher's conversation.
    pub fn chat(&self) -> Chat<'_> {
        Chat::new(self, "prequal-chat:not([mode=inline])")
    }

    /// The conversation on the contact page.
    pub fn inline_chat(&self) -> Chat<'_> {
        Chat::new(self, "prequal-chat[mode=inline]")
    }

    /// The leads in the receiver's file, in order of arrival.
    pub async fn leads(&self) -> Vec<Lead> {
        leads_in(&self.database).await
    }

    /// Waits for one lead, then for nothing more to come.
    pub async fn the_one_lead(&self) -> Lead {
        wait_until("a lead in the receiver's file", async || !self.leads().await.is_empty()).await;
        tokio::time::sleep(QUIET).await;
        let mut leads = self.leads().await;
        assert_eq!(leads.len(), 1, "one visitor, one lead");
        leads.remove(0)
    }

    /// Fails unless nothing ever reached for the endpoint.
    pub async fn assert_nothing_was_sent(&self) {
        tokio::time::sleep(QUIET).await;
        let log = self.endpoint.log();
        assert_eq!((log.connections, log.bytes), (0, 0), "no connection to the endpoint");
        assert_eq!(self.leads().await.len(), 0);
    }

    /// The next form that the page itself posted.
    pub async fn posted(&self) -> Post {
        let mut posts = self.posts.lock().await;
        let next = tokio::time::timeout(PATIENCE, posts.recv()).await;
        next.expect("the page's own form is posted").expect("the site runs")
    }

    /// The body of the next form that the page itself posted.
    pub async fn posted_form(&self) -> String {
        String::from_utf8(self.posted().await.body).expect("what was typed is text")
    }

    /// No form of a page has been posted since the last one that was looked at.
    pub async fn assert_no_form_was_posted(&self) {
        tokio::time::sleep(QUIET).await;
        let posted = self.posts.lock().await.try_recv();
        assert!(posted.is_err(), "{posted:?}");
    }

    /// Texts of the leads that the browser keeps; opens nothing that is not there.
    pub async fn kept_in_browser(&self) -> Vec<String> {
        let script = "const all = await indexedDB.databases();
            if (!all.some(({ name }) => name === 'prequal')) return [];
            const database = await new Promise((resolve, reject) => {
                const request = indexedDB.open('prequal');
                // Removed in the meantime: making it again, without its store, would be in the widget's way.
                request.onupgradeneeded = () => request.transaction.abort();
                request.onsuccess = () => resolve(request.result);
                request.onerror = () => resolve(undefined);
            });
            if (!database) return [];
            const texts = await new Promise((resolve, reject) => {
                const request = database.transaction('leads').objectStore('leads').getAll();
                request.onsuccess = () => resolve(request.result);
                request.onerror = () => reject(request.error);
            });
            database.close();
            return texts;";
        browser::texts(&self.browser.js_async(script).await)
    }

    /// Fails unless the page kept its peace: no error in the window, and on the console these texts, each
    /// beginning so.
    pub async fn assert_said(&self, beginnings: &[&str]) {
        assert_eq!(self.browser.errors().await, [""; 0], "no error reaches the page");
        let said = self.browser.console().await;
        let all =
            said.len() == beginnings.len() && said.iter().zip(beginnings).all(|(text, begin)| text.starts_with(begin));
        assert!(all, "on the console: {said:#?}\nexpected: {beginnings:#?}");
    }

    /// Everything that a site can leave in a browser, counted: cookies, both storages, databases, caches.
    pub async fn traces(&self) -> serde_json::Value {
        let script = "return { cookies: document.cookie, local: localStorage.length, session: sessionStorage.length,
            databases: (await indexedDB.databases()).length, caches: (await caches.keys()).length };";
        self.browser.js_async(script).await
    }
}

/// The leads in a receiver's file, in order of arrival.
pub async fn leads_in(database: &Path) -> Vec<Lead> {
    let options = SqliteConnectOptions::new().filename(database).read_only(true);
    let mut file = SqliteConnection::connect_with(&options).await.expect("the receiver's file opens");
    let bodies: Vec<Vec<u8>> = sqlx::query_scalar("SELECT body FROM leads ORDER BY seq")
        .fetch_all(&mut file)
        .await
        .expect("the receiver's file can be read");
    bodies.iter().map(|body| serde_json::from_slice(body).expect("what is kept is a lead")).collect()
}

/// The demo flow, to be changed.
pub fn demo_flow() -> serde_json::Value {
    let bytes = fs::read(root().join("www/demo/prequal.json")).expect("the demo flow");
    serde_json::from_slice(&bytes).expect("the demo flow is JSON")
}

/// A socket on a port that nobody was given before: what a browser keeps of an origin is then of this one.
async fn fresh_socket() -> (TcpListener, SocketAddr) {
    static GIVEN: std::sync::Mutex<BTreeSet<u16>> = std::sync::Mutex::new(BTreeSet::new());
    loop {
        let (listener, address) = socket().await;
        if GIVEN.lock().expect("nobody fails with it in hand").insert(address.port()) {
            return (listener, address);
        }
    }
}

async fn socket() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("a bound socket has an address");
    (listener, address)
}

/// Waits until a thing is so, looking often.
pub async fn wait_until(what: &str, so: impl AsyncFn() -> bool) {
    let begun = Instant::now();
    while !so().await {
        assert!(begun.elapsed() < PATIENCE, "waited in vain for: {what}");
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder to copy") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a file to copy");
        }
    }
}
