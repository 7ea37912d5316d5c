//! `cargo xtask fuzz`: looks for inputs that break what must hold, with libFuzzer, on the stable compiler.
//!
//! cargo-fuzz is not needed: all that it adds is flags, and those that libFuzzer needs are stable. A sanitizer
//! would find nothing here, as the engine has no `unsafe`.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, ensure};
use clap::Args;

use crate::job;
use crate::screen::Screen;
use crate::workspace::Workspace;

#[derive(Args)]
pub struct Options {
    /// What to fuzz: load, check, step, verify or logic
    target: String,
    /// How long to look
    #[arg(long, default_value_t = 60)]
    seconds: u32,
    /// Only write a smaller corpus that reaches the same code
    #[arg(long)]
    minimise: bool,
}

/// What libFuzzer looks at: which code an input reaches, and what is compared there.
const COVERAGE: &str = "-Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares \
    -Ccodegen-units=1 --cfg fuzzing";

/// Bytes: no bug needs a longer input of the targets whose bytes are choices.
const LONGEST: u32 = 512;

/// Bytes of a flow file.
const LONGEST_FLOW: u32 = 16_000;

pub fn run(screen: &Screen, workspace: &Workspace, options: Options) -> Result<ExitCode> {
    let target = options.target.as_str();
    let kept = workspace.path("fuzz/corpus").join(target);
    ensure!(kept.is_dir(), "there is no target “{target}”: the folders of fuzz/corpus are their names");
    let program = build(screen, workspace, target)?;

    // New inputs go to a folder of their own; what is worth keeping is copied by hand.
    let found = workspace.path("target/fuzz").join(target);
    let artifacts = found.join("artifacts");
    let inputs = found.join("inputs");
    fs::create_dir_all(&artifacts)?;
    fs::create_dir_all(&inputs)?;
    let longest = if target == "load" { LONGEST_FLOW } else { LONGEST };
    let mut command = Command::new(program);
    command.args(["-timeout=10", "-rss_limit_mb=2048"]);
    command.arg(format!("-max_len={longest}")).arg(format!("-artifact_prefix={}/", artifacts.display()));
    if options.minimise {
        let smaller = found.join("smaller");
        let _ = fs::remove_dir_all(&smaller);
        fs::create_dir_all(&smaller)?;
        command.arg("-merge=1").args([&smaller, &kept, &inputs]);
        screen.say(format!("the smaller corpus goes to {}", workspace.shown(&smaller)));
    } else {
        command.arg(format!("-max_total_time={}", options.seconds));
        if target != "load" {
            command.arg("-len_control=0");
        }
        command.args([&inputs, &kept]);
    }
    let status = command.status().context("cannot start the fuzzer")?;
    if !status.success() {
        screen.say(format!("the input is in {}", workspace.shown(&artifacts)));
    }
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Builds one target with coverage; the flags go to what runs on the target alone, so build scripts stay plain.
fn build(screen: &Screen, workspace: &Workspace, target: &str) -> Result<PathBuf> {
    let task = screen.task("fuzz target");
    let version = job::answer(Command::new("rustc").arg("-vV")).context("cannot ask rustc for its host")?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc names no host")?;
    let folder = workspace.target().join("fuzz-build");
    let mut command = job::cargo(&workspace.path("fuzz"));
    command.args(["build", "--release", "--bin", target, "--target", host, "--target-dir"]).arg(&folder);
    command.env("RUSTFLAGS", COVERAGE);
    job::run(&task, &mut command)?;
    task.done("built");
    Ok(folder.join(host).join("release").join(target))
}
