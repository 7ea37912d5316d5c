//! Consent that is taken back.

use crate::rig::{Rig, rig};
use crate::visitor::Visitor;
use serde_json::{Value, json};

/// What the widget posts when consent to a lead is taken back.
fn notice(lead: &str) -> Value {
    let lead: Value = serde_json::from_str(lead).unwrap();
    json!({
        "prequal_withdrawal": 1, "idempotency_key": "ab".repeat(16), "lead": lead["idempotency_key"],
        "consent_id": lead["consent"]["id"], "consent_sha256": lead["consent_sha256"], "at": 1_795_356_060_000_i64
    })
}

async fn with_lead() -> (Rig, String) {
    let rig = rig().await;
    let body = Visitor::best(1).goes_through(&rig.flow).unwrap();
    assert_eq!(rig.post(body.clone()).await.status.as_u16(), 201);
    (rig, body)
}

#[tokio::test]
async fn the_lead_goes_and_the_proof_stays() {
    let (rig, body) = with_lead().await;
    let id = rig.kept().await[0]["id"].as_str().unwrap().to_owned();
    for _ in 0..2 {
        let reply = rig.post(notice(&body).to_string()).await;
        assert_eq!((reply.status.as_u16(), reply.json()), (200, json!({ "status": "withdrawn" })));
        assert!(rig.kept().await.is_empty());
    }
    let page = rig.get(&format!("/inbox/leads/{id}")).await;
    assert_eq!(page.status.as_u16(), 410);
    assert!(page.text.contains("taken back"), "{}", page.text);
    let inbox = rig.get("/inbox").await;
    assert!(inbox.text.contains("1 lead was deleted: consent was taken back."), "{}", inbox.text);
    // A copy that was on its way comes too late.
    let late = rig.post(body).await;
    assert_eq!(late.refusal(), (410, "withdrawn".into()));
    assert!(rig.kept().await.is_empty());
}

#[tokio::test]
async fn a_notice_that_overtakes_its_lead_wins() {
    let rig = rig().await;
    let body = Visitor::best(1).goes_through(&rig.flow).unwrap();
    assert_eq!(rig.post(notice(&body).to_string()).await.status.as_u16(), 200);
    assert_eq!(rig.post(body).await.refusal(), (410, "withdrawn".into()));
    // Another lead is as welcome as before.
    let other = Visitor::best(2).goes_through(&rig.flow).unwrap();
    assert_eq!(rig.post(other).await.status.as_u16(), 201);
}

#[tokio::test]
async fn a_lead_and_its_notice_at_once_leave_no_lead() {
    for number in 0..8 {
        let rig = rig().await;
        let body = Visitor::best(number).goes_through(&rig.flow).unwrap();
        let (lead, notice) = tokio::join!(rig.post(body.clone()), rig.post(notice(&body).to_string()));
        assert!([201, 410].contains(&lead.status.as_u16()), "{}", lead.text);
        assert_eq!(notice.status.as_u16(), 200);
        assert!(rig.kept().await.is_empty(), "whichever came first");
    }
}

#[tokio::test]
async fn who_does_not_know_the_consent_takes_nothing_back() {
    let (rig, body) = with_lead().await;
    for (key, value, code) in [
        ("consent_sha256", json!("0".repeat(64)), "other-consent"),
        ("consent_sha256", json!("0"), "not-a-notice"),
        ("consent_id", json!("0"), "not-a-notice"),
        ("lead", json!(7), "not-a-notice"),
        ("at", json!("now"), "not-a-notice"),
        ("prequal_withdrawal", json!(2), "not-a-notice"),
        ("email", json!("ada@fleetworks.example"), "not-a-notice"),
    ] {
        let mut forged = notice(&body);
        forged[key] = value;
        assert_eq!(rig.post(forged.to_string()).await.refusal(), (422, code.into()), "{key}");
    }
    assert_eq!(rig.kept().await.len(), 1);
}
