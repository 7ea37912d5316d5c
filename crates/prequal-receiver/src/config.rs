//! What the receiver is told when it starts.

use crate::Error;
use crate::clock::now_ms;
use axum::http::{HeaderValue, Uri};
use std::path::PathBuf;

/// Settings of one receiver.
#[derive(Clone, Debug)]
pub struct Config {
    /// The SQLite file; it is made where it does not exist.
    pub database: PathBuf,
    /// The published flows: at least one; several versions of one flow may be published at once.
    pub flows: Vec<PathBuf>,
    /// Sites whose pages may post leads.
    pub allow_origins: Vec<Origin>,
    /// The password of the inbox. Without one, only this machine may look at it.
    pub inbox_token: Option<String>,
    /// The clock, in milliseconds since 1970 UTC: the system's, unless a test moves one of its own.
    pub clock: fn() -> i64,
}

impl Config {
    /// A receiver that keeps its leads in `database` and takes leads of one flow.
    pub fn new(database: impl Into<PathBuf>, flow: impl Into<PathBuf>) -> Self {
        Self {
            database: database.into(),
            flows: vec![flow.into()],
            allow_origins: Vec::new(),
            inbox_token: None,
            clock: now_ms,
        }
    }

    /// Lets pages of this origin post leads as well.
    pub fn allow_origin(mut self, origin: Origin) -> Self {
        self.allow_origins.push(origin);
        self
    }
}

/// Scheme, host and port of a site, written as browsers write it in the `Origin` header.
///
/// ```
/// use prequal_receiver::Origin;
/// assert!("https://www.example.com".parse::<Origin>().is_ok());
/// assert!("http://127.0.0.1:4173".parse::<Origin>().is_ok());
/// assert!("https://www.example.com/contact".parse::<Origin>().is_err());
/// assert!("*".parse::<Origin>().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(HeaderValue);

impl Origin {
    pub(crate) fn header(&self) -> &HeaderValue {
        &self.0
    }
}

impl std::str::FromStr for Origin {
    type Err = Error;

    fn from_str(given: &str) -> Result<Self, Error> {
        let wrong = || Error::origin(given);
        let uri: Uri = given.parse().map_err(|_| wrong())?;
        let (Some("http" | "https"), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(wrong());
        };
        // Browsers send neither a path nor the port that the scheme implies, and lower case throughout.
        let canonical = format!("{}://{}", uri.scheme_str().unwrap_or_default(), authority.as_str());
        let implied =
            matches!((uri.scheme_str(), uri.port_u16()), (Some("http"), Some(80)) | (Some("https"), Some(443)));
        if canonical != given || given != given.to_ascii_lowercase() || implied || authority.as_str().contains('@') {
            return Err(wrong());
        }
        HeaderValue::from_str(given).map(Self).map_err(|_| wrong())
    }
}

#[cfg(test)]
mod tests {
    use super::Origin;

    #[test]
    fn only_what_a_browser_would_send_is_an_origin() {
        for good in ["https://example.com", "http://localhost:4173", "http://[::1]:4173"] {
            assert!(good.parse::<Origin>().is_ok(), "{good}");
        }
        for bad in [
            "",
            "*",
            "null",
            "example.com",
            "ftp://a.b",
            "https://a.b/",
            "https://A.b",
            "https://a.b:443",
            "https://u@a.b",
        ] {
            assert!(bad.parse::<Origin>().is_err(), "{bad}");
        }
    }
}
