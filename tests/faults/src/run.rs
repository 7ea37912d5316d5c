//! One run of one fault: a visitor's steps, the network's whims, and what became of it.

use crate::lab::Lab;
use crate::ledger::{Due, Evidence, Person, Verdict, judge};
use crate::site::Site;
use prequal_harness::proxy::Mode;
use serde_json::Value;
use std::time::{Duration, Instant};

/// Longest that leads may take once a later page is visited.
const ARRIVAL: Duration = Duration::from_secs(10);
/// How long nothing must happen before it is believed that nothing will.
const QUIET: Duration = Duration::from_millis(400);

pub struct Run {
    pub lab: Lab,
    pub site: Site,
    pub people: Vec<Person>,
    /// Keys in the outbox that nobody may touch.
    pub strangers: Vec<&'static str>,
    /// The usual browser, while another one is used.
    pub spare: Option<Lab>,
    pub dice: Dice,
}

/// Numbers by chance, the same for the same seed (splitmix64).
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub fn up_to(&mut self, most: Duration) -> Duration {
        Duration::from_millis(self.roll() % u64::try_from(most.as_millis()).expect("a short time"))
    }
}

pub const AGREE: &str = "[data-act=agree]";

impl Run {
    /// A visitor opens a page in a new tab.
    pub async fn arrive(&mut self, path: &str) {
        self.lab.open_tab().await;
        self.lab.go(&self.site.at(path)).await;
        self.lab.wait("root?.querySelector('form #field')").await;
        // A click before the engine is there would be held, and the test would wait for nothing.
        let marker = format!("mark{:016x}", self.dice.roll());
        self.people.push(Person::new(marker));
    }

    /// The visitor who came last.
    pub fn person(&mut self) -> &mut Person {
        self.people.last_mut().expect("somebody came")
    }

    /// Answers the question, which brings the consent step.
    pub async fn answer(&mut self) {
        let marker = self.person().marker.clone();
        self.lab.type_into_field(&marker).await;
        self.lab.click("form [type=submit]").await;
        self.read_consent().await;
    }

    pub async fn read_consent(&mut self) {
        self.lab.wait(&format!("root.querySelector('{AGREE}') && !root.querySelector('form[aria-busy]')")).await;
        let shown = self.lab.ask("root.querySelector('form').textContent").await;
        self.person().shown = shown.as_str().unwrap_or_default().to_owned();
    }

    /// Comes to the consent step with an answer.
    pub async fn visit(&mut self, path: &str) {
        self.arrive(path).await;
        self.answer().await;
    }

    /// Ticks a purpose, or takes the tick away.
    pub async fn tick(&mut self, purpose: usize) {
        self.lab.click(&format!("input[type=checkbox][data-place='{purpose}']")).await;
        let ticked = &mut self.person().ticked[purpose];
        *ticked = !*ticked;
    }

    /// Notes that the visitor agrees in this moment.
    pub fn note_agreement(&mut self) {
        self.person().agreed = Some(Instant::now());
    }

    /// Ticks what is needed and agrees.
    pub async fn agree(&mut self) {
        self.tick(0).await;
        self.note_agreement();
        self.lab.click(AGREE).await;
    }

    /// Ticks what is needed and agrees, on a page that then hangs at a point, and is killed there.
    pub async fn agree_and_hang(&mut self, point: &str) {
        self.tick(0).await;
        self.note_agreement();
        let click = self.lab.click_meanwhile(AGREE);
        self.site.wait_for_trap(point).await;
        self.lab.kill_hanging_page().await;
        self.lab.mourn(click).await;
    }

    /// A whole visit up to the yes.
    pub async fn consent(&mut self, path: &str) {
        self.visit(path).await;
        self.agree().await;
    }

    /// A whole visit whose lead could not be sent, and waits in the browser.
    pub async fn store(&mut self, path: &str) {
        self.site.endpoint.switch(Mode::Reset).await;
        self.consent(path).await;
        self.lab.wait_for_delivery("retrying").await;
    }

    /// Waits until the endpoint has seen this many posts.
    pub async fn wait_for_posts(&self, count: usize) {
        prequal_harness::wait_until("posts", async || self.site.posts().len() >= count).await;
    }

    /// Says to the page that its network is back until all leads have arrived.
    pub async fn wait_with_nudges(&self) {
        prequal_harness::wait_until("leads, with the network back", async || {
            self.lab.browser.come_online().await;
            self.have_arrived().await
        })
        .await;
    }

    async fn have_arrived(&self) -> bool {
        let leads = self.site.leads().await;
        self.people.iter().filter(|person| person.is_due()).all(|person| leads.iter().any(|lead| person.is_in(lead)))
    }

    /// Whether those that the endpoint never takes lie where no retry finds them.
    async fn are_kept(&self) -> bool {
        let refused = self.people.iter().filter(|person| person.due == Due::Keeping);
        let markers: Vec<&str> = refused.map(|person| &*person.marker).collect();
        if markers.is_empty() {
            return true;
        }
        let kept = self.kept().await;
        markers.iter().all(|marker| kept.iter().any(|(key, text)| key.starts_with('!') && text.contains(marker)))
    }

    /// The fault is over, a later page of the site is visited, and judgement is passed.
    pub async fn settle(&mut self) -> Verdict {
        self.site.endpoint.mend().await;
        self.site.pages.mend().await;
        self.lab.tidy().await;
        self.lab.open_tab().await;
        self.lab.go(&self.site.at("/later/")).await;
        let begun = Instant::now();
        while !(self.have_arrived().await && self.are_kept().await) && begun.elapsed() < ARRIVAL {
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
        tokio::time::sleep(QUIET).await;
        let kept = self.kept().await;
        self.lab.tidy().await;
        let evidence = Evidence {
            leads: &self.site.leads().await,
            posts: &self.site.posts(),
            pages: &self.site.pages.log().requests,
            kept: &kept,
        };
        let mut verdict = judge(&self.people, &evidence);
        for key in self.strangers.iter().filter(|key| kept.iter().all(|(kept, _)| kept != **key)) {
            verdict.lost += 1;
            verdict.found.push(format!("lost: {key} of another version is gone"));
        }
        verdict.unpromised = self.people.iter().filter(|person| person.due == Due::Nothing).count();
        verdict
    }

    /// Keys and texts in the outbox, read on the present page; opens nothing that is not there.
    pub async fn kept(&self) -> Vec<(String, String)> {
        let script = "const all = await indexedDB.databases();
            if (!all.some(({ name }) => name === 'prequal')) return [];
            const settled = (request) => new Promise((resolve, reject) => {
                request.onsuccess = () => resolve(request.result);
                request.onerror = () => reject(request.error);
            });
            const database = await settled(indexedDB.open('prequal'));
            if (!database.objectStoreNames.contains('leads')) return database.close(), [];
            const store = database.transaction('leads').objectStore('leads');
            const [keys, texts] = await Promise.all([settled(store.getAllKeys()), settled(store.getAll())]);
            database.close();
            return keys.map((key, place) => [key, typeof texts[place] === 'string' ? texts[place] : JSON.stringify(texts[place])]);";
        let pairs = self.lab.browser.js_async(script).await;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        pairs.as_array().into_iter().flatten().map(|pair| (text(&pair[0]), text(&pair[1]))).collect()
    }

    /// Writes a text into the outbox by hand, or deletes what stands under the key.
    pub async fn keep(&self, key: &str, text: Option<&str>) {
        let script = format!(
            "const [key, text] = {};
            await new Promise((resolve, reject) => {{
                const request = indexedDB.open('prequal');
                request.onupgradeneeded = () => request.result.createObjectStore('leads');
                request.onerror = () => reject(request.error);
                request.onsuccess = () => {{
                    const transaction = request.result.transaction('leads', 'readwrite');
                    const store = transaction.objectStore('leads');
                    if (text === null) store.delete(key); else store.put(text, key);
                    transaction.oncomplete = () => {{ request.result.close(); resolve(); }};
                    transaction.onabort = () => reject(transaction.error);
                }};
            }});",
            serde_json::json!([key, text])
        );
        self.lab.browser.js_async(&script).await;
    }

    /// The page died at a moment that nobody chose: what was stored or sent by then is owed, and nothing else was
    /// promised.
    pub async fn owe_what_was_stored(&mut self) {
        self.lab.tidy().await;
        self.lab.open_tab().await;
        self.lab.go(&self.site.at("/plain/")).await;
        let marker = self.person().marker.clone();
        let stored = self.kept().await.iter().any(|(_, text)| text.contains(&marker));
        if !stored && self.site.posts().is_empty() {
            self.person().due = Due::Nothing;
        }
    }

    /// Answers with a text of this length, put there at once and not key by key.
    pub async fn answer_at_length(&mut self, length: usize) {
        let marker = self.person().marker.clone();
        let fill = format!(
            "(() => {{ const field = root.querySelector('#field'); field.value = '{marker}'.padEnd({length}, ' words');
                for (const name of ['input', 'change']) field.dispatchEvent(new Event(name, {{ bubbles: true, composed: true }})); }})()"
        );
        self.lab.ask(&fill).await;
        self.lab.click("form [type=submit]").await;
        self.read_consent().await;
    }

    /// Waits until all leads have arrived, on the page as it is.
    pub async fn wait_for_arrival(&self) {
        prequal_harness::wait_until("leads, on the same page", async || self.have_arrived().await).await;
    }
}
