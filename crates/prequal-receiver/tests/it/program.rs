//! The program: starting, refusing to start, restarting, slow clients.

use crate::rig::{config, demo_flow, read_flow};
use crate::visitor::Visitor;
use prequal_receiver::Receiver;
use std::process::{Command, Output};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

async fn loopback() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.unwrap()
}

/// One request on a connection of its own; the whole reply as text.
async fn exchange(receiver: &Receiver, request: &str) -> String {
    let mut stream = TcpStream::connect(receiver.address()).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).await.unwrap();
    reply
}

async fn get(receiver: &Receiver, path: &str) -> String {
    exchange(receiver, &format!("GET {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n", receiver.address()))
        .await
}

async fn post(receiver: &Receiver, body: &str) -> String {
    let head = format!(
        "POST /v1/leads HTTP/1.1\r\nhost: {}\r\ncontent-type: text/plain\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        receiver.address(),
        body.len()
    );
    exchange(receiver, &(head + body)).await
}

#[tokio::test]
async fn leads_outlive_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let body = Visitor::best(1).goes_through(&read_flow(&demo_flow())).unwrap();
    let first = Receiver::start(loopback().await, config(dir.path())).await.unwrap();
    assert!(post(&first, &body).await.starts_with("HTTP/1.1 201"));
    first.stop().await;
    let second = Receiver::start(loopback().await, config(dir.path())).await.unwrap();
    assert!(get(&second, "/inbox").await.contains("Ada Okafor"));
    assert!(post(&second, &body).await.contains("idempotency-replayed: true"));
    second.stop().await;
}

#[tokio::test]
async fn stopping_does_not_wait_for_open_inboxes() {
    let dir = tempfile::tempdir().unwrap();
    let receiver = Receiver::start(loopback().await, config(dir.path())).await.unwrap();
    let address = receiver.address();
    let mut inbox = TcpStream::connect(address).await.unwrap();
    inbox.write_all(format!("GET /inbox/events HTTP/1.1\r\nhost: {address}\r\n\r\n").as_bytes()).await.unwrap();
    let mut heard = [0; 1024];
    assert!(inbox.read(&mut heard).await.unwrap() > 0);
    let began = Instant::now();
    receiver.stop().await;
    assert!(began.elapsed() < Duration::from_secs(3), "it took {:?}", began.elapsed());
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn a_client_that_never_ends_its_head_is_let_go() {
    let dir = tempfile::tempdir().unwrap();
    let receiver = Receiver::start(loopback().await, config(dir.path())).await.unwrap();
    let mut slow = TcpStream::connect(receiver.address()).await.unwrap();
    slow.write_all(b"POST /v1/leads HTTP/1.1\r\nhost: 127").await.unwrap();
    let mut rest = Vec::new();
    let closed = tokio::time::timeout(Duration::from_secs(14), slow.read_to_end(&mut rest)).await;
    assert!(closed.is_ok(), "the connection was still open");
    // Others are served as ever.
    assert!(get(&receiver, "/healthz").await.starts_with("HTTP/1.1 200"));
    receiver.stop().await;
}

#[tokio::test]
async fn a_client_that_never_ends_its_body_is_told_so() {
    let dir = tempfile::tempdir().unwrap();
    let receiver = Receiver::start(loopback().await, config(dir.path())).await.unwrap();
    let head = "POST /v1/leads HTTP/1.1\r\nhost: h\r\ncontent-type: text/plain\r\ncontent-length: 500\r\nconnection: close\r\n\r\n{";
    let reply = tokio::time::timeout(Duration::from_secs(15), exchange(&receiver, head)).await.unwrap();
    assert!(reply.starts_with("HTTP/1.1 408"), "{reply}");
    receiver.stop().await;
}

fn run(arguments: &[&str], dir: &std::path::Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_prequal-receiver"))
        .args(arguments)
        .current_dir(dir)
        .env_remove("PREQUAL_INBOX_TOKEN")
        .output()
        .unwrap()
}

/// Does not start, exits with 1, and says all of this.
fn refuses_to_start(arguments: &[&str], says: &[&str]) {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("broken.json"), r#"{ "prequal": 1, "id": "x", "surprise": true }"#).unwrap();
    let output = run(arguments, dir.path());
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    for text in says {
        assert!(said.contains(text), "it does not say {text:?}: {said}");
    }
}

#[test]
fn what_keeps_it_from_starting_is_said_clearly() {
    let flow = demo_flow();
    let flow = flow.to_str().unwrap();
    refuses_to_start(
        &["--listen", "127.0.0.1:0", "--flow", "broken.json"],
        &["broken.json has mistakes", "PQ103", "PQ104 at surprise"],
    );
    refuses_to_start(
        &["--listen", "127.0.0.1:0", "--flow", "missing.json"],
        &["missing.json cannot be read", "--flow"],
    );
    refuses_to_start(&["--listen", "0.0.0.0:0", "--flow", flow], &["other machines", "--inbox-token"]);
    refuses_to_start(&["--listen", "127.0.0.1:0", "--flow", flow, "--inbox-token", "short"], &["16 characters"]);
    refuses_to_start(
        &["--listen", "127.0.0.1:0", "--flow", flow, "--database", "no/such/folder/leads.sqlite"],
        &["cannot be opened", "folder"],
    );
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    refuses_to_start(&["--listen", &address, "--flow", flow], &[&address, "already in use", "--listen"]);
}

#[test]
fn arguments_that_are_wrong_are_explained() {
    let dir = tempfile::tempdir().unwrap();
    let output = run(&["--flow", "x.json", "--allow-origin", "https://www.example.com/path"], dir.path());
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(said.contains("is not an origin") && said.contains("without a path"), "{said}");
}
