//! One widget on a page: takes what happens, steps the session, performs the effects.

use super::dom::{self, Field};
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
    store: Rc<courier::Store>,
}

type Shared = Rc<RefCell<Widget>>;

pub fn start(
    root: ShadowRoot,
    flow: Rc<Checked>,
    words: Vec<String>,
    page: Page,
    store: Rc<courier::Store>,
) -> JsValue {
    let state = State::new(&flow, page);
    let mut surface = Surface::new(&root, &flow, words);
    surface.draw(&flow, &ffi::view(&flow, &state), false);
    let widget = Rc::new(RefCell::new(Widget { flow, state: Some(state), surface, store }));
    for kind in ["click", "submit", "keydown", "input"] {
        let widget = widget.clone();
        dom::listen(&root, kind, Rc::new(move |event| on_event(&widget, kind, event)));
    }
    Closure::<dyn FnMut(u32, String, f64)>::new(move |kind, text, at: f64| {
        let kind = match kind {
            0 => SignalKind::PageView,
            1 => SignalKind::Download,
            2 => return dispatch(&widget, Event::Outbox(outbox::Event::Wake { online: true })),
            _ => return widget.borrow().surface.opened(),
        };
        dispatch(&widget, Event::Noticed { kind, path: text, at: at as i64 });
    })
    .into_js_value()
}

/// What the visitor did, as an event of the session.
fn on_event(widget: &Shared, kind: &str, event: web_sys::Event) {
    let Some(target) = event.target().map(|target| target.unchecked_into::<Field>()) else { return };
    match kind {
        "keydown" => return on_key(widget, &event, &target),
        // Whoever is mending an answer need not read on that it is wrong.
        "input" => return widget.borrow().surface.clear_problem(),
        _ => {}
    }
    if kind == "submit" {
        event.prevent_default();
    }
    let Some((action, place)) = Action::of(&target, kind) else { return };
    let (step, does, field) = {
        let borrowed = widget.borrow();
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
        (Action::Restart, _) => Event::Restart,
        (Action::Agree | Action::Refuse, _) => {
            let ticked = widget.borrow().surface.ticked();
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
    if key == "Enter" && target.tag_name() == "TEXTAREA" && (event.ctrl_key() || event.meta_key()) {
        event.prevent_default();
        let step = match &widget.borrow().state {
            Some(state) => state.dialog.current(),
            None => return,
        };
        return dispatch(widget, Event::Answer { step, input: Input::Text(target.value()) });
    }
    let down = key == "ArrowDown" || key == "ArrowRight";
    if (down || key == "ArrowUp" || key == "ArrowLeft") && widget.borrow().surface.rove(target, down) {
        event.prevent_default();
    }
}

fn dispatch(widget: &Shared, event: Event) {
    let now = platform::now();
    let (flow, store) = (widget.borrow().flow.clone(), widget.borrow().store.clone());
    let Some(state) = widget.borrow_mut().state.take() else { return };
    // Where focus goes is decided by what the visitor did, not by what came over the network.
    let by_visitor = !matches!(event, Event::Outbox(_) | Event::Noticed { .. });
    let (state, effects) = session::step(&flow, state, event, &now);
    widget.borrow_mut().state = Some(state);
    let shared = widget.clone();
    let report: courier::Report = Rc::new(move |event| dispatch(&shared, Event::Outbox(event)));
    for effect in effects {
        match effect {
            Effect::Render => {
                let mut borrowed = widget.borrow_mut();
                let Widget { state, surface, .. } = &mut *borrowed;
                if let Some(state) = state {
                    surface.draw(&flow, &ffi::view(&flow, state), by_visitor);
                }
            }
            Effect::Outbox(effect) => courier::perform(effect, &store, &report),
        }
    }
}
