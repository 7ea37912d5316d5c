//! What a receiver asks of the consent in a lead.

use super::is_key;
use super::parcel::{covered, record_hash};
use super::record::{FORM, suffices, valid_until};
use crate::digest::sha256_hex;
use crate::flow::{Checked, model};
use crate::lead::Lead;
use alloc::vec::Vec;

/// Whether a record in a lead is one that this flow would have written; what the receiver asks.
///
/// # Errors
/// What does not fit, in a sentence.
pub fn inspect(flow: &Checked, lead: &Lead) -> Result<(), &'static str> {
    let Some(record) = &lead.consent else { return Err("The lead carries no consent record.") };
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
        || record.notice_sha256 != consent.notice_sha256
        || record.data_categories != consent.data_categories
    {
        return Err("The consent record does not say what the flow says.");
    }
    // A form shows words of its own.
    let by_form = record.collected_by.control.strip_prefix(FORM).is_some_and(|name| !name.is_empty());
    let same = record.purposes.len() == consent.purposes.len()
        && record.purposes.iter().zip(&consent.purposes).all(|(shown, purpose)| {
            shown.id == purpose.id
                && (shown.text == purpose.text || by_form && !shown.text.is_empty())
                && !shown.default
                && shown.lawful_basis == "consent"
                && shown.required == purpose.required
                && shown.text_sha256 == sha256_hex(shown.text.as_bytes())
        });
    if !same {
        return Err("The purposes shown are not those of the flow.");
    }
    let granted: Vec<bool> = record.purposes.iter().map(|p| p.granted).collect();
    if !suffices(consent, &granted) {
        return Err("A required purpose was not agreed to.");
    }
    let [event] = record.events.as_slice() else { return Err("The record does not hold one event.") };
    if event.kind != "given" {
        return Err("The event of the record is not “given”.");
    }
    if record.valid_until != Some(valid_until(consent, event.at)) {
        return Err("The consent is not valid for as long as the flow says.");
    }
    let asks = |step: &model::Step| step.consent && step.id == record.collected_by.control;
    if !by_form && !flow.flow.conversation.steps.iter().any(asks) {
        return Err("The record names no consent step of the flow, and no form.");
    }
    if !is_key(&record.id) {
        return Err("The record has no id.");
    }
    if record.payload_sha256 != covered(lead, flow.numbers) {
        return Err("The consent covers another lead than this one.");
    }
    if lead.consent_sha256.as_deref() != Some(&*record_hash(record, flow.numbers)) {
        return Err("The consent record was changed after it was made.");
    }
    Ok(())
}
