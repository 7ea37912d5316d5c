//! Reading model types from [`Json`] and writing them back, without serde.
//!
//! The [`model!`] macro gives each type of the flow and of the lead its struct, its serde derives
//! (native code and modules that load on demand) and the lean reader and writer of the browser.
//! `tests/it/model.rs` holds the two equal.

use super::diagnostic::{Code, Notes, Path, nearest};
use crate::json::{Json, Writer};
use alloc::{format, string::String, vec::Vec};

/// A type that can be read from a JSON value.
pub trait Read: Default {
    /// What a person would call the expected value, such as "a text".
    const EXPECTED: &'static str;

    /// Reads the value in place, or notes what is wrong with it. A result handed back would make
    /// the compiler write a way out, with everything to drop, behind each key of each struct.
    fn read(&mut self, json: &Json, path: &Path, notes: &mut Notes);
}

/// A type that can be written as JSON.
pub trait Write {
    fn write(&self, to: &mut Writer);
}

/// Notes that `path` holds something else than was expected.
pub fn wrong_type(path: &Path, expected: &str, notes: &mut Notes) {
    notes.error(Code::WrongType, path, || (format!("Expected {expected}."), format!("Write {expected} here.")));
}

/// Reads one key of an object. One function a type, not one a key: it is all that structs share.
#[inline(never)]
pub fn key<T: Read>(
    into: &mut T,
    key: &str,
    required: bool,
    entries: &[(String, Json)],
    path: &Path,
    notes: &mut Notes,
) {
    let path = path.key(key);
    match entries.iter().find(|(k, _)| k == key) {
        Some((_, json)) => into.read(json, &path, notes),
        None if required => {
            notes.error(Code::MissingKey, &path, || ("This is missing.".into(), "Add it.".into()));
        }
        None => {}
    }
}

/// The entries of an object; notes keys that nobody knows and keys that stand there twice.
pub fn entries<'j>(json: &'j Json, known: &[&str], path: &Path, notes: &mut Notes) -> Option<&'j [(String, Json)]> {
    let Json::Object(entries) = json else {
        wrong_type(path, "an object", notes);
        return None;
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
            notes.error(Code::Duplicate, &path.key(key), || {
                ("This key stands here twice.".into(), "Remove one of the two.".into())
            });
        }
    }
    Some(entries)
}

impl Read for String {
    const EXPECTED: &'static str = "a text";
    fn read(&mut self, json: &Json, path: &Path, notes: &mut Notes) {
        match json {
            Json::Text(text) => self.clone_from(text),
            _ => wrong_type(path, Self::EXPECTED, notes),
        }
    }
}

impl Read for bool {
    const EXPECTED: &'static str = "true or false";
    fn read(&mut self, json: &Json, path: &Path, notes: &mut Notes) {
        match json {
            Json::Bool(value) => *self = *value,
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

macro_rules! read_whole {
    ($($T:ty, $least:expr, $most:expr, $expected:literal;)*) => { $(
        impl Read for $T {
            const EXPECTED: &'static str = $expected;
            fn read(&mut self, json: &Json, path: &Path, notes: &mut Notes) {
                match whole(json, $least, $most) {
                    Some(n) => *self = n as $T,
                    None => wrong_type(path, Self::EXPECTED, notes),
                }
            }
        }
    )* };
}
read_whole! {
    i32, -2147483648.0, 2147483647.0, "a whole number between -2147483648 and 2147483647";
    u32, 0.0, 4294967295.0, "a whole number from 0 to 4294967295";
    // Milliseconds since 1970 and sums of points: what a browser's number holds exactly.
    i64, -9007199254740991.0, 9007199254740991.0, "a whole number";
}

impl Read for f64 {
    const EXPECTED: &'static str = "a number";
    fn read(&mut self, json: &Json, path: &Path, notes: &mut Notes) {
        match json {
            Json::Number(n) => *self = *n,
            _ => wrong_type(path, Self::EXPECTED, notes),
        }
    }
}

impl Read for Json {
    const EXPECTED: &'static str = "a value";
    fn read(&mut self, json: &Json, _: &Path, _: &mut Notes) {
        self.clone_from(json);
    }
}

impl<T: Read> Read for Option<T> {
    const EXPECTED: &'static str = T::EXPECTED;
    fn read(&mut self, json: &Json, path: &Path, notes: &mut Notes) {
        if *json != Json::Null {
            self.insert(T::default()).read(json, path, notes);
        }
    }
}

impl<T: Read> Read for Vec<T> {
    const EXPECTED: &'static str = "a list";
    fn read(&mut self, json: &Json, path: &Path, notes: &mut Notes) {
        let Json::List(items) = json else {
            return wrong_type(path, Self::EXPECTED, notes);
        };
        for (i, item) in items.iter().enumerate() {
            let mut value = T::default();
            value.read(item, &path.index(i), notes);
            self.push(value);
        }
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

/// Reads a key by serde as its place among those that are known.
#[cfg(feature = "serde")]
pub(crate) struct KeyOf(pub &'static [&'static str]);

#[cfg(feature = "serde")]
impl<'de> serde::de::DeserializeSeed<'de> for KeyOf {
    type Value = usize;

    fn deserialize<D: serde::Deserializer<'de>>(self, from: D) -> Result<usize, D::Error> {
        from.deserialize_identifier(self)
    }
}

#[cfg(feature = "serde")]
impl serde::de::Visitor<'_> for KeyOf {
    type Value = usize;

    fn expecting(&self, to: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        to.write_str("a key")
    }

    fn visit_str<E: serde::de::Error>(self, key: &str) -> Result<usize, E> {
        self.0.iter().position(|known| *known == key).ok_or_else(|| E::unknown_field(key, self.0))
    }
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
        #[derive(Clone, Debug, Default, PartialEq)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize))]
        pub struct $Name {
            $($(#[$need_meta])* pub $need: $Need,)*
            $($(#[$may_meta])*
              #[cfg_attr(feature = "serde", serde(skip_serializing_if = "crate::flow::read::is_default"))]
              pub $may: $May,)*
        }

        impl $crate::flow::read::Read for $Name {
            const EXPECTED: &'static str = "an object";
            fn read(
                &mut self,
                json: &$crate::json::Json,
                path: &$crate::flow::diagnostic::Path,
                notes: &mut $crate::flow::diagnostic::Notes,
            ) {
                const KNOWN: &[&str] = &[$(stringify!($need),)* $(stringify!($may),)*];
                let Some(entries) = $crate::flow::read::entries(json, KNOWN, path, notes) else { return };
                $($crate::flow::read::key(&mut self.$need, stringify!($need), true, entries, path, notes);)*
                $($crate::flow::read::key(&mut self.$may, stringify!($may), false, entries, path, notes);)*
            }
        }

        #[cfg(feature = "serde")]
        impl<'de> serde::Deserialize<'de> for $Name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                struct Entries;

                impl<'de> serde::de::Visitor<'de> for Entries {
                    type Value = $Name;

                    fn expecting(&self, to: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                        to.write_str("an object")
                    }

                    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut from: A) -> Result<$Name, A::Error> {
                        use serde::de::Error;
                        const NEEDED: &[&str] = &[$(stringify!($need),)*];
                        const KNOWN: &[&str] = &[$(stringify!($need),)* $(stringify!($may),)*];
                        let mut value = $Name::default();
                        let mut stands = [false; KNOWN.len()];
                        while let Some(place) = from.next_key_seed($crate::flow::read::KeyOf(KNOWN))? {
                            let key = KNOWN[place];
                            if core::mem::replace(&mut stands[place], true) {
                                return Err(A::Error::duplicate_field(key));
                            }
                            $(if key == stringify!($need) {
                                value.$need = from.next_value()?;
                                continue;
                            })*
                            $(if key == stringify!($may) {
                                value.$may = from.next_value()?;
                                continue;
                            })*
                        }
                        match NEEDED.iter().zip(stands).find(|(_, stands)| !stands) {
                            Some((key, _)) => Err(A::Error::missing_field(key)),
                            None => Ok(value),
                        }
                    }
                }

                // A derived reader would take a list of the values too.
                from.deserialize_map(Entries)
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

        /// The first; it stands only until the value is read.
        impl Default for $Name {
            fn default() -> Self {
                Self::ALL[0]
            }
        }

        impl $Name {
            const ALL: &'static [$Name] = &[$($Name::$Variant,)*];
            const TEXTS: &'static [&'static str] = &[$($text,)*];

            /// The value as it stands in the file.
            pub fn as_str(self) -> &'static str {
                Self::TEXTS[self as usize]
            }
        }

        impl $crate::flow::read::Read for $Name {
            const EXPECTED: &'static str = concat!("one of", $(" ", $text),*);
            fn read(
                &mut self,
                json: &$crate::json::Json,
                path: &$crate::flow::diagnostic::Path,
                notes: &mut $crate::flow::diagnostic::Notes,
            ) {
                match Self::TEXTS.iter().position(|text| json.as_text() == Some(text)) {
                    Some(place) => *self = Self::ALL[place],
                    None => $crate::flow::read::wrong_type(path, Self::EXPECTED, notes),
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

/// Declares an enum of which each variant holds one value, in the file an object with one key.
macro_rules! model_union {
    ($(
        $(#[$meta:meta])*
        pub enum $Name:ident { $($(#[$variant_meta:meta])* $Variant:ident($Part:ty) = $text:literal,)* }
    )*) => { $(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        pub enum $Name { $($(#[$variant_meta])* #[cfg_attr(feature = "serde", serde(rename = $text))] $Variant($Part),)* }

        impl $crate::flow::read::Read for $Name {
            const EXPECTED: &'static str = concat!("an object with one of", $(" ", $text),*);
            fn read(
                &mut self,
                json: &$crate::json::Json,
                path: &$crate::flow::diagnostic::Path,
                notes: &mut $crate::flow::diagnostic::Notes,
            ) {
                if let $crate::json::Json::Object(entries) = json
                    && let [(key, json)] = entries.as_slice()
                {
                    $(if key == $text {
                        let mut part = <$Part>::default();
                        $crate::flow::read::Read::read(&mut part, json, &path.key($text), notes);
                        *self = $Name::$Variant(part);
                        return;
                    })*
                }
                $crate::flow::read::wrong_type(path, Self::EXPECTED, notes);
            }
        }

        impl $crate::flow::read::Write for $Name {
            fn write(&self, to: &mut $crate::json::Writer) {
                to.comma();
                to.out.push('{');
                match self { $($Name::$Variant(part) => {
                    to.key($text);
                    $crate::flow::read::Write::write(part, to);
                })* }
                to.out.push('}');
            }
        }
    )* };
}

pub(crate) use {model, model_enum, model_union};
