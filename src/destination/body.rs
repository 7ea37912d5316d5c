//! What is posted: a lead in the terms of a destination.
//!
//! Texts that are the same for all leads stand in one piece, with a mark where something comes in: it weighs
//! half of what writing key by key does.

use super::form::encode;
use crate::flow::model::{Destination, DestinationKind, Mapping};
use crate::flow::{Checked, is_subscription};
use crate::json::{Json, Numbers, Writer, integer_text};
use alloc::{string::String, vec::Vec};

/// The name of the key in what has room for it.
const KEY: &str = "idempotency_key";
/// What joins several values where there is room for one: HubSpot and Salesforce take them apart there.
const JOINT: char = ';';

/// Forms API v3. Fields are those of a contact (`0-1`); no cookie of theirs is looked at.
const HUBSPOT: &str = r#"{"fields":[$f],"submittedAt":"$t","context":{"pageUri":$p},"legalConsentOptions":{"consent":{"consentToProcess":true,"text":$a,"communications":[$c]}}}"#;
const HUBSPOT_FIELD: &str = r#"{"objectTypeId":"0-1","name":$n,"value":$v}"#;
const HUBSPOT_SUBSCRIPTION: &str = r#"{"value":$g,"subscriptionTypeId":$i,"text":$t}"#;
/// Version 1.0.2, structured.
const CLOUD_EVENT: &str =
    r#"{"specversion":"1.0","id":$k,"source":$s,"type":$y,"datacontenttype":"application/json","data":$d}"#;

/// The body for a destination, by its place in the flow. `whole`: the lead as text, and `lead` as JSON.
pub(crate) fn body(flow: &Checked, place: usize, lead: &Json, whole: &str) -> String {
    let to = &flow.flow.delivery.destinations[place];
    let fields = Fields { to, lead, numbers: flow.numbers };
    let page = || value(lead, "page", flow.numbers).unwrap_or_default();
    let mut out = Writer::new(flow.numbers);
    match to.kind {
        DestinationKind::Prequal => out.out.push_str(whole),
        DestinationKind::Json | DestinationKind::Hook => fields.json_or(whole, &mut out),
        DestinationKind::CloudEvent => fill(&mut out, CLOUD_EVENT, &|mark, out| match mark {
            b'k' => out.json(lead.get(KEY).unwrap_or(&Json::Null)),
            b's' if to.source.is_none() => out.json(&page()),
            b's' => out.text(to.source.as_deref().unwrap_or_default()),
            b'y' => out.text(to.event_type.as_deref().unwrap_or("com.prequal.lead.v1")),
            _ => fields.json_or(whole, out),
        }),
        DestinationKind::Hubspot => fill(&mut out, HUBSPOT, &|mark, out| match mark {
            b'f' | b'c' => fields.each(&mut |field, value| {
                let is_one = is_subscription(&field.name);
                if is_one != (mark == b'c') {
                    return;
                }
                out.comma();
                fill(out, if is_one { HUBSPOT_SUBSCRIPTION } else { HUBSPOT_FIELD }, &|mark, out| match mark {
                    b'i' => out.out.push_str(&field.name),
                    b'n' => out.text(&field.name),
                    b'v' => {
                        let mut plain = String::new();
                        text(&value, flow.numbers, &mut plain);
                        out.text(&plain);
                    }
                    b'g' => out.json(&value),
                    _ => {
                        let id = field.from.as_ref().and_then(|from| from.split_once('.')).unwrap_or_default().1;
                        let purpose = entry(at(lead, "consent.purposes"), "id", id);
                        out.json(purpose.and_then(|purpose| purpose.get("text")).unwrap_or(&Json::Null));
                    }
                });
            }),
            b't' => out.json(lead.get("created_at").unwrap_or(&Json::Null)),
            b'p' => out.json(&page()),
            _ => out.json(&value(lead, "consent.text", flow.numbers).unwrap_or_default()),
        }),
        DestinationKind::Form => fields.form(&mut out.out, "", "", &[(KEY, fields.key())]),
        DestinationKind::Salesforce => {
            let own = [("oid", to.oid.as_deref()), ("retURL", to.return_url.as_deref())];
            fields.form(&mut out.out, "", "", &own);
        }
        DestinationKind::Mautic => {
            let id = integer_text(to.form_id.unwrap_or_default().into());
            // As a messenger it answers with a page of its own, and sends the browser nowhere.
            let own = [
                ("formId", Some(&*id)),
                ("formName", to.form_name.as_deref()),
                ("return", Some("")),
                ("messenger", Some("1")),
            ];
            fields.form(&mut out.out, "mauticform[", "]", &own);
        }
    }
    out.out
}

/// Writes a text in which `$` and a letter are a mark, which `part` writes.
fn fill(to: &mut Writer, text: &str, part: &dyn Fn(u8, &mut Writer)) {
    for (n, piece) in text.split('$').enumerate() {
        let skip = usize::from(n > 0);
        if skip > 0 {
            part(piece.as_bytes()[0], to);
        }
        to.out.push_str(&piece[skip..]);
    }
}

struct Fields<'a> {
    to: &'a Destination,
    lead: &'a Json,
    numbers: Numbers,
}

impl Fields<'_> {
    /// The key, unless a field has that name.
    fn key(&self) -> Option<&str> {
        self.lead.get(KEY).filter(|_| self.to.fields.iter().all(|field| field.name != KEY))?.as_text()
    }

    /// What is mapped and has a value, by the destination's names.
    fn each(&self, then: &mut dyn FnMut(&Mapping, Json)) {
        for field in &self.to.fields {
            let value = match &field.from {
                Some(from) => value(self.lead, from, self.numbers),
                None => field.value.clone(),
            };
            if let Some(value) = value.filter(|value| *value != Json::Null) {
                then(field, value);
            }
        }
    }

    /// What is mapped as an object, or the whole lead where nothing is.
    fn json_or(&self, whole: &str, to: &mut Writer) {
        if self.to.fields.is_empty() {
            return to.out.push_str(whole);
        }
        let mut all = Json::Object(Vec::new());
        if let Some(key) = self.key() {
            put(&mut all, KEY, Json::Text(key.into()));
        }
        self.each(&mut |field, value| put(&mut all, &field.name, value));
        to.json(&all);
    }

    /// `own`: what the kind posts besides.
    fn form(&self, form: &mut String, before: &str, behind: &str, own: &[(&str, Option<&str>)]) {
        let mut add = |name: &str, list: &str, value: &Json| {
            let mut plain = String::new();
            text(value, self.numbers, &mut plain);
            encode(form, &[before, name, behind, list].concat(), &plain);
        };
        let add: &mut dyn FnMut(&str, &str, &Json) = &mut add;
        for (name, value) in own {
            if let Some(value) = value {
                add(name, "", &Json::Text((*value).into()));
            }
        }
        self.each(&mut |field, value| match (field.name.strip_suffix("[]"), value) {
            (Some(name), Json::List(all)) => all.iter().for_each(|one| add(name, "[]", one)),
            (Some(name), one) => add(name, "[]", &one),
            (None, one) => add(&field.name, "", &one),
        });
    }
}

/// Where in a lead a name leads, where that is not the name itself: a path, and in a list what tells
/// its entries apart and what is wanted of one.
const ELSEWHERE: [(&str, &str, &str, &str); 7] = [
    ("score", "scores", "id", "points"),
    ("granted", "consent.purposes", "id", "granted"),
    ("utm", "attribution.first.utm", "key", "value"),
    ("landing", "attribution.first.landing_path", "", ""),
    ("referrer", "attribution.first.referrer_host", "", ""),
    ("page", "consent.collected_by.page", "", ""),
    ("icp", "icp.percent", "", ""),
];

/// What a lead has by a name that `check` knows. Nothing where there is none.
fn value(lead: &Json, from: &str, numbers: Numbers) -> Option<Json> {
    let (room, id) = from.split_once('.').unwrap_or((from, ""));
    if let Some((_, path, by, what)) = ELSEWHERE.iter().find(|(name, ..)| *name == room) {
        let found = at(lead, path);
        return if by.is_empty() { found.cloned() } else { entry(found, by, id)?.get(what).cloned() };
    }
    let (path, before, what) = match from {
        "reasons" => ("contributions", "counted", "reason"),
        "consent.text" => ("consent.purposes", "", "text"),
        // Ids may have dots of their own.
        _ => return lead.get(room).and_then(|found| if id.is_empty() { Some(found) } else { found.get(id) }).cloned(),
    };
    let mut lines = String::new();
    if let Some(Json::List(all)) = at(lead, path) {
        // A purpose that was refused says nothing.
        for one in all.iter().filter(|one| one.get("granted") != Some(&Json::Bool(false))) {
            if !lines.is_empty() {
                lines.push('\n');
            }
            if let Some(before) = one.get(before) {
                text(before, numbers, &mut lines);
                lines.push(' ');
            }
            lines.push_str(one.get(what).and_then(Json::as_text).unwrap_or_default());
        }
    }
    if let ("reasons", Some(Json::List(all))) = (from, lead.get("given")) {
        let told = |one: &Json, key| one.get(key).and_then(Json::as_text).map(String::from);
        for one in all {
            let Some(before) = told(one, "instead_of") else { continue };
            let (field, by) = (told(one, "field").unwrap_or_default(), told(one, "by").unwrap_or_default());
            let end = if lines.is_empty() { "" } else { "\n" };
            lines.push_str(&[end, &field, ": ", &by, " instead of ", &before].concat());
        }
    }
    Some(Json::Text(lines))
}

fn at<'j>(json: &'j Json, path: &str) -> Option<&'j Json> {
    path.split('.').try_fold(json, |json, key| json.get(key))
}

/// The entry of a list in which `by` says `id`.
fn entry<'j>(list: Option<&'j Json>, by: &str, id: &str) -> Option<&'j Json> {
    let Some(Json::List(all)) = list else { return None };
    all.iter().find(|one| one.get(by).and_then(Json::as_text) == Some(id))
}

/// Puts a value where a name leads: `contact.email` into the object `contact`.
fn put(into: &mut Json, name: &str, value: Json) {
    let Json::Object(entries) = into else { return };
    let (head, rest) = name.split_once('.').unwrap_or((name, ""));
    let place = entries.iter().position(|(key, _)| key == head).unwrap_or_else(|| {
        entries.push((head.into(), Json::Object(Vec::new())));
        entries.len() - 1
    });
    if rest.is_empty() {
        entries[place].1 = value;
    } else {
        put(&mut entries[place].1, rest, value);
    }
}

/// A value where there is room for a text alone.
fn text(value: &Json, numbers: Numbers, to: &mut String) {
    match value {
        Json::Text(text) => to.push_str(text),
        Json::List(all) => {
            for (place, one) in all.iter().enumerate() {
                if place > 0 {
                    to.push(JOINT);
                }
                text(one, numbers, to);
            }
        }
        other => {
            let mut writer = Writer::new(numbers);
            writer.json(other);
            to.push_str(&writer.out);
        }
    }
}
