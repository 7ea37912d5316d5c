//! The consent step: what may be agreed to, what is done with it, and two buttons of the same weight.

use super::super::{Surface, button};
use super::tick;
use crate::ffi::Act;
use crate::flow::model::Consent;
use crate::web::dom::{add, set};
use crate::words::Word;

impl Surface {
    pub(super) fn draw_consent(&self, consent: &Consent) {
        let group = add(&self.form, "div", "options purposes", "");
        set(&group, "role", "group");
        set(&group, "aria-label", self.say(Word::ConsentPurposes));
        set(&group, "aria-describedby", "problem");
        for (place, purpose) in consent.purposes.iter().enumerate() {
            let label = tick(&group, place, &purpose.text, false);
            if purpose.required {
                add(&label, "span", "hint", self.say(Word::ConsentRequired));
            }
        }
        let facts = add(&self.form, "p", "facts", "");
        add(&facts, "span", "", self.say(Word::Controller));
        for text in
            [Some(&consent.controller), consent.contact.as_ref()].into_iter().flatten().chain(&consent.recipients)
        {
            add(&facts, "span", "", text);
        }
        add(&facts, "span", "", &self.count(Word::Retention, consent.retention_days.into()));
        add(&facts, "span", "", &consent.withdrawal);
        let notice = add(&facts, "a", "", self.say(Word::PrivacyNotice));
        set(&notice, "href", &consent.notice_url);
        set(&notice, "target", "_blank");
        set(&notice, "rel", "noopener");
        // Refusing is one click of a button of the same size.
        let row = self.draw_row("row even");
        button(&row, "secondary", Act::Refuse, self.say(Word::ConsentRefuse));
        button(&row, "primary", Act::Agree, self.say(Word::ConsentAgree));
    }
}
