//! A visitor: goes through a flow with the engine itself, so that tests post what a widget would.

use prequal::consent::{Address, Setting};
use prequal::dialog::Input;
use prequal::ffi::{Control, view};
use prequal::flow::model::SignalKind;
use prequal::flow::{Checked, Endpoint};
use prequal::json::Json;
use prequal::lead::{Attribution, Touch, Utm};
use prequal::outbox;
use prequal::session::{Effect, Event, Now, Page, State, step};
use std::collections::BTreeMap;

/// 22 November 2026, 14:00 UTC.
pub const THEN: i64 = 1_795_356_000_000;

/// What a visitor says and does.
pub struct Visitor {
    answers: BTreeMap<String, Vec<String>>,
    pages: Vec<(SignalKind, &'static str)>,
    /// In a form: before the conversation, and at its end.
    filled: [Vec<(&'static str, &'static str)>; 2],
    /// Makes one lead's key differ from another's.
    pub number: u32,
}

impl Visitor {
    /// Answers as the best customer would, and looks at prices: 100 points.
    pub fn best(number: u32) -> Self {
        let answers = [
            ("industry", "logistics"),
            ("shipments", "12000"),
            ("carriers", "parcel"),
            ("company_size", "320"),
            ("need", "late"),
            ("need_detail", "Two pallets stood in Rotterdam for a week and nobody knew."),
            ("role", "c_level"),
            ("budget", "approved"),
            ("timeline", "now"),
            ("name", "Ada Okafor"),
            ("email", "ada@fleetworks.example"),
            ("phone", "+44 20 7946 0123"),
        ];
        let answers = answers.map(|(field, answer)| (field.to_owned(), vec![answer.to_owned()]));
        Self {
            answers: answers.into(),
            pages: vec![(SignalKind::PageView, "/pricing/")],
            filled: Default::default(),
            number,
        }
    }

    pub fn says(mut self, field: &str, answer: &str) -> Self {
        self.answers.insert(field.to_owned(), vec![answer.to_owned()]);
        self
    }

    pub fn says_all(mut self, field: &str, answers: &[&str]) -> Self {
        self.answers.insert(field.to_owned(), answers.iter().map(|answer| (*answer).to_owned()).collect());
        self
    }

    pub fn sees(mut self, kind: SignalKind, path: &'static str) -> Self {
        self.pages.push((kind, path));
        self
    }

    /// Writes in a form, before the conversation or at its end.
    pub fn fills(mut self, at_the_end: bool, field: &'static str, answer: &'static str) -> Self {
        self.filled[usize::from(at_the_end)].push((field, answer));
        self
    }

    /// Sees no page but the one the widget is on.
    pub fn sees_nothing(mut self) -> Self {
        self.pages.clear();
        self
    }

    /// Goes to the end and agrees to everything. The body posted, if the flow lets this lead be sent.
    pub fn goes_through(&self, flow: &Checked) -> Option<String> {
        let page = Page {
            setting: Setting {
                origin: "https://www.northbeam.example".into(),
                path: "/pricing/".into(),
                utc_offset_minutes: 60,
                widget_version: "0.1.0".into(),
                privacy: Vec::new(),
            },
            attribution: Some(Attribution {
                first: Touch {
                    landing_path: "/white-paper/".into(),
                    referrer_host: Some("news.example".into()),
                    utm: vec![Utm { key: "source".into(), value: "newsletter".into() }],
                },
                visits: Some(3),
                ..Attribution::default()
            }),
            addresses: Endpoint::parse("http://127.0.0.1/v1/leads").map(Address::own).into_iter().collect(),
        };
        let mut state = State::new(flow, page);
        let mut sent = false;
        for (place, (kind, path)) in self.pages.iter().enumerate() {
            let event = Event::Noticed {
                kind: *kind,
                path: (*path).to_owned(),
                times: 1,
                at: THEN - 600_000 + place as i64 * 45_000,
            };
            (state, _) = step(flow, state, event, &self.now());
        }
        state = self.writes(flow, state, 0);
        (state, _) = step(flow, state, Event::Begin, &self.now());
        for _ in 0..100 {
            let event = match view(flow, &state).control {
                Control::Ask(question) => {
                    let fields = &flow.flow().fields;
                    let field = fields.iter().find(|field| field.id == question.field).expect("a field");
                    let input = match self.answers.get(&field.id) {
                        None => Input::Skip,
                        Some(chosen) if field.kind.is_choice() => {
                            let places =
                                field.options.iter().enumerate().filter(|(_, option)| chosen.contains(&option.id));
                            Input::Chosen(places.map(|(place, _)| place).collect())
                        }
                        Some(typed) => Input::Text(typed.concat()),
                    };
                    Event::Answer { step: question.step as usize, input }
                }
                Control::Offer(offer) => Event::Answer { step: offer.step as usize, input: Input::Skip },
                Control::Consent(consent) => {
                    state = self.writes(flow, state, 1);
                    Event::Decide { granted: vec![true; consent.asked.purposes.len()], agree: true, trusted: true }
                }
                Control::Outcome(_) => break,
            };
            let (next, effects) = step(flow, state, event, &self.now());
            state = next;
            assert!(state.dialog.problem.is_none(), "the visitor gave a wrong answer: {:?}", state.dialog.problem);
            sent |= effects.iter().any(|effect| matches!(effect, Effect::Outbox(outbox::Effect::Store { .. })));
        }
        sent.then(|| state.outbox.entries[0].parcel.post().body().to_owned())
    }

    fn writes(&self, flow: &Checked, mut state: State, when: usize) -> State {
        for (id, answer) in &self.filled[when] {
            let field = flow.flow().fields.iter().position(|field| field.id == *id).expect("a field");
            let event = Event::Filled { field, value: Some(Json::Text((*answer).to_owned())) };
            (state, _) = step(flow, state, event, &self.now());
        }
        state
    }

    fn now(&self) -> Now {
        let mut entropy = [7; 32];
        entropy[..4].copy_from_slice(&self.number.to_be_bytes());
        Now { ms: THEN, entropy }
    }
}
