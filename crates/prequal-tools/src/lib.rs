//! Says what is wrong with a flow, in words. The widget fetches this only for a flow that it could
//! not start; the words would weigh on every visitor otherwise.
#![forbid(unsafe_code)]

use prequal::flow::Diagnostic;
use serde::Serialize;

/// Most mistakes told at once; the rest is counted.
const MOST: usize = 20;

/// A mistake, as JavaScript sees it.
#[derive(Serialize)]
pub struct Mistake {
    code: &'static str,
    path: String,
    message: String,
    help: String,
}

impl From<Diagnostic> for Mistake {
    fn from(d: Diagnostic) -> Self {
        Mistake { code: d.code.as_str(), path: d.path, message: d.message, help: d.help }
    }
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
    use super::{Mistake, sentence};
    use prequal::flow;
    use wasm_bindgen::prelude::*;

    /// Every mistake of a flow, as a list of `{code, path, message, help}`; empty for a good one.
    #[wasm_bindgen]
    pub fn check(flow: &[u8]) -> Result<JsValue, JsValue> {
        let mistakes = flow::load_with(flow, prequal::web::NUMBERS).err().unwrap_or_default();
        let mistakes: Vec<Mistake> = mistakes.into_iter().map(Mistake::from).collect();
        Ok(serde_wasm_bindgen::to_value(&mistakes)?)
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
