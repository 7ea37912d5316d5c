//! The standard JSONLogic cases, from the shared test data where it is present.

use prequal::flow::condition;
use prequal::flow::diagnostic::{Notes, Path};
use prequal::json::{self, Json, Numbers, Writer};
use prequal::logic::{self, Scope};

fn evaluate(rule: &Json, data: &Json) -> Json {
    let expr = condition::parse(rule, None, &Path::ROOT, &mut Notes::default());
    logic::evaluate(&expr, Scope::Data(data), Numbers::NATIVE).map_or(Json::Null, |value| value.into_owned())
}

fn text(json: &Json) -> String {
    let mut writer = Writer::new(Numbers::NATIVE);
    writer.json(json);
    writer.out
}

#[test]
fn standard_cases() {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/cases/jsonlogic/compatible.json");
    let Ok(bytes) = std::fs::read(&file) else {
        eprintln!("SKIPPED: the standard JSONLogic cases are not at {}", file.display());
        return;
    };
    let Ok(Json::List(cases)) = json::parse(&bytes, Numbers::NATIVE) else { panic!("the cases are not JSON") };
    let mut run = 0;
    let mut wrong = Vec::new();
    for case in cases.iter().filter(|case| case.as_text().is_none()) {
        run += 1;
        let part = |key| case.get(key).cloned().unwrap_or_default();
        let found = evaluate(&part("rule"), &part("data"));
        if text(&found) != text(&part("result")) {
            wrong.push(format!(
                "{} on {} gives {}, not {}",
                text(&part("rule")),
                text(&part("data")),
                text(&found),
                text(&part("result"))
            ));
        }
    }
    assert!(run >= 278, "{run} cases");
    assert!(wrong.is_empty(), "{} of {run} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Cases of our own, so that something is tested where the shared ones are absent.
#[test]
fn own_cases() {
    for (rule, data, result) in [
        (r#"{"==":["1",1]}"#, "{}", "true"),
        (r#"{"===":["1",1]}"#, "{}", "false"),
        (r#"{"<=":[50,{"var":"size"},249]}"#, r#"{"size":249}"#, "true"),
        (r#"{"<":[1,{"var":"size"},3]}"#, r#"{"size":3}"#, "false"),
        (r#"{"in":["shop",{"var":"channels"}]}"#, r#"{"channels":["shop"]}"#, "true"),
        (r#"{"in":["ring",{"var":"text"}]}"#, r#"{"text":"Springfield"}"#, "true"),
        (r#"{"var":["a.b",7]}"#, r#"{"a":{}}"#, "7"),
        (r#"{"+":[1,"2",3.5]}"#, "{}", "6.5"),
        (r#"{"%":[-7,3]}"#, "{}", "-1"),
        (r#"{"reduce":[[1,2,3],{"+":[{"var":"current"},{"var":"accumulator"}]},0]}"#, "{}", "6"),
        (r#"{"filter":[{"var":"l"},{">":[{"var":""},1]}]}"#, r#"{"l":[1,2,3]}"#, "[2,3]"),
        (r#"{"missing":["a","b"]}"#, r#"{"a":1}"#, r#"["b"]"#),
        (r#"{"if":[false,1,{"var":"x"},2,3]}"#, "{}", "3"),
        (r#"{"cat":["a",1,null,true,[1,[2]]]}"#, "{}", r#""a1nulltrue1,2""#),
        (r#"{"substr":["jsonlogic",-5,-2]}"#, "{}", r#""log""#),
        (r#"{"!!":[[]]}"#, "{}", "false"),
        (r#"{"!!":["0"]}"#, "{}", "true"),
    ] {
        let parse = |text: &str| json::parse(text.as_bytes(), Numbers::NATIVE).expect("JSON");
        assert_eq!(text(&evaluate(&parse(rule), &parse(data))), result, "{rule}");
    }
}
