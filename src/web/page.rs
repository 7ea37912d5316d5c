//! Clock, randomness, and the facts about the page.

use super::platform::NUMBERS;
use crate::consent::Setting;
use crate::destination;
use crate::flow::{Checked, Code};
use crate::json::{self, Json};
use crate::lead::{Attribution, PrivacySignal, Touch, Utm};
use crate::session::{Now, Page};
use alloc::{string::String, vec::Vec};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = crypto, js_name = getRandomValues)]
    fn random_values(into: &mut [u8]);
}

/// In place of an endpoint: a form of the page takes the leads, and nothing is sent from here.
const NOWHERE: &str = "nowhere:";

/// The time now, and randomness to go with it.
pub fn now() -> Now {
    now_at(js_sys::Date::now())
}

/// A time that was noted as it was (milliseconds since 1970 UTC), and randomness to go with it.
pub fn now_at(ms: f64) -> Now {
    let mut entropy = [0; 32];
    random_values(&mut entropy);
    Now { ms: ms as i64, entropy }
}

/// Reads a page view: its path, and where the visit came from if it came anew, with UTM keys and values
/// in turn.
pub fn view(joined: &str) -> (String, Option<Touch>) {
    let mut parts = joined.split(super::SEPARATOR).map(String::from);
    let path = parts.next().unwrap_or_default();
    let utm = pairs(parts.collect());
    let touch = (!utm.is_empty()).then(|| Touch { landing_path: path.clone(), referrer_host: None, utm });
    (path, touch)
}

fn pairs(texts: Vec<String>) -> Vec<Utm> {
    texts.chunks_exact(2).map(|pair| Utm { key: pair[0].clone(), value: pair[1].clone() }).collect()
}

/// Reads what is said of privacy: sources and values, in turn.
pub fn privacy(joined: &str) -> Vec<PrivacySignal> {
    let all = pairs(joined.split(super::SEPARATOR).map(String::from).collect());
    all.into_iter().map(|one| PrivacySignal { source: one.key, value: one.value }).collect()
}

/// The answers that parameters of the page's address give: names and values, in turn.
pub fn answers(joined: &str, flow: &Checked) -> Vec<(usize, Json)> {
    let given = pairs(joined.split(super::SEPARATOR).map(String::from).collect());
    let fields = flow.flow.fields.iter().enumerate();
    let of = |name: &str| given.iter().rfind(|one| one.key == name).map(|one| Json::Text(one.value.clone()));
    fields.filter_map(|(place, field)| Some((place, of(field.parameter.as_ref()?)?))).collect()
}

/// Reads what a script of ours wrote; nothing of anything else.
pub fn json(text: &str) -> Json {
    json::parse(text.as_bytes(), NUMBERS).unwrap_or_default()
}

/// The answers that a page gives by the ids of fields: a JSON object. What no field is called by is nothing.
pub fn known(text: &str, flow: &Checked) -> Vec<(usize, Json)> {
    let Ok(Json::Object(entries)) = json::parse(text.as_bytes(), NUMBERS) else { return Vec::new() };
    let place = |id: &str| flow.flow.fields.iter().position(|field| field.id == id);
    entries.into_iter().filter_map(|(id, value)| Some((place(&id)?, value))).collect()
}

/// Where a visit came from: landing path, referrer host, then UTM keys and values in turn.
fn touch(joined: &str) -> Touch {
    let mut parts = joined.split(super::SEPARATOR).map(String::from);
    let landing_path = parts.next().unwrap_or_default();
    let referrer_host = parts.next().filter(|host| !host.is_empty());
    Touch { landing_path, referrer_host, utm: pairs(parts.collect()) }
}

/// Reads the facts in the order in which the engine's script joins them: origin, path, endpoint of the tag, the
/// numbers of visits and touches where they are known, then the first touch and the last, if it is another one.
///
/// # Errors
/// The code of what is wrong with the endpoint.
pub fn facts(joined: &str, utc_offset_minutes: i32, flow: &Checked) -> Result<Page, Code> {
    let mut parts = joined.split(super::PART);
    let mut facts = parts.next().unwrap_or_default().split(super::SEPARATOR);
    let mut next = || String::from(facts.next().unwrap_or_default());
    let widget_version = env!("CARGO_PKG_VERSION").into();
    let setting = Setting { origin: next(), path: next(), utc_offset_minutes, widget_version, privacy: Vec::new() };
    let addresses = match next().as_str() {
        NOWHERE => Vec::new(),
        own => destination::addresses(flow, own, &setting.origin)?,
    };
    let mut number = || next().parse::<u32>().ok();
    let (visits, touches) = (number(), number());
    let first = touch(parts.next().unwrap_or_default());
    let attribution = Attribution { first, last: parts.next().map(touch), visits, touches, pages: Vec::new() };
    Ok(Page { setting, addresses, attribution: Some(attribution) })
}
