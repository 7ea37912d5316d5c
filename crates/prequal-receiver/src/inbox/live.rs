//! `GET /inbox/events`: tells open inboxes what arrived, as server-sent events.
//!
//! An event carries no lead, only its number and id; the page fetches what it shows. The number is
//! the event's id, so that a browser that lost its connection goes on where it was (`Last-Event-ID`).

use crate::App;
use crate::serve::told;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use futures_util::Stream;
use serde::Deserialize;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::watch;

/// Most leads read at a time.
const BATCH: i64 = 100;

#[derive(Deserialize)]
pub(super) struct After {
    /// The newest lead that the page shows.
    #[serde(default)]
    after: i64,
}

struct Listener {
    app: App,
    bell: watch::Receiver<()>,
    stopping: watch::Receiver<bool>,
    after: i64,
    /// How many refusals of today the page knows of.
    refused: Option<i64>,
    ready: VecDeque<Event>,
}

pub(super) async fn events(
    State(app): State<App>,
    Query(page): Query<After>,
    headers: HeaderMap,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let again = headers.get("last-event-id").and_then(|id| id.to_str().ok()).and_then(|id| id.parse().ok());
    let listener = Listener {
        bell: app.store.listen(),
        stopping: app.stopping.subscribe(),
        after: again.unwrap_or(page.after),
        refused: None,
        // The time to wait before connecting again, in case the receiver is restarted.
        ready: VecDeque::from([Event::default().retry(Duration::from_secs(2)).comment("listening")]),
        app,
    };
    let stream = futures_util::stream::unfold(listener, |mut listener| async move {
        let event = listener.next().await?;
        Some((Ok(event), listener))
    });
    Sse::new(stream).keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
}

impl Listener {
    /// `None` when the receiver stops.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(event);
            }
            if *self.stopping.borrow() {
                return None;
            }
            // Marked before reading: what arrives while reading rings again.
            self.bell.mark_unchanged();
            if let Err(cause) = self.read().await {
                tracing::warn!(%cause, "open inboxes could not be told");
            }
            if !self.ready.is_empty() {
                continue;
            }
            tokio::select! {
                changed = self.bell.changed() => changed.ok()?,
                () = told(&mut self.stopping) => return None,
            }
        }
    }

    async fn read(&mut self) -> Result<(), sqlx::Error> {
        for (seq, id) in self.app.store.arrivals(self.after, BATCH).await? {
            self.after = seq;
            self.ready.push_back(Event::default().event("lead").id(seq.to_string()).data(id));
        }
        let refused: i64 =
            self.app.store.refused_on_day_of((self.app.clock)()).await?.iter().map(|kind| kind.count).sum();
        if self.refused.is_some_and(|known| known != refused) {
            self.ready.push_back(Event::default().event("refused").data(refused.to_string()));
        }
        self.refused = Some(refused);
        Ok(())
    }
}
