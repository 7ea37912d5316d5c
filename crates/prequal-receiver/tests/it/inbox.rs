//! The inbox: what it shows, and to whom.

use crate::rig::{Reply, forged, get_request, rig, rig_with, send};
use crate::visitor::Visitor;
use axum::http::StatusCode;
use prequal::flow::model::SignalKind;
use serde_json::json;

fn shows(reply: &Reply, texts: &[&str]) {
    for text in texts {
        assert!(reply.text.contains(text), "the page does not show {text:?}");
    }
}

#[tokio::test]
async fn an_empty_inbox_tells_what_to_do() {
    let page = rig().await.get("/inbox").await;
    shows(
        &page,
        &["No leads yet", "http://127.0.0.1:4174/v1/leads", "http://127.0.0.1:4173", "Northbeam fit check, version 1"],
    );
    let closed = rig_with(|mut config| {
        config.allow_origins.clear();
        config
    });
    shows(&closed.await.get("/inbox").await, &["No site may post yet", "--allow-origin"]);
}

#[tokio::test]
async fn a_lead_is_told_in_the_words_of_its_flow() {
    let rig = rig().await;
    let visitor = Visitor::best(1).sees(SignalKind::PageView, "/careers/").says_all("carriers", &["parcel", "ocean"]);
    let reply = rig.post(visitor.goes_through(&rig.flow).unwrap()).await;
    let list = rig.get("/inbox").await;
    shows(
        &list,
        &["Ada Okafor", "ada@fleetworks.example", "Logistics &#38; freight · 12,000 shipments · 320 people", ">SQL<"],
    );
    let page = rig.get(&format!("/inbox/leads/{}", reply.json()["id"].as_str().unwrap())).await;
    shows(
        &page,
        &[
            // Score, with what counted for and against it.
            "max=\"60\" value=\"60\"",
            "max=\"40\" value=\"25\"",
            "Sales-qualified lead",
            "+25",
            "Viewed the pricing page",
            "−15",
            "Viewed the careers page: may be looking for a job",
            "only +5 counts, as Fit is full",
            // Answers by label.
            "Biggest headache",
            "Late deliveries nobody saw coming",
            "<bdi>Parcel</bdi><bdi>Ocean freight</bdi>",
            "Two pallets stood in Rotterdam",
            // Where from.
            "news.example",
            "source: newsletter",
            // The proof of consent.
            "Northbeam may store the answers I gave here, with the pages I looked at, and contact me about them.",
            "Agreed",
            "22 Nov 2026, 15:00:00, UTC+01:00",
            "/privacy/, version 2026-10-01",
            "https://www.northbeam.example/careers/",
            rig.flow.sha256(),
            "00000001070707070707070707070707",
        ],
    );
}

#[tokio::test]
async fn where_an_answer_was_given_is_told_where_a_form_has_a_part_in_it() {
    let rig = rig().await;
    let visitor = Visitor::best(1).fills(false, "industry", "logistics").fills(true, "name", "Ada King");
    let reply = rig.post(visitor.goes_through(&rig.flow).unwrap()).await;
    let page = rig.get(&format!("/inbox/leads/{}", reply.json()["id"].as_str().unwrap())).await;
    let given = "<small class=\"quiet\">Given in a form";
    shows(
        &page,
        &[
            &format!("<bdi>Logistics &#38; freight</bdi>{given}</small>"),
            &format!("<bdi>Ada King</bdi>{given}, in place of an answer in the conversation</small>"),
        ],
    );
    assert_eq!(page.text.matches(given).count(), 2);
}

#[tokio::test]
async fn a_lead_is_prepared_for_the_call() {
    let rig = rig().await;
    let reply = rig.post(Visitor::best(1).goes_through(&rig.flow).unwrap()).await;
    let page = rig.get(&format!("/inbox/leads/{}", reply.json()["id"].as_str().unwrap())).await;
    shows(
        &page,
        &[
            "For the call",
            "Grade",
            "A1",
            "enterprise-desk (enterprise)",
            "Segment",
            ">Enterprise<",
            ">BANT<",
            "Budget: met (",
            "Authority: met (Owner or C-level)",
            "Ideal customer",
            "hits: Moves goods for a living; 50 people or more",
        ],
    );
}

#[tokio::test]
async fn a_purpose_left_unticked_is_shown_as_such() {
    let rig = rig().await;
    let body = Visitor::best(1).goes_through(&rig.flow).unwrap();
    rig.post(forged(&body, |lead| lead["consent"]["purposes"][1]["granted"] = json!(false))).await;
    shows(&rig.get("/inbox").await, &["Not agreed", "Agreed"]);
}

#[tokio::test]
async fn the_list_can_be_narrowed_to_a_stage() {
    let rig = rig().await;
    let weaker =
        Visitor::best(2).says("name", "Tomás Herrera").says("budget", "none").says("timeline", "year").sees_nothing();
    for visitor in [Visitor::best(1), weaker] {
        assert_eq!(rig.post(visitor.goes_through(&rig.flow).unwrap()).await.status, StatusCode::CREATED);
    }
    let mql = rig.get("/inbox?stage=mql").await;
    assert!(mql.text.contains("Tomás Herrera") && !mql.text.contains("Ada Okafor"));
    shows(&rig.get("/inbox?stage=nothing%20like%20it").await, &["No lead stands in this stage."]);
    shows(&rig.get("/inbox?before=2").await, &["Ada Okafor"]);
    assert_eq!(rig.get("/inbox?before=what").await.status, StatusCode::OK);
    assert_eq!(rig.get("/inbox/leads/unknown").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn refusals_are_counted_and_keep_nothing_of_the_visitor() {
    let rig = rig().await;
    let body = Visitor::best(1).goes_through(&rig.flow).unwrap();
    rig.post("{").await;
    rig.post("[").await;
    rig.post(forged(&body, |lead| lead["total"] = json!(1))).await;
    rig.post(forged(&body, |lead| lead["answers"]["ada@fleetworks.example"] = json!("Ada Okafor"))).await;
    rig.post(forged(&body, |lead| lead["created_at"] = json!("ada@fleetworks.example"))).await;
    let page = rig.get("/inbox").await;
    shows(
        &page,
        &["Refused today: </span>", "5</summary>", "not-json", "2 ×", "score-mismatch", "There is no field “…”."],
    );
    assert!(!page.text.contains("ada@fleetworks.example") && !page.text.contains("Okafor"));
}

#[tokio::test]
async fn every_page_is_locked_down() {
    let rig = rig().await;
    for path in
        ["/inbox", "/inbox/inbox.js", "/inbox/inbox.css", "/inbox/icon.svg", "/inbox/leads.jsonl", "/inbox/leads/none"]
    {
        let reply = rig.get(path).await;
        let csp = reply.header("content-security-policy").unwrap();
        assert!(
            csp.starts_with("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"),
            "{path}"
        );
        assert!(csp.contains("frame-ancestors 'none'; base-uri 'none'") && !csp.contains("unsafe"));
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(reply.header("cross-origin-resource-policy"), Some("same-origin"));
        assert_eq!(reply.header("referrer-policy"), Some("no-referrer"));
    }
    assert_eq!(rig.get("/inbox").await.header("cache-control"), Some("no-store"));
    let page = rig.get("/inbox").await.text;
    assert!(!page.contains("style=") && !page.contains("<script>") && !page.contains("https://"), "{page}");
}

#[tokio::test]
async fn another_name_for_this_machine_does_not_open_the_inbox() {
    let rig = rig().await;
    for path in ["/inbox", "/inbox/events", "/inbox/leads.jsonl", "/inbox/leads/x", "/inbox/inbox.js"] {
        let mut rebound = get_request(path);
        rebound.headers_mut().insert("host", "evil.example:4174".parse().unwrap());
        assert_eq!(send(&rig.router, rebound).await.status, StatusCode::FORBIDDEN, "{path}");
        let mut proxied = get_request(path);
        proxied.headers_mut().insert("x-forwarded-for", "203.0.113.9".parse().unwrap());
        assert_eq!(send(&rig.router, proxied).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    let mut named = get_request("/inbox");
    named.headers_mut().insert("host", "localhost:4174".parse().unwrap());
    assert_eq!(send(&rig.router, named).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_token_is_asked_for_under_any_name() {
    let rig = rig_with(|mut config| {
        config.inbox_token = Some("0123456789abcdef".into());
        config
    })
    .await;
    let with = |authorization: &'static str| {
        let mut request = get_request("/inbox/leads.jsonl");
        request.headers_mut().insert("host", "leads.example".parse().unwrap());
        request.headers_mut().insert("authorization", authorization.parse().unwrap());
        request
    };
    let asked = rig.get("/inbox").await;
    assert_eq!(asked.status, StatusCode::UNAUTHORIZED);
    assert!(asked.header("www-authenticate").unwrap().starts_with("Basic"));
    // any:0123456789abcdef, then any:0123456789abcdee, then nonsense.
    assert_eq!(send(&rig.router, with("Basic YW55OjAxMjM0NTY3ODlhYmNkZWY=")).await.status, StatusCode::OK);
    for wrong in ["Basic YW55OjAxMjM0NTY3ODlhYmNkZWU=", "Basic !!", "Basic YW55", "Bearer 0123456789abcdef", "Basic"] {
        assert_eq!(send(&rig.router, with(wrong)).await.status, StatusCode::UNAUTHORIZED, "{wrong}");
    }
}
