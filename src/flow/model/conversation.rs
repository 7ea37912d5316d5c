//! What is asked, in which order, and what differs from visit to visit.

use crate::flow::read::model;
use crate::json::Json;
use alloc::{string::String, vec::Vec};

model! {
    pub struct Conversation {
        /// The first step.
        start: String,
        steps: Vec<Step>,
        ;
        /// Leaves out questions that only score once no answer can change the stage any more.
        stop_when_settled: bool,
        /// Steps that can be taken up in several places, or for each of what was chosen.
        blocks: Vec<Block>,
        /// What differs from visit to visit, to compare.
        experiments: Vec<Experiment>,
        /// Offers to go on later.
        resume: Option<Resume>,
    }

    /// A purpose of its own: the answers are kept in the visitor's browser. Never ticked in advance.
    pub struct Resume {
        /// The exact words that the visitor agrees to.
        text: String,
        /// How long they are kept.
        days: u32,
        ;
    }

    /// Steps that belong together.
    pub struct Block {
        id: String,
        /// They lead on within the block; `leave` leads out of it.
        steps: Vec<Step>,
        ;
    }

    /// A test of variants: each visit has one of them.
    pub struct Experiment {
        id: String,
        variants: Vec<Variant>,
        ;
    }

    pub struct Variant {
        id: String,
        ;
        /// How often it comes up beside the others: 1 where absent.
        weight: Option<u32>,
    }

    /// One turn. It asks a field, asks for consent, ends, or only says something.
    pub struct Step {
        id: String,
        ;
        /// What the assistant says. `{field}` is the answer so far, `{field|words}` with a fallback,
        /// `{field:mirror}` in a form of its own.
        say: Vec<String>,
        /// The field to ask.
        ask: Option<String>,
        /// Shows the consent purposes.
        consent: bool,
        /// The outcome that ends the conversation.
        end: Option<String>,
        /// Tried in order once the step is done.
        branches: Vec<Branch>,
        /// Where to go when no branch holds; the step below where absent.
        next: Option<String>,
        /// Fields whose change makes this question be asked again.
        depends_on: Vec<String>,
        /// Steps that each ask a field: all are asked, the one that settles most first.
        pick: Vec<String>,
        /// Passed over unless this condition holds; of the kind that branches have.
        when: Option<Json>,
        /// The block that is taken up here.
        block: Option<String>,
        /// A question of which several answers can be chosen: the block is taken up for each.
        for_each: Option<String>,
        /// A link that is offered beside going on.
        link: Option<Link>,
    }

    /// Somewhere to go in a tab of its own, while the conversation stays.
    pub struct Link {
        label: String,
        /// https, mailto, tel, or a path of the page's own site.
        url: String,
        ;
    }

    pub struct Branch {
        /// A JSONLogic condition over all that stages may use, and `stage`, `segment`, `disqualified`,
        /// `consent.<purpose>` and `experiment.<id>`.
        when: Json,
        /// The step to go to.
        to: String,
        ;
    }
}
