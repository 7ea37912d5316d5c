//! What a text must look like: patterns of authors, tried in time linear in the text.
//!
//! All ways through a pattern are followed at once (Thompson 1968), so that no pattern and no text make it
//! slow. A pattern is about the whole text. It has what can be tried like that and is written alike everywhere:
//! characters, `.`, classes such as `[A-Z0-9_]` and `[^ ]`, `\d`, `\w`, `\s` and their opposites, groups, `|`,
//! `*`, `+`, `?`, `{2,4}`, `^`, `$`, and `(?i)` in front where case does not matter. Digits, letters and case are those
//! of ASCII. It has no look-around and no back-references.

use alloc::{boxed::Box, vec, vec::Vec};

/// Most steps of a pattern, repetitions written out.
const LONGEST: usize = 1000;
/// Most groups within one another.
const DEEPEST: u32 = 40;

/// Why a pattern cannot be read: the place of the character, from 1, and what is wrong there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable {
    pub at: usize,
    pub what: &'static str,
}

/// Characters of which one must stand at a place.
#[derive(Clone, Debug, Default)]
struct Class {
    ranges: Vec<(char, char)>,
    white: bool,
    not: bool,
    /// Classes of which the character must be in one, too: `\D` within brackets.
    or: Vec<Class>,
}

impl Class {
    fn has(&self, c: char, any_case: bool) -> bool {
        let within = |c: char| self.ranges.iter().any(|(from, to)| (*from..=*to).contains(&c));
        let case = any_case && (within(c.to_ascii_lowercase()) || within(c.to_ascii_uppercase()));
        (within(c) || case || self.white && c.is_whitespace() || self.or.iter().any(|class| class.has(c, any_case)))
            != self.not
    }
}

#[derive(Clone, Debug)]
enum Part {
    One(Class),
    /// Nothing may stand before.
    Start,
    /// Nothing may stand behind.
    End,
    All(Vec<Part>),
    Either(Vec<Part>),
    Times(Box<Part>, usize, Option<usize>),
}

#[derive(Debug)]
enum Step {
    One(Class),
    Start,
    End,
    /// Goes on at both.
    Fork(usize, usize),
}

/// A pattern, ready to be tried.
#[derive(Debug)]
pub struct Pattern {
    steps: Vec<Step>,
    any_case: bool,
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// Where it makes no sense, or asks for what is not there.
    pub fn read(text: &str) -> Result<Pattern, Unreadable> {
        let (any_case, skipped) = if text.starts_with("(?i)") { (true, 4) } else { (false, 0) };
        let mut reader = Reader { text: text.chars().collect(), at: skipped, depth: 0 };
        let whole = reader.either()?;
        if reader.at < reader.text.len() {
            return reader.wrong("this bracket was never opened");
        }
        let mut steps = Vec::new();
        if !lay(&whole, &mut steps) {
            return Err(Unreadable { at: 1, what: "written out, this is too long" });
        }
        Ok(Pattern { steps, any_case })
    }

    /// Whether a whole text looks like that.
    pub fn fits(&self, text: &str) -> bool {
        let end = self.steps.len();
        let (mut here, mut seen) = (Vec::new(), vec![usize::MAX; end + 1]);
        let (mut rest, mut place) = (text.chars(), 0);
        self.reach(0, place, text.is_empty(), &mut here, &mut seen);
        while let Some(c) = rest.next() {
            place += 1;
            let last = rest.as_str().is_empty();
            for step in core::mem::take(&mut here) {
                if let Some(Step::One(class)) = self.steps.get(step)
                    && class.has(c, self.any_case)
                {
                    self.reach(step + 1, place, last, &mut here, &mut seen);
                }
            }
        }
        here.contains(&end)
    }

    /// Notes every step that waits for a character and can be come to from one without taking any.
    fn reach(&self, from: usize, place: usize, last: bool, here: &mut Vec<usize>, seen: &mut [usize]) {
        let mut pending = vec![from];
        while let Some(step) = pending.pop() {
            if core::mem::replace(&mut seen[step], place) == place {
                continue;
            }
            match self.steps.get(step) {
                Some(Step::Fork(one, other)) => pending.extend([*other, *one]),
                Some(Step::Start) if place == 0 => pending.push(step + 1),
                Some(Step::End) if last => pending.push(step + 1),
                Some(Step::Start | Step::End) => {}
                Some(Step::One(_)) | None => here.push(step),
            }
        }
    }
}

/// Lays a part out as steps. False where that would be too many.
fn lay(part: &Part, steps: &mut Vec<Step>) -> bool {
    match part {
        Part::One(class) => steps.push(Step::One(class.clone())),
        Part::Start => steps.push(Step::Start),
        Part::End => steps.push(Step::End),
        Part::All(parts) => return parts.iter().all(|part| lay(part, steps)),
        Part::Either(parts) => {
            let Some((last, others)) = parts.split_last() else { return true };
            let mut ends = Vec::new();
            for part in others {
                let fork = steps.len();
                steps.push(Step::Fork(fork + 1, 0));
                if !lay(part, steps) {
                    return false;
                }
                ends.push(steps.len());
                steps.push(Step::Fork(0, 0));
                steps[fork] = Step::Fork(fork + 1, steps.len());
            }
            if !lay(last, steps) {
                return false;
            }
            let end = steps.len();
            ends.into_iter().for_each(|at| steps[at] = Step::Fork(end, end));
        }
        Part::Times(part, least, most) => {
            if (0..*least).any(|_| !lay(part, steps)) {
                return false;
            }
            let forks = steps.len();
            match most {
                None => {
                    steps.push(Step::Fork(0, 0));
                    if !lay(part, steps) {
                        return false;
                    }
                    steps.push(Step::Fork(forks, forks));
                    steps[forks] = Step::Fork(forks + 1, steps.len());
                }
                Some(most) => {
                    let mut open = Vec::new();
                    for _ in *least..*most {
                        open.push(steps.len());
                        steps.push(Step::Fork(0, 0));
                        if !lay(part, steps) {
                            return false;
                        }
                    }
                    let end = steps.len();
                    open.into_iter().for_each(|at| steps[at] = Step::Fork(at + 1, end));
                }
            }
        }
    }
    steps.len() <= LONGEST
}

struct Reader {
    text: Vec<char>,
    at: usize,
    depth: u32,
}

impl Reader {
    fn wrong<T>(&self, what: &'static str) -> Result<T, Unreadable> {
        Err(Unreadable { at: self.at + 1, what })
    }

    fn next(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    fn take(&mut self, wanted: char) -> bool {
        let found = self.next() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    fn either(&mut self) -> Result<Part, Unreadable> {
        let mut all = vec![self.all()?];
        while self.take('|') {
            all.push(self.all()?);
        }
        Ok(Part::Either(all))
    }

    fn all(&mut self) -> Result<Part, Unreadable> {
        let mut parts = Vec::new();
        while self.next().is_some_and(|c| c != '|' && c != ')') {
            let part = self.one()?;
            parts.push(self.times(part)?);
        }
        Ok(Part::All(parts))
    }

    fn one(&mut self) -> Result<Part, Unreadable> {
        let Some(c) = self.next() else { return self.wrong("something is missing") };
        Ok(match c {
            '*' | '+' | '?' | '{' => return self.wrong("nothing stands here that could be repeated"),
            '(' => return self.group(),
            '[' => Part::One(self.class()?),
            '\\' => Part::One(self.escape()?),
            _ => {
                self.at += 1;
                match c {
                    '^' => Part::Start,
                    '$' => Part::End,
                    '.' => Part::One(Class { ranges: vec![('\n', '\n')], not: true, ..Class::default() }),
                    _ => Part::One(Class { ranges: vec![(c, c)], ..Class::default() }),
                }
            }
        })
    }

    fn group(&mut self) -> Result<Part, Unreadable> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return self.wrong("these groups lie too deep within one another");
        }
        let open = self.at;
        self.at += 1;
        if self.take('?') && !self.take(':') {
            return self.wrong("of groups with a question mark there is (?:…) alone, and (?i) in front");
        }
        let part = self.either()?;
        if !self.take(')') {
            self.at = open;
            return self.wrong("this bracket is never closed");
        }
        self.depth -= 1;
        Ok(part)
    }

    fn times(&mut self, part: Part) -> Result<Part, Unreadable> {
        let Some(c) = self.next() else { return Ok(part) };
        if !matches!(c, '*' | '+' | '?' | '{') {
            return Ok(part);
        }
        self.at += 1;
        let (least, most) = match c {
            '*' => (0, None),
            '+' => (1, None),
            '?' => (0, Some(1)),
            _ => {
                let least = self.number()?;
                let most = match self.take(',') {
                    false => Some(least),
                    true if self.next() == Some('}') => None,
                    true => Some(self.number()?),
                };
                if !self.take('}') || most.is_some_and(|most| most < least) {
                    return self.wrong("a repetition is written {2}, {2,} or {2,4}");
                }
                (least, most)
            }
        };
        // How greedy a part is makes no difference to a whole text.
        self.take('?');
        if self.next().is_some_and(|c| matches!(c, '*' | '+' | '?' | '{')) {
            return self.wrong("this repeats a repetition; put the first one in brackets");
        }
        Ok(Part::Times(Box::new(part), least, most))
    }

    fn number(&mut self) -> Result<usize, Unreadable> {
        let (from, mut number) = (self.at, 0);
        while let Some(digit) = self.next().and_then(|c| c.to_digit(10)) {
            number = (number * 10 + digit as usize).min(LONGEST + 1);
            self.at += 1;
        }
        if self.at == from { self.wrong("a number is missing") } else { Ok(number) }
    }

    /// A class behind a backslash, or the character itself.
    fn escape(&mut self) -> Result<Class, Unreadable> {
        self.at += 1;
        let Some(c) = self.next() else { return self.wrong("nothing stands behind the last backslash") };
        let mut class = Class { not: matches!(c, 'D' | 'W' | 'S'), ..Class::default() };
        match c {
            'd' | 'D' => class.ranges.push(('0', '9')),
            'w' | 'W' => class.ranges.extend([('0', '9'), ('A', 'Z'), ('a', 'z'), ('_', '_')]),
            's' | 'S' => class.white = true,
            't' => class.ranges.push(('\t', '\t')),
            'n' => class.ranges.push(('\n', '\n')),
            'r' => class.ranges.push(('\r', '\r')),
            _ if c.is_ascii_alphanumeric() => return self.wrong("this letter means nothing behind a backslash"),
            _ => class.ranges.push((c, c)),
        }
        self.at += 1;
        Ok(class)
    }

    fn class(&mut self) -> Result<Class, Unreadable> {
        let open = self.at;
        self.at += 1;
        let mut class = Class { not: self.take('^'), ..Class::default() };
        loop {
            let Some(c) = self.next() else {
                self.at = open;
                return self.wrong("this bracket is never closed");
            };
            match c {
                ']' if self.at > open + 1 + usize::from(class.not) => {
                    self.at += 1;
                    return Ok(class);
                }
                '\\' => {
                    let inner = self.escape()?;
                    // A single character may begin a range.
                    match inner.ranges.as_slice() {
                        [(from, to)] if from == to && !inner.not => self.range(*from, &mut class)?,
                        _ => class.or.push(inner),
                    }
                }
                _ => {
                    self.at += 1;
                    self.range(c, &mut class)?;
                }
            }
        }
    }

    /// The rest of a range, if one begins with this character.
    fn range(&mut self, from: char, class: &mut Class) -> Result<(), Unreadable> {
        let mut to = from;
        if self.next() == Some('-') && self.text.get(self.at + 1).is_some_and(|c| *c != ']') {
            self.at += 1;
            to = self.next().unwrap_or(from);
            if to == '\\' {
                let end = self.escape()?;
                to = match end.ranges.as_slice() {
                    [(one, other)] if one == other && !end.not => *one,
                    _ => return self.wrong("a range cannot end with a class"),
                };
            } else {
                self.at += 1;
            }
        }
        if from > to {
            return self.wrong("this range ends before it begins");
        }
        class.ranges.push((from, to));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, fits: &[&str], not: &[&str]) {
        let read = Pattern::read(pattern).expect("a pattern");
        for text in fits {
            assert!(read.fits(text), "{pattern} {text}");
        }
        for text in not {
            assert!(!read.fits(text), "{pattern} {text}");
        }
    }

    #[test]
    fn whole_texts_fit() {
        check("DE[0-9]{9}", &["DE123456789"], &["DE12345678", "DE1234567890", "xDE123456789", "de123456789", ""]);
        check("(?i)de\\d{2,4}", &["DE12", "dE1234"], &["de1", "de12345"]);
        check("^[^\\s@]+@\\w+\\.(?:com|de)$", &["a.b@c.de", "ü@x.com"], &["a b@c.de", "a@c.fr"]);
        check("a|bc|", &["a", "bc", ""], &["ab", "b", "c"]);
        check("(ab?)*c{0,2}", &["", "aababcc", "c"], &["b", "ccc"]);
        check("[]a-]+", &["]", "a-]"], &["b"]);
        check("[\\D]x[^\\W_]", &["ax1"], &["1x1", "ax_"]);
        check("a.c", &["aüc", "a.c"], &["a\nc", "ac"]);
        check("(a*)*b", &["aaab", "b"], &["aaa"]);
        check("[a-z0-9]{2,}?", &["a1b"], &["a"]);
        check("x$y|^z", &["z"], &["xy", "x"]);
    }

    #[test]
    fn what_cannot_be_read_says_where() {
        let wrong = |pattern: &str| Pattern::read(pattern).expect_err("unreadable").at;
        for (pattern, at) in [
            ("a(b", 2),
            ("ab)", 3),
            ("*a", 1),
            ("a**", 3),
            ("[ab", 1),
            ("a{2", 4),
            ("a{4,2}", 7),
            ("a{,2}", 3),
            ("(?=a)", 3),
            ("(a)\\1", 5),
            ("\\p{L}", 2),
            ("a\\", 3),
            ("[z-a]", 5),
            ("(a{40}){40}", 1),
        ] {
            assert_eq!(wrong(pattern), at, "{pattern}");
        }
        assert_eq!(wrong(&"(".repeat(100)), DEEPEST as usize + 1);
    }

    /// In an engine that goes back these take longer than the universe is old.
    #[test]
    fn no_text_makes_it_slow() {
        let text = "a".repeat(5000) + "!";
        for pattern in ["(a+)+", "(a|a)*", "(a|aa)+", "(a*)*(a*)*", "(?:a?){300}a{300}", "([a-z]+)*\\d"] {
            assert!(!Pattern::read(pattern).expect("a pattern").fits(&text), "{pattern}");
        }
    }
}
