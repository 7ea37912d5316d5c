//! The outbox in IndexedDB. It is opened only after consent, or when an earlier consent left it.
//!
//! Leads on their way stand under their idempotency key; those refused for good under `!` and the
//! key, where no retry looks.

use alloc::rc::Rc;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    type Factory;
    #[wasm_bindgen(method, catch)]
    fn open(this: &Factory, name: &str, version: u32) -> Result<Request, JsValue>;

    /// A request under way.
    pub type Request;
    #[wasm_bindgen(method, getter)]
    fn result(this: &Request) -> JsValue;
    #[wasm_bindgen(method, setter, js_name = onupgradeneeded)]
    fn on_upgrade(this: &Request, then: &JsValue);
    #[wasm_bindgen(method, setter, js_name = onsuccess)]
    fn on_success(this: &Request, then: &JsValue);
    #[wasm_bindgen(method, setter, js_name = onerror)]
    fn on_error(this: &Request, then: &JsValue);

    type Database;
    #[wasm_bindgen(method, js_name = createObjectStore)]
    fn create_store(this: &Database, name: &str);
    #[wasm_bindgen(method, catch)]
    fn transaction(this: &Database, store: &str, mode: &str, options: &JsValue) -> Result<Transaction, JsValue>;
    #[wasm_bindgen(method)]
    fn close(this: &Database);

    type Transaction;
    #[wasm_bindgen(method, js_name = objectStore)]
    fn store(this: &Transaction, name: &str) -> Store;
    #[wasm_bindgen(method, setter, js_name = oncomplete)]
    fn on_complete(this: &Transaction, then: &JsValue);
    #[wasm_bindgen(method, setter, js_name = onabort)]
    fn on_abort(this: &Transaction, then: &JsValue);

    /// An object store.
    pub type Store;
    #[wasm_bindgen(method, catch)]
    pub fn put(this: &Store, value: &str, key: &str) -> Result<Request, JsValue>;
    #[wasm_bindgen(method, catch)]
    pub fn delete(this: &Store, key: &str) -> Result<Request, JsValue>;
    #[wasm_bindgen(method, catch, js_name = getAll)]
    fn get_all(this: &Store, range: &JsValue) -> Result<Request, JsValue>;

    #[wasm_bindgen(js_namespace = IDBKeyRange, js_name = lowerBound)]
    fn from_key(key: &str) -> JsValue;
}

const DATABASE: &str = "prequal";
const STORE: &str = "leads";
/// Sorts before every idempotency key.
pub const DEAD: char = '!';

fn once(then: impl FnOnce() + 'static) -> JsValue {
    Closure::once_into_js(then)
}

/// Runs `work` in one transaction and reports whether it was committed to disk.
pub fn change(work: impl FnOnce(&Store) -> Result<(), JsValue> + 'static, done: impl Fn(bool) + Clone + 'static) {
    transact("readwrite", |store| work(store).map(|()| None), move |result| done(result.is_some()));
}

/// Reads the texts of all leads on their way.
pub fn pending(then: impl Fn(js_sys::Array) + Clone + 'static) {
    transact(
        "readonly",
        |store| store.get_all(&from_key("0")).map(Some),
        move |result| {
            if let Some(found) = result {
                then(found.unchecked_into());
            }
        },
    );
}

/// One transaction on the store: `done` gets the result of the last request, or `None` when
/// anything failed or storage is not to be had.
fn transact(
    mode: &'static str,
    work: impl FnOnce(&Store) -> Result<Option<Request>, JsValue> + 'static,
    done: impl Fn(Option<JsValue>) + Clone + 'static,
) {
    // Reading the property throws where storage is denied.
    let factory = js_sys::Reflect::get(&js_sys::global(), &"indexedDB".into()).ok().filter(|f| f.is_object());
    let request = factory.and_then(|factory| factory.unchecked_into::<Factory>().open(DATABASE, 1).ok());
    let Some(request) = request else { return done(None) };
    let request = Rc::new(request);
    let opened = request.clone();
    request.on_upgrade(&once(move || opened.result().unchecked_into::<Database>().create_store(STORE)));
    let failed = done.clone();
    request.on_error(&once(move || failed(None)));
    let opened = request.clone();
    request.on_success(&once(move || {
        let database: Database = opened.result().unchecked_into();
        let options = js_sys::Object::new();
        // A committed lead must survive a power cut: the default only hands it to the system.
        let _ = js_sys::Reflect::set(&options, &"durability".into(), &"strict".into());
        let Ok(transaction) = database.transaction(STORE, mode, &options) else { return done(None) };
        let Ok(asked) = work(&transaction.store(STORE)) else { return done(None) };
        let aborted = done.clone();
        transaction.on_abort(&once(move || aborted(None)));
        transaction.on_complete(&once(move || {
            database.close();
            done(Some(asked.map_or(JsValue::TRUE, |request| request.result())));
        }));
    }));
}

