//! Consent: what was shown, what was chosen, and the only maker of [`ConsentedLead`].
//!
//! What it does not do: it sends nothing and stores nothing. A [`ConsentedLead`] has no public
//! fields and no constructor outside this room; [`seal`] wants a qualified lead and a granted
//! record. A lead that was stored is taken up again by its text, for the outbox alone.

use crate::digest::{hex, sha256_hex};
use crate::flow::{Checked, Endpoint, Write, model};
use crate::json::{self, Json, Numbers, Writer};
use crate::lead::{CollectedBy, ConsentEvent, Lead, PurposeChoice, Record};
use crate::score::Scorecard;
use alloc::{string::String, vec::Vec};

/// Where and how the widget runs; part of every record.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Setting {
    /// Scheme, host and port of the page.
    pub origin: String,
    /// The page's path, without query and fragment; page views move it.
    pub path: String,
    /// East of UTC is positive.
    pub utc_offset_minutes: i32,
    pub widget_version: String,
}

/// A record in which every required purpose is granted. Only [`record`] makes one.
#[derive(Clone, Debug, PartialEq)]
pub struct Granted(Record);

/// A lead of a stage that is delivered.
#[derive(Clone, Debug, PartialEq)]
pub struct QualifiedLead(Lead);

impl QualifiedLead {
    /// `None` when the scorecard does not qualify in this flow.
    pub fn new(flow: &Checked, card: &Scorecard, lead: Lead) -> Option<QualifiedLead> {
        card.qualifies(flow).then_some(QualifiedLead(lead))
    }
}

/// A lead that may be sent: qualified, and with a granted record inside.
#[derive(Clone, Debug, PartialEq)]
pub struct ConsentedLead {
    key: String,
    endpoint: Endpoint,
    body: String,
}

impl ConsentedLead {
    /// The idempotency key: 32 hex digits, the same for the lead's whole life.
    pub fn key(&self) -> &str {
        &self.key
    }

    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// The JSON to post.
    pub fn body(&self) -> &str {
        &self.body
    }
}

/// The visitor's choice, purpose by purpose, made at the consent step `control`.
pub struct Choice<'a> {
    /// By purpose.
    pub granted: &'a [bool],
    /// Milliseconds since 1970 UTC.
    pub at: i64,
    pub entropy: [u8; 16],
    pub control: &'a str,
    pub setting: &'a Setting,
}

/// Whether a choice grants every required purpose.
pub fn suffices(consent: &model::Consent, granted: &[bool]) -> bool {
    consent.purposes.len() == granted.len()
        && consent.purposes.iter().any(|p| p.required)
        && consent.purposes.iter().zip(granted).all(|(purpose, granted)| *granted || !purpose.required)
}

/// Writes the record of a choice. `None` when a required purpose was not granted: a refusal leaves
/// nothing behind.
pub fn record(flow: &Checked, choice: &Choice) -> Option<Granted> {
    let consent = flow.flow.consent.as_ref().filter(|consent| suffices(consent, choice.granted))?;
    let purposes = consent.purposes.iter().zip(choice.granted).map(|(purpose, granted)| PurposeChoice {
        id: purpose.id.clone(),
        text: purpose.text.clone(),
        text_sha256: sha256_hex(purpose.text.as_bytes()),
        granted: *granted,
        required: purpose.required,
        lawful_basis: "consent".into(),
    });
    let setting = choice.setting;
    Some(Granted(Record {
        id: hex(&choice.entropy),
        flow_sha256: flow.sha256.clone(),
        controller: consent.controller.clone(),
        notice_url: consent.notice_url.clone(),
        notice_version: consent.notice_version.clone(),
        language: flow.flow.locale.clone(),
        retention_days: consent.retention_days,
        withdrawal: consent.withdrawal.clone(),
        purposes: purposes.collect(),
        events: Vec::from([ConsentEvent {
            kind: "given".into(),
            at: choice.at,
            utc_offset_minutes: setting.utc_offset_minutes,
        }]),
        collected_by: CollectedBy {
            widget_version: setting.widget_version.clone(),
            page: String::from(setting.origin.as_str()) + &setting.path,
            control: choice.control.into(),
            gesture: "click".into(),
        },
        contact: consent.contact.clone(),
        recipients: consent.recipients.clone(),
    }))
}

/// Joins a qualified lead and a granted record into the one thing that can be sent.
pub fn seal(lead: QualifiedLead, granted: Granted, endpoint: Endpoint, numbers: Numbers) -> ConsentedLead {
    let lead = Lead { consent: Some(granted.0), ..lead.0 };
    let mut writer = Writer::new(numbers);
    lead.write(&mut writer);
    ConsentedLead { key: lead.idempotency_key, endpoint, body: writer.out }
}

/// Takes up a lead that this browser stored. `None` without a key, a granted record, or an endpoint
/// that leads may go to. It cannot tell whether [`seal`] made the text: a script of the same site
/// could have put it there, as it could post by itself. The receiver scores it anew.
fn reopen(body: &str, endpoint: &str, numbers: Numbers) -> Option<ConsentedLead> {
    // By hand rather than by the lead's reader: five kilobytes less in the browser.
    let lead = json::parse(body.as_bytes(), numbers).ok()?;
    let key = lead.get("idempotency_key")?.as_text()?;
    let record = lead.get("consent")?;
    let (Json::List(purposes), Json::List(events)) = (record.get("purposes")?, record.get("events")?) else {
        return None;
    };
    let flag = |purpose: &Json, name| purpose.get(name) == Some(&Json::Bool(true));
    let granted = purposes.iter().any(|p| flag(p, "required"))
        && purposes.iter().all(|p| flag(p, "granted") || !flag(p, "required"));
    let given = events.last()?.get("kind")?.as_text() == Some("given");
    let endpoint = Endpoint::parse(endpoint)?;
    (granted && given && is_key(key)).then(|| ConsentedLead { key: key.into(), endpoint, body: body.into() })
}

/// 32 lower-case hex digits.
pub fn is_key(key: &str) -> bool {
    key.len() == 32 && key.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

/// Whether a record in a lead is one that this flow would have written; what the receiver asks.
///
/// # Errors
/// What does not fit, in a sentence.
pub fn inspect(flow: &Checked, record: &Record) -> Result<(), &'static str> {
    let Some(consent) = &flow.flow.consent else { return Err("The flow asks for no consent.") };
    if record.flow_sha256 != flow.sha256 {
        return Err("The consent record was made with another flow.");
    }
    if record.controller != consent.controller
        || record.notice_url != consent.notice_url
        || record.notice_version != consent.notice_version
        || record.withdrawal != consent.withdrawal
        || record.retention_days != consent.retention_days
        || record.recipients != consent.recipients
        || record.contact != consent.contact
        || record.language != flow.flow.locale
    {
        return Err("The consent record does not say what the flow says.");
    }
    let same = record.purposes.len() == consent.purposes.len()
        && record.purposes.iter().zip(&consent.purposes).all(|(shown, purpose)| {
            shown.id == purpose.id
                && shown.text == purpose.text
                && shown.required == purpose.required
                && shown.text_sha256 == sha256_hex(purpose.text.as_bytes())
        });
    if !same {
        return Err("The purposes shown are not those of the flow.");
    }
    let granted: Vec<bool> = record.purposes.iter().map(|p| p.granted).collect();
    if !suffices(consent, &granted) {
        return Err("A required purpose was not agreed to.");
    }
    if record.events.last().is_none_or(|event| event.kind != "given") {
        return Err("The last event of the record is not “given”.");
    }
    let asks = |step: &model::Step| step.consent && step.id == record.collected_by.control;
    if !flow.flow.conversation.steps.iter().any(asks) {
        return Err("The record names no consent step of the flow.");
    }
    if !is_key(&record.id) {
        return Err("The record has no id.");
    }
    Ok(())
}

/// The text under which a lead is kept until it is acknowledged.
pub(crate) fn stored(lead: &ConsentedLead, dead: Option<u32>, numbers: Numbers) -> String {
    let mut writer = Writer::new(numbers);
    writer.out.push('{');
    writer.key("endpoint");
    writer.text(lead.endpoint.as_str());
    writer.key("body");
    writer.text(&lead.body);
    if let Some(status) = dead {
        writer.key("dead");
        writer.json(&Json::Number(status.into()));
    }
    writer.out.push('}');
    writer.out
}

/// Reads what [`stored`] wrote for a lead that is still to be delivered.
pub(crate) fn restored(text: &str, numbers: Numbers) -> Option<ConsentedLead> {
    let json = json::parse(text.as_bytes(), numbers).ok()?;
    reopen(json.get("body")?.as_text()?, json.get("endpoint")?.as_text()?, numbers)
}
