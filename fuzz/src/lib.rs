//! What must hold whatever is thrown at the engine. Each target is a plain function of bytes that panics
//! when something does not hold: libFuzzer calls it, and so does an ordinary test, on the inputs kept in
//! `corpus/`.
//!
//! What it does not do: it looks at nothing inside the engine. All is said through the public face.
#![forbid(unsafe_code)]

mod check;
mod edit;
mod flows;
mod load;
mod logic;
mod rule;
mod source;
mod step;
mod verify;
mod visit;

pub use check::check;
pub use load::load;
pub use logic::logic;
pub use step::step;
pub use verify::verify;

/// A target: takes bytes, and panics when something does not hold.
pub type Target = fn(&[u8]);

/// Every target, by the name of its folder in `corpus/`.
pub const TARGETS: [(&str, Target); 5] =
    [("load", load), ("check", check), ("step", step), ("verify", verify), ("logic", logic)];
