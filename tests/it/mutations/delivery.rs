//! Breaks of destinations.

use super::Break;
use super::Change::{Put, Remove};
use crate::destinations::{CRM, crm, destination, fields};
use serde_json::{Value, json};

/// The flow with this one destination.
fn with(name: &'static str, one: Value, code: &'static str) -> Break {
    (name, vec![Put("/delivery/destinations", json!([one]))], code)
}

/// HubSpot's form with these keys changed.
fn hubspot(keys: Value) -> Value {
    let mut one = crm();
    one.as_object_mut().zip(keys.as_object()).map(|(one, keys)| one.extend(keys.clone())).expect("objects");
    one
}

pub fn breaks() -> Vec<Break> {
    let json_to = |list: Value| destination("json", json!({ "endpoint": "/x", "fields": list }));
    let mail = json!({ "name": "email", "from": "answers.email" });
    let twice = vec![Put("/delivery/destinations", json!([crm(), crm()]))];
    vec![
        ("two destinations of one name", twice, "PQ105"),
        with("a kind that is none", destination("pipedrive", json!({ "endpoint": "/x" })), "PQ102"),
        with(
            "one kind of redirects too many",
            destination("hook", json!({ "endpoint": "/x", "redirects": "all" })),
            "PQ102",
        ),
        with("a key that no destination has", hubspot(json!({ "hutk": true })), "PQ104"),
        with("nowhere to post to", destination("json", json!({})), "PQ305"),
        with("plain http", destination("json", json!({ "endpoint": "http://a.example/" })), "PQ301"),
        with("a script for an endpoint", destination("hook", json!({ "endpoint": "javascript:x" })), "PQ301"),
        with("an account in words", hubspot(json!({ "portal": "ours" })), "PQ106"),
        with("a form by its name", hubspot(json!({ "form": "contact" })), "PQ106"),
        with("no account", hubspot(json!({ "portal": null })), "PQ305"),
        with("HubSpot opaque", hubspot(json!({ "opaque": true })), "PQ305"),
        with("HubSpot with redirects", hubspot(json!({ "redirects": "follow" })), "PQ305"),
        with("nothing for HubSpot", hubspot(json!({ "fields": [] })), "PQ305"),
        with(
            "a name that no property has",
            hubspot(json!({ "fields": fields(&[("e mail", "answers.email")]) })),
            "PQ106",
        ),
        with("a subscription for nothing", hubspot(json!({ "fields": fields(&[("7", "granted.post")]) })), "PQ201"),
        with("a subscription by an answer", hubspot(json!({ "fields": fields(&[("7", "answers.wish")]) })), "PQ306"),
        with(
            "a subscription without a purpose",
            hubspot(json!({ "fields": [{ "name": "7", "value": true }] })),
            "PQ106",
        ),
        with(
            "more fields than HubSpot takes",
            hubspot(
                json!({ "fields": (0..1001).map(|n| json!({ "name": format!("f{n}"), "value": 1 })).collect::<Vec<_>>() }),
            ),
            "PQ106",
        ),
        with(
            "some of a lead for a receiver",
            destination("prequal", json!({ "endpoint": "/x", "fields": [mail] })),
            "PQ305",
        ),
        with(
            "an organisation for a hook",
            destination("hook", json!({ "endpoint": "/x", "oid": "00D000000000001" })),
            "PQ305",
        ),
        with(
            "Salesforce without a company",
            destination(
                "salesforce",
                json!({ "oid": "00D000000000001", "fields": fields(&[("last_name", "answers.name")]) }),
            ),
            "PQ305",
        ),
        with(
            "an organisation that is none",
            destination(
                "salesforce",
                json!({ "oid": "ours", "fields": fields(&[("last_name", "answers.name"), ("company", "answers.wish")]) }),
            ),
            "PQ106",
        ),
        with("Mautic without a form", destination("mautic", json!({ "endpoint": "/x", "fields": [mail] })), "PQ305"),
        with(
            "a bracket in Mautic's name",
            destination("mautic", json!({ "endpoint": "/x", "form_id": 3, "fields": fields(&[("a][b", "total")]) })),
            "PQ106",
        ),
        with(
            "a space in a source",
            destination("cloud_event", json!({ "endpoint": "/x", "source": "our shop" })),
            "PQ106",
        ),
        with("from nothing", json_to(json!([{ "name": "a" }])), "PQ306"),
        with("from two places", json_to(json!([{ "name": "a", "from": "total", "value": 1 }])), "PQ306"),
        with("a list for a value", json_to(json!([{ "name": "a", "value": [1] }])), "PQ306"),
        with("an answer to nothing", json_to(fields(&[("a", "answers.mail")])), "PQ201"),
        with("a fact that no lead has", json_to(fields(&[("a", "ip_address")])), "PQ201"),
        with("a field as it stands", json_to(fields(&[("a", "email")])), "PQ201"),
        with("two that fill one", json_to(fields(&[("a", "total"), ("a", "stage")])), "PQ105"),
        with("a value within a value", json_to(fields(&[("a", "total"), ("a.b", "stage")])), "PQ105"),
        with("a name of nothing", json_to(fields(&[("a..b", "total")])), "PQ106"),
        with("a name that changes all objects", json_to(fields(&[("a.__proto__", "total")])), "PQ106"),
        with("a purpose that is none", hubspot(json!({ "purpose": "letter" })), "PQ201"),
        with("a stage that is none", hubspot(json!({ "minimum_stage": "boiling" })), "PQ201"),
        with("a stage that is never sent", hubspot(json!({ "minimum_stage": "cold" })), "PQ106"),
        with(
            "a hook of Slack",
            destination("hook", json!({ "endpoint": "https://hooks.slack.com/services/T/B/x" })),
            "PQ713",
        ),
        with(
            "a key in an address",
            destination("json", json!({ "endpoint": "https://a.example/x?api_token=1" })),
            "PQ713",
        ),
        with("a destination on loopback", destination("json", json!({ "endpoint": "http://localhost/x" })), "PQ706"),
        ("a key of one's own receiver", vec![Put("/delivery/endpoint", json!("https://a.example/?key=1"))], "PQ713"),
        (
            "no endpoint of its own, and a key",
            vec![
                Remove("/delivery/endpoint"),
                Put("/delivery/destinations", json!([hubspot(json!({ "endpoint": CRM.to_owned() + "?token=1" }))])),
            ],
            "PQ713",
        ),
    ]
}
