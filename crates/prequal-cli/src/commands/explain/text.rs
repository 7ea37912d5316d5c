//! The explanation for people: columns that line up, colours where they are wanted.

use super::Report;
use crate::engine::Part;
use crate::host::{Style, clean};
use crate::words::{listed, padded, plain, signed};
use prequal::json::Json;

/// A line of a table: points, words, and where they come from.
struct Line {
    points: String,
    words: String,
    source: String,
}

/// What is written, line by line.
struct Page {
    out: String,
    style: Style,
    /// Widths of points and words.
    widths: (usize, usize),
}

fn chars(text: &str) -> usize {
    text.chars().count()
}

impl Page {
    fn line(&mut self, text: &str) {
        self.out.push_str(text.trim_end());
        self.out.push('\n');
    }

    /// An empty line and a heading.
    fn head(&mut self, text: &str) {
        self.line("");
        self.line(text);
    }

    fn table(&mut self, lines: &[Line]) {
        for line in lines {
            let gap = " ".repeat(self.widths.0 - chars(&line.points));
            let bad = line.points.starts_with('−');
            let points = if bad { self.style.bad(&line.points) } else { self.style.good(&line.points) };
            let text =
                format!("  {gap}{points}  {}  {}", padded(&line.words, self.widths.1), self.style.dim(&line.source));
            self.line(&text);
        }
    }
}

impl Report<'_> {
    fn contribution(&self, part: Part) -> Line {
        let reason = &self.reasons.list[part.reason];
        let points = if part.counted == part.points {
            signed(part.points)
        } else {
            format!("{} of {}", signed(part.counted), signed(part.points))
        };
        let faded =
            if part.decayed == part.points { String::new() } else { format!(", faded to {}", plain(part.decayed)) };
        Line { points, words: clean(&reason.words), source: clean(&format!("{}{faded}", reason.source)) }
    }

    fn waiting(&self, rule: usize) -> Line {
        let model = &self.flow.flow().scoring.rules[rule];
        let asks = self.waits_for(rule).join(", ");
        let asks = if asks.is_empty() { String::new() } else { format!(", asks for {asks}") };
        Line {
            points: signed(model.points.into()),
            words: clean(&model.reason),
            source: format!("rule:{}{asks}", model.id),
        }
    }

    pub fn text(&self, name: &str, posted: &Json, style: Style) -> String {
        let flow = self.flow.flow();
        let scores = &flow.scoring.scores;
        let tables: Vec<Vec<Line>> =
            (0..scores.len()).map(|score| self.parts(score).map(|part| self.contribution(part)).collect()).collect();
        let open: Vec<Line> = self.open.iter().map(|rule| self.waiting(*rule)).collect();
        let all = || tables.iter().flatten().chain(&open);
        let points = all().map(|line| chars(&line.points)).max().unwrap_or(0);
        let words = all().map(|line| chars(&line.words)).max().unwrap_or(0);
        let labels = scores.iter().map(|score| chars(&score.label)).chain([5]).max().unwrap_or(0);
        let mut page = Page { out: String::new(), style, widths: (points, words) };

        page.line(&style.dim(&clean(&format!("{name}, by {} version {}", self.flow.id(), self.flow.version()))));
        self.standing(&mut page, labels);
        if let Some(claim) = self.claim(posted) {
            page.line(&style.warning(&claim));
        }
        let (good, bad) = self.top();
        for (what, reasons) in [("For it", good), ("Against", bad)] {
            if !reasons.is_empty() {
                page.line(&format!("{}  {}", padded(what, labels.max(7)), reasons.join("; ")));
            }
        }
        for (place, score) in scores.iter().enumerate() {
            let counted = self.verdict.scores[place];
            let sum: i64 = self.parts(place).map(|part| part.decayed).sum();
            let note = match sum - counted {
                0 => String::new(),
                cut if cut > 0 => format!("{} points, capped", plain(sum)),
                _ => format!("{} points, raised to the floor", plain(sum)),
            };
            let line = format!("{} of {}", plain(counted), score.cap);
            page.head(&format!(
                "{}  {}  {}",
                style.bold(&padded(&clean(&score.label), labels)),
                padded(&line, 10),
                style.dim(&note)
            ));
            page.table(&tables[place]);
        }
        if !open.is_empty() {
            page.head(&style.bold("Open: answers may still bring"));
            page.table(&open);
        }
        let ahead = self.ahead();
        if !ahead.is_empty() {
            page.head(&style.bold("Ahead"));
            ahead.iter().for_each(|line| page.line(&format!("  {line}")));
        }
        self.checklists(&mut page);
        if !self.bad.is_empty() {
            page.head(&style.warning("Not counted"));
            self.bad.iter().for_each(|words| page.line(&format!("  {}", clean(words))));
        }
        if !self.strange.is_empty() {
            page.head(&clean(&format!("No fields: {}", listed(&self.strange, 12))));
        }
        page.out
    }

    /// Total, stage, and what keeps the lead from more.
    fn standing(&self, page: &mut Page, labels: usize) {
        let (flow, verdict, style) = (self.flow.flow(), &self.verdict, page.style);
        let stage = flow.stages.get(verdict.stage);
        let standing = stage.map_or(String::new(), |stage| format!("{} ({})", clean(stage.name()), stage.id));
        let grade = self.account.lead.grade.as_ref().map_or(String::new(), |grade| format!(", grade {}", clean(grade)));
        let total = format!("{} of {}", plain(verdict.total), self.cap());
        page.head(&style.bold(&format!("{}  {}  {standing}{grade}", padded("Total", labels), padded(&total, 10))));
        for place in &verdict.disqualified {
            let disqualifier = &flow.scoring.disqualifiers[*place];
            let line =
                format!("{} {} ({})", style.error("Disqualified:"), clean(&disqualifier.reason), disqualifier.id);
            page.line(&line);
        }
        for place in &verdict.missing {
            let must_have = &flow.scoring.must_haves[*place];
            page.line(&format!("{} {} ({})", style.warning("Missing:"), clean(&must_have.reason), must_have.id));
        }
        if verdict.disqualified.is_empty()
            && verdict.missing.is_empty()
            && let Some(next) = flow.stages.get(verdict.stage + 1)
            && let Some(from) = next.from
            && i64::from(from) > verdict.total
        {
            let missing = i64::from(from) - verdict.total;
            page.line(&style.dim(&format!("{missing} more for {} ({})", clean(next.name()), next.id)));
        }
        let (least, most) = self.account.range;
        if least != most {
            let range = format!("between {} and {}", plain(least), plain(most));
            let stage = self.account.settled.and_then(|place| flow.stages.get(place));
            let stage = stage.map_or(String::new(), |stage| format!(", {} in any case", stage.id));
            page.line(&style.dim(&format!("once all is answered: {range}{stage}")));
        }
    }

    /// Red flags, checklists, profile, segment and route, as far as the flow has them.
    fn checklists(&self, page: &mut Page) {
        let (flow, style, lead) = (self.flow.flow(), page.style, &self.account.lead);
        if !lead.red_flags.is_empty() {
            page.head(&style.bold("Red flags"));
            for flag in &lead.red_flags {
                let meant = flag.suggestion.as_ref().map_or(String::new(), |text| format!("; meant {}?", clean(text)));
                page.line(&format!("  {} {}{meant}  {}", style.bad("!"), clean(&flag.reason), style.dim(&flag.id)));
            }
        }
        for (coverage, framework) in lead.frameworks.iter().zip(&flow.frameworks) {
            page.head(&style.bold(&clean(framework.name())));
            let width = coverage.criteria.iter().map(|criterion| chars(&criterion.id)).max().unwrap_or(0);
            for criterion in &coverage.criteria {
                let state = match criterion.state.as_str() {
                    "met" => style.good("met"),
                    "not_met" => style.bad("not met"),
                    _ => style.dim("unknown"),
                };
                page.line(&format!("  {}  {state}", padded(&criterion.id, width)));
            }
        }
        if let Some(icp) = &lead.icp {
            page.head(&style.bold(&format!("Ideal customer: {} %", icp.percent)));
            for (what, traits) in [("hit", &icp.hit), ("missed", &icp.missed), ("unknown", &icp.unknown)] {
                if !traits.is_empty() {
                    page.line(&format!("  {}  {}", padded(what, 7), traits.join(", ")));
                }
            }
        }
        if lead.segment.is_some() || lead.route.is_some() {
            page.line("");
        }
        if let Some(segment) = &lead.segment {
            page.line(&format!("Segment  {segment}"));
        }
        if let Some(route) = &lead.route {
            let way = route.route.as_deref().unwrap_or("fallback");
            let owner = if self.keyed || route.route.is_none() {
                clean(&route.owner)
            } else {
                let owners = flow.routing.iter().flat_map(|routing| &routing.routes).find(|r| r.id == way);
                owners.map_or(String::new(), |route| clean(&listed(&route.owners, 10)))
            };
            page.line(&format!("Route    {way}: {owner}"));
        }
    }

    /// What a posted lead says about itself, where that is something else.
    fn claim(&self, posted: &Json) -> Option<String> {
        // Only a posted lead has all of these.
        posted.get("answers")?;
        let (Json::Number(total), stage) = (posted.get("total")?, posted.get("stage")?.as_text()?) else {
            return None;
        };
        let same = *total == self.verdict.total as f64 && stage == self.account.lead.stage;
        (!same).then(|| format!("The lead itself says {total} points, stage {}", clean(stage)))
    }
}
