//! Going on later, for visitors who agreed to it.

use crate::support::{NOON, STRONG, Visitor, demo_json, load, page};
use prequal::ffi;
use prequal::flow::Checked;
use prequal::session::{self, Effect, Event, Now, State};
use serde_json::{Value, json};

const DAY: i64 = 86_400_000;

fn flow() -> Value {
    let mut flow = demo_json();
    flow["conversation"]["resume"] = json!({ "text": "Keep my answers on this device for 30 days.", "days": 30 });
    flow
}

fn agree(visitor: &mut Visitor) {
    visitor.does(Event::Remember { on: true, trusted: true });
}

/// The last that the host was told to keep: nothing told, nothing kept, or a text.
fn kept(visitor: &Visitor) -> Option<Option<String>> {
    let effects = visitor.effects.iter().rev();
    effects.filter_map(|effect| if let Effect::Keep(text) = effect { Some(text.clone()) } else { None }).next()
}

/// A later page, to which an earlier one left a text.
fn later(flow: &Checked, text: &str, at: i64) -> (State, Vec<Effect>) {
    let now = Now { ms: at, ..Now::default() };
    let (state, effects) = session::step(flow, State::new(flow, page()), Event::Resumed(text.into()), &now);
    let (state, _) = session::step(flow, state, Event::Begin, &now);
    (state, effects)
}

fn step_of<'f>(flow: &'f Checked, state: &State) -> &'f str {
    &flow.flow().conversation.steps[state.dialog.current()].id
}

#[test]
fn nothing_is_kept_before_a_person_agrees() {
    let flow = load(&flow());
    let mut visitor = Visitor::new(&flow);
    visitor.all(&STRONG[..4]).does(Event::Remember { on: true, trusted: false }).all(&STRONG[4..6]);
    assert_eq!(kept(&visitor), None, "a script cannot agree");
    assert_eq!(ffi::view(&flow, &visitor.state).resume.map(|resume| resume.agreed), Some(false));
    let bare = load(&demo_json());
    let mut visitor = Visitor::new(&bare);
    agree(visitor.answers("industry", "logistics"));
    assert_eq!(kept(&visitor), None, "a flow that does not offer it keeps nothing");
    assert_eq!(ffi::view(&bare, &visitor.state).resume, None);
}

#[test]
fn a_later_page_goes_on_where_the_visitor_left() {
    let flow = load(&flow());
    let mut visitor = Visitor::new(&flow);
    agree(visitor.views("/pricing/").all(&STRONG[..3]));
    visitor.all(&STRONG[3..6]);
    let text = kept(&visitor).flatten().expect("what is kept");
    let (state, effects) = later(&flow, &text, NOON + 29 * DAY);
    assert_eq!((step_of(&flow, &state), effects), (visitor.step(), Vec::new()));
    let view = ffi::view(&flow, &state);
    assert_eq!(view.turns, ffi::view(&flow, &visitor.state).turns);
    assert_eq!(view.resume.map(|resume| resume.agreed), Some(true));
    assert!(state.seen.iter().all(|seen| seen.count == 0), "signals are not kept");
    let record: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(record["text"], "Keep my answers on this device for 30 days.", "the words that were agreed to");
    // What is answered from now on is kept as well, and taking it back leaves nothing.
    let now = Now { ms: NOON + 29 * DAY, ..Now::default() };
    let (_, effects) = session::step(&flow, state, Event::Remember { on: false, trusted: false }, &now);
    assert!(effects.contains(&Effect::Keep(None)));
}

#[test]
fn what_is_kept_goes_when_it_is_not_needed_any_more() {
    let flow = load(&flow());
    let ends: [&dyn Fn(&mut Visitor); 4] = [
        &|visitor| {
            visitor.agrees(&[true, false]);
        },
        &|visitor| {
            visitor.does(Event::Restart);
        },
        &|visitor| {
            visitor.does(Event::Withdraw);
        },
        &|visitor| {
            visitor.does(Event::Remember { on: false, trusted: true });
        },
    ];
    for (place, end) in ends.iter().enumerate() {
        let mut visitor = Visitor::new(&flow);
        agree(visitor.views("/pricing/").answers("industry", "logistics"));
        visitor.all(&STRONG[1..]);
        assert!(matches!(kept(&visitor), Some(Some(_))));
        end(&mut visitor);
        assert_eq!(kept(&visitor), Some(None), "{place}");
        assert_eq!(visitor.state.remembered, None, "{place}");
    }
}

#[test]
fn what_is_too_old_or_was_agreed_to_in_other_words_is_let_go() {
    let flow = load(&flow());
    let mut visitor = Visitor::new(&flow);
    agree(visitor.answers("industry", "logistics"));
    let text = kept(&visitor).flatten().expect("what is kept");
    let reworded = |text: &str| text.replace("30 days", "30 long days");
    for (what, text, at) in [
        ("too old", text.clone(), NOON + 31 * DAY),
        ("from the future", text.clone(), NOON - 2 * DAY),
        ("other words", reworded(&text), NOON),
        ("no JSON", "{".to_owned(), NOON),
        ("nothing", String::new(), NOON),
        ("no object", "[1,2]".to_owned(), NOON),
    ] {
        let (state, effects) = later(&flow, &text, at);
        assert_eq!((step_of(&flow, &state), effects), ("ask_industry", vec![Effect::Keep(None)]), "{what}");
    }
}

#[test]
fn what_the_flow_takes_no_more_is_asked_again() {
    let before = load(&flow());
    let mut visitor = Visitor::new(&before);
    agree(visitor.all(&STRONG[..2]));
    let text = kept(&visitor).flatten().expect("what is kept");
    let mut changed = flow();
    changed["fields"][0]["options"][0]["id"] = json!("freight");
    let changed =
        prequal::flow::load(changed.to_string().replace("\"logistics\"", "\"freight\"").as_bytes()).expect("good");
    let (state, _) = later(&changed, &text, NOON);
    assert_eq!(step_of(&changed, &state), "ask_industry");
    let shipments = changed.flow().fields.iter().position(|field| field.id == "shipments").expect("a field");
    assert!(state.dialog.answers[shipments].is_some(), "the rest is still there");
}
