//! `prequal explain`: where the points of one lead come from.

mod ahead;
mod json;
mod text;

use super::Flow;
use crate::engine::{self, Account, Ahead, Engine, Evidence, Part, Reasons, Scorer, Verdict};
use crate::leads::answers::Answers;
use crate::leads::columns::Names;
use crate::{FINE, Failure, Host};
use prequal::flow::Checked;
use prequal::flow::locate::Source;
use prequal::json::Json;
use std::path::PathBuf;

/// Explains the score of one lead: every contribution, what is open, and what lies ahead
///
/// The lead is a JSON object: as it is posted, as the receiver exports it,
/// {"answers": {…}, "signals": {…}}, or the answers alone. A signal is how often it was seen, or when:
/// ["2026-10-01T09:30:00Z"].
#[derive(clap::Args, Debug)]
#[command(after_help = r#"Examples:
  prequal explain --flow prequal.json lead.json
  echo '{"industry": "retail", "signal.pricing_viewed": 1}' | prequal explain --flow prequal.json -"#)]
pub(crate) struct Arguments {
    /// The flow file
    #[arg(long, value_name = "FILE")]
    flow: PathBuf,

    /// The lead; `-` is standard input
    #[arg(value_name = "LEAD", default_value = "-")]
    lead: PathBuf,

    /// The time that ages are counted to, such as 2026-10-01; where it is not given, when the lead says it was
    /// made, or else now
    #[arg(long, value_name = "TIME", value_parser = super::time)]
    now: Option<i64>,

    /// The same as JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments, host: &mut Host) -> Result<u8, Failure> {
    if arguments.flow.as_os_str() == "-" && arguments.lead.as_os_str() == "-" {
        return Err(Failure::unusable("flow and lead cannot both be read from standard input."));
    }
    let flow = Flow::read(&arguments.flow, host)?;
    let (name, bytes) = host.read(&arguments.lead)?;
    let lead = engine::parse(&bytes).map_err(|error| {
        let at = Source::new(&bytes).position(error.offset);
        Failure::findings(format!("{name}:{}:{}: this is not JSON.", at.line, at.column))
            .help("give one lead as a JSON object; lists of leads are for `prequal score`.")
    })?;
    if !matches!(lead, Json::Object(_)) {
        return Err(Failure::findings(format!("{name} holds no JSON object.")));
    }
    let names = Names::new(&flow.checked, &[])?;
    // Here every answer is looked at, so that a mistake in any is told.
    let all = vec![true; flow.checked.flow().fields.len()];
    let mut answers = Answers::new(&flow.checked, &names, &[], &all, super::clock(arguments.now));
    let (mut bad, mut strange) = (Vec::new(), Vec::new());
    answers.object(&lead, |words| bad.push(words), |key| strange.push(key.to_owned()));
    let evidence = answers.evidence();
    let mut verdict = Verdict::default();
    Engine.score(&evidence, &mut verdict);
    let posted = lead.get("lead").unwrap_or(&lead);
    let key = posted.get("idempotency_key").and_then(Json::as_text);
    let report = Report {
        flow: &flow.checked,
        reasons: Reasons::of(&flow.checked),
        open: verdict.open(&flow.checked),
        verdict,
        account: engine::account(&evidence, key.unwrap_or_default()),
        ahead: engine::ahead(&evidence),
        keyed: key.is_some(),
        evidence,
        bad,
        strange,
    };
    let text = if arguments.json { report.json() } else { report.text(&name, posted, host.style) };
    host.write(&text)?;
    Ok(FINE)
}

struct Report<'r> {
    flow: &'r Checked,
    evidence: Evidence<'r>,
    reasons: Reasons,
    verdict: Verdict,
    account: Account,
    ahead: Ahead,
    /// Whether the lead has a key, which owners take turns by.
    keyed: bool,
    /// Places of the rules that wait for an answer.
    open: Vec<usize>,
    /// Values that are no answers, in words.
    bad: Vec<String>,
    /// Keys that are no fields.
    strange: Vec<String>,
}

impl Report<'_> {
    fn parts(&self, score: usize) -> impl Iterator<Item = Part> + '_ {
        self.verdict.parts(&self.reasons).filter(move |part| part.score == score)
    }

    fn cap(&self) -> i64 {
        self.flow.flow().scoring.scores.iter().map(|score| i64::from(score.cap)).sum()
    }

    fn waits_for(&self, rule: usize) -> Vec<&str> {
        engine::waits_for(self.flow, rule, &self.evidence.answers)
    }
}
