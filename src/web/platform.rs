//! Numbers and the time, as the browser has them.

#[cfg(feature = "engine")]
use super::spoken;
use crate::json::Numbers;
use alloc::string::String;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = Number)]
    fn js_number(text: &str) -> f64;
    #[wasm_bindgen(js_name = String)]
    fn js_text(number: f64) -> String;

    /// A number, for its methods.
    type Spoken;
    #[wasm_bindgen(js_name = Number)]
    fn js_spoken(number: f64) -> Spoken;
    #[wasm_bindgen(method, js_name = toLocaleString)]
    fn to_locale_string(this: &Spoken, locale: &str) -> String;
}

/// The browser's own conversions: Rust's would cost more than 13 kB of brotli.
pub const NUMBERS: Numbers = Numbers {
    parse: |text| Some(js_number(text)).filter(|n| n.is_finite()),
    show: js_text,
    // At most three digits behind the mark, as the browser sees fit for people.
    say: |number, locale| js_spoken(number).to_locale_string(locale),
    #[cfg(feature = "engine")]
    date: spoken::date,
    #[cfg(feature = "engine")]
    countries: spoken::countries,
    #[cfg(feature = "engine")]
    list: spoken::list,
    // What the face shows of these comes from the engine in words.
    #[cfg(not(feature = "engine"))]
    date: |_, _| String::new(),
    #[cfg(not(feature = "engine"))]
    countries: |_| String::new(),
    #[cfg(not(feature = "engine"))]
    list: |_, _, _| String::new(),
};
