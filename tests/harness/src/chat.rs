//! The widget as a visitor sees it: what it asks, what stands there, and what can be pressed.

use super::browser::{key, patiently};
use super::native::{Answer, Answers, FREIGHT_CHIEF};
use super::{LOOK_AGAIN, PATIENCE, World};
use fantoccini::elements::{Element, ElementRef};
use fantoccini::error::{CmdError, ErrorStatus, WebDriver};
use prequal::flow::model::Field;
use serde_json::Value;
use std::cell::RefCell;
use std::time::Instant;

#[derive(Clone, Copy)]
pub struct Chat<'w> {
    world: &'w World,
    host: &'static str,
}

/// How a script's result names an element (W3C WebDriver, 12).
const ELEMENT_KEY: &str = "element-6066-11e4-a52e-4f735466cecf";

/// The label of a control without the hint beside it; nothing while an answer waits for the engine.
const ASKED: &str = "(() => {
    if (root.querySelector('form[aria-busy]')) return null;
    if (root.querySelector('[data-act=agree]')) return 'consent';
    const title = root.querySelector('form h2');
    if (title) return title.textContent;
    const field = root.querySelector('form > .line #field');
    if (field) return root.querySelector('label[for=field]').firstChild.textContent;
    return root.querySelector('form [role=group]')?.getAttribute('aria-label') ?? '';
})()";

impl<'w> Chat<'w> {
    pub fn new(world: &'w World, host: &'static str) -> Self {
        Chat { world, host }
    }

    /// A script's expression over `root`, the widget's shadow root.
    pub async fn js(&self, expression: &str) -> Value {
        let script = format!("const root = document.querySelector('{}')?.shadowRoot; return {expression}", self.host);
        self.world.browser.js(&script).await
    }

    pub async fn wait(&self, expression: &str) {
        super::wait_until(expression, async || self.js(&format!("!!({expression})")).await == Value::Bool(true)).await;
    }

    async fn look_for(&self, selector: &str) -> Result<Element, CmdError> {
        // One question to the driver in place of three: they are most of what visits ask of it.
        let script = format!("return document.querySelector('{}')?.shadowRoot?.querySelector(arguments[0])", self.host);
        let found = self.world.browser.client.execute(&script, vec![selector.into()]).await?;
        match found[ELEMENT_KEY].as_str() {
            Some(id) => {
                Ok(Element::from_element_id(self.world.browser.client.clone(), ElementRef::from(id.to_owned())))
            }
            None => Err(CmdError::Standard(WebDriver::new(ErrorStatus::NoSuchElement, "not in the widget"))),
        }
    }

    /// The one element in the widget that a selector names, as soon as it is there.
    pub async fn find(&self, selector: &str) -> Element {
        patiently(selector, async || self.look_for(selector).await).await
    }

    pub async fn click(&self, selector: &str) {
        patiently(selector, async || self.look_for(selector).await?.click().await).await;
    }

    /// Answers by the option that carries exactly these words.
    pub async fn choose(&self, words: &str) {
        self.click_option(words).await;
        self.wait("!root?.querySelector('form[aria-busy]')").await;
    }

    /// Clicks the option that carries exactly these words.
    async fn click_option(&self, words: &str) {
        let words = serde_json::to_string(words).expect("a text");
        let place = format!(
            "[...root.querySelectorAll('form .option')].findIndex((o) => o.innerText.trim().split('\\n')[0] === {words})"
        );
        let place = self.js(&place).await.as_i64().unwrap_or(-1);
        assert!(place >= 0, "nothing says {words}");
        self.click(&format!("form .options > :nth-child({} of .option)", place + 1)).await;
    }

    /// Opens the panel by the launcher and waits for its first question.
    pub async fn open(&self) {
        // The loader puts it there in a task of its own.
        self.wait("root").await;
        self.click("[part~=launcher]").await;
        self.wait_for_question().await;
    }

    pub async fn wait_for_question(&self) {
        self.wait(
            "root?.querySelector('[part~=panel]')?.checkVisibility() && root.querySelector('form').children.length",
        )
        .await;
    }

    pub async fn close(&self) {
        self.click("[part~=close]").await;
    }

    /// What the widget waits for: a question by its label, `consent`, or an outcome by its title. An
    /// answer that waits for the engine goes in first.
    pub async fn asked(&self) -> String {
        let asked = RefCell::new(Value::Null);
        super::wait_until("what is asked", async || {
            *asked.borrow_mut() = self.js(ASKED).await;
            !asked.borrow().is_null()
        })
        .await;
        asked.into_inner().as_str().unwrap_or_default().to_owned()
    }

    /// Waits for this to be what the widget waits for.
    pub async fn assert_asked(&self, asked: &str) {
        let begun = Instant::now();
        let mut found = self.asked().await;
        while found != asked && begun.elapsed() < PATIENCE {
            tokio::time::sleep(LOOK_AGAIN).await;
            found = self.asked().await;
        }
        assert_eq!(found, asked);
    }

    /// What the widget says about the delivery: the key of the word, empty while there is none.
    pub async fn delivery(&self) -> String {
        let key = self.js("root.querySelector('[part~=panel]').dataset.delivery ?? ''").await;
        key.as_str().unwrap_or_default().to_owned()
    }

    pub async fn wait_for_delivery(&self, key: &str) {
        self.wait(&format!("root.querySelector('[part~=panel]').dataset.delivery === '{key}'")).await;
    }

    /// The words at the foot, where the visitor reads how things stand.
    pub async fn status(&self) -> String {
        self.js("root.querySelector('[role=status]').textContent").await.as_str().unwrap_or_default().to_owned()
    }

    /// The visitor's answers as the transcript shows them.
    pub async fn transcript(&self) -> Vec<String> {
        super::browser::texts(
            &self.js("[...root.querySelectorAll('.mine p span:last-child')].map((s) => s.textContent)").await,
        )
    }

    /// The message at the control, empty while nothing is wrong.
    pub async fn problem(&self) -> String {
        self.js("root.querySelector('#problem')?.textContent ?? ''").await.as_str().unwrap_or_default().to_owned()
    }

    fn field(&self, id: &str) -> &'w Field {
        let fields = &self.world.flow.flow().fields;
        fields.iter().find(|field| field.id == id).unwrap_or_else(|| panic!("the flow has no field {id}"))
    }

    pub fn label(&self, field: &str) -> &'w str {
        &self.field(field).label
    }

    /// Answers the question that is asked, which must be this field's.
    pub async fn answer(&self, id: &str, answer: &Answer) {
        let field = self.field(id);
        self.assert_asked(&field.label).await;
        let label = |option: &str| {
            let option = field.options.iter().find(|one| one.id == option);
            option.unwrap_or_else(|| panic!("{id} has no such option")).label.as_str()
        };
        match answer {
            Answer::Pick(option) => self.click_option(label(option)).await,
            Answer::Tick(options) => {
                for option in *options {
                    self.click_option(label(option)).await;
                }
                self.click("form [type=submit]").await;
            }
            Answer::Type(text) => {
                self.type_into_field(text).await;
                self.click("form [type=submit]").await;
            }
            Answer::Skip => self.click("[data-act=skip]").await,
        }
        self.wait("!root.querySelector('form[aria-busy]')").await;
    }

    /// Replaces what stands in the field, without sending it.
    pub async fn type_into_field(&self, text: &str) {
        let field = self.find("#field").await;
        // WebKitGTK's driver takes the widget for something that covers its own field, and would not click.
        self.world.browser.point_at(field.clone(), 1).await;
        assert_eq!(self.js("root.activeElement?.id").await, "field", "the field can be clicked");
        field.clear().await.expect("the field can be emptied");
        field.send_keys(text).await.expect("the field takes keys");
    }

    pub async fn answer_all(&self, answers: Answers<'_>) {
        for (field, answer) in answers {
            self.answer(field, answer).await;
        }
    }

    /// On the pricing page through all questions, as one who qualifies, to the consent step.
    pub async fn come_to_consent(&self) {
        self.world.go("/pricing/").await;
        self.open().await;
        self.answer_all(FREIGHT_CHIEF).await;
        self.answer("phone", &Answer::Skip).await;
        self.assert_asked("consent").await;
    }

    /// Opens an earlier answer for a change.
    pub async fn change(&self, field: &str) {
        // What the last act moved has moved, or the click would miss what it was aimed at.
        self.world
            .browser
            .js_async("for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame)")
            .await;
        let steps = self.world.flow.flow().conversation.steps.iter().enumerate();
        let places = steps.filter(|(_, step)| step.ask.as_deref() == Some(field));
        let pens: Vec<String> = places.map(|(place, _)| format!("[data-act=change][data-place='{place}']")).collect();
        self.click(&pens.join(",")).await;
    }

    /// Ticks these purposes at the consent step.
    pub async fn tick_purposes(&self, purposes: &[usize]) {
        self.assert_asked("consent").await;
        for place in purposes {
            self.click(&format!("input[type=checkbox][data-place='{place}']")).await;
        }
    }

    /// Ticks what is needed and sends.
    pub async fn agree(&self) {
        self.tick_purposes(&[0]).await;
        self.click("[data-act=agree]").await;
    }

    pub async fn refuse(&self) {
        self.assert_asked("consent").await;
        self.click("[data-act=refuse]").await;
    }

    /// Goes forward with Tab until the focus is on a part of the widget that a selector names.
    pub async fn tab_to(&self, selector: &str) {
        for _ in 0..80 {
            if self.js(&format!("!!root?.activeElement?.matches(`{selector}`)")).await == Value::Bool(true) {
                return;
            }
            self.world.browser.press(&[key::TAB]).await;
        }
        panic!("Tab does not reach {selector}");
    }
}
