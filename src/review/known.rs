//! What is known where: branches, texts and the consent step that come before their answers.

use super::conversation::{Uses, mentioned};
use super::places::{Place, facts, facts_with_places};
use super::reach::Ways;
use super::trial::{self, Range};
use super::{Review, domain};
use crate::flow::Does;
use crate::flow::condition::Fact;
use crate::flow::diagnostic::{Code, Path};
use crate::flow::model::Kind;
use crate::flow::template::Template;
use alloc::{format, vec::Vec};

impl Review<'_> {
    pub fn known(&mut self, ways: &Ways, uses: &Uses) {
        self.known_yet(ways, uses);
        self.mentions(ways);
        self.contact(ways);
    }

    /// Branches on what is open where they stand: open is not true, so they are not taken.
    fn known_yet(&mut self, ways: &Ways, uses: &Uses) {
        let consent = self.flow.fields.len();
        for condition in self.all_conditions() {
            let Place::Branch { step, .. } = condition.place else { continue };
            if !ways.reached[step] {
                continue;
            }
            let (some, all) = ways.after(self.checked, step);
            let thing = |fact: Fact| match fact {
                Fact::Field(field) | Fact::Part { field, .. } => uses.asked[field].then_some(field),
                Fact::Consent(_) => Some(consent),
                _ => None,
            };
            let asked = facts(condition.expr);
            // With something certain beside it, an open answer is an ordinary part of the decision.
            let rests_on_it = !asked.is_empty() && asked.iter().all(|fact| thing(*fact).is_some_and(|t| !all[t]));
            condition.place.with_path(&mut |path| {
                facts_with_places(condition.expr, condition.json, path, &mut |fact, has_default, path| {
                    let Some(known) = thing(fact) else { return };
                    let range = Range { open: true, fixed: Some((fact, None)) };
                    let needs_it =
                        || trial::every(self.checked, &[condition.expr], range, |v| v[0] != Some(true)) == Some(true);
                    if all[known] || has_default || some[known] && !rests_on_it || !some[known] && !needs_it() {
                        return;
                    }
                    let (name, id) = (domain::name(self.checked, fact), &self.flow.conversation.steps[step].id);
                    self.notes.warning(Code::NotKnownYet, path, || match some[known] {
                        true => (
                            format!(
                                "Not every way to “{id}” has asked “{name}”; on the others this branch is not taken."
                            ),
                            "Ask it on every way, or name a value to take: {\"var\": [name, value]}.".into(),
                        ),
                        false => (
                            format!("“{name}” is never known at “{id}”, so this branch is not taken."),
                            "Branch after the question is asked.".into(),
                        ),
                    });
                });
            });
        }
    }

    /// Texts with a gap: they mention an answer that is not there yet, and have no words instead.
    fn mentions(&mut self, ways: &Ways) {
        let root = Path::ROOT;
        let (conversation, outcomes) = (root.key("conversation"), root.key("outcomes"));
        let list = conversation.key("steps");
        for (i, node) in self.checked.steps.iter().enumerate().filter(|(i, _)| ways.reached[*i]) {
            let path = list.index(i);
            let say = path.key("say");
            for (j, text) in node.say.iter().enumerate() {
                let written = &self.flow.conversation.steps[i].say[j];
                self.gap(text, written, &ways.always[i], &say.index(j));
            }
        }
        for (i, (title, text)) in self.checked.outcomes.iter().enumerate() {
            let ends = self.checked.steps.iter().enumerate().filter(|(_, node)| node.does == Does::End(i));
            let ends: Vec<usize> = ends.map(|(step, _)| step).filter(|step| ways.reached[*step]).collect();
            let known: Vec<bool> =
                (0..=self.flow.fields.len()).map(|thing| ends.iter().all(|step| ways.always[*step][thing])).collect();
            let path = outcomes.index(i);
            self.gap(title, &self.flow.outcomes[i].title, &known, &path.key("title"));
            self.gap(text, &self.flow.outcomes[i].text, &known, &path.key("text"));
        }
    }

    fn gap(&mut self, text: &Template, written: &str, known: &[bool], path: &Path) {
        for (field, _) in mentioned(text) {
            let field_id = &self.flow.fields[field].id;
            let certain = known[field] && !self.flow.fields[field].optional;
            // `{name|}` says that nothing is fine.
            if certain || written.contains(&format!("{{{field_id}|")) {
                continue;
            }
            self.notes.warning(Code::MentionedTooEarly, path, || {
                (
                    format!("“{field_id}” may have no answer here, which leaves a gap in the text."),
                    format!("Write {{{field_id}|words instead}}, or ask it before on every way."),
                )
            });
        }
    }

    /// Consent to be contacted, and nothing to contact anybody with.
    fn contact(&mut self, ways: &Ways) {
        let conversation = Path::ROOT.key("conversation");
        let list = conversation.key("steps");
        let reaches = |field: usize| {
            let field = &self.flow.fields[field];
            let token = field.autocomplete.as_deref().and_then(|tokens| tokens.split_whitespace().last());
            matches!(field.kind, Kind::Email | Kind::Phone)
                || token.is_some_and(|t| t == "email" || t.starts_with("tel"))
        };
        for (i, node) in self.checked.steps.iter().enumerate() {
            let asked = |field: &usize| ways.sometimes[i][*field];
            let reachable = (0..self.flow.fields.len()).filter(asked).any(reaches);
            if ways.reached[i] && node.does == Does::Consent && !reachable {
                self.notes.warning(Code::NoContact, &list.index(i), || {
                    (
                        "No way to this step asks for an email address or a phone number.".into(),
                        "Ask for one: nobody can answer these leads.".into(),
                    )
                });
            }
        }
    }
}
