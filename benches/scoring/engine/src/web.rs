//! What JavaScript measures: one call a lead, one call an event.

use crate::{Lead, Scorer, Visit};
use alloc::vec::Vec;
use prequal::flow::{self, Checked};
use prequal::session::State;
use prequal::web::NUMBERS;
use wasm_bindgen::prelude::*;

/// A flow that scores leads.
#[wasm_bindgen]
pub struct Leads {
    scorer: Scorer,
    /// Where JavaScript packs a lead.
    slots: Vec<f64>,
    kept: Vec<Lead>,
}

#[wasm_bindgen]
impl Leads {
    /// Undefined when the flow has mistakes.
    pub fn load(flow: &[u8]) -> Option<Leads> {
        let scorer = Scorer::load(flow, NUMBERS)?;
        let slots = Vec::from_iter((0..scorer.slots()).map(|_| 0.0));
        Some(Leads { scorer, slots, kept: Vec::new() })
    }

    /// Where the slots begin in the module's memory, in bytes.
    pub fn slots(&self) -> *const f64 {
        self.slots.as_ptr()
    }

    /// The points of the lead that was packed: it is unpacked and scored.
    pub fn total(&self) -> f64 {
        self.scorer.total(&self.scorer.lead(&self.slots)) as f64
    }

    /// Unpacks the lead that was packed, and keeps it inside.
    pub fn keep(&mut self) {
        self.kept.push(self.scorer.lead(&self.slots));
    }

    /// The points of a lead that is kept inside.
    pub fn total_kept(&self, place: usize) -> f64 {
        self.scorer.total(&self.kept[place]) as f64
    }
}

/// The module's memory, for writing slots.
#[wasm_bindgen]
pub fn heap() -> JsValue {
    wasm_bindgen::memory()
}

/// A flow that was read and checked.
#[wasm_bindgen]
pub struct Flow(Checked);

#[wasm_bindgen]
impl Flow {
    /// Undefined when the flow has mistakes.
    pub fn load(flow: &[u8]) -> Option<Flow> {
        flow::load_with(flow, NUMBERS).ok().map(Flow)
    }

    /// A visit halfway through it.
    pub fn halfway(self) -> HalfVisit {
        HalfVisit { visit: Visit::halfway(self.0), before: Vec::new(), after: Vec::new() }
    }
}

/// A visit, and copies of where it stands: each event uses one up.
#[wasm_bindgen]
pub struct HalfVisit {
    visit: Visit,
    before: Vec<State>,
    after: Vec<State>,
}

#[wasm_bindgen]
impl HalfVisit {
    /// Makes copies for so many events.
    pub fn copy(&mut self, events: usize) {
        self.before = Vec::from_iter((0..events).map(|_| self.visit.state()));
        self.after = Vec::with_capacity(events);
    }

    /// Answers the question that waits.
    pub fn answer(&mut self) {
        let state = self.before.pop();
        self.after.extend(state.map(|state| self.visit.answer(state)));
    }

    /// Shows a page that a signal counts.
    pub fn notice(&mut self) {
        let state = self.before.pop();
        self.after.extend(state.map(|state| self.visit.notice(state)));
    }
}
