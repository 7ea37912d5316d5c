//! The gallery as a visitor walks through it.

use crate::accessible::assert_accessible_in;
use crate::forms_systems::setup;
use crate::harness::browser::{DESKTOP, Look, texts};
use crate::harness::{Setup, visit};
use serde_json::json;

const PHONE: Look = Look { width: 390, height: 844, dark: true };

/// What runs only once a page's own script did.
const SCRIPTED: &[(&str, &str)] = &[
    ("/forms/mautic/", "document.querySelector('#mauticform_northbeam').target === 'mauticiframe_northbeam'"),
    ("/forms/contact-form-7/", "document.querySelector('.wpcf7.js')"),
];

#[tokio::test]
async fn every_form_is_reached_by_its_link_and_fits_the_window() {
    for look in [DESKTOP, PHONE] {
        visit(Setup { look, without: &["dist/prequal.js"], ..setup() }, async |world| {
            world.go("/").await;
            world.browser.click(".foot a[href='/forms/']").await;
            world.browser.wait("document.querySelector('.gallery')").await;
            let links = "return [...document.querySelectorAll('.gallery a')].map((link) => link.getAttribute('href'))";
            let links = texts(&world.browser.js(links).await);
            assert_eq!(links.len(), 10);
            if look.width == DESKTOP.width {
                assert_accessible_in(world, "document", "gallery").await;
            }
            for link in &links {
                world.go("/forms/").await;
                world.browser.click(&format!(".gallery a[href='{link}']")).await;
                world.browser.wait(&format!("location.pathname === '{link}' && document.readyState === 'complete'")).await;
                if let Some((_, ran)) = SCRIPTED.iter().find(|(page, _)| page == link) {
                    world.browser.wait(ran).await;
                }
                let shown = "const root = document.documentElement;
                    const form = document.querySelector('main form[data-prequal]');
                    return [form.checkVisibility(), root.scrollWidth <= root.clientWidth, document.querySelectorAll('h1').length]";
                assert_eq!(world.browser.js(shown).await, json!([true, true, 1]), "{link}");
                let nameless = "return [...document.querySelectorAll('main form :is(input:not([type=hidden], [type=submit], [type=button]), select, textarea)')]
                    .filter((control) => !control.labels.length && !control.title && !control.ariaLabel).map((control) => control.name)";
                assert_eq!(world.browser.js(nameless).await, json!([]), "{link}: every control has a name");
            }
            world.assert_said(&[]).await;
        })
        .await;
    }
}
