//! A log of what a lead did, scored by any flow.

use crate::samples;
use crate::support::{NOON, STRONG, Visitor, demo, demo_json, demo_with, load, page};
use prequal::flow::diagnostic::{Notes, Path};
use prequal::flow::model::{Field, SignalKind};
use prequal::flow::{Checked, Read, Write};
use prequal::history::{History, Known, Unknown, moved, score_at};
use prequal::json::{self, Numbers, Writer};
use prequal::lead::{Attribution, Lead, Touch, Utm};
use prequal::session::{self, Event, Now, State};
use proptest::prelude::*;
use serde_json::{Value, json};

fn history(events: Value) -> History {
    serde_json::from_value(json!({ "events": events })).expect("a history")
}

fn answered(field: &str, value: Value) -> Value {
    json!({ "at": NOON, "answered": { "field": field, "value": value } })
}

fn posted(flow: &Checked) -> Lead {
    let mut visitor = Visitor::new(flow);
    visitor.views("/pricing/").all(STRONG).agrees(&[true, false]).stores(true);
    serde_json::from_str(&visitor.sent()[0]).expect("a lead")
}

#[test]
fn the_example_of_the_page_scores_what_the_page_says() {
    let page = include_str!("../../docs/history.md");
    let (_, rest) = page.split_once("```json\n").expect("an example");
    let (example, rest) = rest.split_once("```").expect("its end");
    let log: History = serde_json::from_str(example).expect("a history");
    let flow = demo();
    let known = Known::of_history(&flow, &log, NOON);
    let card = score_at(&flow, &log, NOON);
    let stage = &flow.flow().stages[card.stage].id;
    let told: Vec<String> = known.unknown.iter().map(Unknown::to_string).collect();
    let said = format!("{} points, in stage `{stage}`; the {} is told as unknown", card.total, told.join(", "));
    assert!(rest.contains(&said), "{said}");

    // And both readers read it.
    let json = json::parse(example.as_bytes(), Numbers::NATIVE).expect("JSON");
    let (mut lean, mut notes) = (History::default(), Notes::default());
    lean.read(&json, &Path::ROOT, &mut notes);
    assert!(!notes.is_broken());
    assert_eq!(lean, log);
    let mut writer = Writer::new(Numbers::NATIVE);
    log.write(&mut writer);
    assert_eq!(serde_json::from_str::<History>(&writer.out).ok(), Some(log));
}

#[test]
fn every_key_of_a_log_stands_on_the_page() {
    let page = include_str!("../../docs/history.md");
    for key in
        ["id", "events", "at", "answered", "field", "value", "hasty", "taken_back", "page_view", "download", "arrived"]
    {
        assert!(page.contains(&format!("`{key}`")), "{key}");
    }
}

#[test]
fn a_posted_lead_scores_under_its_own_flow_what_it_says() {
    let flow = demo();
    let lead = posted(&flow);
    let known = Known::of_lead(&flow, &lead);
    assert_eq!(known.unknown, []);
    let card = prequal::score::score(&known.evidence(&flow, lead.created_at));
    assert_eq!((card.total, flow.flow().stages[card.stage].id.as_str()), (lead.total, lead.stage.as_str()));
    assert_eq!(prequal::account::contributions(&flow, &card), lead.contributions);
}

#[test]
fn what_another_flow_does_not_know_is_told_and_open() {
    let lead = posted(&demo());
    let mut json = demo_json();
    for field in json["fields"].as_array_mut().expect("fields") {
        match field["id"].as_str().expect("an id") {
            "carriers" => field["options"].as_array_mut().expect("options").retain(|o| o["id"] != "ocean"),
            "budget" => field["options"].as_array_mut().expect("options").retain(|o| o["id"] != "approved"),
            "company_size" => field["max"] = json!(100),
            _ => {}
        }
    }
    let renamed =
        json.to_string().replace("\"pricing_viewed\"", "\"prices_viewed\"").replace("\"timeline\"", "\"horizon\"");
    let flow = load(&serde_json::from_str(&renamed).expect("JSON"));
    let known = Known::of_lead(&flow, &lead);
    let mut told: Vec<String> = known.unknown.iter().map(Unknown::to_string).collect();
    told.sort();
    let expected = [
        "a value of “company_size”",
        "field “timeline”",
        "option “approved” of “budget”",
        "option “ocean” of “carriers”",
        "signal “pricing_viewed”",
    ];
    assert_eq!(told, expected);
    let answer = |id: &str| {
        let place = flow.flow().fields.iter().position(|field| field.id == id).expect("a field");
        serde_json::to_value(&known.answers[place]).expect("JSON")
    };
    assert_eq!(
        (answer("carriers"), answer("budget"), answer("company_size")),
        (json!(["parcel"]), json!(null), json!(null))
    );
}

#[test]
fn a_log_finds_a_signal_by_its_path_and_a_later_answer_replaces() {
    let flow = demo();
    let log = history(json!([
        { "at": NOON, "page_view": "/pricing/" },
        { "at": NOON, "page_view": "/nobody/watches/this" },
        answered("industry", json!("retail")),
        answered("industry", json!("logistics")),
        answered("budget", json!("approved")),
        { "at": NOON, "taken_back": "budget" },
    ]));
    let known = Known::of_history(&flow, &log, NOON);
    assert_eq!(known.unknown, []);
    assert_eq!(known.seen.iter().map(|seen| seen.count).sum::<u32>(), 1);
    assert_eq!(known.pace.answered, 1);
    let nothing = Known::of_history(&flow, &log, NOON - 1);
    assert!(nothing.answers.iter().all(Option::is_none), "later than asked for");
}

#[test]
fn a_changed_model_moves_who_it_moves() {
    let (old, log) = (demo(), history(json!([{ "at": NOON, "page_view": "/pricing/" }])));
    assert_eq!(moved(&old, &old, &log, NOON), None);
    let mut json = demo_with("/stages/1/from", json!(1));
    json["stages"][2]["from"] = json!(2);
    let new = load(&json);
    assert_eq!(moved(&old, &new, &log, NOON), Some((0, score_at(&new, &log, NOON).stage)));
}

/// One thing that a visitor does, as far as chance decides it.
#[derive(Clone, Debug)]
enum Deed {
    Answer(u8),
    Change(usize),
    Notice(SignalKind, &'static str),
    /// The place of a signal, and how many at once where the page tells of them.
    Sight(usize),
    Track(u32),
    Arrive,
    Restart,
    Keep,
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        5 => any::<u8>().prop_map(Deed::Answer),
        2 => (0..4usize).prop_map(Deed::Change),
        3 => prop::sample::select(vec!["/prices", "/prices/b", "/x"]).prop_map(|p| Deed::Notice(SignalKind::PageView, p)),
        1 => prop::sample::select(vec!["/a.pdf", "/b.pdf"]).prop_map(|p| Deed::Notice(SignalKind::Download, p)),
        1 => (0..8usize).prop_map(Deed::Sight),
        1 => prop::sample::select(vec![0, 1, 3, 64, 500]).prop_map(Deed::Track),
        1 => Just(Deed::Arrive),
        1 => Just(Deed::Restart),
        1 => Just(Deed::Keep),
    ]
}

fn touch(source: &str) -> Touch {
    Touch {
        landing_path: "/".into(),
        referrer_host: None,
        utm: vec![Utm { key: "source".into(), value: source.into() }],
    }
}

/// The step that waits, and the field it asks.
fn asked<'f>(flow: &'f Checked, state: &State) -> Option<(usize, &'f Field)> {
    let step = state.dialog.current();
    let id = flow.flow().conversation.steps[step].ask.as_ref()?;
    flow.flow().fields.iter().find(|field| field.id == *id).map(|field| (step, field))
}

fn event(deed: &Deed, flow: &Checked, state: &State, at: i64) -> Event {
    match deed {
        Deed::Answer(chance) => match asked(flow, state) {
            Some((step, field)) if field.kind.is_choice() => {
                let input = prequal::dialog::Input::Chosen(vec![usize::from(*chance) % field.options.len()]);
                Event::Answer { step, input }
            }
            Some((step, _)) => Event::Answer { step, input: prequal::dialog::Input::Text((chance % 120).to_string()) },
            None => Event::Keep,
        },
        Deed::Change(step) => Event::Change { step: *step },
        Deed::Notice(kind, path) => Event::Noticed { kind: *kind, path: (*path).into(), times: 1, at },
        Deed::Sight(place) => match flow.flow().signals.len() {
            0 => Event::Keep,
            all => Event::Sighted { signal: place % all, page: "/p".into(), at },
        },
        Deed::Track(times) => Event::Noticed { kind: SignalKind::PageView, path: "/prices".into(), times: *times, at },
        Deed::Arrive => Event::Arrived(touch("ads")),
        Deed::Restart => Event::Restart,
        Deed::Keep => Event::Keep,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// A log taken down beside a session scores at every moment what the session scores.
    #[test]
    fn a_log_scores_what_the_session_scores(
        flow in samples::flow(),
        deeds in prop::collection::vec((deed(), 0..90_000_000i64), 0..30),
        attributed in any::<bool>(),
    ) {
        let flow = load(&flow);
        let first = attributed.then(|| Attribution { first: touch("news"), ..Attribution::default() });
        let mut state = State::new(&flow, session::Page { attribution: first, ..page() });
        let mut log = History::begun(&state, NOON);
        let mut now = Now { ms: NOON, entropy: [7; 32] };
        for (deed, gone) in std::iter::once(None).chain(deeds.iter().map(Some)).map(|d| d.map_or((None, 0), |(d, g)| (Some(d), *g))) {
            // Quick answers too.
            now.ms += if gone % 3 == 0 { gone } else { gone % 400 };
            let event = deed.map_or(Event::Begin, |deed| event(deed, &flow, &state, now.ms));
            let (next, _) = session::step(&flow, state.clone(), event.clone(), &now);
            log.note(&flow, &event, &state, &next, now.ms);
            state = next;
            let known = Known::of_history(&flow, &log, now.ms);
            prop_assert_eq!(&known.unknown, &[]);
            prop_assert_eq!(&known.seen, &state.seen);
            prop_assert_eq!(score_at(&flow, &log, now.ms), state.scorecard(&flow, now.ms));
        }
    }

    /// Events about different fields and signals may change places.
    #[test]
    fn independent_events_change_places(
        flow in samples::flow(),
        order in Just(vec![0usize, 0, 1, 2, 2, 3, 3, 3, 4]).prop_shuffle(),
    ) {
        let flow = load(&flow);
        let subjects = [
            vec![answered("industry", json!("retail")), answered("industry", json!("logistics"))],
            vec![answered("size", json!(40))],
            vec![answered("needs", json!(["cost"])), json!({ "at": NOON, "taken_back": "needs" })],
            vec![
                json!({ "at": NOON - 900_000_000, "page_view": "/prices" }),
                json!({ "at": NOON - 90_000_000, "page_view": "/prices/b" }),
                json!({ "at": NOON, "page_view": "/prices" }),
            ],
            vec![json!({ "at": NOON - 5, "download": "/a.pdf" })],
        ];
        let in_order = history(Value::Array(subjects.concat()));
        let mut left = subjects.map(Vec::into_iter);
        let mixed = history(order.into_iter().filter_map(|subject| left[subject].next()).collect());
        prop_assert_eq!(Known::of_history(&flow, &mixed, NOON), Known::of_history(&flow, &in_order, NOON));
    }
}
