use std::fs;

use axum::http::Method;
use tempfile::TempDir;
use tower::ServiceExt;

use super::*;

/// A company site of three files, with the widget's beside it.
fn site() -> (TempDir, Options) {
    let folder = tempfile::tempdir().unwrap();
    let (demo, dist) = (folder.path().join("demo"), folder.path().join("dist"));
    for (place, text) in [
        ("demo/index.html", "<a href=\"http://127.0.0.1:4174/inbox\">inbox</a>"),
        ("demo/contact/index.html", "contact"),
        ("demo/prequal.json", "{\"endpoint\": \"http://127.0.0.1:4174/v1/leads\"}"),
        ("dist/prequal.js", "start()"),
        ("dist/prequal.wasm", "\0asm"),
        ("secret.txt", "secret"),
    ] {
        let path = folder.path().join(place);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let options = Options {
        demo_dir: demo,
        dist_dir: dist,
        receiver_origin: "http://127.0.0.1:9999".into(),
        ..Options::default()
    };
    (folder, options)
}

async fn send(options: &Options, method: Method, path: &str, body: &str) -> (StatusCode, HeaderMap, String) {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(RANGE, "bytes=0-1")
        .body(Body::from(body.to_owned()))
        .unwrap();
    let response = router(options.clone()).oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    (parts.status, parts.headers, String::from_utf8_lossy(&bytes).into_owned())
}

async fn get_text(options: &Options, path: &str) -> (StatusCode, HeaderMap, String) {
    send(options, Method::GET, path, "").await
}

#[tokio::test]
async fn pages_name_the_real_receiver_and_the_flow_keeps_its_bytes() {
    let (_folder, options) = site();
    let (status, headers, page) = get_text(&options, "/").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(page, "<a href=\"http://127.0.0.1:9999/inbox\">inbox</a>");
    assert_eq!(headers[CONTENT_LENGTH], page.len().to_string());
    let (_, _, flow) = get_text(&options, "/prequal.json").await;
    assert_eq!(flow, "{\"endpoint\": \"http://127.0.0.1:4174/v1/leads\"}");
}

#[tokio::test]
async fn a_flow_can_stand_in_byte_for_byte() {
    let (_folder, mut options) = site();
    options.flow_override = Some(b"{\"at\": \"http://127.0.0.1:4174\"".to_vec());
    let (status, _, flow) = get_text(&options, "/prequal.json").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(flow, "{\"at\": \"http://127.0.0.1:4174\"");
}

#[tokio::test]
async fn files_come_with_their_type_whole_and_uncached() {
    let (_folder, options) = site();
    for (path, wanted, length) in
        [("/prequal/prequal.wasm", "application/wasm", 4), ("/prequal/prequal.js", "text/javascript", 7)]
    {
        let (status, headers, body) = get_text(&options, path).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        assert_eq!(headers[CONTENT_TYPE], wanted, "{path}");
        assert_eq!(headers[CACHE_CONTROL], "no-store", "{path}");
        assert_eq!(body.len(), length, "{path}");
    }
}

#[tokio::test]
async fn only_pages_carry_the_policy_and_it_can_be_another() {
    let (_folder, mut options) = site();
    let (_, headers, _) = get_text(&options, "/").await;
    let policy = headers[CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.contains("connect-src 'self' http://127.0.0.1:9999;"), "{policy}");
    let (_, headers, _) = get_text(&options, "/prequal/prequal.js").await;
    assert!(!headers.contains_key(CONTENT_SECURITY_POLICY));
    options.csp = Some("script-src 'self'".into());
    let (_, headers, _) = get_text(&options, "/").await;
    assert_eq!(headers[CONTENT_SECURITY_POLICY], "script-src 'self'");
}

#[tokio::test]
async fn no_path_leads_outside() {
    let (_folder, options) = site();
    for path in [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/prequal/../../secret.txt",
        "/prequal/%2e%2e/secret.txt",
        "/..%5csecret.txt",
    ] {
        let (status, _, body) = get_text(&options, path).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
        assert!(!body.contains("secret"), "{path}");
    }
}

#[tokio::test]
async fn the_plain_form_is_taken_and_thanked() {
    let (_folder, mut options) = site();
    let (sender, mut received) = tokio::sync::mpsc::unbounded_channel();
    options.contact = Some(sender);
    let (status, _, page) = send(&options, Method::POST, "/contact", "name=Ada").await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("Thank you"));
    assert_eq!(received.try_recv().unwrap(), "name=Ada");
    let (status, _, page) = get_text(&options, "/contact/").await;
    assert_eq!((status, page.as_str()), (StatusCode::OK, "contact"));
    let (status, _, _) = get_text(&options, "/contact").await;
    assert!(status.is_redirection());
}
