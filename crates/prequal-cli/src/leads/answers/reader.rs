//! Cells and JSON values into answers of one field.

use super::super::columns::folded;
use super::{LONG, REMEMBERED, small};
use crate::words::shortened;
use foldhash::fast::RandomState;
use prequal::dialog::{Word, answer};
use prequal::flow::model::{Field, Kind, Shape};
use prequal::json::{Json, Numbers};
use std::collections::HashMap;

/// Where a field's answer is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Slot {
    Unknown,
    /// Skipped by the visitor.
    Skipped,
    /// Among the values that are there already.
    Ready(u32),
    /// The field's own value of this lead.
    Own,
    Bad(Why),
}

/// Why a value is no answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Why {
    NoOption,
    NoNumber,
    NoCount,
    TooSmall(f64),
    TooLarge(f64),
    TooLong(f64),
    NoText,
    NoEmail,
    NoPhone,
    NoUrl,
    NoDay,
    NoDays,
    NoOrder,
    NoRows,
    NoPattern,
    WrongType,
}

impl Why {
    pub(super) fn words(self, value: &str, name: &str) -> String {
        let value = shortened(value.trim(), 40);
        let n = |n: f64| Numbers::NATIVE.text(n);
        match self {
            Why::NoOption => format!("“{value}” is no option of “{name}”"),
            Why::NoNumber => format!("“{value}” is no number, for “{name}”"),
            Why::NoCount => format!("“{value}” is neither a count nor times, for “{name}”"),
            Why::TooSmall(min) => format!("{value} is below {}, the least of “{name}”", n(min)),
            Why::TooLarge(max) => format!("{value} is above {}, the most of “{name}”", n(max)),
            Why::TooLong(most) => format!("“{value}” is longer than the {} characters of “{name}”", n(most)),
            Why::NoText => format!("“{value}” is no text in UTF-8, for “{name}”"),
            Why::NoEmail => format!("“{value}” is no email address, for “{name}”"),
            Why::NoUrl => format!("“{value}” is no web address, for “{name}”"),
            Why::NoDay => format!("“{value}” is no day of “{name}”; write it as 2026-10-01"),
            Why::NoDays => format!("“{value}” is no range of “{name}”; write it as 2026-10-01/2026-10-31"),
            Why::NoOrder => format!("“{value}” does not put all options of “{name}” in an order"),
            Why::NoRows => {
                format!("“{value}” does not answer each row of “{name}”; write it as row=option; row=option")
            }
            Why::NoPattern => format!("“{value}” is not of the form that “{name}” asks for"),
            Why::NoPhone => format!("“{value}” is no phone number, for “{name}”"),
            Why::WrongType => format!("{value} is no value for “{name}”"),
        }
    }
}

/// Reads values of one field.
#[derive(Clone, Debug)]
pub(super) struct Reader<'f> {
    pub(super) field: &'f Field,
    /// Ids and labels, folded, to options.
    options: HashMap<String, u32, RandomState>,
    /// The options' ids, then lists of them.
    pub(super) values: Vec<Json>,
    known: HashMap<Box<[u8]>, Slot, RandomState>,
    pub(super) own: Json,
}

impl<'f> Reader<'f> {
    pub(super) fn new(field: &'f Field) -> Self {
        let mut options = HashMap::default();
        // An id is meant before a label that reads the same.
        let ids = field.options.iter().map(|option| &option.id);
        let labels = field.options.iter().map(|option| &option.label);
        for (place, text) in ids.enumerate().chain(labels.enumerate()).filter(|(_, text)| !text.is_empty()) {
            options.entry(folded(text)).or_insert(place as u32);
        }
        let values = field.options.iter().map(|option| Json::Text(option.id.clone())).collect();
        Self { field, options, values, known: HashMap::default(), own: Json::Null }
    }

    pub(super) fn cell(&mut self, bytes: &[u8]) -> Slot {
        match self.field.kind.shape() {
            _ if bytes.is_empty() => Slot::Unknown,
            Shape::Number => self.number(bytes),
            Shape::Days => self.days(bytes),
            Shape::Rows => self.rows(bytes),
            Shape::Option | Shape::Options | Shape::Order => {
                if let Some(slot) = self.known.get(bytes) {
                    return *slot;
                }
                let slot = self.choice(bytes);
                if slot != Slot::Own && bytes.len() <= LONG && self.known.len() < REMEMBERED {
                    self.known.insert(bytes.into(), slot);
                }
                slot
            }
            Shape::Text => self.text(bytes),
        }
    }

    pub(super) fn choice(&mut self, bytes: &[u8]) -> Slot {
        let Ok(text) = std::str::from_utf8(bytes) else { return Slot::Bad(Why::NoOption) };
        if text.trim().is_empty() {
            return Slot::Unknown;
        }
        // A label may hold the sign that stands between several.
        let one = self.options.get(&folded(text)).copied();
        match (self.field.kind.shape(), one) {
            (Shape::Option, Some(option)) => Slot::Ready(option),
            (Shape::Option, None) => Slot::Bad(Why::NoOption),
            (_, Some(option)) => self.several(&[option]),
            (_, None) => {
                let mut chosen: Vec<u32> = Vec::new();
                for part in text.split([';', '|']).filter(|part| !part.trim().is_empty()) {
                    match self.options.get(&folded(part)) {
                        Some(option) if chosen.contains(option) => {}
                        Some(option) => chosen.push(*option),
                        None => return Slot::Bad(Why::NoOption),
                    }
                }
                if chosen.is_empty() { Slot::Unknown } else { self.several(&chosen) }
            }
        }
    }

    pub(super) fn several(&mut self, chosen: &[u32]) -> Slot {
        if self.field.kind.shape() == Shape::Order && chosen.len() != self.field.options.len() {
            return Slot::Bad(Why::NoOrder);
        }
        let list = Json::List(chosen.iter().map(|option| self.values[*option as usize].clone()).collect());
        if self.values.len() < REMEMBERED {
            self.values.push(list);
            Slot::Ready(self.values.len() as u32 - 1)
        } else {
            self.own = list;
            Slot::Own
        }
    }

    pub(super) fn number(&mut self, bytes: &[u8]) -> Slot {
        let bytes = bytes.trim_ascii();
        if bytes.is_empty() {
            return Slot::Unknown;
        }
        let number = match small(bytes) {
            Some(n) => Some(f64::from(n)),
            None => std::str::from_utf8(bytes).ok().and_then(|text| Numbers::NATIVE.read(text)),
        };
        match number {
            Some(n) => self.check(Json::Number(n)),
            None => Slot::Bad(Why::NoNumber),
        }
    }

    /// Two days, with the sign of ISO 8601 between them.
    fn days(&mut self, bytes: &[u8]) -> Slot {
        match std::str::from_utf8(bytes).ok().and_then(|text| text.split_once('/')) {
            Some((from, until)) => {
                self.check(Json::List(vec![Json::Text(from.trim().into()), Json::Text(until.trim().into())]))
            }
            None => Slot::Bad(Why::NoDays),
        }
    }

    /// Rows and what was chosen there, by ids or labels.
    fn rows(&mut self, bytes: &[u8]) -> Slot {
        let Ok(text) = std::str::from_utf8(bytes) else { return Slot::Bad(Why::NoRows) };
        let mut chosen = Vec::new();
        for pair in text.split([';', '|']).filter(|pair| !pair.trim().is_empty()) {
            let Some((name, option)) = pair.split_once('=') else { return Slot::Bad(Why::NoRows) };
            let name = folded(name);
            let row = self.field.rows.iter().find(|row| [&row.id, &row.label].iter().any(|text| folded(text) == name));
            let (Some(row), Some(option)) = (row, self.options.get(&folded(option))) else {
                return Slot::Bad(Why::NoOption);
            };
            chosen.push((row.id.clone(), self.values[*option as usize].clone()));
        }
        if chosen.is_empty() { Slot::Unknown } else { self.check(Json::Object(chosen)) }
    }

    pub(super) fn text(&mut self, bytes: &[u8]) -> Slot {
        let Ok(text) = std::str::from_utf8(bytes) else { return Slot::Bad(Why::NoText) };
        let text = text.trim();
        if text.is_empty() {
            return Slot::Unknown;
        }
        // The room of the last one is used again.
        let mut own = match std::mem::take(&mut self.own) {
            Json::Text(own) => own,
            _ => String::new(),
        };
        own.clear();
        own.push_str(text);
        self.check(answer::settled(self.field, Json::Text(own)))
    }

    /// Takes a value as the field's own, if it may stand there.
    pub(super) fn check(&mut self, value: Json) -> Slot {
        let problem = answer::validate(self.field, &value).err();
        self.own = value;
        match problem {
            None => Slot::Own,
            Some(problem) => {
                let limit = problem.limit.unwrap_or_default();
                Slot::Bad(match problem.word {
                    Word::TooSmall => Why::TooSmall(limit),
                    Word::TooLarge => Why::TooLarge(limit),
                    Word::TooLong => Why::TooLong(limit),
                    Word::NotAnEmail => Why::NoEmail,
                    Word::NotAPhone | Word::ChooseCountry => Why::NoPhone,
                    Word::NotAUrl => Why::NoUrl,
                    Word::NotADate | Word::TooEarly | Word::TooLate if self.field.kind == Kind::Date => Why::NoDay,
                    Word::NotADate | Word::TooEarly | Word::TooLate | Word::EndsTooEarly => Why::NoDays,
                    Word::RankAll => Why::NoOrder,
                    Word::ChooseEach => Why::NoRows,
                    Word::NotInPattern => Why::NoPattern,
                    Word::NotANumber => Why::NoNumber,
                    _ => Why::WrongType,
                })
            }
        }
    }

    pub(super) fn json(&mut self, value: &Json) -> Slot {
        match value {
            Json::Null if self.field.optional => Slot::Skipped,
            Json::Null => Slot::Unknown,
            Json::Text(text) => self.cell(text.as_bytes()),
            Json::Number(n) if self.field.kind.shape() == Shape::Number => self.check(Json::Number(*n)),
            Json::List(_) if self.field.kind.shape() == Shape::Days => self.check(value.clone()),
            Json::Object(_) if self.field.kind.shape() == Shape::Rows => self.check(value.clone()),
            Json::List(items) if matches!(self.field.kind.shape(), Shape::Options | Shape::Order) => {
                let mut chosen = Vec::new();
                for item in items {
                    let place = item.as_text().and_then(|text| self.options.get(&folded(text)));
                    match place {
                        Some(option) if chosen.contains(option) => {}
                        Some(option) => chosen.push(*option),
                        None => return Slot::Bad(Why::NoOption),
                    }
                }
                if chosen.is_empty() {
                    return Slot::Unknown;
                }
                if self.field.kind.shape() == Shape::Order && chosen.len() != self.field.options.len() {
                    return Slot::Bad(Why::NoOrder);
                }
                let ids = chosen.iter().map(|option| self.values[*option as usize].clone());
                self.own = Json::List(ids.collect());
                Slot::Own
            }
            _ => Slot::Bad(Why::WrongType),
        }
    }
}
