//! What visitors are asked on one way: conditions that need more than any way asks.

use super::Review;
use super::conversation::Uses;
use super::places::{Condition, Place, facts};
use super::reach::Ways;
use super::trial::{self, Range};
use crate::flow::Does;
use crate::flow::condition::{Expr, Fact};
use crate::flow::diagnostic::Code;
use alloc::{format, vec, vec::Vec};

impl Review<'_> {
    pub fn together(&mut self, ways: &Ways, uses: &Uses) {
        let met = self.met(ways);
        for condition in self.all_conditions() {
            // Branches see what is known where they stand, and are judged by that.
            if !matches!(condition.place, Place::Branch { .. }) {
                self.never_together(&condition, uses, &met);
            }
            if let Place::MustHave(place) = condition.place {
                self.not_asked_by_all(&condition, place, ways, uses);
            }
        }
    }

    /// By two fields: whether some way asks both.
    fn met(&self, ways: &Ways) -> Vec<Vec<bool>> {
        let fields = self.flow.fields.len();
        let mut met = vec![vec![false; fields]; fields];
        for (i, node) in self.checked.steps.iter().enumerate() {
            let Does::Ask(asked) = node.does else { continue };
            for other in (0..fields).filter(|other| ways.reached[i] && ways.sometimes[i][*other]) {
                met[asked][other] = true;
                met[other][asked] = true;
            }
        }
        met
    }

    /// Whether the condition cannot hold while the field is open.
    fn needs(&self, condition: &Expr, field: usize) -> bool {
        let range = Range { open: true, fixed: Some((Fact::Field(field), None)) };
        trial::every(self.checked, &[condition], range, |v| v[0] != Some(true)) == Some(true)
    }

    fn never_together(&mut self, condition: &Condition, uses: &Uses, met: &[Vec<bool>]) {
        let asked = fields(condition.expr, uses);
        let pairs =
            asked.iter().enumerate().flat_map(|(i, one)| asked[i + 1..].iter().map(move |other| (*one, *other)));
        let apart = pairs.filter(|(one, other)| !met[*one][*other]);
        let Some((one, other)) = apart
            .into_iter()
            .find(|(one, other)| self.needs(condition.expr, *one) && self.needs(condition.expr, *other))
        else {
            return;
        };
        // What never holds anyway has been noted for its own sake.
        if trial::verdict(self.checked, condition.expr) == Some(trial::Verdict::Never) {
            return;
        }
        let (one, other) = (&self.flow.fields[one].id, &self.flow.fields[other].id);
        condition.place.with_path(&mut |path| {
            self.notes.warning(Code::NeverTogether, path, || {
                (
                    format!("This needs “{one}” and “{other}”, and no way through the conversation asks both."),
                    "Write “or” where one is enough, or ask both on one way.".into(),
                )
            });
        });
    }

    /// Must-haves that are open for whoever comes to the consent step by another way.
    fn not_asked_by_all(&mut self, condition: &Condition, place: usize, ways: &Ways, uses: &Uses) {
        let steps = &self.checked.steps;
        let agree: Vec<usize> =
            (0..steps.len()).filter(|step| ways.reached[*step] && steps[*step].does == Does::Consent).collect();
        let asked = fields(condition.expr, uses);
        let passed_by = |field: &&usize| agree.iter().any(|step| !ways.always[*step][**field]);
        let Some(field) = asked.iter().filter(passed_by).find(|field| self.needs(condition.expr, **field)) else {
            return;
        };
        let (field, id) = (&self.flow.fields[*field].id, &self.flow.scoring.must_haves[place].id);
        condition.place.with_path(&mut |path| {
            self.notes.warning(Code::MustHaveNotAsked, path, || {
                (
                    format!("Not every way to the consent step asks “{field}”, without which “{id}” is never met."),
                    "Ask it on every way, make it a rule, or let those ways end before.".into(),
                )
            });
        });
    }
}

/// The fields that a condition asks for, of those that a step asks.
fn fields(condition: &Expr, uses: &Uses) -> Vec<usize> {
    let all = facts(condition).into_iter().filter_map(Fact::field);
    all.filter(|field| uses.asked[*field]).collect()
}
