//! Where a lead can stand: grid, frameworks, profile, stages, routes.

use super::{Check, CriterionAt, Level, RouteAt, StageAt};
use crate::flow::condition::Expr;
use crate::flow::diagnostic::{Code, Path};
use crate::flow::model::{Axis, Stage};
use alloc::{format, vec::Vec};

/// The usual least totals of the stages that everybody knows.
const USUAL: [(&str, i64); 3] = [("mql", 50), ("sal", 65), ("sql", 80)];

impl Check<'_> {
    /// The scores of the grid's rows and columns.
    pub(super) fn grid(&mut self) -> Option<(usize, usize)> {
        let grid = self.flow.scoring.grid.as_ref()?;
        let scoring = Path::ROOT.key("scoring");
        let path = scoring.key("grid");
        Some((self.axis(&grid.rows, &path.key("rows")), self.axis(&grid.columns, &path.key("columns"))))
    }

    fn axis(&mut self, axis: &Axis, path: &Path) -> usize {
        let score = self.known.scores.refer(&axis.score, &path.key("score"), self.notes);
        let bands = path.key("bands");
        for (i, band) in axis.bands.iter().enumerate() {
            let above = i.checked_sub(1).map(|above| &axis.bands[above]);
            if above.is_some_and(|above| above.from <= band.from) {
                self.notes.error(Code::GridOrder, &bands.index(i).key("from"), || {
                    (
                        "Bands stand best first, and this one is not below the one before.".into(),
                        "Let “from” fall from band to band.".into(),
                    )
                });
            }
            if band.name.is_empty() || axis.bands[..i].iter().any(|other| other.name == band.name) {
                self.notes.error(Code::Duplicate, &bands.index(i).key("name"), || {
                    (
                        format!("“{}” does not tell this band from the others.", band.name),
                        "Give it a name of its own.".into(),
                    )
                });
            }
        }
        let floor = self.flow.scoring.scores.get(score).map_or(0, |score| score.floor);
        match axis.bands.last() {
            None => self.notes.error(Code::Empty, &bands, || {
                ("A grid needs bands.".into(), "Add at least one {\"name\", \"from\"}.".into())
            }),
            Some(last) if last.from > floor => {
                self.notes.error(Code::GridOrder, &bands.index(axis.bands.len() - 1).key("from"), || {
                    (
                        format!("“{}” can be as low as {floor}, below the last band.", axis.score),
                        format!("Let the last band start at {floor}."),
                    )
                });
            }
            Some(_) => {}
        }
        score
    }

    /// The criteria of all frameworks, in their order.
    pub(super) fn criteria(&mut self) -> Vec<CriterionAt> {
        let root = Path::ROOT.key("frameworks");
        let mut all = Vec::new();
        for (i, framework) in self.flow.frameworks.iter().enumerate() {
            let path = root.index(i);
            let list = path.key("criteria");
            for (n, criterion) in framework.criteria.iter().enumerate() {
                let path = list.index(n);
                let when = self.optional_condition(criterion.when.as_ref(), Level::Evidence, &path);
                let named = criterion.field.as_ref().map(|id| self.field(id, &path.key("field")));
                if named.is_none() && when.is_none() {
                    self.notes.error(Code::CriterionWithoutCause, &path, || {
                        (
                            format!("Nothing shows whether “{}” is met.", criterion.id),
                            "Add a “field” whose answer shows it, or a “when”.".into(),
                        )
                    });
                }
                all.push(CriterionAt { field: named.or_else(|| when.as_ref().and_then(Expr::first_field)), when });
            }
        }
        all
    }

    pub(super) fn traits(&mut self) -> Vec<Expr> {
        let Some(profile) = &self.flow.icp else { return Vec::new() };
        let icp = Path::ROOT.key("icp");
        let path = icp.key("traits");
        if profile.traits.iter().all(|t| t.weight == 0) {
            self.notes.error(Code::Empty, &path, || {
                (
                    "A profile needs a trait that weighs something.".into(),
                    "Add at least one with a weight above 0.".into(),
                )
            });
        }
        self.conditions(profile.traits.iter().map(|t| &t.when), &path, Level::Evidence)
    }

    /// The stages, and the place of the lowest that is delivered.
    pub(super) fn stages(&mut self) -> (Vec<StageAt>, usize) {
        let root = Path::ROOT.key("stages");
        let list = &self.flow.stages;
        // Below the first stage there is no other, so it has to be reached by every lead.
        let lowest: i64 = self.flow.scoring.scores.iter().map(|s| i64::from(s.floor)).sum();
        let stages: Vec<StageAt> =
            list.iter().enumerate().map(|(i, stage)| self.stage(stage, i, &root.index(i))).collect();
        let mut above: Option<(usize, i64)> = None;
        for (i, stage) in stages.iter().enumerate() {
            let Some(from) = stage.from else { continue };
            if i == 0 && from > lowest {
                self.notes.error(Code::StageOrder, &root.index(0).key("from"), || {
                    (
                        format!("Totals start at {lowest}, below the first stage."),
                        format!("Let the first stage start at {lowest}."),
                    )
                });
            }
            if let Some((before, least)) = above.filter(|(_, least)| *least >= from) {
                self.notes.error(Code::StageOrder, &root.index(i).key("from"), || {
                    (
                        format!("“{}” starts at {from}, not above “{}” at {least}.", list[i].id, list[before].id),
                        "List stages in rising order of “from”.".into(),
                    )
                });
            }
            above = Some((i, from));
        }
        let minimum = self.minimum_stage(&stages);
        (stages, minimum)
    }

    fn stage(&mut self, stage: &Stage, place: usize, path: &Path) -> StageAt {
        let when = self.optional_condition(stage.when.as_ref(), Level::Points, path);
        let grades = path.key("grades");
        let cells = stage.grades.iter().enumerate().map(|(i, name)| self.cell(name, &grades.index(i))).collect();
        let requires = path.key("requires");
        let mut criteria = Vec::new();
        for (i, name) in stage.requires.iter().enumerate() {
            match self.known.criteria(name) {
                Some(found) => criteria.extend(found),
                // The sentence and the nearest name are those of any other reference.
                None => {
                    self.known.frameworks.refer(name, &requires.index(i), self.notes);
                }
            }
        }
        let asks = stage.from.is_some() || when.is_some() || !stage.grades.is_empty() || !stage.requires.is_empty();
        let mut at = StageAt { from: stage.from.map(i64::from), cells, when, criteria, product: false };
        if place == 0 {
            if at.when.is_some() || !stage.grades.is_empty() || !stage.requires.is_empty() {
                self.notes.error(Code::StageOrder, path, || {
                    (
                        "The first stage is where every lead starts, so it can ask for nothing.".into(),
                        "Leave it with its “id” alone.".into(),
                    )
                });
            }
        } else if !asks {
            let criteria = self.flow.frameworks.iter().map(|f| f.criteria.len()).sum::<usize>();
            let product = self.flow.signals.iter().any(|s| s.product);
            match USUAL.iter().find(|(id, _)| *id == stage.id) {
                Some((_, from)) => at.from = Some(*from),
                None if stage.id == "cql" && criteria > 0 => at.criteria = (0..criteria).collect(),
                None if stage.id == "pql" && product => at.product = true,
                None => self.notes.error(Code::StageWithoutCause, path, || {
                    let way = match stage.id.as_str() {
                        "cql" => "Add “frameworks”: a cql meets every criterion.",
                        "pql" => "Mark the signals of product use with \"product\": true.",
                        _ => "Add “from”, “grades”, “when” or “requires”.",
                    };
                    (format!("Every lead would reach “{}”: it asks for nothing.", stage.id), way.into())
                }),
            }
        }
        at
    }

    /// A grade by its name.
    fn cell(&mut self, name: &str, path: &Path) -> (usize, usize) {
        let bands = |axis: fn(&crate::flow::model::Grid) -> &Axis| {
            self.flow.scoring.grid.iter().flat_map(move |g| axis(g).bands.iter()).enumerate()
        };
        for (row, above) in bands(|g| &g.rows) {
            for (column, left) in bands(|g| &g.columns) {
                if name.strip_prefix(above.name.as_str()) == Some(left.name.as_str()) {
                    return (row, column);
                }
            }
        }
        self.notes.error(Code::UnknownReference, path, || {
            (format!("There is no grade “{name}”."), "Name a row and a column of “scoring.grid”, such as A1.".into())
        });
        (0, 0)
    }

    fn minimum_stage(&mut self, stages: &[StageAt]) -> usize {
        let delivery = Path::ROOT.key("delivery");
        let path = delivery.key("minimum_stage");
        let wanted = &self.flow.delivery.minimum_stage;
        let minimum = self.known.stages.refer(wanted, &path, self.notes);
        if self.flow.stages.first().is_some_and(|first| first.id == *wanted) {
            self.notes.error(Code::OutOfRange, &path, || {
                ("The lowest stage would send every lead.".into(), "Name a stage above the first.".into())
            });
        }
        let most: i64 = self.flow.scoring.scores.iter().map(|s| i64::from(s.cap)).sum();
        if let Some(from) = stages.get(minimum).and_then(|stage| stage.from)
            && from > most
        {
            self.notes.error(Code::StageOrder, &path, || {
                (
                    format!("“{wanted}” starts at {from}; the caps sum to {most}."),
                    "Raise a cap, or lower the stage.".into(),
                )
            });
        }
        minimum
    }

    pub(super) fn routes(&mut self) -> Vec<RouteAt> {
        let Some(routing) = &self.flow.routing else { return Vec::new() };
        let root = Path::ROOT.key("routing");
        let list = root.key("routes");
        let mut all = Vec::with_capacity(routing.routes.len());
        for (i, route) in routing.routes.iter().enumerate() {
            let path = list.index(i);
            if route.owners.is_empty() {
                self.notes.error(Code::Empty, &path.key("owners"), || {
                    ("A route leads to somebody.".into(), "Name at least one owner.".into())
                });
            }
            let segment =
                route.segment.as_ref().map(|id| self.known.segments.refer(id, &path.key("segment"), self.notes));
            let when = self.optional_condition(route.when.as_ref(), Level::Segment, &path);
            all.push(RouteAt { segment, when });
        }
        if routing.fallback.trim().is_empty() {
            self.notes.error(Code::Empty, &root.key("fallback"), || {
                ("Leads that no route takes need an owner.".into(), "Name one.".into())
            });
        }
        all
    }
}
