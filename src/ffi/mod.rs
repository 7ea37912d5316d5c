//! Plain views of a session for hosts that draw it, and what a visitor does, on the way back: a
//! browser, a terminal, a test.
//!
//! In a browser views cross from the engine's module to the face's as JSON; one declaration gives
//! the writer and the reader. It decides nothing and names no DOM; the same functions run natively.

#[cfg(feature = "engine")]
mod form;
#[cfg(feature = "engine")]
mod held;
#[cfg(feature = "engine")]
mod link;
mod opening;
#[cfg(feature = "engine")]
mod telling;
#[cfg(feature = "engine")]
mod view;

#[cfg(feature = "engine")]
pub use form::{attached, hints, submitted};
#[cfg(feature = "engine")]
pub use held::held;
pub use opening::{Frame, each_picture, first, frame, is_drawn};
#[cfg(feature = "engine")]
pub use telling::{Outline, Telling, tellings, value};
#[cfg(feature = "engine")]
pub use view::view;

use crate::flow::model::{self, Kind};
use crate::flow::read::{model, model_union};
use crate::words::Word;
use alloc::{string::String, vec::Vec};

model! {
    /// Everything a host shows.
    pub struct View {
        turns: Vec<Turn>,
        control: Control,
        /// Percent.
        progress: u32,
        ;
        problem: Option<Problem>,
        /// What is known about delivery, once there is a lead.
        delivery: Option<Word>,
        /// Whether the visitor may begin anew.
        can_restart: bool,
        /// The offer to go on later.
        resume: Option<Resume>,
        /// Whether there is consent that can be taken back.
        can_withdraw: bool,
    }

    /// The offer to keep the answers in this browser.
    pub struct Resume {
        text: String,
        ;
        agreed: bool,
    }

    /// One step of the transcript.
    pub struct Turn {
        /// Its place in the flow.
        step: u32,
        say: Vec<String>,
        ;
        answer: Option<Shown>,
        /// Comes after the answer that is being changed.
        pending: bool,
    }

    /// An answer in words; empty when the question was skipped, or has words of the widget's own.
    pub struct Answer {
        text: String,
        ;
        can_change: bool,
        word: Option<Word>,
    }

    /// Why an input was no answer.
    pub struct Problem {
        word: Word,
        ;
        /// The limit that the word mentions.
        limit: Option<f64>,
        /// What the word mentions beside it, in words: a day, an address.
        text: Option<String>,
    }

    /// A question that waits.
    pub struct Question {
        step: u32,
        /// The id of the field that is asked.
        field: String,
        kind: Kind,
        label: String,
        /// Most characters of a text.
        max_length: u32,
        ;
        options: Vec<Choice>,
        optional: bool,
        unit: Option<String>,
        placeholder: Option<String>,
        autocomplete: Option<String>,
        /// It is answered already, and the answer is being changed.
        changing: bool,
        /// The answer so far, when it is being changed: a text, or a number as text.
        value: String,
        /// What the least and the greatest of a scale mean.
        low: Option<String>,
        high: Option<String>,
        /// The ends of a slider or of the days that can be chosen, as the browser's controls write them.
        min: Option<String>,
        max: Option<String>,
        spacing: Option<String>,
        /// The place of the option that asks for words of the visitor's own, and what they are called. Then
        /// `max_length`, `placeholder` and `value` are about them.
        asks: Option<u32>,
        words: String,
        /// The lines of a matrix. In `value` stand the places that were chosen there, with commas between them, as
        /// for a ranking the places in order.
        rows: Vec<String>,
    }

    pub struct Choice {
        /// Empty where the word is the widget's own.
        label: String,
        ;
        /// Part of the answer so far, when it is being changed.
        chosen: bool,
        /// Address of a picture that stands for it.
        image: Option<String>,
    }

    /// A link to follow, and a way on.
    pub struct Offer {
        step: u32,
        label: String,
        url: String,
        ;
    }

    /// The consent step.
    pub struct Consent {
        step: u32,
        asked: model::Consent,
        ;
    }

    pub struct Outcome {
        title: String,
        text: String,
        ;
        action: Option<model::Link>,
    }
}

model_union! {
    /// What stands on the visitor's side of a turn.
    pub enum Shown {
        Answer(Answer) = "answer",
        /// The choice at the consent step: whether anything was granted.
        Consent(bool) = "consent",
    }

    /// What the visitor can do now.
    pub enum Control {
        Ask(Question) = "ask",
        Offer(Offer) = "offer",
        Consent(Consent) = "consent",
        Outcome(Outcome) = "outcome",
    }
}

/// Stands only until a part is read.
impl Default for Control {
    fn default() -> Self {
        Control::Outcome(Outcome::default())
    }
}

/// Stands only until a part is read.
impl Default for Shown {
    fn default() -> Self {
        Shown::Consent(false)
    }
}

/// What a visitor does, by what stands in the `data-act` attribute of its control.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Takes the one option.
    Choose,
    /// Gives the text typed or the options ticked.
    Submit,
    Skip,
    /// Opens an earlier answer.
    Change,
    /// Leaves it as it was.
    Keep,
    Restart,
    Agree,
    Refuse,
    /// Follows the link of a step or of an outcome.
    Follow,
    /// Opens or closes the list of frequent questions.
    Help,
    /// Asks one of them. Neither is the engine's business.
    Faq,
    /// Agrees that answers are kept in this browser, or takes that back.
    Remember,
    /// Takes consent back.
    Withdraw,
}

impl Act {
    /// In the order of their numbers, by which they cross.
    pub const ALL: [Act; 13] = [
        Act::Choose,
        Act::Submit,
        Act::Skip,
        Act::Change,
        Act::Keep,
        Act::Restart,
        Act::Agree,
        Act::Refuse,
        Act::Follow,
        Act::Help,
        Act::Faq,
        Act::Remember,
        Act::Withdraw,
    ];
    const NAMES: [&'static str; 13] = [
        "choose", "submit", "skip", "change", "keep", "restart", "agree", "refuse", "follow", "help", "faq",
        "remember", "withdraw",
    ];

    pub fn name(self) -> &'static str {
        Act::NAMES[self as usize]
    }

    pub fn named(name: &str) -> Option<Act> {
        Act::NAMES.iter().position(|known| *known == name).map(|place| Act::ALL[place])
    }
}
