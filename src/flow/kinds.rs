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
        /// One of two options, `yes` and `no`, whose words the widget has.
        YesNo = "yes_no",
        /// A number that is set on a scale from `min` to `max`.
        Slider = "slider",
        /// A whole number from 1 to `max`, 5 where absent.
        Rating = "rating",
        /// How likely they are to recommend something: a whole number from 0 to 10.
        Nps = "nps",
        /// A web address.
        Url = "url",
        /// A day, such as `2026-10-01`.
        Date = "date",
        /// An amount in the field's currency.
        Money = "money",
        /// A country, by its code of ISO 3166-1: `DE`.
        Country = "country",
        /// A company's name.
        Company = "company",
        /// Two days, the second not before the first.
        DateRange = "date_range",
        /// All options, in an order.
        Ranking = "ranking",
        /// Rows, for each of which one of the options is chosen.
        Matrix = "matrix",
    }

    pub enum SignalKind {
        /// A page was shown whose path matches.
        PageView = "page_view",
        /// A link was followed that downloads a file whose path matches.
        Download = "download",
        /// The page told of something, by a name that matches.
        Event = "event",
        /// A link to another host was followed, whose host and path match.
        Outbound = "outbound",
        /// So much of a page was in sight, from its top.
        Scroll = "scroll",
        /// For so long a page was looked at and something was done on it.
        Engaged = "engaged",
        /// The visitor came back: the visit of that number, or a later one.
        ReturnVisit = "return_visit",
        /// An element was in sight.
        ElementSeen = "element_seen",
        /// A video was started.
        Video = "video",
        /// Something was searched for on the site.
        Search = "search",
        /// Somebody began to fill in a form.
        FormStart = "form_start",
        /// A control of a form was filled in.
        FormField = "form_field",
        FormSubmit = "form_submit",
        /// A form was begun and left without being submitted.
        FormAbandon = "form_abandon",
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

model_enum! {
    /// What takes the leads at a destination.
    pub enum DestinationKind {
        /// A receiver of this software, or one that answers like it.
        Prequal = "prequal",
        /// Anything that takes JSON and lets the page post it.
        Json = "json",
        /// Anything that takes what a form posts.
        Form = "form",
        /// A form of HubSpot.
        Hubspot = "hubspot",
        /// Web-to-Lead of Salesforce.
        Salesforce = "salesforce",
        /// A form of Mautic.
        Mautic = "mautic",
        /// A hook that answers no question before the post: Zapier, Make, Apps Script.
        Hook = "hook",
        /// Anything that takes CloudEvents 1.0.
        CloudEvent = "cloud_event",
    }

    /// What is done where a destination sends the browser on to another address.
    pub enum Redirects {
        /// It counts as no reply.
        Refuse = "refuse",
        Follow = "follow",
    }
}

/// What an answer is, as conditions see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// The id of an option.
    Option,
    /// The ids of several.
    Options,
    Number,
    Text,
    /// A list of two days: from and to.
    Days,
    /// The ids of all options, in an order.
    Order,
    /// By the id of each row: the id of an option.
    Rows,
}

impl SignalKind {
    /// Whether the engine finds it by its path or name. All others the page's script recognises, and tells by
    /// the signal's id.
    pub fn is_matched(self) -> bool {
        matches!(self, SignalKind::PageView | SignalKind::Download | SignalKind::Event)
    }

    /// Whether it needs a `path`; others are seen wherever they happen where it is absent.
    pub fn needs_path(self) -> bool {
        self.is_matched() || self == SignalKind::Outbound
    }

    /// What `least` may be, where the kind has it.
    pub fn least(self) -> Option<core::ops::RangeInclusive<u32>> {
        match self {
            SignalKind::Scroll => Some(1..=100),
            SignalKind::Engaged => Some(1..=3600),
            SignalKind::ReturnVisit => Some(2..=1000),
            _ => None,
        }
    }
}

impl Kind {
    /// What the answers of this kind are.
    pub fn shape(self) -> Shape {
        match self {
            Kind::SingleChoice | Kind::YesNo | Kind::Country => Shape::Option,
            Kind::MultipleChoice => Shape::Options,
            Kind::Number | Kind::Slider | Kind::Rating | Kind::Nps | Kind::Money => Shape::Number,
            Kind::DateRange => Shape::Days,
            Kind::Ranking => Shape::Order,
            Kind::Matrix => Shape::Rows,
            _ => Shape::Text,
        }
    }

    /// Whether the answer is one or several of the field's options.
    pub fn is_choice(self) -> bool {
        matches!(self.shape(), Shape::Option | Shape::Options)
    }

    /// Whether the answer is made of the field's options.
    pub fn has_options(self) -> bool {
        self.is_choice() || matches!(self, Kind::Ranking | Kind::Matrix)
    }

    /// Whether the answer is one of a few whole numbers, each shown by itself.
    pub fn is_scale(self) -> bool {
        matches!(self, Kind::Rating | Kind::Nps)
    }

    /// Most characters of a text where the flow gives no limit.
    pub fn usual_length(self) -> u32 {
        if self == Kind::LongText { 5000 } else { 500 }
    }
}
