//! What a visitor gives, as the bytes will have it.

use crate::source::Source;
use prequal::dialog::Input;
use prequal::flow::model::{Field, Kind};
use prequal::json::Numbers;
use prequal::lead::{PrivacySignal, Touch, Utm};

pub fn touch(source: &mut Source) -> Touch {
    let utm = (0..source.byte() % 3).map(|_| Utm {
        key: source.of(&["source", "medium", "campaign", "else"]).into(),
        value: source.of(&["ads", "news", ""]).into(),
    });
    let utm = utm.collect();
    Touch {
        landing_path: source.of(&["/", "/prices"]).into(),
        referrer_host: source.bool().then(|| "a.example".into()),
        utm,
    }
}

pub fn privacy(source: &mut Source) -> Vec<PrivacySignal> {
    let signal = |_| PrivacySignal { source: source.of(&["gpc", "tcf", "else"]).into(), value: source.text() };
    (0..2).map(signal).collect()
}

/// An answer that the field may take; now and then one that it does not.
pub fn answer(field: &Field, source: &mut Source) -> Input {
    let manner = source.byte();
    if manner > 240 {
        return input(source);
    }
    if field.optional && manner % 8 == 7 {
        return Input::Skip;
    }
    match field.kind {
        _ if field.kind.is_scale() => Input::Chosen(vec![usize::from(manner) % 5]),
        Kind::Url => Input::Text(source.of(&["b.example", "https://b.example/x", "ftp://b"]).into()),
        Kind::DateRange => {
            Input::Text(source.of(&["2026-10-01/2026-10-31", "2026-10-31/2026-10-01", "2024-02-29", "/"]).into())
        }
        Kind::Ranking => {
            let count = field.options.len().max(1);
            Input::Chosen((0..field.options.len()).map(|place| (place + usize::from(manner)) % count).collect())
        }
        Kind::Matrix => {
            let count = field.options.len().max(1);
            Input::Chosen((0..field.rows.len()).map(|row| usize::from(manner >> (row % 7)) % count).collect())
        }
        Kind::Date => Input::Text(source.of(&["2026-10-01", "2024-02-29", "2026-13-01"]).into()),
        Kind::Company => Input::Text(source.text()),
        Kind::SingleChoice | Kind::YesNo | Kind::Country | Kind::Rating | Kind::Nps => {
            worded(vec![usize::from(manner) % field.options.len().max(1)], field, source)
        }
        Kind::MultipleChoice => {
            let places = 0..field.options.len();
            let chosen: Vec<usize> = places.filter(|place| manner >> (place % 7) & 1 == 0).collect();
            worded(if chosen.is_empty() { vec![0] } else { chosen }, field, source)
        }
        Kind::Number | Kind::Slider | Kind::Money => {
            let ends = field.bands.iter().flat_map(|band| [band.from, band.below]).flatten();
            let ends: Vec<f64> = ends.chain(field.min).chain(field.max).collect();
            let number = match ends.get(source.below(ends.len() + 1)) {
                Some(end) => end + source.of(&[0.0, 1.0, -1.0]),
                None => source.whole() as f64,
            };
            Input::Text(Numbers::NATIVE.text(number))
        }
        Kind::ShortText | Kind::LongText => Input::Text(if manner & 1 == 0 {
            source.of(&["ok", "asdf", "Late pallets", "xkcdqq"]).into()
        } else {
            source.text()
        }),
        Kind::Email => Input::Text(
            source.of(&["ada@freight.example", "a@gmail.com", "a@gmial.com", "a@mailinator.com", "ö@ü.example"]).into(),
        ),
        Kind::Phone => {
            let text = source.of(&["+44 20 7946 0123", "020 7946 0123", "0049 (0)30 123456", "8 495 123-45-67"]);
            if manner & 1 == 0 {
                Input::Text(text.into())
            } else {
                Input::Worded(vec![usize::from(manner)], text.into())
            }
        }
    }
}

/// Options, with words of the visitor's own where one of the field's asks for them.
fn worded(chosen: Vec<usize>, field: &Field, source: &mut Source) -> Input {
    match field.options.iter().any(|option| option.asks.is_some()) {
        true => Input::Worded(chosen, source.of(&["Somewhere", "xxxxx", "9", ""]).into()),
        false => Input::Chosen(chosen),
    }
}

/// Whatever a control could give.
pub fn input(source: &mut Source) -> Input {
    match source.byte() % 4 {
        0 => Input::Skip,
        1 if source.bool() => Input::Worded((0..source.byte() % 5).map(|_| source.below(6)).collect(), source.text()),
        1 => Input::Chosen((0..source.byte() % 5).map(|_| source.below(6)).collect()),
        2 => Input::Text(source.of(&["1,200", "1.2.3", "-4", "1e5", "99999999999999999999", "a@b.co", " "]).into()),
        _ => Input::Text(source.text()),
    }
}
