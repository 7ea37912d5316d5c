//! `POST /v1/leads`.

use crate::rig::{Reply, Rig, config, demo_flow, forged, lead_request, read_flow, rig, rig_with, send};
use crate::visitor::{THEN, Visitor};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use prequal_receiver::{App, router};
use serde_json::{Value, json};

async fn with_best() -> (Rig, String) {
    let rig = rig().await;
    let body = Visitor::best(1).goes_through(&rig.flow).unwrap();
    (rig, body)
}

/// The forged lead is refused with this code, and nothing is kept.
async fn refused(change: impl FnOnce(&mut Value), status: u16, code: &str) -> Reply {
    let (rig, body) = with_best().await;
    let reply = rig.post(forged(&body, change)).await;
    assert_eq!(reply.refusal(), (status, code.to_owned()), "{}", reply.text);
    assert!(rig.kept().await.is_empty());
    reply
}

#[tokio::test]
async fn a_qualified_consented_lead_is_accepted_as_it_stands() {
    let (rig, body) = with_best().await;
    let reply = rig.post(body.clone()).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text);
    assert_eq!(reply.json()["status"], "accepted");
    assert_eq!(reply.json()["stage"], "sql");
    assert_eq!(reply.header("idempotency-replayed"), None);
    let kept = rig.kept().await;
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0]["id"], reply.json()["id"]);
    assert_eq!(kept[0]["lead"], serde_json::from_str::<Value>(&body).unwrap());
}

#[tokio::test]
async fn both_content_types_are_read_and_no_other() {
    let (rig, body) = with_best().await;
    for (kind, status) in [("application/json", 201), ("text/plain", 201), ("application/x-www-form-urlencoded", 415)] {
        let request = Request::post("/v1/leads").header("content-type", kind).body(Body::from(body.clone())).unwrap();
        assert_eq!(send(&rig.router, request).await.status.as_u16(), status, "{kind}");
    }
    let request = Request::post("/v1/leads").body(Body::from(body)).unwrap();
    assert_eq!(send(&rig.router, request).await.refusal(), (415, "content-type".into()));
}

#[tokio::test]
async fn what_is_not_json_is_refused_with_its_place() {
    let rig = rig().await;
    let reply = rig.post("{\n  \"prequal\": 1,\n  \"answers\": }").await;
    assert_eq!(reply.refusal(), (400, "not-json".into()));
    assert_eq!(reply.json()["at"], "line 3, column 14");
    for body in ["", "lead", "{\"prequal\":1", "{} {}", "\u{feff}{}"] {
        assert_eq!(rig.post(body).await.refusal(), (400, "not-json".into()), "{body:?}");
    }
    assert_eq!(rig.post(vec![b'"', 0xff, b'"']).await.refusal(), (400, "not-json".into()));
    assert_eq!(rig.post("[".repeat(60_000)).await.refusal(), (400, "not-json".into()));
    let deep = format!("{{\"prequal\":1,\"answers\":{}1{}}}", "[".repeat(5_000), "]".repeat(5_000));
    assert_eq!(rig.post(deep).await.refusal(), (400, "not-json".into()));
}

#[tokio::test]
async fn json_that_is_no_lead_is_refused_with_its_place() {
    let rig = rig().await;
    for body in ["null", "[]", "{}", "17", "\"lead\"", "{\"prequal\":\"one\"}"] {
        assert_eq!(rig.post(body).await.refusal(), (422, "not-a-lead".into()), "{body}");
    }
    let reply = refused(|lead| lead["scores"][1]["points"] = json!("many"), 422, "not-a-lead").await;
    assert_eq!(reply.json()["at"], "scores[1].points");
    refused(|lead| lead["extra"] = json!(1), 422, "not-a-lead").await;
    refused(|lead| lead["total"] = json!(1e300), 422, "not-a-lead").await;
    for key in ["", "short", "ABCDEF00000000000000000000000000", "zz000000000000000000000000000000"] {
        let reply = refused(|lead| lead["idempotency_key"] = json!(key), 422, "not-a-lead").await;
        assert_eq!(reply.json()["at"], "idempotency_key");
    }
}

#[tokio::test]
async fn a_flow_that_is_not_published_is_refused_with_the_way_out() {
    let reply = refused(|lead| lead["flow"]["id"] = json!("another"), 422, "unknown-flow").await;
    assert!(reply.json()["help"].as_str().unwrap().contains("--flow"));
    // A version that may be published in a moment is worth another try.
    let reply = refused(|lead| lead["flow"]["sha256"] = json!("00"), 503, "unknown-flow").await;
    assert!(reply.json()["reason"].as_str().unwrap().contains("published here: version 1"), "{}", reply.text);
    refused(|lead| lead["flow"]["version"] = json!(2), 422, "unknown-flow").await;
}

#[tokio::test]
async fn several_versions_of_a_flow_are_taken() {
    let dir = tempfile::tempdir().unwrap();
    let second = dir.path().join("second.json");
    let text = std::fs::read_to_string(demo_flow()).unwrap().replacen("\"version\": 1", "\"version\": 2", 1);
    std::fs::write(&second, text).unwrap();
    let newer = read_flow(&second);
    let rig = rig_with(|mut config| {
        config.flows.push(second);
        config
    })
    .await;
    for (number, flow) in [(1, &rig.flow), (2, &newer)] {
        let body = Visitor::best(number).goes_through(flow).unwrap();
        assert_eq!(rig.post(body).await.status, StatusCode::CREATED);
    }
}

#[tokio::test]
async fn a_score_forged_by_one_point_is_refused() {
    refused(|lead| lead["total"] = json!(lead["total"].as_i64().unwrap() - 1), 422, "score-mismatch").await;
    refused(|lead| lead["scores"][0]["points"] = json!(59), 422, "score-mismatch").await;
    refused(|lead| lead["scores"][0]["cap"] = json!(61), 422, "score-mismatch").await;
}

#[tokio::test]
async fn forged_reasons_answers_and_signals_are_refused() {
    refused(|lead| lead["contributions"][0]["counted"] = json!(19), 422, "reasons-mismatch").await;
    refused(|lead| lead["contributions"][0]["reason"] = json!("Trust me"), 422, "reasons-mismatch").await;
    refused(|lead| lead["stage"] = json!("mql"), 422, "stage-mismatch").await;
    refused(|lead| lead["answers"]["budget"] = json!("none"), 422, "score-mismatch").await;
    refused(|lead| lead["answers"]["budget"] = json!("huge"), 422, "bad-answer").await;
    refused(|lead| lead["answers"]["shoe_size"] = json!(46), 422, "bad-answer").await;
    refused(|lead| lead["signals"][0]["count"] = json!(0), 422, "bad-signal").await;
    let (rig, body) = with_best().await;
    let twice = body.replacen("\"budget\":", "\"budget\":\"none\",\"budget\":", 1);
    assert_eq!(rig.post(twice).await.refusal(), (422, "bad-answer".into()));
}

#[tokio::test]
async fn without_consent_nothing_is_kept() {
    let required = |lead: &mut Value| lead["consent"]["purposes"][0]["granted"] = json!(false);
    refused(required, 422, "no-consent").await;
    refused(|lead| lead["consent"] = Value::Null, 422, "no-consent").await;
    refused(|lead| lead["consent"]["purposes"][0]["text"] = json!("Anything goes."), 422, "no-consent").await;
    refused(|lead| lead["consent"]["purposes"] = json!([]), 422, "no-consent").await;
    refused(|lead| lead["consent"]["events"][0]["kind"] = json!("refused"), 422, "no-consent").await;
    // An optional purpose may be left unticked.
    let (rig, body) = with_best().await;
    let lead = forged(&body, |lead| lead["consent"]["purposes"][1]["granted"] = json!(false));
    assert_eq!(rig.post(lead).await.status, StatusCode::CREATED);
}

/// The demo relies on a yes for 365 days; a day is allowed for the visitor's clock.
#[tokio::test]
async fn consent_is_not_relied_on_beyond_its_time() {
    const LAST: i64 = THEN + 366 * 86_400_000;
    let (rig, body) = with_best().await;
    let late = rig.again_at(|| LAST + 1).await;
    let reply = send(&late, lead_request(body.clone())).await;
    assert_eq!(reply.refusal(), (422, "consent-expired".to_owned()));
    let in_time = rig.again_at(|| LAST).await;
    assert_eq!(send(&in_time, lead_request(body.clone())).await.status, StatusCode::CREATED);
    // What came in time stays accepted, whenever it is asked for again.
    let reply = send(&late, lead_request(body)).await;
    assert_eq!((reply.status, reply.header("idempotency-replayed")), (StatusCode::CREATED, Some("true")));
}

#[tokio::test]
async fn a_lead_below_the_minimum_stage_is_refused() {
    // All that this lead claims is true; it is only not good enough.
    let change = |lead: &mut Value| {
        lead["answers"] = json!({ "industry": "other", "company_size": 3, "need": "curious", "role": "c_level" });
        lead["signals"] = json!([]);
        lead["scores"][0]["points"] = json!(10);
        lead["scores"][1]["points"] = json!(0);
        lead["total"] = json!(10);
        lead["stage"] = json!("unqualified");
        lead["contributions"] = json!([
            { "source": "rule:c-suite", "score": "fit", "points": 10, "decayed": 10, "counted": 10, "reason": "Owner or C-level decides alone" }
        ]);
    };
    refused(change, 422, "not-qualified").await;
}

#[tokio::test]
async fn a_repeated_post_gets_the_first_result() {
    let (rig, body) = with_best().await;
    let first = rig.post(body.clone()).await;
    let again = rig.post(body.clone()).await;
    assert_eq!((again.status, &again.text), (first.status, &first.text));
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    let other_body = forged(&body, |lead| lead["created_at"] = json!(1));
    assert_eq!(rig.post(other_body).await.refusal(), (422, "key-reused".into()));
    assert_eq!(rig.kept().await.len(), 1);
}

#[tokio::test]
async fn the_key_in_the_header_may_only_repeat_the_one_in_the_body() {
    let (rig, body) = with_best().await;
    let key = serde_json::from_str::<Value>(&body).unwrap()["idempotency_key"].as_str().unwrap().to_owned();
    let with_key = |value: &str| {
        let mut request = lead_request(body.clone());
        request.headers_mut().insert("idempotency-key", value.parse().unwrap());
        request
    };
    let other = with_key("00000000000000000000000000000000");
    assert_eq!(send(&rig.router, other).await.refusal(), (400, "key-mismatch".into()));
    assert!(rig.kept().await.is_empty());
    assert_eq!(send(&rig.router, with_key(&key)).await.status, StatusCode::CREATED);
    // As the draft standard writes it.
    let quoted = send(&rig.router, with_key(&format!("\"{key}\""))).await;
    assert_eq!(quoted.header("idempotency-replayed"), Some("true"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_posts_at_once_make_one_lead() {
    let (rig, body) = with_best().await;
    // Two receivers on one database, as behind a load balancer.
    let routers = [rig.router.clone(), rig.again().await];
    let posts = (0..20).map(|number| {
        let (router, body) = (routers[number % 2].clone(), body.clone());
        tokio::spawn(async move { send(&router, lead_request(body)).await })
    });
    let mut ids = Vec::new();
    let mut first = 0;
    for post in posts.collect::<Vec<_>>() {
        let reply = post.await.unwrap();
        assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text);
        first += usize::from(reply.header("idempotency-replayed").is_none());
        ids.push(reply.json()["id"].as_str().unwrap().to_owned());
    }
    ids.dedup();
    assert_eq!((ids.len(), first, rig.kept().await.len()), (1, 1, 1));
}

#[tokio::test]
async fn a_body_may_have_64_kib_and_no_more() {
    let (rig, body) = with_best().await;
    let padded = |length: usize| format!("{body}{}", " ".repeat(length - body.len()));
    assert_eq!(rig.post(padded(64 * 1024 + 1)).await.refusal(), (413, "too-large".into()));
    assert_eq!(rig.post(padded(64 * 1024)).await.status, StatusCode::CREATED);
    // Without a length in its head.
    let chunks = (0..10_000).map(|_| Ok::<_, std::io::Error>("          "));
    let unannounced = Body::from_stream(futures_util::stream::iter(chunks));
    assert_eq!(rig.post(unannounced).await.refusal(), (413, "too-large".into()));
}

#[tokio::test]
async fn an_accepted_lead_stays_accepted_when_its_flow_is_replaced() {
    let (rig, body) = with_best().await;
    let first = rig.post(body.clone()).await;
    let newer = rig.dir.path().join("newer.json");
    let text = std::fs::read_to_string(demo_flow()).unwrap().replacen("\"version\": 1", "\"version\": 2", 1);
    std::fs::write(&newer, text).unwrap();
    let mut settings = config(rig.dir.path());
    settings.flows = vec![newer];
    let later = router(App::open(settings, "127.0.0.1:4174".parse().unwrap()).await.unwrap());
    let again = send(&later, lead_request(body)).await;
    assert_eq!((again.status, again.text), (first.status, first.text));
}

#[tokio::test]
async fn other_paths_and_methods_say_what_is_here() {
    let rig = rig().await;
    assert_eq!(rig.get("/v1/leads").await.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(rig.get("/v2").await.refusal(), (404, "not-found".into()));
    let health = rig.get("/healthz").await;
    assert_eq!((health.status, health.json()["status"].clone()), (StatusCode::OK, json!("ok")));
    assert_eq!(health.json()["flows"][0]["sha256"], rig.flow.sha256());
}
