//! Fields: that each has what its kind needs, and nothing that its kind does not know.

use super::Check;
use super::known::reserved;
use crate::flow::diagnostic::{Code, Path};
use crate::flow::dial::dial_code;
use crate::flow::model::{Field, Kind, Shape};
use crate::flow::pattern::Pattern;
use crate::flow::{day, endpoint};
use alloc::{format, string::String, vec::Vec};

impl Check<'_> {
    /// By field: the option that asks for words of the visitor's own, and the field that takes them.
    pub(super) fn fields(&mut self) -> Vec<Option<(usize, usize)>> {
        let mut words = Vec::with_capacity(self.flow.fields.len());
        let root = Path::ROOT.key("fields");
        for (i, field) in self.flow.fields.iter().enumerate() {
            let path = root.index(i);
            for reserved in ["stage", "disqualified", "grade", "icp", "segment"] {
                if field.id == reserved {
                    self.notes.error(Code::OutOfRange, &path.key("id"), || {
                        (format!("“{reserved}” is a word of conditions."), "Give the field another id.".into())
                    });
                }
            }
            if let Some(parameter) = &field.parameter {
                reserved(parameter, &path.key("parameter"), self.notes);
            }
            self.kind(field, &path);
            self.bands(&field.bands, &path.key("bands"));
            self.options(field, &path.key("options"));
            self.rows(field, &path.key("rows"));
            self.range(field, &path);
            words.push(self.words(i, &path.key("options")));
        }
        words
    }

    fn rows(&mut self, field: &Field, path: &Path) {
        if field.kind == Kind::Matrix && field.rows.is_empty() {
            self.notes.error(Code::Empty, path, || {
                ("A matrix needs rows.".into(), "Add at least one {\"id\", \"label\"}.".into())
            });
        }
    }

    /// The option that asks for words, and the field that takes them: one for each field, and nobody else's.
    fn words(&mut self, place: usize, path: &Path) -> Option<(usize, usize)> {
        let flow = self.flow;
        let field = &flow.fields[place];
        let mut found = None;
        for (i, option) in field.options.iter().enumerate() {
            let Some(id) = &option.asks else { continue };
            let path = path.index(i);
            let path = path.key("asks");
            let words = self.field(id, &path);
            let of = |other: &Field| other.options.iter().filter(|option| option.asks.as_ref() == Some(id)).count();
            let asked = flow.conversation.steps.iter().any(|step| step.ask.as_ref() == Some(id))
                || flow.fields.iter().map(of).sum::<usize>() > 1;
            let plain = flow.fields.get(words).is_some_and(|field| field.kind == Kind::ShortText && !field.hidden);
            let choice = matches!(field.kind, Kind::SingleChoice | Kind::MultipleChoice);
            if found.replace((i, words)).is_some() || asked || !plain || !choice {
                self.notes.error(Code::BadWords, &path, || {
                    (
                        format!("“{id}” cannot take the words of this option."),
                        "Let one option of a single_choice or multiple_choice ask a short_text field that nothing else asks.".into(),
                    )
                });
            }
        }
        found
    }

    fn kind(&mut self, field: &Field, path: &Path) {
        use Kind::{Date, DateRange, Matrix, Money, Nps, Number, Rating, Slider};
        let kind = field.kind;
        let (choice, number, text) = (kind.is_choice(), kind.shape() == Shape::Number, kind.shape() == Shape::Text);
        let (days, own) = (matches!(kind, Date | DateRange), matches!(kind, Kind::ShortText | Kind::LongText));
        let measured = matches!(kind, Number | Slider | Money);
        for (key, stands, fits) in [
            ("options", !field.options.is_empty(), kind.has_options()),
            ("rows", !field.rows.is_empty(), kind == Matrix),
            ("bands", !field.bands.is_empty(), number),
            ("score", field.score.is_some(), choice || number),
            ("group", field.group.is_some(), choice || number),
            ("min", field.min.is_some(), measured),
            ("max", field.max.is_some(), measured || kind == Rating),
            ("step", field.step.is_some(), measured),
            ("unit", field.unit.is_some(), matches!(kind, Number | Slider)),
            ("currency", field.currency.is_some(), kind == Money),
            ("low", field.low.is_some(), matches!(kind, Slider | Rating | Nps)),
            ("high", field.high.is_some(), matches!(kind, Slider | Rating | Nps)),
            ("earliest", field.earliest.is_some(), days),
            ("latest", field.latest.is_some(), days),
            ("country", field.country.is_some(), kind == Kind::Phone),
            ("work_mail", field.work_mail, kind == Kind::Email),
            ("pattern", field.pattern.is_some(), own || kind == Kind::Company),
            ("pattern_message", field.pattern_message.is_some(), field.pattern.is_some()),
            ("max_length", field.max_length.is_some(), text && kind != Date),
        ] {
            if stands && !fits {
                self.notes.error(Code::KindMismatch, &path.key(key), || {
                    (
                        format!("A field of kind {} has no “{key}”.", kind.as_str()),
                        "Remove it, or change the kind.".into(),
                    )
                });
            }
        }
        for (key, needs) in [
            ("min", kind == Slider && field.min.is_none()),
            ("max", kind == Slider && field.max.is_none()),
            ("currency", kind == Money && field.currency.is_none()),
        ] {
            if needs {
                self.notes.error(Code::KindMismatch, &path.key(key), || {
                    (format!("A field of kind {} needs “{key}”.", kind.as_str()), "Add it.".into())
                });
            }
        }
    }

    fn options(&mut self, field: &Field, path: &Path) {
        if field.kind.has_options() && field.options.is_empty() {
            self.notes.error(Code::Empty, path, || {
                ("A choice needs options.".into(), "Add at least one {\"id\", \"label\"}.".into())
            });
        }
        for (i, option) in field.options.iter().enumerate() {
            let known = match field.kind {
                Kind::YesNo => matches!(option.id.as_str(), "yes" | "no"),
                Kind::Country => option.id.len() == 2 && option.id.bytes().all(|b| b.is_ascii_uppercase()),
                _ => true,
            };
            if !known {
                self.notes.error(Code::OutOfRange, &path.index(i).key("id"), || {
                    let way = if field.kind == Kind::YesNo {
                        "The ids are yes and no."
                    } else {
                        "Write the code of ISO 3166-1, such as DE."
                    };
                    (format!("A field of kind {} has no option “{}”.", field.kind.as_str(), option.id), way.into())
                });
            }
            if let Some(image) = &option.image {
                self.picture(image, &path.index(i).key("image"));
            }
        }
    }

    /// A picture of another site would tell it of a visit.
    pub(super) fn picture(&mut self, address: &str, path: &Path) {
        if !endpoint::is_site_path(address) {
            self.notes.error(Code::OutOfRange, path, || {
                (
                    format!("“{address}” is no picture of the page's own site."),
                    "Put it there and write its path, such as /images/boxes.webp: no other site may learn what a visitor is asked.".into(),
                )
            });
        }
    }

    fn range(&mut self, field: &Field, path: &Path) {
        let mut wrong = |code, key: &str, what: &'static str, way: &'static str| {
            self.notes.error(code, &path.key(key), || (what.into(), way.into()));
        };
        let outside = Code::OutOfRange;
        if field.max_length == Some(0) {
            wrong(outside, "max_length", "No text is that short.", "Use 1 or more, or remove it.");
        }
        let (min, max) = field.limits();
        if min.zip(max).is_some_and(|(min, max)| min > max) {
            wrong(outside, "min", "“min” is above “max”: no answer fits.", "Swap them.");
        }
        let whole = |max: f64| (2.0..=10.0).contains(&max) && max == f64::from(max as u8);
        if field.kind == Kind::Rating && !max.is_some_and(whole) {
            wrong(outside, "max", "A rating goes to a whole number from 2 to 10.", "Use 5, or a slider for more.");
        }
        if field.step.is_some_and(|step| step <= 0.0) {
            wrong(outside, "step", "No step leads to the next number.", "Use a number above 0, or remove it.");
        }
        let code = |code: &String| code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase());
        if field.currency.as_ref().is_some_and(|text| !code(text)) {
            wrong(outside, "currency", "This is no currency.", "Write the code of ISO 4217, such as EUR.");
        }
        if let Some(Err(unreadable)) = field.pattern.as_ref().map(|pattern| Pattern::read(pattern)) {
            self.notes.error(Code::BadPattern, &path.key("pattern"), || {
                (
                    format!("This pattern cannot be read at character {}: {}.", unreadable.at, unreadable.what),
                    "Mend it there; docs/flow.md lists what patterns have.".into(),
                )
            });
        }
        let mut wrong = |code, key: &str, what: &'static str, way: &'static str| {
            self.notes.error(code, &path.key(key), || (what.into(), way.into()));
        };
        if field.country.as_ref().is_some_and(|code| dial_code(code).is_none()) {
            wrong(outside, "country", "This is no country.", "Write the code of ISO 3166-1, such as DE.");
        }
        for (key, text) in [("earliest", &field.earliest), ("latest", &field.latest)] {
            if text.as_ref().is_some_and(|text| day(text).is_none()) {
                wrong(Code::BadDate, key, "This is no day.", "Write it as year-month-day, such as 2026-10-01.");
            }
        }
        if let (Some(earliest), Some(latest)) = (&field.earliest, &field.latest)
            && earliest > latest
        {
            wrong(outside, "earliest", "“earliest” is after “latest”: no day fits.", "Swap them.");
        }
    }
}
