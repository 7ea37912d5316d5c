//! The widget's surface: a header, the transcript as a log, the control of the present step.

mod control;
mod help;
mod offer;

use super::dom::{self, Field, add, element, set};
use super::face::Host;
use crate::ffi::{self, Act, Control, Shown, Turn, View};
use crate::flow::{self, template::cut};
use crate::json::{Json, integer_text};
use crate::words::Word;
use alloc::{string::String, vec::Vec};
use help::Help;
pub use offer::{Offer, REMEMBER};
use wasm_bindgen::prelude::*;
use web_sys::{Element, ShadowRoot};

/// Languages written from right to left, as ISO 639 names them.
const RIGHT_TO_LEFT: &[&str] = &["ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"];

const CLOSE: &str = "M6 6l12 12M18 6 6 18";
const LOCK: &str = "M7 11V8a5 5 0 0 1 10 0v3M6 11h12v9H6z";
const PEN: &str = "M4 20h4L19 9l-4-4L4 16zM13.500 6.500l4 4";

pub struct Surface {
    /// They live as long as the page, by the number of the word.
    words: &'static [&'static str],
    host: &'static Host,
    /// The language of all texts (BCP 47).
    locale: &'static str,
    pub panel: Element,
    progress: Element,
    log: Field,
    form: Element,
    status: Element,
    pub help: Option<Help>,
    /// To go on later.
    pub offer: Offer,
    /// The transcript as drawn: each turn and its element.
    drawn: Vec<(Turn, Element)>,
    /// The control as drawn; drawn anew only when it changes, so that nothing typed is lost.
    shown: Option<Control>,
    /// What was typed at steps that were left without an answer.
    drafts: Vec<(u32, String)>,
    /// Places of the boxes that the visitor has touched since the control was drawn, or of options in order.
    touched: Vec<u32>,
    delivery: Option<Word>,
}

impl Surface {
    pub fn new(root: &ShadowRoot, flow: &'static Json, words: &'static [&'static str], host: &'static Host) -> Surface {
        let frame = ffi::frame(flow);
        let panel = element("section", "panel");
        set(&panel, "part", "panel");
        set(&panel, "aria-label", frame.title);
        set(&panel, "lang", frame.locale);
        set(&panel, "dir", if RIGHT_TO_LEFT.contains(&flow::language(frame.locale)) { "rtl" } else { "ltr" });
        if let Some(accent) = frame.accent {
            // A style attribute would need 'unsafe-inline'; the object model does not.
            panel.unchecked_ref::<Field>().style().set_property("--theme", accent);
        }
        // No header element: in a dialog it would count as the page's own banner.
        let head = add(&panel, "div", "head", "");
        set(&head, "part", "header");
        let name = frame.name;
        let initial = name.get(..name.chars().next().map_or(0, char::len_utf8)).unwrap_or("");
        let avatar = add(&head, "span", "avatar", initial);
        set(&avatar, "part", "avatar");
        set(&avatar, "aria-hidden", "true");
        if let Some(address) = frame.avatar {
            // Above the initial, which stays where the picture does not come.
            dom::picture(&avatar, address);
        }
        let who = add(&head, "div", "who", "");
        add(&who, "strong", "", name);
        add(&who, "span", "", frame.role);
        let say = |word: Word| words[word as usize];
        let progress = element("progress", "progress");
        let help = Help::draw(flow, &panel, &head, say(Word::Help));
        let close = add(&head, "button", "icon close", "");
        set(&close, "type", "button");
        set(&close, "part", "close");
        set(&close, "aria-label", say(Word::Close));
        dom::icon(&close, CLOSE);
        let _ = head.after_with_node_1(&progress);
        set(&progress, "max", "100");
        set(&progress, "aria-label", say(Word::Progress));
        let log = add(&panel, "div", "log", "");
        set(&log, "role", "log");
        set(&log, "aria-label", say(Word::Conversation));
        set(&log, "tabindex", "0");
        let form = add(&panel, "form", "control", "");
        set(&form, "novalidate", "");
        let offer = Offer::draw(&panel);
        let foot = add(&panel, "p", "foot", "");
        dom::icon(&foot, LOCK);
        let status = add(&foot, "span", "", say(Word::PrivateUntilYes));
        set(&status, "role", "status");
        // The log is in the page before its content, or readers would not announce the first turn.
        let _ = root.append_child(&panel);
        Surface {
            panel,
            progress,
            log: log.unchecked_into(),
            form,
            status,
            help,
            offer,
            words,
            host,
            locale: frame.locale,
            drawn: Vec::new(),
            shown: None,
            drafts: Vec::new(),
            touched: Vec::new(),
            delivery: None,
        }
    }

    fn say(&self, word: Word) -> &'static str {
        self.words[word as usize]
    }

    /// The word with its `{}` filled in.
    fn say_with(&self, word: Word, value: &str) -> String {
        match cut(self.say(word), b'{') {
            Some((before, after)) => [before, value, after.strip_prefix('}').unwrap_or(after)].concat(),
            None => self.say(word).into(),
        }
    }

    /// The word with a number in its `{}`, in the form that goes with the number.
    fn count(&self, word: Word, number: f64) -> String {
        self.host.count(word as u32, number)
    }

    /// Brings the surface to the view; what it shows already stays as it is. Gives what should take
    /// focus: the new control, when the visitor's own act changed it.
    pub fn draw(&mut self, view: View, by_visitor: bool) -> Option<Field> {
        set(&self.progress, "value", &integer_text(view.progress.into()));
        let changed = view.turns.iter().position(|turn| turn.pending);
        self.draw_turns(view.turns, by_visitor);
        let new = !self.shown.as_ref().is_some_and(|shown| same(shown, &view.control));
        if new {
            self.keep_draft();
            self.touched.clear();
            self.draw_control(&view.control);
            self.shown = Some(view.control);
            self.bring_order();
            self.bring_draft();
        }
        self.show_restart(view.can_restart);
        self.show_take_back(view.can_withdraw);
        self.offer.show(view.resume);
        let new = self.draw_problem(view.problem) || new;
        if view.delivery != self.delivery {
            self.delivery = view.delivery;
            let word = view.delivery.unwrap_or(Word::PrivateUntilYes);
            self.status.set_text_content(Some(self.say(word)));
            set(&self.panel, "data-delivery", word.as_str());
        }
        if new {
            self.scroll(changed);
        }
        if new && by_visitor { self.first() } else { None }
    }

    /// The step of the question that waits for its first answer.
    fn asked(&self) -> Option<u32> {
        match &self.shown {
            Some(Control::Ask(question)) if !question.changing => Some(question.step),
            _ => None,
        }
    }

    /// What is typed into, with keys for drafts: the second day of a range and the country of a number go with
    /// the first.
    fn typed(&self) -> Vec<(u32, Field)> {
        let mut all = Vec::new();
        if let Some(step) = self.asked() {
            all.extend(self.field().map(|field| (2 * step, field)));
            all.extend(self.find("#until,select").map(|field| (2 * step + 1, field)));
        }
        all
    }

    /// Remembers what was typed where the visitor turns to another question.
    fn keep_draft(&mut self) {
        for (key, field) in self.typed() {
            self.drafts.retain(|(other, _)| *other != key);
            self.drafts.push((key, field.value()));
        }
    }

    fn bring_draft(&self) {
        for (key, field) in self.typed() {
            if let Some((_, text)) = self.drafts.iter().find(|(other, _)| *other == key) {
                field.set_value(text);
                self.follow(&field);
            }
        }
    }

    /// Forgets what was typed, as a new conversation begins.
    pub fn forget(&mut self) {
        self.drafts.clear();
        self.shown = None;
        self.form.set_text_content(None);
    }

    pub fn has_focus(&self) -> bool {
        self.panel.matches(":focus-within").unwrap_or(false)
    }

    /// Shows the present question: what was drawn while it was hidden could not scroll.
    /// Gives what should take focus.
    pub fn opened(&self) -> Option<Field> {
        if !matches!(&self.shown, Some(Control::Ask(question)) if question.changing) {
            self.log.set_scroll_top(self.log.scroll_height());
        }
        self.first()
    }

    /// Shows the end of the transcript, or the answer that is being changed: the one before the first
    /// that waits for it.
    fn scroll(&self, waiting: Option<usize>) {
        match waiting.and_then(|place| self.drawn.get(place.checked_sub(1)?)) {
            Some((_, element)) => self.log.set_scroll_top(element.unchecked_ref::<Field>().offset_top()),
            None => self.log.set_scroll_top(self.log.scroll_height()),
        }
    }

    /// `replies`: what is new follows what the visitor did, and is given the time of a breath. What waits can
    /// be answered meanwhile.
    fn draw_turns(&mut self, turns: Vec<Turn>, replies: bool) {
        let same = self
            .drawn
            .iter()
            .zip(&turns)
            .take_while(|((old, _), new)| old.step == new.step && old.say == new.say)
            .count();
        for (_, element) in self.drawn.drain(same..) {
            element.remove();
        }
        for (place, turn) in turns.into_iter().enumerate() {
            if place == self.drawn.len() {
                let element = add(&self.log, "div", if replies { "turn reply" } else { "turn" }, "");
                for text in &turn.say {
                    set(&add(&element, "p", "say", text), "part", "bubble-assistant");
                }
                self.drawn.push((Turn::default(), element));
            }
            let (old, element) = &self.drawn[place];
            // Drawn anew only when the words change: the log announces whatever is put into it.
            if words(old) == words(&turn) {
                if let (Some(Shown::Answer(answer)), Some(change)) =
                    (&turn.answer, element.query_selector(".change").ok().flatten())
                {
                    let _ = change.toggle_attribute_with_force("hidden", !answer.can_change);
                }
            } else {
                if old.answer.is_some()
                    && let Some(last) = element.last_element_child()
                {
                    last.remove();
                }
                self.draw_answer(element, &turn);
            }
            if old.pending != turn.pending {
                let _ = element.class_list().toggle_with_force("pending", turn.pending);
            }
            self.drawn[place].0 = turn;
        }
    }

    /// What waits for the visitor.
    pub fn control(&self) -> Option<&Control> {
        self.shown.as_ref()
    }

    fn draw_answer(&self, element: &Element, turn: &Turn) {
        let Some(answer) = &turn.answer else { return };
        let (text, can_change) = match answer {
            Shown::Answer(answer) if answer.text.is_empty() => {
                (self.say(answer.word.unwrap_or(Word::Skipped)), answer.can_change)
            }
            Shown::Answer(answer) => (answer.text.as_str(), answer.can_change),
            Shown::Consent(granted) => {
                (self.say(if *granted { Word::ConsentGiven } else { Word::ConsentRefused }), false)
            }
        };
        let mine = add(element, "div", "mine", "");
        if matches!(answer, Shown::Answer(_)) {
            let change = button(&mine, "icon change", Act::Change, "");
            let _ = change.toggle_attribute_with_force("hidden", !can_change);
            set(&change, "data-place", &integer_text(turn.step as i64));
            let label = self.say_with(Word::ChangeOf, text);
            set(&change, "aria-label", &label);
            set(&change, "title", self.say(Word::Change));
            dom::icon(&change, PEN);
        }
        // A number to dial has its sign in front in every language.
        set(&add(&self.draw_bubble(&mine), "span", "", text), "dir", "auto");
    }
}

/// Whether one control need not be drawn anew for the other.
fn same(shown: &Control, control: &Control) -> bool {
    match (shown, control) {
        (Control::Ask(shown), Control::Ask(asked)) => shown == asked,
        (Control::Offer(shown), Control::Offer(asked)) => shown == asked,
        (Control::Consent(shown), Control::Consent(asked)) => shown.step == asked.step,
        // The conversation has ended, and ends once.
        (Control::Outcome(_), Control::Outcome(_)) => true,
        _ => false,
    }
}

/// What an answer says, apart from whether it can be changed.
fn words(turn: &Turn) -> Option<(&str, bool)> {
    turn.answer.as_ref().map(|answer| match answer {
        Shown::Answer(answer) => match answer.word {
            Some(word) => (word.as_str(), false),
            None => (answer.text.as_str(), false),
        },
        Shown::Consent(granted) => (if *granted { "1" } else { "0" }, true),
    })
}

/// The number that an attribute holds.
pub fn place(text: &str) -> u32 {
    text.bytes().fold(0, |n, b| n * 10 + u32::from(b - b'0'))
}

/// A button that does something.
fn button(parent: &Element, class: &str, act: Act, text: &str) -> Element {
    let button = add(parent, "button", class, text);
    set(&button, "type", "button");
    set(&button, "data-act", act.name());
    button
}
