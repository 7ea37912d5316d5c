//! What conditions can be about: fields and signals, few or many.

use serde_json::{Value, json};

use crate::random::Random;

#[derive(Clone, Copy)]
pub enum Form {
    One(Options),
    Several(Options),
    /// From 0 up to this.
    Number(usize),
}

use Form::{Number, One, Several};

type Options = &'static [&'static str];

impl Form {
    pub fn one(self) -> Option<Options> {
        if let One(options) = self { Some(options) } else { None }
    }

    pub fn several(self) -> Option<Options> {
        if let Several(options) = self { Some(options) } else { None }
    }

    pub fn most(self) -> Option<usize> {
        if let Number(most) = self { Some(most) } else { None }
    }
}

const FIELDS: [(&str, Form); 12] = [
    ("industry", One(&["logistics", "retail", "manufacturing", "agency", "finance", "health", "other"])),
    ("company_size", Number(2000)),
    ("carriers", Several(&["parcel", "pallet", "ocean", "own_fleet", "rail"])),
    ("role", One(&["c_level", "director", "manager", "specialist"])),
    ("shipments", Number(50_000)),
    ("budget", One(&["approved", "planned", "none", "unknown"])),
    ("channels", Several(&["shop", "marketplace", "stores", "wholesale"])),
    ("sites", Number(40)),
    ("timeline", One(&["now", "quarter", "year", "someday"])),
    ("need", One(&["late", "cost", "manual", "returns", "visibility", "curious"])),
    ("tools", Several(&["erp", "wms", "tms", "spreadsheet", "none"])),
    ("spend", Number(900_000)),
];

const SIGNALS: [&str; 4] = ["pricing", "careers", "paper", "cases"];

pub struct Field {
    pub id: String,
    pub form: Form,
}

pub struct Subject {
    pub fields: Vec<Field>,
    pub signals: Vec<String>,
}

impl Subject {
    /// Every field and signal once.
    pub fn small() -> Subject {
        Subject::of(FIELDS.len(), SIGNALS.len())
    }

    /// So many fields and signals; names that come again are numbered.
    pub fn of(fields: usize, signals: usize) -> Subject {
        let named = |name: &str, round: usize| match round {
            0 => name.to_owned(),
            round => format!("{name}_{round}"),
        };
        let field = |place: usize| {
            let (name, form) = FIELDS[place % FIELDS.len()];
            Field { id: named(name, place / FIELDS.len()), form }
        };
        let signal = |place: usize| named(SIGNALS[place % SIGNALS.len()], place / SIGNALS.len());
        Subject { fields: (0..fields).map(field).collect(), signals: (0..signals).map(signal).collect() }
    }

    /// A lead, packed as the engine's face of the benchmark takes it.
    pub fn lead(&self, random: &mut Random) -> Vec<f64> {
        let answer = |field: &Field, random: &mut Random| match field.form {
            One(options) => random.below(options.len()),
            // One at least is chosen.
            Several(options) => 1 + random.below((1 << options.len()) - 1),
            Number(most) => random.below(most + 1),
        };
        let mut slots: Vec<f64> = self.fields.iter().map(|field| answer(field, random) as f64).collect();
        slots.extend(self.signals.iter().map(|_| random.below(5) as f64));
        slots
    }

    /// The same lead as the object that peers take: `{"industry": "retail", "signal": {"pricing": 2}}`.
    pub fn as_object(&self, slots: &[f64]) -> Value {
        let (answers, counts) = slots.split_at(self.fields.len());
        let mut lead = serde_json::Map::new();
        for (field, slot) in self.fields.iter().zip(answers) {
            let slot = *slot as usize;
            let value = match field.form {
                One(options) => json!(options[slot]),
                Several(options) => {
                    let chosen = |(place, _): &(usize, &&str)| slot >> place & 1 == 1;
                    options.iter().enumerate().filter(chosen).map(|(_, id)| json!(id)).collect()
                }
                Number(_) => json!(slot),
            };
            lead.insert(field.id.clone(), value);
        }
        let signals = self.signals.iter().cloned().zip(counts.iter().map(|count| json!(*count as u64)));
        lead.insert("signal".into(), Value::Object(signals.collect()));
        Value::Object(lead)
    }
}
