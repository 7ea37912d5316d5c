//! Where leads go: to nobody, or by an address that is a secret.

use super::Review;
use crate::flow::diagnostic::{Code, Path};
use alloc::{format, vec::Vec};

/// Who takes what anybody posts that knows the address or a key in it, by the end of the host.
const BY_SECRET: &[(&str, &str)] = &[
    ("hooks.slack.com", "Slack"),
    ("discord.com", "Discord"),
    ("webhook.office.com", "Teams"),
    ("pipedrive.com", "Pipedrive"),
    ("api-us1.com", "ActiveCampaign"),
    ("activehosted.com", "ActiveCampaign"),
    ("api.telegram.org", "Telegram"),
    ("api.hubapi.com", "HubSpot's own interface"),
];
/// Parameters that carry a key.
const KEYS: &[&str] = &[
    "token",
    "api_token",
    "access_token",
    "auth_token",
    "api_key",
    "apikey",
    "key",
    "secret",
    "password",
    "sig",
    "signature",
];

impl Review<'_> {
    /// All endpoints of the flow, each looked at alike.
    pub fn endpoints(&mut self) {
        let delivery = &self.flow.delivery;
        if let Some(url) = &delivery.endpoint {
            self.endpoint(url, &Path::ROOT.key("delivery").key("endpoint"));
        }
        let path = Path::ROOT.key("delivery");
        let path = path.key("destinations");
        for (i, one) in delivery.destinations.iter().enumerate() {
            if let Some(url) = &one.endpoint {
                self.endpoint(url, &path.index(i).key("endpoint"));
            }
        }
    }

    /// A flow whose controller answers at a name that nobody can have (RFC 2606) is a sample: it is
    /// meant to be tried out on one's own machine.
    fn endpoint(&mut self, endpoint: &str, path: &Path) {
        let contact = self.flow.consent.as_ref().and_then(|consent| consent.contact.as_deref());
        // Check lets http pass for loopback alone.
        let plain = endpoint.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http:"));
        if plain && !contact.is_some_and(is_reserved) {
            self.notes.warning(Code::LoopbackEndpoint, path, || {
                (
                    format!("“{endpoint}” is the visitor's own machine, where nobody takes leads."),
                    "Name your receiver before you publish, or let the page name it (data-endpoint).".into(),
                )
            });
        }
        let (address, query) = endpoint.split_once('?').unwrap_or((endpoint, ""));
        let host =
            address.split("://").nth(1).unwrap_or("").split(['/', ':']).next().unwrap_or("").to_ascii_lowercase();
        let of = |end: &str| host == end || host.strip_suffix(end).is_some_and(|rest| rest.ends_with('.'));
        let names: Vec<_> =
            query.split('&').filter_map(|pair| pair.split('=').next()).map(str::to_ascii_lowercase).collect();
        let who =
            BY_SECRET.iter().find(|(end, _)| of(end)).map(|(_, who)| format!("{who} lets in whoever knows its key"));
        let what = KEYS.iter().find(|key| names.iter().any(|name| name == *key));
        let what = what.map(|key| format!("“{key}” in an address looks like a key"));
        if let Some(what) = who.or(what) {
            self.notes.warning(Code::SecretAddress, path, || {
                (
                    format!("{what}, and everybody can read this file."),
                    "Post to your receiver, and let it pass the lead on: what is secret stays there.".into(),
                )
            });
        }
    }
}

/// Whether a mail address or link is of a domain that is set aside for examples and tests.
fn is_reserved(contact: &str) -> bool {
    let host = contact.rsplit(['@', '/']).find(|part| part.contains('.')).unwrap_or(contact);
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let within = |domain: &str| host == domain || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'));
    ["example", "test", "invalid", "localhost", "example.com", "example.net", "example.org"].into_iter().any(within)
}
