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

pub mod account;
pub mod consent;
pub mod dialog;
#[cfg(not(target_arch = "wasm32"))]
pub mod explain;
pub mod ffi;
pub mod flow;
#[cfg(not(feature = "widget"))]
pub mod insight;
pub mod json;
pub mod lead;
pub mod logic;
pub mod outbox;
#[cfg(not(feature = "widget"))]
pub mod review;
pub mod score;
pub mod session;

mod digest;
#[cfg(not(feature = "widget"))]
mod verify;

#[cfg(target_arch = "wasm32")]
pub mod web;

#[cfg(not(feature = "widget"))]
pub use verify::{Refusal, verify};
