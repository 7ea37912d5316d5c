//! The control of the present step: a choice, a text, the consent purposes, or the outcome.

mod consent;
mod input;
mod options;

use super::{Surface, button};
use crate::ffi::{Act, Control, Offer, Problem, Question, Turn};
use crate::flow::model::Kind;
use crate::json::integer_text;
use crate::web::dom::{Field, add, set};
use crate::words::Word;
use alloc::{string::String, vec::Vec};
use wasm_bindgen::prelude::*;
use web_sys::Element;

/// The parts of a control.
const PARTS: &[(&str, &str)] = &[
    (".option", "option"),
    (".field,.search", "input"),
    (".primary,.send", "primary"),
    (".secondary,.quiet", "secondary"),
];

impl Surface {
    pub(super) fn draw_control(&self, control: &Control) {
        self.form.set_text_content(None);
        match control {
            Control::Ask(question) => self.draw_question(question),
            Control::Offer(offer) => self.draw_offer(offer),
            Control::Consent(consent) => self.draw_consent(&consent.asked),
            Control::Outcome(outcome) => {
                let card = add(&self.form, "div", "outcome", "");
                set(&add(&card, "h2", "", &outcome.title), "tabindex", "-1");
                add(&card, "p", "", &outcome.text);
                if let Some(action) = &outcome.action {
                    let link = add(&card, "a", "primary", &action.label);
                    set(&link, "href", &action.url);
                    set(&link, "data-act", Act::Follow.name());
                }
                button(&card, "quiet", Act::Restart, self.say(Word::Restart));
            }
        }
        // What a page may style, whatever the kind: docs/styling.md.
        for (selector, part) in PARTS {
            for one in self.all(selector) {
                set(&one, "part", part);
            }
        }
    }

    fn draw_question(&self, question: &Question) {
        let changing = question.changing;
        let many = question.kind == Kind::MultipleChoice;
        let is_chosen = question.kind.has_options() || question.kind.is_scale();
        // A field has a label of its own.
        let said = |(turn, _): &(Turn, Element)| turn.step == question.step && !turn.say.is_empty();
        if (is_chosen || question.kind == Kind::DateRange) && !self.drawn.iter().any(said) {
            add(&self.form, "div", "label", &question.label);
        }
        if question.kind == Kind::Matrix {
            self.draw_matrix(question);
        } else if is_chosen {
            self.draw_options(question, many);
        } else {
            self.draw_input(&self.form, question, &question.label, true);
            self.draw_ends(question);
        }
        let row = self.draw_row("row");
        if many || matches!(question.kind, Kind::Ranking | Kind::Matrix) {
            let go = add(&row, "button", "primary", self.say(Word::Continue));
            set(&go, "type", "submit");
        }
        if question.optional && !changing {
            button(&row, "quiet", Act::Skip, self.say(Word::Skip));
        }
        if changing {
            button(&row, "quiet", Act::Keep, self.say(Word::Keep));
        }
    }

    fn draw_offer(&self, offer: &Offer) {
        let row = add(&self.form, "div", "row even", "");
        let link = add(&row, "a", "primary", &offer.label);
        set(&link, "href", &offer.url);
        set(&link, "data-act", Act::Follow.name());
        // A mail or a call leaves the page where it is.
        if !offer.url.starts_with("mailto:") && !offer.url.starts_with("tel:") {
            set(&link, "target", "_blank");
            set(&link, "rel", "noopener");
            add(&link, "span", "unseen", self.say(Word::NewTab));
        }
        let go = add(&row, "button", "secondary", self.say(Word::Continue));
        set(&go, "type", "submit");
    }

    /// The row at the end, with a line for what was wrong.
    fn draw_row(&self, class: &str) -> Element {
        let row = add(&self.form, "div", class, "");
        let problem = add(&row, "p", "problem", "");
        set(&problem, "id", "problem");
        set(&problem, "role", "alert");
        row
    }

    /// Beginning anew is offered once nothing is under way. The button is there all along: drawing
    /// the outcome again would take focus away.
    pub(super) fn show_restart(&self, can_restart: bool) {
        if let Some(button) = self.find("[data-act=restart]") {
            let _ = button.toggle_attribute_with_force("hidden", !can_restart);
        }
    }

    /// Consent can be taken back wherever the conversation stands.
    pub(super) fn show_take_back(&self, can: bool) {
        match self.panel.query_selector("[data-act=withdraw]").ok().flatten() {
            Some(button) => {
                let _ = button.toggle_attribute_with_force("hidden", !can);
            }
            None if can => {
                if let Some(foot) = self.status.parent_element() {
                    button(&foot, "quiet", Act::Withdraw, self.say(Word::TakeBack));
                }
            }
            None => {}
        }
    }

    /// Says what was wrong, tied to the control it is about. True when something was.
    pub(super) fn draw_problem(&self, problem: Option<Problem>) -> bool {
        let Some(line) = self.find("#problem") else { return false };
        let text = match problem {
            None => Default::default(),
            // The author's own words.
            Some(Problem { word: Word::NotInPattern, text: Some(text), .. }) => text,
            Some(Problem { word, limit: Some(limit), .. }) => self.count(word, limit),
            Some(Problem { word, text, .. }) => self.say_with(word, text.as_deref().unwrap_or("")),
        };
        let wrong = !text.is_empty();
        line.set_text_content(Some(&text));
        if let Some(field) = self.field() {
            set(&field, "aria-invalid", if wrong { "true" } else { "false" });
        }
        wrong
    }

    /// Takes the message back until the next try.
    pub fn clear_problem(&self) {
        if let Some(line) = self.find("#problem") {
            line.set_text_content(None);
        }
    }

    /// Shows that an answer was taken and goes in as soon as the engine is there. The words reach
    /// readers through the line at the foot.
    pub fn hold(&self, option: u32, one_of_many: bool) {
        set(&self.form, "aria-busy", "true");
        self.status.set_text_content(Some(self.say(Word::OneMoment)));
        if one_of_many {
            for (button, place) in self.all("[data-act=choose]").iter().zip(0..) {
                press(button, place == option);
            }
        }
    }

    /// Takes that back.
    pub fn release(&self, one_of_many: bool) {
        let _ = self.form.remove_attribute("aria-busy");
        self.status.set_text_content(Some(self.say(Word::PrivateUntilYes)));
        if one_of_many {
            for one in self.all("[data-act=choose]") {
                let _ = one.remove_attribute("aria-pressed");
            }
        }
    }

    pub(super) fn find(&self, selector: &str) -> Option<Field> {
        self.form.query_selector(selector).ok().flatten().map(JsCast::unchecked_into)
    }

    /// The field that text is typed into, if the step has one.
    pub fn field(&self) -> Option<Field> {
        self.find("#field")
    }

    fn all(&self, selector: &str) -> Vec<Field> {
        let mut all = Vec::new();
        if let Ok(list) = self.form.query_selector_all(selector) {
            all.extend((0..list.length()).filter_map(|i| list.item(i)).map(JsCast::unchecked_into));
        }
        all
    }

    /// Notes that a person changed a box.
    pub fn tick(&mut self, target: &Field) {
        if target.kind() == "checkbox"
            && let Some(place) = self.all("input").iter().position(|field| field == target)
        {
            self.touched.push(place as u32);
        }
    }

    /// Places of the boxes that a person ticked; a script may tick one too, and that is no consent.
    pub fn ticked_by_hand(&self) -> Vec<u32> {
        let mut places = self.ticked();
        places.retain(|place| self.touched.contains(place));
        places
    }

    /// Places of the ticked boxes.
    pub fn ticked(&self) -> Vec<u32> {
        let boxes = self.all("input[type=checkbox]");
        boxes.iter().zip(0..).filter(|(tick, _)| tick.checked()).map(|(_, place)| place).collect()
    }

    /// What the control holds: what was typed, and the places of what was chosen.
    pub fn given(&self) -> (String, Vec<u32>) {
        let (mut text, mut chosen) = (self.field().map_or_else(String::new, |field| field.value()), self.ticked());
        let Some(Control::Ask(question)) = &self.shown else { return (text, chosen) };
        match question.kind {
            Kind::Ranking => chosen.clone_from(&self.touched),
            // Where a row has none stands the place behind the last.
            Kind::Matrix => {
                let radios = self.all("input[type=radio]");
                let row = |row: &[Field]| row.iter().position(|radio| radio.checked()).unwrap_or(row.len()) as u32;
                chosen.extend(radios.chunks(question.options.len().max(1)).map(row));
            }
            Kind::DateRange => text.extend(["/", &self.find("#until").map_or_else(String::new, |until| until.value())]),
            Kind::Phone => {
                let country = self.find("select").map_or_else(String::new, |select| select.value());
                chosen.extend((!country.is_empty()).then(|| super::place(&country)));
            }
            Kind::SingleChoice if self.find(".own:not([hidden])").is_some() => chosen.extend(question.asks),
            _ => {}
        }
        (text, chosen)
    }

    /// Where the visitor goes on.
    pub fn first(&self) -> Option<Field> {
        self.find("#field,h2,a,input,button")
    }

    /// The option that a key leads to; `None` when it leads to none, or `from` is not an option.
    pub fn rove(&self, from: &Field, key: &str) -> Option<Field> {
        let mirrored = self.panel.get_attribute("dir").is_some_and(|dir| dir == "rtl");
        let to = match key {
            "ArrowDown" => 1,
            "ArrowUp" => -1,
            "ArrowRight" | "ArrowLeft" => {
                if mirrored == (key == "ArrowLeft") {
                    1
                } else {
                    -1
                }
            }
            "Home" | "End" => 0,
            _ => return None,
        };
        let options = self.all("button.option:not([hidden]),.option:not([hidden]) input");
        let place = options.iter().position(|option| option == from)? as i32;
        let count = options.len() as i32;
        let place = if to == 0 { if key == "End" { count - 1 } else { 0 } } else { (place + to + count) % count };
        options.get(place as usize).cloned()
    }
}

fn show(element: &Element, shown: bool) {
    let _ = element.toggle_attribute_with_force("hidden", !shown);
}

fn press(option: &Element, pressed: bool) {
    set(option, "aria-pressed", if pressed { "true" } else { "false" });
}

/// A checkbox and its words, as one target.
fn tick(group: &Element, place: usize, text: &str, checked: bool) -> Element {
    let label = add(group, "label", "option tick", "");
    let tick = add(&label, "input", "", "");
    set(&tick, "type", "checkbox");
    set(&tick, "data-place", &integer_text(place as i64));
    tick.unchecked_ref::<Field>().set_checked(checked);
    add(&label, "span", "", text);
    label
}
