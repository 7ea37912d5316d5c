//! A file for each subcommand.

pub(crate) mod check;
pub(crate) mod diff;
pub(crate) mod eval;
pub(crate) mod explain;
pub(crate) mod score;
pub(crate) mod texts;

use crate::engine;
use crate::leads::answers::{Clock, moment};
use crate::snippet::Sheet;
use crate::{Failure, Host};
use clap::Args;
use prequal::flow::Checked;
use std::path::{Path, PathBuf};

/// A flow that a command works with.
pub(crate) struct Flow {
    pub checked: Checked,
    /// By field: whether scoring looks at it.
    pub looked_at: Vec<bool>,
}

impl Flow {
    /// Reads and checks a flow; its mistakes go to the error stream.
    pub fn read(path: &Path, host: &mut Host) -> Result<Self, Failure> {
        let (name, bytes) = host.read(path)?;
        let checked = prequal::flow::load(&bytes).map_err(|findings| {
            let sheet = Sheet::new(&name, &bytes, host.errors_style, host.width);
            for finding in &findings {
                let _ = host.errors.write_all(sheet.draw(finding).as_bytes());
            }
            Failure::findings(format!("the flow {name} has mistakes, so it was not used."))
        })?;
        let looked_at = engine::looked_at(&checked, &bytes);
        Ok(Self { checked, looked_at })
    }
}

/// How a list of leads is read.
#[derive(Args, Debug)]
pub(crate) struct Reading {
    /// The leads: CSV or JSON lines; `-` is standard input
    #[arg(value_name = "LEADS", default_value = "-")]
    pub leads: PathBuf,

    /// Which column is which field, where its name does not say so: "Company size=company_size"; may be repeated
    #[arg(long = "map", value_name = "COLUMN=FIELD")]
    pub maps: Vec<String>,

    /// What the leads are written in; found out where it is not given
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub from: Option<crate::leads::Format>,

    /// What stands between two cells: one character, or `tab`; found out where it is not given
    #[arg(long, value_name = "CHARACTER", value_parser = delimiter)]
    pub delimiter: Option<u8>,

    /// The time that ages are counted to, such as 2026-10-01; where it is not given, when the lead says it was
    /// made, or else now
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub now: Option<i64>,
}

impl Reading {
    /// When the leads are scored.
    pub fn clock(&self) -> Clock {
        clock(self.now)
    }
}

/// The time given, or what the system's clock says.
pub(crate) fn clock(given: Option<i64>) -> Clock {
    let system = || {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        since.ok().and_then(|since| i64::try_from(since.as_millis()).ok()).unwrap_or(0)
    };
    Clock { now: given.unwrap_or_else(system), fixed: given.is_some() }
}

pub(crate) fn time(text: &str) -> Result<i64, String> {
    moment(text).ok_or_else(|| "write it as 2026-10-01 or 2026-10-01T09:30:00Z".into())
}

fn delimiter(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        _ if text == "tab" || text == "\\t" => Ok(b'\t'),
        [b'"' | b'\r' | b'\n'] => Err("it cannot be a quotation mark or the end of a line".into()),
        [byte] if byte.is_ascii() => Ok(*byte),
        _ => Err("give one ASCII character, or `tab`".into()),
    }
}
