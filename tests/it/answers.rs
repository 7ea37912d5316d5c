//! Changing an answer: what depends on it is asked again, the rest stays.

use crate::support::{NOON, STRONG, Visitor, demo, demo_json, least, load, page};
use prequal::dialog::Input;
use prequal::ffi::{self, Control};
use prequal::score::Tally;
use prequal::session::{self, Event, Now, State};
use serde_json::json;

#[test]
fn a_changed_answer_asks_again_only_what_depends_on_it() {
    let flow = demo();
    let mut visitor = Visitor::new(&flow);
    visitor.all(&STRONG[..9]).changes("ask_industry").answers("industry", "retail");
    // Retail has a question of its own; shipments depend on the industry.
    visitor.answers("channels", "shop").answers("shipments", "1500").answers("carriers", "parcel");
    assert_eq!(visitor.step(), "ask_name", "size, need, role, budget and timeline stayed");
    let industry = visitor.card().contributions[0].points;
    assert_eq!(industry, 20);
}

#[test]
fn answers_of_a_way_not_taken_do_not_count() {
    let flow = demo();
    let mut visitor = Visitor::new(&flow);
    visitor.answers("industry", "manufacturing").answers("sites", "9").answers("carriers", "pallet");
    let with_sites = visitor.card().total;
    visitor.changes("ask_industry").answers("industry", "other");
    assert_eq!((with_sites, visitor.card().total), (20, 0));
    // Back again: the number of warehouses is still known.
    visitor.changes("ask_industry").answers("industry", "manufacturing");
    assert_eq!((visitor.step(), visitor.card().total), ("ask_carriers", 20));
}

#[test]
fn keeping_an_answer_changes_nothing() {
    let flow = demo();
    let mut visitor = Visitor::new(&flow);
    visitor.all(&STRONG[..6]);
    let before = visitor.state.clone();
    visitor.changes("ask_size");
    assert!(matches!(ffi::view(&flow, &visitor.state).control, Control::Ask(question) if question.changing));
    visitor.does(Event::Keep);
    assert_eq!(visitor.state, before);
    visitor.changes("ask_size").answers("company_size", "320");
    assert_eq!(visitor.state, before, "the same answer again is no change");
}

#[test]
fn a_wrong_answer_stays_where_it_is_and_says_why() {
    let flow = demo();
    let mut visitor = Visitor::new(&flow);
    visitor.answers("industry", "logistics").answers("shipments", "many");
    assert_eq!(visitor.step(), "ask_shipments");
    assert!(visitor.state.dialog.problem.is_some());
    visitor.answers("shipments", "-1");
    let limit = visitor.state.dialog.problem.as_ref().and_then(|problem| problem.limit);
    assert_eq!(limit, Some(0.0));
    visitor.answers("shipments", "20");
    assert_eq!((visitor.step(), &visitor.state.dialog.problem), ("ask_size", &None));
}

#[test]
fn events_about_other_steps_are_ignored() {
    let flow = demo();
    let mut visitor = Visitor::new(&flow);
    visitor.answers("industry", "logistics");
    let before = visitor.state.clone();
    let late = Event::Answer { step: 1, input: prequal::dialog::Input::Chosen(vec![2]) };
    visitor.does(late).agrees(&[true, true]).changes("ask_email");
    assert_eq!(visitor.state, before);
}

#[test]
fn starting_over_forgets_answers_and_keeps_signals() {
    let flow = demo();
    let mut visitor = Visitor::new(&flow);
    visitor.views("/pricing/").all(&STRONG[..9]).does(Event::Restart);
    assert_eq!((visitor.step(), visitor.card().total), ("ask_industry", 25));
}

/// A question may depend on one that is asked after it: the visitor is taken back to it.
#[test]
fn a_forgotten_answer_is_asked_again_wherever_it_stood() {
    let mut json = least();
    json["fields"] = json!([{ "id": "size", "kind": "number", "label": "Size" }, { "id": "unit", "kind": "short_text", "label": "Unit" }]);
    json["conversation"]["steps"] = json!([
        { "id": "ask", "say": ["How big?"], "ask": "size", "depends_on": ["unit"] },
        { "id": "ask_unit", "say": ["In what, {size}?"], "ask": "unit" },
        { "id": "agree", "consent": true },
        { "id": "end", "end": "bye" }
    ]);
    let flow = load(&json);
    let mut visitor = Visitor::new(&flow);
    visitor.answers("size", "30").answers("unit", "tons").changes("ask_unit").answers("unit", "kilos");
    assert_eq!(visitor.step(), "ask");
    visitor.answers("size", "30000");
    assert_eq!(visitor.step(), "agree", "the unit stayed");
}

#[test]
fn mentions_of_a_way_not_taken_show_the_fallback() {
    let mut json = demo_json();
    json["outcomes"][5]["title"] = json!("{sites|no} warehouses");
    let flow = load(&json);
    let mut visitor = Visitor::new(&flow);
    visitor
        .answers("industry", "manufacturing")
        .answers("sites", "2")
        .changes("ask_industry")
        .answers("industry", "other");
    visitor.all(&[
        ("company_size", "8"),
        ("need", "curious"),
        ("role", "specialist"),
        ("budget", "none"),
        ("timeline", "someday"),
    ]);
    let Control::Outcome(outcome) = ffi::view(&flow, &visitor.state).control else { panic!("no outcome") };
    assert_eq!(outcome.title, "no warehouses");
}

#[test]
fn what_was_seen_before_decides_the_first_branch() {
    let mut json = demo_json();
    let steps = json["conversation"]["steps"].as_array_mut().expect("steps");
    steps[0]["branches"] = json!([{ "when": { ">": [{ "var": "signal.careers_viewed" }, 0] }, "to": "end_not_yet" }]);
    let flow = load(&json);
    let mut visitor = Visitor { flow: &flow, state: State::new(&flow, page()), effects: Vec::new(), log: Vec::new() };
    visitor.views("/careers/").does(Event::Begin);
    assert_eq!(visitor.step(), "end_not_yet");
    let mut later = Visitor::new(&flow);
    later.answers("industry", "logistics").views("/careers/").does(Event::Restart);
    assert_eq!(later.step(), "end_not_yet", "and so it does after starting over");
}

#[test]
fn an_answer_given_again_with_care_takes_its_haste_back() {
    let mut json = least();
    let long = "This takes longer to read than the second that the visitor takes for it. ".repeat(3);
    let fields: Vec<_> =
        ["a", "b", "c"].map(|id| json!({ "id": id, "kind": "number", "label": id })).into_iter().collect();
    let asks = ["a", "b", "c"].map(|id| json!({ "id": id, "say": [long], "ask": id }));
    json["fields"] = json!(fields);
    json["scoring"]["rules"] = json!([{ "id": "given", "score": "fit", "points": 50, "reason": "Given", "when": { ">": [{ "var": "a" }, 0] } }]);
    json["scoring"]["red_flags"] =
        json!([{ "id": "quick", "kind": "hasty", "score": "fit", "points": -20, "reason": "Quick" }]);
    json["conversation"] = json!({ "start": "a", "steps": [asks[0], asks[1], asks[2], { "id": "end", "end": "bye" }] });
    json["consent"] = json!(null);
    let flow = load(&json);
    let mut visitor = Visitor::new(&flow);
    visitor.all(&[("a", "1"), ("b", "1"), ("c", "1")]);
    assert_eq!(visitor.card().total, 30, "three quick answers");
    visitor.changes("b").answers("b", "1");
    assert_eq!(visitor.card().total, 50);
    let evidence = visitor.state.dialog.evidence(&flow, &visitor.state.moment(NOON));
    assert_eq!(*visitor.state.dialog.tally(), Tally::of(&evidence), "branches look at the same points");
}

#[test]
fn an_answer_before_the_beginning_counts() {
    let flow = load(&least());
    let (mut state, now) = (State::new(&flow, page()), Now { ms: NOON, entropy: [7; 32] });
    let input = Input::Text("60".into());
    (state, _) = session::step(&flow, state, Event::Answer { step: 0, input }, &now);
    assert_eq!(state.scorecard(&flow, NOON).total, 60);
    let evidence = state.dialog.evidence(&flow, &state.moment(NOON));
    assert_eq!(*state.dialog.tally(), Tally::of(&evidence));
}
