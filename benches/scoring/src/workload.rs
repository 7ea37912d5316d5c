//! Forty mixed conditions, 256 leads, and what must come out.

use prequal::json::Numbers;
use prequal_bench_engine::Scorer;
use serde_json::{Value, json};

use crate::conditions::conditions;
use crate::flows::flow;
use crate::random::Random;
use crate::subject::Subject;

pub const CONDITIONS: usize = 40;
pub const LEADS: usize = 256;
const SEED: u64 = 40_256;

/// Everything that contenders are given.
pub struct Workload {
    pub flow: Vec<u8>,
    pub conditions: Vec<Value>,
    /// By condition: what it counts when it holds. As different as can be, so that two conditions
    /// mistaken for each other show.
    pub weights: Vec<u32>,
    pub subject: Subject,
    /// Packed, by lead.
    pub leads: Vec<Vec<f64>>,
}

impl Workload {
    pub fn new() -> Workload {
        let mut random = Random::new(SEED);
        let subject = Subject::small();
        let conditions = conditions(CONDITIONS, &subject, &mut random);
        let weights: Vec<u32> = conditions.iter().map(|_| 1 + random.below(1 << 20) as u32).collect();
        let leads = (0..LEADS).map(|_| subject.lead(&mut random)).collect();
        let flow = flow(&subject, &conditions, &weights).to_string().into_bytes();
        Workload { flow, conditions, weights, subject, leads }
    }

    pub fn scorer(&self) -> Scorer {
        Scorer::load(&self.flow, Numbers::NATIVE).expect("a flow without mistakes")
    }

    /// By lead: the weights of the conditions that hold.
    pub fn values(&self) -> Vec<i64> {
        let scorer = self.scorer();
        self.leads.iter().map(|lead| scorer.total(&scorer.lead(lead))).collect()
    }

    /// What the contenders in JavaScript read.
    pub fn as_json(&self) -> Value {
        let values = self.values();
        let leads: Vec<Value> = self.leads.iter().map(|lead| self.subject.as_object(lead)).collect();
        json!({
            "conditions": self.conditions,
            "weights": self.weights,
            "leads": leads,
            "values": values,
            "checksum": checksum(values),
        })
    }
}

/// One number for all leads, in which their order matters.
pub fn checksum(values: impl IntoIterator<Item = i64>) -> u32 {
    values.into_iter().fold(0, |sum: u32, value| sum.wrapping_mul(31).wrapping_add(value as u32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_workload_is_the_same_everywhere() {
        // Figures of different releases can be compared only while this stands.
        assert_eq!(checksum(Workload::new().values()), 3_862_785_001);
    }

    #[test]
    fn most_conditions_hold_for_some_leads_and_not_for_others() {
        let workload = Workload::new();
        let holds = |place: usize| {
            let mut only = vec![0; CONDITIONS];
            only[place] = 1;
            let flow = flow(&workload.subject, &workload.conditions, &only).to_string();
            let scorer = Scorer::load(flow.as_bytes(), Numbers::NATIVE).unwrap();
            workload.leads.iter().filter(|lead| scorer.total(&scorer.lead(lead)) == 1).count()
        };
        let shares: Vec<usize> = (0..CONDITIONS).map(holds).collect();
        let mixed = shares.iter().filter(|share| (13..=243).contains(*share)).count();
        assert!(mixed >= 36, "{shares:?} of {LEADS}");
    }
}
