//! What can be measured of WCAG 2.2 in every state: targets, reflow at 400 %, text spacing, motion, and
//! forced colours.

use crate::harness::browser::{DESKTOP, Look};
use crate::harness::chat::Chat;
use crate::harness::native::{Answer, FREIGHT_CHIEF};
use crate::harness::{Setup, World, visit};
use serde_json::json;

/// A window of 1280 × 1024, enlarged to 400 %.
const ENLARGED: Look = Look { width: 320, height: 256, dark: false };

/// Goes through the states of a visit, and looks at each.
async fn each_state(world: &World, look: impl AsyncFn(Chat<'_>, &str)) {
    let chat = world.chat();
    chat.open().await;
    look(chat, "first question").await;
    chat.answer_all(&FREIGHT_CHIEF[..1]).await;
    chat.click("form [type=submit]").await;
    look(chat, "error").await;
    chat.answer_all(&FREIGHT_CHIEF[1..2]).await;
    look(chat, "multiple choice").await;
    chat.answer_all(&FREIGHT_CHIEF[2..5]).await;
    look(chat, "long text").await;
    chat.change("industry").await;
    look(chat, "changing").await;
    chat.click("[data-act=keep]").await;
    chat.answer_all(&FREIGHT_CHIEF[5..]).await;
    look(chat, "phone").await;
    chat.answer("phone", &Answer::Skip).await;
    look(chat, "consent").await;
    chat.agree().await;
    chat.wait_for_delivery("sent").await;
    look(chat, "outcome").await;
}

/// 2.5.8 asks for 24 by 24 pixels. A box is as large as the words that belong to it.
const SMALL_TARGETS: &str = "[...root.querySelectorAll('a, button, input, select, textarea, summary')]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }) && one.getClientRects().length)
    .map((one) => one.closest('label') ?? one)
    .map((one) => [one.className || one.localName, one.getBoundingClientRect()])
    .filter(([, box]) => box.width < 24 || box.height < 24)
    .map(([name, box]) => `${name} ${box.width} × ${box.height}`)";

#[tokio::test]
async fn targets_are_large_enough_and_nothing_moves() {
    visit(Setup::default(), async |world| {
        world.go("/pricing/").await;
        let size = world.chat().js("(({ width, height }) => Math.min(width, height))(root.querySelector('[part~=launcher]').getBoundingClientRect())").await;
        assert!(size.as_f64() >= Some(24.0), "the launcher: {size}");
        each_state(world, async |chat, state| {
            assert_eq!(chat.js(SMALL_TARGETS).await, json!([]), "{state}");
            // Reduced motion is asked for in all of these tests.
            let moving = "root.getAnimations().map((one) => one.animationName ?? one.transitionProperty)";
            assert_eq!(chat.js(moving).await, json!([]), "{state}");
        })
        .await;
        let features = json!([{ "name": "prefers-reduced-motion", "value": "no-preference" }]);
        world.browser.devtools("Emulation.setEmulatedMedia", json!({ "features": features })).await;
        let moves = "getComputedStyle(root.querySelector('.reply')).animationName";
        assert_ne!(world.chat().js(moves).await, "none", "without the wish it moves, and the test can tell");
    })
    .await;
}

/// What cannot be read: cut off sideways, or cut off and not to be scrolled to.
const CUT: &str = "(() => {
    const page = document.documentElement;
    const cut = page.scrollWidth > page.clientWidth ? ['the page'] : [];
    for (const one of root.querySelectorAll('.panel, .panel :not(.unseen, svg, svg *)')) {
        if (!one.getClientRects().length) continue;
        const { overflowX, overflowY } = getComputedStyle(one);
        const sideways = overflowX !== 'visible' && one.localName !== 'input' && one.scrollWidth > one.clientWidth + 1;
        const down = overflowY === 'hidden' && one.scrollHeight > one.clientHeight + 1 && one.localName !== 'input';
        if (sideways || down) cut.push((one.className || one.localName) + (down ? ' down' : ' sideways'));
    }
    return cut;
})()";

#[tokio::test]
async fn it_can_be_read_enlarged_four_times() {
    visit(Setup { look: ENLARGED, ..Setup::default() }, async |world| {
        world.go("/pricing/").await;
        each_state(world, async |chat, state| {
            assert_eq!(chat.js(CUT).await, json!([]), "{state}");
            // What is to be done can be brought into sight, and is not covered there.
            let reached = "[...root.querySelectorAll('form :is(button, input, textarea, a)')].filter((one) => one.getClientRects().length).filter((one) => {
                one.scrollIntoView({ block: 'nearest' });
                const box = one.getBoundingClientRect();
                const top = root.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
                return !one.contains(top) && !top?.contains(one) && !one.closest('label')?.contains(top);
            }).map((one) => one.className || one.localName)";
            assert_eq!(chat.js(reached).await, json!([]), "{state}");
            if let Some(folder) = std::env::var_os("PREQUAL_SHOTS") {
                let file = std::path::Path::new(&folder).join(format!("enlarged-{}.png", state.replace(' ', "-")));
                std::fs::write(file, world.browser.screenshot().await).expect("a picture");
            }
        })
        .await;
    })
    .await;
}

/// 1.4.12: the spacing that a reader may set.
const SPACING: &str = "(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-block-end: 2em !important }');
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
})()";

#[tokio::test]
async fn it_can_be_read_in_wider_spacing() {
    for look in [DESKTOP, Look { width: 320, height: 568, dark: false }] {
        visit(Setup { look, ..Setup::default() }, async |world| {
            world.go("/pricing/").await;
            each_state(world, async |chat, state| {
                if state == "first question" {
                    chat.js(SPACING).await;
                }
                assert_eq!(chat.js("getComputedStyle(root.querySelector('.say')).letterSpacing").await, "1.92px");
                assert_eq!(chat.js(CUT).await, json!([]), "{state}");
            })
            .await;
        })
        .await;
    }
}

/// In forced colours every control has an edge, and what is chosen differs by more than a colour.
#[tokio::test]
async fn forced_colours_keep_edges_and_choices() {
    visit(Setup::default(), async |world| {
        world.go("/pricing/").await;
        let features = json!([{ "name": "forced-colors", "value": "active" }, { "name": "prefers-reduced-motion", "value": "reduce" }]);
        world.browser.devtools("Emulation.setEmulatedMedia", json!({ "features": features })).await;
        assert_eq!(world.browser.js("return matchMedia('(forced-colors: active)').matches").await, true);
        each_state(world, async |chat, state| {
            let edgeless = "[...root.querySelectorAll('.option, .line, .search, .primary, .secondary, .say, .mine p, .send')].filter((one) => one.getClientRects().length)
                .filter((one) => getComputedStyle(one).borderTopStyle === 'none' || parseFloat(getComputedStyle(one).borderTopWidth) < 1).map((one) => one.className || one.localName)";
            assert_eq!(chat.js(edgeless).await, json!([]), "{state}");
            let progress = "root.querySelector('progress').getClientRects().length";
            assert_eq!(chat.js(progress).await, 1, "{state}");
            if state == "changing" {
                let weights = "[...root.querySelectorAll('form .option')].map((one) => [one.ariaPressed, getComputedStyle(one).fontWeight > 500])";
                let weights: Vec<(String, bool)> = serde_json::from_value(chat.js(weights).await).expect("pairs");
                assert!(weights.iter().all(|(pressed, bold)| (pressed == "true") == *bold), "{weights:?}");
            }
            if let Some(folder) = std::env::var_os("PREQUAL_SHOTS") {
                let file = std::path::Path::new(&folder).join(format!("forced-{}.png", state.replace(' ', "-")));
                std::fs::write(file, world.browser.screenshot().await).expect("a picture");
            }
        })
        .await;
    })
    .await;
}
