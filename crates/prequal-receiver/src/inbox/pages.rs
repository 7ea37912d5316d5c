//! `GET /inbox` and `GET /inbox/leads/{id}`: the list, and one lead beside it.

use super::access::Access;
use super::lead::{Detail, Row, detail, row};
use super::words::{Words, badge};
use crate::App;
use crate::clock::Moment;
use crate::store::StoredLead;
use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use prequal::flow::Checked;
use serde::Deserialize;

/// Leads on one page of the list.
const PAGE: i64 = 100;

#[derive(Deserialize, Default)]
pub(super) struct Filter {
    /// Only this stage; empty for all.
    #[serde(default)]
    stage: String,
    /// Only leads that arrived before this one.
    before: Option<i64>,
}

/// What the address asks for; what it asks wrongly is as if not asked.
type Asked = Result<Query<Filter>, QueryRejection>;

struct Tab {
    badge: String,
    label: String,
    stage: String,
    count: i64,
    current: bool,
}

struct Refusal {
    code: String,
    count: i64,
    reason: String,
    flow_id: String,
    at: Moment,
}

/// A flow that leads are taken of.
struct Taken {
    title: String,
    version: u32,
    from: String,
}

#[derive(Template)]
#[template(path = "inbox.html")]
struct Inbox {
    rows: Vec<Row>,
    tabs: Vec<Tab>,
    stage: String,
    older: Option<i64>,
    newest: i64,
    refused: i64,
    refusals: Vec<Refusal>,
    lead: Option<Detail>,
    /// Whether a lead was chosen, rather than the newest one shown for want of a choice.
    chosen: bool,
    unreadable: bool,
    total: i64,
    /// Deleted because consent was taken back.
    withdrawn: i64,
    endpoint: String,
    flows: Vec<Taken>,
    origins: Vec<String>,
}

pub(super) async fn list(State(app): State<App>, headers: HeaderMap, filter: Asked) -> Response {
    let Query(filter) = filter.unwrap_or_default();
    answer(inbox(&app, &headers, &filter, None).await)
}

pub(super) async fn lead(
    State(app): State<App>,
    headers: HeaderMap,
    Path(id): Path<String>,
    filter: Asked,
) -> Response {
    let Query(filter) = filter.unwrap_or_default();
    match app.store.lead(&id).await {
        Ok(Some(stored)) => answer(inbox(&app, &headers, &filter, Some(stored)).await),
        Ok(None) => match app.store.withdrawn_at(&id).await {
            Ok(Some(at)) => {
                let text = format!(
                    "Consent to this lead was taken back on {}. It was deleted. The list is at /inbox.",
                    Moment::utc(at).text
                );
                (StatusCode::GONE, text).into_response()
            }
            Ok(None) => (StatusCode::NOT_FOUND, "There is no such lead. The list is at /inbox.").into_response(),
            Err(cause) => answer(Err(cause)),
        },
        Err(cause) => answer(Err(cause)),
    }
}

async fn inbox(
    app: &App,
    headers: &HeaderMap,
    filter: &Filter,
    chosen: Option<StoredLead>,
) -> Result<Inbox, sqlx::Error> {
    // Asked before the list, so that a lead arriving in between is announced rather than missed.
    let newest = app.store.newest_seq().await?;
    let stored = app.store.newest(filter.before.unwrap_or(i64::MAX), &filter.stage, PAGE).await?;
    let stages = app.store.stages().await?;
    let refusals = app.store.refused_on_day_of((app.clock)()).await?;

    let older = stored.last().filter(|_| stored.len() as i64 == PAGE).map(|last| last.seq);
    let was_chosen = chosen.is_some();
    let chosen = chosen.or_else(|| stored.first().cloned());
    let shown = chosen.as_ref().and_then(|stored| detail(stored, &app.flows));
    let rows = stored.iter().filter_map(|stored| row(stored, &app.flows));
    let rows =
        rows.map(|row| Row { current: chosen.as_ref().is_some_and(|chosen| chosen.id == row.id), ..row }).collect();
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("127.0.0.1:4174");
    Ok(Inbox {
        rows,
        total: stages.iter().map(|(_, count)| count).sum(),
        withdrawn: app.store.withdrawn().await?,
        tabs: tabs(app, filter, stages),
        stage: filter.stage.clone(),
        older,
        newest,
        refused: refusals.iter().map(|kind| kind.count).sum(),
        refusals: refusals
            .into_iter()
            .map(|kind| Refusal {
                code: kind.code,
                count: kind.count,
                reason: kind.last_reason,
                flow_id: kind.last_flow_id,
                at: Moment::utc(kind.last_at),
            })
            .collect(),
        unreadable: was_chosen && shown.is_none(),
        chosen: was_chosen,
        lead: shown,
        // The widget posts to https alone, loopback aside.
        endpoint: format!("{}://{host}/v1/leads", if app.inbox == Access::ThisMachine { "http" } else { "https" }),
        flows: app.flows.iter().map(taken).collect(),
        origins: app
            .allow_origins
            .iter()
            .map(|origin| String::from_utf8_lossy(origin.header().as_bytes()).into_owned())
            .collect(),
    })
}

/// One tab a stage, the furthest stage first.
fn tabs(app: &App, filter: &Filter, counts: Vec<(String, i64)>) -> Vec<Tab> {
    let mut tabs: Vec<(usize, Tab)> = counts
        .into_iter()
        .map(|(stage, count)| {
            let place = |flow: &Checked| flow.flow().stages.iter().position(|known| known.id == stage);
            let known = app.flows.iter().find_map(|flow| Some((flow, place(flow)?)));
            let label = Words::of(known.map(|(flow, _)| flow)).stage(&stage);
            let badge = badge(&stage, &label);
            (known.map_or(0, |(_, place)| place), Tab { badge, label, current: filter.stage == stage, stage, count })
        })
        .collect();
    tabs.sort_by_key(|(place, _)| std::cmp::Reverse(*place));
    tabs.into_iter().map(|(_, tab)| tab).collect()
}

fn taken(flow: &Checked) -> Taken {
    let from = &flow.flow().delivery.minimum_stage;
    Taken { title: flow.flow().title.clone(), version: flow.version(), from: Words::of(Some(flow)).stage(from) }
}

fn answer(page: Result<Inbox, sqlx::Error>) -> Response {
    match page.map(|page| page.render()) {
        Ok(Ok(html)) => Html(html).into_response(),
        Ok(Err(cause)) => {
            tracing::error!(%cause, "a page could not be rendered");
            (StatusCode::INTERNAL_SERVER_ERROR, "This page could not be made. The log says why.").into_response()
        }
        Err(cause) => {
            tracing::error!(%cause, "the database failed");
            (StatusCode::SERVICE_UNAVAILABLE, "The database does not answer. Load the page again in a moment.")
                .into_response()
        }
    }
}
