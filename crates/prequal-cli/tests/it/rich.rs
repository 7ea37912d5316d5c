//! A flow with everything a model can have: bands, groups, decay, red flags, must-haves, a grid,
//! checklists, a profile, segments, routes.

use crate::rig::Rig;
use expect_test::expect;

fn rig() -> Rig {
    let rig = Rig::new();
    rig.file("rich.json", include_str!("rich.json"));
    rig
}

const LEADS: &str = "\
id,size,industry,email,budget,signal.pricing,signal.trial
1,300,retail,ann@gmail.com,yes,2026-10-01;2026-10-06T12:00:00Z,2026-09-01
2,30,other,ann@example.com,no,3,1
3,300,retail,,,2026-10-06|soon,0
";

const ARGUMENTS: &[&str] = &["--flow", "rich.json", "--now", "2026-10-07"];

#[test]
fn lists_have_grades_and_times() {
    let rig = rig();
    expect![[r#"
        exit 0
        -- out
        id,size,industry,email,budget,signal.pricing,signal.trial,score,score.fit,score.interest,stage,grade,reasons
        1,300,retail,ann@gmail.com,yes,2026-10-01;2026-10-06T12:00:00Z,2026-09-01,69,55,14,mql,A2,50 people or more; Has a budget; Viewed prices
        2,30,other,ann@example.com,no,3,1,35,-5,40,unqualified,C1,missing: A budget; Viewed prices; Used the trial lately; Small
        3,300,retail,,,2026-10-06|soon,0,40,40,0,unqualified,B2,missing: A budget; 50 people or more; Retail
        -- err
        note: columns that are no fields pass through: id
        warning: 1 value is no answer and counts as unknown:
          <stdin>:4: “2026-10-06|soon” is neither a count nor times, for “Viewed prices”
    "#]].assert_eq(&rig.run_with(&[&["score", "-"], ARGUMENTS].concat(), LEADS.as_bytes()).told());
    expect![[r#"
        {"id":"1","size":"300","industry":"retail","email":"ann@gmail.com","budget":"yes","signal.pricing":"2026-10-01;2026-10-06T12:00:00Z","signal.trial":"2026-09-01","prequal":{"score":69,"scores":{"fit":55,"interest":14},"stage":"mql","grade":"A2","disqualified":[],"missing":[],"reasons":["50 people or more"]}}
        {"id":"2","size":"30","industry":"other","email":"ann@example.com","budget":"no","signal.pricing":"3","signal.trial":"1","prequal":{"score":35,"scores":{"fit":-5,"interest":40},"stage":"unqualified","grade":"C1","disqualified":[],"missing":["A budget"],"reasons":["Viewed prices"]}}
        {"id":"3","size":"300","industry":"retail","email":"","budget":"","signal.pricing":"2026-10-06|soon","signal.trial":"0","prequal":{"score":40,"scores":{"fit":40,"interest":0},"stage":"unqualified","grade":"B2","disqualified":[],"missing":["A budget"],"reasons":["50 people or more"]}}
    "#]].assert_eq(
        &rig.run_with(&[&["score", "-", "--to", "jsonl", "--reasons", "1"], ARGUMENTS].concat(), LEADS.as_bytes()).out,
    );
}

#[test]
fn everything_is_explained() {
    let rig = rig();
    let lead = r#"{"answers": {"size": 300, "industry": "retail", "email": "ann@gmial.com", "budget": "yes"},
        "signals": {"pricing": ["2026-10-01", "2026-10-06T12:00:00Z"], "trial": "2026-09-01"}}"#;
    expect![[r#"
        exit 0
        -- out
        <stdin>, by rich version 3

        Total     74 of 100   Marketing-qualified lead (mql), grade A2
        For it    50 people or more (+30); Has a budget (+20); Viewed prices (+14)

        Fit       60 of 60    70 points, capped
                 +30  50 people or more      band:size.1
          +10 of +20  Retail                 option:industry.retail
                 +20  Has a budget           rule:rich

        Interest  14 of 40
          +14 of +20  Viewed prices          rule:prices, faded to 14
            0 of +15  Used the trial lately  rule:trial, faded to 0

        Ahead
          The least that would bring it further:
            Viewed prices → Sales-qualified lead (sql), 90 points

        BANT
          budget  met
          need    met

        Ideal customer: 100 %
          hit      mid, retail

        Segment  shops
        Route    shops: ann@example.com, bob@example.com
    "#]]
    .assert_eq(&rig.run_with(&[&["explain"], ARGUMENTS].concat(), lead.as_bytes()).told());
    let json = rig.run_with(&[&["explain", "--json"], ARGUMENTS].concat(), lead.as_bytes()).out;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    expect![[r#"
        [{"criteria":[{"field":"budget","id":"budget","state":"met"},{"field":"industry","id":"need","state":"met"}],"id":"bant"}]
        {"hit":["mid","retail"],"missed":[],"percent":100,"unknown":[]}
        "A2""#]].assert_eq(&format!("{}\n{}\n{}", json["frameworks"], json["icp"], json["grade"]));
    expect![[r#"
        exit 0
        -- out
        <stdin>, by rich version 3

        Total     −10 of 100  Unqualified (unqualified), grade C2
        Missing: A budget (budget)
        once all is answered: between −10 and 30
        Against   Small (−5); A free mail address (−5)

        Fit       −10 of 60
           −5  Small                band:size.0
           −5  A free mail address  flag:free

        Interest  0 of 40

        Open: answers may still bring
          +20  Has a budget         rule:rich, asks for budget

        Ahead
          Ask next: Industry (moves the total by up to 20), Budget (moves the total by up to 20)
          The least that would bring it further:
            Industry: Retail and Budget: Yes → Marketing-qualified lead (mql), 30 points
            Employees: 50 and Budget: Yes → Marketing-qualified lead (mql), 45 points

        Red flags
          ! A free mail address  free

        BANT
          budget  unknown
          need    unknown

        Ideal customer: 0 %
          missed   mid
          unknown  retail

        Route    fallback: desk@example.com
    "#]]
    .assert_eq(&rig.run_with(&[&["explain"], ARGUMENTS].concat(), br#"{"size": 3, "email": "a@gmail.com"}"#).told());
}

#[test]
fn what_goes_missing_is_told() {
    let rig = rig();
    rig.file(
        "easy.json",
        include_str!("rich.json")
            .replace("\"must_haves\"", "\"disqualifiers\"")
            .replace("\"yes\"] } }],\n    \"grid", "\"no\"] } }],\n    \"grid"),
    );
    rig.file("leads.csv", LEADS);
    expect![[r#"
        exit 0
        -- out
        leads.csv: 3 leads, rich version 3 → rich version 3

        old ↓  new →  unqualified  mql  sql
        unqualified             1    1    ·
        mql                     ·    1    ·
        sql                     ·    ·    ·

        1 lead moves: 1 up

        leads.csv:4  3  unqualified → mql  40 → 40
          no longer missing: A budget
        -- err
        warning: 1 value is no answer and counts as unknown:
          leads.csv:4: “2026-10-06|soon” is neither a count nor times, for “Viewed prices”
    "#]]
    .assert_eq(&rig.run(&["diff", "rich.json", "easy.json", "leads.csv", "--now", "2026-10-07"]).told());
}

/// A posted lead is scored as of when it was made, from all that it says.
#[test]
fn a_posted_lead_comes_to_what_it_claims() {
    use prequal::json::{Json, Numbers, Writer};
    use prequal::score::{Evidence, Seen};
    let flow = prequal::flow::load(include_bytes!("rich.json")).unwrap();
    let made = 1_790_812_800_000;
    let mut pricing = Seen::default();
    for (page, days) in [("/pricing", 9), ("/pricing/a", 4), ("/pricing", 1)] {
        pricing.notice(page, made - days * 86_400_000);
    }
    let seen = [pricing, Seen::default()];
    let answers = [Some(Json::Number(300.0)), Some(Json::Text("retail".into())), None, Some(Json::Text("yes".into()))];
    let mut evidence = Evidence::none(&flow, &seen, made);
    evidence.answers = answers.iter().map(Option::as_ref).collect();
    let (lead, _) = prequal::account::lead(&evidence, "0123456789abcdef0123456789abcdef".into());
    let mut writer = Writer::new(Numbers::NATIVE);
    prequal::flow::Write::write(&lead, &mut writer);
    let told = rig().run_with(&["explain", "--flow", "rich.json"], writer.out.as_bytes()).told();
    assert!(!told.contains("itself says"), "{told}");
    assert!(told.contains(&format!("Total     {} of 100", lead.total)), "{told}");
    let owner = lead.route.unwrap().owner;
    assert!(told.contains(&format!("Route    shops: {owner}\n")), "{told}");
    let later =
        rig().run_with(&["explain", "--flow", "rich.json", "--now", "2027-01-01"], writer.out.as_bytes()).told();
    assert!(later.contains("itself says"), "{later}");
}
