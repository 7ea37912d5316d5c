//! The authored file: read, checked, and made ready for the engine.
//!
//! What it does not do: it evaluates nothing, keeps no state and knows no visitor. The only way from
//! bytes to an engine is [`load`], and the engine takes nothing but [`Checked`].

mod check;
pub(crate) mod code;
pub mod condition;
pub mod diagnostic;
mod endpoint;
pub mod model;
pub(crate) mod read;
mod span;
pub(crate) mod template;

pub use check::Checked;
#[cfg(not(feature = "widget"))]
pub(crate) use check::FlagAt;
pub(crate) use check::{After, Cause, Does, RouteAt, StageAt, Target};
#[cfg(not(feature = "widget"))]
pub use code::Severity;
pub use diagnostic::{Code, Diagnostic};
pub use endpoint::Endpoint;
pub use read::{Read, Write};
pub use span::{Span, day};

use crate::json::{self, Json, Numbers};
use alloc::{format, string::String, vec::Vec};
use diagnostic::{Notes, Path};

/// The version of the flow format that this release reads.
pub const FORMAT: u32 = 1;

/// Reads and checks a flow file with native number conversion.
///
/// # Errors
/// Every mistake found, in the order of the file.
#[cfg(not(target_arch = "wasm32"))]
pub fn load(bytes: &[u8]) -> Result<Checked, Vec<Diagnostic>> {
    load_with(bytes, Numbers::NATIVE)
}

/// Reads and checks a flow file.
///
/// # Errors
/// Every mistake found; in the widget build an empty list, as the words are left out there.
pub fn load_with(bytes: &[u8], numbers: Numbers) -> Result<Checked, Vec<Diagnostic>> {
    let mut notes = Notes::default();
    let checked = read_flow(bytes, numbers, &mut notes)
        .and_then(|flow| check::check(flow, crate::digest::sha256_hex(bytes), numbers, &mut notes));
    match checked {
        Some(checked) if !notes.is_broken() => Ok(checked),
        _ => Err(notes.into_errors()),
    }
}

fn read_flow(bytes: &[u8], numbers: Numbers, notes: &mut Notes) -> Option<model::Flow> {
    let json = match json::parse(bytes, numbers) {
        Ok(json) => json,
        Err(error) => {
            notes.error(Code::NotJson, &Path::ROOT, || {
                let (line, column) = position(bytes, error.offset);
                (
                    format!("This is not JSON: it stops making sense at line {line}, column {column}."),
                    "Look there for a missing comma, quote or bracket.".into(),
                )
            });
            return None;
        }
    };
    // A newer format may have keys that this release does not know; say that, and nothing else.
    if let Some(Json::Number(format)) = json.get("prequal")
        && *format != f64::from(FORMAT)
    {
        notes.error(Code::UnknownFormat, &Path::ROOT.key("prequal"), || {
            (format!("This release reads flow format {FORMAT}."), format!("Write {FORMAT}, or use a newer release."))
        });
        return None;
    }
    let mut flow = model::Flow::default();
    flow.read(&json, &Path::ROOT, notes);
    (!notes.is_broken()).then_some(flow)
}

/// Line and column (from 1, in characters) of a byte offset.
fn position(bytes: &[u8], offset: usize) -> (usize, usize) {
    let before = &bytes[..offset.min(bytes.len())];
    let line = before.iter().filter(|b| **b == b'\n').count() + 1;
    let start = before.iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
    (line, String::from_utf8_lossy(&before[start..]).chars().count() + 1)
}
