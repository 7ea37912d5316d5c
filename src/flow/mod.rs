//! The authored file: read, checked, and made ready for the engine.
//!
//! What it does not do: it evaluates nothing, keeps no state and knows no visitor. The only way from
//! bytes to an engine is [`load`], and the engine takes nothing but [`Checked`].

#[cfg(feature = "engine")]
mod blocks;
#[cfg(feature = "engine")]
mod check;
pub(crate) mod code;
#[cfg(feature = "engine")]
pub mod condition;
pub mod diagnostic;
#[cfg(feature = "engine")]
pub(crate) mod dial;
#[cfg(feature = "engine")]
mod endpoint;
#[cfg(feature = "engine")]
mod implied;
mod kinds;
mod languages;
#[cfg(feature = "engine")]
mod load;
#[cfg(not(any(feature = "widget", target_arch = "wasm32")))]
pub mod locate;
pub mod model;
#[cfg(not(feature = "widget"))]
mod names;
#[cfg(feature = "engine")]
pub(crate) mod pattern;
pub(crate) mod read;
mod span;
pub(crate) mod template;

#[cfg(feature = "engine")]
pub use check::Checked;
#[cfg(all(feature = "engine", not(feature = "widget")))]
pub(crate) use check::FlagAt;
#[cfg(feature = "engine")]
pub(crate) use check::{After, Cause, Does, RouteAt, StageAt, Target, is_subscription};
#[cfg(not(feature = "widget"))]
pub use code::Severity;
pub use diagnostic::{Code, Diagnostic};
#[cfg(feature = "engine")]
pub use endpoint::Endpoint;
pub(crate) use languages::language;
pub use languages::speak;
#[cfg(feature = "engine")]
pub use languages::{Use, each_text};
#[cfg(all(feature = "engine", not(target_arch = "wasm32")))]
pub use load::{load, load_languages};
#[cfg(feature = "engine")]
pub use load::{load_in, load_with};
pub use read::{Read, Write};
pub use span::{Span, day};

/// The version of the flow format that this release reads.
pub const FORMAT: u32 = 1;
