//! The face draws a flow in a shadow root and tells the engine what is done there; the engine draws
//! nothing for a broken flow.

use prequal::web::{engine, face};
use prequal::words::Word;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, ShadowRoot, ShadowRootInit, ShadowRootMode};

const FLOW: &str = include_str!("../../www/demo/prequal.json");
const BEGIN: u32 = 3;

/// An object of functions, as the page's scripts make them.
fn object(functions: &[(&str, JsValue)]) -> JsValue {
    let object = js_sys::Object::new();
    for (name, function) in functions {
        js_sys::Reflect::set(&object, &(*name).into(), function).unwrap();
    }
    object.into()
}

fn guard() -> (&'static str, JsValue) {
    ("guard", Closure::<dyn Fn(JsValue) -> JsValue>::new(|run| run).into_js_value())
}

fn root() -> ShadowRoot {
    let document = web_sys::window().unwrap().document().unwrap();
    let host = document.create_element("div").unwrap();
    document.body().unwrap().append_child(&host).unwrap();
    host.attach_shadow(&ShadowRootInit::new(ShadowRootMode::Open)).unwrap()
}

fn words() -> String {
    Word::KEYS.iter().map(|key| format!("{key} {{}}")).collect::<Vec<_>>().join("\u{1}")
}

/// The facts as the engine's script joins them: origin, path, landing path, referrer host, endpoint.
fn start(flow: &str, endpoint: &str, draw: &JsValue) -> JsValue {
    let page = ["https://site.example", "/", endpoint, "", ""].join("\u{1}");
    let facts = [page.as_str(), "/"].join("\u{2}");
    // Nothing here comes as far as consent, where the rest would be asked for.
    let happened = Closure::<dyn Fn(JsValue, JsValue)>::new(|_, _| {}).into_js_value();
    let tells = Closure::<dyn Fn(JsValue) -> bool>::new(|_| false).into_js_value();
    let kept = Closure::<dyn Fn(JsValue) -> JsValue>::new(|_| JsValue::UNDEFINED).into_js_value();
    let proves = Closure::<dyn Fn(JsValue)>::new(|_| {}).into_js_value();
    let host = object(&[
        ("outbox", object(&[guard()])),
        ("draw", draw.clone()),
        ("happened", happened),
        ("kept", kept),
        ("proves", proves),
        ("tells", tells),
    ]);
    engine::start(flow.as_bytes(), "", &facts, "", 0, host.unchecked_into())
}

fn call(listener: &JsValue, arguments: [JsValue; 6]) {
    let listener: &js_sys::Function = listener.unchecked_ref();
    let list = js_sys::Array::new();
    for argument in &arguments {
        list.push(argument);
    }
    listener.apply(&JsValue::NULL, &list).unwrap();
}

/// A face, and later the engine behind it.
struct Widget {
    root: ShadowRoot,
    flow: String,
    draw: JsValue,
    engine: Rc<RefCell<JsValue>>,
}

impl Widget {
    fn open(flow: &str) -> Widget {
        let root = root();
        let engine = Rc::new(RefCell::new(JsValue::UNDEFINED));
        let (place, listener) = (root.clone(), engine.clone());
        let tell = move |kind, step, text, chosen, trusted, at| {
            let listener = listener.borrow().clone();
            call(&listener, [kind, step, text, chosen, trusted, at]);
        };
        type Tell = dyn Fn(JsValue, JsValue, JsValue, JsValue, JsValue, JsValue);
        let host = object(&[
            guard(),
            ("root", Closure::<dyn Fn() -> JsValue>::new(move || place.clone().into()).into_js_value()),
            ("tell", Closure::<Tell>::new(tell).into_js_value()),
            ("keeps", Closure::<dyn Fn(JsValue) -> bool>::new(|_| false).into_js_value()),
            ("knows", Closure::<dyn Fn(JsValue) -> bool>::new(|_| false).into_js_value()),
            ("speaks", Closure::<dyn Fn(JsValue)>::new(|_| {}).into_js_value()),
        ]);
        let draw = face::open(flow.as_bytes(), "", host.unchecked_into());
        let words = js_sys::Uint8Array::from(words().as_bytes());
        draw.unchecked_ref::<js_sys::Function>().call2(&JsValue::NULL, &words, &false.into()).unwrap();
        Widget { root, flow: flow.into(), draw, engine }
    }

    fn connect(&self) {
        let listener = start(&self.flow, "", &self.draw);
        *self.engine.borrow_mut() = listener.clone();
        let none = js_sys::Uint32Array::new_with_length(0);
        call(&listener, [BEGIN.into(), 0.into(), "".into(), none.into(), false.into(), 0.into()]);
    }

    fn last_said(&self) -> String {
        let said = self.root.query_selector_all(".say").unwrap();
        said.item(said.length() - 1).unwrap().text_content().unwrap()
    }

    fn click_first_option(&self) {
        find(&self.root, "form .option").unwrap().unchecked_into::<web_sys::HtmlElement>().click();
    }
}

fn find(root: &ShadowRoot, selector: &str) -> Option<Element> {
    root.query_selector(selector).unwrap()
}

#[wasm_bindgen_test]
fn the_face_draws_the_first_question_and_the_engine_takes_the_answer() {
    let widget = Widget::open(FLOW);
    let options = widget.root.query_selector_all("form .option").unwrap();
    assert_eq!(options.length(), 5);
    assert_eq!(find(&widget.root, ".log").unwrap().get_attribute("role").as_deref(), Some("log"));
    widget.connect();
    assert!(find(&widget.root, "form .option").as_ref() == options.item(0).unwrap().dyn_ref(), "nothing is drawn anew");
    widget.click_first_option();
    assert!(find(&widget.root, "#field").is_some(), "the question about shipments");
    let last = widget.last_said();
    assert!(last.starts_with("Logistics & freight, our home turf."), "{last}");
}

#[wasm_bindgen_test]
fn an_answer_before_the_engine_is_held() {
    let widget = Widget::open(FLOW);
    let form = find(&widget.root, "form").unwrap();
    let option = find(&widget.root, "form .option").unwrap();
    widget.click_first_option();
    assert_eq!(form.get_attribute("aria-busy").as_deref(), Some("true"));
    assert_eq!(option.get_attribute("aria-pressed").as_deref(), Some("true"));
    let status = find(&widget.root, "[role=status]").unwrap();
    assert_eq!(status.text_content().as_deref(), Some("one_moment {}"));
    widget.connect();
    assert!(find(&widget.root, "#field").is_some(), "the question about shipments");
    assert_eq!(form.get_attribute("aria-busy"), None);
    assert_eq!(status.text_content().as_deref(), Some("private_until_yes {}"));
}

#[wasm_bindgen_test]
fn a_flow_that_the_face_cannot_open_is_drawn_with_the_engine() {
    let flow = FLOW.replace(
        "\"Nothing you answer leaves this page unless you say so at the end.\"]",
        "\"Hello.\"], \"branches\": [{ \"when\": { \"==\": [1, 1] }, \"to\": \"ask_size\" }]",
    );
    assert_ne!(flow, FLOW);
    let widget = Widget::open(&flow);
    assert_eq!(widget.root.child_element_count(), 0);
    widget.connect();
    assert_eq!(widget.last_said(), "How many people work at your company?");
}

#[wasm_bindgen_test]
fn a_broken_flow_draws_nothing() {
    for flow in ["", "{", "{}", &FLOW.replace("\"start\": \"welcome\"", "\"start\": \"welcom\"")] {
        let widget = Widget::open(flow);
        assert!(start(flow, "", &widget.draw).is_undefined());
        assert_eq!(widget.root.child_element_count(), 0);
    }
}

#[wasm_bindgen_test]
fn an_endpoint_that_is_not_https_is_refused_with_a_code() {
    let none = JsValue::UNDEFINED;
    assert_eq!(start(FLOW, "http://leads.example/", &none).as_string().as_deref(), Some("PQ301"));
    let nowhere = FLOW.replace("\"endpoint\": \"http://127.0.0.1:4174/v1/leads\", ", "");
    assert_ne!(nowhere, FLOW);
    assert_eq!(start(&nowhere, "", &none).as_string().as_deref(), Some("PQ303"));
}

#[wasm_bindgen_test]
fn texts_of_a_flow_are_text() {
    let hostile = "<img src=x onerror=alert(1)><script>alert(2)</script>";
    let flow = FLOW.replace("First things first: what does your company do?", hostile);
    assert_ne!(flow, FLOW);
    let widget = Widget::open(&flow);
    for _ in ["the face", "the engine"] {
        assert_eq!(widget.last_said(), hostile);
        assert!(find(&widget.root, "img,script").is_none());
        widget.connect();
    }
}
