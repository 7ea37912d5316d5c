//! A site that lets nothing run before its consent platform says yes.

use crate::harness::{QUIET, Setup, visit};
use crate::page;

/// Stand-ins, with the functions that each platform documents; `say` is the visitor at the banner.
const PLATFORMS: &str = r#"
const watchers = [];
let consents = {};
window.klaro = { getManager: () => ({ getConsent: (service) => !!consents[service], watch: (watcher) => watchers.push(watcher) }) };
window.CookieConsent = { acceptedCategory: (category) => !!consents[category] };
const listeners = [];
const data = () => ({ gdprApplies: true, eventStatus: "useractioncomplete", purpose: { consents } });
window.__tcfapi = (command, version, told) => {
  if (command === "addEventListener") listeners.push(told);
  told({ ...data(), eventStatus: listeners.length && Object.keys(consents).length ? "useractioncomplete" : "cmpuishown" }, true);
};
window.dataLayer = [["consent", "default", { functionality_storage: "denied" }]];
window.say = (names) => {
  consents = names;
  watchers.forEach((watcher) => watcher.update());
  listeners.forEach((told) => told(data(), true));
  dispatchEvent(new CustomEvent("cc:onConsent"));
  dispatchEvent(new CustomEvent("cc:onChange"));
  dataLayer.push(["consent", "update", { functionality_storage: names.functionality_storage ? "granted" : "denied" }]);
};
"#;

macro_rules! gated {
    ($path:literal, $gate:literal) => {
        page!(
            $path,
            "<script src=/platforms.js></script>",
            concat!(
                "<script type=text/plain src=/prequal/prequal.js data-flow=/prequal.json data-gate='",
                $gate,
                "'></script>"
            ),
            "<script src=/prequal/prequal-gate.js defer></script>"
        )
    };
}

const PAGES: &[(&str, &str)] = &[
    ("platforms.js", PLATFORMS),
    gated!("klaro", "klaro chat"),
    gated!("cookieconsent", "cookieconsent chat"),
    gated!("tcf", "tcf 1 7"),
    gated!("consent_mode", "consent_mode functionality_storage"),
    gated!("nobody", "carrier pigeon"),
];

#[tokio::test]
async fn nothing_is_there_before_the_platform_says_yes() {
    visit(Setup { pages: PAGES, ..Setup::default() }, async |world| {
        for platform in ["klaro", "cookieconsent", "tcf", "consent_mode"] {
            world.go(&format!("/{platform}/")).await;
            tokio::time::sleep(QUIET).await;
            let there = "return [customElements.get('prequal-chat') !== undefined, document.querySelectorAll('prequal-chat').length]";
            assert_eq!(world.browser.js(there).await, serde_json::json!([false, 0]), "{platform}");
            world.browser.js("say({ other: true, 7: true })").await;
            assert_eq!(world.browser.js(there).await, serde_json::json!([false, 0]), "{platform}: not that");
            world.browser.js("say({ chat: true, 1: true, 7: true, functionality_storage: true })").await;
            let chat = world.chat();
            chat.open().await;
            chat.assert_asked(chat.label("industry")).await;
            world.browser.js("say({})").await;
            world.browser.wait("!document.querySelector('prequal-chat')").await;
            world.browser.js("say({ chat: true, 1: true, 7: true, functionality_storage: true })").await;
            chat.open().await;
            world.assert_said(&[]).await;
        }
        world.assert_nothing_was_sent().await;
    })
    .await;
}

#[tokio::test]
async fn a_gate_that_nobody_can_open_says_so() {
    visit(Setup { pages: PAGES, ..Setup::default() }, async |world| {
        world.go("/nobody/").await;
        tokio::time::sleep(QUIET).await;
        assert_eq!(world.browser.js("return document.querySelectorAll('prequal-chat').length").await, 0);
        world.assert_said(&["prequal: PQ408 at data-gate: "]).await;
    })
    .await;
}
