//! Elements and text nodes, made one by one: no HTML string ever reaches the browser.

use super::face::Host;
use alloc::string::String;
use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, Event, EventTarget};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = document)]
    #[wasm_bindgen(thread_local_v2)]
    static DOCUMENT: Document;
    // Not as a member of the document: a form or a picture of the page may be named like it.
    #[wasm_bindgen(js_namespace = ["Document", "prototype", "createElement"], js_name = call)]
    fn create(document: &Document, tag: &str) -> Element;
    #[wasm_bindgen(js_namespace = ["Document", "prototype", "createElementNS"], js_name = call)]
    fn create_within(document: &Document, namespace: &str, tag: &str) -> Element;

    /// Any form control or focusable element: what they share, without one type for each.
    #[wasm_bindgen(extends = Element)]
    #[derive(Clone, PartialEq)]
    pub type Field;
    #[wasm_bindgen(method, getter)]
    pub fn value(this: &Field) -> String;
    #[wasm_bindgen(method, setter)]
    pub fn set_value(this: &Field, value: &str);
    #[wasm_bindgen(method, getter)]
    pub fn checked(this: &Field) -> bool;
    #[wasm_bindgen(method, setter)]
    pub fn set_checked(this: &Field, checked: bool);
    #[wasm_bindgen(method, getter, js_name = type)]
    pub fn kind(this: &Field) -> String;
    #[wasm_bindgen(method)]
    pub fn focus(this: &Field);
    #[wasm_bindgen(method, getter)]
    pub fn style(this: &Field) -> Style;
    #[wasm_bindgen(method, getter, js_name = offsetTop)]
    pub fn offset_top(this: &Field) -> i32;

    /// A click or a key, with what tells a second click or a held key from a first.
    pub type Press;
    /// How many clicks in a row; 0 when a key did it.
    #[wasm_bindgen(method, getter)]
    pub fn detail(this: &Press) -> u32;
    #[wasm_bindgen(method, getter)]
    pub fn repeat(this: &Press) -> bool;

    pub type Style;
    #[wasm_bindgen(method, js_name = setProperty)]
    pub fn set_property(this: &Style, name: &str, value: &str);
}

/// A new element with a class.
pub fn element(tag: &str, class: &str) -> Element {
    let element = DOCUMENT.with(|document| create(document, tag));
    if !class.is_empty() {
        element.set_class_name(class);
    }
    element
}

/// A new element with a class and a text, inside `parent`.
pub fn add(parent: &Element, tag: &str, class: &str, text: &str) -> Element {
    let child = element(tag, class);
    if !text.is_empty() {
        child.set_text_content(Some(text));
    }
    put(parent, &child);
    child
}

pub fn put(parent: &Element, child: &Element) {
    let _ = parent.append_child(child);
}

pub fn set(element: &Element, name: &str, value: &str) {
    let _ = element.set_attribute(name, value);
}

/// A picture that says nothing, before all else in `parent`.
pub fn picture(parent: &Element, address: &str) {
    let picture = element("img", "");
    set(&picture, "src", address);
    set(&picture, "alt", "");
    let _ = parent.insert_before(&picture, parent.first_child().as_ref());
}

/// A line icon on a 24 × 24 grid.
pub fn icon(parent: &Element, path: &str) {
    const SVG: &str = "http://www.w3.org/2000/svg";
    let make = |tag| DOCUMENT.with(|document| create_within(document, SVG, tag));
    let (svg, line) = (make("svg"), make("path"));
    set(&svg, "viewBox", "0 0 24 24");
    set(&svg, "aria-hidden", "true");
    set(&line, "d", path);
    put(&svg, &line);
    put(parent, &svg);
}

/// Calls `handle` for every event of this type on `target`, for the life of the page.
pub fn listen(target: &EventTarget, kind: &str, host: &Host, handle: impl Fn(Event) + 'static) {
    let closure = host.guard(&Closure::<dyn Fn(Event)>::new(handle).into_js_value());
    let _ = target.add_event_listener_with_callback(kind, closure.unchecked_ref());
}
