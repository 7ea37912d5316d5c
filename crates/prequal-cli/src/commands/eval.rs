//! `prequal eval`: JSONLogic rules by the line, for tests of other programs and other engines.

use crate::{FINDINGS, FINE, Failure, Host, engine};
use prequal::json::Json;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;

/// Applies JSONLogic rules to data: a line of JSON in, a line of JSON out
///
/// Each line is {"rule": …, "data": …} and is answered, in order, by {"result": …} or
/// {"error": {"type": …}}. A line that is not JSON or has no rule is answered by an error of the type
/// "Invalid JSON"; the lines after it are answered all the same, and the exit code is 1. Answers are
/// written as soon as no further line waits, so that a program can hold a conversation with it.
#[derive(clap::Args, Debug)]
#[command(after_help = r#"Examples:
  echo '{"rule": {">": [{"var": "size"}, 50]}, "data": {"size": 320}}' | prequal eval
  prequal eval cases.jsonl > answers.jsonl"#)]
pub(crate) struct Arguments {
    /// The lines; `-` is standard input
    #[arg(value_name = "FILE", default_value = "-")]
    file: PathBuf,
}

/// Most lines named at the end.
const NAMED: usize = 5;

pub(crate) fn run(arguments: &Arguments, host: &mut Host) -> Result<u8, Failure> {
    let input = host.open(&arguments.file)?;
    let mut reader = BufReader::with_capacity(1 << 16, input.reader);
    let mut line = Vec::new();
    let mut answers = engine::writer();
    let mut wrong: Vec<(u64, &str)> = Vec::new();
    let mut count = 0;
    for number in 1u64.. {
        // What comes next may wait for what was asked before.
        if reader.buffer().is_empty() || answers.out.len() > 1 << 16 {
            host.output.write_all(answers.out.as_bytes()).map_err(Failure::writing)?;
            host.output.flush().map_err(Failure::writing)?;
            answers.out.clear();
        }
        line.clear();
        let read = reader.read_until(b'\n', &mut line).map_err(|cause| Failure::reading(&input.name, &cause))?;
        if read == 0 {
            break;
        }
        let (answer, complaint) = answer(&line);
        if let Some(complaint) = complaint {
            count += 1;
            if wrong.len() < NAMED {
                wrong.push((number, complaint));
            }
        }
        let (key, value) = match &answer {
            Ok(value) => ("{\"result\":", value),
            Err(value) => ("{\"error\":", value),
        };
        answers.out.push_str(key);
        answers.json(value);
        answers.out.push_str("}\n");
    }
    for (number, complaint) in &wrong {
        host.complain(&format!("line {number} of {} {complaint}.", input.name), None);
    }
    if count > wrong.len() {
        host.note(&format!("{} more lines like these.", count - wrong.len()));
    }
    Ok(if count == 0 { FINE } else { FINDINGS })
}

/// The answer to a line, and what to say about a line that is none.
fn answer(line: &[u8]) -> (Result<Json, Json>, Option<&'static str>) {
    let invalid = || Err(Json::Object(vec![("type".into(), Json::Text("Invalid JSON".into()))]));
    let Ok(case) = engine::parse(line) else { return (invalid(), Some("is not JSON")) };
    let Some(rule) = case.get("rule") else { return (invalid(), Some("has no “rule”")) };
    (engine::apply(rule, case.get("data").unwrap_or(&Json::Null)), None)
}
