//! The command line of Prequal.
//!
//! [`run`] takes arguments and streams and gives an exit code, so that the whole program can be
//! called in process. Each subcommand is a file of [`commands`]; what the engine is asked for stands
//! in [`engine`] and nowhere else; [`leads`] reads lists of leads on all cores.
//!
//! What it does not do: it writes no file and opens no connection.
#![forbid(unsafe_code)]

mod commands;
pub mod engine;
mod failure;
mod host;
pub mod leads;
mod snippet;
mod words;

pub use failure::Failure;
pub use host::{Host, Input, Style};

use clap::{Parser, Subcommand, ValueEnum};
use std::ffi::OsString;

/// Nothing to complain about.
pub const FINE: u8 = 0;
/// What was read has mistakes.
pub const FINDINGS: u8 = 1;
/// The arguments are wrong, or a file cannot be read.
pub const UNUSABLE: u8 = 2;

const EXIT_CODES: &str = "\
Exit codes:
  0  fine
  1  mistakes in what was read
  2  wrong usage, or a file that cannot be read";

/// Checks flows, scores lists of leads, explains scores and compares two versions of a flow.
#[derive(Parser, Debug)]
#[command(name = "prequal", version, after_help = EXIT_CODES, max_term_width = 100, subcommand_required = true, arg_required_else_help = true)]
struct Arguments {
    /// Colours: on terminals alone, always, or never. NO_COLOR is honoured.
    #[arg(long, global = true, value_enum, default_value_t = Colour::Auto, value_name = "WHEN")]
    color: Colour,

    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    Check(commands::check::Arguments),
    Score(commands::score::Arguments),
    Explain(commands::explain::Arguments),
    Diff(commands::diff::Arguments),
    Eval(commands::eval::Arguments),
    Texts(commands::texts::Arguments),
}

#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
enum Colour {
    Auto,
    Always,
    Never,
}

/// Runs one command and returns its exit code. `arguments` begins with the program's name.
pub fn run(arguments: impl IntoIterator<Item = impl Into<OsString> + Clone>, mut host: Host) -> u8 {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            let (to, style, code) = match error.use_stderr() {
                true => (&mut host.errors, host.errors_style, UNUSABLE),
                false => (&mut host.output, host.style, FINE),
            };
            let text = error.render();
            let text = if style.coloured { text.ansi().to_string() } else { text.to_string() };
            // Nobody is left to tell when the stream is closed.
            let _ = to.write_all(text.as_bytes()).and_then(|()| to.flush());
            return code;
        }
    };
    match arguments.color {
        Colour::Auto => {}
        Colour::Always => host.colours(true),
        Colour::Never => host.colours(false),
    }
    let done = match arguments.command {
        Command::Check(arguments) => commands::check::run(&arguments, &mut host),
        Command::Score(arguments) => commands::score::run(&arguments, &mut host),
        Command::Explain(arguments) => commands::explain::run(&arguments, &mut host),
        Command::Diff(arguments) => commands::diff::run(&arguments, &mut host),
        Command::Eval(arguments) => commands::eval::run(&arguments, &mut host),
        Command::Texts(arguments) => commands::texts::run(&arguments, &mut host),
    };
    let done = done.and_then(|code| host.output.flush().map(|()| code).map_err(Failure::writing));
    let code = match done {
        Ok(code) => code,
        Err(failure) => failure.tell(&mut host),
    };
    let _ = host.errors.flush();
    code
}
