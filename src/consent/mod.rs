//! Consent: what was shown, what was chosen, and the only maker of what may be sent.
//!
//! What it does not do: it sends nothing and stores nothing. A [`ConsentedLead`] has no public
//! fields and no constructor outside this room; [`seal`] wants a qualified lead and a granted
//! record, and binds each to the other by hashes. A [`Withdrawal`] says that consent to one was
//! taken back, and can hold nothing else. An [`Attachment`] is what goes along with a form that the page
//! posts by itself; it wants a granted record as well.

#[cfg(not(feature = "widget"))]
mod inspect;
mod parcel;
mod record;

pub use crate::destination::{Address, Wire};
#[cfg(not(feature = "widget"))]
pub use inspect::inspect;
pub use parcel::{Attachment, ConsentedLead, Parcel, Post, Withdrawal, attach, is_key, seal};
pub(crate) use parcel::{receipt, restored, stored, take_back, take_back_by};
pub(crate) use record::FORM;
pub use record::{Choice, Granted, QualifiedLead, Setting, record, suffices};
