//! A lead that goes to several places at once: to each once, whatever becomes of the others.

use crate::harness::native::{Answer, FREIGHT_CHIEF};
use crate::harness::proxy::{Mode, Proxy, Request};
use crate::harness::{QUIET, Setup, World, demo_flow, visit, wait_until};
use serde_json::{Value, json};
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The site's own policy, and stand-ins on any port of loopback.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
    connect-src 'self' http://127.0.0.1:*; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'; trusted-types 'none'";

/// What a stand-in answers to a post, and whether it lets pages ask first and read its replies.
#[derive(Clone)]
struct Manners {
    cors: bool,
    /// What pages that are isolated need to see of a reply, besides or instead (Cross-Origin-Resource-Policy).
    corp: bool,
    status: &'static str,
    /// Where it sends the browser on to.
    on_to: Option<String>,
}

const OPEN: Manners = Manners { cors: true, corp: false, status: "200 OK", on_to: None };
const MUTE: Manners = Manners { cors: false, corp: true, status: "200 OK", on_to: None };

/// A stand-in behind a network that can fail.
async fn stand_in(manners: Manners) -> Proxy {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address: SocketAddr = listener.local_addr().expect("a bound socket has an address");
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let manners = manners.clone();
            tokio::spawn(async move { answer(&mut socket, &manners).await });
        }
    });
    Proxy::start(address).await
}

/// One request a connection, as the proxy asks.
async fn answer(socket: &mut TcpStream, manners: &Manners) -> Option<()> {
    let mut read = Vec::new();
    let whole = |read: &[u8]| {
        let head = read.windows(4).position(|four| four == b"\r\n\r\n")?;
        let text = std::str::from_utf8(&read[..head]).ok()?.to_ascii_lowercase();
        let length =
            text.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok()).unwrap_or(0);
        (read.len() >= head + 4 + length).then_some(text)
    };
    let head = loop {
        if let Some(head) = whole(&read) {
            break head;
        }
        socket.read_buf(&mut read).await.ok().filter(|bytes| *bytes > 0)?;
    };
    let (status, extra) = match (head.starts_with("options"), &manners.on_to) {
        (true, _) if manners.cors => (
            "204 No Content",
            "access-control-allow-headers: content-type\r\naccess-control-max-age: 60\r\n".to_owned(),
        ),
        (true, _) => ("405 Method Not Allowed", String::new()),
        (_, Some(on_to)) if head.starts_with("post") => ("302 Found", format!("location: {on_to}\r\n")),
        _ => (manners.status, String::new()),
    };
    let cors = if manners.cors { "access-control-allow-origin: *\r\n" } else { "" };
    let corp = if manners.corp { "cross-origin-resource-policy: cross-origin\r\n" } else { "" };
    let reply = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n{cors}{corp}{extra}connection: close\r\n\r\n");
    socket.write_all(reply.as_bytes()).await.ok()
}

fn setup(destinations: Value) -> Setup {
    let mut flow = demo_flow();
    flow["delivery"]["destinations"] = destinations;
    Setup { csp: Some(POLICY), ..Setup::flow(flow.to_string()) }
}

fn fields(all: &[(&str, &str)]) -> Value {
    all.iter().map(|(name, from)| json!({ "name": name, "from": from })).collect()
}

/// Goes as far as consent, and listens to what the page is told.
async fn answer_to_consent(world: &World) {
    world.go("/pricing/").await;
    world
        .browser
        .js("window.told = []; for (const name of ['delivered', 'error'])
            addEventListener('prequal:' + name, ({ detail }) => told.push([name, detail.how ?? detail.code, detail.destination ?? '']));")
        .await;
    let chat = world.chat();
    chat.open().await;
    chat.answer_all(FREIGHT_CHIEF).await;
    chat.answer("phone", &Answer::Skip).await;
    chat.assert_asked("consent").await;
}

async fn told(world: &World) -> Vec<[String; 3]> {
    let mut told: Vec<[String; 3]> = serde_json::from_value(world.browser.js("return told").await).expect("texts");
    told.sort();
    told
}

fn the_one(stand_in: &Proxy) -> Request {
    let mut posts = stand_in.posts();
    assert_eq!(posts.len(), 1, "{posts:?}");
    posts.remove(0)
}

#[tokio::test]
async fn each_of_three_gets_it_once_and_one_that_is_down_holds_nobody_up() {
    let (crm, list) = (stand_in(OPEN).await, stand_in(MUTE).await);
    let setup = setup(json!([
        {
            "id": "crm", "kind": "json", "endpoint": crm.origin() + "/leads",
            "fields": fields(&[("contact.email", "answers.email"), ("points", "total"), ("agreed", "granted.newsletter")])
        },
        {
            "id": "list", "kind": "form", "opaque": true, "endpoint": list.origin() + "/subscribe",
            "fields": fields(&[("EMAIL", "answers.email"), ("carriers[]", "answers.carriers")])
        },
        // The newsletter is not agreed to.
        { "id": "letter", "kind": "hook", "endpoint": list.origin() + "/letter", "purpose": "newsletter" }
    ]));
    visit(setup, async |world| {
        answer_to_consent(world).await;
        assert_eq!((crm.log().connections, list.log().connections), (0, 0), "nothing before consent");
        crm.switch(Mode::Refuse).await;
        let chat = world.chat();
        chat.agree().await;
        let lead = world.the_one_lead().await;
        wait_until("the form", async || !list.posts().is_empty()).await;
        wait_until("that the page is told", async || told(world).await.len() == 2).await;
        // What the visitor reads is about the one that has got least far.
        chat.wait_for_delivery("retrying").await;
        assert_eq!(world.kept_in_browser().await.len(), 1, "what is delivered is kept no longer");
        crm.switch(Mode::Pass).await;
        wait_until("that it is handed over", async || {
            world.browser.come_online().await;
            chat.delivery().await == "handed_over"
        })
        .await;
        wait_until("an empty store", async || world.kept_in_browser().await.is_empty()).await;
        tokio::time::sleep(QUIET).await;
        world.the_one_lead().await;
        let delivered = |how: &str, to: &str| ["delivered", how, to].map(String::from);
        assert_eq!(
            told(world).await,
            [delivered("delivered", ""), delivered("delivered", "crm"), delivered("handed_over", "list")]
        );

        let post = the_one(&crm);
        assert_eq!((post.path.as_str(), post.header("content-type")), ("/leads", Some("application/json")));
        let body: Value = serde_json::from_slice(&post.body).expect("JSON");
        let expected = json!({
            "idempotency_key": lead.idempotency_key, "contact": { "email": "ada@fleetworks.example" }, "points": 100, "agreed": false
        });
        assert_eq!(body, expected);
        assert_eq!(post.header("referer"), None);

        let post = the_one(&list);
        assert_eq!(post.path, "/subscribe", "nothing to where no purpose leads");
        assert!(post.header("content-type").is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded")));
        assert!(!list.log().requests.iter().any(|request| request.method == "OPTIONS"), "no question before the post");
        let body = format!(
            "idempotency_key={}&EMAIL=ada%40fleetworks.example&carriers%5B%5D=parcel&carriers%5B%5D=ocean",
            lead.idempotency_key
        );
        assert_eq!(String::from_utf8(post.body.clone()).expect("a form"), body);
        for header in ["cookie", "idempotency-key"] {
            assert_eq!(post.header(header), None, "{header}");
        }
        // Which site it is, as with CORS, and not which page.
        let site = world.site.origin();
        assert_eq!((post.header("origin"), post.header("referer")), (Some(&*site), Some(&*format!("{site}/"))));
    })
    .await;
}

#[tokio::test]
async fn a_hook_may_lead_on_and_nothing_else() {
    let shown = stand_in(OPEN).await;
    let on_to = Some(shown.origin() + "/echo");
    let (script, other) =
        (stand_in(Manners { on_to: on_to.clone(), ..OPEN }).await, stand_in(Manners { on_to, ..OPEN }).await);
    let setup = setup(json!([
        { "id": "script", "kind": "hook", "endpoint": script.origin() + "/exec", "redirects": "follow", "fields": fields(&[("mail", "answers.email")]) },
        { "id": "other", "kind": "hook", "endpoint": other.origin() + "/exec", "fields": fields(&[("mail", "answers.email")]) }
    ]));
    visit(setup, async |world| {
        answer_to_consent(world).await;
        world.chat().agree().await;
        let script_told = ["delivered", "delivered", "script"].map(String::from);
        wait_until("that it is told", async || told(world).await.contains(&script_told)).await;
        world.chat().wait_for_delivery("retrying").await;
        let post = the_one(&script);
        assert!(post.header("content-type").is_some_and(|kind| kind.starts_with("text/plain")));
        let lead = world.the_one_lead().await;
        let body: Value = serde_json::from_slice(&post.body).expect("JSON");
        assert_eq!(body, json!({ "idempotency_key": lead.idempotency_key, "mail": "ada@fleetworks.example" }));
        // Nothing of the lead is in the second request, and no second one was made for the other.
        let echoes = shown.log().requests;
        assert!(echoes.len() == 1 && echoes[0].method == "GET" && echoes[0].body.is_empty(), "{echoes:?}");
        let asked = |proxy: &Proxy| proxy.log().requests.iter().any(|request| request.method == "OPTIONS");
        assert!(!asked(&script) && !asked(&other), "no question before the post");
        assert!(!told(world).await.iter().any(|[.., to]| to == "other"));
    })
    .await;
}

/// The demo's pages are isolated (COEP), and are shown no reply that does not name them: a post that arrived
/// fails there like one that did not. Found here: it was posted again every few seconds.
#[tokio::test]
async fn an_isolated_page_posts_to_the_opaque_once() {
    let list = stand_in(Manners { corp: false, ..MUTE }).await;
    let setup = setup(json!([
        { "id": "list", "kind": "form", "opaque": true, "endpoint": list.origin() + "/x", "fields": fields(&[("EMAIL", "answers.email")]) }
    ]));
    visit(setup, async |world| {
        answer_to_consent(world).await;
        assert_eq!(world.browser.js("return crossOriginIsolated").await, true);
        world.chat().agree().await;
        world.chat().wait_for_delivery("handed_over").await;
        tokio::time::sleep(QUIET * 5).await;
        world.browser.come_online().await;
        tokio::time::sleep(QUIET).await;
        the_one(&list);
        assert_eq!(world.kept_in_browser().await, [""; 0]);
    })
    .await;
}

/// And where it can tell, it tries again.
#[tokio::test]
async fn what_cannot_be_reached_is_tried_again_without_cors_too() {
    let list = stand_in(MUTE).await;
    let setup = setup(json!([
        { "id": "list", "kind": "hook", "opaque": true, "endpoint": list.origin() + "/x", "fields": fields(&[("EMAIL", "answers.email")]) }
    ]));
    visit(setup, async |world| {
        answer_to_consent(world).await;
        // A page that is not isolated.
        world.browser.js("Object.defineProperty(window, 'crossOriginIsolated', { value: false })").await;
        list.switch(Mode::Refuse).await;
        world.chat().agree().await;
        world.chat().wait_for_delivery("retrying").await;
        list.switch(Mode::Pass).await;
        wait_until("that it is handed over", async || {
            world.browser.come_online().await;
            world.chat().delivery().await == "handed_over"
        })
        .await;
        the_one(&list);
    })
    .await;
}

/// What a system refuses for good is told of that one alone, and kept for the page to look at.
#[tokio::test]
async fn a_refusal_is_told_of_the_one_that_refuses() {
    let crm = stand_in(Manners { status: "400 Bad Request", ..OPEN }).await;
    let setup = setup(json!([
        { "id": "crm", "kind": "hubspot", "endpoint": crm.origin() + "/submit", "fields": fields(&[("email", "answers.email")]) }
    ]));
    visit(setup, async |world| {
        answer_to_consent(world).await;
        world.chat().agree().await;
        world.chat().wait_for_delivery("undeliverable").await;
        world.the_one_lead().await;
        let body: Value = serde_json::from_slice(&the_one(&crm).body).expect("JSON");
        assert_eq!(
            body["fields"],
            json!([{ "objectTypeId": "0-1", "name": "email", "value": "ada@fleetworks.example" }])
        );
        assert_eq!(body["context"]["pageUri"], world.site.origin() + "/pricing/");
        let all = [["delivered", "delivered", ""], ["error", "undeliverable", "crm"]];
        assert_eq!(told(world).await, all.map(|one| one.map(String::from)));
    })
    .await;
}
