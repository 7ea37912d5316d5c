//! The kinds of questions: what is an answer to each, what it becomes, and how it is shown.

use crate::review::told;
use crate::support::{Visitor, least, load};
use prequal::dialog::{Input, Word, answer};
use prequal::ffi::{self, Control, Question, Shown};
use prequal::flow::model::Field;
use prequal::flow::{self, Checked};
use prequal::json::{self, Json, Numbers};
use prequal::session::Event;
use serde_json::{Value, json};

/// A flow whose first question is this one.
pub fn asking(field: Value) -> Value {
    let mut flow = least();
    let fields = flow["fields"].as_array_mut().expect("fields");
    fields.insert(0, json!({ "id": "it", "label": "It" }));
    fields[0].as_object_mut().expect("a field").extend(field.as_object().expect("keys").clone());
    let steps = flow["conversation"]["steps"].as_array_mut().expect("steps");
    steps.insert(0, json!({ "id": "first", "ask": "it" }));
    steps.insert(1, json!({ "id": "then", "say": ["So: {it|nothing}."] }));
    flow["conversation"]["start"] = json!("first");
    flow
}

pub fn question(flow: &Checked, visitor: &Visitor) -> Question {
    let Control::Ask(question) = ffi::view(flow, &visitor.state).control else { panic!("a question") };
    question
}

/// What an input becomes in the lead, and the words of it in the transcript and in a text.
pub fn given(field: Value, input: Input) -> Result<(Json, String, String), Word> {
    let flow = load(&asking(field));
    let mut visitor = Visitor::new(&flow);
    let step = question(&flow, &visitor).step as usize;
    visitor.does(Event::Answer { step, input });
    if let Some(problem) = &visitor.state.dialog.problem {
        return Err(problem.word);
    }
    let view = ffi::view(&flow, &visitor.state);
    let Some(Shown::Answer(shown)) = view.turns[0].answer.clone() else { panic!("an answer") };
    let value = visitor.state.dialog.answers[0].clone().expect("a value");
    let words = shown.word.map_or(shown.text, |word| word.as_str().into());
    Ok((value, words, view.turns[1].say[0].clone()))
}

pub fn text(text: &str) -> Input {
    Input::Text(text.into())
}

#[track_caller]
pub fn becomes(field: Value, input: Input, value: Value, shown: &str) {
    let value = json::parse(value.to_string().as_bytes(), Numbers::NATIVE).expect("JSON");
    let (found, words, _) = given(field, input).expect("an answer");
    assert_eq!((found, words.as_str()), (value, shown));
}

#[test]
fn each_kind_takes_what_people_give() {
    becomes(json!({ "kind": "yes_no" }), Input::Chosen(vec![0]), json!("yes"), "yes");
    becomes(json!({ "kind": "yes_no" }), Input::Chosen(vec![1]), json!("no"), "no");
    let own = json!([{ "id": "no", "label": "Not yet", "points": -5 }, { "id": "yes", "label": "We have" }]);
    becomes(
        json!({ "kind": "yes_no", "score": "fit", "options": own }),
        Input::Chosen(vec![0]),
        json!("no"),
        "Not yet",
    );
    becomes(json!({ "kind": "rating" }), Input::Chosen(vec![4]), json!(5), "5");
    becomes(json!({ "kind": "nps" }), Input::Chosen(vec![0]), json!(0), "0");
    let slider = json!({ "kind": "slider", "min": 0, "max": 1, "step": 0.1 });
    becomes(slider, text("0.3"), json!(0.3), "0.3");
    becomes(json!({ "kind": "money", "currency": "EUR" }), text("€ 1,200.50"), json!(1200.5), "1200.5\u{a0}EUR");
    becomes(json!({ "kind": "money", "currency": "EUR" }), text("-5 EUR"), json!(-5), "-5\u{a0}EUR");
    let url = json!({ "kind": "url" });
    becomes(url.clone(), text(" freight.example/a "), json!("https://freight.example/a"), "https://freight.example/a");
    becomes(
        url,
        text("http://münchen.example:8080"),
        json!("http://münchen.example:8080"),
        "http://münchen.example:8080",
    );
    becomes(json!({ "kind": "date", "earliest": "2026-01-01" }), text("2026-10-01"), json!("2026-10-01"), "2026-10-01");
    becomes(json!({ "kind": "company" }), text("Freight & Co"), json!("Freight & Co"), "Freight & Co");
    let germany =
        load(&asking(json!({ "kind": "country" }))).flow().fields[0].options.iter().position(|o| o.id == "DE");
    becomes(json!({ "kind": "country" }), Input::Chosen(vec![germany.expect("Germany")]), json!("DE"), "Germany");
}

#[test]
fn what_is_no_answer_says_why() {
    for (field, input, word) in [
        (json!({ "kind": "yes_no" }), Input::Chosen(vec![2]), Word::ChooseOne),
        (json!({ "kind": "yes_no" }), text("perhaps"), Word::ChooseOne),
        (json!({ "kind": "rating", "max": 7 }), Input::Chosen(vec![7]), Word::TooLarge),
        (json!({ "kind": "rating" }), Input::Chosen(vec![1, 2]), Word::Required),
        (json!({ "kind": "nps" }), text("7.5"), Word::NotANumber),
        (json!({ "kind": "slider", "min": 0, "max": 10, "step": 2 }), text("3"), Word::NotANumber),
        (json!({ "kind": "slider", "min": 0, "max": 10 }), text("eleven"), Word::Required),
        (json!({ "kind": "slider", "min": 0, "max": 10 }), text("11"), Word::TooLarge),
        (json!({ "kind": "money", "currency": "EUR" }), text("a lot"), Word::NotANumber),
        (json!({ "kind": "money", "currency": "EUR", "min": 1 }), text("0"), Word::TooSmall),
        (json!({ "kind": "url" }), text("ftp://a.example"), Word::NotAUrl),
        (json!({ "kind": "url" }), text("freight"), Word::NotAUrl),
        (json!({ "kind": "url" }), text("javascript:alert(1)"), Word::NotAUrl),
        (json!({ "kind": "url" }), text("https://a b.example"), Word::NotAUrl),
        (json!({ "kind": "date" }), text("2026-02-29"), Word::NotADate),
        (json!({ "kind": "date", "earliest": "2026-01-01" }), text("2025-12-31"), Word::TooEarly),
        (json!({ "kind": "date", "latest": "2026-01-01" }), text("2026-01-02"), Word::TooLate),
        (json!({ "kind": "country" }), text("Germany"), Word::ChooseOne),
    ] {
        let shown = format!("{field} {input:?}");
        assert_eq!(given(field, input).err(), Some(word), "{shown}");
    }
}

/// The browser's controls are told what the engine will take.
#[test]
fn views_say_what_can_be_given() {
    let shown = |field: Value| {
        let flow = load(&asking(field));
        question(&flow, &Visitor::new(&flow))
    };
    let labels = |question: &Question| question.options.iter().map(|o| o.label.clone()).collect::<Vec<_>>();
    assert_eq!(labels(&shown(json!({ "kind": "nps" }))).len(), 11);
    assert_eq!(labels(&shown(json!({ "kind": "rating", "max": 3 }))), ["1", "2", "3"]);
    assert_eq!(labels(&shown(json!({ "kind": "yes_no" }))), ["", ""], "the widget has its own words");
    assert_eq!(shown(json!({ "kind": "country" })).options.len(), 249);
    let slider = shown(json!({ "kind": "slider", "min": -1.5, "max": 10, "low": "None", "high": "All" }));
    assert_eq!((slider.min.as_deref(), slider.max.as_deref(), slider.spacing), (Some("-1.5"), Some("10"), None));
    assert_eq!((slider.low.as_deref(), slider.high.as_deref()), (Some("None"), Some("All")));
    assert_eq!(shown(json!({ "kind": "money", "currency": "EUR" })).unit.as_deref(), Some("EUR"));
    assert_eq!(shown(json!({ "kind": "date", "latest": "2027-01-01" })).max.as_deref(), Some("2027-01-01"));
    let picture = json!([{ "id": "a", "label": "A", "image": "/a.webp" }]);
    let picture = shown(json!({ "kind": "single_choice", "options": picture }));
    assert_eq!(picture.options[0].image.as_deref(), Some("/a.webp"));
}

/// What the face draws by itself is what the engine shows.
#[test]
fn the_face_opens_each_kind_as_the_engine_does() {
    for (field, alone) in [
        (json!({ "kind": "yes_no" }), true),
        (json!({ "kind": "rating", "max": 7, "low": "Poor" }), true),
        (json!({ "kind": "nps", "high": "Very" }), true),
        (json!({ "kind": "url", "placeholder": "company.com" }), true),
        (json!({ "kind": "date", "earliest": "2026-01-01", "latest": "2026-12-31" }), true),
        (json!({ "kind": "money", "currency": "CHF" }), true),
        (json!({ "kind": "company" }), true),
        (json!({ "kind": "date_range", "latest": "2026-12-31" }), true),
        (json!({ "kind": "ranking", "options": [{ "id": "a", "label": "A" }, { "id": "b", "label": "B" }] }), true),
        (
            json!({ "kind": "matrix", "options": [{ "id": "a", "label": "A" }], "rows": [{ "id": "r", "label": "R" }] }),
            true,
        ),
        (json!({ "kind": "short_text", "pattern": "a+" }), true),
        (json!({ "kind": "phone" }), false),
        (json!({ "kind": "single_choice", "options": [{ "id": "a", "label": "A", "image": "/a.webp" }] }), true),
        // Their numbers and names are the browser's, by way of the engine.
        (json!({ "kind": "slider", "min": 0, "max": 10 }), false),
        (json!({ "kind": "country" }), false),
    ] {
        let json = asking(field);
        let flow = load(&json);
        let tree = json::parse_part(json.to_string().as_bytes(), Numbers::NATIVE, ffi::is_drawn).expect("JSON");
        let engine = ffi::view(&flow, &Visitor::new(&flow).state);
        assert_eq!(ffi::first(&tree, &|_| false), alone.then_some(engine), "{json}");
    }
}

#[test]
fn what_a_kind_does_not_know_is_found() {
    let found = |field: Value| {
        let told = told(&asking(field));
        told.into_iter().filter(|f| f.contains("fields[0]")).collect::<Vec<_>>()
    };
    let none: [&str; 0] = [];
    assert_eq!(
        found(
            json!({ "kind": "slider", "min": 0, "max": 10, "score": "fit", "bands": [{ "from": 5, "points": 1, "reason": "x" }] })
        ),
        none
    );
    assert_eq!(found(json!({ "kind": "slider", "min": 0 })), ["PQ204 fields[0].max"]);
    assert_eq!(found(json!({ "kind": "money" })), ["PQ204 fields[0].currency"]);
    assert_eq!(found(json!({ "kind": "money", "currency": "Euro" })), ["PQ106 fields[0].currency"]);
    assert_eq!(found(json!({ "kind": "rating", "max": 11 })), ["PQ106 fields[0].max"]);
    assert_eq!(found(json!({ "kind": "rating", "min": 0 })), ["PQ204 fields[0].min"]);
    assert_eq!(found(json!({ "kind": "nps", "unit": "x" })), ["PQ204 fields[0].unit"]);
    assert_eq!(found(json!({ "kind": "number", "step": 0 })), ["PQ106 fields[0].step"]);
    assert_eq!(found(json!({ "kind": "number", "low": "x" })), ["PQ204 fields[0].low"]);
    assert_eq!(found(json!({ "kind": "date", "earliest": "1 May" })), ["PQ218 fields[0].earliest"]);
    assert_eq!(
        found(json!({ "kind": "date", "earliest": "2027-01-01", "latest": "2026-01-01" })),
        ["PQ106 fields[0].earliest"]
    );
    assert_eq!(
        found(json!({ "kind": "yes_no", "options": [{ "id": "maybe", "label": "x" }] })),
        ["PQ106 fields[0].options[0].id"]
    );
    assert_eq!(
        found(json!({ "kind": "country", "options": [{ "id": "Germany", "label": "x" }] })),
        ["PQ106 fields[0].options[0].id"]
    );
    let image = json!({ "kind": "single_choice", "options": [{ "id": "a", "label": "A", "image": "javascript:0" }] });
    assert_eq!(found(image), ["PQ106 fields[0].options[0].image"]);
}

/// Points for them are found reachable or not, with a lead that shows it.
#[test]
fn reachability_knows_every_kind() {
    let stages = json!([{ "id": "cold", "label": "Cold" }, { "id": "warm", "label": "Warm", "from": 50 }]);
    for (field, when, reached) in [
        (json!({ "kind": "rating" }), json!({ ">": [{ "var": "it" }, 4] }), true),
        (json!({ "kind": "rating" }), json!({ ">": [{ "var": "it" }, 5] }), false),
        (json!({ "kind": "rating" }), json!({ "<": [4, { "var": "it" }, 5] }), false),
        (json!({ "kind": "nps" }), json!({ "==": [{ "var": "it" }, 0] }), true),
        (json!({ "kind": "yes_no" }), json!({ "==": [{ "var": "it" }, "no"] }), true),
        (json!({ "kind": "country" }), json!({ "in": [{ "var": "it" }, ["DE", "AT"]] }), true),
        (json!({ "kind": "slider", "min": 0, "max": 1000, "step": 7 }), json!({ ">": [{ "var": "it" }, 994] }), false),
        (json!({ "kind": "slider", "min": 0, "max": 1001, "step": 7 }), json!({ ">": [{ "var": "it" }, 994] }), true),
        (json!({ "kind": "money", "currency": "EUR", "max": 10 }), json!({ ">": [{ "var": "it" }, 9.5] }), true),
    ] {
        let mut json = asking(field.clone());
        json["scoring"]["rules"] = json!([{ "id": "r", "score": "fit", "points": 60, "reason": "x", "when": when }]);
        json["stages"] = stages.clone();
        let out_of_reach = told(&json).iter().any(|f| f.starts_with("PQ513"));
        assert_eq!(out_of_reach, !reached, "{field} {when}: {:?}", told(&json));
        assert!(!told(&json).iter().any(|f| f.starts_with("PQ526")), "{field} {when}: {:?}", told(&json));
    }
}

/// The countries of the browser are those of native code.
#[test]
fn browsers_and_native_code_know_the_same_countries() {
    let browser = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/src/web/spoken.rs")).expect("source");
    let codes: String = (Numbers::NATIVE.countries)("en").lines().map(|line| &line[..2]).collect();
    assert!(browser.contains(&format!("\"{codes}\"")));
}

/// A day is a day in every time zone: it is a text, and compared as one.
#[test]
fn days_are_compared_as_days() {
    let mut json = asking(json!({ "kind": "date" }));
    json["scoring"]["rules"] = json!([
        { "id": "soon", "score": "fit", "points": 60, "reason": "Soon", "when": { "<": [{ "var": "it" }, "2026-12-01"] } }
    ]);
    let flow = load(&json);
    let points = |day: &str| {
        let mut visitor = Visitor::new(&flow);
        visitor.answers("it", day);
        visitor.card().total
    };
    assert_eq!((points("2026-11-30"), points("2026-12-01")), (60, 0));
    let field: &Field = &flow.flow().fields[0];
    assert!(answer::validate(field, &Json::Text("2026-11-31".into())).is_err());
    assert!(flow::load(json.to_string().as_bytes()).is_ok());
}

/// A slip in the address of a large mail service is asked back once.
#[test]
fn a_misspelt_address_is_asked_back_once() {
    let flow = load(&asking(json!({ "kind": "email", "personal": true })));
    let mut visitor = Visitor::new(&flow);
    let step = question(&flow, &visitor).step as usize;
    let mut says = |mail: &str| {
        visitor.does(Event::Answer { step, input: text(mail) });
        let problem = ffi::view(&flow, &visitor.state).problem;
        problem.map(|problem| (problem.word, problem.text.unwrap_or_default()))
    };
    assert_eq!(says("ada@gmial.com"), Some((Word::DidYouMean, "ada@gmail.com".into())));
    assert_eq!(says("ada@"), Some((Word::NotAnEmail, String::new())));
    assert_eq!(says("ada@gmial.com"), Some((Word::DidYouMean, "ada@gmail.com".into())));
    assert_eq!(says("ada@gmial.com"), None, "who says it again means it");
}

/// A free address is asked back once, where a company's is wanted.
#[test]
fn a_free_address_is_asked_back_once_for_one_at_work() {
    let says = |work_mail: bool, mails: &[&str]| -> Vec<Option<Word>> {
        let flow = load(&asking(json!({ "kind": "email", "personal": true, "work_mail": work_mail })));
        let mut visitor = Visitor::new(&flow);
        let step = question(&flow, &visitor).step as usize;
        let said = mails.iter().map(|mail| {
            visitor.does(Event::Answer { step, input: text(mail) });
            ffi::view(&flow, &visitor.state).problem.map(|problem| problem.word)
        });
        said.collect()
    };
    assert_eq!(
        says(true, &["ada@gmail.com", "ada@gmail.com"]),
        [Some(Word::WorkMail), None],
        "who has none is let through"
    );
    assert_eq!(says(true, &["ada@gmail.com", "ada@fleetworks.example"]), [Some(Word::WorkMail), None]);
    assert_eq!(says(true, &["ada@gmail.com", "ada@gmx.de"]), [Some(Word::WorkMail), Some(Word::WorkMail)]);
    assert_eq!(says(true, &["ada@gmial.com", "ada@gmail.com"]), [Some(Word::DidYouMean), Some(Word::WorkMail)]);
    assert_eq!(says(true, &["ada@fleetworks.example"]), [None]);
    assert_eq!(says(false, &["ada@gmail.com"]), [None]);
}
