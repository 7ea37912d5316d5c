//! Addresses that a flow may name: where leads go, and where links lead.

use alloc::string::String;

/// Where leads are posted: https, or a loopback address for trying out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint(String);

impl Endpoint {
    /// `None` when the address is absolute but neither https nor loopback, carries a password, or
    /// is no address.
    pub fn parse(url: &str) -> Option<Endpoint> {
        let (secure, rest) = match (strip(url, "https://"), strip(url, "http://")) {
            (Some(rest), _) => (true, rest),
            (_, Some(rest)) => (false, rest),
            _ => return None,
        };
        let authority = rest.split(['/', '?', '#']).next().unwrap_or("");
        let host = match authority.strip_prefix('[') {
            Some(six) => six.split(']').next().unwrap_or(""),
            None => authority.split(':').next().unwrap_or(""),
        };
        let port = authority.rsplit(':').next().filter(|port| authority.len() > host.len() && !port.ends_with(']'));
        let fits = !host.is_empty()
            && port.is_none_or(|port| small(port, 65535))
            && !authority.contains('@')
            // Browsers take a backslash for a slash, others do not.
            && url.bytes().all(|b| b > b' ' && b != 0x7F && b != b'\\')
            && (secure || is_loopback(host));
        fits.then(|| Endpoint(url.into()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A decimal number of at most `most`; browsers refuse other ports.
fn small(text: &str, most: u32) -> bool {
    text.len() <= 5
        && text.bytes().all(|b| b.is_ascii_digit())
        && text.bytes().fold(0, |n, b| n * 10 + u32::from(b - b'0')) <= most
}

fn strip<'a>(url: &'a str, scheme: &str) -> Option<&'a str> {
    let head = url.get(..scheme.len())?;
    head.eq_ignore_ascii_case(scheme).then(|| &url[scheme.len()..])
}

fn is_loopback(host: &str) -> bool {
    let four = host.split('.').count() == 4
        && host.starts_with("127.")
        && host.split('.').all(|part| !part.is_empty() && part.len() < 4 && part.bytes().all(|b| b.is_ascii_digit()));
    four || host.eq_ignore_ascii_case("localhost") || host == "::1"
}

/// A path on the page's own site, such as `/v1/leads`.
pub fn is_site_path(url: &str) -> bool {
    url.starts_with('/')
        && !url.starts_with("//")
        && !url.starts_with("/\\")
        && url.bytes().all(|b| b > b' ' && b != 0x7F)
}

/// Whether a link is safe to offer: https, http, mailto, tel, or a path on the site.
pub fn is_link(url: &str) -> bool {
    is_site_path(url)
        || (["https://", "http://", "mailto:", "tel:"].iter().any(|scheme| strip(url, scheme).is_some())
            && url.bytes().all(|b| b > b' ' && b != 0x7F))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_or_loopback() {
        for good in [
            "https://leads.example.com/v1",
            "HTTPS://x.example",
            "http://127.0.0.1:4174/v1/leads",
            "http://localhost/x",
            "http://[::1]:80/",
            "http://127.1.2.3",
        ] {
            assert!(Endpoint::parse(good).is_some(), "{good}");
        }
        for bad in [
            "http://leads.example.com",
            "ftp://x",
            "//x",
            "",
            "https://",
            "https://user:pass@x.example",
            "http://127.0.0.1.evil.example/",
            "http://localhost.evil.example/",
            "http://127.0.0.1\\@evil.example",
            "http://evil.example\\127.0.0.1",
            "https://x.example/a b",
            "javascript:alert(1)",
            "https://x.example:99999/",
            "https://x.example:80a/",
            "https://[::1]x/",
        ] {
            assert!(Endpoint::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn links_run_no_script() {
        for good in ["/contact/#call", "https://x.example", "mailto:a@b.example", "tel:+441"] {
            assert!(is_link(good), "{good}");
        }
        for bad in [
            "javascript:alert(1)",
            "JaVaScRiPt:1",
            "data:text/html,x",
            "//evil.example",
            " https://x",
            "/\\evil.example",
            "java\nscript:1",
        ] {
            assert!(!is_link(bad), "{bad}");
        }
    }
}
