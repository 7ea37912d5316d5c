//! Performs the outbox's effects: storage, the right to send, the post, and the alarm clock.
//!
//! IndexedDB and Web Locks are spoken to in TypeScript (`www/embed/store.ts`): their callbacks would
//! weigh three kilobytes of brotli here.

use super::page::now;
use super::platform::NUMBERS;
use crate::consent::{Parcel, Wire};
use crate::outbox::{self, Claim, Effect, Event, Outbox, Reply};
use alloc::{rc::Rc, string::String};
use core::cell::RefCell;
use wasm_bindgen::prelude::*;

/// Milliseconds; browsers take a longer timer for none. The outbox asks again when it goes off early.
const LONGEST_TIMER: i64 = 2_000_000_000;
/// Requests that outlive the page share 64 KiB; a body near that is sent without the promise.
const KEEPALIVE_LIMIT: usize = 60_000;

#[wasm_bindgen]
extern "C" {
    /// What the page's scripts do for the outbox (`www/embed/store.ts`).
    pub type Store;
    /// The same function, except that what it throws ends the widget and never reaches the page.
    #[wasm_bindgen(method)]
    pub fn guard(this: &Store, function: &JsValue) -> JsValue;
    #[wasm_bindgen(method)]
    fn store(this: &Store, id: &str, text: &str, receipt: &str, done: &JsValue);
    #[wasm_bindgen(method)]
    fn claim(this: &Store, id: &str, done: &JsValue);
    #[wasm_bindgen(method)]
    fn release(this: &Store, id: &str);
    #[wasm_bindgen(method)]
    fn bury(this: &Store, id: &str, text: &str);
    #[wasm_bindgen(method)]
    fn forget(this: &Store, id: &str, delivered: bool);
    #[wasm_bindgen(method)]
    fn retract(this: &Store, lead: &str, id: &str, notice: Option<String>, done: &JsValue);
    /// Calls `each` with the text of every receipt that consent still stands for.
    #[wasm_bindgen(method)]
    fn recall(this: &Store, each: &JsValue);
    /// Aborts when a send has taken too long, or its claim is lost.
    #[wasm_bindgen(method)]
    fn signal(this: &Store, id: &str) -> JsValue;
    /// Whether the page cannot tell an opaque post that arrived from one that did not.
    #[wasm_bindgen(method)]
    fn blind(this: &Store) -> bool;

    type Reached;
    fn fetch(url: &str, init: &JsValue) -> Reached;
    #[wasm_bindgen(method)]
    fn then(this: &Reached, fulfilled: &JsValue, rejected: &JsValue);

    type Response;
    #[wasm_bindgen(method, getter)]
    fn status(this: &Response) -> u32;
    #[wasm_bindgen(method, getter)]
    fn headers(this: &Response) -> Headers;
    type Headers;
    #[wasm_bindgen(method)]
    fn get(this: &Headers, name: &str) -> Option<String>;

    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(then: &JsValue, ms: f64);
}

/// Reports what became of an effect.
pub type Report = Rc<dyn Fn(Event)>;

/// Performs one effect.
pub fn perform(effect: Effect, host: &Store, report: &Report) {
    let report = report.clone();
    let stored = |id: String| {
        let report = report.clone();
        host.guard(&Closure::once_into_js(move |ok| report(Event::Stored { id, ok })))
    };
    match effect {
        Effect::Store { id, text, receipt } => host.store(&id, &text, &receipt, &stored(id.clone())),
        Effect::Claim { id } => {
            let claimed = id.clone();
            let done = move |place: usize| {
                // What nobody knows is ours: better twice under one key than never.
                let claim = Claim::ALL.get(place).copied().unwrap_or(Claim::Ours);
                report(Event::Claimed { id, claim });
            };
            host.claim(&claimed, &host.guard(&Closure::once_into_js(done)));
        }
        Effect::Release { id } => host.release(&id),
        Effect::Bury { id, text } => host.bury(&id, &text),
        Effect::Forget { id, delivered } => host.forget(&id, delivered),
        Effect::Retract { lead, id, notice } => host.retract(&lead, &id, notice, &stored(id.clone())),
        Effect::Recall => {
            let each = Closure::<dyn Fn(String)>::new(move |text| report(Event::Recalled(text)));
            host.recall(&host.guard(&each.into_js_value()));
        }
        Effect::Send(parcel) => send(&parcel, host, report),
        Effect::WakeAt(time) => {
            let wait = (time - now().ms).clamp(0, LONGEST_TIMER) as f64;
            set_timeout(&host.guard(&Closure::once_into_js(move || report(Event::Wake { online: false }))), wait);
        }
    }
}

/// The only place that posts anything.
fn send(parcel: &Parcel, host: &Store, report: Report) {
    let post = parcel.post();
    let wire = post.wire();
    // Built as text and parsed at once: fewer crossings than setting each.
    let mut init = String::from(r#"{"method":"POST","credentials":"omit","cache":"no-store","referrerPolicy":"#);
    // Of what cannot be read the browser follows redirects, or refuses to send it. Without a referrer it would not say
    // there which site posts either, as it always does with CORS (Fetch standard, "append a request `Origin` header").
    init.push_str(if wire.is_opaque() {
        r#""strict-origin","mode":"no-cors","#
    } else if post.redirects() {
        r#""no-referrer","mode":"cors","#
    } else {
        r#""no-referrer","mode":"cors","redirect":"error","#
    });
    init.push_str(r#""keepalive":"#);
    init.push_str(if post.body().len() < KEEPALIVE_LIMIT { "true" } else { "false" });
    init.push_str(r#","headers":{"content-type":""#);
    init.push_str(wire.content_type());
    if wire == Wire::Prequal {
        init.push_str(r#"","idempotency-key":""#);
        init.push_str(post.key());
    }
    init.push_str("\"}}");
    let init = js_sys::JSON::parse(&init).unwrap_throw();
    let _ = js_sys::Reflect::set(&init, &"body".into(), &post.body().into());
    let _ = js_sys::Reflect::set(&init, &"signal".into(), &host.signal(post.id()));
    let id = String::from(post.id());
    let (silent_id, silent) = (id.clone(), report.clone());
    let failed = if wire.is_opaque() && host.blind() { Reply::Opaque } else { Reply::NoReply };
    fetch(post.endpoint().as_str(), &init).then(
        &host.guard(&Closure::once_into_js(move |response: Response| {
            let reply = if wire.is_opaque() {
                Reply::Opaque
            } else {
                let headers = response.headers();
                let retry_after = headers.get("retry-after").and_then(|text| wait(&text));
                // A page to look at is what a network's own portal shows in an endpoint's place.
                let page = headers.get("content-type").is_some_and(|kind| kind.starts_with("text/html"));
                match response.status() {
                    200..=299 if page && wire == Wire::Prequal => Reply::NoReply,
                    status => Reply::Status { status, retry_after },
                }
            };
            report(Event::Replied { id, reply });
        })),
        &host.guard(&Closure::once_into_js(move || {
            silent(Event::Replied { id: silent_id, reply: failed });
        })),
    );
}

/// A `Retry-After` (RFC 9110, 10.2.3), seconds or a date, in milliseconds from now.
fn wait(text: &str) -> Option<i64> {
    let ms = match NUMBERS.read(text) {
        Some(seconds) => seconds * 1000.0,
        None => js_sys::Date::parse(text) - js_sys::Date::now(),
    };
    (ms >= 0.0).then_some(ms as i64)
}

/// An outbox without a session: for what earlier pages left, and for consent taken back where no conversation was
/// begun. Gives a function `(kind, text)`: 0 a stored text that was found, 1 the browser came online, 2 consent is
/// taken back.
pub fn alone(host: Store) -> JsValue {
    let host = Rc::new(host);
    let report = report_to(Rc::new(RefCell::new(Outbox::default())), host.clone());
    let told = move |kind: u32, text: String| {
        report(match kind {
            0 => Event::Found(text),
            1 => Event::Wake { online: true },
            _ => Event::Withdraw,
        });
    };
    host.guard(&Closure::<dyn Fn(u32, String)>::new(told).into_js_value())
}

fn report_to(outbox: Rc<RefCell<Outbox>>, host: Rc<Store>) -> Report {
    Rc::new(move |event| {
        let now = now();
        let effects = outbox::step(&mut outbox.borrow_mut(), event, now.ms, now.jitter(), NUMBERS);
        let report = report_to(outbox.clone(), host.clone());
        for effect in effects {
            perform(effect, &host, &report);
        }
    })
}
