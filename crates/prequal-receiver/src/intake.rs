//! `POST /v1/leads`: from bytes to a lead that is kept once, or a refusal that says why.

use crate::App;
use crate::refused::Refused;
use crate::store::{Kept, NewLead, Receipt};
use crate::withdrawal;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use prequal::lead::Lead;
use serde::de::IgnoredAny;
use serde_json::error::Category;
use sha2::{Digest, Sha256};

/// Most bytes of a lead.
pub(crate) const BODY_LIMIT: usize = 64 * 1024;
/// How far a visitor's clock may be off before it counts, in milliseconds.
const DAY: i64 = 86_400_000;

pub(crate) async fn take(State(app): State<App>, headers: HeaderMap, body: Result<Bytes, BytesRejection>) -> Response {
    match accept(&app, &headers, body).await {
        Ok(reply) => reply,
        Err(refused) => {
            tracing::info!(code = refused.code, flow = &*refused.flow_id, "refused");
            if refused.is_the_senders()
                && let Err(cause) =
                    app.store.count_refusal((app.clock)(), refused.code, &refused.note, &refused.flow_id).await
            {
                tracing::warn!(%cause, "a refusal could not be counted");
            }
            refused.into_response()
        }
    }
}

async fn accept(app: &App, headers: &HeaderMap, body: Result<Bytes, BytesRejection>) -> Result<Response, Refused> {
    from_allowed_page(app, headers)?;
    of_readable_type(headers)?;
    let body = body.map_err(|rejection| match rejection.into_response().status() {
        StatusCode::PAYLOAD_TOO_LARGE => Refused::too_large(BODY_LIMIT),
        _ => Refused::broken_off(),
    })?;
    if withdrawal::is_meant(&body) {
        return withdrawal::take(app, &body).await;
    }
    let lead = parse(&body)?;
    let key = idempotency_key(headers, &lead)?;
    let body_sha256 = hex(&Sha256::digest(&body));

    // Before all else: a lead that was accepted stays accepted, even if its flow is no longer published.
    if app.store.is_withdrawn(key).await? {
        return Err(Refused::withdrawn(&lead.flow.id));
    }
    if let Some(receipt) = app.store.receipt(key).await? {
        return replay(receipt, &body_sha256, &lead);
    }
    let Some(flow) = app.flows.find_as_read(&lead) else {
        return Err(Refused::unknown_flow(&lead, app.flows.iter()));
    };
    prequal::verify(flow, &lead).map_err(|refusal| Refused::by_engine(refusal.code, &refusal.message, flow))?;
    // By the visitor's clock, which may be off. A lead that came in time was answered above, however late it comes again.
    if lead.consent.as_ref().and_then(|record| record.valid_until).is_some_and(|until| (app.clock)() > until + DAY) {
        return Err(Refused::consent_expired(flow.id()));
    }

    let id = new_id()?;
    let new = NewLead {
        id: &id,
        idempotency_key: key,
        body_sha256: &body_sha256,
        body: &body,
        flow_id: flow.id(),
        flow_sha256: flow.sha256(),
        stage: &lead.stage,
        total: lead.total,
        received_at: (app.clock)(),
    };
    match app.store.keep(&new).await? {
        Kept::Withdrawn => Err(Refused::withdrawn(flow.id())),
        Kept::Before(receipt) => replay(receipt, &body_sha256, &lead),
        Kept::New => {
            tracing::info!(%id, stage = lead.stage, total = lead.total, flow = flow.id(), "accepted");
            Ok(accepted(&id, &lead.stage))
        }
    }
}

/// A page that may not read the reply would retry for ever; and its site was not meant to post here.
fn from_allowed_page(app: &App, headers: &HeaderMap) -> Result<(), Refused> {
    let Some(origin) = headers.get(header::ORIGIN) else { return Ok(()) };
    let host = headers.get(header::HOST).map_or(&b""[..], HeaderValue::as_bytes);
    let same =
        [&b"http://"[..], b"https://"].iter().any(|scheme| origin.as_bytes().strip_prefix(*scheme) == Some(host));
    if same || app.allow_origins.iter().any(|allowed| allowed.header() == origin) {
        return Ok(());
    }
    Err(Refused::origin(&String::from_utf8_lossy(origin.as_bytes())))
}

/// `text/plain` is what a page can post without asking first.
fn of_readable_type(headers: &HeaderMap) -> Result<(), Refused> {
    let given = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = given.split(';').next().unwrap_or_default().trim();
    if ["application/json", "text/plain"].iter().any(|readable| essence.eq_ignore_ascii_case(readable)) {
        Ok(())
    } else {
        Err(Refused::content_type())
    }
}

fn parse(body: &[u8]) -> Result<Lead, Refused> {
    // Whether it is JSON at all is asked first: a lead with a wrong first key and a missing last
    // bracket is not JSON.
    if let Err(error) = serde_json::from_slice::<IgnoredAny>(body) {
        return Err(Refused::not_json(&error));
    }
    let reader = &mut serde_json::Deserializer::from_slice(body);
    serde_path_to_error::deserialize::<_, Lead>(reader).map_err(|error| match error.inner().classify() {
        // Nested deeper than anybody writes by hand.
        Category::Syntax | Category::Eof => Refused::not_json(error.inner()),
        Category::Data | Category::Io => Refused::not_a_lead(&error.path().to_string(), &sentence(error.inner())),
    })
}

/// The reader's words without its position, which counts columns of one long line.
fn sentence(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rfind(" at line ").map_or(text.as_str(), |end| &text[..end]).to_owned()
}

/// The key of the lead; the header, which not every sender can set, may only repeat it.
fn idempotency_key<'l>(headers: &HeaderMap, lead: &'l Lead) -> Result<&'l str, Refused> {
    let key = lead.idempotency_key.as_str();
    if key.len() != 32 || !key.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
        return Err(Refused::not_a_lead("idempotency_key", "it is not 32 hexadecimal digits in lower case"));
    }
    if let Some(header) = headers.get("idempotency-key") {
        // The draft standard writes the value as a quoted string; most senders do not.
        let text = header.to_str().unwrap_or_default().trim();
        let text = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text);
        if text != key {
            return Err(Refused::key_mismatch(&lead.flow.id));
        }
    }
    Ok(key)
}

fn replay(receipt: Receipt, body_sha256: &str, lead: &Lead) -> Result<Response, Refused> {
    if receipt.body_sha256 != body_sha256 {
        return Err(Refused::key_reused(&lead.flow.id));
    }
    tracing::info!(id = receipt.id, "replayed");
    let mut reply = accepted(&receipt.id, &receipt.stage);
    reply.headers_mut().insert("idempotency-replayed", HeaderValue::from_static("true"));
    Ok(reply)
}

fn accepted(id: &str, stage: &str) -> Response {
    let body = serde_json::json!({ "id": id, "status": "accepted", "stage": stage });
    (StatusCode::CREATED, axum::Json(body)).into_response()
}

fn new_id() -> Result<String, Refused> {
    let mut bytes = [0; 10];
    getrandom::fill(&mut bytes).map_err(|cause| {
        tracing::error!(%cause, "the system gives no randomness");
        Refused::storage()
    })?;
    Ok(hex(&bytes))
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
