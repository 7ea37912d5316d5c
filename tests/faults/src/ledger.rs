//! Who agreed to what, as the test saw it, and the judgement over what arrived.

use prequal::json::Json;
use prequal::lead::Lead;
use prequal_harness::proxy::Request;
use std::collections::BTreeSet;
use std::time::Instant;

/// One visitor's way to the consent step and beyond.
pub struct Person {
    /// Stands in the answer, and nowhere else in the world.
    pub marker: String,
    /// What was read before the choice.
    pub shown: String,
    /// By purpose.
    pub ticked: Vec<bool>,
    pub agreed: Option<Instant>,
    pub withdrawn: Option<Instant>,
    pub due: Due,
}

/// What is owed to a person who agreed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// The lead arrives.
    Arrival,
    /// The endpoint wants it never: it stays in the browser, for its owner to see.
    Keeping,
    /// The visitor was told nothing yet, and what was not stored cannot be brought back; or was told that nobody
    /// knows whether it arrived.
    Nothing,
}

impl Person {
    pub fn new(marker: String) -> Person {
        let ticked = vec![false; 2];
        Person { marker, shown: String::new(), ticked, agreed: None, withdrawn: None, due: Due::Arrival }
    }

    fn had_agreed(&self, at: Instant) -> bool {
        self.agreed.is_some_and(|agreed| agreed <= at) && self.withdrawn.is_none_or(|withdrawn| at < withdrawn)
    }

    /// Whether the lead should be there by now.
    pub fn is_due(&self) -> bool {
        self.agreed.is_some() && self.withdrawn.is_none() && self.due == Due::Arrival
    }

    pub fn is_in(&self, lead: &Lead) -> bool {
        matches!(lead.answers.get("note"), Some(Json::Text(note)) if note.starts_with(&self.marker))
    }
}

#[derive(Clone, Debug, Default)]
pub struct Verdict {
    pub lost: usize,
    pub duplicated: usize,
    pub unconsented: usize,
    /// Agreed to by people to whom the widget had promised nothing, as their page ended before, or as nobody can
    /// know what arrives: owed to nobody, and told.
    pub unpromised: usize,
    /// What was found, for people.
    pub found: Vec<String>,
}

impl Verdict {
    pub fn is_good(&self) -> bool {
        self.lost + self.duplicated + self.unconsented == 0
    }

    pub fn add(&mut self, other: Verdict) {
        self.lost += other.lost;
        self.duplicated += other.duplicated;
        self.unconsented += other.unconsented;
        self.unpromised += other.unpromised;
        self.found.extend(other.found);
    }
}

/// What is known once it is over.
pub struct Evidence<'e> {
    pub leads: &'e [Lead],
    /// What reached the endpoint, but the browser's own questions.
    pub posts: &'e [Request],
    /// What reached the site.
    pub pages: &'e [Request],
    /// Keys and texts of what the browser still keeps.
    pub kept: &'e [(String, String)],
}

pub fn judge(people: &[Person], evidence: &Evidence) -> Verdict {
    let mut verdict = Verdict::default();
    for person in people {
        let Person { marker, .. } = person;
        let rows: Vec<&Lead> = evidence.leads.iter().filter(|lead| person.is_in(lead)).collect();
        if person.is_due() && rows.is_empty() {
            let kept = evidence.kept.iter().find(|(_, text)| text.contains(marker.as_str()));
            let where_to =
                kept.map_or_else(|| "nowhere".to_owned(), |(key, _)| format!("still in the browser as {key}"));
            verdict.lost += 1;
            verdict.found.push(format!("lost: {marker} is {where_to}"));
        }
        let is_kept = || evidence.kept.iter().any(|(key, text)| key.starts_with('!') && text.contains(marker.as_str()));
        if person.agreed.is_some() && person.due == Due::Keeping && rows.is_empty() && !is_kept() {
            verdict.lost += 1;
            verdict.found.push(format!("lost: {marker} was refused, and is not kept"));
        }
        let keys: BTreeSet<&str> =
            evidence.posts.iter().filter(|post| has(&post.body, marker)).filter_map(key).collect();
        let extra = rows.len().saturating_sub(1) + keys.len().saturating_sub(1);
        if extra > 0 {
            verdict.duplicated += extra;
            verdict.found.push(format!("duplicated: {marker} in {} rows, under {} keys", rows.len(), keys.len()));
        }
        for lead in rows {
            let purposes = lead.consent.iter().flat_map(|record| &record.purposes);
            let truly = purposes
                .zip(&person.ticked)
                .all(|(purpose, ticked)| purpose.granted == *ticked && person.shown.contains(&purpose.text));
            if !truly {
                verdict.unconsented += 1;
                verdict.found.push(format!("unconsented: the record of {marker} is not what was chosen"));
            }
        }
    }
    // Where the body broke off, the key tells whose it is.
    let keys_of = |at: Instant| -> BTreeSet<&str> {
        let agreed: Vec<&Person> = people.iter().filter(|person| person.had_agreed(at)).collect();
        let theirs = |post: &&Request| agreed.iter().any(|person| has(&post.body, &person.marker));
        evidence.posts.iter().filter(theirs).filter_map(key).collect()
    };
    for post in evidence.posts {
        let agreed = people.iter().any(|person| person.had_agreed(post.at) && has(&post.body, &person.marker));
        let by_key = || key(post).is_some_and(|key| keys_of(post.at).contains(key));
        if post.method != "POST" || post.path != "/v1/leads" || !(agreed || is_notice(post) || by_key()) {
            verdict.unconsented += 1;
            verdict.found.push(format!("unconsented: {} {} of nobody who agreed", post.method, post.path));
        }
    }
    for request in evidence.posts.iter().chain(evidence.pages) {
        for person in people.iter().filter(|person| !person.had_agreed(request.at)) {
            if said(request, &person.marker) {
                verdict.unconsented += 1;
                verdict.found.push(format!("unconsented: {} in {} {}", person.marker, request.method, request.path));
            }
        }
    }
    verdict
}

fn key(post: &Request) -> Option<&str> {
    post.header("idempotency-key").or_else(|| key_in(std::str::from_utf8(&post.body).ok()?))
}

/// The key in a lead, where it goes without a header: posts without CORS have none of their own.
fn key_in(lead: &str) -> Option<&str> {
    let (_, rest) = lead.split_once("\"idempotency_key\":\"")?;
    rest.split_once('"').map(|(key, _)| key)
}

/// Tells the endpoint that consent was taken back; it may carry no answer, as no other request may.
fn is_notice(post: &Request) -> bool {
    has(&post.body, "\"prequal_withdrawal\"")
}

fn said(request: &Request, marker: &str) -> bool {
    request.path.contains(marker)
        || request.headers.iter().any(|(_, value)| value.contains(marker))
        || has(&request.body, marker)
}

fn has(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const MARK: &str = "mark0123456789abcdef";

    fn post(at: Instant, key: &str, body: &str) -> Request {
        let headers = vec![("idempotency-key".to_owned(), key.to_owned())];
        let (method, path) = ("POST".to_owned(), "/v1/leads".to_owned());
        Request { at, method, path, headers, body: body.as_bytes().to_vec(), status: None }
    }

    fn counts(person: &Person, posts: &[Request], kept: &[(String, String)]) -> [usize; 3] {
        let evidence = Evidence { leads: &[], posts, pages: &[], kept };
        let Verdict { lost, duplicated, unconsented, .. } = judge(std::slice::from_ref(person), &evidence);
        [lost, duplicated, unconsented]
    }

    #[test]
    fn what_was_agreed_to_and_is_not_there_is_lost() {
        let agreed = Instant::now();
        let mut person = Person::new(MARK.into());
        assert_eq!(counts(&person, &[], &[]), [0, 0, 0], "nobody agreed");
        person.agreed = Some(agreed);
        assert_eq!(counts(&person, &[post(agreed, "a", MARK)], &[]), [1, 0, 0]);
        person.due = Due::Keeping;
        assert_eq!(counts(&person, &[], &[("a".into(), MARK.into())]), [1, 0, 0], "it waits as if it were wanted");
        assert_eq!(counts(&person, &[], &[("!a".into(), MARK.into())]), [0, 0, 0]);
        person.due = Due::Nothing;
        assert_eq!(counts(&person, &[], &[]), [0, 0, 0]);
    }

    #[test]
    fn a_second_key_is_a_second_lead() {
        let mut person = Person::new(MARK.into());
        let agreed = Instant::now();
        (person.agreed, person.due) = (Some(agreed), Due::Nothing);
        let [first, again, other] = ["a", "a", "b"].map(|key| post(agreed, key, MARK));
        assert_eq!(counts(&person, &[first.clone(), again], &[]), [0, 0, 0]);
        assert_eq!(counts(&person, &[first.clone(), other], &[]), [0, 1, 0]);
        // Without CORS the key goes in the lead alone.
        let bare = |key: &str| {
            let post = post(agreed, "", &format!("{{\"idempotency_key\":\"{key}\",\"note\":\"{MARK}\"}}"));
            Request { headers: Vec::new(), ..post }
        };
        assert_eq!(counts(&person, &[first.clone(), bare("a")], &[]), [0, 0, 0]);
        assert_eq!(counts(&person, &[first, bare("b")], &[]), [0, 1, 0]);
    }

    #[test]
    fn what_is_sent_before_a_yes_after_its_end_or_without_one_is_unconsented() {
        let second = Duration::from_secs(1);
        let agreed = Instant::now() + second;
        let mut person = Person::new(MARK.into());
        (person.agreed, person.due) = (Some(agreed), Due::Nothing);
        let unconsented = |person: &Person, at, body| counts(person, &[post(at, "a", body)], &[])[2];
        assert_eq!(unconsented(&person, agreed + second, MARK), 0);
        assert_ne!(unconsented(&person, agreed - second, MARK), 0);
        assert_ne!(unconsented(&person, agreed, "of somebody"), 0);
        person.withdrawn = Some(agreed + second);
        assert_ne!(unconsented(&person, agreed + 2 * second, MARK), 0);
        let notice = "{\"prequal_withdrawal\":1,\"key\":\"a\"}";
        assert_eq!(unconsented(&person, agreed + 2 * second, notice), 0);
        assert_ne!(
            unconsented(&person, agreed + 2 * second, &format!("{notice}{MARK}")),
            0,
            "a notice tells no answer"
        );
        // Half a body belongs to whom its key belongs to.
        let half = [post(agreed, "a", MARK), post(agreed, "a", "{\"ans")];
        assert_eq!(counts(&person, &half, &[])[2], 0);
    }
}
