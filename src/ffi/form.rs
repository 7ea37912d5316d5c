//! What forms of a page and the session say to each other, as JSON.

use crate::consent::Attachment;
use crate::dialog::answer;
use crate::flow::{Checked, Write};
use crate::json::{Json, Writer, integer_text};
use crate::session::{Form, State};
use alloc::{string::String, vec::Vec};

/// Reads what a form says as it is submitted: its `name`, whether it was `hasty`, and `purposes`, by their ids the
/// words of each box that is ticked.
pub fn submitted(flow: &Checked, json: &Json) -> Form {
    let name = json.get("name").and_then(Json::as_text).unwrap_or_default();
    let purposes = flow.flow.consent.iter().flat_map(|consent| &consent.purposes);
    let texts: Vec<Option<String>> =
        purposes.map(|purpose| json.get("purposes")?.get(&purpose.id)?.as_text().map(String::from)).collect();
    Form {
        name: name.into(),
        granted: texts.iter().map(Option::is_some).collect(),
        texts,
        hasty: json.get("hasty") == Some(&Json::Bool(true)),
    }
}

/// What a visitor may want to look at again in what they filled in, for the fields at these places: a list of
/// `field`, `word` and what the word mentions, `text`. It stops nobody.
pub fn hints(flow: &Checked, state: &State, fields: &[usize]) -> String {
    let all = fields.iter().filter_map(|place| {
        let field = &flow.flow.fields[*place];
        let doubt = answer::doubt(field, state.dialog.answers[*place].as_ref()?)?;
        Some(Json::Object(Vec::from([
            ("field".into(), Json::Text(field.id.clone())),
            ("word".into(), Json::Text(doubt.word.as_str().into())),
            ("text".into(), Json::Text(doubt.text.unwrap_or_default())),
        ])))
    });
    let mut to = Writer::new(flow.numbers);
    Json::List(all.collect()).write(&mut to);
    to.out
}

/// What goes along with a form, by name, each as the text that its input carries: `score` (the total), `stage`,
/// `grade`, `reasons` (one a line, points first; then whose answer stands in whose place), `consent` and `lead` (JSON), and each score by its id.
pub fn attached(flow: &Checked, attachment: &Attachment) -> String {
    let lead = attachment.lead();
    let json = |part: &dyn Fn(&mut Writer)| {
        let mut to = Writer::new(flow.numbers);
        part(&mut to);
        to.out
    };
    let mut all: Vec<(String, String)> =
        lead.scores.iter().map(|score| (score.id.clone(), integer_text(score.points))).collect();
    let counted = lead.contributions.iter().filter(|one| one.counted != 0);
    let points = counted.map(|one| {
        let sign = if one.counted > 0 { "+" } else { "" };
        [sign, &integer_text(one.counted), " ", &one.reason].concat()
    });
    let places = lead.given.iter().filter_map(|given| {
        let before = given.instead_of.as_ref()?;
        Some([&given.field, ": ", &given.by, " instead of ", before].concat())
    });
    let reasons: Vec<String> = points.chain(places).collect();
    let mut add = |name: &str, value: String| all.push((name.into(), value));
    add("score", integer_text(lead.total));
    add("stage", lead.stage.clone());
    add("grade", lead.grade.clone().unwrap_or_default());
    add("reasons", reasons.join("\n"));
    add("consent", json(&|to| lead.consent.iter().for_each(|record| record.write(to))));
    add("lead", json(&|to| lead.write(to)));
    let all = all.into_iter().map(|(name, value)| (name, Json::Text(value)));
    json(&|to| Json::Object(all.clone().collect()).write(to))
}
