//! Fields, options, rules, disqualifiers and stages.

use super::{Cause, Check};
use crate::flow::condition::Expr;
use crate::flow::diagnostic::{Code, Path};
use crate::flow::model::{Field, Kind};
use alloc::{format, vec::Vec};

impl Check<'_> {
    pub(super) fn fields(&mut self) {
        let root = Path::ROOT.key("fields");
        for (i, field) in self.flow.fields.iter().enumerate() {
            let path = root.index(i);
            for reserved in ["stage", "disqualified"] {
                if field.id == reserved {
                    self.notes.error(Code::OutOfRange, &path.key("id"), || {
                        (format!("“{reserved}” is a word of conditions."), "Give the field another id.".into())
                    });
                }
            }
            self.kind(field, &path);
        }
    }

    fn kind(&mut self, field: &Field, path: &Path) {
        let choice = field.kind.is_choice();
        let number = field.kind == Kind::Number;
        let text = !choice && !number;
        if choice && field.options.is_empty() {
            self.notes.error(Code::Empty, &path.key("options"), || {
                ("A choice needs options.".into(), "Add at least one {\"id\", \"label\"}.".into())
            });
        }
        for (key, stands, fits) in [
            ("options", !field.options.is_empty(), choice),
            ("score", field.score.is_some(), choice),
            ("min", field.min.is_some(), number),
            ("max", field.max.is_some(), number),
            ("unit", field.unit.is_some(), number),
            ("max_length", field.max_length.is_some(), text),
        ] {
            if stands && !fits {
                self.notes.error(Code::KindMismatch, &path.key(key), || {
                    (
                        format!("A field of kind {} has no “{key}”.", field.kind.as_str()),
                        "Remove it, or change the kind.".into(),
                    )
                });
            }
        }
        if field.max_length == Some(0) {
            self.notes.error(Code::OutOfRange, &path.key("max_length"), || {
                ("No text is that short.".into(), "Use 1 or more, or remove it.".into())
            });
        }
        if let (Some(min), Some(max)) = (field.min, field.max)
            && min > max
        {
            self.notes.error(Code::OutOfRange, &path.key("min"), || {
                ("“min” is above “max”: no answer fits.".into(), "Swap them.".into())
            });
        }
    }

    /// By field: which score the points of its options go to.
    pub(super) fn option_scores(&mut self) -> Vec<Option<usize>> {
        let root = Path::ROOT.key("fields");
        let mut all = Vec::with_capacity(self.flow.fields.len());
        for (i, field) in self.flow.fields.iter().enumerate() {
            let path = root.index(i);
            let score = match &field.score {
                Some(id) => Some(self.score(id, &path.key("score"))),
                None => {
                    if let Some(place) = field.options.iter().position(|o| o.points != 0) {
                        self.notes.error(Code::MissingKey, &path.key("options").index(place).key("points"), || {
                            ("These points go to no score.".into(), "Add “score” to the field.".into())
                        });
                    }
                    None
                }
            };
            all.push(score);
        }
        all
    }

    pub(super) fn rules(&mut self) -> Vec<(usize, Cause)> {
        let scoring = Path::ROOT.key("scoring");
        if self.flow.scoring.scores.is_empty() {
            self.notes.error(Code::Empty, &scoring.key("scores"), || {
                ("A flow needs a score.".into(), "Add at least one {\"id\", \"label\", \"cap\"}.".into())
            });
        }
        let scores = scoring.key("scores");
        for (i, score) in self.flow.scoring.scores.iter().enumerate() {
            // Otherwise a score could lie where no contribution brings it, and reasons would not sum.
            if score.floor > 0 {
                self.notes.error(Code::OutOfRange, &scores.index(i).key("floor"), || {
                    ("A floor above 0 gives points without a reason.".into(), "Use 0 or less.".into())
                });
            }
            if score.cap < 0 {
                self.notes.error(Code::OutOfRange, &scores.index(i).key("cap"), || {
                    ("A cap below 0 takes points without a reason.".into(), "Use 0 or more.".into())
                });
            }
        }
        let list = scoring.key("rules");
        let mut rules = Vec::with_capacity(self.flow.scoring.rules.len());
        for (i, rule) in self.flow.scoring.rules.iter().enumerate() {
            let path = list.index(i);
            let score = self.score(&rule.score, &path.key("score"));
            let cause = match (&rule.when, &rule.signal) {
                (Some(when), None) => Cause::When(self.condition(when, false, &path.key("when"))),
                (None, Some(id)) => {
                    Cause::Signal(self.reference(id, &self.flow.signals, |s| &s.id, "signal", &path.key("signal")))
                }
                _ => {
                    self.notes.error(Code::RuleWithoutCause, &path, || {
                        ("A rule has either “when” or “signal”.".into(), "Keep exactly one of the two.".into())
                    });
                    Cause::Signal(0)
                }
            };
            rules.push((score, cause));
        }
        rules
    }

    pub(super) fn disqualifiers(&mut self) -> Vec<Expr> {
        let scoring = Path::ROOT.key("scoring");
        let list = scoring.key("disqualifiers");
        let all = self.flow.scoring.disqualifiers.iter().enumerate();
        all.map(|(i, disqualifier)| self.condition(&disqualifier.when, false, &list.index(i).key("when"))).collect()
    }

    /// The place of the lowest stage that is delivered.
    pub(super) fn stages(&mut self) -> usize {
        let root = Path::ROOT.key("stages");
        let stages = &self.flow.stages;
        // Below the first stage there is no other, so it has to start where totals can start.
        let lowest: i64 = self.flow.scoring.scores.iter().map(|s| i64::from(s.floor)).sum();
        if let Some(first) = stages.first()
            && i64::from(first.from) > lowest
        {
            self.notes.error(Code::StageOrder, &root.index(0).key("from"), || {
                (
                    format!("Totals start at {lowest}, below the first stage."),
                    format!("Let the first stage start at {lowest}."),
                )
            });
        }
        for (i, pair) in stages.windows(2).enumerate() {
            if pair[1].from <= pair[0].from {
                self.notes.error(Code::StageOrder, &root.index(i + 1).key("from"), || {
                    (
                        format!(
                            "“{}” starts at {}, not above “{}” at {}.",
                            pair[1].id, pair[1].from, pair[0].id, pair[0].from
                        ),
                        "List stages in rising order of “from”.".into(),
                    )
                });
            }
        }
        let delivery = Path::ROOT.key("delivery");
        let path = delivery.key("minimum_stage");
        let wanted = &self.flow.delivery.minimum_stage;
        let minimum = self.reference(wanted, stages, |s| &s.id, "stage", &path);
        if stages.first().is_some_and(|first| first.id == *wanted) {
            self.notes.error(Code::OutOfRange, &path, || {
                ("The lowest stage would send every lead.".into(), "Name a stage above the first.".into())
            });
        }
        let most: i64 = self.flow.scoring.scores.iter().map(|s| i64::from(s.cap)).sum();
        if let Some(stage) = stages.get(minimum)
            && i64::from(stage.from) > most
        {
            self.notes.error(Code::StageOrder, &path, || {
                (
                    format!("“{wanted}” starts at {}; the caps sum to {most}.", stage.from),
                    "Raise a cap, or lower the stage.".into(),
                )
            });
        }
        minimum
    }
}
