//! The words of the widget, in every language, and the names the engine has for them.

use prequal::dialog::Word;
use prequal::json::{Json, Numbers, parse};
use std::collections::BTreeMap;

/// By language the forms that its words take beside a number (CLDR 46, cardinal); of all others `other` alone.
const FORMS: [(&[&str], &[&str]); 10] = [
    (&["ar"], &["zero", "one", "two", "few", "many", "other"]),
    (&["bg", "da", "de", "el", "en", "et", "fa", "fi", "hi", "hu", "nb", "nl", "sv", "tr"], &["one", "other"]),
    (&["cs", "sk", "lt", "pl", "ru", "uk"], &["one", "few", "many", "other"]),
    (&["es", "fr", "it", "pt", "pt-BR"], &["one", "many", "other"]),
    (&["he"], &["one", "two", "other"]),
    (&["hr", "ro", "sr"], &["one", "few", "other"]),
    (&["lv"], &["zero", "one", "other"]),
    (&["sl"], &["one", "two", "few", "other"]),
    (&["id", "ja", "ko", "th", "vi"], &["other"]),
    (&["zh", "zh-Hant"], &["other"]),
];

/// Words that take a number.
const COUNTS: [&str; 2] = ["too_long", "retention"];
const FILLED: [&str; 8] =
    ["did_you_mean", "change_of", "too_small", "too_large", "too_long", "too_early", "too_late", "retention"];

/// By language, the entries of its file.
fn files() -> BTreeMap<String, Vec<(String, Json)>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/www/embed/strings");
    let read = |file: std::io::Result<std::fs::DirEntry>| {
        let path = file.expect("a file").path();
        let Ok(Json::Object(entries)) = parse(&std::fs::read(&path).expect("text"), Numbers::NATIVE) else {
            panic!("{} is no object", path.display())
        };
        (path.file_stem().expect("a name").to_string_lossy().into_owned(), entries)
    };
    std::fs::read_dir(folder).expect("the strings").map(read).collect()
}

#[test]
fn every_word_has_its_text_in_order() {
    let files = files();
    assert!(files.len() >= 25, "{:?}", files.keys());
    for (language, entries) in &files {
        let keys: Vec<&str> = entries.iter().map(|(key, _)| key.as_str()).collect();
        assert_eq!(keys, Word::KEYS, "{language}");
        let forms = FORMS.iter().find(|(all, _)| all.contains(&language.as_str()));
        let (_, forms) = forms.unwrap_or_else(|| panic!("the forms of {language}"));
        for (key, value) in entries {
            let texts: Vec<&str> = match value {
                Json::Text(text) => {
                    assert!(forms.len() == 1 || !COUNTS.contains(&key.as_str()), "{language} {key} in one form");
                    vec![text]
                }
                Json::Object(entries) => {
                    assert!(COUNTS.contains(&key.as_str()), "{language} {key} in several forms");
                    let names: Vec<&str> = entries.iter().map(|(name, _)| name.as_str()).collect();
                    assert_eq!(&names, forms, "{language} {key}");
                    entries.iter().map(|(_, text)| text.as_text().expect("a text")).collect()
                }
                _ => panic!("{language} {key}"),
            };
            for text in texts {
                let wanted = usize::from(FILLED.contains(&key.as_str()));
                assert_eq!(text.matches("{}").count(), wanted, "{language} {key}");
                assert_eq!(text.matches(['{', '}']).count(), 2 * wanted, "{language} {key}");
                assert!(!text.trim().is_empty() && text.trim() == text, "{language} {key}");
            }
        }
    }
}

/// A message that names a button says what stands on it.
#[test]
fn messages_name_buttons_as_they_are() {
    for (language, entries) in files() {
        let text = |key: &str| {
            let (_, value) = entries.iter().find(|(known, _)| known == key).expect(key);
            value.as_text().expect("a text").to_owned()
        };
        assert!(text("consent_missing").contains(&text("consent_refuse")), "{language}");
    }
}
