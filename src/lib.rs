//! Prequal qualifies leads inside the visitor's browser.
//!
//! The core is one pure function, [`session::step`]: what happened goes in as an event, what the
//! host must do comes out as effects. It does no input or output, reads no clock and draws no
//! random numbers; time and randomness come in with the event.
//!
//! What it does not do: it never sends anything itself, and hands out for sending nothing but a
//! [`consent::ConsentedLead`], which only consent can make.
#![cfg_attr(feature = "widget", no_std)]
#![cfg_attr(not(target_arch = "wasm32"), forbid(unsafe_code))]

extern crate alloc;

// What the first question is drawn with.
pub mod ffi;
pub mod flow;
pub mod json;
pub mod words;

#[cfg(feature = "engine")]
pub mod account;
#[cfg(feature = "engine")]
pub mod consent;
#[cfg(feature = "engine")]
pub mod destination;
#[cfg(feature = "engine")]
pub mod dialog;
#[cfg(feature = "engine")]
mod digest;
#[cfg(all(feature = "engine", not(target_arch = "wasm32")))]
pub mod explain;
#[cfg(all(feature = "engine", not(feature = "widget")))]
pub mod history;
#[cfg(all(feature = "engine", not(feature = "widget")))]
pub mod insight;
#[cfg(feature = "engine")]
pub mod lead;
#[cfg(feature = "engine")]
pub mod logic;
#[cfg(feature = "engine")]
pub mod outbox;
#[cfg(all(feature = "engine", not(feature = "widget")))]
pub mod review;
#[cfg(feature = "engine")]
pub mod score;
#[cfg(feature = "engine")]
pub mod session;
#[cfg(all(feature = "engine", not(feature = "widget")))]
mod verify;

#[cfg(target_arch = "wasm32")]
pub mod web;

#[cfg(all(feature = "engine", not(feature = "widget")))]
pub use verify::{Refusal, verify};
