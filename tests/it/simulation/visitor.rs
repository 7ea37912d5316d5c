//! What a visitor does: answers in a conversation and in a form, edits, refuses, agrees, takes it back, closes pages
//! and opens others.

use super::world::{DAY, Happening, Mood, World};
use prequal::dialog::Input;
use prequal::flow::model::{Field, Kind, SignalKind};
use prequal::json::Json;
use prequal::session::{Event, Form};

impl World<'_> {
    /// A page on which the visitor will do something.
    pub fn visits(&mut self) {
        let page = self.opens();
        self.does(page, Event::Begin);
        let wait = self.chance.between(300, 4_000);
        self.later(wait, page, Happening::Act);
    }

    /// The visitor does one thing, and another one later.
    pub fn acts(&mut self, page: u64) {
        if self.acts == 0 || self.ending {
            return;
        }
        self.acts -= 1;
        if self.weather(page) {
            return;
        }
        self.talks(page);
        let wait = self.chance.between(200, 9_000);
        self.later(wait, page, Happening::Act);
    }

    /// What befalls pages, clocks, storage and network; whether the page is gone.
    fn weather(&mut self, page: u64) -> bool {
        match self.chance.below(100) {
            0 | 1 => {
                self.seen.crashes += 1;
                self.closes(page);
                if self.chance.percent(70) || self.pages.is_empty() {
                    self.visits();
                }
                return true;
            }
            2 if self.pages.len() < 3 => self.visits(),
            3 => self.skew = self.chance.of(&[0, DAY, -DAY, 3_600_000, -60_000]),
            4 => self.storage = self.chance.of(&[Mood::Calm, Mood::Moody, Mood::Down]),
            5 => self.network = self.chance.of(&[Mood::Calm, Mood::Moody, Mood::Down]),
            6 => {
                let asleep = self.chance.of(&[60_000, 3_600_000, DAY, 40 * DAY]);
                self.note(|| format!("all sleep for {asleep} ms"));
                self.time += asleep;
            }
            7 => {
                let online = Event::Outbox(prequal::outbox::Event::Wake { online: true });
                self.does(page, online);
            }
            _ => {}
        }
        false
    }

    fn talks(&mut self, page: u64) {
        let state = self.pages[&page].state();
        let (step, sealed) = (state.dialog.current(), state.sealed.is_some());
        let node = &self.flow.flow().conversation.steps[step];
        let due = node.consent && state.granted.is_none();
        if sealed || node.end.is_some() {
            return self.idles(page, sealed);
        }
        match self.chance.below(100) {
            0 => self.does(page, Event::Restart),
            1..5 => {
                let step = self.chance.below(self.flow.flow().conversation.steps.len());
                self.does(page, Event::Change { step });
            }
            5 => self.does(page, Event::Keep),
            6 => self.withdraws(page),
            7..10 => {
                let path = self.chance.of(&["/pricing/", "/careers/", "/"]).into();
                let at = self.time + self.skew;
                self.does(page, Event::Noticed { kind: SignalKind::PageView, path, times: 1, at });
            }
            10..16 => self.fills(page),
            16 => self.submits(page),
            _ if due && self.chance.percent(20) => self.submits(page),
            _ if due => self.decides(page),
            _ => {
                let flow = self.flow.flow();
                let field = node.ask.as_ref().and_then(|id| flow.fields.iter().find(|field| field.id == *id));
                let input = field.map_or(Input::Skip, |field| self.answer(field));
                self.does(page, Event::Answer { step, input });
            }
        }
    }

    /// The visitor has agreed, or come to an end.
    fn idles(&mut self, page: u64, sealed: bool) {
        match self.chance.below(100) {
            0..5 => self.withdraws(page),
            5..9 => self.does(page, Event::Restart),
            9..12 if !sealed => {
                let step = self.chance.below(self.flow.flow().conversation.steps.len());
                self.does(page, Event::Change { step });
            }
            12..16 => {
                self.closes(page);
                self.visits();
            }
            _ => {}
        }
    }

    fn decides(&mut self, page: u64) {
        let purposes = self.flow.flow().consent.as_ref().map_or(0, |consent| consent.purposes.len());
        let some = (0..purposes).map(|_| self.chance.percent(50)).collect();
        let (granted, agree, trusted) = match self.chance.below(20) {
            0..3 => {
                self.seen.refusals += 1;
                (vec![false; purposes], false, true)
            }
            3 => (vec![true; purposes], true, false),
            4..6 => (some, true, true),
            _ => (vec![true; purposes], true, true),
        };
        self.does(page, Event::Decide { granted, agree, trusted });
    }

    /// An answer by a control of a form, or one taken back there.
    fn fills(&mut self, page: u64) {
        let flow = self.flow.flow();
        let field = self.chance.below(flow.fields.len());
        let text = match self.answer(&flow.fields[field]) {
            Input::Text(text) => Some(text),
            Input::Chosen(places) => places.first().map(|place| flow.fields[field].options[*place].id.clone()),
            _ => None,
        };
        self.does(page, Event::Filled { field, value: text.map(Json::Text) });
    }

    /// The form is submitted: with all of its boxes ticked, some, or none, and now and then without their words.
    fn submits(&mut self, page: u64) {
        let purposes = self.flow.flow().consent.as_ref().map_or(0, |consent| consent.purposes.len());
        let granted: Vec<bool> = match self.chance.below(20) {
            0..4 => vec![false; purposes],
            4..7 => (0..purposes).map(|_| self.chance.percent(50)).collect(),
            _ => vec![true; purposes],
        };
        let texts = (0..purposes).map(|_| (!self.chance.percent(3)).then(|| "I agree.".to_owned())).collect();
        let name = if self.chance.percent(3) { "" } else { "callback" };
        let hasty = self.chance.percent(5);
        self.does(page, Event::Submitted(Form { name: name.into(), granted, texts, hasty }));
    }

    /// What a field takes, mostly; texts and numbers are given once in a run, so that each is known again.
    fn answer(&mut self, field: &Field) -> Input {
        let mark = self.serial();
        if field.optional && self.chance.percent(40) {
            return Input::Skip;
        }
        match field.kind {
            Kind::Number => Input::Text(if self.chance.percent(15) { mark % 10 } else { 20 + mark }.to_string()),
            Kind::Email => Input::Text(format!("ada{mark}@freight.example")),
            Kind::Phone => Input::Text("+44 20 7946 0123".into()),
            Kind::MultipleChoice => Input::Chosen(vec![self.chance.below(field.options.len())]),
            kind if kind.is_choice() => Input::Chosen(vec![self.chance.below(field.options.len())]),
            _ => Input::Text(format!("Marked {mark}")),
        }
    }
}
