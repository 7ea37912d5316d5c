//! `prequal-bench-scoring write FOLDER PACE` writes what all contenders read;
//! `prequal-bench-scoring measure FOLDER PACE` writes the figures of native code to
//! `FOLDER/native.json`. `PACE` is `quick` or `full`. `cargo xtask bench scoring` starts both.
#![forbid(unsafe_code)]

mod conditions;
mod flows;
mod growth;
mod measure;
mod random;
mod subject;
mod workload;

use std::fs;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use serde_json::{Value, json};

use measure::{Pace, time};
use workload::{CONDITIONS, LEADS, Workload, checksum};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let [task @ ("write" | "measure"), folder, pace @ ("quick" | "full")] = words[..] else {
        eprintln!("usage: prequal-bench-scoring write|measure FOLDER quick|full");
        return ExitCode::from(2);
    };
    let (folder, quick) = (Path::new(folder), pace == "quick");
    let sizes = &growth::SIZES[..if quick { 1 } else { growth::SIZES.len() }];
    let done = match task {
        "write" => write(folder, sizes),
        _ => measure(folder, sizes, if quick { Pace::QUICK } else { Pace::FULL }),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cannot write to {}: {error}", folder.display());
            ExitCode::FAILURE
        }
    }
}

fn write(folder: &Path, sizes: &[usize]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let workload = Workload::new();
    fs::write(folder.join("flow.json"), &workload.flow)?;
    let mut json = workload.as_json();
    json["growth"] = json!(sizes);
    fs::write(folder.join("workload.json"), json.to_string())?;
    for size in sizes {
        fs::write(folder.join(format!("growth-{size}.json")), growth::flow_of(*size))?;
    }
    Ok(())
}

fn measure(folder: &Path, sizes: &[usize], pace: Pace) -> io::Result<()> {
    println!("{CONDITIONS} conditions, {LEADS} leads");
    let scoring = scoring(pace);
    let growth: Vec<Value> = sizes
        .iter()
        .map(|size| {
            println!("a flow of {size} rules");
            growth::measure(*size, pace)
        })
        .collect();
    fs::write(folder.join("native.json"), json!({ "scoring": scoring, "growth": growth }).to_string())
}

/// Nanoseconds a lead.
fn scoring(pace: Pace) -> Value {
    /// Passes over all leads in one sample.
    const PASSES: usize = 8;
    let workload = Workload::new();
    let scorer = workload.scorer();
    let leads: Vec<_> = workload.leads.iter().map(|lead| scorer.lead(lead)).collect();
    let mut last = 0;
    let samples = time(
        pace,
        || (),
        |()| {
            for _ in 0..PASSES {
                last = checksum(leads.iter().map(|lead| scorer.total(lead)));
            }
        },
    );
    json!({ "conditions": CONDITIONS, "leads": LEADS, "checksum": last, "ns": samples.shared(PASSES * LEADS).as_json() })
}
