//! Choices read from bytes. When the bytes are used up every choice is the first one, so each input ends.

/// The bytes that are left.
pub struct Source<'a>(&'a [u8]);

impl<'a> Source<'a> {
    pub fn new(bytes: &'a [u8]) -> Source<'a> {
        Source(bytes)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn byte(&mut self) -> u8 {
        match self.0.split_first() {
            Some((first, rest)) => {
                self.0 = rest;
                *first
            }
            None => 0,
        }
    }

    pub fn bool(&mut self) -> bool {
        self.byte() & 1 == 1
    }

    pub fn word(&mut self) -> u16 {
        u16::from_le_bytes([self.byte(), self.byte()])
    }

    /// A number below `count`; 0 where that is 0.
    pub fn below(&mut self, count: usize) -> usize {
        let number = if count > 256 { usize::from(self.word()) } else { usize::from(self.byte()) };
        number.checked_rem(count).unwrap_or(0)
    }

    /// One of several.
    pub fn of<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())].clone()
    }

    /// A whole number, more often a small one.
    pub fn whole(&mut self) -> i64 {
        match self.byte() {
            0..200 => i64::from(self.byte().cast_signed()),
            200..240 => i64::from(self.word()) - 32_768,
            kind => [i32::MAX.into(), i32::MIN.into(), 1 << 53, -(1 << 53), i64::MAX - 1023, i64::MIN, 0, 1]
                [usize::from(kind) % 8],
        }
    }

    /// A number that conditions and bands may stumble over.
    pub fn number(&mut self) -> f64 {
        match self.byte() {
            0..200 => self.whole() as f64,
            200..230 => f64::from(self.word()) / 7.0,
            kind => [0.5, -0.0, 1e15, 1e21, 1e-7, f64::MAX, f64::MIN_POSITIVE, -1e300][usize::from(kind) % 8],
        }
    }

    /// A short text of letters, signs and whatever else is in the bytes.
    pub fn text(&mut self) -> String {
        let length = usize::from(self.byte() % 24).min(self.0.len());
        let (bytes, rest) = self.0.split_at(length);
        self.0 = rest;
        String::from_utf8_lossy(bytes).into_owned()
    }
}
