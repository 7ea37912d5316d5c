//! Breaks of translations.

use super::Change::Put;
use super::{Break, workshop};
use crate::support::translation;
use serde_json::{Map, Value, json};

/// The good flow in German; `change` is made to its texts.
fn german(change: impl FnOnce(&mut Map<String, Value>)) -> Value {
    let mut german = translation(&workshop(), "de");
    change(german["texts"].as_object_mut().expect("texts"));
    german
}

pub fn breaks() -> Vec<Break> {
    let of = |name, translations: Value, code| (name, vec![Put("/translations", translations)], code);
    let texts = |name, change: &dyn Fn(&mut Map<String, Value>), code| of(name, json!([german(change)]), code);
    let put = |texts: &mut Map<String, Value>, key: &str, text: &str| drop(texts.insert(key.into(), json!(text)));
    let spoken = |locale: &str| {
        let mut translation = german(|_| {});
        translation["locale"] = json!(locale);
        translation
    };
    vec![
        texts("a text that the flow does not have", &|texts| put(texts, "fields.staf.label", "Belegschaft"), "PQ201"),
        texts("a text that visitors do not read", &|texts| put(texts, "stages.hot.label", "Heiß"), "PQ201"),
        texts("a text without words", &|texts| put(texts, "title", ""), "PQ108"),
        texts("a link that is a script", &|texts| put(texts, "consent.notice_url", "javascript:alert(1)"), "PQ106"),
        texts("a text left out", &|texts| drop(texts.remove("title")), "PQ614"),
        texts("how to withdraw left out", &|texts| drop(texts.remove("consent.withdrawal")), "PQ712"),
        of("a language twice", json!([spoken("de"), spoken("DE")]), "PQ105"),
        of("the flow's own language", json!([spoken("en")]), "PQ105"),
        of("a language by its name", json!([spoken("deutsch")]), "PQ106"),
    ]
}
