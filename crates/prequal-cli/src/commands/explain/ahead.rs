//! What lies ahead of a lead: what to ask next, what would bring it further, and when it fades.

use super::Report;
use crate::engine::{self, Ahead, Moved};
use crate::host::clean;
use crate::words::{count, listed, plain, signed, time};
use prequal::flow::Write;
use prequal::json::{Json, Writer};

impl Report<'_> {
    /// The lines for people.
    pub fn ahead(&self) -> Vec<String> {
        let flow = self.flow.flow();
        let stage = |place: usize| format!("{} ({})", clean(flow.stages[place].name()), flow.stages[place].id);
        let Ahead { outlook, changes, fade } = &self.ahead;
        let mut lines = Vec::new();
        if !outlook.questions.is_empty() {
            let moves = |(field, moves): &(usize, i64)| {
                format!("{} (moves the total by up to {})", clean(&flow.fields[*field].label), plain(*moves))
            };
            match outlook.settled {
                Some(place) => {
                    lines.push(format!("Asking can stop: no answer leads anywhere but to {}", stage(place)));
                }
                None => lines.push(format!("Ask next: {}", listed(outlook.questions.iter().map(moves), 3))),
            }
        }
        if !changes.is_empty() {
            lines.push("The least that would bring it further:".into());
        }
        for change in changes {
            let what: Vec<String> = change.what.iter().map(|moved| self.moved(moved)).collect();
            lines.push(format!("  {} → {}, {} points", what.join(" and "), stage(change.stage), plain(change.total)));
        }
        if let Some(fade) = fade {
            lines.push(format!(
                "It fades: {} from {} UTC on, with {} points instead of {}",
                stage(fade.to),
                time(fade.at),
                plain(fade.total.1),
                plain(fade.total.0),
            ));
        }
        lines
    }

    /// One change in words.
    fn moved(&self, moved: &Moved) -> String {
        let flow = self.flow.flow();
        match moved {
            Moved::Answer { field, value } => {
                let model = &flow.fields[*field];
                let option = |id: &str| {
                    let option = model.options.iter().find(|option| option.id == id);
                    option.map_or_else(|| id.to_owned(), |option| option.label.clone())
                };
                let value = match value {
                    Json::Text(text) => option(text),
                    Json::Object(rows) => {
                        let row = |(row, id): &(String, Json)| format!("{row}: {}", option(id.as_text().unwrap_or("")));
                        listed(rows.iter().map(row), 6)
                    }
                    Json::List(ids) => listed(ids.iter().filter_map(Json::as_text).map(option), 6),
                    Json::Number(n) => n.to_string(),
                    _ => "nothing".into(),
                };
                clean(&format!("{}: {value}", model.label))
            }
            Moved::Signal { signal, more } => {
                let label = &flow.signals[*signal].label;
                if *more == 1 {
                    clean(label)
                } else {
                    clean(&format!("{label}, {}", count((*more).into(), "time", "times")))
                }
            }
        }
    }

    /// The same for programs.
    pub fn ahead_json(&self, to: &mut Writer) {
        let flow = self.flow.flow();
        let Ahead { outlook, changes, fade } = &self.ahead;
        super::json::objects(to, "ask_next", &outlook.questions, |to, (field, moves)| {
            super::json::text(to, "field", &flow.fields[*field].id);
            super::json::number(to, "moves", *moves);
        });
        to.key("asking_can_stop");
        to.json(&Json::Bool(outlook.settled.is_some()));
        super::json::objects(to, "would_bring_further", changes, |to, change| {
            super::json::text(to, "stage", &flow.stages[change.stage].id);
            super::json::number(to, "total", change.total);
            super::json::objects(to, "changes", &change.what, |to, moved| match moved {
                Moved::Answer { field, value } => {
                    super::json::text(to, "field", &flow.fields[*field].id);
                    to.key("value");
                    value.write(to);
                }
                Moved::Signal { signal, more } => {
                    super::json::text(to, "signal", &flow.signals[*signal].id);
                    super::json::number(to, "more", (*more).into());
                }
            });
        });
        to.key("fades");
        match fade {
            None => to.json(&Json::Null),
            Some(fade) => {
                to.out.push('{');
                super::json::number(to, "at", fade.at);
                super::json::text(to, "stage", &flow.stages[fade.to].id);
                super::json::number(to, "total", fade.total.1);
                to.out.push('}');
            }
        }
    }

    /// Top reasons for and against, those that count most first.
    pub fn top(&self) -> (Vec<String>, Vec<String>) {
        let mut parts: Vec<_> = self.verdict.parts(&self.reasons).filter(|part| part.counted != 0).collect();
        parts.sort_by_key(|part| std::cmp::Reverse(part.counted.abs()));
        let words = |part: &engine::Part| {
            format!("{} ({})", clean(&self.reasons.list[part.reason].words), signed(part.counted))
        };
        let side = |good: bool| parts.iter().filter(|p| (p.counted > 0) == good).take(3).map(words).collect();
        (side(true), side(false))
    }
}
