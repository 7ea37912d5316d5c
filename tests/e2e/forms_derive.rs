//! What is made of a flow and a form is a flow, and takes what the browser takes.

use crate::forms_fields::with_forms;
use crate::harness::root;
use prequal::dialog::answer::validate;
use prequal::flow::model::{Field, Kind};
use prequal::flow::{Use, each_text, load};
use prequal::json::Json;
use serde_json::{Value, json};

/// A form that asks for every field of a flow, not quite as the flow does.
const DRAW: &str = "const put = (tag, properties, ...inner) => { const made = Object.assign(document.createElement(tag), properties); made.append(...inner); return made };
const form = document.querySelector('#own');
form.replaceChildren();
for (const { id, kind, label, options = [] } of flow.fields) {
  const list = [...options.map(({ id, label }) => [id, label ?? '']), ['extra', 'Something else']].slice(options.length > 2 ? 1 : 0);
  const name = id;
  let control;
  if (/choice|ranking|country/.test(kind)) {
    control = put('select', { name, multiple: !/single|country/.test(kind) }, ...list.map(([value, text]) => new Option(text, value)));
  } else if (kind === 'yes_no') control = put('input', { name, type: 'checkbox' });
  else {
    const type = { email: 'email', phone: 'tel', url: 'url', date: 'date', number: 'number', money: 'number', slider: 'range' }[kind] ?? 'text';
    control = put('input', { name, type });
    if (/number|range/.test(type)) Object.assign(control, { min: 1, max: 90, step: 3 });
    else if (type === 'date') Object.assign(control, { min: '2026-01-01', max: '2027-01-01' });
    else Object.assign(control, { pattern: '[a-z]{2,}', title: 'Two letters', maxLength: 20, placeholder: 'abc' });
  }
  control.required = id.length % 2 === 0;
  form.append(put('label', {}, label + ' in the form *', control));
}
for (const purpose of (flow.consent?.purposes ?? []).slice(0, 1)) {
  const box = put('input', { type: 'checkbox', required: true });
  box.dataset.prequalPurpose = purpose.id;
  form.append(put('label', {}, box, 'Yes, please'));
}
form.append(put('label', {}, 'What the flow does not ask', put('input', { name: 'extra' })), put('label', {}, 'When', put('input', { name: 'when', type: 'time' })));";

/// The flow with each text once more, as a translation.
fn translated(mut flow: Value) -> Value {
    let checked = load(flow.to_string().as_bytes()).expect("it loads");
    let mut texts = serde_json::Map::new();
    each_text(checked.flow(), &mut |path, text, kind| {
        if kind != Use::Shared {
            texts.insert(path.join("."), json!(format!("nb: {text}")));
        }
    });
    flow["translations"] = json!([{ "locale": "nb", "texts": texts }]);
    flow
}

#[tokio::test]
async fn what_is_made_of_a_flow_and_a_form_is_a_flow() {
    let read_flow = |path: &str| -> Value {
        serde_json::from_slice(&std::fs::read(root().join(path)).expect("a flow")).expect("it is JSON")
    };
    with_forms(async |world| {
        for path in [
            "www/demo/prequal.json",
            "docs/codes/flows/least.json",
            "docs/codes/flows/ways.json",
            "docs/codes/flows/workshop.json",
            "fuzz/flows/everything.json",
            "fuzz/flows/picking.json",
            "crates/prequal-cli/tests/it/rich.json",
            "crates/prequal-cli/tests/it/parts.json",
            "tests/faults/site/flow.json",
            "early",
        ] {
            let flow = if path == "early" { crate::forms_chat::early() } else { read_flow(path) };
            for flow in [translated(flow.clone()), flow] {
                for draw in ["const form = document.querySelector('#own');", DRAW] {
                    world.go("/all/").await;
                    let script = format!(
                        "const flow = {flow}; {draw}
                        const all = forms.questions(form, flow);
                        const made = forms.derive(structuredClone(flow), all, forms.boxes(form, flow.consent?.purposes ?? []));
                        return [JSON.stringify(made), all.map(({{ field }}) => field)]"
                    );
                    let made = world.browser.js(&script).await;
                    let text = made[0].as_str().expect("a text");
                    let checked = load(text.as_bytes());
                    let checked = checked.unwrap_or_else(|notes| panic!("{path}: {notes:?}\n{text}"));
                    let steps = &checked.flow().conversation;
                    let blocks = steps.blocks.iter().flat_map(|block| &block.steps);
                    let asked: Vec<&str> = steps.steps.iter().chain(blocks).filter_map(|step| step.ask.as_deref()).collect();
                    for field in made[1].as_array().expect("ids") {
                        let id = field.as_str().expect("an id");
                        let words = checked.flow().fields.iter().flat_map(|field| &field.options).any(|one| one.asks.as_deref() == Some(id));
                        assert!(words || asked.contains(&id), "{path}: {id} is not asked");
                    }
                }
            }
        }
    })
    .await;
}

/// What is handed to the engine it reads, and takes the same as the browser.
#[tokio::test]
async fn patterns_of_forms() {
    let taken = [
        "[A-Z]{3}-\\d+",
        "\\d{5}(-\\d{4})?",
        "(?:a|b)+c?",
        "[^@\\s]+@[\\w.\\-]+",
        "",
        ".{2,}",
        "a{0,3}?",
        "[\\d\\-]+",
        "^abc$",
        "a|b|",
        "[a\\]]",
        "x{200}",
    ];
    let refused = [
        "(?=.*\\d).+",
        "(?!x).*",
        "(a)\\1",
        "\\p{L}+",
        "\\bx",
        "[a--b]",
        "[[a]&&[b]]",
        "(",
        "a{2,1}",
        "x{900}",
        "(x{40}){40}",
        "\\u0041",
        "[0-9()#&+*-=.]+",
        "*",
        "a**",
        "(?<n>a)",
    ];
    with_forms(async |world| {
        world.go("/all/").await;
        for (patterns, reads) in [(&taken[..], true), (&refused, false)] {
            for pattern in patterns {
                let script = format!("return forms.reads({})", json!(pattern));
                assert_eq!(world.browser.js(&script).await, reads, "{pattern}");
                let mut flow = crate::harness::demo_flow();
                flow["fields"][8]["pattern"] = json!(pattern);
                assert!(!reads || load(flow.to_string().as_bytes()).is_ok(), "{pattern}: the engine reads it");
            }
        }
        let texts =
            ["a", "ab", "abc", "ABC-12", "12345", "12345-6789", "a@b.c", "aac", "aaaa", "-", "]", "x\ny", "é", "b"];
        for pattern in taken {
            let field = Field { kind: Kind::ShortText, pattern: Some(pattern.into()), ..Field::default() };
            let script = format!(
                "const exact = new RegExp('^(?:' + {} + ')$', 'v'); return {}.map((text) => exact.test(text))",
                json!(pattern),
                json!(texts)
            );
            let browser = world.browser.js(&script).await;
            for (text, fits) in texts.iter().zip(browser.as_array().expect("answers")) {
                assert_eq!(*fits, validate(&field, &Json::Text((*text).into())).is_ok(), "{pattern} on {text:?}");
            }
        }
    })
    .await;
}
