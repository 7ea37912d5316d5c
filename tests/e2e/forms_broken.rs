//! A form keeps working if anything of ours fails: each part broken in turn, the post is what it was without us.

use crate::blocked::{NO_SCRIPT, NO_WASM};
use crate::forms::joined;
use crate::forms_systems::{CHAT, GATE, GOOD, SYSTEMS, bare, come_to, setup, value};
use crate::harness::{Post, Setup, World, visit};
use crate::page;

/// Whoever ticks the box and sends gets the post of a page without Prequal.
async fn assert_as_before(world: &World) {
    for (system, agreed) in SYSTEMS.iter().zip(&bare().await.agreed) {
        let posts = system.send(world, GOOD, true).await;
        assert_eq!(&posts, agreed, "{}", system.page);
    }
    world.assert_nothing_was_sent().await;
    assert_eq!(world.browser.errors().await, [""; 0], "no error reaches the page");
}

async fn without(files: &'static [&'static str]) {
    visit(Setup { without: files, ..setup() }, assert_as_before).await;
}

#[tokio::test]
async fn wasm_blocked_by_policy() {
    visit(Setup { csp: Some(NO_WASM), ..setup() }, assert_as_before).await;
}

#[tokio::test]
async fn without_the_forms_script() {
    without(&["dist/prequal-forms.js"]).await;
}

#[tokio::test]
async fn without_the_engines_script() {
    without(&["dist/prequal-engine.js"]).await;
}

#[tokio::test]
async fn without_the_engine() {
    without(&["dist/prequal-engine.wasm"]).await;
}

#[tokio::test]
async fn without_the_flow() {
    without(&["demo/forms/prequal.json"]).await;
}

#[tokio::test]
async fn with_a_broken_flow() {
    for flow in ["{", r#"{"prequal":1}"#] {
        let pages: &'static [(&str, &str)] = Box::leak(Box::new([("forms/prequal.json", flow)]));
        visit(Setup { pages, flow_file: "prequal.json", ..setup() }, assert_as_before).await;
    }
}

/// Without any script: what a browser posts by itself, where the systems' forms post without their scripts.
#[tokio::test]
async fn scripts_blocked_by_policy() {
    visit(Setup { csp: Some(NO_SCRIPT), ..setup() }, async |world| {
        let to = [
            ("plain", "/forms/posted/", "name"),
            ("hubspot", "", "lastname"),
            ("salesforce", "", "last_name"),
            ("mautic", "", "mauticform[name]"),
            ("contact-form-7", "/forms/contact-form-7/", "your-name"),
            ("elementor", "/forms/elementor/", "form_fields[name]"),
        ];
        for (page, path, name) in to {
            let system = SYSTEMS.iter().find(|system| system.page == page).expect("a system");
            system.go(world).await;
            system.fill(world, GOOD).await;
            system.agree(world).await;
            system.submit(world).await;
            let post = world.posted().await;
            assert_eq!(post.path, if path.is_empty() { system.path } else { path }, "{page}");
            assert_eq!(value(&post, name), "Ada Okafor", "{page}");
            assert!(!String::from_utf8_lossy(&post.body).contains("prequal_"), "{page}");
        }
        world.assert_nothing_was_sent().await;
    })
    .await;
}

/// The score went along, whatever the names of the inputs.
fn assert_scored(page: &str, post: &Post) {
    let values: Vec<String> = post.fields().into_iter().map(|(_, value)| value).collect();
    for wanted in ["85", "sql", "A1"] {
        assert!(values.iter().any(|value| value == wanted), "{page}: no {wanted} in {values:#?}");
    }
    let reason = "+20 Logistics is an industry Northbeam is built for";
    assert!(values.iter().any(|value| value.contains(reason)), "{page}: {values:#?}");
}

/// Every place where a browser keeps something says no, as it does to pages that may keep nothing.
const DENIED: (&str, &str) = (
    "site.js",
    "for (const name of ['indexedDB', 'localStorage', 'sessionStorage', 'caches']) {
        Object.defineProperty(self, name, { get() { throw new DOMException('The operation is insecure.', 'SecurityError'); } });
    }
    Object.defineProperty(Document.prototype, 'cookie', {
        get() { throw new DOMException('No.', 'SecurityError'); },
        set() { throw new DOMException('No.', 'SecurityError'); },
    });",
);

#[tokio::test]
async fn storage_denied() {
    let bare = bare().await;
    visit(Setup { pages: &[DENIED], ..setup() }, async |world| {
        for (place, system) in SYSTEMS.iter().enumerate() {
            come_to(world, system).await;
            assert_eq!(system.send_from_here(world, GOOD, false).await, bare.silent[place], "{}", system.page);
            come_to(world, system).await;
            let posts = system.send_from_here(world, GOOD, true).await;
            assert_scored(system.page, &posts[posts.len() - 1]);
        }
        world.assert_nothing_was_sent().await;
    })
    .await;
}

/// A page whose own script throws whenever anything happens.
const THROWING: (&str, &str) = (
    "site.js",
    "for (const kind of ['focusin', 'input', 'change', 'click', 'submit', 'formdata']) {
        addEventListener(kind, () => { throw new Error('elsewhere: ' + kind); }, true);
        addEventListener(kind, () => { throw new Error('elsewhere, later: ' + kind); });
    }
    setTimeout(() => { throw new Error('elsewhere'); }, 200);
    Promise.reject(new Error('elsewhere'));
    throw new Error('elsewhere, at once');",
);

#[tokio::test]
async fn an_error_elsewhere_on_the_page() {
    let bare = bare().await;
    visit(Setup { pages: &[THROWING], ..setup() }, async |world| {
        for (place, system) in SYSTEMS.iter().enumerate() {
            come_to(world, system).await;
            assert_eq!(system.send_from_here(world, GOOD, false).await, bare.silent[place], "{}", system.page);
            come_to(world, system).await;
            let posts = system.send_from_here(world, GOOD, true).await;
            assert_scored(system.page, &posts[posts.len() - 1]);
        }
        let errors = world.browser.errors().await;
        assert!(errors.iter().all(|error| error.contains("elsewhere")), "{errors:?}");
    })
    .await;
}

/// An engine that does not come: whoever is faster than the network posts as ever, gate or not.
#[tokio::test]
async fn an_engine_that_is_still_on_its_way() {
    let bare = bare().await;
    visit(setup(), async |world| {
        world.site.hold_file("/prequal-engine.wasm");
        for (system, agreed) in SYSTEMS.iter().zip(&bare.agreed) {
            assert_eq!(&system.send(world, GOOD, true).await, agreed, "{}", system.page);
        }
        GATE.go(world).await;
        GATE.fill(world, GOOD).await;
        GATE.agree(world).await;
        GATE.submit(world).await;
        assert_eq!(value(&world.posted().await, "name"), "Ada Okafor");
        world.assert_nothing_was_sent().await;
        world.site.let_go();
    })
    .await;
}

/// A gate that cannot work is none.
async fn assert_the_gate_posts(world: &World) {
    for agrees in [false, true] {
        GATE.go(world).await;
        GATE.fill(world, GOOD).await;
        if agrees {
            GATE.agree(world).await;
        }
        GATE.submit(world).await;
        let post = world.posted().await;
        assert_eq!((post.path.as_str(), value(&post, "email").as_str()), ("/forms/posted/", "ada@fleetworks.example"));
        world.browser.wait(GATE.done).await;
    }
    world.assert_nothing_was_sent().await;
}

#[tokio::test]
async fn a_gate_that_cannot_work_lets_everybody_through() {
    visit(Setup { csp: Some(NO_WASM), ..setup() }, assert_the_gate_posts).await;
    visit(Setup { csp: Some(NO_SCRIPT), ..setup() }, assert_the_gate_posts).await;
    for file in [
        "dist/prequal.js",
        "dist/prequal-forms.js",
        "dist/prequal-engine.js",
        "dist/prequal-engine.wasm",
        "demo/forms/prequal.json",
    ] {
        let without: &'static [&str] = Box::leak(Box::new([file]));
        visit(Setup { without, ..setup() }, assert_the_gate_posts).await;
    }
}

/// The form of a conversation that cannot be held is there, and posts.
#[tokio::test]
async fn a_conversation_that_cannot_be_held_leaves_the_form() {
    for file in [
        "dist/prequal.js",
        "dist/prequal-forms.js",
        "dist/prequal-engine.js",
        "dist/prequal-engine.wasm",
        "dist/prequal-widget.js",
        "dist/prequal-face.wasm",
        "demo/forms/prequal.json",
    ] {
        let without: &'static [&str] = Box::leak(Box::new([file]));
        visit(Setup { without, ..setup() }, async |world| {
            CHAT.go(world).await;
            world.browser.js("document.querySelector('.shown').scrollIntoView()").await;
            tokio::time::sleep(crate::harness::QUIET).await;
            world.browser.wait("document.querySelector('#lead-form').checkVisibility()").await;
            CHAT.fill(world, GOOD).await;
            CHAT.submit(world).await;
            assert_eq!(value(&world.posted().await, "name"), "Ada Okafor", "without {file}");
        })
        .await;
    }
}

/// A form in a page without the site's own files, whose controls are named like members of forms. None is called
/// parentNode: browsers' drivers look for it themselves, and then never come to an end.
macro_rules! clobbered {
    ($path:literal, $mode:literal) => {
        page!(
            $path,
            "<form data-prequal=/forms/prequal.json data-prequal-mode=",
            $mode,
            " action=/forms/posted/ method=post><input type=hidden name=action value=a><input type=hidden name=submit value=b>",
            "<input type=hidden name=elements value=c><input type=hidden name=matches value=d><input type=hidden name=dataset value=e>",
            "<label>Name <input name=name value='Ada Okafor'></label><input type=hidden name=querySelectorAll value=f>",
            "<input type=hidden name=contains><input type=hidden name=after><input type=hidden name=before>",
            "<input type=hidden name=getAttribute>",
            "<label><input type=checkbox name=consent> I agree.</label><button>Send</button></form>",
            "<script src=/prequal/prequal.js data-flow=/forms/prequal.json data-endpoint=/nowhere defer></script>"
        )
    };
}

const CLOBBERED: &[(&str, &str)] =
    &[clobbered!("augmented", "augment"), clobbered!("gated", "gate"), clobbered!("talking", "chat")];

#[tokio::test]
async fn controls_named_like_members_of_a_form_are_in_nobodys_way() {
    visit(Setup { pages: CLOBBERED, ..setup() }, async |world| {
        world.go("/augmented/").await;
        world.browser.click("[name=name]").await;
        world.browser.click("button").await;
        let body = world.posted_form().await;
        let clear = "action=a&submit=b&elements=c&matches=d&dataset=e&name=Ada+Okafor&querySelectorAll=f";
        assert!(body.starts_with(clear), "{body}");
        world.assert_said(&[]).await;
        world.go("/gated/").await;
        world.browser.click("[name=name]").await;
        joined(world).await;
        world.browser.click("button").await;
        world.browser.wait("document.querySelector('[data-prequal-outcome] strong')").await;
        world.assert_no_form_was_posted().await;
        world.assert_said(&[]).await;
        world.go("/talking/").await;
        let chat = world.inline_chat();
        chat.wait_for_question().await;
        chat.assert_asked("Industry").await;
        world.assert_said(&[]).await;
    })
    .await;
}
