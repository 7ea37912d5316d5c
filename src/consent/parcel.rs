//! What may leave the browser: a lead with consent, or the notice that consent was taken back.
//!
//! Both are made in this room alone. What a browser stored is taken up again by its text; that
//! cannot tell whether this room wrote it: a script of the same site could have put it there, as it
//! could post by itself. The receiver verifies every lead.

use super::record::{Granted, QualifiedLead, given};
use crate::destination::{self, Address, Wire};
use crate::digest::sha256_hex;
use crate::flow::{Checked, Endpoint, Write};
use crate::json::{self, Json, Numbers, Writer, canonical};
use crate::lead::{Lead, Record};
use alloc::{string::String, vec::Vec};

/// The version of what is stored; texts of a later one are left to whoever wrote them.
const STORED: f64 = 1.0;

/// A request, ready to be made.
#[derive(Clone, Debug, PartialEq)]
pub struct Post {
    id: String,
    key: String,
    endpoint: Endpoint,
    wire: Wire,
    redirects: bool,
    body: String,
}

impl Post {
    /// Under which it is stored and claimed: one for each lead and destination, and for each notice.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The idempotency key: 32 hex digits, the same through all attempts.
    pub fn key(&self) -> &str {
        &self.key
    }

    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    pub fn wire(&self) -> Wire {
        self.wire
    }

    /// Whether to go on to where the endpoint sends the browser.
    pub fn redirects(&self) -> bool {
        self.redirects
    }

    pub fn body(&self) -> &str {
        &self.body
    }

    /// The id of the destination; empty for the flow's own endpoint.
    pub fn destination(&self) -> &str {
        self.id.split_once('.').map_or("", |(_, destination)| destination)
    }
}

/// A lead that may be sent: qualified, and with a granted record that covers it.
#[derive(Clone, Debug, PartialEq)]
pub struct ConsentedLead {
    post: Post,
    /// The record, as JSON.
    consent: Json,
    consent_sha256: String,
    /// The id of the flow that asked.
    flow: String,
    /// The consent is not relied on after this, in milliseconds since 1970 UTC.
    valid_until: Option<i64>,
}

impl ConsentedLead {
    pub fn post(&self) -> &Post {
        &self.post
    }
}

/// A notice that consent to a lead was taken back. It holds ids, hashes and a time, and no answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Withdrawal {
    post: Post,
    lead: String,
    consent_id: String,
    consent_sha256: String,
    at: i64,
}

/// What a send takes.
#[derive(Clone, Debug, PartialEq)]
pub enum Parcel {
    Lead(ConsentedLead),
    Withdrawal(Withdrawal),
}

impl Parcel {
    pub fn post(&self) -> &Post {
        match self {
            Parcel::Lead(lead) => &lead.post,
            Parcel::Withdrawal(notice) => &notice.post,
        }
    }

    /// The idempotency key of the lead that it is, or is about.
    pub fn lead_key(&self) -> &str {
        match self {
            Parcel::Lead(lead) => &lead.post.key,
            Parcel::Withdrawal(notice) => &notice.lead,
        }
    }

    /// In milliseconds since 1970 UTC; nothing for a notice, which is always worth sending.
    pub fn valid_until(&self) -> Option<i64> {
        match self {
            Parcel::Lead(lead) => lead.valid_until,
            Parcel::Withdrawal(_) => None,
        }
    }
}

/// What goes along with a form that the page posts by itself: a lead, and the record of the consent given in that
/// form.
#[derive(Clone, Debug, PartialEq)]
pub struct Attachment(Lead);

impl Attachment {
    /// With its consent.
    pub fn lead(&self) -> &Lead {
        &self.0
    }
}

/// Binds a granted record to a lead that a form carries.
pub fn attach(mut lead: Lead, granted: Granted, flow: &Checked) -> Attachment {
    bind(&mut lead, granted, flow.numbers);
    Attachment(lead)
}

/// Puts a record into the lead that it covers, with both hashes; gives the record as JSON.
fn bind(lead: &mut Lead, granted: Granted, numbers: Numbers) -> Json {
    let payload_sha256 = covered(lead, numbers);
    let record = Record { payload_sha256, ..granted.0 };
    let consent = tree(&record, numbers);
    lead.consent_sha256 = Some(hash(&consent, numbers));
    lead.consent = Some(record);
    consent
}

/// Joins a qualified lead and a granted record: both hashes are made here, and one parcel for each address.
/// The flow is the one that both were made with.
pub fn seal(lead: QualifiedLead, granted: Granted, to: &[&Address], flow: &Checked) -> Vec<ConsentedLead> {
    let (mut lead, numbers, valid_until) = (lead.0, flow.numbers, granted.0.valid_until);
    let consent = bind(&mut lead, granted, numbers);
    let consent_sha256 = lead.consent_sha256.clone().unwrap_or_default();
    let mut writer = Writer::new(numbers);
    lead.write(&mut writer);
    let json = json::parse(writer.out.as_bytes(), numbers).unwrap_or_default();
    let parcel = |address: &&Address| ConsentedLead {
        post: Post {
            id: id(&lead.idempotency_key, &address.destination),
            key: lead.idempotency_key.clone(),
            endpoint: address.endpoint.clone(),
            wire: address.wire,
            redirects: address.redirects,
            body: match address.place {
                Some(place) => destination::body(flow, place, &json, &writer.out),
                None => writer.out.clone(),
            },
        },
        consent: consent.clone(),
        consent_sha256: consent_sha256.clone(),
        flow: lead.flow.id.clone(),
        valid_until,
    };
    to.iter().map(parcel).collect()
}

fn id(key: &str, destination: &str) -> String {
    if destination.is_empty() { key.into() } else { [key, ".", destination].concat() }
}

/// Whether an id is one that [`id`] makes of this key.
fn is_of(id: &str, key: &str) -> bool {
    id.split_once('.').map_or(id, |(key, _)| key) == key
}

fn tree(value: &impl Write, numbers: Numbers) -> Json {
    let mut writer = Writer::new(numbers);
    value.write(&mut writer);
    json::parse(writer.out.as_bytes(), numbers).unwrap_or_default()
}

/// The SHA-256 of the canonical JSON (RFC 8785), in hex.
fn hash(value: &Json, numbers: Numbers) -> String {
    let mut writer = Writer::new(numbers);
    canonical(value, &mut writer);
    sha256_hex(writer.out.as_bytes())
}

/// The hash of what consent to a lead covers: all of it but the consent itself.
pub(crate) fn covered(lead: &Lead, numbers: Numbers) -> String {
    let mut json = tree(lead, numbers);
    if let Json::Object(entries) = &mut json {
        entries.retain(|(key, _)| key != "consent" && key != "consent_sha256");
    }
    hash(&json, numbers)
}

/// The hash of a record.
#[cfg(not(feature = "widget"))]
pub(crate) fn record_hash(record: &Record, numbers: Numbers) -> String {
    hash(&tree(record, numbers), numbers)
}

/// Takes consent to a lead back, from the lead itself. `at` in milliseconds since 1970 UTC. Nothing for
/// destinations that hear of no withdrawals.
pub(crate) fn take_back(lead: &ConsentedLead, at: i64, numbers: Numbers) -> Option<Withdrawal> {
    if lead.post.wire != Wire::Prequal {
        return None;
    }
    let consent_id = lead.consent.get("id")?.as_text()?;
    withdrawal(&lead.post.id, &lead.post.key, &lead.post.endpoint, consent_id, &lead.consent_sha256, at, numbers)
}

/// `id`: under which the lead was stored for the destination that hears of it.
fn withdrawal(
    id: &str,
    lead: &str,
    endpoint: &Endpoint,
    consent_id: &str,
    consent_sha256: &str,
    at: i64,
    numbers: Numbers,
) -> Option<Withdrawal> {
    let hex = |text: &str, length| text.len() == length && text.bytes().all(|b| b.is_ascii_hexdigit());
    if !is_key(lead) || !is_of(id, lead) || !hex(consent_id, 32) || !hex(consent_sha256, 64) {
        return None;
    }
    // Told apart from the lead's own key, and the same whoever writes it.
    let key: String = sha256_hex(["withdrawal:", lead].concat().as_bytes())[..32].into();
    let text = |text: &str| Json::Text(text.into());
    let body = object([
        ("prequal_withdrawal", Json::Number(1.0)),
        ("idempotency_key", text(&key)),
        ("lead", text(lead)),
        ("consent_id", text(consent_id)),
        ("consent_sha256", text(consent_sha256)),
        ("at", Json::Number(at as f64)),
    ]);
    let mut writer = Writer::new(numbers);
    writer.json(&body);
    Some(Withdrawal {
        post: Post {
            id: ["-", id].concat(),
            key,
            endpoint: endpoint.clone(),
            wire: Wire::Prequal,
            redirects: false,
            body: writer.out,
        },
        lead: lead.into(),
        consent_id: consent_id.into(),
        consent_sha256: consent_sha256.into(),
        at,
    })
}

fn object<const N: usize>(entries: [(&str, Json); N]) -> Json {
    Json::Object(entries.map(|(key, value)| (key.into(), value)).into())
}

/// 32 lower-case hex digits.
pub fn is_key(key: &str) -> bool {
    key.len() == 32 && key.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

/// The text under which a parcel is kept until it is acknowledged. `born`: when it was first stored
/// (milliseconds since 1970 UTC); `dead`: the status that ended the attempts, 0 for none in time.
pub(crate) fn stored(parcel: &Parcel, born: i64, dead: Option<u32>, numbers: Numbers) -> String {
    let text = |text: &str| Json::Text(text.into());
    let post = parcel.post();
    let mut json = object([
        ("v", Json::Number(STORED)),
        ("endpoint", text(post.endpoint.as_str())),
        ("born", Json::Number(born as f64)),
    ]);
    let Json::Object(entries) = &mut json else { return String::new() };
    let mut add = |key: &str, value| entries.push((key.into(), value));
    match parcel {
        Parcel::Lead(lead) => {
            add("id", text(&post.id));
            add("key", text(&post.key));
            add("wire", text(post.wire.name()));
            if post.redirects {
                add("redirects", Json::Bool(true));
            }
            add("body", text(&post.body));
            add("flow", text(&lead.flow));
            add("consent", lead.consent.clone());
            add("consent_sha256", text(&lead.consent_sha256));
        }
        Parcel::Withdrawal(notice) => {
            add("id", text(&post.id[1..]));
            add("withdrawn", text(&notice.lead));
            add("consent_id", text(&notice.consent_id));
            add("consent_sha256", text(&notice.consent_sha256));
            add("at", Json::Number(notice.at as f64));
        }
    }
    if let Some(status) = dead {
        add("dead", Json::Number(status.into()));
    }
    let mut writer = Writer::new(numbers);
    writer.json(&json);
    writer.out
}

/// The text of what the browser keeps of a lead once it may have been sent, so that consent can be taken back
/// later: the record, and no answer.
pub(crate) fn receipt(lead: &ConsentedLead, numbers: Numbers) -> String {
    let text = |text: &str| Json::Text(text.into());
    let mut writer = Writer::new(numbers);
    writer.json(&object([
        ("v", Json::Number(STORED)),
        ("id", text(&lead.post.id)),
        ("lead", text(&lead.post.key)),
        ("flow", text(&lead.flow)),
        ("endpoint", text(lead.post.endpoint.as_str())),
        ("wire", text(lead.post.wire.name())),
        ("consent", lead.consent.clone()),
        ("consent_sha256", text(&lead.consent_sha256)),
    ]));
    writer.out
}

/// Takes consent back by a text of [`receipt`]: the key of the lead, and a notice where its destination hears of
/// withdrawals.
pub(crate) fn take_back_by(receipt: &str, at: i64, numbers: Numbers) -> Option<(String, Option<Withdrawal>)> {
    let json = read(receipt, numbers)?;
    let text = |key| json.get(key)?.as_text();
    let lead = text("lead").filter(|lead| is_key(lead))?;
    let notice = || {
        text("wire").filter(|wire| *wire == Wire::Prequal.name())?;
        let consent_id = json.get("consent")?.get("id")?.as_text()?;
        let (id, endpoint) = (text("id").unwrap_or(lead), Endpoint::parse(text("endpoint")?)?);
        withdrawal(id, lead, &endpoint, consent_id, text("consent_sha256")?, at, numbers)
    };
    Some((lead.into(), notice()))
}

fn read(text: &str, numbers: Numbers) -> Option<Json> {
    let json = json::parse(text.as_bytes(), numbers).ok()?;
    // What has no version is older than versions.
    matches!(json.get("v"), None | Some(Json::Number(STORED))).then_some(json)
}

/// Reads what [`stored`] wrote for a parcel that is still to be delivered, and when it was born. Nothing
/// without a key, a granted record, or an endpoint that leads may go to.
pub(crate) fn restored(text: &str, now: i64, numbers: Numbers) -> Option<(Parcel, i64)> {
    let json = read(text, numbers)?;
    let text = |key| json.get(key)?.as_text();
    let number = |key| match json.get(key) {
        Some(Json::Number(n)) => Some(*n as i64),
        _ => None,
    };
    let endpoint = Endpoint::parse(text("endpoint")?)?;
    let born = number("born").unwrap_or(now);
    if let Some(lead) = text("withdrawn") {
        let at = number("at").unwrap_or(born);
        let id = text("id").unwrap_or(lead);
        let notice = withdrawal(id, lead, &endpoint, text("consent_id")?, text("consent_sha256")?, at, numbers)?;
        return Some((Parcel::Withdrawal(notice), born));
    }
    let body = text("body")?;
    // A version before this one kept the lead alone.
    let lead = if json.get("consent").is_none() { json::parse(body.as_bytes(), numbers).ok()? } else { Json::Null };
    let within = |key| json.get(key).or_else(|| lead.get(key));
    let consent = within("consent")?;
    let key = json.get("key").or_else(|| lead.get("idempotency_key"))?.as_text()?;
    let id = text("id").unwrap_or(key);
    if !is_key(key) || !is_of(id, key) || !given(consent) {
        return None;
    }
    let valid_until = match consent.get("valid_until") {
        Some(Json::Number(n)) => Some(*n as i64),
        _ => None,
    };
    let wire = text("wire").map_or(Some(Wire::Prequal), Wire::named)?;
    let lead = ConsentedLead {
        post: Post {
            id: id.into(),
            key: key.into(),
            endpoint,
            wire,
            redirects: json.get("redirects") == Some(&Json::Bool(true)),
            body: body.into(),
        },
        consent: consent.clone(),
        consent_sha256: within("consent_sha256").and_then(Json::as_text).unwrap_or_default().into(),
        flow: text("flow").unwrap_or_default().into(),
        valid_until,
    };
    Some((Parcel::Lead(lead), born))
}
