//! Whole visits in a real browser, against the built files and a real receiver.
//!
//! `cargo xtask test` runs them. By hand: `cargo xtask dist`, then
//! `cargo test -p prequal-e2e -- --test-threads 1`.

mod accessible;
mod answers;
mod arrival;
mod blocked;
mod broken_flows;
mod consent;
mod delivery;
mod harness;
mod hasty;
mod kinds;
mod languages;
mod layout;
mod quiet;
mod signals;
