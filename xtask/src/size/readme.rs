//! The figures in README.md, between markers that do not show:
//! `<!-- size:first-question -->43.2 kB<!-- /size -->`.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

const END: &str = "<!-- /size -->";

/// A figure under its name.
pub struct Figure {
    pub key: &'static str,
    pub text: String,
}

/// What the README says otherwise, or does not say.
pub fn differences(path: &Path, figures: &[Figure]) -> Vec<String> {
    let readme = fs::read_to_string(path).unwrap_or_default();
    figures.iter().filter_map(|figure| difference(&readme, figure)).collect()
}

fn difference(readme: &str, figure: &Figure) -> Option<String> {
    let Figure { key, text } = figure;
    let found = written(readme, key);
    match found.first() {
        None => Some(format!("README.md has no figure {}…{END}", marker(key))),
        Some(_) => found.iter().find(|found| *found != text).map(|found| {
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
                result.push_str(&figure.text);
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

    fn figure(key: &'static str, text: &str) -> Figure {
        Figure { key, text: text.into() }
    }

    #[test]
    fn every_place_is_replaced_and_nothing_else() {
        assert_eq!(
            replaced(README, &figure("first-question", "43.2 kB")),
            "It takes <!-- size:first-question -->43.2 kB<!-- /size --> in all,\n\
             the loader <!-- size:loader -->1.8 kB<!-- /size -->. Again: <!-- size:first-question -->43.2 kB<!-- /size -->."
        );
    }

    #[test]
    fn a_figure_that_differs_anywhere_is_named() {
        assert_eq!(difference(README, &figure("loader", "1.8 kB")), None);
        let message = difference(README, &figure("first-question", "50.0 kB")).unwrap();
        assert!(message.contains("says 1 kB for first-question, measured is 50.0 kB"), "{message}");
        let message = difference(README, &figure("first-answer", "50.0 kB")).unwrap();
        assert!(message.contains("has no figure"), "{message}");
    }

    #[test]
    fn a_marker_without_an_end_is_no_figure() {
        let open = "<!-- size:loader -->1.8 kB";
        assert!(written(open, "loader").is_empty());
        assert_eq!(replaced(open, &figure("loader", "2")), open);
    }
}
