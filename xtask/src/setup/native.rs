//! The C compiler, which SQLite needs.

use anyhow::Result;

use super::{Missing, debian};
use crate::job;
use crate::screen::Screen;

pub fn find_c_compiler(screen: &Screen) -> Result<()> {
    if std::env::var_os("CC").is_some() || job::find_program("cc").is_some() {
        return Ok(());
    }
    let task = screen.task("C compiler");
    debian::install(&task, "a C compiler (for SQLite)", &["gcc", "libc6-dev"])?;
    if job::find_program("cc").is_none() {
        let remedy = "install gcc or clang so that `cc` is on the PATH";
        return Err(Missing::new("a C compiler (for SQLite)", remedy).into());
    }
    task.done("gcc from Debian");
    Ok(())
}
