//! How many tests passed and failed, read from what a runner prints.

use std::iter::Sum;

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Counts {
    pub passed: u64,
    pub failed: u64,
    pub ignored: u64,
}

impl Counts {
    /// Adds up every `test result: ok. 6 passed; 0 failed; 1 ignored; …`, which cargo's harness
    /// and wasm-bindgen's both print, once a program.
    pub fn read(printed: &str) -> Counts {
        let plain = console::strip_ansi_codes(printed);
        plain
            .lines()
            .filter_map(|line| line.trim().strip_prefix("test result: "))
            .filter_map(|rest| rest.split_once(". ").map(|(_, counts)| counts))
            .map(Counts::read_line)
            .sum()
    }

    /// The names of the tests that failed, as each was told when it ended.
    pub fn failed_tests(printed: &str) -> Vec<String> {
        let plain = console::strip_ansi_codes(printed);
        let ended = plain.lines().filter_map(|line| line.trim().strip_prefix("test ")?.strip_suffix(" ... FAILED"));
        ended.map(str::to_owned).collect()
    }

    fn read_line(counts: &str) -> Counts {
        let mut read = Counts::default();
        for part in counts.split(';') {
            let Some((number, word)) = part.trim().split_once(' ') else {
                continue;
            };
            let number = number.parse().unwrap_or(0);
            match word {
                "passed" => read.passed = number,
                "failed" => read.failed = number,
                "ignored" => read.ignored = number,
                _ => {}
            }
        }
        read
    }
}

impl Sum for Counts {
    fn sum<I: Iterator<Item = Counts>>(all: I) -> Counts {
        all.fold(Counts::default(), |sum, one| Counts {
            passed: sum.passed + one.passed,
            failed: sum.failed + one.failed,
            ignored: sum.ignored + one.ignored,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_results_of_all_programs_are_added_up() {
        let printed = "running 7 tests\ntest a ... ok\n\
            test result: ok. 6 passed; 0 failed; 1 ignored; 0 measured; 2 filtered out; finished in 0.01s\n\
            test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.00s\n";
        assert_eq!(Counts::read(printed), Counts { passed: 9, failed: 2, ignored: 1 });
    }

    #[test]
    fn colours_do_not_hide_a_result() {
        let printed = "test result: \u{1b}[32mok\u{1b}[0m. 4 passed; 0 failed; 0 ignored; 0 filtered out";
        assert_eq!(Counts::read(printed).passed, 4);
    }

    #[test]
    fn who_failed_is_read_where_it_is_told() {
        let printed = "test a::b ... ok\ntest c::d ... FAILED\n\nfailures:\n    c::d\ntest result: FAILED. 1 passed";
        assert_eq!(Counts::failed_tests(printed), ["c::d"]);
    }

    #[test]
    fn nothing_printed_is_nothing_counted() {
        assert_eq!(Counts::read("error: could not compile"), Counts::default());
    }
}
