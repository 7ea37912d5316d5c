//! The reference endpoint of Prequal.
//!
//! It takes leads at `POST /v1/leads`, **trusts no score**: it re-scores the answers with the same
//! engine and the published flow, and refuses what does not come to the same points, stage and
//! consent. Each lead is kept once, whatever its sender repeats, in a SQLite file, and shown in an
//! inbox that updates live.
//!
//! What it does not do: it has no scoring of its own, sends nothing anywhere, and keeps no state in
//! the process but the bell that wakes open inboxes.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use prequal_receiver::{Config, Receiver};
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
//! let config = Config::new("leads.sqlite", "prequal.json").allow_origin("http://127.0.0.1:4173".parse()?);
//! let receiver = Receiver::start(listener, config).await?;
//! println!("http://{}/inbox", receiver.address());
//! receiver.stop().await;
//! # Ok(())
//! # }
//! ```
#![forbid(unsafe_code)]

mod clock;
mod config;
mod error;
mod flows;
mod inbox;
mod intake;
mod refused;
mod serve;
mod store;
mod withdrawal;

pub use config::{Config, Origin};
pub use error::Error;
pub use serve::{Receiver, serve};

use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::CorsLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;

/// Longest that one request may take, its body included.
const REQUEST_LIMIT: Duration = Duration::from_secs(10);

/// An opened receiver: its database and its flows. Clones share them.
#[derive(Clone)]
pub struct App {
    store: store::Store,
    flows: Arc<flows::Flows>,
    allow_origins: Arc<[Origin]>,
    inbox: inbox::Access,
    clock: fn() -> i64,
    stopping: watch::Sender<bool>,
}

impl App {
    /// Reads the flows and opens the database.
    ///
    /// `address` is where the receiver will listen: beyond loopback the inbox needs a token.
    ///
    /// # Errors
    /// A flow that is missing or has mistakes, a token that is missing or too short, a database that
    /// cannot be opened.
    pub async fn open(config: Config, address: SocketAddr) -> Result<Self, Error> {
        let flows = flows::Flows::read(&config.flows)?;
        let inbox = inbox::Access::new(config.inbox_token.as_deref(), address)?;
        let store = store::Store::open(&config.database).await?;
        Ok(Self {
            store,
            flows: Arc::new(flows),
            allow_origins: config.allow_origins.into(),
            inbox,
            clock: config.clock,
            stopping: watch::Sender::new(false),
        })
    }
}

/// Everything the receiver answers.
pub fn router(app: App) -> Router {
    let origins: Vec<HeaderValue> = app.allow_origins.iter().map(|origin| origin.header().clone()).collect();
    let cors = CorsLayer::new()
        .allow_origin(origins)
        .allow_methods([Method::POST])
        .allow_headers([header::CONTENT_TYPE, HeaderName::from_static("idempotency-key")])
        .expose_headers([header::RETRY_AFTER, HeaderName::from_static("idempotency-replayed")])
        .max_age(Duration::from_secs(3600));
    let intake = Router::new()
        .route("/v1/leads", post(intake::take))
        .layer(DefaultBodyLimit::max(intake::BODY_LIMIT))
        // Outside the rest, so that a page can read why it was refused.
        .layer(cors);
    Router::new()
        .merge(intake)
        .route("/healthz", get(health))
        .route("/", get(|| async { Redirect::temporary("/inbox") }))
        .merge(inbox::routes(&app))
        .fallback(nothing_here)
        .layer(SetResponseHeaderLayer::if_not_present(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, REQUEST_LIMIT))
        .layer(CatchPanicLayer::new())
        .layer(TraceLayer::new_for_http())
        .with_state(app)
}

async fn health(State(app): State<App>) -> Response {
    let alive = app.store.is_alive().await;
    let status = if alive { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let body = serde_json::json!({
        "status": if alive { "ok" } else { "storage" },
        "version": env!("CARGO_PKG_VERSION"),
        "flows": app.flows.iter().map(|flow| serde_json::json!({
            "id": flow.id(), "version": flow.version(), "sha256": flow.sha256(),
        })).collect::<Vec<_>>(),
    });
    (status, Json(body)).into_response()
}

async fn nothing_here() -> Response {
    let body = serde_json::json!({
        "status": "refused",
        "code": "not-found",
        "reason": "Nothing is here.",
        "help": "Leads go to POST /v1/leads; the inbox is at /inbox.",
    });
    (StatusCode::NOT_FOUND, Json(body)).into_response()
}
