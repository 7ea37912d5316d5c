//! Inputs that nobody meant: the program says what is wrong and never panics.

use crate::rig::{Rig, command, northbeam};
use expect_test::expect;
use prequal_cli::{Host, run};
use proptest::prelude::*;
use std::io::{self, Read, Write};
use std::process::Stdio;
use std::time::{Duration, Instant};

fn score(leads: &[u8]) -> String {
    Rig::new().run_with(&["score", "--flow", "prequal.json", "-"], leads).told()
}

#[test]
fn garbage() {
    expect![[r#"
        exit 1
        -- err
        error: no column of <stdin> is a field of northbeam-needs-assessment: “����”, “�[31m”.
        help: name the columns by ids or labels of the flow, or use --map; the fields are industry, shipments, carriers, channels, sites, agency_role, company_size, need, need_detail, role, budget, timeline, name, email, phone, signal.pricing_viewed, signal.paper_downloaded, signal.careers_viewed.
    "#]].assert_eq(&score(b"\x00\x01\xff\xfe,\x1b[31m\nx\n"));
    expect![[r#"
        exit 1
        -- err
        error: <stdin> is written in UTF-16.
        help: save it as UTF-8.
    "#]]
    .assert_eq(&score(b"\xff\xfei\x00n\x00"));
    // Latin-1: the label is not UTF-8, the note passes through as it stands.
    let rig = Rig::new();
    let out = command(rig.dir.path(), &["score", "--flow", "prequal.json", "latin.csv"]);
    rig.file("latin.csv", b"Industry,note\nretail,caf\xe9\nr\xe9tail,x\n");
    let output = { out }.output().unwrap();
    assert!(output.stdout.windows(4).any(|bytes| bytes == b"caf\xe9"));
    expect![[r#"
        note: columns that are no fields pass through: note
        warning: 1 value is no answer and counts as unknown:
          latin.csv:3: “r�tail” is no option of “Industry”
    "#]]
    .assert_eq(&String::from_utf8_lossy(&output.stderr));
}

#[test]
fn quotation_marks_that_are_not_closed() {
    expect![[r#"
        exit 1
        -- out
        Industry,note,score,score.fit,score.interest,stage,reasons
        retail,a,20,20,0,unqualified,Retail is an industry Northbeam is built for
        -- err
        note: columns that are no fields pass through: note
        warning: 1 record is no lead and was left out:
          <stdin>:3: a quotation mark is opened in this record and never closed
    "#]]
    .assert_eq(&score(b"Industry,note\nretail,a\nlogistics,\"b\nretail,c\n"));
    expect![[r#"
        exit 1
        -- err
        error: <stdin>:1: a quotation mark is opened and never closed.
    "#]]
    .assert_eq(&score(b"Industry,\"note\nretail,a\n"));
    expect![[r#"
        exit 0
        -- out
        Industry,note,score,score.fit,score.interest,stage,reasons
        retail,5" pipe,20,20,0,unqualified,Retail is an industry Northbeam is built for
        "ret"ail,"x",20,20,0,unqualified,Retail is an industry Northbeam is built for
        -- err
        note: columns that are no fields pass through: note
    "#]]
    .assert_eq(&score(b"Industry,note\nretail,5\" pipe\n\"ret\"ail,\"x\"\n"));
}

#[test]
fn a_line_of_ten_megabytes() {
    let long = "x".repeat(10 << 20);
    let told = score(format!("Industry,note\nretail,{long}\nlogistics,y\n").as_bytes());
    assert!(told.starts_with("exit 0") && told.contains("logistics,y,20,20,0"), "{}", &told[..200]);
    let told = score(format!("{{\"industry\": \"retail\", \"note\": \"{long}\"}}\n").as_bytes());
    assert!(told.starts_with("exit 0") && told.contains("\"score\":20"), "{}", &told[..200]);
    let rig = Rig::new();
    let began = Instant::now();
    let told = rig.run_with(&["check", "-"], format!("{{\"prequal\": 1, \"a\": \"{long}\"}}").as_bytes()).told();
    assert!(told.starts_with("exit 1") && told.len() < 20_000, "{}", told.len());
    let told = rig.run_with(&["eval"], format!("{{\"rule\": \"{long}\"}}").as_bytes()).told();
    assert!(told.starts_with("exit 0"));
    assert!(began.elapsed() < Duration::from_secs(20));
}

/// A reader that goes away, as `head` does, is no failure and no panic.
#[test]
fn a_closed_pipe() {
    let rig = Rig::new();
    rig.file("leads.csv", format!("Industry\n{}", "retail\n".repeat(400_000)));
    rig.file("cases.jsonl", "{\"rule\":1}\n".repeat(100_000));
    for (arguments, code) in [
        (&["score", "--flow", "prequal.json", "leads.csv"][..], 0),
        (&["eval", "cases.jsonl"], 0),
        (&["check", "leads.csv"], 1),
        (&["explain", "--flow", "prequal.json", "-"], 1),
        (&["diff", "prequal.json", "prequal.json", "leads.csv", "--all"], 0),
        (&["--help"], 0),
    ] {
        let mut child = command(rig.dir.path(), arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(code), "{arguments:?}: {said}");
        assert!(!said.contains("panicked"), "{said}");
    }
}

/// A list that never ends is answered while it comes, and stops when its reader does.
#[test]
fn an_endless_list_is_a_stream() {
    let rig = Rig::new();
    let mut child = command(rig.dir.path(), &["score", "--flow", "prequal.json", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = io::BufReader::new(child.stdout.take().unwrap());
    stdin.write_all(b"Industry\nretail\n").unwrap();
    let mut line = String::new();
    for expected in [
        "Industry,score,score.fit,score.interest,stage,reasons\n",
        "retail,20,20,0,unqualified,Retail is an industry Northbeam is built for\n",
    ] {
        line.clear();
        io::BufRead::read_line(&mut stdout, &mut line).unwrap();
        assert_eq!(line, expected);
    }
    drop(stdout);
    // Writing on, it learns that nobody reads.
    while stdin.write_all(b"retail\n").is_ok() {}
    assert!(child.wait().unwrap().success());
}

struct Broken;

impl Write for Broken {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::StorageFull.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_disk() {
    let rig = Rig::new();
    let flow = rig.dir.path().join("prequal.json");
    let mut said = Vec::new();
    let code = run(
        ["prequal", "score", "--flow", flow.to_str().unwrap(), "-"],
        Host::piped(&b"industry\nretail\n"[..], Broken, &mut said),
    );
    assert_eq!(code, 2);
    assert!(String::from_utf8(said).unwrap().contains("cannot be written"));
}

/// Runs a command in process; gives the exit code.
fn survives(arguments: &[&str], input: &[u8]) -> u8 {
    let arguments: Vec<&str> = ["prequal"].iter().chain(arguments).copied().collect();
    run(arguments, Host::piped(input, io::sink(), io::sink()))
}

/// Bytes near enough to what is expected that some of it is understood.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let word = prop_oneof![
        Just("industry"),
        Just("Budget"),
        Just("company_size"),
        Just("signal.pricing_viewed"),
        Just("carriers"),
        Just("retail"),
        Just("approved"),
        Just("300"),
        Just("-1e9"),
        Just("parcel;ocean"),
        Just("answers"),
        Just("signals"),
        Just("rule"),
        Just("data"),
        Just("var"),
        Just("lead"),
        Just("prequal"),
        Just("when"),
        Just("\u{feff}"),
        Just("é"),
        Just("\u{1b}[0m"),
    ]
    .prop_map(|word| word.as_bytes().to_vec());
    let mark = "[,;\t\n\r\"{}:\\[\\] |]".prop_map(String::into_bytes);
    let piece = prop_oneof![4 => word, 6 => mark, 1 => prop::collection::vec(any::<u8>(), 0..4)];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_input_panics(input in bytes(), csv in bytes()) {
        let dir = tempfile::tempdir().unwrap();
        let flow = dir.path().join("flow.json");
        std::fs::write(&flow, northbeam()).unwrap();
        let flow = flow.to_str().unwrap();
        let table = [b"industry,company_size,carriers,note\n".as_slice(), &csv].concat();
        for input in [&input, &table] {
            prop_assert!(survives(&["check", "-"], input) <= 1);
            prop_assert!(survives(&["check", "--json", "--color", "always", "-"], input) <= 1);
            prop_assert!(survives(&["eval"], input) <= 1);
            for format in ["csv", "jsonl"] {
                prop_assert!(survives(&["score", "--flow", flow, "--from", format, "-"], input) <= 1);
            }
            prop_assert!(survives(&["score", "--flow", flow, "--to", "jsonl", "-"], input) <= 1);
            prop_assert!(survives(&["explain", "--flow", flow], input) <= 1);
            prop_assert!(survives(&["diff", flow, flow, "-"], input) <= 1);
        }
    }

    #[test]
    fn every_lead_has_a_row(rows in prop::collection::vec(("[a-z\",\n\r; é]{0,6}", 0u32..400), 0..30)) {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["note", "company_size"]).unwrap();
        for (note, size) in &rows {
            writer.write_record([note.as_str(), &size.to_string()]).unwrap();
        }
        let table = writer.into_inner().unwrap();
        let dir = tempfile::tempdir().unwrap();
        let flow = dir.path().join("flow.json");
        std::fs::write(&flow, northbeam()).unwrap();
        let mut out = Vec::new();
        run(["prequal", "score", "--flow", flow.to_str().unwrap(), "-"], Host::piped(&table[..], &mut out, io::sink()));
        let mut reader = csv::Reader::from_reader(&out[..]);
        let read: Vec<(String, String)> = reader.records().map(|row| row.unwrap()).map(|row| (row[0].to_owned(), row[1].to_owned())).collect();
        let rows: Vec<(String, String)> = rows.into_iter().map(|(note, size)| (note, size.to_string())).collect();
        prop_assert_eq!(read, rows);
    }
}
