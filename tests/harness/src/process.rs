//! The browser's processes, by what Linux tells of them, and their sudden death.

use super::engine::Engine;
use std::collections::BTreeMap;
use std::fs;
use std::process::{Command, Stdio};
use std::time::Duration;

/// All processes under one, itself left out.
pub fn under(root: u32) -> Vec<u32> {
    let parents: BTreeMap<u32, u32> = fs::read_dir("/proc")
        .expect("Linux tells of its processes")
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter_map(|number| Some((number, field(number, 1)?.parse().ok()?)))
        .collect();
    let is_under = |mut number: u32| {
        while let Some(parent) = parents.get(&number) {
            if *parent == root {
                return true;
            }
            number = *parent;
        }
        false
    };
    parents.keys().copied().filter(|number| is_under(*number)).collect()
}

/// Those of them in which pages run.
pub fn renderers(engine: Engine, root: u32) -> Vec<u32> {
    let runs_pages = |number: &u32| {
        let line = fs::read(format!("/proc/{number}/cmdline")).unwrap_or_default();
        let line = String::from_utf8_lossy(&line).replace('\0', " ");
        match engine {
            Engine::Chromium => line.contains("--type=renderer"),
            Engine::Firefox => line.contains("-contentproc") && line.trim_end().ends_with(" tab"),
            Engine::WebKit => line.contains("WebKitWebProcess"),
        }
    };
    under(root).into_iter().filter(runs_pages).collect()
}

/// The process that works hardest: the one of a page that hangs in a loop.
pub async fn busiest(among: &[u32]) -> u32 {
    let spent = |number: &u32| field(*number, 11).and_then(|ticks| ticks.parse::<u64>().ok()).unwrap_or(0);
    let before: Vec<u64> = among.iter().map(spent).collect();
    tokio::time::sleep(Duration::from_millis(200)).await;
    let gained = |place: usize| spent(&among[place]).saturating_sub(before[place]);
    let place = (0..among.len()).max_by_key(|place| gained(*place)).expect("there is a process to look at");
    among[place]
}

/// Ends processes at once, without a farewell.
pub fn kill(numbers: &[u32]) {
    if numbers.is_empty() {
        return;
    }
    let numbers = numbers.iter().map(u32::to_string);
    let _ = Command::new("kill").arg("-KILL").args(numbers).stderr(Stdio::null()).status();
}

/// A field of `/proc/<number>/stat`, counted from the state, which stands behind the name in brackets.
fn field(number: u32, place: usize) -> Option<String> {
    let line = fs::read_to_string(format!("/proc/{number}/stat")).ok()?;
    let (_, rest) = line.rsplit_once(')')?;
    rest.split_whitespace().nth(place).map(str::to_owned)
}
