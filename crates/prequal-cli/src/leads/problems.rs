//! What was wrong with leads, counted, with the first few told.

use crate::host::Host;
use crate::words::{count, grouped};

/// How many are told.
const TOLD: usize = 5;

/// Problems of one kind.
#[derive(Debug, Default)]
pub struct Problems {
    pub count: u64,
    /// Line and sentence, in the order of the file.
    first: Vec<(u64, String)>,
}

impl Problems {
    /// Notes one; line and sentence are made only as long as they are told.
    pub fn note(&mut self, say: impl FnOnce() -> (u64, String)) {
        self.count += 1;
        if self.first.len() < TOLD {
            self.first.push(say());
        }
    }

    /// Takes in those that another thread found.
    pub fn merge(&mut self, other: Problems) {
        self.count += other.count;
        self.first.extend(other.first);
        self.first.sort_by_key(|(line, _)| *line);
        self.first.truncate(TOLD);
    }

    /// Tells them on the error stream.
    pub fn tell(&self, (one, many): (&str, &str), name: &str, host: &mut Host) {
        if self.count == 0 {
            return;
        }
        host.warn(&format!("{}:", count(self.count, one, many)));
        let mut text = String::new();
        for (line, sentence) in &self.first {
            text += &format!("  {name}:{line}: {sentence}\n");
        }
        let more = self.count - self.first.len() as u64;
        if more > 0 {
            text += &format!("  and {} more\n", grouped(more));
        }
        // What was read may hold anything.
        let _ = host.errors.write_all(crate::host::clean(&text).as_bytes());
    }
}
