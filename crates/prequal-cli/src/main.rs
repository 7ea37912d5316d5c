//! `prequal`: the command line, with the streams of the process.
#![forbid(unsafe_code)]

use prequal_cli::{Host, run};
use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(run(std::env::args_os(), Host::process()))
}
