//! The same as JSON.

use super::{Found, Pair, Side};
use crate::engine;
use prequal::json::Json;

impl Found {
    pub(super) fn json(&self, pair: &Pair) -> String {
        let mut to = engine::writer();
        let ids = |side: &Side| {
            Json::List(side.flow.flow().stages.iter().map(|stage| Json::Text(stage.id.clone())).collect())
        };
        let number = |n: u64| Json::Number(n as f64);
        let signed = |n: i64| Json::Number(n as f64);
        let text = |text: &str| Json::Text(text.into());
        let object = |entries: Vec<(&str, Json)>| {
            Json::Object(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
        };
        let [old, new] = &pair.sides;
        let flow = |side: &Side| {
            object(vec![
                ("id", text(side.flow.id())),
                ("version", number(side.flow.version().into())),
                ("sha256", text(side.flow.sha256())),
                ("stages", ids(side)),
            ])
        };
        let movers = self.movers.iter().map(|mover| {
            let changes = mover.changes.iter().map(|change| {
                object(vec![
                    ("source", text(&change.source)),
                    ("reason", text(&change.reason)),
                    ("old", change.points[0].map_or(Json::Null, signed)),
                    ("new", change.points[1].map_or(Json::Null, signed)),
                ])
            });
            object(vec![
                ("line", number(mover.line)),
                ("id", text(&mover.id)),
                ("old_stage", text(old.stage(mover.stages[0]))),
                ("new_stage", text(new.stage(mover.stages[1]))),
                ("old_score", signed(mover.totals[0])),
                ("new_score", signed(mover.totals[1])),
                ("changes", Json::List(changes.collect())),
            ])
        });
        let (moved, up, down) = self.moved(pair);
        let matrix = self.matrix.iter().map(|row| Json::List(row.iter().map(|n| number(*n)).collect()));
        to.json(&object(vec![
            ("old", flow(old)),
            ("new", flow(new)),
            ("leads", number(self.tally.leads)),
            ("moved", number(moved)),
            ("up", number(up)),
            ("down", number(down)),
            ("matrix", Json::List(matrix.collect())),
            ("movers", Json::List(movers.collect())),
        ]));
        to.out.push('\n');
        to.out
    }
}
