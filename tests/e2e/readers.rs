//! What screen readers are given: asserted on the tree that the browser hands to them, and on what a
//! live region is told, word by word.

use crate::harness::browser::key;
use crate::harness::chat::Chat;
use crate::harness::native::{Answer, FREIGHT_CHIEF};
use crate::harness::{Setup, World, demo_flow, visit};
use crate::states;
use serde_json::{Value, json};

/// A node of the accessibility tree.
#[derive(Debug)]
struct Node {
    role: String,
    name: String,
    description: String,
    properties: Vec<(String, Value)>,
}

impl Node {
    fn has(&self, property: &str, value: impl Into<Value>) -> bool {
        let value = value.into();
        self.properties.iter().any(|(name, own)| name == property && *own == value)
    }
}

struct Tree(Vec<Node>);

impl Tree {
    /// The page as Chromium hands it to readers; hidden things are not in it.
    async fn of(world: &World) -> Tree {
        let tree = world.browser.devtools("Accessibility.getFullAXTree", json!({})).await;
        let text = |value: &Value| value["value"].as_str().unwrap_or_default().to_owned();
        let nodes = tree["nodes"].as_array().expect("a list of nodes").iter();
        let seen = nodes.filter(|node| node["ignored"] == false).map(|node| {
            let properties = node["properties"].as_array().into_iter().flatten();
            Node {
                role: text(&node["role"]),
                name: text(&node["name"]),
                description: text(&node["description"]),
                properties: properties
                    .map(|one| (text(&json!({ "value": one["name"] })), one["value"]["value"].clone()))
                    .collect(),
            }
        });
        Tree(seen.collect())
    }

    /// The one node of this role and name.
    fn one(&self, role: &str, name: &str) -> &Node {
        let found: Vec<&Node> = self.0.iter().filter(|node| node.role == role && node.name == name).collect();
        let alike: Vec<_> = self.0.iter().filter(|node| node.role == role).map(|node| &node.name).collect();
        assert_eq!(found.len(), 1, "{role} “{name}”; there are: {alike:?}");
        found[0]
    }

    fn names(&self, role: &str) -> Vec<&str> {
        self.0.iter().filter(|node| node.role == role).map(|node| node.name.as_str()).collect()
    }
}

#[tokio::test]
async fn the_tree_says_what_is_shown() {
    visit(Setup::default(), async |world| {
        world.go("/pricing/").await;
        let chat = world.chat();
        let launcher = "Is Northbeam a fit?";
        assert!(Tree::of(world).await.one("button", launcher).has("expanded", false));
        chat.open().await;
        let tree = Tree::of(world).await;
        tree.one("dialog", &world.flow.flow().title);
        let log = tree.one("log", "Conversation");
        assert!(log.has("live", "polite") && log.has("focusable", true), "{log:?}");
        tree.one("button", "Close the chat");
        tree.one("progressbar", "Progress");
        assert!(tree.0.iter().any(|node| node.role == "status" && node.has("live", "polite")));
        tree.one("group", chat.label("industry"));
        let options = world.flow.flow().fields[0].options.iter().map(|option| option.label.as_str());
        for option in options {
            tree.one("button", option);
        }
        assert!(
            !tree.0.iter().any(|node| node.role == "image" || node.role == "img"),
            "pictures that say nothing are not said"
        );

        chat.answer_all(&FREIGHT_CHIEF[..1]).await;
        let field = |tree: &Tree| format!("{:?}", tree.one("textbox", chat.label("shipments")));
        assert!(field(&Tree::of(world).await).contains("(\"required\", Bool(true))"));
        chat.type_into_field("about").await;
        chat.click("form [type=submit]").await;
        let tree = Tree::of(world).await;
        let wrong = tree.one("textbox", chat.label("shipments"));
        assert!(wrong.has("invalid", "true") && wrong.has("focused", true), "{wrong:?}");
        assert!(wrong.description.starts_with(&chat.problem().await), "{wrong:?}");
        assert!(
            tree.0.iter().any(|node| node.role == "alert" && node.has("live", "assertive")),
            "the message is said at once"
        );
        tree.one("button", "Send");

        chat.answer_all(&FREIGHT_CHIEF[1..2]).await;
        chat.click("form [type=submit]").await;
        let tree = Tree::of(world).await;
        let group = tree.one("group", chat.label("carriers"));
        assert_eq!(group.description, chat.problem().await, "a choice is tied to its message too");
        chat.answer_all(&FREIGHT_CHIEF[2..3]).await;
        chat.change("industry").await;
        let tree = Tree::of(world).await;
        let chosen = chat.transcript().await.remove(0);
        assert!(tree.one("button", &chosen).has("pressed", "true"), "what was chosen is said to be");
        chat.click("[data-act=keep]").await;
        let tree = Tree::of(world).await;
        tree.one("button", &format!("Change your answer: {chosen}"));

        chat.answer_all(&FREIGHT_CHIEF[3..]).await;
        chat.answer("phone", &Answer::Skip).await;
        let tree = Tree::of(world).await;
        let consent = &world.flow.flow().consent.as_ref().expect("the demo asks").purposes;
        for purpose in consent {
            let named = tree.names("checkbox").into_iter().filter(|name| name.starts_with(&purpose.text)).count();
            assert_eq!(named, 1, "{}", purpose.text);
        }
        assert!(tree.0.iter().filter(|node| node.role == "checkbox").all(|node| node.has("checked", "false")));
        chat.agree().await;
        chat.wait_for_delivery("sent").await;
        let tree = Tree::of(world).await;
        let title = chat.asked().await;
        assert!(tree.one("heading", &title).has("focused", true), "where it ended has focus");
    })
    .await;
}

/// What can be worked has a name, whatever the kind of question.
#[tokio::test]
async fn every_kind_is_named() {
    const WORKED: &[&str] =
        &["button", "textbox", "searchbox", "combobox", "slider", "radio", "checkbox", "link", "radiogroup", "Date"];
    visit(Setup::flow(states::kinds_flow()), async |world| {
        world.go("/pricing/").await;
        states::kinds(world, async |chat, state| {
            let tree = Tree::of(world).await;
            let nameless: Vec<&Node> =
                tree.0.iter().filter(|node| WORKED.contains(&node.role.as_str()) && node.name.is_empty()).collect();
            assert!(nameless.is_empty(), "{state}: {nameless:?}");
            let pressed = tree.0.iter().filter(|node| node.role == "button" && node.has("pressed", "true")).count();
            match state {
                "offer to go on later" => assert!(tree.names("checkbox").len() == 1, "{state}"),
                "help" => assert!(tree.0.iter().any(|node| node.role == "button" && node.has("expanded", true))),
                "other" => {
                    assert_eq!(pressed, 1, "{state}");
                    assert!(tree.names("textbox").contains(&chat.label("own")));
                }
                "ranking" => {
                    tree.one("group", chat.label("needs"));
                    assert_eq!(pressed, 1, "{state}");
                }
                "matrix" => {
                    for row in ["The price", "The speed"] {
                        assert!(
                            tree.0.iter().any(|node| node.role.ends_with("group") && node.name == row),
                            "{state}: {row}"
                        );
                    }
                    assert_eq!(tree.names("radio").len(), 6);
                }
                "slider" => assert!(tree.names("slider").contains(&chat.label("share"))),
                "rating" => drop(tree.one("group", chat.label("pain"))),
                "recommendation" => drop(tree.one("group", chat.label("likely"))),
                "money" => drop(tree.one("textbox", chat.label("amount"))),
                "search" => assert_eq!(tree.names("searchbox").len(), 1, "{state}"),
                "number with country" => assert_eq!(tree.names("combobox").len(), 1, "{state}"),
                _ => (),
            }
        })
        .await;
    })
    .await;
}

/// Notes what is put into the transcript, from before there is one. The panel must come without turns:
/// a live region that is put in with its content says nothing.
const LISTEN: &str = "
    const root = document.querySelector('prequal-chat').shadowRoot;
    window.said = [];
    window.first = undefined;
    new MutationObserver((records) => {
        for (const { target, addedNodes } of records) {
            const log = target.closest?.('[role=log]');
            for (const node of addedNodes) {
                if (node.localName === 'section') window.first ??= 'panel';
                if (!log) continue;
                window.first ??= 'content';
                // What is put into an element that is put in as well is said with it.
                const texts = node.querySelectorAll ? [node, ...node.querySelectorAll('p')].filter((one) => one.localName === 'p') : [];
                for (const text of texts) if (!window.said.some(([known]) => known === text)) window.said.push([text, text.textContent]);
            }
        }
    }).observe(root, { childList: true, subtree: true, characterData: true });";

async fn said(world: &World) -> Vec<String> {
    serde_json::from_value(world.browser.js("return said.map(([, text]) => text)").await).expect("texts")
}

#[tokio::test]
async fn each_turn_is_announced_once() {
    visit(Setup::default(), async |world| {
        world.go("/pricing/").await;
        world.browser.js(LISTEN).await;
        let chat = world.chat();
        chat.open().await;
        assert_eq!(world.browser.js("return first").await, "panel", "the log is there before its content");
        chat.answer_all(&FREIGHT_CHIEF[..4]).await;
        // Nothing of this says anything: it is closed and opened, an answer is looked at and kept, one is wrong.
        let before = said(world).await;
        chat.close().await;
        chat.open().await;
        chat.change("industry").await;
        chat.click("[data-act=keep]").await;
        assert_eq!(said(world).await, before);
        chat.answer_all(&FREIGHT_CHIEF[4..10]).await;
        let before = said(world).await;
        chat.type_into_field("nobody").await;
        chat.click("form [type=submit]").await;
        assert_ne!(chat.problem().await, "");
        assert_eq!(said(world).await, before, "the message is no turn");
        chat.answer_all(&FREIGHT_CHIEF[10..]).await;
        chat.answer("phone", &Answer::Skip).await;
        chat.agree().await;
        chat.wait_for_delivery("sent").await;
        let shown = chat.js("[...root.querySelectorAll('[role=log] p')].map((one) => one.textContent)").await;
        assert_eq!(json!(said(world).await), shown, "all that stands there was said once, in its order");
    })
    .await;
}

#[tokio::test]
async fn each_turn_of_every_kind_is_announced_once() {
    visit(Setup::flow(states::kinds_flow()), async |world| {
        world.go("/pricing/").await;
        world.chat().wait("root").await;
        world.browser.js(LISTEN).await;
        states::kinds(world, async |_, _| ()).await;
        let shown = world.chat().js("[...root.querySelectorAll('[role=log] p')].map((one) => one.textContent)").await;
        assert_eq!(json!(said(world).await), shown);
    })
    .await;
}

/// Where the focus is: in the widget, on something that can be seen. It is never lost to the page.
async fn assert_focus(chat: Chat<'_>, after: &str) {
    let focus = "(() => { const at = root.activeElement; return document.activeElement === root.host && !!at?.checkVisibility() && at.getClientRects().length > 0; })()";
    assert_eq!(chat.js(focus).await, true, "focus after: {after}");
}

#[tokio::test]
async fn focus_is_never_lost() {
    let mut flow = demo_flow();
    flow["help"] = json!({ "faq": [{ "id": "price", "question": "What does it cost?", "answer": "It depends." }] });
    visit(Setup::flow(flow.to_string()), async |world| {
        world.site.hold_file("/prequal-engine.wasm");
        world.go("/pricing/").await;
        let chat = world.chat();
        chat.open().await;
        assert_focus(chat, "opening").await;
        chat.click("form .option").await;
        assert_focus(chat, "an answer that is held").await;
        world.site.let_go();
        chat.assert_asked(chat.label("shipments")).await;
        assert_focus(chat, "the held answer").await;
        chat.click("form [type=submit]").await;
        assert_focus(chat, "a wrong answer").await;
        chat.answer_all(&FREIGHT_CHIEF[1..3]).await;
        assert_focus(chat, "an answer").await;
        chat.click("[data-act=help]").await;
        assert_focus(chat, "help").await;
        chat.click("[data-act=faq]").await;
        assert_focus(chat, "a question of the visitor's").await;
        chat.change("industry").await;
        assert_focus(chat, "change").await;
        chat.click("[data-act=keep]").await;
        assert_focus(chat, "keep").await;
        chat.change("industry").await;
        chat.answer("industry", &Answer::Pick("retail")).await;
        assert_focus(chat, "a changed answer").await;
        chat.close().await;
        assert_eq!(chat.js("root.activeElement.matches('[part~=launcher]')").await, true, "closing gives focus back");
        chat.click("[part~=launcher]").await;
        chat.wait_for_question().await;
        assert_focus(chat, "opening again").await;
        chat.answer("channels", &Answer::Tick(&["shop"])).await;
        for (id, answer) in [("shipments", Answer::Type("4000")), ("carriers", Answer::Tick(&["own_fleet"]))] {
            if chat.asked().await == chat.label(id) {
                chat.answer(id, &answer).await;
            }
            assert_focus(chat, id).await;
        }
        chat.answer_all(&FREIGHT_CHIEF[3..]).await;
        chat.answer("phone", &Answer::Skip).await;
        assert_focus(chat, "skip").await;
        chat.click("[data-act=agree]").await;
        assert_focus(chat, "consent without a tick").await;
        chat.agree().await;
        chat.wait_for_delivery("sent").await;
        assert_focus(chat, "the end").await;
        chat.wait("!root.querySelector('[data-act=restart]').hidden").await;
        chat.click("[data-act=restart]").await;
        chat.assert_asked(chat.label("industry")).await;
        assert_focus(chat, "restart").await;
    })
    .await;
}

#[tokio::test]
async fn keys_move_between_options_and_focus_is_seen() {
    visit(Setup::default(), async |world| {
        world.go("/").await;
        let chat = world.chat();
        chat.tab_to("[part~=launcher]").await;
        world.browser.press(&[key::ENTER]).await;
        chat.wait_for_question().await;
        let count = chat.js("root.querySelectorAll('form .option').length").await.as_u64().expect("a count");
        let place = async || chat.js("[...root.querySelectorAll('form .option')].indexOf(root.activeElement)").await;
        for (pressed, expected) in [
            (key::END, count - 1),
            (key::DOWN, 0),
            (key::UP, count - 1),
            (key::HOME, 0),
            (key::RIGHT, 1),
            (key::LEFT, 0),
        ] {
            world.browser.press(&[pressed]).await;
            assert_eq!(place().await, expected);
        }
        chat.js("root.querySelector('.panel').dir = 'rtl'").await;
        world.browser.press(&[key::LEFT]).await;
        assert_eq!(place().await, 1, "from right to left, left is forward");
        chat.js("root.querySelector('.panel').dir = 'ltr'").await;
        chat.assert_asked(chat.label("industry")).await;
        assert_eq!(chat.transcript().await.len(), 0, "no key answered");

        // From the head on: each stop is in sight, and marked by a line that was not there before.
        let mut stops = Vec::new();
        for state in 0..3 {
            chat.js("root.querySelector('[part~=close]').focus()").await;
            for _ in 0..10 {
                world.browser.press(&[key::TAB]).await;
                let look = "(() => {
                    const at = root.activeElement;
                    if (!at) return null;
                    const marked = at.closest('.line') ?? at;
                    const { outlineStyle, outlineWidth } = getComputedStyle(marked);
                    const box = at.getBoundingClientRect();
                    const top = root.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height, 40) / 2);
                    return [at.className || at.localName, outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2, at.contains(top) || !!top?.contains(at)];
                })()";
                let Value::Array(stop) = chat.js(look).await else { continue };
                assert_eq!(stop[1..], [json!(true), json!(true)], "{} can be seen to have focus", stop[0]);
                stops.push(stop[0].clone());
            }
            chat.answer_all(&FREIGHT_CHIEF[state..=state]).await;
        }
        for expected in ["option", "log", "field", "send", "change", "primary"] {
            assert!(stops.iter().any(|stop| stop.as_str().is_some_and(|name| name.contains(expected))), "{expected}: {stops:?}");
        }
    })
    .await;
}
