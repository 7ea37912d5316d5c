//! Every order of events that a few tabs, their storage and the network can make of a lead, walked by
//! stateright: the outbox is the shipped one, hosts are modelled after `www/embed/store.ts`.
//!
//! What is bounded, and nothing is proved beyond it: the number of tabs, of leads, of clicks that take consent
//! back, of refusals by the endpoint and of failing writes, each said by its [`browser::Bounds`]. What is not
//! bounded: crashes and new tabs, lost requests and replies, late and doubled copies, timers. Time is not
//! counted: a wait may end, and a lease run out, at any moment; what is too late after thirty days is not looked at.
#![cfg(not(target_arch = "wasm32"))]

mod browser;
mod core;
mod host;
mod proof;
