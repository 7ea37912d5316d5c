//! In the browser: the only room that names web_sys, js_sys or `JsValue`.
//!
//! Two modules are made of it. The **face** is fetched first: it draws views, the first of them by
//! itself, and says what the visitor did. The **engine** follows: it steps the session and performs
//! its effects, and knows no DOM. Neither decides anything here: no branch depends on a score, a
//! stage or a choice. The DOM is built from elements and text nodes alone.

#[cfg(feature = "engine")]
mod courier;
mod dom;
#[cfg(feature = "engine")]
pub mod engine;
pub mod face;
#[cfg(feature = "engine")]
mod page;
mod platform;
#[cfg(feature = "engine")]
mod spoken;
mod view;

pub use platform::NUMBERS;

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

/// Acts of the visitor are numbered from here as they cross to the engine, in the order of `Act::ALL`.
const FIRST_ACT: u32 = 16;

/// Texts come in one string, joined by this: one crossing instead of one per text.
const SEPARATOR: char = '\u{1}';

/// Lists of such texts are joined by this.
#[cfg(feature = "engine")]
const PART: char = '\u{2}';
