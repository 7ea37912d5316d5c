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
    options.posts = Some(sender);
    let (status, _, page) = send(&options, Method::POST, "/contact", "name=Ada").await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("Thank you"));
    let post = received.try_recv().unwrap();
    assert_eq!((post.path.as_str(), post.body.as_slice()), ("/contact", &b"name=Ada"[..]));
    let (status, _, page) = get_text(&options, "/contact/").await;
    assert_eq!((status, page.as_str()), (StatusCode::OK, "contact"));
    let (status, _, _) = get_text(&options, "/contact").await;
    assert!(status.is_redirection());
}

/// The gallery itself, as it stands in the repository.
fn gallery() -> Options {
    let demo_dir = concat!(env!("CARGO_MANIFEST_DIR"), "/../../www/demo").into();
    Options { demo_dir, ..Options::default() }
}

async fn post_form(options: &Options, path: &str, fields: &[(&str, &str)]) -> (StatusCode, HeaderMap, String) {
    let body = fields.iter().fold(String::new(), |body, (name, value)| {
        body + &format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    });
    let request = Request::builder()
        .method(Method::POST)
        .uri(path)
        .header(CONTENT_TYPE, "multipart/form-data; boundary=x")
        .body(Body::from(body + "--x--\r\n"))
        .unwrap();
    let (parts, body) = router(options.clone()).oneshot(request).await.unwrap().into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    (parts.status, parts.headers, String::from_utf8_lossy(&bytes).into_owned())
}

#[tokio::test]
async fn web_to_lead_leads_back_to_the_site_alone() {
    let path = "/webto.salesforce.com/servlet/servlet.WebToLead?encoding=UTF-8";
    let (status, headers, _) = post_form(&gallery(), path, &[("oid", "00D"), ("retURL", "/forms/thanks/")]).await;
    assert_eq!((status, headers["location"].to_str().unwrap()), (StatusCode::FOUND, "/forms/thanks/"));
    for back in ["https://elsewhere.example/", "//elsewhere.example/", ""] {
        let (status, _, _) = post_form(&gallery(), path, &[("oid", "00D"), ("retURL", back)]).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{back}");
    }
}

#[tokio::test]
async fn gravity_turns_its_page_with_what_was_answered_and_then_confirms() {
    let answered = [("input_1", "logistics"), ("input_8", "Ada <O'Hara>"), ("input_12.1", "1"), ("input_11", "a\r\nb")];
    let turn = |to: &'static str| answered.into_iter().chain([("gform_target_page_number_1", to)]).collect::<Vec<_>>();
    let (_, _, page) = post_form(&gallery(), "/forms/gravity/", &turn("2")).await;
    for part in [
        "data-js='page-field-id-0' hidden>",
        "data-js='page-field-id-7'>",
        "<option value='logistics' selected='selected'>",
        "value='Ada &lt;O&#039;Hara&gt;'",
        "<input checked='checked' name='input_12.1'",
        "data-prequal-field='message'>a\r\nb</textarea>",
        "id='gform_target_page_number_1' value='0'",
        "id='gform_source_page_number_1' value='2'",
    ] {
        assert!(page.contains(part), "{part}");
    }
    let (_, _, page) = post_form(&gallery(), "/forms/gravity/", &turn("1")).await;
    assert!(page.contains("data-js='page-field-id-7' hidden>"));
    let (_, _, page) = post_form(&gallery(), "/forms/gravity/", &turn("0")).await;
    assert!(page.contains("gform_confirmation_message") && !page.contains("<form"));
}

#[tokio::test]
async fn the_other_systems_answer_as_documented() {
    let rest = "/wp-json/contact-form-7/v1/contact-forms/123/feedback";
    let (_, _, answer) = post_form(&gallery(), rest, &[("your-name", "Ada"), ("your-email", "a@b.example")]).await;
    assert!(answer.contains("\"status\":\"mail_sent\"") && answer.contains("\"invalid_fields\":[]"), "{answer}");
    let (_, _, answer) = post_form(&gallery(), rest, &[("your-name", "Ada")]).await;
    assert!(answer.contains("\"validation_failed\"") && answer.contains("\"field\":\"your-email\""), "{answer}");
    let (_, _, page) =
        post_form(&gallery(), "/forms/contact-form-7/", &[("your-name", "Ada"), ("your-email", "a@b.example")]).await;
    assert!(page.contains("It has been sent.</div>\n</form>") && page.contains("wpcf7-form sent"));
    let (_, _, answer) =
        post_form(&gallery(), "/wp-admin/admin-ajax.php", &[("action", "elementor_pro_forms_send_form")]).await;
    assert!(answer.starts_with("{\"success\":true"), "{answer}");
    let (status, _, answer) = post_form(&gallery(), "/wp-admin/admin-ajax.php", &[("action", "other")]).await;
    assert_eq!((status, answer.as_str()), (StatusCode::BAD_REQUEST, "0"));
    let mautic = "/mautic.northbeam.example/form/submit?formId=1";
    let messenger = [("mauticform[messenger]", "1"), ("mauticform[formName]", "northbeam")];
    let (_, headers, page) = post_form(&gallery(), mautic, &messenger).await;
    assert!(page.contains("&quot;formName&quot;:&quot;northbeam&quot;"), "{page}");
    let policy = headers[CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.contains("frame-ancestors 'self'") && policy.contains("script-src 'self'"), "{policy}");
    let (_, headers, page) = post_form(&gallery(), mautic, &[("mauticform[name]", "<i>Ada</i>")]).await;
    assert!(page.contains("<dt>mauticform[name]</dt><dd>&lt;i&gt;Ada&lt;/i&gt;</dd>"), "{page}");
    assert!(headers[CONTENT_SECURITY_POLICY].to_str().unwrap().contains("frame-ancestors"));
    let hubspot = "/forms.hsforms.com/submissions/v3/public/submit/formsnext/multipart/1/2";
    let (_, _, answer) = post_form(&gallery(), hubspot, &[("email", "a@b.example")]).await;
    assert_eq!(answer, r#"{"inlineMessage":"Thanks for submitting the form."}"#);
}

#[tokio::test]
async fn only_the_form_in_a_frame_gets_a_frame() {
    for (page, framed) in [("/forms/mautic/", true), ("/forms/plain/", false), ("/", false)] {
        let (_, headers, _) = get_text(&gallery(), page).await;
        let policy = headers[CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert_eq!(policy.contains("frame-src 'self'"), framed, "{page}");
    }
}
