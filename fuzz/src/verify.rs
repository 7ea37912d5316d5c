//! Honest leads, edited: what a receiver is sent by whoever likes.

use crate::edit::edit;
use crate::flows::{GOOD, text};
use crate::source::Source;
use crate::visit::lean;
use prequal::json::{self, Json, Numbers};
use prequal::lead::Lead;

/// No lead makes the receiver panic, and one that it takes scores what it says and was agreed to.
pub fn verify(bytes: &[u8]) {
    let mut source = Source::new(bytes);
    let place = source.below(LEADS.len());
    let mut json = LEADS[place].clone();
    edit(&mut json, &mut source);
    let body = text(&json);
    let Ok(lead) = serde_json::from_str::<Lead>(&body) else { return };
    if let Some(same) = lean(&body) {
        assert_eq!(same, lead, "both readers read the same lead");
    }
    if prequal::verify(&GOOD[place].checked, &lead).is_ok() {
        assert_eq!(lead.total, lead.scores.iter().map(|line| line.points).sum::<i64>());
        assert_eq!(lead.total, lead.contributions.iter().map(|c| c.counted).sum::<i64>());
        assert!(lead.disqualified.is_empty());
        let record = lead.consent.expect("a lead that is taken has a record");
        assert!(record.purposes.iter().all(|purpose| purpose.granted || !purpose.required));
    }
}

/// By good flow: a lead that qualifies and was agreed to.
static LEADS: std::sync::LazyLock<Vec<Json>> = std::sync::LazyLock::new(|| {
    let read = |text: &str| json::parse(text.as_bytes(), Numbers::NATIVE).expect("a lead is JSON");
    GOOD.iter().map(|good| read(&crate::visit::honest(&good.checked))).collect()
});
