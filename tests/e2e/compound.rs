//! Questions whose answers have parts, a step that offers a link, and a link that answers fill: by mouse and by
//! keyboard, each state accessible and on a small phone.

use crate::accessible::assert_accessible;
use crate::harness::browser::key;
use crate::harness::{Setup, visit, wait_until};
use crate::layout::{SMALL, Walk};
use serde_json::{Value, json};

/// A flow that asks them all.
fn flow() -> Vec<u8> {
    let option = |id: &str, label: &str| json!({ "id": id, "label": label });
    let fields = json!([
        { "id": "trade", "kind": "single_choice", "label": "What do you make?", "score": "fit", "options": [
            { "id": "boxes", "label": "Boxes" },
            { "id": "other", "label": "Something else", "points": 60, "asks": "own_trade" }
        ] },
        { "id": "own_trade", "kind": "short_text", "label": "What is it?", "max_length": 40 },
        { "id": "where", "kind": "multiple_choice", "label": "Where do you sell?", "options": [
            option("shop", "In a shop"), { "id": "else", "label": "Elsewhere", "asks": "own_where" }
        ] },
        { "id": "own_where", "kind": "short_text", "label": "Where is that?", "optional": true },
        { "id": "stay", "kind": "date_range", "label": "From when to when?", "earliest": "2026-01-01" },
        { "id": "needs", "kind": "ranking", "label": "What matters most?", "options": [
            option("price", "The price"), option("speed", "How fast it comes"), option("help", "Help at any time")
        ] },
        { "id": "grades", "kind": "matrix", "label": "How good is it today?",
            "rows": [option("price", "The price"), option("speed", "The speed")],
            "options": [option("bad", "Bad"), option("fair", "Fair"), option("good", "Good")] },
        { "id": "vat", "kind": "short_text", "label": "Your VAT number?", "pattern": "[A-Z]{2}\\d{9}",
            "pattern_message": "Two letters and nine digits, please." },
        { "id": "phone", "kind": "phone", "label": "Your number?", "country": "DE", "personal": true },
        { "id": "email", "kind": "email", "label": "Email", "personal": true }
    ]);
    let mut steps: Vec<Value> = ["trade", "where", "stay", "needs", "grades", "vat", "phone", "email"]
        .map(|field| json!({ "id": format!("ask_{field}"), "ask": field }))
        .into();
    steps[0]["say"] = json!(["Good day!"]);
    steps[3]["say"] = json!(["You make {own_trade|boxes}."]);
    steps.insert(5, json!({ "id": "guide", "say": ["There is a guide."], "link": { "label": "Read the guide", "url": "/white-paper/" } }));
    steps.extend([
        json!({ "id": "agree", "say": ["{trade}; {stay}; {needs}; {grades}."], "consent": true }),
        json!({ "id": "end", "end": "bye" }),
    ]);
    let action = json!({ "label": "Choose a time", "url": "https://meet.example/demo?from=site#top", "prefill": [
        { "parameter": "email", "field": "email" }, { "parameter": "about", "field": "own_trade" }
    ] });
    let flow = json!({
        "prequal": 1, "id": "compound", "version": 1, "title": "In parts", "locale": "en", "fields": fields,
        "scoring": { "scores": [{ "id": "fit", "label": "Fit", "cap": 60 }] },
        "stages": [{ "id": "cold", "label": "Cold" }, { "id": "warm", "label": "Warm", "from": 50 }],
        "conversation": { "start": "ask_trade", "steps": steps },
        "consent": {
            "controller": "Parts Ltd", "notice_url": "/privacy", "notice_version": "1", "withdrawal": "Write to us.", "retention_days": 30,
            "purposes": [{ "id": "contact", "text": "Parts Ltd may contact me.", "required": true }]
        },
        "delivery": { "minimum_stage": "warm" },
        "outcomes": [{ "id": "bye", "kind": "book_meeting", "title": "Thank you", "text": "See you.", "action": action }]
    });
    flow.to_string().into_bytes()
}

const LINK: &str = "root.querySelector('.outcome a')?.getAttribute('href') ?? ''";

#[tokio::test]
async fn answers_in_parts_are_given_by_hand_and_by_keyboard() {
    visit(Setup { look: SMALL, ..Setup::flow(flow()) }, async |world| {
        world.go("/pricing/").await;
        let listen = "window.told = [];
            for (const name of ['answer', 'link', 'step'])
                addEventListener('prequal:' + name, (event) => told.push([name, JSON.stringify(event.detail)]));";
        world.browser.js(listen).await;
        let chat = world.chat();
        let mut walk = Walk::of(world);
        let mut seen = async |name: &str| {
            walk.state(name).await;
            assert_accessible(world, name).await;
        };
        let next = async |asked: &str| chat.assert_asked(chat.label(asked)).await;
        // An option that asks for words is got ready by the face alone, and given once the engine is there.
        world.site.hold_file("/prequal-engine.wasm");
        chat.open().await;
        seen("words-not-yet").await;
        assert_eq!(chat.js("root.querySelector('.own').checkVisibility()").await, false);
        chat.click("form .option[data-place='1']").await;
        assert_eq!(chat.js("root.activeElement.id").await, "field", "one goes on where the words belong");
        assert_eq!(chat.js("root.querySelector('.option[data-place=\"1\"]').ariaPressed").await, "true");
        seen("words").await;
        world.browser.type_text("Boats").await;
        world.browser.press(&[key::ENTER]).await;
        world.site.let_go();
        next("where").await;
        assert_eq!(chat.transcript().await, ["Something else: Boats"]);
        chat.change("trade").await;
        assert_eq!(chat.js("root.querySelector('#field').value").await, "Boats");
        seen("words-changing").await;
        chat.type_into_field(" ").await;
        chat.click("form [type=submit]").await;
        assert_eq!(chat.problem().await, "Please answer this question.");
        seen("words-missing").await;
        chat.type_into_field("Ships").await;
        chat.click("form [type=submit]").await;
        next("where").await;
        chat.click("form .option:nth-child(3)").await;
        assert_eq!(chat.js("root.querySelector('.own').checkVisibility()").await, true);
        seen("words-of-several").await;
        chat.click("form .option:nth-child(3)").await;
        assert_eq!(chat.js("root.querySelector('.own').checkVisibility()").await, false);
        chat.click("form .option:nth-child(2)").await;
        chat.click("form .option:nth-child(3)").await;
        chat.type_into_field("By post").await;
        chat.click("form .row [type=submit]").await;
        chat.assert_asked(chat.label("stay")).await;
        // Each browser has a calendar of its own, in the order of its own language.
        chat.js("root.querySelector('#field').value = '2026-10-31'").await;
        chat.js("root.querySelector('#until').value = '2026-10-01'").await;
        chat.click("form [type=submit]").await;
        assert_eq!(chat.problem().await, "The end can’t be before the start.");
        seen("range").await;
        chat.js("root.querySelector('#until').value = '2026-11-02'").await;
        // A look at an earlier answer takes neither day away.
        chat.change("trade").await;
        chat.click("[data-act=keep]").await;
        let days = "[...root.querySelectorAll('form [type=date]')].map((day) => day.value)";
        assert_eq!(chat.js(days).await, json!(["2026-10-31", "2026-11-02"]));
        chat.click("form [type=submit]").await;
        next("needs").await;
        seen("order-not-yet").await;
        chat.click("form [type=submit]").await;
        assert_eq!(chat.problem().await, "Please put all of them in order.");
        // By keyboard: the second, then the third; the first is what is left.
        chat.tab_to("form .option[data-place='1']").await;
        world.browser.press(&[key::ENTER]).await;
        assert_eq!(chat.problem().await, "");
        world.browser.press(&[key::DOWN, ' ']).await;
        let order = "[...root.querySelectorAll('form .option')].map((o) => o.innerText.replace(/\\s+/g, ' ') + ' ' + o.ariaPressed)";
        assert_eq!(chat.js(order).await, json!(["3 The price true", "1 How fast it comes true", "2 Help at any time true"]));
        let said = chat.js("root.querySelector('form [role=status]').textContent.trim()").await;
        assert_eq!(said, "1. How fast it comes 2. Help at any time 3. The price");
        // Taken out and put in again, it is the last.
        chat.click("form .option[data-place='1']").await;
        assert_eq!(chat.js(order).await, json!(["2 The price true", "How fast it comes false", "1 Help at any time true"]));
        chat.click("form .option[data-place='1']").await;
        seen("order").await;
        chat.click("form [type=submit]").await;
        next("grades").await;
        // Changing it begins with the order that was given.
        chat.change("needs").await;
        assert_eq!(chat.js(order).await, json!(["2 The price true", "3 How fast it comes true", "1 Help at any time true"]));
        chat.click("form [type=submit]").await;
        next("grades").await;
        chat.click("form .cells:nth-child(1) .cell:nth-of-type(3)").await;
        chat.click("form [type=submit]").await;
        assert_eq!(chat.problem().await, "Please choose an answer in every row.");
        seen("rows").await;
        // By keyboard within the second row.
        chat.tab_to("form .cells:nth-child(2) input").await;
        world.browser.press(&[key::RIGHT]).await;
        assert_eq!(chat.js("root.querySelectorAll('form input')[4].checked").await, true);
        chat.click("form [type=submit]").await;
        chat.wait("root.querySelector('[data-act=follow]')").await;
        assert_eq!(chat.js("root.activeElement.textContent").await, "Read the guideopens in a new tab");
        seen("link").await;
        let client = &world.browser.client;
        let here = client.window().await.expect("a window");
        chat.click("[data-act=follow]").await;
        wait_until("a tab of its own", async || client.windows().await.expect("windows").len() == 2).await;
        // In front of the page it would keep it from being measured.
        for window in client.windows().await.expect("windows").into_iter().filter(|window| *window != here) {
            client.switch_to_window(window).await.expect("the other tab");
            client.close_window().await.expect("it closes");
        }
        client.switch_to_window(here).await.expect("the page");
        chat.click("form [type=submit]").await;
        next("vat").await;
        chat.type_into_field("de123").await;
        chat.click("form [type=submit]").await;
        assert_eq!(chat.problem().await, "Two letters and nine digits, please.");
        chat.type_into_field("DE123456789").await;
        chat.click("form [type=submit]").await;
        next("phone").await;
        let country = "root.querySelector('select').selectedOptions[0].textContent";
        assert_eq!(chat.js(country).await, "Germany \u{200e}+49");
        seen("number").await;
        chat.js("root.querySelector('select').value = [...root.querySelectorAll('option')].find((o) => o.textContent.startsWith('United Kingdom')).value").await;
        chat.change("vat").await;
        chat.click("[data-act=keep]").await;
        assert_eq!(chat.js(country).await, "United Kingdom \u{200e}+44");
        chat.type_into_field("020 7946 0123").await;
        chat.click("form [type=submit]").await;
        next("email").await;
        chat.type_into_field("ada@boats.example").await;
        chat.click("form [type=submit]").await;
        chat.assert_asked("consent").await;
        let said = chat.js("[...root.querySelectorAll('.say')].pop().textContent").await;
        assert_eq!(
            said,
            "Something else: Ships; Oct 31, 2026\u{a0}– Nov 2, 2026; Help at any time, The price, How fast it comes; The price: Good, The speed: Fair."
        );
        assert_eq!(chat.js(LINK).await, "");
        chat.agree().await;
        chat.wait_for_delivery("sent").await;
        assert_eq!(chat.js(LINK).await, "https://meet.example/demo?from=site&email=ada%40boats.example&about=Ships#top");
        // Followed where the page stays, to hear what it is told.
        chat.js("root.querySelector('.outcome a').addEventListener('click', (event) => event.preventDefault())").await;
        chat.click(".outcome a").await;
        let told = world.browser.js("return told").await;
        let told: Vec<[String; 2]> = serde_json::from_value(told).expect("texts");
        assert!(told.contains(&["link".into(), json!({ "step": "guide" }).to_string()]), "{told:?}");
        assert_eq!(told.last(), Some(&["link".into(), json!({ "step": "end" }).to_string()]), "the outcome's is told too");
        assert!(!told.iter().any(|[_, detail]| detail.contains("Ships") || detail.contains("white-paper")), "{told:?}");
        let lead = serde_json::to_value(&world.the_one_lead().await.answers).expect("answers");
        assert_eq!(
            lead,
            json!({
                "trade": "other", "own_trade": "Ships", "where": ["shop", "else"], "own_where": "By post",
                "stay": ["2026-10-31", "2026-11-02"], "needs": ["help", "price", "speed"],
                "grades": { "price": "good", "speed": "fair" }, "vat": "DE123456789", "phone": "+442079460123",
                "email": "ada@boats.example"
            })
        );
    })
    .await;
}

/// Who refuses follows the plain link; no address ever held an answer.
#[tokio::test]
async fn without_consent_no_link_carries_an_answer() {
    visit(Setup::flow(flow()), async |world| {
        world.go("/pricing/").await;
        let chat = world.chat();
        chat.open().await;
        chat.click("form .option[data-place='1']").await;
        chat.type_into_field("Boats").await;
        chat.click("form .own [type=submit]").await;
        chat.assert_asked(chat.label("where")).await;
        chat.click("form .option:nth-child(2)").await;
        chat.click("form .row [type=submit]").await;
        chat.assert_asked(chat.label("stay")).await;
        chat.js("root.querySelector('#field').value = root.querySelector('#until').value = '2026-10-31'").await;
        chat.click("form [type=submit]").await;
        chat.assert_asked(chat.label("needs")).await;
        chat.click("form .option[data-place='0']").await;
        chat.click("form .option[data-place='1']").await;
        chat.click("form [type=submit]").await;
        chat.assert_asked(chat.label("grades")).await;
        chat.click("form .cells:nth-child(1) .cell").await;
        chat.click("form .cells:nth-child(2) .cell").await;
        chat.click("form [type=submit]").await;
        chat.wait("root.querySelector('[data-act=follow]')").await;
        chat.click("form [type=submit]").await;
        chat.type_into_field("DE123456789").await;
        chat.click("form [type=submit]").await;
        chat.type_into_field("+49 (0)30 123456").await;
        chat.click("form [type=submit]").await;
        chat.type_into_field("ada@boats.example").await;
        chat.click("form [type=submit]").await;
        chat.assert_asked("consent").await;
        chat.refuse().await;
        chat.assert_asked("Thank you").await;
        assert_eq!(chat.js(LINK).await, "https://meet.example/demo?from=site#top");
        world.assert_nothing_was_sent().await;
    })
    .await;
}
