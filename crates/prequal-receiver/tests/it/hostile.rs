//! Strings meant to break or inject: kept as they are, shown as text.

use crate::rig::{Rig, forged, rig};
use crate::visitor::Visitor;
use axum::http::StatusCode;
use serde_json::{Value, json};
use std::path::PathBuf;

const OWN: &[&str] = &[
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'-alert(1)-'",
    "</title></textarea></bdi></dd><svg onload=alert(1)>",
    "javascript:alert(1)",
    "{{ 77 * 77 }} {% include \"/etc/passwd\" %} ${77*77}",
    "'; DROP TABLE leads; --",
    "\u{202e}gnp.exe\u{2066}",
    "&lt;b&gt; &amp;amp; &#38;",
    "a\u{0}b\u{1b}[31m\r\n\r\nevent: lead",
    "\u{feff}\u{fffe}\u{10ffff}\u{d7ff}",
];

/// A lead that carries these strings wherever the flow leaves a choice.
fn carrying(rig: &Rig, number: u32, strings: &[String]) -> String {
    let body = Visitor::best(number).goes_through(&rig.flow).unwrap();
    forged(&body, |lead| {
        let utm: Vec<Value> = strings.iter().map(|text| json!({ "key": text, "value": text })).collect();
        lead["attribution"] =
            json!({ "first": { "landing_path": strings[0], "referrer_host": strings[0], "utm": utm } });
        for place in ["widget_version", "page", "gesture"] {
            lead["consent"]["collected_by"][place] = json!(strings[0]);
        }
    })
}

/// A receiver that was posted many strings.
struct Inert {
    rig: Rig,
    posted: Vec<Value>,
}

impl Inert {
    async fn new() -> Self {
        Self { rig: rig().await, posted: Vec::new() }
    }

    /// Posts the strings, and a harmless lead of the same shape: the pages must have the same markup.
    async fn are(&mut self, strings: &[String]) {
        let plain: Vec<String> = strings.iter().map(|_| "x".to_owned()).collect();
        let pages = [self.page_of(&plain).await, self.page_of(strings).await];
        for mark in ['<', '>'] {
            let [plain, hostile] = pages.each_ref().map(|page| page.matches(mark).count());
            assert_eq!(plain, hostile, "markup came out of {strings:?}");
        }
    }

    async fn page_of(&mut self, strings: &[String]) -> String {
        let body = carrying(&self.rig, self.posted.len() as u32, strings);
        let reply = self.rig.post(body.clone()).await;
        assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text);
        self.posted.push(serde_json::from_str(&body).unwrap());
        let page = self.rig.get(&format!("/inbox/leads/{}", reply.json()["id"].as_str().unwrap())).await;
        assert_eq!(page.status, StatusCode::OK);
        // The list beside it grows by a line each time.
        page.text[page.text.find("<article").unwrap()..].to_owned()
    }

    async fn are_kept_as_posted(self) {
        let kept = self.rig.kept().await.into_iter().map(|mut line| line["lead"].take());
        assert!(kept.eq(self.posted), "a string was changed on its way");
    }
}

#[tokio::test]
async fn our_own_hostile_strings_are_inert() {
    let strings: Vec<String> = OWN.iter().map(|text| (*text).to_owned()).collect();
    let mut inert = Inert::new().await;
    inert.are(&strings).await;
    for text in &strings {
        inert.are(std::slice::from_ref(text)).await;
    }
    inert.are_kept_as_posted().await;
}

#[tokio::test]
async fn hostile_answers_are_inert() {
    let rig = rig().await;
    for (number, text) in OWN.iter().filter(|text| !text.contains('\u{0}')).enumerate() {
        let visitor = Visitor::best(number as u32).says("name", text).says("need_detail", text);
        let reply = rig.post(visitor.goes_through(&rig.flow).unwrap()).await;
        assert_eq!(reply.status, StatusCode::CREATED, "{text}: {}", reply.text);
    }
    let page = rig.get("/inbox").await.text;
    for raw in ["<script>alert", "<img src=x", "<svg onload"] {
        assert!(!page.contains(raw), "{raw}");
    }
    // What a template would make of 77*77; leads' ids are digits too, and may have these among theirs.
    assert!(page.split(|sign: char| !sign.is_ascii_alphanumeric()).all(|word| word != "5929"), "evaluated");
    assert!(page.contains("&#60;script&#62;alert(1)&#60;/script&#62;"));
}

#[tokio::test]
async fn hostile_envelopes_do_no_harm() {
    let rig = rig().await;
    for text in OWN {
        let body = Visitor::best(1).goes_through(&rig.flow).unwrap();
        for change in [
            (|lead: &mut Value, text: &str| lead["flow"]["id"] = json!(text)) as fn(&mut Value, &str),
            |lead, text| lead["stage"] = json!(text),
            |lead, text| lead["answers"][text] = json!(text),
            |lead, text| lead[text] = json!(text),
            |lead, text| lead["idempotency_key"] = json!(text),
        ] {
            let reply = rig.post(forged(&body, |lead| change(lead, text))).await;
            assert!(reply.status.is_client_error(), "{text}: {}", reply.text);
        }
    }
    let page = rig.get("/inbox").await;
    assert!(
        page.text.contains("Refused today") && !page.text.contains("<script>") && !page.text.contains("<svg onload")
    );
}

/// The public collections, where they are at hand: a folder named by `PREQUAL_CASES`, or beside the
/// repository.
#[tokio::test]
async fn public_collections_of_hostile_strings_are_inert() {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/cases");
    let folder = std::env::var_os("PREQUAL_CASES").map_or_else(beside, PathBuf::from).join("hostile");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        eprintln!(
            "SKIPPED: no collections of hostile strings in {}; set PREQUAL_CASES to their folder",
            folder.display()
        );
        return;
    };
    let mut inert = Inert::new().await;
    let mut tried = 0;
    for entry in entries {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let all: Vec<String> = serde_json::from_str(&text).unwrap();
        let mut some: Vec<String> = Vec::new();
        for text in all.into_iter().filter(|text| !text.is_empty() && text.len() < 4_000) {
            tried += 1;
            some.push(text);
            // As many as fit into one lead, each standing there twice.
            if some.iter().map(|text| text.len() * 4 + 40).sum::<usize>() > 30_000 {
                inert.are(&std::mem::take(&mut some)).await;
            }
        }
        if !some.is_empty() {
            inert.are(&some).await;
        }
    }
    inert.are_kept_as_posted().await;
    assert!(tried > 0, "no strings in {}", folder.display());
    eprintln!("{tried} hostile strings shown as text");
}
