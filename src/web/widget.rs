//! One widget on a page: takes what happens, steps the session, performs the effects.

use super::dom::{self, Field, Press};
use super::view::{Action, Surface};
use super::{courier, platform};
use crate::dialog::Input;
use crate::ffi;
use crate::flow::model::SignalKind;
use crate::flow::{Checked, Does};
use crate::outbox;
use crate::session::{self, Effect, Event, Page, State};
use alloc::{rc::Rc, string::String, vec::Vec};
use core::cell::RefCell;
use wasm_bindgen::prelude::*;
use web_sys::{KeyboardEvent, ShadowRoot};

struct Widget {
    flow: Rc<Checked>,
    /// Taken out while a step is under way, so that no event can come in between.
    state: Option<State>,
    surface: Surface,
    host: Rc<courier::Host>,
}

type Shared = Rc<RefCell<Widget>>;

pub fn start(root: ShadowRoot, flow: Rc<Checked>, words: Vec<String>, page: Page, host: Rc<courier::Host>) -> JsValue {
    let state = State::new(&flow, page);
    let surface = Surface::new(&root, &flow, words);
    let widget = Rc::new(RefCell::new(Widget { flow, state: Some(state), surface, host: host.clone() }));
    for kind in ["click", "submit", "keydown", "input"] {
        let widget = widget.clone();
        dom::listen(&root, kind, &host, Rc::new(move |event| on_event(&widget, kind, event)));
    }
    let listener = Closure::<dyn FnMut(u32, String, f64)>::new(move |kind, text, at: f64| {
        let kind = match kind {
            0 => SignalKind::PageView,
            1 => SignalKind::Download,
            2 => return dispatch(&widget, Event::Outbox(outbox::Event::Wake { online: true })),
            3 => {
                let next = widget.borrow().surface.opened();
                return focus(next);
            }
            _ => return dispatch(&widget, Event::Begin),
        };
        dispatch(&widget, Event::Noticed { kind, path: text, at: at as i64 });
    });
    host.guard(&listener.into_js_value())
}

/// Moves focus while nothing is borrowed: a listener of the page may answer with an event at once.
fn focus(field: Option<Field>) {
    if let Some(field) = field {
        field.focus();
    }
}

/// What the visitor did, as an event of the session.
fn on_event(widget: &Shared, kind: &str, event: web_sys::Event) {
    let Some(target) = event.target().map(|target| target.unchecked_into::<Field>()) else { return };
    match kind {
        "keydown" => return on_key(widget, &event, &target),
        "input" => {
            let Ok(mut borrowed) = widget.try_borrow_mut() else { return };
            // Whoever is mending an answer need not read on that it is wrong.
            borrowed.surface.clear_problem();
            if event.is_trusted() {
                borrowed.surface.tick(&target);
            }
            return;
        }
        _ => {}
    }
    if kind == "submit" {
        event.prevent_default();
    }
    let Some((action, place)) = Action::of(&target, kind) else { return };
    // The second click of a double click would hit what the first one brought up.
    let again = kind == "click" && event.unchecked_ref::<Press>().detail() > 1;
    if again && !matches!(action, Action::Change | Action::Keep) {
        return;
    }
    let (step, does, field) = {
        let Ok(borrowed) = widget.try_borrow() else { return };
        let Some(state) = &borrowed.state else { return };
        let step = state.dialog.current();
        (step, borrowed.flow.steps[step].does, borrowed.surface.field())
    };
    let answer = |input| Event::Answer { step, input };
    let event = match (action, does) {
        (Action::Choose, _) => answer(Input::Chosen(Vec::from([place]))),
        (Action::Submit, Does::Ask(_)) => answer(match field {
            Some(field) => Input::Text(field.value()),
            None => Input::Chosen(widget.borrow().surface.ticked()),
        }),
        (Action::Skip, _) => answer(Input::Skip),
        (Action::Change, _) => Event::Change { step: place },
        (Action::Keep, _) => Event::Keep,
        (Action::Restart, _) => {
            widget.borrow_mut().surface.forget();
            Event::Restart
        }
        (Action::Agree | Action::Refuse, _) => {
            let ticked = widget.borrow().surface.ticked_by_hand();
            let purposes = widget.borrow().flow.flow.consent.as_ref().map_or(0, |c| c.purposes.len());
            let granted = (0..purposes).map(|purpose| ticked.contains(&purpose)).collect();
            Event::Decide { granted, agree: action == Action::Agree, trusted: event.is_trusted() }
        }
        (Action::Submit, _) => return,
    };
    dispatch(widget, event);
}

/// Arrow keys move between the options of a choice; they never answer.
fn on_key(widget: &Shared, event: &web_sys::Event, target: &Field) {
    let event: &KeyboardEvent = event.unchecked_ref();
    let key = event.key();
    // A held key would answer question after question.
    if key == "Enter" && target.tag_name() != "TEXTAREA" && event.unchecked_ref::<Press>().repeat() {
        return event.prevent_default();
    }
    if key == "Enter" && target.tag_name() == "TEXTAREA" && (event.ctrl_key() || event.meta_key()) {
        event.prevent_default();
        let step = match &widget.borrow().state {
            Some(state) => state.dialog.current(),
            None => return,
        };
        return dispatch(widget, Event::Answer { step, input: Input::Text(target.value()) });
    }
    let down = key == "ArrowDown" || key == "ArrowRight";
    let back = key == "ArrowUp" || key == "ArrowLeft";
    let next = if down || back { widget.borrow().surface.rove(target, down) } else { None };
    if next.is_some() {
        event.prevent_default();
        focus(next);
    }
}

fn dispatch(widget: &Shared, event: Event) {
    let now = platform::now();
    // An event that a listener of the page makes out of another one is not the visitor's.
    let Ok(mut borrowed) = widget.try_borrow_mut() else { return };
    let (flow, host) = (borrowed.flow.clone(), borrowed.host.clone());
    let Some(state) = borrowed.state.take() else { return };
    drop(borrowed);
    // Where focus goes is decided by what the visitor did, not by what came over the network.
    let by_visitor = !matches!(event, Event::Outbox(_) | Event::Noticed { .. } | Event::Begin);
    let (state, effects) = session::step(&flow, state, event, &now);
    widget.borrow_mut().state = Some(state);
    let shared = widget.clone();
    let report: courier::Report = Rc::new(move |event| dispatch(&shared, Event::Outbox(event)));
    for effect in effects {
        match effect {
            Effect::Render => {
                let mut borrowed = widget.borrow_mut();
                let Widget { state, surface, .. } = &mut *borrowed;
                let next = state.as_ref().and_then(|state| surface.draw(&flow, &ffi::view(&flow, state), by_visitor));
                drop(borrowed);
                focus(next);
            }
            Effect::Outbox(effect) => courier::perform(effect, &host, &report),
        }
    }
}
