//! Texts that mention earlier answers: `{field}`, or `{field|words while it is unknown}`, or in a form of its
//! own `{field:mirror}`. `{{` is a brace.

use alloc::{string::String, vec::Vec};

#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    Text(String),
    Answer { of: Named, format: Option<Format>, fallback: String },
}

/// What a text mentions, by its place in the flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    Field(usize),
    #[cfg_attr(not(feature = "engine"), expect(dead_code, reason = "the face leaves what is computed to the engine"))]
    Variable(usize),
}

/// Another form of an answer than its usual words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Its last words, as a question: who listens says back what was said.
    Mirror,
    /// Its first word.
    First,
    /// Several answers, the last of them behind “and”.
    And,
    /// The same with “or”.
    Or,
    /// How many were chosen.
    Count,
    /// The year of a day.
    Year,
}

impl Format {
    /// As they are written.
    pub const NAMES: [&'static str; 6] = ["mirror", "first", "and", "or", "count", "year"];

    fn named(name: &str) -> Option<Format> {
        use Format::{And, Count, First, Mirror, Or, Year};
        let place = Format::NAMES.iter().position(|known| *known == name)?;
        Some([Mirror, First, And, Or, Count, Year][place])
    }
}

/// A text with its mentions resolved.
pub type Template = Vec<Piece>;

/// What stands between braces and is no known field, or asks for no known form.
#[cfg_attr(not(feature = "engine"), expect(dead_code, reason = "only the check says what was wrong"))]
pub struct Unreadable<'a>(pub &'a str);

/// Parses a text; `find` gives what an id names.
pub fn parse<'t>(text: &'t str, find: &dyn Fn(&str) -> Option<Named>) -> Result<Template, Unreadable<'t>> {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = cut(rest, b'{') {
        plain.push_str(before);
        if let Some(more) = after.strip_prefix('{') {
            plain.push('{');
            rest = more;
            continue;
        }
        let (mention, more) = cut(after, b'}').ok_or(Unreadable(after))?;
        let (name, fallback) = cut(mention, b'|').unwrap_or((mention, ""));
        let (id, format) = match cut(name, b':') {
            Some((id, format)) => (id, Some(Format::named(format).ok_or(Unreadable(name))?)),
            None => (name, None),
        };
        let of = find(id).ok_or(Unreadable(name))?;
        if !plain.is_empty() {
            pieces.push(Piece::Text(core::mem::take(&mut plain)));
        }
        pieces.push(Piece::Answer { of, format, fallback: fallback.into() });
        rest = more;
    }
    plain.push_str(rest);
    if !plain.is_empty() {
        pieces.push(Piece::Text(plain));
    }
    Ok(pieces)
}

/// What stands before and after the first such mark of ASCII. `str::split_once` would bring the
/// standard library's searchers along, half a kilobyte before the first question.
pub fn cut(text: &str, mark: u8) -> Option<(&str, &str)> {
    let at = text.bytes().position(|byte| byte == mark)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mentions_are_found() {
        let find = |id: &str| (id == "name").then_some(Named::Field(7));
        let pieces = parse("Hi {name|there}, {{ok}", &find).ok();
        let expected = alloc::vec![
            Piece::Text("Hi ".into()),
            Piece::Answer { of: Named::Field(7), format: None, fallback: "there".into() },
            Piece::Text(", {ok}".into()),
        ];
        assert_eq!(pieces, Some(expected));
        assert!(parse("Hi {nam}", &find).is_err());
        assert!(parse("Hi {name", &find).is_err());
        assert!(parse("Hi {name:first}", &find).is_ok());
        assert!(parse("Hi {name:loud}", &find).is_err());
    }
}
