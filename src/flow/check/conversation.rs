//! Steps: what each does, where each leads, and that every way through them ends.

use super::{After, Check, Does, Level, Node};
use crate::flow::diagnostic::{Code, Path};
use crate::flow::model::Step;
use alloc::{format, vec, vec::Vec};

impl Check<'_> {
    /// The first step, and all of them with every reference resolved.
    pub(super) fn steps(&mut self) -> (usize, Vec<Node>) {
        let conversation = Path::ROOT.key("conversation");
        let root = conversation.key("steps");
        let steps = &self.flow.conversation.steps;
        if steps.is_empty() {
            self.notes
                .error(Code::Empty, &root, || ("A conversation needs steps.".into(), "Add the first question.".into()));
        }
        let picked_by = self.picked_by();
        let start = self.way(&self.flow.conversation.start, &picked_by, &conversation.key("start"));
        let nodes = steps.iter().enumerate().map(|(i, step)| self.node(step, i, &picked_by, &root.index(i)));
        (start, nodes.collect())
    }

    /// By step: the step that picks it. A picked step asks, and leads back to the one that picked it.
    fn picked_by(&mut self) -> Vec<Option<usize>> {
        let conversation = Path::ROOT.key("conversation");
        let root = conversation.key("steps");
        let steps = &self.flow.conversation.steps;
        let mut all = vec![None; steps.len()];
        for (i, step) in steps.iter().enumerate() {
            let list = root.index(i);
            let list = list.key("pick");
            for (n, id) in step.pick.iter().enumerate() {
                let place = self.step(id, &list.index(n));
                // A name that leads nowhere has been noted.
                let Some(picked) = steps.get(place).filter(|step| step.id == *id) else { continue };
                let plain = picked.ask.is_some() && picked.branches.is_empty() && picked.next.is_none();
                if !plain || all[place].replace(i).is_some() {
                    self.notes.error(Code::BadPick, &list.index(n), || {
                        (
                            format!("“{id}” cannot be picked here."),
                            "Pick steps that ask a field, have neither “next” nor “branches”, and are picked once."
                                .into(),
                        )
                    });
                }
            }
        }
        all
    }

    /// A step that another leads to. One that is picked is reached by no other way.
    fn way(&mut self, id: &str, picked_by: &[Option<usize>], path: &Path) -> usize {
        let to = self.step(id, path);
        if picked_by.get(to).is_some_and(Option::is_some) {
            self.notes.error(Code::BadPick, path, || {
                (
                    format!("“{id}” is picked by another step, and no way of its own leads there."),
                    "Lead to the step that picks it.".into(),
                )
            });
        }
        to
    }

    fn node(&mut self, step: &Step, place: usize, picked_by: &[Option<usize>], path: &Path) -> Node {
        let does = self.does(step, path);
        let (says, ways, needs) = (path.key("say"), path.key("branches"), path.key("depends_on"));
        let say = step.say.iter().enumerate().map(|(i, text)| self.template(text, &says.index(i))).collect();
        let mut branches = Vec::with_capacity(step.branches.len());
        for (i, branch) in step.branches.iter().enumerate() {
            let path = ways.index(i);
            let when = self.condition(&branch.when, Level::Conversation, &path.key("when"));
            branches.push((when, self.way(&branch.to, picked_by, &path.key("to"))));
        }
        let depends_on = step.depends_on.iter().enumerate().map(|(i, id)| self.field(id, &needs.index(i))).collect();
        let next = self.after(step, place, picked_by, path);
        let pick = step.pick.iter().filter_map(|id| self.known.steps.find(id)).collect();
        let when = self.optional_condition(step.when.as_ref(), Level::Conversation, path);
        if when.is_some() && (step.end.is_some() || step.id == self.flow.conversation.start) {
            self.notes.error(Code::StepMismatch, &path.key("when"), || {
                (
                    "The first step is always taken, and one that ends has nothing behind it.".into(),
                    "Remove “when”, and let branches lead to what ends.".into(),
                )
            });
        }
        Node { say, does, branches, next, depends_on, pick, picked_by: picked_by[place], when }
    }

    fn does(&mut self, step: &Step, path: &Path) -> Does {
        let picks = !step.pick.is_empty();
        if let Some(link) = &step.link {
            self.link(&link.url, &path.key("link").key("url"));
            if picks || step.ask.is_some() || step.consent || step.end.is_some() {
                self.notes.error(Code::StepMismatch, path, || {
                    (
                        "A step does one thing, and this one offers a link.".into(),
                        "Remove “ask”, “consent”, “end” and “pick”, or “link”.".into(),
                    )
                });
            }
            return Does::Offer;
        }
        match (&step.ask, step.consent, &step.end) {
            // What it takes up was written out behind it.
            _ if step.block.is_some() => Does::Say,
            _ if picks && (step.ask.is_some() || step.consent || step.end.is_some()) => {
                self.notes.error(Code::StepMismatch, path, || {
                    (
                        "A step does one thing, and this one picks another.".into(),
                        "Remove “ask”, “consent” and “end”, or “pick”.".into(),
                    )
                });
                Does::Say
            }
            (Some(id), false, None) => {
                let field = self.field(id, &path.key("ask"));
                if self.flow.fields.get(field).is_some_and(|field| field.hidden) {
                    self.notes.error(Code::StepMismatch, &path.key("ask"), || {
                        (format!("“{id}” is hidden, so nobody is asked."), "Remove the step, or “hidden”.".into())
                    });
                }
                Does::Ask(field)
            }
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
                Does::End(self.known.outcomes.refer(id, &path.key("end"), self.notes))
            }
            _ => {
                if step.say.is_empty() && !picks || step.ask.is_some() || step.consent || step.end.is_some() {
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

    fn after(&mut self, step: &Step, place: usize, picked_by: &[Option<usize>], path: &Path) -> After {
        // Below a step stands the next one that is not picked by another.
        let written = &picked_by[..self.origins.steps];
        let below = written.iter().skip(place + 1).position(Option::is_none).map(|skipped| place + 1 + skipped);
        match (&step.next, below) {
            _ if step.end.is_some() || picked_by[place].is_some() => After::End,
            (Some(id), _) => After::Step(self.way(id, picked_by, &path.key("next"))),
            (None, Some(below)) => After::Step(below),
            (None, None) => {
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
        let early = self.flow.consent.as_ref().is_some_and(|consent| consent.before_personal);
        if early {
            self.unasked(steps, &order, &leads);
        }
        let mut ahead = vec![0u32; steps.len()];
        for &i in order.iter().rev() {
            let most = leads(&steps[i]).into_iter().map(|to| ahead[to]).max().unwrap_or(0);
            let own = steps[i].pick.len() as u32 + u32::from(matches!(steps[i].does, Does::Ask(_) | Does::Consent));
            // How many will be chosen nobody knows: one is counted.
            ahead[i] = most + if self.origins.is_again(i) { 0 } else { own };
            if steps[i].does == Does::Consent && most > 0 && !early {
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

    /// Notes personal questions that can be come to before the consent step.
    fn unasked(&mut self, steps: &[Node], order: &[usize], leads: &dyn Fn(&Node) -> Vec<usize>) {
        let mut before = vec![false; steps.len()];
        if let Some(start) = self.start() {
            before[start] = true;
        }
        for &i in order.iter().filter(|i| steps[**i].does != Does::Consent) {
            if !before[i] {
                continue;
            }
            for to in leads(&steps[i]).into_iter().chain(steps[i].pick.iter().copied()) {
                before[to] = true;
            }
        }
        for (i, node) in steps.iter().enumerate().filter(|(i, _)| before[*i]) {
            let Does::Ask(field) = node.does else { continue };
            let model = &self.flow.fields[field];
            let is_personal =
                |id: &alloc::string::String| self.flow.fields.iter().any(|one| one.id == *id && one.personal);
            if model.personal || model.options.iter().any(|option| option.asks.as_ref().is_some_and(is_personal)) {
                let conversation = Path::ROOT.key("conversation");
                self.notes.error(Code::AskedTooEarly, &conversation.key("steps").index(i), || {
                    (
                        format!("“{}” is personal, and is asked before the consent step.", model.id),
                        "Let the consent step come first, or remove “before_personal”.".into(),
                    )
                });
            }
        }
    }

    fn start(&self) -> Option<usize> {
        let conversation = &self.flow.conversation;
        conversation.steps.iter().position(|step| step.id == conversation.start)
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
