//! The benchmark's one contact with the engine: a flow is loaded, a lead is scored, a visit goes on.
//!
//! Everything else of the benchmark is about workloads and clocks. Built without `std` for the module
//! that is measured as visitors get it.
#![cfg_attr(feature = "widget", no_std)]
#![cfg_attr(not(target_arch = "wasm32"), forbid(unsafe_code))]

extern crate alloc;

mod scorer;
mod visit;
#[cfg(target_arch = "wasm32")]
mod web;

pub use scorer::{Lead, Scorer};
pub use visit::Visit;
