//! A visitor who answers by field id, and small flows to try things on.

use prequal::consent::{Address, Setting};
use prequal::dialog::Input;
use prequal::ffi::{self, Control};
use prequal::flow::model::SignalKind;
use prequal::flow::{self, Checked, Diagnostic, Endpoint, Use, each_text};
use prequal::outbox;
use prequal::review::{self, Day};
use prequal::score::Scorecard;
use prequal::session::{self, Effect, Event, Now, Page, State};
use serde_json::{Map, Value, json};

pub const NOON: i64 = 1_790_000_000_000;

pub fn demo_bytes() -> Vec<u8> {
    std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/www/demo/prequal.json")).expect("the demo flow")
}

pub fn demo() -> Checked {
    flow::load(&demo_bytes()).expect("the demo flow has no mistakes")
}

pub fn demo_json() -> Value {
    serde_json::from_slice(&demo_bytes()).expect("the demo flow is JSON")
}

/// The demo flow with one place changed; `pointer` is a JSON pointer (RFC 6901).
pub fn demo_with(pointer: &str, value: Value) -> Value {
    let mut flow = demo_json();
    *flow.pointer_mut(pointer).unwrap_or_else(|| panic!("nothing at {pointer}")) = value;
    flow
}

/// A translation of a flow: each text with the tag before it.
pub fn translation(flow: &Value, tag: &str) -> Value {
    let mut texts = Map::new();
    each_text(load(flow).flow(), &mut |path, text, kind| {
        if kind != Use::Shared {
            texts.insert(path.join("."), json!(format!("{tag}: {text}")));
        }
    });
    json!({ "locale": tag, "texts": texts })
}

pub fn load(flow: &Value) -> Checked {
    flow::load(flow.to_string().as_bytes()).unwrap_or_else(|mistakes| panic!("{mistakes:#?}"))
}

/// Everything that is found in a flow on a fixed day: what breaks it, or else what is unwise.
pub fn findings(flow: &[u8]) -> Vec<Diagnostic> {
    match flow::load(flow) {
        Err(mistakes) => mistakes,
        Ok(checked) => review::review(&checked, Day::parse("2026-11-22")),
    }
}

/// The least flow there is: one question, one rule, two stages.
pub fn least() -> Value {
    json!({
        "prequal": 1, "id": "least", "version": 1, "title": "Least", "locale": "en",
        "fields": [{ "id": "size", "kind": "number", "label": "Size" }],
        "scoring": {
            "scores": [{ "id": "fit", "label": "Fit", "cap": 100 }],
            "rules": [{ "id": "big", "score": "fit", "points": 60, "reason": "Big", "when": { ">": [{ "var": "size" }, 10] } }]
        },
        "stages": [{ "id": "cold", "label": "Cold", "from": 0 }, { "id": "warm", "label": "Warm", "from": 50 }],
        "conversation": { "start": "ask", "steps": [
            { "id": "ask", "say": ["How big?"], "ask": "size" },
            { "id": "agree", "consent": true },
            { "id": "end", "end": "bye" }
        ]},
        "consent": {
            "controller": "Least Ltd", "notice_url": "/privacy", "notice_version": "1", "withdrawal": "Write to us.",
            "retention_days": 30,
            "purposes": [{ "id": "contact", "text": "You may contact me.", "required": true }]
        },
        "delivery": { "minimum_stage": "warm" },
        "outcomes": [{ "id": "bye", "kind": "ask_later", "title": "Bye", "text": "See you." }]
    })
}

/// One session, driven by hand.
pub struct Visitor<'a> {
    pub flow: &'a Checked,
    pub state: State,
    pub effects: Vec<Effect>,
    /// Every event with its time, for replays.
    pub log: Vec<(Event, Now)>,
}

impl<'a> Visitor<'a> {
    pub fn new(flow: &'a Checked) -> Visitor<'a> {
        let mut visitor = Visitor { flow, state: State::new(flow, page()), effects: Vec::new(), log: Vec::new() };
        visitor.does(Event::Begin);
        visitor
    }

    pub fn does(&mut self, event: Event) -> &mut Self {
        let ticks = self.log.len();
        let mut entropy = [7; 32];
        entropy[0] = ticks as u8;
        let now = Now { ms: NOON + ticks as i64 * 1000, entropy };
        self.log.push((event.clone(), now));
        let (state, effects) = session::step(self.flow, self.state.clone(), event, &now);
        self.state = state;
        self.effects.extend(effects);
        self
    }

    /// The score as of the last event.
    pub fn card(&self) -> Scorecard {
        self.state.scorecard(self.flow, self.log.last().map_or(NOON, |(_, now)| now.ms))
    }

    /// The id of the step that waits.
    pub fn step(&self) -> &str {
        &self.flow.flow().conversation.steps[self.state.dialog.current()].id
    }

    /// Answers the question that waits, which must be about `field`, as a person would type or choose.
    pub fn answers(&mut self, field: &str, text: &str) -> &mut Self {
        let view = ffi::view(self.flow, &self.state);
        let Control::Ask(question) = view.control else { panic!("{field}: nothing is asked at {}", self.step()) };
        assert_eq!(question.field, field, "at {}", self.step());
        let asked = self.flow.flow().fields.iter().find(|f| f.id == field).expect("a field");
        let input = if asked.kind.is_choice() {
            let place =
                |id: &str| asked.options.iter().position(|o| o.id == id).unwrap_or_else(|| panic!("no option {id}"));
            Input::Chosen(text.split(',').filter(|id| !id.is_empty()).map(place).collect())
        } else if text.is_empty() {
            Input::Skip
        } else {
            Input::Text(text.into())
        };
        self.does(Event::Answer { step: question.step as usize, input })
    }

    pub fn all(&mut self, answers: &[(&str, &str)]) -> &mut Self {
        for (field, text) in answers {
            self.answers(field, text);
        }
        self
    }

    pub fn views(&mut self, path: &str) -> &mut Self {
        self.does(Event::Noticed { kind: SignalKind::PageView, path: path.into(), times: 1, at: NOON - 5000 })
    }

    pub fn downloads(&mut self, path: &str) -> &mut Self {
        self.does(Event::Noticed { kind: SignalKind::Download, path: path.into(), times: 1, at: NOON - 4000 })
    }

    pub fn changes(&mut self, step: &str) -> &mut Self {
        let step = self.flow.flow().conversation.steps.iter().position(|s| s.id == step).expect("a step");
        self.does(Event::Change { step })
    }

    pub fn agrees(&mut self, granted: &[bool]) -> &mut Self {
        self.does(Event::Decide { granted: granted.into(), agree: true, trusted: true })
    }

    pub fn refuses(&mut self) -> &mut Self {
        let purposes = self.flow.flow().consent.as_ref().map_or(0, |c| c.purposes.len());
        self.does(Event::Decide { granted: vec![false; purposes], agree: false, trusted: true })
    }

    /// Storage took the lead, and no other tab holds it.
    pub fn stores(&mut self, ok: bool) -> &mut Self {
        let id = self.state.sealed.clone().expect("a sealed lead");
        self.does(Event::Outbox(outbox::Event::Stored { id, ok })).claims(outbox::Claim::Ours)
    }

    pub fn claims(&mut self, claim: outbox::Claim) -> &mut Self {
        let id = self.state.sealed.clone().expect("a sealed lead");
        self.does(Event::Outbox(outbox::Event::Claimed { id, claim }))
    }

    /// The browser came online, or a timer went off, and no other tab holds the lead.
    pub fn wakes(&mut self, online: bool) -> &mut Self {
        self.does(Event::Outbox(outbox::Event::Wake { online })).claims(outbox::Claim::Ours)
    }

    pub fn replied(&mut self, reply: outbox::Reply) -> &mut Self {
        let id = self.state.sealed.clone().expect("a sealed lead");
        self.does(Event::Outbox(outbox::Event::Replied { id, reply }))
    }

    /// The bodies that were to be sent, in order.
    pub fn sent(&self) -> Vec<String> {
        let sends = self.effects.iter().filter_map(|effect| match effect {
            Effect::Outbox(outbox::Effect::Send(parcel)) => Some(parcel.post().body().to_string()),
            _ => None,
        });
        sends.collect()
    }
}

pub fn page() -> Page {
    Page {
        setting: Setting {
            origin: "https://northbeam.example".into(),
            path: "/pricing/".into(),
            utc_offset_minutes: 60,
            widget_version: "0.1.0".into(),
            privacy: Vec::new(),
        },
        attribution: None,
        addresses: Endpoint::parse("https://leads.northbeam.example/v1/leads").map(Address::own).into_iter().collect(),
    }
}

/// Answers of a visitor from logistics who is a strong fit, up to the consent step.
pub const STRONG: &[(&str, &str)] = &[
    ("industry", "logistics"),
    ("shipments", "1,200"),
    ("carriers", "parcel,ocean"),
    ("company_size", "320"),
    ("need", "late"),
    ("need_detail", ""),
    ("role", "c_level"),
    ("budget", "approved"),
    ("timeline", "now"),
    ("name", "Ada King"),
    ("email", "ada@freight.example"),
    ("phone", ""),
];
