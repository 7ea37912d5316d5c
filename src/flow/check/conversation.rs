//! Steps: what each does, where each leads, and that every way through them ends.

use super::{After, Check, Does, Node};
use crate::flow::diagnostic::{Code, Path};
use crate::flow::model::Step;
use alloc::{format, vec, vec::Vec};

impl Check<'_> {
    /// The steps with every reference resolved.
    pub(super) fn steps(&mut self) -> Vec<Node> {
        let conversation = Path::ROOT.key("conversation");
        let root = conversation.key("steps");
        let steps = &self.flow.conversation.steps;
        if steps.is_empty() {
            self.notes
                .error(Code::Empty, &root, || ("A conversation needs steps.".into(), "Add the first question.".into()));
        }
        steps.iter().enumerate().map(|(i, step)| self.node(step, i, &root.index(i))).collect()
    }

    fn node(&mut self, step: &Step, place: usize, path: &Path) -> Node {
        let does = self.does(step, path);
        let (says, ways, needs) = (path.key("say"), path.key("branches"), path.key("depends_on"));
        let say = step.say.iter().enumerate().map(|(i, text)| self.template(text, &says.index(i))).collect();
        let mut branches = Vec::with_capacity(step.branches.len());
        for (i, branch) in step.branches.iter().enumerate() {
            let path = ways.index(i);
            let when = self.condition(&branch.when, true, &path.key("when"));
            branches.push((when, self.step(&branch.to, &path.key("to"))));
        }
        let depends_on = step.depends_on.iter().enumerate().map(|(i, id)| self.field(id, &needs.index(i))).collect();
        let next = self.after(step, place, path);
        Node { say, does, branches, next, depends_on }
    }

    fn does(&mut self, step: &Step, path: &Path) -> Does {
        match (&step.ask, step.consent, &step.end) {
            (Some(id), false, None) => Does::Ask(self.field(id, &path.key("ask"))),
            (None, true, None) => Does::Consent,
            (None, false, Some(id)) => {
                if !step.branches.is_empty() || step.next.is_some() {
                    self.notes.error(Code::StepMismatch, path, || {
                        (
                            "This step ends the conversation, so nothing can follow it.".into(),
                            "Remove “next” and “branches”, or “end”.".into(),
                        )
                    });
                }
                Does::End(self.reference(id, &self.flow.outcomes, |o| &o.id, "outcome", &path.key("end")))
            }
            _ => {
                if step.say.is_empty() || step.ask.is_some() || step.consent || step.end.is_some() {
                    self.notes.error(Code::StepMismatch, path, || {
                        (
                            "A step does one thing: say, ask, consent or end.".into(),
                            "Keep one of “ask”, “consent” and “end”, or say something.".into(),
                        )
                    });
                }
                Does::Say
            }
        }
    }

    fn after(&mut self, step: &Step, place: usize, path: &Path) -> After {
        match &step.next {
            _ if step.end.is_some() => After::End,
            Some(id) => After::Step(self.step(id, &path.key("next"))),
            None if place + 1 < self.flow.conversation.steps.len() => After::Step(place + 1),
            None => {
                self.notes.error(Code::DeadEnd, path, || {
                    ("Nothing follows the last step.".into(), "Add “next”, or “end” with an outcome.".into())
                });
                After::End
            }
        }
    }

    /// By step: the most questions from it to an end. Notes a circle, as a conversation that is
    /// replayed after an edit would never get out of it.
    pub(super) fn questions_ahead(&mut self, steps: &[Node]) -> Vec<u32> {
        let leads = |node: &Node| {
            let next = match node.next {
                After::Step(to) => Some(to),
                After::End => None,
            };
            node.branches.iter().map(|(_, to)| *to).chain(next).collect::<Vec<usize>>()
        };
        let mut arrivals = vec![0u32; steps.len()];
        for to in steps.iter().flat_map(leads) {
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
            return Vec::new();
        }
        let mut ahead = vec![0u32; steps.len()];
        for &i in order.iter().rev() {
            let most = leads(&steps[i]).into_iter().map(|to| ahead[to]).max().unwrap_or(0);
            ahead[i] = most + u32::from(matches!(steps[i].does, Does::Ask(_) | Does::Consent));
            if steps[i].does == Does::Consent && most > 0 {
                let conversation = Path::ROOT.key("conversation");
                self.notes.error(Code::StepMismatch, &conversation.key("steps").index(i), || {
                    (
                        "Questions follow the consent step; what is answered there would not be sent.".into(),
                        "Ask for consent after the last question.".into(),
                    )
                });
            }
        }
        ahead
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
