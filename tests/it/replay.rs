//! The same log gives the same session, wherever it runs.

use crate::support::{STRONG, Visitor, demo, page};
use prequal::outbox::Reply;
use prequal::session::{self, State};

#[test]
fn a_log_replays_to_the_same_state_and_effects() {
    let flow = demo();
    let mut visitor = Visitor::new(&flow);
    visitor
        .views("/pricing/")
        .all(&STRONG[..5])
        .changes("ask_industry")
        .answers("industry", "manufacturing")
        .answers("sites", "4")
        .all(&[("carriers", "parcel")])
        .all(&STRONG[5..])
        .agrees(&[true, true])
        .stores(true)
        .replied(Reply::NoReply);
    let mut state = State::new(&flow, page());
    let mut effects = Vec::new();
    for (event, now) in &visitor.log {
        let (next, due) = session::step(&flow, state, event.clone(), now);
        state = next;
        effects.extend(due);
    }
    assert_eq!(state, visitor.state);
    assert_eq!(effects, visitor.effects);
}
