//! A site of one fault: pages with one question, a receiver with a file of its own, and a network
//! before each.

use axum::extract::Request as Asked;
use axum::http::HeaderName;
use axum::http::HeaderValue;
use axum::http::header::CACHE_CONTROL;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use prequal::lead::Lead;
use prequal_demo_site::Options;
use prequal_harness::proxy::{Mode, Proxy, Request};
use prequal_harness::{leads_in, root, wait_until};
use prequal_receiver::{Config, Receiver};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

const FLOW: &str = include_str!("../site/flow.json");
const PAGE: &str = include_str!("../site/page.html");
/// The page's own, in whose place the flow of `/opaque/` names one.
const ENDPOINT: &str = r#" data-endpoint="http://127.0.0.1:4174/v1/leads""#;
const FAULTS: &str = include_str!("../site/faults.js");
const PLAIN: &str =
    "<!doctype html>\n<html lang=\"en\">\n<title>Plain</title>\n<h1>A page without the widget</h1>\n</html>\n";
/// What a purpose says once the policy was revised.
pub const REVISED: &str = "Faults Ltd may read my note, and keep it.";

pub struct Site {
    /// Between the browser and the pages.
    pub pages: Proxy,
    /// Between the browser and the receiver.
    pub endpoint: Proxy,
    receiver: Receiver,
    server: JoinHandle<()>,
    folder: TempDir,
}

impl Site {
    pub async fn start() -> Site {
        let folder = tempfile::tempdir().expect("a folder for the site");
        let (pages_socket, receiver_socket) = (socket().await, socket().await);
        let pages = Proxy::start(address(&pages_socket)).await;
        let endpoint = Proxy::start(address(&receiver_socket)).await;
        let at = |name: &str| folder.path().join(name);
        for (name, text) in [
            ("pages/index.html", PAGE.replace("FLOW", "flow.json")),
            ("pages/later/index.html", PAGE.replace("FLOW", "flow.json")),
            ("pages/large/index.html", PAGE.replace("FLOW", "large.json")),
            ("pages/opaque/index.html", PAGE.replace("FLOW", "opaque.json").replace(ENDPOINT, "")),
            ("pages/plain/index.html", PLAIN.to_owned()),
            ("pages/404.html", PLAIN.to_owned()),
            ("pages/faults.js", FAULTS.to_owned()),
            ("pages/flow.json", FLOW.to_owned()),
            ("pages/large.json", large()),
            ("pages/opaque.json", opaque(&endpoint.origin())),
            ("revised.json", revised()),
        ] {
            write(&at(name), &text);
        }
        // The one that stands in the site may change; what is published stays so.
        write(&at("first.json"), FLOW);

        let origin = pages.origin().parse().expect("an origin as browsers write it");
        let mut config = Config::new(at("leads.sqlite"), at("first.json")).allow_origin(origin);
        config.flows.extend([at("revised.json"), at("pages/large.json"), at("pages/opaque.json")]);
        let receiver = Receiver::start(receiver_socket, config).await.expect("the receiver starts");
        let options = Options {
            demo_dir: at("pages"),
            dist_dir: root().join("dist"),
            receiver_origin: endpoint.origin(),
            ..Options::default()
        };
        let router = prequal_demo_site::router(options).layer(from_fn(as_most_sites));
        let server = tokio::spawn(async move { axum::serve(pages_socket, router).await.expect("the site runs") });
        Site { pages, endpoint, receiver, server, folder }
    }

    pub fn at(&self, path: &str) -> String {
        self.pages.origin() + path
    }

    /// From now on the site has the flow with the revised policy.
    pub fn revise(&self) {
        fs::copy(self.folder.path().join("revised.json"), self.folder.path().join("pages/flow.json"))
            .expect("the flow can be replaced");
    }

    /// Waits until a page hangs at the point that it was told to.
    pub async fn wait_for_trap(&self, point: &str) {
        let path = format!("/at/{point}");
        wait_until(&path, async || self.pages.log().requests.iter().any(|request| request.path == path)).await;
    }

    /// Everything but the browser's own questions that reached for the endpoint.
    pub fn posts(&self) -> Vec<Request> {
        let mut requests = self.endpoint.log().requests;
        requests.retain(|request| request.method != "OPTIONS");
        requests
    }

    /// The leads in the receiver's file, in order of arrival.
    pub async fn leads(&self) -> Vec<Lead> {
        leads_in(&self.folder.path().join("leads.sqlite")).await
    }

    pub async fn wait_for_leads(&self, count: usize) {
        wait_until("leads in the receiver's file", async || self.leads().await.len() >= count).await;
    }

    /// Nothing of it answers from now on.
    pub async fn close(self) {
        self.pages.switch(Mode::Refuse).await;
        self.endpoint.switch(Mode::Refuse).await;
        self.server.abort();
        self.receiver.stop().await;
    }
}

/// The browser may keep a page for its back button, as it may of most sites; and one is not isolated: those that are
/// see no reply to a post without CORS.
async fn as_most_sites(asked: Asked, next: Next) -> Response {
    let opaque = asked.uri().path().starts_with("/opaque/");
    let mut response = next.run(asked).await;
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if opaque {
        headers.remove(HeaderName::from_static("cross-origin-embedder-policy"));
    }
    response
}

fn flow() -> Value {
    serde_json::from_str(FLOW).expect("the flow is JSON")
}

fn revised() -> String {
    let mut flow = flow();
    flow["version"] = json!(2);
    flow["consent"]["notice_version"] = json!("2");
    flow["consent"]["purposes"][0]["text"] = json!(REVISED);
    flow.to_string()
}

/// A note as long as a lead may be.
fn large() -> String {
    let mut flow = flow();
    flow["id"] = json!("large");
    flow["fields"][0] = json!({ "id": "note", "kind": "long_text", "label": "Your note", "max_length": 70_000 });
    flow.to_string()
}

/// Its leads go to the receiver as to a hook that lets no page read its replies.
fn opaque(receiver: &str) -> String {
    let mut flow = flow();
    flow["id"] = json!("opaque");
    flow["delivery"]["destinations"] =
        json!([{ "id": "hook", "kind": "hook", "opaque": true, "endpoint": format!("{receiver}/v1/leads") }]);
    flow.to_string()
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().map(PathBuf::from).expect("it stands in a folder")).expect("a folder");
    fs::write(path, text).expect("a file of the site");
}

async fn socket() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.expect("a free port")
}

fn address(socket: &TcpListener) -> std::net::SocketAddr {
    socket.local_addr().expect("a bound socket has an address")
}
