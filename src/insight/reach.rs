//! Which stages and grades a lead can have at all: shown by a lead that has it, or excluded.

use super::domain::{self, Domain, Doubt, Value, Variable};
use super::draft::Draft;
use super::parts;
use super::search::{Next, Search, evidence, looks};
use crate::account;
use crate::dialog::{Dialog, Input, Moment, answer, takes};
use crate::flow::model::{Experiment, Shape};
use crate::flow::{Checked, Does};
use crate::json::Json;
use crate::lead::Lead;
use crate::score::{Prospect, Standing, Tally, score};

/// What may be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A stage, by its place, as the one a lead stands in.
    Stage(usize),
    /// A cell of the grid: its row and column.
    Cell(usize, usize),
    /// To hold every must-have and no disqualifier, without which all leads stand in the first stage.
    Admitted,
}

/// A lead that reaches a target; the engine has scored it.
#[derive(Clone, Debug, PartialEq)]
pub struct Witness {
    pub lead: Lead,
}

/// Whether a target can be reached.
#[derive(Clone, Debug, PartialEq)]
pub enum Reach {
    /// By this lead, on a way through the conversation.
    Reachable(Witness),
    /// By this lead, which a form or an import can bring; no way through the conversation leads to one.
    OutsideConversation(Witness),
    /// By no lead.
    Unreachable,
    /// The search gave up, or conditions compute with answers in a way that no list of answers stands for.
    Undecided,
}

/// The greatest total that a lead can have.
#[derive(Clone, Debug, PartialEq)]
pub struct Most {
    /// A lead has this.
    pub found: Witness,
    /// No lead has more than this. Equal to the total of `found` where the search came to its end.
    pub bound: i64,
}

impl Target {
    fn is_met(self, standing: &Standing) -> bool {
        match self {
            Target::Stage(place) => standing.stage() == place,
            Target::Cell(row, column) => standing.grade() == Some((row, column)),
            Target::Admitted => standing.disqualified().is_empty() && standing.missing().is_empty(),
        }
    }

    /// Whether a lead in the making may still come there.
    fn is_possible(self, standing: &Standing) -> bool {
        match self {
            Target::Stage(place) => {
                let prospects = standing.prospects();
                let stage = &standing.evidence.flow.stages[place];
                let comes_far_enough = |cell: &(usize, usize)| {
                    most_within(standing, *cell).is_some_and(|most| stage.from.is_none_or(|from| most >= from))
                };
                prospects[place] != Prospect::Excluded
                    && !prospects[place + 1..].contains(&Prospect::Reached)
                    && (stage.cells.is_empty() || stage.cells.iter().any(comes_far_enough))
            }
            Target::Admitted => standing.admitted() != Some(false),
            Target::Cell(row, column) => most_within(standing, (row, column)).is_some(),
        }
    }
}

/// The greatest total that a lead in the making can still have in a cell of the grid; `None` where it cannot
/// come there.
fn most_within(standing: &Standing, (row, column): (usize, usize)) -> Option<i64> {
    let flow = standing.evidence.flow;
    let (grid, scores) = (flow.flow.scoring.grid.as_ref()?, flow.grid?);
    let mut most: Vec<i64> = standing.scores.iter().map(|(_, range)| range.most).collect();
    for (bands, score, place) in [(&grid.rows.bands, scores.0, row), (&grid.columns.bands, scores.1, column)] {
        let above = place.checked_sub(1).map(|above| i64::from(bands[above].from));
        let floor = (place + 1 < bands.len()).then(|| i64::from(bands[place].from));
        if floor.is_some_and(|floor| most[score] < floor)
            || above.is_some_and(|above| standing.scores[score].1.least >= above)
        {
            return None;
        }
        most[score] = above.map_or(most[score], |above| most[score].min(above - 1));
    }
    Some(most.iter().sum())
}

impl Witness {
    fn of(flow: &Checked, draft: &Draft, now: i64) -> Witness {
        Witness { lead: account::lead(&evidence(flow, draft, now), "0".repeat(32)).0 }
    }
}

/// Whether a target can be reached by a lead of this flow at a time (milliseconds since 1970 UTC).
pub fn reach(flow: &Checked, target: Target, now: i64) -> Reach {
    let domain = domain::of(flow, now);
    let mut search = Search::new(flow, &domain, now);
    let end = search.run(&mut |standing, whole| match () {
        () if !target.is_possible(standing) => Next::Back,
        () if whole && target.is_met(standing) => Next::Found,
        () => Next::Deeper,
    });
    match end {
        Some(true) => {}
        Some(false) if domain.complete => return Reach::Unreachable,
        // Where the listed answers do not stand for all, only a bound at the very beginning is a proof.
        _ => {
            let mut possible = false;
            let outset = Search::new(flow, &domain, now).at_the_outset(&mut |s| possible |= target.is_possible(s));
            let excluded = outset.is_some() && !possible && domain.complete_outside;
            return if excluded { Reach::Unreachable } else { Reach::Undecided };
        }
    }
    let outside = search.draft;
    match through_conversation(flow, target, &domain, &outside, now) {
        Some(Some(draft)) => Reach::Reachable(Witness::of(flow, &draft, now)),
        Some(None) => Reach::OutsideConversation(Witness::of(flow, &outside, now)),
        None => Reach::Undecided,
    }
}

/// Why something about this flow may stay undecided. Where this is empty, only its size can be why.
pub fn doubts(flow: &Checked, now: i64) -> Vec<Doubt> {
    domain::of(flow, now).doubts
}

/// The greatest total.
pub fn most(flow: &Checked, now: i64) -> Most {
    let domain = domain::of(flow, now);
    let mut bound = i64::MIN;
    let outset = Search::new(flow, &domain, now).at_the_outset(&mut |s| bound = bound.max(s.range().most));
    if outset.is_none() || !domain.complete_outside {
        bound = flow.flow.scoring.scores.iter().map(|score| i64::from(score.cap)).sum();
    }
    let mut best = i64::MIN;
    // Until something is found: nothing answered and nothing seen.
    let mut found = Draft::open(flow);
    for seen in &mut found.seen {
        seen.open = false;
    }
    let end = Search::new(flow, &domain, now).run(&mut |standing, whole| {
        if standing.range().most <= best {
            Next::Back
        } else if whole && standing.total() > best {
            best = standing.total();
            found = Draft::of(standing.evidence);
            if best == bound { Next::Found } else { Next::Back }
        } else {
            Next::Deeper
        }
    });
    let exhausted = end.is_some();
    if best == i64::MIN {
        best = score(&evidence(flow, &found, now)).total;
    }
    let exact = best == bound || (exhausted && domain.complete);
    Most { found: Witness::of(flow, &found, now), bound: if exact { best } else { bound } }
}

/// A search along the ways of the conversation.
struct Walk<'a> {
    flow: &'a Checked,
    target: Target,
    domain: &'a Domain,
    /// What reaches the target outside the conversation: its answers are tried first.
    model: &'a Draft,
    /// What was seen on the page in this walk.
    page: Draft,
    /// By experiment: the variant in this walk.
    variants: Vec<usize>,
    now: i64,
    left: u64,
}

/// `Some(Some(lead))` that answers its way to the target, `Some(None)` when no way leads there, `None`
/// when that is not known.
fn through_conversation(
    flow: &Checked,
    target: Target,
    domain: &Domain,
    model: &Draft,
    now: i64,
) -> Option<Option<Draft>> {
    let asked = |variable: &Variable| matches!(variable, Variable::Field(field) if !flow.flow.fields[*field].hidden);
    let outside = domain.variables.iter().filter(|(variable, _)| !asked(variable));
    let outside: Vec<&(Variable, Vec<Value>)> = outside.collect();
    // What the page knows of may also not be known.
    let count = |(variable, values): &(Variable, Vec<Value>)| {
        values.len() + usize::from(matches!(variable, Variable::Field(_)))
    };
    // What the model has seen comes first, and then all else, where that is not too much.
    let ways = outside.iter().try_fold(1usize, |product, entry| product.checked_mul(count(entry)));
    let ways = ways.filter(|ways| *ways <= 512);
    let page = |way: usize| {
        let (mut page, mut rest) = (model.clone(), way);
        for entry in &outside {
            match entry.1.get(rest % count(entry)) {
                Some(value) => page.set(entry.0, value),
                None => page.clear(entry.0),
            }
            rest /= count(entry);
        }
        page
    };
    let pages = || core::iter::once(model.clone()).chain((0..ways.unwrap_or(0)).map(page));
    // Each visit has one variant of each experiment.
    let tests = &flow.flow.conversation.experiments;
    let all = tests.iter().try_fold(1usize, |product, test| product.checked_mul(test.variants.len()));
    let all = all.filter(|all| *all <= 64);
    let variants = |mut rest: usize| {
        let each = |test: &Experiment| {
            let variant = rest % test.variants.len();
            rest /= test.variants.len();
            variant
        };
        tests.iter().map(each).collect::<Vec<usize>>()
    };
    let pages = || (0..all.unwrap_or(1)).flat_map(|number| pages().map(move |page| (number, page)));
    let mut walk = Walk { flow, target, domain, model, page: model.clone(), variants: Vec::new(), now, left: 0 };
    // Most ways differ from the model in an answer or two, often in an early one that a search from the
    // last question backwards would come to last.
    for differing in 0..=2 {
        walk.left = looks(flow) / 2;
        for (number, page) in pages() {
            (walk.page, walk.variants) = (page, variants(number));
            match walk.begin(differing) {
                Some(Some(draft)) => return Some(Some(draft)),
                Some(None) => {}
                None => break,
            }
        }
    }
    walk.left = looks(flow);
    for (number, page) in pages() {
        (walk.page, walk.variants) = (page, variants(number));
        if let Some(draft) = walk.begin(usize::MAX)? {
            return Some(Some(draft));
        }
    }
    (domain.complete && ways.is_some() && all.is_some()).then_some(None)
}

impl Walk<'_> {
    fn moment(&self) -> Moment<'_> {
        Moment {
            seen: &self.page.seen,
            attribution: self.page.attribution.as_ref(),
            hasty: &[],
            granted: None,
            variants: &self.variants,
            now: self.now,
        }
    }

    /// `differing` is how many answers may be others than the model's.
    fn begin(&mut self, differing: usize) -> Option<Option<Draft>> {
        let mut dialog = Dialog::new(self.flow);
        for (place, _) in self.flow.flow.fields.iter().enumerate().filter(|(_, field)| field.hidden) {
            dialog.answers[place].clone_from(&self.page.answers[place]);
        }
        dialog.recount(self.flow, &self.moment());
        dialog.advance(self.flow, &self.moment());
        self.from(dialog, differing)
    }

    fn from(&mut self, dialog: Dialog, differing: usize) -> Option<Option<Draft>> {
        self.left = self.left.checked_sub(1)?;
        let (possible, met) = {
            let moment = self.moment();
            let mut evidence = dialog.evidence(self.flow, &moment);
            evidence.pace = self.page.pace;
            let standing = Standing::new(&evidence, &Tally::of(&evidence));
            (self.target.is_possible(&standing), self.target.is_met(&standing))
        };
        if !possible {
            return Some(None);
        }
        if self.flow.steps[dialog.current()].does == Does::Offer {
            let mut next = dialog;
            next.answer(self.flow, &self.moment(), next.current(), &Input::Skip);
            next.advance(self.flow, &self.moment());
            return self.from(next, differing);
        }
        let Does::Ask(field) = self.flow.steps[dialog.current()].does else {
            // The choice at the consent step changes no points, so a lead stands here as it will.
            return Some(met.then(|| {
                let answers = dialog.evidence(self.flow, &self.moment()).answers;
                Draft { answers: answers.into_iter().map(|a| a.cloned()).collect(), ..self.page.clone() }
            }));
        };
        for (place, (value, own)) in self.worded(field).into_iter().enumerate() {
            // The first is the model's.
            let Some(differing) = differing.checked_sub(usize::from(place > 0)) else { break };
            let mut next = dialog.clone();
            next.answers[field] = Some(value);
            if let Some((words, own)) = own {
                next.answers[words] = Some(own);
            }
            next.advance(self.flow, &self.moment());
            if let Some(draft) = self.from(next, differing)? {
                return Some(Some(draft));
            }
        }
        Some(None)
    }

    /// The answers to a field, with words of the visitor's own where the answer asks for them.
    fn worded(&self, field: usize) -> Vec<(Json, Option<(usize, Json)>)> {
        let mut all = Vec::new();
        for value in self.answers(field) {
            match self.flow.words[field] {
                Some((option, words)) if takes(self.flow, field, option, &value) => {
                    all.extend(self.answers(words).into_iter().map(|own| (value.clone(), Some((words, own)))));
                }
                _ => all.push((value, None)),
            }
        }
        all
    }

    /// The answers to a field, the one of the model first.
    fn answers(&self, field: usize) -> Vec<Json> {
        let listed = self.domain.variables.iter().find(|(variable, _)| *variable == Variable::Field(field));
        let values = listed.iter().flat_map(|(_, values)| values).filter_map(|value| match value {
            Value::Answer(json) => Some(json.clone()),
            _ => None,
        });
        let mut all: Vec<Json> = self.model.answers[field].iter().cloned().chain(values).collect();
        if all.is_empty() {
            all.push(any_answer(self.flow, field));
        }
        // The model's own answer is in the list as well.
        if let Some(twice) = all.iter().skip(1).position(|value| *value == all[0]) {
            all.remove(twice + 1);
        }
        all
    }
}

/// An answer that the field takes, where it does not matter which.
pub(super) fn any_answer(flow: &Checked, field: usize) -> Json {
    let model = &flow.flow.fields[field];
    let first = model.options.first().map(|option| Json::Text(option.id.clone())).unwrap_or_default();
    let (least, most) = model.limits();
    let candidates: Vec<Json> = match model.kind.shape() {
        Shape::Option => vec![first],
        Shape::Options => vec![Json::List(vec![first])],
        Shape::Number => [Some(1.0), least, most, Some(0.0)].into_iter().flatten().map(Json::Number).collect(),
        Shape::Days | Shape::Order | Shape::Rows => parts::answers(model, &[]).0,
        Shape::Text => domain::sample(model).into_iter().map(Json::Text).collect(),
    };
    candidates.into_iter().find(|value| answer::validate(model, value).is_ok()).unwrap_or_default()
}
