//! Every state fits: on a small phone, in the dark, from right to left.
//!
//! With `PREQUAL_SHOTS=<folder>` each state is photographed as well, at phone and desktop widths.

use crate::accessible::assert_accessible;
use crate::harness::browser::Look;
use crate::harness::native::{Answer, FREIGHT_CHIEF, PASSER_BY};
use crate::harness::{Setup, World, demo_flow, visit};
use serde_json::json;
use std::path::PathBuf;

pub const SMALL: Look = Look { width: 320, height: 568, dark: false };

/// What reaches beyond the panel or the window sideways.
const OVERFLOW: &str = "
    const page = document.documentElement;
    const wide = page.scrollWidth > page.clientWidth ? ['the page: ' + page.scrollWidth] : [];
    const host = document.querySelector(arguments[0]);
    const panel = host.shadowRoot.querySelector('[part~=panel]');
    const edge = panel.getBoundingClientRect();
    if (edge.left < 0 || edge.right > page.clientWidth) wide.push('the panel: ' + edge.left + ' to ' + edge.right);
    for (const element of [panel, ...panel.querySelectorAll(':not(.unseen):not(svg *)')]) {
        if (!element.getClientRects().length) continue;
        const { left, right } = element.getBoundingClientRect();
        const scrolls = getComputedStyle(element).overflowX !== 'visible' && element.tagName !== 'INPUT' && element.scrollWidth > element.clientWidth + 1;
        if (left < edge.left - 1 || right > edge.right + 1 || scrolls) wide.push(element.tagName + '.' + element.className + ' ' + element.textContent.slice(0, 40));
    }
    return wide;";

/// How many pixels of what was last said are not in the transcript's window; while an answer is
/// changed, the question in hand is another one. The upper padding of its bubble may be cut.
const HIDDEN: &str = "
    const root = document.querySelector(arguments[0]).shadowRoot;
    const said = [...root.querySelectorAll('.turn:not(.pending) .say')].pop().getBoundingClientRect();
    const log = root.querySelector('[role=log]').getBoundingClientRect();
    return Math.round(Math.max(0, said.bottom - log.bottom, said.height <= log.height ? log.top - said.top - 12 : 0));";

pub struct Walk<'w> {
    world: &'w World,
    host: &'static str,
    shots: Option<PathBuf>,
    states: usize,
}

impl<'w> Walk<'w> {
    /// Through the widget of a world whose window is [`SMALL`].
    pub fn of(world: &'w World) -> Walk<'w> {
        Walk { world, host: "prequal-chat", shots: shots(), states: 0 }
    }

    async fn direction(&self, direction: &str) {
        let panel = format!("document.querySelector('{}').shadowRoot.querySelector('[part~=panel]')", self.host);
        self.world.browser.js(&format!("document.documentElement.dir = {panel}.dir = '{direction}'")).await;
    }

    pub async fn state(&mut self, name: &str) {
        let browser = &self.world.browser;
        // Once nothing grows or scrolls any more.
        tokio::time::sleep(std::time::Duration::from_millis(60)).await;
        let hidden = browser.client.execute(HIDDEN, vec![json!(self.host)]).await.expect("the widget can be measured");
        assert_eq!(hidden, json!(0), "{name}: pixels of the present question out of sight");
        self.states += 1;
        for (direction, dark) in [("ltr", false), ("rtl", true)] {
            browser.look(Look { dark, ..SMALL }).await;
            self.direction(direction).await;
            let wide =
                browser.client.execute(OVERFLOW, vec![json!(self.host)]).await.expect("the widget can be measured");
            assert_eq!(wide, json!([]), "{name}, {direction}, 320 wide");
        }
        if let Some(folder) = &self.shots {
            for (width, height, size) in [(390, 844, "phone"), (1280, 900, "desktop"), (320, 568, "small")] {
                for (direction, dark) in [("ltr", false), ("ltr", true), ("rtl", false)] {
                    browser.look(Look { width, height, dark }).await;
                    self.direction(direction).await;
                    let scheme = if dark { "dark" } else { "light" };
                    let file = format!("{:02}-{name}-{size}-{scheme}-{direction}.png", self.states);
                    tokio::time::sleep(std::time::Duration::from_millis(60)).await;
                    std::fs::write(folder.join(file), browser.screenshot().await).expect("a picture");
                }
            }
        }
        browser.look(SMALL).await;
        self.direction("ltr").await;
    }
}

fn shots() -> Option<PathBuf> {
    let folder = PathBuf::from(std::env::var_os("PREQUAL_SHOTS").filter(|name| !name.is_empty())?);
    std::fs::create_dir_all(&folder).expect("a folder for the pictures");
    Some(folder)
}

#[tokio::test]
async fn every_state_fits_a_small_phone_both_ways_and_in_the_dark() {
    visit(Setup { look: SMALL, ..Setup::default() }, async |world| {
        let mut walk = Walk::of(world);
        let chat = world.chat();
        world.site.hold_file("/prequal-engine.wasm");
        world.go("/pricing/").await;
        chat.open().await;
        walk.state("first").await;
        chat.click("form .option").await;
        walk.state("held").await;
        world.site.let_go();
        chat.assert_asked(chat.label("shipments")).await;
        walk.state("number").await;
        chat.type_into_field("a great many").await;
        chat.click("form [type=submit]").await;
        walk.state("error").await;
        chat.answer_all(&FREIGHT_CHIEF[1..2]).await;
        walk.state("multiple").await;
        chat.answer_all(&FREIGHT_CHIEF[2..5]).await;
        walk.state("long-text").await;
        chat.answer("need_detail", &Answer::Type("Averyveryverylongwordwithoutanyspacethatgoesonandonandonandonandon"))
            .await;
        walk.state("choice").await;
        chat.change("carriers").await;
        walk.state("changing").await;
        chat.click("[data-act=keep]").await;
        chat.answer_all(&FREIGHT_CHIEF[6..9]).await;
        walk.state("text").await;
        chat.answer_all(&FREIGHT_CHIEF[9..]).await;
        walk.state("phone").await;
        chat.answer("phone", &Answer::Skip).await;
        walk.state("consent").await;
        chat.click("[data-act=agree]").await;
        walk.state("consent-missing").await;
        chat.agree().await;
        chat.wait_for_delivery("sent").await;
        walk.state("sent").await;
    })
    .await;
}

const FACE: (&str, &str) = (
    "images/face.svg",
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><path fill='peru' d='M0 0h9v9H0z'/></svg>",
);

/// The assistant's picture says nothing, and its place is the same where it does not come.
#[tokio::test]
async fn a_picture_of_the_assistant_fits_and_may_be_missing() {
    let mut flow = demo_flow();
    flow["assistant"]["avatar"] = json!("/images/face.svg");
    for pages in [&[FACE][..], &[]] {
        visit(Setup { look: SMALL, pages, ..Setup::flow(flow.to_string()) }, async |world| {
            world.go("/pricing/").await;
            let chat = world.chat();
            chat.open().await;
            let there = !pages.is_empty();
            chat.wait("root.querySelector('.avatar img')?.complete ?? true").await;
            let picture = "[...root.querySelectorAll('.avatar img')].map(({ alt, naturalWidth }) => [alt, naturalWidth > 0])";
            assert_eq!(chat.js(picture).await, if there { json!([["", true]]) } else { json!([]) });
            assert_eq!(chat.js("root.querySelector('.avatar').ariaHidden").await, "true");
            let place = "(({ x, width, height }) => [x, width, height])(root.querySelector('.avatar').getBoundingClientRect())";
            assert_eq!(chat.js(place).await, json!([18, 40, 40]));
            let initial = "(() => { const range = document.createRange(); range.selectNodeContents(root.querySelector('.avatar').lastChild);
                const [one, all] = [range, root.querySelector('.avatar')].map((what) => what.getBoundingClientRect());
                return one.top >= all.top && one.bottom <= all.bottom; })()";
            assert_eq!(chat.js(initial).await, !there, "the initial is seen where the picture is not");
            Walk::of(world).state(if there { "avatar" } else { "avatar-missing" }).await;
            assert_accessible(world, "avatar").await;
            world.assert_said(&[]).await;
        })
        .await;
    }
}

#[tokio::test]
async fn other_ends_and_the_inline_widget_fit_too() {
    visit(Setup { look: SMALL, ..Setup::default() }, async |world| {
        let chat = world.chat();
        world.go("/").await;
        chat.open().await;
        chat.answer_all(PASSER_BY).await;
        let mut walk = Walk { world, host: "prequal-chat", shots: shots(), states: 20 };
        walk.state("not-yet").await;

        world.go("/contact/").await;
        world.browser.js("document.querySelector('prequal-chat').scrollIntoView({ block: 'start' })").await;
        let chat = world.inline_chat();
        chat.wait_for_question().await;
        let form = world.browser.js("return document.querySelector('#contact-form').checkVisibility()").await;
        assert_eq!(form, false, "the widget stands in for the form");
        let mut walk = Walk { world, host: "prequal-chat[mode=inline]", shots: shots(), states: 21 };
        walk.state("inline").await;
        chat.answer_all(FREIGHT_CHIEF).await;
        world.endpoint.switch(crate::harness::proxy::Mode::Refuse).await;
        walk.state("inline-consent").await;
        chat.agree().await;
        chat.wait_for_delivery("retrying").await;
        walk.state("inline-retrying").await;
    })
    .await;
}
