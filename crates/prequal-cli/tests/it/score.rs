//! `prequal score`.

use crate::rig::{Rig, northbeam};
use expect_test::expect;
use std::fmt::Write;

const LEADS: &str = "\
id,Name,Industry,Employees,role,Budget,timeline,Sales channels,signal.pricing_viewed,notes
1,Ada Okafor,Logistics & freight,320,Owner or C-level,approved,now,,2,\"says \"\"call me\"\", urgent\"
2,Ben,retail,12,manager,none,someday,shop;stores,0,
3,Cy,Manufacturing,about 80,director,planned,year,Own web shop|Wholesale,1,\"two
lines\"
4,Di,agriculture,300,c_level,approved,now,shop;teleshop,x,short
5,Ed,other

6,Flo,RETAIL,1, director ,APPROVED,Within three months,,,too,many
";

fn score(arguments: &[&str], leads: &str) -> String {
    let rig = Rig::new();
    rig.file("leads.csv", leads);
    let arguments: Vec<&str> = ["score", "--flow", "prequal.json"].iter().chain(arguments).copied().collect();
    rig.run_with(&arguments, leads.as_bytes()).told()
}

#[test]
fn csv_to_csv() {
    expect![[r#"
        exit 0
        -- out
        id,Name,Industry,Employees,role,Budget,timeline,Sales channels,signal.pricing_viewed,notes,score,score.fit,score.interest,stage,reasons
        1,Ada Okafor,Logistics & freight,320,Owner or C-level,approved,now,,2,"says ""call me"", urgent",95,55,40,sql,Viewed the pricing page; Logistics is an industry Northbeam is built for; Budget is approved
        2,Ben,retail,12,manager,none,someday,shop;stores,0,,20,20,0,unqualified,Retail is an industry Northbeam is built for
        3,Cy,Manufacturing,about 80,director,planned,year,Own web shop|Wholesale,1,"two
        lines",65,30,35,mql,Viewed the pricing page; Manufacturing runs its own warehouses; Budget is planned
        4,Di,agriculture,300,c_level,approved,now,shop;teleshop,x,short,50,35,15,mql,Budget is approved; Wants to start within three months; Owner or C-level decides alone
        5,Ed,other,,,,,,,,0,0,0,unqualified,
        6,Flo,RETAIL,1, director ,APPROVED,Within three months,,,too,55,40,15,mql,Retail is an industry Northbeam is built for; Budget is approved; Wants to start within three months
        -- err
        note: columns that are no fields pass through: id, notes
        warning: 3 values are no answers and count as unknown:
          leads.csv:4: “about 80” is no number, for “Employees”
          leads.csv:6: “agriculture” is no option of “Industry”
          leads.csv:6: “x” is neither a count nor times, for “Viewed the pricing page”
        warning: 2 rows have more or fewer cells than the header:
          leads.csv:7: 3 cells, not 10
          leads.csv:9: 11 cells, not 10
    "#]].assert_eq(&score(&["leads.csv"], LEADS));
}

#[test]
fn csv_to_json_lines() {
    expect![[r#"
        exit 1
        -- out
        {"id":"1","Name":"Ada Okafor","Industry":"Logistics & freight","Employees":"320","role":"Owner or C-level","Budget":"approved","timeline":"now","Sales channels":"","signal.pricing_viewed":"2","notes":"says \"call me\", urgent","prequal":{"score":95,"scores":{"fit":55,"interest":40},"stage":"sql","disqualified":[],"reasons":["Viewed the pricing page","Logistics is an industry Northbeam is built for","Budget is approved"]}}
        {"id":"2","Name":"Ben","Industry":"retail","Employees":"12","role":"manager","Budget":"none","timeline":"someday","Sales channels":"shop;stores","signal.pricing_viewed":"0","notes":"","prequal":{"score":20,"scores":{"fit":20,"interest":0},"stage":"unqualified","disqualified":[],"reasons":["Retail is an industry Northbeam is built for"]}}
        {"id":"3","Name":"Cy","Industry":"Manufacturing","Employees":"about 80","role":"director","Budget":"planned","timeline":"year","Sales channels":"Own web shop|Wholesale","signal.pricing_viewed":"1","notes":"two\nlines","prequal":{"score":65,"scores":{"fit":30,"interest":35},"stage":"mql","disqualified":[],"reasons":["Viewed the pricing page","Manufacturing runs its own warehouses","Budget is planned"]}}
        {"id":"4","Name":"Di","Industry":"agriculture","Employees":"300","role":"c_level","Budget":"approved","timeline":"now","Sales channels":"shop;teleshop","signal.pricing_viewed":"x","notes":"short","prequal":{"score":50,"scores":{"fit":35,"interest":15},"stage":"mql","disqualified":[],"reasons":["Budget is approved","Wants to start within three months","Owner or C-level decides alone"]}}
        {"id":"5","Name":"Ed","Industry":"other","prequal":{"score":0,"scores":{"fit":0,"interest":0},"stage":"unqualified","disqualified":[],"reasons":[]}}
        {"id":"6","Name":"Flo","Industry":"RETAIL","Employees":"1","role":" director ","Budget":"APPROVED","timeline":"Within three months","Sales channels":"","signal.pricing_viewed":"","notes":"too","prequal":{"score":55,"scores":{"fit":40,"interest":15},"stage":"mql","disqualified":[],"reasons":["Retail is an industry Northbeam is built for","Budget is approved","Wants to start within three months"]}}
        -- err
        note: columns that are no fields pass through: id, notes
        warning: 3 values are no answers and count as unknown:
          leads.csv:4: “about 80” is no number, for “Employees”
          leads.csv:6: “agriculture” is no option of “Industry”
          leads.csv:6: “x” is neither a count nor times, for “Viewed the pricing page”
        warning: 2 rows have more or fewer cells than the header:
          leads.csv:7: 3 cells, not 10
          leads.csv:9: 11 cells, not 10
    "#]].assert_eq(&score(&["--to", "jsonl", "--strict", "leads.csv"], LEADS));
}

#[test]
fn json_lines_in_every_form() {
    let leads = r#"{"industry": "retail", "company_size": 300, "carriers": ["parcel", "Pallet & groupage"], "signal.pricing_viewed": 1, "shoe": 4}
{"answers": {"industry": "Retail & e-commerce", "company_size": "300", "need_detail": null}, "signals": {"pricing_viewed": 1}}
{"prequal": 1, "answers": {"industry": "retail", "company_size": 300}, "signals": [{"id": "pricing_viewed", "count": 1, "first_at": 1, "last_at": 2}], "total": 1}
{"id": "a1", "lead": {"prequal": 1, "answers": {"agency_role": "competitor"}, "signals": []}}
{"industry": "retail", "prequal": {"score": 1}}
{}

[1]
{"industry": ["retail"], "company_size": true, "carriers": "parcel;ocean", "budget": "huge", "signal.careers_viewed": -1}
nope
"#;
    expect![[r#"
        exit 1
        -- out
        {"industry": "retail", "company_size": 300, "carriers": ["parcel", "Pallet & groupage"], "signal.pricing_viewed": 1, "shoe": 4,"prequal":{"score":55,"scores":{"fit":30,"interest":25},"stage":"mql","disqualified":[],"reasons":["Viewed the pricing page","Retail is an industry Northbeam is built for","250 employees or more"]}}
        {"answers": {"industry": "Retail & e-commerce", "company_size": "300", "need_detail": null}, "signals": {"pricing_viewed": 1},"prequal":{"score":55,"scores":{"fit":30,"interest":25},"stage":"mql","disqualified":[],"reasons":["Viewed the pricing page","Retail is an industry Northbeam is built for","250 employees or more"]}}
        {"lead":{"prequal": 1, "answers": {"industry": "retail", "company_size": 300}, "signals": [{"id": "pricing_viewed", "count": 1, "first_at": 1, "last_at": 2}], "total": 1},"prequal":{"score":55,"scores":{"fit":30,"interest":25},"stage":"mql","disqualified":[],"reasons":["Viewed the pricing page","Retail is an industry Northbeam is built for","250 employees or more"]}}
        {"id": "a1", "lead": {"prequal": 1, "answers": {"agency_role": "competitor"}, "signals": []},"prequal":{"score":0,"scores":{"fit":0,"interest":0},"stage":"unqualified","disqualified":["Builds competing software"],"reasons":[]}}
        {"industry":"retail","prequal":{"score":20,"scores":{"fit":20,"interest":0},"stage":"unqualified","disqualified":[],"reasons":["Retail is an industry Northbeam is built for"]}}
        {"prequal":{"score":0,"scores":{"fit":0,"interest":0},"stage":"unqualified","disqualified":[],"reasons":[]}}
        {"industry": ["retail"], "company_size": true, "carriers": "parcel;ocean", "budget": "huge", "signal.careers_viewed": -1,"prequal":{"score":0,"scores":{"fit":0,"interest":0},"stage":"unqualified","disqualified":[],"reasons":[]}}
        -- err
        note: keys that are no fields are passed over: shoe
        warning: 4 values are no answers and count as unknown:
          <stdin>:9: ["retail"] is no value for “Industry”
          <stdin>:9: true is no value for “Employees”
          <stdin>:9: “huge” is no option of “Budget”
          <stdin>:9: “-1” is neither a count nor times, for “Viewed the careers page”
        warning: 2 records are no leads and were left out:
          <stdin>:8: this is not a JSON object
          <stdin>:10: this is not JSON from column 1 on
    "#]].assert_eq(&score(&["-"], leads));
    expect![[r#"
        exit 1
        -- out
        industry,shipments,carriers,channels,sites,agency_role,company_size,need,need_detail,role,budget,timeline,name,email,phone,signal.pricing_viewed,signal.paper_downloaded,signal.careers_viewed,score,score.fit,score.interest,stage,reasons
        retail,,parcel;pallet,,,,300,,,,,,,,,1,0,0,55,30,25,mql,Viewed the pricing page; Retail is an industry Northbeam is built for; 250 employees or more
        retail,,,,,,300,,,,,,,,,1,0,0,55,30,25,mql,Viewed the pricing page; Retail is an industry Northbeam is built for; 250 employees or more
        retail,,,,,,300,,,,,,,,,1,0,0,55,30,25,mql,Viewed the pricing page; Retail is an industry Northbeam is built for; 250 employees or more
        ,,,,,competitor,,,,,,,,,,0,0,0,0,0,0,unqualified,Builds competing software
        retail,,,,,,,,,,,,,,,0,0,0,20,20,0,unqualified,Retail is an industry Northbeam is built for
        ,,,,,,,,,,,,,,,0,0,0,0,0,0,unqualified,
        ,,parcel;ocean,,,,,,,,,,,,,0,0,0,0,0,0,unqualified,
        -- err
        note: keys that are no fields are passed over: shoe
        warning: 4 values are no answers and count as unknown:
          <stdin>:9: ["retail"] is no value for “Industry”
          <stdin>:9: true is no value for “Employees”
          <stdin>:9: “huge” is no option of “Budget”
          <stdin>:9: “-1” is neither a count nor times, for “Viewed the careers page”
        warning: 2 records are no leads and were left out:
          <stdin>:8: this is not a JSON object
          <stdin>:10: this is not JSON from column 1 on
    "#]].assert_eq(&score(&["-", "--to", "csv"], leads));
}

#[test]
fn columns_are_mapped_by_hand() {
    let leads = "Branche;Headcount;Company size = now\nretail;300;12\n";
    let map = ["--map", "branche=industry", "--map", "Company size = now=company_size", "-", "--reasons", "1"];
    expect![[r#"
        exit 0
        -- out
        Branche;Headcount;Company size = now;score;score.fit;score.interest;stage;reasons
        retail;300;12;20;20;0;unqualified;Retail is an industry Northbeam is built for
        -- err
        note: columns that are no fields pass through: Headcount
    "#]]
    .assert_eq(&score(&map, leads));
    expect![[r#"
        exit 2
        -- err
        error: <stdin> has no column “Brance”, which --map names.
        help: its columns are Branche, Headcount, Company size = now.
    "#]]
    .assert_eq(&score(&["--map", "Brance=industry", "-"], leads));
    expect![[r#"
        exit 2
        -- err
        error: --map names “industri”, which is no field of northbeam-needs-assessment.
        help: did you mean “industry”?
    "#]]
    .assert_eq(&score(&["--map", "Branche=industri", "-"], leads));
    expect![[r#"
        exit 2
        -- err
        error: --map “Branche” has no “=”.
        help: write --map "Company size=company_size".
    "#]]
    .assert_eq(&score(&["--map", "Branche", "-"], leads));
}

#[test]
fn headers_that_do_not_fit() {
    expect![[r#"
        exit 1
        -- err
        error: no column of <stdin> is a field of northbeam-needs-assessment: “a”, “b”.
        help: name the columns by ids or labels of the flow, or use --map; the fields are industry, shipments, carriers, channels, sites, agency_role, company_size, need, need_detail, role, budget, timeline, name, email, phone, signal.pricing_viewed, signal.paper_downloaded, signal.careers_viewed.
    "#]].assert_eq(&score(&["-"], "a,b\n1,2\n"));
    expect![[r#"
        exit 1
        -- err
        error: the columns “industry” and “INDUSTRY ” of <stdin> are the same field.
        help: rename one of them, or name the right one with --map.
    "#]]
    .assert_eq(&score(&["-"], "industry,INDUSTRY \n1,2\n"));
    expect![[r#"
        exit 1
        -- err
        error: <stdin> has a column “score” already.
        help: put something before the added names, as with --prefix new.
    "#]]
    .assert_eq(&score(&["-"], "industry,score\nretail,2\n"));
    expect![[r#"
        exit 0
        -- out
        industry,score,new.score,new.score.fit,new.score.interest,new.stage,new.reasons
        retail,2,20,20,0,unqualified,Retail is an industry Northbeam is built for
        -- err
        note: columns that are no fields pass through: score
    "#]]
    .assert_eq(&score(&["-", "--prefix", "new."], "industry,score\nretail,2\n"));
    expect![[r#"
        exit 1
        -- err
        error: <stdin> is empty.
        help: a CSV file begins with a line that names its columns.
    "#]]
    .assert_eq(&score(&["-"], ""));
    expect![[r#"
        exit 0
        -- out
        industry,score,score.fit,score.interest,stage,reasons
    "#]]
    .assert_eq(&score(&["-"], "industry\n"));
}

#[test]
fn other_delimiters_line_ends_and_a_byte_order_mark() {
    let leads = "\u{feff}Industry;Budget\r\n\"retail\";approved\r\nlogistics;\r\n";
    expect![[r#"
        exit 0
        -- out
        ⟨mark⟩Industry;Budget;score;score.fit;score.interest;stage;reasons␍
        "retail";approved;35;35;0;unqualified;"Retail is an industry Northbeam is built for; Budget is approved"␍
        logistics;;20;20;0;unqualified;Logistics is an industry Northbeam is built for␍
    "#]]
    .assert_eq(&score(&["-"], leads).replace('\r', "␍").replace('\u{feff}', "⟨mark⟩"));
    expect![[r#"
        exit 0
        -- out
        Industry	Budget	score	score.fit	score.interest	stage	reasons
        retail	approved	35	35	0	unqualified	Retail is an industry Northbeam is built for; Budget is approved
    "#]]
    .assert_eq(&score(&["-"], "Industry\tBudget\nretail\tapproved\n"));
    expect![[r#"
        exit 0
        -- out
        Industry|Budget|score|score.fit|score.interest|stage|reasons
        retail|approved|35|35|0|unqualified|Retail is an industry Northbeam is built for; Budget is approved
    "#]]
    .assert_eq(&score(&["-", "--delimiter", "|"], "Industry|Budget\nretail|approved\n"));
    expect![[r#"
        exit 0
        -- out
        Industry,Budget,score,score.fit,score.interest,stage,reasons␍
        retail,approved,35,35,0,unqualified,Retail is an industry Northbeam is built for; Budget is approved␍
        other,x,0,0,0,unqualified,␍
        -- err
        warning: 1 value is no answer and counts as unknown:
          <stdin>:3: “x” is no option of “Budget”
    "#]]
    .assert_eq(&score(&["-"], "Industry,Budget\rretail,approved\rother,x\r").replace('\r', "␍\n"));
}

#[test]
fn a_flow_with_mistakes_scores_nothing() {
    let rig = Rig::new();
    rig.flow("flow.json", &[("\"from\": 80", "\"from\": 50")]);
    expect![[r#"
        exit 1
        -- err
        error[PQ208]: “sql” starts at 50, not above “mql” at 50.
           --> flow.json:134:61
            |
        134 |     { "id": "sql", "label": "Sales-qualified lead", "from": 50 }
            |                                                             ^^ stages[2].from
            |
            = help: List stages in rising order of “from”.

        error: the flow flow.json has mistakes, so it was not used.
    "#]]
    .assert_eq(&rig.run(&["score", "--flow", "flow.json", "-"]).told());
    expect![[r#"
        exit 2
        -- err
        error: flow and leads cannot both be read from standard input.
    "#]]
    .assert_eq(&rig.run(&["score", "--flow", "-", "-"]).told());
    expect![[r#"
        exit 2
        -- err
        error: missing.csv cannot be read: there is no such file.
    "#]]
    .assert_eq(&rig.run(&["score", "--flow", "prequal.json", "missing.csv"]).told());
    expect![[r#"
        exit 2
        -- err
        error: . cannot be read: it is a folder.
    "#]]
    .assert_eq(&rig.run(&["score", "--flow", "prequal.json", "."]).told());
}

/// More than fits into the blocks that wait anywhere: the order holds, each row is its own.
#[test]
fn a_long_list_keeps_its_order() {
    let rig = Rig::new();
    let mut leads = String::from("n,Industry,\"no,te\",Employees\n");
    for n in 0..120_000 {
        let industry = ["retail", "other", "\"Logistics & freight\""][n % 3];
        let _ = writeln!(leads, "{n},{industry},\"a \"\"quoted\"\", one\n{}\",{}", "x".repeat(n % 97), n % 400 + 1);
    }
    let run = rig.run_with(&["score", "--flow", "prequal.json", "-"], leads.as_bytes());
    assert_eq!(run.code, 0, "{}", run.err);
    let mut reader = csv::Reader::from_reader(run.out.as_bytes());
    let mut count = 0;
    for (n, row) in reader.records().enumerate() {
        let row = row.unwrap();
        let size = n % 400 + 1;
        let points = [20, 0, 20][n % 3]
            + if size >= 250 {
                10
            } else if size >= 50 {
                5
            } else {
                0
            };
        assert_eq!((&row[0], &row[4]), (n.to_string().as_str(), points.to_string().as_str()));
        count += 1;
    }
    assert_eq!(count, 120_000);
}

/// What the table gives is what the engine gives for the same answers.
#[test]
fn it_agrees_with_the_engine() {
    use prequal::json::Json;
    use prequal::score::{Evidence, Seen, score};
    let flow = prequal::flow::load(northbeam().as_bytes()).unwrap();
    let model = flow.flow();
    let mut leads = String::from("industry,company_size,role,budget,timeline,need,shipments,signal.pricing_viewed\n");
    let mut expected = Vec::new();
    let place = |id: &str| model.fields.iter().position(|field| field.id == id).unwrap();
    for n in 0usize..500 {
        let mut answers: Vec<Option<Json>> = vec![None; model.fields.len()];
        let mut cells = Vec::new();
        for (i, id) in
            ["industry", "company_size", "role", "budget", "timeline", "need", "shipments"].iter().enumerate()
        {
            let field = &model.fields[place(id)];
            let turn = n.wrapping_mul(2654435761).wrapping_add(i * 977) >> 3;
            cells.push(if turn % 4 == 0 {
                String::new()
            } else if field.options.is_empty() {
                answers[place(id)] = Some(Json::Number((turn % 2000 + 1) as f64));
                (turn % 2000 + 1).to_string()
            } else {
                let option = &field.options[turn % field.options.len()];
                answers[place(id)] = Some(Json::Text(option.id.clone()));
                format!("\"{}\"", if turn % 3 == 0 { &option.id } else { &option.label })
            });
        }
        let seen = [Seen::times((n % 3) as u32, 0), Seen::default(), Seen::default()];
        let _ = writeln!(leads, "{},{}", cells.join(","), n % 3);
        let mut evidence = Evidence::none(&flow, &seen, 0);
        evidence.answers = answers.iter().map(Option::as_ref).collect();
        let card = score(&evidence);
        expected.push((card.total.to_string(), model.stages[card.stage].id.clone()));
    }
    let run = Rig::new().run_with(&["score", "--flow", "prequal.json", "-"], leads.as_bytes());
    let mut reader = csv::Reader::from_reader(run.out.as_bytes());
    let found: Vec<(String, String)> =
        reader.records().map(|row| row.unwrap()).map(|row| (row[8].to_owned(), row[11].to_owned())).collect();
    assert_eq!(found, expected);
}
