//! The kinds of findings. Each has a page in `docs/codes/`; one without does not compile.

/// How much a finding weighs.
#[cfg(not(feature = "widget"))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The flow does not load or, where a review says so, does not do what it is for.
    Error,
    /// The flow loads and does something that its author hardly wants.
    Warning,
}

#[cfg(not(feature = "widget"))]
impl Severity {
    /// In lower case, as compilers say it.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
        }
    }
}

macro_rules! codes {
    (
        errors { $($(#[$error_doc:meta])* $error:ident = $error_text:literal,)* }
        faults { $($(#[$fault_doc:meta])* $fault:ident = $fault_text:literal,)* }
        warnings { $($(#[$warning_doc:meta])* $warning:ident = $warning_text:literal,)* }
    ) => {
        /// The kind of a finding. Codes are stable: a code keeps its meaning for ever.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code {
            $($(#[$error_doc])* $error,)*
            // The widget only needs to know that a flow is broken, and these break none.
            $($(#[$fault_doc])* #[cfg(not(feature = "widget"))] $fault,)*
            $($(#[$warning_doc])* #[cfg(not(feature = "widget"))] $warning,)*
        }

        impl Code {
            /// Every code: those that keep a flow from loading, errors of a review, warnings.
            pub const ALL: &'static [Code] = &[
                $(Code::$error,)*
                $(#[cfg(not(feature = "widget"))] Code::$fault,)*
                $(#[cfg(not(feature = "widget"))] Code::$warning,)*
            ];

            /// The code as people read it, such as `PQ104`.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Code::$error => $error_text,)*
                    $(#[cfg(not(feature = "widget"))] Code::$fault => $fault_text,)*
                    $(#[cfg(not(feature = "widget"))] Code::$warning => $warning_text,)*
                }
            }

            /// A code weighs the same wherever it stands.
            #[cfg(not(feature = "widget"))]
            pub fn severity(self) -> Severity {
                match self {
                    $(Code::$error => Severity::Error,)*
                    $(Code::$fault => Severity::Error,)*
                    $(Code::$warning => Severity::Warning,)*
                }
            }
        }

        /// By place in [`Code::ALL`]: the page's Markdown.
        #[cfg(not(target_arch = "wasm32"))]
        pub(crate) const PAGES: &[&str] = &[
            $(include_str!(concat!("../../docs/codes/", $error_text, ".md")),)*
            $(include_str!(concat!("../../docs/codes/", $fault_text, ".md")),)*
            $(include_str!(concat!("../../docs/codes/", $warning_text, ".md")),)*
        ];
    };
}

codes! {
    errors {
        /// The file is not JSON.
        NotJson = "PQ101",
        /// A value has another type than its place asks for.
        WrongType = "PQ102",
        /// A required key is missing.
        MissingKey = "PQ103",
        /// A key that no flow has.
        UnknownKey = "PQ104",
        /// The same key or the same id twice.
        Duplicate = "PQ105",
        /// A value outside what its place allows.
        OutOfRange = "PQ106",
        /// The flow asks for a newer format than this version reads.
        UnknownFormat = "PQ107",
        /// A list that must not be empty is empty.
        Empty = "PQ108",
        /// A name that refers to nothing.
        UnknownReference = "PQ201",
        /// An operator that JSONLogic does not have, or a condition that is no condition.
        BadCondition = "PQ202",
        /// A rule needs exactly one of `when` and `signal`.
        RuleWithoutCause = "PQ203",
        /// A field of this kind cannot have this property, or lacks one that it needs.
        KindMismatch = "PQ204",
        /// A step does not do exactly one thing: say, ask, consent or end.
        StepMismatch = "PQ205",
        /// Steps that lead in a circle.
        Loop = "PQ206",
        /// A step from which nothing follows and that is no end.
        DeadEnd = "PQ207",
        /// Stages not in rising order, or the first does not start at the bottom.
        StageOrder = "PQ208",
        /// A text mentions a field in a form that cannot be read.
        BadPiping = "PQ209",
        /// Bands of a number that overlap or hold nothing.
        BandOrder = "PQ210",
        /// A property for signals on a rule without one, or one that cannot be counted.
        SignalProperty = "PQ211",
        /// A group and its rules go to different scores.
        GroupMismatch = "PQ212",
        /// A grid whose bands do not fall, or do not reach down to the floor.
        GridOrder = "PQ213",
        /// A stage that nothing reaches, because it asks for nothing.
        StageWithoutCause = "PQ214",
        /// A red flag that lacks what its kind looks at, or has what it does not.
        FlagMismatch = "PQ215",
        /// A criterion that nothing shows.
        CriterionWithoutCause = "PQ216",
        /// A step that cannot be picked.
        BadPick = "PQ217",
        /// A date that is none.
        BadDate = "PQ218",
        /// An option asks for words of the visitor's own, and nothing can take them.
        BadWords = "PQ219",
        /// A pattern that cannot be read.
        BadPattern = "PQ220",
        /// A signal that lacks what its kind needs, or has what its kind does not look at.
        SignalMismatch = "PQ221",
        /// A word of the widget that there is not, or that is not the author's to change.
        UnknownWord = "PQ222",
        /// The endpoint is not https (loopback aside).
        InsecureEndpoint = "PQ301",
        /// A personal field is asked but the flow has no consent purpose.
        NoPurpose = "PQ302",
        /// Neither the flow nor the page says where leads go.
        NoEndpoint = "PQ303",
        /// A personal question comes before the consent that should come before it.
        AskedTooEarly = "PQ304",
        /// A destination that lacks what its kind needs, or has what it does not know.
        DestinationMismatch = "PQ305",
        /// What a destination gets comes from nowhere, or from two places.
        BadMapping = "PQ306",
        /// What is kept in the browser hangs on a purpose that nobody can refuse alone.
        MemoryPurpose = "PQ307",
    }
    // What a review finds, and what nobody can have wanted: the flow loads and runs, and `prequal check` fails.
    faults {
        /// A stage that no lead stands in.
        StageOutOfReach = "PQ513",
        /// Must-haves and disqualifiers that no lead gets past.
        NobodyPasses = "PQ527",
    }
    warnings {
        /// A comparison of things of different kinds.
        TypesApart = "PQ501",
        /// A choice or a stage is compared with an id that it does not have.
        NoSuchOption = "PQ502",
        /// A comparison that no answer fulfils.
        NeverHolds = "PQ503",
        /// A comparison that every answer fulfils.
        AlwaysHolds = "PQ504",
        /// A condition that asks about nothing.
        Constant = "PQ505",
        /// Parts of a condition that exclude each other.
        Contradiction = "PQ506",
        /// Two rules with the same cause for the same score.
        SameRule = "PQ507",
        /// Two rules with the same cause that cancel each other out.
        OppositeRules = "PQ508",
        /// A rule or an option without effect on its score.
        NoPoints = "PQ509",
        /// More points at once than the cap lets count.
        AboveCap = "PQ510",
        /// A cap that no lead can come up to.
        CapOutOfReach = "PQ511",
        /// A score that is at its cap for every lead.
        CapAlways = "PQ512",
        /// A disqualifier that another one contains.
        DisqualifiedTwice = "PQ514",
        /// Points for what disqualifies.
        PointsInVain = "PQ515",
        /// A condition that holds for whoever skips the question.
        SkippedAsZero = "PQ516",
        /// A signal whose path no page and no file has.
        SignalNeverSeen = "PQ517",
        /// A name in `missing` that no field has.
        UnknownMissing = "PQ518",
        /// Numbers between two bands that get no points.
        BandGap = "PQ519",
        /// A band that no answer falls into.
        BandOutOfRange = "PQ520",
        /// A group that nothing belongs to.
        EmptyGroup = "PQ521",
        /// Counting, windows or decay that make no difference.
        CountingInVain = "PQ522",
        /// A rule whose points nothing can earn.
        NeverEarned = "PQ523",
        /// A grade that no lead can have.
        GradeOutOfReach = "PQ524",
        /// A stage or grade that no way through the conversation leads to.
        OutsideConversation = "PQ525",
        /// A stage or grade of which it is not known whether it can be reached.
        Undecided = "PQ526",
        /// A step that no way leads to.
        UnreachableStep = "PQ601",
        /// A branch that is never taken, as the ones before it take everybody away.
        ShadowedBranch = "PQ602",
        /// A field that one way asks twice.
        AskedTwice = "PQ603",
        /// A question whose answer nothing uses.
        UnusedAnswer = "PQ604",
        /// A condition on a field that no step asks.
        NeverAsked = "PQ605",
        /// A field that nothing asks and nothing uses.
        UnusedField = "PQ606",
        /// An outcome that no step ends with.
        UnusedOutcome = "PQ607",
        /// A branch on something that is not known yet.
        NotKnownYet = "PQ608",
        /// A text that mentions an answer before it is known.
        MentionedTooEarly = "PQ609",
        /// A branch that leads where the conversation goes anyway.
        PointlessBranch = "PQ610",
        /// A lead that nobody can answer.
        NoContact = "PQ611",
        /// A condition on answers that no way asks together.
        NeverTogether = "PQ612",
        /// A must-have that some ways never ask.
        MustHaveNotAsked = "PQ613",
        /// A translation that lacks texts.
        Untranslated = "PQ614",
        /// Points for a trait that the law protects.
        ProtectedTrait = "PQ701",
        /// A question about a special category of personal data.
        SpecialCategory = "PQ702",
        /// A field that identifies a person and does not say so.
        LooksPersonal = "PQ703",
        /// Personal data that nothing needs.
        NeedlessPersonal = "PQ704",
        /// Behaviour that is watched and not used.
        UnusedSignal = "PQ705",
        /// Leads go to the visitor's own machine.
        LoopbackEndpoint = "PQ706",
        /// A privacy notice without a safe address of its own.
        NoticeAddress = "PQ707",
        /// A privacy notice from the future.
        NoticeDate = "PQ708",
        /// Leads are kept very long.
        LongRetention = "PQ709",
        /// Several purposes, and none can be agreed to alone.
        CoupledPurposes = "PQ710",
        /// An owner that is an address, in a file that everybody can read.
        OwnerAddress = "PQ711",
        /// A translation that asks for consent in another language.
        ConsentUntranslated = "PQ712",
        /// An address that opens something to whoever knows it, in a file that everybody can read.
        SecretAddress = "PQ713",
        /// A checklist that lacks one of its usual criteria.
        CriterionMissing = "PQ801",
        /// A criterion that the checklist of this name does not have.
        UnusualCriterion = "PQ802",
        /// A trait without weight.
        WeightlessTrait = "PQ803",
        /// A segment that the ones before it take all leads from.
        ShadowedSegment = "PQ804",
        /// A route that the ones before it take all leads from.
        ShadowedRoute = "PQ805",
        /// A segment that nothing uses.
        UnusedSegment = "PQ806",
        /// A red flag that is never raised.
        FlagNeverRaised = "PQ807",
        /// A model that nobody has looked over for long.
        ReviewDue = "PQ808",
        /// A model that was looked over in the future.
        ReviewDate = "PQ809",
    }
}
