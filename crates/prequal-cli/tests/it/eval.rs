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
