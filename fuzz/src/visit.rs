//! A visit that bytes decide, to a flow that loaded, and what must hold after every event of it.

mod given;
mod sending;

use crate::source::Source;
use given::{answer, input, privacy, touch};
use prequal::consent::{self, Address, Choice, QualifiedLead, Setting, Wire};
use prequal::dialog::Input;
use prequal::flow::diagnostic::{Notes, Path};
use prequal::flow::model::{Field, SignalKind};
use prequal::flow::{Checked, Endpoint, Read};
use prequal::history::{self, History};
use prequal::json::{self, Json, Numbers};
use prequal::lead::{Attribution, Lead};
use prequal::outbox::{self, Claim};
use prequal::score::{Scorecard, Standing, Tally};
use prequal::session::{self, Effect, Event, Form, Now, Page, State};
use prequal::{account, ffi, verify};
use sending::Kept;

const NOON: i64 = 1_790_000_000_000;
const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// One session, and everything that happened in it.
pub struct Visit<'f> {
    flow: &'f Checked,
    page: Page,
    state: State,
    now: Now,
    /// The latest time so far: a clock may be set back, but no day.
    latest: i64,
    log: Vec<(Event, Now)>,
    history: History,
    effects: Vec<Effect>,
    /// What was stored to be sent.
    kept: Kept,
    /// What was kept to go on later.
    resumable: String,
    /// Whether points change with time alone: then what the conversation counted is as old as its last turn.
    timed: bool,
}

impl<'f> Visit<'f> {
    pub fn new(flow: &'f Checked, source: &mut Source) -> Visit<'f> {
        let manner = source.byte();
        let start = if manner & 8 == 0 { NOON } else { source.of(&[0, DAY, -DAY, 1 << 52]) };
        let page = Page {
            setting: Setting {
                origin: "https://fuzz.example".into(),
                path: "/".into(),
                utc_offset_minutes: 60,
                widget_version: "0".into(),
                privacy: Vec::new(),
            },
            attribution: (manner & 1 == 0).then(|| Attribution { first: touch(source), ..Attribution::default() }),
            addresses: if manner & 2 == 0 { addresses(manner) } else { Vec::new() },
        };
        let rules = &flow.flow().scoring.rules;
        let mut visit = Visit {
            flow,
            state: State::new(flow, page.clone()),
            page,
            now: Now { ms: start, entropy: [0; 32] },
            latest: start,
            log: Vec::new(),
            history: History::default(),
            effects: Vec::new(),
            kept: Kept::default(),
            resumable: String::new(),
            timed: rules.iter().any(|rule| rule.window.is_some() || rule.decay.is_some()),
        };
        visit.history = History::begun(&visit.state, start);
        if manner & 4 == 0 {
            visit.does(Event::Begin);
        }
        visit
    }

    /// Lets the bytes decide until they are used up.
    pub fn wander(&mut self, source: &mut Source) {
        while !source.is_empty() && self.log.len() < 80 {
            self.pass(source);
            let event = self.event(source);
            self.does(event);
        }
    }

    /// Answers what is asked until nothing is, however the bytes will have it.
    pub fn finish(&mut self, source: &mut Source) {
        for _ in 0..3 * self.flow.flow().conversation.steps.len() {
            let step = self.state.dialog.current();
            let event = match self.asked() {
                Some(field) => Event::Answer { step, input: answer(field, source) },
                None if self.flow.flow().conversation.steps[step].consent && self.state.granted.is_none() => {
                    let purposes = self.flow.flow().consent.as_ref().map_or(0, |consent| consent.purposes.len());
                    let granted = vec![true; purposes];
                    // By the one hand or the other.
                    if self.log.len().is_multiple_of(2) {
                        Event::Decide { granted, agree: true, trusted: true }
                    } else {
                        let texts = vec![Some("I agree.".to_owned()); purposes];
                        Event::Submitted(Form { name: "callback".into(), granted, texts, hasty: false })
                    }
                }
                None if self.flow.flow().conversation.steps[step].link.is_some() => {
                    Event::Answer { step, input: Input::Skip }
                }
                None => break,
            };
            self.does(event);
        }
        if let Some(id) = self.state.sealed.clone() {
            self.does(Event::Outbox(outbox::Event::Stored { id: id.clone(), ok: true }));
            self.does(Event::Outbox(outbox::Event::Claimed { id, claim: Claim::Ours }));
        }
    }

    /// The field that is asked now.
    fn asked(&self) -> Option<&'f Field> {
        let flow = self.flow.flow();
        let id = flow.conversation.steps[self.state.dialog.current()].ask.as_ref()?;
        flow.fields.iter().find(|field| field.id == *id)
    }

    fn pass(&mut self, source: &mut Source) {
        let gone = match source.byte() {
            0..160 => i64::from(source.byte()) * 100,
            160..200 => i64::from(source.byte()) * 60_000,
            200..230 => i64::from(source.byte()) * 6 * HOUR,
            230..240 => -i64::from(source.byte()) * 60_000,
            _ => 0,
        };
        self.now.ms = (self.now.ms + gone).max(self.latest - DAY + HOUR);
        self.latest = self.latest.max(self.now.ms);
        self.now.entropy[0] = source.byte();
        // Keys differ from lead to lead, as chance makes them.
        self.now.entropy[1..3].copy_from_slice(&(self.log.len() as u16).to_le_bytes());
        self.now.entropy[16] = self.now.entropy[0];
    }

    fn event(&mut self, source: &mut Source) -> Event {
        let flow = self.flow.flow();
        let steps = flow.conversation.steps.len();
        match source.byte() % 32 {
            0..10 => match self.asked() {
                Some(field) => Event::Answer { step: self.state.dialog.current(), input: answer(field, source) },
                None => self.decision(source),
            },
            10..12 => Event::Answer { step: source.below(steps), input: input(source) },
            12..15 => Event::Change { step: source.below(steps) },
            15 => Event::Keep,
            16..20 => {
                let kind = source.of(&[SignalKind::PageView, SignalKind::Download, SignalKind::Event]);
                let pattern = flow.signals.get(source.below(flow.signals.len())).map_or("/", |signal| &signal.path);
                let filling = source.of(&["", "a", "b", "/c/d"]);
                let path = if source.bool() { pattern.replace('*', filling) } else { source.text() };
                Event::Noticed {
                    kind,
                    path,
                    times: 1,
                    at: self.now.ms - i64::from(source.byte()) * source.of(&[0, 1000, HOUR]),
                }
            }
            20 => Event::Arrived(touch(source)),
            21..25 => self.decision(source),
            25 => Event::Restart,
            26 => Event::Begin,
            27..30 => Event::Outbox(self.told(source)),
            30 => match source.byte() % 4 {
                0 => Event::Outbox(outbox::Event::Wake { online: source.bool() }),
                1 => self.told_of(source).map_or(Event::Keep, |(field, value)| Event::Known { field, value }),
                2 => match source.byte() % 9 {
                    0 => Event::Start { step: source.below(steps) },
                    1 => Event::Remember { on: source.bool(), trusted: source.bool() },
                    2 => Event::Resumed(source.text()),
                    3 => Event::Resumed(self.resumable.clone()),
                    4 => Event::Heard(privacy(source)),
                    5 => Event::Proven,
                    6 | 7 => {
                        let filled = self.told_of(source);
                        let empty = source.byte().is_multiple_of(4);
                        filled.map_or(Event::Keep, |(field, value)| Event::Filled {
                            field,
                            value: (!empty).then_some(value),
                        })
                    }
                    _ => Event::Submitted(self.form(source)),
                },
                _ => Event::Withdraw,
            },
            _ => Event::Outbox(outbox::Event::Found(self.left(source))),
        }
    }

    /// What a page or a form may say of a field.
    fn told_of(&self, source: &mut Source) -> Option<(usize, Json)> {
        let fields = &self.flow.flow().fields;
        let field = source.below(fields.len().max(1));
        let model = fields.get(field)?;
        let text = match answer(model, source) {
            Input::Text(text) => text,
            Input::Chosen(places) | Input::Worded(places, _) => {
                let ids = places.iter().filter_map(|place| model.options.get(*place)).map(|option| option.id.as_str());
                ids.collect::<Vec<_>>().join(",")
            }
            Input::Skip => String::new(),
        };
        Some((field, Json::Text(text)))
    }

    /// A form as it is submitted: agreed to in all, in part, or not at all; with words beside its boxes, or without.
    fn form(&self, source: &mut Source) -> Form {
        let Event::Decide { granted, .. } = self.decision(source) else { unreachable!("a decision is one") };
        let text = |_| source.of(&[Some("I agree."), Some("I agree."), Some(""), None]).map(str::to_owned);
        let texts = granted.iter().map(text).collect();
        Form { name: source.of(&["callback", ""]).into(), granted, texts, hasty: source.bool() }
    }

    fn decision(&self, source: &mut Source) -> Event {
        let purposes = self.flow.flow().consent.as_ref().map_or(0, |consent| consent.purposes.len());
        let manner = source.byte();
        let count = if manner & 12 == 12 { usize::from(manner >> 4) } else { purposes };
        let all = manner & 16 == 0;
        let granted = (0..count).map(|_| all || source.bool()).collect();
        Event::Decide { granted, agree: manner & 1 == 0, trusted: manner & 2 == 0 }
    }

    fn does(&mut self, event: Event) {
        let before = self.state.clone();
        self.brought(&event);
        self.log.push((event.clone(), self.now));
        let (state, effects) = session::step(self.flow, self.state.clone(), event.clone(), &self.now);
        self.state = state;
        self.history.note(self.flow, &event, &before, &self.state, self.now.ms);
        for effect in &effects {
            if let Effect::Keep(text) = effect {
                assert!(text.is_none() || self.state.remembered.is_some(), "nothing is kept that was not agreed to");
                self.resumable = text.clone().unwrap_or_default();
            }
        }
        self.consented(&before, &event, &effects);
        self.sums();
        if before.sealed.is_some() && !matches!(event, Event::Restart | Event::Start { .. } | Event::Withdraw) {
            assert_eq!(self.state.dialog.answers, before.dialog.answers, "what was sent stands");
        }
        if !self.timed {
            self.kept_up();
        }
        let view = ffi::view(self.flow, &self.state);
        assert!(view.progress <= 100);
        self.effects.extend(effects);
    }

    /// What counts of each contribution sums to the score, within its limits.
    fn sums(&self) {
        sums(self.flow, &self.state.scorecard(self.flow, self.now.ms));
    }

    /// The points that the conversation keeps up are those of its answers, once it has begun.
    fn kept_up(&self) {
        let evidence = self.state.dialog.evidence(self.flow, &self.state.moment(self.now.ms));
        let tally = self.state.dialog.tally();
        if *tally != Tally::default() {
            assert_eq!(*tally, Tally::of(&evidence), "points kept up are points counted");
        }
    }

    /// What must hold of a whole visit.
    pub fn end(&self) {
        self.replays();
        self.is_history();
        self.is_verified();
        open_questions(self.flow, &self.state, self.now.ms);
    }

    /// The same log gives the same session.
    fn replays(&self) {
        let mut state = State::new(self.flow, self.page.clone());
        let mut effects = Vec::new();
        for (event, now) in &self.log {
            let (next, due) = session::step(self.flow, state, event.clone(), now);
            state = next;
            effects.extend(due);
        }
        assert_eq!(state, self.state);
        assert_eq!(effects, self.effects);
    }

    /// A log of what was done scores what the session scores.
    fn is_history(&self) {
        let live = self.state.scorecard(self.flow, self.latest);
        assert_eq!(history::score_at(self.flow, &self.history, self.latest), live);
    }

    /// A lead of what is known now says what a receiver would say; it may only be one that is not delivered.
    fn is_verified(&self) {
        let moment = self.state.moment(self.latest);
        let evidence = self.state.dialog.evidence(self.flow, &moment);
        let (mut lead, card) = account::lead(&evidence, "0123456789abcdef".repeat(2));
        let flow = self.flow.flow();
        let asks = flow.conversation.steps.iter().find(|step| step.consent);
        let granted = vec![true; flow.consent.as_ref().map_or(0, |consent| consent.purposes.len())];
        let choice = Choice {
            granted: &granted,
            texts: &[],
            at: self.now.ms,
            entropy: [1; 16],
            control: asks.map_or("", |step| &step.id),
            setting: &self.page.setting,
        };
        let record = consent::record(self.flow, &choice);
        let consents = record.is_some() && asks.is_some();
        if let (Some(granted), Some(qualified)) = (record, QualifiedLead::new(self.flow, &card, lead.clone())) {
            let sealed = consent::seal(qualified, granted, &addresses(0).iter().collect::<Vec<_>>(), self.flow);
            lead = serde_json::from_str(sealed[0].post().body()).expect("a lead is what serde reads");
        }
        let expected = match (card.qualifies(self.flow), consents) {
            (false, _) => Err("not-qualified"),
            (true, false) => Err("no-consent"),
            (true, true) => Ok(()),
        };
        assert_eq!(verify(self.flow, &lead).map_err(|refusal| refusal.code), expected);
    }
}

/// The flow's own endpoint, and now and then another destination beside it.
fn addresses(manner: u8) -> Vec<Address> {
    let endpoint = || Endpoint::parse("https://leads.fuzz.example/").expect("an endpoint");
    let wire = if manner & 32 == 0 { Wire::Plain } else { Wire::OpaqueForm };
    let other = Address { destination: "other".into(), wire, ..Address::own(endpoint()) };
    let mut all = Vec::from([Address::own(endpoint()), other]);
    all.truncate(if manner & 16 == 0 { 1 } else { 2 });
    all
}

/// The body of a lead that a flow sends when it is answered well enough.
pub fn honest(flow: &Checked) -> String {
    for seed in 0..=255u8 {
        let bytes: Vec<u8> = (0..64u8).map(|i| seed.wrapping_mul(i.wrapping_mul(2) | 1) >> 1).collect();
        let mut visit = Visit::new(flow, &mut Source::new(&[0, 1, 0]));
        for (kind, path) in
            [(SignalKind::PageView, "/prices/a"), (SignalKind::Download, "/a.pdf"), (SignalKind::PageView, "/pricing/")]
        {
            visit.does(Event::Noticed { kind, path: path.into(), times: 1, at: visit.now.ms - HOUR });
        }
        visit.finish(&mut Source::new(&bytes));
        let sent = visit.effects.iter().find_map(|effect| match effect {
            Effect::Outbox(outbox::Effect::Send(parcel)) => Some(parcel.post().body().to_string()),
            _ => None,
        });
        if let Some(body) = sent {
            return body;
        }
    }
    panic!("{} sends nothing", flow.id())
}

/// The lead as the browser's reader reads it.
pub fn lean(body: &str) -> Option<Lead> {
    let json = json::parse(body.as_bytes(), Numbers::NATIVE).ok()?;
    let (mut lead, mut notes) = (Lead::default(), Notes::default());
    lead.read(&json, &Path::ROOT, &mut notes);
    (!notes.is_broken()).then_some(lead)
}

fn sums(flow: &Checked, card: &Scorecard) {
    for (place, points) in card.scores.iter().enumerate() {
        let counted: i64 = card.contributions.iter().filter(|c| c.score == place).map(|c| c.counted).sum();
        assert_eq!(counted, *points, "contributions sum to the score");
        let limits = &flow.flow().scoring.scores[place];
        assert!((i64::from(limits.floor)..=i64::from(limits.cap)).contains(points));
    }
    assert_eq!(card.total, card.scores.iter().sum::<i64>());
    assert!(card.stage < flow.flow().stages.len());
}

/// Taking answers back to open questions widens every interval, and makes nothing sure that was not.
/// `missing` and defaults ask whether a question is open, so a flow with them is no such flow.
fn open_questions(flow: &Checked, state: &State, now: i64) {
    if asks_what_is_open(flow) {
        return;
    }
    let moment = state.moment(now);
    let mut evidence = state.dialog.evidence(flow, &moment);
    let tally = Tally::of(&evidence);
    let all = Standing::new(&evidence, &tally);
    let (mut scores, mut prospects) = (all.scores.clone(), all.prospects());
    for field in (0..evidence.answers.len()).rev() {
        if evidence.answers[field].take().is_none() {
            continue;
        }
        let tally = Tally::of(&evidence);
        let fewer = Standing::new(&evidence, &tally);
        for ((_, inner), (_, outer)) in scores.iter().zip(&fewer.scores) {
            assert!(outer.least <= inner.least && inner.most <= outer.most, "an interval holds every completion");
        }
        let wider = fewer.prospects();
        for (known, before) in wider.iter().zip(&prospects) {
            assert!(*known == prequal::score::Prospect::Open || known == before, "what is sure stays sure");
        }
        (scores, prospects) = (fewer.scores.clone(), wider);
    }
}

fn asks_what_is_open(flow: &Checked) -> bool {
    fn asks(json: &Json) -> bool {
        match json {
            Json::List(items) => items.iter().any(asks),
            Json::Object(entries) => entries.iter().any(|(key, value)| {
                let default = key == "var" && matches!(value, Json::List(items) if items.len() > 1);
                default || key.starts_with("missing") || asks(value)
            }),
            _ => false,
        }
    }
    let flow = flow.flow();
    let scoring = &flow.scoring;
    let all = scoring.rules.iter().filter_map(|rule| rule.when.as_ref());
    let all = all.chain(scoring.red_flags.iter().filter_map(|flag| flag.when.as_ref()));
    let all =
        all.chain(scoring.disqualifiers.iter().map(|d| &d.when)).chain(scoring.must_haves.iter().map(|m| &m.when));
    let all = all.chain(flow.stages.iter().filter_map(|stage| stage.when.as_ref()));
    let criteria = flow.frameworks.iter().flat_map(|framework| &framework.criteria);
    let all = all.chain(criteria.filter_map(|criterion| criterion.when.as_ref()));
    let mut all = all.chain(flow.icp.iter().flat_map(|icp| &icp.traits).map(|t| &t.when));
    all.any(asks)
}
