//! The link of an outcome, with what the visitor told, once they agreed.

use crate::flow::Checked;
use crate::flow::model::Action;
use crate::json::Json;
use crate::session::State;
use alloc::string::String;

/// The address of an outcome's link. Answers stand in it only once the lead is on its way with consent: before, and
/// after a refusal, it is the plain address.
pub(super) fn address(flow: &Checked, state: &State, action: &Action) -> String {
    let mut address = action.url.clone();
    if state.sealed.is_none() || !state.granted.iter().flatten().any(|granted| *granted) {
        return address;
    }
    let fragment = address.find('#').map(|at| address.split_off(at));
    let evidence = state.dialog.evidence(flow, &state.moment(0));
    for filled in &action.prefill {
        let place = flow.flow.fields.iter().position(|field| field.id == filled.field);
        let Some(answer) = place.and_then(|place| evidence.answers[place]) else { continue };
        let text = match answer {
            Json::Text(text) => text.clone(),
            Json::Number(n) => flow.numbers.text(*n),
            Json::List(all) => {
                let mut joined = String::new();
                for one in all.iter().filter_map(Json::as_text) {
                    if !joined.is_empty() {
                        joined.push(',');
                    }
                    joined.push_str(one);
                }
                joined
            }
            _ => continue,
        };
        address.push(if address.contains('?') { '&' } else { '?' });
        encode(&filled.parameter, &mut address);
        address.push('=');
        encode(&text, &mut address);
    }
    address.extend(fragment);
    address
}

/// Everything but what RFC 3986 (2.3) calls unreserved, byte by byte.
fn encode(text: &str, to: &mut String) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            to.push(char::from(byte));
        } else {
            to.push('%');
            to.push(char::from(HEX[usize::from(byte >> 4)]));
            to.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
}
