//! What people call stages and checklists.

use super::model::{Framework, Stage};

/// The names everybody knows, so that a flow need not say them.
const USUAL_LABELS: &[(&str, &str)] = &[
    ("unqualified", "Unqualified"),
    ("mql", "Marketing-qualified lead"),
    ("sal", "Sales-accepted lead"),
    ("sql", "Sales-qualified lead"),
    ("pql", "Product-qualified lead"),
    ("cql", "Conversation-qualified lead"),
    ("bant", "BANT"),
    ("champ", "CHAMP"),
    ("meddic", "MEDDIC"),
    ("gpctba_ci", "GPCTBA/C&I"),
];

/// What people call an entry: its label, or the usual one of its id, or the id.
fn name<'a>(label: &'a str, id: &'a str) -> &'a str {
    match USUAL_LABELS.iter().find(|(known, _)| *known == id) {
        Some((_, usual)) if label.is_empty() => usual,
        None if label.is_empty() => id,
        _ => label,
    }
}

impl Stage {
    /// What people call it.
    pub fn name(&self) -> &str {
        name(&self.label, &self.id)
    }
}

impl Framework {
    /// What people call it.
    pub fn name(&self) -> &str {
        name(&self.label, &self.id)
    }
}
