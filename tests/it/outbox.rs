//! The outbox: stored before sent, one key, tried again until acknowledged.

use crate::support::{NOON, STRONG, Visitor, demo};
use prequal::dialog::Word;
use prequal::ffi;
use prequal::json::Numbers;
use prequal::outbox::{self, Claim, Effect, Event, Outbox, Phase, Reply};
use prequal::session::Effect as SessionEffect;

fn sealed(flow: &prequal::flow::Checked) -> Visitor<'_> {
    let mut visitor = Visitor::new(flow);
    visitor.views("/pricing/").all(STRONG).agrees(&[true, false]);
    visitor
}

/// The text under which the lead is stored.
fn stored(visitor: &Visitor) -> String {
    let stored = visitor.effects.iter().find_map(|effect| match effect {
        SessionEffect::Outbox(Effect::Store { text, .. }) => Some(text.clone()),
        _ => None,
    });
    stored.expect("a stored text")
}

fn status(status: u32) -> Reply {
    Reply::Status { status, retry_after: None }
}

fn told(visitor: &Visitor) -> Option<Word> {
    ffi::view(visitor.flow, &visitor.state).delivery
}

fn wakes(visitor: &Visitor) -> Vec<i64> {
    let all = visitor.effects.iter().filter_map(|effect| match effect {
        SessionEffect::Outbox(Effect::WakeAt(at)) => Some(*at),
        _ => None,
    });
    all.collect()
}

#[test]
fn the_visitor_reads_that_it_was_sent_only_after_a_2xx() {
    let flow = demo();
    let mut visitor = sealed(&flow);
    assert_eq!(told(&visitor), Some(Word::Saving));
    visitor.stores(true);
    assert_eq!(told(&visitor), Some(Word::Sending));
    visitor.replied(status(201));
    assert_eq!(told(&visitor), Some(Word::Sent));
    let forgets = visitor.effects.iter().filter(|e| matches!(e, SessionEffect::Outbox(Effect::Forget { .. }))).count();
    assert_eq!(forgets, 1);
}

#[test]
fn failures_are_tried_again_with_the_same_body() {
    let flow = demo();
    let mut visitor = sealed(&flow);
    visitor.stores(true);
    for reply in
        [Reply::NoReply, status(500), status(503), status(408), status(409), status(425), status(429), status(599)]
    {
        visitor.replied(reply);
        assert_eq!(told(&visitor), Some(Word::Retrying), "{reply:?}");
        visitor.wakes(true);
    }
    let sent = visitor.sent();
    assert_eq!(sent.len(), 9);
    assert!(sent.iter().all(|body| *body == sent[0]));
    visitor.replied(status(200));
    assert_eq!(told(&visitor), Some(Word::Sent));
}

#[test]
fn delays_grow_with_jitter_and_respect_retry_after() {
    let flow = demo();
    let mut visitor = sealed(&flow);
    visitor.stores(true);
    for _ in 0..12 {
        visitor.replied(Reply::NoReply).wakes(true);
    }
    let start = visitor.log.iter().map(|(_, now)| now.ms).collect::<Vec<_>>();
    for wake in wakes(&visitor) {
        let wait = start.iter().rev().find(|at| **at < wake).map(|at| wake - at).expect("a wait");
        assert!((500..=60_500).contains(&wait) || wait <= 1_000, "{wait}");
    }
    let mut visitor = sealed(&flow);
    visitor.stores(true).replied(Reply::Status { status: 429, retry_after: Some(120_000) });
    let asked = visitor.log.last().expect("an event").1.ms + 120_000;
    assert_eq!(wakes(&visitor), [asked]);
    visitor.effects.clear();
    visitor.wakes(false);
    assert_eq!((visitor.sent().len(), wakes(&visitor)), (0, vec![asked]), "too early: sleeps on");
}

#[test]
fn a_refused_lead_is_kept_and_not_sent_again() {
    for code in [400, 401, 403, 404, 410, 413, 422, 302, 304] {
        let flow = demo();
        let mut visitor = sealed(&flow);
        visitor.stores(true).replied(status(code));
        assert_eq!(told(&visitor), Some(Word::Undeliverable), "{code}");
        assert!(visitor.effects.iter().any(|e| matches!(e, SessionEffect::Outbox(Effect::Bury { .. }))));
        visitor.effects.clear();
        visitor.wakes(true);
        assert!(visitor.sent().is_empty());
    }
}

#[test]
fn denied_storage_is_said_and_the_lead_is_sent_all_the_same() {
    let flow = demo();
    let mut visitor = sealed(&flow);
    visitor.stores(false);
    assert_eq!((visitor.sent().len(), told(&visitor)), (1, Some(Word::NotStored)));
    visitor.replied(status(201));
    assert_eq!(told(&visitor), Some(Word::Sent));
}

#[test]
fn what_is_told_is_no_more_than_is_known() {
    let flow = demo();
    let mut visitor = sealed(&flow);
    visitor.stores(false).replied(status(422));
    assert_eq!(told(&visitor), Some(Word::NotDelivered), "refused, and not kept either");
    let mut refused = Visitor::new(&flow);
    refused.views("/pricing/").all(STRONG).refuses();
    assert_eq!(told(&refused), Some(Word::NotSent));
}

#[test]
fn a_lead_left_by_an_earlier_page_is_sent_once_under_its_key() {
    let flow = demo();
    let visitor = sealed(&flow);
    let stored = stored(&visitor);
    let mut outbox = Outbox::default();
    let step = |outbox: &mut Outbox, event| outbox::step(outbox, event, NOON, 1, Numbers::NATIVE);
    let effects = step(&mut outbox, Event::Found(stored.clone()));
    let [Effect::Claim { id }] = effects.as_slice() else { panic!("{effects:?}") };
    let effects = step(&mut outbox, Event::Claimed { id: id.clone(), claim: Claim::Ours });
    let [Effect::Send(lead)] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(Some(lead.post().key()), visitor.state.sealed.as_deref());
    assert!(step(&mut outbox, Event::Found(stored)).is_empty(), "found twice");
    assert!(step(&mut outbox, Event::Found("{\"endpoint\":\"https://x.example\",\"body\":\"{}\"}".into())).is_empty());
    step(&mut outbox, Event::Replied { id: id.clone(), reply: status(201) });
    assert_eq!(outbox.entries[0].phase, Phase::Delivered);
}

#[test]
fn replies_that_nobody_waits_for_do_nothing() {
    let flow = demo();
    let mut visitor = sealed(&flow);
    visitor.replied(status(201));
    assert_eq!(told(&visitor), Some(Word::Saving), "not sent yet");
    visitor.stores(true).replied(status(201)).replied(status(500)).stores(true);
    assert_eq!((told(&visitor), visitor.sent().len()), (Some(Word::Sent), 1));
}

fn alone(outbox: &mut Outbox, event: Event, now: i64) -> Vec<Effect> {
    outbox::step(outbox, event, now, 1, Numbers::NATIVE)
}

/// An outbox that has found a stored lead, and its id.
fn found(text: String) -> (Outbox, String) {
    let mut outbox = Outbox::default();
    let effects = alone(&mut outbox, Event::Found(text), NOON);
    let [Effect::Claim { id }] = effects.as_slice() else { panic!("{effects:?}") };
    let id = id.clone();
    (outbox, id)
}

#[test]
fn what_another_tab_holds_is_not_sent_but_asked_about_again() {
    let flow = demo();
    let text = stored(&sealed(&flow));
    for (claim, phase) in [
        (Claim::Delivered, Phase::Delivered),
        (Claim::Refused, Phase::Dead(outbox::TOO_LATE)),
        (Claim::Gone, Phase::Gone),
    ] {
        let (mut outbox, id) = found(text.clone());
        let effects = alone(&mut outbox, Event::Claimed { id: id.clone(), claim: Claim::Busy }, NOON);
        let [Effect::WakeAt(at)] = effects.as_slice() else { panic!("{effects:?}") };
        assert!((NOON + 2_000..NOON + 4_000).contains(at), "{at}");
        assert_eq!(alone(&mut outbox, Event::Wake { online: false }, *at), [Effect::Claim { id: id.clone() }]);
        assert!(alone(&mut outbox, Event::Claimed { id, claim }, *at).is_empty(), "{claim:?}");
        assert_eq!(outbox.entries[0].phase, phase);
        assert!(!outbox.is_busy());
    }
}

#[test]
fn a_clock_that_was_set_back_delays_nothing() {
    let flow = demo();
    let (mut outbox, id) = found(stored(&sealed(&flow)));
    alone(&mut outbox, Event::Claimed { id: id.clone(), claim: Claim::Ours }, NOON);
    let effects = alone(&mut outbox, Event::Replied { id: id.clone(), reply: Reply::NoReply }, NOON);
    assert!(effects.contains(&Effect::Release { id: id.clone() }), "other tabs may try");
    let effects = alone(&mut outbox, Event::Wake { online: false }, NOON - 86_400_000);
    assert_eq!(effects, [Effect::Claim { id }]);
}

#[test]
fn what_nobody_took_in_time_is_kept_and_not_sent() {
    let flow = demo();
    let text = stored(&sealed(&flow));
    let mut outbox = Outbox::default();
    let effects = alone(&mut outbox, Event::Found(text), NOON + 31 * 86_400_000);
    let [Effect::Bury { text, .. }] = effects.as_slice() else { panic!("{effects:?}") };
    assert!(text.contains("\"dead\":0"));
    assert_eq!(outbox.entries[0].phase, Phase::Dead(outbox::TOO_LATE));
}

#[test]
fn what_is_taken_out_of_its_grave_is_tried_again_on_the_same_page() {
    let flow = demo();
    let text = stored(&sealed(&flow));
    let (mut outbox, id) = found(text.clone());
    alone(&mut outbox, Event::Claimed { id: id.clone(), claim: Claim::Ours }, NOON);
    alone(&mut outbox, Event::Replied { id: id.clone(), reply: status(404) }, NOON);
    assert_eq!(outbox.entries[0].phase, Phase::Dead(404));
    assert_eq!(alone(&mut outbox, Event::Found(text), NOON), [Effect::Claim { id }]);
    assert_eq!(outbox.entries.len(), 1);
}

#[test]
fn only_what_was_delivered_is_noted_as_that() {
    let flow = demo();
    let mut visitor = sealed(&flow);
    visitor.stores(true).replied(status(201));
    let forgotten = |visitor: &Visitor| {
        let all = visitor.effects.iter().filter_map(|effect| match effect {
            SessionEffect::Outbox(Effect::Forget { delivered, .. }) => Some(*delivered),
            _ => None,
        });
        all.collect::<Vec<_>>()
    };
    assert_eq!(forgotten(&visitor), [true]);
    let mut visitor = sealed(&flow);
    visitor.stores(true).does(prequal::session::Event::Withdraw);
    assert_eq!(forgotten(&visitor), [false]);
}

#[test]
fn what_a_later_version_stored_is_left_to_it() {
    let flow = demo();
    let text = stored(&sealed(&flow)).replacen("\"v\":1", "\"v\":2", 1);
    assert!(alone(&mut Outbox::default(), Event::Found(text), NOON).is_empty());
}

#[test]
fn consent_taken_back_deletes_and_tells_by_the_receipt() {
    let flow = demo();
    let visitor = sealed(&flow);
    let receipt = visitor.effects.iter().find_map(|effect| match effect {
        SessionEffect::Outbox(Effect::Store { receipt, .. }) => Some(receipt.clone()),
        _ => None,
    });
    let receipt = receipt.expect("a receipt");
    for answer in ["Ada", "freight.example", "logistics"] {
        assert!(!receipt.contains(answer), "{answer} stands in the receipt");
    }
    let mut outbox = Outbox::default();
    let effects = alone(&mut outbox, Event::Recalled(receipt.clone()), NOON);
    let [Effect::Retract { lead, id, notice: Some(text) }] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!((Some(lead.as_str()), id.as_str()), (visitor.state.sealed.as_deref(), ["-", lead].concat().as_str()));
    assert!(alone(&mut outbox, Event::Recalled(receipt), NOON).is_empty(), "once is enough");
    // The notice goes the way of a lead, and is found again by a later page.
    let (id, text) = (id.clone(), text.clone());
    let claimed = alone(&mut outbox, Event::Stored { id: id.clone(), ok: true }, NOON);
    assert_eq!(claimed, [Effect::Claim { id: id.clone() }]);
    let (mut later, _) = found(text);
    let bodies: Vec<String> = [&mut outbox, &mut later]
        .map(|outbox| match alone(outbox, Event::Claimed { id: id.clone(), claim: Claim::Ours }, NOON).as_slice() {
            [Effect::Send(parcel)] => parcel.post().body().to_owned(),
            other => panic!("{other:?}"),
        })
        .into();
    assert_eq!(bodies[0], bodies[1], "the same notice");
    let notice: serde_json::Value = serde_json::from_str(&bodies[0]).expect("JSON");
    assert_eq!(notice.as_object().expect("an object").len(), 6, "ids, a hash and a time: {notice}");
}

#[test]
fn without_storage_a_lead_that_was_on_its_way_is_taken_back_from_memory() {
    let flow = demo();
    let mut visitor = sealed(&flow);
    visitor.stores(false).replied(Reply::NoReply);
    visitor.effects.clear();
    visitor.does(prequal::session::Event::Withdraw);
    let notices = visitor
        .effects
        .iter()
        .filter(|effect| matches!(effect, SessionEffect::Outbox(Effect::Retract { notice: Some(_), .. })));
    assert_eq!(notices.count(), 1);
    assert_eq!(told(&visitor), Some(Word::Withdrawn));
    // One that never was on its way needs no notice.
    let mut visitor = sealed(&flow);
    visitor.effects.clear();
    visitor.does(prequal::session::Event::Withdraw);
    let told = visitor.effects.iter().any(|e| matches!(e, SessionEffect::Outbox(Effect::Retract { .. })));
    assert!(!told);
}

/// What a host does that can store nothing and reach nobody: it lets every alarm go off.
#[test]
fn alarms_do_not_make_more_of_each_other() {
    let flow = demo();
    let mut outbox = Outbox::default();
    let mut alarms = std::collections::BinaryHeap::new();
    let mut due = Vec::new();
    for seed in 0..5 {
        let mut visitor = sealed(&flow);
        visitor.state.outbox.entries.truncate(1);
        let text = stored(&visitor).replace(&"07".repeat(16)[..4], &format!("{seed}7{seed}7"));
        due.push(Event::Found(text));
    }
    let mut now = NOON;
    for round in 0..2_000 {
        let event = due.pop().unwrap_or_else(|| {
            let std::cmp::Reverse(alarm) = alarms.pop().expect("whoever waits is woken");
            now = now.max(alarm);
            Event::Wake { online: false }
        });
        for effect in outbox::step(&mut outbox, event, now, round * 977, Numbers::NATIVE) {
            match effect {
                Effect::WakeAt(at) => alarms.push(std::cmp::Reverse(at)),
                Effect::Claim { id } => due.push(Event::Claimed { id, claim: Claim::Ours }),
                Effect::Send(parcel) => {
                    let id = parcel.post().id().into();
                    due.push(Event::Replied { id, reply: Reply::NoReply });
                }
                _ => {}
            }
        }
        assert!(alarms.len() <= outbox.entries.len(), "{} alarms", alarms.len());
    }
    assert_eq!(outbox.entries.len(), 5);
    assert!(outbox.entries.iter().all(|entry| entry.attempts > 20), "all are tried again and again");
}

#[test]
fn consent_taken_back_is_told_although_nothing_can_be_stored() {
    let flow = demo();
    let mut visitor = sealed(&flow);
    visitor.stores(false);
    visitor.does(prequal::session::Event::Withdraw);
    let retract = visitor.effects.iter().find_map(|effect| match effect {
        SessionEffect::Outbox(Effect::Retract { id, notice: Some(_), .. }) => Some(id.clone()),
        _ => None,
    });
    let id = retract.expect("a notice");
    visitor.does(prequal::session::Event::Restart);
    visitor.does(prequal::session::Event::Outbox(Event::Stored { id, ok: false }));
    let sent = visitor.sent();
    assert!(sent.last().expect("a body").starts_with("{\"prequal_withdrawal\""), "{sent:?}");
}
