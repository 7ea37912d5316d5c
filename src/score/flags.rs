//! Red flags: what should make a salesperson look twice.

use super::Evidence;
use crate::flow::model::FlagKind;
use crate::json::Json;
use crate::logic::{self, Facts};

/// Free mail services whose names are mistyped often enough to look for (the first eight), and others.
const FREE: &[&str] = &[
    "gmail.com",
    "yahoo.com",
    "hotmail.com",
    "outlook.com",
    "icloud.com",
    "googlemail.com",
    "proton.me",
    "protonmail.com",
    "aol.com",
    "gmx.com",
    "gmx.de",
    "gmx.net",
    "web.de",
    "live.com",
    "msn.com",
    "me.com",
    "mail.com",
    "mail.ru",
    "yandex.ru",
    "yandex.com",
    "zoho.com",
    "tutanota.com",
    "fastmail.com",
    "hey.com",
    "orange.fr",
    "free.fr",
    "laposte.net",
    "libero.it",
    "t-online.de",
    "qq.com",
    "163.com",
    "126.com",
    "naver.com",
    "rediffmail.com",
    "uol.com.br",
];

/// How many of [`FREE`] are looked at for misspellings: names so long and so common that a near miss is
/// hardly a domain of its own.
const MISSPELT: usize = 8;

/// Services that hand out addresses to be thrown away.
const DISPOSABLE: &[&str] = &[
    "mailinator.com",
    "guerrillamail.com",
    "10minutemail.com",
    "temp-mail.org",
    "tempmail.com",
    "yopmail.com",
    "trashmail.com",
    "trashmail.de",
    "throwawaymail.com",
    "getnada.com",
    "maildrop.cc",
    "sharklasers.com",
    "dispostable.com",
    "fakeinbox.com",
    "mintemail.com",
    "mailnesia.com",
    "moakt.com",
    "spamgourmet.com",
    "wegwerfmail.de",
    "einrot.com",
];

/// Whether a red flag is raised; `None` while its question is open. `facts` are what conditions see of
/// the evidence.
pub(super) fn raised(evidence: &Evidence, facts: &dyn Facts, flag: usize) -> Option<bool> {
    let at = &evidence.flow.flags[flag];
    let text = || match at.field.and_then(|field| evidence.answers[field]) {
        Some(Json::Text(text)) => Some(text.as_str()),
        Some(_) => Some(""),
        None => None,
    };
    match evidence.flow.flow.scoring.red_flags[flag].kind {
        FlagKind::Contradiction => {
            at.when.as_ref().map_or(Some(false), |when| logic::holds(when, facts, evidence.flow.numbers))
        }
        FlagKind::Nonsense => text().map(is_nonsense),
        FlagKind::DisposableMail => text().map(|mail| belongs(domain(mail), DISPOSABLE)),
        FlagKind::FreeMail => text().map(is_free),
        FlagKind::MisspeltMail => text().map(|mail| suggestion(mail).is_some()),
        // More than half of the answers, and not only one or two.
        FlagKind::Hasty => Some(evidence.pace.hasty >= 3 && evidence.pace.hasty > evidence.pace.answered / 2),
    }
}

/// Whether an address is of a service that gives them for free.
pub fn is_free(mail: &str) -> bool {
    belongs(domain(mail), FREE)
}

fn domain(mail: &str) -> &str {
    mail.rsplit_once('@').map_or("", |(_, domain)| domain)
}

/// Whether a domain, or one that it lies under, is in the list.
fn belongs(domain: &str, list: &[&str]) -> bool {
    list.iter().any(|known| {
        let start = domain.len().wrapping_sub(known.len());
        domain.get(start..).is_some_and(|end| end.eq_ignore_ascii_case(known))
            && (start == 0 || domain.as_bytes()[start - 1] == b'.')
    })
}

/// The mail service that was probably meant by an address whose domain is one slip away from it: a
/// letter missing, added, changed, or swapped with the next one.
pub fn suggestion(mail: &str) -> Option<&'static str> {
    let domain = domain(mail);
    if domain.is_empty() || belongs(domain, FREE) {
        return None;
    }
    FREE[..MISSPELT].iter().find(|known| one_slip(domain.as_bytes(), known.as_bytes())).copied()
}

fn one_slip(a: &[u8], b: &[u8]) -> bool {
    let same = |(x, y): &(&u8, &u8)| x.eq_ignore_ascii_case(y);
    let start = a.iter().zip(b).take_while(same).count();
    let (a, b) = (&a[start..], &b[start..]);
    let end = a.iter().rev().zip(b.iter().rev()).take_while(same).count();
    let (a, b) = (&a[..a.len() - end], &b[..b.len() - end]);
    match (a, b) {
        ([_] | [], [_] | []) => true,
        ([p, q], [r, s]) => p.eq_ignore_ascii_case(s) && q.eq_ignore_ascii_case(r),
        _ => false,
    }
}

/// Whether nobody means this text: one character over and over, a row of the keyboard, a long word
/// without a vowel, or no letter at all. Only Latin letters are judged.
pub fn is_nonsense(text: &str) -> bool {
    let text = text.trim();
    if text.is_empty() || !text.is_ascii() {
        return false;
    }
    let bytes = text.as_bytes();
    let letters = bytes.iter().filter(|b| b.is_ascii_alphabetic()).count();
    let digits = bytes.iter().filter(|b| b.is_ascii_digit()).count();
    let same = |run: &[u8]| run.iter().all(|b| b.eq_ignore_ascii_case(&run[0]));
    (letters == 0 && digits == 0)
        || bytes.windows(5).any(|run| run[0].is_ascii_alphabetic() && same(run))
        || (letters > 3 && same(bytes))
        || bytes.split(|b| !b.is_ascii_alphabetic()).any(mashed)
}

/// Whether a word is a row of the keyboard, or too long to have no vowel. Acronyms in capitals pass.
fn mashed(word: &[u8]) -> bool {
    const ROWS: &[&[u8]] = &[b"qwertyuiop", b"asdfghjkl", b"zxcvbnm", b"qwertzuiop", b"azertyuiop"];
    let vowel = |b: &u8| matches!(b.to_ascii_lowercase(), b'a' | b'e' | b'i' | b'o' | b'u' | b'y');
    let on_row = |row: &&[u8]| row.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word));
    let acronym = word.iter().all(u8::is_ascii_uppercase);
    (word.len() >= 4 && word.len() <= 10 && ROWS.iter().any(on_row) && !is_word(word))
        || (word.len() >= 6 && !acronym && !word.iter().any(vowel))
}

/// Words that happen to lie in a row.
fn is_word(word: &[u8]) -> bool {
    [&b"were"[..], b"rewe", b"tyre"].iter().any(|known| word.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_services_are_known_by_their_domain() {
        assert!(belongs(domain("ada@GMail.com"), FREE));
        assert!(belongs(domain("a@mx.mailinator.com"), DISPOSABLE));
        assert!(!belongs(domain("ada@notgmail.com"), FREE));
        assert!(!belongs(domain("ada"), FREE));
    }

    #[test]
    fn one_slip_is_a_misspelling() {
        for (mail, meant) in [
            ("a@gmial.com", "gmail.com"),
            ("a@gmai.com", "gmail.com"),
            ("a@gmail.con", "gmail.com"),
            ("a@hotnail.com", "hotmail.com"),
            ("a@yahooo.com", "yahoo.com"),
            ("a@outlok.com", "outlook.com"),
        ] {
            assert_eq!(suggestion(mail), Some(meant), "{mail}");
        }
        for mail in ["a@gmail.com", "a@mail.com", "a@ymail.org", "a@freight.example", "a@é.com", ""] {
            assert_eq!(suggestion(mail), None, "{mail}");
        }
    }

    #[test]
    fn nonsense_is_told_from_words() {
        for text in ["asdf", "qwerty", "aaaaa", "xcvbnmkl", "...", "?", "jkl asdfgh", "hhhhhhh"] {
            assert!(is_nonsense(text), "{text}");
        }
        for text in [
            "",
            "Late pallets",
            "We were there",
            "GmbH",
            "ok",
            "SAP, ERP & HTTPS",
            "12",
            "日本",
            "rhythm",
            "Tyre trade",
            "no",
        ] {
            assert!(!is_nonsense(text), "{text}");
        }
    }
}
