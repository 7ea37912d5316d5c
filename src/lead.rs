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
        /// The cell of the grid, such as `A1`.
        grade: Option<String>,
        frameworks: Vec<Coverage>,
        icp: Option<IcpMatch>,
        red_flags: Vec<RaisedFlag>,
        segment: Option<String>,
        route: Option<Assignment>,
        pace: Option<Pace>,
        attribution: Option<Attribution>,
        /// An object of variables and their values; those that are open, or have none, are left out.
        variables: Option<Json>,
        experiments: Vec<Assigned>,
        /// Where answers were given that a form has a part in.
        given: Vec<Given>,
        /// The proof of consent; nothing is sent without it.
        consent: Option<Record>,
        /// Of the record's canonical JSON (RFC 8785), in hex.
        consent_sha256: Option<String>,
    }

    /// Where an answer was given.
    pub struct Given {
        field: String,
        /// `form` or `conversation`.
        by: String,
        /// Milliseconds since 1970 UTC.
        at: i64,
        ;
        /// Where another answer had been given before, in whose place this one stands.
        instead_of: Option<String>,
    }

    /// The variant that a visit had of an experiment.
    pub struct Assigned {
        experiment: String,
        variant: String,
        ;
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
        /// The newest of them, oldest first: 64 at most.
        seen: Vec<Sighting>,
        ;
    }

    /// One occurrence of a signal.
    pub struct Sighting {
        /// Milliseconds since 1970 UTC.
        at: i64,
        ;
        /// Pages of the signal are numbered in the order they were first seen; their addresses stay
        /// with the visitor.
        page: u32,
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
        /// `rule:<id>`, `option:<field>.<option>`, `band:<field>.<place>` or `flag:<id>`.
        source: String,
        score: String,
        /// As the flow gives them.
        points: i64,
        /// What is left of them after window and decay.
        decayed: i64,
        /// What is left of those after the limits of group and score; these sum to the score.
        counted: i64,
        reason: String,
        ;
    }

    /// A framework and what is known of its criteria.
    pub struct Coverage {
        id: String,
        criteria: Vec<CriterionState>,
        ;
    }

    pub struct CriterionState {
        id: String,
        /// `met`, `not_met` or `unknown`.
        state: String,
        ;
        /// The field whose answer shows it.
        field: Option<String>,
    }

    /// How well the lead matches the ideal customer profile. Ids of traits.
    pub struct IcpMatch {
        /// The weights that hit, of all; whole percent, fractions dropped.
        percent: u32,
        hit: Vec<String>,
        missed: Vec<String>,
        unknown: Vec<String>,
        ;
    }

    pub struct RaisedFlag {
        id: String,
        reason: String,
        ;
        /// What was probably meant, such as `gmail.com`.
        suggestion: Option<String>,
    }

    /// Whom the lead goes to.
    pub struct Assignment {
        owner: String,
        ;
        /// The route that took it; none for the fallback.
        route: Option<String>,
    }

    /// How fast the answers came.
    pub struct Pace {
        answered: u32,
        /// How many came faster than their question can be read.
        hasty: u32,
        ;
    }

    /// The first and the last touch.
    pub struct Attribution {
        first: Touch,
        ;
        /// None where the first was the last.
        last: Option<Touch>,
        /// How many visits there were, this one included, as far as the visitor let it be kept; one where absent.
        visits: Option<u32>,
        /// How often the visitor came from elsewhere; once where absent.
        touches: Option<u32>,
        /// The paths of the pages that were shown, each once, the newest last, where a condition of the flow asks for
        /// them: 50 at most.
        pages: Vec<String>,
    }

    /// Where a visit came from; no query except UTM.
    pub struct Touch {
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
        /// Of the canonical JSON (RFC 8785) of the lead without `consent` and `consent_sha256`, in hex: what the
        /// consent covers.
        payload_sha256: String,
        ;
        contact: Option<String>,
        recipients: Vec<String>,
        /// Of the privacy notice, in hex, where the flow says it.
        notice_sha256: Option<String>,
        data_categories: Vec<String>,
        /// The consent is not relied on after this, in milliseconds since 1970 UTC.
        valid_until: Option<i64>,
        /// What the browser and consent platforms on the page said then. Never taken for consent to a lead.
        signals: Vec<PrivacySignal>,
    }

    /// What something else than the visitor's choice says of privacy.
    pub struct PrivacySignal {
        /// `gpc` (Global Privacy Control), `tcf` (IAB), `consent_mode` (Google), `klaro` or `cookieconsent`.
        source: String,
        /// In that source's own terms, shortened to 400 characters.
        value: String,
        ;
    }

    pub struct PurposeChoice {
        id: String,
        /// The exact words shown.
        text: String,
        text_sha256: String,
        granted: bool,
        /// What the choice was before the visitor made it: always false.
        default: bool,
        required: bool,
        /// `consent` (GDPR Art. 6(1)(a)).
        lawful_basis: String,
        ;
    }

    pub struct ConsentEvent {
        /// `given`, `refused` or `withdrawn`.
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
        /// The id of the consent step, or `form:` and the name of the form.
        control: String,
        gesture: String,
        ;
    }
}

/// Most pages that a lead says it was shown.
pub const PAGES: usize = 50;

impl Attribution {
    /// Takes note of a page that was shown: each stands there once, the newest last.
    pub(crate) fn show(&mut self, path: &str) {
        self.pages.retain(|known| known != path);
        if self.pages.len() == PAGES {
            self.pages.remove(0);
        }
        self.pages.push(path.into());
    }
}
