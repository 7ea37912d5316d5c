//! Blocks of steps, steps that are passed over, and experiments.

use crate::support::{NOON, Visitor, findings, least, load, page};
use prequal::dialog::Input;
use prequal::ffi::{self, Control};
use prequal::flow;
use prequal::insight::{Reach, Target, reach};
use prequal::json::Json;
use prequal::session::{Event, Now, State, step};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Asks which ports, and for each of them how many boxes and, of many, how urgent they are.
fn ports() -> Value {
    let mut flow = least();
    flow["fields"] = json!([
        { "id": "ports", "kind": "multiple_choice", "label": "Ports", "optional": true, "options": [
            { "id": "genoa", "label": "Genoa" }, { "id": "gdansk", "label": "Gdańsk {new}" }, { "id": "le-havre", "label": "Le Havre" }
        ] },
        { "id": "boxes", "kind": "number", "label": "Boxes", "score": "fit", "bands": [{ "from": 100, "points": 30, "reason": "Many boxes" }] },
        { "id": "urgent", "kind": "yes_no", "label": "Urgent through {item}?" },
        { "id": "note", "kind": "short_text", "label": "Note", "optional": true }
    ]);
    flow["scoring"]["rules"] = json!([
        { "id": "genoa_is_busy", "score": "fit", "points": 20, "reason": "Busy", "when": { ">": [{ "var": "boxes.genoa" }, 10] } }
    ]);
    flow["conversation"] = json!({ "start": "which", "steps": [
        { "id": "which", "say": ["Which ports?"], "ask": "ports" },
        { "id": "each", "say": ["Now for each of them."], "block": "port", "for_each": "ports", "when": { "!!": { "var": "ports" } } },
        { "id": "more", "say": ["Anything else?"], "ask": "note" },
        { "id": "agree", "consent": true },
        { "id": "end", "end": "bye" }
    ], "blocks": [
        { "id": "port", "steps": [
            { "id": "how_many", "say": ["How many boxes through {item}?"], "ask": "boxes",
                "branches": [{ "when": { "<": [{ "var": "boxes" }, 50] }, "to": "leave" }] },
            { "id": "hurry", "say": ["{boxes} boxes: are they urgent?"], "ask": "urgent" }
        ] }
    ] });
    flow
}

#[test]
fn a_block_is_asked_for_each_of_what_was_chosen() {
    let flow = load(&ports());
    let mut visitor = Visitor::new(&flow);
    visitor.answers("ports", "genoa,gdansk");
    assert_eq!(visitor.step(), "each.genoa.how_many");
    let view = ffi::view(&flow, &visitor.state);
    let said: Vec<&str> = view.turns.iter().flat_map(|turn| &turn.say).map(String::as_str).collect();
    assert_eq!(said, ["Which ports?", "Now for each of them.", "How many boxes through Genoa?"]);
    visitor.answers("boxes.genoa", "20");
    assert_eq!(visitor.step(), "each.gdansk.how_many", "few boxes leave the block");
    let Control::Ask(question) = ffi::view(&flow, &visitor.state).control else { panic!("a question") };
    assert_eq!(question.label, "Boxes – Gdańsk {new}");
    visitor.answers("boxes.gdansk", "200");
    let view = ffi::view(&flow, &visitor.state);
    assert_eq!(view.turns.last().map(|turn| turn.say[0].as_str()), Some("200 boxes: are they urgent?"));
    let Control::Ask(question) = view.control else { panic!("a question") };
    assert_eq!(question.label, "Urgent through Gdańsk {new}?");
    visitor.answers("urgent.gdansk", "yes");
    assert_eq!(visitor.step(), "more");
    let card = visitor.card();
    assert_eq!((card.total, card.contributions.len()), (50, 2), "each copy scores by itself");
    visitor.answers("note", "").agrees(&[true]).stores(true);
    let body: Value = serde_json::from_str(&visitor.sent()[0]).expect("a lead");
    let answers = json!({ "ports": ["genoa", "gdansk"], "note": null, "boxes.genoa": 20, "boxes.gdansk": 200, "urgent.gdansk": "yes" });
    assert_eq!(body["answers"], answers);
    assert_eq!(prequal::verify(&flow, &serde_json::from_value(body).expect("a lead")), Ok(()));
}

#[test]
fn what_is_chosen_no_more_is_not_asked_and_does_not_count() {
    let flow = load(&ports());
    let mut visitor = Visitor::new(&flow);
    visitor.answers("ports", "genoa,le-havre").answers("boxes.genoa", "200").answers("urgent.genoa", "no");
    assert_eq!((visitor.step(), visitor.card().total), ("each.le-havre.how_many", 50));
    visitor.changes("which").answers("ports", "le-havre");
    assert_eq!((visitor.step(), visitor.card().total), ("each.le-havre.how_many", 0));
    visitor.changes("which").answers("ports", "genoa");
    assert_eq!((visitor.step(), visitor.card().total), ("more", 50), "what was answered before is still there");
}

#[test]
fn nothing_chosen_passes_the_whole_block_over() {
    let flow = load(&ports());
    let mut visitor = Visitor::new(&flow);
    visitor.answers("ports", "");
    assert_eq!(visitor.step(), "more");
    let said = ffi::view(&flow, &visitor.state).turns.len();
    assert_eq!(said, 2, "its words are not said either");
}

#[test]
fn progress_rises_and_ends_at_all() {
    let flow = load(&ports());
    let mut visitor = Visitor::new(&flow);
    let mut before = 0;
    let answers = [
        ("ports", "genoa,gdansk,le-havre"),
        ("boxes.genoa", "99"),
        ("urgent.genoa", "no"),
        ("boxes.gdansk", "99"),
        ("urgent.gdansk", "no"),
        ("boxes.le-havre", "1"),
        ("note", ""),
    ];
    for (field, text) in answers {
        visitor.answers(field, text);
        let progress = ffi::view(&flow, &visitor.state).progress;
        assert!(progress >= before && progress < 100, "{field}: {progress} after {before}");
        before = progress;
    }
    visitor.refuses();
    assert_eq!(ffi::view(&flow, &visitor.state).progress, 100);
}

/// The same block in two places: what was answered in the first is not asked in the second.
#[test]
fn a_block_can_be_taken_up_in_several_places() {
    let mut json = ports();
    json["conversation"]["steps"] = json!([
        { "id": "which", "say": ["Which ports?"], "ask": "ports", "branches": [{ "when": { "in": ["genoa", { "var": "ports" }] }, "to": "south" }] },
        { "id": "north", "say": ["The north."], "block": "port", "next": "agree" },
        { "id": "south", "say": ["The south."], "block": "port" },
        { "id": "agree", "consent": true },
        { "id": "end", "end": "bye" }
    ]);
    json["conversation"]["blocks"][0]["steps"][0]["say"] = json!(["How many?"]);
    json["fields"][2]["label"] = json!("Urgent?");
    json["scoring"]["rules"] = json!([]);
    let flow = load(&json);
    for (port, place) in [("genoa", "south"), ("gdansk", "north")] {
        let mut visitor = Visitor::new(&flow);
        visitor.answers("ports", port);
        assert_eq!(visitor.step(), format!("{place}.how_many"));
        visitor.answers("boxes", "500").answers("urgent", "yes");
        assert_eq!(visitor.step(), "agree");
    }
}

#[test]
fn mistakes_in_blocks_are_told_where_they_are_written() {
    let find = |change: &dyn Fn(&mut Value)| -> Vec<(String, String)> {
        let mut json = ports();
        change(&mut json);
        let mistakes = flow::load(json.to_string().as_bytes()).expect_err("a mistake");
        mistakes.iter().map(|found| (found.code.as_str().into(), found.path.clone())).collect()
    };
    let steps = "conversation.blocks[0].steps";
    let at = |code: &str, path: &str| vec![(code.to_owned(), path.to_owned())];
    let block = |json: &mut Value, step: usize, key: &str, value: Value| {
        json["conversation"]["blocks"][0]["steps"][step][key] = value
    };
    assert_eq!(
        find(&|json| block(json, 1, "ask", json!("urgnt"))),
        at("PQ201", &format!("{steps}[1].ask")),
        "once, though three are written out"
    );
    assert_eq!(find(&|json| block(json, 1, "say", json!(["{boxs}?"]))), at("PQ209", &format!("{steps}[1].say[0]")));
    assert_eq!(
        find(&|json| block(json, 0, "branches", json!([{ "when": { "var": "boxs" }, "to": "leave" }]))),
        at("PQ201", &format!("{steps}[0].branches[0].when.var"))
    );
    assert_eq!(
        find(&|json| block(json, 1, "consent", json!(true))).first().cloned(),
        at("PQ205", &format!("{steps}[1]")).pop()
    );
    assert_eq!(
        find(&|json| json["conversation"]["steps"][1]["block"] = json!("prt")),
        at("PQ201", "conversation.steps[1].block")
    );
    assert_eq!(
        find(&|json| json["conversation"]["steps"][1]["for_each"] = json!("note")),
        at("PQ204", "conversation.steps[1].for_each")
    );
    assert_eq!(
        find(&|json| json["conversation"]["steps"][2]["for_each"] = json!("ports")),
        at("PQ205", "conversation.steps[2]")
    );
    assert_eq!(
        find(&|json| json["conversation"]["steps"][0]["when"] = json!(true)),
        at("PQ205", "conversation.steps[0].when")
    );
    assert_eq!(
        find(&|json| json["conversation"]["steps"][4]["when"] = json!(true)),
        at("PQ205", "conversation.steps[4].when")
    );
    assert_eq!(
        find(&|json| json["fields"][3]["id"] = json!("no.te")).first().cloned(),
        at("PQ106", "fields[3].id").pop(),
        "a dot is for what is written out"
    );
}

#[test]
fn blocks_are_written_out_within_bounds() {
    let mut json = ports();
    let many: Vec<Value> = (0..1001).map(|i| json!({ "id": format!("port{i}"), "label": "Port" })).collect();
    json["fields"][0]["options"] = json!(many);
    json["scoring"]["rules"] = json!([]);
    let mistakes = flow::load(json.to_string().as_bytes()).expect_err("a mistake");
    assert_eq!((mistakes.len(), mistakes[0].path.as_str()), (1, "conversation.steps[1]"));
}

#[test]
fn a_block_that_nobody_takes_up_is_told() {
    let mut json = ports();
    json["conversation"]["blocks"].as_array_mut().expect("blocks").push(json!({ "id": "idle", "steps": [] }));
    let found = findings(json.to_string().as_bytes());
    let idle: Vec<&str> = found.iter().filter(|f| f.path.contains("blocks[1]")).map(|f| f.code.as_str()).collect();
    assert_eq!(idle, ["PQ601"], "{found:#?}");
}

/// Words of the visitor's own are asked for each by itself, too.
#[test]
fn words_of_their_own_belong_to_what_was_chosen() {
    let mut json = ports();
    json["fields"][2] = json!({ "id": "urgent", "kind": "single_choice", "label": "Urgent?", "options": [
        { "id": "yes", "label": "Yes" }, { "id": "else", "label": "It depends", "asks": "depends" }
    ] });
    json["fields"]
        .as_array_mut()
        .expect("fields")
        .push(json!({ "id": "depends", "kind": "short_text", "label": "On what?" }));
    let flow = load(&json);
    let mut visitor = Visitor::new(&flow);
    visitor.answers("ports", "genoa,gdansk").answers("boxes.genoa", "200");
    let step = visitor.state.dialog.current();
    visitor.does(Event::Answer { step, input: Input::Worded(vec![1], "On the season".into()) });
    visitor.answers("boxes.gdansk", "10");
    let place = |id: &str| flow.flow().fields.iter().position(|field| field.id == id).expect("a field");
    let words = |id: &str| visitor.state.dialog.answers[place(id)].clone();
    assert_eq!((words("depends.genoa"), words("depends.gdansk")), (Some(Json::Text("On the season".into())), None));
    assert_eq!(words("depends"), None);
}

/// A guarded question, before and after what it looks at.
#[test]
fn a_step_is_passed_over_unless_its_condition_holds() {
    let mut json = least();
    json["fields"].as_array_mut().expect("fields").push(json!({ "id": "why", "kind": "short_text", "label": "Why" }));
    json["conversation"]["steps"] = json!([
        { "id": "ask", "say": ["How big?"], "ask": "size" },
        { "id": "ask_why", "say": ["So big! Why?"], "ask": "why", "when": { ">": [{ "var": "score.fit" }, 50] } },
        { "id": "agree", "consent": true },
        { "id": "end", "end": "bye" }
    ]);
    let flow = load(&json);
    let mut visitor = Visitor::new(&flow);
    visitor.answers("size", "5");
    assert_eq!(visitor.step(), "agree");
    visitor.changes("ask").answers("size", "50");
    assert_eq!(visitor.step(), "ask_why");
    visitor.answers("why", "We grew.");
    visitor.changes("ask").answers("size", "5");
    assert_eq!(visitor.step(), "agree");
    visitor.agrees(&[true]);
    assert!(visitor.sent().is_empty(), "and the answer of the step passed over does not count");
}

fn tested() -> Value {
    let mut json = least();
    json["conversation"] = json!({ "start": "hello", "experiments": [
        { "id": "opening", "variants": [{ "id": "plain" }, { "id": "warm", "weight": 3 }] },
        { "id": "order", "variants": [{ "id": "a" }, { "id": "b" }, { "id": "never", "weight": 0 }] }
    ], "steps": [
        { "id": "hello", "say": ["Hello."] },
        { "id": "warmly", "say": ["How good to see you!"], "when": { "==": [{ "var": "experiment.opening" }, "warm"] } },
        { "id": "ask", "say": ["How big?"], "ask": "size" },
        { "id": "agree", "consent": true },
        { "id": "end", "end": "bye" }
    ] });
    json
}

/// Variants come up as their weights say, of each experiment by itself, and the same log gives the same.
#[test]
fn each_visit_has_a_variant_of_each_experiment() {
    let flow = load(&tested());
    let mut counts: BTreeMap<(usize, usize), u32> = BTreeMap::new();
    for seed in 0..4000u64 {
        let mut entropy = [0; 32];
        entropy[..8].copy_from_slice(&seed.wrapping_mul(0x2545_f491_4f6c_dd1d).to_le_bytes());
        let now = Now { ms: NOON, entropy };
        let (state, _) = step(&flow, State::new(&flow, page()), Event::Begin, &now);
        let (again, _) = step(&flow, State::new(&flow, page()), Event::Begin, &now);
        assert_eq!(state, again);
        *counts.entry((state.variants[0], state.variants[1])).or_default() += 1;
        let (anew, _) = step(&flow, state.clone(), Event::Restart, &Now { ms: NOON, entropy: [9; 32] });
        assert_eq!(anew.variants, state.variants, "a visit keeps its variants");
    }
    assert_eq!(counts.len(), 4, "{counts:?}");
    for ((opening, _), count) in counts {
        let expected = if opening == 1 { 1500 } else { 500 };
        assert!((expected - 110..expected + 110).contains(&(count as i32)), "{opening}: {count}");
    }
}

#[test]
fn a_lead_carries_its_variants_and_scores_without_them() {
    let flow = load(&tested());
    let mut visitor = Visitor::new(&flow);
    let warm = visitor.state.variants[0] == 1;
    let said = ffi::view(&flow, &visitor.state).turns.iter().any(|turn| turn.say[0].starts_with("How good"));
    assert_eq!(said, warm);
    visitor.answers("size", "50").agrees(&[true]).stores(true);
    let mut body: Value = serde_json::from_str(&visitor.sent()[0]).expect("a lead");
    assert_eq!(body["experiments"][0]["experiment"], "opening");
    assert_eq!(prequal::verify(&flow, &serde_json::from_value(body.clone()).expect("a lead")), Ok(()));
    body["experiments"][0]["variant"] = json!("hot");
    let refusal = prequal::verify(&flow, &serde_json::from_value(body).expect("a lead")).expect_err("refused");
    assert_eq!(refusal.code, "bad-experiment");
    // Rules see no experiment: a variant that could give points would be no test of words.
    let mut json = tested();
    json["scoring"]["rules"][0]["when"] = json!({ "==": [{ "var": "experiment.opening" }, "warm"] });
    assert!(flow::load(json.to_string().as_bytes()).is_err());
}

#[test]
fn what_only_one_variant_asks_can_be_reached() {
    let mut json = tested();
    json["conversation"]["steps"][2]["when"] = json!({ "==": [{ "var": "experiment.opening" }, "warm"] });
    let flow = load(&json);
    assert!(matches!(reach(&flow, Target::Stage(1), NOON), Reach::Reachable(_)));
}

#[test]
fn an_experiment_compares_something() {
    for variants in [json!([{ "id": "one" }]), json!([{ "id": "a", "weight": 0 }, { "id": "b", "weight": 0 }])] {
        let mut json = tested();
        json["conversation"]["experiments"][1]["variants"] = variants;
        let mistakes = flow::load(json.to_string().as_bytes()).expect_err("a mistake");
        assert_eq!((mistakes.len(), mistakes[0].path.as_str()), (1, "conversation.experiments[1].variants"));
    }
}
