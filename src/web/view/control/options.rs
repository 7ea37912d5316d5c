//! Options: one or several of them, all in an order, one for each row.

use super::super::{Surface, button};
use super::{press, show, tick};
use crate::ffi::{Act, Control, Question};
use crate::flow::model::Kind;
use crate::json::integer_text;
use crate::web::dom::{self, Field, add, set};
use crate::words::Word;
use alloc::string::String;
use wasm_bindgen::prelude::*;

/// From so many options on a search stands above them.
const MANY: usize = 10;

impl Surface {
    pub(super) fn draw_options(&self, question: &Question, many: bool) {
        let ranks = question.kind == Kind::Ranking;
        let class = match question.kind {
            Kind::YesNo | Kind::Rating | Kind::Nps => "options scale",
            _ => "options",
        };
        let group = add(&self.form, "div", class, "");
        set(&group, "role", "group");
        set(&group, "aria-label", &question.label);
        set(&group, "aria-describedby", "problem");
        if many || ranks {
            let hint = if many { Word::ChooseAny } else { Word::RankThem };
            add(&group, "p", "hint", self.say(hint));
        }
        if question.options.len() > MANY && !question.kind.is_scale() && !ranks {
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
                if question.changing && !ranks {
                    press(&button, option.chosen);
                }
                button
            };
            if ranks {
                press(&drawn, false);
                let place = dom::element("span", "rank");
                let _ = drawn.insert_before(&place, drawn.first_child().as_ref());
            }
            if let Some(image) = &option.image {
                dom::picture(&drawn, image);
            }
        }
        if ranks {
            set(&add(&group, "p", "unseen", ""), "role", "status");
        }
        if let Some(asks) = question.asks {
            let own = add(&self.form, "div", "own", "");
            self.draw_input(&own, question, &question.words, !many);
            show(&own, question.options.get(asks as usize).is_some_and(|option| option.chosen));
        }
        self.draw_ends(question);
    }

    /// Lets the visitor write words of their own. True when that is what the option at `place` is for.
    pub fn ask_words(&self, place: u32) -> bool {
        let asks = matches!(&self.shown, Some(Control::Ask(question)) if question.asks == Some(place));
        if asks && let Some(own) = self.find(".own") {
            show(&own, true);
            for (button, other) in self.all("[data-act=choose]").iter().zip(0..) {
                press(button, other == place);
            }
        }
        asks
    }

    /// Puts an option behind those that are in order already, or takes it out again. True where options are put
    /// in order.
    pub fn rank(&mut self, place: u32) -> bool {
        let options = match &self.shown {
            Some(Control::Ask(question)) if question.kind == Kind::Ranking => question.options.len(),
            _ => return false,
        };
        match self.touched.iter().position(|one| *one == place) {
            Some(at) => drop(self.touched.remove(at)),
            None => {
                self.touched.push(place);
                // The last one has its place as well.
                if self.touched.len() + 1 == options {
                    self.touched.extend((0..options as u32).find(|one| !self.touched.contains(one)));
                }
            }
        }
        self.show_order();
        true
    }

    /// Begins with the order that is being changed.
    pub(in crate::web::view) fn bring_order(&mut self) {
        if let Some(Control::Ask(question)) = &self.shown
            && question.kind == Kind::Ranking
        {
            for one in question.value.split(',').filter(|one| !one.is_empty()) {
                self.touched.push(super::super::place(one));
            }
            self.show_order();
        }
    }

    fn show_order(&self) {
        let Some(Control::Ask(question)) = &self.shown else { return };
        let mut said = String::new();
        for (number, one) in (1..).zip(&self.touched) {
            let label = question.options.get(*one as usize).map_or("", |option| option.label.as_str());
            said.extend([integer_text(number).as_str(), ". ", label, " "]);
        }
        for (button, one) in self.all("[data-act=choose]").iter().zip(0..) {
            let at = self.touched.iter().position(|other| *other == one);
            press(button, at.is_some());
            if let Some(number) = button.first_element_child() {
                number.set_text_content(at.map(|at| integer_text(at as i64 + 1)).as_deref());
            }
        }
        if let Some(status) = self.find("[role=status]") {
            status.set_text_content(Some(&said));
        }
    }

    pub(super) fn draw_matrix(&self, question: &Question) {
        let table = add(&self.form, "div", "matrix", "");
        set(&table, "role", "group");
        set(&table, "aria-label", &question.label);
        set(&table, "aria-describedby", "problem");
        let mut so_far = question.value.split(',');
        for (line, row) in question.rows.iter().enumerate() {
            let chosen = so_far.next();
            let group = add(&table, "div", "cells", "");
            set(&group, "role", "radiogroup");
            set(&group, "aria-label", row);
            add(&group, "span", "label", row);
            for (place, option) in question.options.iter().enumerate() {
                let cell = add(&group, "label", "cell", "");
                let radio = add(&cell, "input", "", "");
                set(&radio, "type", "radio");
                set(&radio, "name", &integer_text(line as i64));
                radio.unchecked_ref::<Field>().set_checked(chosen == Some(&integer_text(place as i64)));
                add(&cell, "span", "", &option.label);
            }
        }
    }

    /// What the ends of a scale mean.
    pub(super) fn draw_ends(&self, question: &Question) {
        let usual = |word| if question.kind == Kind::Nps { self.say(word) } else { "" };
        let low = question.low.as_deref().unwrap_or_else(|| usual(Word::NotLikely));
        let high = question.high.as_deref().unwrap_or_else(|| usual(Word::VeryLikely));
        if !low.is_empty() || !high.is_empty() {
            let ends = add(&self.form, "div", "ends hint", "");
            add(&ends, "span", "", low);
            add(&ends, "span", "", high);
        }
    }
}
