//! What is posted, held to what each system's public documentation says that it takes.
//!
//! The stand-ins are strict: where the documentation names keys, no other is let in. They were written from
//! it (2026-11), not from the code that they look at:
//! developers.hubspot.com (Forms API v3, submit data), help.salesforce.com (Web-to-Lead), Mautic's
//! `FormBundle`, the CloudEvents specification 1.0.2 with its JSON format and HTTP binding, and the Fetch
//! standard for what a page may post without asking.

use super::{agreed, crm, destination, fields, flow, posts};
use crate::support::load;
use prequal::consent::Post;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// A session's own time is later than NOON by some seconds; HubSpot takes what is younger than a month.
const NOW: i64 = crate::support::NOON + 60_000;
const MONTH: i64 = 30 * 86_400_000;
const OID: &str = "00D000000000001";

/// A destination of each kind, each of which gets the visitor's words.
pub fn every_kind() -> Value {
    let mut crm = crm();
    crm["fields"] = fields(&[
        ("message", "answers.words"),
        ("tools", "answers.tools"),
        ("score", "total"),
        ("999", "granted.letter"),
    ]);
    let nested = json!([
        { "name": "lead.words", "from": "answers.words" }, { "name": "lead.tools", "from": "answers.tools" },
        { "name": "lead.total", "from": "total" }, { "name": "consent.letter", "from": "granted.letter" },
        { "name": "consent.text", "from": "consent.text" }, { "name": "why", "from": "reasons" },
        { "name": "fit", "from": "score.fit" }, { "name": "source", "value": "site" }, { "name": "test", "value": false }
    ]);
    let form = fields(&[("words", "answers.words"), ("tools[]", "answers.tools"), ("stage", "stage")]);
    json!([
        destination("prequal", json!({ "endpoint": "https://leads.example/v1" })),
        destination("json", json!({ "endpoint": "https://api.example/leads", "fields": nested })),
        destination("form", json!({ "endpoint": "https://forms.example/f", "fields": form })),
        crm,
        destination(
            "salesforce",
            json!({ "oid": OID, "return_url": "https://northbeam.example/thanks", "fields": [
                { "name": "last_name", "from": "answers.words" }, { "name": "company", "value": "Unknown" },
                { "name": "00N000000000001", "from": "answers.tools" }
            ]})
        ),
        destination(
            "mautic",
            json!({
                "endpoint": "https://mautic.example/form/submit?formId=3", "form_id": 3, "form_name": "contact", "fields": form
            })
        ),
        destination("hook", json!({ "endpoint": "https://hooks.example/x", "redirects": "follow", "fields": nested })),
        destination("cloud_event", json!({ "endpoint": "https://events.example/" })),
    ])
}

/// What a stand-in has read, by the names that the destination has.
type Taken = BTreeMap<String, Vec<String>>;

fn expect(holds: bool, what: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(what.to_owned()) }
}

fn object<'v>(value: &'v Value, need: &[&str], may: &[&str]) -> Result<&'v Map<String, Value>, String> {
    let map = value.as_object().ok_or("an object")?;
    expect(need.iter().all(|key| map.contains_key(*key)), &format!("{need:?} in {map:?}"))?;
    expect(map.keys().all(|key| need.contains(&&**key) || may.contains(&&**key)), &format!("no other key: {map:?}"))?;
    Ok(map)
}

fn text(value: &Value) -> Result<&str, String> {
    value.as_str().ok_or_else(|| format!("a text: {value}"))
}

/// `POST /submissions/v3/integration/submit/{portalId}/{formGuid}`.
fn hubspot(post: &Post) -> Result<Taken, String> {
    let path = post.endpoint().as_str().strip_prefix("https://api.hsforms.com/submissions/v3/integration/submit/");
    let (portal, form) = path.and_then(|path| path.split_once('/')).ok_or("the path")?;
    expect(
        portal.parse::<u64>().is_ok() && form.split('-').map(str::len).eq([8, 4, 4, 4, 12]),
        "portalId and formGuid",
    )?;
    expect(post.wire().content_type() == "application/json", "the content type")?;
    let body: Value = serde_json::from_str(post.body()).map_err(|error| error.to_string())?;
    let body = object(&body, &["fields"], &["submittedAt", "context", "legalConsentOptions", "skipValidation"])?;
    // “Millisecond timestamp … can be set to any value less than one month before the current time”, as a text.
    let at: i64 = text(&body["submittedAt"])?.parse().map_err(|_| "submittedAt")?;
    expect((NOW - MONTH..=NOW).contains(&at), "INVALID submittedAt")?;
    let list = body["fields"].as_array().ok_or("fields")?;
    expect((1..=1000).contains(&list.len()), "up to 1000 fields")?;
    let mut taken = Taken::new();
    for field in list {
        let field = object(field, &["name", "value"], &["objectTypeId"])?;
        expect(field["objectTypeId"] == "0-1", "a contact's property")?;
        taken.entry(text(&field["name"])?.into()).or_default().push(text(&field["value"])?.into());
    }
    let ours = ["hutk", "ipAddress", "pageUri", "pageName", "pageId", "sfdcCampaignId", "goToWebinarWebinarKey"];
    let context = object(&body["context"], &["pageUri"], &ours)?;
    expect(!context.contains_key("hutk"), "no tracking cookie")?;
    expect(text(&context["pageUri"])?.starts_with("https://"), "the address of a page")?;
    let legal = object(&body["legalConsentOptions"], &["consent"], &[])?;
    let consent = object(&legal["consent"], &["consentToProcess", "text"], &["communications"])?;
    expect(consent["consentToProcess"] == true && !text(&consent["text"])?.is_empty(), "consent")?;
    for one in consent["communications"].as_array().ok_or("communications")? {
        let one = object(one, &["value", "subscriptionTypeId", "text"], &[])?;
        expect(one["value"].is_boolean() && one["subscriptionTypeId"].is_u64(), "a subscription")?;
        taken.entry("communication".into()).or_default().push(format!("{} {}", one["value"], text(&one["text"])?));
    }
    Ok(taken)
}

/// Pairs, and nothing that the standard would have written otherwise.
fn pairs(post: &Post) -> Result<Taken, String> {
    expect(post.wire().content_type().starts_with("application/x-www-form-urlencoded"), "the content type")?;
    let mut again = form_urlencoded::Serializer::new(String::new());
    let mut taken = Taken::new();
    for (name, value) in form_urlencoded::parse(post.body().as_bytes()) {
        again.append_pair(&name, &value);
        taken.entry(name.into_owned()).or_default().push(value.into_owned());
    }
    expect(again.finish() == post.body(), "the standard's own text")?;
    Ok(taken)
}

/// `POST /servlet/servlet.WebToLead?encoding=UTF-8`; what lacks a last name or a company is dropped.
fn salesforce(post: &Post) -> Result<Taken, String> {
    expect(
        post.endpoint().as_str() == "https://webto.salesforce.com/servlet/servlet.WebToLead?encoding=UTF-8",
        "the address",
    )?;
    expect(post.wire().is_opaque(), "it lets no page read its replies")?;
    let taken = pairs(post)?;
    expect(taken["oid"] == [OID] && taken["retURL"] == ["https://northbeam.example/thanks"], "oid and retURL")?;
    for name in ["last_name", "company"] {
        expect(taken.get(name).is_some_and(|all| all.len() == 1 && !all[0].is_empty()), name)?;
    }
    Ok(taken)
}

/// `PublicController::submitAction`: everything stands in `mauticform`, as PHP takes names apart.
fn mautic(post: &Post) -> Result<Taken, String> {
    expect(post.endpoint().as_str() == "https://mautic.example/form/submit?formId=3", "the address")?;
    expect(post.wire().is_opaque(), "it lets no page read its replies")?;
    let mut taken = Taken::new();
    for (name, mut values) in pairs(post)? {
        let alias = name.strip_prefix("mauticform[").ok_or("within mauticform")?;
        let (alias, rest) = alias.split_once(']').ok_or("a closed bracket")?;
        expect(
            rest.is_empty() && values.len() == 1 || rest == "[]",
            &format!("a second {alias} would overwrite the first"),
        )?;
        expect(!alias.is_empty() && alias.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'), "an alias")?;
        taken.entry(alias.into()).or_default().append(&mut values);
    }
    expect(taken["formId"] == ["3"] && taken["formName"] == ["contact"], "formId and formName")?;
    expect(taken["messenger"] == ["1"] && taken["return"] == [""], "it answers with a page of its own")?;
    Ok(taken)
}

/// A simple request (Fetch, 2.2.2: a CORS-safelisted content type), as Zapier, Make and Apps Script want it.
fn hook(post: &Post) -> Result<Taken, String> {
    let kind = post.wire().content_type();
    let plain = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"];
    expect(plain.contains(&kind.split(';').next().unwrap_or("")) && kind.len() <= 128, "no question before the post")?;
    nested(post)
}

/// JSON, in which the key that all attempts share stands at the top.
fn nested(post: &Post) -> Result<Taken, String> {
    let body: Value = serde_json::from_str(post.body()).map_err(|error| error.to_string())?;
    expect(body["idempotency_key"] == post.key(), "the key")?;
    expect(body["lead"]["total"].is_i64() && body["test"] == false && body["fit"] == 60, "types are kept")?;
    expect(body["why"] == "60 Big" && body["source"] == "site", "reasons, and what is the same for all")?;
    expect(
        body["consent"]["letter"].is_boolean() && text(&body["consent"]["text"])?.contains("contact me"),
        "consent",
    )?;
    let tools = body["lead"]["tools"].as_array().ok_or("a list")?;
    let tools = tools.iter().map(|one| text(one).map(String::from)).collect::<Result<_, _>>()?;
    Ok(Taken::from([("words".into(), vec![text(&body["lead"]["words"])?.into()]), ("tools".into(), tools)]))
}

/// Structured content mode: the whole event as JSON.
fn cloud_event(post: &Post) -> Result<Taken, String> {
    expect(post.wire().content_type().starts_with("application/cloudevents+json"), "the content type")?;
    let body: Value = serde_json::from_str(post.body()).map_err(|error| error.to_string())?;
    let attributes = body.as_object().ok_or("an object")?;
    for (name, value) in attributes.iter().filter(|(name, _)| *name != "data") {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
        expect((1..=20).contains(&name.len()) && name.bytes().all(plain), &format!("an attribute's name: {name}"))?;
        // Of the type String: no control characters, no noncharacters.
        let fits =
            |c: char| !c.is_control() && (c as u32 & 0xFFFE) != 0xFFFE && !('\u{FDD0}'..='\u{FDEF}').contains(&c);
        expect(text(value)?.chars().all(fits) && !text(value)?.is_empty(), &format!("an attribute: {name}"))?;
    }
    for name in ["id", "source", "specversion", "type"] {
        expect(attributes.contains_key(name), name)?;
    }
    expect(body["specversion"] == "1.0" && body["id"] == post.key(), "specversion and id")?;
    expect(text(&body["source"])?.bytes().all(|b| b.is_ascii_graphic()), "a reference (RFC 3986)")?;
    expect(body["datacontenttype"] == "application/json" && body["data"].is_object(), "data is JSON")?;
    Ok(Taken::from([("words".into(), vec![text(&body["data"]["answers"]["words"])?.into()])]))
}

/// What each stand-in took of a session with these words, under the name of the field that they went to.
fn taken(visitor: &crate::support::Visitor) -> BTreeMap<String, Taken> {
    let all = posts(visitor).into_iter().map(|post| {
        let read = match post.destination() {
            "hubspot" => hubspot(post),
            "salesforce" => salesforce(post),
            "mautic" => mautic(post),
            "hook" => hook(post),
            "json" => nested(post),
            "cloud_event" => cloud_event(post),
            "form" => pairs(post),
            _ => Ok(Taken::new()),
        };
        let read = read.unwrap_or_else(|what| panic!("{}: {what}\n{}", post.destination(), post.body()));
        (post.destination().to_owned(), read)
    });
    all.collect()
}

/// Where each kind but our own puts the visitor's words.
const WORDS: [(&str, &str); 7] = [
    ("json", "words"),
    ("form", "words"),
    ("hubspot", "message"),
    ("salesforce", "last_name"),
    ("mautic", "words"),
    ("hook", "words"),
    ("cloud_event", "words"),
];

#[test]
fn each_system_takes_what_it_gets() {
    let flow = load(&flow(every_kind()));
    let visitor = agreed(&flow, "50", "Łódź & 100 % + “more”\nsoon", &[true, false], false);
    let taken = taken(&visitor);
    assert_eq!(taken.len(), 8);
    let words = ["Łódź & 100 % + “more”\nsoon".to_owned()];
    for (kind, name) in WORDS {
        assert_eq!(taken[kind][name], words, "{kind}");
    }
    assert_eq!(taken["hubspot"]["tools"], ["saw;till"]);
    assert_eq!(taken["salesforce"]["00N000000000001"], ["saw;till"]);
    assert_eq!(taken["form"]["tools[]"], ["saw", "till"]);
    assert_eq!(taken["mautic"]["tools"], ["saw", "till"]);
    assert_eq!(taken["form"]["idempotency_key"], [visitor.state.sealed.clone().expect("a key")]);
    assert_eq!(taken["hubspot"]["communication"], ["false You may send me “the letter” & more."]);
    let agreed = self::agreed(&flow, "50", "x", &[true, true], false);
    assert_eq!(self::taken(&agreed)["hubspot"]["communication"], ["true You may send me “the letter” & more."]);
}

/// The receiver's body is what it was without destinations, and verifies.
#[test]
fn a_receiver_gets_the_whole_lead() {
    let flow = load(&flow(every_kind()));
    let visitor = agreed(&flow, "50", "x", &[true, false], false);
    let all = posts(&visitor);
    let of = |kind: &str| all.iter().find(|post| post.destination() == kind).expect(kind).body();
    assert_eq!(prequal::verify(&flow, &serde_json::from_str(of("prequal")).expect("a lead")), Ok(()));
    let event: Value = serde_json::from_str(of("cloud_event")).expect("JSON");
    assert_eq!(event["data"], serde_json::from_str::<Value>(of("prequal")).expect("JSON"));
}

/// Nothing goes where it was not asked for: of a lead each gets what is mapped, and no word of the rest.
#[test]
fn nothing_goes_but_what_is_mapped() {
    let only = fields(&[("total", "total")]);
    let mut crm = crm();
    crm["fields"] = only.clone();
    let flow = load(&flow(json!([
        destination("json", json!({ "endpoint": "/x", "fields": only })),
        destination("form", json!({ "endpoint": "/x", "fields": only })),
        destination("hook", json!({ "endpoint": "/x", "fields": only })),
        destination("cloud_event", json!({ "endpoint": "/x", "fields": only })),
        crm,
    ])));
    let visitor = agreed(&flow, "50", "unmistakable", &[true, false], false);
    for post in posts(&visitor) {
        assert!(!post.body().contains("unmistakable"), "{}", post.body());
        assert!(post.body().contains("60"), "{}", post.body());
    }
}

/// The collections of hostile strings, where they are at hand.
fn hostile() -> Vec<String> {
    let beside = || concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/cases").into();
    let folder = std::env::var_os("PREQUAL_CASES").map_or_else(beside, std::path::PathBuf::from).join("hostile");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        eprintln!(
            "SKIPPED: no collections of hostile strings in {}; set PREQUAL_CASES to their folder",
            folder.display()
        );
        return Vec::new();
    };
    let texts = entries.map(|entry| std::fs::read_to_string(entry.expect("an entry").path()).expect("a collection"));
    texts.flat_map(|text| serde_json::from_str::<Vec<String>>(&text).expect("a list of texts")).collect()
}

#[test]
fn hostile_words_reach_each_system_as_they_are() {
    let flow = load(&flow(every_kind()));
    let mut all = hostile();
    all.extend(
        ["a\0b", "&oid=evil&x=", "]=1&mauticform[formId]=9", "\u{feff}\u{10ffff}\u{d7ff}", "\r\n\r\nHTTP/1.1"]
            .map(String::from),
    );
    all.retain(|text| !text.trim().is_empty());
    for words in &all {
        let visitor = agreed(&flow, "50", words, &[true, true], false);
        // The conversation trims what is typed; from then on nothing changes it.
        let Some(Value::String(kept)) = posts(&visitor).first().and_then(|post| {
            serde_json::from_str::<Value>(post.body()).ok().map(|lead| lead["answers"]["words"].clone())
        }) else {
            panic!("{words:?} is no answer");
        };
        let taken = taken(&visitor);
        for (kind, name) in WORDS {
            assert_eq!(taken[kind][name], [kept.as_str()], "{kind}: {words:?}");
        }
        assert!(words.contains(kept.trim()), "{words:?} became {kept:?}");
    }
    eprintln!("{} hostile strings, each in seven formats", all.len());
}
