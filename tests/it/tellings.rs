//! What a page is told of a session: enough to follow it, and no answer.

use crate::support::{STRONG, Visitor, demo, demo_with, load, page};
use prequal::ffi::{Outline, tellings};
use prequal::flow::Checked;
use prequal::outbox::Reply;
use prequal::session::{Event, Page, State, step};
use serde_json::json;

/// Everything that the page was told on the way, a line each.
fn told(flow: &Checked, visitor: &Visitor) -> Vec<String> {
    assert_eq!(flow.id(), visitor.flow.id());
    told_of(visitor, page())
}

/// The same, of a visit on another page.
pub fn told_of(visitor: &Visitor, page: Page) -> Vec<String> {
    let flow = visitor.flow;
    let (mut state, mut before, mut lines) = (State::new(flow, page), None::<Outline>, Vec::new());
    for (event, now) in &visitor.log {
        (state, _) = step(flow, state, event.clone(), now);
        if before.is_some() || *event == Event::Begin {
            let after = Outline::of(flow, &state, now.ms);
            for telling in tellings(flow, event, before.as_ref(), &after) {
                let detail: Vec<String> = telling.detail.iter().map(|(key, value)| format!("{key}={value}")).collect();
                lines.push(format!("{} {}", telling.name, detail.join(" ")));
            }
            before = Some(after);
        }
    }
    lines
}

#[test]
fn a_page_can_follow_a_visit_to_its_end() {
    let flow = demo();
    let mut visitor = Visitor::new(&flow);
    visitor
        .views("/pricing/")
        .answers("industry", "logistics")
        .answers("shipments", "many")
        .answers("shipments", "1200");
    let lines = told(&flow, &visitor);
    assert_eq!(
        lines,
        [
            "score band=0-20 grade=C3",
            "stage stage=unqualified",
            "step step=ask_industry kind=single_choice",
            "score band=20-40 grade=C1",
            "answer step=ask_industry field=industry",
            "score band=40-60 grade=B1",
            "step step=ask_shipments kind=number",
            "answer step=ask_shipments field=shipments",
            "stage stage=mql from=unqualified",
            "step step=ask_carriers kind=multiple_choice",
        ],
        "a wrong answer is none"
    );
    visitor
        .all(&STRONG[2..])
        .agrees(&[true, false])
        .stores(true)
        .replied(Reply::Status { status: 201, retry_after: None });
    let lines = told(&flow, &visitor);
    let at = |line: &str| lines.iter().position(|l| l == line).unwrap_or_else(|| panic!("{line} in {lines:#?}"));
    assert!(at("stage stage=mql from=unqualified") < at("stage stage=sql from=mql"));
    assert!(at("step step=ask_consent kind=consent") < at("consent choice=given purposes=contact"));
    assert!(at("consent choice=given purposes=contact") < at("submitted stage=sql"));
    assert!(at("submitted stage=sql") < at("delivered stage=sql how=delivered"));
}

/// Nothing that a visitor typed or chose is in what a page is told.
#[test]
fn no_answer_is_told() {
    let flow = load(&demo_with("/fields/0/options/0/id", json!("logistics")));
    let mut visitor = Visitor::new(&flow);
    visitor
        .views("/pricing/")
        .all(STRONG)
        .agrees(&[true, true])
        .stores(true)
        .replied(Reply::Status { status: 201, retry_after: None });
    let lines = told(&flow, &visitor).join("\n");
    for (field, answer) in STRONG.iter().filter(|(_, answer)| answer.len() > 2) {
        for part in answer.split(',') {
            assert!(!lines.split(['=', ' ', '\n']).any(|word| word == part), "{field}: {part}\n{lines}");
        }
    }
}

/// The link of an outcome is told like that of a step; nothing is followed before the end that is no link.
#[test]
fn the_link_of_an_outcome_is_told() {
    let flow = demo();
    let mut visitor = Visitor::new(&flow);
    visitor.does(Event::Followed { step: 0 }).views("/pricing/").all(STRONG);
    visitor.refuses().does(Event::Followed { step: 0 });
    let lines = told(&flow, &visitor);
    let links: Vec<&String> = lines.iter().filter(|line| line.starts_with("link")).collect();
    assert_eq!(links, [&format!("link step={}", visitor.step())], "{lines:#?}");
}

#[test]
fn a_refusal_is_told_and_nothing_is_submitted() {
    let flow = demo();
    let mut visitor = Visitor::new(&flow);
    visitor.views("/pricing/").all(STRONG);
    visitor.refuses();
    let lines = told(&flow, &visitor);
    assert!(lines.contains(&"consent choice=refused purposes=".to_owned()), "{lines:#?}");
    assert!(!lines.iter().any(|line| line.starts_with("submitted")), "{lines:#?}");
}
