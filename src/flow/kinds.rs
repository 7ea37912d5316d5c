//! What may stand where the authored file names a kind.

use super::read::model_enum;

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

    /// Which occurrences of a signal count.
    pub enum Count {
        All = "all",
        /// One for each page.
        Distinct = "distinct",
        First = "first",
    }

    pub enum DecayKind {
        /// All points until the age is reached, none from then on.
        Expiry = "expiry",
        /// Fewer by the same amount each day (hour, minute, second: the unit of the age).
        Linear = "linear",
    }

    pub enum FlagKind {
        /// Answers that contradict each other.
        Contradiction = "contradiction",
        /// A text that no one means.
        Nonsense = "nonsense",
        /// An address of a service that throws mail away.
        DisposableMail = "disposable_mail",
        /// An address of a free mail service.
        FreeMail = "free_mail",
        /// An address whose domain looks like a misspelt mail service.
        MisspeltMail = "misspelt_mail",
        /// Answers that came faster than the questions can be read.
        Hasty = "hasty",
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

    /// Most characters of a text where the flow gives no limit.
    pub fn usual_length(self) -> u32 {
        if self == Kind::LongText { 5000 } else { 500 }
    }
}
