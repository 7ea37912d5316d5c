//! A file for each subcommand.

pub(crate) mod check;
pub(crate) mod eval;
