//! `prequal eval`.

use crate::rig::{Rig, command};
use expect_test::expect;
use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

#[test]
fn lines_in_and_out() {
    let rig = Rig::new();
    let lines = concat!(
        "\u{feff}{\"rule\": {\"+\": [1, 2]}}\r\n",
        "{\"rule\": {\"var\": \"a.1\"}, \"data\": {\"a\": [\"x\", \"é\"]}}\n",
        "{\"rule\": {\"/\": [0, 0]}, \"data\": null}\n",
        "{\"rule\": {\"frobnicate\": 1}}\n",
        "{\"rule\": [1, {\"!\": []}], \"other\": 1}",
    );
    expect![[r#"
        exit 0
        -- out
        {"result":3}
        {"result":"é"}
        {"error":{"type":"NaN"}}
        {"error":{"type":"Unknown Operator"}}
        {"result":[1,true]}
    "#]]
    .assert_eq(&rig.run_with(&["eval"], lines.as_bytes()).told());
}

#[test]
fn lines_that_are_none_are_answered_and_named() {
    let rig = Rig::new();
    let lines = b"nope\n\n{\"data\": 1}\n{\"rule\": true}\n[]\n\xff\n{\n1\n";
    expect![[r#"
        exit 1
        -- out
        {"error":{"type":"Invalid JSON"}}
        {"error":{"type":"Invalid JSON"}}
        {"error":{"type":"Invalid JSON"}}
        {"result":true}
        {"error":{"type":"Invalid JSON"}}
        {"error":{"type":"Invalid JSON"}}
        {"error":{"type":"Invalid JSON"}}
        {"error":{"type":"Invalid JSON"}}
        -- err
        error: line 1 of <stdin> is not JSON.
        error: line 2 of <stdin> is not JSON.
        error: line 3 of <stdin> has no “rule”.
        error: line 5 of <stdin> has no “rule”.
        error: line 6 of <stdin> is not JSON.
        note: 2 more lines like these.
    "#]]
    .assert_eq(&rig.run_with(&["eval", "-"], lines).told());
    rig.file("cases.jsonl", "{\"rule\": 1}\n");
    expect![[r#"
        exit 0
        -- out
        {"result":1}
    "#]]
    .assert_eq(&rig.run(&["eval", "cases.jsonl"]).told());
}

#[test]
fn each_line_is_answered_before_the_next_comes() {
    let rig = Rig::new();
    let mut child = command(rig.dir.path(), &["eval"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut answers = BufReader::new(child.stdout.take().unwrap());
    for n in 0..3 {
        writeln!(stdin, "{{\"rule\": {n}}}").unwrap();
        let mut line = String::new();
        answers.read_line(&mut line).unwrap();
        assert_eq!(line, format!("{{\"result\":{n}}}\n"));
    }
    drop(stdin);
    assert!(child.wait().unwrap().success());
}

/// The public cases, line by line through the program.
#[test]
fn public_cases() {
    for (name, cases) in [("compatible.json", 278), ("community.json", 423)] {
        let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/cases/jsonlogic").join(name);
        let Ok(text) = std::fs::read_to_string(&file) else {
            eprintln!("SKIPPED: {name} is not here; it stands in ../shared/cases/jsonlogic beside the project");
            continue;
        };
        let list: Vec<serde_json::Value> = serde_json::from_str(&text).expect(name);
        let list: Vec<_> = list.iter().filter(|case| case.is_object()).collect();
        assert_eq!(list.len(), cases, "{name}");
        let lines: String = list.iter().map(|case| format!("{case}\n")).collect();
        let run = Rig::new().run_with(&["eval"], lines.as_bytes());
        assert_eq!(run.code, 0, "{}", run.err);
        let said: Vec<serde_json::Value> =
            run.out.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
        assert_eq!(said.len(), cases, "{name}");
        for (case, said) in list.iter().zip(said) {
            let same = match (case.get("error"), said.get("error")) {
                (Some(wanted), Some(error)) => wanted["type"] == error["type"],
                (None, None) => near(&case["result"], &said["result"]),
                _ => false,
            };
            assert!(same, "{case} gives {said}");
        }
    }
}

/// Equal as JSON; numbers as far as decimals are exact.
fn near(a: &serde_json::Value, b: &serde_json::Value) -> bool {
    match (a.as_f64(), b.as_f64(), a.as_array(), b.as_array()) {
        (Some(a), Some(b), ..) => (a - b).abs() <= f64::EPSILON * b.abs(),
        (.., Some(a), Some(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| near(a, b)),
        _ => a == b,
    }
}
