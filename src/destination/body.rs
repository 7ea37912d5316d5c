//! What is posted: a lead in the terms of a destination.

use super::form::encode;
use crate::flow::model::{Destination, DestinationKind};
use crate::flow::{Checked, Source};
use crate::json::{Json, Numbers, Writer, integer_text};
use crate::lead::{Lead, Record, Touch};
use alloc::{string::String, vec::Vec};

/// The name of the key in what has room for it.
const KEY: &str = "idempotency_key";
/// What joins several values where there is room for one: HubSpot and Salesforce take them apart there.
const JOINT: &str = ";";

/// The body for a destination, by its place in the flow. `whole`: the lead as JSON.
pub(crate) fn body(flow: &Checked, place: usize, lead: &Lead, whole: &str) -> String {
    let to = &flow.flow.delivery.destinations[place];
    let fields = Fields { flow, place, to, lead };
    let mut writer = Writer::new(flow.numbers);
    match to.kind {
        DestinationKind::Prequal => return whole.into(),
        DestinationKind::Json | DestinationKind::Hook => return fields.json_or(whole),
        DestinationKind::CloudEvent => {
            let page = &lead.consent.as_ref().map_or("", |record| &*record.collected_by.page);
            writer.out.push('{');
            for (key, text) in [
                ("specversion", "1.0"),
                ("id", &lead.idempotency_key),
                ("source", to.source.as_deref().unwrap_or(page)),
                ("type", to.event_type.as_deref().unwrap_or("com.prequal.lead.v1")),
                ("datacontenttype", "application/json"),
            ] {
                writer.key(key);
                writer.text(text);
            }
            writer.key("data");
            writer.out.push_str(&fields.json_or(whole));
            writer.out.push('}');
        }
        DestinationKind::Hubspot => fields.hubspot(&mut writer),
        DestinationKind::Form => {
            let mut form = String::new();
            if to.fields.iter().all(|field| field.name != KEY) {
                encode(&mut form, KEY, &lead.idempotency_key);
            }
            return fields.form(form, "", "");
        }
        DestinationKind::Salesforce => {
            let mut form = String::new();
            encode(&mut form, "oid", to.oid.as_deref().unwrap_or_default());
            if let Some(url) = &to.return_url {
                encode(&mut form, "retURL", url);
            }
            return fields.form(form, "", "");
        }
        DestinationKind::Mautic => {
            let mut form = String::new();
            let id = integer_text(to.form_id.unwrap_or_default().into());
            encode(&mut form, "mauticform[formId]", &id);
            if let Some(name) = &to.form_name {
                encode(&mut form, "mauticform[formName]", name);
            }
            encode(&mut form, "mauticform[return]", "");
            // It answers with a page of its own then, and sends the browser nowhere.
            encode(&mut form, "mauticform[messenger]", "1");
            return fields.form(form, "mauticform[", "]");
        }
    }
    writer.out
}

struct Fields<'a> {
    flow: &'a Checked,
    place: usize,
    to: &'a Destination,
    lead: &'a Lead,
}

impl Fields<'_> {
    /// What is mapped and has a value, by the destination's names.
    fn values(&self) -> impl Iterator<Item = (&str, Json)> {
        let sources = &self.flow.destinations[self.place].sources;
        self.to.fields.iter().zip(sources).filter_map(|(field, source)| {
            let value = match source {
                Source::Constant => field.value.clone(),
                source => value(self.flow, *source, self.lead),
            };
            Some((field.name.as_str(), value.filter(|value| *value != Json::Null)?))
        })
    }

    /// What is mapped as an object, or the whole lead where nothing is.
    fn json_or(&self, whole: &str) -> String {
        if self.to.fields.is_empty() {
            return whole.into();
        }
        let mut entries = Vec::new();
        if self.to.fields.iter().all(|field| field.name != KEY) {
            entries.push((KEY.into(), Json::Text(self.lead.idempotency_key.clone())));
        }
        self.values().for_each(|(name, value)| put(&mut entries, name, value));
        let mut writer = Writer::new(self.flow.numbers);
        writer.json(&Json::Object(entries));
        writer.out
    }

    fn form(&self, mut form: String, before: &str, behind: &str) -> String {
        for (name, value) in self.values() {
            let (name, list) = name.strip_suffix("[]").map_or((name, ""), |name| (name, "[]"));
            let name = [before, name, behind, list].concat();
            match value {
                Json::List(all) if !list.is_empty() => {
                    all.iter().for_each(|one| encode(&mut form, &name, &text(one, self.flow.numbers)));
                }
                value => encode(&mut form, &name, &text(&value, self.flow.numbers)),
            }
        }
        form
    }

    fn hubspot(&self, to: &mut Writer) {
        to.out.push_str("{\"fields\":[");
        for (name, value) in self.values() {
            to.comma();
            // Of a contact.
            to.out.push_str("{\"objectTypeId\":\"0-1\",\"name\":");
            to.text(name);
            to.key("value");
            to.text(&text(&value, self.flow.numbers));
            to.out.push('}');
        }
        to.out.push(']');
        to.key("submittedAt");
        to.text(&integer_text(self.lead.created_at));
        if let Some(record) = &self.lead.consent {
            to.key("context");
            to.out.push_str("{\"pageUri\":");
            to.text(&record.collected_by.page);
            to.out.push('}');
            to.key("legalConsentOptions");
            to.out.push_str("{\"consent\":{\"consentToProcess\":true,\"text\":");
            to.text(&agreed(record));
            to.key("communications");
            to.out.push('[');
            for (model, purpose) in self.to.subscriptions.iter().zip(&self.flow.destinations[self.place].subscriptions)
            {
                let purpose = &record.purposes[*purpose];
                to.comma();
                to.out.push_str("{\"value\":");
                to.json(&Json::Bool(purpose.granted));
                to.key("subscriptionTypeId");
                to.out.push_str(&integer_text(model.subscription.into()));
                to.key("text");
                to.text(&purpose.text);
                to.out.push('}');
            }
            to.out.push_str("]}}");
        }
        to.out.push('}');
    }
}

/// What stands in a lead, in the terms of JSON. Nothing where there is none.
fn value(flow: &Checked, source: Source, lead: &Lead) -> Option<Json> {
    let text = |text: &str| Some(Json::Text(text.into()));
    let number = |n: i64| Some(Json::Number(n as f64));
    let record = || lead.consent.as_ref();
    match source {
        Source::Constant => None,
        Source::Answer(place) => lead.answers.get(&flow.flow.fields[place].id).cloned(),
        Source::Variable(place) => lead.variables.as_ref()?.get(&flow.flow.variables[place].id).cloned(),
        Source::Score(place) => number(lead.scores[place].points),
        Source::Granted(place) => Some(Json::Bool(record()?.purposes[place].granted)),
        Source::Touch(part) => text(&touched(&lead.attribution.as_ref()?.first, part.as_str())?),
        Source::Key => text(&lead.idempotency_key),
        Source::CreatedAt => number(lead.created_at),
        Source::Total => number(lead.total),
        Source::Stage => text(&lead.stage),
        Source::Grade => text(lead.grade.as_ref()?),
        Source::Icp => number(lead.icp.as_ref()?.percent.into()),
        Source::Reasons => {
            let line = |one: &crate::lead::Contribution| [&integer_text(one.counted), " ", &one.reason].concat();
            text(&lead.contributions.iter().map(line).collect::<Vec<_>>().join("\n"))
        }
        Source::Segment => text(lead.segment.as_ref()?),
        Source::Owner => text(&lead.route.as_ref()?.owner),
        Source::FlowId => text(&lead.flow.id),
        Source::FlowVersion => number(lead.flow.version.into()),
        Source::Page => text(&record()?.collected_by.page),
        Source::ConsentId => text(&record()?.id),
        Source::ConsentText => text(&agreed(record()?)),
        Source::ConsentAt => number(record()?.events.last()?.at),
        Source::Language => text(&record()?.language),
    }
}

fn touched(touch: &Touch, part: &str) -> Option<String> {
    match part {
        "landing" => Some(touch.landing_path.clone()),
        "referrer" => touch.referrer_host.clone(),
        key => touch.utm.iter().find(|one| one.key == key).map(|one| one.value.clone()),
    }
}

/// The words that were agreed to, a purpose a line.
fn agreed(record: &Record) -> String {
    let granted = record.purposes.iter().filter(|purpose| purpose.granted);
    granted.map(|purpose| purpose.text.as_str()).collect::<Vec<_>>().join("\n")
}

/// Puts a value where a name leads: `contact.email` into the object `contact`.
fn put(into: &mut Vec<(String, Json)>, name: &str, value: Json) {
    let Some((head, rest)) = name.split_once('.') else { return into.push((name.into(), value)) };
    let place = into.iter().position(|(key, _)| key == head).unwrap_or_else(|| {
        into.push((head.into(), Json::Object(Vec::new())));
        into.len() - 1
    });
    if let Json::Object(inner) = &mut into[place].1 {
        put(inner, rest, value);
    }
}

/// A value where there is room for a text alone.
fn text(value: &Json, numbers: Numbers) -> String {
    match value {
        Json::Text(text) => text.clone(),
        Json::List(all) => all.iter().map(|one| text(one, numbers)).collect::<Vec<_>>().join(JOINT),
        other => {
            let mut writer = Writer::new(numbers);
            writer.json(other);
            writer.out
        }
    }
}
