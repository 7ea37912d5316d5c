//! What is wrong with a flow: a code, where, a sentence, and the way out.
//!
//! The module that draws the first question only needs to know *that* a flow is broken; it is built
//! without the words (feature `widget`) and fetches the tools module to say them.

use alloc::{string::String, vec::Vec};
use core::fmt;

mod path;

#[cfg(not(feature = "widget"))]
pub use path::Part;
pub use path::Path;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// The kind of a mistake. Codes are stable: a code keeps its meaning for ever.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code { $($(#[$doc])* $name,)* }

        impl Code {
            /// Every code, in order.
            pub const ALL: &'static [Code] = &[$(Code::$name,)*];

            /// The code as people read it, such as `PQ104`.
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$name => $text,)* }
            }
        }
    };
}

codes! {
    /// The file is not JSON.
    NotJson = "PQ101",
    /// A value has another type than its place asks for.
    WrongType = "PQ102",
    /// A required key is missing.
    MissingKey = "PQ103",
    /// A key that no flow has.
    UnknownKey = "PQ104",
    /// The same key or the same id twice.
    Duplicate = "PQ105",
    /// A value outside what its place allows.
    OutOfRange = "PQ106",
    /// The flow asks for a newer format than this version reads.
    UnknownFormat = "PQ107",
    /// A list that must not be empty is empty.
    Empty = "PQ108",
    /// A name that refers to nothing.
    UnknownReference = "PQ201",
    /// An operator that JSONLogic does not have, or a condition that is no condition.
    BadCondition = "PQ202",
    /// A rule needs exactly one of `when` and `signal`.
    RuleWithoutCause = "PQ203",
    /// A field of this kind cannot have this property, or lacks one that it needs.
    KindMismatch = "PQ204",
    /// A step does not do exactly one thing: say, ask, consent or end.
    StepMismatch = "PQ205",
    /// Steps that lead in a circle.
    Loop = "PQ206",
    /// A step from which nothing follows and that is no end.
    DeadEnd = "PQ207",
    /// Stages not in rising order, or the first does not start at the bottom.
    StageOrder = "PQ208",
    /// Bands of a number that overlap or hold nothing.
    BandOrder = "PQ210",
    /// A property for signals on a rule without one, or one that cannot be counted.
    SignalProperty = "PQ211",
    /// A group and its rules go to different scores.
    GroupMismatch = "PQ212",
    /// A grid whose bands do not fall, or do not reach down to the floor.
    GridOrder = "PQ213",
    /// A stage that nothing reaches, because it asks for nothing.
    StageWithoutCause = "PQ214",
    /// A red flag that lacks what its kind looks at, or has what it does not.
    FlagMismatch = "PQ215",
    /// A criterion that nothing shows.
    CriterionWithoutCause = "PQ216",
    /// A step that cannot be picked.
    BadPick = "PQ217",
    /// A date that is none.
    BadDate = "PQ218",
    /// The endpoint is not https (loopback aside).
    InsecureEndpoint = "PQ301",
    /// A personal field is asked but the flow has no consent purpose.
    NoPurpose = "PQ302",
    /// Neither the flow nor the page says where leads go.
    NoEndpoint = "PQ303",
    /// A text mentions a field in a form that cannot be read.
    BadPiping = "PQ209",
}

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    pub code: Code,
    /// Where in the file, such as `conversation.steps[3].ask`; empty for the file as a whole.
    pub path: String,
    /// The same place in its parts.
    #[cfg(not(feature = "widget"))]
    pub parts: Vec<Part>,
    /// What is wrong, one sentence.
    pub message: String,
    /// What to do about it, one sentence.
    pub help: String,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.path.is_empty() { "the file" } else { &self.path };
        write!(f, "{} at {}: {} {}", self.code.as_str(), place, self.message, self.help)
    }
}

/// Collects the mistakes found in one flow.
#[derive(Default)]
pub struct Notes {
    list: Vec<Diagnostic>,
    broken: bool,
}

impl Notes {
    /// Notes a mistake; `say` gives the message and the way out.
    pub fn error(&mut self, code: Code, path: &Path, say: impl FnOnce() -> (String, String)) {
        self.broken = true;
        // The widget has no use for words here, and leaving them out saves the formatting machinery.
        #[cfg(feature = "widget")]
        let _ = (code, path, say);
        #[cfg(not(feature = "widget"))]
        {
            use alloc::string::ToString;
            let (message, help) = say();
            self.list.push(Diagnostic { code, path: path.to_string(), parts: path.parts(), message, help });
        }
    }

    pub fn is_broken(&self) -> bool {
        self.broken
    }

    pub fn into_list(self) -> Vec<Diagnostic> {
        self.list
    }
}

/// The candidate nearest to `word`, where it is near enough to be what was meant.
pub fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (word.chars().count() / 3).max(1);
    candidates.map(|c| (distance(word, c), c)).filter(|(d, _)| *d <= limit).min_by_key(|(d, _)| *d).map(|(_, c)| c)
}

/// Levenshtein distance in characters.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, cb) in b.iter().enumerate() {
            let change = diagonal + usize::from(ca != *cb);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_read_like_code() {
        let steps = Path::ROOT.key("conversation");
        let steps = steps.key("steps");
        let step = steps.index(3);
        assert_eq!(alloc::format!("{}", step.key("ask")), "conversation.steps[3].ask");
    }

    #[test]
    fn near_misses_are_named() {
        let fields = ["industry", "company_size", "email"];
        assert_eq!(nearest("industri", fields.into_iter()), Some("industry"));
        assert_eq!(nearest("company_sise", fields.into_iter()), Some("company_size"));
        assert_eq!(nearest("zebra", fields.into_iter()), None);
    }
}
