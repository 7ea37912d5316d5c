//! One visitor's session: answers, signals, score, consent and delivery, joined in [`step`].
//!
//! The same log of events gives the same state and effects in a browser, on a command line, in the
//! receiver and in a simulator. It does no input or output: the host performs the effects.

use crate::consent::{self, ConsentedLead, QualifiedLead, Setting};
use crate::dialog::{Dialog, Input, Problem, Word};
use crate::digest::hex;
use crate::flow::model::SignalKind;
use crate::flow::{Checked, Does, Endpoint};
use crate::json::Json;
use crate::lead::{self, Attribution, Lead};
use crate::outbox::{self, Outbox};
use crate::score::{self, Scorecard, Seen, Source};
use alloc::{string::String, vec::Vec};

/// When an event happened, and fresh randomness with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Now {
    /// Milliseconds since 1970 UTC.
    pub ms: i64,
    pub entropy: [u8; 32],
}

impl Now {
    /// What delays are jittered by.
    pub fn jitter(&self) -> u64 {
        self.entropy.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
    }
}

/// What the page tells once, at the start.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    pub setting: Setting,
    pub attribution: Option<Attribution>,
    /// Where leads go, resolved; without one nothing is sent.
    pub endpoint: Option<Endpoint>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct State {
    pub dialog: Dialog,
    pub seen: Vec<Seen>,
    pub page: Page,
    /// By purpose, once the visitor has chosen.
    pub granted: Option<Vec<bool>>,
    /// The lead's idempotency key, once it was sealed; from then on answers stand.
    pub sealed: Option<String>,
    pub outbox: Outbox,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The conversation begins. What was noticed before counts at its first branch.
    Begin,
    /// A page was shown or a file downloaded, at `at` milliseconds since 1970 UTC.
    Noticed {
        kind: SignalKind,
        path: String,
        at: i64,
    },
    /// An answer to the step that waits.
    Answer {
        step: usize,
        input: Input,
    },
    /// The visitor wants to change the answer given at a step.
    Change {
        step: usize,
    },
    /// The visitor leaves that answer as it was.
    Keep,
    /// The visitor agrees to the purposes ticked, or refuses (`agree` false). `trusted` says that
    /// a person did it, not a script; without it nothing happens.
    Decide {
        granted: Vec<bool>,
        agree: bool,
        trusted: bool,
    },
    /// From the beginning, with nothing answered.
    Restart,
    Outbox(outbox::Event),
}

/// What the host must do.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Show the state anew.
    Render,
    Outbox(outbox::Effect),
}

impl State {
    /// A session before its first event; [`Event::Begin`] brings it to the first question.
    pub fn new(flow: &Checked, page: Page) -> State {
        let (dialog, seen) = (Dialog::new(flow), score::unseen(flow));
        State { dialog, seen, page, granted: None, sealed: None, outbox: Outbox::default() }
    }

    /// The score of what is known now.
    pub fn scorecard(&self, flow: &Checked) -> Scorecard {
        score::score(&self.dialog.evidence(flow, &self.seen))
    }
}

/// The one transition: what happened, to a session of a checked flow, at a time.
pub fn step(flow: &Checked, mut state: State, event: Event, now: &Now) -> (State, Vec<Effect>) {
    let effects = state.apply(flow, event, now);
    (state, effects)
}

impl State {
    fn apply(&mut self, flow: &Checked, event: Event, now: &Now) -> Vec<Effect> {
        match event {
            Event::Noticed { kind, path, at } => {
                self.notice(flow, kind, &path, at);
                return Vec::new();
            }
            Event::Outbox(event) => return self.post(flow, event, now),
            // What was sent is what was shown: from then on answers stand.
            Event::Answer { .. } | Event::Change { .. } | Event::Keep if self.sealed.is_some() => return Vec::new(),
            Event::Answer { step, input } => {
                if self.dialog.answer(flow, step, &input) {
                    // A refusal was about the answers as they were.
                    if !self.dialog.turns.iter().any(|turn| flow.steps[*turn].does == Does::Consent) {
                        self.granted = None;
                    }
                    self.advance(flow);
                }
            }
            Event::Begin => self.advance(flow),
            Event::Change { step } => self.dialog.change(flow, step),
            Event::Keep => self.dialog.keep(),
            Event::Decide { granted, agree, trusted } => return self.decide(flow, granted, agree, trusted, now),
            Event::Restart if self.outbox.is_busy() => return Vec::new(),
            Event::Restart => {
                let page = self.page.clone();
                let seen = core::mem::take(&mut self.seen);
                *self = State { seen, ..State::new(flow, page) };
                self.advance(flow);
            }
        }
        Vec::from([Effect::Render])
    }

    fn advance(&mut self, flow: &Checked) {
        self.dialog.advance(flow, &self.seen, self.granted.as_deref());
    }

    fn notice(&mut self, flow: &Checked, kind: SignalKind, path: &str, at: i64) {
        if kind == SignalKind::PageView {
            self.page.setting.path = path.into();
        }
        for (signal, seen) in flow.flow.signals.iter().zip(&mut self.seen) {
            if signal.kind == kind && score::glob(&signal.path, path) {
                if seen.count == 0 {
                    seen.first_at = at;
                }
                seen.count = seen.count.saturating_add(1);
                seen.last_at = at;
            }
        }
    }

    fn decide(&mut self, flow: &Checked, granted: Vec<bool>, agree: bool, trusted: bool, now: &Now) -> Vec<Effect> {
        let step = self.dialog.current();
        let Some(consent) = &flow.flow.consent else { return Vec::new() };
        let due = flow.steps[step].does == Does::Consent && self.granted.is_none();
        if !trusted || !due || granted.len() != consent.purposes.len() {
            return Vec::new();
        }
        if agree && !consent::suffices(consent, &granted) {
            self.dialog.problem = Some(Problem { word: Word::ConsentMissing, limit: None });
            return Vec::from([Effect::Render]);
        }
        self.dialog.problem = None;
        let granted = if agree { granted } else { granted.iter().map(|_| false).collect() };
        let lead = self.seal(flow, step, &granted, now);
        self.granted = Some(granted);
        self.advance(flow);
        let mut effects = Vec::from([Effect::Render]);
        if let Some(lead) = lead {
            self.sealed = Some(lead.key().into());
            effects.extend(self.post(flow, outbox::Event::Add(lead), now));
        }
        effects
    }

    /// The lead to send, if this one may be sent: qualified, granted, and with somewhere to go.
    fn seal(&self, flow: &Checked, step: usize, granted: &[bool], now: &Now) -> Option<ConsentedLead> {
        let (key, id) = now.entropy.split_first_chunk::<16>()?;
        let choice = consent::Choice {
            granted,
            at: now.ms,
            entropy: id.try_into().ok()?,
            control: &flow.flow.conversation.steps[step].id,
            setting: &self.page.setting,
        };
        let granted = consent::record(flow, &choice)?;
        let lead = self.qualified(flow, hex(key), now.ms)?;
        Some(consent::seal(lead, granted, self.page.endpoint.clone()?, flow.numbers))
    }

    fn qualified(&self, flow: &Checked, idempotency_key: String, created_at: i64) -> Option<QualifiedLead> {
        let evidence = self.dialog.evidence(flow, &self.seen);
        let card = score::score(&evidence);
        let mut answers = Vec::new();
        for (field, answer) in flow.flow.fields.iter().zip(&evidence.answers) {
            if let Some(answer) = answer {
                answers.push((field.id.clone(), (*answer).clone()));
            }
        }
        let lead = Lead {
            prequal: lead::SCHEMA,
            idempotency_key,
            created_at,
            flow: lead::FlowRef { id: flow.flow.id.clone(), version: flow.flow.version, sha256: flow.sha256.clone() },
            answers: Json::Object(answers),
            signals: signals_seen(flow, &self.seen),
            scores: score_lines(flow, &card),
            total: card.total,
            contributions: reasons(flow, &card),
            stage: flow.flow.stages[card.stage].id.clone(),
            disqualified: Vec::new(),
            attribution: self.page.attribution.clone(),
            consent: None,
        };
        QualifiedLead::new(flow, &card, lead)
    }

    fn post(&mut self, flow: &Checked, event: outbox::Event, now: &Now) -> Vec<Effect> {
        let mut effects = Vec::from([Effect::Render]);
        let due = outbox::step(&mut self.outbox, event, now.ms, now.jitter(), flow.numbers);
        effects.extend(due.into_iter().map(Effect::Outbox));
        effects
    }
}

fn signals_seen(flow: &Checked, seen: &[Seen]) -> Vec<lead::SignalSeen> {
    let all = flow.flow.signals.iter().zip(seen).filter(|(_, seen)| seen.count > 0);
    all.map(|(signal, seen)| lead::SignalSeen {
        id: signal.id.clone(),
        count: seen.count,
        first_at: seen.first_at,
        last_at: seen.last_at,
    })
    .collect()
}

/// The scores as a lead carries them.
pub(crate) fn score_lines(flow: &Checked, card: &Scorecard) -> Vec<lead::ScoreLine> {
    let all = flow.flow.scoring.scores.iter().zip(&card.scores);
    all.map(|(score, points)| lead::ScoreLine { id: score.id.clone(), points: *points, cap: score.cap }).collect()
}

/// The contributions as a lead carries them, with reasons in words.
pub(crate) fn reasons(flow: &Checked, card: &Scorecard) -> Vec<lead::Contribution> {
    let flow = &flow.flow;
    let words = |source: Source| match source {
        Source::Rule(place) => {
            let rule = &flow.scoring.rules[place];
            (String::from("rule:") + &rule.id, rule.reason.clone())
        }
        Source::Option { field, option } => {
            let field = &flow.fields[field];
            let option = &field.options[option];
            let source = String::from("option:") + &field.id + "." + &option.id;
            (source, option.reason.clone().unwrap_or_else(|| option.label.clone()))
        }
    };
    let all = card.contributions.iter().map(|contribution| {
        let (source, reason) = words(contribution.source);
        lead::Contribution {
            source,
            score: flow.scoring.scores[contribution.score].id.clone(),
            points: contribution.points,
            counted: contribution.counted,
            reason,
        }
    });
    all.collect()
}
