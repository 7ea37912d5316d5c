//! `prequal texts`: what translators work with.

use super::Flow;
use crate::{FINE, Failure, Host, engine};
use prequal::flow::{Use, each_text};
use prequal::json::Json;
use std::path::PathBuf;

/// Lists the texts of a flow that visitors read, for a translation
///
/// The list is a JSON object, which goes into "texts" of an entry in "translations" once it is translated.
/// Names, addresses and links are left out: languages may share them.
#[derive(clap::Args, Debug)]
#[command(after_help = r#"Examples:
  prequal texts prequal.json > to-translate.json
  prequal texts prequal.json --locale de        # what the German translation still lacks"#)]
pub(crate) struct Arguments {
    /// The flow file; `-` is standard input
    #[arg(value_name = "FLOW")]
    flow: PathBuf,

    /// Only what the translation into this language lacks, such as de or pt-BR
    #[arg(long, value_name = "LANGUAGE")]
    locale: Option<String>,
}

pub(crate) fn run(arguments: &Arguments, host: &mut Host) -> Result<u8, Failure> {
    let flow = Flow::read(&arguments.flow, host)?;
    let flow = flow.checked.flow();
    let there = match &arguments.locale {
        None => None,
        Some(locale) => {
            let found = flow.translations.iter().find(|translation| translation.locale.eq_ignore_ascii_case(locale));
            let known: Vec<&str> = flow.translations.iter().map(|translation| translation.locale.as_str()).collect();
            Some(&found.ok_or_else(|| no_language(locale, &known))?.texts)
        }
    };
    let mut to = engine::writer();
    to.out.push_str("{\n");
    let mut first = true;
    each_text(flow, &mut |path, text, kind| {
        let path = path.join(".");
        if kind == Use::Shared || there.is_some_and(|texts| texts.get(&path).is_some()) {
            return;
        }
        to.out.push_str(if first { "  " } else { ",\n  " });
        first = false;
        to.json(&Json::Text(path));
        to.out.push_str(": ");
        to.json(&Json::Text(text.into()));
    });
    to.out.push_str(if first { "}\n" } else { "\n}\n" });
    host.write(&to.out)?;
    Ok(FINE)
}

fn no_language(locale: &str, known: &[&str]) -> Failure {
    let failure = Failure::unusable(format!("the flow has no translation into “{locale}”."));
    if known.is_empty() {
        failure.help("leave out --locale to list every text.")
    } else {
        failure.help(format!("it has {}; leave out --locale to list every text.", known.join(", ")))
    }
}
