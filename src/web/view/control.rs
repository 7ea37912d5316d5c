//! The control of the present step: a choice, a text, the consent purposes, or the outcome.

use super::{Action, Surface, button};
use crate::dialog::{Word, answer};
use crate::ffi::{Control, View};
use crate::flow::Checked;
use crate::flow::model::{Consent, Field as FlowField, Kind};
use crate::json::{Json, integer_text};
use crate::web::dom::{self, Field, add, set};
use alloc::vec::Vec;
use wasm_bindgen::prelude::*;
use web_sys::Element;

const ARROW: &str = "M5 12h14M13 6l6 6-6 6";

impl Surface {
    pub(super) fn draw_control(&self, flow: &Checked, view: &View) {
        self.form.set_text_content(None);
        match &view.control {
            Control::Ask { field, value, changing, .. } => self.draw_question(flow, field, *value, *changing),
            Control::Consent { consent, .. } => self.draw_consent(consent),
            Control::Outcome { title, text, action } => {
                let card = add(&self.form, "div", "outcome", "");
                set(&add(&card, "h2", "", title), "tabindex", "-1");
                add(&card, "p", "", text);
                if let Some(action) = action {
                    let link = add(&card, "a", "primary", &action.label);
                    set(&link, "href", &action.url);
                }
                button(&card, "quiet", Action::Restart, self.say(Word::Restart));
            }
        }
    }

    fn draw_question(&self, flow: &Checked, field: &FlowField, value: Option<&Json>, changing: bool) {
        let chosen = |id: &str| match value {
            Some(Json::Text(text)) => text == id,
            Some(Json::List(ids)) => ids.iter().any(|one| one.as_text() == Some(id)),
            _ => false,
        };
        if field.kind.is_choice() {
            let many = field.kind == Kind::MultipleChoice;
            let group = add(&self.form, "div", "options", "");
            set(&group, "role", "group");
            set(&group, "aria-label", &field.label);
            set(&group, "aria-describedby", "problem");
            if many {
                add(&group, "p", "hint", self.say(Word::ChooseAny));
            }
            for (place, option) in field.options.iter().enumerate() {
                if many {
                    tick(&group, place, &option.label, chosen(&option.id));
                } else {
                    let option_button = button(&group, "option", Action::Choose, &option.label);
                    set(&option_button, "data-place", &integer_text(place as i64));
                    if changing {
                        set(&option_button, "aria-pressed", if chosen(&option.id) { "true" } else { "false" });
                    }
                }
            }
        } else {
            self.draw_input(flow, field, value);
        }
        self.draw_error_line();
        let row = add(&self.form, "div", "row", "");
        if field.kind == Kind::MultipleChoice {
            let go = add(&row, "button", "primary", self.say(Word::Continue));
            set(&go, "type", "submit");
        }
        if field.optional && !changing {
            button(&row, "quiet", Action::Skip, self.say(Word::Skip));
        }
        if changing {
            button(&row, "quiet", Action::Keep, self.say(Word::Keep));
        }
    }

    fn draw_input(&self, flow: &Checked, field: &FlowField, value: Option<&Json>) {
        let label = add(&self.form, "label", "label", &field.label);
        set(&label, "for", "field");
        if field.optional {
            add(&label, "span", "hint", self.say(Word::Optional));
        }
        let line = add(&self.form, "div", "line", "");
        let long = field.kind == Kind::LongText;
        let input = add(&line, if long { "textarea" } else { "input" }, "field", "");
        let (kind, mode) = match field.kind {
            Kind::Email => ("email", "email"),
            Kind::Phone => ("tel", "tel"),
            Kind::Number => ("text", "decimal"),
            _ => ("text", "text"),
        };
        if !long {
            set(&input, "type", kind);
        }
        set(&input, "id", "field");
        set(&input, "inputmode", mode);
        set(&input, "autocomplete", field.autocomplete.as_deref().unwrap_or("off"));
        set(&input, "placeholder", field.placeholder.as_deref().unwrap_or(""));
        set(&input, "aria-describedby", if field.unit.is_some() { "problem unit" } else { "problem" });
        set(&input, "aria-required", if field.optional { "false" } else { "true" });
        if field.kind != Kind::Number {
            set(&input, "maxlength", &integer_text(answer::max_length(field).into()));
        }
        let text = match value {
            Some(Json::Text(text)) => text.clone(),
            Some(Json::Number(n)) => flow.numbers.text(*n),
            _ => Default::default(),
        };
        input.unchecked_ref::<Field>().set_value(&text);
        if let Some(unit) = &field.unit {
            set(&add(&line, "span", "unit", unit), "id", "unit");
        }
        let send = add(&line, "button", "send", "");
        set(&send, "type", "submit");
        set(&send, "aria-label", self.say(Word::Send));
        dom::icon(&send, ARROW);
    }

    fn draw_error_line(&self) {
        let problem = add(&self.form, "p", "problem", "");
        set(&problem, "id", "problem");
        set(&problem, "role", "alert");
    }

    fn draw_consent(&self, consent: &Consent) {
        let group = add(&self.form, "div", "options purposes", "");
        set(&group, "role", "group");
        set(&group, "aria-label", self.say(Word::ConsentPurposes));
        set(&group, "aria-describedby", "problem");
        for (place, purpose) in consent.purposes.iter().enumerate() {
            let label = tick(&group, place, &purpose.text, false);
            if purpose.required {
                add(&label, "span", "hint", self.say(Word::ConsentRequired));
            }
        }
        let facts = add(&self.form, "p", "facts", "");
        add(&facts, "span", "", self.say(Word::Controller));
        for text in
            [Some(&consent.controller), consent.contact.as_ref()].into_iter().flatten().chain(&consent.recipients)
        {
            add(&facts, "span", "", text);
        }
        add(&facts, "span", "", &self.say_with(Word::Retention, &integer_text(consent.retention_days.into())));
        add(&facts, "span", "", &consent.withdrawal);
        let notice = add(&facts, "a", "", self.say(Word::PrivacyNotice));
        set(&notice, "href", &consent.notice_url);
        set(&notice, "target", "_blank");
        set(&notice, "rel", "noopener");
        self.draw_error_line();
        // Refusing is one click of a button of the same size.
        let row = add(&self.form, "div", "row even", "");
        button(&row, "secondary", Action::Refuse, self.say(Word::ConsentRefuse));
        button(&row, "primary", Action::Agree, self.say(Word::ConsentAgree));
    }

    /// Beginning anew is offered once nothing is under way. The button is there all along: drawing
    /// the outcome again would take focus away.
    pub(super) fn show_restart(&self, can_restart: bool) {
        if let Some(button) = self.find("[data-act=restart]") {
            let _ = button.toggle_attribute_with_force("hidden", !can_restart);
        }
    }

    /// Says what was wrong, tied to the control it is about. True when something was.
    pub(super) fn draw_problem(&self, flow: &Checked, view: &View) -> bool {
        let Some(line) = self.find("#problem") else { return false };
        let text = match view.problem {
            None => Default::default(),
            Some(problem) => {
                let limit = problem.limit.map_or_else(Default::default, |n| flow.numbers.text(n));
                self.say_with(problem.word, &limit)
            }
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

    fn find(&self, selector: &str) -> Option<Field> {
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
            self.touched.push(place);
        }
    }

    /// Places of the boxes that a person ticked; a script may tick one too, and that is no consent.
    pub fn ticked_by_hand(&self) -> Vec<usize> {
        let mut places = self.ticked();
        places.retain(|place| self.touched.contains(place));
        places
    }

    /// Places of the ticked boxes.
    pub fn ticked(&self) -> Vec<usize> {
        let boxes = self.all("input[type=checkbox]");
        boxes.iter().enumerate().filter(|(_, tick)| tick.checked()).map(|(place, _)| place).collect()
    }

    /// Where the visitor goes on.
    pub fn first(&self) -> Option<Field> {
        self.find("#field,h2,input,button")
    }

    /// The option before or after; `None` when `from` is not an option.
    pub fn rove(&self, from: &Field, down: bool) -> Option<Field> {
        let options = self.all(".options button,.options input");
        let place = options.iter().position(|option| option == from)?;
        let count = options.len();
        options.get((place + if down { 1 } else { count - 1 }) % count).cloned()
    }
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
