//! A qualified, consented lead arrives: once, with the engine's own score, whatever the network does.

use crate::harness::browser::texts;
use crate::harness::native::{Answer, FREIGHT_CHIEF, assert_agrees};
use crate::harness::proxy::Mode;
use crate::harness::{Setup, World, visit, wait_until};
use crate::{page, tag};
use prequal::flow::model::SignalKind;
use std::collections::BTreeSet;

/// All but the phone number, which is asked of the best leads only.
async fn answer_to_consent(world: &World) {
    world.go("/pricing/").await;
    let chat = world.chat();
    chat.open().await;
    chat.answer_all(FREIGHT_CHIEF).await;
    chat.answer("phone", &Answer::Skip).await;
    chat.assert_asked("consent").await;
}

#[tokio::test]
async fn a_qualified_lead_with_consent_arrives_once_with_the_engines_score() {
    visit(Setup::default(), async |world| {
        answer_to_consent(world).await;
        let chat = world.chat();
        assert_eq!(world.endpoint.log().connections, 0, "nothing before consent");
        chat.agree().await;
        chat.wait_for_delivery("sent").await;
        let lead = world.the_one_lead().await;
        let answers = [FREIGHT_CHIEF, &[("phone", Answer::Skip)]].concat();
        assert_agrees(&lead, &world.flow, &[(SignalKind::PageView, "/pricing/")], &answers);
        assert_eq!((lead.total, lead.stage.as_str()), (100, "sql"));
        prequal::verify(&world.flow, &lead).unwrap();
        let consent = lead.consent.unwrap();
        let granted: Vec<_> = consent.purposes.iter().map(|purpose| (purpose.id.as_str(), purpose.granted)).collect();
        assert_eq!(granted, [("contact", true), ("newsletter", false)]);
        assert_eq!(consent.collected_by.page, format!("{}/pricing/", world.site.origin()));
        assert_eq!(world.endpoint.posts().len(), 1);
        world.assert_said(&[]).await;
    })
    .await;
}

#[tokio::test]
async fn the_visitor_reads_that_it_was_sent_only_after_it_was_kept_and_sent() {
    visit(Setup::default(), async |world| {
        answer_to_consent(world).await;
        assert_eq!(world.kept_in_browser().await, [""; 0]);
        assert_eq!(world.traces().await["databases"], 0, "nothing is kept before consent");
        world.endpoint.switch(Mode::Stall).await;
        let chat = world.chat();
        chat.agree().await;
        world.endpoint.wait_for_another_post(0).await;
        let kept = world.kept_in_browser().await;
        assert_eq!(kept.len(), 1);
        let key = world.endpoint.posts()[0].header("idempotency-key").unwrap().to_owned();
        assert!(kept[0].contains(&key), "what is kept is what is sent");
        assert_eq!(chat.delivery().await, "sending");
        assert!(!chat.status().await.starts_with("Sent"));
        world.endpoint.switch(Mode::Pass).await;
        chat.wait_for_delivery("sent").await;
        wait_until("an empty store", async || world.kept_in_browser().await.is_empty()).await;
        world.the_one_lead().await;
    })
    .await;
}

#[tokio::test]
async fn down_then_up_arrives_once() {
    visit(Setup::default(), async |world| {
        answer_to_consent(world).await;
        world.endpoint.switch(Mode::Refuse).await;
        let chat = world.chat();
        chat.agree().await;
        chat.wait_for_delivery("retrying").await;
        assert_eq!(world.leads().await.len(), 0);
        // A second failure of another kind: the server commits, and its answer is lost.
        world.endpoint.switch(Mode::Lose).await;
        wait_until("a lead in the receiver's file", async || world.leads().await.len() == 1).await;
        world.endpoint.switch(Mode::Reset).await;
        let before = world.endpoint.posts().len();
        // Later waits are long; the browser says that it is online again, and they are cut short.
        wait_until("another attempt", async || {
            world.browser.come_online().await;
            world.endpoint.posts().len() > before
        })
        .await;
        assert_eq!(chat.delivery().await, "retrying");
        assert!(chat.status().await.contains("keep trying"));
        assert_eq!(world.kept_in_browser().await.len(), 1, "kept until it is acknowledged");
        world.endpoint.switch(Mode::Pass).await;
        wait_until("that it was sent", async || {
            world.browser.come_online().await;
            chat.delivery().await == "sent"
        })
        .await;
        world.the_one_lead().await;
        let posts = world.endpoint.posts();
        let keys: BTreeSet<_> = posts.iter().map(|post| post.header("idempotency-key")).collect();
        let bodies: BTreeSet<_> = posts.iter().map(|post| &post.body).collect();
        assert!(posts.len() >= 3);
        assert_eq!((keys.len(), bodies.len()), (1, 1), "every attempt is the same");
        assert!(keys.first().unwrap().is_some_and(|key| key.len() == 32));
    })
    .await;
}

#[tokio::test]
async fn a_reload_in_the_middle_of_sending_makes_no_second_lead() {
    visit(Setup::default(), async |world| {
        answer_to_consent(world).await;
        world.endpoint.switch(Mode::Hold).await;
        world.chat().agree().await;
        wait_until("a lead in the receiver's file", async || world.leads().await.len() == 1).await;
        assert_eq!(world.chat().delivery().await, "sending");
        world.browser.reload().await;
        world.endpoint.switch(Mode::Pass).await;
        wait_until("an empty store", async || world.kept_in_browser().await.is_empty()).await;
        let lead = world.the_one_lead().await;
        let keys: BTreeSet<_> =
            world.endpoint.posts().iter().map(|post| post.header("idempotency-key").map(str::to_owned)).collect();
        assert_eq!(keys, BTreeSet::from([Some(lead.idempotency_key)]));
    })
    .await;
}

#[tokio::test]
async fn the_next_page_delivers_what_an_earlier_one_could_not() {
    visit(Setup::default(), async |world| {
        answer_to_consent(world).await;
        world.endpoint.switch(Mode::Refuse).await;
        world.chat().agree().await;
        world.chat().wait_for_delivery("retrying").await;
        world.browser.reload().await;
        tokio::time::sleep(crate::harness::QUIET).await;
        assert_eq!(world.kept_in_browser().await.len(), 1, "it survives a page that cannot send it either");
        world.endpoint.switch(Mode::Pass).await;
        // Another page, and nobody opens the widget.
        world.go("/privacy/").await;
        world.the_one_lead().await;
        wait_until("an empty store", async || world.kept_in_browser().await.is_empty()).await;
        assert_eq!(world.chat().js("!!root.querySelector('[part~=panel]')").await, false);
        let flows = world.site.log().requests.iter().filter(|request| request.path == "/prequal.json").count();
        assert_eq!(flows, 1, "a lead on its way needs no flow");
    })
    .await;
}

/// On a page that falls asleep with each transaction: what each came to, `"put committed"` or `"get aborted"`.
const SLEEPER: (&str, &str) =
    page!("sleeper", "<script src=/sleeper/sleep.js></script>", tag!("data-endpoint=http://127.0.0.1:4174/v1/leads"));
const SLEEP: (&str, &str) = (
    "sleeper/sleep.js",
    "globalThis.ends = [];
    for (const method of ['get', 'put']) {
        const original = IDBObjectStore.prototype[method];
        const seen = new Set();
        IDBObjectStore.prototype[method] = function (...given) {
            const { transaction } = this;
            if (transaction.mode === 'readwrite' && !seen.has(transaction)) {
                seen.add(transaction);
                for (const end of ['complete', 'abort']) transaction.addEventListener(end, () => ends.push(`${method} ${end}`));
                setTimeout(() => dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })));
            }
            return original.apply(this, given);
        };
    }",
);

/// A page that sleeps in the browser's cache with a transaction would keep later pages from the database. What was
/// to be written is written all the same; what would have come of reading is done by who comes next.
#[tokio::test]
async fn no_transaction_sleeps_with_its_page() {
    visit(Setup { pages: &[SLEEPER, SLEEP], ..Setup::default() }, async |world| {
        world.go("/sleeper/").await;
        let chat = world.chat();
        chat.open().await;
        chat.answer_all(FREIGHT_CHIEF).await;
        chat.agree().await;
        chat.wait_for_delivery("sent").await;
        world.the_one_lead().await;
        wait_until("an empty store", async || world.kept_in_browser().await.is_empty()).await;
        let ends = texts(&world.browser.js("return ends").await);
        // The receipt, the lead, and that it was delivered.
        assert_eq!(ends, ["put complete", "put complete", "get abort"]);
        world.assert_said(&[]).await;
    })
    .await;
}
