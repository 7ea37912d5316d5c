//! JSONLogic: the public cases where they are present, and cases of our own.

use prequal::flow;
use prequal::flow::condition::{self, Expr, Fact, Names};
use prequal::flow::diagnostic::{Code, Diagnostic, Notes};
use prequal::json::{self, Json, Numbers, Writer};
use prequal::logic::{self, Facts};
use std::borrow::Cow;
use std::path::Path;

fn text(json: &Json) -> String {
    let mut writer = Writer::new(Numbers::NATIVE);
    writer.json(json);
    writer.out
}

fn read(file: &Path) -> Option<Vec<Json>> {
    let bytes = std::fs::read(file).ok()?;
    match json::parse(&bytes, Numbers::NATIVE) {
        Ok(Json::List(cases)) => Some(cases),
        _ => panic!("{} is not a list in JSON", file.display()),
    }
}

fn part<'a>(case: &'a Json, key: &str) -> &'a Json {
    case.get(key).unwrap_or(&Json::Null)
}

/// What a case comes to and what it should, where the two differ.
fn difference(case: &Json) -> Option<String> {
    let (rule, data) = (part(case, "rule"), part(case, "data"));
    let found = logic::apply(rule, data, Numbers::NATIVE);
    let right = match (&found, case.get("error")) {
        (Ok(value), None) => equal(value, part(case, "result")),
        (Err(error), Some(wanted)) => part(error, "type") == part(wanted, "type"),
        _ => false,
    };
    (!right).then(|| {
        let found = match &found {
            Ok(value) => text(value),
            Err(error) => format!("the error {}", text(error)),
        };
        let wanted = case.get("error").or(case.get("result")).map(text).unwrap_or_default();
        format!("{} on {} gives {found}, not {wanted}", text(rule), text(data))
    })
}

/// Equal as JSON; numbers as far as decimals are exact.
fn equal(a: &Json, b: &Json) -> bool {
    match (a, b) {
        (Json::Number(a), Json::Number(b)) => (a - b).abs() <= f64::EPSILON * b.abs(),
        (Json::List(a), Json::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b)),
        _ => text(a) == text(b),
    }
}

fn all_hold(cases: &[Json], least: usize) {
    // Texts between the cases are headings.
    let cases: Vec<&Json> = cases.iter().filter(|case| case.as_text().is_none()).collect();
    let wrong: Vec<String> = cases.iter().filter_map(|case| difference(case)).collect();
    assert!(cases.len() >= least, "{} cases", cases.len());
    assert!(wrong.is_empty(), "{} of {} wrong:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

fn public_cases(name: &str, least: usize) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/cases/jsonlogic").join(name);
    match read(&file) {
        Some(cases) => all_hold(&cases, least),
        None => eprintln!("SKIPPED: the public JSONLogic cases are not at {}", file.display()),
    }
}

#[test]
fn standard_cases() {
    public_cases("compatible.json", 278);
}

#[test]
fn community_cases() {
    public_cases("community.json", 423);
}

#[test]
fn own_cases() {
    all_hold(&own("cases.json"), 350);
}

fn own(name: &str) -> Vec<Json> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/jsonlogic").join(name);
    read(&file).unwrap_or_else(|| panic!("{} cannot be read", file.display()))
}

/// Facts by name; those without a value are open.
struct Known(Vec<(String, Option<Json>)>);

impl Facts for Known {
    fn get(&self, fact: Fact) -> Option<Cow<'_, Json>> {
        let Fact::Field(place) = fact else { return None };
        self.0[place].1.as_ref().map(Cow::Borrowed)
    }

    fn find(&self, name: &str) -> Option<Fact> {
        self.0.iter().position(|(known, _)| known == name).map(Fact::Field)
    }
}

impl Names for Known {
    fn find(&self, name: &str) -> Option<Fact> {
        Facts::find(self, name)
    }

    fn all(&self) -> Vec<String> {
        self.0.iter().map(|(name, _)| name.clone()).collect()
    }
}

fn parse(rule: &Json, known: &Known) -> Result<Expr, Vec<Diagnostic>> {
    let mut notes = Notes::default();
    let expr = condition::parse(rule, Some(known), &flow::diagnostic::Path::ROOT, &mut notes);
    if notes.is_broken() { Err(notes.into_list()) } else { Ok(expr) }
}

#[test]
fn open_facts() {
    for case in own("open.json") {
        let mut facts = Known(Vec::new());
        if let Json::Object(known) = part(&case, "known") {
            facts.0.extend(known.iter().map(|(name, value)| (name.clone(), Some(value.clone()))));
        }
        if let Json::List(open) = part(&case, "open") {
            facts.0.extend(open.iter().map(|name| (name.as_text().expect("a name").to_string(), None)));
        }
        let expr = parse(part(&case, "rule"), &facts).expect("a condition of a flow");
        let holds = logic::holds(&expr, &facts, Numbers::NATIVE);
        let wanted = match part(&case, "holds") {
            Json::Bool(holds) => Some(*holds),
            _ => None,
        };
        assert_eq!(holds, wanted, "{}", text(&case));
    }
}

/// What a flow says of a condition.
fn refused(rule: &str) -> Vec<(Code, String)> {
    let rule = json::parse(rule.as_bytes(), Numbers::NATIVE).expect("JSON");
    let known = Known(vec![("list".into(), None)]);
    parse(&rule, &known).err().unwrap_or_default().into_iter().map(|note| (note.code, note.path)).collect()
}

#[test]
fn flows_use_standard_operators_alone() {
    for rule in [
        r#"{"val": "list"}"#,
        r#"{"exists": "list"}"#,
        r#"{"??": [1, 2]}"#,
        r#"{"try": [1, 2]}"#,
        r#"{"throw": "x"}"#,
        r#"{"preserve": 1}"#,
        r#"{"some": [{"var": "list"}, {"val": []}]}"#,
        r#"{"some": [{"var": "list"}, {"a": 1, "b": 2}]}"#,
    ] {
        let notes = refused(rule);
        assert!(matches!(notes.as_slice(), [(Code::BadCondition, _)]), "{rule}: {notes:?}");
    }
    assert_eq!(refused(r#"{"some": [{"var": "list"}, {"==": [{"var": "kind"}, 1]}]}"#), []);
}

#[test]
fn flows_are_told_what_no_answer_makes_right() {
    for (rule, path) in [
        (r#"{"and": {"var": "list"}}"#, "and"),
        (r#"{"or": true}"#, "or"),
        (r#"{"!": {"==": [1]}}"#, "!.=="),
        (r#"{"<": {"var": "list"}}"#, "<"),
        (r#"{"some": [null, true]}"#, "some"),
        (r#"{"map": [{"var": "list"}]}"#, "map"),
    ] {
        assert_eq!(refused(rule), [(Code::BadCondition, path.to_string())], "{rule}");
    }
}

#[test]
fn what_is_nested_too_deep_is_an_error() {
    let mut deep = Json::Null;
    for _ in 0..=json::MAX_DEPTH {
        deep = Json::List(vec![deep]);
    }
    let error = Err(json::parse(br#"{"type":"Too Large"}"#, Numbers::NATIVE).expect("JSON"));
    assert_eq!(logic::apply(&deep, &Json::Null, Numbers::NATIVE), error);
    assert_eq!(logic::apply(&Json::Null, &deep, Numbers::NATIVE), error);
}

#[test]
fn long_chains_use_no_stack() {
    let chain = |op: &str, part: Json| Json::Object(vec![(op.into(), Json::List(vec![part; 200_000]))]);
    for (op, part) in
        [("if", Json::Bool(false)), ("or", Json::Null), ("and", Json::Bool(true)), ("<=", Json::Number(1.0))]
    {
        assert!(logic::apply(&chain(op, part), &Json::Null, Numbers::NATIVE).is_ok(), "{op}");
    }
    let facts = Known(vec![("a".into(), None)]);
    let rule = chain("if", json::parse(br#"{"var":"a"}"#, Numbers::NATIVE).expect("JSON"));
    let expr = parse(&rule, &facts).expect("a condition of a flow");
    assert_eq!(logic::holds(&expr, &facts, Numbers::NATIVE), None);
}

mod chance {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    fn scalar() -> impl Strategy<Value = Json> {
        prop_oneof![
            Just(Json::Null),
            any::<bool>().prop_map(Json::Bool),
            select(vec![0.0, -0.0, 1.0, 2.0, -1.5, 1e21, 1e308, 5e-324]).prop_map(Json::Number),
            select(vec!["", "a", "b", "a.b", "0", "1", "1e9", " 2 ", "é", "current", "accumulator", "index", "type"])
                .prop_map(|text| Json::Text(text.into())),
        ]
    }

    fn value() -> impl Strategy<Value = Json> {
        scalar().prop_recursive(3, 12, 4, |inner| {
            prop_oneof![
                vec(inner.clone(), 0..4).prop_map(Json::List),
                vec((select(vec!["a", "b", "", "type"]), inner), 0..3)
                    .prop_map(|entries| Json::Object(entries.into_iter().map(|(k, v)| (k.into(), v)).collect())),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        /// A comparison of a fact with constants, which a flow makes ready beforehand, says what the same
        /// comparison says of data.
        #[test]
        fn tests_made_ready_say_the_same(
            op in select(vec!["==", "===", "!=", "!==", "<", "<=", ">", ">=", "in"]),
            constants in vec(value(), 1..3),
            place in 0..3usize,
            value in value(),
        ) {
            let name = |name: &str| Json::Object(vec![("var".into(), Json::Text(name.into()))]);
            let mut args = constants;
            args.insert(place.min(args.len()), name("x"));
            let rule = Json::Object(vec![(op.into(), Json::List(args))]);
            let known = Known(vec![("x".into(), Some(value.clone()))]);
            // Objects are operators to a flow, and not all that stand here are any.
            let Ok(expr) = parse(&rule, &known) else { return Ok(()) };
            let data = Json::Object(vec![("x".into(), value)]);
            let wanted = logic::apply(&rule, &data, Numbers::NATIVE) == Ok(Json::Bool(true));
            prop_assert_eq!(logic::holds(&expr, &known, Numbers::NATIVE), Some(wanted), "{}", text(&rule));
        }
    }

    const STANDARD: [&str; 35] = [
        "var",
        "missing",
        "missing_some",
        "if",
        "?:",
        "and",
        "or",
        "!",
        "!!",
        "==",
        "===",
        "!=",
        "!==",
        "<",
        "<=",
        ">",
        ">=",
        "max",
        "min",
        "+",
        "-",
        "*",
        "/",
        "%",
        "in",
        "cat",
        "substr",
        "merge",
        "map",
        "filter",
        "reduce",
        "all",
        "none",
        "some",
        "log",
    ];
    const EXTENDED: [&str; 7] = ["val", "exists", "??", "try", "throw", "preserve", "nonsense"];

    fn call(op: &str, args: Json) -> Json {
        Json::Object(vec![(op.into(), args)])
    }

    fn rule() -> impl Strategy<Value = Json> {
        let ops: Vec<&str> = STANDARD.into_iter().chain(EXTENDED).collect();
        value().prop_recursive(5, 40, 4, move |inner| {
            prop_oneof![
                1 => (select(ops.clone()), inner.clone()).prop_map(|(op, arg)| call(op, arg)),
                6 => (select(ops.clone()), vec(inner.clone(), 0..4)).prop_map(|(op, args)| call(op, Json::List(args))),
                1 => vec(inner, 0..3).prop_map(Json::List),
            ]
        })
    }

    /// Conditions on the facts `a`, `b` and `c`, which do not ask whether they are open.
    fn open_condition() -> impl Strategy<Value = Json> {
        let ops: Vec<&str> =
            STANDARD.into_iter().filter(|op| !["var", "missing", "missing_some"].contains(op)).collect();
        let fact = select(vec!["a", "b", "c"]).prop_map(|name| call("var", Json::Text(name.into())));
        let leaf = prop_oneof![2 => fact, 1 => scalar()];
        leaf.prop_recursive(4, 30, 4, move |inner| {
            prop_oneof![
                6 => (select(ops.clone()), vec(inner.clone(), 1..4)).prop_map(|(op, args)| call(op, Json::List(args))),
                3 => (select(vec!["and", "or", "if", "!"]), vec(inner.clone(), 1..4))
                    .prop_map(|(op, args)| call(op, Json::List(args))),
                1 => vec(inner, 0..3).prop_map(Json::List),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_rule_panics(rule in rule(), data in value()) {
            if let Err(error) = logic::apply(&rule, &data, Numbers::NATIVE) {
                prop_assert!(matches!(error, Json::Object(_)), "{}", text(&error));
            }
        }

        #[test]
        fn what_is_decided_stays_so(
            rule in open_condition(),
            open in vec(any::<bool>(), 3),
            completions in vec(vec(value(), 3), 1..6),
        ) {
            let mut facts = Known(Vec::new());
            for (place, name) in ["a", "b", "c"].into_iter().enumerate() {
                facts.0.push((name.into(), (!open[place]).then(|| completions[0][place].clone())));
            }
            // Inside iterations `var` is a path; elsewhere what is misused is refused.
            let Ok(expr) = parse(&rule, &facts) else { return Ok(()) };
            let Some(decided) = logic::holds(&expr, &facts, Numbers::NATIVE) else { return Ok(()) };
            for completion in &completions {
                let mut full = Known(facts.0.clone());
                for place in (0..3).filter(|place| open[*place]) {
                    full.0[place].1 = Some(completion[place].clone());
                }
                prop_assert_eq!(logic::holds(&expr, &full, Numbers::NATIVE), Some(decided), "{}", text(&rule));
            }
        }
    }
}
