//! The browser face: the only room that names web_sys, js_sys or `JsValue`.
//!
//! It performs the core's effects and draws its views. It decides nothing: no branch here depends
//! on a score, a stage or a choice. The DOM is built from elements and text nodes alone.

mod courier;
mod dom;
mod platform;
mod view;
mod widget;

pub use courier::Host;
pub use platform::NUMBERS;

use alloc::{rc::Rc, string::String};
use wasm_bindgen::prelude::*;

#[cfg(feature = "widget")]
mod runtime {
    use talc::wasm::*;

    #[global_allocator]
    static ALLOCATOR: WasmDynamicTalc = new_wasm_dynamic_allocator();

    #[panic_handler]
    fn panic(_: &core::panic::PanicInfo) -> ! {
        // The trap becomes an exception in JavaScript, where `Host::guard` or the loader takes it and
        // brings the page's own form back.
        core::arch::wasm32::unreachable()
    }
}

/// Texts come in one string, joined by this: one crossing instead of one per text.
const SEPARATOR: char = '\u{1}';

/// Starts a widget in a shadow root. It draws its first question when it is told to begin.
///
/// `words` are the widget's own texts in the order of `dialog::Word`; `page` is read by
/// `platform::page`. Returns a function `(kind, text, at)` that takes what happens on the page: 0 a
/// page view, 1 a download, 2 the browser came online, 3 the widget was opened, 4 begin. Returns undefined
/// when the flow is broken, and a code when the endpoint is; nothing has been drawn then. `host`
/// does what the page's scripts do better.
#[cfg_attr(feature = "widget", wasm_bindgen)]
pub fn start(
    root: web_sys::ShadowRoot,
    flow: &[u8],
    words: &str,
    page: &str,
    utc_offset_minutes: i32,
    host: Host,
) -> JsValue {
    let Ok(flow) = crate::flow::load_with(flow, NUMBERS) else { return JsValue::UNDEFINED };
    match platform::page(page, utc_offset_minutes, &flow) {
        Ok(page) => {
            let words = words.split(SEPARATOR).map(String::from).collect();
            widget::start(root, Rc::new(flow), words, page, Rc::new(host))
        }
        Err(code) => code.as_str().into(),
    }
}

/// Delivers a lead that an earlier page stored and could not send, by its stored text.
#[cfg_attr(feature = "widget", wasm_bindgen)]
pub fn resume(text: String, host: Host) {
    courier::resume(text, host);
}
