//! The authored file, as it stands in JSON. The meaning of each key is its doc comment.

use super::read::{model, model_enum};
use crate::json::Json;
use alloc::{string::String, vec::Vec};

model! {
    /// A whole flow: `prequal.json`.
    pub struct Flow {
        /// The version of the flow format: 1.
        prequal: u32,
        /// The flow's name for machines; leads carry it.
        id: String,
        /// The author's version of this flow, rising with each publication.
        version: u32,
        /// Shown at the head of the widget.
        title: String,
        /// The language of the texts (BCP 47).
        locale: String,
        /// Facts about the lead that the conversation may ask for.
        fields: Vec<Field>,
        scoring: Scoring,
        /// Rising order; the first starts at the bottom.
        stages: Vec<Stage>,
        conversation: Conversation,
        delivery: Delivery,
        outcomes: Vec<Outcome>,
        ;
        assistant: Option<Assistant>,
        /// Behaviours on the page that count.
        signals: Vec<Signal>,
        /// Needed as soon as a lead is to be sent.
        consent: Option<Consent>,
        theme: Option<Theme>,
    }

    /// Who speaks in the conversation.
    pub struct Assistant {
        name: String,
        ;
        role: Option<String>,
    }

    /// A typed fact about the lead.
    pub struct Field {
        id: String,
        kind: Kind,
        /// What people call it: in summaries, in the inbox, for screen readers.
        label: String,
        ;
        /// The choices of a `single_choice` or `multiple_choice`.
        options: Vec<Choice>,
        /// The score that the points of the options go to.
        score: Option<String>,
        /// The visitor may skip it.
        optional: bool,
        /// Identifies a person; needs a consent purpose.
        personal: bool,
        /// Least number (`number` only).
        min: Option<f64>,
        /// Greatest number (`number` only).
        max: Option<f64>,
        /// Shown behind a number.
        unit: Option<String>,
        /// Most characters of a text; 500 for short texts and 5,000 for long ones where absent.
        max_length: Option<u32>,
        /// Shown in the empty control.
        placeholder: Option<String>,
        /// An HTML `autocomplete` token, so that the browser offers what it knows.
        autocomplete: Option<String>,
    }

    /// One option of a choice.
    pub struct Choice {
        id: String,
        label: String,
        ;
        /// Points that choosing it gives or takes.
        points: i32,
        /// Why, in plain words; the label where absent.
        reason: Option<String>,
    }

    /// A behaviour seen on the page.
    pub struct Signal {
        id: String,
        kind: SignalKind,
        label: String,
        /// Which paths: `*` stands for any characters, all else for itself.
        path: String,
        ;
    }

    pub struct Scoring {
        scores: Vec<Score>,
        ;
        rules: Vec<Rule>,
        disqualifiers: Vec<Disqualifier>,
    }

    /// A named total, such as `fit` or `interest`.
    pub struct Score {
        id: String,
        label: String,
        /// The most it counts.
        cap: i32,
        ;
        /// The least it counts: 0 where absent.
        floor: i32,
    }

    /// Adds or takes points when its condition holds or its signal was seen.
    pub struct Rule {
        id: String,
        score: String,
        points: i32,
        /// Why, in plain words.
        reason: String,
        ;
        /// A JSONLogic condition over fields and `signal.<id>` counts.
        when: Option<Json>,
        /// A signal that must have been seen at least once.
        signal: Option<String>,
    }

    /// Ends qualification whatever the points.
    pub struct Disqualifier {
        id: String,
        reason: String,
        when: Json,
        ;
    }

    /// Where a lead stands.
    pub struct Stage {
        id: String,
        label: String,
        /// The least total of this stage.
        from: i32,
        ;
    }

    pub struct Conversation {
        /// The first step.
        start: String,
        steps: Vec<Step>,
        ;
    }

    /// One turn. It asks a field, asks for consent, ends, or only says something.
    pub struct Step {
        id: String,
        ;
        /// What the assistant says. `{field}` is the answer so far, `{field|words}` with a fallback.
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
    }

    pub struct Branch {
        /// A JSONLogic condition over fields, `signal.<id>`, `score.<id>`, `score.total`, `stage`,
        /// `disqualified` and `consent.<purpose>`.
        when: Json,
        /// The step to go to.
        to: String,
        ;
    }

    /// What the visitor is asked to agree to, and what the record of it says.
    pub struct Consent {
        /// Who is responsible: name and address.
        controller: String,
        /// Where the privacy notice stands.
        notice_url: String,
        notice_version: String,
        /// How to take consent back, in words.
        withdrawal: String,
        /// How long the lead is kept.
        retention_days: u32,
        purposes: Vec<Purpose>,
        ;
        /// Reaches whoever answers for personal data.
        contact: Option<String>,
        /// Others who receive the lead.
        recipients: Vec<String>,
    }

    /// One thing the visitor may agree to. Never ticked in advance.
    pub struct Purpose {
        id: String,
        /// The exact words shown and recorded.
        text: String,
        ;
        /// Without this one nothing is sent.
        required: bool,
    }

    pub struct Delivery {
        /// Leads below this stage are not sent.
        minimum_stage: String,
        ;
        /// Where leads are posted: https, or loopback for trying out. The page may set it instead.
        endpoint: Option<String>,
    }

    /// How a conversation ends.
    pub struct Outcome {
        id: String,
        kind: OutcomeKind,
        title: String,
        text: String,
        ;
        action: Option<Action>,
    }

    /// A link offered at the end.
    pub struct Action {
        label: String,
        url: String,
        ;
    }

    pub struct Theme {
        ;
        /// The brand colour, `#rrggbb`.
        accent: Option<String>,
    }
}

model_enum! {
    /// How a field is asked.
    pub enum Kind {
        SingleChoice = "single_choice",
        MultipleChoice = "multiple_choice",
        Number = "number",
        ShortText = "short_text",
        LongText = "long_text",
        Email = "email",
        Phone = "phone",
    }

    pub enum SignalKind {
        /// A page was shown whose path matches.
        PageView = "page_view",
        /// A link was followed that downloads a file whose path matches.
        Download = "download",
    }

    pub enum OutcomeKind {
        BookMeeting = "book_meeting",
        TalkToSales = "talk_to_sales",
        SendContent = "send_content",
        SuggestVendor = "suggest_vendor",
        AskLater = "ask_later",
    }
}

impl Kind {
    /// Whether the answer is one or several of the field's options.
    pub fn is_choice(self) -> bool {
        matches!(self, Kind::SingleChoice | Kind::MultipleChoice)
    }
}
