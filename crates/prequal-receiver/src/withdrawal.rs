//! Consent that is taken back: the lead goes, the proof stays, and no copy of it that is still on its
//! way is taken any more.
//!
//! Whoever knows the key of a lead and the hash of its consent may take it back: the visitor's browser,
//! this receiver, and each destination that the flow hands the whole lead.

use crate::App;
use crate::refused::Refused;
use crate::store::Withdrawn;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use prequal::consent::is_key;
use serde::Deserialize;

/// What a widget posts instead of a lead.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Notice {
    /// The version of the notice: 1.
    prequal_withdrawal: u32,
    /// Of the notice itself.
    idempotency_key: String,
    /// The key of the lead.
    pub lead: String,
    pub consent_id: String,
    pub consent_sha256: String,
    /// Milliseconds since 1970 UTC, by the visitor's clock.
    pub at: i64,
}

/// Whether a body is meant as a notice.
pub(crate) fn is_meant(body: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Meant {
        #[serde(rename = "prequal_withdrawal")]
        _version: serde_json::Value,
    }
    serde_json::from_slice::<Meant>(body).is_ok()
}

pub(crate) async fn take(app: &App, body: &[u8]) -> Result<Response, Refused> {
    let notice: Notice = serde_json::from_slice(body).map_err(|error| Refused::not_a_notice(&error.to_string()))?;
    let is_hash = |text: &str| text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let keys = [&notice.idempotency_key, &notice.lead, &notice.consent_id];
    if notice.prequal_withdrawal != 1 || !keys.into_iter().all(|key| is_key(key)) || !is_hash(&notice.consent_sha256) {
        return Err(Refused::not_a_notice("a key, a hash or the version is not one"));
    }
    match app.store.withdraw(&notice, (app.clock)()).await? {
        Withdrawn::OtherConsent => return Err(Refused::other_consent()),
        Withdrawn::Now { known } => tracing::info!(known, "consent taken back"),
    }
    Ok((StatusCode::OK, axum::Json(serde_json::json!({ "status": "withdrawn" }))).into_response())
}
