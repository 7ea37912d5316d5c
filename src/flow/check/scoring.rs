//! Where points come from: options, bands, rules and red flags; and what bounds them.

use super::{Cause, Check, FlagAt, Level, RuleAt, Target};
use crate::flow::condition::Mention;
use crate::flow::diagnostic::{Code, Path};
use crate::flow::model::{Band, FlagKind, Kind, Rule};
use crate::score::KEPT;
use alloc::{format, string::String, vec::Vec};

impl Check<'_> {
    /// No number lies in two bands, and none is empty.
    pub(super) fn bands(&mut self, bands: &[Band], path: &Path) {
        let least = |band: &Band| band.from.unwrap_or(f64::NEG_INFINITY);
        let end = |band: &Band| band.below.unwrap_or(f64::INFINITY);
        for (i, band) in bands.iter().enumerate() {
            if least(band) >= end(band) {
                self.notes.error(Code::BandOrder, &path.index(i), || {
                    ("No number lies in this band.".into(), "Let “below” be greater than “from”.".into())
                });
            }
            let overlaps = |other: &&Band| least(other) < end(band) && least(band) < end(other);
            if let Some(other) = bands[..i].iter().position(|other| overlaps(&other)) {
                self.notes.error(Code::BandOrder, &path.index(i), || {
                    (
                        format!("This band overlaps the one at {other}: a number in both would count twice."),
                        "Let one band begin where the other ends: “from” is in it, “below” is not.".into(),
                    )
                });
            }
        }
    }

    /// Scores and groups; by group its score.
    pub(super) fn scores(&mut self) -> Vec<usize> {
        let scoring = Path::ROOT.key("scoring");
        if self.flow.scoring.scores.is_empty() {
            self.notes.error(Code::Empty, &scoring.key("scores"), || {
                ("A flow needs a score.".into(), "Add at least one {\"id\", \"label\", \"cap\"}.".into())
            });
        }
        let list = scoring.key("scores");
        for (i, score) in self.flow.scoring.scores.iter().enumerate() {
            self.limits(Some(score.floor), score.cap, &list.index(i));
        }
        let list = scoring.key("groups");
        let mut groups = Vec::with_capacity(self.flow.scoring.groups.len());
        for (i, group) in self.flow.scoring.groups.iter().enumerate() {
            let path = list.index(i);
            self.limits(group.floor, group.cap, &path);
            groups.push(self.known.scores.refer(&group.score, &path.key("score"), self.notes));
        }
        groups
    }

    /// Otherwise a sum could lie where no contribution brings it, and reasons would not add up.
    fn limits(&mut self, floor: Option<i32>, cap: i32, path: &Path) {
        if floor.is_some_and(|floor| floor > 0) {
            self.notes.error(Code::OutOfRange, &path.key("floor"), || {
                ("A floor above 0 gives points without a reason.".into(), "Use 0 or less.".into())
            });
        }
        if cap < 0 {
            self.notes.error(Code::OutOfRange, &path.key("cap"), || {
                ("A cap below 0 takes points without a reason.".into(), "Use 0 or more.".into())
            });
        }
    }

    fn target(&mut self, score: &str, group: Option<&String>, groups: &[usize], path: &Path) -> Target {
        let score = self.known.scores.refer(score, &path.key("score"), self.notes);
        let group = group.map(|id| self.known.groups.refer(id, &path.key("group"), self.notes));
        if let Some(group) = group
            && groups.get(group).is_some_and(|of| *of != score)
        {
            self.notes.error(Code::GroupMismatch, &path.key("group"), || {
                let group = &self.flow.scoring.groups[group];
                (
                    format!("The group “{}” counts for “{}”, this counts for another score.", group.id, group.score),
                    "Let both name the same score.".into(),
                )
            });
        }
        Target { score, group }
    }

    /// By field: where the points of its options or bands go.
    pub(super) fn field_points(&mut self, groups: &[usize]) -> Vec<Option<Target>> {
        let root = Path::ROOT.key("fields");
        let mut all = Vec::with_capacity(self.flow.fields.len());
        for (i, field) in self.flow.fields.iter().enumerate() {
            let path = root.index(i);
            let target = match &field.score {
                Some(id) => Some(self.target(id, field.group.as_ref(), groups, &path)),
                None => {
                    let options = path.key("options");
                    let place = match field.options.iter().position(|o| o.points != 0) {
                        Some(place) => Some(options.index(place)),
                        None => (!field.bands.is_empty()).then(|| path.key("bands")),
                    };
                    if let Some(place) = place {
                        self.notes.error(Code::MissingKey, &place.key("points"), || {
                            ("These points go to no score.".into(), "Add “score” to the field.".into())
                        });
                    }
                    None
                }
            };
            all.push(target);
        }
        all
    }

    pub(super) fn rules(&mut self, groups: &[usize]) -> Vec<RuleAt> {
        let scoring = Path::ROOT.key("scoring");
        let list = scoring.key("rules");
        let mut rules = Vec::with_capacity(self.flow.scoring.rules.len());
        for (i, rule) in self.flow.scoring.rules.iter().enumerate() {
            let path = list.index(i);
            let target = self.target(&rule.score, rule.group.as_ref(), groups, &path);
            let cause = match (&rule.when, &rule.signal) {
                (Some(when), None) => {
                    let condition = self.condition(when, Level::Evidence, &path.key("when"));
                    let mut asks_openness = false;
                    condition.each_mention(&mut |mention| asks_openness |= mention == Mention::Openness);
                    Cause::When { condition, asks_openness }
                }
                (None, Some(id)) => Cause::Signal(self.known.signals.refer(id, &path.key("signal"), self.notes)),
                _ => {
                    self.notes.error(Code::RuleWithoutCause, &path, || {
                        ("A rule has either “when” or “signal”.".into(), "Keep exactly one of the two.".into())
                    });
                    Cause::Signal(0)
                }
            };
            self.counting(rule, &path);
            rules.push(RuleAt { target, points: rule.points.into(), cause });
        }
        rules
    }

    /// Counting, windows and decay are about occurrences, which only signals have.
    fn counting(&mut self, rule: &Rule, path: &Path) {
        for (key, stands) in [
            ("count", rule.count.is_some()),
            ("every", rule.every.is_some()),
            ("most", rule.most.is_some()),
            ("window", rule.window.is_some()),
            ("decay", rule.decay.is_some()),
        ] {
            if stands && rule.signal.is_none() {
                self.notes.error(Code::SignalProperty, &path.key(key), || {
                    (
                        format!("“{key}” counts occurrences, and a condition has none."),
                        "Remove it, or let the rule name a “signal”.".into(),
                    )
                });
            }
        }
        let (every, most) = (rule.every.unwrap_or(1), rule.most.unwrap_or(1));
        for (key, number) in [("every", every), ("most", most)] {
            if number == 0 {
                self.notes.error(Code::SignalProperty, &path.key(key), || {
                    ("No occurrence would ever count.".into(), "Use 1 or more.".into())
                });
            }
        }
        if every.saturating_mul(most) > KEPT as u32 {
            self.notes.error(Code::SignalProperty, &path.key("most"), || {
                (
                    format!("This would need {every} × {most} occurrences; the newest {KEPT} are kept."),
                    format!("Let “every” times “most” be {KEPT} at the most."),
                )
            });
        }
    }

    pub(super) fn red_flags(&mut self, groups: &[usize]) -> Vec<FlagAt> {
        let scoring = Path::ROOT.key("scoring");
        let list = scoring.key("red_flags");
        let mut flags = Vec::with_capacity(self.flow.scoring.red_flags.len());
        for (i, flag) in self.flow.scoring.red_flags.iter().enumerate() {
            let path = list.index(i);
            let target = self.target(&flag.score, None, groups, &path);
            let field = flag.field.as_ref().map(|id| self.field(id, &path.key("field")));
            let when = self.optional_condition(flag.when.as_ref(), Level::Evidence, &path);
            let kind = field.and_then(|place| self.flow.fields.get(place)).map(|field| field.kind);
            let text = matches!(kind, Some(Kind::ShortText | Kind::LongText));
            let (key, fits) = match flag.kind {
                FlagKind::Contradiction => ("when", when.is_some() && field.is_none()),
                FlagKind::Hasty => ("kind", when.is_none() && field.is_none()),
                FlagKind::Nonsense => ("field", when.is_none() && text),
                _ => ("field", when.is_none() && kind == Some(Kind::Email)),
            };
            if !fits {
                self.notes.error(Code::FlagMismatch, &path.key(key), || {
                    let way = match flag.kind {
                        FlagKind::Contradiction => "Give it a “when”, and no “field”.",
                        FlagKind::Hasty => "Remove “when” and “field”: it looks at all answers.",
                        FlagKind::Nonsense => "Let “field” name a short_text or long_text, and remove “when”.",
                        _ => "Let “field” name an email, and remove “when”.",
                    };
                    (format!("A red flag of kind {} does not look at that.", flag.kind.as_str()), way.into())
                });
            }
            flags.push(FlagAt { target, field, when });
        }
        flags
    }
}
