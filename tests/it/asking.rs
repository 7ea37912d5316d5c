//! Asking what settles most first, and stopping when nothing can change any more.

use crate::support::{NOON, Visitor, least, load};
use prequal::insight::outlook;
use prequal::score::Prospect;
use serde_json::{Value, json};

/// Three questions worth 10, 40 and 25 points, and one about something else.
fn flow() -> Value {
    let mut flow = least();
    let choice = |id: &str, points: i32| {
        json!({ "id": id, "kind": "single_choice", "label": id, "score": "fit", "options": [
            { "id": "yes", "label": "Yes", "points": points }, { "id": "no", "label": "No" }
        ]})
    };
    flow["fields"] = json!([
        choice("small", 10),
        choice("large", 40),
        choice("middling", 25),
        { "id": "story", "kind": "long_text", "label": "Story" }
    ]);
    flow["scoring"]["rules"] = json!([]);
    flow["stages"] = json!([{ "id": "cold" }, { "id": "warm", "from": 50 }]);
    flow["conversation"]["start"] = json!("choose");
    flow["conversation"]["steps"] = json!([
        { "id": "choose", "say": ["Three short questions."], "pick": ["ask_small", "ask_large", "ask_middling"] },
        { "id": "ask_small", "say": ["Small?"], "ask": "small" },
        { "id": "ask_large", "say": ["Large?"], "ask": "large" },
        { "id": "ask_middling", "say": ["Middling?"], "ask": "middling" },
        { "id": "ask_story", "say": ["Anything else?"], "ask": "story" },
        { "id": "agree", "consent": true },
        { "id": "end", "end": "bye" }
    ]);
    flow
}

#[test]
fn the_question_that_settles_most_comes_first() {
    let flow = load(&flow());
    let mut visitor = Visitor::new(&flow);
    visitor.all(&[("large", "yes"), ("middling", "no"), ("small", "yes"), ("story", "Once upon a time")]);
    assert_eq!(visitor.step(), "agree");
    assert_eq!(visitor.card().total, 50);
    // A change goes back to the question, and what was answered stays.
    visitor.changes("ask_large").answers("large", "no");
    assert_eq!((visitor.step(), visitor.card().total), ("agree", 10));
}

#[test]
fn progress_runs_from_nothing_to_all_over_picked_questions() {
    let flow = load(&flow());
    let mut visitor = Visitor::new(&flow);
    let mut last = 0;
    for (field, text) in [("large", "yes"), ("middling", "no"), ("small", "yes"), ("story", "Once")] {
        visitor.answers(field, text);
        let now = visitor.state.dialog.progress(&flow);
        assert!(now > last && now < 100, "{now} after {last}");
        last = now;
    }
    assert_eq!(last, 80);
}

#[test]
fn asking_stops_when_no_answer_can_change_the_stage() {
    let mut stopping = flow();
    stopping["conversation"]["stop_when_settled"] = json!(true);
    let flow = load(&stopping);
    // 35 at the most: cold whatever comes. The story is no matter of points and is asked.
    let mut visitor = Visitor::new(&flow);
    visitor.answers("large", "no");
    assert_eq!(visitor.step(), "ask_story");
    // 65: warm whatever comes.
    let mut visitor = Visitor::new(&flow);
    visitor.all(&[("large", "yes"), ("middling", "yes")]);
    assert_eq!(visitor.step(), "ask_story");
    // 40 to 50: still open.
    let mut visitor = Visitor::new(&flow);
    visitor.all(&[("large", "yes"), ("middling", "no")]);
    assert_eq!(visitor.step(), "ask_small");
    // An answer that is changed opens what it had settled.
    visitor.changes("ask_large").answers("large", "no");
    assert_eq!(visitor.step(), "ask_story");
    visitor.changes("ask_large").answers("large", "yes");
    assert_eq!(visitor.step(), "ask_small");
}

#[test]
fn nothing_is_left_out_where_points_are_looked_at() {
    let mut looking = flow();
    looking["conversation"]["stop_when_settled"] = json!(true);
    looking["conversation"]["steps"][4]["branches"] =
        json!([{ "when": { ">": [{ "var": "score.total" }, 30] }, "to": "agree" }]);
    let flow = load(&looking);
    let mut visitor = Visitor::new(&flow);
    visitor.answers("large", "no");
    assert_eq!(visitor.step(), "ask_middling", "the branch looks at points, and they are open");
}

#[test]
fn the_outlook_says_what_is_open_and_what_to_ask_next() {
    let flow = load(&flow());
    let mut visitor = Visitor::new(&flow);
    let ahead = |visitor: &Visitor| outlook(&visitor.state.dialog.evidence(&flow, &visitor.state.moment(NOON)));
    let before = ahead(&visitor);
    assert_eq!((before.total.least, before.total.most, before.settled), (0, 75, None));
    assert_eq!(before.questions, [(1, 40), (2, 25), (0, 10)]);
    assert_eq!(before.stages, [Prospect::Reached, Prospect::Open]);
    visitor.answers("large", "no");
    let after = ahead(&visitor);
    assert_eq!((after.total.most, after.settled, after.stages[1]), (35, Some(0), Prospect::Excluded));
}

#[test]
fn picked_steps_are_reached_by_picking_alone() {
    let broken = |pointer: &str, value: Value| {
        let mut flow = flow();
        *flow.pointer_mut(pointer).expect("a place") = value;
        let list = prequal::flow::load(flow.to_string().as_bytes()).expect_err("a mistake");
        list.iter().map(|d| format!("{} {}", d.code.as_str(), d.path)).collect::<Vec<_>>()
    };
    assert_eq!(broken("/conversation/start", json!("ask_small")), ["PQ217 conversation.start"]);
    assert_eq!(
        broken("/conversation/steps/1", json!({ "id": "ask_small", "ask": "small", "next": "end" })),
        ["PQ217 conversation.steps[0].pick[0]"]
    );
    assert_eq!(broken("/conversation/steps/0/pick/1", json!("ask_small")), ["PQ217 conversation.steps[0].pick[1]"]);
    assert_eq!(broken("/conversation/steps/0/pick/1", json!("ask_smal")), ["PQ201 conversation.steps[0].pick[1]"]);
    assert_eq!(broken("/conversation/steps/0/pick/1", json!("agree")).len(), 1);
    let mut two = flow();
    two["conversation"]["steps"][0]["ask"] = json!("story");
    assert!(prequal::flow::load(two.to_string().as_bytes()).is_err());
}
