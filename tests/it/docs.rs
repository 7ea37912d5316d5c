//! The pages of docs/ say what the code has. `PREQUAL_UPDATE=1 cargo test` writes docs/attributes.md.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

fn read(path: &str) -> String {
    std::fs::read_to_string(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).expect(path)
}

#[test]
fn every_key_stands_on_the_flow_page() {
    let page = read("docs/flow.md");
    let model =
        ["src/flow/model.rs", "src/flow/model/conversation.rs", "src/flow/model/delivery.rs"].map(read).concat();
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
    for file in ["element.ts", "engine.ts", "widget.ts", "page/methods.ts", "page/modes.ts", "page/opening.ts"] {
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
    made.insert(between(&read("www/embed/element.ts"), "part = \"", "\"").first().expect("the launcher").to_string());
    assert_eq!(told(parts), made);
}

/// One table is the source: types, the manifest of the element and this page are made of it.
#[test]
fn every_attribute_stands_on_its_page() {
    let all: Vec<BTreeMap<String, String>> = serde_json::from_str(&read("www/embed/attributes.json")).expect("a table");
    let mut page = String::from(
        "# Attributes of the widget\n\n<!-- Made from www/embed/attributes.json by `PREQUAL_UPDATE=1 cargo test --test it docs`. -->\n\n\
         On the script tag each stands after `data-`; on `<prequal-chat>` as it is. An element without a `flow` of its own \
         takes from the first script tag what it does not say itself; one with a flow of its own takes nothing from it.\n\n\
         | Attribute | Type | Values | Default | Example |\n| --- | --- | --- | --- | --- |\n",
    );
    for one in &all {
        let [name, kind, values, default, example, text] =
            ["name", "type", "values", "default", "example", "text"].map(|key| one.get(key).expect(key).as_str());
        assert!(one.len() == 6 && text.ends_with('.'), "{name}");
        writeln!(page, "| [`{name}`](#{name}) | {kind} | {values} | {default} | `data-{name}=\"{example}\"` |")
            .expect("a line");
    }
    for one in &all {
        write!(page, "\n## {}\n\n{}\n", one["name"], one["text"]).expect("a line");
    }
    let path = format!("{}/docs/attributes.md", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("PREQUAL_UPDATE").is_some() {
        std::fs::write(&path, &page).expect("docs/attributes.md");
    }
    assert!(read("docs/attributes.md") == page, "docs/attributes.md is behind; run with PREQUAL_UPDATE=1");
    let settings = read("www/embed/settings.ts");
    let names =
        settings.lines().filter_map(|line| line.trim().strip_prefix("| \"")?.trim_end_matches(';').strip_suffix('"'));
    let (mut known, mut listed): (Vec<&str>, Vec<&str>) =
        (names.collect(), all.iter().map(|one| one["name"].as_str()).collect());
    known.sort_unstable();
    listed.sort_unstable();
    assert_eq!(known, listed, "settings.ts and attributes.json");
}

/// The tests that a claim rests on are there.
#[test]
fn claims_name_tests_that_exist() {
    for page in ["docs/accessibility.md", "docs/security.md"] {
        let text = read(page);
        let named: BTreeSet<(&str, &str)> = text
            .split('`')
            .skip(1)
            .step_by(2)
            .filter_map(|words| words.split_once("::"))
            .filter(|(room, _)| !room.is_empty())
            .collect();
        assert!(named.len() > 6, "{page}: {named:?}");
        for (room, test) in named {
            let code = read(&format!("tests/e2e/{room}.rs"));
            assert!(code.contains(&format!("#[tokio::test]\nasync fn {test}()")), "{page} names {room}::{test}");
        }
    }
}
