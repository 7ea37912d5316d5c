//! The flow's page says what the code has.

use prequal::flow::Code;

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
    let values = model.lines().filter_map(|line| line.trim().strip_suffix("\",")?.split_once(" = \""));
    for (_, value) in values {
        assert!(page.contains(&format!("`{value}`")), "{value}");
    }
}

#[test]
fn every_code_stands_on_the_flow_page() {
    let page = read("docs/flow.md");
    for code in Code::ALL {
        assert!(page.contains(&format!("| {} |", code.as_str())), "{}", code.as_str());
    }
    for file in ["element.ts", "engine.ts", "widget.ts"] {
        let text = read(&format!("www/embed/{file}"));
        for (at, _) in text.match_indices("\"PQ") {
            assert!(page.contains(&format!("| {} |", &text[at + 1..at + 6])), "{}", &text[at + 1..at + 6]);
        }
    }
}
