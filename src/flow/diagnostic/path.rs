//! Places in the flow file.

#[cfg(feature = "widget")]
pub use silent::Path;
#[cfg(not(feature = "widget"))]
pub use spoken::{Part, Path};

#[cfg(all(feature = "engine", not(feature = "widget")))]
pub(super) use written::{joined, written};

/// Places in what was written out of blocks, as places in the file.
#[cfg(all(feature = "engine", not(feature = "widget")))]
mod written {
    use super::Part;
    use crate::flow::blocks::Origins;
    use crate::json::integer_text;
    use alloc::{string::String, vec::Vec};

    /// Where something was written that has been written out; nothing where the author wrote it there.
    pub fn written(parts: &[Part], origins: &Origins) -> Option<Vec<Part>> {
        let key = |place: usize, name: &str| matches!(parts.get(place), Some(Part::Key(key)) if key == name);
        let named = |name: &str| Part::Key(name.into());
        let (mut all, rest) = match (parts, key(0, "conversation") && key(1, "steps"), key(0, "fields")) {
            ([_, _, Part::Index(place), ..], true, _) => {
                let (block, step) = origins.of_step(*place)?;
                let path =
                    [named("conversation"), named("blocks"), Part::Index(block), named("steps"), Part::Index(step)];
                (Vec::from(path), &parts[3..])
            }
            ([_, Part::Index(place), ..], _, true) => {
                (Vec::from([named("fields"), Part::Index(origins.of_field(*place)?)]), &parts[2..])
            }
            _ => return None,
        };
        all.extend(rest.iter().cloned());
        Some(all)
    }

    /// A place as people read it.
    pub fn joined(parts: &[Part]) -> String {
        let mut text = String::new();
        for part in parts {
            match part {
                Part::Key(key) if text.is_empty() => text.push_str(key),
                Part::Key(key) => text.extend([".", key]),
                Part::Index(index) => text.extend(["[", &integer_text(*index as i64), "]"]),
            }
        }
        text
    }
}

#[cfg(not(feature = "widget"))]
mod spoken {
    use alloc::{string::String, vec::Vec};
    use core::fmt;

    /// One part of a place, on its own: the text of a place does not tell a key with dots from two keys.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum Part {
        Key(String),
        Index(usize),
    }

    /// A place in the flow file, built on the stack while reading goes down.
    #[derive(Clone, Copy)]
    pub struct Path<'a> {
        parent: Option<&'a Path<'a>>,
        segment: Segment<'a>,
    }

    #[derive(Clone, Copy)]
    enum Segment<'a> {
        Key(&'a str),
        Index(usize),
    }

    impl<'a> Path<'a> {
        pub const ROOT: Path<'static> = Path { parent: None, segment: Segment::Key("") };

        pub fn key(&'a self, key: &'a str) -> Path<'a> {
            Path { parent: Some(self), segment: Segment::Key(key) }
        }

        pub fn index(&'a self, index: usize) -> Path<'a> {
            Path { parent: Some(self), segment: Segment::Index(index) }
        }
    }

    impl Path<'_> {
        /// The parts, from the outermost inwards.
        pub fn parts(&self) -> Vec<Part> {
            let Some(parent) = self.parent else { return Vec::new() };
            let mut parts = parent.parts();
            parts.push(match self.segment {
                Segment::Key(key) => Part::Key(key.into()),
                Segment::Index(index) => Part::Index(index),
            });
            parts
        }
    }

    impl fmt::Display for Path<'_> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            let Some(parent) = self.parent else { return Ok(()) };
            parent.fmt(f)?;
            match self.segment {
                Segment::Key(key) if parent.parent.is_some() => write!(f, ".{key}"),
                Segment::Key(key) => f.write_str(key),
                Segment::Index(index) => write!(f, "[{index}]"),
            }
        }
    }
}

/// The widget says nothing of a broken flow, so no place is worth a byte there.
#[cfg(feature = "widget")]
mod silent {
    use core::marker::PhantomData;

    /// A place that nobody asks for.
    #[derive(Clone, Copy)]
    pub struct Path<'a>(PhantomData<&'a ()>);

    impl<'a> Path<'a> {
        pub const ROOT: Path<'static> = Path(PhantomData);

        pub fn key(&'a self, _: &'a str) -> Path<'a> {
            *self
        }

        pub fn index(&'a self, _: usize) -> Path<'a> {
            *self
        }
    }
}
