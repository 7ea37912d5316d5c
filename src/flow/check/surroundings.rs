//! Consent, outcomes, and the addresses that a flow names.

use super::Check;
use crate::flow::FORMAT;
use crate::flow::diagnostic::{Code, Notes, Path, nearest};
use crate::flow::endpoint::{self, Endpoint};
use crate::flow::model::Action;
use crate::flow::template::Template;
use crate::json::Json;
use crate::words::Word;
use alloc::{format, vec::Vec};

impl Check<'_> {
    pub(super) fn consent(&mut self) {
        let flow = self.flow;
        let root = Path::ROOT;
        if flow.prequal != FORMAT {
            self.notes.error(Code::UnknownFormat, &root.key("prequal"), || {
                (format!("This release reads flow format {FORMAT}."), format!("Write {FORMAT}."))
            });
        }
        let asks_consent = flow.conversation.steps.iter().any(|s| s.consent);
        let personal = flow.fields.iter().position(|f| f.personal);
        let Some(consent) = &flow.consent else {
            if asks_consent || personal.is_some() {
                self.notes.error(Code::NoPurpose, &root.key("consent"), || {
                    let why = match personal {
                        Some(i) => format!("“{}” is personal, and the flow asks for no consent.", flow.fields[i].id),
                        None => "A step shows the consent purposes, and there are none.".into(),
                    };
                    (why, "Add “consent” with at least one required purpose.".into())
                });
            }
            return;
        };
        if !consent.purposes.iter().any(|p| p.required) {
            self.notes.error(Code::NoPurpose, &root.key("consent").key("purposes"), || {
                (
                    "No purpose is required, so nothing says that a lead may be sent.".into(),
                    "Mark one with \"required\": true.".into(),
                )
            });
        }
        if !asks_consent {
            self.notes.error(Code::NoPurpose, &root.key("conversation").key("steps"), || {
                (
                    "No step asks for consent, so nothing is ever sent.".into(),
                    "Add a step with \"consent\": true.".into(),
                )
            });
        }
        for (key, empty) in [
            ("controller", consent.controller.trim().is_empty()),
            ("notice_version", consent.notice_version.trim().is_empty()),
            ("withdrawal", consent.withdrawal.trim().is_empty()),
            ("retention_days", consent.retention_days == 0),
        ] {
            if empty {
                self.notes.error(Code::Empty, &root.key("consent").key(key), || {
                    ("The visitor must be told this.".into(), "Fill it in.".into())
                });
            }
        }
        for (i, purpose) in consent.purposes.iter().enumerate() {
            if purpose.text.trim().is_empty() {
                self.notes.error(Code::Empty, &root.key("consent").key("purposes").index(i).key("text"), || {
                    ("A purpose needs the words the visitor agrees to.".into(), "Write them.".into())
                });
            }
        }
        self.link(&consent.notice_url, &root.key("consent").key("notice_url"));
    }

    pub(super) fn link(&mut self, url: &str, path: &Path) {
        if !endpoint::is_link(url) {
            no_link(url, path, self.notes);
        }
    }

    pub(super) fn endpoint(&mut self, url: &str, path: &Path) {
        if !endpoint::is_site_path(url) && Endpoint::parse(url).is_none() {
            self.notes.error(Code::InsecureEndpoint, path, || {
                (
                    format!("Leads cannot be sent to “{url}”."),
                    "Use an https address; http is for loopback alone.".into(),
                )
            });
        }
    }

    pub(super) fn addresses(&mut self) {
        let root = Path::ROOT;
        super::translations::tag(&self.flow.locale, &root.key("locale"), self.notes);
        if let Some(text) = &self.flow.reviewed
            && crate::flow::day(text).is_none()
        {
            self.notes.error(Code::BadDate, &root.key("reviewed"), || {
                (format!("“{text}” is no day."), "Write it as year-month-day, such as 2026-10-01.".into())
            });
        }
        if let Some(url) = &self.flow.delivery.endpoint {
            self.endpoint(url, &root.key("delivery").key("endpoint"));
        }
        if let Some(avatar) = self.flow.assistant.as_ref().and_then(|assistant| assistant.avatar.as_deref()) {
            self.picture(avatar, &root.key("assistant").key("avatar"));
        }
        if let Some(words) = self.flow.assistant.as_ref().and_then(|assistant| assistant.words.as_ref()) {
            self.tone(words, &root.key("assistant").key("words"));
        }
        if let Some(resume) = &self.flow.conversation.resume {
            let conversation = root.key("conversation");
            let path = conversation.key("resume");
            if resume.text.trim().is_empty() {
                self.notes.error(Code::Empty, &path.key("text"), || {
                    ("A purpose needs the words the visitor agrees to.".into(), "Write them.".into())
                });
            }
            if !(1..=365).contains(&resume.days) {
                self.notes.error(Code::OutOfRange, &path.key("days"), || {
                    ("Answers are kept for 1 to 365 days.".into(), "Use 30, or what you can explain.".into())
                });
            }
        }
        if let Some(help) = &self.flow.help {
            let path = root.key("help");
            if help.faq.is_empty() && help.person.is_none() {
                self.notes.error(Code::Empty, &path, || {
                    ("There is no help in this.".into(), "Add “faq” or “person”, or remove it.".into())
                });
            }
            if let Some(person) = &help.person {
                self.link(&person.url, &path.key("person").key("url"));
            }
        }
        let accent = self.flow.theme.as_ref().and_then(|t| t.accent.as_deref());
        if let Some(accent) = accent {
            let hex = accent.strip_prefix('#').unwrap_or("");
            if hex.len() != 6 || !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
                self.notes.error(Code::OutOfRange, &root.key("theme").key("accent"), || {
                    (format!("“{accent}” is no colour."), "Write it as #rrggbb.".into())
                });
            }
        }
    }

    /// By outcome: title and text, with their mentions resolved.
    pub(super) fn outcomes(&mut self) -> Vec<(Template, Template)> {
        let root = Path::ROOT.key("outcomes");
        let mut all = Vec::with_capacity(self.flow.outcomes.len());
        for (i, outcome) in self.flow.outcomes.iter().enumerate() {
            let path = root.index(i);
            let title = self.template(&outcome.title, &path.key("title"));
            let text = self.template(&outcome.text, &path.key("text"));
            if let Some(action) = &outcome.action {
                let path = path.key("action");
                self.link(&action.url, &path.key("url"));
                self.prefill(action, &path);
            }
            all.push((title, text));
        }
        all
    }
}

impl Check<'_> {
    /// Parameters of a link belong to a site that is not told before: a page of the web, in its query.
    fn prefill(&mut self, action: &Action, path: &Path) {
        let path = path.key("prefill");
        if !action.prefill.is_empty() && !action.url.starts_with("http") {
            self.notes.error(Code::OutOfRange, &path, || {
                (
                    format!("“{}” takes no parameters.", action.url),
                    "Write an https address, or remove “prefill”.".into(),
                )
            });
        }
        for (i, filled) in action.prefill.iter().enumerate() {
            let path = path.index(i);
            self.field(&filled.field, &path.key("field"));
            if filled.parameter.is_empty() {
                self.notes.error(Code::OutOfRange, &path.key("parameter"), || {
                    ("A parameter needs a name.".into(), "Write it as the other site calls it.".into())
                });
            }
        }
    }
}

pub(super) fn no_link(url: &str, path: &Path, notes: &mut Notes) {
    notes.error(Code::OutOfRange, path, || {
        (
            format!("“{url}” is no link that can be offered."),
            "Use https, mailto, tel, or a path that starts with /.".into(),
        )
    });
}

impl Check<'_> {
    /// The widget's own words, in the author's.
    fn tone(&mut self, words: &Json, path: &Path) {
        let Json::Object(entries) = words else {
            return self.notes.error(Code::WrongType, path, || {
                ("Words stand by their keys.".into(), "Write an object, such as { \"send\": \"Go\" }.".into())
            });
        };
        for (key, text) in entries {
            let word = Word::named(key).filter(|word| word.is_free());
            let text = text.as_text().unwrap_or("");
            match word {
                None => self.notes.error(Code::UnknownWord, &path.key(key), || {
                    let meant = nearest(key, Word::free()).map(|word| format!("Did you mean “{word}”? "));
                    let help = "Consent, privacy, delivery and what goes with a number keep the widget's own words.";
                    (format!("“{key}” is no word that can be changed."), meant.unwrap_or_default() + help)
                }),
                Some(_) if text.trim().is_empty() => self.notes.error(Code::Empty, &path.key(key), || {
                    ("There is no text.".into(), "Write it, or remove the key.".into())
                }),
                Some(word) if word.mentions() && !text.contains("{}") => {
                    self.notes.error(Code::UnknownWord, &path.key(key), || {
                        (format!("“{key}” does not say what it is about."), "Put {} where that belongs.".into())
                    });
                }
                Some(_) => {}
            }
        }
    }
}
