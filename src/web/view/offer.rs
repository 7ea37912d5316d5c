//! The offer to go on later: a box of its own below what waits, unticked until a person ticks it.

use crate::ffi::Resume;
use crate::web::dom::{Field, add, set};
use wasm_bindgen::prelude::*;
use web_sys::Element;

/// The id of the box.
pub const REMEMBER: &str = "remember";

pub struct Offer {
    line: Element,
    tick: Field,
    words: Element,
    /// A person ticked it, and the engine does not know yet.
    pub touched: bool,
}

impl Offer {
    pub fn draw(panel: &Element) -> Offer {
        let line = add(panel, "label", "offer", "");
        set(&line, "hidden", "");
        let tick = add(&line, "input", "", "");
        set(&tick, "type", "checkbox");
        set(&tick, "id", REMEMBER);
        let words = add(&line, "span", "", "");
        Offer { line, tick: tick.unchecked_into(), words, touched: false }
    }

    /// Whether a person has agreed while there was no engine.
    pub fn is_agreed(&self) -> bool {
        self.touched && self.tick.checked()
    }

    /// Brings it to what is offered.
    pub fn show(&mut self, resume: Option<Resume>) {
        let _ = self.line.toggle_attribute_with_force("hidden", resume.is_none());
        if let Some(resume) = resume {
            self.words.set_text_content(Some(&resume.text));
            self.tick.set_checked(resume.agreed);
        }
    }
}
