//! Whole flow files around a subject and its conditions.

use serde_json::{Value, json};

use crate::subject::{Form, Subject};

/// A flow with a rule for each condition that gives its points, a question for each field, and a
/// branch at every fifth question.
pub fn flow(subject: &Subject, conditions: &[Value], points: &[u32]) -> Value {
    let rules = conditions.iter().zip(points).enumerate();
    let rule = |(place, (when, points))| json!({ "id": format!("rule_{place}"), "score": "fit", "points": points, "reason": "As the rule says", "when": when });
    json!({
        "prequal": 1, "id": "bench", "version": 1, "title": "Bench", "locale": "en",
        "fields": fields(subject),
        "signals": signals(subject),
        "scoring": {
            "scores": [{ "id": "fit", "label": "Fit", "cap": i32::MAX }],
            "rules": rules.map(rule).collect::<Vec<_>>(),
        },
        "stages": [{ "id": "cold", "label": "Cold", "from": 0 }, { "id": "warm", "label": "Warm", "from": 1 }],
        "conversation": { "start": "ask_0", "steps": steps(subject) },
        "consent": {
            "controller": "Bench Ltd", "notice_url": "/privacy", "notice_version": "1",
            "withdrawal": "Write to us.", "retention_days": 30,
            "purposes": [{ "id": "contact", "text": "You may contact me.", "required": true }],
        },
        "delivery": { "minimum_stage": "warm" },
        "outcomes": [{ "id": "bye", "kind": "ask_later", "title": "Bye", "text": "See you." }],
    })
}

fn fields(subject: &Subject) -> Vec<Value> {
    let option = |id: &&str| json!({ "id": id, "label": id });
    let choice = |kind: &str, id: &str, options: &[&str]| {
        let options: Vec<Value> = options.iter().map(option).collect();
        json!({ "id": id, "kind": kind, "label": id, "options": options })
    };
    let field = |field: &crate::subject::Field| match field.form {
        Form::One(options) => choice("single_choice", &field.id, options),
        Form::Several(options) => choice("multiple_choice", &field.id, options),
        Form::Number(_) => json!({ "id": field.id, "kind": "number", "label": field.id }),
    };
    subject.fields.iter().map(field).collect()
}

fn signals(subject: &Subject) -> Vec<Value> {
    let signal = |id: &String| json!({ "id": id, "kind": "page_view", "label": id, "path": format!("/{id}/*") });
    subject.signals.iter().map(signal).collect()
}

fn steps(subject: &Subject) -> Vec<Value> {
    let last = subject.fields.len() - 1;
    let mut steps = Vec::with_capacity(last + 3);
    for (place, field) in subject.fields.iter().enumerate() {
        let before = &subject.fields[place.saturating_sub(1)].id;
        let said = format!("After {{{before}|all that}}: what about {}?", field.id);
        let mut step = json!({ "id": format!("ask_{place}"), "say": [said], "ask": field.id });
        if place % 5 == 4 && place + 2 <= last {
            let to = format!("ask_{}", place + 2);
            step["branches"] = json!([{ "when": { "==": [{ "var": "stage" }, "warm"] }, "to": to }]);
        }
        steps.push(step);
    }
    steps.push(json!({ "id": "agree", "consent": true }));
    steps.push(json!({ "id": "end", "end": "bye" }));
    steps
}
