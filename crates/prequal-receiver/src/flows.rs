//! The published flows, by the two names a lead carries: id and sha256.

use crate::Error;
use prequal::flow::{Checked, load};
use std::path::PathBuf;

/// Every flow this receiver takes leads of.
#[derive(Debug)]
pub(crate) struct Flows(Vec<Checked>);

impl Flows {
    /// Reads and checks the files.
    pub(crate) fn read(paths: &[PathBuf]) -> Result<Self, Error> {
        let mut flows: Vec<Checked> = Vec::with_capacity(paths.len());
        for path in paths {
            let bytes = std::fs::read(path).map_err(|cause| Error::unreadable(path.clone(), cause))?;
            let flow = load(&bytes)
                .map_err(|list| Error::flow(path.clone(), list.iter().map(ToString::to_string).collect()))?;
            if flows.iter().any(|other| {
                other.id() == flow.id() && other.version() == flow.version() && other.sha256() != flow.sha256()
            }) {
                tracing::warn!(
                    flow = flow.id(),
                    version = flow.version(),
                    file = %path.display(),
                    "two different files say they are this version; raise `version` with each publication"
                );
            }
            flows.push(flow);
        }
        if flows.is_empty() {
            return Err(Error::no_flow());
        }
        Ok(Self(flows))
    }

    /// The very file the lead was made with.
    pub(crate) fn find(&self, id: &str, sha256: &str) -> Option<&Checked> {
        self.0.iter().find(|flow| flow.id() == id && flow.sha256() == sha256)
    }

    /// The flow to take labels from: the file itself, or else the newest version of the same flow.
    pub(crate) fn for_labels(&self, id: &str, sha256: &str) -> Option<&Checked> {
        self.find(id, sha256).or_else(|| self.0.iter().filter(|flow| flow.id() == id).max_by_key(|flow| flow.version()))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Checked> {
        self.0.iter()
    }
}
