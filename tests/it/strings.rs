//! The words of the widget and the names the engine has for them.

use prequal::dialog::Word;

#[test]
fn every_word_has_its_text_in_order() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/www/embed/strings");
    let mut files = 0;
    for file in std::fs::read_dir(folder).expect("the strings") {
        let path = file.expect("a file").path();
        let text = std::fs::read_to_string(&path).expect("text");
        let strings: Vec<(String, String)> = text
            .lines()
            .filter_map(|line| line.trim().trim_end_matches(',').split_once(": "))
            .map(|(key, text)| (key.trim_matches('"').to_string(), text.to_string()))
            .collect();
        let keys: Vec<&str> = strings.iter().map(|(key, _)| key.as_str()).collect();
        assert_eq!(keys, Word::KEYS, "{}", path.display());
        for (key, text) in &strings {
            let wanted = matches!(key.as_str(), "change_of" | "too_small" | "too_large" | "too_long" | "retention");
            assert_eq!(text.matches("{}").count(), usize::from(wanted), "{key}");
            assert_eq!(text.matches(['{', '}']).count(), 2 * usize::from(wanted), "{key}");
        }
        files += 1;
    }
    assert!(files > 0);
}
