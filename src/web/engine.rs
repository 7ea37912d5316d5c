//! The engine's side of a widget: takes what happens, steps the session, performs the effects, and
//! hands views to the face.

use super::courier::{self, Store};
use super::platform::NUMBERS;
use super::{FIRST_ACT, SEPARATOR, page};
use crate::dialog::Input;
use crate::ffi::{self, Act, Outline};
use crate::flow::model::SignalKind;
use crate::flow::{self, Checked, Does, Write};
use crate::json::Writer;
use crate::outbox;
use crate::session::{self, Effect, Event, Now, State};
use alloc::{boxed::Box, rc::Rc, string::String, vec::Vec};
use core::cell::RefCell;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// What the page's scripts do for the engine (`www/embed/engine.ts`).
    pub type Host;
    /// What the outbox needs.
    #[wasm_bindgen(method, getter)]
    fn outbox(this: &Host) -> Store;
    /// What the browser and consent platforms on the page say of privacy: sources and values in turn.
    #[wasm_bindgen(method)]
    fn privacy(this: &Host) -> String;
    /// Calls back if this browser keeps a receipt of a lead.
    #[wasm_bindgen(method)]
    fn proves(this: &Host, told: &JsValue);
    /// Tells the page what happened: a name, and keys and values in turn.
    #[wasm_bindgen(method)]
    fn happened(this: &Host, name: &str, detail: &str);
    /// What an earlier page kept of a flow.
    #[wasm_bindgen(method)]
    fn kept(this: &Host, flow: &str) -> Option<String>;
    /// Keeps a text for a flow, or nothing. False where the browser does not.
    #[wasm_bindgen(method)]
    fn keep(this: &Host, flow: &str, text: Option<String>) -> bool;
    /// Whether the page's author asked for the answers to a field.
    #[wasm_bindgen(method)]
    fn tells(this: &Host, field: &str) -> bool;
    /// Hands a view to the face, as JSON. `by_visitor`: the visitor's own act led to it.
    #[wasm_bindgen(method)]
    fn draw(this: &Host, view: &[u8], by_visitor: bool);
}

/// What `start`'s listener takes as its first argument, besides acts of the visitor.
const PAGE_VIEW: u32 = 0;
const DOWNLOAD: u32 = 1;
const ONLINE: u32 = 2;
const BEGIN: u32 = 3;
const EVENT: u32 = 4;
const SET: u32 = 5;
const GO: u32 = 6;
const EXPORT: u32 = 7;
const WITHDRAW: u32 = 8;
const RESET: u32 = 9;
const SIGNAL: u32 = 10;
const FILL: u32 = 11;
const SUBMIT: u32 = 12;
const ATTACH: u32 = 13;

struct Engine {
    /// It lives as long as the page.
    flow: &'static Checked,
    /// Taken out while a step is under way, so that no event can come in between.
    state: Option<State>,
    /// What the page was told of last.
    outline: Option<Outline>,
    host: Rc<Host>,
    outbox: Rc<Store>,
}

type Shared = Rc<RefCell<Engine>>;

/// Starts a session in the language that suits `locale` best; `page` is read by `page::facts`, and `query`
/// holds names and values of the address's parameters in turn, of which the flow takes those that it names.
///
/// Returns a function `(kind, place, text, chosen, trusted, at)` that takes what happens: 0 a page
/// view (its path, and the UTM parameters of one that was come to anew), 1 a download, 2 the browser
/// came online, 3 begin, 4 an event of the page by its name, 5 answers that the page knows, as a JSON object,
/// 6 begin anew at the step of that id, 7 the question what is held, answered with JSON, 8 consent is taken
/// back, 9 begin anew, 10 a signal that the page's script recognised (the flow's id, the signal's, and what
/// occurrences are told apart by), 11 answers of a form, as a JSON object, answered with what to look at again, 12 a
/// form that this session sends is submitted, answered with an empty text, 13 the question what goes along with a form
/// that the page posts, answered with JSON once the visitor agreed (`ffi::submitted` reads both), from 16 on an act of
/// the visitor at a step of the flow, with what was typed or the
/// places of what was chosen. `trusted` says that a person did it, not a script. `at` is the time
/// (milliseconds since 1970 UTC). Returns undefined when the flow is broken, and a code when the endpoint
/// is.
#[cfg_attr(feature = "widget", wasm_bindgen)]
pub fn start(flow: &[u8], locale: &str, page: &str, query: &str, utc_offset_minutes: i32, host: Host) -> JsValue {
    let Ok(flow) = flow::load_in(flow, NUMBERS, locale) else { return JsValue::UNDEFINED };
    let flow: &Checked = Box::leak(Box::new(flow));
    let page = match page::facts(page, utc_offset_minutes, flow) {
        Ok(page) => page,
        Err(code) => return code.as_str().into(),
    };
    let outbox = Rc::new(host.outbox());
    let host = Rc::new(host);
    let engine = Rc::new(RefCell::new(Engine {
        flow,
        state: Some(State::new(flow, page)),
        outline: None,
        host: host.clone(),
        outbox: outbox.clone(),
    }));
    let asked = engine.clone();
    let proven = move || dispatch(&asked, Event::Proven, &page::now());
    host.proves(&outbox.guard(&Closure::once_into_js(proven)));
    for (field, value) in page::answers(query, flow) {
        dispatch(&engine, Event::Known { field, value }, &page::now());
    }
    if let Some(text) = host.kept(flow.id()) {
        dispatch(&engine, Event::Resumed(text), &page::now());
    }
    let privacy = host.clone();
    // One that can be called while it runs: an answer that was held follows the first view at once.
    let listener = Closure::<dyn Fn(u32, usize, String, Vec<u32>, bool, f64) -> Option<String>>::new(
        move |kind, place, mut text: String, chosen, trusted: bool, at| {
            match kind {
                PAGE_VIEW => {
                    let (path, touch) = page::view(&text);
                    text = path;
                    if let Some(touch) = touch {
                        dispatch(&engine, Event::Arrived(touch), &page::now());
                    }
                }
                SET => {
                    for (field, value) in page::known(&text, flow) {
                        dispatch(&engine, Event::Known { field, value }, &page::now());
                    }
                }
                FILL => {
                    let filled = page::known(&text, flow);
                    let places: Vec<usize> = filled.iter().map(|(field, _)| *field).collect();
                    for (field, value) in filled {
                        dispatch(&engine, Event::Filled { field, value: Some(value) }, &page::now());
                    }
                    return Some(ffi::hints(flow, engine.try_borrow().ok()?.state.as_ref()?, &places));
                }
                SUBMIT | ATTACH => {
                    let form = ffi::submitted(flow, &page::json(&text));
                    let heard = Event::Heard(page::privacy(&privacy.privacy()));
                    dispatch(&engine, heard, &page::now());
                    if kind == ATTACH {
                        let borrowed = engine.try_borrow().ok()?;
                        let attachment = session::attach(flow, borrowed.state.as_ref()?, &form, &page::now());
                        return attachment.map(|attachment| ffi::attached(flow, &attachment));
                    }
                    if !trusted {
                        return None;
                    }
                    dispatch(&engine, Event::Submitted(form), &page::now());
                    return Some(String::new());
                }
                EXPORT => {
                    let borrowed = engine.try_borrow().ok()?;
                    return Some(ffi::held(flow, borrowed.state.as_ref()?, page::now().ms));
                }
                _ => {}
            }
            if let Some(event) = event(&engine, kind, place, text, chosen, trusted, at) {
                if let Event::Decide { .. } = event {
                    let heard = Event::Heard(page::privacy(&privacy.privacy()));
                    dispatch(&engine, heard, &page::now());
                }
                // What happened on the page is told late; an act and the beginning have their own time.
                let late = kind < BEGIN || matches!(kind, EVENT | SIGNAL);
                let now = if late { page::now() } else { page::now_at(at) };
                dispatch(&engine, event, &now);
            }
            None
        },
    );
    outbox.guard(&listener.into_js_value())
}

/// An outbox without a session (`courier::alone`).
#[cfg_attr(feature = "widget", wasm_bindgen)]
pub fn alone(host: Store) -> JsValue {
    courier::alone(host)
}

/// What happened, as an event of the session.
fn event(
    engine: &Shared,
    kind: u32,
    place: usize,
    text: String,
    chosen: Vec<u32>,
    trusted: bool,
    at: f64,
) -> Option<Event> {
    let noticed = |kind, path| Event::Noticed { kind, path, times: 1, at: at as i64 };
    let act = match kind {
        PAGE_VIEW => return Some(noticed(SignalKind::PageView, text)),
        DOWNLOAD => return Some(noticed(SignalKind::Download, text)),
        ONLINE => return Some(Event::Outbox(outbox::Event::Wake { online: true })),
        BEGIN => return Some(Event::Begin),
        EVENT => {
            let times = chosen.first().copied().unwrap_or(1);
            return Some(Event::Noticed { kind: SignalKind::Event, path: text, times, at: at as i64 });
        }
        GO => {
            let flow = engine.try_borrow().ok()?.flow;
            let step = flow.flow.conversation.steps.iter().position(|step| step.id == text)?;
            return Some(Event::Start { step });
        }
        SIGNAL => {
            let flow = &engine.try_borrow().ok()?.flow.flow;
            let mut parts = text.split(SEPARATOR);
            let id = parts.next().filter(|id| *id == flow.id).and(parts.next())?;
            let signal = flow.signals.iter().position(|signal| signal.id == id)?;
            return Some(Event::Sighted { signal, page: parts.next().unwrap_or_default().into(), at: at as i64 });
        }
        WITHDRAW => return Some(Event::Withdraw),
        RESET => return Some(Event::Restart),
        act => *Act::ALL.get(act.checked_sub(FIRST_ACT)? as usize)?,
    };
    let answer = |input| Event::Answer { step: place, input };
    let places = || chosen.iter().map(|place| *place as usize).collect();
    let flow = engine.try_borrow().ok()?.flow;
    let does = flow.steps.get(place)?.does;
    Some(match act {
        Act::Choose => answer(Input::Chosen(places())),
        Act::Submit => match does {
            Does::Ask(_) if !chosen.is_empty() && !text.is_empty() => answer(Input::Worded(places(), text)),
            Does::Ask(field) if flow.flow.fields[field].kind.has_options() => answer(Input::Chosen(places())),
            _ => answer(Input::Text(text)),
        },
        Act::Follow => Event::Followed { step: place },
        Act::Skip => answer(Input::Skip),
        Act::Change => Event::Change { step: place },
        Act::Keep => Event::Keep,
        Act::Restart => Event::Restart,
        Act::Agree | Act::Refuse => {
            let purposes = flow.flow.consent.as_ref().map_or(0, |consent| consent.purposes.len());
            let granted = (0..purposes).map(|purpose| chosen.contains(&(purpose as u32))).collect();
            Event::Decide { granted, agree: act == Act::Agree, trusted }
        }
        Act::Remember => Event::Remember { on: !chosen.is_empty(), trusted },
        Act::Withdraw => Event::Withdraw,
        Act::Help | Act::Faq => return None,
    })
}

fn dispatch(engine: &Shared, event: Event, now: &Now) {
    // An event that a listener of the page makes out of another one is not the visitor's.
    let Ok(mut borrowed) = engine.try_borrow_mut() else { return };
    let (flow, host, outbox) = (borrowed.flow, borrowed.host.clone(), borrowed.outbox.clone());
    let Some(state) = borrowed.state.take() else { return };
    drop(borrowed);
    // Where focus goes is decided by what the visitor did, not by what came over the network.
    let by_visitor = matches!(
        event,
        Event::Answer { .. }
            | Event::Change { .. }
            | Event::Keep
            | Event::Decide { .. }
            | Event::Restart
            | Event::Withdraw
    );
    let (state, effects) = session::step(flow, state, event.clone(), now);
    let mut borrowed = engine.borrow_mut();
    let mut tellings = Vec::new();
    // Before the conversation begins there is nothing to tell, and nothing to show.
    let begun = borrowed.outline.is_some() || matches!(event, Event::Begin | Event::Submitted(_));
    if begun {
        let outline = Outline::of(flow, &state, now.ms);
        tellings = ffi::tellings(flow, &event, borrowed.outline.as_ref(), &outline);
        borrowed.outline = Some(outline);
        for telling in tellings.iter_mut().filter(|telling| telling.name == "answer") {
            let field = telling.detail.iter().find(|(key, _)| *key == "field").map(|(_, id)| id.clone());
            let asked = field.filter(|field| host.tells(field));
            let value = asked.and_then(|field| ffi::value(flow, &state, &field));
            telling.detail.extend(value.map(|value| ("value", value)));
        }
    }
    borrowed.state = Some(state);
    drop(borrowed);
    // Before the view is drawn: with the first one the face gives what was held, and is told of that in turn.
    for telling in tellings {
        let mut detail = String::new();
        for (key, value) in &telling.detail {
            if !detail.is_empty() {
                detail.push(SEPARATOR);
            }
            detail.push_str(key);
            detail.push(SEPARATOR);
            detail.push_str(value);
        }
        host.happened(telling.name, &detail);
    }
    let shared = engine.clone();
    let report: courier::Report = Rc::new(move |event| dispatch(&shared, Event::Outbox(event), &page::now()));
    for effect in effects {
        match effect {
            Effect::Render if !begun => {}
            Effect::Render => {
                let mut writer = Writer::new(NUMBERS);
                if let Some(state) = &engine.borrow().state {
                    ffi::view(flow, state).write(&mut writer);
                }
                // Nothing is borrowed any more: drawing moves focus, and a listener of the page may
                // answer with an event at once.
                host.draw(writer.out.as_bytes(), by_visitor);
            }
            Effect::Keep(text) => {
                // Who cannot be kept a promise is told at once: the box is unticked again.
                if text.is_some() & !host.keep(flow.id(), text) {
                    dispatch(engine, Event::Remember { on: false, trusted: false }, now);
                }
            }
            Effect::Outbox(effect) => courier::perform(effect, &outbox, &report),
        }
    }
}
