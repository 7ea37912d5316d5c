//! The widget's own words, by name. Their texts stand in `www/embed/strings/<locale>.json`, in this
//! order; a test holds the two together.

use crate::flow::read::model_enum;

model_enum! {
    /// A text of the widget itself, not of the flow.
    pub enum Word {
        Close = "close",
        Help = "help",
        Conversation = "conversation",
        Progress = "progress",
        Send = "send",
        Continue = "continue",
        Skip = "skip",
        Skipped = "skipped",
        Change = "change",
        /// `{}` is what is being changed.
        ChangeOf = "change_of",
        Keep = "keep",
        Restart = "restart",
        You = "you",
        Optional = "optional",
        ChooseAny = "choose_any",
        Required = "required",
        ChooseOne = "choose_one",
        NotANumber = "not_a_number",
        /// `{}` is the limit.
        TooSmall = "too_small",
        /// `{}` is the limit.
        TooLarge = "too_large",
        /// `{}` is the limit.
        TooLong = "too_long",
        NotAnEmail = "not_an_email",
        NotAPhone = "not_a_phone",
        NotAUrl = "not_a_url",
        NotADate = "not_a_date",
        /// `{}` is the first day.
        TooEarly = "too_early",
        /// `{}` is the last day.
        TooLate = "too_late",
        /// A number without a country's code, and no country is chosen.
        ChooseCountry = "choose_country",
        CountryCode = "country_code",
        From = "from",
        Until = "until",
        /// The second day is before the first.
        EndsTooEarly = "ends_too_early",
        RankThem = "rank_them",
        RankAll = "rank_all",
        /// Every row of a matrix.
        ChooseEach = "choose_each",
        /// Stands for the author's own message where there is none.
        NotInPattern = "not_in_pattern",
        /// Of a link.
        NewTab = "new_tab",
        Yes = "yes",
        No = "no",
        NotLikely = "not_likely",
        VeryLikely = "very_likely",
        /// `{}` is an address.
        DidYouMean = "did_you_mean",
        WorkMail = "work_mail",
        Search = "search",
        NoMatch = "no_match",
        ConsentAgree = "consent_agree",
        ConsentRefuse = "consent_refuse",
        ConsentPurposes = "consent_purposes",
        ConsentRequired = "consent_required",
        ConsentMissing = "consent_missing",
        PrivacyNotice = "privacy_notice",
        Controller = "controller",
        Retention = "retention",
        ConsentGiven = "consent_given",
        ConsentRefused = "consent_refused",
        Saving = "saving",
        Sending = "sending",
        Sent = "sent",
        Retrying = "retrying",
        NotStored = "not_stored",
        Undeliverable = "undeliverable",
        NotDelivered = "not_delivered",
        NotSent = "not_sent",
        /// To a destination that acknowledges nothing.
        HandedOver = "handed_over",
        TakeBack = "take_back",
        Withdrawn = "withdrawn",
        PrivateUntilYes = "private_until_yes",
        /// An answer is held until the engine is there.
        OneMoment = "one_moment",
    }
}

impl Word {
    pub fn named(key: &str) -> Option<Word> {
        Word::TEXTS.iter().position(|text| *text == key).map(|place| Word::ALL[place])
    }

    /// Keys of the words that an author may put otherwise.
    pub fn free() -> impl Iterator<Item = &'static str> {
        Word::ALL.iter().filter(|word| word.is_free()).map(|word| word.as_str())
    }

    /// Whether an author may put it in other words. What is said of consent, of privacy and of the delivery is the
    /// widget's to say, and the language's what goes with a number.
    pub fn is_free(self) -> bool {
        let talk = (self as usize) < Word::ConsentAgree as usize || self == Word::OneMoment;
        talk && !matches!(self, Word::TooSmall | Word::TooLarge | Word::TooLong)
    }

    /// Whether it mentions something, in the place of `{}`.
    pub fn mentions(self) -> bool {
        matches!(self, Word::ChangeOf | Word::TooEarly | Word::TooLate | Word::DidYouMean)
    }

    /// The keys of the strings files, in order.
    pub const KEYS: &'static [&'static str] = Word::TEXTS;
}
