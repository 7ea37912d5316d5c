//! One visitor's session: answers, signals, score, consent and delivery, joined in [`step`].
//!
//! The same log of events gives the same state and effects in a browser, on a command line, in the
//! receiver and in a simulator. It does no input or output: the host performs the effects.

mod form;
mod keeping;

pub use form::{Form, attach};

use crate::account;
use crate::consent::{self, Address, ConsentedLead, Granted, QualifiedLead, Setting};
use crate::dialog::{Dialog, Input, Moment, Problem, Word, answer};
use crate::digest::hex;
use crate::flow::model::{Experiment, SignalKind, Variant};
use crate::flow::{Checked, Does};
use crate::json::Json;
use crate::lead::{Attribution, Given, Lead, PrivacySignal, Touch};
use crate::outbox::{self, Outbox, Phase};
use crate::score::{self, Scorecard, Seen};
use alloc::{string::String, vec, vec::Vec};

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
    pub addresses: Vec<Address>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct State {
    pub dialog: Dialog,
    pub seen: Vec<Seen>,
    /// By field: whether its answer came faster than the question can be read.
    pub hasty: Vec<bool>,
    /// By field: what the page knows of it.
    pub known: Vec<Option<Json>>,
    /// By field: where its answer was given, once a form has a part in it.
    pub given: Vec<Option<Given>>,
    /// The step at which the conversation begins.
    pub start: usize,
    pub begun: bool,
    /// By experiment: the place of the variant of this visit.
    pub variants: Vec<usize>,
    /// When the question that waits was shown.
    pub asked_at: i64,
    pub page: Page,
    /// By purpose, once the visitor has chosen.
    pub granted: Option<Vec<bool>>,
    /// What the visitor agreed to, until a lead is sealed with it.
    pub agreed: Option<Granted>,
    /// This browser keeps the receipt of an earlier lead, so that consent can be taken back.
    pub proven: bool,
    /// Consent was taken back, and nothing chosen since.
    pub withdrawn: bool,
    /// The lead's idempotency key, once it was sealed; from then on answers stand.
    pub sealed: Option<String>,
    pub outbox: Outbox,
    /// When the visitor agreed that answers are kept in this browser (milliseconds since 1970 UTC).
    pub remembered: Option<i64>,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The conversation begins. What was noticed before counts at its first branch.
    Begin,
    /// A page was shown, a file downloaded, or the page told of something, at `at` milliseconds since 1970 UTC.
    Noticed {
        kind: SignalKind,
        path: String,
        /// How many occurrences it stands for.
        times: u32,
        at: i64,
    },
    /// The host recognised a signal, by its place in the flow, on a page, at `at` milliseconds since 1970 UTC.
    Sighted {
        signal: usize,
        page: String,
        at: i64,
    },
    /// The visitor came again, by another way.
    Arrived(Touch),
    /// An answer to the step that waits.
    Answer {
        step: usize,
        input: Input,
    },
    /// The visitor follows the link that a step offers. It is told to the page, and changes nothing.
    Followed {
        step: usize,
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
    /// What the browser and consent platforms on the page say of privacy now, before a choice.
    Heard(Vec<PrivacySignal>),
    /// The page, or its address, says what the visitor would be asked. A value that the field does not take
    /// changes nothing, nor does one to what the visitor has answered.
    Known {
        field: usize,
        value: Json,
    },
    /// The visitor answered in a form, in the place of an earlier answer, or emptied its control. A value that
    /// the field does not take changes nothing.
    Filled {
        field: usize,
        value: Option<Json>,
    },
    /// The visitor submitted a form that sends its lead by this session.
    Submitted(Form),
    /// From the beginning, with nothing answered but what the page knows.
    Restart,
    /// The same from another step on.
    Start {
        step: usize,
    },
    /// The visitor agrees that answers are kept in this browser, to go on later, or takes that back.
    Remember {
        on: bool,
        trusted: bool,
    },
    /// What an earlier page kept, before the conversation begins.
    Resumed(String),
    /// This browser keeps the receipt of an earlier lead.
    Proven,
    /// Consent is taken back: what is not delivered yet never will be, and the conversation begins anew.
    Withdraw,
    Outbox(outbox::Event),
}

/// What the host must do.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Show the state anew.
    Render,
    /// Keep this in the browser for a visitor who agreed to it, or keep nothing.
    Keep(Option<String>),
    Outbox(outbox::Effect),
}

impl State {
    /// A session before its first event; [`Event::Begin`] brings it to the first question.
    pub fn new(flow: &Checked, page: Page) -> State {
        State {
            dialog: Dialog::new(flow),
            seen: score::unseen(flow),
            hasty: vec![false; flow.flow.fields.len()],
            known: vec![None; flow.flow.fields.len()],
            given: vec![None; flow.flow.fields.len()],
            start: flow.start,
            begun: false,
            variants: Vec::new(),
            asked_at: 0,
            page,
            granted: None,
            agreed: None,
            proven: false,
            withdrawn: false,
            sealed: None,
            outbox: Outbox::default(),
            remembered: None,
        }
    }

    /// What is known besides the answers, at a time.
    pub fn moment(&self, now: i64) -> Moment<'_> {
        Moment {
            seen: &self.seen,
            attribution: self.page.attribution.as_ref(),
            hasty: &self.hasty,
            granted: self.granted.as_deref(),
            variants: &self.variants,
            now,
        }
    }

    /// The score of what is known, at a time (milliseconds since 1970 UTC).
    pub fn scorecard(&self, flow: &Checked, now: i64) -> Scorecard {
        score::score(&self.dialog.evidence(flow, &self.moment(now)))
    }
}

/// The one transition: what happened, to a session of a checked flow, at a time.
pub fn step(flow: &Checked, mut state: State, event: Event, now: &Now) -> (State, Vec<Effect>) {
    let before = state.remembered.map(|_| state.dialog.answers.clone());
    let mut effects = state.apply(flow, event, now);
    if let Some(before) = before {
        // What is sent need not be gone on with, and a refusal leaves nothing behind.
        let refused = state.granted.as_ref().is_some_and(|granted| !granted.contains(&true));
        if state.sealed.is_some() || refused {
            state.remembered = None;
        }
        if state.remembered.is_none() || before != state.dialog.answers {
            effects.push(state.keeping(flow));
        }
    }
    (state, effects)
}

impl State {
    fn apply(&mut self, flow: &Checked, event: Event, now: &Now) -> Vec<Effect> {
        match event {
            Event::Noticed { kind, path, times, at } => {
                self.notice(flow, kind, &path, times, at, now);
                return Vec::new();
            }
            Event::Sighted { signal, page, at } => {
                self.sight(flow, signal, &page, 1, at, now);
                return Vec::new();
            }
            Event::Arrived(touch) => {
                if let Some(attribution) = &mut self.page.attribution {
                    attribution.last = Some(touch);
                    attribution.touches = Some(attribution.touches.unwrap_or(1).saturating_add(1));
                    self.talk(now, |dialog, moment| dialog.recount(flow, moment));
                }
                return Vec::new();
            }
            Event::Outbox(event) => return self.post(flow, event, now),
            // What was sent is what was shown: from then on answers stand.
            Event::Answer { .. } | Event::Change { .. } | Event::Keep if self.sealed.is_some() => return Vec::new(),
            Event::Answer { step, input } => {
                let by_form = self.by_form(flow, step);
                let hasty = self.dialog.changing.is_none() && now.ms - self.asked_at < reading_time(flow, step);
                if self.talk(now, |dialog, moment| dialog.answer(flow, moment, step, &input)) {
                    if let Does::Ask(field) = flow.steps[step].does {
                        self.take_over(field, by_form, now.ms);
                        // An answer that is given again takes its haste back, and points with it.
                        if core::mem::replace(&mut self.hasty[field], hasty) != hasty {
                            self.talk(now, |dialog, moment| dialog.paced(flow, moment));
                        }
                    }
                    // A refusal was about the answers as they were.
                    // What was agreed to before them is not.
                    let asked = self.dialog.turns.iter().any(|turn| flow.steps[*turn].does == Does::Consent);
                    if !asked && (self.agreed.is_none() || !flow.asks_early()) {
                        (self.granted, self.agreed) = (None, None);
                    }
                    self.advance(flow, now);
                    return self.finish(flow, now);
                }
            }
            Event::Heard(signals) => {
                self.page.setting.privacy = signals;
                return Vec::new();
            }
            Event::Proven => {
                self.proven = true;
                return Vec::from([Effect::Render]);
            }
            Event::Followed { .. } => return Vec::new(),
            Event::Begin => self.begin(flow, now),
            Event::Change { step } => self.dialog.change(flow, step),
            Event::Keep => self.dialog.keep(),
            Event::Decide { granted, agree, trusted } => return self.decide(flow, granted, agree, trusted, now),
            Event::Known { field, value } => return self.know(flow, field, &value, now),
            Event::Filled { field, value } => return self.fill(flow, field, value, now),
            Event::Submitted(form) => return self.submit(flow, form, now),
            Event::Restart | Event::Start { .. } if self.outbox.is_busy() => return Vec::new(),
            Event::Restart => self.anew(flow, self.start, now),
            Event::Start { step } if flow.steps[step].picked_by.is_some() => return Vec::new(),
            // Behind the question of consent nobody comes past it.
            Event::Start { step } if flow.asks_early() && flow.asks_personal(step) => return Vec::new(),
            Event::Start { step } => self.anew(flow, step, now),
            Event::Remember { on, trusted } => return self.remember(flow, on, trusted, now.ms),
            Event::Resumed(text) => return self.resume(flow, &text, now.ms),
            Event::Withdraw => {
                let effects = self.post(flow, outbox::Event::Withdraw, now);
                self.anew(flow, self.start, now);
                (self.withdrawn, self.proven) = (true, false);
                return effects;
            }
        }
        Vec::from([Effect::Render])
    }

    /// Lets the conversation look at the rest of the state.
    fn talk<T>(&mut self, now: &Now, turn: impl FnOnce(&mut Dialog, &Moment) -> T) -> T {
        let moment = Moment {
            seen: &self.seen,
            attribution: self.page.attribution.as_ref(),
            hasty: &self.hasty,
            granted: self.granted.as_deref(),
            variants: &self.variants,
            now: now.ms,
        };
        turn(&mut self.dialog, &moment)
    }

    /// Begins anew at a step. What was seen stays, what the page knows, and notices that are on their way.
    fn anew(&mut self, flow: &Checked, start: usize, now: &Now) {
        let (page, seen) = (self.page.clone(), core::mem::take(&mut self.seen));
        let (known, variants) = (core::mem::take(&mut self.known), core::mem::take(&mut self.variants));
        let mut outbox = core::mem::take(&mut self.outbox);
        // What was stored left a receipt, by which consent can be taken back.
        let proven = self.proven || outbox.leads().any(|entry| entry.durable && entry.phase != Phase::Gone);
        outbox.retain_notices();
        *self = State { seen, start, variants, outbox, proven, ..State::new(flow, page) };
        self.dialog.turns = vec![start];
        self.dialog.answers.clone_from(&known);
        self.known = known;
        self.begin(flow, now);
    }

    fn know(&mut self, flow: &Checked, field: usize, value: &Json, now: &Now) -> Vec<Effect> {
        let Some(value) = answer::known(&flow.flow.fields[field], value, flow.numbers, &flow.flow.locale) else {
            return Vec::new();
        };
        // The visitor's own word stands, and what was sent is what was shown.
        if self.sealed.is_some() || self.dialog.answers[field] != self.known[field] {
            return Vec::new();
        }
        self.known[field] = Some(value.clone());
        self.talk(now, |dialog, moment| dialog.know(flow, moment, field, value));
        if !self.begun {
            return Vec::from([Effect::Render]);
        }
        self.advance(flow, now);
        self.finish(flow, now)
    }

    fn begin(&mut self, flow: &Checked, now: &Now) {
        self.begun = true;
        if self.variants.is_empty() {
            let experiments = flow.flow.conversation.experiments.iter().enumerate();
            self.variants = experiments.map(|(place, experiment)| drawn(experiment, place, now)).collect();
        }
        self.asked_at = now.ms;
        self.talk(now, |dialog, moment| dialog.recount(flow, moment));
        self.advance(flow, now);
    }

    fn advance(&mut self, flow: &Checked, now: &Now) {
        let before = self.dialog.turns.len();
        self.talk(now, |dialog, moment| dialog.advance(flow, moment));
        if self.dialog.turns.len() != before {
            self.asked_at = now.ms;
        }
    }

    fn notice(&mut self, flow: &Checked, kind: SignalKind, path: &str, times: u32, at: i64, now: &Now) {
        if kind == SignalKind::PageView {
            self.page.setting.path = path.into();
            if flow.asks_pages
                && let Some(attribution) = &mut self.page.attribution
            {
                attribution.show(path);
                self.talk(now, |dialog, moment| dialog.recount(flow, moment));
            }
        }
        for (place, signal) in flow.flow.signals.iter().enumerate() {
            if signal.kind == kind && score::glob(&signal.path, path) {
                self.sight(flow, place, path, times, at, now);
            }
        }
    }

    fn sight(&mut self, flow: &Checked, signal: usize, page: &str, times: u32, at: i64, now: &Now) {
        self.seen[signal].notice_times(page, times, at);
        self.talk(now, |dialog, moment| dialog.noticed(flow, moment, signal));
    }

    fn decide(&mut self, flow: &Checked, granted: Vec<bool>, agree: bool, trusted: bool, now: &Now) -> Vec<Effect> {
        let step = self.dialog.current();
        let Some(consent) = &flow.flow.consent else { return Vec::new() };
        let due = flow.steps[step].does == Does::Consent && self.granted.is_none();
        if !trusted || !due || granted.len() != consent.purposes.len() {
            return Vec::new();
        }
        if agree && !consent::suffices(consent, &granted) {
            self.dialog.problem = Some(Problem { word: Word::ConsentMissing, limit: None, text: None });
            return Vec::from([Effect::Render]);
        }
        self.dialog.problem = None;
        self.withdrawn = false;
        let granted = if agree { granted } else { granted.iter().map(|_| false).collect() };
        let choice = now.entropy.last_chunk::<16>().map(|id| consent::Choice {
            granted: &granted,
            texts: &[],
            at: now.ms,
            entropy: *id,
            control: &flow.flow.conversation.steps[step].id,
            setting: &self.page.setting,
        });
        self.agreed = choice.and_then(|choice| consent::record(flow, &choice));
        // What was answered so far is what the choice is about.
        let leads = if flow.asks_early() { Vec::new() } else { self.seal(flow, now) };
        self.granted = Some(granted);
        self.advance(flow, now);
        if flow.asks_early() { self.finish(flow, now) } else { self.hand_over(flow, leads, now) }
    }

    /// Seals the lead at the end of a conversation in which consent came before the answers.
    fn finish(&mut self, flow: &Checked, now: &Now) -> Vec<Effect> {
        let ends = matches!(flow.steps[self.dialog.current()].does, Does::End(_));
        let leads = if flow.asks_early() && ends { self.seal(flow, now) } else { Vec::new() };
        self.hand_over(flow, leads, now)
    }

    fn hand_over(&mut self, flow: &Checked, leads: Vec<ConsentedLead>, now: &Now) -> Vec<Effect> {
        let mut effects = Vec::from([Effect::Render]);
        for lead in leads {
            self.sealed = Some(lead.post().key().into());
            effects.extend(self.post(flow, outbox::Event::Add(lead), now).into_iter().skip(1));
        }
        effects
    }

    /// The lead to send, for each destination, if it may be sent: qualified, agreed to, and with somewhere to go.
    fn seal(&mut self, flow: &Checked, now: &Now) -> Vec<ConsentedLead> {
        let key = now.entropy.first_chunk::<16>().map(|key| hex(key));
        let lead = key.and_then(|key| self.qualified(flow, key, now.ms));
        let (Some((lead, stage)), Some(agreed)) = (lead, self.agreed.clone()) else { return Vec::new() };
        let mut to = Vec::new();
        for address in &self.page.addresses {
            if address.takes(flow, stage, agreed.record(), &self.page.setting.privacy) {
                to.push(address);
            }
        }
        consent::seal(lead, agreed, &to, flow)
    }

    /// The lead and its stage.
    fn qualified(&self, flow: &Checked, idempotency_key: String, now: i64) -> Option<(QualifiedLead, usize)> {
        let (lead, card) = self.lead(flow, idempotency_key, now);
        Some((QualifiedLead::new(flow, &card, lead)?, card.stage))
    }

    /// What the session knows, as a lead without consent, and its scorecard.
    pub fn lead(&self, flow: &Checked, idempotency_key: String, now: i64) -> (Lead, Scorecard) {
        let (mut lead, card) = account::lead(&self.dialog.evidence(flow, &self.moment(now)), idempotency_key);
        lead.experiments = account::experiments(flow, &self.variants);
        lead.given = self.given.iter().flatten().cloned().collect();
        (lead, card)
    }

    fn post(&mut self, flow: &Checked, event: outbox::Event, now: &Now) -> Vec<Effect> {
        let mut effects = Vec::from([Effect::Render]);
        let due = outbox::step(&mut self.outbox, event, now.ms, now.jitter(), flow.numbers);
        effects.extend(due.into_iter().map(Effect::Outbox));
        effects
    }
}

/// The variant of a visit, by chance that came with its beginning: the same log draws the same.
fn drawn(experiment: &Experiment, place: usize, now: &Now) -> usize {
    let weight = |variant: &Variant| u64::from(variant.weight.unwrap_or(1));
    let all = experiment.variants.iter().map(weight).sum::<u64>().max(1);
    // SplitMix64 (Steele et al. 2014), so that one draw serves several experiments.
    let mut chance = now.jitter().wrapping_add((place as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    chance = (chance ^ (chance >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    chance = (chance ^ (chance >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    let mut rest = (chance ^ (chance >> 31)) % all;
    let passes = |variant: &Variant| match rest.checked_sub(weight(variant)) {
        Some(less) => {
            rest = less;
            false
        }
        None => true,
    };
    experiment.variants.iter().position(passes).unwrap_or(0)
}

/// The least time in milliseconds that a person needs to read what a step says: 10 ms a character, or a
/// thousand words a minute, four times the mean of silent reading (Brysbaert 2019).
fn reading_time(flow: &Checked, step: usize) -> i64 {
    let say = flow.flow.conversation.steps[step].say.iter();
    say.map(|text| text.chars().count() as i64 * 10).sum()
}
