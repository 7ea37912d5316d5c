//! What points can come to: caps out of reach, and those that everybody is at.

use super::Review;
use super::spans::Span;
use crate::flow::Target;
use crate::flow::condition::Expr;
use crate::flow::diagnostic::{Code, Path};
use crate::flow::model::Field;
use alloc::format;

impl Review<'_> {
    /// `causes` are the conditions of the rules, in order.
    pub fn totals(&mut self, causes: &[Expr]) {
        let spans = self.spans(causes);
        self.above_cap();
        self.caps(&spans.scores);
        self.stages(&spans.scores);
    }

    fn above_cap(&mut self) {
        let (root, flow, checked) = (Path::ROOT, self.flow, self.checked);
        let (scoring, fields) = (root.key("scoring"), root.key("fields"));
        let list = scoring.key("rules");
        for (i, rule) in flow.scoring.rules.iter().enumerate() {
            self.more_than_cap(rule.points, checked.rules[i].target, &list.index(i).key("points"));
        }
        for (i, field) in flow.fields.iter().enumerate() {
            let Some(target) = checked.field_points[i] else { continue };
            let field_path = fields.index(i);
            let (options, bands) = (field_path.key("options"), field_path.key("bands"));
            for (j, option) in field.options.iter().enumerate() {
                self.more_than_cap(option.points, target, &options.index(j).key("points"));
            }
            for (j, band) in field.bands.iter().enumerate() {
                self.more_than_cap(band.points, target, &bands.index(j).key("points"));
            }
        }
    }

    fn more_than_cap(&mut self, points: i32, target: Target, path: &Path) {
        let scoring = &self.flow.scoring;
        let score = &scoring.scores[target.score];
        let group = target.group.map(|group| &scoring.groups[group]).filter(|group| group.cap < score.cap);
        let (id, cap) = group.map_or((&score.id, score.cap), |group| (&group.id, group.cap));
        if points > cap {
            self.notes.warning(Code::AboveCap, path, || {
                (
                    format!("{points} points at once, and “{id}” counts {cap} at most."),
                    format!("Give {cap} or less, or raise the cap."),
                )
            });
        }
    }

    fn caps(&mut self, spans: &[Span]) {
        let scoring = Path::ROOT.key("scoring");
        let list = scoring.key("scores");
        for (i, (score, span)) in self.flow.scoring.scores.iter().zip(spans).enumerate() {
            let (path, cap) = (list.index(i), i64::from(score.cap));
            if span.most < cap {
                self.notes.warning(Code::CapOutOfReach, &path.key("cap"), || match span.most {
                    0 => (format!("Nothing gives points to “{}”.", score.id), "Add a rule, or remove it.".into()),
                    most => (
                        format!("At most {most} points come together for “{}”, and its cap is {cap}.", score.id),
                        format!("Lower the cap to {most}, or give more points."),
                    ),
                });
            } else if cap > 0 && span.least >= cap {
                self.notes.warning(Code::CapAlways, &path.key("cap"), || {
                    (
                        format!(
                            "Every lead comes to {} points for “{}” or more, and its cap is {cap}.",
                            span.least, score.id
                        ),
                        "Raise the cap, or give fewer points for what everybody answers.".into(),
                    )
                });
            }
        }
    }

    fn stages(&mut self, spans: &[Span]) {
        let scores = &self.flow.scoring.scores;
        let most: i64 = scores.iter().zip(spans).map(|(score, span)| span.most.min(score.cap.into())).sum();
        let root = Path::ROOT.key("stages");
        for (i, stage) in self.flow.stages.iter().enumerate() {
            let Some(from) = self.checked.stages[i].from.filter(|from| *from > most) else { continue };
            self.notes.warning(Code::StageOutOfReach, &root.index(i).key("from"), || {
                (
                    format!("“{}” starts at {}; no lead comes to more than {most}.", stage.id, from),
                    "Lower it, or give more points.".into(),
                )
            });
        }
    }
}

/// Whether some answer to the field gives or takes points.
pub(super) fn gives_points(field: &Field) -> bool {
    field.options.iter().any(|option| option.points != 0) || field.bands.iter().any(|band| band.points != 0)
}
