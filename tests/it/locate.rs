//! From a finding to the bytes, line and column it is about.

use crate::support::{demo_bytes, demo_json};
use prequal::flow::diagnostic::Part;
use prequal::flow::locate::{Position, Source};
use prequal::flow::{self, Code};
use prequal::json::{self, Json, Numbers};
use proptest::prelude::*;

/// Every place of a value with what stands there.
fn places(value: &Json, place: &mut Vec<Part>, visit: &mut dyn FnMut(&[Part], &Json)) {
    visit(place, value);
    let mut inner = |part: Part, value: &Json| {
        place.push(part);
        places(value, place, visit);
        place.pop();
    };
    match value {
        Json::List(items) => items.iter().enumerate().for_each(|(i, item)| inner(Part::Index(i), item)),
        Json::Object(entries) => entries.iter().for_each(|(key, item)| inner(Part::Key(key.clone()), item)),
        _ => {}
    }
}

/// Each place leads to bytes that read as the value that stands there. Returns how many there are.
fn round_trip(bytes: &[u8]) -> usize {
    let tree = json::parse(bytes, Numbers::NATIVE).unwrap();
    let source = Source::new(bytes);
    let mut count = 0;
    places(&tree, &mut Vec::new(), &mut |place, value| {
        let span = source.value(place);
        let read = json::parse(&bytes[span.clone()], Numbers::NATIVE);
        assert_eq!(read.as_ref().ok(), Some(value), "{place:?}");
        let Position { line, column } = source.position(span.start);
        let text = std::str::from_utf8(&bytes[source.line(line)]).unwrap();
        let rest: String = text.chars().skip(column - 1).collect();
        let end = source.position(span.end);
        if end.line == line {
            let width = end.column - column;
            assert_eq!(rest.chars().take(width).collect::<String>().as_bytes(), &bytes[span], "{place:?}");
        }
        count += 1;
    });
    count
}

#[test]
fn every_place_of_the_demo_flow_round_trips() {
    let bytes = demo_bytes();
    assert!(round_trip(&bytes) > 500);
    let dense = demo_json().to_string();
    assert!(round_trip(dense.as_bytes()) > 500);
    let text = String::from_utf8(bytes).unwrap();
    round_trip(format!("\u{feff}{}", text.replace('\n', "\r\n").replace("  ", "\t")).as_bytes());
}

/// What a flow's only finding of this code is about, with line and column.
#[track_caller]
fn about(flow: &str, code: Code) -> (String, usize, usize) {
    let list = flow::load(flow.as_bytes()).unwrap_err();
    let finding = list.iter().find(|d| d.code == code).unwrap_or_else(|| panic!("{list:#?}"));
    let source = Source::new(flow.as_bytes());
    let span = source.span(finding);
    let at = source.position(span.start);
    (flow[span].into(), at.line, at.column)
}

/// The demo flow with a piece of its text replaced.
fn demo(from: &str, to: &str) -> String {
    let text = String::from_utf8(demo_bytes()).unwrap();
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1)
}

#[test]
fn what_is_at_fault_is_shown() {
    let text = |flow: &str, code| about(flow, code).0;
    // A value.
    assert_eq!(text(&demo("\"ask\": \"industry\"", "\"ask\": \"industri\""), Code::UnknownReference), "\"industri\"");
    assert_eq!(text(&demo("\"from\": 80", "\"from\": \"80\""), Code::WrongType), "\"80\"");
    // A name in a condition, bare and with a value to take meanwhile.
    let size = "{ \">=\": [{ \"var\": \"company_size\" }, 250] }";
    let with = |var: &str| demo(size, &format!("{{ \">=\": [{{ \"var\": {var} }}, 250] }}"));
    assert_eq!(text(&with("\"company\""), Code::UnknownReference), "\"company\"");
    assert_eq!(text(&with("[\"company\", 0]"), Code::UnknownReference), "\"company\"");
    // A key.
    assert_eq!(text(&demo("\"cap\": 60", "\"cap\": 60, \"capp\": 1"), Code::UnknownKey), "\"capp\"");
    assert_eq!(about(&demo("\"cap\": 60", "\"cap\": 60,\n \"cap\": 1"), Code::Duplicate).0, "\"cap\"");
    assert_eq!(text(&demo("\"unit\": \"people\"", "\"max_length\": 3"), Code::KindMismatch), "\"max_length\"");
    assert_eq!(
        text(&demo("{ \">=\": [{ \"var\": \"sites\" }", "{ \"=>\": [{ \"var\": \"sites\" }"), Code::BadCondition),
        "\"=>\""
    );
    // A condition with two operators is at fault as a whole.
    let two = "{ \"==\": [1, 1], \"!=\": [1, 1] }";
    assert_eq!(text(&demo(size, two), Code::BadCondition), two);
    assert_eq!(text(&demo(size, &format!("{{ \"!\": {two} }}")), Code::BadCondition), two);
    // Something missing: the object that lacks it.
    let lacking = "{ \"id\": \"interest\", \"label\": \"Interest\" }";
    assert_eq!(
        text(&demo("{ \"id\": \"interest\", \"label\": \"Interest\", \"cap\": 40 }", lacking), Code::MissingKey),
        lacking
    );
}

#[test]
fn a_key_that_stands_twice_is_shown_where_it_stands_again() {
    let flow = "{\n  \"prequal\": 1,\n  \"id\": \"a\",\n  \"id\": \"b\"\n}";
    assert_eq!(about(flow, Code::Duplicate), ("\"id\"".into(), 4, 3));
}

#[test]
fn columns_count_characters() {
    for (before, line, column) in
        [("", 1, 2), ("\u{feff}", 1, 2), ("\u{feff}\r\n", 2, 2), ("\n\n", 3, 2), ("\t", 1, 3), ("\r\n\t\t", 2, 4)]
    {
        let flow = format!("{before}{{\"prequal\": 1, \"naïve\": 2}}");
        let (text, at, from) = about(&flow, Code::UnknownKey);
        assert_eq!((text.as_str(), at, from), ("\"naïve\"", line, column + "\"prequal\": 1, ".len()), "{before:?}");
    }
    let flow = "{\"id\": \"größe 😀\", \"x\": 1}";
    assert_eq!(about(flow, Code::UnknownKey), ("\"x\"".into(), 1, 19));
}

#[test]
fn what_is_not_json_is_shown_where_it_stops() {
    assert_eq!(about("{\n  \"id\" 1\n}", Code::NotJson), ("1".into(), 2, 8));
    assert_eq!(about("\u{feff}{\"a\": é}", Code::NotJson), ("é".into(), 1, 7));
    assert_eq!(about("{\"a\": ", Code::NotJson), (String::new(), 1, 7));
    assert_eq!(about("", Code::NotJson), (String::new(), 1, 1));
}

fn value() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i32>().prop_map(Into::into),
        "[\\PC]{0,6}".prop_map(Into::into),
    ];
    let key = prop_oneof!["[a.\\[\\]0\"\\\\\n é😀=<>]{0,5}", Just("when".to_owned()), Just("a[0].b".to_owned())];
    leaf.prop_recursive(5, 40, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(serde_json::Value::from),
            prop::collection::hash_map(key.clone(), inner, 0..5)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_place_of_any_file_round_trips(value in value(), pretty: bool, bom: bool, crlf: bool) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
        let text = if crlf { text.replace('\n', "\r\n") } else { text };
        let text = if bom { format!("\u{feff}{text}") } else { text };
        round_trip(text.as_bytes());
    }

    #[test]
    fn every_finding_has_a_place(bytes in prop::collection::vec(any::<u8>(), 0..60), text in r#"[\[\]{}",:0-9a-z\\ \n]{0,40}"#) {
        for bytes in [&bytes[..], text.as_bytes()] {
            let source = Source::new(bytes);
            for finding in flow::load(bytes).err().unwrap_or_default() {
                let span = source.span(&finding);
                prop_assert!(span.start <= span.end && span.end <= bytes.len());
                let at = source.position(span.start);
                prop_assert!(at.line >= 1 && at.column >= 1 && source.line(at.line).end <= bytes.len());
            }
        }
    }
}
