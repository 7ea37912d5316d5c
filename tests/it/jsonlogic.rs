//! JSONLogic: the public cases, where they are present.

use prequal::json::{self, Json, Numbers, Writer};
use prequal::logic;
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
