//! A kept lead, made ready for a page.

use super::standing::standing;
use super::words::{Words, answer, badge};
use crate::clock::Moment;
use crate::flows::Flows;
use crate::store::StoredLead;
use prequal::flow::model::{Kind, Shape};
use prequal::json::Json;
use prequal::lead::{Contribution, Given, Lead, Record};

/// Most answers that a line of the list tells.
const TOLD: usize = 4;

/// One line of the list.
pub(super) struct Row {
    pub id: String,
    pub seq: i64,
    pub who: String,
    /// The email address, when `who` is a name.
    pub contact: String,
    /// What the company is like, in a line.
    pub company: String,
    pub total: i64,
    pub most: i64,
    pub badge: String,
    pub stage: String,
    pub rank: &'static str,
    pub at: Moment,
    pub current: bool,
}

/// Everything about one lead.
pub(super) struct Detail {
    pub row: Row,
    pub email: Option<String>,
    pub phone: Option<Phone>,
    pub flow: String,
    pub version: u32,
    /// Whether labels come from a flow that is published here.
    pub published: bool,
    pub scores: Vec<ScoreBar>,
    pub thresholds: Vec<Threshold>,
    pub in_favour: Vec<Reason>,
    pub against: Vec<Reason>,
    pub disqualified: Vec<String>,
    /// Grade, owner, checklists, profile, red flags: as far as the flow has them.
    pub standing: Vec<Answer>,
    pub answers: Vec<Answer>,
    pub signals: Vec<Behaviour>,
    pub origin: Vec<(&'static str, String)>,
    pub consent: Option<Consent>,
    pub receipt: Vec<(&'static str, String)>,
    pub raw: String,
}

pub(super) struct Phone {
    pub text: String,
    /// Digits and a leading plus, for the link.
    pub digits: String,
}

pub(super) struct ScoreBar {
    pub label: String,
    pub points: i64,
    pub cap: i32,
}

/// Where a stage begins on the bar of the total.
pub(super) struct Threshold {
    pub label: String,
    pub from: i64,
    pub percent: i64,
}

pub(super) struct Reason {
    pub text: String,
    pub score: String,
    pub points: String,
    /// Said when not all of the points count.
    pub counted: Option<String>,
}

pub(super) struct Answer {
    pub label: String,
    pub values: Vec<String>,
    /// Where it was given, where a form has a part in it.
    pub given: Option<String>,
}

pub(super) struct Behaviour {
    pub label: String,
    pub count: u32,
    pub first: Moment,
    pub last: Moment,
}

pub(super) struct Consent {
    pub purposes: Vec<Purpose>,
    pub events: Vec<(String, Moment)>,
    pub facts: Vec<(&'static str, String)>,
    pub hashes: Vec<(String, String)>,
}

pub(super) struct Purpose {
    pub text: String,
    pub granted: bool,
    pub required: bool,
}

/// A lead and the words to tell it in; `None` when this version cannot read it.
pub(super) struct Told<'f> {
    pub lead: Lead,
    pub words: Words<'f>,
}

impl<'f> Told<'f> {
    fn read(stored: &StoredLead, flows: &'f Flows) -> Option<Self> {
        let lead: Lead = serde_json::from_slice(&stored.body)
            .inspect_err(|cause| tracing::warn!(id = stored.id, %cause, "a kept lead cannot be read by this version"))
            .ok()?;
        let words = Words::of(flows.for_labels(&lead.flow.id, &lead.flow.sha256));
        Some(Self { lead, words })
    }

    pub fn values(&self, id: &str) -> Vec<String> {
        self.lead.answers.get(id).map_or_else(Vec::new, |value| answer(self.words.field(id), value))
    }

    /// The first answer to a field of this kind.
    fn first(&self, kind: Kind, personal: bool) -> Option<String> {
        let fields = self.words.fields().iter().filter(|field| field.kind == kind && (field.personal || !personal));
        fields.flat_map(|field| self.values(&field.id)).find(|text| !text.trim().is_empty())
    }

    fn row(&self, stored: &StoredLead) -> Row {
        let lead = &self.lead;
        let name = self.first(Kind::ShortText, true);
        let email = self.first(Kind::Email, false);
        let telling = |kind: Kind| matches!(kind.shape(), Shape::Option | Shape::Number) || kind == Kind::Company;
        let company = self.words.fields().iter().filter(|field| !field.personal && telling(field.kind));
        let company: Vec<String> = company.flat_map(|field| self.values(&field.id)).take(TOLD).collect();
        let stage = self.words.stage(&lead.stage);
        Row {
            id: stored.id.clone(),
            seq: stored.seq,
            contact: name.as_ref().and(email.clone()).unwrap_or_default(),
            who: name.or(email).unwrap_or_else(|| format!("Lead {}", stored.id.chars().take(8).collect::<String>())),
            company: company.join(" · "),
            total: lead.total,
            most: self.most(),
            badge: badge(&lead.stage, &stage),
            rank: self.words.rank(&lead.stage),
            stage,
            at: Moment::utc(stored.received_at),
            current: false,
        }
    }

    /// The most points that a lead of this flow can have.
    fn most(&self) -> i64 {
        self.lead.scores.iter().map(|score| i64::from(score.cap)).sum()
    }

    /// Answers in the flow's order, then any that the flow does not know.
    fn answers(&self) -> Vec<Answer> {
        let known = self.words.fields().iter().filter(|field| self.lead.answers.get(&field.id).is_some());
        let given = |id: &str| self.lead.given.iter().find(|given| given.field == id).map(whence);
        let known = known.map(|field| Answer {
            label: field.label.clone(),
            values: self.values(&field.id),
            given: given(&field.id),
        });
        let mut answers: Vec<Answer> = known.collect();
        if let Json::Object(entries) = &self.lead.answers {
            let others = entries.iter().filter(|(id, _)| self.words.field(id).is_none());
            answers.extend(others.map(|(id, value)| Answer {
                label: id.clone(),
                values: answer(None, value),
                given: given(id),
            }));
        }
        answers
    }

    fn reason(&self, given: &Contribution) -> Reason {
        let score = self.words.score(&given.score);
        let counted = (given.counted != given.points).then(|| {
            let why = match given.points {
                _ if given.counted == given.decayed => "time has passed".to_owned(),
                1.. => format!("{score} is full"),
                _ => format!("{score} cannot fall lower"),
            };
            match given.counted {
                0 => format!("does not count, as {why}"),
                some => format!("only {} counts, as {why}", signed(some)),
            }
        });
        Reason { text: given.reason.clone(), score, points: signed(given.points), counted }
    }

    fn reasons(&self, wanted: fn(i64) -> bool) -> Vec<Reason> {
        let mut given: Vec<&Contribution> =
            self.lead.contributions.iter().filter(|given| wanted(given.points)).collect();
        given.sort_by_key(|given| std::cmp::Reverse(given.points.unsigned_abs()));
        given.into_iter().map(|given| self.reason(given)).collect()
    }

    fn origin(&self) -> Vec<(&'static str, String)> {
        let Some(from) = &self.lead.attribution else { return Vec::new() };
        let mut origin = Vec::new();
        for touch in std::iter::once(&from.first).chain(&from.last) {
            origin.push(("Landed on", touch.landing_path.clone()));
            origin.extend(touch.referrer_host.clone().filter(|host| !host.is_empty()).map(|host| ("Came from", host)));
            origin.extend(touch.utm.iter().map(|utm| ("Campaign", format!("{}: {}", utm.key, utm.value))));
        }
        origin.extend(from.visits.map(|visits| ("Visits", visits.to_string())));
        origin.extend(from.touches.map(|touches| ("Touches", touches.to_string())));
        origin.extend((!from.pages.is_empty()).then(|| ("Pages seen", from.pages.join(", "))));
        origin
    }
}

/// The line of a lead in the list.
pub(super) fn row(stored: &StoredLead, flows: &Flows) -> Option<Row> {
    Told::read(stored, flows).map(|told| told.row(stored))
}

/// The whole of a lead.
pub(super) fn detail(stored: &StoredLead, flows: &Flows) -> Option<Detail> {
    let told = Told::read(stored, flows)?;
    let lead = &told.lead;
    let most = told.most().max(1);
    let thresholds = told.words.thresholds().filter(|(_, from)| (1..most).contains(from));
    let flow = told.words.title(&lead.flow.id);
    Some(Detail {
        row: told.row(stored),
        email: told.first(Kind::Email, false),
        phone: told.first(Kind::Phone, false).map(|text| Phone { digits: dialled(&text), text }),
        published: flows.find(&lead.flow.id, &lead.flow.sha256).is_some(),
        version: lead.flow.version,
        scores: lead
            .scores
            .iter()
            .map(|score| ScoreBar { label: told.words.score(&score.id), points: score.points, cap: score.cap })
            .collect(),
        thresholds: thresholds
            .map(|(label, from)| Threshold { label: label.to_owned(), from, percent: from * 100 / most })
            .collect(),
        in_favour: told.reasons(|points| points > 0),
        against: told.reasons(|points| points < 0),
        disqualified: lead.disqualified.clone(),
        standing: standing(&told),
        answers: told.answers(),
        signals: lead
            .signals
            .iter()
            .map(|seen| Behaviour {
                label: told.words.signal(&seen.id),
                count: seen.count,
                first: Moment::utc(seen.first_at),
                last: Moment::utc(seen.last_at),
            })
            .collect(),
        origin: told.origin(),
        consent: lead.consent.as_ref().map(consent),
        receipt: vec![
            ("Flow", format!("{} version {}", lead.flow.id, lead.flow.version)),
            ("Flow file (sha256)", lead.flow.sha256.clone()),
            ("Idempotency key", lead.idempotency_key.clone()),
            ("Kept as", stored.id.clone()),
        ],
        raw: serde_json::to_string_pretty(lead).unwrap_or_default(),
        flow,
    })
}

fn consent(record: &Record) -> Consent {
    let event = |kind: &str| match kind {
        "given" => "Consent given".to_owned(),
        "refused" => "Consent refused".to_owned(),
        "withdrawn" => "Consent withdrawn".to_owned(),
        other => other.to_owned(),
    };
    let mut facts = vec![
        ("Controller", record.controller.clone()),
        ("Privacy notice", format!("{}, version {}", record.notice_url, record.notice_version)),
        ("To be kept for", format!("{} days", record.retention_days)),
        ("How to withdraw", record.withdrawal.clone()),
        ("Asked on", record.collected_by.page.clone()),
        (
            "How",
            format!(
                "{} at “{}”, widget {}",
                record.collected_by.gesture, record.collected_by.control, record.collected_by.widget_version
            ),
        ),
        ("Language", record.language.clone()),
    ];
    facts.extend(record.contact.clone().map(|contact| ("Data protection contact", contact)));
    if !record.recipients.is_empty() {
        facts.push(("Other recipients", record.recipients.join(", ")));
    }
    let mut hashes = vec![
        ("Consent record".to_owned(), record.id.clone()),
        ("Flow file (sha256)".to_owned(), record.flow_sha256.clone()),
    ];
    hashes.extend(
        record.purposes.iter().map(|purpose| (format!("Text “{}” (sha256)", purpose.id), purpose.text_sha256.clone())),
    );
    Consent {
        purposes: record
            .purposes
            .iter()
            .map(|purpose| Purpose { text: purpose.text.clone(), granted: purpose.granted, required: purpose.required })
            .collect(),
        events: record.events.iter().map(|e| (event(&e.kind), Moment::at_offset(e.at, e.utc_offset_minutes))).collect(),
        facts,
        hashes,
    }
}

/// Where an answer was given, and where one before it, in a line.
fn whence(given: &Given) -> String {
    let place = |by: &str| match by {
        "form" => "a form".to_owned(),
        "conversation" => "the conversation".to_owned(),
        other => other.to_owned(),
    };
    match &given.instead_of {
        Some(before) => format!("Given in {}, in place of an answer in {}", place(&given.by), place(before)),
        None => format!("Given in {}", place(&given.by)),
    }
}

fn signed(points: i64) -> String {
    match points {
        0 => "0".to_owned(),
        1.. => format!("+{points}"),
        _ => format!("−{}", points.unsigned_abs()),
    }
}

fn dialled(text: &str) -> String {
    text.chars()
        .enumerate()
        .filter(|(place, c)| c.is_ascii_digit() || (*place == 0 && *c == '+'))
        .map(|(_, c)| c)
        .collect()
}
