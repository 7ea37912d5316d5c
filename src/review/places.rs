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
    Flag(usize),
    Disqualifier(usize),
    MustHave(usize),
    Stage(usize),
    Criterion {
        framework: usize,
        criterion: usize,
    },
    Trait(usize),
    Segment(usize),
    Route(usize),
    Branch {
        step: usize,
        branch: usize,
    },
    /// What a step is passed over by.
    Guard(usize),
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
        let (scoring, icp, routing, conversation) =
            (root.key("scoring"), root.key("icp"), root.key("routing"), root.key("conversation"));
        let mut entry = |list: &Path, i: usize| say(&list.index(i).key("when"));
        match self {
            Place::Rule(i) => entry(&scoring.key("rules"), i),
            Place::Flag(i) => entry(&scoring.key("red_flags"), i),
            Place::Disqualifier(i) => entry(&scoring.key("disqualifiers"), i),
            Place::MustHave(i) => entry(&scoring.key("must_haves"), i),
            Place::Stage(i) => entry(&root.key("stages"), i),
            Place::Criterion { framework, criterion } => {
                entry(&root.key("frameworks").index(framework).key("criteria"), criterion);
            }
            Place::Trait(i) => entry(&icp.key("traits"), i),
            Place::Segment(i) => entry(&root.key("segments"), i),
            Place::Route(i) => entry(&routing.key("routes"), i),
            Place::Branch { step, branch } => {
                entry(&conversation.key("steps").index(step).key("branches"), branch);
            }
            Place::Guard(step) => entry(&conversation.key("steps"), step),
        }
    }
}

impl<'a> Review<'a> {
    /// Every condition, in the order of the file.
    pub fn all_conditions(&self) -> Vec<Condition<'a>> {
        let (checked, flow): (&'a Checked, _) = (self.checked, self.flow);
        let mut all = Vec::new();
        let mut put = |place: Place, expr: Option<&'a Expr>, json: Option<&'a Json>| {
            if let (Some(expr), Some(json)) = (expr, json) {
                all.push(Condition { place, expr, json });
            }
        };
        for (i, (rule, model)) in checked.rules.iter().zip(&flow.scoring.rules).enumerate() {
            if let Cause::When { condition, .. } = &rule.cause {
                put(Place::Rule(i), Some(condition), model.when.as_ref());
            }
        }
        for (i, (flag, model)) in checked.flags.iter().zip(&flow.scoring.red_flags).enumerate() {
            put(Place::Flag(i), flag.when.as_ref(), model.when.as_ref());
        }
        for (i, (expr, model)) in checked.disqualifiers.iter().zip(&flow.scoring.disqualifiers).enumerate() {
            put(Place::Disqualifier(i), Some(expr), Some(&model.when));
        }
        for (i, (expr, model)) in checked.must_haves.iter().zip(&flow.scoring.must_haves).enumerate() {
            put(Place::MustHave(i), Some(expr), Some(&model.when));
        }
        for (i, (stage, model)) in checked.stages.iter().zip(&flow.stages).enumerate() {
            put(Place::Stage(i), stage.when.as_ref(), model.when.as_ref());
        }
        let mut criteria = checked.criteria.iter();
        for (framework, list) in flow.frameworks.iter().enumerate() {
            for ((criterion, model), at) in list.criteria.iter().enumerate().zip(&mut criteria) {
                put(Place::Criterion { framework, criterion }, at.when.as_ref(), model.when.as_ref());
            }
        }
        for (i, (expr, model)) in checked.traits.iter().zip(flow.icp.iter().flat_map(|icp| &icp.traits)).enumerate() {
            put(Place::Trait(i), Some(expr), Some(&model.when));
        }
        for (i, (expr, model)) in checked.segments.iter().zip(&flow.segments).enumerate() {
            put(Place::Segment(i), Some(expr), Some(&model.when));
        }
        for (i, (route, model)) in checked.routes.iter().zip(flow.routing.iter().flat_map(|r| &r.routes)).enumerate() {
            put(Place::Route(i), route.when.as_ref(), model.when.as_ref());
        }
        for (step, node) in checked.steps.iter().enumerate() {
            for (branch, (expr, _)) in node.branches.iter().enumerate() {
                let json = &flow.conversation.steps[step].branches[branch].when;
                put(Place::Branch { step, branch }, Some(expr), Some(json));
            }
            put(Place::Guard(step), node.when.as_ref(), flow.conversation.steps[step].when.as_ref());
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
            // The parts of a variable stand where it is written.
            if name == "var" {
                return;
            }
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
        Expr::Call(op, args) | Expr::About(op, _, args, _) => Some((*op, args)),
        Expr::Spread(op, inner) => Some((*op, core::slice::from_ref(inner))),
        Expr::Value(_) | Expr::List(_) | Expr::Fact(..) | Expr::Fail(_) => None,
    }
}

/// The expressions right inside.
pub(super) fn children(expr: &Expr) -> Vec<&Expr> {
    match expr {
        Expr::Value(_) | Expr::Fail(_) => Vec::new(),
        Expr::Fact(_, default) => default.as_deref().into_iter().collect(),
        Expr::List(items) | Expr::Call(_, items) | Expr::About(_, _, items, _) => items.iter().collect(),
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
