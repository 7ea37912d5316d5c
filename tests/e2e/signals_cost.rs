//! What it costs to watch a page for signals.

use crate::harness::{Setup, World, demo_flow, visit};
use crate::{page, tag};
use serde_json::json;
use std::time::Duration;

/// Signals of all kinds on a page that is read: what fifty of them cost its main thread. Twenty flows with fifty each
/// are watched, and a twentieth is told: the cost of one is lost in what else a machine does.
#[tokio::test]
async fn fifty_signals_cost_next_to_nothing() {
    let mut pages = MEASURED.to_vec();
    for flow in 0..FLOWS {
        let text: &'static str = String::leak(fifty(flow));
        pages.push((String::leak(format!("measured/{flow}.json")), text));
    }
    visit(Setup { pages: Vec::leak(pages), alone: true, ..Setup::default() }, async |world| {
        // What Chromium's own tools say of the main thread, while the page is scrolled, pointed at and changed; each
        // page in turn, so that what else the machine does falls on both.
        let mut spent = [("/measured/", Vec::new()), ("/measured-plain/", Vec::new())];
        // A page takes 50 to 150 ms a second to draw, now a little more and now less: between two middles that cancels
        // out, between two extremes it does not. What is long in every round is the page's own.
        let middle = |all: &[[f64; 3]], n: usize| {
            let mut values: Vec<f64> = all.iter().map(|one| one[n]).collect();
            values.sort_by(f64::total_cmp);
            f64::midpoint(values[(values.len() - 1) / 2], values[values.len() / 2])
        };
        let mut cost = [f64::INFINITY; 3];
        for round in 1..=ROUNDS {
            for (page, all) in &mut spent {
                world.go(page).await;
                let attribute = if *page == "/measured/" { "signals=''" } else { "" };
                world.browser.js(&HIGH.replace("ATTRIBUTE", attribute).replace("FLOWS", &FLOWS.to_string())).await;
                world.browser.devtools("Performance.disable", json!({})).await;
                world.browser.devtools("Performance.enable", json!({ "timeDomain": "threadTicks" })).await;
                tokio::time::sleep(Duration::from_millis(2500)).await;
                let before = metrics(world).await;
                world.browser.js_async(BUSY).await;
                let after = metrics(world).await;
                let long = world.browser.js_async(LONG_TASKS).await;
                let long = long.as_array().expect("a list").len() as f64;
                all.push([(after[0] - before[0]) * 1000.0 / SECONDS, (after[1] - before[1]) * 1000.0 / SECONDS, long]);
            }
            let [script, task] = [0, 1].map(|n| (middle(&spent[0].1, n) - middle(&spent[1].1, n)) / f64::from(FLOWS));
            cost = [script, task, spent[0].1.iter().map(|one| one[2]).fold(f64::INFINITY, f64::min)];
            if round >= LEAST_ROUNDS && script < 1.0 && task < 1.0 && cost[2] == 0.0 {
                break;
            }
        }
        let [script, task, long] = cost;
        println!(
            "50 signals: {script:.2} ms of script and {task:.2} ms of the main thread a second, all told {spent:.1?}"
        );
        assert_eq!(long, 0.0, "tasks of more than 50 ms");
        assert!(script < 1.0, "{script:.2} ms of script a second");
        assert!(task < 1.0, "{task:.2} ms of the main thread a second");
        let fetched = world.site.log().requests.iter().filter(|one| one.path.starts_with("/measured/1")).count();
        assert!(fetched > 0, "the flows were read");
    })
    .await;
}

const FLOWS: u32 = 20;
/// A machine that is busy gets more rounds: the middle of many wanders less.
const ROUNDS: usize = 7;
const LEAST_ROUNDS: usize = 3;

fn fifty(flow: u32) -> String {
    let mut model = demo_flow();
    model["id"] = json!(format!("measured-{flow}"));
    let signals = (0..50).map(|n| {
        let id = format!("s{n}");
        match n % 10 {
            0 => json!({ "id": id, "kind": "scroll", "label": id, "least": n + 10, "path": "/measured*" }),
            1 => json!({ "id": id, "kind": "engaged", "label": id, "least": n + 10 }),
            2 | 3 => json!({ "id": id, "kind": "element_seen", "label": id, "selector": format!(".never-{n}") }),
            4 => {
                json!({ "id": id, "kind": "element_seen", "label": id, "selector": format!("#foot b:nth-child({n}n)") })
            }
            5 => json!({ "id": id, "kind": "video", "label": id }),
            6 => json!({ "id": id, "kind": "search", "label": id, "parameter": "q" }),
            7 => json!({ "id": id, "kind": "outbound", "label": id, "path": format!("p{n}.example/*") }),
            8 => json!({ "id": id, "kind": "form_field", "label": id }),
            _ => json!({ "id": id, "kind": "page_view", "label": id, "path": format!("/p{n}*") }),
        }
    });
    model["signals"].as_array_mut().expect("signals").extend(signals);
    model.to_string()
}

/// Next to nothing to draw, so that what is measured is not drowned by it.
const MEASURED: &[(&str, &str)] = &[
    page!("measured", "<section hidden></section><div id=foot></div>", tag!("")),
    page!("measured-plain", "<section hidden></section><div id=foot></div>", tag!("")),
];

/// A high page with 60 elements to be watched at its foot, which stays out of sight, and a widget for each flow.
const HIGH: &str = "const foot = document.getElementById('foot');
    foot.style.marginTop = '9000px';
    for (let i = 0; i < 60; i++) foot.append(Object.assign(document.createElement('b'), { textContent: i }));
    for (let i = 0; i < FLOWS; i++) {
        const chat = document.createElement('prequal-chat');
        chat.setAttribute('flow', `/measured/${i}.json`);
        if (\"ATTRIBUTE\") chat.setAttribute('signals', '');
        chat.style.display = 'none';
        document.body.append(chat);
    }";

const SECONDS: f64 = 4.0;

/// Four seconds, at sixty frames each, of a page that is scrolled and pointed at in each frame, and gets 20 elements a second.
const BUSY: &str = "const list = document.querySelector('section');
    for (let frame = 1; frame <= 240; frame++) {
        await new Promise(requestAnimationFrame);
        scrollTo(0, 300 + 200 * Math.sin(frame / 20));
        document.body.dispatchEvent(new PointerEvent('pointermove', { bubbles: true }));
        if (frame % 3 === 0) {
            const item = document.createElement('p');
            item.className = 'item';
            item.textContent = frame;
            list.append(item);
            if (list.children.length > 40) list.firstElementChild.remove();
        }
    }
    return 0;";

const LONG_TASKS: &str = "if (!PerformanceObserver.supportedEntryTypes.includes('longtask')) return [];
    return new Promise((done) => {
        new PerformanceObserver((list) => done(list.getEntries().map((e) => Math.round(e.duration)))).observe({ type: 'longtask', buffered: true });
        setTimeout(() => done([]), 300);
    });";

/// Script and tasks of the main thread, in seconds since the page began.
async fn metrics(world: &World) -> [f64; 2] {
    let all = world.browser.devtools("Performance.getMetrics", json!({})).await;
    ["ScriptDuration", "TaskDuration"].map(|wanted| {
        let all = all["metrics"].as_array().expect("metrics");
        all.iter().find(|one| one["name"] == wanted).and_then(|one| one["value"].as_f64()).expect("a number")
    })
}
