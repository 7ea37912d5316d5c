//! What becomes of loading and of events when flows grow.

use prequal::flow;
use prequal_bench_engine::Visit;
use serde_json::{Value, json};

use crate::conditions::conditions;
use crate::flows;
use crate::measure::{Pace, Samples, time};
use crate::random::Random;
use crate::subject::Subject;

/// Rules, by flow. Each five have a field and a question of their own, each ten a signal.
pub const SIZES: [usize; 3] = [100, 1_000, 10_000];

/// Events in one sample.
const EVENTS: usize = 16;

pub fn flow_of(rules: usize) -> Vec<u8> {
    let mut random = Random::new(rules as u64);
    let subject = Subject::of(rules / 5, rules / 10);
    let conditions = conditions(rules, &subject, &mut random);
    let points: Vec<u32> = conditions.iter().map(|_| 1 + random.below(20) as u32).collect();
    flows::flow(&subject, &conditions, &points).to_string().into_bytes()
}

/// Nanoseconds: reading and checking the file, one answer, one sighting.
pub fn measure(rules: usize, pace: Pace) -> Value {
    let file = flow_of(rules);
    let load = time(pace, || (), |()| flow::load(&file).expect("a flow without mistakes"));
    let visit = Visit::halfway(flow::load(&file).expect("a flow without mistakes"));
    let event = |event: fn(&Visit, _) -> _| -> Samples {
        let states = || -> Vec<_> { (0..EVENTS).map(|_| visit.state()).collect() };
        let after = |states: Vec<_>| -> Vec<_> { states.into_iter().map(|state| event(&visit, state)).collect() };
        time(pace, states, after).shared(EVENTS)
    };
    json!({
        "rules": rules,
        "fields": rules / 5,
        "signals": rules / 10,
        "bytes": file.len(),
        "load_ns": load.as_json(),
        "answer_ns": event(Visit::answer).as_json(),
        "signal_ns": event(Visit::notice).as_json(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flows_of_any_size_load_and_run() {
        let visit = Visit::halfway(flow::load(&flow_of(100)).unwrap());
        let (before, after) = (visit.state(), visit.answer(visit.state()));
        assert_eq!(after.dialog.turns.len(), before.dialog.turns.len() + 1);
        assert_ne!(visit.notice(visit.state()).seen, before.seen);
    }
}
