//! Destinations: that each has what its kind needs, and that all it gets is there to be had.

use super::Check;
use super::known::reserved;
use crate::flow::diagnostic::{Code, Path, nearest};
use crate::flow::model::{Destination, DestinationKind, Mapping, Redirects};
use crate::json::Json;
use alloc::{format, string::String, vec::Vec};

/// Where forms of HubSpot take leads, before the account and the form.
const HUBSPOT: &str = "https://api.hsforms.com/submissions/v3/integration/submit/";
const SALESFORCE: &str = "https://webto.salesforce.com/servlet/servlet.WebToLead?encoding=UTF-8";
/// The most fields that a form of HubSpot takes.
const MOST_FIELDS: usize = 1000;

/// A destination, resolved.
#[derive(Debug)]
pub(crate) struct DestinationAt {
    pub endpoint: String,
    /// Sent only if this purpose was granted.
    pub purpose: Option<usize>,
    pub minimum_stage: usize,
}

/// What of a lead a destination may get, besides what has an id of the flow's own.
const NAMED: [&str; 22] = [
    "idempotency_key",
    "created_at",
    "total",
    "stage",
    "grade",
    "icp",
    "reasons",
    "segment",
    "route.owner",
    "flow.id",
    "flow.version",
    "page",
    "landing",
    "referrer",
    "utm.source",
    "utm.medium",
    "utm.campaign",
    "utm.term",
    "utm.content",
    "consent.id",
    "consent.text",
    "consent.language",
];

impl Check<'_> {
    /// By destination: what it names, in places. `minimum`: the stage from which leads are sent at all.
    pub(super) fn destinations(&mut self, minimum: usize) -> Vec<DestinationAt> {
        let delivery = Path::ROOT.key("delivery");
        let root = delivery.key("destinations");
        let list = &self.flow.delivery.destinations;
        list.iter().enumerate().map(|(i, one)| self.destination(one, minimum, &root.index(i))).collect()
    }

    /// The widget knows what decides whether and where a lead goes. What the destination makes of it is looked at
    /// wherever a flow is checked in words: it would weigh a kilobyte on every page.
    fn destination(&mut self, one: &Destination, minimum: usize, path: &Path) -> DestinationAt {
        let known = self.known;
        let purpose = one.purpose.as_ref().map(|id| known.purposes.refer(id, &path.key("purpose"), self.notes));
        let stage = one.minimum_stage.as_ref().map(|id| known.stages.refer(id, &path.key("minimum_stage"), self.notes));
        let at = DestinationAt { endpoint: one.address(), purpose, minimum_stage: stage.unwrap_or(minimum) };
        if cfg!(feature = "widget") || one.endpoint.is_some() {
            self.endpoint(&at.endpoint, &path.key("endpoint"));
        }
        if cfg!(not(feature = "widget")) {
            self.stage_of(one, minimum, path);
            self.lacks(one, path);
            self.surplus(one, path);
            self.shapes(one, path);
            let fields = path.key("fields");
            for (i, field) in one.fields.iter().enumerate() {
                self.name(one, i, &fields.index(i).key("name"));
                self.source(one, field, &fields.index(i));
            }
        }
        at
    }

    fn stage_of(&mut self, one: &Destination, minimum: usize, path: &Path) {
        // A name that leads nowhere has been noted.
        let found = one.minimum_stage.as_ref().and_then(|id| self.known.stages.find(id));
        if found.is_some_and(|stage| stage < minimum) {
            self.notes.error(Code::OutOfRange, &path.key("minimum_stage"), || {
                (
                    format!("Leads below “{}” are not sent at all.", self.flow.delivery.minimum_stage),
                    "Remove this, or lower “delivery.minimum_stage”.".into(),
                )
            });
        }
    }

    /// What its kind needs, and without which nothing would arrive.
    fn lacks(&mut self, one: &Destination, path: &Path) {
        use DestinationKind::{Form, Hubspot, Mautic, Salesforce};
        let kind = one.kind;
        let nowhere = one.endpoint.is_none();
        let has_field = |name: &str| one.fields.iter().any(|field| field.name == name);
        for (key, lacks) in [
            ("endpoint", nowhere && !matches!(kind, Hubspot | Salesforce)),
            ("portal", nowhere && kind == Hubspot && one.portal.is_none()),
            ("form", nowhere && kind == Hubspot && one.form.is_none()),
            ("oid", kind == Salesforce && one.oid.is_none()),
            ("form_id", kind == Mautic && one.form_id.is_none()),
            ("fields", one.fields.is_empty() && matches!(kind, Form | Hubspot | Salesforce | Mautic)),
        ] {
            if lacks {
                self.notes.error(Code::DestinationMismatch, &path.key(key), || {
                    (format!("A destination of kind {} needs “{key}”.", kind.as_str()), "Add it.".into())
                });
            }
        }
        // Web-to-Lead drops what lacks them, and nobody hears of it.
        for name in ["last_name", "company"] {
            if kind == Salesforce && !one.fields.is_empty() && !has_field(name) {
                self.notes.error(Code::DestinationMismatch, &path.key("fields"), || {
                    (
                        format!("Salesforce drops leads without “{name}”."),
                        format!("Add {{\"name\": \"{name}\"}} with “from” or “value”."),
                    )
                });
            }
        }
    }

    /// What its kind does not know.
    fn surplus(&mut self, one: &Destination, path: &Path) {
        use DestinationKind::{CloudEvent, Form, Hook, Hubspot, Json, Mautic, Prequal, Salesforce};
        let (kind, plain) = (one.kind, matches!(one.kind, Json | Form | Hook));
        for (key, stands, fits) in [
            ("fields", !one.fields.is_empty(), kind != Prequal),
            ("opaque", one.opaque, plain),
            ("redirects", one.redirects == Redirects::Follow, plain),
            ("portal", one.portal.is_some(), kind == Hubspot),
            ("form", one.form.is_some(), kind == Hubspot),
            ("oid", one.oid.is_some(), kind == Salesforce),
            ("return_url", one.return_url.is_some(), kind == Salesforce),
            ("form_id", one.form_id.is_some(), kind == Mautic),
            ("form_name", one.form_name.is_some(), kind == Mautic),
            ("source", one.source.is_some(), kind == CloudEvent),
            ("event_type", one.event_type.is_some(), kind == CloudEvent),
        ] {
            if stands && !fits {
                self.notes.error(Code::DestinationMismatch, &path.key(key), || {
                    (
                        format!("A destination of kind {} has no “{key}”.", kind.as_str()),
                        "Remove it, or change the kind.".into(),
                    )
                });
            }
        }
    }

    /// What addresses and ids look like.
    fn shapes(&mut self, one: &Destination, path: &Path) {
        if let Some(url) = &one.return_url {
            self.link(url, &path.key("return_url"));
        }
        let is = |text: &Option<String>, fits: &dyn Fn(&str) -> bool| text.as_ref().is_none_or(|text| fits(text));
        let of = |text: &str, fits: &dyn Fn(&u8) -> bool| !text.is_empty() && text.bytes().all(|b| fits(&b));
        // What may stand in an address (RFC 3986), the space aside that no attribute of an event needs.
        let uri = |text: &str| of(text, &|b| (b'!'..=b'~').contains(b) && !b"\"<>\\^`{|}".contains(b));
        for (key, fits, way) in [
            ("portal", is(&one.portal, &|t| of(t, &u8::is_ascii_digit)), "Write the digits of the account's id."),
            (
                "form",
                is(&one.form, &|t| t.len() == 36 && of(t, &|b| b.is_ascii_hexdigit() || *b == b'-')),
                "Write the form's id, as its address shows it: 8, 4, 4, 4 and 12 hex digits.",
            ),
            (
                "oid",
                is(&one.oid, &|t| matches!(t.len(), 15 | 18) && of(t, &u8::is_ascii_alphanumeric)),
                "Write the id of the organisation: 15 or 18 letters and digits.",
            ),
            ("form_id", one.form_id != Some(0), "Write the number of the form."),
            ("source", is(&one.source, &uri), "Write an address, or a part of one."),
            ("event_type", is(&one.event_type, &uri), "Write a name such as com.example.lead.v1."),
            ("fields", one.fields.len() <= MOST_FIELDS, "Write 1,000 at most."),
        ] {
            if !fits {
                self.notes.error(Code::OutOfRange, &path.key(key), || (format!("This cannot be “{key}”."), way.into()));
            }
        }
    }

    /// The name of what a destination gets: one that its format can carry, and no other field has.
    fn name(&mut self, one: &Destination, place: usize, path: &Path) {
        let name = &one.fields[place].name;
        let nested = one.is_nested();
        let plain =
            |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b));
        let fits = match one.kind {
            DestinationKind::Hubspot if is_subscription(name) => {
                name.parse::<u32>().is_ok() && one.fields[place].from.is_some()
            }
            DestinationKind::Hubspot => plain(name),
            // The name stands in brackets.
            DestinationKind::Mautic => plain(name.strip_suffix("[]").unwrap_or(name)),
            _ if nested => name.split('.').all(|part| !part.is_empty()),
            _ => !name.is_empty(),
        };
        if !fits {
            self.notes.error(Code::OutOfRange, path, || {
                (
                    format!("No field of a destination of kind {} has the name “{name}”.", one.kind.as_str()),
                    "Write it as the destination calls it.".into(),
                )
            });
        }
        if nested {
            name.split('.').for_each(|part| reserved(part, path, self.notes));
        }
        // In an object that others are in there is no place for a value.
        let within =
            |outer: &str, inner: &str| nested && inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('.'));
        let twice = |other: &Mapping| other.name == *name || within(&other.name, name) || within(name, &other.name);
        if one.fields[..place].iter().any(twice) {
            self.notes.error(Code::Duplicate, path, || {
                (format!("Two fields fill “{name}”."), "Rename one of the two.".into())
            });
        }
    }

    fn source(&mut self, one: &Destination, field: &Mapping, path: &Path) {
        let from = match (&field.from, &field.value) {
            (Some(from), None) => from,
            (None, Some(Json::Text(_) | Json::Number(_) | Json::Bool(_))) => return,
            _ => {
                return self.notes.error(Code::BadMapping, path, || {
                    (
                        format!("It is not clear what “{}” gets.", field.name),
                        "Write either “from”, or “value” with a text, a number, true or false.".into(),
                    )
                });
            }
        };
        let (known, path) = (self.known, path.key("from"));
        if one.kind == DestinationKind::Hubspot && is_subscription(&field.name) && !from.starts_with("granted.") {
            return self.notes.error(Code::BadMapping, &path, || {
                (
                    format!("“{}” is a subscription, and “{from}” no purpose.", field.name),
                    "Write “granted.” and the id of the purpose that it stands for.".into(),
                )
            });
        }
        let (room, id) = from.split_once('.').unwrap_or((from, ""));
        let rooms = [
            ("answers", &known.fields),
            ("variables", &known.variables),
            ("score", &known.scores),
            ("granted", &known.purposes),
        ];
        if let Some((_, ids)) = rooms.iter().find(|(name, _)| *name == room) {
            ids.refer(id, &path, self.notes);
        } else if !NAMED.contains(&from.as_str()) {
            self.notes.error(Code::UnknownReference, &path, || {
                let way = match nearest(from, NAMED.into_iter()) {
                    _ if known.fields.find(from).is_some() => format!("Did you mean “answers.{from}”?"),
                    Some(near) => format!("Did you mean “{near}”?"),
                    None => format!(
                        "Use answers.…, variables.…, score.… or granted.… with an id, or one of: {}.",
                        NAMED.join(", ")
                    ),
                };
                (format!("A lead has nothing that is called “{from}”."), way)
            });
        }
    }
}

/// Whether a name of HubSpot's is the id of a subscription: no property begins with a digit.
pub(crate) fn is_subscription(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_digit())
}

impl Destination {
    /// Where it takes leads, as written or as its kind has it; empty where neither says it.
    fn address(&self) -> String {
        match (&self.endpoint, self.kind, &self.portal, &self.form) {
            (Some(endpoint), ..) => endpoint.clone(),
            (None, DestinationKind::Salesforce, ..) => SALESFORCE.into(),
            (None, DestinationKind::Hubspot, Some(portal), Some(form)) => [HUBSPOT, portal, "/", form].concat(),
            _ => String::new(),
        }
    }

    /// Whether names with dots lead into objects.
    pub(crate) fn is_nested(&self) -> bool {
        matches!(self.kind, DestinationKind::Json | DestinationKind::Hook | DestinationKind::CloudEvent)
    }
}
