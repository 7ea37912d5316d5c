//! Number conversion natively.

use super::{Joined, Numbers};
use alloc::{format, string::String};

impl Numbers {
    /// Rust's own conversions, laid out as ECMA-262 6.1.6.1.20 says. Of how languages write numbers
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

fn show(n: f64) -> String {
    if n.is_nan() {
        return "NaN".into();
    }
    if n.is_infinite() {
        return if n > 0.0 { "Infinity".into() } else { "-Infinity".into() };
    }
    if n == 0.0 {
        return "0".into();
    }
    let scientific = format!("{:e}", n.abs());
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let digits = mantissa.replace('.', "");
    let point = exponent.parse::<i32>().unwrap_or(0) + 1;
    let count = digits.len() as i32;
    let sign = if n < 0.0 { "-" } else { "" };
    if (count..=21).contains(&point) {
        format!("{sign}{digits}{}", "0".repeat((point - count) as usize))
    } else if (1..=21).contains(&point) {
        let (whole, part) = digits.split_at(point as usize);
        format!("{sign}{whole}.{part}")
    } else if (-5..=0).contains(&point) {
        format!("{sign}0.{}{digits}", "0".repeat(-point as usize))
    } else {
        let power = point - 1;
        let (first, rest) = digits.split_at(1);
        let dot = if rest.is_empty() { "" } else { "." };
        let plus = if power < 0 { '-' } else { '+' };
        format!("{sign}{first}{dot}{rest}e{plus}{}", power.abs())
    }
}
