//! The forms of the demo site's gallery, and a visitor's hands at them: what each is called, how it is filled in
//! and sent, and what arrives.

use crate::harness::browser::{key, patiently};
use crate::harness::{Post, QUIET, Setup, World, visit, wait_until};
use fantoccini::Locator;
use fantoccini::elements::Element;
use serde_json::{Value, json};
use std::sync::Mutex;
use tokio::sync::OnceCell;

/// The words beside the box that stands for the required purpose, on every page.
pub const CONSENT: &str = "Northbeam may store what I wrote here, with the pages I looked at, and contact me about it.";

/// A form of the gallery.
#[derive(Clone, Copy, Debug)]
pub struct System {
    /// Its page in `/forms/`.
    pub page: &'static str,
    /// Selects the control of a field; `{}` stands for the field's id.
    control: &'static str,
    /// Fields whose control is another.
    others: &'static [(&'static str, &'static str)],
    pub consent: &'static str,
    submit: &'static str,
    /// Where its post arrives.
    pub path: &'static str,
    /// Leads to the second page of a form of two, by a post of its own.
    next: Option<(&'static str, &'static str)>,
    /// True once the answer to the post is shown.
    pub done: &'static str,
}

pub const PLAIN: System = System {
    page: "plain",
    control: "[name={}]",
    others: &[],
    consent: "#f-contact",
    submit: "#lead-form [type=submit]",
    path: "/forms/posted/",
    next: None,
    done: "document.querySelector('.arrived dt')",
};

pub const SYSTEMS: &[System] = &[
    PLAIN,
    System {
        page: "hubspot",
        control: ".hs-form [name={}]",
        others: &[("name", ".hs-form [name=lastname]")],
        consent: "[name^='LEGAL_CONSENT.subscription_type_']",
        submit: ".hs-button",
        path: "/forms.hsforms.com/submissions/v3/public/submit/formsnext/multipart/5578910/df89d099-55ed-45e1-aa9b-1e81e2943e8d",
        done: "document.querySelector('.submitted-message')",
        ..PLAIN
    },
    System {
        page: "salesforce",
        control: ".web-to-lead :is([name={}], [data-prequal-field={}])",
        others: &[("name", ".web-to-lead [name=last_name]")],
        consent: ".web-to-lead [data-prequal-purpose=contact]",
        submit: ".web-to-lead [type=submit]",
        path: "/webto.salesforce.com/servlet/servlet.WebToLead?encoding=UTF-8",
        done: "location.pathname === '/forms/thanks/'",
        ..PLAIN
    },
    System {
        page: "mautic",
        control: "[name='mauticform[{}]']",
        consent: "[name='mauticform[gdpr_consent][]']",
        submit: ".mauticform-button",
        path: "/mautic.northbeam.example/form/submit?formId=1",
        done: "document.querySelector('.mauticform-message').textContent.includes('Thank you')",
        ..PLAIN
    },
    System {
        page: "contact-form-7",
        control: ".wpcf7-form [name={}]",
        others: &[("name", "[name=your-name]"), ("email", "[name=your-email]"), ("message", "[name=your-message]")],
        consent: "[name=acceptance-contact]",
        submit: ".wpcf7-submit",
        path: "/wp-json/contact-form-7/v1/contact-forms/123/feedback",
        done: "document.querySelector('.wpcf7-response-output').textContent.includes('has been sent')",
        ..PLAIN
    },
    System {
        page: "gravity",
        control: "[data-prequal-field={}]",
        consent: "[name='input_12.1']",
        submit: "#gform_submit_button_1",
        path: "/forms/gravity/",
        next: Some(("#gform_next_button_1_7", "document.querySelector('#gform_page_1_2:not([hidden])')")),
        done: "document.querySelector('.gform_confirmation_message')",
        ..PLAIN
    },
    System {
        page: "elementor",
        control: "[name='form_fields[{}]']",
        consent: ".elementor-acceptance-field",
        submit: ".elementor-button",
        path: "/wp-admin/admin-ajax.php",
        done: "document.querySelector('.elementor-message-success')",
        ..PLAIN
    },
];

pub const GATE: System = System { page: "gate", ..PLAIN };
pub const CHAT: System = System { page: "chat", ..PLAIN };
pub const OBSERVE: System = System { page: "observe", submit: "#observed-form [type=submit]", ..PLAIN };

/// A field and what is chosen or typed.
pub type Answers = &'static [(&'static str, &'static str)];

/// 85 points: stage `sql`, grade `A1`.
pub const GOOD: Answers = &[
    ("industry", "Logistics & freight"),
    ("company_size", "250 or more"),
    ("need", "Late deliveries"),
    ("role", "Owner or C-level"),
    ("budget", "Approved"),
    ("timeline", "Within three months"),
    ("name", "Ada Okafor"),
    ("email", "ada@fleetworks.example"),
    ("message", "Two pallets & a “crate” stood in Gdańsk"),
];

/// No point at all.
pub const BAD: Answers = &[
    ("industry", "Something else"),
    ("company_size", "Under 50"),
    ("need", "Just looking"),
    ("role", "Specialist or student"),
    ("budget", "Not yet"),
    ("timeline", "No date yet"),
    ("name", "Bo Larsen"),
    ("email", "bo@larsen.example"),
    ("message", "Homework"),
];

/// The questions of a form's first page, where it has two.
const FIRST_PAGE: usize = 6;

impl System {
    fn at(&self, field: &str) -> String {
        let other = self.others.iter().find(|(id, _)| *id == field).map(|(_, selector)| (*selector).to_owned());
        other.unwrap_or_else(|| self.control.replace("{}", field))
    }

    pub async fn go(&self, world: &World) {
        world.go(&format!("/forms/{}/", self.page)).await;
    }

    /// Answers the first by hand, so that somebody has come to the form, and the others as a browser's own filling
    /// does, which takes no time.
    pub async fn fill(&self, world: &World, answers: Answers) {
        self.answer_all(world, answers, false).await;
    }

    /// Answers as a visitor does, one control after the other.
    pub async fn fill_by_hand(&self, world: &World, answers: Answers) {
        self.answer_all(world, answers, true).await;
    }

    async fn answer_all(&self, world: &World, answers: Answers, by_hand: bool) {
        for (place, (field, text)) in answers.iter().enumerate() {
            if place == FIRST_PAGE
                && let Some((button, there)) = self.next
            {
                click(world, button).await;
                world.browser.wait(there).await;
            }
            if by_hand || place == 0 {
                answer(world, &self.at(field), text).await;
            } else {
                write(world, &self.at(field), text).await;
            }
        }
        // What two of the systems want beside.
        let beside: &[(&str, &str)] = match self.page {
            "hubspot" => &[(".hs-form [name=firstname]", "Ada")],
            "salesforce" => &[(".web-to-lead [name=company]", "Fleetworks")],
            _ => &[],
        };
        for (selector, text) in beside {
            write(world, selector, text).await;
        }
    }

    /// Ticks the box with the mouse.
    pub async fn agree(&self, world: &World) {
        click(world, self.consent).await;
        let ticked = world.browser.js(&format!("return document.querySelector(`{}`).checked", self.consent)).await;
        assert_eq!(ticked, true, "{}: the click ticks the box", self.page);
    }

    pub async fn submit(&self, world: &World) {
        click(world, self.submit).await;
    }

    /// What arrives of it: a post for each page of the form.
    pub async fn posts(&self, world: &World) -> Vec<Post> {
        let mut posts = Vec::new();
        for _ in 0..1 + usize::from(self.next.is_some()) {
            posts.push(world.posted().await);
        }
        posts
    }

    /// Fills in, agrees or not, and sends; the posts, with what differs from visit to visit taken out.
    pub async fn send(&self, world: &World, answers: Answers, agrees: bool) -> Vec<Post> {
        self.go(world).await;
        self.send_from_here(world, answers, agrees).await
    }

    pub async fn send_from_here(&self, world: &World, answers: Answers, agrees: bool) -> Vec<Post> {
        self.fill(world, answers).await;
        self.send_filled(world, agrees).await
    }

    pub async fn send_filled(&self, world: &World, agrees: bool) -> Vec<Post> {
        if agrees {
            self.agree(world).await;
        }
        self.submit(world).await;
        let posts = self.posts(world).await;
        world.browser.wait(self.done).await;
        posts.into_iter().map(|post| plain(world, post)).collect()
    }
}

async fn find(world: &World, selector: &str) -> Element {
    patiently(selector, async || world.browser.client.find(Locator::Css(selector)).await).await
}

/// Clicks with the mouse, in the middle of the window: WebKitGTK's driver would not click what it scrolled to the edge.
pub async fn click(world: &World, selector: &str) {
    scroll_to(world, selector).await;
    world.browser.point_at(find(world, selector).await, 1).await;
}

async fn scroll_to(world: &World, selector: &str) {
    // Firefox may scroll back to the field that was typed into, some frames later.
    let into_view = format!(
        "const control = document.querySelector(`{selector}`);
        for (let frame = 0, still = 0; frame < 120 && still < 8; frame++) {{
            const {{ top, bottom }} = control.getBoundingClientRect();
            const isThere = Math.abs(top + bottom - innerHeight) < innerHeight;
            still = isThere && frame ? still + 1 : 0;
            if (!still) control.scrollIntoView({{ block: 'center', behavior: 'instant' }});
            await new Promise(requestAnimationFrame);
        }}"
    );
    world.browser.js_async(&into_view).await;
}

/// Chooses or types, by clicks and keys.
async fn answer(world: &World, selector: &str, text: &str) {
    scroll_to(world, selector).await;
    let control = find(world, selector).await;
    if control.tag_name().await.expect("an element has a name") == "select" {
        let place = format!(
            "return [...document.querySelector(`{selector}`).options].findIndex((option) => option.text === {})",
            json!(text)
        );
        let place = world.browser.js(&place).await.as_u64().unwrap_or_else(|| panic!("{selector} has no “{text}”"));
        let place = usize::try_from(place).expect("a place in a list");
        control.select_by_index(place).await.unwrap_or_else(|error| panic!("{selector}: {error}"));
    } else {
        control.click().await.unwrap_or_else(|error| panic!("{selector}: {error}"));
        control.send_keys(text).await.unwrap_or_else(|error| panic!("{selector}: {error}"));
    }
}

/// Sets a control and tells of it.
async fn write(world: &World, selector: &str, text: &str) {
    let script = format!(
        "const control = document.querySelector(`{selector}`), text = {};
        if (control.options) control.selectedIndex = [...control.options].findIndex((option) => option.text === text);
        else control.value = text;
        for (const kind of ['input', 'change']) control.dispatchEvent(new Event(kind, {{ bubbles: true }}));
        return control.selectedIndex !== -1",
        json!(text)
    );
    assert_eq!(world.browser.js(&script).await, true, "{selector} takes “{text}”");
}

/// A post without what differs from visit to visit: the border between parts, and the site's port.
fn plain(world: &World, post: Post) -> Post {
    let origin = world.site.origin();
    let (scheme, host) = origin.split_once("://").expect("an origin");
    let encoded = format!("{scheme}%3A%2F%2F{}", host.replace(':', "%3A"));
    let boundary = post.content_type.split_once("boundary=").map(|(_, boundary)| boundary.to_owned());
    let tidy = |text: &str| {
        let text = text.replace(&origin, "http://site").replace(&encoded, "http%3A%2F%2Fsite");
        match &boundary {
            Some(boundary) => text.replace(boundary, "border"),
            None => text,
        }
    };
    let body = String::from_utf8(post.body).expect("what was typed is text");
    Post { path: tidy(&post.path), content_type: tidy(&post.content_type), body: tidy(&body).into_bytes() }
}

/// Whether the engine was fetched since the page came, and had a moment to start.
pub async fn wait_for_engine(world: &World, from: usize) {
    wait_until("the engine is there", async || {
        let requests = world.site.log().requests;
        let engine = |request: &&crate::harness::proxy::Request| request.path.ends_with("/prequal-engine.wasm");
        requests[from..].iter().filter(engine).any(|request| request.status.is_some())
    })
    .await;
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
}

/// The number of requests to the site so far.
pub fn requests(world: &World) -> usize {
    world.site.log().requests.len()
}

/// The script of forms is there and has found those of the page; what was done before, it has not seen.
pub async fn adopted(world: &World) {
    let there = "performance.getEntriesByType('resource').some(({ name }) => name.endsWith('/prequal-forms.js'))";
    world.browser.wait(there).await;
    tokio::time::sleep(QUIET / 4).await;
}

/// Goes to a form and comes to its first control; the engine is there then.
pub async fn come_to(world: &World, system: &System) {
    let from = requests(world);
    system.go(world).await;
    world.browser.wait("document.readyState === 'complete'").await;
    adopted(world).await;
    world.browser.js("document.querySelector('form[data-prequal]').scrollIntoView()").await;
    find(world, &system.at("industry")).await.send_keys(&key::TAB.to_string()).await.expect("keys");
    wait_for_engine(world, from).await;
}

pub fn setup() -> Setup {
    Setup { flow_file: "forms/prequal.json", ..Setup::default() }
}

/// What each system posts without Prequal: the loader is not there. Once without the box, once with it.
pub struct Bare {
    pub silent: Vec<Vec<Post>>,
    pub agreed: Vec<Vec<Post>>,
}

static BARE: OnceCell<Bare> = OnceCell::const_new();

pub async fn bare() -> &'static Bare {
    BARE.get_or_init(async || {
        let bare = Mutex::new(Bare { silent: Vec::new(), agreed: Vec::new() });
        visit(Setup { without: &["dist/prequal.js"], ..setup() }, async |world| {
            for system in SYSTEMS {
                let silent = system.send(world, GOOD, false).await;
                let agreed = system.send(world, GOOD, true).await;
                for posts in [&silent, &agreed] {
                    assert!(posts.iter().all(|post| post.path == system.path), "{}: {posts:?}", system.page);
                    posts.iter().for_each(assert_fresh);
                }
                assert_ne!(silent.last(), agreed.last(), "the box is in the post");
                let mut bare = bare.lock().expect("nobody panics with it");
                bare.silent.push(silent);
                bare.agreed.push(agreed);
            }
        })
        .await;
        bare.into_inner().expect("nobody panicked with it")
    })
    .await
}

/// Nothing of Prequal's is in a post.
fn assert_fresh(post: &Post) {
    let text = String::from_utf8_lossy(&post.body);
    assert!(!text.contains("prequal"), "{text}");
}

/// What went along with a post, by name.
pub fn value(post: &Post, name: &str) -> String {
    let fields = post.fields();
    let found = fields.iter().find(|(given, _)| given == name);
    found.unwrap_or_else(|| panic!("no {name} in {fields:#?}")).1.clone()
}

/// The consent record in a post says what stood beside the box.
pub fn assert_consent(record: &str) {
    let record: Value = serde_json::from_str(record).unwrap_or_else(|error| panic!("{error}: {record}"));
    let purposes = record["purposes"].as_array().expect("purposes");
    let contact = purposes.iter().find(|purpose| purpose["id"] == "contact").expect("the purpose");
    assert_eq!(contact["text"], CONSENT);
    assert_eq!(contact["granted"], true);
    assert_eq!(contact["default"], false);
    let letter = purposes.iter().find(|purpose| purpose["id"] == "newsletter").expect("the other purpose");
    assert_eq!(letter["granted"], false);
    assert_eq!(record["events"][0]["kind"], "given");
}
