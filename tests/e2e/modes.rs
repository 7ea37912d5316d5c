//! Where the widget stands: a dialog in the middle, at the side, on the whole page; its side, colours and layer.
//!
//! With `PREQUAL_SHOTS=<folder>` each mode is photographed as well.

use crate::accessible::assert_accessible;
use crate::harness::browser::{DESKTOP, Look, key};
use crate::harness::native::FREIGHT_CHIEF;
use crate::harness::{Setup, World, visit};
use crate::{page, tag};
use fantoccini::actions::{InputSource, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::time::Duration;

const PHONE: Look = Look { width: 390, height: 844, dark: false };

async fn photograph(world: &World, name: &str) {
    let Some(folder) = std::env::var_os("PREQUAL_SHOTS").filter(|name| !name.is_empty()).map(PathBuf::from) else {
        return;
    };
    std::fs::create_dir_all(&folder).expect("a folder for the pictures");
    for (size, look) in [("desktop", DESKTOP), ("phone", PHONE), ("dark", Look { dark: true, ..DESKTOP })] {
        world.browser.look(look).await;
        tokio::time::sleep(Duration::from_millis(80)).await;
        let file = folder.join(format!("mode-{name}-{size}.png"));
        std::fs::write(file, world.browser.screenshot().await).expect("a picture");
    }
    world.browser.look(DESKTOP).await;
}

/// Presses at a place of the window.
async fn press_at(world: &World, x: i64, y: i64) {
    let actions = MouseActions::new("mouse".into())
        .then(PointerAction::MoveTo { duration: None, x: x as f64, y: y as f64 })
        .then(PointerAction::Down { button: MOUSE_BUTTON_LEFT })
        .then(PointerAction::Up { button: MOUSE_BUTTON_LEFT });
    world.browser.client.perform_actions(actions).await.expect("the pointer can be moved");
}

/// Left, right, top and bottom of a part of the widget, and the window's width and height.
async fn place(world: &World, part: &str) -> [i64; 6] {
    let script = format!(
        "(({{ left, right, top, bottom }}) => [left, right, top, bottom, document.documentElement.clientWidth, innerHeight].map(Math.round))(root.querySelector('{part}').getBoundingClientRect())"
    );
    let all = world.chat().js(&script).await;
    let number = |place: usize| all[place].as_i64().unwrap_or_else(|| panic!("{part}: {all}"));
    [number(0), number(1), number(2), number(3), number(4), number(5)]
}

async fn focused(world: &World) -> Value {
    let script = "return (document.activeElement.shadowRoot?.activeElement ?? document.activeElement).getAttribute('part') ?? document.activeElement.localName";
    world.browser.js(script).await
}

const POPUP: (&str, &str) = page!("popup", tag!("data-mode=popup data-label='Is it a fit?'"));

#[tokio::test]
async fn a_popup_keeps_the_focus_and_gives_it_back() {
    visit(Setup { pages: &[POPUP], ..Setup::default() }, async |world| {
        world.go("/popup/").await;
        let chat = world.chat();
        chat.open().await;
        assert_eq!(chat.js("root.querySelector('dialog').matches(':modal')").await, true);
        let [left, right, top, bottom, width, height] = place(world, "[part=panel]").await;
        assert!((left - (width - right)).abs() <= 1 && (top - (height - bottom)).abs() <= 1, "in the middle");
        assert_eq!(
            chat.js("root.activeElement.matches('form .option')").await,
            true,
            "the first question has the focus"
        );
        // The page behind is out of reach: for a script, for Tab, for the pointer.
        world.browser.js("document.querySelector('#note').focus()").await;
        assert_eq!(chat.js("root.activeElement.matches('form .option')").await, true);
        for _ in 0..14 {
            world.browser.press(&[key::TAB]).await;
            let at = world.browser.js("return document.activeElement.localName").await;
            assert!(at == "prequal-chat" || at == "body" || at == "html", "Tab left the dialog for {at}");
        }
        assert_accessible(world, "popup").await;
        photograph(world, "popup").await;
        world.browser.press(&[key::ESCAPE]).await;
        chat.wait("!root.querySelector('dialog').open").await;
        world.browser.wait("!document.querySelector('prequal-chat').hasAttribute('open')").await;
        assert_eq!(focused(world).await, "launcher", "the focus is where it was");
        // Once more; a press beside it closes it, and what was said stays.
        chat.open().await;
        chat.answer_all(&FREIGHT_CHIEF[..1]).await;
        press_at(world, 8, 8).await;
        chat.wait("!root.querySelector('dialog').open").await;
        assert_eq!(focused(world).await, "launcher");
        chat.open().await;
        chat.assert_asked(chat.label("shipments")).await;
        chat.close().await;
        chat.wait("!root.querySelector('dialog').open").await;
        world.browser.click("#note").await;
        world.browser.type_text("free again").await;
        assert_eq!(world.browser.js("return document.querySelector('#note').value").await, "free again");
        world.assert_said(&[]).await;
    })
    .await;
}

const TAB: (&str, &str) = page!("tab", tag!("data-mode=tab data-label='Is it a fit?'"));
const TAB_START: (&str, &str) = page!("tab-start", tag!("data-mode=tab data-placement=start"));

#[tokio::test]
async fn a_tab_slides_in_from_its_side_whatever_the_direction() {
    visit(Setup { pages: &[TAB, TAB_START], ..Setup::default() }, async |world| {
        for (path, direction, at_right) in [
            ("/tab/", "ltr", true),
            ("/tab/", "rtl", false),
            ("/tab-start/", "ltr", false),
            ("/tab-start/", "rtl", true),
        ] {
            world.go(path).await;
            world.browser.js(&format!("document.documentElement.dir = '{direction}'")).await;
            let [left, right, top, bottom, width, _] = place(world, "[part=launcher]").await;
            assert!(bottom - top > right - left, "it is upright");
            assert_eq!(left > width / 2, at_right, "{path} {direction}");
            let chat = world.chat();
            chat.open().await;
            // It has slid in.
            tokio::time::sleep(Duration::from_millis(350)).await;
            let [left, right, top, bottom, width, height] = place(world, "[part=panel]").await;
            assert_eq!((top, bottom), (0, height), "{path} {direction}");
            assert_eq!(if at_right { right } else { left }, if at_right { width } else { 0 }, "{path} {direction}");
            assert!(right - left < width / 2, "the page stays in view");
            assert_eq!(chat.js("root.querySelector('[part=panel]').role").await, "dialog");
            if direction == "ltr" {
                photograph(world, path.trim_matches('/')).await;
            }
        }
        assert_accessible(world, "tab").await;
        world.chat().close().await;
        assert_eq!(focused(world).await, "launcher");
    })
    .await;
}

const PAGE: (&str, &str) = page!("whole", tag!("data-mode=page"), "<p>After it</p>");

#[tokio::test]
async fn a_page_of_its_own_stands_where_its_tag_stands() {
    visit(Setup { pages: &[PAGE], ..Setup::default() }, async |world| {
        world.go("/whole/").await;
        world.browser.js("document.querySelector('prequal-chat').scrollIntoView()").await;
        let chat = crate::harness::chat::Chat::new(world, "prequal-chat");
        chat.wait_for_question().await;
        let after = "return document.querySelector('script[data-mode]').nextElementSibling.localName";
        assert_eq!(world.browser.js(after).await, "prequal-chat");
        let [left, right, top, bottom, _, height] = place_in(&chat).await;
        assert_eq!(bottom - top, height, "as high as the window");
        assert!(right - left > 600);
        assert_eq!(chat.js("!root.querySelector('[part=launcher]')").await, true);
        assert_eq!(chat.js("root.querySelector('[part=close]').checkVisibility()").await, false);
        chat.answer_all(&FREIGHT_CHIEF[..2]).await;
        assert_accessible(world, "page").await;
        photograph(world, "page").await;
        world.assert_said(&[]).await;
    })
    .await;
}

async fn place_in(chat: &crate::harness::chat::Chat<'_>) -> [i64; 6] {
    let script = "(({ left, right, top, bottom }) => [left, right, top, bottom, innerWidth, innerHeight].map(Math.round))(root.querySelector('[part=panel]').getBoundingClientRect())";
    let all = chat.js(script).await;
    std::array::from_fn(|place| all[place].as_i64().expect("a length"))
}

const DARK: (&str, &str) = page!("dark", tag!("data-theme=dark data-placement=start data-stacking=41"));
const LIGHT: (&str, &str) = page!("light", tag!("data-theme=light"));
const AUTO: (&str, &str) = page!("auto", tag!("data-theme=auto"));

#[tokio::test]
async fn theme_side_and_layer_are_the_authors() {
    visit(Setup { pages: &[DARK, LIGHT, AUTO], ..Setup::default() }, async |world| {
        let is_dark = "((colour) => colour.match(/\\d+/g).slice(0, 3).every((part) => Number(part) < 90))(getComputedStyle(root.querySelector('[part=panel]')).backgroundColor)";
        for (path, system_is_dark, dark) in [
            ("/dark/", false, true),
            ("/light/", true, false),
            ("/auto/", true, true),
            ("/auto/", false, false),
        ] {
            world.browser.look(Look { dark: system_is_dark, ..DESKTOP }).await;
            world.go(path).await;
            let chat = world.chat();
            chat.open().await;
            assert_eq!(chat.js(is_dark).await, dark, "{path}");
        }
        world.go("/dark/").await;
        let [left, _, _, _, width, _] = place(world, "[part=launcher]").await;
        assert!(left < width / 4, "where lines begin");
        let layer = "return getComputedStyle(document.querySelector('prequal-chat')).zIndex";
        assert_eq!(world.browser.js(layer).await, "41");
        let chat = world.chat();
        chat.open().await;
        let [left, right, _, _, width, _] = place(world, "[part=panel]").await;
        assert!(left >= 0 && right < width / 2, "the panel is there too");
        photograph(world, "start-dark").await;
        world.browser.js("document.documentElement.dir = 'rtl'").await;
        let [left, right, _, _, width, _] = place(world, "[part=panel]").await;
        assert!(left > width / 2 && right <= width);
        // A conversation may run another way than the page.
        for (path, page, panel) in [("/auto/", "ltr", "rtl"), ("/auto/", "rtl", "ltr"), ("/dark/", "ltr", "rtl")] {
            world.go(path).await;
            world.chat().open().await;
            let panel = format!("document.querySelector('prequal-chat').shadowRoot.querySelector('[part=panel]').dir = '{panel}'");
            world.browser.js(&format!("document.documentElement.dir = '{page}'; {panel}")).await;
            let [left, right, _, _, width, _] = place(world, "[part=panel]").await;
            assert!(left >= 0 && right <= width && right - left == 400, "{path} {page}: {left} to {right}");
        }
        assert_eq!(world.chat().js("root.querySelectorAll('dialog').length").await, json!(0));
    })
    .await;
}
