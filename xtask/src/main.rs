//! `cargo xtask`: builds, shows, measures and tests Prequal, and fetches what that needs.
#![forbid(unsafe_code)]

mod dist;
mod fresh;
mod job;
mod screen;
mod setup;
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
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let workspace = Workspace::find();
    let screen = Screen::new();
    let result = match arguments.command {
        Command::Dist => dist::run(&screen, &workspace).map(|()| ExitCode::SUCCESS),
    };
    result.unwrap_or_else(|error| {
        screen.say(format!("\n{} {error:#}", style("error:").red().bold().for_stderr()));
        ExitCode::FAILURE
    })
}
