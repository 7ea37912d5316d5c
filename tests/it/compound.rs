//! Answers that are more than one value: words of the visitor's own, numbers to dial, ranges, orders, rows; and
//! what steps and outcomes link to.

use crate::kinds::{asking, becomes, given, question, text};
use crate::review;
use crate::support::{Visitor, load};
use prequal::dialog::{Input, Word, answer};
use prequal::ffi::{self, Control, Shown};
use prequal::flow;
use prequal::json::{self, Json, Numbers};
use prequal::session::Event;
use prequal::verify;
use serde_json::{Value, json};

/// What is found about the question, the step behind it, and rules; what the least flow lacks is left out.
fn told(flow: &Value) -> Vec<String> {
    let of_the_rest = ["PQ511", "PQ604 conversation.steps[2]", "PQ611"];
    review::told(flow).into_iter().filter(|found| !of_the_rest.iter().any(|rest| found.starts_with(rest))).collect()
}

fn abc() -> Value {
    json!([{ "id": "a", "label": "A" }, { "id": "b", "label": "B" }, { "id": "c", "label": "C" }])
}

fn matrix() -> Value {
    json!({ "kind": "matrix", "options": abc(), "rows": [{ "id": "price", "label": "Price" }, { "id": "speed", "label": "Speed" }] })
}

fn worded(place: usize, words: &str) -> Input {
    Input::Worded(vec![place], words.into())
}

#[test]
fn each_takes_what_people_give() {
    let range = json!({ "kind": "date_range", "earliest": "2026-01-01" });
    becomes(
        range.clone(),
        text("2026-10-01/2026-10-31"),
        json!(["2026-10-01", "2026-10-31"]),
        "2026-10-01\u{a0}– 2026-10-31",
    );
    becomes(range, text("2026-10-01/2026-10-01"), json!(["2026-10-01", "2026-10-01"]), "2026-10-01\u{a0}– 2026-10-01");
    let ranking = json!({ "kind": "ranking", "options": abc() });
    becomes(ranking, Input::Chosen(vec![2, 0, 1]), json!(["c", "a", "b"]), "C, A, B");
    becomes(matrix(), Input::Chosen(vec![2, 0]), json!({ "price": "c", "speed": "a" }), "Price: C, Speed: A");
    becomes(
        json!({ "kind": "short_text", "pattern": "(?i)de\\d{9}" }),
        text("de123456789"),
        json!("de123456789"),
        "de123456789",
    );
}

#[test]
fn what_is_no_answer_says_why() {
    let range = json!({ "kind": "date_range", "earliest": "2026-01-01", "latest": "2026-12-31" });
    let ranking = json!({ "kind": "ranking", "options": abc() });
    for (field, input, word) in [
        (range.clone(), text("2026-10-02/2026-10-01"), Word::EndsTooEarly),
        (range.clone(), text("2025-10-02/2026-10-01"), Word::TooEarly),
        (range.clone(), text("2026-10-02/2027-10-01"), Word::TooLate),
        (range.clone(), text("2026-10-02/"), Word::NotADate),
        (range.clone(), text("2026-10-02"), Word::NotADate),
        (range, text("/"), Word::Required),
        (ranking.clone(), Input::Chosen(vec![0, 1]), Word::RankAll),
        (ranking.clone(), Input::Chosen(vec![0, 1, 1]), Word::RankAll),
        (ranking.clone(), Input::Chosen(vec![0, 1, 2, 0]), Word::RankAll),
        (ranking, Input::Chosen(vec![]), Word::RankAll),
        (matrix(), Input::Chosen(vec![0, 3]), Word::ChooseEach),
        (matrix(), Input::Chosen(vec![0]), Word::ChooseEach),
        (matrix(), Input::Chosen(vec![]), Word::ChooseEach),
        (json!({ "kind": "short_text", "pattern": "DE\\d{9}" }), text("DE12345678"), Word::NotInPattern),
        (json!({ "kind": "phone" }), text("030 123456"), Word::ChooseCountry),
        (json!({ "kind": "phone", "country": "DE" }), text("call me"), Word::NotAPhone),
        (json!({ "kind": "phone", "country": "DE" }), text("12345"), Word::NotAPhone),
        (json!({ "kind": "phone" }), text("+49 30 1234567890123"), Word::NotAPhone),
        // A number of another country, with this one left chosen.
        (json!({ "kind": "phone", "country": "US" }), text("0176 12345678"), Word::NotAPhone),
        (json!({ "kind": "phone", "country": "US" }), text("123 456 789"), Word::NotAPhone),
    ] {
        let shown = format!("{field} {input:?}");
        assert_eq!(given(field, input).err(), Some(word), "{shown}");
    }
}

/// As people of many countries write their own numbers, and those of others.
#[test]
fn numbers_to_dial_become_those_of_e164() {
    for (country, typed, number) in [
        ("DE", "030 123456", "+4930123456"),
        ("DE", "(030) 12 34-56", "+4930123456"),
        ("DE", "0049 (0)30 / 123456", "+4930123456"),
        ("DE", "+44 (0)20 7946 0123", "+442079460123"),
        ("GB", "020 7946 0123", "+442079460123"),
        ("US", "(541) 754-3010", "+15417543010"),
        ("US", "1-541-754-3010", "+15417543010"),
        ("CA", "+1-541-754-3010", "+15417543010"),
        ("US", "(+55) 15 99202-7523", "+5515992027523"),
        ("JM", "876 555 0123", "+18765550123"),
        ("JM", "555 0123", "+18765550123"),
        ("IT", "06 6982 1234", "+390669821234"),
        ("IT", "+39 06 6982 1234", "+390669821234"),
        ("FR", "01 23 45 67 89", "+33123456789"),
        ("ES", "912 345 678", "+34912345678"),
        ("DK", "32 12 34 56", "+4532123456"),
        ("RU", "8 (495) 123-45-67", "+74951234567"),
        ("LT", "8 5 123 4567", "+37051234567"),
        ("BY", "8 017 123 45 67", "+375171234567"),
        ("HU", "06 1 234 5678", "+3612345678"),
        ("CI", "07 12 34 56 78", "+2250712345678"),
        ("JP", "03-1234-5678", "+81312345678"),
        ("SA", "٠٥٠ ١٢٣ ٤٥٦٧", "+966501234567"),
    ] {
        becomes(json!({ "kind": "phone", "country": country }), text(typed), json!(number), number);
    }
}

/// The list stands in names of the flow's language. Which country is chosen at first the field says, else the
/// page's language, else the flow's.
#[test]
fn a_country_is_chosen_beside_the_number() {
    let flow = load(&asking(json!({ "kind": "phone" })));
    let asked = question(&flow, &Visitor::new(&flow));
    assert_eq!(asked.options.len(), 249);
    assert!(asked.options.iter().all(|country| !country.chosen), "English alone names no country");
    let germany = asked.options.iter().position(|country| country.label == "Germany \u{200e}+49").expect("Germany");
    becomes(json!({ "kind": "phone" }), worded(germany, "030 123456"), json!("+4930123456"), "+4930123456");
    becomes(json!({ "kind": "phone" }), worded(germany, "+44 20 7946 0123"), json!("+442079460123"), "+442079460123");
    becomes(json!({ "kind": "phone", "optional": true }), worded(germany, " "), json!(null), "");
    let chosen = |flow: Value, locale: &str| {
        let flow = flow::load_in(flow.to_string().as_bytes(), Numbers::NATIVE, locale).expect("a flow");
        let options = question(&flow, &Visitor::new(&flow)).options;
        options.into_iter().find(|country| country.chosen).map(|country| country.label)
    };
    let mut of_austria = asking(json!({ "kind": "phone" }));
    assert_eq!(chosen(of_austria.clone(), "de-CH").as_deref(), Some("Switzerland \u{200e}+41"), "the page's language");
    of_austria["locale"] = json!("de-AT");
    assert_eq!(chosen(of_austria, "").as_deref(), Some("Austria \u{200e}+43"), "the flow's own");
    let named = asking(json!({ "kind": "phone", "country": "FR" }));
    assert_eq!(chosen(named, "de-CH").as_deref(), Some("France \u{200e}+33"), "what the field says comes first");
}

/// Conditions ask for parts by names of their own, which stand in the data like that.
#[test]
fn conditions_see_the_parts() {
    for (field, input, when, holds) in [
        (
            json!({ "kind": "date_range" }),
            text("2026-10-01/2026-10-31"),
            json!({ "<": [{ "var": "it.0" }, "2026-10-02"] }),
            true,
        ),
        (
            json!({ "kind": "date_range" }),
            text("2026-10-01/2026-10-31"),
            json!({ "<": [{ "var": "it.1" }, "2026-10-02"] }),
            false,
        ),
        (
            json!({ "kind": "ranking", "options": abc() }),
            Input::Chosen(vec![2, 0, 1]),
            json!({ "==": [{ "var": "it.0" }, "c"] }),
            true,
        ),
        (
            json!({ "kind": "ranking", "options": abc() }),
            Input::Chosen(vec![2, 0, 1]),
            json!({ "in": [{ "var": "it.2" }, ["a", "c"]] }),
            false,
        ),
        (matrix(), Input::Chosen(vec![2, 0]), json!({ "==": [{ "var": "it.price" }, "c"] }), true),
        (matrix(), Input::Chosen(vec![2, 0]), json!({ "==": [{ "var": "it.speed" }, "c"] }), false),
    ] {
        let mut json = asking(field);
        json["scoring"]["rules"] = json!([{ "id": "r", "score": "fit", "points": 60, "reason": "x", "when": when }]);
        assert_eq!(told(&json), Vec::<String>::new(), "{json}");
        let flow = load(&json);
        let mut visitor = Visitor::new(&flow);
        assert_eq!(visitor.card().open.len(), 1, "open until answered: {json}");
        let step = question(&flow, &visitor).step as usize;
        visitor.does(Event::Answer { step, input });
        assert_eq!(visitor.card().total, if holds { 60 } else { 0 }, "{json}");
        // What the receiver reads out of the posted text scores the same.
        let answer = serde_json::to_string(&visitor.state.dialog.answers[0]).expect("JSON");
        let rule =
            json::parse(json["scoring"]["rules"][0]["when"].to_string().as_bytes(), Numbers::NATIVE).expect("JSON");
        let data = json::parse(format!("{{\"it\":{answer}}}").as_bytes(), Numbers::NATIVE).expect("JSON");
        assert_eq!(
            prequal::logic::apply(&rule, &data, Numbers::NATIVE),
            Ok(Json::Bool(holds)),
            "any JSONLogic: {json}"
        );
    }
    let missing = |field: Value, name: &str| {
        let mut json = asking(field);
        let when = json!({ "==": [{ "var": name }, "c"] });
        json["scoring"]["rules"] = json!([{ "id": "r", "score": "fit", "points": 60, "reason": "x", "when": when }]);
        told(&json)
    };
    assert!(missing(matrix(), "it.prize")[0].starts_with("PQ201"));
    assert!(missing(json!({ "kind": "ranking", "options": abc() }), "it.3")[0].starts_with("PQ201"));
    assert_eq!(missing(json!({ "kind": "ranking", "options": abc() }), "it.0"), Vec::<String>::new());
}

fn with_other(kind: &str) -> Value {
    let mut json = asking(json!({ "kind": kind, "options": [
        { "id": "a", "label": "A" }, { "id": "other", "label": "Other", "asks": "own" }
    ] }));
    let own = json!({ "id": "own", "kind": "short_text", "label": "What else?", "max_length": 20, "placeholder": "…" });
    json["fields"].as_array_mut().expect("fields").push(own);
    json["conversation"]["steps"][1]["say"] = json!(["So: {it}, {own|nothing}."]);
    json
}

#[test]
fn an_option_takes_words_of_the_visitors_own() {
    for kind in ["single_choice", "multiple_choice"] {
        let json = with_other(kind);
        assert_eq!(told(&json), Vec::<String>::new());
        let flow = load(&json);
        let own = flow.flow().fields.iter().position(|field| field.id == "own").expect("a field");
        let mut visitor = Visitor::new(&flow);
        let asked = question(&flow, &visitor);
        assert_eq!((asked.asks, asked.words.as_str(), asked.max_length), (Some(1), "What else?", 20));
        let tree = json::parse_part(json.to_string().as_bytes(), Numbers::NATIVE, ffi::is_drawn).expect("JSON");
        assert_eq!(ffi::first(&tree, &|_| false), Some(ffi::view(&flow, &visitor.state)), "the face opens it alone");
        let step = asked.step as usize;
        let answers = |visitor: &mut Visitor, input| {
            visitor.does(Event::Answer { step, input });
            visitor.state.dialog.problem.as_ref().map(|problem| problem.word)
        };
        assert_eq!(answers(&mut visitor, Input::Chosen(vec![1])), Some(Word::Required), "the words are asked for");
        assert_eq!(answers(&mut visitor, worded(1, "words that are much too long")), Some(Word::TooLong));
        assert_eq!(answers(&mut visitor, worded(1, "We build ships")), None);
        let view = ffi::view(&flow, &visitor.state);
        let Some(Shown::Answer(shown)) = view.turns[0].answer.clone() else { panic!("an answer") };
        assert_eq!(shown.text, "Other: We build ships");
        assert!(view.turns[1].say[0].ends_with(", We build ships."), "{:?}", view.turns[1].say);
        let counted =
            |visitor: &Visitor| visitor.state.dialog.evidence(&flow, &visitor.state.moment(0)).answers[own].cloned();
        assert_eq!(counted(&visitor), Some(Json::Text("We build ships".into())));
        // Changed to another, the words are gone; they are shown while they are being changed.
        visitor.does(Event::Change { step });
        assert_eq!(question(&flow, &visitor).value, "We build ships");
        assert_eq!(answers(&mut visitor, Input::Chosen(vec![0])), None);
        assert_eq!(counted(&visitor), None);
        assert!(ffi::view(&flow, &visitor.state).turns[1].say[0].ends_with(", nothing."));
        visitor.does(Event::Change { step });
        assert_eq!(answers(&mut visitor, worded(1, "Ships")), None);
        assert_eq!(counted(&visitor), Some(Json::Text("Ships".into())));
        // Other words alone are a change too.
        visitor.does(Event::Change { step });
        assert_eq!(answers(&mut visitor, worded(1, "Boats")), None);
        assert_eq!(counted(&visitor), Some(Json::Text("Boats".into())));
        visitor.does(Event::Restart);
        assert_eq!(counted(&visitor), None);
    }
}

/// What is being changed is shown as it was given.
#[test]
fn changing_begins_with_what_was_given() {
    let changed = |field: Value, input: Input| {
        let flow = load(&asking(field));
        let mut visitor = Visitor::new(&flow);
        let step = question(&flow, &visitor).step as usize;
        visitor.does(Event::Answer { step, input }).does(Event::Change { step });
        question(&flow, &visitor)
    };
    assert_eq!(changed(json!({ "kind": "date_range" }), text("2026-10-01/2026-10-31")).value, "2026-10-01/2026-10-31");
    assert_eq!(changed(json!({ "kind": "phone", "country": "DE" }), text("030 123456")).value, "+4930123456");
    let rows = changed(matrix(), Input::Chosen(vec![2, 0]));
    assert_eq!((rows.rows, rows.value.as_str()), (vec!["Price".to_owned(), "Speed".to_owned()], "2,0"));
    let order = changed(json!({ "kind": "ranking", "options": abc() }), Input::Chosen(vec![2, 0, 1]));
    assert_eq!(order.value, "2,0,1");
}

/// Words of a visitor's own come with the option that asks for them, or not at all.
#[test]
fn words_for_what_was_not_chosen_are_refused() {
    let flow = load(&with_other("single_choice"));
    let mut visitor = Visitor::new(&flow);
    let step = question(&flow, &visitor).step as usize;
    visitor.does(Event::Answer { step, input: worded(1, "Ships") }).answers("size", "12").agrees(&[true]).stores(true);
    let lead: Value = serde_json::from_str(&visitor.sent()[0]).expect("JSON");
    let refused = |answers: Value| {
        let mut lead = lead.clone();
        lead["answers"] = answers;
        verify(&flow, &serde_json::from_value(lead).expect("a lead")).map_err(|refusal| refusal.code)
    };
    assert_eq!(refused(json!({ "it": "other", "own": "Ships", "size": 12 })), Ok(()));
    assert_eq!(refused(json!({ "it": "a", "own": "Ships", "size": 12 })), Err("bad-answer"));
    assert_eq!(refused(json!({ "own": "Ships", "size": 12 })), Err("bad-answer"));
}

/// The receiver takes what the widget would have given, and nothing else.
#[test]
fn posted_answers_are_held_to_the_same() {
    for (field, good, bad) in [
        (json!({ "kind": "phone" }), json!("+4930123456"), json!("+49 30 123456")),
        (json!({ "kind": "phone" }), json!("+3712345678"), json!("+12345678")),
        (json!({ "kind": "date_range" }), json!(["2026-10-01", "2026-10-31"]), json!(["2026-10-31", "2026-10-01"])),
        (json!({ "kind": "date_range" }), json!(["2026-10-01", "2026-10-01"]), json!(["2026-10-01"])),
        (json!({ "kind": "ranking", "options": abc() }), json!(["b", "a", "c"]), json!(["b", "a", "d"])),
        (matrix(), json!({ "speed": "a", "price": "b" }), json!({ "speed": "a", "price": "b", "size": "c" })),
        (matrix(), json!({ "price": "a", "speed": "a" }), json!({ "price": "a" })),
        (json!({ "kind": "company", "pattern": "\\w+ Ltd" }), json!("Ships Ltd"), json!("Ships")),
    ] {
        let flow = load(&asking(field));
        let field = &flow.flow().fields[0];
        let takes = |value: &Value| {
            let value = json::parse(value.to_string().as_bytes(), Numbers::NATIVE).expect("JSON");
            answer::validate(field, &value).is_ok()
        };
        assert!(takes(&good), "{good}");
        assert!(!takes(&bad), "{bad}");
    }
}

/// In an engine that goes back this takes longer than the universe is old.
#[test]
fn no_pattern_holds_the_widget_up() {
    let long = "a".repeat(4000) + "!";
    for pattern in ["(a+)+", "(a|a)*", "([a-zA-Z]+)*"] {
        let field = json!({ "kind": "long_text", "pattern": pattern, "pattern_message": "Letters alone, please." });
        let flow = load(&asking(field));
        let mut visitor = Visitor::new(&flow);
        let step = question(&flow, &visitor).step as usize;
        visitor.does(Event::Answer { step, input: text(&long) });
        let problem = ffi::view(&flow, &visitor.state).problem.expect("a problem");
        assert_eq!((problem.word, problem.text.as_deref()), (Word::NotInPattern, Some("Letters alone, please.")));
    }
}

#[test]
fn a_step_offers_a_link_and_goes_on() {
    let mut json = asking(json!({ "kind": "yes_no" }));
    json["conversation"]["steps"][1]["link"] = json!({ "label": "Our guide", "url": "https://guide.example" });
    assert_eq!(told(&json), Vec::<String>::new());
    let flow = load(&json);
    let mut visitor = Visitor::new(&flow);
    visitor.answers("it", "yes");
    let offered = |visitor: &Visitor| match ffi::view(&flow, &visitor.state).control {
        Control::Offer(offer) => Some((offer.step as usize, offer.label, offer.url)),
        _ => None,
    };
    let (step, label, url) = offered(&visitor).expect("a link");
    assert_eq!((label.as_str(), url.as_str()), ("Our guide", "https://guide.example"));
    let before = visitor.state.clone();
    let outline = ffi::Outline::of(&flow, &before, 0);
    let event = Event::Followed { step };
    let tellings = ffi::tellings(&flow, &event, Some(&outline), &outline);
    assert_eq!(tellings.iter().map(|telling| telling.name).collect::<Vec<_>>(), ["link"]);
    assert_eq!(tellings[0].detail, [("step", "then".to_owned())], "an id, and no address");
    visitor.does(event);
    assert_eq!(visitor.state, before, "following changes nothing");
    visitor.does(Event::Answer { step, input: Input::Text(String::new()) });
    assert_eq!(offered(&visitor), None);
    // Whoever changes an answer before it is not offered it again.
    visitor.changes("first").does(Event::Answer { step: 0, input: Input::Chosen(vec![1]) });
    assert_eq!(offered(&visitor), None);
}

/// What visitors read of them is translated like all else.
#[test]
fn their_texts_are_translated() {
    let mut json = asking(matrix());
    json["fields"].as_array_mut().expect("fields").push(json!({
        "id": "vat", "kind": "short_text", "label": "VAT", "pattern": "a", "pattern_message": "An a, please."
    }));
    json["conversation"]["steps"][1]["link"] = json!({ "label": "Our guide", "url": "https://guide.example" });
    json["translations"] = json!([{ "locale": "de", "texts": {
        "fields.it.rows.price.label": "Preis", "fields.it.options.a.label": "Ah", "fields.vat.pattern_message": "Ein a, bitte.",
        "conversation.steps.then.link.label": "Unser Leitfaden", "conversation.steps.then.link.url": "/leitfaden"
    } }]);
    let flow = flow::load_in(json.to_string().as_bytes(), Numbers::NATIVE, "de").expect("a flow");
    let mut visitor = Visitor::new(&flow);
    let asked = question(&flow, &visitor);
    assert_eq!((asked.rows[0].as_str(), asked.options[0].label.as_str()), ("Preis", "Ah"));
    assert_eq!(flow.flow().fields.last().and_then(|field| field.pattern_message.as_deref()), Some("Ein a, bitte."));
    visitor.does(Event::Answer { step: asked.step as usize, input: Input::Chosen(vec![0, 0]) });
    let Control::Offer(offer) = ffi::view(&flow, &visitor.state).control else { panic!("a link") };
    assert_eq!((offer.label.as_str(), offer.url.as_str()), ("Unser Leitfaden", "/leitfaden"));
    let mut lost = json.clone();
    lost["translations"][0]["texts"]["fields.it.rows.size.label"] = json!("Größe");
    assert!(review::told(&lost).iter().any(|found| found.starts_with("PQ201 translations[0]")), "no such row");
}
