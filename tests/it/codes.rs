//! Each code has a page; its examples are tried, and what they are said to give is what they give.
//! `PREQUAL_UPDATE=1 cargo test` writes the parts of `docs/codes/` that are generated.

use crate::support::findings;
use prequal::explain::{self, Page};
use prequal::flow::{Code, Severity};
use std::fmt::Write as _;

/// What the page around the widget causes; no flow alone has it.
const NOT_OF_A_FLOW: &[&str] =
    &["PQ100", "PQ303", "PQ400", "PQ401", "PQ402", "PQ403", "PQ404", "PQ405", "PQ406", "PQ407", "PQ408", "PQ409"];

fn folder() -> String {
    format!("{}/docs/codes", env!("CARGO_MANIFEST_DIR"))
}

fn severity(page: &Page) -> Severity {
    let code = Code::ALL.iter().find(|code| code.as_str() == page.code);
    code.map_or(Severity::Error, |code| code.severity())
}

/// Compares with a file, or writes it where that is asked for.
fn hold(path: &str, expected: &str) {
    if std::env::var_os("PREQUAL_UPDATE").is_some() {
        std::fs::write(path, expected).expect(path);
    }
    let found = std::fs::read_to_string(path).unwrap_or_default();
    assert!(found == expected, "{path} is behind; run with PREQUAL_UPDATE=1\n{expected}");
}

#[test]
fn every_page_says_what_and_why() {
    for page in explain::pages() {
        let head = format!("# {}: ", page.code);
        assert!(page.text.starts_with(&head) && !page.title().is_empty(), "{}", page.code);
        let word = match severity(&page) {
            Severity::Error => "**Error.** ",
            Severity::Warning => "**Warning.** ",
        };
        assert!(page.explanation().starts_with(word), "{}", page.code);
        assert!(page.explanation().matches(". ").count() >= 2, "{}: what, why, and the way out", page.code);
        for heading in ["\n## Wrong\n", "\n## Right\n"] {
            assert_eq!(page.text.matches(heading).count(), 1, "{}", page.code);
        }
        assert_eq!(page.wrong().is_none(), NOT_OF_A_FLOW.contains(&page.code), "{}", page.code);
    }
    assert_eq!(explain::page(" pq201").map(|page| page.code), Some("PQ201"));
    assert_eq!(explain::page("PQ999"), None);
}

#[test]
fn wrong_examples_give_their_code_alone() {
    for page in explain::pages() {
        let Some(wrong) = page.wrong() else { continue };
        let flow = wrong.flow().unwrap_or_else(|| panic!("{}: the wrong example has no place", page.code));
        let found = findings(flow.as_bytes());
        let codes: Vec<&str> = found.iter().map(|f| f.code.as_str()).collect();
        assert!(!codes.is_empty() && codes.iter().all(|code| *code == page.code), "{}: {found:#?}", page.code);
        let said: Vec<String> = found.iter().map(ToString::to_string).collect();
        let old = page.said().unwrap_or_else(|| panic!("{}: a text block for what is said", page.code));
        let text = page.text.replacen(&format!("```text\n{old}"), &format!("```text\n{}", said.join("\n")), 1);
        hold(&format!("{}/{}.md", folder(), page.code), &text);
    }
}

#[test]
fn right_examples_give_nothing() {
    for page in explain::pages().into_iter().filter(|page| page.wrong().is_some()) {
        let right = page.right().unwrap_or_else(|| panic!("{}: no right example", page.code));
        let flow = right.flow().unwrap_or_else(|| panic!("{}: the right example has no place", page.code));
        let found = findings(flow.as_bytes());
        assert!(found.is_empty(), "{}: {found:#?}", page.code);
    }
}

#[test]
fn base_flows_give_nothing() {
    for name in ["least", "workshop", "ways"] {
        let found = findings(explain::base(name).expect(name).as_bytes());
        assert!(found.is_empty(), "{name}: {found:#?}");
    }
}

#[test]
fn the_index_names_every_code() {
    let mut text = String::from(
        "# Codes\n\nWhat `prequal` finds in a flow and on a page. Errors from PQ1 to PQ3 keep the flow from loading. \
         PQ5 to PQ8 are about what loads and runs: errors among them are what nobody can have wanted, and `prequal \
         check` fails; warnings are for you to weigh.\n`PREQUAL_UPDATE=1 cargo test --test it codes` writes this page and what the others quote.\n\n\
         | Code | | What |\n| --- | --- | --- |\n",
    );
    for page in explain::pages() {
        let Page { code, .. } = page;
        writeln!(text, "| [{code}]({code}.md) | {} | {} |", severity(&page).as_str(), page.title()).expect("text");
    }
    hold(&format!("{}/README.md", folder()), &text);
    let files = std::fs::read_dir(folder()).expect("the pages").filter(|file| {
        let name = file.as_ref().expect("a file").file_name();
        name.to_string_lossy().starts_with("PQ")
    });
    assert_eq!(files.count(), explain::pages().len(), "a file without a code");
}
