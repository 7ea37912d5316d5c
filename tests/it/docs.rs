//! The flow's page says what the code has.

use std::collections::BTreeSet;

fn read(path: &str) -> String {
    std::fs::read_to_string(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).expect(path)
}

#[test]
fn every_key_stands_on_the_flow_page() {
    let page = read("docs/flow.md");
    let model = ["src/flow/model.rs", "src/flow/model/conversation.rs"].map(read).concat();
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

/// Words between two others, wherever they stand.
fn between<'t>(text: &'t str, before: &str, after: &str) -> BTreeSet<&'t str> {
    text.split(before).skip(1).filter_map(|rest| Some(rest.split_once(after)?.0)).collect()
}

/// What a page may style is what the code has, and the other way round.
#[test]
fn the_styling_page_has_every_property_and_part() {
    let page = read("docs/styling.md");
    let (_, tables) = page.split_once("## Properties").expect("a heading");
    let (properties, rest) = tables.split_once("## Parts").expect("a heading");
    let (parts, _) = rest.split_once("\n## ").expect("a heading");
    // What stands in code marks in the first cells.
    let told = |table: &str| -> BTreeSet<String> {
        let cells = table.lines().filter(|line| line.starts_with("| `")).filter_map(|line| line.split('|').nth(1));
        cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).map(str::to_owned).collect()
    };

    let styles = ["launcher", "widget", "control"].map(|name| read(&format!("www/embed/{name}.css"))).concat();
    let used = between(&styles, "var(--prequal-", ",").into_iter().map(|name| format!("--prequal-{name}"));
    assert_eq!(told(properties), used.collect());

    let drawn = ["src/web/view.rs", "src/web/view/control.rs", "src/web/view/help.rs"].map(read).concat();
    let mut made: BTreeSet<String> = between(&drawn, "\"part\", \"", "\"").into_iter().map(str::to_owned).collect();
    let (_, table) = drawn.split_once("const PARTS").expect("the parts of controls");
    let (table, _) = table.split_once(';').expect("it ends");
    made.extend(between(table, "\", \"", "\")").into_iter().map(str::to_owned));
    made.insert(between(&read("www/embed/element.ts"), "part.add(\"", "\"").first().expect("the launcher").to_string());
    assert_eq!(told(parts), made);
}
