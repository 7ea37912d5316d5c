//! What depends on what, noted once so that an event touches nothing else.

use super::{Cause, Checked, Watch};
use crate::flow::condition::{Expr, Fact, Mention};
use crate::flow::model::Field;
use crate::flow::template::{Named, Piece};
use alloc::{vec, vec::Vec};

/// Completes a checked flow with who depends on whom.
pub(super) fn note(flow: &mut Checked) {
    let mut watch = Watch {
        fields: vec![Vec::new(); flow.flow.fields.len()],
        signals: vec![Vec::new(); flow.flow.signals.len()],
        timed: Vec::new(),
    };
    let mut scored: Vec<bool> = flow.field_points.iter().map(Option::is_some).collect();
    for (place, rule) in flow.rules.iter().enumerate() {
        let depends = |list: &mut Vec<usize>| {
            if list.last() != Some(&place) {
                list.push(place);
            }
        };
        match &rule.cause {
            Cause::Signal(signal) => depends(&mut watch.signals[*signal]),
            Cause::When { condition, .. } => condition.each_mention(&mut |mention| match mention {
                Mention::Fact(Fact::Signal(signal)) => depends(&mut watch.signals[signal]),
                mention => each_field(&flow.flow.fields, mention, &mut |field| depends(&mut watch.fields[field])),
            }),
        }
        let model = &flow.flow.scoring.rules[place];
        if model.window.is_some() || model.decay.is_some() {
            watch.timed.push(place);
        }
    }
    for (field, rules) in watch.fields.iter().enumerate() {
        scored[field] |= !rules.is_empty();
    }
    let gates = flow.disqualifiers.iter().chain(&flow.must_haves);
    for condition in gates.chain(flow.stages.iter().filter_map(|stage| stage.when.as_ref())) {
        condition
            .each_mention(&mut |mention| each_field(&flow.flow.fields, mention, &mut |field| scored[field] = true));
    }
    for field in flow.flags.iter().filter_map(|flag| flag.field) {
        scored[field] = true;
    }
    let mut only_scores = scored;
    let mut points_matter = false;
    let mut used = |condition: &Expr, only: &mut Vec<bool>| {
        condition.each_mention(&mut |mention| match mention {
            Mention::Fact(Fact::Score(_) | Fact::Total | Fact::Grade | Fact::Icp) => points_matter = true,
            mention => each_field(&flow.flow.fields, mention, &mut |field| only[field] = false),
        });
    };
    let branches = flow.steps.iter().flat_map(|step| step.branches.iter().map(|(when, _)| when));
    let told = flow.criteria.iter().filter_map(|c| c.when.as_ref()).chain(&flow.traits).chain(&flow.segments);
    let guards = flow.steps.iter().filter_map(|step| step.when.as_ref());
    for condition in branches.chain(guards).chain(told).chain(flow.routes.iter().filter_map(|r| r.when.as_ref())) {
        used(condition, &mut only_scores);
    }
    for field in flow.criteria.iter().filter_map(|c| c.field) {
        only_scores[field] = false;
    }
    let texts = flow.steps.iter().flat_map(|step| &step.say);
    for piece in texts.chain(flow.outcomes.iter().flat_map(|(title, text)| [title, text])).flatten() {
        match piece {
            Piece::Text(_) => {}
            Piece::Answer { of: Named::Field(field), .. } => only_scores[*field] = false,
            Piece::Answer { of: Named::Variable(place), .. } => flow.variables[*place].each_mention(&mut |mention| {
                each_field(&flow.flow.fields, mention, &mut |field| only_scores[field] = false);
            }),
        }
    }
    // Words of the visitor's own come with the option that asks for them.
    for (field, words) in flow.words.iter().enumerate() {
        if let Some((_, words)) = words {
            only_scores[field] &= only_scores[*words];
        }
    }
    for (only, field) in only_scores.iter_mut().zip(&flow.flow.fields) {
        *only &= !field.personal;
    }
    flow.watch = watch;
    flow.only_scores = only_scores;
    flow.points_matter = points_matter;
}

/// Calls for each field that a mention may mean.
fn each_field(fields: &[Field], mention: Mention, found: &mut dyn FnMut(usize)) {
    match mention {
        Mention::Fact(Fact::Field(field) | Fact::Part { field, .. }) => found(field),
        Mention::Name(Some(name)) => fields.iter().position(|field| field.id == name).into_iter().for_each(found),
        Mention::Name(None) => (0..fields.len()).for_each(found),
        Mention::Fact(_) | Mention::Openness => {}
    }
}
