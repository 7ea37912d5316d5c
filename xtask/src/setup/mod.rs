//! Finds or fetches what the build lacks. Each part says in one line what it chose, or what is
//! missing and how to get it.

pub mod browser;
mod debian;
pub mod native;
pub mod node;
pub mod wasm;

use std::fmt;

/// Something that could not be found or fetched, and the way to get it.
#[derive(Debug)]
pub struct Missing {
    pub what: String,
    pub remedy: String,
}

impl Missing {
    pub fn new(what: impl Into<String>, remedy: impl Into<String>) -> Missing {
        Missing { what: what.into(), remedy: remedy.into() }
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} is missing: {}", self.what, self.remedy)
    }
}

impl std::error::Error for Missing {}
