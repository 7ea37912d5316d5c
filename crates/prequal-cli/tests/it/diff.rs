//! `prequal diff`.

use crate::rig::{Rig, Run};
use expect_test::expect;
use std::fmt::Write;

fn leads() -> String {
    let mut leads = String::from("id,Name,Industry,Employees,role,Budget,signal.pricing_viewed\n");
    for n in 0..200 {
        let industry = ["retail", "logistics", "agency", "sheep"][n % 4];
        let _ = writeln!(leads, "L{n},\"Okafor, A\",{industry},{},c_level,approved,{}", n % 5 * 60 + 1, n % 2);
    }
    leads
}

pub fn diff(arguments: &[&str]) -> Run {
    let rig = Rig::new();
    rig.flow(
        "new.json",
        &[
            ("\"version\": 1", "\"version\": 2"),
            ("\"from\": 80", "\"from\": 70"),
            ("\"label\": \"Yes, it is approved\", \"points\": 15", "\"label\": \"Yes, it is approved\", \"points\": 2"),
            (
                "\"disqualifiers\": [",
                "\"disqualifiers\": [{ \"id\": \"tiny\", \"reason\": \"One person, \\\"alone\\\"\", \"when\": { \"==\": [{ \"var\": \"company_size\" }, 1] } },",
            ),
        ],
    );
    rig.file("leads.csv", leads());
    let arguments: Vec<&str> =
        ["diff", "prequal.json", "new.json", "leads.csv"].iter().chain(arguments).copied().collect();
    rig.run(&arguments)
}

#[test]
fn the_overview() {
    expect![[r#"
        exit 0
        -- out
        leads.csv: 200 leads, northbeam-needs-assessment version 1 → northbeam-needs-assessment version 2

        old ↓  new →  unqualified  mql  sql
        unqualified            60    ·    ·
        mql                   100   40    ·
        sql                     ·    ·    ·

        100 leads move: 100 down

        leads.csv:5  L3  mql → unqualified  55 → 42
          +15 → +2 Budget is approved

        leads.csv:6  L4  mql → unqualified  50 → 37
          +15 → +2 Budget is approved

        leads.csv:7  L5  mql → unqualified  70 → 57
          disqualified: One person, "alone"
          +15 → +2 Budget is approved

        and 97 more; --all lists them as CSV.
        -- err
        warning: 50 values are no answers and count as unknown:
          leads.csv:5: “sheep” is no option of “Industry”
          leads.csv:9: “sheep” is no option of “Industry”
          leads.csv:13: “sheep” is no option of “Industry”
          leads.csv:17: “sheep” is no option of “Industry”
          leads.csv:21: “sheep” is no option of “Industry”
          and 45 more
    "#]]
    .assert_eq(&diff(&["--movers", "3"]).told());
}

#[test]
fn everybody_who_moves() {
    let run = diff(&["--all", "--id", "name"]);
    expect![[r#"
        line,id,old_stage,new_stage,old_score,new_score,changes
        5,"Okafor, A",mql,unqualified,55,42,Budget is approved (+15 → +2)
        6,"Okafor, A",mql,unqualified,50,37,Budget is approved (+15 → +2)
        7,"Okafor, A",mql,unqualified,70,57,"disqualified: One person, ""alone""; Budget is approved (+15 → +2)""#]]
    .assert_eq(&run.out.lines().take(4).collect::<Vec<_>>().join("\n"));
    let overview: serde_json::Value = serde_json::from_str(&diff(&["--json", "--movers", "1000"]).out).unwrap();
    assert_eq!(run.out.lines().count() as u64 - 1, overview["moved"].as_u64().unwrap());
    let sum: u64 = overview["matrix"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|row| row.as_array().unwrap())
        .map(|n| n.as_u64().unwrap())
        .sum();
    assert_eq!(sum, 200);
    let movers = overview["movers"].as_array().unwrap();
    assert_eq!(movers.len() as u64, overview["moved"].as_u64().unwrap());
    assert!(movers.windows(2).all(|pair| pair[0]["line"].as_u64() < pair[1]["line"].as_u64()));
    expect![[r#"{"changes":[{"new":2,"old":15,"reason":"Budget is approved","source":"option:budget.approved"}],"id":"L3","line":5,"new_score":42,"new_stage":"unqualified","old_score":55,"old_stage":"mql"}"#]].assert_eq(&movers[0].to_string());
}

#[test]
fn nobody_moves_between_equal_flows() {
    let rig = Rig::new();
    let run = rig.run_with(
        &["diff", "prequal.json", "prequal.json", "-"],
        b"{\"industry\": \"retail\"}\n{\"answers\": {\"role\": \"director\"}}\n",
    );
    expect![[r#"
        exit 0
        -- out
        <stdin>: 2 leads, northbeam-needs-assessment version 1 → northbeam-needs-assessment version 1

        old ↓  new →  unqualified  mql  sql
        unqualified             2    ·    ·
        mql                     ·    ·    ·
        sql                     ·    ·    ·

        Nobody moves.
    "#]]
    .assert_eq(&run.told());
}

#[test]
fn wrong_usage() {
    let rig = Rig::new();
    rig.file("leads.csv", leads());
    expect![[r#"
        exit 2
        -- err
        error: only one of the two flows and the leads can be read from standard input.
    "#]]
    .assert_eq(&rig.run(&["diff", "prequal.json", "-", "-"]).told());
    expect![[r#"
        exit 2
        -- err
        error: leads.csv has no column “number”, which --id names.
    "#]]
    .assert_eq(&rig.run(&["diff", "prequal.json", "prequal.json", "leads.csv", "--id", "number"]).told());
}
