//! Blocks of steps that a conversation takes up in several places, or once for each of what was chosen.
//!
//! They are written out before the flow is checked, behind the steps and fields that the author wrote, whose
//! places stay as they are; nothing behind this room knows of blocks. What is written out has a dot in its id,
//! which no author's id has: `sites.berlin.ask_size` and `size.berlin`.

use super::diagnostic::{Code, Notes, Path, nearest};
use super::model::{Block, Branch, Field, Flow, Shape, Step};
use super::template::cut;
use crate::json::Json;
use alloc::{format, string::String, vec, vec::Vec};

/// The most steps that blocks may be written out to.
const MOST: usize = 2_000;
/// Leads out of a block.
const LEAVE: &str = "leave";
/// In the texts of a block: what was chosen, in words.
pub(super) const ITEM: &str = "item";
/// The same in the label of a field, behind its brace.
const LABELLED: &str = "item}";

/// What the author wrote, and where the rest was written out from.
#[derive(Clone, Debug, Default)]
pub struct Origins {
    /// How many steps the author wrote.
    pub steps: usize,
    pub fields: usize,
    of_steps: Vec<Origin>,
    #[cfg(not(feature = "widget"))]
    of_fields: Vec<usize>,
}

#[derive(Clone, Copy, Debug)]
struct Origin {
    #[cfg(not(feature = "widget"))]
    block: usize,
    #[cfg(not(feature = "widget"))]
    step: usize,
    again: bool,
}

impl Origins {
    /// Whether a step was written out for a second, third… choice.
    pub fn is_again(&self, step: usize) -> bool {
        step.checked_sub(self.steps).is_some_and(|place| self.of_steps[place].again)
    }

    /// Whether a field is asked for each of what was chosen, by copies of it.
    #[cfg(not(feature = "widget"))]
    pub fn is_copied(&self, field: usize) -> bool {
        self.of_fields.contains(&field)
    }

    /// The block and the step in it that a step was written out from.
    #[cfg(not(feature = "widget"))]
    pub fn of_step(&self, step: usize) -> Option<(usize, usize)> {
        let origin = self.of_steps.get(step.checked_sub(self.steps)?)?;
        Some((origin.block, origin.step))
    }

    /// The field that a field is a copy of.
    #[cfg(not(feature = "widget"))]
    pub fn of_field(&self, field: usize) -> Option<usize> {
        self.of_fields.get(field.checked_sub(self.fields)?).copied()
    }
}

/// Writes all blocks out. What cannot be is noted.
pub(super) fn expand(flow: &mut Flow, notes: &mut Notes) -> Origins {
    let conversation = Path::ROOT.key("conversation");
    let list = conversation.key("steps");
    let origins = Origins { steps: flow.conversation.steps.len(), fields: flow.fields.len(), ..Origins::default() };
    let mut work = Work { steps: Vec::new(), fields: Vec::new(), origins };
    for place in 0..work.origins.steps {
        let hub = &flow.conversation.steps[place];
        if hub.block.is_some() || hub.for_each.is_some() {
            let first = work.take_up(flow, place, &list.index(place), notes);
            if first.is_some() {
                flow.conversation.steps[place].next = first;
            }
        }
    }
    let Work { steps, fields, origins } = work;
    flow.conversation.steps.extend(steps);
    flow.fields.extend(fields);
    origins
}

struct Work {
    steps: Vec<Step>,
    fields: Vec<Field>,
    origins: Origins,
}

/// One time that a block is taken up.
struct Turn<'f> {
    block: &'f Block,
    /// Stands before the ids of its steps, with a dot at its end.
    prefix: String,
    /// What was chosen, in words, and the condition that it was.
    item: Option<(&'f str, Json)>,
    /// Names of fields, and of their copies for this item.
    names: Vec<(&'f str, String)>,
    /// Where it goes on, behind the block.
    exit: String,
    /// What must hold for the whole block.
    when: Option<&'f Json>,
}

impl Work {
    /// Writes out the block of one step; the id of its first step.
    fn take_up(&mut self, flow: &Flow, place: usize, path: &Path, notes: &mut Notes) -> Option<String> {
        let hub = &flow.conversation.steps[place];
        let busy = hub.ask.is_some() || hub.consent || hub.end.is_some();
        let Some(name) = hub.block.as_deref().filter(|_| !busy && hub.pick.is_empty() && hub.branches.is_empty())
        else {
            notes.error(Code::StepMismatch, path, || {
                (
                    "A step that takes up a block does nothing else, and only such a step has “for_each”.".into(),
                    "Keep “block”, “for_each”, “say”, “when” and “next”; branch in the block, or behind it.".into(),
                )
            });
            return None;
        };
        let blocks = &flow.conversation.blocks;
        let Some(number) = blocks.iter().position(|block| block.id == name) else {
            notes.error(Code::UnknownReference, &path.key("block"), || {
                let way = match nearest(name, blocks.iter().map(|block| block.id.as_str())) {
                    Some(near) => format!("Did you mean “{near}”?"),
                    None => "Add it to “blocks” of the conversation.".into(),
                };
                (format!("There is no block “{name}”."), way)
            });
            return None;
        };
        let block = &blocks[number];
        let items = match &hub.for_each {
            None => vec![None],
            Some(id) => {
                let field = flow.fields.iter().find(|field| field.id == *id);
                let Some(field) = field.filter(|field| field.kind.shape() == Shape::Options) else {
                    notes.error(Code::KindMismatch, &path.key("for_each"), || {
                        (format!("“{id}” is no question of which several answers can be chosen."), "Name one.".into())
                    });
                    return None;
                };
                field.options.iter().map(|option| Some((id, option))).collect()
            }
        };
        // Nothing follows: that is noted where ways are checked.
        let exit = hub.next.clone().or_else(|| below(&flow.conversation.steps, place))?;
        if self.steps.len() + items.len() * block.steps.len() > MOST {
            notes.error(Code::OutOfRange, path, || {
                (format!("Blocks would come to more than {MOST} steps."), "Ask less for each.".into())
            });
            return None;
        }
        let start = |prefix: &String| below(&block.steps, usize::MAX).map(|id| prefix.clone() + &id);
        let prefix = |item: &Option<(&String, &super::model::Choice)>| match item {
            Some((_, option)) => [hub.id.as_str(), ".", &option.id, "."].concat(),
            None => hub.id.clone() + ".",
        };
        let first = items.first().and_then(|item| start(&prefix(item)));
        for (count, item) in items.iter().enumerate() {
            let next = items.get(count + 1).and_then(|item| start(&prefix(item)));
            let names = match item {
                Some((_, option)) => self.copy(flow, block, &option.id, &option.label),
                None => Vec::new(),
            };
            let turn = Turn {
                block,
                prefix: prefix(item),
                item: item.map(|(field, option)| {
                    let chosen = Json::Object(vec![("var".into(), Json::Text(field.clone()))]);
                    let within = Json::List(vec![Json::Text(option.id.clone()), chosen]);
                    (option.label.as_str(), Json::Object(vec![("in".into(), within)]))
                }),
                names,
                exit: next.unwrap_or_else(|| exit.clone()),
                when: hub.when.as_ref(),
            };
            for step in 0..block.steps.len() {
                self.steps.push(turn.step(step, number, notes));
                self.origins.of_steps.push(Origin {
                    #[cfg(not(feature = "widget"))]
                    block: number,
                    #[cfg(not(feature = "widget"))]
                    step,
                    again: count > 0,
                });
            }
        }
        first
    }

    /// Copies the fields that a block asks, and those that take words of the visitor's own, for one of what
    /// was chosen.
    fn copy<'f>(&mut self, flow: &'f Flow, block: &'f Block, item: &str, label: &str) -> Vec<(&'f str, String)> {
        let find = |name: &str| flow.fields.iter().position(|field| field.id == name);
        let mut names = Vec::new();
        for name in block.steps.iter().filter_map(|step| step.ask.as_deref()) {
            // A name that leads nowhere is noted where it is asked.
            let Some(place) = find(name) else { continue };
            names.push((name, place));
            let asked = flow.fields[place].options.iter().filter_map(|option| option.asks.as_deref());
            names.extend(asked.filter_map(|name| Some((name, find(name)?))));
        }
        let copied = |name: &str| [name, ".", item].concat();
        for (name, place) in &names {
            let id = copied(name);
            if self.fields.iter().any(|field| field.id == id) {
                continue;
            }
            let mut field = flow.fields[*place].clone();
            field.label = labelled(&field.label, label);
            (field.id, field.parameter) = (id, None);
            for asks in field.options.iter_mut().filter_map(|option| option.asks.as_mut()) {
                *asks = copied(asks);
            }
            self.fields.push(field);
            #[cfg(not(feature = "widget"))]
            self.origins.of_fields.push(*place);
        }
        names.into_iter().map(|(name, _)| (name, copied(name))).collect()
    }
}

/// A label that says what it is about: where it says so itself, or behind it. The standard library's search
/// for a text would weigh a kilobyte.
fn labelled(label: &str, item: &str) -> String {
    let (mut out, mut rest, mut said) = (String::new(), label, false);
    while let Some((before, after)) = cut(rest, b'{') {
        let named = after.strip_prefix(LABELLED);
        out.push_str(before);
        out.push_str(if named.is_some() { item } else { "{" });
        said |= named.is_some();
        rest = named.unwrap_or(after);
    }
    out.push_str(rest);
    if !said {
        out.extend([" – ", item]);
    }
    out
}

/// The id of the step below a place that no other step picks.
fn below(steps: &[Step], place: usize) -> Option<String> {
    let picked = |id: &String| steps.iter().any(|step| step.pick.contains(id));
    steps.iter().skip(place.wrapping_add(1)).find(|step| !picked(&step.id)).map(|step| step.id.clone())
}

impl Turn<'_> {
    fn step(&self, place: usize, block: usize, notes: &mut Notes) -> Step {
        let written = &self.block.steps[place];
        if written.consent || written.block.is_some() || written.for_each.is_some() {
            let conversation = Path::ROOT.key("conversation");
            let blocks = conversation.key("blocks");
            let path = blocks.index(block);
            notes.error(Code::StepMismatch, &path.key("steps").index(place), || {
                (
                    "A block asks for no consent and takes up no other block.".into(),
                    "Do that in a step of the conversation.".into(),
                )
            });
        }
        let picked = self.block.steps.iter().any(|step| step.pick.contains(&written.id));
        let goes_on = !picked && written.end.is_none();
        let next = written.next.as_ref().map(|id| self.way(id)).or_else(|| {
            let own = below(&self.block.steps, place).map(|id| self.prefix.clone() + &id);
            goes_on.then(|| own.unwrap_or_else(|| self.exit.clone()))
        });
        let branch = |branch: &Branch| Branch { when: self.renamed(&branch.when), to: self.way(&branch.to) };
        let mut all: Vec<Json> = self.item.iter().map(|(_, chosen)| chosen.clone()).collect();
        all.extend(self.when.cloned());
        all.extend(written.when.as_ref().map(|when| self.renamed(when)));
        let when = match all.len() {
            0 => None,
            1 => all.pop(),
            _ => Some(Json::Object(vec![("and".into(), Json::List(all))])),
        };
        Step {
            id: self.prefix.clone() + &written.id,
            say: written
                .say
                .iter()
                .map(|text| mentions(text, self.item.as_ref().map_or("", |i| i.0), &self.names))
                .collect(),
            ask: written.ask.as_ref().map(|id| self.name(id)),
            branches: written.branches.iter().map(branch).collect(),
            next,
            when,
            depends_on: written.depends_on.iter().map(|id| self.name(id)).collect(),
            pick: written.pick.iter().map(|id| self.way(id)).collect(),
            ..written.clone()
        }
    }

    fn name(&self, id: &str) -> String {
        self.names.iter().find(|(name, _)| *name == id).map_or_else(|| id.into(), |(_, copy)| copy.clone())
    }

    /// A step of the block itself, the way out of it, or a step outside.
    fn way(&self, id: &str) -> String {
        match id {
            LEAVE => self.exit.clone(),
            _ if self.block.steps.iter().any(|step| step.id == id) => self.prefix.clone() + id,
            _ => id.into(),
        }
    }

    /// A condition that asks for the copies.
    fn renamed(&self, json: &Json) -> Json {
        match json {
            Json::List(items) => Json::List(items.iter().map(|item| self.renamed(item)).collect()),
            Json::Object(entries) => {
                let each = |(key, value): &(String, Json)| {
                    let named = matches!(key.as_str(), "var" | "missing" | "missing_some");
                    (key.clone(), if named { self.renamed_names(value) } else { self.renamed(value) })
                };
                Json::Object(entries.iter().map(each).collect())
            }
            other => other.clone(),
        }
    }

    fn renamed_names(&self, json: &Json) -> Json {
        match json {
            Json::Text(name) => Json::Text(self.name(name)),
            Json::List(items) => Json::List(items.iter().map(|item| self.renamed_names(item)).collect()),
            other => self.renamed(other),
        }
    }
}

/// A text that mentions the copies, and what was chosen instead of `{item}`.
fn mentions(text: &str, item: &str, names: &[(&str, String)]) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some((before, after)) = cut(rest, b'{') {
        out.push_str(before);
        out.push('{');
        if let Some(more) = after.strip_prefix('{') {
            out.push('{');
            rest = more;
            continue;
        }
        let end = after.bytes().position(|byte| matches!(byte, b'}' | b'|' | b':')).unwrap_or(after.len());
        let (name, more) = (after.get(..end).unwrap_or(""), after.get(end..).unwrap_or(""));
        rest = more;
        if name == ITEM && !item.is_empty() {
            // The brace that was begun is none, and those of the label are plain ones.
            out.pop();
            out.push_str(&item.replace('{', "{{"));
            rest = cut(more, b'}').map_or("", |(_, more)| more);
        } else {
            out.push_str(names.iter().find(|(known, _)| *known == name).map_or(name, |(_, copy)| copy));
        }
    }
    out.push_str(rest);
    out
}
