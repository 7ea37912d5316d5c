//! Number conversion natively.

use super::{Joined, Numbers};
use alloc::{format, string::String};

impl Numbers {
    /// As ECMA-262 6.1.6.1.20 says. Of how languages write numbers
    /// native code knows the decimal mark of a few, and groups nothing; it names countries in English.
    pub const NATIVE: Numbers = Numbers {
        parse: |text| text.parse().ok().filter(|n: &f64| n.is_finite()),
        show,
        say,
        date: |day, _| day.into(),
        countries: |_| include_str!("../flow/countries.txt").into(),
        list,
    };
}

/// As in English.
fn list(items: &[String], joined: Joined, _: &str) -> String {
    let word = match joined {
        Joined::Unit => return items.join(", "),
        Joined::And => "and",
        Joined::Or => "or",
    };
    match items {
        [one, other] => format!("{one} {word} {other}"),
        [before @ .., last] if !before.is_empty() => format!("{}, {word} {last}", before.join(", ")),
        _ => items.concat(),
    }
}

fn say(n: f64, locale: &str) -> String {
    let comma = ["da", "de", "es", "fr", "it", "nb", "nl", "pl", "pt", "ru", "sv", "tr", "uk"];
    let text = show(n);
    if comma.contains(&crate::flow::language(locale)) { text.replace('.', ",") } else { text }
}

/// Of two shortest texts that are equally near ECMA-262 takes the even one, and Rust's formatter the other.
fn show(n: f64) -> String {
    ryu_js::Buffer::new().format(n).into()
}
