//! What would change where a lead stands: the smallest sets of answers and signals that bring it to a
//! higher stage.

use super::domain::{self, Value, Variable};
use super::draft::Draft;
use super::search::evidence;
use crate::score::{Evidence, score};

/// One way to a higher stage.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// What would have to be otherwise.
    pub what: Vec<(Variable, Value)>,
    /// The place of the stage it leads to, and the total there.
    pub stage: usize,
    pub total: i64,
}

/// Most answers or signals that are changed together.
const TOGETHER: usize = 4;
/// Most combinations tried.
const LOOKS: usize = 60_000;

/// The smallest changes that bring a lead to a higher stage than its own, those that ask least first.
/// Empty when four changes together are not enough, or too many would have to be tried.
pub fn changes(now: &Evidence) -> Vec<Change> {
    let flow = now.flow;
    let domain = domain::of(flow, now.now);
    let draft = Draft::of(now);
    let here = score(now);
    // Where somebody came from, and what was done in haste, is not to be changed.
    let movable = domain.variables.iter().filter(|(v, _)| matches!(v, Variable::Field(_) | Variable::Signal(_)));
    let mut moves: Vec<(i64, Variable, &Value)> = Vec::new();
    for (variable, values) in movable {
        // What was seen cannot be unseen, and is not seen in the past.
        let least = if let Variable::Signal(signal) = variable { draft.seen[*signal].count } else { 0 };
        let mut gains: Vec<(i64, &Value)> = Vec::new();
        for value in values {
            if let Value::Seen(seen) = value
                && (seen.count <= least || seen.last_at < now.now)
            {
                continue;
            }
            let mut changed = draft.clone();
            changed.set(*variable, value);
            let gain = score(&evidence(flow, &changed, now.now)).total - here.total;
            // Of values that bring the same, one is enough; of signals the one seen least.
            match gains.iter_mut().find(|(known, _)| *known == gain) {
                Some(same) if matches!(value, Value::Seen(_)) => same.1 = value,
                Some(_) => {}
                None => gains.push((gain, value)),
            }
        }
        moves.extend(gains.into_iter().map(|(gain, value)| (gain, *variable, value)));
    }
    moves.sort_by_key(|(gain, ..)| std::cmp::Reverse(*gain));
    let mut looks = LOOKS;
    for size in 1..=TOGETHER {
        let mut found = Vec::new();
        let mut chosen = Vec::new();
        combine(&moves, size, &mut chosen, &mut |chosen| {
            looks = looks.saturating_sub(1);
            let mut changed = draft.clone();
            chosen.iter().for_each(|(variable, value)| changed.set(*variable, value));
            let card = score(&evidence(flow, &changed, now.now));
            if card.stage > here.stage {
                let what = chosen.iter().map(|(variable, value)| (*variable, (*value).clone())).collect();
                found.push(Change { what, stage: card.stage, total: card.total });
            }
            looks > 0 && found.len() < 24
        });
        if !found.is_empty() {
            // Of ways as short as each other the one that comes closest to what is there already.
            found.sort_by_key(|change| (change.stage, change.total));
            found.truncate(5);
            return found;
        }
    }
    Vec::new()
}

/// Looks at a choice of moves; false ends the search.
type Look<'l, 'v> = dyn FnMut(&[(Variable, &'v Value)]) -> bool + 'l;

/// Calls for each choice of `size` moves of different variables, until told to stop.
fn combine<'v>(
    moves: &[(i64, Variable, &'v Value)],
    size: usize,
    chosen: &mut Vec<(Variable, &'v Value)>,
    look: &mut Look<'_, 'v>,
) -> bool {
    if size == 0 {
        return look(chosen);
    }
    for (place, (_, variable, value)) in moves.iter().enumerate() {
        if chosen.iter().any(|(known, _)| known == variable) {
            continue;
        }
        chosen.push((*variable, value));
        let go_on = combine(&moves[place + 1..], size - 1, chosen, look);
        chosen.pop();
        if !go_on {
            return false;
        }
    }
    true
}
