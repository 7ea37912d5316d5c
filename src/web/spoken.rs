//! Days and countries in the words of a language, as the browser has them.

use crate::json::Joined;
use alloc::string::String;
use wasm_bindgen::prelude::*;

/// Takes the parts of a day that was checked, as the browser's own reading of the text would be of another
/// time zone.
pub fn date(day: &str, locale: &str) -> String {
    let part = |from, to| day.get(from..to).unwrap_or("").bytes().fold(0, |n, b| n * 10 + i32::from(b) - 48);
    let day = js_sys::Date::new_with_year_month_day(part(0, 4) as u32, part(5, 7) - 1, part(8, 10));
    // With the month as a word: 1/10 is read as two days.
    day.to_locale_date_string(locale, &options(r#"{"dateStyle":"medium"}"#)).into()
}

/// The codes of ISO 3166-1.
const COUNTRIES: &str = "ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICKCLCMCNCOCRCUCVCWCXCYCZDEDJDKDMDODZECEEEGEHERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHNHRHTHUIDIEILIMINIOIQIRISITJEJMJOJPKEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPMPNPRPSPTPWPYQARERORSRURWSASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSYSZTCTDTFTGTHTJTKTLTMTNTOTRTTTVTWTZUAUGUMUSUYUZVAVCVEVGVIVNVUWFWSYEYTZAZMZW";

pub fn countries(locale: &str) -> String {
    let (names, all) = (DisplayNames::new(locale, &options(r#"{"type":"region"}"#)), js_sys::Array::new());
    let mut rest = COUNTRIES;
    while let (Some(code), Some(more)) = (rest.get(..2), rest.get(2..)) {
        let mut name = names.of(code);
        name.push_str(code);
        all.push(&name.into());
        rest = more;
    }
    let mut lines = String::new();
    for name in all.unchecked_ref::<Sortable>().sort(&Collator::new(locale).compare()).iter() {
        let name = name.as_string().unwrap_or_default();
        if let (Some(name), Some(code)) = (name.get(..name.len() - 2), name.get(name.len() - 2..)) {
            lines.extend([code, " ", name, "\n"]);
        }
    }
    lines
}

pub fn list(items: &[String], joined: Joined, locale: &str) -> String {
    if let [one] = items {
        return one.clone();
    }
    let all: js_sys::Array = items.iter().map(|item| JsValue::from(item.as_str())).collect();
    let how = [r#"{"style":"short","type":""#, joined.as_str(), "\"}"].concat();
    ListFormat::new(locale, &options(&how)).format(&all)
}

fn options(json: &str) -> JsValue {
    js_sys::JSON::parse(json).unwrap_or_default()
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = Intl)]
    type DisplayNames;
    #[wasm_bindgen(constructor, js_namespace = Intl)]
    fn new(locale: &str, options: &JsValue) -> DisplayNames;
    #[wasm_bindgen(method)]
    fn of(this: &DisplayNames, code: &str) -> String;

    #[wasm_bindgen(js_namespace = Intl)]
    type ListFormat;
    #[wasm_bindgen(constructor, js_namespace = Intl)]
    fn new(locale: &str, options: &JsValue) -> ListFormat;
    #[wasm_bindgen(method)]
    fn format(this: &ListFormat, items: &js_sys::Array) -> String;

    #[wasm_bindgen(js_namespace = Intl)]
    type Collator;
    #[wasm_bindgen(constructor, js_namespace = Intl)]
    fn new(locale: &str) -> Collator;
    #[wasm_bindgen(method, getter)]
    fn compare(this: &Collator) -> js_sys::Function;

    type Sortable;
    #[wasm_bindgen(method)]
    fn sort(this: &Sortable, compare: &js_sys::Function) -> js_sys::Array;
}
