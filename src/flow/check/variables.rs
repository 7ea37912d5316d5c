//! Values that follow from answers, and what differs from visit to visit.

use super::{Check, Level};
use crate::flow::condition::Expr;
use crate::flow::diagnostic::{Code, Path};
use crate::json::Json;
use alloc::{format, string::String};

/// The most parts of a variable, those of the variables in it included.
const MOST: usize = 500;

impl Check<'_> {
    /// Reads the variables in their order: each may use those before it.
    pub(super) fn variables(&mut self) {
        let root = Path::ROOT.key("variables");
        for (i, variable) in self.flow.variables.iter().enumerate() {
            let path = root.index(i);
            if let Some(field) = self.known.fields.find(&variable.id) {
                self.notes.error(Code::Duplicate, &path.key("id"), || {
                    let label = &self.flow.fields[field].label;
                    (format!("“{}” is the id of a field, “{label}”.", variable.id), "Rename one of the two.".into())
                });
            }
            let value = self.condition(&variable.value, Level::Evidence, &path.key("value"));
            let too_large = value.size() > MOST;
            if too_large {
                self.notes.error(Code::BadCondition, &path.key("value"), || {
                    (format!("This comes to more than {MOST} parts."), String::from("Compute less."))
                });
            }
            // Those behind it would grow by what this one has too much.
            self.variables.push(if too_large { Expr::Value(Json::Null) } else { value });
        }
    }

    pub(super) fn experiments(&mut self) {
        let conversation = Path::ROOT.key("conversation");
        let list = conversation.key("experiments");
        for (i, experiment) in self.flow.conversation.experiments.iter().enumerate() {
            let path = list.index(i);
            let path = path.key("variants");
            if experiment.variants.len() < 2 {
                self.notes.error(Code::Empty, &path, || {
                    ("There is nothing to compare.".into(), "Add two variants or more.".into())
                });
            }
            if experiment.variants.iter().all(|variant| variant.weight == Some(0)) {
                self.notes.error(Code::OutOfRange, &path, || {
                    ("No variant ever comes up.".into(), "Give one a weight above 0.".into())
                });
            }
        }
    }
}
