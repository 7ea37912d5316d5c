//! The published flows, by the two names a lead carries: id and sha256.

use crate::Error;
use prequal::flow::{Checked, load_languages};
use prequal::lead::Lead;
use std::path::PathBuf;

/// Every flow this receiver takes leads of, in each of its languages: its own first.
#[derive(Debug)]
pub(crate) struct Flows(Vec<Vec<Checked>>);

impl Flows {
    /// Reads and checks the files.
    pub(crate) fn read(paths: &[PathBuf]) -> Result<Self, Error> {
        let mut flows: Vec<Vec<Checked>> = Vec::with_capacity(paths.len());
        for path in paths {
            let bytes = std::fs::read(path).map_err(|cause| Error::unreadable(path.clone(), cause))?;
            let languages = load_languages(&bytes)
                .map_err(|list| Error::flow(path.clone(), list.iter().map(ToString::to_string).collect()))?;
            let flow = &languages[0];
            if flows.iter().map(|other| &other[0]).any(|other| {
                other.id() == flow.id() && other.version() == flow.version() && other.sha256() != flow.sha256()
            }) {
                tracing::warn!(
                    flow = flow.id(),
                    version = flow.version(),
                    file = %path.display(),
                    "two different files say they are this version; raise `version` with each publication"
                );
            }
            flows.push(languages);
        }
        if flows.is_empty() {
            return Err(Error::no_flow());
        }
        Ok(Self(flows))
    }

    /// The very file the lead was made with.
    pub(crate) fn find(&self, id: &str, sha256: &str) -> Option<&Checked> {
        self.iter().find(|flow| flow.id() == id && flow.sha256() == sha256)
    }

    /// The same, in the language that the visitor read; in its own where it has no such language.
    pub(crate) fn find_as_read(&self, lead: &Lead) -> Option<&Checked> {
        let languages =
            self.0.iter().find(|flow| flow[0].id() == lead.flow.id && flow[0].sha256() == lead.flow.sha256)?;
        let read = lead.consent.as_ref().map(|record| record.language.as_str());
        languages.iter().find(|flow| Some(flow.locale()) == read).or(languages.first())
    }

    /// The flow to take labels from: the file itself, or else the newest version of the same flow.
    pub(crate) fn for_labels(&self, id: &str, sha256: &str) -> Option<&Checked> {
        self.find(id, sha256).or_else(|| self.iter().filter(|flow| flow.id() == id).max_by_key(|flow| flow.version()))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Checked> {
        self.0.iter().map(|languages| &languages[0])
    }
}
