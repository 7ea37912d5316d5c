//! The demo company's web server: static pages, the widget's files beside them, and what takes the
//! pages' forms, which work without any of it.
//!
//! Pages come with a content security policy as strict as a careful company's, so that the widget
//! is shown and tested under it, and they take in nothing of other sites that does not ask for it
//! (cross-origin isolation). Nothing is cached, unless asked for: what was built last is what is seen.
#![forbid(unsafe_code)]

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_MODIFIED_SINCE,
    LAST_MODIFIED, RANGE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http_body_util::BodyExt;
use tokio::net::TcpListener;
use tokio::sync::mpsc::UnboundedSender;
use tower_http::services::{ServeDir, ServeFile};

mod forms;

pub use forms::Post;

/// What the demo's pages say where the receiver's address belongs.
pub const WRITTEN_RECEIVER: &str = "http://127.0.0.1:4174";

/// What to serve, and how.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The pages, at `/`.
    pub demo_dir: PathBuf,
    /// The built files of the widget, at `/prequal/`.
    pub dist_dir: PathBuf,
    /// Scheme, host and port of the receiver; stands in for [`WRITTEN_RECEIVER`] in pages.
    pub receiver_origin: String,
    /// The content security policy of pages; [`default_policy`] if none is given.
    pub csp: Option<String>,
    /// Bytes to answer for `/prequal.json` in place of the file, just as they are.
    pub flow_override: Option<Vec<u8>>,
    /// Lets browsers keep pages, still to be asked for anew: `no-store` takes them out of back and forward too.
    pub kept: bool,
    /// Hears of each form that is posted to the site.
    pub posts: Option<UnboundedSender<Post>>,
}

/// Allows the page its own scripts, styles and wasm, requests to itself and the receiver, and nothing else.
pub fn default_policy(receiver_origin: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
         connect-src 'self' {receiver_origin}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
         require-trusted-types-for 'script'; trusted-types 'none'"
    )
}

/// What makes a page `crossOriginIsolated`.
const ISOLATED: [(&str, &str); 2] =
    [("cross-origin-embedder-policy", "require-corp"), ("cross-origin-opener-policy", "same-origin")];

/// Serves until the task is dropped.
pub async fn serve(listener: TcpListener, options: Options) -> io::Result<()> {
    axum::serve(listener, router(options)).await
}

/// The routes, for callers that bring their own server.
pub fn router(options: Options) -> Router {
    let missing = options.demo_dir.join("404.html");
    let pages = ServeDir::new(&options.demo_dir).not_found_service(ServeFile::new(missing));
    let options = Arc::new(options);
    let mut router = forms::routes(&options, &pages)
        .nest_service("/prequal/", ServeDir::new(&options.dist_dir))
        .fallback_service(pages);
    if let Some(flow) = options.flow_override.clone() {
        let flow = Bytes::from(flow);
        router =
            router.route("/prequal.json", get(move || async move { ([(CONTENT_TYPE, "application/json")], flow) }));
    }
    router.with_state(options.clone()).layer(middleware::from_fn_with_state(options, finish))
}

/// Headers for every answer; the receiver's address in those that are text.
async fn finish(State(options): State<Arc<Options>>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    // Whole and new every time: the text may differ from the file.
    for name in [IF_MODIFIED_SINCE, RANGE] {
        request.headers_mut().remove(name);
    }
    let mut response = next.run(request).await;
    let is_page = has_type(response.headers(), "text/html");
    // Pages alone: the bytes of a flow are its fingerprint.
    if is_page {
        response = match with_receiver(response, &options.receiver_origin).await {
            Ok(response) => response,
            Err(error) => {
                return (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response();
            }
        };
    }
    let headers = response.headers_mut();
    for name in [LAST_MODIFIED, ETAG, ACCEPT_RANGES] {
        headers.remove(name);
    }
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(if options.kept { "no-cache" } else { "no-store" }));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("strict-origin-when-cross-origin"));
    if is_page {
        for (name, value) in ISOLATED {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        let policy = match &options.csp {
            Some(policy) => policy.clone(),
            None => default_policy(&options.receiver_origin),
        };
        if let Some(policy) = forms::framed(&path, &policy).or_else(|| HeaderValue::try_from(policy).ok()) {
            headers.insert(CONTENT_SECURITY_POLICY, policy);
        }
    }
    response
}

fn has_type(headers: &HeaderMap, wanted: &str) -> bool {
    headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(|value| value.starts_with(wanted))
}

async fn with_receiver(response: Response, origin: &str) -> Result<Response, axum::Error> {
    let (mut parts, body) = response.into_parts();
    let bytes = body.collect().await?.to_bytes();
    let replaced = match std::str::from_utf8(&bytes) {
        Ok(text) if text.contains(WRITTEN_RECEIVER) && !origin.is_empty() => {
            Bytes::from(text.replace(WRITTEN_RECEIVER, origin))
        }
        _ => bytes,
    };
    // Only a body that is there has a length to correct: the answer to HEAD keeps its own.
    if !replaced.is_empty() {
        parts.headers.insert(CONTENT_LENGTH, replaced.len().into());
    }
    Ok(Response::from_parts(parts, Body::from(replaced)))
}

#[cfg(test)]
mod tests;
