//! Runs the programs that do the work, clean of what the outer cargo set, with their output
//! turned into progress and kept for the case that they fail.

use std::env;
use std::fmt;
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::screen::Task;

/// A program ended badly. Carries what it printed, which is the message.
#[derive(Debug)]
pub struct Failed {
    pub program: String,
    why: Why,
    pub printed: String,
}

impl fmt::Display for Failed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.program, self.why)?;
        if !self.printed.trim().is_empty() {
            write!(out, "\n\n{}", self.printed.trim_end())?;
        }
        Ok(())
    }
}

impl std::error::Error for Failed {}

#[derive(Debug)]
enum Why {
    Code(i32),
    /// Its number, where the system tells.
    Signal(Option<i32>),
    TookLonger(Duration),
}

impl fmt::Display for Why {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Why::Code(code) => write!(out, "ended with code {code}"),
            Why::Signal(Some(number)) => write!(out, "was stopped by signal {number}"),
            Why::Signal(None) => out.write_str("was stopped by a signal"),
            Why::TookLonger(limit) => write!(out, "took longer than {} s", limit.as_secs()),
        }
    }
}

/// A command in `folder`, without the variables by which the outer cargo describes itself:
/// they would make the inner one rebuild, or another toolchain load the wrong libraries.
pub fn command(program: impl AsRef<Path>, folder: &Path) -> Command {
    let mut command = Command::new(program.as_ref());
    command.current_dir(folder).stdin(Stdio::null());
    for (name, value) in env::vars_os() {
        let Some(text) = name.to_str() else { continue };
        if set_by_outer_cargo(text) {
            command.env_remove(text);
        }
        if text == "LD_LIBRARY_PATH" {
            let kept: Vec<_> = env::split_paths(&value)
                .filter(|path| !path.components().any(|part| part.as_os_str() == "rustlib"))
                .filter(|path| !path.components().any(|part| part.as_os_str() == ".rustup"))
                .filter(|path| !path.starts_with(folder.join("target")))
                .filter(|path| !path.as_os_str().is_empty())
                .collect();
            match env::join_paths(&kept) {
                Ok(joined) if !kept.is_empty() => command.env(text, joined),
                _ => command.env_remove(text),
            };
        }
    }
    command
}

fn set_by_outer_cargo(name: &str) -> bool {
    name.starts_with("CARGO_PKG_")
        || name.starts_with("CARGO_BIN_")
        || matches!(
            name,
            "CARGO"
                | "CARGO_MANIFEST_DIR"
                | "CARGO_MANIFEST_PATH"
                | "CARGO_PRIMARY_PACKAGE"
                | "CARGO_CRATE_NAME"
                | "CARGO_MAKEFLAGS"
                | "MAKEFLAGS"
                | "RUST_RECURSION_COUNT"
        )
}

/// The cargo that started us, for native code.
pub fn cargo(folder: &Path) -> Command {
    let program = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = command(program, folder);
    show_progress(&mut command);
    command
}

/// Makes cargo print its counts (`12/45`) although nobody is at its terminal.
pub fn show_progress(command: &mut Command) {
    command.env("CARGO_TERM_PROGRESS_WHEN", "always").env("CARGO_TERM_PROGRESS_WIDTH", "100");
    if console::colors_enabled_stderr() {
        command.env("CARGO_TERM_COLOR", "always");
    }
}

/// Runs to the end; what was printed comes back, or goes into the error.
pub fn run(task: &Task, command: &mut Command) -> Result<String> {
    run_within(task, command, None)
}

/// The same, and once more if a signal stopped it: such an end tells of the machine or of a fault
/// in the program, and nothing of what it was given.
pub fn run_again_after_signal(task: &Task, command: &mut Command) -> Result<String> {
    let error = match run(task, command) {
        Err(error) if matches!(error.downcast_ref(), Some(Failed { why: Why::Signal(_), .. })) => error,
        other => return other,
    };
    task.note(format_args!("once more: {error}"));
    run(task, command)
}

/// `run`, but ended by us after `limit`.
pub fn run_within(task: &Task, command: &mut Command, limit: Option<Duration>) -> Result<String> {
    let program = named(command);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {program}"))?;
    let printed = Mutex::new(String::new());
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let why = thread::scope(|scope| {
        scope.spawn(|| read(out.expect("piped"), task, &printed));
        scope.spawn(|| read(err.expect("piped"), task, &printed));
        wait(&mut child, limit)
    })?;
    let printed = printed.into_inner().expect("the readers do not panic");
    match why {
        None => Ok(printed),
        Some(why) => Err(Failed { program, why, printed: without_status(&printed) }.into()),
    }
}

/// Leaves out what cargo says while all is well: the fault is what one looks for.
fn without_status(printed: &str) -> String {
    const STATUS: [&str; 11] = [
        "Compiling",
        "Checking",
        "Downloading",
        "Downloaded",
        "Updating",
        "Locking",
        "Adding",
        "Blocking",
        "Building",
        "Dirty",
        "Finished",
    ];
    let is_status = |line: &&str| {
        let plain = console::strip_ansi_codes(line);
        let first = plain.split_whitespace().next().unwrap_or("");
        // Cargo sets its status to the right of twelve columns; a message starts at the first.
        plain.starts_with(' ') && STATUS.contains(&first)
    };
    let kept: Vec<&str> = printed.lines().filter(|line| !is_status(line)).collect();
    kept.join("\n")
}

/// What a quick question to a program answers, or nothing if it cannot be asked.
pub fn answer(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}

/// The full path of a program that the shell would find.
pub fn find_program(name: &str) -> Option<std::path::PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(name)).find(|path| path.is_file())
}

/// How a command is named in messages: program and first argument.
fn named(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let mut name = program.file_name().unwrap_or(command.get_program()).to_string_lossy().into_owned();
    if let Some(argument) = command.get_args().next().and_then(|first| first.to_str())
        && !argument.contains('/')
    {
        name = format!("{name} {argument}");
    }
    name
}

/// Why the child ended badly, or nothing when it ended well.
fn wait(child: &mut Child, limit: Option<Duration>) -> Result<Option<Why>> {
    let started = Instant::now();
    let status = loop {
        let Some(limit) = limit else {
            break child.wait()?;
        };
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if started.elapsed() > limit {
            child.kill()?;
            child.wait()?;
            return Ok(Some(Why::TookLonger(limit)));
        }
        thread::sleep(Duration::from_millis(50));
    };
    Ok(match status.code() {
        Some(0) => None,
        Some(code) => Some(Why::Code(code)),
        None => Some(Why::Signal(signal(status))),
    })
}

#[cfg(unix)]
fn signal(status: ExitStatus) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(&status)
}

#[cfg(not(unix))]
fn signal(_: ExitStatus) -> Option<i32> {
    None
}

/// Reads until the end, line by line; a carriage return ends a line too, since progress uses it.
fn read(mut from: impl Read, task: &Task, printed: &Mutex<String>) {
    let mut line = Vec::new();
    let mut block = [0; 4096];
    loop {
        let count = match from.read(&mut block) {
            Ok(0) | Err(_) => break,
            Ok(count) => count,
        };
        for &byte in &block[..count] {
            if byte == b'\n' || byte == b'\r' {
                take_line(&line, task, printed);
                line.clear();
            } else {
                line.push(byte);
            }
        }
    }
    take_line(&line, task, printed);
}

fn take_line(line: &[u8], task: &Task, printed: &Mutex<String>) {
    let line = String::from_utf8_lossy(line);
    let plain = console::strip_ansi_codes(&line);
    let plain = plain.trim();
    if plain.is_empty() && line.is_empty() {
        printed.lock().expect("the readers do not panic").push('\n');
        return;
    }
    match cargo_progress(plain) {
        Some((done, total, part)) => task.progress(done, total, part),
        None => {
            if !plain.is_empty() {
                task.note(plain);
            }
            let mut printed = printed.lock().expect("the readers do not panic");
            printed.push_str(&line);
            printed.push('\n');
        }
    }
}

/// Reads cargo's `Building [==>   ] 12/45: syn, quote`.
fn cargo_progress(line: &str) -> Option<(u64, u64, &str)> {
    let rest = line.strip_prefix("Building [")?;
    let (_, rest) = rest.split_once("] ")?;
    let (counts, parts) = rest.split_once(':').unwrap_or((rest, ""));
    let (done, total) = counts.trim().split_once('/')?;
    let part = parts.split(',').next().unwrap_or("").trim();
    Some((done.parse().ok()?, total.parse().ok()?, part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_progress_gives_counts_and_the_first_part() {
        assert_eq!(cargo_progress("Building [=====>   ] 12/45: syn, quote(build)"), Some((12, 45, "syn")));
        assert_eq!(cargo_progress("Building [=> ] 1/45"), Some((1, 45, "")));
        assert_eq!(cargo_progress("Compiling syn v2.0.1"), None);
    }

    #[test]
    fn a_failure_shows_the_fault_and_not_what_went_well() {
        let printed = "   Compiling a v0.1.0\n    Checking b v0.1.0\nerror: no\n  --> src/lib.rs\n";
        assert_eq!(without_status(printed), "error: no\n  --> src/lib.rs");
    }

    #[cfg(unix)]
    #[test]
    fn what_a_signal_stopped_is_run_once_more_and_what_failed_is_not() {
        let folder = env::temp_dir().join(format!("prequal-job-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let task = crate::screen::Screen::new().task("job");
        let ends = |script: &str| {
            let result = run_again_after_signal(&task, command("sh", &folder).args(["-c", script]));
            result.map(|printed| printed.trim().to_owned()).map_err(|error| error.to_string())
        };
        assert_eq!(ends("test -e once && echo well && exit; touch once; kill -9 $$").as_deref(), Ok("well"));
        assert_eq!(ends("kill -9 $$").unwrap_err(), "sh -c was stopped by signal 9");
        assert_eq!(ends("test -e twice && exit; touch twice; exit 3").unwrap_err(), "sh -c ended with code 3");
        task.leave();
        std::fs::remove_dir_all(&folder).expect("ours");
    }

    #[test]
    fn only_what_cargo_says_of_itself_is_removed() {
        assert!(set_by_outer_cargo("CARGO_PKG_NAME"));
        assert!(set_by_outer_cargo("CARGO_MANIFEST_DIR"));
        assert!(!set_by_outer_cargo("CARGO_HOME"));
        assert!(!set_by_outer_cargo("CARGO_REGISTRIES_MINE_INDEX"));
    }
}
