//! The gallery's form systems, as far as a browser meets them: each takes what its system takes, and answers
//! as the system's documentation says. Nothing is kept.
//!
//! The paths of systems that live on other hosts begin with that host, since the demo's policy lets forms
//! post to the site alone. WordPress lives on the site itself, and so do its paths.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT, CONTENT_TYPE, LOCATION};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use http_body_util::BodyExt;
use tower_http::services::{ServeDir, ServeFile};
use tower_http::set_status::SetStatus;

use crate::Options;

/// What a form posted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    /// With its query.
    pub path: String,
    pub content_type: String,
    pub body: Vec<u8>,
}

impl Post {
    /// Names and values, in order; a file is its bytes as text.
    pub fn fields(&self) -> Vec<(String, String)> {
        fields(&self.content_type, &self.body)
    }
}

const HUBSPOT: &str = "/forms.hsforms.com/submissions/v3/public/submit/formsnext/multipart/{portal}/{form}";
const SALESFORCE: &str = "/webto.salesforce.com/servlet/servlet.WebToLead";
const MAUTIC: &str = "/mautic.northbeam.example/form/submit";
const CONTACT_FORM_7: &str = "/wp-json/contact-form-7/v1/contact-forms/{form}/feedback";
const ELEMENTOR: &str = "/wp-admin/admin-ajax.php";
/// The company's own form handler.
const OWN: &str = "/forms/posted/";

/// Where Mautic's form stands, which posts into a frame.
const FRAMING: [&str; 2] = ["/forms/mautic/", MAUTIC];

type Site = State<Arc<Options>>;
type Pages = ServeDir<SetStatus<ServeFile>>;

pub(crate) fn routes(options: &Arc<Options>, pages: &Pages) -> Router<Arc<Options>> {
    Router::new()
        .route("/contact", post(take_contact).get(|| async { Redirect::permanent("/contact/") }))
        .route("/contact/", post(take_contact).get_service(pages.clone()))
        .route(OWN, post(own).get(|| async { Redirect::to("/forms/") }))
        .route(HUBSPOT, post(hubspot))
        .route(SALESFORCE, post(salesforce))
        .route(MAUTIC, post(mautic))
        .route(CONTACT_FORM_7, post(contact_form_7))
        .route("/forms/contact-form-7/", post(contact_form_7_page).get_service(pages.clone()))
        .route("/forms/gravity/", post(gravity).get_service(pages.clone()))
        .route(ELEMENTOR, post(elementor))
        .route("/forms/elementor/", post(elementor_page).get_service(pages.clone()))
        .route_layer(middleware::from_fn_with_state(options.clone(), hear))
}

/// Tells whoever listens of each post, and hands it on.
async fn hear(State(options): Site, request: Request, next: Next) -> Response {
    let (Some(listener), &Method::POST) = (&options.posts, request.method()) else {
        return next.run(request).await;
    };
    let (parts, body) = request.into_parts();
    let Ok(body) = body.collect().await else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let body = body.to_bytes();
    let path = parts.uri.path_and_query().map_or_else(String::new, ToString::to_string);
    // Nobody listens any more: the visitor is answered all the same.
    let _ = listener.send(Post { path, content_type: content_type(&parts.headers).to_owned(), body: body.to_vec() });
    next.run(Request::from_parts(parts, body.into())).await
}

/// The policy of a page that posts into a frame of its own, or stands in one: what a site with such a form
/// has to allow beside its other rules.
pub(crate) fn framed(path: &str, policy: &str) -> Option<HeaderValue> {
    if !FRAMING.contains(&path) {
        return None;
    }
    let policy = policy.replace("frame-ancestors 'none'", "frame-ancestors 'self'");
    HeaderValue::try_from(format!("{policy}; frame-src 'self'")).ok()
}

async fn take_contact(State(options): Site) -> Response {
    for name in ["thanks/index.html", "thanks.html", "contact/thanks/index.html"] {
        if let Ok(page) = tokio::fs::read(options.demo_dir.join(name)).await {
            return html(page);
        }
    }
    html(THANKS)
}

const THANKS: &str = "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
    <meta name=\"viewport\" content=\"width=device-width\">\n<title>Thank you</title>\n\
    <h1>Thank you</h1>\n<p>Your message has arrived. We answer within one working day.</p>\n\
    <p><a href=\"/\">Back to the site</a></p>\n</html>\n";

/// Thanks, and shows what arrived: a gallery is there to be looked at.
async fn own(State(options): Site, headers: HeaderMap, body: Bytes) -> Response {
    let rows: String = fields(content_type(&headers), &body)
        .iter()
        .map(|(name, value)| format!("<div><dt>{}</dt><dd>{}</dd></div>", escaped(name), escaped(value)))
        .collect();
    let page = page(&options, "forms/thanks").await.unwrap_or_default();
    let place = page.split_once("<!-- what arrived -->");
    match place.and_then(|(before, after)| Some((before, after.split_once("<!-- as far as here -->")?.1))) {
        Some((before, after)) => html(format!("{before}<dl class=\"arrived\">{rows}</dl>{after}")),
        None => html(THANKS),
    }
}

/// "Submit data to a form": a message, or an address to go to.
/// <https://developers.hubspot.com/docs/api-reference/legacy/marketing/forms/v3-legacy/submit-data-unauthenticated>
async fn hubspot(State(options): Site, headers: HeaderMap, body: Bytes) -> Response {
    // Without the embed's script there would be no form; here there is, and its post is shown.
    if headers.get(ACCEPT).is_some_and(|kinds| kinds.as_bytes().starts_with(b"text/html")) {
        return own(State(options), headers, body).await;
    }
    json(StatusCode::OK, r#"{"inlineMessage":"Thanks for submitting the form."}"#)
}

/// The servlet answers with a way back to `retURL`.
async fn salesforce(headers: HeaderMap, body: Bytes) -> Response {
    let posted = fields(content_type(&headers), &body);
    let back = value(&posted, "retURL");
    // Of this site alone: a stand-in is nobody's open door.
    if value(&posted, "oid").is_empty() || !back.starts_with('/') || back.starts_with("//") {
        return (StatusCode::BAD_REQUEST, "oid and retURL are needed").into_response();
    }
    match HeaderValue::try_from(back) {
        Ok(back) => (StatusCode::FOUND, [(LOCATION, back)]).into_response(),
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}

/// To its own script (`mauticform[messenger]`) Mautic answers by a message from the frame; to a form without
/// it, by a page.
async fn mautic(State(options): Site, headers: HeaderMap, body: Bytes) -> Response {
    let posted = fields(content_type(&headers), &body);
    if value(&posted, "mauticform[messenger]") != "1" {
        return own(State(options), headers, body).await;
    }
    let told = format!(
        r#"{{"success":1,"formName":"{}","successMessage":"Thank you. We answer within one working day."}}"#,
        value(&posted, "mauticform[formName]").replace(['"', '\\'], "")
    );
    html(format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>Mautic</title>\n\
         <script src=\"/forms/mautic/messenger.js\" data-response=\"{}\"></script>\n</html>\n",
        escaped(&told)
    ))
}

/// What the plugin's REST route answers.
async fn contact_form_7(headers: HeaderMap, body: Bytes) -> Response {
    json(StatusCode::OK, &contact_form_7_says(&fields(content_type(&headers), &body)).0)
}

/// The JSON, the status and the words of it.
fn contact_form_7_says(posted: &[(String, String)]) -> (String, &'static str, &'static str) {
    let missing: Vec<&str> =
        ["your-name", "your-email"].into_iter().filter(|name| value(posted, name).is_empty()).collect();
    let (status, message) = match missing.is_empty() {
        true => ("mail_sent", "Thank you for your message. It has been sent."),
        false => ("validation_failed", "One or more fields have an error. Please check and try again."),
    };
    let unit = value(posted, "_wpcf7_unit_tag").replace(['"', '\\'], "");
    let fields: Vec<String> = missing
        .iter()
        .map(|name| {
            format!(
                r#"{{"field":"{name}","message":"Please fill out this field.","idref":null,"error_id":"{unit}-ve-{name}"}}"#
            )
        })
        .collect();
    let answer = format!(
        "{{\"contact_form_id\":123,\"status\":\"{status}\",\"message\":\"{message}\",\
         \"posted_data_hash\":\"\",\"into\":\"#{unit}\",\"invalid_fields\":[{}]}}",
        fields.join(",")
    );
    (answer, status, message)
}

/// Without its script the form posts to the page that it stands in.
async fn contact_form_7_page(State(options): Site, headers: HeaderMap, body: Bytes) -> Response {
    let (_, status, message) = contact_form_7_says(&fields(content_type(&headers), &body));
    let class = if status == "mail_sent" { "sent" } else { "invalid" };
    let Some(page) = page(&options, "forms/contact-form-7").await else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let page = page.replace("wpcf7-form init", &format!("wpcf7-form {class}"));
    html(page.replace("aria-hidden=\"true\"></div>\n</form>", &format!(">{message}</div>\n</form>")))
}

/// A page of the form after the other, each by a post of all; the last shows the confirmation.
async fn gravity(State(options): Site, headers: HeaderMap, body: Bytes) -> Response {
    let posted = fields(content_type(&headers), &body);
    let Some(page) = page(&options, "forms/gravity").await else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let target = value(&posted, "gform_target_page_number_1");
    if target == "0" {
        let (Some(begin), Some(end)) = (page.find("<form method='post'"), page.find("</form>")) else {
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        };
        let confirmation = "<div id='gform_confirmation_wrapper_1' class='gform_confirmation_wrapper'>\
            <div id='gform_confirmation_message_1' class='gform_confirmation_message_1 gform_confirmation_message' role='status'>\
            Thanks for contacting us! We will get in touch with you shortly.</div></div>";
        return html(format!("{}{confirmation}{}", &page[..begin], &page[end + "</form>".len()..]));
    }
    let mut page = filled(page, &posted);
    if target == "2" {
        page = page
            .replace("data-js='page-field-id-0'>", "data-js='page-field-id-0' hidden>")
            .replace("data-js='page-field-id-7' hidden>", "data-js='page-field-id-7'>")
            .replace("id='gform_target_page_number_1' value='2'", "id='gform_target_page_number_1' value='0'")
            .replace("id='gform_source_page_number_1' value='1'", "id='gform_source_page_number_1' value='2'")
            .replace("class='gf_step gf_step_active gf_step_first'", "class='gf_step gf_step_first gf_step_completed'")
            .replace("class='gf_step gf_step_last gf_step_pending'", "class='gf_step gf_step_active gf_step_last'");
    }
    html(page)
}

/// Gravity's page with what was posted in its fields.
fn filled(mut page: String, posted: &[(String, String)]) -> String {
    for (name, value) in posted.iter().filter(|(name, value)| name.starts_with("input_") && !value.is_empty()) {
        let value = escaped(value);
        let Some(at) = page.find(&format!("name='{name}'")) else { continue };
        let rest = &page[at..];
        let tag = page[..at].rfind('<').map_or("", |begin| &page[begin..at]);
        let (place, text) = if tag.starts_with("<select") {
            let option = format!("<option value='{value}'");
            let Some(place) = rest.find(&option) else { continue };
            (at + place + option.len(), " selected='selected'".to_owned())
        } else if tag.starts_with("<textarea") {
            let Some(place) = rest.find('>') else { continue };
            (at + place + 1, value)
        } else if rest[..rest.find('>').unwrap_or_default()].contains("type='checkbox'") {
            (at, "checked='checked' ".to_owned())
        } else {
            let empty = "value='";
            let Some(place) = rest.find(empty).filter(|place| rest[place + empty.len()..].starts_with('\'')) else {
                continue;
            };
            (at + place + empty.len(), value)
        };
        page.insert_str(place, &text);
    }
    page
}

/// `wp_send_json_success` of the action that Elementor's script asks for.
async fn elementor(headers: HeaderMap, body: Bytes) -> Response {
    let posted = fields(content_type(&headers), &body);
    // What WordPress says to an action that nobody has.
    if value(&posted, "action") != "elementor_pro_forms_send_form" {
        return (StatusCode::BAD_REQUEST, "0").into_response();
    }
    json(StatusCode::OK, r#"{"success":true,"data":{"message":"Your submission was successful.","data":[]}}"#)
}

/// Without its script the form posts to the page that it stands in, which shows itself again.
async fn elementor_page(State(options): Site) -> Response {
    page(&options, "forms/elementor").await.map_or_else(|| StatusCode::NOT_FOUND.into_response(), html)
}

async fn page(options: &Options, folder: &str) -> Option<String> {
    tokio::fs::read_to_string(options.demo_dir.join(folder).join("index.html")).await.ok()
}

fn html(page: impl Into<axum::body::Body>) -> Response {
    ([(CONTENT_TYPE, "text/html; charset=utf-8")], page.into()).into_response()
}

fn json(status: StatusCode, text: &str) -> Response {
    (status, [(CONTENT_TYPE, "application/json; charset=utf-8")], text.to_owned()).into_response()
}

fn content_type(headers: &HeaderMap) -> &str {
    headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn value<'p>(posted: &'p [(String, String)], name: &str) -> &'p str {
    posted.iter().find(|(given, _)| given == name).map_or("", |(_, value)| value)
}

fn fields(content_type: &str, body: &[u8]) -> Vec<(String, String)> {
    let Some((_, boundary)) = content_type.split_once("boundary=") else {
        return form_urlencoded::parse(body).into_owned().collect();
    };
    let text = String::from_utf8_lossy(body);
    let parts = text.split(&format!("--{}", boundary.trim_matches('"'))[..]).map(str::to_owned).collect::<Vec<_>>();
    let named = parts.iter().filter_map(|part| {
        let (head, value) = part.split_once("\r\n\r\n")?;
        let name = head.split_once("name=\"")?.1.split('"').next()?;
        // As forms are encoded: https://html.spec.whatwg.org/#multipart-form-data
        let name = name.replace("%22", "\"").replace("%0D%0A", "\r\n");
        Some((name, value.strip_suffix("\r\n")?.to_owned()))
    });
    named.collect()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#039;")
}
