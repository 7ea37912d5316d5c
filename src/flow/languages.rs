//! A flow's texts in other languages: which of them suits, and bringing them in.
//!
//! A translation names each text by the ids that lead to it: `fields.industry.label`,
//! `conversation.steps.hello.say.0`. It works on the file as JSON, so that the face, which reads no whole
//! flow, and the engine show the same words.

#[cfg(feature = "engine")]
use super::model::{Flow, Kind};
use super::template::cut;
use crate::json::Json;

/// The place of the language that suits best: the wanted tag, ever shorter (RFC 4647, 3.4), or else one
/// of the same language.
fn best<'t>(count: usize, tag: &dyn Fn(usize) -> &'t str, wanted: &str) -> Option<usize> {
    let mut range = wanted;
    loop {
        if let Some(place) = (0..count).find(|place| tag(*place).eq_ignore_ascii_case(range)) {
            return Some(place);
        }
        match range.bytes().rposition(|byte| byte == b'-') {
            Some(end) => range = range.get(..end)?,
            None => return (0..count).find(|place| language(tag(*place)).eq_ignore_ascii_case(range)),
        }
    }
}

/// The first part of a tag: `pt` of `pt-BR`.
pub fn language(tag: &str) -> &str {
    cut(tag, b'-').map_or(tag, |(language, _)| language)
}

fn tag(json: &Json) -> &str {
    json.get("locale").and_then(Json::as_text).unwrap_or("")
}

/// Brings a flow into the language that suits `wanted` best; one that has none stays in its own. Its
/// translations are used up. What the flow says is not checked here.
pub fn speak(flow: &mut Json, wanted: &str) {
    let list = match flow {
        Json::Object(entries) => entries.iter_mut().find(|(name, _)| name == "translations"),
        _ => None,
    };
    let Some((_, Json::List(list))) = list else { return };
    let mut translations = core::mem::take(list);
    let tags = |place: usize| tag(if place == 0 { flow } else { &translations[place - 1] });
    let place = best(translations.len() + 1, &tags, wanted).and_then(|place| place.checked_sub(1));
    if let Some(place) = place
        && let Json::Object(entries) = &mut translations[place]
    {
        for (key, value) in entries {
            match value {
                Json::Object(texts) => texts.iter_mut().for_each(|(path, text)| put(flow, path, text)),
                _ => put(flow, key, value),
            }
        }
    }
}

/// Exchanges a text for another; a path that leads to none changes nothing.
fn put(flow: &mut Json, path: &str, text: &mut Json) {
    let (mut at, mut rest) = (flow, path);
    while let Some((part, more)) = cut(rest, b'.') {
        let next = match at {
            Json::Object(entries) => entries.iter_mut().find(|(key, _)| key == part).map(|(_, value)| value),
            Json::List(items) => items.iter_mut().find(|item| item.get("id").and_then(Json::as_text) == Some(part)),
            _ => None,
        };
        let Some(next) = next else { return };
        (at, rest) = (next, more);
    }
    match at {
        Json::Object(entries) => {
            let Some(place) = entries.iter().position(|(key, _)| key == rest) else { return };
            core::mem::swap(&mut entries[place].1, text);
            // Sales reads an option's label as the reason for its points, in the flow's own language.
            #[cfg(feature = "engine")]
            if rest == "label"
                && entries.iter().any(|(key, _)| key == "points")
                && entries.iter().all(|(key, _)| key != "reason")
            {
                entries.push(("reason".into(), core::mem::take(text)));
            }
        }
        Json::List(items) => {
            let place = rest.bytes().fold(0, |n, digit| n * 10 + usize::from(digit.wrapping_sub(b'0')));
            if let Some(item) = items.get_mut(place) {
                core::mem::swap(item, text);
            }
        }
        _ => {}
    }
}

/// What a text of a flow is.
#[cfg(feature = "engine")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    Words,
    /// Words that may mention answers.
    Template,
    /// A name or an address, which languages may share.
    Shared,
}

/// Calls for every text that visitors read, with the path by which a translation names it.
#[cfg(feature = "engine")]
pub fn each_text<'f>(flow: &'f Flow, seen: &mut dyn FnMut(&[&str], &'f str, Use)) {
    use Use::{Shared, Template, Words};
    seen(&["title"], &flow.title, Words);
    if let Some(assistant) = &flow.assistant {
        seen(&["assistant", "name"], &assistant.name, Shared);
        if let Some(role) = &assistant.role {
            seen(&["assistant", "role"], role, Words);
        }
        if let Some(Json::Object(words)) = &assistant.words {
            for (key, text) in words {
                seen(&["assistant", "words", key], text.as_text().unwrap_or(""), Words);
            }
        }
    }
    // What was written out of a block, with a dot in its id, is translated there.
    let written = |id: &str| cut(id, b'.').is_none();
    for field in flow.fields.iter().filter(|field| written(&field.id)) {
        let at = ["fields", field.id.as_str()];
        seen(&[at[0], at[1], "label"], &field.label, Words);
        // What a kind has by itself the widget says in every language, and the browser names countries.
        for option in field.options.iter().filter(|o| !o.label.is_empty() && field.kind != Kind::Country) {
            seen(&[at[0], at[1], "options", &option.id, "label"], &option.label, Words);
        }
        for (key, text) in [
            ("unit", &field.unit),
            ("low", &field.low),
            ("high", &field.high),
            ("placeholder", &field.placeholder),
            ("pattern_message", &field.pattern_message),
        ] {
            if let Some(text) = text {
                seen(&[at[0], at[1], key], text, Words);
            }
        }
    }
    let all = flow.fields.iter().filter(|field| written(&field.id));
    for (field, row) in all.flat_map(|field| field.rows.iter().map(move |row| (field, row))) {
        seen(&["fields", &field.id, "rows", &row.id, "label"], &row.label, Words);
    }
    if let Some(resume) = &flow.conversation.resume {
        seen(&["conversation", "resume", "text"], &resume.text, Words);
    }
    for block in &flow.conversation.blocks {
        for step in &block.steps {
            for (place, text) in step.say.iter().enumerate() {
                let place = crate::json::integer_text(place as i64);
                seen(&["conversation", "blocks", &block.id, "steps", &step.id, "say", &place], text, Template);
            }
        }
    }
    for step in flow.conversation.steps.iter().filter(|step| written(&step.id)) {
        if let Some(link) = &step.link {
            seen(&["conversation", "steps", &step.id, "link", "label"], &link.label, Words);
            seen(&["conversation", "steps", &step.id, "link", "url"], &link.url, Shared);
        }
        for (place, text) in step.say.iter().enumerate() {
            let place = crate::json::integer_text(place as i64);
            seen(&["conversation", "steps", &step.id, "say", &place], text, Template);
        }
    }
    if let Some(consent) = &flow.consent {
        seen(&["consent", "controller"], &consent.controller, Shared);
        seen(&["consent", "notice_url"], &consent.notice_url, Shared);
        seen(&["consent", "withdrawal"], &consent.withdrawal, Words);
        if let Some(contact) = &consent.contact {
            seen(&["consent", "contact"], contact, Shared);
        }
        for (place, text) in consent.data_categories.iter().enumerate() {
            let place = crate::json::integer_text(place as i64);
            seen(&["consent", "data_categories", &place], text, Words);
        }
        for purpose in &consent.purposes {
            seen(&["consent", "purposes", &purpose.id, "text"], &purpose.text, Words);
        }
    }
    if let Some(help) = &flow.help {
        for entry in &help.faq {
            seen(&["help", "faq", &entry.id, "question"], &entry.question, Words);
            seen(&["help", "faq", &entry.id, "answer"], &entry.answer, Words);
        }
        if let Some(person) = &help.person {
            seen(&["help", "person", "label"], &person.label, Words);
            seen(&["help", "person", "url"], &person.url, Shared);
        }
    }
    for outcome in &flow.outcomes {
        let at = ["outcomes", outcome.id.as_str()];
        seen(&[at[0], at[1], "title"], &outcome.title, Template);
        seen(&[at[0], at[1], "text"], &outcome.text, Template);
        if let Some(action) = &outcome.action {
            seen(&[at[0], at[1], "action", "label"], &action.label, Words);
            seen(&[at[0], at[1], "action", "url"], &action.url, Shared);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::best;

    #[test]
    fn the_language_that_suits() {
        let all = ["en", "de", "pt-BR", "zh-Hant"];
        for (wanted, place) in [
            ("de", Some(1)),
            ("DE-at", Some(1)),
            ("de-Latn-AT", Some(1)),
            ("pt", Some(2)),
            ("pt-PT", Some(2)),
            ("zh-Hant-HK", Some(3)),
            ("en-GB", Some(0)),
            ("fr", None),
            ("", None),
            ("-", None),
        ] {
            assert_eq!(best(all.len(), &|place| all[place], wanted), place, "{wanted}");
        }
    }
}
