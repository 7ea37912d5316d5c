//! `GET /inbox/leads.jsonl`: every lead, one JSON object a line, in order of arrival.

use crate::App;
use crate::store::StoredLead;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use prequal::lead::Lead;
use serde::Serialize;

const BATCH: i64 = 200;

#[derive(Serialize)]
struct Line<'l> {
    id: &'l str,
    /// Milliseconds since 1970, UTC, by the receiver's clock.
    received_at: i64,
    lead: Lead,
}

pub(super) async fn json_lines(State(app): State<App>) -> Response {
    // Read in portions while the client takes them, so that the size of the inbox does not matter.
    let lines = futures_util::stream::try_unfold(0, move |after| {
        let store = app.store.clone();
        async move {
            let leads = store.since(after, BATCH).await?;
            let Some(last) = leads.last() else { return Ok::<_, sqlx::Error>(None) };
            let next = last.seq;
            let text: Vec<u8> = leads.iter().flat_map(line).collect();
            Ok(Some((Bytes::from(text), next)))
        }
    });
    let kind = (header::CONTENT_TYPE, "application/jsonl; charset=utf-8");
    let name = (header::CONTENT_DISPOSITION, "attachment; filename=\"leads.jsonl\"");
    ([kind, name], Body::from_stream(lines)).into_response()
}

/// The lead on one line, however it was laid out when it arrived.
fn line(stored: &StoredLead) -> Vec<u8> {
    let line = serde_json::from_slice(&stored.body)
        .and_then(|lead| serde_json::to_vec(&Line { id: &stored.id, received_at: stored.received_at, lead }));
    match line {
        Ok(mut line) => {
            line.push(b'\n');
            line
        }
        Err(cause) => {
            tracing::warn!(id = stored.id, %cause, "a kept lead cannot be read by this version");
            Vec::new()
        }
    }
}
