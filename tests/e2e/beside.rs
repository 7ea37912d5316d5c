//! Pages that go wrong around the widget: names that shadow the document's, objects that libraries and
//! attackers have changed, style sheets that reach for everything.

use crate::harness::chat::Chat;
use crate::harness::native::FREIGHT_CHIEF;
use crate::harness::{Setup, World, visit};
use crate::hostile::STRICT;
use serde_json::json;

/// A page of the site with something in it before the widget's tag.
macro_rules! page {
    ($($inside:literal),*) => {
        concat!(
            "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>Beside</title>\n<body>\n<main><h1>A page</h1><p>With a <a href=\"#end\">link</a>.</p></main>\n",
            $($inside,)*
            "\n<form id=\"contact-form\" action=\"/contact\" method=\"post\"><input name=\"name\"><button>Send</button></form>\n",
            "<script src=\"/prequal/prequal.js\" data-flow=\"/prequal.json\" data-endpoint=\"http://127.0.0.1:4174/v1/leads\" defer></script>\n</body>\n</html>\n"
        )
    };
}

/// Forms and pictures whose names stand in for what the document has by itself; `querySelector`, `activeElement`
/// and `documentElement` are not among them, as the browser's driver asks for these itself.
const CLOBBERED: &str = page!(
    "<img name=\"currentScript\" alt=\"\"><img name=\"body\" alt=\"\">",
    "<form name=\"createElement\"></form>",
    "<img name=\"createElementNS\" alt=\"\"><form name=\"getElementById\"></form><form name=\"head\"></form>",
    "<form name=\"referrer\"></form><form name=\"addEventListener\"></form>",
    "<form id=\"prequal\" name=\"prequal\"><input name=\"flow\"><input name=\"attributes\"><input id=\"field\" name=\"endpoint\"></form>",
    "<a id=\"base\" href=\"https://evil.example/\"></a><p id=\"problem\"></p><p id=\"unit\"></p><form id=\"settings\"></form>"
);

/// What libraries and analytics do to a page, and what a polluted prototype looks like.
const PATCHES: &str = "
    Array.prototype.toJSON = function () { return 'patched'; };
    String.prototype.toJSON = function () { return 'patched'; };
    for (const [name, value] of Object.entries({
        polluted: 'yes', endpoint: 'https://evil.example/steal', flow: '/evil.json', label: 'Polluted', accent: 'red', locale: 'xx',
        fallback: '#evil', mode: 'inline', remember: 'yes', tell: 'email', sink: 'https://evil.example/sink', placement: 'start', chosen: 1,
    })) Object.prototype[name] = value;
    window.heard = [];
    const text = (value, depth = 0) => {
        if (typeof value === 'string') return value;
        if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return new TextDecoder('latin1').decode(value);
        if (value instanceof Node || value === window || typeof value !== 'object' || !value || depth > 2) return '';
        return Object.values(value).map((one) => text(one, depth + 1)).join(' ');
    };
    let hearing = false;
    const hear = (name, values) => {
        if (hearing) return;
        hearing = true;
        try { window.heard.push(name + ': ' + values.map((one) => text(one)).join(' ')); } finally { hearing = false; }
    };
    const wrap = (owner, name, label = name) => {
        const own = owner[name];
        owner[name] = function (...values) { hear(label, values); return Reflect.apply(own, this, values); };
    };
    wrap(window, 'fetch');
    wrap(window, 'postMessage');
    wrap(XMLHttpRequest.prototype, 'send');
    wrap(Navigator.prototype, 'sendBeacon');
    wrap(JSON, 'parse', 'JSON.parse');
    wrap(JSON, 'stringify', 'JSON.stringify');
    wrap(Promise.prototype, 'then');
    wrap(Function.prototype, 'call');
    wrap(Storage.prototype, 'setItem');
    wrap(IDBObjectStore.prototype, 'put');
    wrap(History.prototype, 'pushState');
    wrap(History.prototype, 'replaceState');
    wrap(BroadcastChannel.prototype, 'postMessage');
    wrap(EventTarget.prototype, 'dispatchEvent');
    for (const level of ['debug', 'log', 'info', 'warn', 'error']) wrap(console, level, 'console.' + level);
    const attach = Element.prototype.attachShadow;
    Element.prototype.attachShadow = function (init) { window.attached = (window.attached || 0) + 1; return attach.call(this, init); };
    const event = CustomEvent;
    window.CustomEvent = class extends event { constructor(type, init) { hear('event', [init && init.detail]); super(type, init); } };
";

const PATCHED: &str = page!("<script src=\"/patches.js\"></script>");

/// What was typed, and never handed to anything that a page listens to.
const SECRETS: [&str; 4] = ["Ada Okafor", "ada@fleetworks.example", "Rotterdam", "12,000"];

/// Goes all the way, by hand, and the lead says what was answered.
async fn assert_works(world: &World, chat: Chat<'_>) {
    chat.open().await;
    chat.answer_all(FREIGHT_CHIEF).await;
    chat.agree().await;
    chat.wait_for_delivery("sent").await;
    let lead = world.the_one_lead().await;
    assert_eq!(lead.answers.get("name").and_then(|name| name.as_text()), Some("Ada Okafor"));
    let log = world.endpoint.log();
    assert_eq!(log.requests.iter().filter(|request| request.method == "POST").count(), 1, "it went where it should");
}

#[tokio::test]
async fn names_that_shadow_the_documents_are_walked_around() {
    let setup = Setup { csp: Some(STRICT), pages: &[("clobbered/index.html", CLOBBERED)], ..Setup::default() };
    visit(setup, async |world| {
        world.go("/clobbered/").await;
        let shadowed = world.browser.js("return ['currentScript', 'body', 'createElement'].filter((name) => !(document[name] instanceof HTMLFormElement || document[name] instanceof HTMLImageElement))").await;
        assert_eq!(shadowed, json!([]), "the names are taken");
        assert_works(world, world.chat()).await;
        world.assert_said(&[]).await;
    })
    .await;
}

#[tokio::test]
async fn patched_prototypes_break_nothing_and_hear_no_answer_before_consent() {
    let pages: &[(&str, &str)] = &[("patched/index.html", PATCHED), ("patches.js", PATCHES)];
    visit(Setup { csp: Some(STRICT), pages, ..Setup::default() }, async |world| {
        world.go("/patched/").await;
        let chat = world.chat();
        assert_eq!(
            chat.js("root.querySelector('[part~=launcher]').textContent").await,
            "Chat",
            "the label is nobody else's"
        );
        chat.open().await;
        chat.answer_all(FREIGHT_CHIEF).await;
        chat.assert_asked("consent").await;
        assert!(world.browser.js("return attached").await.as_i64() >= Some(1), "the patches are in the way");
        // What scripts heard, apart from this test's own questions.
        let heard = world.browser.js("return heard.filter((line) => !line.includes('shadowRoot'))").await;
        let heard: Vec<String> = serde_json::from_value(heard).expect("lines");
        assert!(heard.iter().any(|line| line.starts_with("fetch: ")), "the patches hear: {heard:?}");
        assert!(heard.iter().any(|line| line.starts_with("event: ")), "the patches hear events: {heard:?}");
        for secret in SECRETS {
            let told: Vec<&String> =
                heard.iter().filter(|line| line.contains(secret) || line.contains(&secret.replace(',', ""))).collect();
            assert!(told.is_empty(), "{secret} was heard before consent: {told:?}");
        }
        world.assert_nothing_was_sent().await;
        chat.agree().await;
        chat.wait_for_delivery("sent").await;
        let lead = world.the_one_lead().await;
        assert_eq!(lead.answers.get("name").and_then(|name| name.as_text()), Some("Ada Okafor"));
        assert_eq!(world.browser.errors().await, [""; 0], "no error reaches the page");
    })
    .await;
}
