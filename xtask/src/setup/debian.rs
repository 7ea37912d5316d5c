//! Packages of Debian and its kin, for machines where nothing better is at hand.

use std::path::Path;
use std::sync::Mutex;

use anyhow::Result;

use super::Missing;
use crate::job;
use crate::screen::Task;

/// One at a time: apt locks its lists.
static APT: Mutex<()> = Mutex::new(());

/// Installs packages, or says that `what` is missing and by which command it can be had.
pub fn install(task: &Task, what: &str, packages: &[&str]) -> Result<()> {
    let by_hand = format!(
        "{}apt-get update && {}apt-get install --no-install-recommends {}",
        sudo_shown(),
        sudo_shown(),
        packages.join(" ")
    );
    let missing = |why: &str| Missing::new(what, format!("{why}run `{by_hand}`"));
    if job::find_program("apt-get").is_none() {
        let remedy = format!("install it (on Debian: {})", packages.join(" "));
        return Err(Missing::new(what, remedy).into());
    }
    let Some(prefix) = privilege() else {
        return Err(missing("").into());
    };
    let _one_at_a_time = APT.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    task.note("apt-get update");
    // A stale list of one source must not stop a package that another has.
    let _ = job::run(task, apt(&prefix).args(["update", "-q"]));
    task.note(format!("apt-get install {}", packages.join(" ")));
    let result = job::run(task, apt(&prefix).args(["install", "-q", "-y", "--no-install-recommends"]).args(packages));
    result.map(drop).map_err(|error| {
        let first = error.to_string();
        let reason = first.lines().find(|line| line.starts_with("E: ")).unwrap_or("apt-get failed");
        missing(&format!("apt-get says `{}`; ", reason.trim_start_matches("E: "))).into()
    })
}

fn apt(prefix: &[&str]) -> std::process::Command {
    let mut words = prefix.to_vec();
    words.extend(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", "DPkg::Lock::Timeout=120"]);
    let mut command = job::command(words[0], Path::new("/"));
    command.args(&words[1..]);
    command
}

/// What must stand before a command that installs; nothing if there is no way to do so unasked.
fn privilege() -> Option<Vec<&'static str>> {
    if is_root() {
        return Some(Vec::new());
    }
    let allowed = job::answer(job::command("sudo", Path::new("/")).args(["-n", "true"])).is_some();
    allowed.then(|| vec!["sudo", "-n"])
}

fn is_root() -> bool {
    job::answer(job::command("id", Path::new("/")).arg("-u")).is_some_and(|id| id == "0")
}

fn sudo_shown() -> &'static str {
    if is_root() { "" } else { "sudo " }
}
