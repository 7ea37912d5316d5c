//! Destinations: that each has what its kind needs, and that all it gets is there to be had.

use super::Check;
use super::known::reserved;
use crate::flow::condition::TouchPart;
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
#[derive(Debug, Default)]
pub(crate) struct DestinationAt {
    pub endpoint: String,
    /// Sent only if this purpose was granted.
    pub purpose: Option<usize>,
    pub minimum_stage: usize,
    /// By field: where what it gets comes from.
    pub sources: Vec<Source>,
    /// By subscription: its purpose.
    pub subscriptions: Vec<usize>,
}

/// Where something that a destination gets comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    Constant,
    /// Of a field.
    Answer(usize),
    Variable(usize),
    Score(usize),
    /// Whether a purpose was agreed to.
    Granted(usize),
    /// Of the first touch.
    Touch(TouchPart),
    Key,
    CreatedAt,
    Total,
    Stage,
    Grade,
    Icp,
    Reasons,
    Segment,
    Owner,
    FlowId,
    FlowVersion,
    Page,
    ConsentId,
    ConsentText,
    ConsentAt,
    Language,
}

/// What a destination may get by one name.
const NAMED: [(&str, Source); 23] = [
    ("idempotency_key", Source::Key),
    ("created_at", Source::CreatedAt),
    ("total", Source::Total),
    ("stage", Source::Stage),
    ("grade", Source::Grade),
    ("icp", Source::Icp),
    ("reasons", Source::Reasons),
    ("segment", Source::Segment),
    ("route.owner", Source::Owner),
    ("flow.id", Source::FlowId),
    ("flow.version", Source::FlowVersion),
    ("page", Source::Page),
    ("landing", Source::Touch(TouchPart::Landing)),
    ("referrer", Source::Touch(TouchPart::Referrer)),
    ("utm.source", Source::Touch(TouchPart::Source)),
    ("utm.medium", Source::Touch(TouchPart::Medium)),
    ("utm.campaign", Source::Touch(TouchPart::Campaign)),
    ("utm.term", Source::Touch(TouchPart::Term)),
    ("utm.content", Source::Touch(TouchPart::Content)),
    ("consent.id", Source::ConsentId),
    ("consent.text", Source::ConsentText),
    ("consent.at", Source::ConsentAt),
    ("consent.language", Source::Language),
];

impl Check<'_> {
    /// By destination: what it names, in places. `minimum`: the stage from which leads are sent at all.
    pub(super) fn destinations(&mut self, minimum: usize) -> Vec<DestinationAt> {
        let delivery = Path::ROOT.key("delivery");
        let root = delivery.key("destinations");
        let list = &self.flow.delivery.destinations;
        list.iter().enumerate().map(|(i, one)| self.destination(one, minimum, &root.index(i))).collect()
    }

    fn destination(&mut self, one: &Destination, minimum: usize, path: &Path) -> DestinationAt {
        self.has_what_its_kind_needs(one, path);
        self.shapes(one, path);
        let known = self.known;
        let purpose = one.purpose.as_ref().map(|id| known.purposes.refer(id, &path.key("purpose"), self.notes));
        let stage = one.minimum_stage.as_ref().map(|id| known.stages.refer(id, &path.key("minimum_stage"), self.notes));
        if stage.is_some_and(|stage| stage < minimum) && known.stages.find(&self.flow.delivery.minimum_stage).is_some()
        {
            self.notes.error(Code::OutOfRange, &path.key("minimum_stage"), || {
                (
                    format!("Leads below “{}” are not sent at all.", self.flow.delivery.minimum_stage),
                    "Remove this, or lower “delivery.minimum_stage”.".into(),
                )
            });
        }
        let fields = path.key("fields");
        let sources = one.fields.iter().enumerate().map(|(i, field)| {
            let path = fields.index(i);
            self.name(one, i, &path.key("name"));
            self.source(field, &path)
        });
        let sources = sources.collect();
        let list = path.key("subscriptions");
        let subscriptions = one.subscriptions.iter().enumerate();
        let subscriptions = subscriptions
            .map(|(i, one)| known.purposes.refer(&one.purpose, &list.index(i).key("purpose"), self.notes))
            .collect();
        DestinationAt {
            endpoint: one.address(),
            purpose,
            minimum_stage: stage.unwrap_or(minimum),
            sources,
            subscriptions,
        }
    }

    fn has_what_its_kind_needs(&mut self, one: &Destination, path: &Path) {
        use DestinationKind::{CloudEvent, Form, Hook, Hubspot, Json, Mautic, Prequal, Salesforce};
        let (kind, plain) = (one.kind, matches!(one.kind, Json | Form | Hook));
        for (key, stands, fits) in [
            ("fields", !one.fields.is_empty(), kind != Prequal),
            ("opaque", one.opaque, plain),
            ("redirects", one.redirects == Redirects::Follow, plain),
            ("portal", one.portal.is_some(), kind == Hubspot),
            ("form", one.form.is_some(), kind == Hubspot),
            ("subscriptions", !one.subscriptions.is_empty(), kind == Hubspot),
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

    /// What addresses and ids look like.
    fn shapes(&mut self, one: &Destination, path: &Path) {
        if let Some(url) = &one.endpoint {
            self.endpoint(url, &path.key("endpoint"));
        }
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

    fn source(&mut self, field: &Mapping, path: &Path) -> Source {
        let from = match (&field.from, &field.value) {
            (Some(from), None) => from,
            (None, Some(Json::Text(_) | Json::Number(_) | Json::Bool(_))) => return Source::Constant,
            _ => {
                self.notes.error(Code::BadMapping, path, || {
                    (
                        format!("It is not clear what “{}” gets.", field.name),
                        "Write either “from”, or “value” with a text, a number, true or false.".into(),
                    )
                });
                return Source::Constant;
            }
        };
        if let Some((_, named)) = NAMED.iter().find(|(name, _)| name == from) {
            return *named;
        }
        let (known, path) = (self.known, path.key("from"));
        let (room, id) = from.split_once('.').unwrap_or((from, ""));
        match room {
            "answers" => Source::Answer(known.fields.refer(id, &path, self.notes)),
            "variables" => Source::Variable(known.variables.refer(id, &path, self.notes)),
            "score" => Source::Score(known.scores.refer(id, &path, self.notes)),
            "granted" => Source::Granted(known.purposes.refer(id, &path, self.notes)),
            _ => {
                self.notes.error(Code::UnknownReference, &path, || {
                    let names = || NAMED.iter().map(|(name, _)| *name);
                    let field = ["answers.", from].concat();
                    let way = match nearest(from, names()) {
                        Some(near) => format!("Did you mean “{near}”?"),
                        None if known.fields.find(from).is_some() => format!("Did you mean “{field}”?"),
                        None => format!(
                            "Use answers.…, variables.…, score.… or granted.… with an id, or one of: {}.",
                            names().collect::<Vec<_>>().join(", ")
                        ),
                    };
                    (format!("A lead has nothing that is called “{from}”."), way)
                });
                Source::Constant
            }
        }
    }
}

impl Destination {
    /// Where it takes leads, as written or as its kind has it.
    fn address(&self) -> String {
        let part = |text: &Option<String>| text.clone().unwrap_or_default();
        match (&self.endpoint, self.kind) {
            (Some(endpoint), _) => endpoint.clone(),
            (None, DestinationKind::Salesforce) => SALESFORCE.into(),
            (None, _) => [HUBSPOT, &part(&self.portal), "/", &part(&self.form)].concat(),
        }
    }

    /// Whether names with dots lead into objects.
    pub(crate) fn is_nested(&self) -> bool {
        matches!(self.kind, DestinationKind::Json | DestinationKind::Hook | DestinationKind::CloudEvent)
    }
}
