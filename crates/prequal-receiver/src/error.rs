//! Why the receiver could not start or go on: one error, each with a sentence that says what to do.

use std::fmt;
use std::path::PathBuf;

/// What kept the receiver from running.
#[derive(Debug)]
pub struct Error(Kind);

#[derive(Debug)]
enum Kind {
    Flow { path: PathBuf, reasons: Vec<String> },
    Unreadable { path: PathBuf, cause: std::io::Error },
    NoFlow,
    Origin { given: String },
    Token,
    OpenInbox { address: std::net::SocketAddr },
    Listen { address: String, cause: std::io::Error },
    Storage { path: Option<PathBuf>, cause: String },
}

impl Error {
    pub(crate) fn flow(path: PathBuf, reasons: Vec<String>) -> Self {
        Self(Kind::Flow { path, reasons })
    }

    pub(crate) fn unreadable(path: PathBuf, cause: std::io::Error) -> Self {
        Self(Kind::Unreadable { path, cause })
    }

    pub(crate) fn no_flow() -> Self {
        Self(Kind::NoFlow)
    }

    pub(crate) fn origin(given: &str) -> Self {
        Self(Kind::Origin { given: given.to_owned() })
    }

    pub(crate) fn token() -> Self {
        Self(Kind::Token)
    }

    pub(crate) fn open_inbox(address: std::net::SocketAddr) -> Self {
        Self(Kind::OpenInbox { address })
    }

    pub(crate) fn storage(path: Option<PathBuf>, cause: impl fmt::Display) -> Self {
        Self(Kind::Storage { path, cause: cause.to_string() })
    }

    /// The address could not be listened on.
    pub fn listen(address: impl fmt::Display, cause: std::io::Error) -> Self {
        Self(Kind::Listen { address: address.to_string(), cause })
    }

    /// Whether a flow file was read but does not check.
    pub fn is_flow(&self) -> bool {
        matches!(self.0, Kind::Flow { .. })
    }

    /// Whether the inbox would have been open to other machines.
    pub fn is_open_inbox(&self) -> bool {
        matches!(self.0, Kind::OpenInbox { .. })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Flow { path, reasons } => {
                write!(f, "the flow {} has mistakes:", path.display())?;
                reasons.iter().try_for_each(|reason| write!(f, "\n  {reason}"))
            }
            Kind::Unreadable { path, cause } => {
                write!(f, "the flow {} cannot be read ({cause}). Give the file that your site publishes with --flow.", path.display())
            }
            Kind::NoFlow => f.write_str(
                "no flow is published here, so every lead would be refused. Give the file that your site loads with --flow.",
            ),
            Kind::Origin { given } => write!(
                f,
                "“{given}” is not an origin. Write scheme and host, and the port if it has one, as in https://www.example.com, without a path."
            ),
            Kind::Token => f.write_str(
                "the inbox token is too short to keep anybody out. Use at least 16 characters, such as the output of `openssl rand -hex 16`.",
            ),
            Kind::OpenInbox { address } => write!(
                f,
                "listening on {address} would open the inbox, with everybody's answers, to other machines. Set a token with --inbox-token \
                 or PREQUAL_INBOX_TOKEN (such as the output of `openssl rand -hex 16`), or listen on 127.0.0.1."
            ),
            Kind::Listen { address, cause } if cause.kind() == std::io::ErrorKind::AddrInUse => write!(
                f,
                "{address} is already in use. Stop the program that listens there, or choose another port with --listen."
            ),
            Kind::Listen { address, cause } => write!(f, "cannot listen on {address}: {cause}"),
            Kind::Storage { path: Some(path), cause } => write!(
                f,
                "the database {} cannot be opened: {cause}. Check that the folder exists and may be written.",
                path.display()
            ),
            Kind::Storage { path: None, cause } => write!(f, "the database failed: {cause}"),
        }
    }
}

impl std::error::Error for Error {}
