//! `application/x-www-form-urlencoded`, as the URL standard has it (5.2).

use alloc::string::String;

/// Adds a pair to what a form posts.
pub fn encode(to: &mut String, name: &str, value: &str) {
    if !to.is_empty() {
        to.push('&');
    }
    percent(to, name);
    to.push('=');
    percent(to, value);
}

fn percent(to: &mut String, text: &str) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        match byte {
            b' ' => to.push('+'),
            b'*' | b'-' | b'.' | b'_' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => to.push(byte.into()),
            _ => to.extend(['%', HEX[usize::from(byte >> 4)].into(), HEX[usize::from(byte & 15)].into()]),
        }
    }
}
