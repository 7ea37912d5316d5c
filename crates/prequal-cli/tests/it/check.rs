//! `prequal check`.

use crate::rig::{Rig, northbeam};
use expect_test::{Expect, expect};

/// What is said about the flow with pieces of its text replaced.
#[track_caller]
fn check(changes: &[(&str, &str)], arguments: &[&str], expected: Expect) {
    let rig = Rig::new();
    rig.flow("flow.json", changes);
    let arguments: Vec<&str> = ["check"].iter().chain(arguments).chain(&["flow.json"]).copied().collect();
    expected.assert_eq(&rig.run(&arguments).told());
}

#[test]
fn a_flow_without_fault() {
    let rig = Rig::new();
    rig.file("good.json", include_str!("../../../../docs/codes/flows/workshop.json"));
    expect![[r#"
        exit 0
        -- out
        No mistakes in good.json
    "#]]
    .assert_eq(&rig.run(&["check", "good.json"]).told());
}

#[test]
fn a_flow_that_is_unwise() {
    check(
        &[],
        &[],
        expect![[r#"
            exit 0
            -- out
            warning[PQ604]: No points, condition or text uses the answer to “carriers”.
               --> flow.json:153:126
                |
            153 | ...ese do you use?"], "ask": "carriers", "depends_on": ["industry"], "next": "ask_size" },
                |                              ^^^^^^^^^^ conversation.steps[3].ask
                |
                = help: Use it, or do not ask: each question costs visitors.

            warning[PQ609]: “shipments” may have no answer here, which leaves a gap in the text.
               --> flow.json:153:39
                |
            153 | ...y": ["{shipments} a month is plenty to keep an eye on. Which of these do you use?"], "as...
                |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ conversation.steps[3].say[0]
                |
                = help: Write {shipments|words instead}, or ask it before on every way.

            2 warnings in flow.json
        "#]],
    );
    check(
        &[],
        &["--json"],
        expect![[r#"
            exit 0
            -- out
            [
              {"file":"flow.json","code":"PQ604","severity":"warning","path":"conversation.steps[3].ask","line":153,"column":126,"end_line":153,"end_column":136,"message":"No points, condition or text uses the answer to “carriers”.","help":"Use it, or do not ask: each question costs visitors."},
              {"file":"flow.json","code":"PQ609","severity":"warning","path":"conversation.steps[3].say[0]","line":153,"column":39,"end_line":153,"end_column":116,"message":"“shipments” may have no answer here, which leaves a gap in the text.","help":"Write {shipments|words instead}, or ask it before on every way."}
            ]
        "#]],
    );
}

#[test]
fn what_is_wrong_is_underlined() {
    check(
        &[
            ("\"ask\": \"industry\"", "\"ask\": \"industri\""),
            ("\"minimum_stage\": \"mql\"", "\"minimum_stage\": \"\\u001b[31mmql\""),
        ],
        &[],
        expect![[r#"
            exit 1
            -- out
            error[PQ201]: There is no stage “�[31mmql”.
               --> flow.json:223:80
                |
            223 | ...leads", "minimum_stage": "\u001b[31mmql" },
                |                             ^^^^^^^^^^^^^^^ delivery.minimum_stage
                |
                = help: Known here: mql, sql, unqualified.

            error[PQ201]: There is no field “industri”.
               --> flow.json:143:16
                |
            143 |         "ask": "industri",
                |                ^^^^^^^^^^ conversation.steps[1].ask
                |
                = help: Did you mean “industry”?

            2 errors in flow.json
        "#]],
    );
    check(
        &[
            ("{ \">=\": [{ \"var\": \"sites\" }", "{ \"=>\": [{ \"var\": \"sites\" }"),
            ("{ \">=\": [{ \"var\": \"company_size\" }", "{ \">=\": [{ \"var\": [\"company\", 0] }"),
        ],
        &[],
        expect![[r#"
            exit 1
            -- out
            error[PQ201]: Nothing here is named “company”.
               --> flow.json:121:121
                |
            121 | ...n": { ">=": [{ "var": ["company", 0] }, 250] } },
                |                           ^^^^^^^^^ scoring.rules[3].when.>=[0].var
                |
                = help: Known here: agency_role, budget, carriers, channels, company_size, email, industry, name, need, need_detail, phone, role, shipments, sites, timeline, signal.careers_viewed, signal.paper_downloaded, signal.pricing_viewed, touch.first.source, touch.first.medium, touch.first.campaign, touch.first.term, touch.first.content, touch.first.referrer, touch.first.landing, touch.last.source, touch.last.medium, touch.last.campaign, touch.last.term, touch.last.content, touch.last.referrer, touch.last.landing, touch.visits, touch.count, touch.pages.

            error[PQ202]: “=>” is no JSONLogic operator.
               --> flow.json:122:188
                |
            122 | ..."shipments" }, 1000] }, { "=>": [{ "var": "sites" }, 3] }] } },
                |                              ^^^^ scoring.rules[4].when.or[1].=>
                |
                = help: Did you mean “==”?

            2 errors in flow.json
        "#]],
    );
}

#[test]
fn keys_at_fault_and_keys_missing() {
    check(
        &[("\"cap\": 60", "\"capp\": 60")],
        &[],
        expect![[r#"
        exit 1
        -- out
        error[PQ104]: “capp” is not known here.
           --> flow.json:114:38
            |
        114 |       { "id": "fit", "label": "Fit", "capp": 60 },
            |                                      ^^^^^^ scoring.scores[0].capp
            |
            = help: Did you mean “cap”?

        error[PQ103]: This is missing.
           --> flow.json:114:7
            |
        114 |       { "id": "fit", "label": "Fit", "capp": 60 },
            |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ scoring.scores[0].cap
            |
            = help: Add it.

        2 errors in flow.json
    "#]],
    );
    check(
        &[("\"start\": \"welcome\",", "")],
        &[],
        expect![[r#"
        exit 1
        -- out
        error[PQ103]: This is missing.
           --> flow.json:136:19
            |
        136 |   "conversation": {
            |                   ^ conversation.start
            |
            = help: Add it.

        1 error in flow.json
    "#]],
    );
}

#[test]
fn as_json() {
    check(
        &[("\"ask\": \"industry\"", "\"ask\": \"größe\""), ("\"from\": 80", "\"from\": 50")],
        &["--json", "--deny", "warnings"],
        expect![[r#"
            exit 1
            -- out
            [
              {"file":"flow.json","code":"PQ208","severity":"error","path":"stages[2].from","line":134,"column":61,"end_line":134,"end_column":63,"message":"“sql” starts at 50, not above “mql” at 50.","help":"List stages in rising order of “from”."},
              {"file":"flow.json","code":"PQ201","severity":"error","path":"conversation.steps[1].ask","line":143,"column":16,"end_line":143,"end_column":23,"message":"There is no field “größe”.","help":"Known here: agency_role, budget, carriers, channels, company_size, email, industry, name, need, need_detail, phone, role and 3 more."}
            ]
        "#]],
    );
}

#[test]
fn colours_are_for_those_who_ask() {
    let rig = Rig::new();
    rig.flow("flow.json", &[("\"from\": 80", "\"from\": 50")]);
    assert!(!rig.run(&["check", "flow.json"]).out.contains('\u{1b}'));
    let coloured = rig.run(&["check", "--color", "always", "flow.json"]).out;
    expect![[r#"
        ␛[1m␛[91merror[PQ208]␛[0m␛[1m: “sql” starts at 50, not above “mql” at 50.␛[0m
           ␛[1m␛[94m ╭▸ ␛[0mflow.json:134:61
            ␛[1m␛[94m│␛[0m
        ␛[1m␛[94m134␛[0m ␛[1m␛[94m│␛[0m     { "id": "sql", "label": "Sales-qualified lead", "from": 50 }
            ␛[1m␛[94m│␛[0m                                                             ␛[1m␛[91m━━␛[0m ␛[1m␛[91mstages[2].from␛[0m
            ␛[1m␛[94m│␛[0m
            ␛[1m␛[94m╰ ␛[0m␛[1mhelp␛[0m: List stages in rising order of “from”.

        ␛[1m␛[91m1 error␛[0m in flow.json
    "#]].assert_eq(&coloured.replace('\u{1b}', "␛"));
    let no = crate::rig::command(rig.dir.path(), &["check", "flow.json"]).env("NO_COLOR", "1").output().unwrap();
    assert!(!no.stdout.contains(&0x1b));
}

#[test]
fn text_that_is_not_json() {
    let rig = Rig::new();
    rig.file("cut.json", "\u{feff}{\r\n\t\"prequal\": 1,\r\n\t\"id\" \"x\"\r\n}\r\n");
    expect![[r#"
        exit 1
        -- out
        error[PQ101]: This is not JSON: it stops making sense at line 3, column 7.
         --> cut.json:3:7
          |
        3 |     "id" "x"
          |          ^
          |
          = help: Look there for a missing comma, quote or bracket.

        1 error in cut.json
    "#]]
    .assert_eq(&rig.run(&["check", "cut.json"]).told());
    rig.file("empty.json", "");
    expect![[r#"
        exit 1
        -- out
        error[PQ101]: This is not JSON: it stops making sense at line 1, column 1.
         --> empty.json:1:1
          |
        1 |
          | ^
          |
          = help: Look there for a missing comma, quote or bracket.

        1 error in empty.json
    "#]]
    .assert_eq(&rig.run(&["check", "empty.json"]).told());
    rig.file("binary.json", b"{\"a\xff\x00\x1b[31m\": 1}");
    expect![[r#"
        exit 1
        -- out
        error[PQ101]: This is not JSON: it stops making sense at line 1, column 5.
         --> binary.json:1:5
          |
        1 | {"a�␀␛[31m": 1}
          |     ^
          |
          = help: Look there for a missing comma, quote or bracket.

        1 error in binary.json
    "#]]
    .assert_eq(&rig.run(&["check", "binary.json"]).told());
}

#[test]
fn a_minified_file_is_shown_in_part() {
    let rig = Rig::new();
    let dense = serde_json::from_str::<serde_json::Value>(&northbeam()).unwrap().to_string();
    rig.file("dense.json", dense.replace("\"ask\":\"role\"", "\"ask\":\"rolle\""));
    expect![[r#"
        exit 1
        -- out
        error[PQ201]: There is no field “rolle”.
         --> dense.json:1:2841
          |
        1 | ...ast time it hurt."]},{"ask":"rolle","id":"ask_role","say":["And what is your part in this?...
          |                                ^^^^^^^ conversation.steps[11].ask
          |
          = help: Did you mean “role”?

        1 error in dense.json
    "#]]
    .assert_eq(&rig.run(&["check", "dense.json"]).told());
}

#[test]
fn several_files_and_standard_input() {
    let rig = Rig::new();
    rig.flow("flow.json", &[("\"from\": 80", "\"from\": 50")]);
    let run = rig.run_with(&["check", "prequal.json", "missing.json", "-"], b"[]");
    expect![[r#"
        exit 2
        -- out
        warning[PQ604]: No points, condition or text uses the answer to “carriers”.
           --> prequal.json:153:126
            |
        153 | ...ese do you use?"], "ask": "carriers", "depends_on": ["industry"], "next": "ask_size" },
            |                              ^^^^^^^^^^ conversation.steps[3].ask
            |
            = help: Use it, or do not ask: each question costs visitors.

        warning[PQ609]: “shipments” may have no answer here, which leaves a gap in the text.
           --> prequal.json:153:39
            |
        153 | ...y": ["{shipments} a month is plenty to keep an eye on. Which of these do you use?"], "as...
            |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ conversation.steps[3].say[0]
            |
            = help: Write {shipments|words instead}, or ask it before on every way.

        2 warnings in prequal.json
        error[PQ102]: Expected an object.
         --> <stdin>:1:1
          |
        1 | []
          | ^^
          |
          = help: Write an object here.

        1 error in <stdin>
        -- err
        error: missing.json cannot be read: there is no such file.
    "#]]
    .assert_eq(&run.told());
    assert_eq!(rig.run(&["check", "prequal.json", "flow.json"]).code, 1);
}

#[test]
fn codes_are_explained() {
    let rig = Rig::new();
    expect![[r#"
        exit 0
        -- out
        # PQ201: a name that refers to nothing

        **Error.** A rule, a step, a branch or a condition names a field, a score, a signal, a step or a stage that the flow does not have. Nothing is resolved by guessing: a rule on a misspelt field would never fire, and the figures would look fine. The widget does not start; visitors have your form alone. Take the name that the message proposes, or add what is missing.

        ## Wrong

        In [least](flows/least.json), at `/conversation/steps/0/ask`:

        ```json
        "sise"
        ```

        ```text
        PQ201 at conversation.steps[0].ask: There is no field “sise”. Did you mean “size”?
        ```

        ## Right

        ```json
        "size"
        ```
    "#]]
    .assert_eq(&rig.run(&["check", "--explain", "pq201"]).told());
    expect![[r#"
        exit 2
        -- err
        error: there is no code “PQ999”.
        help: the codes are PQ100, PQ101, PQ102, PQ103, PQ104, PQ105, PQ106, PQ107, PQ108, PQ201, PQ202, PQ203, PQ204, PQ205, PQ206, PQ207, PQ208, PQ209, PQ210, PQ211, PQ212, PQ213, PQ214, PQ215, PQ216, PQ217, PQ218, PQ219, PQ220, PQ221, PQ222, PQ301, PQ302, PQ303, PQ304, PQ305, PQ306, PQ307, PQ400, PQ401, PQ402, PQ403, PQ404, PQ405, PQ406, PQ407, PQ408, PQ409, PQ501, PQ502, PQ503, PQ504, PQ505, PQ506, PQ507, PQ508, PQ509, PQ510, PQ511, PQ512, PQ513, PQ514, PQ515, PQ516, PQ517, PQ518, PQ519, PQ520, PQ521, PQ522, PQ523, PQ524, PQ525, PQ526, PQ527, PQ601, PQ602, PQ603, PQ604, PQ605, PQ606, PQ607, PQ608, PQ609, PQ610, PQ611, PQ612, PQ613, PQ614, PQ701, PQ702, PQ703, PQ704, PQ705, PQ706, PQ707, PQ708, PQ709, PQ710, PQ711, PQ712, PQ713, PQ801, PQ802, PQ803, PQ804, PQ805, PQ806, PQ807, PQ808, PQ809.
    "#]].assert_eq(&rig.run(&["check", "--explain", "PQ999"]).told());
    for code in prequal::flow::Code::ALL {
        assert_eq!(rig.run(&["check", "--explain", code.as_str()]).code, 0, "{}", code.as_str());
    }
}
