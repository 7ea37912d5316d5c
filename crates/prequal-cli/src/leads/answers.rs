//! From cells and JSON values to answers that the engine takes.
//!
//! Choices are looked up once: a cell's bytes lead to a value that is there already. Nothing is
//! allocated for a lead whose cells were seen before.

use super::columns::{Names, Target};
use super::csv::Cell;
use crate::engine::{self, Evidence, Pace, Seen};
use foldhash::fast::RandomState;
use prequal::flow::Checked;
use prequal::history::{History, Known};
use prequal::json::Json;
use prequal::lead::{self, Attribution};
use std::borrow::Cow;
use std::collections::HashMap;

mod reader;

use reader::{Reader, Slot, Why};

/// How many different cells of a column are remembered, and how long they may be.
const REMEMBERED: usize = 4096;
const LONG: usize = 256;

/// Reads times with `;` or `|` between, such as `2026-10-01T09:30:00Z`; whether they are any.
fn times(text: &[u8], seen: &mut Seen) -> bool {
    let Ok(text) = std::str::from_utf8(text) else { return false };
    let parts = text.split([';', '|']).map(str::trim).filter(|part| !part.is_empty());
    let Some(times) = parts.map(|part| Some((moment(part)?, 0))).collect::<Option<Vec<_>>>() else { return false };
    if times.is_empty() {
        return false;
    }
    engine::see_times(seen, 0, times);
    true
}

/// A date, or a date and a time of day in UTC (RFC 3339), in milliseconds since 1970.
pub fn moment(text: &str) -> Option<i64> {
    let digits = |part: &str, count: usize| {
        (part.len() == count && part.bytes().all(|b| b.is_ascii_digit())).then(|| part.parse::<i64>().ok()).flatten()
    };
    let (date, time) = match text.split_once(['T', 't', ' ']) {
        Some((date, time)) => (date, time.trim_end_matches(['Z', 'z'])),
        None => (text, "00:00"),
    };
    let mut date = date.split('-');
    let (year, month, day) = (digits(date.next()?, 4)?, digits(date.next()?, 2)?, digits(date.next()?, 2)?);
    let mut time = time.split(':');
    let (hour, minute) = (digits(time.next()?, 2)?, digits(time.next()?, 2)?);
    // Fractions of a second are dropped.
    let second = time.next().map_or(Some(0), |second| digits(second.split('.').next()?, 2))?;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let month_days = [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let last = *month_days.get(usize::try_from(month).ok()?.checked_sub(1)?)?;
    if date.next().is_some()
        || time.next().is_some()
        || !(1..=last).contains(&day)
        || hour > 23
        || minute > 59
        || second > 59
    {
        return None;
    }
    // Days since 1970-01-01, with years that begin in March.
    let (y, m) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719_468;
    Some(((days * 24 + hour) * 60 + minute) * 60_000 + second * 1000)
}

/// A short plain number, which most are.
fn small(bytes: &[u8]) -> Option<u32> {
    (bytes.len() <= 9 && bytes.iter().all(u8::is_ascii_digit))
        .then(|| bytes.iter().fold(0, |n, digit| n * 10 + u32::from(digit - b'0')))
}

/// When leads are scored.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    /// Milliseconds since 1970 UTC.
    pub now: i64,
    /// Whether a lead that says when it was made is scored as of now all the same.
    pub fixed: bool,
}

/// Reads leads for one flow.
#[derive(Clone, Debug)]
pub struct Answers<'f> {
    flow: &'f Checked,
    clock: Clock,
    readers: Vec<Reader<'f>>,
    slots: Vec<Slot>,
    seen: Vec<Seen>,
    /// What only posted leads say.
    attribution: Option<Attribution>,
    pace: Pace,
    made_at: Option<i64>,
    /// By column of the file: what it is, where scoring looks at it.
    columns: Vec<(usize, Target)>,
    /// By key of the objects met so far, the same.
    keys: HashMap<String, Option<Target>, RandomState>,
    looked_at: &'f [bool],
    names: &'f Names<'f>,
    signals: &'f [prequal::flow::model::Signal],
}

impl<'f> Answers<'f> {
    /// `columns` are those of a CSV file. Only fields that are looked at are read.
    pub fn new(
        flow: &'f Checked,
        names: &'f Names,
        columns: &[Option<Target>],
        looked_at: &'f [bool],
        clock: Clock,
    ) -> Self {
        let model = flow.flow();
        let wanted = |target: &Target| match target {
            Target::Field(place) => looked_at[*place],
            Target::Signal(_) => true,
        };
        Self {
            flow,
            clock,
            attribution: None,
            pace: Pace::default(),
            made_at: None,
            readers: model.fields.iter().map(Reader::new).collect(),
            slots: vec![Slot::Unknown; model.fields.len()],
            seen: prequal::score::unseen(flow),
            columns: columns
                .iter()
                .enumerate()
                .filter_map(|(i, target)| target.filter(wanted).map(|target| (i, target)))
                .collect(),
            keys: HashMap::default(),
            looked_at,
            names,
            signals: &model.signals,
        }
    }

    /// The lead that was read last.
    pub fn evidence(&self) -> Evidence<'_> {
        const SKIPPED: &Json = &Json::Null;
        let answers = self.slots.iter().zip(&self.readers).map(|(slot, reader)| match slot {
            Slot::Unknown | Slot::Bad(_) => None,
            Slot::Skipped => Some(SKIPPED),
            Slot::Ready(place) => Some(&reader.values[*place as usize]),
            Slot::Own => Some(&reader.own),
        });
        Evidence {
            flow: self.flow,
            answers: answers.collect(),
            seen: &self.seen,
            attribution: self.attribution.as_ref(),
            pace: self.pace,
            now: self.now(),
            unanswered: &[],
        }
    }

    fn now(&self) -> i64 {
        self.made_at.filter(|_| !self.clock.fixed).unwrap_or(self.clock.now)
    }

    /// Reads a row; `bad` is told each value that is none.
    pub fn row(&mut self, bytes: &[u8], cells: &[Cell], mut bad: impl FnMut(String)) {
        for &(column, target) in &self.columns {
            let text = cells.get(column).map_or(Cow::Borrowed(&b""[..]), |cell| cell.text(bytes));
            match target {
                Target::Field(place) => {
                    let slot = self.readers[place].cell(&text);
                    self.slots[place] = slot;
                    if let Slot::Bad(why) = slot {
                        bad(why.words(&String::from_utf8_lossy(&text), &self.readers[place].field.label));
                    }
                }
                Target::Signal(place) => {
                    let text = text.trim_ascii();
                    let count = if text.is_empty() { Some(0) } else { small(text) };
                    engine::see(&mut self.seen[place], count.unwrap_or(0), self.clock.now);
                    if count.is_none() && !times(text, &mut self.seen[place]) {
                        bad(Why::NoCount.words(&String::from_utf8_lossy(text), &self.signals[place].label));
                    }
                }
            }
        }
    }

    /// Reads an object: a lead as it is posted or exported, `{"answers": …, "signals": …}`, or the
    /// answers alone. `bad` is told each value that is none, `strange` each key that is no field.
    pub fn object(&mut self, lead: &Json, mut bad: impl FnMut(String), mut strange: impl FnMut(&str)) {
        self.slots.fill(Slot::Unknown);
        self.seen.iter_mut().for_each(|seen| engine::see(seen, 0, 0));
        // As the receiver exports it.
        let lead = lead.get("lead").filter(|inner| matches!(inner, Json::Object(_))).unwrap_or(lead);
        if matches!(lead.get("events"), Some(Json::List(_))) {
            return self.history(lead, &mut bad, &mut strange);
        }
        let answers = lead.get("answers").filter(|inner| matches!(inner, Json::Object(_)));
        let flat = answers.is_none();
        let posted = |key: &str| answers.and_then(|_| lead.get(key));
        self.attribution = engine::part(posted("attribution"));
        self.pace = engine::part(posted("pace"))
            .map_or(Pace::default(), |pace: lead::Pace| Pace { answered: pace.answered, hasty: pace.hasty });
        self.made_at = engine::part(posted("created_at"));
        if let Json::Object(entries) = answers.unwrap_or(lead) {
            for (key, value) in entries {
                if flat && (key == "signals" || key == "prequal") {
                    continue;
                }
                match self.target(key) {
                    Some(target) => self.value(target, value, &mut bad),
                    None => strange(key),
                }
            }
        }
        match lead.get("signals") {
            Some(Json::Object(entries)) => {
                for (id, count) in entries {
                    self.signal(id, count, &mut bad, &mut strange);
                }
            }
            Some(Json::List(items)) => {
                for item in items {
                    let Some(id) = item.get("id").and_then(Json::as_text) else { continue };
                    self.signal(id, item.get("count").unwrap_or(&Json::Null), &mut bad, &mut strange);
                    let posted: Option<lead::SignalSeen> = engine::part(Some(item));
                    if let (Some(posted), Some(place)) = (posted, self.signals.iter().position(|s| s.id == id)) {
                        let times = posted.seen.iter().map(|sighting| (sighting.at, sighting.page)).collect();
                        engine::see_times(&mut self.seen[place], posted.count, times);
                        self.seen[place].first_at = posted.first_at;
                    }
                }
            }
            _ => {}
        }
    }

    /// A log of what a lead did, up to the time that ages are counted to.
    fn history(&mut self, json: &Json, bad: &mut impl FnMut(String), strange: &mut impl FnMut(&str)) {
        (self.attribution, self.pace, self.made_at) = (None, Pace::default(), None);
        let Some(history) = engine::part::<History>(Some(json)) else {
            return bad("its “events” are no history of a lead".into());
        };
        let known = Known::of_history(self.flow, &history, self.clock.now);
        for (place, answer) in known.answers.iter().enumerate() {
            if let Some(answer) = answer {
                self.value(Target::Field(place), answer, bad);
            }
        }
        self.seen = known.seen;
        (self.attribution, self.pace) = (known.attribution, known.pace);
        known.unknown.iter().for_each(|unknown| strange(&unknown.to_string()));
    }

    fn target(&mut self, key: &str) -> Option<Target> {
        if let Some(target) = self.keys.get(key) {
            return *target;
        }
        let target = self.names.find(key);
        if self.keys.len() < REMEMBERED {
            self.keys.insert(key.into(), target);
        }
        target
    }

    fn signal(&mut self, id: &str, count: &Json, bad: &mut impl FnMut(String), strange: &mut impl FnMut(&str)) {
        match self.signals.iter().position(|signal| signal.id == id) {
            Some(place) => self.value(Target::Signal(place), count, bad),
            None => strange(id),
        }
    }

    fn value(&mut self, target: Target, value: &Json, bad: &mut impl FnMut(String)) {
        let shown = || match value {
            Json::Text(text) => text.clone(),
            value => {
                let mut writer = engine::writer();
                writer.json(value);
                writer.out
            }
        };
        match target {
            Target::Field(place) if self.looked_at[place] => {
                let slot = self.readers[place].json(value);
                self.slots[place] = slot;
                if let Slot::Bad(why) = slot {
                    bad(why.words(&shown(), &self.readers[place].field.label));
                }
            }
            Target::Field(_) => {}
            Target::Signal(place) => {
                let count = match value {
                    Json::Null => Some(0),
                    Json::Bool(seen) => Some(u32::from(*seen)),
                    Json::Number(n) if *n >= 0.0 && *n <= f64::from(u32::MAX) && n.fract() == 0.0 => Some(*n as u32),
                    Json::Text(text) if text.trim().is_empty() => Some(0),
                    Json::Text(text) => small(text.trim().as_bytes()),
                    _ => None,
                };
                let now = self.now();
                engine::see(&mut self.seen[place], count.unwrap_or(0), now);
                let text = match value {
                    Json::Text(text) => text.clone(),
                    Json::List(items) => {
                        let texts: Vec<&str> = items.iter().map(|item| item.as_text().unwrap_or("?")).collect();
                        texts.join(";")
                    }
                    _ => String::new(),
                };
                if count.is_none() && !times(text.as_bytes(), &mut self.seen[place]) {
                    bad(Why::NoCount.words(&shown(), &self.signals[place].label));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::moment;

    #[test]
    fn moments_are_those_of_the_calendar() {
        for (text, ms) in [
            ("1970-01-01", Some(0)),
            ("2026-10-01", Some(1_790_812_800_000)),
            ("2026-10-01T09:30:05.25Z", Some(1_790_847_005_000)),
            ("2024-02-29 23:59", Some(1_709_251_140_000)),
            ("0000-03-01", Some(-62_162_035_200_000)),
            ("2023-02-29", None),
            ("2026-13-01", None),
            ("2026-00-01", None),
            ("26-10-01", None),
            ("2026-10-01T25:00", None),
            ("2026-10-01T09", None),
            ("2026-10-01-01", None),
            ("", None),
        ] {
            assert_eq!(moment(text), ms, "{text}");
        }
    }
}
