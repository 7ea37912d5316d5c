//! Where a lead can stand at all: stages and grades. The verdicts are those of [`insight`], which shows a
//! lead for what it calls reachable and has searched through, or bounded, what it does not.

use super::{Day, Review};
use crate::flow::diagnostic::{Code, Path};
use crate::insight::{self, Doubt, Reach, Target};
use alloc::{format, string::String, vec::Vec};

/// How many searches may give up before the grades that are left are not looked at: these have all gone
/// through their whole budget, and the next will hardly do better.
const PATIENCE: usize = 3;

/// A day on which leads are tried out where none is given; only ages count.
const SOME_DAY: Day = Day(20_000);

/// What is not known, and what was not looked at.
#[derive(Default)]
struct Unknown {
    tried: Vec<String>,
    left_out: Vec<String>,
}

impl Review<'_> {
    pub fn standing(&mut self) {
        let mut unknown = Unknown::default();
        if self.somebody_passes() {
            self.stages(&mut unknown);
        }
        self.grades(&mut unknown);
        self.unknown(&unknown);
    }

    fn now(&self) -> i64 {
        self.today.unwrap_or(SOME_DAY).0 * 86_400_000
    }

    fn reach(&self, target: Target) -> Reach {
        insight::reach(self.checked, target, self.now())
    }

    /// Whether must-haves and disqualifiers let anybody through; where they do not, all stages but the
    /// first are out of reach for that one reason.
    fn somebody_passes(&mut self) -> bool {
        let scoring = &self.flow.scoring;
        let gated = !scoring.must_haves.is_empty() || !scoring.disqualifiers.is_empty();
        if !gated {
            return true;
        }
        let what = match self.reach(Target::Admitted) {
            Reach::Reachable(_) | Reach::Undecided => return true,
            Reach::Unreachable => "No lead has every must-have and no disqualifier",
            Reach::OutsideConversation(_) => {
                "No way through the conversation leads to every must-have and past every disqualifier"
            }
        };
        let key = if scoring.must_haves.is_empty() { "disqualifiers" } else { "must_haves" };
        let path = Path::ROOT.key("scoring");
        self.notes.fault(Code::NobodyPasses, &path.key(key), || {
            (
                format!("{what}, so nobody ever qualifies."),
                "Correct the conditions: one of them asks for what another excludes, or what no step asks.".into(),
            )
        });
        false
    }

    fn stages(&mut self, unknown: &mut Unknown) {
        let root = Path::ROOT.key("stages");
        for (i, stage) in self.flow.stages.iter().enumerate().skip(1) {
            match self.reach(Target::Stage(i)) {
                Reach::Reachable(_) => {}
                Reach::Unreachable => self.out_of_reach(i, &root.index(i)),
                Reach::OutsideConversation(_) => self.notes.warning(Code::OutsideConversation, &root.index(i), || {
                    (
                        format!(
                            "A lead can stand in “{}”, and no way through the conversation leads to one.",
                            stage.id
                        ),
                        "Ask what it takes on one way, or ask for less.".into(),
                    )
                }),
                Reach::Undecided => unknown.tried.push(format!("“{}”", stage.id)),
            }
        }
    }

    fn out_of_reach(&mut self, place: usize, path: &Path) {
        let stage = &self.flow.stages[place];
        let most = insight::most(self.checked, self.now());
        match self.checked.stages[place].from {
            Some(from) if from > most.bound => self.notes.fault(Code::StageOutOfReach, &path.key("from"), || {
                let mut from_what = most.found.lead.contributions;
                from_what.retain(|contribution| contribution.counted > 0);
                from_what.sort_by_key(|contribution| -contribution.counted);
                let parts = from_what.iter().take(3).map(|c| format!("{} for “{}”", c.counted, c.reason));
                let parts = parts.collect::<Vec<_>>().join(", ");
                let most = if parts.is_empty() || most.found.lead.total < most.bound {
                    format!("no lead comes to more than {}", most.bound)
                } else {
                    format!("the most is {}, with {parts}", most.bound)
                };
                (
                    format!("“{}” starts at {from}, which cannot be reached: {most}.", stage.id),
                    "Lower it, or give more points.".into(),
                )
            }),
            _ => self.notes.fault(Code::StageOutOfReach, path, || {
                (
                    format!("No lead stands in “{}”: none has all that it asks for, or those stand higher.", stage.id),
                    "Ask for less, or correct the stages above it.".into(),
                )
            }),
        }
    }

    fn grades(&mut self, unknown: &mut Unknown) {
        let Some(grid) = &self.flow.scoring.grid else { return };
        let (rows, columns) = (grid.rows.bands.len(), grid.columns.bands.len());
        let scoring = Path::ROOT.key("scoring");
        let path = scoring.key("grid");
        let (mut none, mut outside) = (Vec::new(), Vec::new());
        for cell in (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column))) {
            let name = self.checked.grade_name(cell);
            if unknown.tried.len() >= PATIENCE {
                unknown.left_out.push(name);
                continue;
            }
            match self.reach(Target::Cell(cell.0, cell.1)) {
                Reach::Reachable(_) => {}
                Reach::Unreachable => none.push(cell),
                Reach::OutsideConversation(_) => outside.push(name),
                Reach::Undecided => unknown.tried.push(name),
            }
        }
        // A whole band is said once.
        let row_lost = |row: usize| (0..columns).all(|column| none.contains(&(row, column)));
        let column_lost = |column: usize| (0..rows).all(|row| none.contains(&(row, column)));
        for (axis, key, lost) in
            [(&grid.rows, "rows", &row_lost as &dyn Fn(usize) -> bool), (&grid.columns, "columns", &column_lost)]
        {
            let axis_path = path.key(key);
            let bands = axis_path.key("bands");
            for (i, band) in axis.bands.iter().enumerate().filter(|(i, _)| lost(*i)) {
                self.notes.warning(Code::GradeOutOfReach, &bands.index(i), || {
                    (
                        format!("No lead is in “{}”: “{}” never comes to such points.", band.name, axis.score),
                        "Correct “from”, the cap, or the points.".into(),
                    )
                });
            }
        }
        let single = none.iter().filter(|(row, column)| !row_lost(*row) && !column_lost(*column));
        let single: Vec<String> = single.map(|cell| self.checked.grade_name(*cell)).collect();
        if !single.is_empty() {
            self.notes.warning(Code::GradeOutOfReach, &path, || {
                (
                    format!(
                        "No lead is {}: what gives points for one score gives or takes them for the other.",
                        list(&single)
                    ),
                    "Correct the bands, or take it that these grades do not exist.".into(),
                )
            });
        }
        if !outside.is_empty() {
            self.notes.warning(Code::OutsideConversation, &path, || {
                (
                    format!("A lead can be {}, and no way through the conversation leads to one.", list(&outside)),
                    "Ask what it takes on one way, or correct the bands.".into(),
                )
            });
        }
    }

    /// Said once, for it is less of a finding than of a limit.
    fn unknown(&mut self, unknown: &Unknown) {
        if unknown.tried.is_empty() {
            return;
        }
        let doubts = insight::doubts(self.checked, self.now());
        let stage = unknown.tried[0].starts_with('“');
        let path = if stage { Path::ROOT.key("stages") } else { Path::ROOT.key("scoring") };
        let why: Vec<String> = doubts.iter().map(|doubt| self.doubt(doubt)).collect();
        self.notes.warning(Code::Undecided, &path, || {
            let rest = match unknown.left_out.as_slice() {
                [] => String::new(),
                all => format!(" Not looked at: {}.", list(all)),
            };
            let (why, way) = if why.is_empty() {
                ("the flow is too large to try every lead".into(), "Try the leads that matter yourself.")
            } else {
                (list(&why), "Compare answers with constants where you can.")
            };
            (format!("Whether {} can be reached is not known: {why}.{rest}", list(&unknown.tried)), way.into())
        });
    }

    fn doubt(&self, doubt: &Doubt) -> String {
        match doubt {
            Doubt::Computed(name) => format!("a condition computes with “{name}”"),
            Doubt::Options(field) => format!("“{}” has too many combinations", self.flow.fields[*field].id),
            Doubt::Text(field) => format!("“{}” can be any text", self.flow.fields[*field].id),
            Doubt::Sightings(signal) => {
                format!("“{}” counts with ages or by page", self.flow.signals[*signal].id)
            }
        }
    }
}

/// Some names in a sentence, the first few of them.
fn list(names: &[String]) -> String {
    const SHOWN: usize = 5;
    let shown = names.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
