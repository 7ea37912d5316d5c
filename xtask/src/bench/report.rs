//! The figures as a table, as JSON, and as a verdict.

use std::fmt::Write as _;

use console::{Style, style};
use serde_json::{Value, json};

use super::{MODULES, Pace};
use crate::dist::grouped;
use crate::screen::{heading, pad};

/// What native code is to take for a lead, in nanoseconds.
const AIM_NS: f64 = 500.0;
const NAME: usize = 44;

/// What the two programs wrote.
pub struct Report {
    pub node: Value,
    pub native: Value,
}

/// A median and where the middle eight tenths lie, in nanoseconds.
struct Figure {
    median: f64,
    low: f64,
    high: f64,
}

impl Figure {
    fn of(value: &Value) -> Option<Figure> {
        let part = |name: &str| value[name].as_f64();
        Some(Figure { median: part("median")?, low: part("low")?, high: part("high")? })
    }

    /// `  14.571 µs   14.018 to 15.483`, in microseconds.
    fn shown(&self) -> String {
        let spread = format!("{} to {}", significant(self.low / 1e3), significant(self.high / 1e3));
        format!("{:>10}{spread:>20}", significant(self.median / 1e3))
    }
}

impl Report {
    fn contenders(&self) -> &[Value] {
        self.node["contenders"].as_array().map_or(&[], Vec::as_slice)
    }

    /// How many contenders gave the expected results, native code among them.
    pub fn agreed(&self) -> usize {
        let native = usize::from(self.native_agrees());
        self.contenders().iter().filter(|contender| contender["fault"].is_null()).count() + native
    }

    fn native_agrees(&self) -> bool {
        let checksum = &self.node["checksum"];
        checksum.is_u64() && self.native["scoring"]["checksum"] == *checksum
    }

    /// Whoever disagrees, and where this engine is slower than json-logic-js.
    pub fn faults(&self, pace: Pace) -> Vec<String> {
        let mut faults = Vec::new();
        for contender in self.contenders() {
            if let Some(fault) = contender["fault"].as_str() {
                faults.push(format!("{} disagrees: {fault}", name(contender)));
            }
            let slower = contender["ratio"]["median"].as_f64().is_some_and(|ratio| ratio < 1.0);
            if pace == Pace::Full && contender["role"] == "ours" && slower {
                faults.push(format!("{} is slower than json-logic-js", name(contender)));
            }
        }
        if !self.native_agrees() {
            faults.push(format!("natively the checksum is {}", self.native["scoring"]["checksum"]));
        }
        faults
    }

    pub fn as_json(&self) -> Value {
        json!({
            "node": self.node["node"],
            "checksum": self.node["checksum"],
            "contenders": self.node["contenders"],
            "native": self.native["scoring"],
            "growth": { "native": self.native["growth"], "wasm": self.node["growth"] },
        })
    }

    pub fn as_table(&self, pace: Pace) -> String {
        let mut table = String::new();
        if pace == Pace::Quick {
            table.push_str("  A quick look: the times mean nothing.\n\n");
        }
        self.write_contenders(&mut table).and_then(|()| self.write_growth(&mut table)).expect("a string takes all");
        let trimmed: Vec<&str> = table.lines().map(str::trim_end).collect();
        trimmed.join("\n")
    }

    fn write_contenders(&self, table: &mut String) -> std::fmt::Result {
        let scoring = &self.native["scoring"];
        let title = format!(
            "{} conditions, {} leads, Node {}",
            scoring["conditions"],
            scoring["leads"],
            self.node["node"].as_str().unwrap_or("").trim_start_matches('v')
        );
        let heads = format!("  {title:<NAME$}{:>10}{:>20}{:>18}", "µs a lead", "8 of 10 within", "× json-logic-js");
        writeln!(table, "{}", heading().apply_to(heads))?;
        let mut rows: Vec<&Value> = self.contenders().iter().collect();
        rows.sort_by_key(|contender| contender["role"] == "inside");
        let mut inside = false;
        for contender in rows {
            if contender["role"] == "inside" && !inside {
                inside = true;
                writeln!(table, "\n  {}", heading().apply_to("The same with the lead inside already"))?;
            }
            let Some(figure) = Figure::of(&contender["ns"]) else {
                writeln!(table, "  {}{}", pad(&name(contender), NAME), style("disagrees").red())?;
                continue;
            };
            let ratio = contender["ratio"]["median"].as_f64().unwrap_or(0.0);
            let line = format!("  {}{}{:>17}×", pad(&name(contender), NAME), figure.shown(), significant(ratio));
            let look = match contender["role"].as_str() {
                Some("ours") if ratio < 1.0 => Style::new().red(),
                Some("ours") => Style::new().green(),
                _ => Style::new(),
            };
            writeln!(table, "{}", look.apply_to(line))?;
        }
        if let Some(figure) = Figure::of(&scoring["ns"]) {
            let aim = if figure.median <= AIM_NS { "within" } else { "above" };
            let aim = format!("   {aim} the aim of {}", significant(AIM_NS / 1e3));
            writeln!(table, "  {}{}{}", pad("Prequal, native code", NAME), figure.shown(), style(aim).dim())?;
        }
        let agreed = format!("{} contenders agree: checksum {}", self.agreed(), self.node["checksum"]);
        writeln!(table, "\n  {}\n", style(agreed).dim())
    }

    fn write_growth(&self, table: &mut String) -> std::fmt::Result {
        let native = self.native["growth"].as_array().map_or(&[][..], Vec::as_slice);
        let wasm = self.node["growth"].as_array().map_or(&[][..], Vec::as_slice);
        let row = |first: &str, file: &str, cells: [String; 3]| {
            let [load, answer, signal] = cells;
            format!("  {first:<NAME$}{file:>10}{load:>14}{answer:>14}{signal:>14}")
        };
        let heads = ["load, ms", "answer, µs", "signal, µs"].map(str::to_owned);
        writeln!(table, "{}", heading().apply_to(row("Flows that grow", "file, kB", heads)))?;
        for (place, size) in native.iter().enumerate() {
            let number = |key: &str| grouped(size[key].as_u64().unwrap_or(0));
            let first =
                format!("{} rules, {} fields, {} signals", number("rules"), number("fields"), number("signals"));
            let file = grouped(size["bytes"].as_u64().unwrap_or(0) / 1000);
            writeln!(table, "{}", row(&first, &file, cells(size)))?;
            if let Some(wasm) = wasm.get(place) {
                writeln!(table, "{}", style(row("  as visitors get it, in wasm", "", cells(wasm))).dim())?;
            }
        }
        Ok(())
    }
}

/// Load in milliseconds, events in microseconds.
fn cells(size: &Value) -> [String; 3] {
    [("load_ns", 1e6), ("answer_ns", 1e3), ("signal_ns", 1e3)]
        .map(|(key, unit)| Figure::of(&size[key]).map_or(String::new(), |figure| significant(figure.median / unit)))
}

/// What a contender is called in the table.
fn name(contender: &Value) -> String {
    let name = contender["name"].as_str().unwrap_or("?");
    match contender["version"].as_str() {
        Some(version) => match contender["form"].as_str() {
            Some(form) => format!("{name} {version}, {form}"),
            None => format!("{name} {version}"),
        },
        None if name == MODULES[0].folder => "Prequal, as visitors get it (opt-level z)".to_owned(),
        None => "Prequal, built for speed (opt-level 3)".to_owned(),
    }
}

/// Three digits that count: `0.551`, `14.6`, `26,000`.
fn significant(number: f64) -> String {
    match number {
        n if n < 1.0 => format!("{n:.3}"),
        n if n < 10.0 => format!("{n:.2}"),
        n if n < 100.0 => format!("{n:.1}"),
        n => grouped(n.round() as u64),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(ratio: f64, fault: Option<&str>, checksum: u32) -> Report {
        let figure = |median: f64| json!({ "median": median, "low": median, "high": median });
        let reference = json!({ "name": "json-logic-js", "version": "2.0.5", "role": "reference", "ns": figure(9e3) });
        let ours =
            json!({ "name": "bench-small", "role": "ours", "ns": figure(1e3), "ratio": figure(ratio), "fault": fault });
        Report {
            node: json!({ "node": "v20.0.0", "checksum": 7, "contenders": [reference, ours], "growth": [] }),
            native: json!({ "scoring": { "checksum": checksum, "ns": figure(400.0) }, "growth": [] }),
        }
    }

    #[test]
    fn a_run_fails_when_someone_disagrees_or_ours_is_slower() {
        assert_eq!(report(9.0, None, 7).faults(Pace::Full), [""; 0]);
        assert_eq!(report(0.9, None, 7).faults(Pace::Full).len(), 1, "slower");
        assert_eq!(report(0.9, None, 7).faults(Pace::Quick), [""; 0], "a quick look measures nothing");
        assert_eq!(report(9.0, Some("lead 3 gives 1, not 2"), 7).faults(Pace::Quick).len(), 1);
        assert_eq!(report(9.0, None, 8).faults(Pace::Quick).len(), 1, "another checksum");
    }

    #[test]
    fn three_digits_count() {
        assert_eq!([0.5511, 1.0, 14.571, 25_963.7].map(significant), ["0.551", "1.00", "14.6", "25,964"]);
    }
}
