//! `prequal check`: what is wrong with a flow, and where.

use crate::engine;
use crate::snippet::Sheet;
use crate::words::count;
use crate::{FINDINGS, FINE, Failure, Host, UNUSABLE};
use clap::ValueEnum;
use prequal::flow::Severity;
use prequal::flow::diagnostic::nearest;
use prequal::json::Writer;
use std::path::PathBuf;

/// Checks flow files and shows what is wrong, where, and what to do about it
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  prequal check prequal.json
  prequal check --json flows/*.json
  curl -s https://www.example.com/prequal.json | prequal check -
  prequal check --explain PQ201")]
pub(crate) struct Arguments {
    /// The flow files; `-` is standard input
    #[arg(value_name = "FLOW", required_unless_present = "explain")]
    flows: Vec<PathBuf>,

    /// Says what a code means, such as PQ201
    #[arg(long, value_name = "CODE", conflicts_with = "flows")]
    explain: Option<String>,

    /// Findings as a JSON list of {file, code, severity, path, line, column, end_line, end_column, message, help}
    #[arg(long)]
    json: bool,

    /// What else is taken for a mistake
    #[arg(long, value_enum, value_name = "WHAT")]
    deny: Vec<Deny>,
}

#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
enum Deny {
    Warnings,
}

pub(crate) fn run(arguments: &Arguments, host: &mut Host) -> Result<u8, Failure> {
    if let Some(code) = &arguments.explain {
        return explain(code, host);
    }
    let deny = arguments.deny.contains(&Deny::Warnings);
    let mut code = FINE;
    let today = super::clock(None).now.div_euclid(86_400_000);
    let mut json = arguments.json.then(engine::writer);
    if let Some(to) = &mut json {
        to.out.push('[');
    }
    for path in &arguments.flows {
        let (name, bytes) = match host.read(path) {
            Ok(read) => read,
            Err(failure) => {
                failure.tell(host);
                code = UNUSABLE;
                continue;
            }
        };
        let findings = engine::check(&bytes, today);
        let sheet = Sheet::new(&name, &bytes, host.style, host.width);
        let (mut errors, mut warnings) = (0, 0);
        let mut text = String::new();
        for finding in &findings {
            let severity = match finding.code.severity() {
                Severity::Warning if !deny => Severity::Warning,
                _ => Severity::Error,
            };
            match severity {
                Severity::Error => errors += 1,
                Severity::Warning => warnings += 1,
            }
            match &mut json {
                Some(to) => entry(to, &name, finding, severity, &sheet),
                None => text += &sheet.draw(finding),
            }
        }
        if errors > 0 {
            code = code.max(FINDINGS);
        }
        if json.is_none() {
            text += &summary(&name, errors, warnings, host);
            tolerate(host.write(&text))?;
        }
    }
    if let Some(mut to) = json {
        to.out.push_str(if to.out.len() > 1 { "\n]\n" } else { "]\n" });
        tolerate(host.write(&to.out))?;
    }
    Ok(code)
}

/// Whether somebody reads the findings to their end does not change what was found.
fn tolerate(written: Result<(), Failure>) -> Result<(), Failure> {
    written.or_else(|failure| if failure.is_closed() { Ok(()) } else { Err(failure) })
}

fn summary(name: &str, errors: u64, warnings: u64, host: &Host) -> String {
    let style = host.style;
    let name = crate::host::clean(name);
    match (errors, warnings) {
        (0, 0) => format!("{} in {name}\n", style.good("No mistakes")),
        (0, _) => format!("{} in {name}\n", style.warning(&count(warnings, "warning", "warnings"))),
        (_, 0) => format!("{} in {name}\n", style.error(&count(errors, "error", "errors"))),
        _ => format!(
            "{}, {} in {name}\n",
            style.error(&count(errors, "error", "errors")),
            style.warning(&count(warnings, "warning", "warnings"))
        ),
    }
}

fn entry(to: &mut Writer, file: &str, finding: &prequal::flow::Diagnostic, severity: Severity, sheet: &Sheet) {
    let place = sheet.place(finding);
    let severity = if severity == Severity::Error { "error" } else { "warning" };
    to.comma();
    to.out.push_str("\n  {");
    for (key, text) in
        [("file", file), ("code", finding.code.as_str()), ("severity", severity), ("path", &finding.path)]
    {
        to.key(key);
        to.text(text);
    }
    for (key, n) in [
        ("line", place.from.line),
        ("column", place.from.column),
        ("end_line", place.to.line),
        ("end_column", place.to.column),
    ] {
        to.key(key);
        to.out.push_str(&n.to_string());
    }
    for (key, text) in [("message", &finding.message), ("help", &finding.help)] {
        to.key(key);
        to.text(text);
    }
    to.out.push('}');
}

fn explain(code: &str, host: &mut Host) -> Result<u8, Failure> {
    let wanted = code.trim().to_ascii_uppercase();
    let pages = prequal::explain::pages();
    let all = || pages.iter().map(|page| page.code);
    let Some(page) = prequal::explain::page(&wanted) else {
        let failure = Failure::unusable(format!("there is no code “{code}”."));
        return Err(match nearest(&wanted, all()) {
            Some(near) => failure.help(format!("did you mean {near}?")),
            None => failure.help(format!("the codes are {}.", all().collect::<Vec<_>>().join(", "))),
        });
    };
    host.write(page.text)?;
    Ok(FINE)
}
