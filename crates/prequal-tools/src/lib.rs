//! Says what is wrong with a flow, in words, and what is unwise. The widget fetches this only for a flow
//! that it could not start; the words would weigh on every visitor otherwise.
#![forbid(unsafe_code)]

use prequal::flow::{self, Diagnostic};
use prequal::json::Numbers;
use prequal::review::{self, Day};
use serde::Serialize;

/// Most mistakes told at once; the rest is counted.
const MOST: usize = 20;

/// A finding, as JavaScript sees it.
#[derive(Serialize)]
pub struct Finding {
    code: &'static str,
    /// `error` or `warning`.
    severity: &'static str,
    path: String,
    message: String,
    help: String,
}

impl From<Diagnostic> for Finding {
    fn from(d: Diagnostic) -> Self {
        let severity = d.code.severity().as_str();
        Finding { code: d.code.as_str(), severity, path: d.path, message: d.message, help: d.help }
    }
}

/// Everything about a flow: what keeps it from loading or, where it loads, what is unwise about it.
pub fn findings(flow: &[u8], numbers: Numbers, today: Option<Day>) -> Vec<Finding> {
    let found = match flow::load_with(flow, numbers) {
        Ok(checked) => review::review(&checked, today),
        Err(mistakes) => mistakes,
    };
    found.into_iter().map(Finding::from).collect()
}

/// The one message that tells an author everything: the first mistake on the first line, the
/// others below it.
pub fn sentence(source: &str, mistakes: &[Diagnostic]) -> String {
    let mut text = String::from("prequal: ");
    for (i, mistake) in mistakes.iter().take(MOST).enumerate() {
        if i > 0 {
            text.push_str("\n  also ");
        }
        let place = if mistake.path.is_empty() { String::new() } else { format!(", {}", mistake.path) };
        text += &format!("{} at {source}{place}: {} {}", mistake.code.as_str(), mistake.message, mistake.help);
    }
    if mistakes.len() > MOST {
        text += &format!("\n  and {} more", mistakes.len() - MOST);
    }
    text
}

#[cfg(target_arch = "wasm32")]
mod web {
    use super::{Day, findings, flow, sentence};
    use wasm_bindgen::prelude::*;

    /// Every finding about a flow, as a list of `{code, severity, path, message, help}`; empty for a good
    /// one. `today` is in milliseconds since 1970 (`Date.now()`); without it dates are not judged.
    #[wasm_bindgen]
    pub fn check(flow: &[u8], today: Option<f64>) -> Result<JsValue, JsValue> {
        let today = today.map(|ms| Day((ms / 86_400_000.0) as i64));
        Ok(serde_wasm_bindgen::to_value(&findings(flow, prequal::web::NUMBERS, today))?)
    }

    /// Writes one console error about a broken flow that came from `source`.
    #[wasm_bindgen]
    pub fn report(flow: &[u8], source: &str) {
        if let Err(mistakes) = flow::load_with(flow, prequal::web::NUMBERS) {
            gloo::console::error!(sentence(source, &mistakes));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_loads_is_reviewed() {
        let told = |flow: &str, today| {
            let found = findings(flow.as_bytes(), Numbers::NATIVE, today);
            found.into_iter().map(|f| (f.code, f.severity)).collect::<Vec<_>>()
        };
        let example = |code: &str| prequal::explain::page(code).and_then(|page| page.wrong()?.flow()).expect(code);
        assert_eq!(told(&example("PQ301"), None), [("PQ301", "error")]);
        assert_eq!(told(&example("PQ513"), None), [("PQ513", "error")]);
        assert_eq!(told(&example("PQ808"), None), []);
        assert_eq!(told(&example("PQ808"), Day::parse("2026-11-22")), [("PQ808", "warning")]);
    }

    #[test]
    fn one_message_tells_all() {
        let mistakes = prequal::flow::load(b"{\"prequal\": 1, \"idd\": 3}").unwrap_err();
        let text = sentence("/prequal.json", &mistakes);
        assert!(
            text.starts_with(
                "prequal: PQ104 at /prequal.json, idd: “idd” is not known here. Did you mean “id”?\n  also "
            ),
            "{text}"
        );
        assert_eq!(text.matches("PQ104").count(), 1);
    }
}
