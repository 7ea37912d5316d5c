//! The payload that is posted: one consented, qualified lead. Its schema has a version of its own.

use crate::flow::read::model;
use crate::json::Json;
use alloc::{string::String, vec::Vec};

/// The version of the payload's schema.
pub const SCHEMA: u32 = 1;

model! {
    /// A lead as it is posted.
    pub struct Lead {
        /// The schema's version: 1.
        prequal: u32,
        /// 32 hex digits; the same through all retries of a lead's life.
        idempotency_key: String,
        /// When consent was given, in milliseconds since 1970 UTC by the visitor's clock.
        created_at: i64,
        flow: FlowRef,
        /// An object of field ids and values: an option's id, a list of them, a number, a text,
        /// or null for a question that the visitor skipped.
        answers: Json,
        signals: Vec<SignalSeen>,
        scores: Vec<ScoreLine>,
        /// The sum of the scores.
        total: i64,
        contributions: Vec<Contribution>,
        /// The id of the stage.
        stage: String,
        ;
        /// Ids of the disqualifiers that hold; empty in every lead that is sent.
        disqualified: Vec<String>,
        attribution: Option<Attribution>,
        /// The proof of consent; nothing is sent without it.
        consent: Option<Record>,
    }

    /// Which flow asked.
    pub struct FlowRef {
        id: String,
        version: u32,
        /// Of the flow file's bytes, in hex.
        sha256: String,
        ;
    }

    /// A signal and how often it was seen.
    pub struct SignalSeen {
        id: String,
        count: u32,
        /// Milliseconds since 1970 UTC.
        first_at: i64,
        /// Milliseconds since 1970 UTC.
        last_at: i64,
        ;
    }

    pub struct ScoreLine {
        id: String,
        /// After floor and cap.
        points: i64,
        cap: i32,
        ;
    }

    /// One reason for the score.
    pub struct Contribution {
        /// `rule:<id>` or `option:<field>.<option>`.
        source: String,
        score: String,
        /// As the flow gives them.
        points: i32,
        /// What is left of them after floor and cap; these sum to the score.
        counted: i64,
        reason: String,
        ;
    }

    /// Where the visit came from; no query except UTM.
    pub struct Attribution {
        landing_path: String,
        ;
        referrer_host: Option<String>,
        /// `utm_source` and its kin, without the prefix.
        utm: Vec<Utm>,
    }

    pub struct Utm {
        key: String,
        value: String,
        ;
    }

    /// What was shown, when, and what was chosen. After the Kantara consent receipt and
    /// ISO/IEC TS 27560; it holds no IP address and no user agent.
    pub struct Record {
        /// 32 hex digits.
        id: String,
        flow_sha256: String,
        controller: String,
        notice_url: String,
        notice_version: String,
        /// The language the texts were shown in (BCP 47).
        language: String,
        retention_days: u32,
        withdrawal: String,
        purposes: Vec<PurposeChoice>,
        /// Append-only.
        events: Vec<ConsentEvent>,
        collected_by: CollectedBy,
        ;
        contact: Option<String>,
        recipients: Vec<String>,
    }

    pub struct PurposeChoice {
        id: String,
        /// The exact words shown.
        text: String,
        text_sha256: String,
        granted: bool,
        required: bool,
        /// `consent` (GDPR Art. 6(1)(a)).
        lawful_basis: String,
        ;
    }

    pub struct ConsentEvent {
        /// `given` or `refused`.
        kind: String,
        /// Milliseconds since 1970 UTC, by the visitor's clock.
        at: i64,
        /// East of UTC is positive.
        utc_offset_minutes: i32,
        ;
    }

    /// How the choice was made.
    pub struct CollectedBy {
        widget_version: String,
        /// The page's address without query and fragment.
        page: String,
        /// The id of the consent step.
        control: String,
        gesture: String,
        ;
    }
}
