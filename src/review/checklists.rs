//! Checklists of the field, the ideal customer, and red flags.

use super::Review;
use crate::flow::Does;
use crate::flow::diagnostic::{Code, Path, nearest};
use crate::flow::model::{FlagKind, Framework};
use alloc::format;

/// What the checklists that everybody knows ask about.
const USUAL: &[(&str, &[&str])] = &[
    ("bant", &["budget", "authority", "need", "timeline"]),
    ("champ", &["challenges", "authority", "money", "prioritization"]),
    ("meddic", &["metrics", "economic_buyer", "decision_criteria", "decision_process", "identify_pain", "champion"]),
    ("gpctba_ci", &["goals", "plans", "challenges", "timeline", "budget", "authority", "consequences", "implications"]),
];

impl Review<'_> {
    pub fn checklists(&mut self) {
        let root = Path::ROOT.key("frameworks");
        for (i, framework) in self.flow.frameworks.iter().enumerate() {
            if let Some((_, usual)) = USUAL.iter().find(|(id, _)| *id == framework.id) {
                self.checklist(framework, usual, &root.index(i).key("criteria"));
            }
        }
        self.weights();
        self.hasty();
    }

    fn checklist(&mut self, framework: &Framework, usual: &[&str], path: &Path) {
        let has = |id: &str| framework.criteria.iter().any(|criterion| criterion.id == id);
        let name = framework.name();
        let mut renamed = alloc::vec::Vec::new();
        for (i, criterion) in framework.criteria.iter().enumerate() {
            if usual.contains(&criterion.id.as_str()) {
                continue;
            }
            let near = nearest(&criterion.id, usual.iter().copied().filter(|id| !has(id)));
            renamed.extend(near);
            self.notes.warning(Code::UnusualCriterion, &path.index(i).key("id"), || {
                let way = match near {
                    Some(near) => format!("Did you mean “{near}”?"),
                    None => "Give the checklist an id of its own, or remove the criterion.".into(),
                };
                (format!("{name} has no criterion “{}”.", criterion.id), way)
            });
        }
        for id in usual.iter().filter(|id| !has(id) && !renamed.contains(id)) {
            self.notes.warning(Code::CriterionMissing, path, || {
                (
                    format!("{name} without “{id}”: a lead that meets all of it here may fail it elsewhere."),
                    "Add the criterion, or give the checklist an id of its own.".into(),
                )
            });
        }
    }

    fn weights(&mut self) {
        let icp = Path::ROOT.key("icp");
        let list = icp.key("traits");
        for (i, model) in self.flow.icp.iter().flat_map(|icp| &icp.traits).enumerate() {
            if model.weight == 0 {
                self.notes.warning(Code::WeightlessTrait, &list.index(i).key("weight"), || {
                    (
                        format!("“{}” is shown as hit or missed, and moves the match by nothing.", model.id),
                        "Give it a weight above 0, or remove it.".into(),
                    )
                });
            }
        }
    }

    /// Haste shows in three answers at the least.
    fn hasty(&mut self) {
        let scoring = Path::ROOT.key("scoring");
        let list = scoring.key("red_flags");
        let asked = self.checked.steps.iter().filter(|node| matches!(node.does, Does::Ask(_))).count();
        let most = asked.min(self.checked.ahead[self.checked.start] as usize);
        for (i, flag) in self.flow.scoring.red_flags.iter().enumerate() {
            if flag.kind == FlagKind::Hasty && most < 3 {
                self.notes.warning(Code::FlagNeverRaised, &list.index(i), || {
                    (
                        format!("“{}” needs three hasty answers, and no more than {most} are asked.", flag.id),
                        "Remove it: so few answers do not tell haste from habit.".into(),
                    )
                });
            }
        }
    }
}
