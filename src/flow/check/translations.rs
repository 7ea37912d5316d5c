//! The texts in other languages: that each is one of the flow, and can stand in its place.

use super::unreadable;
use crate::flow::diagnostic::{Code, Notes, Path, nearest};
use crate::flow::model::Flow;
use crate::flow::{Use, blocks, each_text, endpoint, template};
use crate::json::Json;
use alloc::{collections::BinaryHeap, format, string::String, vec::Vec};

/// Whether a text is a language tag of language, script, region and variant (RFC 5646, 2.1): `de`, `pt-BR`,
/// `zh-Hant-TW`. Browsers refuse any other where they write numbers.
pub(super) fn is_tag(text: &str) -> bool {
    let letters = |part: &&str| part.bytes().all(|byte| byte.is_ascii_alphabetic());
    let mut parts = text.split('-').peekable();
    if !parts.next().is_some_and(|first| (2..=3).contains(&first.len()) && letters(&first)) {
        return false;
    }
    parts.next_if(|part| part.len() == 4 && letters(part));
    parts.next_if(|part| match part.len() {
        2 => letters(part),
        3 => part.bytes().all(|byte| byte.is_ascii_digit()),
        _ => false,
    });
    parts.next_if(|part| (5..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    parts.next().is_none()
}

pub(super) fn tag(locale: &str, path: &Path, notes: &mut Notes) {
    if !is_tag(locale) {
        notes.error(Code::OutOfRange, path, || {
            (format!("“{locale}” is no language tag."), "Write a tag such as en, de-AT or zh-Hant.".into())
        });
    }
}

/// Notes what is wrong with the translations of a flow.
pub(in crate::flow) fn translations(flow: &Flow, notes: &mut Notes) {
    let mut all = BinaryHeap::new();
    each_text(flow, &mut |path, _, kind| all.push((path.join("."), kind as u8)));
    let all = all.into_sorted_vec();
    let root = Path::ROOT.key("translations");
    for (i, translation) in flow.translations.iter().enumerate() {
        let path = root.index(i);
        let locale = translation.locale.as_str();
        tag(locale, &path.key("locale"), notes);
        let before = flow.translations[..i].iter().map(|other| &other.locale).chain([&flow.locale]);
        if before.into_iter().any(|other| other.eq_ignore_ascii_case(locale)) {
            notes.error(Code::Duplicate, &path.key("locale"), || {
                (format!("The texts in “{locale}” stand here already."), "Remove one of the two.".into())
            });
        }
        let path = path.key("texts");
        let Json::Object(texts) = &translation.texts else {
            crate::flow::read::wrong_type(&path, "an object", notes);
            continue;
        };
        for (j, (name, text)) in texts.iter().enumerate() {
            let path = path.key(name);
            if texts[..j].iter().any(|(other, _)| other == name) {
                notes.error(Code::Duplicate, &path, || {
                    ("This key stands here twice.".into(), "Remove one of the two.".into())
                });
            }
            let Ok(place) = all.binary_search_by(|(known, _)| known.as_str().cmp(name)) else {
                no_text(name, &all, &path, notes);
                continue;
            };
            let Json::Text(text) = text else {
                crate::flow::read::wrong_type(&path, "a text", notes);
                continue;
            };
            if text.trim().is_empty() {
                notes.error(Code::Empty, &path, || {
                    ("These are no words.".into(), "Write them, or leave the line out.".into())
                });
            }
            if all[place].1 == Use::Template as u8 {
                let find = |id: &str| {
                    let item = name.starts_with("conversation.blocks.") && id == blocks::ITEM;
                    let variable = flow.variables.iter().position(|variable| variable.id == id);
                    let field = flow.fields.iter().position(|field| field.id == id);
                    super::named(field.or(item.then_some(0)), variable)
                };
                if let Err(template::Unreadable(id)) = template::parse(text, &find) {
                    unreadable(id, flow, &path, notes);
                }
            }
            if name.ends_with("url") && all[place].1 == Use::Shared as u8 && !endpoint::is_link(text) {
                super::surroundings::no_link(text, &path, notes);
            }
        }
    }
}

fn no_text(name: &str, all: &[(String, u8)], path: &Path, notes: &mut Notes) {
    notes.error(Code::UnknownReference, path, || {
        let names: Vec<&str> = all.iter().map(|(known, _)| known.as_str()).collect();
        let way = match nearest(name, names.iter().copied()) {
            Some(near) => format!("Did you mean “{near}”?"),
            None => "Name it by its keys and ids, such as fields.industry.label.".into(),
        };
        (format!("There is no text “{name}” that visitors read."), way)
    });
}

#[cfg(test)]
mod tests {
    use super::is_tag;

    #[test]
    fn tags_that_browsers_take() {
        for good in ["en", "de-AT", "zh-Hant", "zh-Hant-TW", "es-419", "ca-valencia", "sr-Latn"] {
            assert!(is_tag(good), "{good}");
        }
        for bad in ["", "e", "german", "de_AT", "de-", "de-a", "en-x-private", "en-USA", "de-DE-DE"] {
            assert!(!is_tag(bad), "{bad}");
        }
    }
}
