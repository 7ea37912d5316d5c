//! Which column, or key, is which field.

use crate::Failure;
use crate::words::listed;
use prequal::flow::Checked;
use prequal::flow::diagnostic::nearest;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    Field(usize),
    Signal(usize),
}

/// The names that a flow's fields and signals go by.
#[derive(Debug)]
pub struct Names<'f> {
    flow: &'f Checked,
    /// What `--map` says: a column's name, folded, and what it is.
    maps: Vec<(String, Target)>,
    /// The same, as written.
    mapped: Vec<String>,
}

/// Names are compared without case and without space around them.
pub fn folded(name: &str) -> String {
    name.trim().to_lowercase()
}

impl<'f> Names<'f> {
    /// Takes in `COLUMN=FIELD` pairs.
    pub fn new(flow: &'f Checked, maps: &[String]) -> Result<Self, Failure> {
        let mut names = Names { flow, maps: Vec::new(), mapped: Vec::new() };
        for map in maps {
            // Column names may hold an equals sign; ids cannot.
            let Some((column, id)) = map.rsplit_once('=') else {
                return Err(Failure::unusable(format!("--map “{map}” has no “=”."))
                    .help("write --map \"Company size=company_size\"."));
            };
            let Some(target) = names.by_id(&folded(id)) else {
                let all = names.ids();
                let failure =
                    Failure::unusable(format!("--map names “{}”, which is no field of {}.", id.trim(), flow.id()));
                return Err(match nearest(id.trim(), all.iter().map(String::as_str)) {
                    Some(near) => failure.help(format!("did you mean “{near}”?")),
                    None => failure.help(format!("the fields are {}.", listed(&all, 40))),
                });
            };
            names.maps.push((folded(column), target));
            names.mapped.push(column.trim().to_owned());
        }
        Ok(names)
    }

    fn ids(&self) -> Vec<String> {
        let flow = self.flow.flow();
        let signals = flow.signals.iter().map(|signal| format!("signal.{}", signal.id));
        flow.fields.iter().map(|field| field.id.clone()).chain(signals).collect()
    }

    fn by_id(&self, id: &str) -> Option<Target> {
        let flow = self.flow.flow();
        if let Some(signal) = id.strip_prefix("signal.") {
            return flow.signals.iter().position(|s| s.id.to_lowercase() == signal).map(Target::Signal);
        }
        flow.fields.iter().position(|f| f.id.to_lowercase() == id).map(Target::Field)
    }

    /// What a name stands for: by `--map`, as an id, or as a label that only one field has.
    pub fn find(&self, name: &str) -> Option<Target> {
        let name = folded(name);
        if let Some((_, target)) = self.maps.iter().find(|(column, _)| *column == name) {
            return Some(*target);
        }
        let found = self.by_id(&name).or_else(|| {
            let mut same = self.flow.flow().fields.iter().enumerate().filter(|(_, f)| folded(&f.label) == name);
            let first = same.next()?;
            same.next().is_none().then_some(Target::Field(first.0))
        });
        // A field that was mapped by hand is not taken from elsewhere too.
        found.filter(|target| !self.maps.iter().any(|(_, mapped)| mapped == target))
    }

    /// By column of a header: what it holds.
    ///
    /// # Errors
    /// Two columns for one field; a mapped column that is not there; no column that is a field.
    pub fn columns(&self, header: &[String], file: &str) -> Result<Vec<Option<Target>>, Failure> {
        for (map, (column, _)) in self.mapped.iter().zip(&self.maps) {
            if !header.iter().any(|name| folded(name) == *column) {
                let failure = Failure::unusable(format!("{file} has no column “{map}”, which --map names."));
                return Err(failure.help(format!("its columns are {}.", listed(header, 40))));
            }
        }
        let targets: Vec<Option<Target>> = header.iter().map(|name| self.find(name)).collect();
        for (i, target) in targets.iter().enumerate().filter(|(_, target)| target.is_some()) {
            if let Some(first) = targets[..i].iter().position(|other| other == target) {
                return Err(Failure::findings(format!(
                    "the columns “{}” and “{}” of {file} are the same field.",
                    header[first], header[i]
                ))
                .help("rename one of them, or name the right one with --map."));
            }
        }
        if targets.iter().all(Option::is_none) {
            return Err(Failure::findings(format!(
                "no column of {file} is a field of {}: {}.",
                self.flow.id(),
                listed(header.iter().map(|name| format!("“{}”", crate::words::shortened(name, 40))), 10)
            ))
            .help(format!(
                "name the columns by ids or labels of the flow, or use --map; the fields are {}.",
                listed(self.ids(), 40)
            )));
        }
        Ok(targets)
    }
}
