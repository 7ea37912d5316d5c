//! Going on later: what is kept in the visitor's browser, once they agreed to that, and taken up again.
//!
//! It is a purpose of its own, with the words that were agreed to beside the answers. Signals, points and
//! consent to send are not kept.

use super::{Effect, State};
use crate::dialog::answer;
use crate::flow::{Checked, Write};
use crate::json::{self, Json, Writer};
use alloc::{string::String, vec::Vec};

const DAY: i64 = 86_400_000;

impl State {
    /// The visitor agrees that answers are kept in this browser, or takes that back. A script cannot agree.
    pub(super) fn remember(&mut self, flow: &Checked, on: bool, trusted: bool, now: i64) -> Vec<Effect> {
        if on && (!trusted || flow.flow.conversation.resume.is_none() || self.sealed.is_some()) {
            return Vec::from([Effect::Render]);
        }
        self.remembered = on.then_some(now);
        Vec::from([self.keeping(flow), Effect::Render])
    }

    /// What to do about what is kept, after something has changed.
    pub(super) fn keeping(&self, flow: &Checked) -> Effect {
        let text = flow.flow.conversation.resume.as_ref().zip(self.remembered).map(|(resume, agreed_at)| {
            let fields = flow.flow.fields.iter().zip(&self.dialog.answers);
            let answers = fields.filter_map(|(field, answer)| Some((field.id.clone(), answer.clone()?)));
            let variants = self.variants.iter().map(|place| Json::Number(*place as f64));
            let text = |text: &String| Json::Text(text.clone());
            let entries = [
                ("agreed_at", Json::Number(agreed_at as f64)),
                ("until", Json::Number((agreed_at + i64::from(resume.days) * DAY) as f64)),
                ("text", text(&resume.text)),
                ("locale", text(&flow.flow.locale)),
                ("answers", Json::Object(answers.collect())),
                ("variants", Json::List(variants.collect())),
            ];
            let mut to = Writer::new(flow.numbers);
            Json::Object(entries.map(|(key, value)| (key.into(), value)).into()).write(&mut to);
            to.out
        });
        Effect::Keep(text)
    }

    /// Takes up what an earlier page kept, before the conversation begins. What is too old, or was agreed to
    /// in other words, is let go; answers that the flow takes no more are left out.
    pub(super) fn resume(&mut self, flow: &Checked, text: &str, now: i64) -> Vec<Effect> {
        let kept = json::parse(text.as_bytes(), flow.numbers).unwrap_or_default();
        let number = |key| match kept.get(key) {
            Some(Json::Number(n)) => *n as i64,
            _ => 0,
        };
        let words = |key| kept.get(key).and_then(Json::as_text);
        let stands = flow.flow.conversation.resume.as_ref().is_some_and(|resume| {
            let other_language = words("locale") != Some(flow.flow.locale.as_str());
            words("text") == Some(&resume.text) || other_language && words("text").is_some()
        });
        let until = number("until");
        let days = flow.flow.conversation.resume.as_ref().map_or(0, |resume| i64::from(resume.days));
        // A clock that was set back must not keep it for ever.
        if self.begun || !stands || !(now..=now.saturating_add((days + 1) * DAY)).contains(&until) {
            return Vec::from([Effect::Keep(None)]);
        }
        self.remembered = Some(number("agreed_at"));
        for (place, field) in flow.flow.fields.iter().enumerate() {
            let answer = kept.get("answers").and_then(|answers| answers.get(&field.id));
            if let Some(answer) = answer.filter(|answer| answer::validate(field, answer).is_ok()) {
                self.dialog.answers[place] = Some(answer.clone());
            }
        }
        let experiments = &flow.flow.conversation.experiments;
        if let Some(Json::List(variants)) = kept.get("variants")
            && variants.len() == experiments.len()
        {
            let place = |(variant, test): (&Json, &crate::flow::model::Experiment)| match variant {
                Json::Number(n) => Some(*n as usize).filter(|place| *place < test.variants.len()),
                _ => None,
            };
            if let Some(all) = variants.iter().zip(experiments).map(place).collect() {
                self.variants = all;
            }
        }
        Vec::new()
    }
}
