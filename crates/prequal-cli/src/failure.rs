//! Why a command could not be carried out: one error, with a sentence, a way out and an exit code.

use crate::{FINDINGS, FINE, Host, UNUSABLE};
use std::fmt;
use std::io::{self, ErrorKind};

/// What ended a command before its time.
#[derive(Debug)]
pub struct Failure {
    code: u8,
    /// Empty when whoever read the output has gone: then nobody is to be told.
    message: String,
    help: Option<String>,
}

impl Failure {
    /// Wrong arguments, or a file that cannot be read.
    pub(crate) fn unusable(message: impl Into<String>) -> Self {
        Self { code: UNUSABLE, message: message.into(), help: None }
    }

    /// Something that was read has a mistake that leaves nothing to go on with.
    pub(crate) fn findings(message: impl Into<String>) -> Self {
        Self { code: FINDINGS, message: message.into(), help: None }
    }

    /// The way out.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(crate) fn reading(name: &str, cause: &io::Error) -> Self {
        let plain = match cause.kind() {
            ErrorKind::NotFound => "there is no such file".into(),
            ErrorKind::PermissionDenied => "it may not be read".into(),
            ErrorKind::IsADirectory => "it is a folder".into(),
            _ => cause.to_string(),
        };
        Self::unusable(format!("{name} cannot be read: {plain}."))
    }

    /// Output that could not be written. A reader that stops listening, as `head` does, is no failure.
    pub(crate) fn writing(cause: io::Error) -> Self {
        if cause.kind() == ErrorKind::BrokenPipe {
            return Self { code: FINE, message: String::new(), help: None };
        }
        Self::unusable(format!("the output cannot be written: {cause}."))
    }

    /// Whether whoever read the output has gone.
    pub(crate) fn is_closed(&self) -> bool {
        self.message.is_empty()
    }

    /// Tells it on the error stream; returns the exit code.
    pub(crate) fn tell(&self, host: &mut Host) -> u8 {
        if !self.message.is_empty() {
            host.complain(&self.message, self.help.as_deref());
        }
        self.code
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        self.help.as_ref().map_or(Ok(()), |help| write!(f, " {help}"))
    }
}

impl std::error::Error for Failure {}
