//! Any bytes as a flow file.

use crate::flows::text;
use prequal::flow::diagnostic::{Notes, Path};
use prequal::flow::model::Flow;
use prequal::flow::{self, Read, Write};
use prequal::json::{self, Json, MAX_DEPTH, Numbers, Writer};
use serde_json::Value;

/// Reading never panics; the lean reader and serde agree on what JSON is and on what a flow is; what was
/// read is written and read again; and a refusal says why.
pub fn load(bytes: &[u8]) {
    let ours = json::parse(bytes, Numbers::NATIVE);
    let theirs = serde_json::from_slice::<Value>(bytes);
    match (&ours, &theirs) {
        (Ok(_), Err(_)) => {
            let marked = bytes.starts_with(b"\xEF\xBB\xBF");
            // Half a pair of surrogates is replaced, as a browser replaces it.
            let halved = bytes.windows(3).any(|run| run[..2] == *b"\\u" && run[2].eq_ignore_ascii_case(&b'd'));
            assert!(marked || halved, "serde refuses this JSON");
        }
        (Err(_), Ok(value)) => assert!(depth(value) > MAX_DEPTH, "serde takes this JSON"),
        _ => {}
    }
    if let Ok(json) = &ours {
        // As it stands in the file `5.0` is no whole number to serde; written anew it is 5.
        let written = text(json);
        let again = json::parse(written.as_bytes(), Numbers::NATIVE);
        assert_eq!(again.as_ref(), Ok(json), "what is written is what was read");
        let (ours, theirs) = (lean(json), serde_json::from_str::<Flow>(&written).ok());
        assert_eq!(ours, theirs, "both readers read the same flow");
    }
    match flow::load(bytes) {
        Ok(checked) => {
            let mut writer = Writer::new(Numbers::NATIVE);
            checked.flow().write(&mut writer);
            let again = flow::load(writer.out.as_bytes()).expect("a good flow stays good when it is written anew");
            assert_eq!(again.flow(), checked.flow());
        }
        Err(mistakes) => {
            assert!(!mistakes.is_empty(), "refused without a word");
            mistakes.iter().for_each(|mistake| assert!(!mistake.message.is_empty()));
        }
    }
}

fn lean(json: &Json) -> Option<Flow> {
    let (mut flow, mut notes) = (Flow::default(), Notes::default());
    flow.read(json, &Path::ROOT, &mut notes);
    (!notes.is_broken()).then_some(flow)
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(entries) => 1 + entries.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}
