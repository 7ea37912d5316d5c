//! How points are earned: bands, groups and the counting of signals that do not do what they say.

use super::Review;
use super::domain;
use crate::flow::Span;
use crate::flow::diagnostic::{Code, Path};
use crate::flow::model::{Count, DecayKind, Field, Rule};
use alloc::{format, vec::Vec};

impl Review<'_> {
    pub fn earning(&mut self) {
        self.bands();
        self.groups();
        let scoring = Path::ROOT.key("scoring");
        let list = scoring.key("rules");
        for (i, rule) in self.flow.scoring.rules.iter().enumerate() {
            self.counting(rule, &list.index(i));
        }
    }

    fn bands(&mut self) {
        let root = Path::ROOT.key("fields");
        for (i, field) in self.flow.fields.iter().enumerate() {
            let path = root.index(i);
            self.gaps(field, &path.key("bands"));
            self.bands_out_of_range(field, &path.key("bands"));
        }
    }

    /// Numbers between two bands: “up to 49” and “from 51” forget somebody.
    fn gaps(&mut self, field: &Field, path: &Path) {
        let (least, most) = field.limits();
        let (least, most) = (least.unwrap_or(f64::NEG_INFINITY), most.unwrap_or(f64::INFINITY));
        let every = field.every_number(1000);
        let mut ends: Vec<(f64, f64)> = field.bands.iter().map(domain::ends).collect();
        ends.sort_by(|one, other| one.0.total_cmp(&other.0));
        for pair in ends.windows(2) {
            let (from, below) = (pair[0].1, pair[1].0);
            let is_answer = |every: &Vec<f64>| every.iter().any(|n| *n >= from && *n < below);
            if from < below && from <= most && below > least && every.as_ref().is_none_or(is_answer) {
                let number = |n: f64| self.checked.numbers.text(n);
                self.notes.warning(Code::BandGap, path, || {
                    (
                        format!(
                            "“{}” from {} and below {} lies in no band and gets no points.",
                            field.id,
                            number(from),
                            number(below)
                        ),
                        "Let one band begin where the other ends, or say so with a band of 0 points.".into(),
                    )
                });
            }
        }
    }

    fn bands_out_of_range(&mut self, field: &Field, path: &Path) {
        for (i, band) in field.bands.iter().enumerate() {
            let (from, below) = domain::ends(band);
            let (least, most) = field.limits();
            if most.is_some_and(|most| from > most) || least.is_some_and(|least| below <= least) {
                self.notes.warning(Code::BandOutOfRange, &path.index(i), || {
                    (
                        format!("No answer to “{}” falls into this band.", field.id),
                        "Correct its ends, or “min” and “max” of the field.".into(),
                    )
                });
            }
        }
    }

    fn groups(&mut self) {
        let scoring = Path::ROOT.key("scoring");
        let list = scoring.key("groups");
        for (i, group) in self.flow.scoring.groups.iter().enumerate() {
            if !self.has_members(i) {
                self.notes.warning(Code::EmptyGroup, &list.index(i), || {
                    (
                        format!("No rule and no field belongs to “{}”, so it limits nothing.", group.id),
                        format!("Write \"group\": \"{}\" where it is meant to count, or remove it.", group.id),
                    )
                });
            }
        }
    }

    pub(super) fn has_members(&self, group: usize) -> bool {
        let rules = self.checked.rules.iter().map(|rule| rule.target);
        rules.chain(self.checked.field_points.iter().flatten().copied()).any(|target| target.group == Some(group))
    }

    /// Properties that change no points, whatever is seen.
    fn counting(&mut self, rule: &Rule, path: &Path) {
        let (every, most) = (rule.every.unwrap_or(1), rule.most.unwrap_or(1));
        // The first occurrence is one; a path without a star is one page.
        let once = match rule.count {
            Some(Count::First) => Some("the first occurrence alone counts"),
            Some(Count::Distinct) if !self.many_pages(rule) => Some("the signal has one page, which counts once"),
            _ => None,
        };
        if let Some(why) = once.filter(|_| every > 1) {
            self.notes.warning(Code::NeverEarned, &path.key("every"), || {
                (
                    format!("“{}” needs {every} occurrences, and {why}: nothing earns its points.", rule.id),
                    "Remove “every”, or count others as well.".into(),
                )
            });
            return;
        }
        if let Some(why) = once.filter(|_| most > 1) {
            self.no_difference(path, "most", &format!("and {why}"), "Remove it, or count others as well.");
        }
        let length = |span: Span| i64::from(span.count) * span.unit();
        if let (Some(window), Some(decay)) = (rule.window, &rule.decay) {
            let (young, over) = (length(window), length(decay.over));
            if every == 1 && young >= over {
                self.no_difference(
                    path,
                    "window",
                    "as nothing is left of the points at that age",
                    "Shorten it, or remove it.",
                );
            } else if decay.kind == DecayKind::Expiry && over >= young {
                self.no_difference(
                    path,
                    "decay",
                    "as older occurrences do not count at all",
                    "Shorten it, or remove it.",
                );
            }
        }
    }

    fn many_pages(&self, rule: &Rule) -> bool {
        let signal = self.flow.signals.iter().find(|signal| rule.signal.as_ref() == Some(&signal.id));
        signal.is_none_or(|signal| signal.path.is_empty() || signal.path.contains('*'))
    }

    fn no_difference(&mut self, path: &Path, key: &str, why: &str, way: &str) {
        self.notes.warning(Code::CountingInVain, &path.key(key), || {
            (format!("“{key}” makes no difference here, {why}."), way.into())
        });
    }
}
