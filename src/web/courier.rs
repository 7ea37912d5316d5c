//! Performs the outbox's effects: storage, the post, and the alarm clock.
//!
//! IndexedDB itself is spoken to in TypeScript (`www/embed/store.ts`): its callbacks would weigh
//! three kilobytes of brotli here.

use super::engine::Host;
use super::page::now;
use super::platform::NUMBERS;
use crate::consent::ConsentedLead;
use crate::outbox::{self, Effect, Event, Outbox, Reply};
use alloc::{rc::Rc, string::String};
use core::cell::RefCell;
use wasm_bindgen::prelude::*;

/// Milliseconds until an endpoint that does not answer counts as silent.
const PATIENCE: u32 = 20_000;
/// Milliseconds; browsers take a longer timer for none. The outbox asks again when it goes off early.
const LONGEST_TIMER: i64 = 2_000_000_000;
/// Requests that outlive the page share 64 KiB; a body near that is sent without the promise.
const KEEPALIVE_LIMIT: usize = 60_000;

#[wasm_bindgen]
extern "C" {
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
    #[wasm_bindgen(js_namespace = AbortSignal, js_name = timeout)]
    fn abort_after(ms: u32) -> JsValue;
}

/// Reports what became of an effect.
pub type Report = Rc<dyn Fn(Event)>;

/// Performs one effect.
pub fn perform(effect: Effect, host: &Host, report: &Report) {
    let report = report.clone();
    match effect {
        Effect::Store { key, text } => {
            let put = key.clone();
            let done = host.guard(&Closure::once_into_js(move |ok| report(Event::Stored { key, ok })));
            host.change(&put, &text, "", &done);
        }
        // Nothing waits for these: a lead that stays by mistake is only sent again, under its key.
        Effect::Bury { key, text } => host.change(&[outbox::BURIED, &key].concat(), &text, &key, &JsValue::UNDEFINED),
        Effect::Forget { key } => host.change("", "", &key, &JsValue::UNDEFINED),
        Effect::Send(lead) => send(&lead, host, report),
        Effect::WakeAt(time) => {
            let wait = (time - now().ms).clamp(0, LONGEST_TIMER) as f64;
            set_timeout(&host.guard(&Closure::once_into_js(move || report(Event::Wake { online: false }))), wait);
        }
    }
}

/// The only place that posts anything.
fn send(lead: &ConsentedLead, host: &Host, report: Report) {
    // The parts that never change are parsed once from text: fewer crossings than setting each.
    let keepalive = if lead.body().len() < KEEPALIVE_LIMIT { "true" } else { "false" };
    let mut init = String::from(
        r#"{"method":"POST","mode":"cors","credentials":"omit","redirect":"error","cache":"no-store","referrerPolicy":"no-referrer","headers":{"content-type":"application/json","idempotency-key":""#,
    );
    init.push_str(lead.key());
    init.push_str(r#""},"keepalive":"#);
    init.push_str(keepalive);
    init.push('}');
    let init = js_sys::JSON::parse(&init).unwrap_throw();
    let _ = js_sys::Reflect::set(&init, &"body".into(), &lead.body().into());
    let _ = js_sys::Reflect::set(&init, &"signal".into(), &abort_after(PATIENCE));
    let key = String::from(lead.key());
    let (silent_key, silent) = (key.clone(), report.clone());
    fetch(lead.endpoint().as_str(), &init).then(
        &host.guard(&Closure::once_into_js(move |response: Response| {
            let wait = response.headers().get("retry-after").and_then(|text| NUMBERS.read(&text));
            let retry_after = wait.filter(|seconds| *seconds >= 0.0).map(|seconds| seconds as u32);
            report(Event::Replied { key, reply: Reply::Status { status: response.status(), retry_after } });
        })),
        &host.guard(&Closure::once_into_js(move || {
            silent(Event::Replied { key: silent_key, reply: Reply::NoReply });
        })),
    );
}

/// Delivers one lead that an earlier page stored, without any session.
pub fn resume(text: String, host: Host) {
    report_to(Rc::new(RefCell::new(Outbox::default())), Rc::new(host))(Event::Found(text));
}

fn report_to(outbox: Rc<RefCell<Outbox>>, host: Rc<Host>) -> Report {
    Rc::new(move |event| {
        let now = now();
        let effects = outbox::step(&mut outbox.borrow_mut(), event, now.ms, now.jitter(), NUMBERS);
        let report = report_to(outbox.clone(), host.clone());
        for effect in effects {
            perform(effect, &host, &report);
        }
    })
}
