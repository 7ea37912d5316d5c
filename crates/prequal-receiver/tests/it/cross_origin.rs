//! Which sites may post, and what their pages may read.

use crate::rig::{Rig, SITE, lead_request, rig, send};
use crate::visitor::Visitor;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};

async fn preflight(rig: &Rig, origin: &str) -> crate::rig::Reply {
    let request = Request::options("/v1/leads")
        .header(header::ORIGIN, origin)
        .header(header::ACCESS_CONTROL_REQUEST_METHOD, "POST")
        .header(header::ACCESS_CONTROL_REQUEST_HEADERS, "content-type,idempotency-key")
        .body(Body::empty())
        .unwrap();
    send(&rig.router, request).await
}

#[tokio::test]
async fn a_configured_site_passes_the_preflight() {
    let reply = preflight(&rig().await, SITE).await;
    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(reply.header("access-control-allow-origin"), Some(SITE));
    assert_eq!(reply.header("access-control-allow-methods"), Some("POST"));
    assert_eq!(reply.header("access-control-allow-headers"), Some("content-type,idempotency-key"));
    assert_eq!(reply.header("access-control-allow-credentials"), None);
}

#[tokio::test]
async fn another_site_does_not() {
    let rig = rig().await;
    for origin in ["https://evil.example", "null", "http://127.0.0.1:4173.evil.example", "http://127.0.0.1", "*"] {
        assert_eq!(preflight(&rig, origin).await.header("access-control-allow-origin"), None, "{origin}");
    }
}

#[tokio::test]
async fn replies_can_be_read_by_the_site_whatever_they_say() {
    let rig = rig().await;
    let body = Visitor::best(1).goes_through(&rig.flow).unwrap();
    let too_large = " ".repeat(70_000);
    for (body, status) in [(body.as_str(), 201), ("{", 400), ("{}", 422), (too_large.as_str(), 413)] {
        let mut request = lead_request(body.to_owned());
        request.headers_mut().insert(header::ORIGIN, SITE.parse().unwrap());
        let reply = send(&rig.router, request).await;
        assert_eq!(reply.status.as_u16(), status);
        assert_eq!(reply.header("access-control-allow-origin"), Some(SITE));
        assert_eq!(reply.header("access-control-expose-headers"), Some("retry-after,idempotency-replayed"));
    }
}

#[tokio::test]
async fn a_page_of_another_site_is_refused_even_without_a_preflight() {
    let rig = rig().await;
    let body = Visitor::best(1).goes_through(&rig.flow).unwrap();
    let from = |origin: &str| {
        let mut request = lead_request(body.clone());
        request.headers_mut().insert(header::HOST, "leads.example".parse().unwrap());
        request.headers_mut().insert(header::ORIGIN, origin.parse().unwrap());
        request
    };
    for origin in ["https://evil.example", "null", "https://leads.example.evil.example"] {
        let reply = send(&rig.router, from(origin)).await;
        assert_eq!(reply.refusal(), (403, "origin-not-allowed".into()), "{origin}");
        assert_eq!(reply.header("access-control-allow-origin"), None);
    }
    assert!(rig.kept().await.is_empty());
    // The receiver's own host may, and so may whoever is no browser.
    assert_eq!(send(&rig.router, from("https://leads.example")).await.status, StatusCode::CREATED);
    assert_eq!(rig.post(body.clone()).await.status, StatusCode::CREATED);
}
