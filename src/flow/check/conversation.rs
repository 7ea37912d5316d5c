//! Steps: what each does, where each leads, and that every way through them ends.

use super::{After, Check, Does, Node};
use crate::flow::diagnostic::{Code, Path};
use crate::flow::model::Step;
use alloc::{format, vec, vec::Vec};

impl Check<'_> {
    /// The steps with every reference resolved.
    pub(super) fn steps(&mut self) -> Option<Vec<Node>> {
        let conversation = Path::ROOT.key("conversation");
        let root = conversation.key("steps");
        let steps = &self.flow.conversation.steps;
        if steps.is_empty() {
            self.notes.error(Code::Empty, &root, || ("A conversation needs steps.".into(), "Add the first question.".into()));
        }
        let mut nodes = Vec::with_capacity(steps.len());
        for (i, step) in steps.iter().enumerate() {
            nodes.extend(self.node(step, i, &root.index(i)));
        }
        (nodes.len() == steps.len()).then_some(nodes)
    }

    fn node(&mut self, step: &Step, place: usize, path: &Path) -> Option<Node> {
        let does = self.does(step, path);
        let mut say = Vec::with_capacity(step.say.len());
        for (i, text) in step.say.iter().enumerate() {
            say.extend(self.template(text, &path.key("say").index(i)));
        }
        let mut branches = Vec::with_capacity(step.branches.len());
        for (i, branch) in step.branches.iter().enumerate() {
            let path = path.key("branches");
            let path = path.index(i);
            let when = self.condition(&branch.when, true, &path.key("when"));
            branches.extend(when.zip(self.step(&branch.to, &path.key("to"))));
        }
        let mut depends_on = Vec::with_capacity(step.depends_on.len());
        for (i, id) in step.depends_on.iter().enumerate() {
            depends_on.extend(self.field(id, &path.key("depends_on").index(i)));
        }
        let whole = say.len() == step.say.len() && branches.len() == step.branches.len() && depends_on.len() == step.depends_on.len();
        let next = self.after(step, place, path)?;
        let does = does?;
        whole.then_some(Node { say, does, branches, next, depends_on })
    }

    fn does(&mut self, step: &Step, path: &Path) -> Option<Does> {
        match (&step.ask, step.consent, &step.end) {
            (Some(id), false, None) => self.field(id, &path.key("ask")).map(Does::Ask),
            (None, true, None) => Some(Does::Consent),
            (None, false, Some(id)) => {
                let outcomes = self.flow.outcomes.iter().map(|o| o.id.as_str());
                let outcome = self.reference(id, outcomes, "outcome", &path.key("end"));
                if !step.branches.is_empty() || step.next.is_some() {
                    self.notes.error(Code::StepMismatch, path, || {
                        ("This step ends the conversation, so nothing can follow it.".into(), "Remove “next” and “branches”, or “end”.".into())
                    });
                }
                outcome.map(Does::End)
            }
            (None, false, None) if !step.say.is_empty() => Some(Does::Say),
            _ => {
                self.notes.error(Code::StepMismatch, path, || {
                    ("A step does one thing: say, ask, consent or end.".into(), "Keep one of “ask”, “consent” and “end”, or say something.".into())
                });
                None
            }
        }
    }

    fn after(&mut self, step: &Step, place: usize, path: &Path) -> Option<After> {
        match &step.next {
            _ if step.end.is_some() => Some(After::End),
            Some(id) => self.step(id, &path.key("next")).map(After::Step),
            None if place + 1 < self.flow.conversation.steps.len() => Some(After::Step(place + 1)),
            None => {
                self.notes.error(Code::DeadEnd, path, || {
                    ("Nothing follows the last step.".into(), "Add “next”, or “end” with an outcome.".into())
                });
                None
            }
        }
    }

    /// By step: the most questions from it to an end. Notes a circle, as a conversation that is
    /// replayed after an edit would never get out of it.
    pub(super) fn questions_ahead(&mut self, steps: &[Node]) -> Option<Vec<u32>> {
        let leads = |node: &Node| {
            let next = match node.next {
                After::Step(to) => Some(to),
                After::End => None,
            };
            let mut all: Vec<usize> = node.branches.iter().map(|(_, to)| *to).chain(next).collect();
            all.sort_unstable();
            all.dedup();
            all
        };
        let mut arrivals = vec![0u32; steps.len()];
        for to in steps.iter().flat_map(&leads) {
            arrivals[to] += 1;
        }
        // Kahn's order: a step is ready once every step that leads to it has been taken.
        let mut order: Vec<usize> = (0..steps.len()).filter(|i| arrivals[*i] == 0).collect();
        let mut taken = 0;
        while let Some(&i) = order.get(taken) {
            taken += 1;
            for to in leads(&steps[i]) {
                arrivals[to] -= 1;
                if arrivals[to] == 0 {
                    order.push(to);
                }
            }
        }
        if order.len() < steps.len() {
            self.circle(steps, &arrivals, &leads);
            return None;
        }
        let mut ahead = vec![0u32; steps.len()];
        for &i in order.iter().rev() {
            let most = leads(&steps[i]).into_iter().map(|to| ahead[to]).max().unwrap_or(0);
            ahead[i] = most + u32::from(matches!(steps[i].does, Does::Ask(_) | Does::Consent));
        }
        Some(ahead)
    }

    /// Names one step of a circle. Steps with arrivals left lie on one or behind one; walking
    /// backwards over them must come round.
    fn circle(&mut self, steps: &[Node], arrivals: &[u32], leads: &dyn Fn(&Node) -> Vec<usize>) {
        let before = |step: usize| (0..steps.len()).find(|i| arrivals[*i] > 0 && leads(&steps[*i]).contains(&step));
        let mut at = arrivals.iter().position(|n| *n > 0).unwrap_or(0);
        for _ in 0..steps.len().min(64) {
            at = before(at).unwrap_or(at);
        }
        let conversation = Path::ROOT.key("conversation");
        let id = &self.flow.conversation.steps[at].id;
        self.notes.error(Code::Loop, &conversation.key("steps").index(at), || {
            (format!("From “{id}” the conversation can come back to “{id}”."), "Let it lead on to a later step.".into())
        });
    }
}
