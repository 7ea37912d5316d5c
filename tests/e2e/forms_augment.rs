//! Forms that post as they always did: the plain one and each named system's, with its own script where it has one.

use crate::forms_systems::{GOOD, SYSTEMS, System, assert_consent, bare, click, come_to, setup, value};
use crate::harness::{Post, visit};

/// The inputs of a form that ask for something by themselves.
fn asks(system: &System) -> &'static [(&'static str, &'static str)] {
    match system.page {
        "plain" => &[("score", "lead_score")],
        "salesforce" => &[
            ("score", "00NQy00000A1bCk"),
            ("grade", "00NQy00000A1bCl"),
            ("reasons", "00NQy00000A1bCm"),
            ("stage", "rating"),
            ("consent", "00NQy00000A1bCn"),
        ],
        _ => &[],
    }
}

/// The name under which something went along.
fn name(system: &System, what: &str) -> String {
    let asked = asks(system).iter().find(|(kind, _)| *kind == what);
    asked.map_or_else(|| format!("prequal_{what}"), |(_, name)| (*name).to_owned())
}

/// What the form itself posted: without what was added, and with inputs that asked as they were before.
fn own(system: &System, post: &Post) -> Vec<(String, String)> {
    let mut fields = post.fields();
    fields.retain(|(name, _)| !name.starts_with("prequal_"));
    for (name, value) in &mut fields {
        if asks(system).iter().any(|(_, asking)| asking == name) {
            value.clear();
        }
    }
    fields
}

#[tokio::test]
async fn without_the_box_not_a_byte_is_added() {
    let bare = bare().await;
    visit(setup(), async |world| {
        for (system, silent) in SYSTEMS.iter().zip(&bare.silent) {
            come_to(world, system).await;
            let posts = system.send_from_here(world, GOOD, false).await;
            assert_eq!(&posts, silent, "{}", system.page);
        }
        world.assert_said(&[]).await;
        world.assert_nothing_was_sent().await;
    })
    .await;
}

#[tokio::test]
async fn a_box_that_was_ticked_and_unticked_adds_nothing() {
    let bare = bare().await;
    visit(setup(), async |world| {
        for (system, silent) in SYSTEMS.iter().zip(&bare.silent) {
            come_to(world, system).await;
            system.fill(world, GOOD).await;
            system.agree(world).await;
            click(world, system.consent).await;
            system.submit(world).await;
            let posts = system.posts(world).await;
            world.browser.wait(system.done).await;
            let length = |posts: &[Post]| posts.iter().map(|post| post.fields()).collect::<Vec<_>>();
            // Elementor tells its own address, with the port of this visit.
            let without_address = |mut fields: Vec<Vec<(String, String)>>| {
                fields.iter_mut().for_each(|fields| {
                    fields.retain(|(name, _)| name != "referrer" && name != "mauticform[return]");
                });
                fields
            };
            assert_eq!(without_address(length(&posts)), without_address(length(silent)), "{}", system.page);
        }
    })
    .await;
}

#[tokio::test]
async fn with_the_box_score_and_consent_go_along() {
    let bare = bare().await;
    visit(setup(), async |world| {
        for (system, agreed) in SYSTEMS.iter().zip(&bare.agreed) {
            come_to(world, system).await;
            system.fill_by_hand(world, GOOD).await;
            let posts = system.send_filled(world, true).await;
            let (last, before) = posts.split_last().expect("it posts");
            let (bare_last, bare_before) = agreed.split_last().expect("it posts");
            assert_eq!(before, bare_before, "{}: a page before the box", system.page);
            assert_eq!((&last.path, &last.content_type), (&bare_last.path, &bare_last.content_type));
            assert_eq!(own(system, last), own(system, bare_last), "{}: its own fields are untouched", system.page);
            assert_eq!(value(last, &name(system, "score")), "85", "{}", system.page);
            assert_eq!(value(last, &name(system, "stage")), "sql", "{}", system.page);
            assert_eq!(value(last, &name(system, "grade")), "A1", "{}", system.page);
            let reasons = value(last, &name(system, "reasons"));
            assert!(reasons.contains("+20 Logistics is an industry Northbeam is built for"), "{reasons}");
            assert!(reasons.contains("+15 Budget is approved"), "{reasons}");
            assert_consent(&value(last, &name(system, "consent")));
            let names: Vec<String> = last.fields().into_iter().map(|(name, _)| name).collect();
            assert!(!names.iter().any(|name| name == "prequal_lead"), "nobody asked for the lead");
        }
        world.assert_said(&[]).await;
        world.assert_nothing_was_sent().await;
    })
    .await;
}

/// Sent again, by the system's own script, without a new page.
#[tokio::test]
async fn a_second_post_of_the_same_page_has_each_input_once() {
    visit(setup(), async |world| {
        let systems = SYSTEMS.iter().filter(|system| ["mautic", "contact-form-7", "elementor"].contains(&system.page));
        for system in systems {
            come_to(world, system).await;
            system.send_from_here(world, GOOD, true).await;
            // The script reset its form: the box is to be ticked anew.
            let silent = {
                system.fill(world, GOOD).await;
                system.submit(world).await;
                world.posted().await
            };
            let text = String::from_utf8_lossy(&silent.body).into_owned();
            assert!(!text.contains("prequal_"), "{}: {text}", system.page);
            world.browser.wait(system.done).await;
            system.fill(world, GOOD).await;
            system.agree(world).await;
            system.submit(world).await;
            let again = world.posted().await;
            let count = again.fields().iter().filter(|(name, _)| name == "prequal_score").count();
            assert_eq!(count, 1, "{}", system.page);
        }
    })
    .await;
}
