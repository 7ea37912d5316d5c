//! Logs of what leads did are leads too.

use crate::rig::Rig;
use expect_test::expect;

const HISTORIES: &str = r#"{"id": "crm-1", "events": [{"at": 1789990000000, "page_view": "/pricing/"}, {"at": 1789990010000, "answered": {"field": "industry", "value": "logistics"}}, {"at": 1789990050000, "answered": {"field": "budget", "value": "planned"}}, {"at": 1789990060000, "answered": {"field": "budget", "value": "approved"}}]}
{"id": "crm-2", "events": [{"at": 1789990010000, "answered": {"field": "colour", "value": "blue"}}]}
{"id": "crm-3", "events": [{"at": "soon"}]}
"#;

#[test]
fn histories_are_scored() {
    let rig = Rig::new();
    let run = rig.run_with(
        &["score", "--flow", "prequal.json", "--now", "2026-10-07", "--to", "csv", "-"],
        HISTORIES.as_bytes(),
    );
    expect![[r#"
        exit 0
        -- out
        industry,shipments,carriers,channels,sites,agency_role,company_size,need,need_detail,role,budget,timeline,name,email,phone,signal.pricing_viewed,signal.paper_downloaded,signal.careers_viewed,score,score.fit,score.interest,stage,reasons
        logistics,,,,,,,,,,approved,,,,,1,0,0,60,35,25,mql,Viewed the pricing page; Logistics is an industry Northbeam is built for; Budget is approved
        ,,,,,,,,,,,,,,,0,0,0,0,0,0,unqualified,
        ,,,,,,,,,,,,,,,0,0,0,0,0,0,unqualified,
        -- err
        note: keys that are no fields are passed over: field “colour”
        warning: 1 value is no answer and counts as unknown:
          <stdin>:3: its “events” are no history of a lead
    "#]].assert_eq(&run.told());
}

#[test]
fn histories_move_when_the_model_does() {
    let rig = Rig::new();
    rig.flow("old.json", &[]);
    rig.flow(
        "new.json",
        &[(
            "\"points\": 25, \"reason\": \"Viewed the pricing page\"",
            "\"points\": 5, \"reason\": \"Viewed the pricing page\"",
        )],
    );
    let run = rig.run_with(&["diff", "old.json", "new.json", "--now", "2026-10-07", "-"], HISTORIES.as_bytes());
    expect![[r#"
        exit 0
        -- out
        <stdin>: 3 leads, northbeam-needs-assessment version 1 → northbeam-needs-assessment version 1

        old ↓  new →  unqualified  mql  sql
        unqualified             2    ·    ·
        mql                     1    ·    ·
        sql                     ·    ·    ·

        1 lead moves: 1 down

        <stdin>:1  crm-1  mql → unqualified  60 → 40
          +25 → +5 Viewed the pricing page
        -- err
        warning: 1 value is no answer and counts as unknown:
          <stdin>:3: its “events” are no history of a lead
    "#]]
    .assert_eq(&run.told());
}
