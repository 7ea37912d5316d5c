//! The widget draws a flow in a shadow root, and nothing for a broken one.

use prequal::dialog::Word;
use prequal::web;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, ShadowRoot, ShadowRootInit, ShadowRootMode};

const FLOW: &str = include_str!("../../www/demo/prequal.json");

/// Stands in for the page's scripts; nothing here comes as far as consent.
fn host() -> web::Host {
    let host = js_sys::Object::new();
    let guard = Closure::<dyn FnMut(JsValue) -> JsValue>::new(|run| run).into_js_value();
    js_sys::Reflect::set(&host, &"guard".into(), &guard).unwrap();
    host.unchecked_into()
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

/// The facts as the widget script joins them: origin, path, landing path, referrer host, endpoint.
fn start(root: &ShadowRoot, flow: &str, endpoint: &str) -> JsValue {
    let facts = ["https://site.example", "/", "/", "", endpoint].join("\u{1}");
    web::start(root.clone(), flow.as_bytes(), &words(), &facts, 0, host())
}

fn begin(listener: &JsValue) {
    let listener: &js_sys::Function = listener.dyn_ref().expect("a function");
    listener.call3(&JsValue::NULL, &4.into(), &"".into(), &0.into()).unwrap();
}

fn find(root: &ShadowRoot, selector: &str) -> Option<Element> {
    root.query_selector(selector).unwrap()
}

#[wasm_bindgen_test]
fn the_first_question_is_drawn_and_a_click_answers_it() {
    let root = root();
    let listener = start(&root, FLOW, "");
    begin(&listener);
    let options = root.query_selector_all(".option").unwrap();
    assert_eq!(options.length(), 5);
    assert_eq!(find(&root, ".log").unwrap().get_attribute("role").as_deref(), Some("log"));
    options.item(0).unwrap().unchecked_into::<web_sys::HtmlElement>().click();
    assert!(find(&root, "#field").is_some(), "the question about shipments");
    let said = root.query_selector_all(".say").unwrap();
    let last = said.item(said.length() - 1).unwrap().text_content().unwrap();
    assert!(last.starts_with("Logistics & freight, our home turf."), "{last}");
}

#[wasm_bindgen_test]
fn a_broken_flow_draws_nothing() {
    for flow in ["", "{", "{}", &FLOW.replace("\"start\": \"welcome\"", "\"start\": \"welcom\"")] {
        let root = root();
        assert!(start(&root, flow, "").is_undefined());
        assert_eq!(root.child_element_count(), 0);
    }
}

#[wasm_bindgen_test]
fn an_endpoint_that_is_not_https_is_refused_with_a_code() {
    let root = root();
    assert_eq!(start(&root, FLOW, "http://leads.example/").as_string().as_deref(), Some("PQ301"));
    let nowhere = FLOW.replace("\"endpoint\": \"http://127.0.0.1:4174/v1/leads\", ", "");
    assert_ne!(nowhere, FLOW);
    assert_eq!(start(&root, &nowhere, "").as_string().as_deref(), Some("PQ303"));
    assert_eq!(root.child_element_count(), 0);
}

#[wasm_bindgen_test]
fn texts_of_a_flow_are_text() {
    let root = root();
    let hostile = "<img src=x onerror=alert(1)><script>alert(2)</script>";
    let flow = FLOW.replace("First things first: what does your company do?", hostile);
    assert_ne!(flow, FLOW);
    begin(&start(&root, &flow, ""));
    let said = root.query_selector_all(".say").unwrap();
    assert_eq!(said.item(said.length() - 1).unwrap().text_content().as_deref(), Some(hostile));
    assert!(find(&root, "img,script").is_none());
}
