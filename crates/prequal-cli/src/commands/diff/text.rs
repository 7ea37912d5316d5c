//! The overview for people: a table of the stages, then who moves and why.

use super::{Found, Pair, Side};
use crate::host::{Style, clean};
use crate::words::{count, grouped, padded};

impl Found {
    pub(super) fn text(&self, pair: &Pair, name: &str, style: Style) -> String {
        let [old, new] = &pair.sides;
        let mut out = String::new();
        let heading = |side: &Side| clean(&format!("{} version {}", side.flow.id(), side.flow.version()));
        out += &style.dim(&clean(&format!(
            "{name}: {}, {} → {}",
            count(self.tally.leads, "lead", "leads"),
            heading(old),
            heading(new)
        )));
        out += "\n\n";
        // Old stages downwards, new ones across.
        let olds: Vec<&str> = (0..self.matrix.len()).map(|place| old.stage(place)).collect();
        let news: Vec<&str> = (0..new.flow.flow().stages.len()).map(|place| new.stage(place)).collect();
        let corner = "old ↓  new →";
        let first = olds.iter().chain([&corner]).map(|id| id.chars().count()).max().unwrap_or(0);
        let largest = self.matrix.iter().flatten().max().map_or(0, |n| grouped(*n).len());
        let widths: Vec<usize> = news.iter().map(|id| id.chars().count().max(largest)).collect();
        out += &style.dim(&padded(corner, first));
        for (id, width) in news.iter().zip(&widths) {
            out += &format!("  {}{}", " ".repeat(width - id.chars().count()), style.bold(id));
        }
        out.push('\n');
        for (from, row) in self.matrix.iter().enumerate() {
            out += &style.bold(&padded(olds[from], first));
            for ((n, width), to) in row.iter().zip(&widths).zip(&news) {
                let text = grouped(*n);
                let gap = " ".repeat(width - text.len());
                let moves = *n > 0 && olds[from] != *to;
                let text = if moves {
                    style.warning(&text)
                } else if *n == 0 {
                    style.dim("·")
                } else {
                    text
                };
                let gap = if *n == 0 { " ".repeat(width - 1) } else { gap };
                out += &format!("  {gap}{text}");
            }
            out.push('\n');
        }
        out.push('\n');
        let (moved, up, down) = self.moved(pair);
        if moved == 0 {
            out += "Nobody moves.\n";
            return out;
        }
        let ways: Vec<String> = [(up, "up"), (down, "down")]
            .iter()
            .filter(|(n, _)| *n > 0)
            .map(|(n, way)| format!("{} {way}", grouped(*n)))
            .collect();
        let ways = if ways.is_empty() { String::new() } else { format!(": {}", ways.join(", ")) };
        out += &style.bold(&format!("{}{ways}", count(moved, "lead moves", "leads move")));
        out.push('\n');
        for mover in &self.movers {
            let id = if mover.id.is_empty() { String::new() } else { format!("  {}", clean(&mover.id)) };
            out += &format!(
                "\n{}{}  {} → {}  {} → {}\n",
                style.dim(&format!("{}:{}", clean(name), mover.line)),
                style.bold(&id),
                old.stage(mover.stages[0]),
                new.stage(mover.stages[1]),
                mover.totals[0],
                mover.totals[1]
            );
            if mover.changes.is_empty() {
                out += "  the same points; the stages begin elsewhere\n";
            }
            for change in &mover.changes {
                let points = change.points();
                let gap = if points.is_empty() { "" } else { " " };
                out += &format!("  {points}{gap}{}", clean(&change.reason));
                out.push('\n');
            }
        }
        let more = moved.saturating_sub(self.movers.len() as u64);
        if more > 0 {
            out += &format!("\nand {} more; --all lists them as CSV.\n", grouped(more));
        }
        out
    }
}
