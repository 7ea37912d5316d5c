//! Pages whose own styles are hostile: inside, the widget looks as on a bare page, can be opened and answered, and
//! nothing of it leaks out.

use crate::harness::chat::Chat;
use crate::harness::native::FREIGHT_CHIEF;
use crate::harness::{Setup, World, visit};
use crate::{page, tag};
use serde_json::{Value, json};

const BARE: (&str, &str) = page!(
    "bare",
    tag!("data-label='Is it a fit?'"),
    "<form><button type=button>B</button><select><option>O</select><textarea></textarea></form><dialog open>D</dialog>",
    "<table><tr><td>T</table><ul><li>L</ul><h2>H</h2><svg></svg><progress></progress><section>S</section>"
);
const WITHIN: (&str, &str) = page!(
    "within",
    tag!("data-label=Elsewhere data-flow=/second.json"),
    "<section><prequal-chat mode=inline flow=/prequal.json></prequal-chat></section>"
);
const SECOND: (&str, &str) = ("second.json", include_str!("../../www/demo/prequal.json"));

/// What pages do to all that is theirs, by accident or to be rid of others.
const STYLES: &[(&str, &str)] = &[
    ("unset", "* { all: unset !important }"),
    (
        "large",
        "* { font-size: 60px !important; line-height: 5 !important; letter-spacing: 1em !important; word-spacing: 2em !important }",
    ),
    (
        "words",
        "* { text-transform: uppercase !important; text-indent: 50px !important; text-align: center !important; white-space: nowrap !important; word-break: break-all !important; font-style: italic !important; font-weight: 900 !important; text-shadow: 0 0 9px red !important }",
    ),
    ("none", "div, form, button, input, section, p, ul, progress { display: none !important }"),
    (
        "body",
        "body { transform: scale(.9); filter: blur(0); contain: paint; perspective: 1px; overflow: hidden; color-scheme: dark }",
    ),
    ("rem", ":root { font-size: 62.5% }"),
    ("inside", "prequal-chat *, [part] { color: red !important } .panel, .option, .say { display: none !important }"),
    (
        "names",
        "button { width: 100%; margin: 9px; background: red; color: lime; padding: 50px } input { border: 9px solid red; width: 9px } p { margin: 90px } .icon, .row, .turn, .head { float: left; opacity: 0 }",
    ),
    (
        "boxes",
        "* { box-sizing: content-box !important; margin: 40px !important; padding: 40px !important; border: 5px solid red !important }",
    ),
    (
        "before",
        "*::before, *::after { content: 'X' !important; display: block !important; font-size: 90px !important }",
    ),
    ("upright", "html { writing-mode: vertical-rl }"),
    (
        "unpressed",
        "* { user-select: none !important; -webkit-user-select: none !important; pointer-events: none !important; cursor: none !important }",
    ),
    ("unseen", "body { visibility: hidden } * { color: #fff !important; background: #fff !important }"),
    (
        "moved",
        "body, prequal-chat { transform: translateX(90px) !important; translate: 50px !important; filter: blur(4px) !important }",
    ),
    (
        "placed",
        "* { position: static !important; inset: 0 !important; float: left !important; width: 10px !important; height: 10px !important; overflow: hidden !important }",
    ),
    ("lively", "* { transition: all 3s !important; animation: none !important; opacity: 1 !important }"),
];

/// What the launcher takes from the page before the widget's own styles are there: its place and direction, and
/// whether it can be pressed.
const LAUNCHERS: &[&str] = &["words", "upright", "unpressed", "moved", "placed"];

/// All that is computed of some parts, without what is measured from elsewhere.
const LOOK: &str = "Object.fromEntries(['[part~=launcher]', '.panel', '.head', '.who strong', '.log', '.say', '.mine p', '.control', '.option', '.label', '.line', '#field', '.send', '.icon', 'svg', '.foot', '.progress']
    .filter((name) => root.querySelector(name)?.checkVisibility()).map((name) => {
        const one = root.querySelector(name);
        const style = getComputedStyle(one);
        // The font is the page's by promise; what the host is clipped to is not the part's.
        const all = [...style].filter((of) => !/^(--|font-family|inset|left$|right$|top$|bottom$|perspective-origin|transform-origin|-webkit-locale|d$)/.test(of)).map((of) => [of, style.getPropertyValue(of)]);
        const { width, height } = one.getBoundingClientRect();
        return [name, Object.fromEntries([...all, ['box', [Math.round(width), Math.round(height)]]])];
    }))";

/// The same of one element a tag of the page itself.
const PAGE: &str = "return Object.fromEntries([...new Set([...document.querySelectorAll(':not(prequal-chat)')].map((one) => one.localName))].map((name) => {
        const style = getComputedStyle(document.querySelector(name));
        return [name, Object.fromEntries([...style].map((of) => [of, style.getPropertyValue(of)]))];
    }))";

/// Whether a part can be seen where it is: in the window, and on top of all else.
const SEEN: &str = "((one) => {
        const box = one.getBoundingClientRect();
        const top = root.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height / 2, 20));
        return box.left >= 0 && box.top >= 0 && box.right <= innerWidth && box.bottom <= innerHeight && (one === top || one.contains(top));
    })";

/// What differs, a line a property.
fn differences(style: &str, plain: &Value, here: &Value) -> Vec<String> {
    let mut all = Vec::new();
    for (part, expected) in plain.as_object().expect("parts") {
        let found = &here[part];
        if found.is_null() {
            all.push(format!("{style}: {part} is not there"));
            continue;
        }
        for (name, value) in expected.as_object().expect("properties") {
            if found[name] != *value {
                all.push(format!("{style}: {part} {name}: {} and not {value}", found[name]));
            }
        }
    }
    all
}

async fn put_on(world: &World, css: &str) {
    let css = serde_json::to_string(css).expect("a text");
    let script =
        format!("const sheet = new CSSStyleSheet(); sheet.replaceSync({css}); document.adoptedStyleSheets = [sheet];");
    world.browser.js(&script).await;
}

/// Closed, open, and with an answer given.
async fn looks(chat: Chat<'_>, opens: bool) -> Vec<Value> {
    let mut all = Vec::new();
    if opens {
        chat.wait("root?.querySelector('[part~=launcher]')").await;
        all.push(chat.js(LOOK).await);
        chat.open().await;
    }
    chat.wait_for_question().await;
    all.push(look_without_focus(chat).await);
    chat.answer_all(&FREIGHT_CHIEF[..1]).await;
    all.push(look_without_focus(chat).await);
    all
}

/// Whether the ring of focus shows depends on how the panel was opened, by a hand or a script.
async fn look_without_focus(chat: Chat<'_>) -> Value {
    chat.wait("root.activeElement || root.host.getAttribute('mode') === 'inline'").await;
    chat.js("void root.activeElement?.blur()").await;
    chat.js(LOOK).await
}

#[tokio::test]
async fn a_launcher_looks_the_same_and_leaks_nothing() {
    visit(Setup { pages: &[BARE], ..Setup::default() }, async |world| {
        let chat = world.chat();
        world.go("/bare/").await;
        let plain = looks(chat, true).await;
        let mut wrong = Vec::new();
        for (name, css) in STYLES {
            world.go("/bare/").await;
            put_on(world, css).await;
            let before = world.browser.js(PAGE).await;
            chat.wait("root?.querySelector('[part~=launcher]')").await;
            let resists = !LAUNCHERS.contains(name);
            if resists && chat.js(&format!("{SEEN}(root.querySelector('[part~=launcher]'))")).await != true {
                wrong.push(format!("{name}: the launcher is not to be seen"));
                continue;
            }
            if !resists {
                chat.js("void root.host.open()").await;
            }
            let here = looks(chat, resists).await;
            for (plain, here) in plain.iter().skip(usize::from(!resists)).zip(&here) {
                wrong.extend(differences(name, plain, here));
            }
            if chat.js(&format!("{SEEN}(root.querySelector('.panel'))")).await != true {
                wrong.push(format!("{name}: the panel is not to be seen"));
            }
            chat.close().await;
            wrong.extend(differences(&format!("{name}, the page"), &before, &world.browser.js(PAGE).await));
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    })
    .await;
}

#[tokio::test]
async fn an_inline_chat_looks_the_same() {
    visit(Setup { pages: &[WITHIN, SECOND], ..Setup::default() }, async |world| {
        let chat = world.inline_chat();
        let mut plain = Value::Null;
        let mut wrong = Vec::new();
        // What hides or shrinks the element itself, or what it stands in, is the page's own right.
        let theirs = ["none", "unseen", "unpressed", "boxes", "placed", "moved", "body", "upright"];
        let styles = STYLES.iter().filter(|(name, _)| !theirs.contains(name));
        for (name, css) in [("bare", "")].iter().chain(styles) {
            world.go("/within/").await;
            put_on(world, css).await;
            // A style that comes late moves the place, so it is looked for until it is reached.
            chat.wait(
                "(document.querySelector('prequal-chat[mode=inline]').scrollIntoView(), root?.querySelector('.panel'))",
            )
            .await;
            let here = looks(chat, false).await;
            if *name == "bare" {
                plain = json!(here);
            }
            for (plain, here) in plain.as_array().expect("looks").iter().zip(&here) {
                // It is as wide as its place.
                wrong.extend(differences(name, plain, here).into_iter().filter(|line| {
                    ![" width:", " height:", "inline-size", "block-size", " box:"]
                        .iter()
                        .any(|size| line.contains(size))
                }));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    })
    .await;
}
