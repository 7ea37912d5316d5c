//! Help at any time: answers to frequent questions, and the way to a person. It is drawn from the flow alone;
//! the conversation stays where it is.

use super::{Surface, button};
use crate::ffi::Act;
use crate::json::{Json, integer_text};
use crate::web::dom::{self, Field, add, set};
use crate::words::Word;
use wasm_bindgen::prelude::*;
use web_sys::Element;

const QUESTION: &str =
    "M9 9a3 3 0 1 1 4.500 2.600c-1 .6-1.500 1.200-1.500 2.400M12 17.500v.01M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18z";

/// What is behind the button.
pub struct Help {
    button: Field,
    list: Element,
    questions: &'static [Json],
}

fn text(json: &'static Json, key: &str) -> &'static str {
    json.get(key).and_then(Json::as_text).unwrap_or("")
}

impl Help {
    /// Draws the button into the head and the list below it; nothing for a flow without help.
    pub fn draw(flow: &'static Json, panel: &Element, head: &Element, word: &str) -> Option<Help> {
        let help = flow.get("help")?;
        let toggle = button(head, "icon help", Act::Help, "");
        for (name, value) in
            [("aria-label", word), ("aria-expanded", "false"), ("aria-controls", "help"), ("part", "help")]
        {
            set(&toggle, name, value);
        }
        dom::icon(&toggle, QUESTION);
        let list = add(panel, "div", "questions", "");
        for (name, value) in [("id", "help"), ("role", "group"), ("aria-label", word), ("hidden", "")] {
            set(&list, name, value);
        }
        let questions = match help.get("faq") {
            Some(Json::List(all)) => all.as_slice(),
            _ => &[],
        };
        for (place, entry) in questions.iter().enumerate() {
            let ask = button(&list, "option", Act::Faq, text(entry, "question"));
            set(&ask, "part", "option");
            set(&ask, "data-place", &integer_text(place as i64));
        }
        if let Some(person) = help.get("person") {
            let link = add(&list, "a", "secondary", text(person, "label"));
            set(&link, "href", text(person, "url"));
            set(&link, "part", "secondary");
        }
        Some(Help { button: toggle.unchecked_into(), list, questions })
    }

    fn is_open(&self) -> bool {
        !self.list.has_attribute("hidden")
    }

    /// Opens the list or closes it; gives what should take focus.
    fn toggle(&self) -> Option<Field> {
        let open = !self.is_open();
        let _ = self.list.toggle_attribute_with_force("hidden", !open);
        set(&self.button, "aria-expanded", if open { "true" } else { "false" });
        if open { self.list.first_element_child().map(JsCast::unchecked_into) } else { Some(self.button.clone()) }
    }

    /// Closes the list if it is open; gives what should take focus then.
    pub fn close(&self) -> Option<Field> {
        if self.is_open() { self.toggle() } else { None }
    }
}

impl Surface {
    /// Opens the list or closes it, with what waits in sight. Gives what should take focus.
    pub fn toggle_help(&self) -> Option<Field> {
        let next = self.help.as_ref()?.toggle();
        self.opened();
        next
    }

    /// Answers a frequent question in the transcript, and asks again what waits. Gives what should take focus.
    pub fn answer_question(&self, place: u32) -> Option<Field> {
        let help = self.help.as_ref()?;
        let entry = help.questions.get(place as usize)?;
        help.close();
        let (turn, element) = self.drawn.last()?;
        add(&self.draw_bubble(&add(element, "div", "mine", "")), "span", "", text(entry, "question"));
        let again = turn.say.last().map_or("", |text| text.as_str());
        for text in [text(entry, "answer"), again] {
            if !text.is_empty() {
                set(&add(element, "p", "say", text), "part", "bubble-assistant");
            }
        }
        self.log.set_scroll_top(self.log.scroll_height());
        self.first()
    }

    /// An empty bubble on the visitor's side.
    pub(super) fn draw_bubble(&self, mine: &Element) -> Element {
        let bubble = add(mine, "p", "", "");
        set(&bubble, "part", "bubble-visitor");
        add(&bubble, "span", "unseen", self.say(Word::You));
        bubble
    }
}
