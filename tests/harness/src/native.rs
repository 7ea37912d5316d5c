//! The same visit without a browser: what the engine says of these answers, natively.

use prequal::consent::{Address, Setting};
use prequal::dialog::Input;
use prequal::ffi::{Control, view};
use prequal::flow::model::SignalKind;
use prequal::flow::{Checked, Endpoint};
use prequal::lead::Lead;
use prequal::outbox;
use prequal::session::{Effect, Event, Now, Page, State, step};

/// One answer, in the flow's own ids.
#[derive(Clone, Copy, Debug)]
pub enum Answer {
    Pick(&'static str),
    Tick(&'static [&'static str]),
    Type(&'static str),
    Skip,
}

pub type Answers<'a> = &'a [(&'static str, Answer)];

use Answer::{Pick, Tick, Type};

/// A logistics chief with money and a date: 75 points, and 100 after a look at the prices.
pub const FREIGHT_CHIEF: Answers = &[
    ("industry", Pick("logistics")),
    ("shipments", Type("12,000")),
    ("carriers", Tick(&["parcel", "ocean"])),
    ("company_size", Type("320")),
    ("need", Pick("late")),
    ("need_detail", Type("Two pallets stood in Rotterdam for a week.")),
    ("role", Pick("c_level")),
    ("budget", Pick("approved")),
    ("timeline", Pick("now")),
    ("name", Type("Ada Okafor")),
    ("email", Type("ada@fleetworks.example")),
];

/// Somebody who only looks: too few points for anybody to call.
pub const PASSER_BY: Answers = &[
    ("industry", Pick("other")),
    ("company_size", Type("3")),
    ("need", Pick("curious")),
    ("role", Pick("specialist")),
    ("budget", Pick("none")),
    ("timeline", Pick("someday")),
];

/// Goes through the flow with these answers after these sightings; the first purpose is granted.
/// The lead that would be posted, if the flow lets it.
pub fn lead(flow: &Checked, sightings: &[(SignalKind, &str)], answers: Answers) -> Option<Lead> {
    let addresses = Endpoint::parse("https://leads.example/v1").map(Address::own).into_iter().collect();
    let page = Page { setting: Setting::default(), attribution: None, addresses };
    let now = Now { ms: 1_795_356_000_000, entropy: [7; 32] };
    let mut state = State::new(flow, page);
    for (kind, path) in sightings {
        let event = Event::Noticed { kind: *kind, path: (*path).to_owned(), times: 1, at: now.ms };
        (state, _) = step(flow, state, event, &now);
    }
    (state, _) = step(flow, state, Event::Begin, &now);
    let mut answers = answers.iter();
    loop {
        let event = match view(flow, &state).control {
            Control::Ask(question) => {
                let (id, answer) = answers.next().expect("the engine asks no more than the browser did");
                assert_eq!(*id, question.field, "the engine asks what the browser asked");
                let field = flow.flow().fields.iter().find(|field| field.id == *id).expect("a field");
                let place = |id: &&str| field.options.iter().position(|option| option.id == *id).expect("an option");
                let input = match answer {
                    Answer::Pick(option) => Input::Chosen(vec![place(option)]),
                    Answer::Tick(options) => Input::Chosen(options.iter().map(place).collect()),
                    Answer::Type(text) => Input::Text((*text).to_owned()),
                    Answer::Skip => Input::Skip,
                };
                Event::Answer { step: question.step as usize, input }
            }
            Control::Offer(offer) => Event::Answer { step: offer.step as usize, input: Input::Skip },
            Control::Consent(consent) => {
                let granted = (0..consent.asked.purposes.len()).map(|purpose| purpose == 0).collect();
                Event::Decide { granted, agree: true, trusted: true }
            }
            Control::Outcome(_) => return None,
        };
        let (next, effects) = step(flow, state, event, &now);
        state = next;
        assert_eq!(state.dialog.problem, None, "the engine takes what the browser took");
        let stored = |effect: &Effect| matches!(effect, Effect::Outbox(outbox::Effect::Store { .. }));
        if effects.iter().any(stored) {
            let body = state.outbox.entries[0].parcel.post().body();
            return Some(serde_json::from_str(body).expect("the engine writes a lead"));
        }
    }
}

/// Fails unless a lead says what the engine says of the same visit.
pub fn assert_agrees(kept: &Lead, flow: &Checked, sightings: &[(SignalKind, &str)], answers: Answers) {
    let native = lead(flow, sightings, answers).expect("the engine would send this lead too");
    assert_eq!(kept.contributions, native.contributions);
    assert_eq!(kept.scores, native.scores);
    assert_eq!((kept.total, &kept.stage), (native.total, &native.stage));
    assert_eq!(kept.answers, native.answers);
    assert_eq!(kept.disqualified, native.disqualified);
    assert_eq!(kept.flow, native.flow);
    let counts = |lead: &Lead| lead.signals.iter().map(|seen| (seen.id.clone(), seen.count)).collect::<Vec<_>>();
    assert_eq!(counts(kept), counts(&native));
    let counted: i64 = kept.contributions.iter().map(|contribution| contribution.counted).sum();
    assert_eq!(counted, kept.total, "contributions sum to the score");
}
