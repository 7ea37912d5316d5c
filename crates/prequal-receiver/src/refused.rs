//! Every way a request can be refused: one place for codes, statuses and words.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use prequal::flow::Checked;
use prequal::lead::Lead;
use serde::Serialize;

/// A refusal as the sender reads it, and what of it is kept.
#[derive(Debug, Serialize)]
pub(crate) struct Refused {
    #[serde(skip)]
    pub status: StatusCode,
    /// Stable; a code keeps its meaning.
    pub code: &'static str,
    pub reason: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub help: &'static str,
    /// Where in the body.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub at: String,
    /// What is kept of the reason: nothing that could hold a visitor's words.
    #[serde(skip)]
    pub note: Box<str>,
    #[serde(skip)]
    pub flow_id: Box<str>,
}

impl Refused {
    fn new(status: StatusCode, code: &'static str, reason: impl Into<String>, help: &'static str) -> Self {
        let reason = reason.into();
        let note = reason.clone().into();
        Self { status, code, reason, help, at: String::new(), note, flow_id: Box::default() }
    }

    fn at(mut self, at: impl Into<String>) -> Self {
        self.at = at.into();
        self
    }

    fn noting(mut self, note: impl Into<Box<str>>) -> Self {
        self.note = note.into();
        self
    }

    fn of_flow(mut self, id: &str) -> Self {
        self.flow_id = id.chars().take(80).collect();
        self
    }

    pub(crate) fn origin(origin: &str) -> Self {
        let origin: String = origin.chars().take(200).collect();
        Self::new(
            StatusCode::FORBIDDEN,
            "origin-not-allowed",
            format!("Pages of {origin} may not post leads here."),
            "Start the receiver with --allow-origin and this origin if the site is yours.",
        )
    }

    pub(crate) fn content_type() -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "content-type",
            "The content type is neither application/json nor text/plain.",
            "Post the lead as JSON with one of these content types.",
        )
    }

    pub(crate) fn too_large(limit: usize) -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too-large",
            format!("The body is larger than {} KiB.", limit / 1024),
            "Limit the length of long texts in the flow with `max_length`.",
        )
    }

    pub(crate) fn broken_off() -> Self {
        Self::new(StatusCode::REQUEST_TIMEOUT, "broken-off", "The body ended before it was complete.", "Send it again.")
    }

    pub(crate) fn not_json(error: &serde_json::Error) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "not-json",
            "The body is not JSON.",
            "Look there for a missing comma, quote or bracket.",
        )
        .at(format!("line {}, column {}", error.line(), error.column()))
    }

    pub(crate) fn not_a_lead(at: &str, why: &str) -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "not-a-lead",
            format!("The body is JSON but not a lead: {why}."),
            "Post the lead as the widget made it; its schema is version 1.",
        )
        // The reader's words may quote a value; its place may be a key that a stranger chose.
        .noting("The body is JSON but not a lead.")
        .at(at)
    }

    /// A notice that consent was taken back, and is none.
    pub(crate) fn not_a_notice(why: &str) -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "not-a-notice",
            format!("The body is meant as a withdrawal of consent, but is none: {why}."),
            "Post the notice as the widget made it.",
        )
        .noting("The body is meant as a withdrawal of consent, but is none.")
    }

    /// A notice about a lead that came with another consent.
    pub(crate) fn other_consent() -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "other-consent",
            "The lead came with another consent than the one taken back.",
            "Take back the consent whose hash the lead carries.",
        )
    }

    /// A copy of a lead that was still on its way when consent was taken back.
    pub(crate) fn withdrawn(flow_id: &str) -> Self {
        Self::new(
            StatusCode::GONE,
            "withdrawn",
            "Consent to this lead was taken back; it is not kept.",
            "Nothing is to be done.",
        )
        .of_flow(flow_id)
    }

    pub(crate) fn key_mismatch(flow_id: &str) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "key-mismatch",
            "The Idempotency-Key header and the key in the body differ.",
            "Send the body's key in the header, or no header.",
        )
        .of_flow(flow_id)
    }

    pub(crate) fn key_reused(flow_id: &str) -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "key-reused",
            "This idempotency key was used before with another body.",
            "A retry must repeat the body byte by byte; a new lead needs a new key.",
        )
        .of_flow(flow_id)
    }

    pub(crate) fn unknown_flow<'f>(lead: &Lead, published: impl Iterator<Item = &'f Checked>) -> Self {
        let short = |sha256: &str| sha256.chars().take(12).collect::<String>();
        let versions: Vec<String> = published
            .filter(|flow| flow.id() == lead.flow.id)
            .map(|flow| format!("version {} ({}…)", flow.version(), short(flow.sha256())))
            .collect();
        let id: String = lead.flow.id.chars().take(80).collect();
        let reason = if versions.is_empty() {
            format!("No flow “{id}” is published here.")
        } else {
            format!(
                "The lead was made with version {} ({}…) of “{id}”; published here: {}.",
                lead.flow.version,
                short(&lead.flow.sha256),
                versions.join(", ")
            )
        };
        // A version that is not published here yet may be a moment later: the lead is worth the wait.
        let status =
            if versions.is_empty() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::SERVICE_UNAVAILABLE };
        Self::new(
            status,
            "unknown-flow",
            reason,
            "Start the receiver with --flow and the very file that the page loads; older versions may stay beside it.",
        )
        .of_flow(&id)
    }

    /// The engine does not come to what the lead claims.
    pub(crate) fn by_engine(code: &'static str, message: &str, flow: &Checked) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, message.chars().take(400).collect::<String>(), "")
            .noting(without_strange_words(message, flow))
            .of_flow(flow.id())
    }

    /// The visitor agreed too long ago.
    pub(crate) fn consent_expired(flow_id: &str) -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "consent-expired",
            "What the visitor agreed to is not relied on any more: its time (`valid_until`) is over.",
            "Ask the visitor again.",
        )
        .of_flow(flow_id)
    }

    /// The receiver's own trouble; the lead is as good as before.
    pub(crate) fn storage() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "storage",
            "The lead could not be kept.",
            "Send it again a little later.",
        )
    }

    /// Whether the request was at fault, and not the receiver.
    pub(crate) fn is_the_senders(&self) -> bool {
        self.status.is_client_error()
    }
}

/// The engine's sentence without what it quotes from the lead, unless those are names that the flow
/// itself has: an id in a forged lead may be anything, a visitor's address as well.
fn without_strange_words(message: &str, flow: &Checked) -> String {
    let flow = flow.flow();
    let is_known = |word: &str| {
        flow.fields.iter().any(|field| field.id == word)
            || flow.signals.iter().any(|signal| signal.id == word)
            || flow.stages.iter().any(|stage| stage.id == word)
    };
    let mut parts = message.split('“');
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        // The last closing mark: a strange word may hold one itself.
        let (word, rest) = part.rsplit_once('”').unwrap_or((part, ""));
        kept += &format!("“{}”{rest}", if is_known(word) { word } else { "…" });
    }
    kept.chars().take(400).collect()
}

impl From<sqlx::Error> for Refused {
    fn from(cause: sqlx::Error) -> Self {
        tracing::error!(%cause, "the database failed");
        Self::storage()
    }
}

/// The body of the reply.
#[derive(Serialize)]
struct Told<'r> {
    status: &'static str,
    #[serde(flatten)]
    refused: &'r Refused,
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut reply = (self.status, axum::Json(Told { status: "refused", refused: &self })).into_response();
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            reply.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        reply
    }
}
