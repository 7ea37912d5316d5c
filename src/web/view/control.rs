//! The control of the present step: a choice, a text, the consent purposes, or the outcome.

use super::{Surface, button};
use crate::ffi::{Act, Control, Problem, Question};
use crate::flow::model::{Consent, Kind};
use crate::json::integer_text;
use crate::web::dom::{self, Field, add, set};
use crate::web::platform::NUMBERS;
use crate::words::Word;
use alloc::{string::String, vec::Vec};
use wasm_bindgen::prelude::*;
use web_sys::Element;

/// From so many options on a search stands above them.
const MANY: usize = 10;
/// The parts of a control.
const PARTS: &[(&str, &str)] = &[
    (".option", "option"),
    (".field,.search", "input"),
    (".primary,.send", "primary"),
    (".secondary,.quiet", "secondary"),
];
const ARROW: &str = "M5 12h14M13 6l6 6-6 6";

impl Surface {
    pub(super) fn draw_control(&self, control: &Control) {
        self.form.set_text_content(None);
        match control {
            Control::Ask(question) => self.draw_question(question),
            Control::Consent(consent) => self.draw_consent(&consent.asked),
            Control::Outcome(outcome) => {
                let card = add(&self.form, "div", "outcome", "");
                set(&add(&card, "h2", "", &outcome.title), "tabindex", "-1");
                add(&card, "p", "", &outcome.text);
                if let Some(action) = &outcome.action {
                    let link = add(&card, "a", "primary", &action.label);
                    set(&link, "href", &action.url);
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
        if question.kind.is_choice() || question.kind.is_scale() {
            self.draw_options(question, many);
        } else {
            self.draw_input(question);
        }
        self.draw_error_line();
        let row = add(&self.form, "div", "row", "");
        if many {
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

    fn draw_options(&self, question: &Question, many: bool) {
        let class = match question.kind {
            Kind::YesNo | Kind::Rating | Kind::Nps => "options scale",
            _ => "options",
        };
        let group = add(&self.form, "div", class, "");
        set(&group, "role", "group");
        set(&group, "aria-label", &question.label);
        set(&group, "aria-describedby", "problem");
        if many {
            add(&group, "p", "hint", self.say(Word::ChooseAny));
        }
        if question.options.len() > MANY && !question.kind.is_scale() {
            let search = add(&group, "input", "search", "");
            for (name, value) in [("type", "search"), ("autocomplete", "off"), ("enterkeyhint", "search")] {
                set(&search, name, value);
            }
            set(&search, "placeholder", self.say(Word::Search));
            set(&search, "aria-label", self.say(Word::Search));
        }
        for (place, option) in question.options.iter().enumerate() {
            let label = match place {
                _ if !option.label.is_empty() => &option.label,
                0 => self.say(Word::Yes),
                _ => self.say(Word::No),
            };
            let drawn = if many {
                tick(&group, place, label, option.chosen)
            } else {
                let button = button(&group, "option", Act::Choose, label);
                set(&button, "data-place", &integer_text(place as i64));
                if question.changing {
                    press(&button, option.chosen);
                }
                button
            };
            if let Some(image) = &option.image {
                dom::picture(&drawn, image);
            }
        }
        self.draw_ends(question);
    }

    /// What the ends of a scale mean.
    fn draw_ends(&self, question: &Question) {
        let usual = |word| if question.kind == Kind::Nps { self.say(word) } else { "" };
        let low = question.low.as_deref().unwrap_or_else(|| usual(Word::NotLikely));
        let high = question.high.as_deref().unwrap_or_else(|| usual(Word::VeryLikely));
        if !low.is_empty() || !high.is_empty() {
            let ends = add(&self.form, "div", "ends hint", "");
            add(&ends, "span", "", low);
            add(&ends, "span", "", high);
        }
    }

    fn draw_input(&self, question: &Question) {
        let label = add(&self.form, "label", "label", &question.label);
        set(&label, "for", "field");
        if question.optional {
            add(&label, "span", "hint", self.say(Word::Optional));
        }
        let line = add(&self.form, "div", "line", "");
        let long = question.kind == Kind::LongText;
        let input = add(&line, if long { "textarea" } else { "input" }, "field", "");
        let (kind, mode) = match question.kind {
            Kind::Email => ("email", "email"),
            Kind::Phone => ("tel", "tel"),
            Kind::Number | Kind::Money => ("text", "decimal"),
            Kind::Url => ("url", "url"),
            Kind::Date => ("date", "text"),
            Kind::Slider => ("range", "none"),
            _ => ("text", "text"),
        };
        if !long {
            set(&input, "type", kind);
        }
        set(&input, "id", "field");
        set(&input, "inputmode", mode);
        let usual = if question.kind == Kind::Company { "organization" } else { "off" };
        set(&input, "autocomplete", question.autocomplete.as_deref().unwrap_or(usual));
        for (name, end) in [("min", &question.min), ("max", &question.max), ("step", &question.spacing)] {
            if let Some(end) = end {
                set(&input, name, end);
            }
        }
        set(&input, "placeholder", question.placeholder.as_deref().unwrap_or(""));
        set(&input, "aria-describedby", if question.unit.is_some() { "problem unit" } else { "problem" });
        set(&input, "aria-required", if question.optional { "false" } else { "true" });
        if mode == "text" && kind == "text" || long {
            set(&input, "maxlength", &integer_text(question.max_length.into()));
        }
        let field: &Field = input.unchecked_ref();
        // A slider without a value stands in the middle.
        if !question.value.is_empty() || kind != "range" {
            field.set_value(&question.value);
        }
        if kind == "range" {
            add(&line, "output", "", &self.number(&field.value()));
        }
        if let Some(unit) = &question.unit {
            set(&add(&line, "span", "unit", unit), "id", "unit");
        }
        let send = add(&line, "button", "send", "");
        set(&send, "type", "submit");
        set(&send, "aria-label", self.say(Word::Send));
        dom::icon(&send, ARROW);
        self.draw_ends(question);
    }

    /// A number of a control, as the language writes it.
    fn number(&self, text: &str) -> String {
        (NUMBERS.parse)(text).map_or_else(String::new, |number| (NUMBERS.say)(number, self.locale))
    }

    /// Follows what is being put in: the number of a slider, the options that a search finds.
    pub fn follow(&self, target: &Field) {
        let value = target.value();
        if target.kind() == "range" {
            if let Some(output) = self.find("output") {
                output.set_text_content(Some(&self.number(&value)));
            }
        } else if target.kind() == "search" {
            let mut found = false;
            for option in self.all(".option") {
                let finds = self.host.finds(&option.text_content().unwrap_or_default(), &value);
                found |= finds;
                let _ = option.toggle_attribute_with_force("hidden", !finds);
            }
            if let Some(line) = self.find("#problem") {
                line.set_text_content((!found).then(|| self.say(Word::NoMatch)));
            }
        }
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
        add(&facts, "span", "", &self.count(Word::Retention, consent.retention_days.into()));
        add(&facts, "span", "", &consent.withdrawal);
        let notice = add(&facts, "a", "", self.say(Word::PrivacyNotice));
        set(&notice, "href", &consent.notice_url);
        set(&notice, "target", "_blank");
        set(&notice, "rel", "noopener");
        self.draw_error_line();
        // Refusing is one click of a button of the same size.
        let row = add(&self.form, "div", "row even", "");
        button(&row, "secondary", Act::Refuse, self.say(Word::ConsentRefuse));
        button(&row, "primary", Act::Agree, self.say(Word::ConsentAgree));
    }

    /// Beginning anew is offered once nothing is under way. The button is there all along: drawing
    /// the outcome again would take focus away.
    pub(super) fn show_restart(&self, can_restart: bool) {
        if let Some(button) = self.find("[data-act=restart]") {
            let _ = button.toggle_attribute_with_force("hidden", !can_restart);
        }
    }

    /// Says what was wrong, tied to the control it is about. True when something was.
    pub(super) fn draw_problem(&self, problem: Option<Problem>) -> bool {
        let Some(line) = self.find("#problem") else { return false };
        let text = match problem {
            None => Default::default(),
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
        for (button, place) in self.all("[data-act=choose]").iter().zip(0..) {
            press(button, one_of_many && place == option);
        }
    }

    /// Takes that back.
    pub fn release(&self) {
        let _ = self.form.remove_attribute("aria-busy");
        self.status.set_text_content(Some(self.say(Word::PrivateUntilYes)));
        for one in self.all("[data-act=choose]") {
            let _ = one.remove_attribute("aria-pressed");
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

    /// Where the visitor goes on.
    pub fn first(&self) -> Option<Field> {
        self.find("#field,h2,input,button")
    }

    /// The option before or after; `None` when `from` is not an option.
    pub fn rove(&self, from: &Field, down: bool) -> Option<Field> {
        let options = self.all("button.option:not([hidden]),.option:not([hidden]) input");
        let place = options.iter().position(|option| option == from)?;
        let count = options.len();
        options.get((place + if down { 1 } else { count - 1 }) % count).cloned()
    }
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
