//! Where leads go, as it stands in the file.

use crate::flow::kinds::{DestinationKind, Redirects};
use crate::flow::read::model;
use crate::json::Json;
use alloc::{string::String, vec::Vec};

model! {
    pub struct Delivery {
        /// Leads below this stage are not sent.
        minimum_stage: String,
        ;
        /// Where leads are posted: https, or loopback for trying out. The page may set it instead.
        endpoint: Option<String>,
        /// Further places that leads go to, each by itself.
        destinations: Vec<Destination>,
    }

    /// A place that leads go to. It gets what `fields` names, and nothing else.
    pub struct Destination {
        id: String,
        kind: DestinationKind,
        ;
        /// Where it takes leads: https, loopback, or a path of the page's own site. HubSpot and Salesforce have one.
        endpoint: Option<String>,
        /// What it gets; of the kinds that take a whole lead, all of it where this is missing.
        fields: Vec<Mapping>,
        /// Sent only if this purpose was agreed to.
        purpose: Option<String>,
        /// Leads below this stage do not go there.
        minimum_stage: Option<String>,
        /// Not sent to where the browser says that data must not be shared (Global Privacy Control).
        third_party: bool,
        /// It lets no page read its replies: whether a lead arrived cannot be known.
        opaque: bool,
        redirects: Redirects,
        /// HubSpot: the account.
        portal: Option<String>,
        /// HubSpot: the form.
        form: Option<String>,
        /// Salesforce: the organisation.
        oid: Option<String>,
        /// Salesforce: where its form would lead on to.
        return_url: Option<String>,
        /// Mautic: the form.
        form_id: Option<u32>,
        /// Mautic: its name.
        form_name: Option<String>,
        /// CloudEvents: where the event comes from; the page's address where absent.
        source: Option<String>,
        /// CloudEvents: what happened; `com.prequal.lead.v1` where absent.
        event_type: Option<String>,
    }

    /// One thing that a destination gets.
    pub struct Mapping {
        /// As the destination calls it; dots lead into objects. At HubSpot digits are a subscription's id.
        name: String,
        ;
        /// What of the lead, such as `answers.email`.
        from: Option<String>,
        /// The same for every lead.
        value: Option<Json>,
    }
}
