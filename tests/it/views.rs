//! Views cross between two modules as JSON, and the first of them is drawn before the engine is
//! there: what the face reads from the flow is what the engine says.

use crate::support::{NOON, STRONG, Visitor, demo, demo_json, least, load, page};
use prequal::ffi::{self, Control, View};
use prequal::flow::diagnostic::{Notes, Path};
use prequal::flow::model::SignalKind;
use prequal::flow::{self, Checked, Read, Write};
use prequal::json::{self, Json, Numbers, Writer};
use prequal::outbox::Reply;
use prequal::session::{Event, Now, State, step};
use proptest::prelude::*;
use serde_json::{Value, json};

/// What the face makes of a flow by itself.
fn first(flow: &str) -> Option<View> {
    ffi::first(&drawn(flow), &|_| false)
}

/// What the face reads of it.
fn drawn(flow: &str) -> Json {
    json::parse_part(flow.as_bytes(), Numbers::NATIVE, ffi::is_drawn).expect("JSON")
}

fn tree(text: &str) -> Json {
    json::parse(text.as_bytes(), Numbers::NATIVE).expect("JSON")
}

/// What the engine shows at first, to a visitor who has seen a few pages.
fn begun(flow: &Checked) -> View {
    let now = Now { ms: NOON, entropy: [7; 32] };
    let seen = |path: &str| Event::Noticed { kind: SignalKind::PageView, path: path.into(), times: 1, at: NOON - 5000 };
    let mut state = State::new(flow, page());
    for event in [seen("/pricing/"), seen("/careers/"), Event::Begin] {
        (state, _) = step(flow, state, event, &now);
    }
    ffi::view(flow, &state)
}

#[test]
fn the_face_opens_a_flow_as_the_engine_does() {
    for json in [demo_json(), least()] {
        let flow = load(&json);
        assert_eq!(first(&json.to_string()), Some(begun(&flow)));
    }
}

#[test]
fn what_only_the_engine_can_decide_is_left_to_it() {
    let with = |change: &dyn Fn(&mut Vec<Value>)| {
        let mut json = least();
        change(json["conversation"]["steps"].as_array_mut().expect("steps"));
        first(&json.to_string())
    };
    let branches = json!([{ "when": { "==": [1, 1] }, "to": "agree" }]);
    let hello = |more: Value| {
        let mut step = json!({ "id": "hello", "say": ["Hello."] });
        step.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        step
    };
    let before = |step: Value| {
        let mut json = least();
        json["conversation"]["start"] = json!("hello");
        json["conversation"]["steps"].as_array_mut().expect("steps").insert(0, step);
        first(&json.to_string())
    };
    assert!(before(hello(json!({}))).is_some());
    assert!(before(hello(json!({ "next": "ask" }))).is_some());
    assert_eq!(before(hello(json!({ "branches": branches }))), None);
    assert_eq!(before(hello(json!({ "pick": ["ask"] }))), None);
    assert_eq!(before(hello(json!({ "consent": true }))), None);
    assert_eq!(before(hello(json!({ "end": "bye" }))), None);
    // Branches of the step that asks come after its answer.
    assert!(with(&|steps| steps[0]["branches"] = branches.clone()).is_some());
}

#[test]
fn a_question_that_may_be_left_out_is_left_to_the_engine() {
    let mut json = least();
    json["conversation"]["stop_when_settled"] = json!(true);
    assert!(first(&json.to_string()).is_some(), "the first step is asked whatever is settled");
    json["conversation"]["start"] = json!("hello");
    json["conversation"]["steps"].as_array_mut().expect("steps").insert(0, json!({ "id": "hello", "say": ["Hello."] }));
    load(&json);
    assert_eq!(first(&json.to_string()), None);
}

#[test]
fn the_frame_is_what_the_flow_says() {
    let json = demo_json();
    let tree = drawn(&json.to_string());
    let (frame, flow) = (ffi::frame(&tree), demo());
    let flow = flow.flow();
    assert_eq!((frame.title, frame.locale), (flow.title.as_str(), flow.locale.as_str()));
    assert_eq!(frame.accent, flow.theme.as_ref().and_then(|theme| theme.accent.as_deref()));
    assert_eq!((frame.name, frame.role, frame.avatar), ("Nora", "Northbeam assistant", None));
    let mut json = json;
    json["assistant"]["avatar"] = "/images/nora.webp".into();
    assert_eq!(ffi::frame(&drawn(&json.to_string())).avatar, Some("/images/nora.webp"));
    let tree = drawn(&least().to_string());
    let frame = ffi::frame(&tree);
    assert_eq!((frame.name, frame.role, frame.accent), ("Least", "", None));
}

#[test]
fn a_flow_that_is_none_has_no_first_question() {
    for text in ["null", "[]", "{}", r#"{"conversation":{"start":"a","steps":[{"id":"a"}]}}"#] {
        assert_eq!(first(text), None);
        assert_eq!(ffi::frame(&drawn(text)), ffi::Frame::default());
    }
}

/// Reads back what crosses, and what serde makes of it.
fn assert_crosses(view: &View) {
    let mut writer = Writer::new(Numbers::NATIVE);
    view.write(&mut writer);
    let (mut read, mut notes) = (View::default(), Notes::default());
    read.read(&tree(&writer.out), &Path::ROOT, &mut notes);
    assert!(!notes.is_broken(), "{:?}", notes.into_list());
    assert_eq!(&read, view);
    let theirs: View = serde_json::from_str(&writer.out).expect("serde reads what was written lean");
    assert_eq!(&theirs, view);
    assert_eq!(tree(&serde_json::to_string(view).expect("JSON")), tree(&writer.out));
}

#[test]
fn every_view_of_a_visit_crosses() {
    let flow = demo();
    let mut visitor = Visitor::new(&flow);
    visitor.views("/pricing/");
    let mut seen = 0;
    let mut look = |visitor: &Visitor| {
        assert_crosses(&ffi::view(&flow, &visitor.state));
        seen += 1;
    };
    look(&visitor);
    for answer in STRONG {
        if answer.0 == "shipments" {
            visitor.answers("shipments", "-5");
            look(&visitor);
            visitor.answers("shipments", "many “\n\\");
            look(&visitor);
        }
        visitor.all(&[*answer]);
        look(&visitor);
    }
    for changed in ["ask_industry", "ask_carriers", "ask_size", "ask_name"] {
        visitor.changes(changed);
        look(&visitor);
        visitor.does(Event::Keep);
    }
    visitor.agrees(&[false, true]);
    look(&visitor);
    visitor.agrees(&[true, false]);
    look(&visitor);
    visitor.stores(true);
    look(&visitor);
    visitor.replied(Reply::Status { status: 200, retry_after: None });
    look(&visitor);
    assert_eq!(seen, 1 + 2 + STRONG.len() + 4 + 4);
}

#[test]
fn what_is_no_view_is_noted() {
    for text in
        ["{}", "[]", r#"{"turns":[],"control":{"ask":{}},"progress":0}"#, r#"{"turns":[],"control":{},"progress":0}"#]
    {
        let mut notes = Notes::default();
        View::default().read(&tree(text), &Path::ROOT, &mut notes);
        assert!(notes.is_broken(), "{text}");
    }
}

/// One step of a conversation that may or may not make sense. It leads a number of steps on.
fn any_step() -> impl Strategy<Value = Value> {
    let texts = prop_oneof![
        4 => Just(json!(["Hello."])),
        4 => Just(json!(["{{a}", "Hi {size|there}, {mail}."])),
        1 => Just(json!([])),
        1 => Just(json!(["{size", "x"])),
    ];
    let way = || 1..4usize;
    let does = prop_oneof![
        6 => Just(json!({})),
        6 => prop::sample::select(vec!["size", "mail", "one", "many"]).prop_map(|field| json!({ "ask": field })),
        1 => Just(json!({ "consent": true })),
        1 => Just(json!({ "end": "bye" })),
        2 => prop::collection::vec(way(), 1..3).prop_map(|pick| json!({ "pick": pick })),
    ];
    let ways = prop_oneof![
        6 => Just(json!({})),
        2 => way().prop_map(|next| json!({ "next": next })),
        1 => way().prop_map(|to| json!({ "branches": [{ "when": { ">": [{ "var": "signal.seen" }, 0] }, "to": to }] })),
    ];
    (texts, does, ways).prop_map(|(say, does, ways)| {
        let mut step = json!({ "say": say });
        for part in [does, ways] {
            step.as_object_mut().expect("an object").extend(part.as_object().expect("an object").clone());
        }
        step
    })
}

/// Names the steps that a number of steps on stands for.
fn name_ways(value: &mut Value, from: usize) {
    match value {
        Value::Object(parts) => {
            for (_, part) in parts.iter_mut().filter(|(key, _)| *key != "when") {
                name_ways(part, from);
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|one| name_ways(one, from)),
        Value::Number(on) => *value = json!(format!("s{}", from + on.as_u64().expect("steps") as usize)),
        _ => {}
    }
}

fn any_flow() -> impl Strategy<Value = Value> {
    (prop::collection::vec(any_step(), 1..6), 0..3usize, any::<bool>()).prop_map(|(mut steps, start, settles)| {
        let mut flow = least();
        flow["fields"] = json!([
            { "id": "size", "kind": "number", "label": "Size", "unit": "people", "min": 1 },
            { "id": "mail", "kind": "email", "label": "Mail", "optional": true, "placeholder": "a@b.example", "autocomplete": "email", "personal": true },
            { "id": "one", "kind": "single_choice", "label": "One", "options": [{ "id": "a", "label": "A" }, { "id": "b", "label": "B" }] },
            { "id": "many", "kind": "multiple_choice", "label": "Many", "options": [{ "id": "a", "label": "A" }] }
        ]);
        flow["signals"] = json!([{ "id": "seen", "kind": "page_view", "label": "Seen", "path": "/pricing*" }]);
        // Ways that run off the end of the list end well.
        for last in [json!({ "say": ["Last."] }), json!({ "consent": true }), json!({ "end": "bye" })] {
            steps.push(last);
        }
        for (place, step) in steps.iter_mut().enumerate() {
            name_ways(step, place);
            step["id"] = json!(format!("s{place}"));
        }
        let start = start % steps.len();
        flow["conversation"] = json!({ "start": steps[start]["id"], "steps": steps, "stop_when_settled": settles });
        flow
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn whatever_the_face_opens_the_engine_opens_so(flow in any_flow()) {
        let text = flow.to_string();
        let opened = first(&text);
        if let Ok(checked) = flow::load(text.as_bytes()) {
            let begun = begun(&checked);
            assert_crosses(&begun);
            if let Some(view) = opened {
                prop_assert_eq!(view, begun);
            } else if let Control::Ask(question) = begun.control {
                // Nothing that it could have opened was left.
                let steps = flow["conversation"]["steps"].as_array().expect("steps");
                let simple = steps[question.step as usize]["id"] == flow["conversation"]["start"];
                prop_assert!(!simple, "the first step asks");
            }
        }
    }
}
