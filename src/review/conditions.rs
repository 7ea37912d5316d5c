//! Single conditions: comparisons that mix kinds, never hold, always hold, or ask about nothing.

use super::domain::{self, Class};
use super::places::{Condition, any, call, constants, facts, parts};
use super::trial::{self, Range, Verdict};
use super::{Review, places};
use crate::flow::condition::{Expr, Fact, Op};
use crate::flow::diagnostic::{Code, Path, nearest};
use crate::json::Json;
use alloc::{format, string::String, vec::Vec};

impl Review<'_> {
    pub fn conditions(&mut self) {
        for condition in self.all_conditions() {
            condition.place.with_path(&mut |path| {
                self.missing_names(condition.expr, condition.json, path);
                if !self.judge(condition.expr, condition.json, path) {
                    self.skipped(&condition, condition.expr, condition.json, path);
                }
            });
        }
    }

    /// Names that `missing` waits for, and that no field has.
    fn missing_names(&mut self, expr: &Expr, json: &Json, path: &Path) {
        let asks = matches!(call(expr), Some((Op::Missing | Op::MissingSome, _)));
        parts(expr, json, path, &mut |_, part, json, path| match (part, json) {
            (Expr::Value(Json::Text(name)), _) if asks => self.missing_name(name, path),
            (Expr::Value(_), Json::List(names)) if asks => {
                for (i, name) in names.iter().enumerate() {
                    name.as_text().into_iter().for_each(|name| self.missing_name(name, &path.index(i)));
                }
            }
            _ => self.missing_names(part, json, path),
        });
    }

    fn missing_name(&mut self, name: &str, path: &Path) {
        let fields = || self.flow.fields.iter().map(|field| field.id.as_str());
        if fields().any(|id| id == name) {
            return;
        }
        let way = match nearest(name, fields()) {
            Some(near) => format!("Did you mean “{near}”?"),
            None => "Name a field: nothing else can be missing.".into(),
        };
        self.notes.warning(Code::UnknownMissing, path, || {
            (format!("No field is named “{name}”, so it is missing from every lead."), way)
        });
    }

    /// Judges a part that counts as true or false, the smallest parts first. True when something
    /// was found, after which what surrounds it would only say the same again.
    fn judge(&mut self, expr: &Expr, json: &Json, path: &Path) -> bool {
        if facts(expr).is_empty() {
            let looks_further = |e: &Expr| matches!(call(e), Some((Op::Var | Op::Missing | Op::MissingSome, _)));
            return !any(expr, &looks_further) && self.constant(path);
        }
        let Some((op, args)) = call(expr) else { return false };
        let mut found = false;
        match op {
            Op::And | Op::Or | Op::Not | Op::Truthy => {
                parts(expr, json, path, &mut |_, part, json, path| found |= self.judge(part, json, path));
            }
            Op::If | Op::Ternary => parts(expr, json, path, &mut |i, part, json, path| {
                // Every second one is a condition, the last is what remains.
                let is_condition = i % 2 == 0 && i + 1 < args.len();
                found |= (is_condition || !facts(part).is_empty()) && self.judge(part, json, path);
            }),
            _ if is_comparison(op) => {
                found = self.mixed(op, args, path) || self.foreign_ids(op, expr, json, path);
            }
            _ => {}
        }
        found || self.trivial(op, args, expr, path)
    }

    fn constant(&mut self, path: &Path) -> bool {
        self.notes.warning(Code::Constant, path, || {
            (
                "This asks about nothing, so it is the same for every visitor.".into(),
                "Ask about a field with {\"var\": …}, or remove it.".into(),
            )
        });
        true
    }

    /// Comparisons of things of different kinds: JSONLogic converts them in surprising ways.
    fn mixed(&mut self, op: Op, args: &[Expr], path: &Path) -> bool {
        let class = |expr: &Expr| self.class(expr);
        let pair = match (op, args) {
            (Op::In, [item, list]) => match (class(item), class(list), list) {
                (Some(item), Some(Class::Text), _) if item != Class::Text => Some((item, Class::Text)),
                (Some(item), Some(Class::List), list) if !matches!(list, Expr::Fact(..)) => {
                    let others = constants(list).into_iter().filter_map(domain::class_of);
                    others.into_iter().find(|c| *c != item).map(|other| (item, other))
                }
                (Some(item), Some(Class::List), _) if item != Class::Text => Some((item, Class::List)),
                (Some(item), Some(list), _) if !matches!(list, Class::Text | Class::List) => Some((item, list)),
                _ => None,
            },
            _ => {
                let classes: Vec<Class> = args.iter().filter_map(class).collect();
                classes.windows(2).find(|pair| pair[0] != pair[1]).map(|pair| (pair[0], pair[1]))
            }
        };
        let Some((one, other)) = pair else { return false };
        let asked = args.iter().flat_map(facts).next();
        self.notes.warning(Code::TypesApart, path, || {
            let what = asked.map_or_else(String::new, |fact| format!("; {}", domain::described(self.checked, fact)));
            let way = match (one, other) {
                (Class::List, _) | (_, Class::List) => "Write {\"in\": [id, {\"var\": …}]}.",
                (Class::Number, _) | (_, Class::Number) => "Write numbers without quotes, and compare ids with ids.",
                _ => "Write true and false without quotes.",
            };
            (format!("This compares {} with {}{what}.", one.words(), other.words()), way.into())
        });
        true
    }

    /// Null goes with anything; what an operator gives is not looked into.
    fn class(&self, expr: &Expr) -> Option<Class> {
        match expr {
            Expr::Fact(fact, _) => Some(domain::class(self.checked, *fact)),
            Expr::Value(json) => domain::class_of(json),
            Expr::List(_) => Some(Class::List),
            _ => None,
        }
    }

    /// Ids that the field or the stages do not have.
    fn foreign_ids(&mut self, op: Op, expr: &Expr, json: &Json, path: &Path) -> bool {
        let Some((fact, known)) = facts(expr).into_iter().find_map(|f| Some((f, domain::ids(self.checked, f)?))) else {
            return false;
        };
        // Within a text, a part of an id is looked for.
        let list = call(expr).and_then(|(_, args)| args.get(1));
        if op == Op::In && matches!(list, Some(Expr::Fact(..))) && list.and_then(|l| self.class(l)) == Some(Class::Text)
        {
            return false;
        }
        let mut found = false;
        parts(expr, json, path, &mut |_, part, json, path| match part {
            Expr::Value(Json::Text(id)) => found |= self.foreign_id(fact, id, &known, path),
            _ => {
                let Json::List(written) = json else { return };
                for (i, item) in written.iter().enumerate() {
                    if let (Json::Text(id), true) = (item, constants(part).contains(&item)) {
                        found |= self.foreign_id(fact, id, &known, &path.index(i));
                    }
                }
            }
        });
        found
    }

    fn foreign_id(&mut self, fact: Fact, id: &str, known: &[String], path: &Path) -> bool {
        if known.iter().any(|k| k == id) {
            return false;
        }
        self.notes.warning(Code::NoSuchOption, path, || {
            let way = match nearest(id, known.iter().map(String::as_str)) {
                Some(near) => format!("Did you mean “{near}”?"),
                None => format!("Use one of: {}.", known.join(", ")),
            };
            (format!("“{}” is never “{id}”.", domain::name(self.checked, fact)), way)
        });
        true
    }

    /// Parts that no answer fulfils, or every one.
    fn trivial(&mut self, op: Op, args: &[Expr], expr: &Expr, path: &Path) -> bool {
        let Some(verdict) = trial::verdict(self.checked, expr) else { return false };
        let one = match facts(expr).as_slice() {
            [fact] => Some(*fact),
            _ => None,
        };
        let told = || one.map_or_else(|| "no answers".into(), |fact| domain::described(self.checked, fact));
        match verdict {
            Verdict::Never if matches!((op, args), (Op::Not, [Expr::Fact(..)])) => {
                self.notes.warning(Code::NeverHolds, path, || {
                    (
                        format!("{}, and an open question is neither true nor false: this never holds.", told()),
                        "Ask {\"missing\": [\"field\"]} for an open question.".into(),
                    )
                });
            }
            Verdict::Never if is_comparison(op) => {
                self.notes.warning(Code::NeverHolds, path, || {
                    (format!("{}: this never holds.", told()), "Compare with a value that it can have.".into())
                });
            }
            Verdict::Never => self.notes.warning(Code::Contradiction, path, || {
                (
                    "Each part can hold, but never all that is needed at once.".into(),
                    "Use “or” where one of them is enough, or correct a value.".into(),
                )
            }),
            // Whether a question was answered at all is asked in this way.
            Verdict::Always if op == Op::Truthy && matches!(args, [Expr::Fact(..)]) => return false,
            Verdict::Always => self.notes.warning(Code::AlwaysHolds, path, || {
                (
                    match one {
                        Some(_) => format!("{}: this holds for every answer.", told()),
                        None => "This holds for all answers.".into(),
                    },
                    "Narrow it, or remove it.".into(),
                )
            }),
            Verdict::Sometimes => return false,
        }
        true
    }

    /// Comparisons that hold for whoever skips the question, because null counts as 0.
    fn skipped(&mut self, condition: &Condition, expr: &Expr, json: &Json, path: &Path) {
        if let Some((Op::Less | Op::AtMost | Op::More | Op::AtLeast, args)) = call(expr)
            && let [fact] = facts(expr).as_slice()
            && domain::optional(self.checked, *fact)
            && args.iter().any(|arg| matches!(arg, Expr::Fact(..)))
            && self.decides_for_skipped(condition.expr, expr, *fact)
        {
            self.notes.warning(Code::SkippedAsZero, path, || {
                let name = domain::name(self.checked, *fact);
                (
                    format!("“{name}” may be skipped; null counts as 0 here, so this holds for whoever skips it."),
                    format!("Write {{\"and\": [{{\"!=\": [{{\"var\": \"{name}\"}}, null]}}, …]}}."),
                )
            });
        }
        places::parts(expr, json, path, &mut |_, part, json, path| self.skipped(condition, part, json, path));
    }

    /// Whether the comparison makes the whole hold for somebody who skipped the question.
    fn decides_for_skipped(&self, whole: &Expr, comparison: &Expr, fact: Fact) -> bool {
        let without = replaced(whole, comparison);
        let range = Range { open: false, fixed: Some((fact, Some(&Json::Null))) };
        let unmoved =
            trial::every(self.checked, &[whole, &without], range, |v| v[0] != Some(true) || v[1] == Some(true));
        unmoved == Some(false)
    }
}

/// The condition with one part taken for false.
fn replaced(whole: &Expr, part: &Expr) -> Expr {
    if core::ptr::eq(whole, part) {
        return Expr::Value(Json::Bool(false));
    }
    let each = |items: &[Expr]| items.iter().map(|item| replaced(item, part)).collect();
    match whole {
        Expr::List(items) => Expr::List(each(items)),
        Expr::Call(op, args) => Expr::Call(*op, each(args)),
        other => other.clone(),
    }
}

fn is_comparison(op: Op) -> bool {
    use Op::{AtLeast, AtMost, Different, Equal, In, Less, More, Same, Unequal};
    matches!(op, Equal | Same | Unequal | Different | Less | AtMost | More | AtLeast | In)
}
