//! The ways through a conversation: which steps are reached, and what is known there.

use crate::flow::{After, Checked, Does};
use alloc::{vec, vec::Vec};

/// A set of fields; consent stands behind the last one.
pub(super) type Known = Vec<bool>;

/// By step.
pub(super) struct Ways {
    pub reached: Vec<bool>,
    /// Asked on some way that leads here, before this step.
    pub sometimes: Vec<Known>,
    /// Asked on every way that leads here, before this step.
    pub always: Vec<Known>,
}

/// Steps that follow a step, by its branches and otherwise.
pub(super) fn leads(checked: &Checked, step: usize) -> impl Iterator<Item = usize> + '_ {
    let node = &checked.steps[step];
    let next = match node.next {
        After::Step(to) => Some(to),
        After::End => None,
    };
    node.branches.iter().map(|(_, to)| *to).chain(next)
}

/// What the step itself asks, or the steps that it picks, as places in [`Known`].
fn asks(checked: &Checked, step: usize) -> impl Iterator<Item = usize> + '_ {
    let own = |step: usize| match checked.steps[step].does {
        Does::Ask(field) => Some(field),
        Does::Consent => Some(checked.flow.fields.len()),
        Does::Say | Does::Offer | Does::End(_) => None,
    };
    own(step).into_iter().chain(checked.steps[step].pick.iter().filter_map(move |picked| own(*picked)))
}

impl Ways {
    pub fn of(checked: &Checked) -> Ways {
        let steps = checked.steps.len();
        let things = checked.flow.fields.len() + 1;
        let mut ways = Ways {
            reached: vec![false; steps],
            sometimes: vec![vec![false; things]; steps],
            // All, until a way arrives on which it is not.
            always: vec![vec![true; things]; steps],
        };
        ways.reached[checked.start] = true;
        ways.always[checked.start] = vec![false; things];
        let mut pending = vec![checked.start];
        while let Some(step) = pending.pop() {
            ways.pick(checked, step);
            for to in leads(checked, step) {
                if ways.arrive(checked, step, to) {
                    pending.push(to);
                }
            }
        }
        ways
    }

    /// Takes what is known behind a step along to the next; true when that is news there.
    fn arrive(&mut self, checked: &Checked, from: usize, to: usize) -> bool {
        let (some, all) = self.after(checked, from);
        let mut news = !self.reached[to];
        self.reached[to] = true;
        for i in 0..some.len() {
            news |= some[i] && !self.sometimes[to][i] || !all[i] && self.always[to][i];
            self.sometimes[to][i] |= some[i];
            self.always[to][i] &= all[i];
        }
        news
    }

    /// What is known at the steps that a step picks: they come in any order.
    fn pick(&mut self, checked: &Checked, step: usize) {
        for &picked in &checked.steps[step].pick {
            self.reached[picked] = true;
            self.always[picked] = self.always[step].clone();
            self.sometimes[picked] = self.sometimes[step].clone();
            for &other in checked.steps[step].pick.iter().filter(|other| **other != picked) {
                asks(checked, other).for_each(|asked| self.sometimes[picked][asked] = true);
            }
        }
    }

    /// What is known once the step is done: on some way, and on every way.
    pub fn after(&self, checked: &Checked, step: usize) -> (Known, Known) {
        let (mut some, mut all) = (self.sometimes[step].clone(), self.always[step].clone());
        for asked in asks(checked, step) {
            some[asked] = true;
            // What only scores is left out once the stage is settled.
            let left_out =
                checked.flow.conversation.stop_when_settled && checked.only_scores.get(asked).is_some_and(|only| *only);
            all[asked] |= !left_out && checked.steps[step].when.is_none();
        }
        (some, all)
    }
}
