//! What points can come to: caps out of reach, and those that everybody is at.

use super::Review;
use super::spans::{Span, Spans};
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
        self.caps(&spans);
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

    fn caps(&mut self, spans: &Spans) {
        let (scoring, flow) = (Path::ROOT.key("scoring"), self.flow);
        let (scores, groups) = (scoring.key("scores"), scoring.key("groups"));
        for (i, (score, span)) in flow.scoring.scores.iter().zip(&spans.scores).enumerate() {
            self.cap(&score.id, score.cap, *span, &scores.index(i));
        }
        for (i, (group, span)) in flow.scoring.groups.iter().zip(&spans.groups).enumerate() {
            if self.has_members(i) {
                self.cap(&group.id, group.cap, *span, &groups.index(i));
            }
        }
    }

    /// A cap of a score or a group that nobody comes up to, or everybody.
    fn cap(&mut self, id: &str, cap: i32, span: Span, path: &Path) {
        if span.most < cap.into() {
            self.notes.warning(Code::CapOutOfReach, &path.key("cap"), || match span.most {
                ..=0 => (format!("Nothing gives points to “{id}”."), "Add a rule, or remove it.".into()),
                most => (
                    format!("At most {most} points come together for “{id}”, and its cap is {cap}."),
                    format!("Lower the cap to {most}, or give more points."),
                ),
            });
        } else if cap > 0 && span.least >= cap.into() {
            self.notes.warning(Code::CapAlways, &path.key("cap"), || {
                (
                    format!("Every lead comes to {} points for “{id}” or more, and its cap is {cap}.", span.least),
                    "Raise the cap, or give fewer points for what everybody answers.".into(),
                )
            });
        }
    }
}

/// Whether some answer to the field gives or takes points.
pub(super) fn gives_points(field: &Field) -> bool {
    field.options.iter().any(|option| option.points != 0) || field.bands.iter().any(|band| band.points != 0)
}
