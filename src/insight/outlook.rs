//! What the open questions can still do: whether to stop asking, and what to ask next.

use crate::score::{Evidence, Interval, Prospect, Standing, Tally};

/// What is still open about a lead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outlook {
    /// The interval that every completion of the answers brings the total into.
    pub total: Interval,
    /// By stage.
    pub stages: Vec<Prospect>,
    /// The stage the lead ends in whatever is answered, if that is sure: then asking can stop.
    pub settled: Option<usize>,
    /// Open fields by how far each can move the total, the farthest first: what to ask next. Fields
    /// that move nothing are left out.
    pub questions: Vec<(usize, i64)>,
}

/// What the open questions of a lead can still do.
pub fn outlook(evidence: &Evidence) -> Outlook {
    let tally = Tally::of(evidence);
    let standing = Standing::new(evidence, &tally);
    let open = (0..evidence.answers.len()).filter(|field| evidence.answers[*field].is_none());
    let moves = open.map(|field| (field, tally.influence(evidence.flow, field)));
    let mut questions: Vec<(usize, i64)> = moves.filter(|(_, moves)| *moves > 0).collect();
    questions.sort_by_key(|(field, moves)| (std::cmp::Reverse(*moves), *field));
    Outlook { total: standing.range(), stages: standing.prospects(), settled: standing.settled_stage(), questions }
}
