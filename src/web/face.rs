//! The face: what the visitor sees and touches.
//!
//! It draws the first question from the flow's JSON alone, so that the visitor need not wait for the
//! engine. An answer that comes before the engine is held, shown to be held, and given once the engine
//! is there.

use super::dom::{self, Field, Press};
use super::platform::NUMBERS;
use super::view::{REMEMBER, Surface, place};
use super::{FIRST_ACT, SEPARATOR};
use crate::ffi::{self, Act, Control, View};
use crate::flow;
use crate::flow::diagnostic::{Notes, Path};
use crate::flow::read::Read;
use crate::flow::template::cut;
use crate::json::{self, Json};
use crate::words::Word;
use alloc::{boxed::Box, string::String, vec::Vec};
use core::cell::RefCell;
use wasm_bindgen::prelude::*;
use web_sys::{Element, Event, KeyboardEvent, ShadowRoot};

#[wasm_bindgen]
extern "C" {
    /// What the page's scripts do for the face (`www/embed/widget.ts`).
    pub type Host;
    /// Takes the language (BCP 47) that the flow is spoken in; empty where it is none.
    #[wasm_bindgen(method)]
    fn speaks(this: &Host, locale: &str);
    /// The word of that number with a count in its place, as the language puts it.
    #[wasm_bindgen(method)]
    pub fn count(this: &Host, word: u32, count: f64) -> String;
    /// Whether a search for `wanted` finds a text, whatever the case and the accents.
    #[wasm_bindgen(method)]
    pub fn finds(this: &Host, text: &str, wanted: &str) -> bool;
    /// Whether the page's address has a parameter: then the engine knows more than the flow says.
    #[wasm_bindgen(method)]
    fn knows(this: &Host, parameter: &str) -> bool;
    /// Whether an earlier page kept answers to a flow.
    #[wasm_bindgen(method)]
    fn keeps(this: &Host, flow: &str) -> bool;
    /// Where to draw; asked for when there is something to draw.
    #[wasm_bindgen(method)]
    fn root(this: &Host) -> ShadowRoot;
    /// The same function, except that what it throws ends the widget and never reaches the page.
    #[wasm_bindgen(method)]
    pub fn guard(this: &Host, function: &JsValue) -> JsValue;
    /// Tells the engine what the visitor did; its listener says what the arguments are.
    #[wasm_bindgen(method)]
    fn tell(this: &Host, kind: u32, place: u32, text: &str, chosen: &[u32], trusted: bool, at: f64);
}

struct Face {
    /// What is drawn of the flow, as written; it lives as long as the page.
    flow: &'static Json,
    words: &'static [&'static str],
    surface: Option<Surface>,
    /// Whether the engine is there.
    connected: bool,
    /// What the visitor did before it was.
    held: Option<Deed>,
    /// It is being told now, so late that the visitor may be elsewhere.
    late: bool,
    host: &'static Host,
    /// Kept, so that the browser need not fetch them again.
    pictures: Vec<Element>,
    hand: Hand,
}

/// Whose hand it was that changed a box. The event that tells of the change is the browser's own even where a
/// script called `click()`; the click before it is not.
#[derive(Default)]
struct Hand {
    /// A script clicked the words of a box; the browser clicks the box for it, at once.
    scripted: bool,
    /// The last click of a box was a person's.
    person: bool,
}

impl Hand {
    fn clicks(&mut self, target: &Element, trusted: bool) {
        if target.tag_name() == "INPUT" {
            self.person = trusted && !core::mem::take(&mut self.scripted);
        } else if matches!(target.closest("label"), Ok(Some(_))) {
            self.scripted = !trusted;
        }
    }
}

/// Something that a visitor did.
struct Deed {
    act: Act,
    /// The step of the flow that it is about.
    step: u32,
    /// The option chosen.
    option: u32,
    /// Whether a person did it, not a script.
    trusted: bool,
    /// Milliseconds since 1970 UTC.
    at: f64,
}

/// It lives as long as the page.
type Shared = &'static RefCell<Face>;

/// Reads a flow, brings it into the language that suits `locale` best, and tells the host which it is.
///
/// Returns a function `(bytes, by_visitor)`. It is given the widget's own words first, in the language of the
/// flow and the order of `words::Word`, and draws the first question if that can be found without the
/// engine; then views of the engine, which it draws. Without bytes it is told that the panel was opened,
/// and gives focus to what waits there.
#[cfg_attr(all(feature = "widget", not(feature = "engine")), wasm_bindgen)]
pub fn open(flow: &[u8], locale: &str, host: Host) -> JsValue {
    // The engine says what is wrong with a flow that is none.
    let flow = Box::leak(Box::new(json::parse_part(flow, NUMBERS, ffi::is_drawn).unwrap_or_default()));
    flow::speak(flow, locale);
    let host: &Host = Box::leak(Box::new(host));
    host.speaks(flow.get("locale").and_then(Json::as_text).unwrap_or(""));
    let face = Face {
        flow,
        words: &[],
        surface: None,
        connected: false,
        held: None,
        late: false,
        host,
        pictures: Vec::new(),
        hand: Hand::default(),
    };
    let face: Shared = Box::leak(Box::new(RefCell::new(face)));
    let listener =
        Closure::<dyn Fn(Option<Vec<u8>>, bool)>::new(move |bytes: Option<Vec<u8>>, by_visitor| match bytes {
            Some(words) if face.borrow().words.is_empty() => begin(face, words),
            Some(view) => take(face, &view, by_visitor),
            None => {
                let next = face.borrow().surface.as_ref().and_then(Surface::opened);
                focus(next);
            }
        });
    host.guard(&listener.into_js_value())
}

/// Takes the widget's own words, and draws what can be drawn without the engine.
fn begin(face: Shared, words: Vec<u8>) {
    let (mut all, mut rest) = (Vec::new(), core::str::from_utf8(words.leak()).unwrap_or(""));
    while let Some((word, more)) = cut(rest, SEPARATOR as u8) {
        all.push(word);
        rest = more;
    }
    all.push(rest);
    let mut borrowed = face.borrow_mut();
    let flow = borrowed.flow;
    if let Some(Json::Object(own)) = flow.get("assistant").and_then(|assistant| assistant.get("words")) {
        for (key, text) in own {
            if let (Some(word), Some(text)) = (Word::named(key).filter(|word| word.is_free()), text.as_text()) {
                all[word as usize] = text;
            }
        }
    }
    borrowed.words = all.leak();
    drop(borrowed);
    let host = face.borrow().host;
    let kept = flow.get("id").and_then(Json::as_text).is_some_and(|id| host.keeps(id));
    if !kept && let Some(view) = ffi::first(flow, &|parameter| host.knows(parameter)) {
        draw(face, view, false);
    }
    // All at once: if each were fetched with its question, requests would tell of answers.
    ffi::each_picture(flow, &mut |address| {
        let picture = dom::element("img", "");
        dom::set(&picture, "src", address);
        face.borrow_mut().pictures.push(picture);
    });
}

/// A view from the engine, and after the first of them what waited for it.
fn take(face: Shared, bytes: &[u8], by_visitor: bool) {
    let (mut view, mut notes) = (View::default(), Notes::default());
    let json = json::parse(bytes, NUMBERS).unwrap_or_default();
    view.read(&json, &Path::ROOT, &mut notes);
    // Only an engine of another release says what this face does not understand.
    if notes.is_broken() {
        wasm_bindgen::throw_str("prequal-face.wasm and prequal-engine.wasm are of two releases");
    }
    let mut borrowed = face.borrow_mut();
    let first = !core::mem::replace(&mut borrowed.connected, true);
    // What was agreed to before the engine was there stands.
    let agreed = first && borrowed.surface.as_ref().is_some_and(|surface| surface.offer.is_agreed());
    let held = borrowed.held.take();
    let here = !borrowed.late || borrowed.surface.as_ref().is_some_and(Surface::has_focus);
    drop(borrowed);
    draw(face, view, by_visitor && here);
    if agreed {
        perform(face, Act::Remember, 1, true);
    }
    if let Some(deed) = held {
        release(face, deed.act);
        face.borrow_mut().late = true;
        tell(face, &deed);
        face.borrow_mut().late = false;
    }
}

fn release(face: Shared, act: Act) {
    if let Some(surface) = &face.borrow().surface {
        surface.release(act == Act::Choose);
    }
}

fn draw(face: Shared, view: View, by_visitor: bool) {
    let mut borrowed = face.borrow_mut();
    let Face { surface, flow, words, host, .. } = &mut *borrowed;
    let surface = surface.get_or_insert_with(|| {
        let surface = Surface::new(&host.root(), flow, words, host);
        // Not on the root: events of the page's own form pass there, once it is back.
        for kind in ["click", "submit", "keydown", "input"] {
            dom::listen(&surface.panel, kind, host, move |event| on_event(face, kind, event));
        }
        surface
    });
    let next = surface.draw(view, by_visitor);
    drop(borrowed);
    focus(next);
}

/// Moves focus while nothing is borrowed: a listener of the page may answer with an event at once.
fn focus(field: Option<Field>) {
    if let Some(field) = field {
        field.focus();
    }
}

fn on_event(face: Shared, kind: &str, event: Event) {
    let Some(target) = event.target().map(|target| target.unchecked_into::<Field>()) else { return };
    if kind == "click"
        && let Ok(mut borrowed) = face.try_borrow_mut()
    {
        borrowed.hand.clicks(&target, event.is_trusted());
    }
    match kind {
        "keydown" => return on_key(face, &event, &target),
        "input" => return on_input(face, &event, &target),
        "submit" => event.prevent_default(),
        _ => {}
    }
    // The second click of a double click would hit what the first one brought up.
    let again = kind == "click" && event.unchecked_ref::<Press>().detail() > 1;
    if again && target.closest("a").ok().flatten().is_some() {
        // A link would leave the page, with a lead that is not stored yet.
        event.prevent_default();
    }
    let Some((act, place)) = act_of(&target, kind) else { return };
    if matches!(act, Act::Help | Act::Faq) {
        let next = face.borrow().surface.as_ref().and_then(|surface| match act {
            Act::Help => surface.toggle_help(),
            _ => surface.answer_question(place),
        });
        focus(next);
    } else if !again || matches!(act, Act::Change | Act::Keep) {
        perform(face, act, place, event.is_trusted());
    }
}

/// What an event on an element does, and the place that the element speaks of.
fn act_of(target: &Element, kind: &str) -> Option<(Act, u32)> {
    if kind == "submit" {
        return Some((Act::Submit, 0));
    }
    let target = target.closest("[data-act]").ok()??;
    let place = target.get_attribute("data-place").map_or(0, |text| place(&text));
    Some((Act::named(&target.get_attribute("data-act")?)?, place))
}

fn on_input(face: Shared, event: &Event, target: &Field) {
    let Ok(mut borrowed) = face.try_borrow_mut() else { return };
    let person = event.is_trusted() && borrowed.hand.person;
    if target.id() == REMEMBER {
        let on = target.checked();
        if let Some(surface) = &mut borrowed.surface {
            surface.offer.touched = person && on;
        }
        let connected = borrowed.connected;
        drop(borrowed);
        if connected {
            perform(face, Act::Remember, on.into(), person);
        }
        return;
    }
    // Whoever goes on writing has not answered yet.
    let taken_back = borrowed.held.take();
    let Some(surface) = &mut borrowed.surface else { return };
    if let Some(deed) = taken_back {
        surface.release(deed.act == Act::Choose);
    }
    // Whoever is mending an answer need not read on that it is wrong.
    surface.clear_problem();
    surface.follow(target);
    if person {
        surface.tick(target);
    }
}

/// Arrow keys, Home and End move between the options of a choice; they never answer.
fn on_key(face: Shared, event: &Event, target: &Field) {
    let event: &KeyboardEvent = event.unchecked_ref();
    let key = event.key();
    if key == "Escape"
        && let Some(next) = face.borrow().surface.as_ref().and_then(|surface| surface.help.as_ref()?.close())
    {
        // The panel stays open: it would close by the same key.
        event.stop_immediate_propagation();
        return focus(Some(next));
    }
    let long = target.tag_name() == "TEXTAREA";
    // A held key would answer question after question.
    if key == "Enter" && !long && event.unchecked_ref::<Press>().repeat() {
        return event.prevent_default();
    }
    if key == "Enter" && long && (event.ctrl_key() || event.meta_key()) {
        event.prevent_default();
        return perform(face, Act::Submit, 0, event.is_trusted());
    }
    let next = face.borrow().surface.as_ref().and_then(|surface| surface.rove(target, &key));
    if next.is_some() {
        event.prevent_default();
    }
    focus(next);
}

/// Tells the engine what the visitor did, or holds it until there is one.
fn perform(face: Shared, act: Act, place: u32, trusted: bool) {
    let Ok(mut borrowed) = face.try_borrow_mut() else { return };
    let Face { surface: Some(surface), connected, held, .. } = &mut *borrowed else { return };
    let step = match surface.control() {
        _ if act == Act::Change => place,
        Some(Control::Ask(question)) => question.step,
        Some(Control::Offer(offer)) => offer.step,
        _ if act == Act::Submit => return,
        _ => 0,
    };
    // What only gets ready for an answer is the face's own.
    if act == Act::Choose {
        if surface.ask_words(place) {
            let field = surface.field();
            drop(borrowed);
            return focus(field);
        }
        if surface.rank(place) {
            surface.clear_problem();
            return;
        }
    }
    if matches!(act, Act::Restart | Act::Withdraw) {
        surface.forget();
    }
    let deed = Deed { act, step, option: place, trusted, at: js_sys::Date::now() };
    if *connected {
        drop(borrowed);
        tell(face, &deed);
    } else {
        surface.hold(deed.option, act == Act::Choose);
        *held = Some(deed);
    }
}

fn tell(face: Shared, deed: &Deed) {
    let Ok(borrowed) = face.try_borrow() else { return };
    let Some(surface) = &borrowed.surface else { return };
    let (mut text, mut chosen) = (String::new(), Vec::new());
    match deed.act {
        Act::Choose => chosen.push(deed.option),
        Act::Submit => (text, chosen) = surface.given(),
        Act::Agree | Act::Refuse => chosen = surface.ticked_by_hand(),
        Act::Remember if deed.option > 0 => chosen.push(0),
        _ => {}
    }
    let host = borrowed.host;
    // The engine answers with a view before this returns.
    drop(borrowed);
    host.tell(FIRST_ACT + deed.act as u32, deed.step, &text, &chosen, deed.trusted, deed.at);
}
