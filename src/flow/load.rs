//! From bytes to [`Checked`], or to what is wrong with them.

use super::check::{self, Checked};
use super::diagnostic::{Code, Diagnostic, Notes, Path};
use super::{FORMAT, Read, blocks, implied, model, speak};
use crate::json::{self, Json, Numbers};
use alloc::{format, string::String, vec::Vec};

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
    load_in(bytes, numbers, "")
}

/// Reads and checks a flow file in each language that it has: its own first.
///
/// # Errors
/// As [`load`].
#[cfg(not(target_arch = "wasm32"))]
pub fn load_languages(bytes: &[u8]) -> Result<Vec<Checked>, Vec<Diagnostic>> {
    let own = load(bytes)?;
    let others: Vec<String> = own.flow.translations.iter().map(|other| other.locale.clone()).collect();
    let others = others.iter().map(|locale| load_in(bytes, Numbers::NATIVE, locale));
    core::iter::once(Ok(own)).chain(others).collect()
}

/// Reads and checks a flow file, and gives it in the language that suits `locale` (BCP 47) best.
///
/// # Errors
/// As [`load_with`].
pub fn load_in(bytes: &[u8], numbers: Numbers, locale: &str) -> Result<Checked, Vec<Diagnostic>> {
    let mut notes = Notes::default();
    let mut flow = read_flow(bytes, numbers, locale, &mut notes);
    let origins = flow.as_mut().map(|flow| blocks::expand(flow, &mut notes)).unwrap_or_default();
    if !notes.is_broken()
        && let Some(flow) = flow
    {
        #[cfg(not(feature = "widget"))]
        notes.written_out(&origins);
        let checked = check::check(flow, origins, crate::digest::sha256_hex(bytes), numbers, &mut notes);
        if !notes.is_broken() {
            return Ok(checked);
        }
        leave(checked);
    } else {
        leave(flow);
    }
    Err(notes.into_list())
}

/// Lets go of what came of a broken flow. A page reads one flow and then shows its own form: there the
/// code that would clear it away is not worth its weight.
fn leave<T>(rest: T) {
    #[cfg(feature = "widget")]
    core::mem::forget(rest);
    #[cfg(not(feature = "widget"))]
    drop(rest);
}

fn read_flow(bytes: &[u8], numbers: Numbers, locale: &str, notes: &mut Notes) -> Option<model::Flow> {
    let mut json = match json::parse(bytes, numbers) {
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
    if !flow.translations.is_empty() {
        check::translations(&flow, notes);
        if !locale.is_empty() {
            speak(&mut json, locale);
            flow = model::Flow::default();
            flow.read(&json, &Path::ROOT, notes);
        }
    }
    implied::complete(&mut flow, numbers, locale);
    Some(flow)
}

/// Line and column (from 1, in characters) of a byte offset.
fn position(bytes: &[u8], offset: usize) -> (usize, usize) {
    let before = &bytes[..offset.min(bytes.len())];
    let line = before.iter().filter(|b| **b == b'\n').count() + 1;
    let start = before.iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
    (line, String::from_utf8_lossy(&before[start..]).chars().count() + 1)
}
