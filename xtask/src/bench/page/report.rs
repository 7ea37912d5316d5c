//! The figures as a table, as JSON, and as a verdict.

use std::fmt::Write as _;

use console::{Style, style};
use serde_json::{Value, json};

use super::super::Pace;
use super::figures::{Figure, Visits, ratio};
use crate::dist::grouped;
use crate::screen::{heading, pad};

const NAME: usize = 28;
const OURS: &str = "prequal";
/// The page without any.
const NOTHING: &str = "nothing";
/// Ours in the page, with the links that docs/recipes/html.md has for it.
const PRELOADED: &str = "prequal-preload";
const OTHERS: [&str; 3] = ["conversational-form", "survey-js-ui", "deep-chat"];

/// A way to stand on a page.
struct Way {
    key: &'static str,
    title: &'static str,
    contenders: &'static [&'static str],
}

const WAYS: [Way; 2] = [
    Way {
        key: "click",
        title: "Fetched and opened by a click, ms from the click",
        contenders: &[OURS, OTHERS[0], OTHERS[1], OTHERS[2]],
    },
    Way {
        key: "load",
        title: "In the page, as the documentation has it, ms from the beginning of the visit",
        contenders: &[OURS, PRELOADED, OTHERS[0], OTHERS[1], OTHERS[2]],
    },
];
/// All that the page may fetch of ours before a visitor means to open it.
const LOADER: &str = "/prequal/prequal.js";

/// What the visits wrote.
pub struct Report {
    pub told: Value,
}

impl Report {
    fn visits(&self, way: &str, name: &str) -> Visits<'_> {
        Visits::of(&self.told["ways"][way][name])
    }

    fn all(&self) -> impl Iterator<Item = (&'static str, &'static str, Visits<'_>)> {
        let one = move |way: &Way, name: &'static str| (way.key, name, self.visits(way.key, name));
        WAYS.iter().flat_map(move |way| way.contenders.iter().map(move |name| one(way, name)))
    }

    /// How many contenders showed the question in each visit, counted once for each way.
    pub fn shown(&self) -> usize {
        self.all().filter(|(_, _, visits)| visits.faults().next().is_none() && !visits.0.is_empty()).count()
    }

    fn memory(&self, way: &str, name: &str) -> Vec<f64> {
        self.visits(way, name).memory(self.visits(way, NOTHING))
    }

    /// How many times as much as ours they take: time to the question, and memory.
    fn ratios(&self, way: &str, name: &str) -> [Option<Figure>; 2] {
        let time = |name: &str| self.visits(way, name).numbers("/ms");
        [ratio(&time(name), &time(OURS)), ratio(&self.memory(way, name), &self.memory(way, OURS))]
    }

    /// What must hold, and does not. A quick look asks for no time and no memory.
    pub fn faults(&self, pace: Pace) -> Vec<String> {
        let mut faults = Vec::new();
        for (way, name, visits) in self.all() {
            if visits.0.is_empty() {
                faults.push(format!("{name}, by {way}: no visit"));
            }
            faults.extend(visits.faults().map(|fault| format!("{name}, by {way}: {fault}")));
        }
        let signals = Visits::of(&self.told["signals"]);
        faults.extend(signals.faults().map(|fault| format!("{OURS} with fifty signals: {fault}")));
        for (title, visits) in [("", self.visits("click", OURS)), (" with fifty signals", signals)] {
            let early =
                visits.0.iter().find(|visit| visit["fault"].is_null() && visit["load"]["files"] != json!([LOADER]));
            if let Some(visit) = early {
                faults.push(format!("{OURS}{title} fetches {} before it is opened", visit["load"]["files"]));
            }
            if visits.most("/shift") > 0.0 {
                faults.push(format!("{OURS}{title} moves the page by {}", visits.most("/shift")));
            }
            if pace == Pace::Full && visits.median("/load/tasks") > 0.0 {
                faults.push(format!("{OURS}{title} has tasks over 50 ms before it is opened"));
            }
        }
        for name in [OURS, PRELOADED] {
            let moved = self.visits("load", name).most("/shift");
            if moved > 0.0 {
                faults.push(format!("{name}, by load, moves the page by {moved}"));
            }
        }
        for name in OTHERS.into_iter().filter(|_| pace == Pace::Full) {
            for (what, ratio) in ["time to the question", "memory"].into_iter().zip(self.ratios("click", name)) {
                if ratio.is_some_and(|ratio| ratio.median <= 1.0) {
                    faults.push(format!("{OURS} is not ahead of {name} in {what}"));
                }
            }
            let [theirs, ours] = [name, PRELOADED].map(|name| self.visits("load", name).numbers("/ms"));
            if ratio(&theirs, &ours).is_some_and(|ratio| ratio.median <= 1.0) {
                faults.push(format!("{PRELOADED}, by load, is not ahead of {name} in time to the question"));
            }
        }
        faults
    }

    pub fn as_json(&self) -> Value {
        let one = |way: &str, name: &str| {
            let visits = self.visits(way, name);
            let traffic = |moment: &str| {
                let median = |part: &str| visits.median(&format!("/{moment}/{part}"));
                json!({ "requests": median("requests"), "bytes": median("bytes") })
            };
            let [time, memory] = self.ratios(way, name);
            json!({
                "version": self.told["versions"][name],
                "load": traffic("load"),
                "question": traffic("question"),
                "all": traffic("all"),
                "long_tasks_before": { "median": visits.median("/load/tasks"), "most": visits.most("/load/tasks") },
                "long_tasks_after": visits.median("/tasks"),
                "longest_task_ms": { "before": visits.most("/longest/before"), "after": visits.median("/longest/after") },
                "layout_shift": { "before": visits.most("/load/shift"), "all": visits.most("/shift") },
                "ms": Figure::as_json(visits.figure("/ms")),
                "memory_bytes": Figure::as_json(Figure::of(self.memory(way, name))),
                "times_ours": { "ms": Figure::as_json(time), "memory": Figure::as_json(memory) },
            })
        };
        let ways = WAYS.map(|Way { key, contenders, .. }| {
            (key.to_owned(), contenders.iter().map(|name| ((*name).to_owned(), one(key, name))).collect::<Value>())
        });
        let signals = Visits::of(&self.told["signals"]);
        json!({
            "browser": self.told["browser"],
            "rounds": self.told["rounds"],
            "line": self.told["line"],
            "ways": ways.into_iter().collect::<Value>(),
            "fifty_signals": { "long_tasks_before": signals.median("/load/tasks"), "ms": Figure::as_json(signals.figure("/ms")) },
        })
    }

    pub fn as_table(&self, pace: Pace) -> String {
        let mut table = String::new();
        let browser = self.told["browser"].as_str().unwrap_or("").replace('/', " ");
        let line = match pace {
            Pace::Quick => "a quick look: times and memory mean nothing".to_owned(),
            Pace::Full => format!(
                "slow 4G, a processor {} times slower, {} rounds",
                self.told["line"]["cpu"], self.told["rounds"]
            ),
        };
        table.push_str(&format!("  {browser}, {line}\n\n"));
        for way in WAYS {
            self.write_way(&mut table, &way).expect("a string takes all");
        }
        self.write_rest(&mut table).expect("a string takes all");
        let trimmed: Vec<&str> = table.lines().map(str::trim_end).collect();
        trimmed.join("\n")
    }

    fn write_way(&self, table: &mut String, way: &Way) -> std::fmt::Result {
        let Way { key: way, title, contenders } = *way;
        writeln!(table, "  {}", heading().apply_to(title))?;
        let heads = format!(
            "  {:<NAME$}{:>13}{:>13}{:>13}{:>8}{:>16}{:>7}{:>9}{:>7}{:>13}{:>8}",
            "",
            "at load, kB",
            "question, kB",
            "in all, kB",
            "ms",
            "8 of 10 within",
            "× ours",
            "MB",
            "× ours",
            "tasks>50 ms",
            "shift"
        );
        writeln!(table, "{}", style(heads).dim())?;
        for name in contenders {
            let visits = self.visits(way, name);
            let (Some(ms), Some(memory)) = (visits.figure("/ms"), Figure::of(self.memory(way, name))) else {
                writeln!(table, "  {}{}", pad(&self.title(name), NAME), style("does not show the question").red())?;
                continue;
            };
            let traffic = |moment: &str| {
                let median = |part: &str| visits.median(&format!("/{moment}/{part}"));
                format!("{} · {:.1}", median("requests"), median("bytes") / 1e3)
            };
            let spread = format!("{} to {}", whole(ms.low), whole(ms.high));
            let times = self.ratios(way, name).map(|ratio| match ratio {
                Some(ratio) if *name != OURS => format!("{:.2}", ratio.median),
                _ => String::new(),
            });
            let tasks = format!("{} + {}", visits.median("/load/tasks"), visits.median("/tasks"));
            // Drawn as the page loads, all tasks are of one kind.
            let tasks = if way == "load" { whole(visits.median("/tasks")) } else { tasks };
            let line = format!(
                "  {}{:>13}{:>13}{:>13}{:>8}{spread:>16}{:>7}{:>9.2}{:>7}{tasks:>13}{:>8.3}",
                pad(&self.title(name), NAME),
                traffic("load"),
                traffic("question"),
                traffic("all"),
                whole(ms.median),
                times[0],
                memory.median / 1e6,
                times[1],
                visits.most("/shift"),
            );
            let look = if name.starts_with(OURS) { Style::new().green() } else { Style::new() };
            writeln!(table, "{}", look.apply_to(line))?;
        }
        writeln!(table)
    }

    fn write_rest(&self, table: &mut String) -> std::fmt::Result {
        let signals = Visits::of(&self.told["signals"]);
        let line = format!(
            "With fifty signals, all seen before it is opened: {} tasks over 50 ms before, {} ms from the click",
            signals.median("/load/tasks"),
            whole(signals.median("/ms"))
        );
        writeln!(table, "  {}", style(line).dim())
    }

    fn title(&self, name: &str) -> String {
        match self.told["versions"][name].as_str() {
            Some(version) => format!("{name} {version}"),
            None if name == PRELOADED => "Prequal, with its links".to_owned(),
            None => "Prequal".to_owned(),
        }
    }
}

fn whole(number: f64) -> String {
    grouped(number.round() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A report in which ours takes 1,000 ms, and another so many times as long and as much.
    fn report(times: f64, change: impl Fn(&mut Value)) -> Report {
        let visit = |ms: f64, files: Value| {
            json!({
                "load": { "requests": 1, "bytes": 2000, "files": files, "tasks": 0, "shift": 0 },
                "ms": ms, "tasks": 0, "shift": 0, "memory": { "script": 1000.0 + ms },
            })
        };
        let mut ours = visit(1000.0, json!([LOADER]));
        change(&mut ours);
        let theirs = visit(1000.0 * times, json!([]));
        let samples = json!({
            NOTHING: [visit(0.0, json!([]))], OURS: [ours.clone()], PRELOADED: [ours],
            "conversational-form": [theirs], "survey-js-ui": [theirs], "deep-chat": [theirs],
        });
        Report {
            told: json!({ "ways": { "click": samples, "load": samples }, "signals": [visit(1.0, json!([LOADER]))] }),
        }
    }

    #[test]
    fn a_run_fails_when_ours_costs_a_page_anything_before_it_is_opened() {
        assert_eq!(report(2.0, |_| {}).faults(Pace::Full), [""; 0]);
        let fault = |change: &dyn Fn(&mut Value)| report(2.0, change).faults(Pace::Full);
        assert_eq!(fault(&|ours| ours["load"]["tasks"] = json!(1)).len(), 1, "a long task");
        assert_eq!(fault(&|ours| ours["shift"] = json!(0.01)).len(), 3, "a shift, by a click and twice at load");
        assert_eq!(fault(&|ours| ours["load"]["files"] = json!([LOADER, "/prequal.json"])).len(), 1, "a file too many");
        assert_eq!(report(2.0, |ours| ours["load"]["tasks"] = json!(1)).faults(Pace::Quick), [""; 0], "no times");
    }

    #[test]
    fn a_run_fails_when_ours_is_not_ahead_of_each() {
        assert_eq!(
            report(0.5, |_| {}).faults(Pace::Full).len(),
            9,
            "three contenders, time and memory, and time at load"
        );
        assert_eq!(report(0.5, |_| {}).faults(Pace::Quick), [""; 0]);
    }

    #[test]
    fn a_contender_that_does_not_show_the_question_is_a_fault() {
        let report = report(2.0, |ours| *ours = json!({ "fault": "nothing to see" }));
        assert!(report.faults(Pace::Quick).contains(&"prequal, by click: nothing to see".to_owned()));
        assert_eq!(report.shown(), 6);
    }
}
