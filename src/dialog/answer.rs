//! What the visitor put in, and whether it is an answer.

use super::{Word, phone};
use crate::flow::day;
use crate::flow::model::{Choice, Field, Kind, Shape};
use crate::flow::pattern::Pattern;
use crate::flow::template::cut;
use crate::json::{Json, Numbers};
use crate::score::flags;
use alloc::{string::String, vec::Vec};

/// What a control gives.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// Typed.
    Text(String),
    /// Places of the chosen options.
    Chosen(Vec<usize>),
    /// Both: options, and words of the visitor's own; a country, and a number to dial.
    Worded(Vec<usize>, String),
    /// Skipped an optional question.
    Skip,
}

/// Why an input is no answer: the words for the visitor, and the limit they mention.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    pub word: Word,
    pub limit: Option<f64>,
    /// What the word mentions beside it: a day, an address.
    pub text: Option<String>,
}

fn problem<T>(word: Word) -> Result<T, Problem> {
    Err(Problem { word, limit: None, text: None })
}

fn beyond<T>(word: Word, limit: f64) -> Result<T, Problem> {
    Err(Problem { word, limit: Some(limit), text: None })
}

/// Most characters of a text where the flow gives no limit.
pub fn max_length(field: &Field) -> u32 {
    field.max_length.unwrap_or(field.kind.usual_length())
}

/// Turns an input into the field's value; `Null` when it was skipped. Numbers are read as those who read
/// `locale` write them.
///
/// # Errors
/// What to tell the visitor.
pub fn accept(field: &Field, input: &Input, numbers: Numbers, locale: &str) -> Result<Json, Problem> {
    let value = match input {
        Input::Skip => Json::Null,
        Input::Worded(places, text) if field.kind == Kind::Phone => {
            let names = (numbers.countries)(locale);
            let country = places.first().and_then(|place| names.lines().nth(*place)?.get(..2));
            read_phone(text, country)?
        }
        Input::Chosen(places) | Input::Worded(places, _) => {
            let ids: Vec<Json> =
                places.iter().filter_map(|place| field.options.get(*place)).map(|o| Json::Text(o.id.clone())).collect();
            match (field.kind.shape(), ids.as_slice()) {
                // On a scale the first place is the least number.
                (Shape::Number, _) => match (field.limits().0, places.as_slice()) {
                    (Some(least), [place]) if field.kind.is_scale() => Json::Number(least + *place as f64),
                    _ => Json::Null,
                },
                // One for each row.
                (Shape::Rows, _) => {
                    let rows = field.rows.iter().zip(places);
                    let chosen = rows.filter_map(|(row, place)| Some((row.id.clone(), field.options.get(*place)?)));
                    Json::Object(chosen.map(|(row, option)| (row, Json::Text(option.id.clone()))).collect())
                }
                (_, []) => Json::Null,
                (Shape::Option, [one]) => one.clone(),
                _ => Json::List(ids),
            }
        }
        Input::Text(text) => match (text.trim(), field.kind) {
            ("", _) => Json::Null,
            // The control gives it as machines write it.
            (text, Kind::Slider) => numbers.read(text).map_or(Json::Null, Json::Number),
            (text, kind) if kind.shape() == Shape::Number => {
                let plain = if kind == Kind::Money { amount(text) } else { text };
                match typed_number(plain, numbers, locale) {
                    Some(n) => Json::Number(n),
                    None => return problem(Word::NotANumber),
                }
            }
            // With the sign of ISO 8601 between them.
            (text, Kind::DateRange) => match cut(text, b'/') {
                Some(("", "")) => Json::Null,
                Some((from, until)) => Json::List(Vec::from([from, until].map(|day| Json::Text(day.trim().into())))),
                None => return problem(Word::NotADate),
            },
            (text, Kind::Phone) => read_phone(text, field.country.as_deref())?,
            (text, Kind::Url) => Json::Text(with_scheme(text)),
            (text, _) => Json::Text(text.into()),
        },
    };
    validate(field, &value)?;
    Ok(value)
}

fn read_phone(text: &str, country: Option<&str>) -> Result<Json, Problem> {
    match text.trim() {
        "" => Ok(Json::Null),
        text => phone::read(text, country).map(Json::Text).or_else(problem),
    }
}

/// A value that comes from elsewhere, as a control would have given it: a number to dial is written in many
/// ways.
pub fn settled(field: &Field, value: Json) -> Json {
    match value {
        Json::Text(text) if field.kind == Kind::Phone => {
            Json::Text(phone::read(&text, field.country.as_deref()).unwrap_or(text))
        }
        value => value,
    }
}

/// A value that a page or its address gives, as the field's answer. Texts stand for what the field takes:
/// options go by their ids or labels, several with commas between them, numbers as machines write them.
/// `None` where it is no answer.
pub fn known(field: &Field, value: &Json, numbers: Numbers, locale: &str) -> Option<Json> {
    let option = |text: &str| {
        let found = |o: &&Choice| o.id == text || o.label.eq_ignore_ascii_case(text);
        field.options.iter().find(found).map(|o| Json::Text(o.id.clone()))
    };
    let value = match (field.kind.shape(), value) {
        (_, Json::Null) => return None,
        (Shape::Option, Json::Bool(yes)) => option(if *yes { "yes" } else { "no" })?,
        (Shape::Option, Json::Text(text)) => option(text.trim())?,
        (Shape::Options | Shape::Order, Json::Text(text)) => {
            Json::List(text.split(',').map(|one| option(one.trim())).collect::<Option<_>>()?)
        }
        (Shape::Number, Json::Text(text)) => Json::Number(numbers.read(text.trim())?),
        (Shape::Text | Shape::Days, Json::Text(text)) => {
            return accept(field, &Input::Text(text.clone()), numbers, locale).ok();
        }
        (_, value) => value.clone(),
    };
    validate(field, &value).ok().map(|()| value)
}

/// What to ask back of an answer that is one: whoever gives it again means it.
pub fn doubt(field: &Field, value: &Json) -> Option<Problem> {
    let mail = value.as_text().filter(|_| field.kind == Kind::Email)?;
    let (local, _) = mail.rsplit_once('@')?;
    let (word, text) = match flags::suggestion(mail) {
        Some(meant) => (Word::DidYouMean, [local, "@", meant].concat()),
        None if field.work_mail && flags::is_free(mail) => (Word::WorkMail, mail.into()),
        None => return None,
    };
    Some(Problem { word, limit: None, text: Some(text) })
}

/// Whether a value may stand as the field's answer: the rule for the widget and for the receiver.
///
/// # Errors
/// What is wrong with it, in words for the visitor.
pub fn validate(field: &Field, value: &Json) -> Result<(), Problem> {
    let known = |id: &Json| field.options.iter().any(|o| Some(o.id.as_str()) == id.as_text());
    match (field.kind.shape(), value) {
        (_, Json::Null) if field.optional => Ok(()),
        (Shape::Order, Json::Null) => problem(Word::RankAll),
        (_, Json::Null) => problem(if field.kind.is_choice() { Word::ChooseOne } else { Word::Required }),
        (Shape::Option, id) if known(id) => Ok(()),
        (Shape::Options, Json::List(ids)) => {
            let twice = ids.iter().enumerate().any(|(i, id)| ids[..i].contains(id));
            if ids.is_empty() || twice || !ids.iter().all(known) { problem(Word::ChooseOne) } else { Ok(()) }
        }
        (Shape::Order, Json::List(ids)) => {
            let once = ids.iter().enumerate().all(|(i, id)| known(id) && !ids[..i].contains(id));
            if once && ids.len() == field.options.len() { Ok(()) } else { problem(Word::RankAll) }
        }
        (Shape::Rows, Json::Object(chosen)) => {
            let row = |(i, (id, option)): (usize, &(String, Json))| {
                field.rows.iter().any(|row| row.id == *id)
                    && known(option)
                    && chosen[..i].iter().all(|(one, _)| one != id)
            };
            let all = chosen.len() == field.rows.len() && chosen.iter().enumerate().all(row);
            if all { Ok(()) } else { problem(Word::ChooseEach) }
        }
        (Shape::Days, Json::List(days)) => match days.as_slice() {
            [Json::Text(from), Json::Text(until)] => {
                within(field, from)?;
                within(field, until)?;
                // Days that are written alike stand in the order of their texts.
                if from <= until { Ok(()) } else { problem(Word::EndsTooEarly) }
            }
            _ => problem(Word::NotADate),
        },
        (Shape::Number, Json::Number(n)) => number(field, *n),
        (Shape::Text, Json::Text(text)) => words(field, text),
        _ => problem(if field.kind.is_choice() { Word::ChooseOne } else { Word::Required }),
    }
}

fn number(field: &Field, n: f64) -> Result<(), Problem> {
    let (min, max) = field.limits();
    match (min, max) {
        (Some(min), _) if n < min => beyond(Word::TooSmall, min),
        (_, Some(max)) if n > max => beyond(Word::TooLarge, max),
        _ if !n.is_finite() => problem(Word::NotANumber),
        _ => match field.spacing() {
            Some(step) if !is_step((n - min.unwrap_or(0.0)) / step) => problem(Word::NotANumber),
            _ => Ok(()),
        },
    }
}

/// Whether a count of steps is a whole one, but for what doubles lose: 0.3 is three steps of 0.1.
fn is_step(count: f64) -> bool {
    let nearest = (count + if count < 0.0 { -0.5 } else { 0.5 }) as i64 as f64;
    (count - nearest).abs() < 1e-9 * count.abs().max(1.0)
}

fn words(field: &Field, text: &str) -> Result<(), Problem> {
    let limit = max_length(field);
    if text.chars().count() as u32 > limit {
        return beyond(Word::TooLong, limit.into());
    }
    match field.kind {
        _ if text.trim().is_empty() => problem(Word::Required),
        Kind::Email if !is_email(text) => problem(Word::NotAnEmail),
        Kind::Phone if !phone::is_number(text) => problem(Word::NotAPhone),
        Kind::Url if !is_url(text) => problem(Word::NotAUrl),
        Kind::Date => within(field, text),
        _ => match field.pattern.as_ref().map(|pattern| Pattern::read(pattern)) {
            Some(Ok(pattern)) if !pattern.fits(text) => {
                Err(Problem { word: Word::NotInPattern, limit: None, text: field.pattern_message.clone() })
            }
            _ => Ok(()),
        },
    }
}

/// Whether a text is a day that can be chosen. Days that are written alike stand in the order of their texts.
fn within(field: &Field, text: &str) -> Result<(), Problem> {
    let late = |word, day: &String| Err(Problem { word, limit: None, text: Some(day.clone()) });
    match (&field.earliest, &field.latest) {
        _ if day(text).is_none() => problem(Word::NotADate),
        (Some(first), _) if text < first.as_str() => late(Word::TooEarly, first),
        (_, Some(last)) if text > last.as_str() => late(Word::TooLate, last),
        _ => Ok(()),
    }
}

/// An amount without the currency around it.
fn amount(text: &str) -> &str {
    text.trim_matches(|c: char| !(c.is_ascii_digit() || matches!(c, '-' | '−' | '+')) && plain_digit(c) == Some(c))
}

/// A web address as people type it, with the scheme that they leave out.
fn with_scheme(text: &str) -> String {
    if text.as_bytes().windows(3).any(|mark| mark == b"://") { text.into() } else { String::from("https://") + text }
}

/// An http or https address (RFC 3986, 3.2) whose host is a domain of two labels or more.
fn is_url(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let Some(rest) = rest else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or("");
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
    is_domain(host) && !text.contains(|c: char| c.is_whitespace() || c.is_control())
}

/// A number as people type it. Spaces and apostrophes group digits. Of a comma and a dot the later one is
/// the decimal mark; one alone is, where the language has it for its decimal mark or it groups no digits
/// by three.
fn typed_number(text: &str, numbers: Numbers, locale: &str) -> Option<f64> {
    let mut plain: String = text.chars().filter_map(plain_digit).collect();
    let (commas, dots) = (plain.matches(',').count(), plain.matches('.').count());
    let half = (numbers.say)(1.5, locale);
    let decimal = match (commas, dots) {
        (0, 0) => '.',
        (0, _) | (_, 0) => {
            let mark = if commas > 0 { ',' } else { '.' };
            let own = half.chars().filter_map(plain_digit).any(|c| c == mark);
            let groups = grouped(&plain, mark) && (commas + dots > 1 || !own);
            if groups == (mark == '.') { ',' } else { '.' }
        }
        _ => plain.chars().rfind(|c| matches!(c, ',' | '.'))?,
    };
    if decimal == ',' {
        plain = plain.replace('.', "").replace(',', ".");
    } else {
        plain = plain.replace(',', "");
    }
    let unsigned = plain.strip_prefix(['-', '+']).unwrap_or(&plain);
    let digits = unsigned.bytes().filter(u8::is_ascii_digit).count();
    let marks = unsigned.bytes().filter(|b| *b == b'.').count();
    if digits == 0
        || marks > 1
        || digits + marks != unsigned.len()
        || digits > 30
        || unsigned.starts_with('.')
        || unsigned.ends_with('.')
    {
        return None;
    }
    numbers.read(plain.strip_prefix('+').unwrap_or(&plain)).filter(|n| n.is_finite())
}

/// Digits and marks of other scripts as those of ASCII; nothing for what only groups or directs.
pub(super) fn plain_digit(c: char) -> Option<char> {
    /// Arabic, Persian, Devanagari, Bengali, Thai, full width.
    const ZEROS: [char; 6] = ['\u{660}', '\u{6f0}', '\u{966}', '\u{9e6}', '\u{e50}', '\u{ff10}'];
    match c {
        '\'' | '’' | '\u{66c}' | '\u{200e}' | '\u{200f}' | '\u{61c}' => None,
        _ if c.is_whitespace() => None,
        '\u{66b}' => Some(','),
        '−' => Some('-'),
        _ => {
            let digit = |zero: &char| (c as u32).checked_sub(*zero as u32).filter(|n| *n < 10);
            Some(ZEROS.iter().find_map(digit).map_or(c, |n| (b'0' + n as u8) as char))
        }
    }
}

/// Whether every mark is followed by exactly three digits.
fn grouped(text: &str, mark: char) -> bool {
    let mut parts = text.trim_start_matches(['-', '+']).split(mark);
    let first = parts.next().unwrap_or("");
    (1..=3).contains(&first.len()) && parts.all(|part| part.len() == 3 && part.bytes().all(|b| b.is_ascii_digit()))
}

/// An address as mail servers take it (RFC 5321, 4.1.2, without quoted local parts and address
/// literals); the domain has at least two labels.
fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let atom = |part: &str| {
        !part.is_empty() && part.chars().all(|c| letter(c) || b"!#$%&'*+-/=?^_`{|}~".iter().any(|b| c == *b as char))
    };
    local.len() <= 64 && local.split('.').all(atom) && is_domain(domain)
}

/// Beyond ASCII everything may stand in an internationalised name; telling letters apart would bring
/// Unicode's tables.
fn letter(c: char) -> bool {
    c.is_ascii_alphanumeric() || (!c.is_ascii() && !c.is_whitespace())
}

/// Two labels at least (RFC 1034, 3.5), the last of which is no number.
fn is_domain(domain: &str) -> bool {
    let label = |part: &str| {
        !part.is_empty()
            && part.len() <= 63
            && !part.starts_with('-')
            && !part.ends_with('-')
            && part.chars().all(|c| letter(c) || c == '-')
    };
    let top = domain.rsplit('.').next().unwrap_or("");
    domain.len() <= 253
        && domain.contains('.')
        && domain.split('.').all(label)
        && top.chars().count() >= 2
        && !top.chars().all(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_people_type_them() {
        for (text, n) in [
            ("1200", 1200.0),
            ("1,200", 1200.0),
            ("1 200", 1200.0),
            ("1.200.000", 1200000.0),
            ("1,200,000.5", 1200000.5),
            ("1.200,5", 1200.5),
            ("3,5", 3.5),
            ("-4", -4.0),
            ("+4", 4.0),
            ("1'000", 1000.0),
        ] {
            assert_eq!(typed_number(text, Numbers::NATIVE, "en"), Some(n), "{text}");
        }
        for (text, n) in [
            ("1.200", 1200.0),
            ("1,200", 1.2),
            ("1.5", 1.5),
            ("1.200,50", 1200.5),
            ("1,200.50", 1200.5),
            ("1.200.000", 1200000.0),
            ("−3,5", -3.5),
        ] {
            assert_eq!(typed_number(text, Numbers::NATIVE, "de-AT"), Some(n), "{text}");
        }
        for (text, n) in [("١٬٢٠٠", 1200.0), ("۳٫۵", 3.5), ("１２００", 1200.0), ("१,२००", 1200.0)]
        {
            assert_eq!(typed_number(text, Numbers::NATIVE, "ar"), Some(n), "{text}");
        }
        for text in ["", "abc", "12a", "1e5", "1..2", "-", ".", "5.", "0x10", "NaN", "1,2,3"] {
            assert_eq!(typed_number(text, Numbers::NATIVE, "en"), None, "{text}");
        }
    }

    #[test]
    fn addresses_that_reach_people() {
        for good in ["a@b.co", "first.last+tag@sub.example.com", "o'neil@exämple.de"] {
            assert!(is_email(good), "{good}");
        }
        for bad in
            ["", "a@b", "@b.co", "a@", "a b@c.de", "a@b..co", ".a@b.co", "a@-b.co", "a@b.c", "a@1.2.3.44", "a@b.co\n"]
        {
            assert!(!is_email(bad), "{bad}");
        }
    }
}
