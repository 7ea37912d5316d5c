//! Who may look: this machine alone, or whoever has the token.

use crate::{App, Error};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use std::net::SocketAddr;

/// Fewest characters of a token.
const TOKEN_LENGTH: usize = 16;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// The receiver listens on loopback, and asks nothing of whoever sits at this machine.
    ThisMachine,
    /// A password; only its hash is kept, which also makes the comparison tell nothing by its time.
    Token([u8; 32]),
}

impl Access {
    pub(crate) fn new(token: Option<&str>, address: SocketAddr) -> Result<Self, Error> {
        match token {
            Some(token) if token.chars().count() < TOKEN_LENGTH => Err(Error::token()),
            Some(token) => Ok(Self::Token(Sha256::digest(token).into())),
            None if address.ip().is_loopback() => Ok(Self::ThisMachine),
            None => Err(Error::open_inbox(address)),
        }
    }
}

pub(super) async fn guard(State(app): State<App>, request: Request, next: Next) -> Response {
    let allowed = match app.inbox {
        Access::ThisMachine => from_this_machine(request.headers()),
        Access::Token(hash) => {
            password(request.headers()).is_some_and(|given| <[u8; 32]>::from(Sha256::digest(given)) == hash)
        }
    };
    if allowed {
        return next.run(request).await;
    }
    match app.inbox {
        Access::ThisMachine => (
            StatusCode::FORBIDDEN,
            "The inbox answers only at http://127.0.0.1, http://localhost and http://[::1] on this machine. \
             To open it under another name, start the receiver with --inbox-token.",
        )
            .into_response(),
        Access::Token(_) => (
            StatusCode::UNAUTHORIZED,
            [(header::WWW_AUTHENTICATE, "Basic realm=\"Prequal inbox\", charset=\"UTF-8\"")],
            "The inbox needs its token: leave the user name as it is and give the token as the password.",
        )
            .into_response(),
    }
}

/// A page elsewhere can make its own name point to 127.0.0.1 (DNS rebinding) and then read the inbox
/// as its own; the `Host` header still carries that name. A proxy on this machine must not let the
/// world in either, and gives itself away by what it adds.
fn from_this_machine(headers: &HeaderMap) -> bool {
    let forwarded = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via"];
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((v6, port)) if port.is_empty() || port.starts_with(':') => v6,
        Some(_) => "",
        None => host.rsplit_once(':').map_or(host, |(name, _port)| name),
    };
    let local = ["127.0.0.1", "localhost", "::1"].iter().any(|own| name.eq_ignore_ascii_case(own));
    local && !forwarded.iter().any(|header| headers.contains_key(*header))
}

/// The password of basic authentication, whatever the user name.
fn password(headers: &HeaderMap) -> Option<Vec<u8>> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = STANDARD.decode(encoded.trim()).ok()?;
    let colon = decoded.iter().position(|byte| *byte == b':')?;
    Some(decoded[colon + 1..].to_vec())
}

#[cfg(test)]
mod tests {
    use super::{Access, from_this_machine};
    use axum::http::{HeaderMap, HeaderValue, header};

    #[test]
    fn only_this_machines_names_are_answered() {
        let allowed = |host: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, HeaderValue::from_static(host));
            from_this_machine(&headers)
        };
        for good in ["127.0.0.1:4174", "localhost", "LOCALHOST:80", "[::1]:4174", "[::1]"] {
            assert!(allowed(good), "{good}");
        }
        for bad in [
            "",
            "evil.example",
            "127.0.0.1.evil.example:4174",
            "localhost.evil.example",
            "[::2]:4174",
            "127.0.0.1:4174:evil",
            "[::1]evil",
        ] {
            assert!(!allowed(bad), "{bad}");
        }
        assert!(!from_this_machine(&HeaderMap::new()));
    }

    #[test]
    fn the_inbox_is_never_open_to_other_machines() {
        let everywhere = "0.0.0.0:4174".parse().unwrap();
        assert!(Access::new(None, everywhere).unwrap_err().is_open_inbox());
        assert!(Access::new(Some("short"), everywhere).is_err());
        assert!(Access::new(Some("0123456789abcdef"), everywhere).is_ok());
        assert_eq!(Access::new(None, "[::1]:4174".parse().unwrap()).unwrap(), Access::ThisMachine);
    }
}
