//! The faults, a row each: what is done, and to whom something is owed afterwards.

mod clock;
mod consent;
mod kills;
mod network;
mod pages;
mod replies;
mod storage;

use crate::run::Run;
use futures_util::future::LocalBoxFuture;

pub struct Fault {
    pub name: &'static str,
    pub run: for<'r> fn(&'r mut Run) -> LocalBoxFuture<'r, ()>,
}

/// A list of faults: each with its name and an expression over the run.
macro_rules! faults {
    ($($name:literal => |$run:ident| $what:expr),+ $(,)?) => {
        &[$(Fault { name: $name, run: |$run| Box::pin($what) }),+]
    };
}
use faults;

pub fn all() -> impl Iterator<Item = &'static Fault> {
    [network::FAULTS, replies::FAULTS, kills::FAULTS, pages::FAULTS, storage::FAULTS, clock::FAULTS, consent::FAULTS]
        .into_iter()
        .flatten()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_documentation_counts_them() {
        let text = include_str!("../../../../docs/consent.md");
        let counted = format!("| {} faults,", super::all().count());
        assert!(text.contains(&counted), "{counted}");
    }
}
