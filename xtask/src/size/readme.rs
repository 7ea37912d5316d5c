//! The figures in README.md, between markers that do not show:
//! `<!-- size:first-question -->43.2 kB<!-- /size -->`.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

const END: &str = "<!-- /size -->";

/// How far a written figure may be from the measured one, in thousandths: what two compilers that
/// the set-up may find differ by (1.8 % was seen), so that the check holds on every machine.
const TOLERANCE: u64 = 25;

/// A figure under its name.
pub struct Figure {
    pub key: &'static str,
    pub bytes: u64,
}

impl Figure {
    fn text(&self) -> String {
        kilobytes(self.bytes)
    }

    fn agrees_with(&self, written: &str) -> bool {
        let Some(tenths) = tenths(written) else {
            return false;
        };
        let rounding = 50;
        (tenths * 100).abs_diff(self.bytes) <= self.bytes * TOLERANCE / 1000 + rounding
    }
}

/// `43.2 kB`: thousands of bytes, to the nearest tenth.
pub fn kilobytes(bytes: u64) -> String {
    let tenths = (bytes + 50) / 100;
    format!("{}.{} kB", tenths / 10, tenths % 10)
}

/// What [`kilobytes`] wrote, in hundreds of bytes.
fn tenths(written: &str) -> Option<u64> {
    let (whole, tenth) = written.strip_suffix(" kB")?.split_once('.')?;
    let tenth: u64 = tenth.parse().ok().filter(|tenth| *tenth < 10)?;
    Some(whole.parse::<u64>().ok()? * 10 + tenth)
}

/// What the README says otherwise, or does not say.
pub fn differences(path: &Path, figures: &[Figure]) -> Vec<String> {
    let readme = fs::read_to_string(path).unwrap_or_default();
    figures.iter().filter_map(|figure| difference(&readme, figure)).collect()
}

fn difference(readme: &str, figure: &Figure) -> Option<String> {
    let (key, text) = (figure.key, figure.text());
    let found = written(readme, key);
    match found.first() {
        None => Some(format!("README.md has no figure {}…{END}", marker(key))),
        Some(_) => found.iter().find(|found| !figure.agrees_with(found)).map(|found| {
            format!("README.md says {found} for {key}, measured is {text}: run `cargo xtask size --write-readme`")
        }),
    }
}

pub fn write(path: &Path, figures: &[Figure]) -> Result<()> {
    let mut readme = fs::read_to_string(path).context("cannot read README.md")?;
    for figure in figures {
        if written(&readme, figure.key).is_empty() {
            bail!("README.md has no figure {}…{END}", marker(figure.key));
        }
        readme = replaced(&readme, figure);
    }
    fs::write(path, readme).context("cannot write README.md")
}

fn marker(key: &str) -> String {
    format!("<!-- size:{key} -->")
}

/// What stands between each pair of markers for `key`.
fn written<'r>(readme: &'r str, key: &str) -> Vec<&'r str> {
    readme.split(&marker(key)).skip(1).filter_map(|after| after.split_once(END).map(|(text, _)| text)).collect()
}

fn replaced(readme: &str, figure: &Figure) -> String {
    let marker = marker(figure.key);
    let mut parts = readme.split(&marker);
    let mut result = parts.next().unwrap_or("").to_owned();
    for part in parts {
        result.push_str(&marker);
        match part.split_once(END) {
            Some((_, after)) => {
                result.push_str(&figure.text());
                result.push_str(END);
                result.push_str(after);
            }
            None => result.push_str(part),
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    const README: &str = "It takes <!-- size:first-question -->50.0 kB<!-- /size --> in all,\n\
        the loader <!-- size:loader -->1.8 kB<!-- /size -->. Again: <!-- size:first-question -->1 kB<!-- /size -->.";

    fn figure(key: &'static str, bytes: u64) -> Figure {
        Figure { key, bytes }
    }

    #[test]
    fn kilobytes_are_thousands_to_the_nearest_tenth() {
        for (bytes, text) in [(0, "0.0 kB"), (1_949, "1.9 kB"), (1_950, "2.0 kB"), (60_000, "60.0 kB")] {
            assert_eq!(kilobytes(bytes), text);
            assert_eq!(tenths(text), Some((bytes + 50) / 100));
        }
        assert_eq!(tenths("about 60 kB"), None);
    }

    #[test]
    fn another_compiler_is_no_difference_and_another_size_is() {
        assert!(figure("first-question", 55_833).agrees_with("54.9 kB"));
        assert!(!figure("first-question", 55_833).agrees_with("53.9 kB"));
        assert!(!figure("loader", 2_162).agrees_with("2.0 kB"));
        assert!(!figure("loader", 2_162).agrees_with("two kilobytes"));
    }

    #[test]
    fn every_place_is_replaced_and_nothing_else() {
        assert_eq!(
            replaced(README, &figure("first-question", 43_200)),
            "It takes <!-- size:first-question -->43.2 kB<!-- /size --> in all,\n\
             the loader <!-- size:loader -->1.8 kB<!-- /size -->. Again: <!-- size:first-question -->43.2 kB<!-- /size -->."
        );
    }

    #[test]
    fn a_figure_that_differs_anywhere_is_named() {
        assert_eq!(difference(README, &figure("loader", 1_800)), None);
        let message = difference(README, &figure("first-question", 50_000)).unwrap();
        assert!(message.contains("says 1 kB for first-question, measured is 50.0 kB"), "{message}");
        let message = difference(README, &figure("first-answer", 50_000)).unwrap();
        assert!(message.contains("has no figure"), "{message}");
    }

    #[test]
    fn a_marker_without_an_end_is_no_figure() {
        let open = "<!-- size:loader -->1.8 kB";
        assert!(written(open, "loader").is_empty());
        assert_eq!(replaced(open, &figure("loader", 2)), open);
    }
}
