//! What was shown and what was chosen, as a record; and a lead that is worth delivering.

use crate::digest::{hex, sha256_hex};
use crate::flow::{Checked, model};
use crate::json::Json;
use crate::lead::{CollectedBy, ConsentEvent, Lead, PrivacySignal, PurposeChoice, Record};
use crate::score::Scorecard;
use alloc::{string::String, vec::Vec};

const DAY: i64 = 86_400_000;

/// Stands before the name of a form whose boxes the choice was made at, in the place of a consent step.
pub(crate) const FORM: &str = "form:";

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
    /// What the browser and consent platforms on the page say of privacy now.
    pub privacy: Vec<PrivacySignal>,
}

/// A record in which every required purpose is granted. Only [`record`] makes one.
#[derive(Clone, Debug, PartialEq)]
pub struct Granted(pub(super) Record);

impl Granted {
    /// What was chosen; what it covers is not known yet.
    pub fn record(&self) -> &Record {
        &self.0
    }
}

/// A lead of a stage that is delivered.
#[derive(Clone, Debug, PartialEq)]
pub struct QualifiedLead(pub(super) Lead);

impl QualifiedLead {
    /// `None` when the scorecard does not qualify in this flow.
    pub fn new(flow: &Checked, card: &Scorecard, lead: Lead) -> Option<QualifiedLead> {
        card.qualifies(flow).then_some(QualifiedLead(lead))
    }
}

/// The visitor's choice, purpose by purpose, made at the consent step `control`, or at the boxes of a form.
pub struct Choice<'a> {
    /// By purpose.
    pub granted: &'a [bool],
    /// By purpose: the words that were shown, where they are not those of the flow.
    pub texts: &'a [Option<String>],
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
    let purposes = consent.purposes.iter().zip(choice.granted).enumerate().map(|(place, (purpose, granted))| {
        let text = choice.texts.get(place).and_then(Option::as_ref).unwrap_or(&purpose.text);
        PurposeChoice {
            id: purpose.id.clone(),
            text: text.clone(),
            text_sha256: sha256_hex(text.as_bytes()),
            granted: *granted,
            default: false,
            required: purpose.required,
            lawful_basis: "consent".into(),
        }
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
        // What it covers is known when it is sealed.
        payload_sha256: String::new(),
        contact: consent.contact.clone(),
        recipients: consent.recipients.clone(),
        notice_sha256: consent.notice_sha256.clone(),
        data_categories: consent.data_categories.clone(),
        valid_until: Some(valid_until(consent, choice.at)),
        signals: setting.privacy.clone(),
    }))
}

/// Until when a choice made at a time is relied on (milliseconds since 1970 UTC).
pub(super) fn valid_until(consent: &model::Consent, at: i64) -> i64 {
    at.saturating_add(i64::from(consent.valid_days.unwrap_or(consent.retention_days)) * DAY)
}

/// Whether the JSON of a record says that every required purpose is granted, and that this stands.
pub(super) fn given(record: &Json) -> bool {
    let (Some(Json::List(purposes)), Some(Json::List(events))) = (record.get("purposes"), record.get("events")) else {
        return false;
    };
    let flag = |purpose: &Json, name| purpose.get(name) == Some(&Json::Bool(true));
    let kind = events.last().and_then(|event| event.get("kind")?.as_text());
    kind == Some("given")
        && purposes.iter().any(|p| flag(p, "required"))
        && purposes.iter().all(|p| flag(p, "granted") || !flag(p, "required"))
}
