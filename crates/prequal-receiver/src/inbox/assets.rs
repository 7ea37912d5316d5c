//! The inbox's own files, built into the program.

use axum::http::header;
use axum::response::IntoResponse;

fn file(kind: &'static str, text: &'static str) -> impl IntoResponse {
    // Asked again at each visit, so that a new release is never shown with an old style.
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-cache")], text)
}

pub(super) async fn css() -> impl IntoResponse {
    file("text/css; charset=utf-8", include_str!("../../assets/inbox.css"))
}

pub(super) async fn script() -> impl IntoResponse {
    file("text/javascript; charset=utf-8", include_str!("../../assets/inbox.js"))
}

pub(super) async fn icon() -> impl IntoResponse {
    file("image/svg+xml", include_str!("../../assets/icon.svg"))
}
