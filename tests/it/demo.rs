//! The demo flow does what its company wants.

use crate::support::{STRONG, Visitor, demo};
use prequal::ffi::{self, Control};
use prequal::lead::Lead;

fn outcome(visitor: &Visitor) -> String {
    match ffi::view(visitor.flow, &visitor.state).control {
        Control::Outcome(outcome) => outcome.title,
        control => panic!("no outcome yet: {control:?}"),
    }
}

#[test]
fn a_strong_fit_becomes_a_sales_qualified_lead() {
    let flow = demo();
    let mut visitor = Visitor::new(&flow);
    visitor.views("/pricing/").all(STRONG).agrees(&[true, false]).stores(true);
    assert_eq!(outcome(&visitor), "Let's talk, Ada King");
    let lead: Lead = serde_json::from_str(&visitor.sent()[0]).expect("a lead");
    assert_eq!((lead.stage.as_str(), lead.total), ("sql", 100));
    let scores: Vec<_> = lead.scores.iter().map(|s| (s.id.as_str(), s.points, s.cap)).collect();
    assert_eq!(scores, [("fit", 60, 60), ("interest", 40, 40)]);
    for score in &lead.scores {
        let counted: i64 = lead.contributions.iter().filter(|c| c.score == score.id).map(|c| c.counted).sum();
        assert_eq!(counted, score.points, "{}", score.id);
    }
    // 20 industry, 10 need, 15 budget, 10 c-suite, 10 size, 5 volume: the last ten are above the cap.
    let raw: i64 = lead.contributions.iter().filter(|c| c.score == "fit").map(|c| c.points).sum();
    assert_eq!(raw, 70);
    assert_eq!(lead.contributions.iter().find(|c| c.source == "rule:volume").map(|c| c.counted), Some(0));
}

#[test]
fn the_threshold_is_80_of_100() {
    let flow = demo();
    let mut visitor = Visitor::new(&flow);
    // Without the pricing page: fit is at its cap of 60, interest 15 from the timeline.
    visitor.all(&STRONG[..9]);
    assert_eq!(visitor.card().total, 75);
    assert_eq!(visitor.step(), "ask_name", "a marketing-qualified lead is offered the guide");
    visitor.downloads("/white-paper/northbeam-buyers-guide.pdf");
    assert_eq!(visitor.card().total, 85);
    visitor.views("/careers/");
    assert_eq!(visitor.card().total, 70);
}

#[test]
fn different_visitors_are_asked_different_things() {
    let flow = demo();
    let mut retail = Visitor::new(&flow);
    retail.answers("industry", "retail").answers("channels", "shop,stores");
    assert_eq!(retail.step(), "ask_retail_shipments");
    retail.answers("shipments", "5000");
    assert_eq!(retail.step(), "ask_carriers", "three branches deep");
    let mut maker = Visitor::new(&flow);
    maker.answers("industry", "manufacturing").answers("sites", "1");
    assert_eq!(maker.step(), "ask_size");
}

#[test]
fn a_competitor_is_turned_away_kindly_and_never_asked_for_anything() {
    let flow = demo();
    let mut visitor = Visitor::new(&flow);
    visitor.views("/pricing/").answers("industry", "agency").answers("agency_role", "competitor");
    assert_eq!(outcome(&visitor), "Thanks for being straight with us");
    let card = visitor.card();
    assert_eq!((card.stage, card.disqualified.len()), (0, 1));
}

#[test]
fn a_weak_fit_gets_a_friendly_no_with_a_suggestion() {
    let flow = demo();
    let mut visitor = Visitor::new(&flow);
    visitor.all(&[
        ("industry", "other"),
        ("company_size", "8"),
        ("need", "curious"),
        ("role", "specialist"),
        ("budget", "none"),
        ("timeline", "someday"),
    ]);
    assert_eq!(outcome(&visitor), "Not yet, and that is fine");
    assert!(visitor.sent().is_empty());
}

#[test]
fn questions_mention_earlier_answers() {
    let flow = demo();
    let mut visitor = Visitor::new(&flow);
    visitor.answers("industry", "logistics");
    let view = ffi::view(&flow, &visitor.state);
    let said = view.turns.last().expect("a turn").say.concat();
    assert_eq!(said, "Logistics & freight, our home turf. Roughly how many shipments go out a month?");
}

#[test]
fn progress_rises_to_the_end_and_never_falls() {
    let flow = demo();
    let mut visitor = Visitor::new(&flow);
    visitor.views("/pricing/");
    let mut last = 0;
    for answer in STRONG {
        visitor.all(&[*answer]);
        let progress = ffi::view(&flow, &visitor.state).progress;
        assert!(progress >= last && progress < 100, "{progress} after {last} at {answer:?}");
        last = progress;
    }
    visitor.refuses();
    assert_eq!(ffi::view(&flow, &visitor.state).progress, 100);
}

#[test]
fn the_flow_of_the_savings_page_is_good() {
    let bytes = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/www/demo/savings/prequal.json")).expect("the flow");
    assert_eq!(crate::support::findings(&bytes), []);
}
