//! Where a lead stands beside its points: what a salesperson looks at before the call.

use super::lead::{Answer, Told};
use prequal::lead::{Coverage, IcpMatch};

/// Grade, owner, segment, checklists, profile and red flags, as far as the lead has them.
pub(super) fn standing(told: &Told) -> Vec<Answer> {
    let (lead, words) = (&told.lead, told.words);
    let mut all = Vec::new();
    let mut add = |label: &str, values: Vec<String>| {
        if !values.is_empty() {
            all.push(Answer { label: label.to_owned(), values, given: None });
        }
    };
    add("Grade", lead.grade.iter().cloned().collect());
    let route = |owner: &prequal::lead::Assignment| match &owner.route {
        Some(route) => format!("{} ({route})", owner.owner),
        None => owner.owner.clone(),
    };
    add("Owner", lead.route.iter().map(route).collect());
    add("Segment", lead.segment.iter().map(|id| words.segment(id)).collect());
    for framework in &lead.frameworks {
        add(&words.framework(&framework.id), checklist(told, framework));
    }
    add("Ideal customer", lead.icp.iter().flat_map(|icp| profile(told, icp)).collect());
    let flag = |flag: &prequal::lead::RaisedFlag| match &flag.suggestion {
        Some(meant) => format!("{}: meant {meant}?", flag.reason),
        None => flag.reason.clone(),
    };
    add("Red flags", lead.red_flags.iter().map(flag).collect());
    all
}

/// Criterion by criterion, with the answer that shows it.
fn checklist(told: &Told, framework: &Coverage) -> Vec<String> {
    let criteria = framework.criteria.iter().map(|criterion| {
        let label = told.words.criterion(&framework.id, &criterion.id);
        let state = match criterion.state.as_str() {
            "met" => "met",
            "not_met" => "not met",
            _ => "not known",
        };
        let shown = criterion.field.as_ref().map_or_else(Vec::new, |field| told.values(field)).join(", ");
        if shown.is_empty() { format!("{label}: {state}") } else { format!("{label}: {state} ({shown})") }
    });
    criteria.collect()
}

fn profile(told: &Told, icp: &IcpMatch) -> Vec<String> {
    let traits = |what: &str, ids: &[String]| {
        let labels: Vec<String> = ids.iter().map(|id| told.words.profile_trait(id)).collect();
        (!labels.is_empty()).then(|| format!("{what}: {}", labels.join("; ")))
    };
    let lists = [traits("hits", &icp.hit), traits("misses", &icp.missed), traits("not known", &icp.unknown)];
    std::iter::once(format!("{} %", icp.percent)).chain(lists.into_iter().flatten()).collect()
}
