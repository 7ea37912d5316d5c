//! The first question, read from a flow's JSON without the engine.
//!
//! It takes what it needs and checks nothing: the engine follows, and has the last word. A way to
//! the first question that only the engine can find is left to it.

use super::{Choice, Control, Question, Resume, Turn, View};
use crate::flow::diagnostic::{Notes, Path};
use crate::flow::model::Kind;
use crate::flow::read::Read;
use crate::flow::template::{self, Named, Piece};
use crate::json::{Json, integer_text};
use alloc::{string::String, vec::Vec};

/// Whether the face reads what stands under a key of the flow: here, around the conversation (`web::view`), or as what
/// changes texts.
pub fn is_drawn(key: &str) -> bool {
    matches!(
        key,
        "id" | "title" | "locale" | "theme" | "assistant" | "translations" | "fields" | "conversation" | "help"
    )
}

/// What stands around the conversation.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Frame<'f> {
    pub title: &'f str,
    /// The language of the texts (BCP 47).
    pub locale: &'f str,
    /// The brand colour, `#rrggbb`.
    pub accent: Option<&'f str>,
    /// Who speaks: the assistant, or the flow's title where there is none.
    pub name: &'f str,
    pub role: &'f str,
    /// A picture of the page's own site.
    pub avatar: Option<&'f str>,
}

/// The frame of a flow. What is missing is empty; such a flow does not start.
pub fn frame(flow: &Json) -> Frame<'_> {
    let title = text(flow, "title").unwrap_or("");
    let assistant = flow.get("assistant").unwrap_or(&Json::Null);
    Frame {
        title,
        locale: text(flow, "locale").unwrap_or(""),
        accent: flow.get("theme").and_then(|theme| text(theme, "accent")),
        name: text(assistant, "name").unwrap_or(title),
        role: text(assistant, "role").unwrap_or(""),
        avatar: text(assistant, "avatar"),
    }
}

/// The first view, where steps that only say something, without branches, lead to one that asks.
/// It is what the engine's own first view will be, if the flow is good. `knows` says whether the page's
/// address has a parameter: what it answers is not asked.
pub fn first(flow: &Json, knows: &dyn Fn(&str) -> bool) -> Option<View> {
    let conversation = flow.get("conversation")?;
    let steps = list(conversation, "steps");
    let place = |id: &str| steps.iter().position(|step| text(step, "id") == Some(id));
    let start = place(text(conversation, "start")?)?;
    let mut at = start;
    let mut turns = Vec::new();
    // More steps than there are go in a circle.
    for _ in steps {
        let step = &steps[at];
        // What a condition passes over, and what is taken up from elsewhere, only the engine knows.
        if step.get("when").is_some() || step.get("block").is_some() {
            return None;
        }
        let mut say = Vec::new();
        for text in list(step, "say") {
            say.push(plain(flow, text.as_text()?, knows)?);
        }
        if !say.is_empty() {
            turns.push(Turn { step: at as u32, say, answer: None, pending: false });
        }
        if let Some(id) = text(step, "ask") {
            // A question below the first step may be left out where nothing depends on it.
            if at != start && flag(conversation, "stop_when_settled") {
                return None;
            }
            let field = named(flow, "fields", id)?;
            if text(field, "parameter").is_some_and(knows) {
                return None;
            }
            let control = Control::Ask(question(flow, field, at)?);
            let resume = conversation.get("resume").and_then(|resume| text(resume, "text"));
            let resume = resume.map(|text| Resume { text: text.into(), agreed: false });
            return Some(View { turns, control, can_restart: at != start, resume, ..View::default() });
        }
        let says_only =
            list(step, "branches").is_empty() && list(step, "pick").is_empty() && step.get("link").is_none();
        if !says_only || flag(step, "consent") || text(step, "end").is_some() {
            return None;
        }
        at = match text(step, "next") {
            Some(id) => place(id)?,
            // Below a step stands the next one that is not picked by another.
            None => {
                let picked = |id| steps.iter().any(|step| list(step, "pick").iter().any(|one| one.as_text() == id));
                (at + 1..steps.len()).find(|below| !picked(text(&steps[*below], "id")))?
            }
        };
    }
    None
}

/// Calls for the address of each picture.
pub fn each_picture(flow: &Json, seen: &mut dyn FnMut(&str)) {
    for field in list(flow, "fields") {
        for option in list(field, "options") {
            if let Some(address) = text(option, "image") {
                seen(address);
            }
        }
    }
}

fn question(flow: &Json, field: &Json, step: usize) -> Option<Question> {
    let (mut kind, mut notes) = (Kind::default(), Notes::default());
    kind.read(field.get("kind")?, &Path::ROOT, &mut notes);
    let words = |key| text(field, key).map(String::from);
    let whole = |key, otherwise| match field.get(key) {
        Some(Json::Number(n)) => *n as i64,
        _ => otherwise,
    };
    let mut options = Vec::new();
    let (mut asks, mut own) = (None, None);
    for option in list(field, "options") {
        if let Some(id) = text(option, "asks") {
            asks = Some(options.len() as u32);
            own = list(flow, "fields").iter().find(|field| text(field, "id") == Some(id));
        }
        let image = text(option, "image").map(String::from);
        options.push(Choice { label: text(option, "label")?.into(), chosen: false, image });
    }
    match kind {
        // Only the browser knows their names, and by then the engine.
        Kind::Country | Kind::Phone => return None,
        Kind::YesNo if options.is_empty() => options.extend([Choice::default(), Choice::default()]),
        Kind::Rating => options = scale(1, whole("max", 5).min(10), 0),
        Kind::Nps => options = scale(0, 10, -1),
        _ => {}
    }
    // Numbers that are not plain would have to be written as text here, too.
    if kind == Kind::Slider {
        return None;
    }
    let rows = list(field, "rows").iter().map(|row| text(row, "label").map(String::from));
    // What is typed is about the words that an option asks for, where one does.
    let typed = own.unwrap_or(field);
    Some(Question {
        step: step as u32,
        field: words("id")?,
        kind,
        label: words("label")?,
        max_length: match typed.get("max_length") {
            Some(Json::Number(most)) => *most as u32,
            _ => kind.usual_length(),
        },
        options,
        optional: flag(field, "optional"),
        unit: words("unit").or_else(|| words("currency")),
        low: words("low"),
        high: words("high"),
        min: words("earliest"),
        max: words("latest"),
        spacing: None,
        asks,
        words: own.and_then(|own| text(own, "label")).unwrap_or("").into(),
        rows: rows.collect::<Option<_>>()?,
        placeholder: text(typed, "placeholder").map(String::from),
        autocomplete: words("autocomplete"),
        changing: false,
        value: String::new(),
    })
}

/// The numbers of a scale, each an option.
pub(super) fn scale(least: i64, most: i64, chosen: i64) -> Vec<Choice> {
    let choice = |n: i64| Choice { label: integer_text(n), chosen: n == chosen, image: None };
    (least..=most).map(choice).collect()
}

/// A text as it reads before anything is answered; nothing where only the engine knows that.
fn plain(flow: &Json, text: &str, knows: &dyn Fn(&str) -> bool) -> Option<String> {
    let mut plain = String::new();
    let open = |id: &str| {
        let field = named(flow, "fields", id)?;
        self::text(field, "parameter").is_none_or(|parameter| !knows(parameter)).then_some(Named::Field(0))
    };
    for piece in template::parse(text, &open).ok()? {
        plain.push_str(match &piece {
            Piece::Text(text) => text,
            Piece::Answer { fallback, .. } => fallback,
        });
    }
    Some(plain)
}

/// The entry of a list that has the id.
fn named<'j>(flow: &'j Json, key: &str, id: &str) -> Option<&'j Json> {
    list(flow, key).iter().find(|entry| text(entry, "id") == Some(id))
}

fn text<'j>(json: &'j Json, key: &str) -> Option<&'j str> {
    json.get(key)?.as_text()
}

fn list<'j>(json: &'j Json, key: &str) -> &'j [Json] {
    match json.get(key) {
        Some(Json::List(list)) => list,
        _ => &[],
    }
}

fn flag(json: &Json, key: &str) -> bool {
    matches!(json.get(key), Some(Json::Bool(true)))
}
