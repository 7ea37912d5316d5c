//! Canonical JSON (RFC 8785): one text for one value, so that a hash over it says something.

use super::{Json, Writer};
use alloc::vec::Vec;

/// Writes a value in its canonical form: keys in the order of their UTF-16 code units, no white space.
///
/// Of a key that stands twice the last one counts; RFC 8785 knows none.
pub fn canonical(value: &Json, to: &mut Writer) {
    match value {
        Json::List(list) => {
            to.out.push('[');
            for item in list {
                to.comma();
                canonical(item, to);
            }
            to.out.push(']');
        }
        Json::Object(entries) => {
            // Objects here are small: no sorting machinery for them.
            let mut sorted: Vec<&(alloc::string::String, Json)> = Vec::with_capacity(entries.len());
            for entry in entries {
                let place = sorted.iter().position(|(key, _)| !key.encode_utf16().lt(entry.0.encode_utf16()));
                match place {
                    Some(place) if sorted[place].0 == entry.0 => sorted[place] = entry,
                    place => sorted.insert(place.unwrap_or(sorted.len()), entry),
                }
            }
            to.out.push('{');
            for (key, item) in sorted {
                to.key(key);
                canonical(item, to);
            }
            to.out.push('}');
        }
        // Texts and numbers are written canonically by every writer of ours.
        plain => to.json(plain),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{Numbers, parse};
    use alloc::string::String;

    fn canonical_of(text: &str) -> String {
        let mut to = Writer::new(Numbers::NATIVE);
        canonical(&parse(text.as_bytes(), Numbers::NATIVE).expect("JSON"), &mut to);
        to.out
    }

    /// The examples of RFC 8785, 3.2.2 and 3.2.3.
    #[test]
    fn writes_what_the_standard_shows() {
        let given = r#"{ "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
            "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false] }"#;
        let shown = r#"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}"#;
        assert_eq!(canonical_of(given), shown);
        let keys = r#"{"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7}"#;
        assert_eq!(canonical_of(keys), "{\"\\r\":2,\"1\":4,\"\u{80}\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\u{fb33}\":3}");
    }

    #[test]
    fn the_order_of_the_file_does_not_matter() {
        assert_eq!(
            canonical_of(r#"{"b":{"z":1,"a":[{"d":1,"c":2}]},"a":0}"#),
            r#"{"a":0,"b":{"a":[{"c":2,"d":1}],"z":1}}"#
        );
        assert_eq!(canonical_of(r#"{"a":1,"a":2}"#), r#"{"a":2}"#);
    }
}
