//! What the README shows is what the program says.

use crate::rig::Rig;

fn shows(text: &str) {
    let readme = include_str!("../../README.md");
    assert!(readme.contains(text.trim_end()), "the README does not show this:\n{text}");
}

#[test]
fn findings() {
    let rig = Rig::new();
    rig.flow("prequal.json", &[("{ \">=\": [{ \"var\": \"sites\" }", "{ \"=>\": [{ \"var\": \"sites\" }")]);
    shows(&rig.run(&["check", "prequal.json"]).out);
}

#[test]
fn explanation() {
    let lead = r#"{"industry": "retail", "company_size": 300, "timeline": "This year",
       "signal.pricing_viewed": 1, "signal.paper_downloaded": 1}"#;
    shows(lead);
    shows(&Rig::new().run_with(&["explain", "--flow", "prequal.json"], lead.as_bytes()).out);
}

#[test]
fn movers() {
    let run = crate::diff::diff(&[]);
    let shown: Vec<&str> = run.out.lines().take(10).collect();
    shows(&shown.join("\n"));
}
