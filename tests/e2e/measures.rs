//! What can be measured of WCAG 2.2 in every state: targets, reflow at 400 %, text spacing, motion, and
//! forced colours.

use crate::harness::browser::{DESKTOP, Look};
use crate::harness::chat::Chat;
use crate::harness::native::FREIGHT_CHIEF;
use crate::harness::{Setup, World, visit};
use crate::states;
use serde_json::json;

/// A window of 1280 × 1024, enlarged to 400 %.
const ENLARGED: Look = Look { width: 320, height: 256, dark: false };

/// Goes through every state that a visit can be in, and looks at each.
async fn each_state(look_at: Look, before: impl AsyncFn(&World), look: impl AsyncFn(&World, Chat<'_>, &str)) {
    let setup = || Setup { look: look_at, ..Setup::default() };
    visit(setup(), async |world| {
        world.go("/pricing/").await;
        before(world).await;
        states::demo(world, async |chat, state| look(world, chat, state).await).await;
    })
    .await;
    visit(Setup { flow: Some(states::kinds_flow()), ..setup() }, async |world| {
        world.go("/pricing/").await;
        before(world).await;
        states::kinds(world, async |chat, state| look(world, chat, state).await).await;
    })
    .await;
    visit(Setup { flow: Some(states::helped_flow()), pages: states::PLACES, ..setup() }, async |world| {
        before(world).await;
        states::modes(world, async |chat, state| look(world, chat, state).await).await;
    })
    .await;
}

fn photograph_to(kind: &str, state: &str) -> Option<std::path::PathBuf> {
    let folder = std::env::var_os("PREQUAL_SHOTS")?;
    Some(std::path::Path::new(&folder).join(format!("{kind}-{}.png", state.replace([' ', ':'], "-"))))
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
    each_state(
        DESKTOP,
        async |_| (),
        async |_, chat, state| {
            assert_eq!(chat.js(SMALL_TARGETS).await, json!([]), "{state}");
            // Reduced motion is asked for in all of these tests.
            let moving = "root.getAnimations().map((one) => one.animationName ?? one.transitionProperty)";
            assert_eq!(chat.js(moving).await, json!([]), "{state}");
        },
    )
    .await;
}

#[tokio::test]
async fn without_the_wish_it_moves() {
    visit(Setup::default(), async |world| {
        world.go("/pricing/").await;
        let size = world.chat().js("(({ width, height }) => Math.min(width, height))(root.querySelector('[part~=launcher]').getBoundingClientRect())").await;
        assert!(size.as_f64() >= Some(24.0), "the launcher: {size}");
        let features = json!([{ "name": "prefers-reduced-motion", "value": "no-preference" }]);
        world.browser.devtools("Emulation.setEmulatedMedia", json!({ "features": features })).await;
        let chat = world.chat();
        chat.open().await;
        chat.answer_all(&FREIGHT_CHIEF[..1]).await;
        let moves = "getComputedStyle(root.querySelector('.reply')).animationName";
        assert_ne!(chat.js(moves).await, "none", "the test above can tell");
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

/// What is to be done, and cannot be brought into sight or is covered there.
const OUT_OF_REACH: &str =
    "[...root.querySelectorAll(':is(form, .head, .questions, .offer, .foot) :is(button, input, select, textarea, a)')]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }) && one.getClientRects().length).filter((one) => {
        one.scrollIntoView({ block: 'nearest' });
        const box = one.getBoundingClientRect();
        const top = root.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
        return !one.contains(top) && !top?.contains(one) && !one.closest('label')?.contains(top);
    }).map((one) => one.dataset.act || one.className || one.localName)";

#[tokio::test]
async fn it_can_be_read_enlarged_four_times() {
    each_state(
        ENLARGED,
        async |_| (),
        async |world, chat, state| {
            if let Some(file) = photograph_to("enlarged", state) {
                std::fs::write(file, world.browser.screenshot().await).expect("a picture");
            }
            assert_eq!(chat.js(CUT).await, json!([]), "{state}");
            assert_eq!(chat.js(OUT_OF_REACH).await, json!([]), "{state}");
        },
    )
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
        each_state(
            look,
            async |_| (),
            async |_, chat, state| {
                let spacing = "getComputedStyle(root.querySelector('.say')).letterSpacing";
                if chat.js(spacing).await != "1.92px" {
                    chat.js(SPACING).await;
                }
                assert_eq!(chat.js(spacing).await, "1.92px");
                assert_eq!(chat.js(CUT).await, json!([]), "{state}, {} wide", look.width);
            },
        )
        .await;
    }
}

async fn force_colours(world: &World) {
    let features = json!([{ "name": "forced-colors", "value": "active" }, { "name": "prefers-reduced-motion", "value": "reduce" }]);
    world.browser.devtools("Emulation.setEmulatedMedia", json!({ "features": features })).await;
    assert_eq!(world.browser.js("return matchMedia('(forced-colors: active)').matches").await, true);
}

/// In forced colours every control has an edge, and what is chosen differs by more than a colour.
#[tokio::test]
async fn forced_colours_keep_edges_and_choices() {
    each_state(DESKTOP, force_colours, async |world, chat, state| {
        if let Some(file) = photograph_to("forced", state) {
            std::fs::write(file, world.browser.screenshot().await).expect("a picture");
        }
        let edgeless = "[...root.querySelectorAll('.option, .cell, .line, .search, .country, .rank, .primary, .secondary, .say, .mine p, .send')]
            .filter((one) => one.getClientRects().length)
            .filter((one) => getComputedStyle(one).borderTopStyle === 'none' || parseFloat(getComputedStyle(one).borderTopWidth) < 1).map((one) => one.className || one.localName)";
        assert_eq!(chat.js(edgeless).await, json!([]), "{state}");
        let edge = "parseFloat(getComputedStyle(root.querySelector('.panel')).borderTopWidth)";
        assert!(state.starts_with("whole") || chat.js(edge).await.as_f64() >= Some(1.0), "{state}: the panel");
        let progress = "root.querySelector('progress').getClientRects().length";
        assert_eq!(chat.js(progress).await, 1, "{state}");
        if ["changing", "other", "ranking"].contains(&state) {
            let weights = "[...root.querySelectorAll('form .option')].map((one) => [one.ariaPressed, getComputedStyle(one).fontWeight > 500])";
            let weights: Vec<(String, bool)> = serde_json::from_value(chat.js(weights).await).expect("pairs");
            assert!(weights.iter().any(|(pressed, _)| pressed == "true"), "{weights:?}");
            assert!(weights.iter().all(|(pressed, bold)| (pressed == "true") == *bold), "{weights:?}");
        }
    })
    .await;
}
