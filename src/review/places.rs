//! Where the conditions of a flow stand, and what they ask about.

use super::Review;
use crate::flow::condition::{Expr, Fact, Op};
use crate::flow::diagnostic::Path;
use crate::flow::{Cause, Checked};
use crate::json::Json;
use alloc::vec::Vec;

/// What a condition decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Rule(usize),
    Disqualifier(usize),
    Branch { step: usize, branch: usize },
}

/// A condition as tree and as written; the second has the places in the file.
#[derive(Clone, Copy)]
pub(super) struct Condition<'a> {
    pub place: Place,
    pub expr: &'a Expr,
    pub json: &'a Json,
}

impl Place {
    /// Hands out the place of the condition in the file.
    pub fn with_path(self, say: &mut dyn FnMut(&Path)) {
        let root = Path::ROOT;
        let (list, i, inner) = match self {
            Place::Rule(i) => (root.key("scoring"), i, "rules"),
            Place::Disqualifier(i) => (root.key("scoring"), i, "disqualifiers"),
            Place::Branch { step, .. } => (root.key("conversation"), step, "steps"),
        };
        let list = list.key(inner);
        let entry = list.index(i);
        match self {
            Place::Branch { branch, .. } => say(&entry.key("branches").index(branch).key("when")),
            _ => say(&entry.key("when")),
        }
    }
}

impl<'a> Review<'a> {
    /// Every condition, in the order of the file.
    pub fn all_conditions(&self) -> Vec<Condition<'a>> {
        let (checked, flow): (&'a Checked, _) = (self.checked, self.flow);
        let mut all = Vec::new();
        for (i, rule) in checked.rules.iter().enumerate() {
            if let (Cause::When { condition: expr, .. }, Some(json)) = (&rule.cause, &flow.scoring.rules[i].when) {
                all.push(Condition { place: Place::Rule(i), expr, json });
            }
        }
        for (i, expr) in checked.disqualifiers.iter().enumerate() {
            all.push(Condition { place: Place::Disqualifier(i), expr, json: &flow.scoring.disqualifiers[i].when });
        }
        for (step, node) in checked.steps.iter().enumerate() {
            for (branch, (expr, _)) in node.branches.iter().enumerate() {
                let json = &flow.conversation.steps[step].branches[branch].when;
                all.push(Condition { place: Place::Branch { step, branch }, expr, json });
            }
        }
        all
    }
}

/// The parts of an operator or a list, each with what it was read from and its place.
pub(super) fn parts(expr: &Expr, json: &Json, path: &Path, visit: &mut dyn FnMut(usize, &Expr, &Json, &Path)) {
    let mut each = |args: &[Expr], items: &[Json], path: &Path| {
        for (i, (arg, item)) in args.iter().zip(items).enumerate() {
            visit(i, arg, item, &path.index(i));
        }
    };
    match (expr, call(expr), json) {
        (Expr::List(args), _, Json::List(items)) => each(args, items, path),
        (_, Some((_, args)), Json::Object(entries)) => {
            let [(name, inner)] = entries.as_slice() else { return };
            match (inner, args) {
                (Json::List(items), _) => each(args, items, &path.key(name)),
                // One argument may stand without a list.
                (single, [arg]) => visit(0, arg, single, &path.key(name)),
                _ => {}
            }
        }
        _ => {}
    }
}

/// Calls `visit` with every fact that is asked for, its place, and whether something stands in for
/// it while it is unknown.
pub(super) fn facts_with_places(expr: &Expr, json: &Json, path: &Path, visit: &mut dyn FnMut(Fact, bool, &Path)) {
    match expr {
        Expr::Fact(fact, default) => visit(*fact, default.is_some(), &path.key("var")),
        _ => parts(expr, json, path, &mut |_, part, json, path| facts_with_places(part, json, path, visit)),
    }
}

/// The operator and its arguments, if this is a call.
pub(super) fn call(expr: &Expr) -> Option<(Op, &[Expr])> {
    match expr {
        Expr::Call(op, args) | Expr::About(op, _, args) => Some((*op, args)),
        Expr::Spread(op, inner) => Some((*op, core::slice::from_ref(inner))),
        Expr::Value(_) | Expr::List(_) | Expr::Fact(..) | Expr::Fail(_) => None,
    }
}

/// The expressions right inside.
pub(super) fn children(expr: &Expr) -> Vec<&Expr> {
    match expr {
        Expr::Value(_) | Expr::Fail(_) => Vec::new(),
        Expr::Fact(_, default) => default.as_deref().into_iter().collect(),
        Expr::List(items) | Expr::Call(_, items) | Expr::About(_, _, items) => items.iter().collect(),
        Expr::Spread(_, inner) => Vec::from([&**inner]),
    }
}

/// Every fact that is asked for, once each.
pub(super) fn facts(expr: &Expr) -> Vec<Fact> {
    let mut all = Vec::new();
    collect(expr, &mut all);
    all
}

fn collect(expr: &Expr, into: &mut Vec<Fact>) {
    if let Expr::Fact(fact, _) = expr
        && !into.contains(fact)
    {
        into.push(*fact);
    }
    children(expr).into_iter().for_each(|inner| collect(inner, into));
}

/// Whether a part satisfies `test`.
pub(super) fn any(expr: &Expr, test: &dyn Fn(&Expr) -> bool) -> bool {
    test(expr) || children(expr).into_iter().any(|inner| any(inner, test))
}

fn constant(expr: &Expr) -> Option<&Json> {
    match expr {
        Expr::Value(json) => Some(json),
        _ => None,
    }
}

/// The values of a list of constants.
pub(super) fn constants(expr: &Expr) -> Vec<&Json> {
    match expr {
        Expr::Value(Json::List(items)) => items.iter().collect(),
        Expr::List(items) => items.iter().filter_map(constant).collect(),
        _ => Vec::new(),
    }
}

/// Whether the condition asks `missing` for the field: by name, not by place.
pub(super) fn asks_missing(expr: &Expr, name: &str) -> bool {
    any(expr, &|part| match call(part) {
        Some((Op::Missing | Op::MissingSome, args)) => {
            args.iter().any(|arg| any(arg, &|e| matches!(e, Expr::Value(Json::Text(text)) if text == name)))
        }
        _ => false,
    })
}
