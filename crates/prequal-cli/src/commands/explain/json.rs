//! The explanation for programs.

use super::Report;
use crate::engine;
use prequal::flow::Write;
use prequal::json::Writer;

pub(super) fn number(to: &mut Writer, key: &str, n: i64) {
    to.key(key);
    to.out.push_str(&n.to_string());
}

pub(super) fn text(to: &mut Writer, key: &str, text: &str) {
    to.key(key);
    to.text(text);
}

/// A part in the words of a posted lead.
fn part(to: &mut Writer, key: &str, part: &impl Write) {
    to.key(key);
    part.write(to);
}

fn texts<'t>(to: &mut Writer, key: &str, texts: impl IntoIterator<Item = &'t str>) {
    to.key(key);
    to.out.push('[');
    for text in texts {
        to.comma();
        to.text(text);
    }
    to.out.push(']');
}

/// A list of objects.
pub(super) fn objects<T>(
    to: &mut Writer,
    key: &str,
    items: impl IntoIterator<Item = T>,
    write: impl Fn(&mut Writer, T),
) {
    to.key(key);
    to.out.push('[');
    for item in items {
        to.comma();
        to.out.push('{');
        write(to, item);
        to.out.push('}');
    }
    to.out.push(']');
}

impl Report<'_> {
    pub fn json(&self) -> String {
        let scoring = &self.flow.flow().scoring;
        let (verdict, lead) = (&self.verdict, &self.account.lead);
        let mut to = engine::writer();
        to.out.push('{');
        part(&mut to, "flow", &lead.flow);
        number(&mut to, "total", verdict.total);
        number(&mut to, "cap", self.cap());
        number(&mut to, "least", self.account.range.0);
        number(&mut to, "most", self.account.range.1);
        text(&mut to, "stage", &lead.stage);
        part(&mut to, "grade", &lead.grade);
        objects(&mut to, "scores", scoring.scores.iter().enumerate(), |to, (place, score)| {
            text(to, "id", &score.id);
            text(to, "label", &score.label);
            number(to, "points", verdict.scores[place]);
            number(to, "cap", score.cap.into());
            number(to, "floor", score.floor.into());
            objects(to, "contributions", self.parts(place), |to, part| {
                let reason = &self.reasons.list[part.reason];
                text(to, "source", &reason.source);
                number(to, "points", part.points);
                number(to, "decayed", part.decayed);
                number(to, "counted", part.counted);
                text(to, "reason", &reason.words);
            });
        });
        objects(&mut to, "disqualified", verdict.disqualified.iter(), |to, place| {
            text(to, "id", &scoring.disqualifiers[*place].id);
            text(to, "reason", &scoring.disqualifiers[*place].reason);
        });
        objects(&mut to, "missing", verdict.missing.iter(), |to, place| {
            text(to, "id", &scoring.must_haves[*place].id);
            text(to, "reason", &scoring.must_haves[*place].reason);
        });
        objects(&mut to, "open", self.open.iter(), |to, place| {
            let rule = &scoring.rules[*place];
            text(to, "source", &format!("rule:{}", rule.id));
            number(to, "points", rule.points.into());
            text(to, "reason", &rule.reason);
            texts(to, "asks_for", self.waits_for(*place));
        });
        part(&mut to, "red_flags", &lead.red_flags);
        part(&mut to, "frameworks", &lead.frameworks);
        part(&mut to, "icp", &lead.icp);
        part(&mut to, "segment", &lead.segment);
        part(&mut to, "route", &lead.route.clone().filter(|route| self.keyed || route.route.is_none()));
        let (good, bad) = self.top();
        texts(&mut to, "reasons_for", good.iter().map(String::as_str));
        texts(&mut to, "reasons_against", bad.iter().map(String::as_str));
        self.ahead_json(&mut to);
        texts(&mut to, "not_counted", self.bad.iter().map(String::as_str));
        texts(&mut to, "no_fields", self.strange.iter().map(String::as_str));
        to.out.push_str("}\n");
        to.out
    }
}
