//! `GET /inbox/events`.

use crate::rig::{Rig, get_request, rig};
use crate::visitor::Visitor;
use axum::body::Body;
use http_body_util::BodyExt;
use std::time::Duration;
use tower::ServiceExt;

struct Listening {
    body: Body,
    heard: String,
}

impl Listening {
    async fn to(rig: &Rig, path: &str, last_event_id: Option<&str>) -> Self {
        let mut request = get_request(path);
        if let Some(id) = last_event_id {
            request.headers_mut().insert("last-event-id", id.parse().unwrap());
        }
        let reply = rig.router.clone().oneshot(request).await.unwrap();
        assert_eq!(reply.headers()["content-type"], "text/event-stream");
        Self { body: reply.into_body(), heard: String::new() }
    }

    /// Listens until the text was heard; nothing is asked for meanwhile.
    async fn until(&mut self, text: &str) {
        let hear = async {
            while !self.heard.contains(text) {
                let frame = self.body.frame().await.expect("the stream ended").unwrap();
                self.heard += std::str::from_utf8(frame.data_ref().unwrap()).unwrap();
            }
        };
        if tokio::time::timeout(Duration::from_secs(5), hear).await.is_err() {
            panic!("not heard: {text}; but: {}", self.heard);
        }
    }
}

async fn post(rig: &Rig, number: u32) -> String {
    let reply = rig.post(Visitor::best(number).goes_through(&rig.flow).unwrap()).await;
    reply.json()["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_open_inbox_hears_of_a_lead_and_nothing_about_it() {
    let rig = rig().await;
    let mut inbox = Listening::to(&rig, "/inbox/events?after=0", None).await;
    inbox.until("listening").await;
    let id = post(&rig, 1).await;
    inbox.until(&id).await;
    assert!(inbox.heard.contains("event: lead\n") && inbox.heard.contains("id: 1\n"), "{}", inbox.heard);
    assert!(!inbox.heard.contains("Ada"));
}

#[tokio::test]
async fn who_lost_the_line_is_told_what_was_missed() {
    let rig = rig().await;
    let ids = [post(&rig, 1).await, post(&rig, 2).await, post(&rig, 3).await];
    // The address still says what the page knew when it was loaded; the browser knows better.
    let mut inbox = Listening::to(&rig, "/inbox/events?after=0", Some("1")).await;
    inbox.until(&ids[2]).await;
    assert!(!inbox.heard.contains(&ids[0]) && inbox.heard.contains(&ids[1]));
}

#[tokio::test]
async fn refusals_are_told_as_a_number() {
    let rig = rig().await;
    let mut inbox = Listening::to(&rig, "/inbox/events", None).await;
    inbox.until("listening").await;
    // Heard once the first look at the database is done, which the second event proves.
    rig.post("{").await;
    let id = post(&rig, 1).await;
    inbox.until(&id).await;
    rig.post("{").await;
    inbox.until("event: refused\ndata: 2").await;
}

#[tokio::test]
async fn nonsense_in_the_address_is_no_lead_number() {
    let rig = rig().await;
    post(&rig, 1).await;
    Listening::to(&rig, "/inbox/events?after=0", Some("not a number")).await.until("event: lead").await;
    assert_eq!(rig.get("/inbox/events?after=newest").await.status.as_u16(), 400);
}
