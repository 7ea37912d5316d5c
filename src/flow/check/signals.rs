//! Signals, and what is kept of them.

use super::Check;
use crate::flow::diagnostic::{Code, Path};
use crate::flow::model::{Signal, SignalKind};
use alloc::format;

impl Check<'_> {
    pub(super) fn signals(&mut self) {
        let root = Path::ROOT.key("signals");
        for (i, signal) in self.flow.signals.iter().enumerate() {
            self.signal(signal, &root.index(i));
        }
        self.memory();
    }

    fn signal(&mut self, signal: &Signal, path: &Path) {
        use SignalKind::{ElementSeen, Search, Video};
        let kind = signal.kind;
        if kind.needs_path() && signal.path.is_empty() {
            self.notes.error(Code::MissingKey, &path.key("path"), || {
                ("This is missing.".into(), "Write which, with * for any characters; * alone for all.".into())
            });
        }
        let selector = signal.selector.as_ref().map(|text| text.trim().is_empty());
        let parameter = signal.parameter.as_ref().map(|text| text.trim().is_empty());
        for (key, taken, needed, empty) in [
            ("least", kind.least().is_some(), kind.least().is_some(), signal.least.map(|_| false)),
            ("selector", matches!(kind, ElementSeen | Video), kind == ElementSeen, selector),
            ("parameter", kind == Search, kind == Search, parameter),
        ] {
            let what = match empty {
                Some(_) if !taken => "has no",
                Some(true) => "needs an entry in",
                None if needed => "needs",
                _ => continue,
            };
            self.notes.error(Code::SignalMismatch, &path.key(key), || {
                let way = match key {
                    _ if !taken => "Remove it.",
                    "least" if kind == SignalKind::Scroll => "Write from how many percent of the page on it counts.",
                    "least" if kind == SignalKind::Engaged => "Write from how many seconds on it counts.",
                    "least" => "Write from which visit on it counts: 2 is the first return.",
                    "selector" => "Write a CSS selector, such as \"#calculator\".",
                    _ => "Write the parameter of the address that carries the term, such as \"q\".",
                };
                (format!("A signal of the kind “{}” {what} “{key}”.", kind.as_str()), way.into())
            });
        }
        if let (Some(least), Some(range)) = (signal.least, kind.least())
            && !range.contains(&least)
        {
            self.notes.error(Code::OutOfRange, &path.key("least"), || {
                let (from, to) = (range.start(), range.end());
                (format!("“{}” counts from {from} to {to}.", kind.as_str()), format!("Write {from} to {to}."))
            });
        }
    }

    /// What is kept needs a yes of its own: one that comes with the lead could not be refused alone.
    fn memory(&mut self) {
        let Some(memory) = &self.flow.memory else { return };
        let path = Path::ROOT.key("memory");
        let purpose = self.known.purposes.refer(&memory.purpose, &path.key("purpose"), self.notes);
        let purposes = self.flow.consent.as_ref().map_or(&[][..], |consent| &consent.purposes);
        if self.known.purposes.find(&memory.purpose).is_some() && purposes[purpose].required {
            self.notes.error(Code::MemoryPurpose, &path.key("purpose"), || {
                (
                    format!("A lead needs “{}”, so nobody could refuse to be remembered.", memory.purpose),
                    "Name a purpose of its own that is not required.".into(),
                )
            });
        }
        if !(1..=365).contains(&memory.days) {
            self.notes.error(Code::OutOfRange, &path.key("days"), || {
                ("Signals are kept for 1 to 365 days.".into(), "Use 90, or what you can explain.".into())
            });
        }
    }
}
