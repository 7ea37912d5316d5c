//! Native tests through the public face.
#![cfg(not(target_arch = "wasm32"))]

mod answers;
mod asking;
mod bad_flows;
mod blocks;
mod by_type;
mod codes;
mod compound;
mod consent;
mod demo;
mod docs;
mod history;
mod insight;
mod jsonlogic;
mod keeping;
mod kinds;
mod known;
mod languages;
mod locate;
mod model;
mod mutations;
mod outbox;
mod properties;
mod replay;
mod review;
mod review_model;
mod review_sound;
mod samples;
mod scoring;
mod simulation;
mod strings;
mod support;
mod tellings;
mod variables;
mod verify;
mod views;
