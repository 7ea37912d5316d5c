//! The page of each code: why it is a mistake, a wrong flow and a right one.
//!
//! A page is a file of `docs/codes/`, compiled in, so that it can be printed anywhere. It is the one
//! source: what stands there as an example is what the tests load, and what it is said to give is
//! what the check gave.
//!
//! ````text
//! # PQ201: a name that refers to nothing
//!
//! **Error.** Why it is a mistake, what becomes of visitors, the way out.
//!
//! ## Wrong
//!
//! In [least](flows/least.json), at `/conversation/start`:
//!
//! ```json
//! "begin"
//! ```
//!
//! ```text
//! PQ201 at conversation.start: …
//! ```
//!
//! ## Right
//!
//! ```json
//! "ask_size"
//! ```
//! ````
//!
//! The right one stands where the wrong one stands, unless it says otherwise. A text that is no
//! fragment is introduced by “The whole file:”. Codes of the page around a widget have `html`
//! examples, and no flow.

use crate::flow::Code;
use crate::flow::code::PAGES;
use crate::json::{self, Json, Numbers, Writer};
use alloc::{string::String, vec::Vec};

/// Flows that examples are put into.
const BASES: &[(&str, &str)] = &[
    ("least", include_str!("../docs/codes/flows/least.json")),
    ("workshop", include_str!("../docs/codes/flows/workshop.json")),
    ("ways", include_str!("../docs/codes/flows/ways.json")),
];

macro_rules! browser_pages {
    ($($code:literal)*) => { &[$(($code, include_str!(concat!("../docs/codes/", $code, ".md"))),)*] };
}

/// What only the widget says, on the page it stands on.
const BROWSER: &[(&str, &str)] =
    browser_pages!("PQ100" "PQ400" "PQ401" "PQ402" "PQ403" "PQ404" "PQ405" "PQ406" "PQ407" "PQ408" "PQ409");

/// The page of one code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Such as `PQ201`.
    pub code: &'static str,
    /// Markdown.
    pub text: &'static str,
}

/// A flow, or a part of one and where it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Example {
    /// The flow that it is put into and where (a JSON pointer); `None` for a whole file.
    pub place: Option<(&'static str, &'static str)>,
    /// As it stands on the page.
    pub text: &'static str,
}

/// Every page, in the order of the codes.
pub fn pages() -> Vec<Page> {
    let checked = Code::ALL.iter().zip(PAGES).map(|(code, text)| Page { code: code.as_str(), text });
    let mut all: Vec<Page> = checked.chain(BROWSER.iter().map(|(code, text)| Page { code, text })).collect();
    all.sort_by_key(|page| page.code);
    all
}

/// The page of a code such as `PQ201`, in upper or lower case.
///
/// ```
/// let page = prequal::explain::page("pq201").expect("a code");
/// assert_eq!(page.title(), "a name that refers to nothing");
/// let wrong = page.wrong().and_then(|example| example.flow()).expect("an example");
/// assert_eq!(prequal::flow::load(wrong.as_bytes()).unwrap_err()[0].code.as_str(), page.code);
/// ```
pub fn page(code: &str) -> Option<Page> {
    pages().into_iter().find(|page| page.code.eq_ignore_ascii_case(code.trim()))
}

/// A flow by the name it has in examples.
pub fn base(name: &str) -> Option<&'static str> {
    BASES.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

impl Page {
    /// What it is about, without the code: “a name that refers to nothing”.
    pub fn title(&self) -> &'static str {
        let first = self.text.lines().next().unwrap_or("");
        first.split_once(": ").map_or("", |(_, title)| title)
    }

    /// The paragraphs between the title and the examples.
    pub fn explanation(&self) -> &'static str {
        let behind_title = self.text.split_once('\n').map_or("", |(_, rest)| rest);
        behind_title.split("\n## ").next().unwrap_or("").trim()
    }

    /// A flow that has this finding, and no other.
    pub fn wrong(&self) -> Option<Example> {
        let section = self.section("Wrong")?;
        example(section, None)
    }

    /// The same flow, mended.
    pub fn right(&self) -> Option<Example> {
        example(self.section("Right")?, self.wrong()?.place)
    }

    /// What the check says about the wrong one, a line a finding.
    pub fn said(&self) -> Option<&'static str> {
        fenced(self.section("Wrong")?, "text")
    }

    fn section(&self, heading: &str) -> Option<&'static str> {
        let mut sections = self.text.split("\n## ").skip(1);
        sections.find_map(|section| section.strip_prefix(heading)?.strip_prefix('\n'))
    }
}

impl Example {
    /// The whole flow with the example in its place; `None` when there is no such place.
    pub fn flow(&self) -> Option<String> {
        let Some((name, pointer)) = self.place else { return Some(self.text.into()) };
        let read = |text: &str| json::parse(text.as_bytes(), Numbers::NATIVE).ok();
        let mut flow = read(base(name)?)?;
        put(&mut flow, pointer.strip_prefix('/')?, read(self.text)?)?;
        let mut writer = Writer::new(Numbers::NATIVE);
        writer.json(&flow);
        Some(writer.out)
    }
}

/// Puts a value at a JSON pointer (RFC 6901) whose last part may be new: a key, or `-` for the end
/// of a list (RFC 6902).
fn put(into: &mut Json, pointer: &str, value: Json) -> Option<()> {
    let (key, rest) = match pointer.split_once('/') {
        Some((key, rest)) => (key, Some(rest)),
        None => (pointer, None),
    };
    let inner = match into {
        Json::List(items) if key == "-" => {
            items.push(Json::Null);
            items.last_mut()?
        }
        Json::List(items) => items.get_mut(key.parse::<usize>().ok()?)?,
        Json::Object(entries) => match entries.iter().position(|(k, _)| k == key) {
            Some(place) => &mut entries[place].1,
            None => {
                entries.push((key.into(), Json::Null));
                &mut entries.last_mut()?.1
            }
        },
        _ => return None,
    };
    match rest {
        Some(rest) => put(inner, rest, value),
        None => {
            *inner = value;
            Some(())
        }
    }
}

fn example(section: &'static str, place: Option<(&'static str, &'static str)>) -> Option<Example> {
    let whole = section.lines().any(|line| line == "The whole file:");
    let stated = section.lines().find_map(|line| {
        let (name, rest) = line.strip_prefix("In [")?.split_once(']')?;
        Some((name, rest.split('`').nth(1)?))
    });
    match (whole, stated.or(place)) {
        (true, _) => Some(Example { place: None, text: fenced(section, "json")? }),
        (false, Some(place)) => Some(Example { place: Some(place), text: fenced(section, "json")? }),
        (false, None) => None,
    }
}

/// What stands between the fences of the first block in this language.
fn fenced(section: &'static str, language: &str) -> Option<&'static str> {
    let (_, rest) = section.split_once(&alloc::format!("```{language}\n"))?;
    rest.split_once("```").map(|(inside, _)| inside.trim_end())
}
