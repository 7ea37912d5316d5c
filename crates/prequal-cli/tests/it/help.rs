//! What the program says about itself.

use crate::rig::Rig;
use expect_test::{expect, expect_file};

#[test]
fn help_of_every_command() {
    let rig = Rig::new();
    for (arguments, file) in [
        (&["--help"][..], expect_file!["golden/help.txt"]),
        (&["check", "--help"], expect_file!["golden/help-check.txt"]),
        (&["score", "--help"], expect_file!["golden/help-score.txt"]),
        (&["explain", "--help"], expect_file!["golden/help-explain.txt"]),
        (&["diff", "--help"], expect_file!["golden/help-diff.txt"]),
        (&["eval", "--help"], expect_file!["golden/help-eval.txt"]),
        (&["texts", "--help"], expect_file!["golden/help-texts.txt"]),
    ] {
        let run = rig.run(arguments);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{arguments:?}");
        file.assert_eq(&run.out);
    }
}

#[test]
fn wrong_usage() {
    let rig = Rig::new();
    expect![[r#"
        exit 2
        -- err
        error: unrecognized subcommand 'chekc'

          tip: a similar subcommand exists: 'check'

        Usage: prequal [OPTIONS] <COMMAND>

        For more information, try '--help'.
    "#]]
    .assert_eq(&rig.run(&["chekc"]).told());
    expect![[r#"
        exit 2
        -- err
        error: the following required arguments were not provided:
          <FLOW>...

        Usage: prequal check <FLOW>...

        For more information, try '--help'.
    "#]]
    .assert_eq(&rig.run(&["check"]).told());
    expect![[r#"
        exit 2
        -- err
        error: invalid value 'ab' for '--delimiter <CHARACTER>': give one ASCII character, or `tab`

        For more information, try '--help'.
    "#]]
    .assert_eq(&rig.run(&["score", "--flow", "prequal.json", "--delimiter", "ab"]).told());
    assert_eq!(rig.run(&[]).code, 2);
    assert_eq!(rig.run(&["--version"]).told(), format!("exit 0\n-- out\nprequal {}\n", env!("CARGO_PKG_VERSION")));
}
