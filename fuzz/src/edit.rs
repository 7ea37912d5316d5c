//! Changes to a JSON value that keep much of it whole: most results are read, and many still load.

use crate::rule::rule;
use crate::source::Source;
use prequal::json::Json;

/// A value that is no larger than this may grow.
const LARGEST: usize = 3000;

/// Makes up to a dozen changes.
pub fn edit(json: &mut Json, source: &mut Source) {
    for _ in 0..source.byte() % 12 {
        change(json, source);
    }
}

fn change(json: &mut Json, source: &mut Source) {
    let all = count(json);
    let place = usize::from(source.word()) % all;
    match source.byte() % 12 {
        0 => *at(json, place) = any(source, 2),
        1 => remove(json, source),
        // Parts of one's own: names stay names, conditions conditions.
        2 | 3 => {
            let other = at(json, usize::from(source.word()) % all).clone();
            if all + count(&other) < LARGEST {
                *at(json, place) = other;
            }
        }
        4 | 5 => {
            let mut texts = Vec::new();
            collect(json, &mut texts);
            if !texts.is_empty() {
                let text = source.of(&texts);
                let nearest = nearest(json, place, |json| matches!(json, Json::Text(_)));
                *at(json, nearest) = Json::Text(text);
            }
        }
        6 => {
            let nearest = nearest(json, place, |json| matches!(json, Json::Number(_)));
            *at(json, nearest) = Json::Number(source.whole() as f64);
        }
        7 => {
            let nearest = nearest(json, place, |json| matches!(json, Json::Number(_)));
            *at(json, nearest) = Json::Number(source.number());
        }
        8 => {
            let names = names(json);
            *condition(json, source) = rule(source, &names, 4);
        }
        9 => {
            let nearest = nearest(json, place, |json| matches!(json, Json::List(_)));
            if let Json::List(items) = at(json, nearest)
                && !items.is_empty()
            {
                let (one, other) = (source.below(items.len()), source.below(items.len()));
                items.swap(one, other);
            }
        }
        // One more of a kind, under a name of its own.
        10 => {
            let nearest = nearest(json, place, |json| matches!(json, Json::List(_)));
            if let Json::List(items) = at(json, nearest)
                && let Some(mut item) = items.get(source.below(items.len())).cloned()
                && all + count(&item) < LARGEST
            {
                if let Json::Object(entries) = &mut item
                    && let Some((_, id)) = entries.iter_mut().find(|(key, _)| key == "id")
                {
                    *id = Json::Text(format!("more_{}", source.byte()));
                }
                let to = source.below(items.len() + 1);
                items.insert(to, item);
            }
        }
        _ => {
            let key = source.of(KEYS);
            let value = if key == "when" { rule(source, &names(json), 3) } else { any(source, 1) };
            let nearest = nearest(json, place, |json| matches!(json, Json::Object(_)));
            if let Json::Object(entries) = at(json, nearest) {
                match entries.iter_mut().find(|(known, _)| known == key) {
                    Some((_, old)) => *old = value,
                    None => entries.push((key.into(), value)),
                }
            }
        }
    }
}

/// Keys that may be absent, and values that may follow them.
const KEYS: &[&str] = &[
    "when",
    "every",
    "most",
    "count",
    "window",
    "decay",
    "group",
    "floor",
    "cap",
    "optional",
    "min",
    "max",
    "pick",
    "requires",
    "grades",
    "from",
    "below",
    "stop_when_settled",
    "personal",
    "next",
    "branches",
    "depends_on",
    "say",
    "max_length",
    "segment",
    "required",
    "unknown",
    "points",
    "product",
    "signal",
];

const TEXTS: &[&str] = &[
    "",
    "14d",
    "1s",
    "99999d",
    "expiry",
    "linear",
    "all",
    "distinct",
    "first",
    "hasty",
    "nonsense",
    "contradiction",
    "email",
    "number",
    "{size}",
    "{{",
    "{nobody|",
    "*",
    "/a*b*",
    "A1",
    "bant",
    "bant.need",
    "mql",
    "sal",
    "sql",
    "pql",
    "cql",
    "2026-10-01",
    "é😀",
    "\u{0}\n\"\\",
];

/// Any value at all.
pub fn any(source: &mut Source, depth: usize) -> Json {
    match source.byte() % 8 {
        0 => Json::Null,
        1 => Json::Bool(source.bool()),
        2 => Json::Number(source.whole() as f64),
        3 => Json::Number(source.number()),
        4 => Json::Text(source.of(TEXTS).into()),
        5 => Json::Text(source.text()),
        6 if depth > 0 => Json::List((0..source.byte() % 4).map(|_| any(source, depth - 1)).collect()),
        7 if depth > 0 => {
            let count = source.byte() % 3;
            Json::Object((0..count).map(|_| (source.of(KEYS).into(), any(source, depth - 1))).collect())
        }
        _ => Json::List(Vec::new()),
    }
}

/// What conditions of this flow may ask about, as far as ids tell.
fn names(json: &Json) -> Vec<String> {
    let mut names: Vec<String> =
        ["stage", "grade", "icp", "segment", "disqualified", "score.total"].map(String::from).into();
    names.extend(["touch.first.source", "touch.last.referrer", "touch.first.landing"].map(String::from));
    let ids = |list: Option<&Json>, prefix: &str, names: &mut Vec<String>| {
        if let Some(Json::List(items)) = list {
            names.extend(items.iter().filter_map(|item| item.get("id")?.as_text()).map(|id| format!("{prefix}{id}")));
        }
    };
    ids(json.get("fields"), "", &mut names);
    ids(json.get("signals"), "signal.", &mut names);
    ids(json.get("scoring").and_then(|scoring| scoring.get("scores")), "score.", &mut names);
    ids(json.get("scoring").and_then(|scoring| scoring.get("red_flags")), "flag.", &mut names);
    ids(json.get("consent").and_then(|consent| consent.get("purposes")), "consent.", &mut names);
    names
}

/// How many values there are, those inside included.
pub fn count(json: &Json) -> usize {
    1 + match json {
        Json::List(items) => items.iter().map(count).sum(),
        Json::Object(entries) => entries.iter().map(|(_, value)| count(value)).sum(),
        _ => 0usize,
    }
}

/// The value at a place, counted from the outside in.
fn at(json: &mut Json, place: usize) -> &mut Json {
    fn find<'j>(json: &'j mut Json, left: &mut usize) -> Option<&'j mut Json> {
        if *left == 0 {
            return Some(json);
        }
        *left -= 1;
        match json {
            Json::List(items) => items.iter_mut().find_map(|item| find(item, left)),
            Json::Object(entries) => entries.iter_mut().find_map(|(_, value)| find(value, left)),
            _ => None,
        }
    }
    let mut left = place;
    find(json, &mut left).expect("a place of this value")
}

/// The next place from here on, and round, that fits; this one where none does.
fn nearest(json: &Json, place: usize, fits: fn(&Json) -> bool) -> usize {
    fn mark(json: &Json, fits: fn(&Json) -> bool, next: &mut usize, found: &mut Vec<usize>) {
        if fits(json) {
            found.push(*next);
        }
        *next += 1;
        match json {
            Json::List(items) => items.iter().for_each(|item| mark(item, fits, next, found)),
            Json::Object(entries) => entries.iter().for_each(|(_, value)| mark(value, fits, next, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    mark(json, fits, &mut 0, &mut found);
    found.iter().find(|at| **at >= place).or(found.first()).copied().unwrap_or(place)
}

/// One of the conditions.
fn condition<'j>(json: &'j mut Json, source: &mut Source) -> &'j mut Json {
    fn mark(json: &Json, key: &str, next: &mut usize, found: &mut Vec<usize>) {
        if key == "when" {
            found.push(*next);
        }
        *next += 1;
        match json {
            Json::List(items) => items.iter().for_each(|item| mark(item, "", next, found)),
            Json::Object(entries) => entries.iter().for_each(|(key, value)| mark(value, key, next, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    mark(json, "", &mut 0, &mut found);
    let place = found.get(source.below(found.len())).copied().unwrap_or(0);
    at(json, place)
}

fn collect(json: &Json, texts: &mut Vec<String>) {
    match json {
        Json::Text(text) if text.len() < 40 => texts.push(text.clone()),
        Json::List(items) => items.iter().for_each(|item| collect(item, texts)),
        Json::Object(entries) => entries.iter().for_each(|(_, value)| collect(value, texts)),
        _ => {}
    }
}

fn remove(json: &mut Json, source: &mut Source) {
    let place = usize::from(source.word()) % count(json);
    let nearest = nearest(json, place, |json| matches!(json, Json::List(_) | Json::Object(_)));
    match at(json, nearest) {
        Json::List(items) if !items.is_empty() => drop(items.remove(source.below(items.len()))),
        Json::Object(entries) if !entries.is_empty() => drop(entries.remove(source.below(entries.len()))),
        _ => {}
    }
}
