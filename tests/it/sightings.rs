//! Signals that the host recognises, many at once, and what all visits come to: over days, with a clock that the
//! test moves.

use crate::support::{NOON, demo_json, demo_with, findings, load, page};
use prequal::flow::Checked;
use prequal::flow::model::SignalKind;
use prequal::history::{History, score_at};
use prequal::lead::{Attribution, PAGES, Touch};
use prequal::score::{KEPT, Scorecard, Seen};
use prequal::session::{Event, Now, Page, State, step};
use serde_json::{Value, json};

const DAY: i64 = 86_400_000;

/// The demo's flow, with a signal and the rules of a model that looks at several visits.
fn flow() -> Checked {
    let mut flow = demo_json();
    let rules = json!([
        { "id": "twice", "score": "interest", "points": 20, "reason": "Twice", "signal": "read", "every": 2, "window": "14d" },
        { "id": "fades", "score": "interest", "points": 30, "reason": "Lately", "signal": "read", "decay": { "kind": "linear", "over": "30d" } },
        { "id": "ends", "score": "fit", "points": 7, "reason": "Just now", "signal": "read", "decay": { "kind": "expiry", "over": "2d" } },
        { "id": "pages", "score": "fit", "points": 5, "reason": "On two pages", "signal": "read", "count": "distinct", "every": 2 },
        { "id": "loyal", "score": "fit", "points": 4, "reason": "Three visits", "when": { ">=": [{ "var": "touch.visits" }, 3] } },
        { "id": "touched", "score": "fit", "points": 3, "reason": "Two ways", "when": { ">=": [{ "var": "touch.count" }, 2] } },
        { "id": "content", "score": "fit", "points": 2, "reason": "Saw the prices", "when": { "in": ["/prices", { "var": "touch.pages" }] } }
    ]);
    let signals = flow["signals"].as_array_mut().expect("signals");
    signals.push(json!({ "id": "read", "kind": "scroll", "label": "Read it", "least": 75 }));
    signals.push(json!({ "id": "trial", "kind": "event", "label": "Trial", "path": "trial" }));
    flow["scoring"]["rules"] = rules;
    load(&flow)
}

struct Visit<'f> {
    flow: &'f Checked,
    state: State,
    log: History,
}

impl<'f> Visit<'f> {
    /// A page that begins with what an earlier one kept.
    fn begin(flow: &'f Checked, visits: Option<u32>) -> Visit<'f> {
        let first = Touch { landing_path: "/".into(), ..Touch::default() };
        let attribution = Some(Attribution { first, visits, ..Attribution::default() });
        let state = State::new(flow, Page { attribution, ..page() });
        let log = History::begun(&state, NOON - 100 * DAY);
        Visit { flow, state, log }
    }

    fn does(&mut self, event: Event, now: i64) {
        let now = Now { ms: now, entropy: [7; 32] };
        let (next, _) = step(self.flow, self.state.clone(), event.clone(), &now);
        self.log.note(self.flow, &event, &self.state, &next, now.ms);
        self.state = next;
    }

    fn reads(&mut self, page: &str, at: i64) {
        self.does(Event::Sighted { signal: 3, page: page.into(), at }, NOON);
    }

    /// What a rule gives at a time; the session and its log agree.
    fn points(&self, at: i64) -> Vec<(String, i64)> {
        let card = self.state.scorecard(self.flow, at);
        assert_eq!(card, score_at(self.flow, &self.log, at));
        given(self.flow, &card)
    }
}

fn given(flow: &Checked, card: &Scorecard) -> Vec<(String, i64)> {
    let all = prequal::account::contributions(flow, card).into_iter();
    all.filter(|one| one.decayed != 0).map(|one| (one.source.replace("rule:", ""), one.decayed)).collect()
}

fn expect(list: &[(&str, i64)]) -> Vec<(String, i64)> {
    list.iter().map(|(id, points)| ((*id).into(), *points)).collect()
}

#[test]
fn kept_sightings_count_with_their_own_times() {
    let flow = flow();
    let mut visit = Visit::begin(&flow, None);
    // What an earlier page kept is told before the conversation begins, all of it now.
    visit.reads("/a", NOON - 20 * DAY);
    visit.does(Event::Begin, NOON);
    assert_eq!(visit.points(NOON), expect(&[("fades", 10)]), "once, and by two thirds faded");
    visit.reads("/a", NOON - 10 * DAY);
    assert_eq!(visit.points(NOON), expect(&[("fades", 20)]), "twice, and not within two weeks");
    visit.reads("/b", NOON);
    let both = expect(&[("twice", 20), ("fades", 30), ("ends", 7), ("pages", 5)]);
    assert_eq!(visit.points(NOON), both);
    // Days go by.
    assert_eq!(visit.points(NOON + 2 * DAY - 1)[2], ("ends".into(), 7));
    assert_eq!(visit.points(NOON + 2 * DAY), expect(&[("twice", 20), ("fades", 28), ("pages", 5)]));
    assert_eq!(visit.points(NOON + 4 * DAY), expect(&[("fades", 26), ("pages", 5)]), "only one within two weeks");
    assert_eq!(visit.points(NOON + 30 * DAY), expect(&[("pages", 5)]));
}

#[test]
fn many_at_once_count_as_many_and_cost_no_more_than_those_that_are_kept() {
    let flow = flow();
    let mut visit = Visit::begin(&flow, None);
    let tell = |times| Event::Noticed { kind: SignalKind::Event, path: "trial".into(), times, at: NOON };
    for times in [1, 0, 3, u32::MAX - 10] {
        visit.does(tell(times), NOON);
    }
    let seen = &visit.state.seen[4];
    assert_eq!((seen.count, seen.recent.len()), (u32::MAX - 6, KEPT));
    visit.does(tell(u32::MAX), NOON);
    assert_eq!(visit.state.seen[4].count, u32::MAX);
    assert_eq!(visit.log.events.last().and_then(|last| last.times), Some(u32::MAX));
    // As if each had been told alone.
    for times in [0, 1, 63, 64, 65, 200] {
        let (mut once, mut each) = (Seen::default(), Seen::default());
        once.notice("/x", 4);
        each.notice("/x", 4);
        once.notice_times("/y", times, 5);
        (0..times).for_each(|_| each.notice("/y", 5));
        assert!(times == 0 || once == each, "{times}");
    }
}

#[test]
fn visits_touches_and_pages_are_facts() {
    let flow = flow();
    let mut visit = Visit::begin(&flow, Some(3));
    visit.does(Event::Begin, NOON);
    assert_eq!(visit.points(NOON), expect(&[("loyal", 4)]));
    visit.does(Event::Arrived(Touch { landing_path: "/ad".into(), ..Touch::default() }), NOON);
    assert_eq!(visit.points(NOON), expect(&[("loyal", 4), ("touched", 3)]));
    for path in ["/prices", "/b", "/prices", "/c"] {
        visit.does(Event::Noticed { kind: SignalKind::PageView, path: path.into(), times: 1, at: NOON }, NOON);
    }
    assert_eq!(visit.points(NOON), expect(&[("loyal", 4), ("touched", 3), ("content", 2)]));
    let pages = |visit: &Visit| visit.state.page.attribution.as_ref().expect("it is known").pages.clone();
    assert_eq!(pages(&visit), ["/b", "/prices", "/c"]);
    for page in 0..80 {
        visit.does(Event::Noticed { kind: SignalKind::PageView, path: format!("/{page}"), times: 1, at: NOON }, NOON);
    }
    assert_eq!(pages(&visit).len(), PAGES);
    assert_eq!(visit.points(NOON), expect(&[("loyal", 4), ("touched", 3)]), "the oldest are let go");

    // A flow that does not ask takes no note.
    let silent = load(&demo_with("/title", json!("Silent")));
    let mut visit = Visit::begin(&silent, None);
    visit.does(Event::Noticed { kind: SignalKind::PageView, path: "/prices".into(), times: 1, at: NOON }, NOON);
    assert!(pages(&visit).is_empty());
}

#[test]
fn what_a_kind_cannot_see_is_found() {
    let codes = |signal: Value| {
        let flow = demo_with("/signals/0", signal);
        let all = findings(flow.to_string().as_bytes());
        all.into_iter().map(|one| format!("{} {}", one.code.as_str(), one.path)).collect::<Vec<_>>()
    };
    let of = |keys: Value| {
        let mut signal = json!({ "id": "pricing_viewed", "label": "It" });
        signal.as_object_mut().expect("an object").extend(keys.as_object().expect("an object").clone());
        codes(signal)
    };
    let none: [&str; 0] = [];
    for fine in [
        json!({ "kind": "scroll", "least": 100 }),
        json!({ "kind": "engaged", "least": 30, "path": "/x*" }),
        json!({ "kind": "return_visit", "least": 2 }),
        json!({ "kind": "element_seen", "selector": "#x" }),
        json!({ "kind": "video" }),
        json!({ "kind": "video", "selector": "#x" }),
        json!({ "kind": "search", "parameter": "q" }),
        json!({ "kind": "outbound", "path": "*.example/*" }),
        json!({ "kind": "form_abandon" }),
    ] {
        assert_eq!(of(fine.clone()), none, "{fine}");
    }
    for (wrong, code) in [
        (json!({ "kind": "scroll" }), "PQ221 signals[0].least"),
        (json!({ "kind": "scroll", "least": 0 }), "PQ106 signals[0].least"),
        (json!({ "kind": "scroll", "least": 101 }), "PQ106 signals[0].least"),
        (json!({ "kind": "engaged", "least": 3601 }), "PQ106 signals[0].least"),
        (json!({ "kind": "return_visit", "least": 1 }), "PQ106 signals[0].least"),
        (json!({ "kind": "page_view", "path": "/x", "least": 2 }), "PQ221 signals[0].least"),
        (json!({ "kind": "element_seen" }), "PQ221 signals[0].selector"),
        (json!({ "kind": "element_seen", "selector": " " }), "PQ221 signals[0].selector"),
        (json!({ "kind": "form_start", "selector": "form" }), "PQ221 signals[0].selector"),
        (json!({ "kind": "search" }), "PQ221 signals[0].parameter"),
        (json!({ "kind": "page_view" }), "PQ103 signals[0].path"),
        (json!({ "kind": "outbound" }), "PQ103 signals[0].path"),
        (json!({ "kind": "video", "path": "x" }), "PQ517 signals[0].path"),
    ] {
        assert_eq!(of(wrong.clone()), [code], "{wrong}");
    }
}
