//! Whole visits in a real browser, against the built files and a real receiver.
//!
//! `cargo xtask test` runs them, once in each browser. By hand: `cargo xtask dist`, then
//! `PREQUAL_ENGINE=firefox cargo test -p prequal-e2e -- --test-threads 1`; without the variable it is
//! Chromium. `cannot.json` lists what a browser cannot tell.

mod accessible;
mod answers;
mod arrival;
mod beside;
mod blocked;
mod broken_flows;
mod colours;
mod compound;
mod consent;
mod delivery;
mod destinations;
mod forms;
mod forms_augment;
mod forms_broken;
mod forms_chat;
mod forms_chat_fails;
mod forms_chat_pages;
mod forms_derive;
mod forms_fields;
mod forms_gallery;
mod forms_gate;
mod forms_modes;
mod forms_systems;
mod forms_visit;
mod gate;
mod hasty;
mod help;
mod host_css;
mod hostile;
mod keeping;
mod kinds;
mod languages;
mod large;
mod layout;
mod lives;
mod measures;
mod methods;
mod modes;
mod opening;
mod quiet;
mod readers;
mod sightings;
mod sightings_kept;
mod signals;
mod signals_cost;
mod states;
mod withdrawal;
mod zero;

use prequal_harness::{self as harness, page, tag};
