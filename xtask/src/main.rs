//! `cargo xtask`: builds, shows, measures and tests Prequal, and fetches what that needs.
#![forbid(unsafe_code)]

mod bench;
mod demo;
mod dist;
mod faults;
mod fresh;
mod fuzz;
mod job;
mod screen;
mod setup;
mod size;
mod test;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use console::style;

use screen::Screen;
use workspace::Workspace;

#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about = "Builds, shows, measures and tests Prequal")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build dist/ (script tag) and pkg/ (npm)
    Dist,
    /// Build, then serve the demo site and the receiver until Ctrl-C
    Demo,
    /// Weigh what a visitor's browser fetches
    ///
    /// Until the first question shows and until the first answer can be given the same files are
    /// fetched: the face draws the question and takes the answer, and holds it where the engine, which
    /// is fetched while the visitor reads, is not there yet. Until the second question shows it is
    /// everything.
    Size(size::Options),
    /// Time what the engine does, and weigh what a page pays
    Bench {
        #[command(subcommand)]
        what: bench::What,
    },
    /// Look for inputs that break what must hold
    Fuzz(fuzz::Options),
    /// Do to real browsers what can go wrong, and look for leads lost, doubled or never agreed to
    Faults(faults::Options),
    /// Run all tests, or some kinds of them
    Test {
        /// The kinds to run; all if none is named
        kinds: Vec<test::Kind>,
        /// The browsers for whole visits and faults; all if none is named
        #[arg(long = "engine", value_name = "ENGINE")]
        engines: Vec<setup::browser::Engine>,
    },
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let workspace = Workspace::find();
    let screen = Screen::new();
    let result = match arguments.command {
        Command::Dist => dist::run(&screen, &workspace).map(done),
        Command::Demo => demo::run(&screen, &workspace).map(done),
        Command::Size(options) => size::run(&screen, &workspace, options).map(done),
        Command::Bench { what: bench::What::Scoring(options) } => bench::run(&screen, &workspace, options),
        Command::Bench { what: bench::What::Page(options) } => bench::page::run(&screen, &workspace, options),
        Command::Fuzz(options) => fuzz::run(&screen, &workspace, options),
        Command::Faults(options) => faults::run(&screen, &workspace, &options),
        Command::Test { kinds, engines } => test::run(&screen, &workspace, &kinds, &engines),
    };
    result.unwrap_or_else(|error| {
        screen.say(format!("\n{} {error:#}", style("error:").red().bold().for_stderr()));
        ExitCode::FAILURE
    })
}

fn done((): ()) -> ExitCode {
    ExitCode::SUCCESS
}
