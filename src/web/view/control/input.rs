//! What is typed or set: texts, numbers, days, numbers to dial.

use super::super::Surface;
use super::show;
use crate::ffi::{Control, Question};
use crate::flow::model::Kind;
use crate::flow::template::cut;
use crate::json::integer_text;
use crate::web::dom::{self, Field, add, set};
use crate::web::platform::NUMBERS;
use crate::words::Word;
use alloc::string::String;
use wasm_bindgen::prelude::*;
use web_sys::Element;

const ARROW: &str = "M5 12h14M13 6l6 6-6 6";

impl Surface {
    /// The control that something is typed into, and the button that gives it, where it `sends` by itself.
    pub(super) fn draw_input(&self, parent: &Element, question: &Question, label: &str, sends: bool) {
        let (value, until) = match cut(&question.value, b'/') {
            Some((from, until)) if question.kind == Kind::DateRange => (from, until),
            _ => (question.value.as_str(), ""),
        };
        let line = if question.kind == Kind::DateRange {
            let group = add(parent, "div", "days", "");
            set(&group, "role", "group");
            set(&group, "aria-label", label);
            self.draw_line(&group, question, "field", self.say(Word::From), value);
            self.draw_line(&group, question, "until", self.say(Word::Until), until)
        } else {
            self.draw_line(parent, question, "field", label, value)
        };
        if question.kind == Kind::Phone {
            self.draw_countries(&line, question);
        }
        if sends {
            let send = add(&line, "button", "send", "");
            set(&send, "type", "submit");
            set(&send, "aria-label", self.say(Word::Send));
            dom::icon(&send, ARROW);
        }
    }

    /// The countries whose numbers need no code.
    fn draw_countries(&self, line: &Element, question: &Question) {
        let select = dom::element("select", "country");
        set(&select, "aria-label", self.say(Word::CountryCode));
        set(&select, "autocomplete", "off");
        if question.options.iter().all(|country| !country.chosen) {
            set(&add(&select, "option", "", self.say(Word::CountryCode)), "value", "");
        }
        for (place, country) in question.options.iter().enumerate() {
            let option = add(&select, "option", "", &country.label);
            set(&option, "value", &integer_text(place as i64));
            if country.chosen {
                set(&option, "selected", "");
            }
        }
        if let Some(parent) = line.parent_element() {
            let _ = parent.insert_before(&select, Some(line));
        }
    }

    fn draw_line(&self, parent: &Element, question: &Question, id: &str, words: &str, value: &str) -> Element {
        let label = add(parent, "label", "label", words);
        set(&label, "for", id);
        if question.optional {
            add(&label, "span", "hint", self.say(Word::Optional));
        }
        let line = add(parent, "div", "line", "");
        let long = question.kind == Kind::LongText;
        let input = add(&line, if long { "textarea" } else { "input" }, "field", "");
        let (kind, mode) = match question.kind {
            Kind::Email => ("email", "email"),
            Kind::Phone => ("tel", "tel"),
            Kind::Number | Kind::Money => ("text", "decimal"),
            Kind::Url => ("url", "url"),
            Kind::Date | Kind::DateRange => ("date", "text"),
            Kind::Slider => ("range", "none"),
            _ => ("text", "text"),
        };
        if !long {
            set(&input, "type", kind);
        }
        set(&input, "id", id);
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
        if !value.is_empty() || kind != "range" {
            field.set_value(value);
        }
        if kind == "range" {
            add(&line, "output", "", &self.number(&field.value()));
        }
        if let Some(unit) = &question.unit {
            set(&add(&line, "span", "unit", unit), "id", "unit");
        }
        line
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
        } else if target.kind() == "checkbox"
            && let (Some(own), Some(Control::Ask(question))) = (self.find(".own"), &self.shown)
        {
            show(&own, question.asks.is_some_and(|asks| self.ticked().contains(&asks)));
        }
    }
}
