//! Strings meant to break or inject, wherever a flow, a page or a visitor can put one: shown as text,
//! posted as they are, and nothing else happens.

use crate::harness::native::Answer;
use crate::harness::{Setup, World, visit, wait_until};
use serde_json::{Value, json};
use std::path::PathBuf;

/// The strictest policy that the widget runs under; what it forbids is told to the site.
pub const STRICT: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; \
    connect-src 'self' http://127.0.0.1:*; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'; trusted-types 'none'; report-uri /violations";

/// Some of our own, so that the tests say something wherever they run.
const OWN: &[&str] = &[
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'-alert(1)-'",
    "</p></div></form></section><svg onload=alert(1)>",
    "<style>*{display:none}</style><link rel=stylesheet href=//evil.example>",
    "<template shadowrootmode=open><slot></template>",
    "javascript:alert(1)",
    "{name}{{}}{constructor}${7*7}{{7*7}}",
    "__proto__",
    "constructor.prototype",
    "'; DROP TABLE leads; --",
    "\u{202e}gnp.exe\u{2066}",
    "&lt;b&gt; &amp;amp; &#38;",
    "a\u{0}b\u{1}c\u{1b}[31m",
    "\u{feff}\u{fffe}\u{10ffff}\u{d7ff}",
    "url(https://evil.example/a.png)",
    "red;background:url(//evil.example)}*{color:red",
    "Z̮̞̠͙͔ͅḀ̗̞͈̻̗Ḷ͙͎̯̹̞͓G̻O̭̗̮",
];

/// These, and the public collections where they are at hand: a folder named by `PREQUAL_CASES`, or
/// beside the repository.
fn strings() -> Vec<String> {
    let beside = || crate::harness::root().join("../shared/cases");
    let folder = std::env::var_os("PREQUAL_CASES").map_or_else(beside, PathBuf::from).join("hostile");
    let mut all: Vec<String> = OWN.iter().map(|text| (*text).to_owned()).collect();
    match std::fs::read_dir(&folder) {
        Ok(entries) => {
            for entry in entries {
                let text = std::fs::read_to_string(entry.expect("an entry").path()).expect("a collection");
                all.extend(serde_json::from_str::<Vec<String>>(&text).expect("a list of texts"));
            }
            assert!(all.len() > OWN.len(), "no strings in {}", folder.display());
        }
        Err(_) => eprintln!(
            "SKIPPED: no collections of hostile strings in {}; set PREQUAL_CASES to their folder",
            folder.display()
        ),
    }
    all.retain(|text| !text.trim().is_empty());
    all
}

/// In a flow a brace is written twice.
fn written(text: &str) -> String {
    text.replace('{', "{{")
}

/// A flow whose every text is hostile. `fields` are asked after the first one, which qualifies.
fn flow(first: Value, fields: Vec<Value>, say: &[String]) -> Value {
    let mut all = vec![first];
    all.extend(fields);
    all.push(json!({ "id": "email", "kind": "email", "label": OWN[0], "personal": true, "hidden": true }));
    let asked = all.iter().filter(|field| field["hidden"] != true);
    let mut steps: Vec<Value> = asked
        .map(|field| json!({ "id": format!("ask-{}", field["id"].as_str().unwrap()), "ask": field["id"] }))
        .collect();
    steps[0]["say"] = say.iter().map(|text| written(text)).collect();
    steps.push(json!({ "id": "agree", "consent": true, "say": [OWN[3]] }));
    steps.push(json!({ "id": "end", "end": "bye" }));
    json!({
        "prequal": 1, "id": "hostile", "version": 1, "title": OWN[0], "locale": "en",
        "assistant": { "name": OWN[1], "role": OWN[3] },
        "fields": all,
        "scoring": { "scores": [{ "id": "fit", "label": OWN[2], "cap": 60 }] },
        "stages": [{ "id": "cold", "label": OWN[1] }, { "id": "warm", "label": OWN[3], "from": 50 }],
        "conversation": { "start": steps[0]["id"], "steps": steps },
        "consent": {
            "controller": OWN[4], "contact": OWN[1], "recipients": [OWN[0], OWN[6]], "notice_url": "/privacy", "notice_version": OWN[1],
            "withdrawal": OWN[5], "retention_days": 30, "purposes": [{ "id": "contact", "text": OWN[3], "required": true }]
        },
        "delivery": { "minimum_stage": "warm" },
        "outcomes": [{ "id": "bye", "kind": "talk_to_sales", "title": written(OWN[3]), "text": written(OWN[1]), "action": { "label": OWN[0], "url": "/?\"><script>alert(1)</script>" } }]
    })
}

fn words(key: &str, texts: &[String]) -> Vec<Value> {
    texts.iter().enumerate().map(|(i, text)| json!({ "id": format!("{key}{i}"), "label": text })).collect()
}

/// Nothing but text came of it: no element that is not ours, no attribute that runs or styles, no
/// change to the page around, no request that is not the widget's, no violation, no word, no error.
async fn assert_inert(world: &World) {
    let script = "
        const ours = new Set('a button div form h2 hr img input label li ol option output p path progress section select small span strong style svg table tbody td textarea th thead time tr ul'.split(' '));
        ours.delete('style');
        const found = [];
        for (const host of document.querySelectorAll('prequal-chat')) {
            for (const element of host.shadowRoot?.querySelectorAll('*') ?? []) {
                if (!ours.has(element.localName)) found.push('element ' + element.localName);
                for (const { name, value } of element.attributes) {
                    const runs = name.startsWith('on') || name === 'srcdoc' || /^\\s*(javascript|data):/i.test(value) && /^(href|src|action|formaction)$/.test(name);
                    if (runs || name === 'style' && !element.matches('.panel')) found.push(element.localName + ' ' + name + '=' + value);
                }
            }
        }
        const strange = performance.getEntriesByType('resource').map((one) => one.name).filter((name) => !/^http:\\/\\/127\\.0\\.0\\.1:\\d+\\//.test(name));
        return [...found, ...strange, ...document.querySelectorAll('script:not([src]), base, iframe, object, embed')].map(String);";
    assert_eq!(world.browser.js(script).await, json!([]));
    let strange: Vec<String> = world.site.log().requests.into_iter().map(|request| request.path).collect();
    let known = |path: &String| {
        let path = path.split('?').next().unwrap();
        ["/", "/prequal.json", "/recorder.js", "/favicon.svg", "/site.css", "/site.js"].contains(&path)
            || ["/prequal/", "/pricing/", "/images/", "/fonts/", "/assets/"]
                .iter()
                .any(|folder| path.starts_with(folder))
    };
    let strange: Vec<&String> = strange.iter().filter(|path| !known(path)).collect();
    assert!(strange.is_empty(), "{strange:?}");
    world.assert_said(&[]).await;
}

#[tokio::test]
async fn texts_of_a_flow_are_shown_as_text() {
    let strings = strings();
    let options = words("o", &strings);
    let mut first =
        json!({ "id": "first", "kind": "multiple_choice", "label": OWN[1], "score": "fit", "options": options });
    first["options"][0]["points"] = json!(60);
    let flow = flow(first, Vec::new(), &strings);
    let setup = Setup { csp: Some(STRICT), ..Setup::flow(flow.to_string()) };
    visit(setup, async |world| {
        world.go("/pricing/").await;
        assert_eq!(world.browser.js("return crossOriginIsolated").await, true, "the page takes in nothing unasked");
        let chat = world.chat();
        chat.open().await;
        let shown = |selector: &str| format!("[...root.querySelectorAll('{selector}')].map((one) => one.textContent)");
        assert_eq!(chat.js(&shown(".say")).await, json!(strings));
        assert_eq!(chat.js(&shown(".option > span")).await, json!(strings));
        assert_eq!(chat.js(&shown(".who > *")).await, json!([OWN[1], OWN[3]]));
        // The engine has the same to say, and the transcript.
        chat.js("(root.querySelector('.option input').click(), root.querySelector('form [type=submit]').click())")
            .await;
        chat.assert_asked("consent").await;
        assert_eq!(chat.transcript().await, [OWN[0]]);
        assert_eq!(chat.js(&shown(".purposes .option > span:first-of-type")).await, json!([OWN[3]]));
        assert_inert(world).await;
        chat.refuse().await;
        assert_eq!(chat.asked().await, OWN[3]);
        assert_inert(world).await;
        world.assert_nothing_was_sent().await;
        eprintln!("{} hostile strings shown as text, each twice", strings.len());
    })
    .await;
}

/// As many as fit into one lead, which is 64 KiB at most.
fn rounds(strings: &[String]) -> Vec<&[String]> {
    let mut rounds = Vec::new();
    let mut rest = strings;
    while !rest.is_empty() {
        let mut size = 0;
        let fits = rest.iter().take(FIELDS + HIDDEN).take_while(|text| {
            size += text.len() * 2 + 40;
            size < 48_000
        });
        let (now, later) = rest.split_at(fits.count());
        rounds.push(now);
        rest = later;
    }
    rounds
}

const FIELDS: usize = 300;
const HIDDEN: usize = 10;

#[tokio::test]
async fn answers_and_parameters_are_posted_as_they_are() {
    let strings = strings();
    let first = json!({ "id": "first", "kind": "single_choice", "label": "Go?", "score": "fit", "options": [{ "id": "go", "label": "Go", "points": 60 }] });
    let label = |i: usize| strings[i % strings.len()].clone();
    let mut fields: Vec<Value> = (0..FIELDS).map(|i| json!({ "id": format!("t{i}"), "kind": "long_text", "label": label(i), "placeholder": label(i), "optional": true })).collect();
    fields.extend((0..HIDDEN).map(|i| json!({ "id": format!("h{i}"), "kind": "long_text", "label": label(i), "hidden": true, "parameter": format!("p{i}") })));
    let setup = Setup { csp: Some(STRICT), ..Setup::flow(flow(first, fields, &[]).to_string()) };
    visit(setup, async |world| {
        let chat = world.chat();
        let mut posted = 0;
        for (round, texts) in rounds(&strings).into_iter().enumerate() {
            let (hidden, typed) = texts.split_at(HIDDEN.min(texts.len()));
            let mut address = url::form_urlencoded::Serializer::new(String::new());
            address.append_pair("utm_campaign", &texts[0]);
            address.append_pair("__proto__", &texts[0]).append_pair("constructor", &texts[0]);
            for (i, text) in hidden.iter().enumerate() {
                address.append_pair(&format!("p{i}"), text);
            }
            world.go(&format!("/pricing/?{}", address.finish())).await;
            chat.open().await;
            chat.answer("first", &Answer::Pick("go")).await;
            // By script, as answers may be: thousands of texts by hand would take an hour.
            let script = "const [typed] = arguments;
                const root = document.querySelector('prequal-chat').shadowRoot;
                for (const text of typed) {
                    root.querySelector('#field').value = text;
                    root.querySelector('form [type=submit]').click();
                }
                for (let i = typed.length; i < 300; i++) root.querySelector('[data-act=skip]').click();
                return [...root.querySelectorAll('.mine p span:last-child')].map((one) => one.textContent).slice(1, 1 + typed.length);";
            let shown = world.browser.client.execute(script, vec![json!(typed)]).await.expect("texts are typed");
            let expected = |text: &String| text.replace("\r\n", "\n").trim().to_owned();
            let typed: Vec<String> = typed.iter().map(expected).collect();
            assert_eq!(shown, json!(typed), "round {round}");
            chat.agree().await;
            chat.wait_for_delivery("sent").await;
            assert_inert(world).await;
            wait_until("the lead", async || world.leads().await.len() == round + 1).await;
            let lead = world.leads().await.pop().expect("it was waited for");
            let answers = serde_json::to_value(&lead.answers).expect("answers");
            for (i, text) in typed.iter().enumerate() {
                assert_eq!(answers[format!("t{i}")], json!(text), "round {round}");
            }
            for (i, text) in hidden.iter().map(|text| text.trim()).enumerate() {
                assert_eq!(answers[format!("h{i}")], json!(text), "round {round}");
            }
            posted += texts.len();
        }
        assert_eq!(posted, strings.len());
        eprintln!("{posted} hostile strings posted as they are");
    })
    .await;
}

/// A translation is as little to be trusted as the flow, and attributes of the page no more.
#[tokio::test]
async fn translations_and_attributes_are_shown_as_text() {
    let strings = strings();
    let first = json!({ "id": "first", "kind": "single_choice", "label": "Go?", "score": "fit", "options": [{ "id": "go", "label": "Go", "points": 60 }] });
    let mut flow = flow(first, Vec::new(), &[]);
    flow["conversation"]["steps"][0]["say"] = json!(vec!["?"; strings.len()]);
    let mut texts = serde_json::Map::new();
    for (i, text) in strings.iter().enumerate() {
        texts.insert(format!("conversation.steps.ask-first.say.{i}"), json!(written(text)));
    }
    for key in ["title", "assistant.name", "fields.first.label", "fields.first.options.go.label", "consent.withdrawal"]
    {
        texts.insert(key.into(), json!(OWN[1]));
    }
    flow["translations"] = json!([{ "locale": "de", "texts": texts }]);
    let setup = Setup { csp: Some(STRICT), locale: "de", ..Setup::flow(flow.to_string()) };
    visit(setup, async |world| {
        world.go("/pricing/").await;
        world.browser.js("document.documentElement.lang = 'de'").await;
        // Each string in each attribute that is shown or looked at before the widget is opened.
        let script = "const [strings] = arguments;
            const wrong = strings.filter((text) => {
                const widget = document.createElement('prequal-chat');
                for (const name of ['label', 'accent', 'flow', 'endpoint', 'locale', 'fallback', 'theme', 'placement', 'title']) {
                    widget.setAttribute(name, text);
                }
                document.body.append(widget);
                const words = widget.shadowRoot?.querySelector('[part=launcher]')?.textContent;
                const style = getComputedStyle(widget.shadowRoot?.querySelector('[part=launcher]') ?? widget);
                const fetches = [style.backgroundImage, style.maskImage, style.cursor].some((value) => value.includes('url('));
                widget.remove();
                return words !== text || fetches;
            });
            return wrong;";
        let wrong = world.browser.client.execute(script, vec![json!(strings)]).await.expect("widgets are made");
        assert_eq!(wrong, json!([]));
        let chat = world.chat();
        chat.open().await;
        let said = chat.js("[...root.querySelectorAll('.say')].map((one) => one.textContent)").await;
        assert_eq!(said, json!(strings));
        assert_eq!(chat.js("root.querySelector('.who strong').textContent").await, OWN[1]);
        assert_eq!(chat.js("root.querySelector('.panel').getAttribute('aria-label')").await, OWN[1]);
        chat.click(".option").await;
        chat.assert_asked("consent").await;
        assert_eq!(chat.transcript().await, [OWN[1]]);
        assert_inert(world).await;
        eprintln!("{} hostile strings in a translation, and in nine attributes of as many widgets", strings.len());
    })
    .await;
}
