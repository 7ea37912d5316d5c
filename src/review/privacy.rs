//! Privacy, consent and the law: what is asked, what it counts for, where it goes.

use super::places::{Place, facts_with_places};
use super::totals::gives_points;
use super::traits::{self, Trait, Words};
use super::{Day, Review};
use crate::flow::condition::Fact;
use crate::flow::diagnostic::{Code, Path};
use crate::flow::model::{Field, Kind};
use alloc::{format, vec::Vec};

/// Three years: how long the French authority lets prospects be kept after the last contact
/// (CNIL, “référentiel gestion commerciale”); others are no more generous.
const LONG: u32 = 3 * 366;

impl Review<'_> {
    pub fn privacy(&mut self) {
        self.protected_traits();
        self.personal();
        self.needless();
        self.signals();
        self.endpoints();
        self.notice();
    }

    fn protected_traits(&mut self) {
        let root = Path::ROOT.key("fields");
        let locale = &self.flow.locale;
        let found = |field: &Field| {
            traits::protected(&Words::of(&field.id), "en")
                .or_else(|| traits::protected(&Words::of(&field.id), locale))
                .or_else(|| traits::protected(&Words::of(&field.label), locale))
        };
        let protected: Vec<Option<&'static Trait>> = self.flow.fields.iter().map(found).collect();
        for (i, field) in self.flow.fields.iter().enumerate() {
            let Some(what) = protected[i] else { continue };
            let path = root.index(i);
            if what.special {
                self.notes.warning(Code::SpecialCategory, &path, || {
                    (
                        format!("“{}” asks about {}, a special category of data (GDPR Art. 9).", field.id, what.name),
                        "Do not ask, or have a lawyer say how consent must be worded here.".into(),
                    )
                });
            }
            if gives_points(field) {
                self.trait_counts(what, field, None, &path.key("score"));
            }
        }
        for condition in self.all_conditions() {
            // Ways may differ, for instance for minors; what a lead is worth may not.
            if matches!(condition.place, Place::Branch { .. }) {
                continue;
            }
            condition.place.with_path(&mut |path| {
                facts_with_places(condition.expr, condition.json, path, &mut |fact, _, path| {
                    if let Some(field) = fact.field()
                        && let Some(what) = protected[field]
                    {
                        self.trait_counts(what, &self.flow.fields[field], Some(condition.place), path);
                    }
                });
            });
        }
    }

    fn trait_counts(&mut self, what: &Trait, field: &Field, place: Option<Place>, path: &Path) {
        let decided = match place {
            Some(Place::Segment(_) | Place::Route(_)) => "Who gets a lead",
            _ => "What a lead is worth",
        };
        self.notes.warning(Code::ProtectedTrait, path, || {
            (
                format!("{decided} depends on {} (“{}”): {}.", what.name, field.id, what.law()),
                "Score the need, not the person.".into(),
            )
        });
    }

    fn personal(&mut self) {
        let root = Path::ROOT.key("fields");
        for (i, field) in self.flow.fields.iter().enumerate().filter(|(_, field)| !field.personal) {
            if let Some(sign) = self.looks_personal(field) {
                self.notes.warning(Code::LooksPersonal, &root.index(i), || {
                    (
                        format!("“{}” looks like it identifies a person ({sign}), and is not marked so.", field.id),
                        "Add \"personal\": true.".into(),
                    )
                });
            }
        }
    }

    fn looks_personal(&self, field: &Field) -> Option<&'static str> {
        let locale = &self.flow.locale;
        let words = || traits::identifies(&field.id, "en") || traits::identifies(&field.label, locale);
        match field.kind {
            Kind::Email => Some("an email address"),
            Kind::Phone => Some("a phone number"),
            Kind::ShortText if field.autocomplete.as_deref().is_some_and(traits::is_personal_token) => {
                Some("by its “autocomplete”")
            }
            Kind::ShortText if words() => Some("by its name"),
            _ => None,
        }
    }

    fn needless(&mut self) {
        let root = Path::ROOT.key("fields");
        let uses = self.uses();
        for (i, field) in self.flow.fields.iter().enumerate() {
            let reaches = matches!(field.kind, Kind::Email | Kind::Phone) || self.is_name(field);
            let counts = gives_points(field);
            if field.personal && uses.asked[i] && !(reaches || counts || uses.condition[i] || uses.mention[i]) {
                self.notes.warning(Code::NeedlessPersonal, &root.index(i), || {
                    (
                        format!("“{}” is personal, and no points, condition or text needs it.", field.id),
                        "Do not ask it: personal data must be limited to what is necessary (GDPR Art. 5(1)(c)).".into(),
                    )
                });
            }
        }
    }

    /// Whoever is contacted is called by some name.
    fn is_name(&self, field: &Field) -> bool {
        field.autocomplete.as_deref().is_some_and(|token| token.ends_with("name"))
            || traits::is_name(&field.id, "en")
            || traits::is_name(&field.label, &self.flow.locale)
    }

    fn signals(&mut self) {
        let root = Path::ROOT.key("signals");
        let flow = self.flow;
        let mut used: Vec<bool> = flow
            .signals
            .iter()
            .map(|s| s.product || flow.scoring.rules.iter().any(|r| r.signal.as_ref() == Some(&s.id)))
            .collect();
        for condition in self.all_conditions() {
            super::places::facts(condition.expr).iter().for_each(|fact| {
                if let Fact::Signal(signal) = fact {
                    used[*signal] = true;
                }
            });
        }
        for (i, signal) in flow.signals.iter().enumerate().filter(|(i, _)| !used[*i]) {
            self.notes.warning(Code::UnusedSignal, &root.index(i), || {
                (
                    format!("“{}” watches the visitor, and no rule or branch uses it.", signal.id),
                    "Use it, or do not watch.".into(),
                )
            });
        }
    }

    fn notice(&mut self) {
        let Some(consent) = &self.flow.consent else { return };
        let path = Path::ROOT.key("consent");
        let https = consent.notice_url.get(..6).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https:"));
        if !https && !consent.notice_url.starts_with('/') {
            self.notes.warning(Code::NoticeAddress, &path.key("notice_url"), || {
                (
                    format!("“{}” is no page that cannot be changed on its way.", consent.notice_url),
                    "Use an https address, or a path of your site.".into(),
                )
            });
        }
        if let [_, _, ..] = consent.purposes.as_slice()
            && consent.purposes.iter().all(|purpose| purpose.required)
        {
            self.notes.warning(Code::CoupledPurposes, &path.key("purposes"), || {
                (
                    format!("All {} purposes are required: it is all of them or nothing.", consent.purposes.len()),
                    "Require only what the answer to a lead needs (GDPR Art. 7(4)).".into(),
                )
            });
        }
        if let (Some(today), Some(notice)) = (self.today, Day::parse(&consent.notice_version))
            && notice > today
        {
            let days = notice.0 - today.0;
            self.notes.warning(Code::NoticeDate, &path.key("notice_version"), || {
                (
                    format!("The notice that visitors agree to begins {days} days from now."),
                    "Name the version that is in force.".into(),
                )
            });
        }
        if consent.retention_days > LONG {
            self.notes.warning(Code::LongRetention, &path.key("retention_days"), || {
                (
                    format!(
                        "Leads are kept for {} days, which is {} years.",
                        consent.retention_days,
                        consent.retention_days / 365
                    ),
                    "Keep them no longer than needed, three years at most without contact (GDPR Art. 5(1)(e)).".into(),
                )
            });
        }
    }
}
