//! What only a browser can show: number conversion, the surface, and the page's facts.
#![cfg(target_arch = "wasm32")]

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

mod numbers;
mod surface;
