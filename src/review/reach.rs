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
pub(super) fn leads(checked: &Checked, step: usize) -> Vec<usize> {
    let node = &checked.steps[step];
    let next = match node.next {
        After::Step(to) => Some(to),
        After::End => None,
    };
    node.branches.iter().map(|(_, to)| *to).chain(next).collect()
}

/// What the step itself asks, as a place in [`Known`].
fn asks(checked: &Checked, step: usize) -> Option<usize> {
    match checked.steps[step].does {
        Does::Ask(field) => Some(field),
        Does::Consent => Some(checked.flow.fields.len()),
        Does::Say | Does::End(_) => None,
    }
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
        let (mut some, mut all) = (self.sometimes[from].clone(), self.always[from].clone());
        if let Some(asked) = asks(checked, from) {
            some[asked] = true;
            all[asked] = true;
        }
        let mut news = !self.reached[to];
        self.reached[to] = true;
        for i in 0..some.len() {
            news |= some[i] && !self.sometimes[to][i] || !all[i] && self.always[to][i];
            self.sometimes[to][i] |= some[i];
            self.always[to][i] &= all[i];
        }
        news
    }

    /// What is known once the step is done: on some way, and on every way.
    pub fn after(&self, checked: &Checked, step: usize) -> (Known, Known) {
        let (mut some, mut all) = (self.sometimes[step].clone(), self.always[step].clone());
        if let Some(asked) = asks(checked, step) {
            some[asked] = true;
            all[asked] = true;
        }
        (some, all)
    }
}
