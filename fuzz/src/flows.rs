//! Good flows to begin with.

use prequal::flow::{self, Checked};
use prequal::json::{self, Json, Numbers};
use std::sync::LazyLock;

/// A flow without mistakes.
pub struct Good {
    pub json: Json,
    pub checked: Checked,
}

/// The demo's, the least there is, and one with a bit of everything.
pub static GOOD: LazyLock<Vec<Good>> = LazyLock::new(|| {
    let files: [&[u8]; 4] = [
        include_bytes!("../flows/everything.json"),
        include_bytes!("../flows/least.json"),
        include_bytes!("../../www/demo/prequal.json"),
        include_bytes!("../flows/picking.json"),
    ];
    files.map(good).into()
});

fn good(bytes: &[u8]) -> Good {
    let json = json::parse(bytes, Numbers::NATIVE).expect("a good flow is JSON");
    Good { json, checked: flow::load(bytes).unwrap_or_else(|mistakes| panic!("{mistakes:#?}")) }
}

/// The text of a JSON value.
pub fn text(json: &Json) -> String {
    let mut writer = json::Writer::new(Numbers::NATIVE);
    writer.json(json);
    writer.out
}
