//! Whom a lead goes to, and whether somebody still looks after the model.

use super::places::{any, facts};
use super::trial;
use super::{Day, Review};
use crate::flow::condition::{Expr, Fact, Op};
use crate::flow::diagnostic::{Code, Path};
use crate::json::Json;
use alloc::{format, vec, vec::Vec};

/// After how many days a model should be looked over again: a quarter.
const QUARTER: i64 = 90;

impl Review<'_> {
    pub fn routing(&mut self) {
        let shadowed = self.segments();
        self.routes();
        self.unused_segments(&shadowed);
        self.owners();
    }

    /// Gives back the segments that nobody is in.
    fn segments(&mut self) -> Vec<usize> {
        let root = Path::ROOT.key("segments");
        let all: Vec<&Expr> = self.checked.segments.iter().collect();
        let shadowed = trial::shadowed(self.checked, &all);
        for &i in &shadowed {
            let id = &self.flow.segments[i].id;
            self.notes.warning(Code::ShadowedSegment, &root.index(i), || {
                (
                    format!("Every lead that “{id}” matches is in a segment before it."),
                    "Put it before that one, narrow the other, or remove it.".into(),
                )
            });
        }
        shadowed
    }

    fn routes(&mut self) {
        let routing = Path::ROOT.key("routing");
        let list = routing.key("routes");
        let all: Vec<Expr> = (0..self.checked.routes.len()).map(|i| self.route(i)).collect();
        // Behind a route that asks for nothing there is none.
        let open = all.iter().position(|route| *route == Expr::Value(Json::Bool(true))).unwrap_or(all.len());
        let mut late = trial::shadowed(self.checked, &all.iter().collect::<Vec<_>>());
        late.extend(open + 1..all.len());
        for i in late {
            let id = &self.flow.routing.as_ref().map_or("", |routing| &routing.routes[i].id);
            self.notes.warning(Code::ShadowedRoute, &list.index(i), || {
                (
                    format!("Every lead that “{id}” matches has been taken by a route before it."),
                    "Put it before that one, narrow the other, or remove it.".into(),
                )
            });
        }
    }

    /// What a route asks for, as one condition.
    fn route(&self, place: usize) -> Expr {
        let route = &self.checked.routes[place];
        let segment = route.segment.map(|segment| {
            let id = Json::Text(self.flow.segments[segment].id.clone());
            Expr::Call(Op::Equal, vec![Expr::Fact(Fact::Segment, None), Expr::Value(id)])
        });
        match (segment, route.when.clone()) {
            (Some(segment), Some(when)) => Expr::Call(Op::And, vec![segment, when]),
            (one, other) => one.or(other).unwrap_or(Expr::Value(Json::Bool(true))),
        }
    }

    /// With routing, a segment that no route and no condition names does nothing but stand in the lead.
    fn unused_segments(&mut self, shadowed: &[usize]) {
        if self.checked.routes.is_empty() {
            return;
        }
        let root = Path::ROOT.key("segments");
        let conditions = self.all_conditions();
        for (i, segment) in self.flow.segments.iter().enumerate() {
            let routed = self.checked.routes.iter().any(|route| route.segment == Some(i));
            let named = conditions.iter().any(|condition| {
                let named = |part: &Expr| matches!(part, Expr::Value(json) if names(json, &segment.id));
                facts(condition.expr).contains(&Fact::Segment) && any(condition.expr, &named)
            });
            if !routed && !named && !shadowed.contains(&i) {
                self.notes.warning(Code::UnusedSegment, &root.index(i), || {
                    (
                        format!("No route and no condition names “{}”: its leads go to the fallback.", segment.id),
                        "Add a route for it, or remove it.".into(),
                    )
                });
            }
        }
    }

    /// The flow is public, and so is who stands in it.
    fn owners(&mut self) {
        let Some(routing) = &self.flow.routing else { return };
        let root = Path::ROOT.key("routing");
        let list = root.key("routes");
        self.owner(&routing.fallback, &root.key("fallback"));
        for (i, route) in routing.routes.iter().enumerate() {
            let path = list.index(i);
            let owners = path.key("owners");
            for (j, owner) in route.owners.iter().enumerate() {
                self.owner(owner, &owners.index(j));
            }
        }
    }

    fn owner(&mut self, owner: &str, path: &Path) {
        let Some((name, host)) = owner.split_once('@') else { return };
        if !name.is_empty() && host.contains('.') {
            self.notes.warning(Code::OwnerAddress, path, || {
                (
                    format!("“{owner}” is a mail address, and everybody can read this file."),
                    "Name a team or initials, and let your inbox know who that is.".into(),
                )
            });
        }
    }

    /// Markets move, and a model that nobody looks at sends the wrong leads.
    pub fn upkeep(&mut self) {
        let reviewed = self.flow.reviewed.as_deref().and_then(Day::parse);
        let (Some(today), Some(reviewed)) = (self.today, reviewed) else { return };
        let path = Path::ROOT.key("reviewed");
        let days = today.0 - reviewed.0;
        if days < 0 {
            self.notes.warning(Code::ReviewDate, &path, || {
                (
                    format!("The model was last looked over {} days from now.", -days),
                    "Write the day on which somebody did.".into(),
                )
            });
        } else if days > QUARTER {
            self.notes.warning(Code::ReviewDue, &path, || {
                (
                    format!("Nobody has looked the model over for {days} days."),
                    "Compare its stages with what became of the leads, and write today's date.".into(),
                )
            });
        }
    }
}

/// Whether a constant is this id, or a list with it.
fn names(json: &Json, id: &str) -> bool {
    match json {
        Json::List(items) => items.iter().any(|item| names(item, id)),
        json => json.as_text() == Some(id),
    }
}
