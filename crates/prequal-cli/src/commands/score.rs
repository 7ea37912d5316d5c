//! `prequal score`: a list of leads with their points.

use super::{Flow, Reading};
use crate::engine::Engine;
use crate::leads::answers::Answers;
use crate::leads::columns::Names;
use crate::leads::scored::{Layout, Scoring, Wanted};
use crate::leads::{self, Format, Leads, Tally};
use crate::{FINDINGS, FINE, Failure, Host};
use std::path::PathBuf;

/// Scores a list of leads: adds points, stage and reasons to each
///
/// Columns are taken for fields of the flow by id or label, whatever their case; a column
/// `signal.<id>` is how often the signal was seen, or when: 2026-10-01T09:30:00Z. Choices go by id or label, several of them
/// with `;` or `|` between; numbers are plain; an empty cell is unknown. Other columns pass through.
///
/// A JSON line is a lead as it is posted, {"answers": {…}, "signals": {…}}, or the answers alone.
///
/// A value that is no answer counts as unknown and is told at the end.
#[derive(clap::Args, Debug)]
#[command(after_help = r#"Added columns:
  score           the total
  score.<id>      each score
  stage           the id of the stage
  grade           the cell of the grid, where the flow has one
  reasons         what disqualifies or is missing, then what brought most points

Examples:
  prequal score --flow prequal.json leads.csv > scored.csv
  prequal score --flow prequal.json --map "Company size=company_size" crm.csv
  zcat leads.jsonl.gz | prequal score --flow prequal.json --to csv -"#)]
pub(crate) struct Arguments {
    /// The flow file
    #[arg(long, value_name = "FILE")]
    flow: PathBuf,

    #[command(flatten)]
    reading: Reading,

    /// What to write; the same as is read where it is not given
    #[arg(long, value_enum, value_name = "FORMAT")]
    to: Option<Format>,

    /// Most reasons for each lead
    #[arg(long, value_name = "NUMBER", default_value_t = 3)]
    reasons: usize,

    /// Put before the names of the added columns
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    prefix: String,

    /// Exit with 1 when a value is no answer
    #[arg(long)]
    strict: bool,
}

pub(crate) fn run(arguments: &Arguments, host: &mut Host) -> Result<u8, Failure> {
    let path = &arguments.reading.leads;
    if arguments.flow.as_os_str() == "-" && path.as_os_str() == "-" {
        return Err(Failure::unusable("flow and leads cannot both be read from standard input."));
    }
    let flow = Flow::read(&arguments.flow, host)?;
    let names = Names::new(&flow.checked, &arguments.reading.maps)?;
    let input = host.open(path)?;
    let leads = Leads::open(input, arguments.reading.from, arguments.reading.delimiter, path)?;
    let wanted = Wanted {
        to: arguments.to,
        reasons: arguments.reasons,
        prefix: arguments.prefix.clone(),
        delimiter: arguments.reading.delimiter,
    };
    let layout = Layout::new(&flow.checked, &leads, &wanted)?;
    let targets = match leads.format {
        Format::Csv => names.columns(&leads.header, &leads.name)?,
        Format::Jsonl => Vec::new(),
    };
    let unread: Vec<&String> =
        leads.header.iter().zip(&targets).filter(|(_, target)| target.is_none()).map(|(name, _)| name).collect();
    if !unread.is_empty() {
        host.note(&format!("columns that are no fields pass through: {}", crate::words::listed(unread, 12)));
    }
    host.output.write_all(&layout.head).map_err(Failure::writing)?;
    // Answers that nothing looks at pass through with the row; objects that become rows need them all.
    let rows_of_objects = (leads.format, arguments.to) == (Format::Jsonl, Some(Format::Csv));
    let read: Vec<bool> = flow.looked_at.iter().map(|looked_at| *looked_at || rows_of_objects).collect();
    let answers = Answers::new(&flow.checked, &names, &targets, &read, arguments.reading.clock());
    let worker = || Scoring::new(&layout, answers.clone(), Engine);
    let name = leads.name.clone();
    let workers = (0..leads::workers()).map(|_| worker()).collect();
    let mut tally = Tally::default();
    leads.run(workers, host)?.into_iter().for_each(|worker| tally.merge(worker.tally));
    let incomplete = tally.tell(&name, arguments.strict, host);
    Ok(if incomplete { FINDINGS } else { FINE })
}
