//! What a visitor does on the site counts, before the widget is opened and after.

use crate::harness::native::{Answer, FREIGHT_CHIEF, assert_agrees};
use crate::harness::{Setup, World, visit};
use prequal::flow::model::SignalKind::{Download, PageView};

/// Follows a link of the site, which changes the page within the page.
async fn follow(world: &World, path: &str) {
    world.browser.click(&format!("#site-nav a[href='{path}']")).await;
    world.browser.wait(&format!("location.pathname === '{path}' && document.querySelector('main h1')")).await;
}

#[tokio::test]
async fn pages_and_downloads_give_and_take_points() {
    visit(Setup::default(), async |world| {
        world.go("/").await;
        follow(world, "/pricing/").await;
        follow(world, "/white-paper/").await;
        let chat = world.chat();
        chat.open().await;
        chat.answer_all(&FREIGHT_CHIEF[..2]).await;
        chat.close().await;
        world.browser.click("main a[download]").await;
        follow(world, "/careers/").await;
        // The conversation goes on where it was.
        chat.open().await;
        chat.answer_all(&FREIGHT_CHIEF[2..]).await;
        chat.answer("phone", &Answer::Skip).await;
        chat.agree().await;
        chat.wait_for_delivery("sent").await;
        let lead = world.the_one_lead().await;
        let given = |rule: &str| lead.contributions.iter().find(|one| one.source == rule).map(|one| one.points);
        assert_eq!(given("rule:pricing"), Some(25));
        assert_eq!(given("rule:white-paper"), Some(10));
        assert_eq!(given("rule:careers"), Some(-15));
        let pdf = "/white-paper/northbeam-buyers-guide.pdf";
        let seen = [
            (PageView, "/"),
            (PageView, "/pricing/"),
            (PageView, "/white-paper/"),
            (Download, pdf),
            (PageView, "/careers/"),
        ];
        let answers = [FREIGHT_CHIEF, &[("phone", Answer::Skip)]].concat();
        assert_agrees(&lead, &world.flow, &seen, &answers);
        let landing = &lead.attribution.unwrap().first.landing_path;
        assert_eq!(landing, "/", "where the visit began, not where the widget was opened");
    })
    .await;
}

#[tokio::test]
async fn a_visitor_who_saw_no_page_that_counts_has_no_signals() {
    visit(Setup::default(), async |world| {
        world.go("/?utm_source=ads&gclid=7").await;
        let chat = world.chat();
        chat.open().await;
        chat.answer_all(&FREIGHT_CHIEF[..2]).await;
        world.browser.js("history.pushState(null, '', '/contact/?utm_source=letter&utm_medium=email&q=private')").await;
        chat.answer_all(&FREIGHT_CHIEF[2..]).await;
        // 75 points: not among the best, who are asked for a number.
        chat.agree().await;
        chat.wait_for_delivery("sent").await;
        let lead = world.the_one_lead().await;
        assert_agrees(&lead, &world.flow, &[(PageView, "/"), (PageView, "/contact/")], FREIGHT_CHIEF);
        let from = lead.attribution.as_ref().expect("where the visit came from");
        let last = from.last.as_ref().expect("the visitor came anew, by another campaign");
        let utm = |touch: &prequal::lead::Touch| {
            touch.utm.iter().map(|utm| format!("{}={}", utm.key, utm.value)).collect::<Vec<_>>()
        };
        assert_eq!((from.first.landing_path.as_str(), utm(&from.first)), ("/", vec!["source=ads".to_owned()]));
        assert_eq!(last.landing_path, "/contact/");
        assert_eq!(utm(last), ["source=letter", "medium=email"], "no parameter but UTM is taken");
        assert_eq!((lead.total, lead.stage.as_str(), lead.signals.len()), (75, "mql", 0));
    })
    .await;
}
