//! Texts that mention earlier answers: `{field}`, or `{field|words while it is unknown}`.
//! `{{` is a brace.

use alloc::{string::String, vec::Vec};

#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    Text(String),
    Answer { field: usize, fallback: String },
}

/// A text with its mentions resolved.
pub type Template = Vec<Piece>;

/// What stands between braces and is no known field.
#[cfg_attr(not(feature = "engine"), expect(dead_code, reason = "only the check says what was wrong"))]
pub struct Unreadable<'a>(pub &'a str);

/// Parses a text; `find` gives the place of a field by its id.
pub fn parse<'t>(text: &'t str, find: &dyn Fn(&str) -> Option<usize>) -> Result<Template, Unreadable<'t>> {
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
        let (id, fallback) = cut(mention, b'|').unwrap_or((mention, ""));
        let field = find(id).ok_or(Unreadable(id))?;
        if !plain.is_empty() {
            pieces.push(Piece::Text(core::mem::take(&mut plain)));
        }
        pieces.push(Piece::Answer { field, fallback: fallback.into() });
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
        let find = |id: &str| (id == "name").then_some(7);
        let pieces = parse("Hi {name|there}, {{ok}", &find).ok();
        let expected = alloc::vec![
            Piece::Text("Hi ".into()),
            Piece::Answer { field: 7, fallback: "there".into() },
            Piece::Text(", {ok}".into()),
        ];
        assert_eq!(pieces, Some(expected));
        assert!(parse("Hi {nam}", &find).is_err());
        assert!(parse("Hi {name", &find).is_err());
    }
}
