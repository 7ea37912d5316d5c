//! Rules and disqualifiers, seen together.

use super::Review;
use super::places::facts;
use super::trial::{self, Verdict};
use crate::flow::Cause;
use crate::flow::condition::{Expr, Fact, Op};
use crate::flow::diagnostic::{Code, Path};
use crate::flow::model::{Rule, Shape, Signal, SignalKind};
use crate::json::Json;
use alloc::{collections::BTreeMap, format, vec, vec::Vec};

impl Review<'_> {
    pub fn scoring(&mut self) {
        let rules = self.checked.rules.iter().zip(&self.flow.scoring.rules);
        let causes: Vec<Expr> = rules.map(|(at, rule)| condition(&at.cause, rule)).collect();
        self.signals_never_seen();
        self.no_points();
        self.rule_pairs(&causes);
        self.disqualifiers();
        self.points_in_vain(&causes);
        self.totals(&causes);
    }

    /// Rules that fire together, for the same score.
    fn rule_pairs(&mut self, causes: &[Expr]) {
        let scoring = Path::ROOT.key("scoring");
        let list = scoring.key("rules");
        let rules = &self.flow.scoring.rules;
        let sensible: Vec<bool> = causes.iter().map(|cause| self.sometimes(cause)).collect();
        let marks = trial::marks(self.checked, causes);
        let mut alike: BTreeMap<&[bool], Vec<usize>> = BTreeMap::new();
        for (j, rule) in rules.iter().enumerate() {
            let before = alike.entry(&marks[j]).or_default();
            let twin = before.iter().copied().find(|i| {
                self.checked.rules[*i].target == self.checked.rules[j].target
                    && same_counting(&rules[*i], rule)
                    && sensible[*i]
                    && sensible[j]
                    && same_facts(&causes[*i], &causes[j])
                    && trial::same(self.checked, &causes[*i], &causes[j])
            });
            before.push(j);
            let Some(twin) = twin else { continue };
            let (one, other) = (&rules[twin], rule);
            let sum = i64::from(one.points) + i64::from(other.points);
            let what = format!("“{}” ({:+}) and “{}” ({:+}) fire together", one.id, one.points, other.id, other.points);
            let opposite = (one.points < 0) != (other.points < 0);
            let code = if opposite { Code::OppositeRules } else { Code::SameRule };
            self.notes.warning(code, &list.index(j), || {
                (
                    if opposite { format!("{what} and work against each other.") } else { format!("{what}.") },
                    format!("Keep one, with {sum:+} points, or correct a condition."),
                )
            });
        }
    }

    /// Whether a condition holds for some and not for others, as far as can be told.
    fn sometimes(&self, expr: &Expr) -> bool {
        !facts(expr).is_empty() && trial::verdict(self.checked, expr).is_none_or(|v| v == Verdict::Sometimes)
    }

    /// Disqualifiers that never decide, as another one holds whenever they do.
    fn disqualifiers(&mut self) {
        let scoring = Path::ROOT.key("scoring");
        let list = scoring.key("disqualifiers");
        let all = &self.checked.disqualifiers;
        let sensible: Vec<bool> = all.iter().map(|expr| self.sometimes(expr)).collect();
        for (j, narrow) in all.iter().enumerate() {
            let wider = (0..all.len()).find(|i| {
                let wide = &all[*i];
                *i != j
                    && sensible[*i]
                    && sensible[j]
                    && facts(wide).iter().all(|fact| facts(narrow).contains(fact))
                    && trial::implies(self.checked, narrow, wide)
                    // Of two that are the same, the second is one too many.
                    && (*i < j || !trial::implies(self.checked, wide, narrow))
            });
            if let Some(wider) = wider {
                let ids = &self.flow.scoring.disqualifiers;
                self.notes.warning(Code::DisqualifiedTwice, &list.index(j), || {
                    (
                        format!("Wherever “{}” holds, “{}” holds as well.", ids[j].id, ids[wider].id),
                        "Remove one of the two, or correct a condition.".into(),
                    )
                });
            }
        }
    }

    /// Points for what disqualifies: they are listed as a reason and move nothing.
    fn points_in_vain(&mut self, causes: &[Expr]) {
        let (root, flow) = (Path::ROOT, self.flow);
        let (scoring, fields) = (root.key("scoring"), root.key("fields"));
        let list = scoring.key("rules");
        let all = self.checked.disqualifiers.iter();
        let sensible: Vec<bool> = all.map(|disqualifier| self.sometimes(disqualifier)).collect();
        for (i, rule) in flow.scoring.rules.iter().enumerate() {
            if rule.points > 0 && self.sometimes(&causes[i]) {
                self.in_vain(
                    &sensible,
                    &causes[i],
                    &format!("“{}”", rule.id),
                    rule.points,
                    &list.index(i).key("points"),
                );
            }
        }
        for (i, field) in flow.fields.iter().enumerate() {
            let options = fields.index(i);
            let options = options.key("options");
            for (j, option) in field.options.iter().enumerate().filter(|(_, option)| option.points > 0) {
                let (asked, id) = (Expr::Fact(Fact::Field(i), None), Expr::Value(Json::Text(option.id.clone())));
                let chosen = match field.kind.shape() {
                    Shape::Options => Expr::Call(Op::In, vec![id, asked]),
                    _ => Expr::Call(Op::Equal, vec![asked, id]),
                };
                self.in_vain(
                    &sensible,
                    &chosen,
                    &format!("“{}”", option.label),
                    option.points,
                    &options.index(j).key("points"),
                );
            }
        }
    }

    fn in_vain(&mut self, sensible: &[bool], cause: &Expr, what: &str, points: i32, path: &Path) {
        let decisive = self.checked.disqualifiers.iter().enumerate().position(|(i, disqualifier)| {
            sensible[i]
                && facts(disqualifier).iter().all(|fact| facts(cause).contains(fact))
                && trial::implies(self.checked, cause, disqualifier)
        });
        if let Some(place) = decisive {
            let id = &self.flow.scoring.disqualifiers[place].id;
            self.notes.warning(Code::PointsInVain, path, || {
                (
                    format!("{what} gives {points} points to leads that “{id}” disqualifies whatever their points."),
                    "Take the points away, or correct one of the conditions.".into(),
                )
            });
        }
    }

    /// What is seen is the path of an address: it begins with a slash, is in ASCII, and ends before `?` and `#`.
    fn signals_never_seen(&mut self) {
        let root = Path::ROOT.key("signals");
        let of_paths = |signal: &Signal| {
            use SignalKind::{Download, ElementSeen, Engaged, PageView, ReturnVisit, Scroll, Video};
            matches!(signal.kind, PageView | Download)
                || !signal.path.is_empty()
                    && matches!(signal.kind, Scroll | Engaged | ReturnVisit | ElementSeen | Video)
        };
        for (i, signal) in self.flow.signals.iter().enumerate().filter(|(_, signal)| of_paths(signal)) {
            let path = signal.path.as_str();
            let fits =
                path.starts_with(['/', '*']) && path.bytes().all(|b| b.is_ascii_graphic() && !b"?#".contains(&b));
            if !fits {
                self.notes.warning(Code::SignalNeverSeen, &root.index(i).key("path"), || {
                    (
                        format!("No path looks like “{path}”, so “{}” is never seen.", signal.id),
                        "Write what stands behind the host, up to ? or #, such as /pricing*.".into(),
                    )
                });
            }
        }
    }

    fn no_points(&mut self) {
        let (root, flow) = (Path::ROOT, self.flow);
        let (scoring, fields) = (root.key("scoring"), root.key("fields"));
        let list = scoring.key("rules");
        for (i, rule) in flow.scoring.rules.iter().enumerate().filter(|(_, rule)| rule.points == 0) {
            self.notes.warning(Code::NoPoints, &list.index(i).key("points"), || {
                (format!("“{}” gives and takes nothing.", rule.id), "Give it points, or remove it.".into())
            });
        }
        for (i, field) in flow.fields.iter().enumerate() {
            let path = fields.index(i);
            if field.score.is_some() && !super::totals::gives_points(field) {
                self.notes.warning(Code::NoPoints, &path.key("score"), || {
                    (format!("No answer to “{}” has points.", field.id), "Give some points, or remove “score”.".into())
                });
                continue;
            }
            let options = path.key("options");
            for (j, option) in field.options.iter().enumerate() {
                if option.points == 0 && option.reason.is_some() {
                    self.notes.warning(Code::NoPoints, &options.index(j).key("reason"), || {
                        (
                            format!("“{}” has no points, so its reason is never shown.", option.label),
                            "Give it points, or remove the reason.".into(),
                        )
                    });
                }
            }
        }
    }
}

/// What makes a rule count, as a condition: a signal was seen at least as often as earns points once.
fn condition(cause: &Cause, rule: &Rule) -> Expr {
    match cause {
        Cause::When { condition, .. } => condition.clone(),
        Cause::Signal(signal) => {
            let least = Expr::Value(Json::Number(rule.every.unwrap_or(1).into()));
            Expr::Call(Op::AtLeast, vec![Expr::Fact(Fact::Signal(*signal), None), least])
        }
    }
}

/// Whether a rule gives all of its points as soon as its cause holds, and for good.
pub(super) fn plain(rule: &Rule) -> bool {
    rule.most.unwrap_or(1) == 1 && rule.window.is_none() && rule.decay.is_none() && rule.count.is_none()
}

/// Whether two rules count alike. Points for the first visit and more for one of this week are two rules.
fn same_counting(one: &Rule, other: &Rule) -> bool {
    plain(one) && plain(other)
        || (one.signal == other.signal
            && (one.count, one.every, one.most, one.window) == (other.count, other.every, other.most, other.window)
            && one.decay == other.decay)
}

fn same_facts(one: &Expr, other: &Expr) -> bool {
    let (one, other) = (facts(one), facts(other));
    one.len() == other.len() && one.iter().all(|fact| other.contains(fact))
}
