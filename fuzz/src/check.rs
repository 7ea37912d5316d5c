//! Good flows, edited.

use crate::edit::edit;
use crate::flows::{GOOD, text};
use crate::source::Source;
use crate::visit::Visit;
use prequal::flow;

/// Checking never panics, and a checked flow cannot fail: whoever visits it, however they answer, what comes
/// out is what a receiver takes.
pub fn check(bytes: &[u8]) {
    let mut source = Source::new(bytes);
    let mut json = GOOD[source.below(GOOD.len())].json.clone();
    edit(&mut json, &mut source);
    let Ok(flow) = flow::load(text(&json).as_bytes()) else { return };
    let mut visit = Visit::new(&flow, &mut source);
    visit.finish(&mut source);
    visit.wander(&mut source);
    visit.end();
}
