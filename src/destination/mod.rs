//! Destinations: where a lead goes besides the flow's own endpoint, and how each wants to be told.
//!
//! Pure: a lead and a destination of the flow give the body of a request. [`consent`](crate::consent)
//! asks for it where it seals; what a destination gets is covered by the same record.
//!
//! What it does not do: it sends nothing, decides on no consent, and knows no secret. A destination that
//! wants one is spoken to by the receiver.

mod body;
mod form;

use crate::flow::model::{DestinationKind, Redirects};
use crate::flow::{Checked, Code, Endpoint};
use crate::lead::{PrivacySignal, Record};
use alloc::{string::String, vec::Vec};

pub(crate) use body::body;
pub use form::encode;

/// Where and how a lead is posted.
#[derive(Clone, Debug, PartialEq)]
pub struct Address {
    /// The id of the destination; empty for the flow's own endpoint.
    pub destination: String,
    pub endpoint: Endpoint,
    pub wire: Wire,
    /// Whether to go on to where the endpoint sends the browser.
    pub redirects: bool,
    /// Its place in the flow; none for the flow's own endpoint.
    pub place: Option<usize>,
}

impl Address {
    /// The flow's own endpoint.
    pub fn own(endpoint: Endpoint) -> Address {
        Address { destination: String::new(), endpoint, wire: Wire::Prequal, redirects: false, place: None }
    }

    /// Whether a lead of this stage and with this consent may go there. `privacy`: what is said of it now.
    pub(crate) fn takes(&self, flow: &Checked, stage: usize, record: &Record, privacy: &[PrivacySignal]) -> bool {
        let Some(place) = self.place else { return true };
        let (at, model) = (&flow.destinations[place], &flow.flow.delivery.destinations[place]);
        let granted = |purpose: usize| record.purposes.get(purpose).is_some_and(|purpose| purpose.granted);
        let kept_back = || privacy.iter().any(|signal| signal.source == "gpc" && signal.value == "true");
        stage >= at.minimum_stage && at.purpose.is_none_or(granted) && !(model.third_party && kept_back())
    }
}

/// Where the leads of a flow go. `own`: the endpoint that the page names, or nothing; `origin`: scheme, host
/// and port of the page, which paths of its own site belong to.
///
/// # Errors
/// The code of what is wrong with an endpoint.
pub fn addresses(flow: &Checked, own: &str, origin: &str) -> Result<Vec<Address>, Code> {
    let endpoint = |url: &str| {
        // A path on the page's own site was checked to be one.
        let path = if url.starts_with('/') { origin } else { "" };
        Endpoint::parse(&[path, url].concat()).ok_or(Code::InsecureEndpoint)
    };
    let delivery = &flow.flow.delivery;
    let mut all = Vec::new();
    match &delivery.endpoint {
        _ if !own.is_empty() => all.push(Address::own(endpoint(own)?)),
        Some(url) => all.push(Address::own(endpoint(url)?)),
        None if delivery.destinations.is_empty() => return Err(Code::NoEndpoint),
        None => {}
    }
    for (place, (model, at)) in delivery.destinations.iter().zip(&flow.destinations).enumerate() {
        all.push(Address {
            destination: model.id.clone(),
            endpoint: endpoint(&at.endpoint)?,
            wire: Wire::of(model.kind, model.opaque),
            redirects: model.redirects == Redirects::Follow,
            place: Some(place),
        });
    }
    Ok(all)
}

/// How a destination is spoken to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wire {
    /// JSON with the key in a header, answered as the reference receiver does. It alone hears of withdrawals.
    #[default]
    Prequal,
    Json,
    /// JSON that is called text, which a page can post without asking first.
    Plain,
    Form,
    CloudEvent,
    /// A form, of whose arrival nothing can be known.
    OpaqueForm,
    /// Text, of whose arrival nothing can be known.
    OpaquePlain,
}

impl Wire {
    const ALL: [Wire; 7] =
        [Wire::Prequal, Wire::Json, Wire::Plain, Wire::Form, Wire::CloudEvent, Wire::OpaqueForm, Wire::OpaquePlain];
    const NAMES: [&'static str; 7] = ["prequal", "json", "plain", "form", "cloud_event", "opaque_form", "opaque_plain"];

    fn of(kind: DestinationKind, opaque: bool) -> Wire {
        match kind {
            DestinationKind::Prequal => Wire::Prequal,
            // Without CORS a page may call its JSON nothing but text.
            DestinationKind::Json | DestinationKind::Hook if opaque => Wire::OpaquePlain,
            DestinationKind::Json | DestinationKind::Hubspot => Wire::Json,
            DestinationKind::Hook => Wire::Plain,
            DestinationKind::Form if !opaque => Wire::Form,
            DestinationKind::Form | DestinationKind::Salesforce | DestinationKind::Mautic => Wire::OpaqueForm,
            DestinationKind::CloudEvent => Wire::CloudEvent,
        }
    }

    pub fn content_type(self) -> &'static str {
        match self {
            Wire::Prequal | Wire::Json => "application/json",
            Wire::Plain | Wire::OpaquePlain => "text/plain;charset=UTF-8",
            Wire::Form | Wire::OpaqueForm => "application/x-www-form-urlencoded;charset=UTF-8",
            Wire::CloudEvent => "application/cloudevents+json",
        }
    }

    /// Whether the browser hides the reply, so that arrival cannot be confirmed.
    pub fn is_opaque(self) -> bool {
        matches!(self, Wire::OpaqueForm | Wire::OpaquePlain)
    }

    pub(crate) fn name(self) -> &'static str {
        Wire::NAMES[self as usize]
    }

    pub(crate) fn named(name: &str) -> Option<Wire> {
        Wire::NAMES.iter().position(|known| *known == name).map(|place| Wire::ALL[place])
    }
}
