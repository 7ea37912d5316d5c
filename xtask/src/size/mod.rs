//! `cargo xtask size`: what a visitor's browser fetches, raw and as servers compress it.

mod readme;

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::dist::{self, grouped};
use crate::job;
use crate::screen::{Screen, heading};
use crate::setup::node::Node;
use crate::workspace::Workspace;
use readme::kilobytes;

/// The most that may be fetched until the first question shows, in bytes of brotli.
const FIRST_QUESTION_BUDGET: u64 = 60_000;
/// Where that is going: below the lightest chat form known, which has no scoring.
const FIRST_QUESTION_AIM: u64 = 28_900;
/// The most that a page pays before the visitor does anything.
const LOADER_BUDGET: u64 = 2_000;

const LOADER: &str = "dist/prequal.js";
const FLOW: &str = "www/demo/prequal.json";
/// The face draws the first question and takes the first answer, without the engine.
const FACE: [&str; 4] = [LOADER, "dist/prequal-widget.js", "dist/prequal-face.wasm", FLOW];

/// A moment in a visit, and all that has been fetched by then.
struct Moment {
    /// In the README's markers and in JSON.
    key: &'static str,
    title: &'static str,
    files: &'static [&'static str],
    /// Bytes of brotli; more of them is a fault.
    budget: Option<u64>,
    /// Bytes of brotli; more of them is none.
    aim: Option<u64>,
}

const MOMENTS: [Moment; 4] = [
    Moment {
        key: "loader",
        title: "On every page, before the visitor opens it",
        files: &[LOADER],
        budget: Some(LOADER_BUDGET),
        aim: None,
    },
    Moment {
        key: "first-question",
        title: "Until the first question shows",
        files: &FACE,
        budget: Some(FIRST_QUESTION_BUDGET),
        aim: Some(FIRST_QUESTION_AIM),
    },
    // The same files: the face takes the answer, and holds it where the engine is still on its way.
    Moment {
        key: "first-answer",
        title: "Until the first answer can be given",
        files: &FACE,
        budget: Some(FIRST_QUESTION_BUDGET),
        aim: Some(FIRST_QUESTION_AIM),
    },
    // The engine comes while the visitor reads, so that its weight is not waited for as a rule.
    Moment {
        key: "second-question",
        title: "Until the second question shows: everything",
        files: &[
            LOADER,
            "dist/prequal-widget.js",
            "dist/prequal-face.wasm",
            FLOW,
            "dist/prequal-engine.js",
            "dist/prequal-engine.wasm",
        ],
        budget: None,
        aim: None,
    },
];

#[derive(clap::Args, Clone, Copy, Default)]
pub struct Options {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// Fail above the budgets, or when the README's figures are not the measured ones
    #[arg(long)]
    pub check: bool,
    /// Put the measured figures into the README
    #[arg(long)]
    pub write_readme: bool,
}

/// How many bytes a file is, plain and compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Weight {
    raw: u64,
    gzip: u64,
    brotli: u64,
}

impl Weight {
    fn plus(self, other: Weight) -> Weight {
        Weight { raw: self.raw + other.raw, gzip: self.gzip + other.gzip, brotli: self.brotli + other.brotli }
    }
}

/// A moment with the weight of each of its files.
struct Measured {
    moment: &'static Moment,
    files: Vec<(&'static str, Weight)>,
}

impl Measured {
    fn sum(&self) -> Weight {
        self.files.iter().fold(Weight::default(), |sum, (_, weight)| sum.plus(*weight))
    }

    fn figure(&self) -> readme::Figure {
        readme::Figure { key: self.moment.key, bytes: self.sum().brotli }
    }
}

pub fn run(screen: &Screen, workspace: &Workspace, options: Options) -> Result<()> {
    let node = dist::build(screen, workspace, &[])?;
    let measured = measure(workspace, &node)?;
    if options.json {
        println!("{:#}", as_json(&measured));
    } else {
        print!("\n{}", as_table(&measured));
    }
    if options.write_readme {
        let path = workspace.path("README.md");
        readme::write(&path, &figures(&measured))?;
        screen.say("  README.md has the measured figures");
    }
    if options.check {
        let faults = faults(workspace, &measured);
        if !faults.is_empty() {
            bail!("{}", faults.join("\nerror: "));
        }
    }
    Ok(())
}

/// All checks as the tests count them: how many held, and what is wrong with the others.
pub fn check(workspace: &Workspace, node: &Node) -> Result<(usize, Vec<String>, String)> {
    let measured = measure(workspace, node)?;
    let faults = faults(workspace, &measured);
    // Each figure stands in the README, and those with a budget keep it.
    let checks = MOMENTS.len() + MOMENTS.iter().filter(|moment| moment.budget.is_some()).count();
    let first_question = measured[1].sum().brotli;
    let summary = format!("{} until the first question, brotli", kilobytes(first_question));
    Ok((checks - faults.len(), faults, summary))
}

fn faults(workspace: &Workspace, measured: &[Measured]) -> Vec<String> {
    let mut faults = Vec::new();
    for one in measured {
        if let Some(budget) = one.moment.budget.filter(|budget| one.sum().brotli > *budget) {
            let title = one.moment.title.to_lowercase();
            faults.push(format!("{title}: more than the budget of {} brotli", kilobytes(budget)));
        }
    }
    faults.extend(readme::differences(&workspace.path("README.md"), &figures(measured)));
    faults
}

fn figures(measured: &[Measured]) -> Vec<readme::Figure> {
    measured.iter().map(Measured::figure).collect()
}

fn measure(workspace: &Workspace, node: &Node) -> Result<Vec<Measured>> {
    let mut files: Vec<&str> = MOMENTS.iter().flat_map(|moment| moment.files).copied().collect();
    files.sort_unstable();
    files.dedup();
    let weights = weigh(workspace, node, &files)?;
    let weight_of = |file: &str| {
        let index = files.iter().position(|known| *known == file).expect("all files were weighed");
        weights[index]
    };
    Ok(MOMENTS
        .iter()
        .map(|moment| Measured { moment, files: moment.files.iter().map(|file| (*file, weight_of(file))).collect() })
        .collect())
}

/// gzip -9 and brotli 11, by the compressors that node carries.
const WEIGH: &str = r#"
import { readFileSync } from "node:fs";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
const weights = process.argv.slice(1).map((path) => {
  const bytes = readFileSync(path);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  return [bytes.length, gzipSync(bytes, { level: 9 }).length, brotliCompressSync(bytes, { params }).length];
});
console.log(JSON.stringify(weights));
"#;

fn weigh(workspace: &Workspace, node: &Node, files: &[&str]) -> Result<Vec<Weight>> {
    let paths: Vec<PathBuf> = files.iter().map(|file| workspace.path(file)).collect();
    if let Some(missing) = paths.iter().find(|path| !path.is_file()) {
        bail!("{} is missing: run `cargo xtask dist`", workspace.shown(missing));
    }
    let printed = job::answer(node.code(workspace, WEIGH).args(&paths)).context("node cannot compress the files")?;
    let weights: Vec<[u64; 3]> = serde_json::from_str(&printed).context("node printed something else than sizes")?;
    Ok(weights.into_iter().map(|[raw, gzip, brotli]| Weight { raw, gzip, brotli }).collect())
}

fn as_table(measured: &[Measured]) -> String {
    const NAME: usize = 46;
    let mut table = String::new();
    let mut row = |name: &str, cells: [String; 3], look: console::Style| {
        let [raw, gzip, brotli] = cells;
        let line = format!("  {name:<NAME$}{raw:>10}{gzip:>10}{brotli:>10}");
        writeln!(table, "{}", look.apply_to(line)).expect("a string takes all");
    };
    let cells = |weight: &Weight| [weight.raw, weight.gzip, weight.brotli].map(grouped);
    for one in measured {
        row(one.moment.title, ["raw", "gzip", "brotli"].map(str::to_owned), heading());
        for (file, weight) in &one.files {
            let name = file.rsplit('/').next().unwrap_or(file);
            row(name, cells(weight), console::Style::new());
        }
        let sum = one.sum();
        let look = match one.moment.budget {
            Some(budget) if sum.brotli > budget => console::Style::new().red(),
            Some(_) => console::Style::new().green(),
            None => console::Style::new().bold(),
        };
        let limit = one.moment.budget.map_or_else(String::new, |most| format!(", of {} at most", kilobytes(most)));
        let aim = one.moment.aim.map_or_else(String::new, |aim| format!(", aim {}", kilobytes(aim)));
        row(&format!("sum{limit}{aim}"), cells(&sum), look);
        row("", [const { String::new() }; 3], console::Style::new());
    }
    let trimmed: Vec<&str> = table.lines().map(str::trim_end).collect();
    trimmed.join("\n")
}

fn as_json(measured: &[Measured]) -> Value {
    let weight = |weight: &Weight| json!({"raw": weight.raw, "gzip": weight.gzip, "brotli": weight.brotli});
    let moments = measured.iter().map(|one| {
        let files = one.files.iter().map(|(file, bytes)| ((*file).to_owned(), weight(bytes)));
        let value = json!({
            "files": Value::Object(files.collect()),
            "sum": weight(&one.sum()),
            "budget": one.moment.budget.map(|bytes| json!({"brotli": bytes})),
            "aim": one.moment.aim.map(|bytes| json!({"brotli": bytes})),
        });
        (one.moment.key.to_owned(), value)
    });
    Value::Object(moments.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_weighs_what_its_files_weigh() {
        let weight = |raw, gzip, brotli| Weight { raw, gzip, brotli };
        let measured = Measured { moment: &MOMENTS[1], files: vec![("a", weight(10, 5, 4)), ("b", weight(3, 2, 1))] };
        assert_eq!(measured.sum(), weight(13, 7, 5));
    }
}
