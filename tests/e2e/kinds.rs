//! Every kind of question, answered by hand in a real browser, as it arrives; each is accessible.

use crate::accessible::assert_accessible;
use crate::harness::browser::key;
use crate::harness::{Setup, visit};
use serde_json::{Value, json};

const PICTURES: &[(&str, &str)] = &[
    (
        "images/boxes.svg",
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><path fill='peru' d='M1 2h7v6H1z'/></svg>",
    ),
    (
        "images/tanks.svg",
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><circle fill='teal' cx='4.5' cy='4.5' r='4'/></svg>",
    ),
];

/// A flow that asks them all.
fn flow() -> Vec<u8> {
    let option = |id: &str, label: &str| json!({ "id": id, "label": label });
    let ports = [
        "Antwerp",
        "Bremerhaven",
        "Felixstowe",
        "Gdańsk",
        "Genoa",
        "Hamburg",
        "Le Havre",
        "Piraeus",
        "Rotterdam",
        "Valencia",
        "Zeebrugge",
    ]
    .map(|port| option(&port.to_ascii_lowercase().replace([' ', 'ń'], "-"), port));
    let mut fields = vec![
        json!({ "id": "has_budget", "kind": "yes_no", "label": "Is there a budget?", "score": "fit",
            "options": [{ "id": "yes", "label": "There is", "points": 60 }, { "id": "no", "label": "Not yet" }] }),
        json!({ "id": "before", "kind": "yes_no", "label": "Have you used us before?" }),
        json!({ "id": "pain", "kind": "rating", "label": "How much does it hurt?", "low": "Hardly", "high": "Badly" }),
        json!({ "id": "likely", "kind": "nps", "label": "How likely are you to recommend us?" }),
        json!({ "id": "share", "kind": "slider", "label": "How much of it is by sea?", "min": 0, "max": 100, "step": 5, "unit": "%" }),
        json!({ "id": "amount", "kind": "money", "label": "How much a year?", "currency": "EUR", "min": 1 }),
        json!({ "id": "site", "kind": "url", "label": "Where is your site?", "placeholder": "company.com" }),
        json!({ "id": "start", "kind": "date", "label": "When do you start?", "earliest": "2026-01-01" }),
        json!({ "id": "country", "kind": "country", "label": "Where are you?" }),
        json!({ "id": "company", "kind": "company", "label": "What is your company called?" }),
        json!({ "id": "freight", "kind": "single_choice", "label": "What do you ship?", "options": [
            { "id": "boxes", "label": "Boxes", "image": "/images/boxes.svg" }, { "id": "tanks", "label": "Tanks", "image": "/images/tanks.svg" }
        ] }),
        json!({ "id": "ports", "kind": "multiple_choice", "label": "Which ports?", "options":
ports }),
    ];
    fields.push(json!({ "id": "email", "kind": "email", "label": "Email", "personal": true }));
    let mut steps: Vec<Value> =
        fields.iter().map(|field| json!({ "id": format!("ask_{}", field["id"].as_str().unwrap()), "say": [field["label"]], "ask": field["id"] })).collect();
    steps.extend([
        json!({ "id": "agree", "say": ["From {country}, from {start} on: {amount}."], "consent": true }),
        json!({ "id": "end", "end": "bye" }),
    ]);
    flow_of(json!(fields), json!(steps)).to_string().into_bytes()
}

/// A flow in which these fields are asked in these steps, and a lead of 50 points is sent.
pub fn flow_of(fields: Value, steps: Value) -> Value {
    json!({
        "prequal": 1, "id": "kinds", "version": 1, "title": "Every kind", "locale": "en", "fields": fields,
        "scoring": { "scores": [{ "id": "fit", "label": "Fit", "cap": 60 }] },
        "stages": [{ "id": "cold", "label": "Cold" }, { "id": "warm", "label": "Warm", "from": 50 }],
        "conversation": { "start": steps[0]["id"], "steps": steps },
        "consent": {
            "controller": "Kinds Ltd", "notice_url": "/privacy", "notice_version": "1", "withdrawal": "Write to us.", "retention_days": 30,
            "purposes": [{ "id": "contact", "text": "Kinds Ltd may contact me.", "required": true }]
        },
        "delivery": { "minimum_stage": "warm" },
        "outcomes": [{ "id": "bye", "kind": "talk_to_sales", "title": "Thank you", "text": "See you." }]
    })
}

#[tokio::test]
async fn every_kind_is_answered_by_hand() {
    visit(Setup { pages: PICTURES, ..Setup::flow(flow()) }, async |world| {
        world.go("/pricing/").await;
        let listen = "window.told = [];
            for (const name of ['ready', 'open', 'close', 'step', 'answer', 'score', 'stage', 'consent', 'submitted', 'delivered', 'error'])
                addEventListener('prequal:' + name, (event) => told.push([name, event.target.localName, JSON.stringify(event.detail)]));";
        world.browser.js(listen).await;
        let chat = world.chat();
        let mut shots = 0;
        let mut seen = async |name: &str| {
            shots += 1;
            if let Some(folder) = std::env::var_os("PREQUAL_SHOTS") {
                let file = std::path::Path::new(&folder).join(format!("kind-{shots:02}-{name}.png"));
                std::fs::write(file, world.browser.screenshot().await).expect("a picture");
            }
            assert_accessible(world, name).await;
        };
        let next = async |asked: &str| chat.assert_asked(chat.label(asked)).await;
        chat.open().await;
        let pictures = || world.site.log().requests.iter().filter(|request| request.path.starts_with("/images/")).count();
        crate::harness::wait_until("the pictures of all questions", async || pictures() == 2).await;
        seen("yes-no").await;
        chat.click("form .option[data-place='0']").await;
        next("before").await;
        assert_eq!(
            chat.js("[...root.querySelectorAll('form .option')].map((o) => o.textContent)").await,
            json!(["Yes", "No"])
        );
        chat.click("form .option[data-place='1']").await;
        next("pain").await;
        seen("rating").await;
        assert_eq!(chat.js("root.querySelector('.ends').textContent").await, "HardlyBadly");
        chat.click("form .option[data-place='3']").await;
        next("likely").await;
        seen("nps").await;
        assert_eq!(chat.js("root.querySelectorAll('form .option').length").await, 11);
        chat.click("form .option[data-place='9']").await;
        next("share").await;
        assert_eq!(chat.js("root.querySelector('output').textContent").await, "50");
        chat.tab_to("#field").await;
        world.browser.press(&[key::RIGHT, key::RIGHT]).await;
        assert_eq!(chat.js("root.querySelector('output').textContent").await, "60");
        seen("slider").await;
        chat.click("form [type=submit]").await;
        next("amount").await;
        chat.type_into_field("€ 12,500").await;
        seen("money").await;
        chat.click("form [type=submit]").await;
        next("site").await;
        chat.type_into_field("fleetworks").await;
        chat.click("form [type=submit]").await;
        assert_eq!(chat.problem().await, "Please enter a web address, such as company.com.");
        seen("url-wrong").await;
        chat.type_into_field("fleetworks.example").await;
        chat.click("form [type=submit]").await;
        next("start").await;
        // Each browser has a calendar of its own, in the order of its own language.
        chat.js("root.querySelector('#field').value = '2025-10-01'").await;
        chat.click("form [type=submit]").await;
        assert_eq!(chat.problem().await, "Please choose Jan 1, 2026 or later.");
        seen("date").await;
        chat.js("root.querySelector('#field').value = '2026-10-01'").await;
        chat.click("form [type=submit]").await;
        next("country").await;
        chat.find(".search").await.send_keys("cote d'iv").await.expect("a search takes keys");
        let found =
            "[...root.querySelectorAll('.option')].filter((o) => o.checkVisibility()).map((o) => o.textContent)";
        assert_eq!(chat.js(found).await, json!(["Côte d’Ivoire"]).clone(), "whatever the accents");
        chat.find(".search").await.clear().await.expect("a search can be emptied");
        chat.find(".search").await.send_keys("ireland").await.expect("a search takes keys");
        seen("country").await;
        chat.click("form .option:not([hidden])").await;
        next("company").await;
        chat.type_into_field("Fleetworks").await;
        chat.click("form [type=submit]").await;
        next("freight").await;
        seen("pictures").await;
        assert_eq!(pictures(), 2, "no request tells what is asked");
        chat.click("form .option[data-place='1']").await;
        next("ports").await;
        chat.find(".search").await.send_keys("gdansk").await.expect("a search takes keys");
        chat.click("form .option:not([hidden])").await;
        chat.find(".search").await.clear().await.expect("a search can be emptied");
        chat.find(".search").await.send_keys("h").await.expect("a search takes keys");
        seen("ports").await;
        chat.click("form [type=submit]").await;
        next("email").await;
        chat.type_into_field("ada@fleetworks.example").await;
        chat.click("form [type=submit]").await;
        chat.assert_asked("consent").await;
        let said = chat.js("[...root.querySelectorAll('.say')].pop().textContent").await;
        assert_eq!(said, "From Ireland, from Oct 1, 2026 on: 12,500\u{a0}EUR.");
        chat.agree().await;
        chat.wait_for_delivery("sent").await;
        let told = world.browser.js("return told").await;
        let told: Vec<[String; 3]> = serde_json::from_value(told).expect("texts");
        let names: Vec<&str> = told.iter().map(|[name, ..]| name.as_str()).collect();
        assert_eq!(names.iter().filter(|name| **name == "answer").count(), 13, "{told:?}");
        assert!(names.contains(&"ready") && names.contains(&"open"), "{names:?}");
        assert_eq!(names[names.len() - 4..], ["consent", "submitted", "step", "delivered"]);
        assert!(told.iter().all(|[_, target, _]| target == "prequal-chat"));
        assert!(!told.iter().any(|[.., detail]| detail.contains("leetworks") || detail.contains("Ireland")), "{told:?}");
        let lead = serde_json::to_value(&world.the_one_lead().await.answers).expect("answers");
        assert_eq!(
            lead,
            json!({
                "has_budget": "yes", "before": "no", "pain": 4, "likely": 9, "share": 60, "amount": 12500,
                "site": "https://fleetworks.example", "start": "2026-10-01", "country": "IE", "company": "Fleetworks",
                "freight": "tanks", "ports": ["gda-sk"], "email": "ada@fleetworks.example"
            })
        );
    })
    .await;
}
