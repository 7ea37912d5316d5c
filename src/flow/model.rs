//! The authored file, as it stands in JSON. The meaning of each key is its doc comment.

pub use super::kinds::{Count, DecayKind, DestinationKind, FlagKind, Kind, OutcomeKind, Redirects, Shape, SignalKind};
use super::read::model;
use super::span::Span;
use crate::json::Json;
use alloc::{string::String, vec::Vec};

mod conversation;
mod delivery;

pub use conversation::{Block, Branch, Conversation, Experiment, Link, Resume, Step, Variant};
pub use delivery::{Delivery, Destination, Mapping};

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
        /// Rising order; the first is where every lead starts.
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
        /// Checklists such as BANT.
        frameworks: Vec<Framework>,
        /// The ideal customer profile.
        icp: Option<Icp>,
        /// Named groups of leads; the first that matches is the lead's.
        segments: Vec<Segment>,
        /// Whom a lead goes to.
        routing: Option<Routing>,
        /// When the model was last looked over (`2026-10-01`).
        reviewed: Option<String>,
        /// The texts in other languages.
        translations: Vec<Translation>,
        /// Values that follow from answers and signals.
        variables: Vec<Variable>,
        /// What is to be had at any time, beside the conversation.
        help: Option<Help>,
        /// What is kept of signals in the visitor's browser; nothing where absent.
        memory: Option<Memory>,
    }

    /// What is to be had at any time, beside the conversation.
    pub struct Help {
        ;
        /// Frequent questions.
        faq: Vec<Faq>,
        /// The way to a person.
        person: Option<Action>,
    }

    /// A frequent question.
    pub struct Faq {
        id: String,
        question: String,
        answer: String,
        ;
    }

    /// A value that follows from answers and signals; conditions and texts name it like a field.
    pub struct Variable {
        id: String,
        /// What people call it, in the inbox.
        label: String,
        /// JSONLogic over what rules may use, and the variables before it.
        value: Json,
        ;
    }

    /// The texts that visitors read, in another language. What is missing is read in the flow's own.
    pub struct Translation {
        /// The language (BCP 47).
        locale: String,
        /// By the path of ids that leads to a text (`fields.industry.label`): the text.
        texts: Json,
        ;
    }

    /// Who speaks in the conversation.
    pub struct Assistant {
        name: String,
        ;
        role: Option<String>,
        /// A picture: a path of the page's own site. The first letter of the name stands where it is absent.
        avatar: Option<String>,
        /// Words of the widget's own in the tone of this assistant: by the key of a word, the text.
        words: Option<Json>,
    }

    /// A typed fact about the lead.
    pub struct Field {
        id: String,
        kind: Kind,
        /// What people call it: in summaries, in the inbox, for screen readers.
        label: String,
        ;
        /// The choices of a `single_choice` or `multiple_choice`, what a `ranking` puts in order, the columns of a
        /// `matrix`.
        options: Vec<Choice>,
        /// The rows of a `matrix`.
        rows: Vec<Row>,
        /// The points of a `number`, by how great it is.
        bands: Vec<Band>,
        /// The score that the points of the options or bands go to.
        score: Option<String>,
        /// The group whose cap those points share.
        group: Option<String>,
        /// The visitor may skip it.
        optional: bool,
        /// Identifies a person; needs a consent purpose.
        personal: bool,
        /// Least number (`number`, `slider`, `money`).
        min: Option<f64>,
        /// Greatest number (the same, and `rating`).
        max: Option<f64>,
        /// From one number to the next (`number`, `slider`, `money`): any where absent.
        step: Option<f64>,
        /// Shown behind a number.
        unit: Option<String>,
        /// Of `money`: its code of ISO 4217, such as `EUR`.
        currency: Option<String>,
        /// What the least number of a `slider`, `rating` or `nps` means.
        low: Option<String>,
        /// What the greatest means.
        high: Option<String>,
        /// The first day that can be chosen (`date`, `date_range`).
        earliest: Option<String>,
        /// The last.
        latest: Option<String>,
        /// The country whose numbers are written without its dial code (`phone`): its code of ISO 3166-1.
        country: Option<String>,
        /// What a text must look like as a whole: a pattern that is tried in linear time.
        pattern: Option<String>,
        /// What visitors are told whose text does not.
        pattern_message: Option<String>,
        /// Most characters of a text; 500 for short texts and 5,000 for long ones where absent.
        max_length: Option<u32>,
        /// Shown in the empty control.
        placeholder: Option<String>,
        /// An HTML `autocomplete` token, so that the browser offers what it knows.
        autocomplete: Option<String>,
        /// Of an `email`: a free address is asked back once, for one at a company.
        work_mail: bool,
        /// The parameter of the page's address that answers it.
        parameter: Option<String>,
        /// No step asks it: the page says it, or its address.
        hidden: bool,
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
        /// A picture that stands for it: a path of the page's own site.
        image: Option<String>,
        /// The `short_text` field that takes words of the visitor's own once this is chosen.
        asks: Option<String>,
    }

    /// One line of a matrix.
    pub struct Row {
        id: String,
        label: String,
        ;
    }

    /// A range of numbers that gives or takes points.
    pub struct Band {
        points: i32,
        /// Why, in plain words.
        reason: String,
        ;
        /// The least number in it; none means no lower end.
        from: Option<f64>,
        /// The least number above it; none means no upper end.
        below: Option<f64>,
    }

    /// A behaviour seen on the page.
    pub struct Signal {
        id: String,
        kind: SignalKind,
        label: String,
        ;
        /// Which paths, or names of events: `*` stands for any characters, all else for itself. Of `outbound` the
        /// host and the path, of `search` the term, of forms their id or name. All where absent.
        path: String,
        /// It is use of the product itself: what makes a `pql`.
        product: bool,
        /// From how much on it is seen: percent of the page (`scroll`), seconds (`engaged`), visits
        /// (`return_visit`).
        least: Option<u32>,
        /// Which elements (`element_seen`) or videos (`video`): a CSS selector.
        selector: Option<String>,
        /// The parameter of the page's address that carries the term (`search`).
        parameter: Option<String>,
    }

    /// What is kept of signals in the visitor's browser, once they agreed to that.
    pub struct Memory {
        /// The purpose that allows it: one that is not required.
        purpose: String,
        /// For how long, from the agreement on.
        days: u32,
        ;
    }

    pub struct Scoring {
        scores: Vec<Score>,
        ;
        groups: Vec<Group>,
        rules: Vec<Rule>,
        red_flags: Vec<RedFlag>,
        disqualifiers: Vec<Disqualifier>,
        must_haves: Vec<MustHave>,
        grid: Option<Grid>,
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

    /// Rules that together count no more than a cap of their own.
    pub struct Group {
        id: String,
        /// The score that all of its rules go to.
        score: String,
        /// The most they count together.
        cap: i32,
        ;
        /// The least they count together; none means no limit.
        floor: Option<i32>,
    }

    /// Adds or takes points when its condition holds or its signal was seen.
    pub struct Rule {
        id: String,
        score: String,
        points: i32,
        /// Why, in plain words.
        reason: String,
        ;
        /// A JSONLogic condition over fields, `signal.<id>` counts and `touch.first.…`, `touch.last.…`.
        when: Option<Json>,
        /// A signal that must have been seen.
        signal: Option<String>,
        /// The group whose cap it shares.
        group: Option<String>,
        /// Which occurrences of the signal count: all where absent.
        count: Option<Count>,
        /// How many occurrences earn the points once: 1 where absent.
        every: Option<u32>,
        /// How many times the points can be earned: 1 where absent.
        most: Option<u32>,
        /// Only occurrences this young count, such as `14d`.
        window: Option<Span>,
        /// How the points of an occurrence fade.
        decay: Option<Decay>,
    }

    /// How points fade with the age of what earned them.
    pub struct Decay {
        kind: DecayKind,
        /// The age at which nothing is left, such as `30d`.
        over: Span,
        ;
    }

    /// Something about the answers that should make one look twice.
    pub struct RedFlag {
        id: String,
        kind: FlagKind,
        score: String,
        points: i32,
        /// Why, in plain words.
        reason: String,
        ;
        /// The field looked at: a text for `nonsense`, an email for the kinds of mail.
        field: Option<String>,
        /// What contradicts itself (`contradiction` only).
        when: Option<Json>,
    }

    /// Ends qualification whatever the points.
    pub struct Disqualifier {
        id: String,
        reason: String,
        when: Json,
        ;
    }

    /// What must hold for any stage above the first, whatever the points.
    pub struct MustHave {
        id: String,
        reason: String,
        when: Json,
        ;
    }

    /// Two scores, banded into cells such as A1 … C3.
    pub struct Grid {
        rows: Axis,
        columns: Axis,
        ;
    }

    pub struct Axis {
        score: String,
        /// Best first; the last reaches down to the floor of the score.
        bands: Vec<AxisBand>,
        ;
    }

    pub struct AxisBand {
        /// Its part of the grade: `A`, `1`.
        name: String,
        /// The least points in it.
        from: i32,
        ;
    }

    /// Where a lead stands. One that is named `mql`, `sal`, `sql`, `pql` or `cql` and says no more has the
    /// usual meaning of that name. All that a stage asks for must hold.
    pub struct Stage {
        id: String,
        ;
        label: String,
        /// The least total of this stage.
        from: Option<i32>,
        /// The grades of this stage.
        grades: Vec<String>,
        /// A condition; besides what rules may use also `score.<id>`, `score.total`, `grade`, `icp`,
        /// `flag.<id>` and `criterion.<framework>.<id>`.
        when: Option<Json>,
        /// Frameworks (`bant`) or criteria (`bant.budget`) that must be met.
        requires: Vec<String>,
    }

    /// A checklist of the field: `bant`, `champ`, `meddic`, `gpctba_ci`, or one of the author's own.
    pub struct Framework {
        id: String,
        criteria: Vec<Criterion>,
        ;
        label: String,
    }

    /// One point of a checklist.
    pub struct Criterion {
        id: String,
        ;
        label: String,
        /// The field whose answer shows it.
        field: Option<String>,
        /// What must hold; where absent an answer is enough.
        when: Option<Json>,
    }

    /// The ideal customer profile.
    pub struct Icp {
        traits: Vec<Trait>,
        ;
    }

    pub struct Trait {
        id: String,
        label: String,
        /// How much it matters beside the others.
        weight: u32,
        when: Json,
        ;
    }

    pub struct Segment {
        id: String,
        label: String,
        when: Json,
        ;
    }

    pub struct Routing {
        /// The owner of leads that no route takes.
        fallback: String,
        ;
        /// Tried in order.
        routes: Vec<Route>,
    }

    pub struct Route {
        id: String,
        /// They take turns by a hash of the lead's idempotency key.
        owners: Vec<String>,
        ;
        segment: Option<String>,
        /// A condition over all that stages may use, and `stage` and `segment`.
        when: Option<Json>,
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
        /// The SHA-256 of the privacy notice, in hex: says which one was meant.
        notice_sha256: Option<String>,
        /// What kinds of data the lead holds, in words.
        data_categories: Vec<String>,
        /// For how many days a choice is relied on; for as long as the lead is kept where this is missing.
        valid_days: Option<u32>,
        /// Ask before the first personal question: who does not agree is asked nothing personal.
        before_personal: bool,
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
        /// Parameters that the address gets once the lead is sent with consent, each with the field whose answer it
        /// carries.
        prefill: Vec<Prefill>,
    }

    /// A parameter of a link, filled with an answer.
    pub struct Prefill {
        /// As the other site calls it.
        parameter: String,
        field: String,
        ;
    }

    pub struct Theme {
        ;
        /// The brand colour, `#rrggbb`.
        accent: Option<String>,
    }
}
