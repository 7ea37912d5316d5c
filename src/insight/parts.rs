//! Answers that have parts: two days, an order, the rows of a matrix.

use super::compared::Compared;
use crate::flow::model::{Field, Shape};
use crate::json::Json;
use std::collections::BTreeMap;

/// Most answers that are listed.
const MOST: usize = 256;

/// What conditions compare the parts of a field's answer with; nothing where they ask for none.
pub(super) fn compared(names: &BTreeMap<&str, Compared>, field: &Field) -> Option<Compared> {
    let mut all = None;
    for (name, one) in names {
        let part = name.strip_prefix(field.id.as_str()).and_then(|rest| rest.strip_prefix('.'));
        if part.is_some_and(|part| field.part(part).is_some()) {
            let all: &mut Compared = all.get_or_insert_default();
            all.constants.extend(one.constants.iter().cloned());
            all.computed |= one.computed;
            all.ordered |= one.ordered;
        }
    }
    all
}

/// Answers that differ in their parts, and whether these are all there are.
pub(super) fn answers(field: &Field, constants: &[Json]) -> (Vec<Json>, bool) {
    let ids: Vec<Json> = field.options.iter().map(|option| Json::Text(option.id.clone())).collect();
    match field.kind.shape() {
        Shape::Days => {
            let ends = [&field.earliest, &field.latest].into_iter().flatten().map(String::as_str);
            let usual = ["2000-01-01", "2030-06-15", "2100-01-01"];
            let mut days: Vec<&str> = constants.iter().filter_map(Json::as_text).chain(ends).chain(usual).collect();
            days.sort_unstable();
            days.dedup();
            let pair = |from: &str, until: &str| Json::List(vec![Json::Text(from.into()), Json::Text(until.into())]);
            let from = days.iter().enumerate().rev();
            let all = from.flat_map(|(i, from)| days[i..].iter().map(move |until| pair(from, until)));
            (all.take(MOST).collect(), false)
        }
        Shape::Order => {
            let turned = |first: usize| ids[first..].iter().chain(&ids[..first]).cloned().collect();
            ((0..ids.len()).map(|first| Json::List(turned(first))).collect(), ids.len() <= 2)
        }
        _ => rows(field, &ids),
    }
}

fn rows(field: &Field, ids: &[Json]) -> (Vec<Json>, bool) {
    let ways = ids.len().checked_pow(field.rows.len() as u32).filter(|ways| *ways <= MOST);
    let answer = |way: &dyn Fn(usize) -> usize| {
        let rows = field.rows.iter().enumerate();
        Json::Object(rows.map(|(place, row)| (row.id.clone(), ids[way(place) % ids.len()].clone())).collect())
    };
    let digit = |way: usize, row: usize| way / ids.len().pow(row as u32);
    match ways {
        Some(ways) => ((0..ways).map(|way| answer(&|row| digit(way, row))).collect(), true),
        // The same for all, and each in one row alone.
        None => {
            let same = (0..ids.len()).map(|id| answer(&|_| id));
            let alone = (0..field.rows.len()).flat_map(|one| (1..ids.len()).map(move |id| (one, id)));
            let alone = alone.map(|(one, id)| answer(&|row| if row == one { id } else { 0 }));
            (same.chain(alone).take(MOST).collect(), false)
        }
    }
}
