//! A receiver with a database of its own, and the demo flow.

use crate::visitor::THEN;
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use prequal::flow::{Checked, load};
use prequal_receiver::{App, Config, router};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use tower::ServiceExt;

/// The site that may post.
pub const SITE: &str = "http://127.0.0.1:4173";

pub struct Rig {
    pub dir: TempDir,
    pub flow: Checked,
    pub router: Router,
}

pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

pub fn demo_flow() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../www/demo/prequal.json")
}

pub fn read_flow(path: &Path) -> Checked {
    load(&std::fs::read(path).unwrap()).unwrap()
}

pub fn config(dir: &Path) -> Config {
    let config = Config::new(dir.join("leads.sqlite"), demo_flow()).allow_origin(SITE.parse().unwrap());
    // A minute after visitors agree, whenever the test runs.
    Config { clock: || THEN + 60_000, ..config }
}

pub async fn rig() -> Rig {
    rig_with(|config| config).await
}

pub async fn rig_with(change: impl FnOnce(Config) -> Config) -> Rig {
    let dir = tempfile::tempdir().unwrap();
    let app = App::open(change(config(dir.path())), "127.0.0.1:4174".parse().unwrap()).await.unwrap();
    Rig { dir, flow: read_flow(&demo_flow()), router: router(app) }
}

impl Rig {
    /// A second receiver on the same database, as another process would be.
    pub async fn again(&self) -> Router {
        self.again_at(|| THEN + 60_000).await
    }

    /// The same, by another clock.
    pub async fn again_at(&self, clock: fn() -> i64) -> Router {
        let config = Config { clock, ..config(self.dir.path()) };
        router(App::open(config, "127.0.0.1:4174".parse().unwrap()).await.unwrap())
    }

    pub async fn post(&self, body: impl Into<Body>) -> Reply {
        send(&self.router, lead_request(body)).await
    }

    pub async fn get(&self, path: &str) -> Reply {
        send(&self.router, get_request(path)).await
    }

    /// The leads kept, as the export tells them.
    pub async fn kept(&self) -> Vec<Value> {
        let export = self.get("/inbox/leads.jsonl").await;
        assert_eq!(export.status, StatusCode::OK);
        export.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

pub fn lead_request(body: impl Into<Body>) -> Request<Body> {
    Request::post("/v1/leads").header(header::CONTENT_TYPE, "text/plain;charset=UTF-8").body(body.into()).unwrap()
}

pub fn get_request(path: &str) -> Request<Body> {
    Request::get(path).header(header::HOST, "127.0.0.1:4174").body(Body::empty()).unwrap()
}

pub async fn send(router: &Router, request: Request<Body>) -> Reply {
    let (head, body) = router.clone().oneshot(request).await.unwrap().into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    Reply { status: head.status, headers: head.headers, text: String::from_utf8(bytes.to_vec()).unwrap() }
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    /// Status and code of a refusal.
    pub fn refusal(&self) -> (u16, String) {
        (self.status.as_u16(), self.json()["code"].as_str().unwrap_or_default().to_owned())
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

/// The same lead with one thing changed, by somebody who makes the hashes fit.
pub fn forged(body: &str, change: impl FnOnce(&mut Value)) -> String {
    let mut lead: Value = serde_json::from_str(body).unwrap();
    change(&mut lead);
    if lead["consent"].is_object() {
        let mut payload = lead.clone();
        payload.as_object_mut().unwrap().retain(|key, _| key != "consent" && key != "consent_sha256");
        lead["consent"]["payload_sha256"] = hash(&payload).into();
        lead["consent_sha256"] = hash(&lead["consent"]).into();
    }
    lead.to_string()
}

fn hash(value: &Value) -> String {
    let canonical = serde_json_canonicalizer::to_vec(value).unwrap();
    Sha256::digest(canonical).iter().map(|byte| format!("{byte:02x}")).collect()
}
