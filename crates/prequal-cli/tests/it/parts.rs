//! Answers that have parts, out of tables and out of JSON: they score alike, and what is none says why.

use crate::rig::Rig;
use expect_test::expect;

const TABLE: &str = "\
stay,needs,grades,vat,phone
2026-10-01/2026-12-24,speed;price,price=bad; speed=good,DE123456789,030 123456
2026-10-01 / 2026-10-02,The price | The speed,The price=Good;The speed=Bad,,+44 (0)20 7946 0123
2026-12-24/2026-10-01,speed,price=bad,de1,12
2026-10-01/2026-10-02,price;speed,price=good;speed=good,,call me
";

const LINES: &str = r#"{"stay":["2026-10-01","2026-12-24"],"needs":["speed","price"],"grades":{"speed":"good","price":"bad"}}
{"stay":["2026-10-01"],"needs":["speed"],"grades":{"speed":"good"}}
"#;

#[test]
fn parts_are_read_and_scored() {
    let rig = Rig::new();
    rig.file("parts.json", include_str!("parts.json"));
    expect![[r#"
        exit 0
        -- out
        stay,needs,grades,vat,phone,score,score.fit,stage,reasons
        2026-10-01/2026-12-24,speed;price,price=bad; speed=good,DE123456789,030 123456,103,103,warm,The price hurts; In a hurry; Stays long
        2026-10-01 / 2026-10-02,The price | The speed,The price=Good;The speed=Bad,,+44 (0)20 7946 0123,10,10,cold,Comes soon
        2026-12-24/2026-10-01,speed,price=bad,de1,12,0,0,cold,
        2026-10-01/2026-10-02,price;speed,price=good;speed=good,,call me,10,10,cold,Comes soon
        -- err
        warning: 6 values are no answers and count as unknown:
          <stdin>:4: “2026-12-24/2026-10-01” is no range of “Stay”; write it as 2026-10-01/2026-10-31
          <stdin>:4: “speed” does not put all options of “Needs” in an order
          <stdin>:4: “price=bad” does not answer each row of “Grades”; write it as row=option; row=option
          <stdin>:4: “de1” is not of the form that “VAT” asks for
          <stdin>:4: “12” is no phone number, for “Phone”
          and 1 more
    "#]].assert_eq(&rig.run_with(&["score", "-", "--flow", "parts.json"], TABLE.as_bytes()).told());
    expect![[r#"
        exit 0
        -- out
        stay,needs,grades,vat,phone,score,score.fit,stage,reasons
        2026-10-01/2026-12-24,speed;price,speed=good;price=bad,,,100,100,warm,The price hurts; In a hurry; Stays long
        ,,,,,0,0,cold,
        -- err
        warning: 3 values are no answers and count as unknown:
          <stdin>:2: “["2026-10-01"]” is no range of “Stay”; write it as 2026-10-01/2026-10-31
          <stdin>:2: “["speed"]” does not put all options of “Needs” in an order
          <stdin>:2: “{"speed":"good"}” does not answer each row of “Grades”; write it as row=option; row=option
    "#]]
    .assert_eq(
        &rig.run_with(&["score", "-", "--from", "jsonl", "--to", "csv", "--flow", "parts.json"], LINES.as_bytes())
            .told(),
    );
}
