//! A search through the leads that differ, cut short by the engine's own intervals.

use super::domain::{Domain, Value, Variable};
use super::draft::Draft;
use crate::flow::condition::{Expr, Fact, Mention};
use crate::flow::{Checked, FlagAt};
use crate::score::{Evidence, Seen, Standing, Tally};

/// What to do after a look at a lead in the making.
pub enum Next {
    /// It may still become what is sought.
    Deeper,
    /// It cannot, whatever is answered.
    Back,
    /// This is it.
    Found,
}

/// What looks at a lead in the making.
pub type Judge<'j> = dyn FnMut(&Standing, bool) -> Next + 'j;

/// Evidence of a draft.
pub fn evidence<'a>(flow: &'a Checked, draft: &'a Draft, now: i64) -> Evidence<'a> {
    Evidence {
        flow,
        answers: draft.answers.iter().map(Option::as_ref).collect(),
        seen: &draft.seen,
        attribution: draft.attribution.as_ref(),
        pace: draft.pace,
        now,
        unanswered: &draft.unanswered,
    }
}

pub struct Search<'a> {
    flow: &'a Checked,
    now: i64,
    /// Those that can move most come first, so that bounds tighten early; before them those that the
    /// engine has no notion of as open.
    order: Vec<(Variable, &'a [Value])>,
    /// How many at the beginning of the order are never open. No bound is taken before they are decided.
    closed: usize,
    pub draft: Draft,
    /// How many looks are left.
    left: u64,
}

/// How many leads in the making are looked at before the search gives up: tenths of a second at the most,
/// however many rules there are.
pub fn looks(flow: &Checked) -> u64 {
    (2_000_000 / (30 + flow.rules.len() + flow.flow.fields.len()) as u64).max(500)
}

/// By field: whether its answer can make a difference to points, stage or grade. The rest, which perhaps
/// decides where the conversation goes, need not be gone through.
fn tells(flow: &Checked, gates: &[usize]) -> Vec<bool> {
    let fields = 0..flow.flow.fields.len();
    let scores = |field: usize| flow.field_points[field].is_some() || !flow.watch.fields[field].is_empty();
    let mut tells: Vec<bool> = fields.map(|field| scores(field) || flagged(flow, field) > 0).collect();
    gates.iter().for_each(|field| tells[*field] = true);
    // The profile and the checklists are for people to read, unless a stage asks for them by name.
    let (mut profile, mut checklists) = (false, false);
    conditions(flow).for_each(|condition| {
        condition.each_fact(&mut |fact| {
            profile |= fact == Fact::Icp;
            checklists |= matches!(fact, Fact::Criterion(_));
        });
    });
    checklists |= flow.stages.iter().any(|stage| !stage.criteria.is_empty());
    let traits = flow.traits.iter().filter(|_| profile);
    let criteria = || flow.criteria.iter().filter(|_| checklists);
    let told = traits.chain(criteria().filter_map(|criterion| criterion.when.as_ref()));
    for condition in told.chain(flow.flags.iter().filter_map(|flag| flag.when.as_ref())).chain(conditions(flow)) {
        condition.each_mention(&mut |mention| match mention {
            Mention::Fact(Fact::Field(field) | Fact::Part { field, .. }) => tells[field] = true,
            // By name, or computed: that may be any.
            Mention::Name(_) => tells.iter_mut().for_each(|tells| *tells = true),
            Mention::Fact(_) | Mention::Openness => {}
        });
    }
    criteria().filter_map(|criterion| criterion.field).for_each(|field| tells[field] = true);
    flow.flags.iter().filter_map(|flag| flag.field).for_each(|field| tells[field] = true);
    tells
}

/// What decides beside all points: disqualifiers, must-haves, conditions of stages.
fn conditions(flow: &Checked) -> impl Iterator<Item = &Expr> {
    let asked = flow.disqualifiers.iter().chain(&flow.must_haves);
    asked.chain(flow.stages.iter().filter_map(|stage| stage.when.as_ref()))
}

/// Fields that decide, beside all points, whether a lead comes up: as long as one of them is open no stage
/// is sure or excluded.
fn gates(flow: &Checked) -> Vec<usize> {
    let mut found = Vec::new();
    for condition in conditions(flow) {
        condition.each_fact(&mut |fact| {
            if let Some(field) = fact.field() {
                found.push(field);
            }
        });
    }
    let required = flow.stages.iter().flat_map(|stage| &stage.criteria);
    found.extend(required.filter_map(|place| flow.criteria[*place].field));
    found
}

/// How far red flags that look at a field can move the total.
fn flagged(flow: &Checked, field: usize) -> i64 {
    let looks_at = |flag: &FlagAt| {
        let mut found = flag.field == Some(field);
        if let Some(when) = &flag.when {
            when.each_fact(&mut |fact| found |= fact.field() == Some(field));
        }
        found
    };
    let all = flow.flags.iter().zip(&flow.flow.scoring.red_flags).filter(|(at, _)| looks_at(at));
    all.map(|(_, model)| i64::from(model.points).abs()).sum()
}

impl<'a> Search<'a> {
    pub fn new(flow: &'a Checked, domain: &'a Domain, now: i64) -> Search<'a> {
        let draft = Draft::open(flow);
        let open = evidence(flow, &draft, now);
        let tally = Tally::of(&open);
        let gates = gates(flow);
        let mut order: Vec<(i64, Variable, &[Value])> = Vec::new();
        let tells = tells(flow, &gates);
        for (variable, values) in &domain.variables {
            if matches!(variable, Variable::Field(field) if !tells[*field]) {
                continue;
            }
            let moves = match variable {
                Variable::Field(field) if gates.contains(field) => i64::MAX - 1,
                Variable::Field(field) => tally.influence(flow, *field) + flagged(flow, *field),
                Variable::Signal(signal) => {
                    let rules = flow.watch.signals[*signal].iter().map(|rule| &flow.flow.scoring.rules[*rule]);
                    rules.map(|rule| i64::from(rule.points).abs() * i64::from(rule.most.unwrap_or(1))).sum()
                }
                _ => i64::MAX,
            };
            order.push((moves, *variable, values));
        }
        order.sort_by_key(|(moves, ..)| std::cmp::Reverse(*moves));
        let closed = order.iter().take_while(|(moves, ..)| *moves == i64::MAX).count();
        let order = order.into_iter().map(|(_, variable, values)| (variable, values)).collect();
        Search { flow, now, order, closed, draft, left: looks(flow) }
    }

    /// Looks at leads until one is found. `judge` sees each lead in the making with what is decided so
    /// far, and at the end of each way with everything decided (`whole`).
    ///
    /// `Some(found)` when the search came to its end, `None` when it gave up.
    pub fn run(&mut self, judge: &mut Judge) -> Option<bool> {
        self.from(0, judge)
    }

    fn from(&mut self, place: usize, judge: &mut Judge) -> Option<bool> {
        self.left = self.left.checked_sub(1)?;
        if place < self.closed {
            return self.each(place, judge);
        }
        let whole = place == self.order.len();
        if whole {
            self.close();
        }
        let verdict = {
            let evidence = evidence(self.flow, &self.draft, self.now);
            judge(&Standing::new(&evidence, &Tally::of(&evidence)), whole)
        };
        match verdict {
            Next::Found => return Some(true),
            Next::Back => return Some(false),
            Next::Deeper if whole => return Some(false),
            Next::Deeper => {}
        }
        self.each(place, judge)
    }

    /// Goes on with each value of a variable.
    fn each(&mut self, place: usize, judge: &mut Judge) -> Option<bool> {
        let (variable, values) = self.order[place];
        for value in values {
            self.draft.set(variable, value);
            if self.from(place + 1, judge)? {
                return Some(true);
            }
        }
        self.draft.clear(variable);
        // A question may also stay unanswered; what else there is has a value for that.
        let Variable::Field(field) = variable else { return Some(false) };
        self.draft.unanswered[field] = true;
        let found = self.from(place + 1, judge)?;
        // What was found is left as it is.
        if !found {
            self.draft.clear(variable);
        }
        Some(found)
    }

    /// Looks with every question and signal open, so that nothing is listed: what is excluded here is
    /// excluded for all leads there are. `None` when there are too many ways to have come here.
    pub fn at_the_outset(mut self, judge: &mut dyn FnMut(&Standing)) -> Option<()> {
        self.order.truncate(self.closed);
        self.outset(0, judge)
    }

    fn outset(&mut self, place: usize, judge: &mut dyn FnMut(&Standing)) -> Option<()> {
        self.left = self.left.checked_sub(1)?;
        let Some((variable, values)) = self.order.get(place).copied() else {
            let evidence = evidence(self.flow, &self.draft, self.now);
            judge(&Standing::new(&evidence, &Tally::of(&evidence)));
            return Some(());
        };
        for value in values {
            self.draft.set(variable, value);
            self.outset(place + 1, judge)?;
        }
        Some(())
    }

    /// Signals that make no difference are not seen.
    fn close(&mut self) {
        for seen in self.draft.seen.iter_mut().filter(|seen| seen.open) {
            *seen = Seen::default();
        }
    }
}
