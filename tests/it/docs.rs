//! The flow's page says what the code has.

fn read(path: &str) -> String {
    std::fs::read_to_string(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).expect(path)
}

#[test]
fn every_key_stands_on_the_flow_page() {
    let page = read("docs/flow.md");
    let model = read("src/flow/model.rs");
    let keys = model.lines().filter_map(|line| line.trim().strip_suffix(',')?.split_once(": ")).map(|(key, _)| key);
    let keys: Vec<&str> = keys.filter(|key| key.chars().all(|c| c.is_ascii_lowercase() || c == '_')).collect();
    assert!(keys.len() > 60, "{keys:?}");
    for key in keys {
        assert!(page.contains(&format!("`{key}`")), "{key}");
    }
    let kinds = read("src/flow/kinds.rs");
    let values = kinds.lines().filter_map(|line| line.trim().strip_suffix("\",")?.split_once(" = \""));
    let values: Vec<(&str, &str)> = values.collect();
    assert!(values.len() > 20, "{values:?}");
    for (_, value) in values {
        assert!(page.contains(&format!("`{value}`")), "{value}");
    }
}

/// What the widget says by itself is explained like the rest.
#[test]
fn every_code_of_the_widget_has_a_page() {
    for file in ["element.ts", "engine.ts", "widget.ts"] {
        let text = read(&format!("www/embed/{file}"));
        for (at, _) in text.match_indices("\"PQ") {
            let code = &text[at + 1..at + 6];
            assert!(prequal::explain::page(code).is_some(), "{code}");
        }
    }
}
