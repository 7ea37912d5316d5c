//! What can be reached, what would change it, and when it fades.

use crate::support::{NOON, STRONG, Visitor, demo, demo_with, least, load};
use prequal::dialog::Moment;
use prequal::insight::{Reach, Target, Value, Variable, changes, fades, most, reach};
use prequal::json::Json;
use prequal::score::{Evidence, Seen};
use serde_json::json;

const DAY: i64 = 86_400_000;

#[test]
fn every_stage_of_the_demo_is_reached_through_its_conversation() {
    let flow = demo();
    for place in 0..3 {
        let Reach::Reachable(witness) = reach(&flow, Target::Stage(place), NOON) else { panic!("stage {place}") };
        assert_eq!(witness.lead.stage, flow.flow().stages[place].id);
    }
    let most = most(&flow, NOON);
    assert_eq!((most.bound, most.found.lead.total), (100, 100));
}

#[test]
fn a_stage_beyond_all_points_is_not_reached_and_the_most_is_told() {
    // Interest then comes to 25 + 10 + 15 of 60, and 80 is out of reach without the pricing page.
    let mut flow = demo_with("/scoring/scores/1/cap", json!(60));
    flow["scoring"]["rules"][5]["points"] = json!(0);
    flow["stages"][2]["from"] = json!(86);
    let flow = load(&flow);
    assert_eq!(reach(&flow, Target::Stage(2), NOON), Reach::Unreachable);
    assert!(matches!(reach(&flow, Target::Stage(1), NOON), Reach::Reachable(_)));
    let most = most(&flow, NOON);
    assert_eq!((most.bound, most.found.lead.total), (85, 85));
}

#[test]
fn a_stage_behind_questions_nobody_is_asked_is_reached_outside_the_conversation_alone() {
    let mut flow = least();
    flow["fields"].as_array_mut().expect("fields").push(json!({ "id": "age", "kind": "number", "label": "Age" }));
    flow["scoring"]["rules"][0]["when"] =
        json!({ "and": [{ ">": [{ "var": "size" }, 10] }, { ">": [{ "var": "age" }, 3] }] });
    let flow = load(&flow);
    let Reach::OutsideConversation(witness) = reach(&flow, Target::Stage(1), NOON) else { panic!() };
    assert_eq!(witness.lead.total, 60);
}

#[test]
fn what_is_computed_is_left_undecided() {
    let mut flow = least();
    flow["scoring"]["rules"][0]["when"] = json!({ "==": [{ "%": [{ "var": "size" }, 97] }, 96] });
    assert_eq!(reach(&load(&flow), Target::Stage(1), NOON), Reach::Undecided);
}

#[test]
fn stages_that_are_always_overtaken_are_not_reached() {
    let mut flow = least();
    flow["stages"] = json!([
        { "id": "cold" }, { "id": "warm", "from": 50 }, { "id": "hot", "when": { ">": [{ "var": "score.total" }, 40] } }
    ]);
    let flow = load(&flow);
    assert_eq!(reach(&flow, Target::Stage(1), NOON), Reach::Unreachable);
    assert!(matches!(reach(&flow, Target::Stage(2), NOON), Reach::Reachable(_)));
}

/// The demo's lead at the consent step, before it looked at anything.
fn lukewarm() -> Vec<(&'static str, &'static str)> {
    STRONG.iter().map(|(field, text)| if *field == "budget" { (*field, "none") } else { (*field, *text) }).collect()
}

#[test]
fn the_smallest_changes_come_first() {
    let flow = demo();
    let mut visitor = Visitor::new(&flow);
    visitor.all(&lukewarm()[..lukewarm().len() - 1]);
    let moment = Moment { ..visitor.state.moment(NOON) };
    let evidence = visitor.state.dialog.evidence(&flow, &moment);
    let changes = changes(&evidence);
    assert!(!changes.is_empty());
    for change in &changes {
        assert_eq!(change.what.len(), 1, "one change is enough: {change:?}");
        assert_eq!(change.stage, 2);
    }
    let budget = flow.flow().fields.iter().position(|f| f.id == "budget").expect("a field");
    let approved = (Variable::Field(budget), Value::Answer(Json::Text("approved".into())));
    let prices = |(variable, _): &(Variable, Value)| *variable == Variable::Signal(0);
    assert!(changes.iter().any(|change| change.what[0] == approved || prices(&change.what[0])), "{changes:?}");
}

#[test]
fn a_lead_fades_on_the_day_its_points_do() {
    let mut flow = least();
    flow["signals"] = json!([{ "id": "prices", "kind": "page_view", "label": "Prices", "path": "/prices" }]);
    flow["scoring"]["rules"] = json!([
        { "id": "prices", "score": "fit", "points": 60, "reason": "Prices", "signal": "prices", "decay": { "kind": "linear", "over": "30d" } }
    ]);
    let flow = load(&flow);
    let mut seen = Seen::default();
    seen.notice("/prices", NOON - 2 * DAY - 5);
    let seen = [seen];
    let evidence = Evidence::none(&flow, &seen, NOON);
    // 60 × (30 − age) / 30 is below 50 from the sixth day on.
    let fade = fades(&evidence).expect("a fade");
    assert_eq!((fade.at, fade.from, fade.to, fade.total), (NOON - 2 * DAY - 5 + 6 * DAY, 1, 0, (56, 48)));
    let lasting = load(&least());
    let size = Json::Number(11.0);
    let none = Evidence { answers: vec![Some(&size)], ..Evidence::none(&lasting, &[], NOON) };
    assert_eq!(fades(&none), None);
}
