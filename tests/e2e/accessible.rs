//! axe-core finds nothing to object to, state by state, light and dark.

use crate::harness::browser::{DESKTOP, Look};
use crate::harness::native::FREIGHT_CHIEF;
use crate::harness::{Setup, World, root, visit};
use serde_json::Value;

/// The widget in a state; the page around it once, as it is not ours.
pub async fn assert_accessible(world: &World, state: &str) {
    assert_accessible_in(world, if state == "first question" { "document" } else { "'prequal-chat'" }, state).await;
}

/// A part of the page, by a script's expression. Also leaves the page as it looked.
pub async fn assert_accessible_in(world: &World, part: &str, state: &str) {
    for dark in [false, true] {
        world.browser.look(Look { dark, ..DESKTOP }).await;
        if world.browser.js("return typeof axe").await != "object" {
            let axe = std::fs::read_to_string(root().join("node_modules/axe-core/axe.min.js"));
            world.browser.js(&axe.expect("axe-core is installed: npm ci")).await;
        }
        let script = format!(
            "const {{ violations }} = await axe.run({part}, {{ resultTypes: ['violations'] }});
            return violations.map((v) => v.id + ': ' + v.help + ' ' + v.nodes.map((n) => n.target.flat().join(' ') + ' ' + n.failureSummary).join(' | '));"
        );
        let violations = world.browser.js_async(&script).await;
        assert_eq!(violations, Value::Array(Vec::new()), "{state}, dark: {dark}");
    }
    world.browser.look(DESKTOP).await;
}

#[tokio::test]
async fn axe_has_nothing_to_say() {
    visit(Setup::default(), async |world| {
        world.site.hold_file("/prequal-engine.wasm");
        world.go("/").await;
        assert_accessible(world, "closed").await;
        let chat = world.chat();
        chat.open().await;
        assert_accessible(world, "first question").await;
        chat.click("form .option").await;
        assert_accessible(world, "held answer").await;
        world.site.let_go();
        chat.assert_asked(chat.label("shipments")).await;
        assert_accessible(world, "number").await;
        chat.click("form [type=submit]").await;
        assert_accessible(world, "error").await;
        chat.answer_all(&FREIGHT_CHIEF[1..2]).await;
        assert_accessible(world, "multiple choice").await;
        chat.answer_all(&FREIGHT_CHIEF[2..5]).await;
        assert_accessible(world, "long text").await;
        chat.change("industry").await;
        assert_accessible(world, "changing").await;
        chat.click("[data-act=keep]").await;
        chat.answer_all(&FREIGHT_CHIEF[5..]).await;
        assert_accessible(world, "consent").await;
        chat.click("[data-act=agree]").await;
        assert_accessible(world, "consent missing").await;
        chat.agree().await;
        chat.wait_for_delivery("sent").await;
        assert_accessible(world, "outcome").await;
    })
    .await;
}
