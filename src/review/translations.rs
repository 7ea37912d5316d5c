//! What is still to be translated.

use super::Review;
use crate::flow::diagnostic::{Code, Path};
use crate::flow::{Use, each_text};
use crate::json::Json;
use alloc::{format, string::String, vec::Vec};

/// As many are named; of more, their number is said.
const NAMED: usize = 3;

impl Review<'_> {
    pub fn translations(&mut self) {
        let flow = self.flow;
        let (mut words, mut consent) = (Vec::new(), Vec::new());
        each_text(flow, &mut |path, _, kind| {
            if kind != Use::Shared {
                let list = if path[0] == "consent" { &mut consent } else { &mut words };
                list.push(path.join("."));
            }
        });
        let root = Path::ROOT.key("translations");
        for (i, translation) in flow.translations.iter().enumerate() {
            let Json::Object(texts) = &translation.texts else { continue };
            let is_missing = |name: &&String| texts.iter().all(|(known, _)| known != *name);
            let (locale, own) = (&translation.locale, &flow.locale);
            let path = root.index(i);
            let missing: Vec<&String> = words.iter().filter(is_missing).collect();
            if !missing.is_empty() {
                self.notes.warning(Code::Untranslated, &path.key("texts"), || {
                    let count = format!("{} of {} texts", missing.len(), words.len());
                    (
                        format!("“{locale}” lacks {count}, which visitors read in “{own}”: {}.", named(&missing)),
                        "Translate them.".into(),
                    )
                });
            }
            let missing: Vec<&String> = consent.iter().filter(is_missing).collect();
            if !missing.is_empty() {
                self.notes.warning(Code::ConsentUntranslated, &path.key("texts"), || {
                    (
                        format!("Visitors who read “{locale}” are asked for consent in “{own}”: {}.", named(&missing)),
                        "Translate what they agree to.".into(),
                    )
                });
            }
        }
    }
}

fn named(missing: &[&String]) -> String {
    let list: Vec<String> = missing.iter().take(NAMED).map(|name| format!("“{name}”")).collect();
    let more = if missing.len() > NAMED { ", …" } else { "" };
    format!("{}{more}", list.join(", "))
}
