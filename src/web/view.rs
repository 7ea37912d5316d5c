//! The widget's surface: a header, the transcript as a log, the control of the present step.

mod control;

use super::dom::{self, Field, add, element, set};
use crate::dialog::Word;
use crate::ffi::{Control, Shown, Turn, View};
use crate::flow::Checked;
use crate::json::integer_text;
use alloc::{string::String, vec::Vec};
use wasm_bindgen::prelude::*;
use web_sys::{Element, ShadowRoot};

const CLOSE: &str = "M6 6l12 12M18 6 6 18";
const LOCK: &str = "M7 11V8a5 5 0 0 1 10 0v3M6 11h12v9H6z";
const PEN: &str = "M4 20h4L19 9l-4-4L4 16zM13.500 6.500l4 4";

/// What a control asks for, in its `data-act` attribute.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Choose,
    Submit,
    Skip,
    Change,
    Keep,
    Restart,
    Agree,
    Refuse,
}

impl Action {
    const ALL: [(Action, &'static str); 8] = [
        (Action::Choose, "choose"),
        (Action::Submit, "submit"),
        (Action::Skip, "skip"),
        (Action::Change, "change"),
        (Action::Keep, "keep"),
        (Action::Restart, "restart"),
        (Action::Agree, "agree"),
        (Action::Refuse, "refuse"),
    ];

    fn name(self) -> &'static str {
        Action::ALL[self as usize].1
    }

    /// The action of an element that an event hit, and the place it speaks of.
    pub fn of(target: &Element, event: &str) -> Option<(Action, usize)> {
        if event == "submit" {
            return Some((Action::Submit, 0));
        }
        let target = target.closest("[data-act]").ok()??;
        let name = target.get_attribute("data-act")?;
        let place = target
            .get_attribute("data-place")
            .map_or(0, |text| text.bytes().fold(0, |n, b| n * 10 + usize::from(b - b'0')));
        Action::ALL.iter().find(|(_, text)| *text == name).map(|(action, _)| (*action, place))
    }
}

pub struct Surface {
    words: Vec<String>,
    panel: Element,
    progress: Element,
    log: Field,
    form: Element,
    status: Element,
    /// The transcript as drawn: each turn and its element.
    drawn: Vec<(Turn, Element)>,
    /// What the control was drawn for; drawn anew only when it changes, so that nothing typed is lost.
    shown: Option<(usize, bool)>,
    /// What was typed at steps that were left without an answer.
    drafts: Vec<(usize, String)>,
    /// Places of the boxes that the visitor has touched since the control was drawn.
    touched: Vec<usize>,
    delivery: Option<Word>,
}

impl Surface {
    pub fn new(root: &ShadowRoot, flow: &Checked, words: Vec<String>) -> Surface {
        let panel = element("section", "panel");
        set(&panel, "part", "panel");
        set(&panel, "aria-label", &flow.flow.title);
        set(&panel, "lang", &flow.flow.locale);
        if let Some(accent) = flow.flow.theme.as_ref().and_then(|theme| theme.accent.as_deref()) {
            // A style attribute would need 'unsafe-inline'; the object model does not.
            let style = panel.unchecked_ref::<Field>().style();
            style.set_property("--accent", accent);
            style.set_property("--on-accent", if is_light(accent) { "#111" } else { "#fff" });
        }
        // No header element: in a dialog it would count as the page's own banner.
        let head = add(&panel, "div", "head", "");
        let (name, role) = match &flow.flow.assistant {
            Some(assistant) => (&assistant.name, assistant.role.as_deref()),
            None => (&flow.flow.title, None),
        };
        let avatar =
            add(&head, "span", "avatar", name.get(..name.chars().next().map_or(0, char::len_utf8)).unwrap_or(""));
        set(&avatar, "aria-hidden", "true");
        let who = add(&head, "div", "who", "");
        add(&who, "strong", "", name);
        add(&who, "span", "", role.unwrap_or(""));
        let say = |word: Word| words[word as usize].as_str();
        let close = add(&head, "button", "icon close", "");
        set(&close, "type", "button");
        set(&close, "part", "close");
        set(&close, "aria-label", say(Word::Close));
        dom::icon(&close, CLOSE);
        let progress = add(&panel, "progress", "progress", "");
        set(&progress, "max", "100");
        set(&progress, "aria-label", say(Word::Progress));
        let log = add(&panel, "div", "log", "");
        set(&log, "role", "log");
        set(&log, "aria-label", say(Word::Conversation));
        set(&log, "tabindex", "0");
        let form = add(&panel, "form", "control", "");
        set(&form, "novalidate", "");
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
            words,
            drawn: Vec::new(),
            shown: None,
            drafts: Vec::new(),
            touched: Vec::new(),
            delivery: None,
        }
    }

    fn say(&self, word: Word) -> &str {
        &self.words[word as usize]
    }

    /// The word with its `{}` filled in.
    fn say_with(&self, word: Word, value: &str) -> String {
        let (before, after) = self.say(word).split_once('{').unwrap_or((self.say(word), "}"));
        [before, value, &after[1..]].concat()
    }

    /// Brings the surface to the view. Gives what should take focus: the new control, when the
    /// visitor's own act changed it.
    pub fn draw(&mut self, flow: &Checked, view: &View, by_visitor: bool) -> Option<Field> {
        set(&self.progress, "value", &integer_text(view.progress.into()));
        self.draw_turns(&view.turns);
        let key = match &view.control {
            Control::Ask { step, changing, .. } => (*step, *changing),
            Control::Consent { step, .. } => (*step, false),
            Control::Outcome { .. } => (usize::MAX, false),
        };
        let new = self.shown != Some(key);
        if new {
            self.keep_draft();
            self.touched.clear();
            self.shown = Some(key);
            self.draw_control(flow, view);
            self.bring_draft(key);
        }
        self.show_restart(view.can_restart);
        let new = self.draw_problem(flow, view) || new;
        if view.delivery != self.delivery {
            self.delivery = view.delivery;
            let word = view.delivery.unwrap_or(Word::PrivateUntilYes);
            self.status.set_text_content(Some(self.say(word)));
            set(&self.panel, "data-delivery", Word::KEYS[word as usize]);
        }
        if new {
            self.scroll(view);
        }
        if new && by_visitor { self.first() } else { None }
    }

    /// Remembers what was typed where the visitor turns to another question.
    fn keep_draft(&mut self) {
        if let (Some((step, false)), Some(field)) = (self.shown, self.field()) {
            self.drafts.retain(|(other, _)| *other != step);
            self.drafts.push((step, field.value()));
        }
    }

    fn bring_draft(&self, (step, changing): (usize, bool)) {
        let draft = self.drafts.iter().find(|(other, _)| *other == step);
        if let (Some((_, text)), Some(field), false) = (draft, self.field(), changing) {
            field.set_value(text);
        }
    }

    /// Forgets what was typed, as a new conversation begins.
    pub fn forget(&mut self) {
        self.drafts.clear();
        self.shown = None;
        self.form.set_text_content(None);
    }

    /// Shows the present question: what was drawn while it was hidden could not scroll.
    /// Gives what should take focus.
    pub fn opened(&self) -> Option<Field> {
        if let Some((_, false)) = self.shown {
            self.log.set_scroll_top(self.log.scroll_height());
        }
        self.first()
    }

    /// Shows the end of the transcript, or the answer that is being changed.
    fn scroll(&self, view: &View) {
        let changed = self.drawn.iter().zip(&view.turns).take_while(|(_, turn)| !turn.pending).last();
        match changed {
            Some(((_, element), _)) if view.turns.iter().any(|turn| turn.pending) => {
                self.log.set_scroll_top(element.unchecked_ref::<Field>().offset_top());
            }
            _ => self.log.set_scroll_top(self.log.scroll_height()),
        }
    }

    fn draw_turns(&mut self, turns: &[Turn]) {
        let same = self
            .drawn
            .iter()
            .zip(turns)
            .take_while(|((old, _), new)| old.step == new.step && old.say == new.say)
            .count();
        for (_, element) in self.drawn.drain(same..) {
            element.remove();
        }
        for (place, turn) in turns.iter().enumerate() {
            if place == self.drawn.len() {
                let element = add(&self.log, "div", "turn", "");
                for text in &turn.say {
                    add(&element, "p", "say", text);
                }
                self.drawn.push((Turn { answer: None, pending: false, ..turn.clone() }, element));
            }
            let (old, element) = &self.drawn[place];
            // Drawn anew only when the words change: the log announces whatever is put into it.
            if words(old) == words(turn) {
                if let (Some(Shown::Answer { can_change, .. }), Some(change)) =
                    (&turn.answer, element.query_selector(".change").ok().flatten())
                {
                    let _ = change.toggle_attribute_with_force("hidden", !can_change);
                }
            } else {
                if old.answer.is_some()
                    && let Some(last) = element.last_element_child()
                {
                    last.remove();
                }
                self.draw_answer(element, turn);
            }
            if old.pending != turn.pending {
                let _ = element.class_list().toggle_with_force("pending", turn.pending);
            }
            self.drawn[place].0 = turn.clone();
        }
    }

    fn draw_answer(&self, element: &Element, turn: &Turn) {
        let Some(answer) = &turn.answer else { return };
        let (text, can_change) = match answer {
            Shown::Answer { text, can_change } if text.is_empty() => (self.say(Word::Skipped), *can_change),
            Shown::Answer { text, can_change } => (text.as_str(), *can_change),
            Shown::Consent { granted } => {
                (self.say(if *granted { Word::ConsentGiven } else { Word::ConsentRefused }), false)
            }
        };
        let mine = add(element, "div", "mine", "");
        if matches!(answer, Shown::Answer { .. }) {
            let change = button(&mine, "icon change", Action::Change, "");
            let _ = change.toggle_attribute_with_force("hidden", !can_change);
            set(&change, "data-place", &integer_text(turn.step as i64));
            let label = self.say_with(Word::ChangeOf, text);
            set(&change, "aria-label", &label);
            set(&change, "title", self.say(Word::Change));
            dom::icon(&change, PEN);
        }
        let bubble = add(&mine, "p", "", "");
        add(&bubble, "span", "unseen", self.say(Word::You));
        add(&bubble, "span", "", text);
    }
}

/// What an answer says, apart from whether it can be changed.
fn words(turn: &Turn) -> Option<(&str, bool)> {
    turn.answer.as_ref().map(|answer| match answer {
        Shown::Answer { text, .. } => (text.as_str(), false),
        Shown::Consent { granted } => (if *granted { "1" } else { "0" }, true),
    })
}

/// Whether dark text reads better on the colour `#rrggbb` than white text: relative luminance
/// (WCAG 2.2) above 0.179, with the gamma of sRGB taken for 2.
fn is_light(colour: &str) -> bool {
    let digit = |i: usize| colour.as_bytes().get(i).and_then(|d| (*d as char).to_digit(16)).unwrap_or(0);
    let part = |i: usize| {
        let value = digit(i) * 16 + digit(i + 1);
        value * value
    };
    part(1) * 2126 + part(3) * 7152 + part(5) * 722 > 1790 * 255 * 255
}

/// A button that asks for an action.
fn button(parent: &Element, class: &str, action: Action, text: &str) -> Element {
    let button = add(parent, "button", class, text);
    set(&button, "type", "button");
    set(&button, "data-act", action.name());
    button
}
