//! What a lead says of itself: places of the flow turned into ids and words.
//!
//! The browser writes it, and the receiver writes it anew from the answers and compares.

use crate::flow::Checked;
use crate::json::Json;
use crate::lead::{self, Lead};
use crate::logic;
use crate::score::{self, Evidence, Pace, Scorecard, Source, Standing, Tally, flags};
use alloc::{string::String, vec::Vec};

/// The lead of some evidence, without consent, and the scorecard it was written from. `seen` of the
/// evidence must be that of its flow.
pub fn lead(evidence: &Evidence, idempotency_key: String) -> (Lead, Scorecard) {
    let checked = evidence.flow;
    let flow = &checked.flow;
    let tally = Tally::of(evidence);
    let standing = Standing::new(evidence, &tally);
    let card = score::card(&standing, &tally);
    let answers = flow.fields.iter().zip(&evidence.answers);
    let answers = answers.filter_map(|(field, answer)| answer.map(|answer| (field.id.clone(), answer.clone())));
    let route = standing.route(&idempotency_key);
    let lead = Lead {
        prequal: lead::SCHEMA,
        idempotency_key,
        created_at: evidence.now,
        flow: lead::FlowRef { id: flow.id.clone(), version: flow.version, sha256: checked.sha256.clone() },
        answers: Json::Object(answers.collect()),
        signals: signals(evidence),
        scores: scores(checked, &card),
        total: card.total,
        contributions: contributions(checked, &card),
        stage: flow.stages[card.stage].id.clone(),
        disqualified: card.disqualified.iter().map(|place| flow.scoring.disqualifiers[*place].id.clone()).collect(),
        grade: card.grade.map(|cell| checked.grade_name(cell)),
        frameworks: coverage(&standing),
        icp: profile(&standing),
        red_flags: raised(evidence, &card),
        segment: standing.segment().map(|place| flow.segments[place].id.clone()),
        route: route.map(|(place, owner)| lead::Assignment {
            owner,
            route: place.and_then(|place| Some(flow.routing.as_ref()?.routes[place].id.clone())),
        }),
        pace: (evidence.pace != Pace::default())
            .then_some(lead::Pace { answered: evidence.pace.answered, hasty: evidence.pace.hasty }),
        attribution: evidence.attribution.cloned(),
        variables: variables(evidence),
        experiments: Vec::new(),
        given: Vec::new(),
        consent: None,
        consent_sha256: None,
    };
    (lead, card)
}

fn variables(evidence: &Evidence) -> Option<Json> {
    let checked = evidence.flow;
    let all = checked.flow.variables.iter().zip(&checked.variables);
    let value = |expr| logic::value(expr, evidence, checked.numbers);
    let known: Vec<(String, Json)> = all.filter_map(|(model, expr)| Some((model.id.clone(), value(expr)?))).collect();
    (!known.is_empty()).then_some(Json::Object(known))
}

/// The variants of a visit, by the places of experiments.
pub fn experiments(flow: &Checked, variants: &[usize]) -> Vec<lead::Assigned> {
    let all = flow.flow.conversation.experiments.iter().zip(variants);
    all.map(|(experiment, variant)| lead::Assigned {
        experiment: experiment.id.clone(),
        variant: experiment.variants[*variant].id.clone(),
    })
    .collect()
}

fn signals(evidence: &Evidence) -> Vec<lead::SignalSeen> {
    let all = evidence.flow.flow.signals.iter().zip(evidence.seen).filter(|(_, seen)| seen.count > 0);
    all.map(|(signal, seen)| lead::SignalSeen {
        id: signal.id.clone(),
        count: seen.count,
        first_at: seen.first_at,
        last_at: seen.last_at,
        seen: seen.recent.iter().map(|(at, page)| lead::Sighting { at: *at, page: *page }).collect(),
    })
    .collect()
}

fn scores(flow: &Checked, card: &Scorecard) -> Vec<lead::ScoreLine> {
    let all = flow.flow.scoring.scores.iter().zip(&card.scores);
    all.map(|(score, points)| lead::ScoreLine { id: score.id.clone(), points: *points, cap: score.cap }).collect()
}

/// A source of points as a lead names it, and the reason in words.
pub fn words(flow: &Checked, source: Source) -> (String, String) {
    let flow = &flow.flow;
    match source {
        Source::Rule(place) => {
            let rule = &flow.scoring.rules[place];
            (String::from("rule:") + &rule.id, rule.reason.clone())
        }
        Source::Flag(place) => {
            let flag = &flow.scoring.red_flags[place];
            (String::from("flag:") + &flag.id, flag.reason.clone())
        }
        Source::Band { field, band } => {
            let field = &flow.fields[field];
            let source = String::from("band:") + &field.id + "." + &crate::json::integer_text(band as i64);
            (source, field.bands[band].reason.clone())
        }
        Source::Option { field, option } => {
            let field = &flow.fields[field];
            let option = &field.options[option];
            let source = String::from("option:") + &field.id + "." + &option.id;
            (source, option.reason.clone().unwrap_or_else(|| option.label.clone()))
        }
    }
}

/// The contributions as a lead carries them, with reasons in words.
pub fn contributions(flow: &Checked, card: &Scorecard) -> Vec<lead::Contribution> {
    let all = card.contributions.iter().map(|contribution| {
        let (source, reason) = words(flow, contribution.source);
        lead::Contribution {
            source,
            score: flow.flow.scoring.scores[contribution.score].id.clone(),
            points: contribution.points,
            decayed: contribution.decayed,
            counted: contribution.counted,
            reason,
        }
    });
    all.collect()
}

/// What is known of each framework.
pub fn coverage(standing: &Standing) -> Vec<lead::Coverage> {
    let checked = standing.evidence.flow;
    let mut places = 0..checked.criteria.len();
    let state = |criterion: &crate::flow::model::Criterion, place: usize| {
        let field = checked.criteria[place].field;
        let skipped = field.is_some_and(|field| standing.evidence.answers[field] == Some(&Json::Null));
        lead::CriterionState {
            id: criterion.id.clone(),
            state: match standing.criterion(place) {
                Some(true) => "met",
                Some(false) if !skipped => "not_met",
                _ => "unknown",
            }
            .into(),
            field: field.map(|field| checked.flow.fields[field].id.clone()),
        }
    };
    let all = checked.flow.frameworks.iter().map(|framework| lead::Coverage {
        id: framework.id.clone(),
        criteria: framework
            .criteria
            .iter()
            .zip(&mut places)
            .map(|(criterion, place)| state(criterion, place))
            .collect(),
    });
    all.collect()
}

/// How the lead matches the ideal customer profile.
pub fn profile(standing: &Standing) -> Option<lead::IcpMatch> {
    let percent = standing.icp()?;
    let model = standing.evidence.flow.flow.icp.as_ref()?;
    let mut found = lead::IcpMatch { percent: percent.least as u32, ..lead::IcpMatch::default() };
    for (model, hits) in model.traits.iter().zip(standing.traits()) {
        let list = match hits {
            Some(true) => &mut found.hit,
            Some(false) => &mut found.missed,
            None => &mut found.unknown,
        };
        list.push(model.id.clone());
    }
    Some(found)
}

fn raised(evidence: &Evidence, card: &Scorecard) -> Vec<lead::RaisedFlag> {
    let flow = evidence.flow;
    let all = card.raised.iter().map(|place| {
        let model = &flow.flow.scoring.red_flags[*place];
        let mail = flow.flags[*place].field.and_then(|field| evidence.answers[field]).and_then(Json::as_text);
        let suggestion =
            mail.filter(|_| model.kind == crate::flow::model::FlagKind::MisspeltMail).and_then(flags::suggestion);
        lead::RaisedFlag {
            id: model.id.clone(),
            reason: model.reason.clone(),
            suggestion: suggestion.map(String::from),
        }
    });
    all.collect()
}
