//! What one evaluation may build: `reduce` over a short list can double a text with every item, and
//! nest a list deeper than any stack.

use super::Stop;
use super::held::Held;
use crate::flow::condition::Failure;
use crate::json::{Json, MAX_DEPTH};
use core::cell::Cell;

/// The bytes of text and list items that one evaluation may build, all values together, also those
/// that are given up on the way. A step of an iteration counts as one item.
///
/// The widget goes without it: it evaluates one flow, which the page's own author wrote.
pub const BUDGET: usize = 256 << 20;

/// The weight of a list item, whatever it is.
const ITEM: usize = size_of::<Json>();

/// What is left of [`BUDGET`].
pub(super) struct Budget(Cell<usize>);

impl Budget {
    pub(super) fn new() -> Budget {
        Budget(Cell::new(BUDGET))
    }

    /// Asks for so many bytes, before they are built.
    pub(super) fn bytes(&self, bytes: usize) -> Result<(), Stop> {
        if cfg!(feature = "widget") {
            return Ok(());
        }
        let left = self.0.get();
        self.0.set(left.saturating_sub(bytes));
        if bytes > left { Err(Stop::Failed(Failure::TooLarge)) } else { Ok(()) }
    }

    /// Asks for so many items of a list.
    pub(super) fn items(&self, count: usize) -> Result<(), Stop> {
        self.bytes(count.saturating_mul(ITEM))
    }

    /// Asks to copy a value, where it is not owned already.
    pub(super) fn copy(&self, value: &Held) -> Result<(), Stop> {
        match value {
            Held::Json(json) if !cfg!(feature = "widget") => self.bytes(weight(json)),
            _ => Ok(()),
        }
    }
}

fn weight(json: &Json) -> usize {
    match json {
        Json::Text(text) => text.len(),
        Json::List(items) => items.iter().map(|item| ITEM + weight(item)).sum(),
        Json::Object(entries) => entries.iter().map(|(key, value)| 2 * ITEM + key.len() + weight(value)).sum(),
        _ => 0,
    }
}

/// Whether a value is nested deeper than what is read from a file may be: code that goes down into
/// it, even to drop it, uses the stack.
pub(super) fn too_deep(json: &Json) -> bool {
    fn deeper(json: &Json, left: usize) -> bool {
        let inside = |json: &Json| left == 0 || deeper(json, left - 1);
        match json {
            Json::List(items) => items.iter().any(inside),
            Json::Object(entries) => entries.iter().any(|(_, value)| inside(value)),
            _ => false,
        }
    }
    !cfg!(feature = "widget") && deeper(json, MAX_DEPTH)
}
