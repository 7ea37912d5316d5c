//! Reading model types from [`Json`] and writing them back, without serde.
//!
//! The [`model!`] macro gives each type of the flow and of the lead its struct, its serde derives
//! (native code and modules that load on demand) and the lean reader and writer of the browser.
//! `tests/it/model.rs` holds the two equal.

use super::diagnostic::{Code, Notes, Path, nearest};
use crate::json::{Json, Writer};
use alloc::{format, string::String, vec::Vec};

/// A type that can be read from a JSON value.
pub trait Read: Sized {
    /// What a person would call the expected value, such as "a text".
    const EXPECTED: &'static str;

    /// Reads the value, or notes what is wrong with it.
    fn read(json: &Json, path: &Path, notes: &mut Notes) -> Option<Self>;
}

/// A type that can be written as JSON.
pub trait Write {
    fn write(&self, to: &mut Writer);
}

/// Notes that `path` holds something else than was expected.
pub fn wrong_type<T>(path: &Path, expected: &str, notes: &mut Notes) -> Option<T> {
    notes.error(Code::WrongType, path, || (format!("Expected {expected}."), format!("Write {expected} here.")));
    None
}

/// Notes that a required key is missing.
pub fn missing(path: &Path, notes: &mut Notes) {
    notes.error(Code::MissingKey, path, || ("This is missing.".into(), "Add it.".into()));
}

/// Whether the object has the key, whatever its value.
pub fn has(entries: &[(String, Json)], key: &str) -> bool {
    entries.iter().any(|(k, _)| k == key)
}

/// The entries of an object; notes keys that nobody knows and keys that stand there twice.
pub fn entries<'j>(json: &'j Json, known: &[&str], path: &Path, notes: &mut Notes) -> Option<&'j [(String, Json)]> {
    let Json::Object(entries) = json else {
        return wrong_type(path, "an object", notes);
    };
    for (i, (key, _)) in entries.iter().enumerate() {
        if !known.contains(&key.as_str()) {
            notes.error(Code::UnknownKey, &path.key(key), || {
                let hint = match nearest(key, known.iter().copied()) {
                    Some(near) => format!("Did you mean “{near}”?"),
                    None => format!("Remove it, or use one of: {}.", known.join(", ")),
                };
                (format!("“{key}” is not known here."), hint)
            });
        } else if entries[..i].iter().any(|(other, _)| other == key) {
            notes.error(Code::Duplicate, &path.key(key), || ("This key stands here twice.".into(), "Remove one of the two.".into()));
        }
    }
    Some(entries)
}

impl Read for String {
    const EXPECTED: &'static str = "a text";
    fn read(json: &Json, path: &Path, notes: &mut Notes) -> Option<Self> {
        match json {
            Json::Text(text) => Some(text.clone()),
            _ => wrong_type(path, Self::EXPECTED, notes),
        }
    }
}

impl Read for bool {
    const EXPECTED: &'static str = "true or false";
    fn read(json: &Json, path: &Path, notes: &mut Notes) -> Option<Self> {
        match json {
            Json::Bool(value) => Some(*value),
            _ => wrong_type(path, Self::EXPECTED, notes),
        }
    }
}

fn whole(json: &Json, least: f64, most: f64) -> Option<f64> {
    match json {
        Json::Number(n) if *n >= least && *n <= most && *n == (*n as i64) as f64 => Some(*n),
        _ => None,
    }
}

impl Read for i32 {
    const EXPECTED: &'static str = "a whole number between -2147483648 and 2147483647";
    fn read(json: &Json, path: &Path, notes: &mut Notes) -> Option<Self> {
        match whole(json, f64::from(i32::MIN), f64::from(i32::MAX)) {
            Some(n) => Some(n as i32),
            None => wrong_type(path, Self::EXPECTED, notes),
        }
    }
}

impl Read for u32 {
    const EXPECTED: &'static str = "a whole number from 0 to 4294967295";
    fn read(json: &Json, path: &Path, notes: &mut Notes) -> Option<Self> {
        match whole(json, 0.0, f64::from(u32::MAX)) {
            Some(n) => Some(n as u32),
            None => wrong_type(path, Self::EXPECTED, notes),
        }
    }
}

/// Milliseconds since 1970 and sums of points; whole numbers that a browser's number holds exactly.
impl Read for i64 {
    const EXPECTED: &'static str = "a whole number";
    fn read(json: &Json, path: &Path, notes: &mut Notes) -> Option<Self> {
        match whole(json, -9007199254740991.0, 9007199254740991.0) {
            Some(n) => Some(n as i64),
            None => wrong_type(path, Self::EXPECTED, notes),
        }
    }
}

impl Read for f64 {
    const EXPECTED: &'static str = "a number";
    fn read(json: &Json, path: &Path, notes: &mut Notes) -> Option<Self> {
        match json {
            Json::Number(n) => Some(*n),
            _ => wrong_type(path, Self::EXPECTED, notes),
        }
    }
}

impl Read for Json {
    const EXPECTED: &'static str = "a value";
    fn read(json: &Json, _: &Path, _: &mut Notes) -> Option<Self> {
        Some(json.clone())
    }
}

impl<T: Read> Read for Option<T> {
    const EXPECTED: &'static str = T::EXPECTED;
    fn read(json: &Json, path: &Path, notes: &mut Notes) -> Option<Self> {
        match json {
            Json::Null => Some(None),
            _ => T::read(json, path, notes).map(Some),
        }
    }
}

impl<T: Read> Read for Vec<T> {
    const EXPECTED: &'static str = "a list";
    fn read(json: &Json, path: &Path, notes: &mut Notes) -> Option<Self> {
        let Json::List(items) = json else {
            return wrong_type(path, Self::EXPECTED, notes);
        };
        let mut list = Vec::with_capacity(items.len());
        for (i, item) in items.iter().enumerate() {
            list.extend(T::read(item, &path.index(i), notes));
        }
        // An item that could not be read has been noted; the list is whole or the flow is refused.
        (list.len() == items.len()).then_some(list)
    }
}

impl Write for String {
    fn write(&self, to: &mut Writer) {
        to.text(self);
    }
}

impl Write for bool {
    fn write(&self, to: &mut Writer) {
        to.json(&Json::Bool(*self));
    }
}

macro_rules! write_integer {
    ($($T:ty),*) => { $(impl Write for $T {
        fn write(&self, to: &mut Writer) {
            let text = crate::json::integer_text(i64::from(*self));
            to.out.push_str(&text);
        }
    })* };
}
write_integer!(i32, u32, i64);

impl Write for f64 {
    fn write(&self, to: &mut Writer) {
        to.json(&Json::Number(*self));
    }
}

impl Write for Json {
    fn write(&self, to: &mut Writer) {
        to.json(self);
    }
}

impl<T: Write> Write for Option<T> {
    fn write(&self, to: &mut Writer) {
        match self {
            Some(value) => value.write(to),
            None => to.json(&Json::Null),
        }
    }
}

impl<T: Write> Write for Vec<T> {
    fn write(&self, to: &mut Writer) {
        to.out.push('[');
        for item in self {
            to.comma();
            item.write(to);
        }
        to.out.push(']');
    }
}

/// True for what an absent key means; such values are not written.
pub fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Declares a struct of the flow or the lead. Keys before the semicolon are required; those after
/// it may be absent and then mean the default of their type.
macro_rules! model {
    ($(
        $(#[$meta:meta])*
        pub struct $Name:ident {
            $($(#[$need_meta:meta])* $need:ident: $Need:ty,)*
            ;
            $($(#[$may_meta:meta])* $may:ident: $May:ty,)*
        }
    )*) => { $(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
        pub struct $Name {
            $($(#[$need_meta])* pub $need: $Need,)*
            $($(#[$may_meta])*
              #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "crate::flow::read::is_default"))]
              pub $may: $May,)*
        }

        impl $crate::flow::read::Read for $Name {
            const EXPECTED: &'static str = "an object";
            fn read(
                json: &$crate::json::Json,
                path: &$crate::flow::diagnostic::Path,
                notes: &mut $crate::flow::diagnostic::Notes,
            ) -> Option<Self> {
                const KNOWN: &[&str] = &[$(stringify!($need),)* $(stringify!($may),)*];
                let entries = $crate::flow::read::entries(json, KNOWN, path, notes)?;
                $(let mut $need: Option<$Need> = None;)*
                $(let mut $may: Option<$May> = Some(Default::default());)*
                for (key, value) in entries {
                    let path = path.key(key);
                    match key.as_str() {
                        $(stringify!($need) => $need = $crate::flow::read::Read::read(value, &path, notes),)*
                        $(stringify!($may) => $may = $crate::flow::read::Read::read(value, &path, notes),)*
                        _ => {}
                    }
                }
                $(if $need.is_none() && !$crate::flow::read::has(entries, stringify!($need)) {
                    $crate::flow::read::missing(&path.key(stringify!($need)), notes);
                })*
                Some($Name { $($need: $need?,)* $($may: $may?,)* })
            }
        }

        impl $crate::flow::read::Write for $Name {
            fn write(&self, to: &mut $crate::json::Writer) {
                to.comma();
                to.out.push('{');
                $(to.key(stringify!($need)); $crate::flow::read::Write::write(&self.$need, to);)*
                $(if !$crate::flow::read::is_default(&self.$may) {
                    to.key(stringify!($may));
                    $crate::flow::read::Write::write(&self.$may, to);
                })*
                to.out.push('}');
            }
        }
    )* };
}

/// Declares an enum whose values are texts in the file.
macro_rules! model_enum {
    ($(
        $(#[$meta:meta])*
        pub enum $Name:ident { $($(#[$variant_meta:meta])* $Variant:ident = $text:literal,)* }
    )*) => { $(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        pub enum $Name { $($(#[$variant_meta])* #[cfg_attr(feature = "serde", serde(rename = $text))] $Variant,)* }

        impl $Name {
            const TEXTS: &'static [&'static str] = &[$($text,)*];

            /// The value as it stands in the file.
            pub fn as_str(self) -> &'static str {
                Self::TEXTS[self as usize]
            }
        }

        impl $crate::flow::read::Read for $Name {
            const EXPECTED: &'static str = concat!("one of", $(" ", $text),*);
            fn read(
                json: &$crate::json::Json,
                path: &$crate::flow::diagnostic::Path,
                notes: &mut $crate::flow::diagnostic::Notes,
            ) -> Option<Self> {
                match json.as_text() {
                    $(Some($text) => Some($Name::$Variant),)*
                    _ => $crate::flow::read::wrong_type(path, Self::EXPECTED, notes),
                }
            }
        }

        impl $crate::flow::read::Write for $Name {
            fn write(&self, to: &mut $crate::json::Writer) {
                to.text(self.as_str());
            }
        }
    )* };
}

pub(crate) use {model, model_enum};
