//! `prequal explain`.

use crate::rig::Rig;
use expect_test::expect;

const LEAD: &str = r#"{"industry": "retail", "company_size": 300, "signal.pricing_viewed": 1, "signal.paper_downloaded": 1,
  "timeline": "This year", "budget": "huge", "shoe": 4}"#;

fn explain(arguments: &[&str], lead: &str) -> String {
    let arguments: Vec<&str> = ["explain", "--flow", "prequal.json"].iter().chain(arguments).copied().collect();
    Rig::new().run_with(&arguments, lead.as_bytes()).told()
}

#[test]
fn points_are_told_with_their_sources() {
    expect![[r#"
        exit 0
        -- out
        <stdin>, by northbeam-needs-assessment version 1

        Total     70 of 100   Marketing-qualified lead (mql)
        10 more for Sales-qualified lead (sql)
        once all is answered: between 70 and 100
        For it    Viewed the pricing page (+25); Retail is an industry Northbeam is built for (+20); Wants to start this year (+10)

        Fit       30 of 60
                +20  Retail is an industry Northbeam is built for                 option:industry.retail
                +10  250 employees or more                                        rule:size-large

        Interest  40 of 40    45 points, capped
                +10  Wants to start this year                                     option:timeline.year
                +25  Viewed the pricing page                                      rule:pricing
          +5 of +10  Downloaded the white paper                                   rule:white-paper

        Open: answers may still bring
                +10  Owner or C-level decides alone                               rule:c-suite, asks for role
                 +5  Director leads the evaluation                                rule:director, asks for role
                 +5  Ships enough for a quick return, or runs several warehouses  rule:volume, asks for shipments, sites

        Ahead
          Ask next: Role (moves the total by up to 15), Budget (moves the total by up to 15), Biggest headache (moves the total by up to 10) and 2 more
          The least that would bring it further:
            Biggest headache: Late deliveries nobody saw coming → Sales-qualified lead (sql), 80 points
            Role: Owner or C-level → Sales-qualified lead (sql), 80 points
            Budget: Planned for this year → Sales-qualified lead (sql), 80 points
            Budget: Yes, it is approved → Sales-qualified lead (sql), 85 points

        Not counted
          “huge” is no option of “Budget”

        No fields: shoe
    "#]]
    .assert_eq(&explain(&["-"], LEAD));
    expect![[r#"
        exit 0
        -- out
        <stdin>, by northbeam-needs-assessment version 1

        Total     0 of 100    Unqualified (unqualified)
        Disqualified: Builds competing software (competitor)
        once all is answered: between 0 and 60, unqualified in any case

        Fit       0 of 60

        Interest  0 of 40     −15 points, raised to the floor
          0 of −15  Viewed the careers page: may be looking for a job            rule:careers

        Open: answers may still bring
               +10  Owner or C-level decides alone                               rule:c-suite, asks for role
                +5  Director leads the evaluation                                rule:director, asks for role
                +5  50 to 249 employees                                          rule:size-mid, asks for company_size
               +10  250 employees or more                                        rule:size-large, asks for company_size
                +5  Ships enough for a quick return, or runs several warehouses  rule:volume, asks for shipments, sites

        Ahead
          Asking can stop: no answer leads anywhere but to Unqualified (unqualified)
    "#]]
    .assert_eq(&explain(&[], r#"{"answers": {"agency_role": "competitor"}, "signals": {"careers_viewed": 2}}"#));
    expect![[r#"
        exit 0
        -- out
        <stdin>, by northbeam-needs-assessment version 1

        Total     0 of 100    Unqualified (unqualified)
        50 more for Marketing-qualified lead (mql)
        once all is answered: between 0 and 75

        Fit       0 of 60

        Interest  0 of 40

        Open: answers may still bring
          +10  Owner or C-level decides alone                               rule:c-suite, asks for role
           +5  Director leads the evaluation                                rule:director, asks for role
           +5  50 to 249 employees                                          rule:size-mid, asks for company_size
          +10  250 employees or more                                        rule:size-large, asks for company_size
           +5  Ships enough for a quick return, or runs several warehouses  rule:volume, asks for shipments, sites

        Ahead
          Ask next: Industry (moves the total by up to 20), Employees (moves the total by up to 15), Role (moves the total by up to 15) and 5 more
          The least that would bring it further:
            Viewed the pricing page and Industry: Logistics & freight and Shipments a month: 1000 → Marketing-qualified lead (mql), 50 points
            Viewed the pricing page and Industry: Logistics & freight and Warehouses: 3 → Marketing-qualified lead (mql), 50 points
            Viewed the pricing page and Industry: Logistics & freight and Employees: 50 → Marketing-qualified lead (mql), 50 points
            Viewed the pricing page and Industry: Logistics & freight and Biggest headache: Too much copy and paste between systems → Marketing-qualified lead (mql), 50 points
            Viewed the pricing page and Industry: Logistics & freight and Role: Director or head of → Marketing-qualified lead (mql), 50 points
    "#]]
    .assert_eq(&explain(&["-"], "{}"));
}

#[test]
fn as_json() {
    let text = explain(&["--json"], LEAD);
    let json: serde_json::Value = serde_json::from_str(text.strip_prefix("exit 0\n-- out\n").unwrap()).unwrap();
    assert!(json["flow"]["sha256"].is_string());
    expect![[r#"
        [
          {
            "cap": 60,
            "contributions": [
              {
                "counted": 20,
                "decayed": 20,
                "points": 20,
                "reason": "Retail is an industry Northbeam is built for",
                "source": "option:industry.retail"
              },
              {
                "counted": 10,
                "decayed": 10,
                "points": 10,
                "reason": "250 employees or more",
                "source": "rule:size-large"
              }
            ],
            "floor": 0,
            "id": "fit",
            "label": "Fit",
            "points": 30
          },
          {
            "cap": 40,
            "contributions": [
              {
                "counted": 10,
                "decayed": 10,
                "points": 10,
                "reason": "Wants to start this year",
                "source": "option:timeline.year"
              },
              {
                "counted": 25,
                "decayed": 25,
                "points": 25,
                "reason": "Viewed the pricing page",
                "source": "rule:pricing"
              },
              {
                "counted": 5,
                "decayed": 10,
                "points": 10,
                "reason": "Downloaded the white paper",
                "source": "rule:white-paper"
              }
            ],
            "floor": 0,
            "id": "interest",
            "label": "Interest",
            "points": 40
          }
        ]"#]]
    .assert_eq(&serde_json::to_string_pretty(&json["scores"]).unwrap());
    expect![[r#"{"asks_for":["role"],"points":10,"reason":"Owner or C-level decides alone","source":"rule:c-suite"}"#]]
        .assert_eq(&json["open"][0].to_string());
    assert_eq!((&json["total"], &json["stage"]), (&70.into(), &"mql".into()));
}

#[test]
fn what_a_lead_claims_is_compared() {
    let lead = r#"{"prequal": 1, "answers": {"industry": "retail"}, "signals": [], "total": 90, "stage": "sql"}"#;
    expect![[r#"
        exit 0
        -- out
        <stdin>, by northbeam-needs-assessment version 1

        Total     20 of 100   Unqualified (unqualified)
        30 more for Marketing-qualified lead (mql)
        once all is answered: between 20 and 75
        The lead itself says 90 points, stage sql
        For it    Retail is an industry Northbeam is built for (+20)

        Fit       20 of 60
          +20  Retail is an industry Northbeam is built for                 option:industry.retail

        Interest  0 of 40

        Open: answers may still bring
          +10  Owner or C-level decides alone                               rule:c-suite, asks for role
           +5  Director leads the evaluation                                rule:director, asks for role
           +5  50 to 249 employees                                          rule:size-mid, asks for company_size
          +10  250 employees or more                                        rule:size-large, asks for company_size
           +5  Ships enough for a quick return, or runs several warehouses  rule:volume, asks for shipments, sites

        Ahead
          Ask next: Employees (moves the total by up to 15), Role (moves the total by up to 15), Budget (moves the total by up to 15) and 4 more
          The least that would bring it further:
            Viewed the pricing page and Shipments a month: 1000 → Marketing-qualified lead (mql), 50 points
            Viewed the pricing page and Warehouses: 3 → Marketing-qualified lead (mql), 50 points
            Viewed the pricing page and Employees: 50 → Marketing-qualified lead (mql), 50 points
            Viewed the pricing page and Biggest headache: Too much copy and paste between systems → Marketing-qualified lead (mql), 50 points
            Viewed the pricing page and Role: Director or head of → Marketing-qualified lead (mql), 50 points
    "#]]
    .assert_eq(&explain(&["-"], lead));
}

#[test]
fn text_that_is_no_lead() {
    expect![[r#"
        exit 1
        -- err
        error: <stdin>:2:14: this is not JSON.
        help: give one lead as a JSON object; lists of leads are for `prequal score`.
    "#]]
    .assert_eq(&explain(&["-"], "{\n  \"industry\" 1}"));
    expect![[r#"
        exit 1
        -- err
        error: <stdin> holds no JSON object.
    "#]]
    .assert_eq(&explain(&["-"], "[]"));
    expect![[r#"
        exit 2
        -- err
        error: missing.json cannot be read: there is no such file.
    "#]]
    .assert_eq(&explain(&["missing.json"], ""));
}

/// Whatever the demo becomes, it can be explained.
#[test]
fn the_demo_flow() {
    let rig = Rig::new();
    let demo = concat!(env!("CARGO_MANIFEST_DIR"), "/../../www/demo/prequal.json");
    assert_eq!(rig.run(&["check", demo]).code, 0);
    assert_eq!(rig.run_with(&["explain", "--flow", demo], b"{}").code, 0);
    assert_eq!(rig.run_with(&["explain", "--json", "--flow", demo], b"{}").code, 0);
    assert_eq!(rig.run_with(&["score", "--flow", demo], b"{}\n").code, 0);
}
