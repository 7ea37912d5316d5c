//! What a lead did, as a log that any flow can score: change the model, score history again, and see who
//! moves. Native code and the tools module alone.
//!
//! A log holds what happened, not what a model made of it: answers by the ids of fields and options, pages by
//! their paths. What a flow does not know is told, and counts as open.
//!
//! What it does not do: it replays no conversation. An answer counts until it is taken back; whether another
//! flow would have asked for it is not looked at.

use crate::dialog::answer;
use crate::flow::Checked;
use crate::flow::model::SignalKind;
use crate::flow::read::model;
use crate::json::Json;
use crate::lead::{Attribution, Lead, Touch};
use crate::score::{self, Evidence, Pace, Scorecard, Seen};
use crate::session::{Event, State};
use std::fmt;

model! {
    /// Everything that one lead did.
    pub struct History {
        /// In the order it happened.
        events: Vec<Happened>,
        ;
        /// The lead's name in whatever keeps the log.
        id: Option<String>,
    }

    /// Something that happened: one of what may stand here.
    pub struct Happened {
        /// When, in milliseconds since 1970 UTC.
        at: i64,
        ;
        answered: Option<Answered>,
        /// The field whose answer counts no more: the visitor changed what it depended on, or began anew.
        taken_back: Option<String>,
        /// The path of a page that was shown.
        page_view: Option<String>,
        /// The path of a file that was downloaded.
        download: Option<String>,
        /// The name of an event that the page told of.
        event: Option<String>,
        /// How many of them, where it is more than one.
        times: Option<u32>,
        /// A signal that the page recognised by itself: how far it was scrolled, a video, a form.
        sighted: Option<Sighted>,
        /// Where a visit came from: the first is the first touch, the newest the last.
        arrived: Option<Touch>,
        /// What is known of all visits by then.
        visited: Option<Visited>,
    }

    /// A signal that the page recognised.
    pub struct Sighted {
        /// The signal's id.
        signal: String,
        /// The path of the page, or what else occurrences are told apart by.
        page: String,
        ;
    }

    /// What is known of all visits.
    pub struct Visited {
        ;
        /// How many there were, the present one included.
        visits: Option<u32>,
        /// How often the visitor came from elsewhere.
        touches: Option<u32>,
    }

    /// An answer; a later one to the same field stands in its place.
    pub struct Answered {
        /// The field's id.
        field: String,
        /// As a lead carries it: an option's id, a list of them, a number, a text, or null when skipped.
        value: Json,
        ;
        /// It came faster than the question can be read.
        hasty: bool,
    }
}

/// Something that a flow cannot place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unknown {
    Field(String),
    Option {
        field: String,
        option: String,
    },
    /// The field does not take such a value; its question counts as open.
    Value {
        field: String,
    },
    Signal(String),
}

impl fmt::Display for Unknown {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unknown::Field(id) => write!(to, "field “{id}”"),
            Unknown::Option { field, option } => write!(to, "option “{option}” of “{field}”"),
            Unknown::Value { field } => write!(to, "a value of “{field}”"),
            Unknown::Signal(id) => write!(to, "signal “{id}”"),
        }
    }
}

/// What is known of a lead in the terms of one flow, and what that flow cannot place.
#[derive(Clone, Debug, PartialEq)]
pub struct Known {
    /// By field: its answer; `None` while it is open, `Null` when it was skipped.
    pub answers: Vec<Option<Json>>,
    /// By signal.
    pub seen: Vec<Seen>,
    pub attribution: Option<Attribution>,
    pub pace: Pace,
    /// Each once, in the order of the log.
    pub unknown: Vec<Unknown>,
}

impl Known {
    fn nothing(flow: &Checked) -> Known {
        Known {
            answers: vec![None; flow.flow.fields.len()],
            seen: score::unseen(flow),
            attribution: None,
            pace: Pace::default(),
            unknown: Vec::new(),
        }
    }

    /// What a posted lead says, under any flow. Signals go by their ids: a lead carries no paths.
    pub fn of_lead(flow: &Checked, lead: &Lead) -> Known {
        let mut known = Known::nothing(flow);
        if let Json::Object(entries) = &lead.answers {
            for (id, value) in entries {
                known.answer(flow, id, value);
            }
        }
        for signal in &lead.signals {
            match flow.flow.signals.iter().position(|s| s.id == signal.id) {
                Some(place) => {
                    known.seen[place] = Seen {
                        count: signal.count,
                        first_at: signal.first_at,
                        last_at: signal.last_at,
                        recent: signal.seen.iter().map(|sighting| (sighting.at, sighting.page)).collect(),
                        ..Seen::default()
                    };
                }
                None => known.tell(Unknown::Signal(signal.id.clone())),
            }
        }
        known.attribution = lead.attribution.clone();
        known.pace = lead.pace.as_ref().map_or(Pace::default(), |p| Pace { answered: p.answered, hasty: p.hasty });
        known
    }

    /// What a log says up to a time (milliseconds since 1970 UTC), under any flow; what happened later is left
    /// out. A page that no signal watches is nothing unknown: most pages are like that.
    pub fn of_history(flow: &Checked, history: &History, now: i64) -> Known {
        let mut known = Known::nothing(flow);
        let mut hasty = vec![false; flow.flow.fields.len()];
        for event in history.events.iter().filter(|event| event.at <= now) {
            if let Some(Answered { field, value, hasty: quick }) = &event.answered
                && let Some(place) = known.answer(flow, field, value)
            {
                hasty[place] = *quick;
            }
            if let Some(place) = event.taken_back.as_ref().and_then(|id| known.field(flow, id)) {
                known.answers[place] = None;
            }
            let times = event.times.unwrap_or(1);
            if let Some(path) = &event.page_view {
                known.notice(flow, SignalKind::PageView, path, times, event.at);
                if let Some(attribution) = known.attribution.as_mut().filter(|_| flow.asks_pages) {
                    attribution.show(path);
                }
            }
            if let Some(path) = &event.download {
                known.notice(flow, SignalKind::Download, path, times, event.at);
            }
            if let Some(name) = &event.event {
                known.notice(flow, SignalKind::Event, name, times, event.at);
            }
            if let Some(Sighted { signal, page }) = &event.sighted {
                match flow.flow.signals.iter().position(|known| known.id == *signal) {
                    Some(place) => known.seen[place].notice_times(page, times, event.at),
                    None => known.tell(Unknown::Signal(signal.clone())),
                }
            }
            if let Some(touch) = &event.arrived {
                match &mut known.attribution {
                    Some(attribution) => {
                        attribution.last = Some(touch.clone());
                        attribution.touches = Some(attribution.touches.unwrap_or(1).saturating_add(1));
                    }
                    None => known.attribution = Some(Attribution { first: touch.clone(), ..Attribution::default() }),
                }
            }
            if let (Some(visited), Some(attribution)) = (&event.visited, &mut known.attribution) {
                (attribution.visits, attribution.touches) = (visited.visits, visited.touches);
            }
        }
        for (answer, hasty) in known.answers.iter().zip(hasty) {
            known.pace.answered += u32::from(answer.is_some());
            known.pace.hasty += u32::from(answer.is_some() && hasty);
        }
        known
    }

    /// To be scored at a time (milliseconds since 1970 UTC), by the flow it was made for.
    pub fn evidence<'a>(&'a self, flow: &'a Checked, now: i64) -> Evidence<'a> {
        Evidence {
            flow,
            answers: self.answers.iter().map(Option::as_ref).collect(),
            seen: &self.seen,
            attribution: self.attribution.as_ref(),
            pace: self.pace,
            now,
            unanswered: &[],
        }
    }

    fn tell(&mut self, unknown: Unknown) {
        if !self.unknown.contains(&unknown) {
            self.unknown.push(unknown);
        }
    }

    fn field(&mut self, flow: &Checked, id: &str) -> Option<usize> {
        let place = flow.flow.fields.iter().position(|field| field.id == id);
        if place.is_none() {
            self.tell(Unknown::Field(id.into()));
        }
        place
    }

    /// Takes an answer as far as the flow knows it; the place of its field.
    fn answer(&mut self, flow: &Checked, id: &str, value: &Json) -> Option<usize> {
        let place = self.field(flow, id)?;
        let field = &flow.flow.fields[place];
        let mut value = answer::settled(field, value.clone());
        let before = self.unknown.len();
        if field.kind.has_options() {
            let known = |id: &Json| field.options.iter().any(|option| Some(option.id.as_str()) == id.as_text());
            let ids = match &value {
                Json::List(ids) => ids.as_slice(),
                Json::Object(_) => &[],
                one => core::slice::from_ref(one),
            };
            for option in ids.iter().filter(|id| !known(id)).filter_map(Json::as_text) {
                self.tell(Unknown::Option { field: id.into(), option: option.into() });
            }
            // Of several, those that are still there count.
            if let Json::List(ids) = &mut value {
                ids.retain(known);
            }
        }
        let taken = answer::validate(field, &value).is_ok();
        if !taken && self.unknown.len() == before {
            self.tell(Unknown::Value { field: id.into() });
        }
        self.answers[place] = taken.then_some(value);
        Some(place)
    }

    fn notice(&mut self, flow: &Checked, kind: SignalKind, path: &str, times: u32, at: i64) {
        for (signal, seen) in flow.flow.signals.iter().zip(&mut self.seen) {
            if signal.kind == kind && score::glob(&signal.path, path) {
                seen.notice_times(path, times, at);
            }
        }
    }
}

/// What a log scores under a flow at a time (milliseconds since 1970 UTC).
pub fn score_at(flow: &Checked, history: &History, now: i64) -> Scorecard {
    score::score(&Known::of_history(flow, history, now).evidence(flow, now))
}

/// The stages, by their places, that a log stands in under two flows at a time, where their ids differ.
pub fn moved(old: &Checked, new: &Checked, history: &History, now: i64) -> Option<(usize, usize)> {
    let (from, to) = (score_at(old, history, now).stage, score_at(new, history, now).stage);
    (old.flow.stages[from].id != new.flow.stages[to].id).then_some((from, to))
}

impl History {
    /// The log of a session that begins at a time (milliseconds since 1970 UTC): where the visit came from.
    pub fn begun(state: &State, now: i64) -> History {
        let touches = state.page.attribution.iter().flat_map(|all| [Some(&all.first), all.last.as_ref()]).flatten();
        let arrived = |touch: &Touch| Happened { at: now, arrived: Some(touch.clone()), ..Happened::default() };
        let visited = state.page.attribution.iter().filter(|all| all.visits.is_some() || all.touches.is_some());
        let visited = visited.map(|all| Happened {
            at: now,
            visited: Some(Visited { visits: all.visits, touches: all.touches }),
            ..Happened::default()
        });
        History { events: touches.map(arrived).chain(visited).collect(), ..History::default() }
    }

    /// Takes down what an event did to a session, at a time (milliseconds since 1970 UTC).
    pub fn note(&mut self, flow: &Checked, event: &Event, before: &State, after: &State, now: i64) {
        match event {
            Event::Noticed { kind, path, times, at } => {
                let path = Some(path.clone());
                let times = (*times != 1).then_some(*times);
                let happened = Happened { at: *at, times, ..Happened::default() };
                self.events.push(match kind {
                    SignalKind::PageView => Happened { page_view: path, ..happened },
                    SignalKind::Download => Happened { download: path, ..happened },
                    SignalKind::Event => Happened { event: path, ..happened },
                    // No host tells of another kind by a path.
                    _ => return,
                });
            }
            Event::Sighted { signal, page, at } => {
                let sighted = Sighted { signal: flow.flow.signals[*signal].id.clone(), page: page.clone() };
                self.events.push(Happened { at: *at, sighted: Some(sighted), ..Happened::default() });
            }
            Event::Arrived(touch) if after.page.attribution.is_some() => {
                self.events.push(Happened { at: now, arrived: Some(touch.clone()), ..Happened::default() });
            }
            _ => {}
        }
        let (old, new) = (standing(flow, before), standing(flow, after));
        for (place, field) in flow.flow.fields.iter().enumerate() {
            if old[place] == new[place] {
                continue;
            }
            let happened = Happened { at: now, ..Happened::default() };
            self.events.push(match new[place] {
                Some((value, hasty)) => {
                    let answered = Answered { field: field.id.clone(), value: value.clone(), hasty };
                    Happened { answered: Some(answered), ..happened }
                }
                None => Happened { taken_back: Some(field.id.clone()), ..happened },
            });
        }
    }
}

/// By field: the answer that counts, and whether it came too fast.
fn standing<'s>(flow: &'s Checked, state: &'s State) -> Vec<Option<(&'s Json, bool)>> {
    let answers = state.dialog.evidence(flow, &state.moment(0)).answers;
    answers.into_iter().zip(&state.hasty).map(|(answer, hasty)| answer.map(|answer| (answer, *hasty))).collect()
}
