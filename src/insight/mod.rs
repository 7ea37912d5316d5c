//! Looking ahead, for authors and salespeople: what can be reached at all, what would change where a
//! lead stands, and when it fades. Native code and the tools module alone; a session needs none of it.
//!
//! It never decides by its own arithmetic: what it claims to be reachable it shows with a lead that the
//! engine scores, and what it claims not to be it has searched through, or bounded by the engine's own
//! intervals. Where neither is done it says so.

mod change;
mod compared;
mod domain;
mod draft;
mod fade;
mod outlook;
mod parts;
mod reach;
mod search;

pub use change::{Change, changes};
pub use domain::{Doubt, Value, Variable};
pub use draft::Draft;
pub use fade::{Fade, fades};
pub use outlook::{Outlook, outlook};
pub use reach::{Most, Reach, Target, Witness, doubts, most, reach};
