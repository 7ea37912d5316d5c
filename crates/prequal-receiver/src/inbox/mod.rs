//! The inbox: what a sales person sees of the leads.
//!
//! Pages are rendered here, as one piece of HTML whose every value is escaped; the script only moves
//! pieces of such pages around. Nothing is changed through the inbox: it has no forms.

mod access;
mod assets;
mod export;
mod lead;
mod live;
mod pages;
mod standing;
mod words;

pub(crate) use access::Access;

use crate::App;
use axum::Router;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use tower_http::set_header::SetResponseHeaderLayer;

/// No script but ours, no inline style, no frame, no other host; and no way from text to HTML in scripts.
const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; \
    form-action 'self'; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

pub(crate) fn routes(app: &App) -> Router<App> {
    let fixed = |name: HeaderName, value: &'static str| {
        SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
    };
    Router::new()
        .route("/inbox", get(pages::list))
        .route("/inbox/leads/{id}", get(pages::lead))
        .route("/inbox/events", get(live::events))
        .route("/inbox/leads.jsonl", get(export::json_lines))
        .route("/inbox/inbox.css", get(assets::css))
        .route("/inbox/inbox.js", get(assets::script))
        .route("/inbox/icon.svg", get(assets::icon))
        .layer(from_fn_with_state(app.clone(), access::guard))
        .layer(fixed(header::CONTENT_SECURITY_POLICY, CSP))
        // Answers of people: not for disks of proxies and browsers.
        .layer(fixed(header::CACHE_CONTROL, "no-store"))
        .layer(fixed(header::REFERRER_POLICY, "no-referrer"))
        .layer(fixed(HeaderName::from_static("cross-origin-opener-policy"), "same-origin"))
        .layer(fixed(HeaderName::from_static("cross-origin-resource-policy"), "same-origin"))
}
