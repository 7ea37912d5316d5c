//! What is kept of signals over visits: only for a visitor who agreed to that, and no longer.

use crate::harness::native::{Answer, FREIGHT_CHIEF};
use crate::harness::{QUIET, Setup, World, visit};
use crate::sightings::{KEY, PAGES, counted, do_it_all, flow, held, kept, setup, times, wait_until_watched};
use serde_json::{Value, json};

/// Through the conversation, agreeing to these purposes.
async fn agree_to(world: &World, purposes: &[usize]) {
    let chat = world.chat();
    chat.open().await;
    chat.answer_all(FREIGHT_CHIEF).await;
    if chat.asked().await == chat.label("phone") {
        chat.answer("phone", &Answer::Skip).await;
    }
    chat.tick_purposes(purposes).await;
    chat.click("[data-act=agree]").await;
    chat.wait_for_delivery("sent").await;
}

/// Moves all times of the record into the past.
async fn age(world: &World, days: u32) {
    let script = format!(
        "const by = {days} * 86400000, kept = JSON.parse(localStorage.getItem('{KEY}'));
        for (const key of ['agreed', 'until', 'at']) kept[key] -= by;
        for (const one of kept.seen) one[2] -= by;
        localStorage.setItem('{KEY}', JSON.stringify(kept));"
    );
    world.browser.js(&script).await;
}

/// To a page without a flow's script, so that nobody writes the record while the test changes it.
async fn rest(world: &World, days: u32) {
    world.go("/404.html").await;
    age(world, days).await;
}

#[tokio::test]
async fn several_visits_reach_what_one_does_not_and_fade() {
    let mut flow: Value = serde_json::from_slice(&flow(true)).expect("JSON");
    let rules = flow["scoring"]["rules"].as_array_mut().expect("rules");
    rules.retain(|rule| !rule["id"].as_str().is_some_and(|id| id.starts_with("on_")));
    rules.push(
        json!({ "id": "twice", "score": "interest", "points": 20, "reason": "Saw the calculator twice within two weeks",
        "signal": "calculator", "every": 2, "window": "14d" }),
    );
    rules
        .push(json!({ "id": "fading", "score": "interest", "points": 30, "reason": "Read it lately", "signal": "read",
        "decay": { "kind": "linear", "over": "30d" } }));
    rules.push(json!({ "id": "loyal", "score": "fit", "points": 3, "reason": "Came three times",
        "when": { ">=": [{ "var": "touch.visits" }, 3] } }));
    rules.push(json!({ "id": "saw_prices", "score": "fit", "points": 2, "reason": "Saw the prices at some time",
        "when": { "in": ["/pricing/", { "var": "touch.pages" }] } }));
    let setup = Setup { pages: PAGES, flow: Some(flow.to_string().into_bytes()), ..Setup::default() };
    visit(setup, async |world| {
        world.go("/pricing/?utm_source=ads").await;
        agree_to(world, &[0, 2]).await;
        assert_eq!(kept(world).await["visits"], 1);
        let points = async || {
            world.browser.js("scrollTo(0, 0)").await;
            world.browser.js_async("await prequal.open()").await;
            world.chat().wait_for_question().await;
            let held = held(world).await;
            let all = held["lead"]["contributions"].as_array().expect("contributions").clone();
            let of = move |rule: &str| all.iter().find(|one| one["source"] == rule).map(|one| one["decayed"].clone());
            (
                ["rule:twice", "rule:fading", "rule:loyal", "rule:saw_prices"].map(|rule| of(rule).unwrap_or_default()),
                held,
            )
        };
        let read = async || {
            wait_until_watched(world).await;
            world.browser.js("scrollTo(0, document.body.scrollHeight)").await;
            world.browser.wait(&format!("localStorage.getItem('{KEY}')?.split('calculator').length > 1")).await;
            tokio::time::sleep(QUIET).await;
        };
        // The second visit, ten days later: seen once.
        rest(world, 10).await;
        world.go("/lab/").await;
        read().await;
        let (found, lead) = points().await;
        assert_eq!(found, [Value::Null, json!(30), Value::Null, json!(2)], "once is not twice");
        let from = &lead["lead"]["attribution"];
        assert_eq!((&from["visits"], &from["touches"]), (&json!(2), &json!(2)));
        assert_eq!(from["first"], json!({ "landing_path": "/pricing/", "utm": [{ "key": "source", "value": "ads" }] }));
        assert_eq!(from["last"], json!({ "landing_path": "/lab/" }));
        assert_eq!(from["pages"], json!(["/pricing/", "/lab/"]));
        assert_eq!(counted(world).await["back"], 1);
        assert_eq!(counted(world).await["back_often"], Value::Null);
        // The third, ten days later again: seen twice within two weeks, and what was read has faded by a third.
        rest(world, 10).await;
        world.go("/lab/").await;
        wait_until_watched(world).await;
        let (found, _) = points().await;
        assert_eq!(found, [Value::Null, json!(20), json!(3), json!(2)]);
        world.browser.js("document.querySelector('prequal-chat').close()").await;
        world.browser.js("document.querySelector('#calculator').scrollIntoView()").await;
        world.browser.wait(&format!("localStorage.getItem('{KEY}')?.split('\\\\u0001calculator').length > 2")).await;
        let (found, _) = points().await;
        assert_eq!(found[0], 20, "twice within two weeks");
        // Five days later one of the two is too old.
        rest(world, 5).await;
        world.go("/plain/").await;
        let (found, _) = points().await;
        assert_eq!(found[0], 0, "one of the two is too old");
        assert_eq!(found[1], 25, "what was read last counts");
        // Ninety days from the agreement on nothing is left.
        rest(world, 66).await;
        world.go("/plain/").await;
        wait_until_watched(world).await;
        assert_eq!(kept(world).await, Value::Null);
        let (found, _) = points().await;
        assert_eq!(found, [const { Value::Null }; 4]);
        world.assert_said(&[]).await;
    })
    .await;
}

#[tokio::test]
async fn what_is_kept_is_bounded_shown_and_erased() {
    visit(setup(true), async |world| {
        world.go("/pricing/").await;
        agree_to(world, &[0]).await;
        world.go("/lab/").await;
        wait_until_watched(world).await;
        do_it_all(world).await;
        assert_eq!(kept(world).await, Value::Null, "a yes to the lead is none to be remembered");

        world.go("/pricing/").await;
        agree_to(world, &[0, 2]).await;
        world.go("/lab/").await;
        wait_until_watched(world).await;
        do_it_all(world).await;
        tokio::time::sleep(QUIET).await;
        let record = kept(world).await;
        for signal in ["partner", "read", "calculator", "film", "begun", "filled", "sent"] {
            assert_eq!(times(&record, signal), 1, "{signal}: {record}");
        }
        let text = record.to_string();
        assert!(!text.contains("a@b.example"), "no value: {text}");
        assert_eq!(held(world).await["kept"], json!([record]));

        // Bounded in number and in size.
        let script = "for (let i = 0; i < 700; i++) prequal.track('trial_' + i);
            await new Promise((done) => setTimeout(done, 900));
            const many = JSON.parse(localStorage.getItem('KEY')).seen.length;
            for (let i = 0; i < 300; i++) prequal.track('trial_' + 'x'.repeat(300) + i);
            await new Promise((done) => setTimeout(done, 900));
            const text = localStorage.getItem('KEY');
            return [many, text.length < 55000, text.includes('x299')];";
        let bounds = world.browser.js_async(&script.replace("KEY", KEY)).await;
        assert_eq!(bounds, json!([500, true, true]));

        // The visitor sees it, in their own page's words, and deletes it.
        world.go("/kept/").await;
        world.browser.wait("document.querySelector('prequal-kept').shadowRoot?.querySelector('li')").await;
        let shown = "const root = document.querySelector('prequal-kept').shadowRoot;
            return [root.textContent.includes('Used the trial (trial_'), root.querySelectorAll('li').length > 50,
                root.querySelectorAll('time').length > 52, root.querySelector('slot[name=none]') === null]";
        assert_eq!(world.browser.js(shown).await, json!([true, true, true, true]));
        world.browser.click("prequal-kept button").await;
        world.browser.wait("document.querySelector('prequal-kept').shadowRoot.querySelector('slot[name=none]')").await;
        assert_eq!(kept(world).await, Value::Null);
        // It does not come back, neither from this page nor on a later one.
        world.browser.js_async("await prequal.track('trial_again')").await;
        tokio::time::sleep(QUIET).await;
        assert_eq!(kept(world).await, Value::Null);
        world.go("/lab/").await;
        wait_until_watched(world).await;
        assert_eq!(kept(world).await, Value::Null);
    })
    .await;
}

#[tokio::test]
async fn a_yes_taken_back_deletes_it() {
    visit(setup(true), async |world| {
        for way in ["erase", "withdraw", "refuse"] {
            world.go("/pricing/").await;
            agree_to(world, &[0, 2]).await;
            assert_ne!(kept(world).await, Value::Null, "{way}");
            world.go("/lab/").await;
            wait_until_watched(world).await;
            match way {
                "refuse" => {
                    let chat = world.chat();
                    world.browser.js("scrollTo(0, 0)").await;
                    chat.open().await;
                    chat.answer_all(FREIGHT_CHIEF).await;
                    if chat.asked().await == chat.label("phone") {
                        chat.answer("phone", &Answer::Skip).await;
                    }
                    chat.refuse().await;
                }
                // Without a conversation.
                method => drop(world.browser.js_async(&format!("await prequal.{method}()")).await),
            }
            tokio::time::sleep(QUIET).await;
            assert_eq!(kept(world).await, Value::Null, "{way}");
            world.browser.js_async("await prequal.track('trial_x')").await;
            tokio::time::sleep(QUIET).await;
            assert_eq!(kept(world).await, Value::Null, "{way}");
        }
    })
    .await;
}

/// What another tab wrote in the meantime is still there after this one has written.
#[tokio::test]
async fn two_tabs_lose_nothing_of_each_other() {
    visit(setup(true), async |world| {
        world.go("/pricing/").await;
        agree_to(world, &[0, 2]).await;
        world.go("/plain/").await;
        wait_until_watched(world).await;
        world.browser.js_async("await prequal.track('trial_here')").await;
        tokio::time::sleep(QUIET).await;
        // The other tab read the record before, and writes what it knows beside it.
        let other = format!(
            "const kept = JSON.parse(localStorage.getItem('{KEY}'));
            kept.seen = [...kept.seen.filter(([, text]) => text !== 'trial_here'), [4, 'trial_there', Date.now()]];
            localStorage.setItem('{KEY}', JSON.stringify(kept));"
        );
        world.browser.js(&other).await;
        world.browser.js_async("await prequal.track('trial_again')").await;
        tokio::time::sleep(QUIET).await;
        let record = kept(world).await;
        let names: Vec<&str> =
            record["seen"].as_array().expect("a list").iter().filter_map(|one| one[1].as_str()).collect();
        for name in ["trial_here", "trial_there", "trial_again"] {
            assert_eq!(names.iter().filter(|one| **one == name).count(), 1, "{names:?}");
        }
        // Deleted over there, it is gone here too.
        world.browser.js(&format!("localStorage.removeItem('{KEY}')")).await;
        world.browser.js_async("await prequal.track('trial_later')").await;
        tokio::time::sleep(QUIET).await;
        assert_eq!(kept(world).await, Value::Null);
    })
    .await;
}

/// Where storage is denied it lasts as long as the page, and nothing breaks.
#[tokio::test]
async fn without_storage_it_lasts_as_long_as_the_page() {
    visit(setup(true), async |world| {
        world.go("/lab/").await;
        world
            .browser
            .js("Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }")
            .await;
        agree_to(world, &[0, 2]).await;
        assert_eq!(kept(world).await, Value::Null);
        world.browser.js_async("await prequal.track('trial_x')").await;
        tokio::time::sleep(QUIET).await;
        assert_eq!(counted(world).await["trial"], 1);
        world.assert_said(&[]).await;
    })
    .await;
}
