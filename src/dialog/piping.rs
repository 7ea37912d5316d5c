//! Texts that mention answers, and answers in words.

use super::{Dialog, Moment};
use crate::flow::model::{Field, Kind};
use crate::flow::template::{Format, Named, Piece, Template};
use crate::flow::{Checked, Does, language};
use crate::json::{Joined, Json, integer_text};
use crate::logic;
use alloc::{string::String, vec::Vec};

/// The most words of an answer that are said back.
const MIRRORED: usize = 5;

impl Dialog {
    /// The text with its mentions filled in.
    pub fn fill(&self, flow: &Checked, moment: &Moment, template: &Template) -> String {
        let mut text = String::new();
        for piece in template {
            match piece {
                Piece::Text(plain) => text.push_str(plain),
                Piece::Answer { of, format, fallback } => {
                    let shown = match *of {
                        // An answer of a way not taken is not known on this one.
                        Named::Field(field) if !self.is_told(flow, field) => String::new(),
                        Named::Field(field) => match format {
                            None => self.shown(flow, field),
                            Some(format) => self.formed(flow, field, *format),
                        },
                        Named::Variable(variable) => self.computed(flow, moment, variable, *format),
                    };
                    text.push_str(if shown.is_empty() { fallback } else { &shown });
                }
            }
        }
        text
    }

    /// Whether the present way asks a field, or the page knows it.
    fn is_told(&self, flow: &Checked, field: usize) -> bool {
        flow.flow.fields[field].hidden
            || self.counts[field]
            || self.turns.iter().any(|turn| flow.steps[*turn].does == Does::Ask(field))
    }

    /// An answer in words, as the flow's language has them; empty where there is none, and where the words
    /// are the widget's own.
    pub fn shown(&self, flow: &Checked, field: usize) -> String {
        let Field { kind, currency, .. } = &flow.flow.fields[field];
        match &self.answers[field] {
            Some(Json::List(days)) if *kind == Kind::DateRange => {
                let days = days.iter().filter_map(Json::as_text);
                days.map(|day| (flow.numbers.date)(day, &flow.flow.locale)).collect::<Vec<_>>().join("\u{a0}– ")
            }
            Some(Json::Text(day)) if *kind == Kind::Date => (flow.numbers.date)(day, &flow.flow.locale),
            Some(Json::Number(n)) => {
                let mut number = (flow.numbers.say)(*n, &flow.flow.locale);
                if let Some(code) = currency {
                    number.extend(["\u{a0}", code]);
                }
                number
            }
            _ => (flow.numbers.list)(&self.parts(flow, field), Joined::Unit, &flow.flow.locale),
        }
    }

    /// The answers to a field in words, one by one.
    fn parts(&self, flow: &Checked, field: usize) -> Vec<String> {
        let Field { options, rows, .. } = &flow.flow.fields[field];
        // Words of the visitor's own stand behind the option that asks for them.
        let own = self.words(flow, field).and_then(|words| self.answers[words].as_ref()?.as_text());
        let label = |id: &str| match options.iter().find(|o| o.id == id) {
            None => id.into(),
            Some(option) => match own.filter(|_| option.asks.is_some()) {
                Some(own) => [option.label.as_str(), ": ", own].concat(),
                None => option.label.clone(),
            },
        };
        match &self.answers[field] {
            Some(Json::Text(text)) if text.is_empty() => Vec::new(),
            Some(Json::Text(text)) => Vec::from([if options.is_empty() { text.clone() } else { label(text) }]),
            Some(Json::List(ids)) => ids.iter().filter_map(Json::as_text).map(label).collect(),
            Some(Json::Object(chosen)) => {
                let name = |id: &String| rows.iter().find(|row| row.id == *id).map_or("", |row| row.label.as_str());
                let told = |(row, id): &(String, Json)| [name(row), ": ", &label(id.as_text().unwrap_or(""))].concat();
                chosen.iter().map(told).collect()
            }
            _ => Vec::new(),
        }
    }

    fn formed(&self, flow: &Checked, field: usize, format: Format) -> String {
        let list = |joined| (flow.numbers.list)(&self.parts(flow, field), joined, &flow.flow.locale);
        match format {
            Format::And => list(Joined::And),
            Format::Or => list(Joined::Or),
            Format::Count => match &self.answers[field] {
                Some(Json::List(ids)) => integer_text(ids.len() as i64),
                _ => String::new(),
            },
            Format::Year => match &self.answers[field] {
                Some(Json::Text(day)) => day.get(..4).unwrap_or("").into(),
                _ => String::new(),
            },
            Format::First => self.shown(flow, field).split_whitespace().next().unwrap_or("").into(),
            Format::Mirror => mirrored(&self.shown(flow, field), &flow.flow.locale),
        }
    }

    /// A variable in words; empty while it is open, and where it has no value.
    fn computed(&self, flow: &Checked, moment: &Moment, variable: usize, format: Option<Format>) -> String {
        let evidence = self.evidence(flow, moment);
        let value = logic::value(&flow.variables[variable], &evidence, flow.numbers);
        let joined = match format {
            Some(Format::And) => Joined::And,
            Some(Format::Or) => Joined::Or,
            _ => Joined::Unit,
        };
        match value {
            Some(Json::Number(n)) => (flow.numbers.say)(n, &flow.flow.locale),
            Some(Json::Text(text)) => text,
            Some(Json::List(items)) if format == Some(Format::Count) => integer_text(items.len() as i64),
            Some(Json::List(items)) => {
                let texts: Vec<String> = items.iter().filter_map(Json::as_text).map(String::from).collect();
                (flow.numbers.list)(&texts, joined, &flow.flow.locale)
            }
            _ => String::new(),
        }
    }
}

/// The last words of an answer as a question: “…and then every pallet is late.” becomes “every pallet is late?”
fn mirrored(text: &str, locale: &str) -> String {
    let end =
        |c: char| c.is_whitespace() || matches!(c, '.' | '!' | '?' | '…' | ',' | ';' | ':' | '。' | '！' | '？' | '؟');
    let text = text.trim_end_matches(end);
    // What stands behind the last mark is a thought of its own.
    let thought = text.rsplit(['.', '!', '?', ';', ':', '\n', '。', '！', '？']).next().unwrap_or("");
    let words: Vec<&str> = thought.split_whitespace().collect();
    if words.is_empty() {
        return String::new();
    }
    let said = words[words.len().saturating_sub(MIRRORED)..].join(" ");
    let (before, after) = match language(locale) {
        "es" => ("¿", "?"),
        "fr" => ("", "\u{a0}?"),
        "el" => ("", ";"),
        "ar" | "fa" | "ur" => ("", "؟"),
        "ja" | "zh" => ("", "？"),
        _ => ("", "?"),
    };
    [before, &said, after].concat()
}
