//! What an endpoint answers when it does not take a lead.

use super::{Fault, faults};
use crate::ledger::Due;
use crate::run::Run;
use prequal_harness::proxy::{Answer, Mode};
use serde_json::json;
use std::time::{Duration, SystemTime};

pub const FAULTS: &[Fault] = faults![
    "500, 502, 503 in turn" => |run| burst(run),
    "429 without Retry-After" => |run| busy(run, None),
    "429 with seconds" => |run| busy(run, Some("1".into())),
    "429 with a date" => |run| busy(run, Some(http_date(2))),
    "429 with a past date" => |run| busy(run, Some(http_date(-3600))),
    "429 with garbage" => |run| busy(run, Some("soon, -1; perhaps".into())),
    "409 while another is running" => |run| once(run, 409, Due::Arrival),
    "422" => |run| once(run, 422, Due::Keeping),
    "a poisoned lead before good ones" => |run| poison(run),
];

async fn burst(run: &mut Run) {
    run.site.endpoint.next([500, 502, 503].map(|status| Mode::Answer(Answer::status(status))));
    run.consent("/").await;
    run.wait_with_nudges().await;
    assert_eq!(run.site.posts().len(), 4, "each answer was given");
}

/// The page that was told to wait tries again by itself.
async fn busy(run: &mut Run, retry_after: Option<String>) {
    let headers: &'static [_] = match retry_after {
        None => &[],
        // The few bytes live as long as the program.
        Some(value) => vec![("retry-after", &*String::leak(value))].leak(),
    };
    run.site.endpoint.next([Mode::Answer(Answer { headers, ..Answer::status(429) })]);
    run.consent("/").await;
    run.wait_for_arrival().await;
}

async fn once(run: &mut Run, status: u16, due: Due) {
    run.site.endpoint.next([Mode::Answer(Answer::status(status))]);
    run.consent("/").await;
    run.person().due = due;
    run.wait_for_posts(1).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
}

/// Four leads wait; the one that comes first is none that the receiver would ever take.
async fn poison(run: &mut Run) {
    for _ in 0..4 {
        run.store("/").await;
        run.lab.close_tab().await;
        run.lab.tidy().await;
    }
    let posts = run.site.posts();
    let key = |post: &prequal_harness::proxy::Request| post.header("idempotency-key").unwrap_or_default().to_owned();
    let first = posts.iter().min_by_key(|post| key(post)).expect("all were tried");
    let body = String::from_utf8(first.body.clone()).expect("a lead is a text");
    let poisoned = body.replacen("\"total\":10", "\"total\":9", 1);
    assert_ne!(poisoned, body, "a lead says its total");
    let poisoner = run.people.iter_mut().find(|person| body.contains(&person.marker)).expect("it is somebody's");
    poisoner.due = Due::Keeping;
    run.lab.open_tab().await;
    run.lab.go(&run.site.at("/plain/")).await;
    let endpoint = run.site.endpoint.origin() + "/v1/leads";
    run.keep(&key(first), Some(&json!({ "endpoint": endpoint, "body": poisoned }).to_string())).await;
}

/// Seconds from now, as RFC 9110 writes a time.
fn http_date(from_now: i64) -> String {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("it is after 1970");
    let time = i64::try_from(now.as_secs()).expect("a time") + from_now;
    let (days, second) = (time.div_euclid(86_400), time.rem_euclid(86_400));
    // Civil from days (Howard Hinnant), with years from March on.
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = (march_month + 2) % 12;
    let year = year_of_era + era * 400 + i64::from(month < 2);
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    let place = |number: i64| usize::try_from(number).expect("a small number");
    format!(
        "{}, {day:02} {} {year} {:02}:{:02}:{:02} GMT",
        DAYS[place(days.rem_euclid(7))],
        MONTHS[place(month)],
        second / 3600,
        second / 60 % 60,
        second % 60
    )
}
