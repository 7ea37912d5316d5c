//! What the conditions of a flow compare its names with.

use crate::flow::Checked;
use crate::json::Json;
use std::collections::BTreeMap;

/// What conditions compare a name with.
#[derive(Default)]
pub(super) struct Compared {
    pub constants: Vec<Json>,
    /// In some condition the name is part of a computation, so no list of values stands for all.
    pub computed: bool,
    /// It is compared by order.
    pub ordered: bool,
}

/// Every name that a condition of the flow mentions, with what it is compared with there.
pub(super) fn compared(flow: &Checked) -> BTreeMap<&str, Compared> {
    let model = &flow.flow;
    let scoring = &model.scoring;
    let mut names = BTreeMap::new();
    let conditions = scoring.rules.iter().filter_map(|r| r.when.as_ref());
    let conditions = conditions.chain(scoring.disqualifiers.iter().map(|d| &d.when));
    let conditions = conditions.chain(scoring.must_haves.iter().map(|m| &m.when));
    let conditions = conditions.chain(scoring.red_flags.iter().filter_map(|f| f.when.as_ref()));
    let conditions = conditions.chain(model.stages.iter().filter_map(|s| s.when.as_ref()));
    let conditions =
        conditions.chain(model.frameworks.iter().flat_map(|f| &f.criteria).filter_map(|c| c.when.as_ref()));
    let conditions = conditions.chain(model.icp.iter().flat_map(|i| &i.traits).map(|t| &t.when));
    let conditions = conditions.chain(model.conversation.steps.iter().flat_map(|s| &s.branches).map(|b| &b.when));
    let conditions = conditions.chain(model.conversation.steps.iter().filter_map(|s| s.when.as_ref()));
    for variable in &model.variables {
        computed(&variable.value, &mut names);
    }
    for condition in conditions {
        truth(condition, &mut names);
    }
    names
}

/// The name in `{"var": "name"}`.
fn variable(json: &Json) -> Option<&str> {
    let Json::Object(entries) = json else { return None };
    let [(op, argument)] = entries.as_slice() else { return None };
    let name = match argument {
        Json::List(arguments) if arguments.len() == 1 => &arguments[0],
        single => single,
    };
    if op == "var" { name.as_text() } else { None }
}

fn constant(json: &Json) -> bool {
    match json {
        Json::Object(_) => false,
        Json::List(items) => items.iter().all(constant),
        _ => true,
    }
}

/// Collects what a condition says of names where only its truth is asked for.
fn truth<'f>(json: &'f Json, names: &mut BTreeMap<&'f str, Compared>) {
    if let Some(name) = variable(json) {
        // Of all numbers, zero alone is false.
        names.entry(name).or_default().constants.push(Json::Number(0.0));
        return;
    }
    let Json::Object(entries) = json else { return };
    let [(op, argument)] = entries.as_slice() else { return };
    let arguments = match argument {
        Json::List(arguments) => arguments.as_slice(),
        single => std::slice::from_ref(single),
    };
    match op.as_str() {
        "and" | "or" | "!" | "!!" | "if" | "?:" => arguments.iter().for_each(|argument| truth(argument, names)),
        "missing" | "missing_some" => {
            for name in arguments
                .iter()
                .flat_map(|a| if let Json::List(all) = a { all.as_slice() } else { std::slice::from_ref(a) })
            {
                if let Some(name) = name.as_text() {
                    names.entry(name).or_default();
                }
            }
        }
        "==" | "===" | "!=" | "!==" | "<" | "<=" | ">" | ">=" | "in" => {
            // A text that lies in another: any part of that would do.
            let within_text = op == "in" && arguments.get(1).is_some_and(|within| within.as_text().is_some());
            let ordered = matches!(op.as_str(), "<" | "<=" | ">" | ">=");
            let vars: Vec<&str> = arguments.iter().filter_map(variable).collect();
            let rest = arguments.iter().filter(|argument| variable(argument).is_none());
            match vars.as_slice() {
                [name] if rest.clone().all(constant) => {
                    let into = names.entry(name).or_default();
                    into.computed |= within_text;
                    into.ordered |= ordered;
                    for argument in rest {
                        match argument {
                            Json::List(items) => into.constants.extend(items.iter().cloned()),
                            single => into.constants.push(single.clone()),
                        }
                    }
                }
                _ => computed(json, names),
            }
        }
        _ => computed(json, names),
    }
}

/// Notes that a value is computed from names.
fn computed<'f>(json: &'f Json, names: &mut BTreeMap<&'f str, Compared>) {
    if let Some(name) = variable(json) {
        names.entry(name).or_default().computed = true;
    }
    match json {
        Json::Object(entries) => {
            // A default or a computed name.
            if let [(op, Json::List(arguments))] = entries.as_slice()
                && op == "var"
                && let Some(name) = arguments.first().and_then(Json::as_text)
            {
                names.entry(name).or_default().computed = true;
            }
            entries.iter().for_each(|(_, value)| computed(value, names));
        }
        Json::List(items) => items.iter().for_each(|item| computed(item, names)),
        _ => {}
    }
}
