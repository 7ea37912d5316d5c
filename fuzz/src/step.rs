//! Any events, in any order.

use crate::flows::GOOD;
use crate::source::Source;
use crate::visit::Visit;

/// No event panics in any state; nothing is sent without consent and a qualified stage; contributions sum to
/// the scores; and the log replays to the same state.
pub fn step(bytes: &[u8]) {
    let mut source = Source::new(bytes);
    let flow = &GOOD[source.below(GOOD.len())].checked;
    let mut visit = Visit::new(flow, &mut source);
    visit.wander(&mut source);
    visit.end();
}
