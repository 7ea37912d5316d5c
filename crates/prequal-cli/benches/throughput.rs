//! How many leads a second: the whole of `prequal score`, and the same with an engine that does
//! nothing. `cargo bench -p prequal-cli`; the number of leads may be given: `-- 4000000`.
#![forbid(unsafe_code)]

use prequal::flow::Checked;
use prequal_cli::engine::{Engine, Evidence, Scorer, Verdict};
use prequal_cli::leads::answers::{Answers, Clock};
use prequal_cli::leads::columns::Names;
use prequal_cli::leads::scored::{Layout, Scoring, Wanted};
use prequal_cli::leads::{self, Leads};
use prequal_cli::{Host, engine};
use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;

/// Gives no points and asks for no time.
#[derive(Clone, Copy)]
struct Nothing;

impl Scorer for Nothing {
    fn score(&mut self, evidence: &Evidence, _: &mut Verdict) {
        std::hint::black_box(evidence);
    }
}

/// A flow of eight fields and forty rules.
fn flow() -> String {
    let choice = |id: &str, options: &[&str]| {
        let options: Vec<String> = options
            .iter()
            .enumerate()
            .map(|(i, o)| format!(r#"{{"id":"{o}","label":"Label of {o}","points":{}}}"#, i * 2))
            .collect();
        format!(
            r#"{{"id":"{id}","kind":"single_choice","label":"{id}","score":"fit","options":[{}]}}"#,
            options.join(",")
        )
    };
    let mut rules = Vec::new();
    for i in 0..40 {
        let when = match i % 5 {
            0 => format!(r#"{{">=":[{{"var":"size"}},{}]}}"#, i * 20),
            1 => format!(r#"{{"<=":[{},{{"var":"budget"}},{}]}}"#, i * 100, i * 1000),
            2 => r#"{"and":[{"==":[{"var":"industry"},"retail"]},{">":[{"var":"sites"},2]}]}"#.to_owned(),
            3 => r#"{"in":["shop",{"var":"channels"}]}"#.to_owned(),
            _ => r#"{"or":[{"==":[{"var":"role"},"ceo"]},{"==":[{"var":"country"},"de"]}]}"#.to_owned(),
        };
        let score = if i % 2 == 0 { "fit" } else { "interest" };
        rules.push(format!(
            r#"{{"id":"r{i}","score":"{score}","points":{},"reason":"Reason number {i} in a few words","when":{when}}}"#,
            i % 7 + 1
        ));
    }
    format!(
        r#"{{"prequal":1,"id":"bench","version":1,"title":"Bench","locale":"en","fields":[{},{},{},
        {{"id":"channels","kind":"multiple_choice","label":"channels","options":[{{"id":"shop","label":"Shop"}},{{"id":"market","label":"Market"}},{{"id":"stores","label":"Stores"}}]}},
        {{"id":"size","kind":"number","label":"Size"}},{{"id":"budget","kind":"number","label":"Budget"}},{{"id":"sites","kind":"number","label":"Sites"}}],
        "signals":[{{"id":"pricing","kind":"page_view","label":"Pricing","path":"/pricing"}}],
        "scoring":{{"scores":[{{"id":"fit","label":"Fit","cap":60}},{{"id":"interest","label":"Interest","cap":40}}],"rules":[{}]}},
        "stages":[{{"id":"cold","label":"Cold","from":0}},{{"id":"warm","label":"Warm","from":40}},{{"id":"hot","label":"Hot","from":80}}],
        "conversation":{{"start":"a","steps":[{{"id":"a","end":"o"}}]}},
        "delivery":{{"minimum_stage":"warm","endpoint":"https://example.com/"}},
        "outcomes":[{{"id":"o","kind":"ask_later","title":"T","text":"T"}}]}}"#,
        choice("industry", &["retail", "logistics", "manufacturing", "agency", "other"]),
        choice("role", &["ceo", "director", "manager", "student"]),
        choice("country", &["de", "fr", "uk", "us", "other"]),
        rules.join(",")
    )
}

/// Ten columns, about ninety bytes a row.
fn table(leads: u64) -> String {
    let mut text = String::from("id,name,industry,role,country,channels,size,budget,sites,signal.pricing\n");
    let mut seed = 7u64;
    let mut next = |below: u64| {
        seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (seed >> 33) % below
    };
    for i in 0..leads {
        let industry = ["retail", "Label of logistics", "manufacturing", "agency", "other"][next(5) as usize];
        let role = ["ceo", "director", "manager", "student"][next(4) as usize];
        let country = ["de", "fr", "uk", "us", "other"][next(5) as usize];
        let channels = ["shop;market", "stores", "", "market|stores|shop"][next(4) as usize];
        let _ = writeln!(
            text,
            "lead-{i:08},\"Okafor, Ada {}\",{industry},{role},{country},{channels},{},{},{},{}",
            next(1000),
            next(5000),
            next(100_000),
            next(9),
            next(4)
        );
    }
    text
}

fn measure<S: Scorer + Send + Copy>(what: &str, text: &str, count: u64, flow: &str, checked: &Checked, scorer: S) {
    let looked_at = engine::looked_at(checked, flow.as_bytes());
    let names = Names::new(checked, &[]).expect("no names to map");
    let mut best = f64::MAX;
    for _ in 0..3 {
        let mut host = Host::piped(text.as_bytes(), std::io::sink(), std::io::sink());
        let input = host.open(Path::new("-")).expect("text");
        let list = Leads::open(input, None, None, Path::new("-")).expect("a table");
        let wanted = Wanted { to: None, reasons: 3, prefix: String::new(), delimiter: None };
        let layout = Layout::new(checked, &list, &wanted).expect("a layout");
        let columns = names.columns(&list.header, "table").expect("columns");
        let answers = Answers::new(checked, &names, &columns, &looked_at, Clock { now: 0, fixed: true });
        let workers = (0..leads::workers()).map(|_| Scoring::new(&layout, answers.clone(), scorer)).collect();
        let began = Instant::now();
        let done = list.run(workers, &mut host).expect("scored");
        best = best.min(began.elapsed().as_secs_f64());
        assert_eq!(done.iter().map(|worker| worker.tally.leads).sum::<u64>(), count);
        assert_eq!(done.iter().map(|worker| worker.tally.values.count).sum::<u64>(), 0);
    }
    println!(
        "{what:<28} {:>6.2} M leads/s  {:>5.0} MB/s  {} threads",
        count as f64 / best / 1e6,
        text.len() as f64 / best / 1e6,
        leads::workers()
    );
}

fn main() {
    let count = std::env::args().filter_map(|text| text.parse().ok()).next().unwrap_or(1_000_000);
    let (flow, text) = (flow(), table(count));
    let checked = prequal::flow::load(flow.as_bytes()).unwrap_or_else(|findings| panic!("{findings:#?}"));
    measure("CSV to CSV, without engine", &text, count, &flow, &checked, Nothing);
    measure("CSV to CSV, 40 rules", &text, count, &flow, &checked, Engine);
}
