//! What is wrong with a flow: a code, where, a sentence, and the way out.
//!
//! The module that draws the first question only needs to know *that* a flow is broken; it is built
//! without the words (feature `widget`) and fetches the tools module to say them.

#[cfg(all(feature = "engine", not(feature = "widget")))]
use super::blocks::Origins;
use alloc::{string::String, vec::Vec};
use core::fmt;

mod path;

pub use super::code::Code;
#[cfg(not(feature = "widget"))]
pub use super::code::Severity;

#[cfg(not(feature = "widget"))]
pub use path::Part;
pub use path::Path;

/// One finding. How much it weighs is its code's to say: [`Code::severity`].
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

/// Collects what is found in one flow.
#[derive(Default)]
pub struct Notes {
    list: Vec<Diagnostic>,
    broken: bool,
    /// Where what was written out stands in the file.
    #[cfg(all(feature = "engine", not(feature = "widget")))]
    origins: Origins,
}

impl Notes {
    /// Notes a mistake, after which the flow does not load; `say` gives the message and the way out.
    pub fn error(&mut self, code: Code, path: &Path, say: impl FnOnce() -> (String, String)) {
        self.broken = true;
        // The widget has no use for words here, and leaving them out saves the formatting machinery.
        #[cfg(feature = "widget")]
        let _ = (code, path, say);
        #[cfg(not(feature = "widget"))]
        self.note(code, path, say);
    }

    /// Notes something unwise; the flow loads all the same.
    #[cfg(not(feature = "widget"))]
    pub fn warning(&mut self, code: Code, path: &Path, say: impl FnOnce() -> (String, String)) {
        debug_assert_eq!(code.severity(), Severity::Warning, "{}", code.as_str());
        self.note(code, path, say);
    }

    /// Notes an error of a review: the flow loads, and nobody can have wanted what it does.
    #[cfg(not(feature = "widget"))]
    pub fn fault(&mut self, code: Code, path: &Path, say: impl FnOnce() -> (String, String)) {
        debug_assert_eq!(code.severity(), Severity::Error, "{}", code.as_str());
        self.note(code, path, say);
    }

    #[cfg(not(feature = "widget"))]
    fn note(&mut self, code: Code, path: &Path, say: impl FnOnce() -> (String, String)) {
        use alloc::string::ToString;
        let (message, help) = say();
        #[cfg_attr(not(feature = "engine"), expect(unused_mut, reason = "only the engine writes blocks out"))]
        let mut found = Diagnostic { code, path: path.to_string(), parts: path.parts(), message, help };
        #[cfg(feature = "engine")]
        if let Some(parts) = path::written(&found.parts, &self.origins) {
            (found.path, found.parts) = (path::joined(&parts), parts);
            // The same mistake is there as often as the block is taken up.
            if self.list.contains(&found) {
                return;
            }
        }
        self.list.push(found);
    }

    /// From now on findings in what was written out are told where it was written.
    #[cfg(all(feature = "engine", not(feature = "widget")))]
    pub(crate) fn written_out(&mut self, origins: &Origins) {
        self.origins = origins.clone();
    }

    pub fn is_broken(&self) -> bool {
        self.broken
    }

    /// Everything noted, mistakes and warnings, in the order of finding.
    pub fn into_list(self) -> Vec<Diagnostic> {
        self.list
    }

    /// The mistakes alone; in the widget build an empty list.
    pub fn into_errors(self) -> Vec<Diagnostic> {
        let list = self.list;
        #[cfg(not(feature = "widget"))]
        let list = list.into_iter().filter(|found| found.code.severity() == Severity::Error).collect();
        list
    }
}

/// The candidate nearest to `word`, where it is near enough to be what was meant.
pub fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (word.chars().count() / 3).max(1);
    let near = candidates.map(|c| (distance(word, c), c)).filter(|(d, _)| *d <= limit);
    // Of two that are equally near, the one that begins alike: “=” is “==” rather than “!”.
    near.min_by_key(|(d, c)| (*d, c.chars().next() != word.chars().next())).map(|(_, c)| c)
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
        assert_eq!(nearest("=", ["!", "==", "<"].into_iter()), Some("=="));
    }
}
