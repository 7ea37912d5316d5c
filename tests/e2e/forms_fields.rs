//! What is read in forms as known systems write them, and whose tick counts: `www/embed/forms` by itself, in a page
//! that has nothing else.

use crate::harness::{Setup, World, root, visit};
use crate::page;
use serde_json::{Value, json};
use std::io::Write;
use std::process::{Command, Stdio};

/// The rooms under test as a script, `forms` in the page.
fn script() -> &'static str {
    let mut bundler = Command::new(root().join("node_modules/.bin/esbuild"))
        .args(["--bundle", "--format=iife", "--global-name=forms", "--target=es2022", "--loader=ts"])
        .current_dir(root().join("www/embed/forms"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("esbuild is there: run cargo xtask dist");
    let entry = b"export * from './fields.js'; export * from './consent.js'; export { derive } from './derive.js'; export { reads } from './pattern.js';";
    bundler.stdin.take().expect("a pipe").write_all(entry).expect("it reads");
    let output = bundler.wait_with_output().expect("esbuild ends");
    assert!(output.status.success());
    String::from_utf8(output.stdout).expect("a script").leak()
}

macro_rules! form {
    ($path:literal, $($body:expr),+) => {
        page!($path, "<link rel=stylesheet href=/form.css><script src=/forms.js></script><form id=own action=/contact method=post>", $($body),+, "</form>")
    };
}

const STYLE: &str = ".away { position: absolute; left: -9000px } .none { display: none }";

/// From the `<form>` that HubSpot's script draws.
const HUBSPOT: (&str, &str) = form!(
    "hubspot",
    "<fieldset class=form-columns-2><div class='hs_firstname field'><label for=fn><span>First name</span><span class=hs-form-required>*</span></label>
    <legend class=hs-field-desc hidden></legend><div class=input><input id=fn name=firstname required type=text class='hs-input' autocomplete=given-name></div></div>
    <div class='hs_email field'><label for=e><span>Work email</span><span class=hs-form-required>*</span></label><div class=input><input id=e name=email required type=email></div></div></fieldset>
    <div class='hs_industry hs-fieldtype-radio field'><label id=label-industry><span>Industry</span><span class=hs-form-required>*</span></label><legend class=hs-field-desc hidden></legend>
    <div class=input><ul role=checkbox class=inputs-list><li class=hs-form-radio><label class=hs-form-radio-display><input type=radio name=industry value=Logistics><span>Logistics</span></label></li>
    <li class=hs-form-radio><label class=hs-form-radio-display><input type=radio name=industry value='Retail trade'><span>Retail trade</span></label></li></ul></div></div>
    <div class=legal-consent-container><ul class=inputs-list required><li class=hs-form-booleancheckbox><label class=hs-form-booleancheckbox-display>
    <input id=box class=hs-input type=checkbox name=LEGAL_CONSENT.subscription_type_10841063 value=true><span><p>I agree to hear from Northbeam.</p><span class=hs-form-required>*</span></span></label></li></ul></div>
    <input name=hs_context type=hidden value=x><input type=submit value=Submit>"
);

/// From Salesforce's Web-to-Lead generator.
const SALESFORCE: (&str, &str) = form!(
    "salesforce",
    "<input type=hidden name=oid value=00D><label for=first_name>First Name</label><input id=first_name maxlength=40 name=first_name size=20 type=text><br>
    <label for=email>Email</label><input id=email maxlength=80 name=email size=20 type=text><br>
    <label for=company>Company</label><input id=company maxlength=40 name=company type=text><br>
    Industry:<select id=00N1 name=00N1 title='Industry'><option value=''>--None--</option><option value=Logistics>Logistics</option></select><br>
    Size:<select id=00N2 name=00N2 data-prequal-field=company_size><option value=''>--None--</option><option value=12>12</option><option value='lots'>Lots</option></select><br>
    <input id=box name=00N3 type=checkbox value=1 data-prequal-purpose=contact> <label for=box>Store my details</label>
    <input type=submit name=submit>"
);

const MAUTIC: (&str, &str) = form!(
    "mautic",
    "<div class='mauticform-row mauticform-email mauticform-required' data-validate=email><label for=m1 class=mauticform-label>Email</label><input id=m1 name='mauticform[email]' type=email></div>
    <div id=mauticform_x_industry class='mauticform-row mauticform-radiogrp'><label class=mauticform-label for=nothing>Which trade?</label>
    <div class=mauticform-radiogrp-row><input name='mauticform[industry]' id=r0 type=radio value=logistics><label id=l0 for=r0 class=mauticform-radiogrp-label>Logistics</label></div>
    <div class=mauticform-radiogrp-row><input name='mauticform[industry]' id=r1 type=radio value=retail><label id=l1 for=r1>Retail trade</label></div></div>
    <div class='mauticform-row mauticform-checkboxgrp'><div class=mauticform-checkboxgrp-row><input name='mauticform[gdpr][]' id=box type=checkbox value=Yes><label for=box>Store it</label></div></div>
    <div class='mauticform-row mauticform-honeypot'><label for=hp>Leave it</label><input id=hp name='mauticform[cap]' type=text tabindex=-1></div>
    <input type=hidden name='mauticform[formId]' value=1><button name='mauticform[submit]' type=submit>Submit</button>"
);

const CONTACT_FORM_7: (&str, &str) = form!(
    "cf7",
    "<p><label> Your name<br><span class=wpcf7-form-control-wrap data-name=your-name><input size=40 maxlength=400 class='wpcf7-form-control wpcf7-text wpcf7-validates-as-required' aria-required=true type=text name=your-name></span></label></p>
    <p><label> Your email<br><span class=wpcf7-form-control-wrap data-name=your-email><input class='wpcf7-form-control wpcf7-email' aria-required=true type=email name=your-email></span></label></p>
    <p>Industry<br><span class=wpcf7-form-control-wrap data-name=industry><span class='wpcf7-form-control wpcf7-radio'><span class='wpcf7-list-item first'><label><input type=radio name=industry value=Logistics><span class=wpcf7-list-item-label>Logistics</span></label></span>
    <span class='wpcf7-list-item last'><label><input type=radio name=industry value='Retail trade'><span class=wpcf7-list-item-label>Retail trade</span></label></span></span></span></p>
    <p><span class=wpcf7-form-control-wrap data-name=acceptance-9><span class='wpcf7-form-control wpcf7-acceptance'><span class=wpcf7-list-item><label><input id=box type=checkbox name=acceptance-9 value=1><span class=wpcf7-list-item-label>Store it</span></label></span></span></span></p>
    <span class='wpcf7-form-control-wrap honeypot-1 none'><label>Please leave this field empty.</label><input class=wpcf7-text type=text name=honeypot-1 tabindex=-1 autocomplete=new-password></span>
    <p><input class=wpcf7-submit type=submit value=Submit></p>"
);

const GRAVITY: (&str, &str) = form!(
    "gravity",
    "<fieldset class='gfield gfield--type-radio gfield_contains_required'><legend class=gfield_label>Industry<span class=gfield_required><span class='gfield_required gfield_required_text'>(Required)</span></span></legend>
    <div class=ginput_container_radio><div class=gchoice><input class=gfield-choice-input name=input_1 type=radio value=logistics id=c0><label for=c0>Logistics</label></div>
    <div class=gchoice><input name=input_1 type=radio value=retail id=c1><label for=c1>Retail trade</label></div></div></fieldset>
    <div class='gfield gfield_contains_required'><label class=gfield_label for=input_1_2>Where do we reach you?<span class=gfield_required>(Required)</span></label><input name=input_2 id=input_1_2 type=email aria-required=true></div>
    <div class=gfield><label for=input_1_4>Company size</label><input name=input_4 id=input_1_4 type=number step=any min=1></div>
    <fieldset class='gfield gfield--type-consent'><legend class='gfield_label'>Consent</legend><div class='ginput_container ginput_container_consent'><input name=input_5.1 id=box type=checkbox value=1><label class=gform-field-label for=box>Store it</label><input type=hidden name=input_5.2 value='Store it'></div></fieldset>
    <div class='gfield gform_validation_container'><label for=input_1_6>Email</label><input name=input_6 id=input_1_6 type=text autocomplete=new-password></div>
    <input type=submit id=gform_submit_button_1 value=Submit><input type=hidden name=gform_submit value=1>"
);

const ELEMENTOR: (&str, &str) = form!(
    "elementor",
    "<input type=hidden name=post_id value=1><div class='elementor-field-type-email elementor-field-group elementor-field-required'><label for=ff-email class=elementor-field-label>Email</label><input size=1 type=email name='form_fields[email]' id=ff-email required aria-required=true></div>
    <div class='elementor-field-type-radio elementor-field-group'><label for=ff-industry class=elementor-field-label>Trade</label><div class=elementor-field-subgroup><span class=elementor-field-option><input type=radio value='Logistics' id=ff-industry-0 name='form_fields[industry]'> <label for=ff-industry-0>Logistics</label></span>
    <span class=elementor-field-option><input type=radio value='Retail trade' id=ff-industry-1 name='form_fields[industry]'> <label for=ff-industry-1>Retail trade</label></span></div></div>
    <div class='elementor-field-type-acceptance elementor-field-group'><div class=elementor-field-subgroup><span class=elementor-field-option><input type=checkbox name='form_fields[field_1]' id=box class=elementor-acceptance-field> <label for=box>Store it</label></span></div></div>
    <div class='elementor-field-type-text elementor-field-group none'><label for=ff-h>Leave it</label><input size=1 type=text name='form_fields[field_2]' id=ff-h class='elementor-field none'></div>
    <button type=submit>Send</button>"
);

/// All that a browser has, and what it cannot.
const ALL: (&str, &str) = form!(
    "all",
    "<label>Secret <input type=password name=secret></label><label>File <input type=file name=file></label><input type=image alt=Go src=/favicon.svg><input type=reset>
    <label>Words: * <input name=words pattern='[a-z]+' maxlength=9 placeholder=abc></label>
    <input name=named aria-label='By its name'><input name=empty placeholder='What stands in it'>
    <label>Off <input name=off disabled></label><fieldset disabled><label>Off too <input name=off2></label></fieldset>
    <label>Long <textarea name=long required></textarea></label>
    <label>Day <input type=date name=day min=2026-01-01></label><label>Range <input type=range name=range min=0 max=10></label>
    <label>Money <input name=money inputmode=decimal></label>
    <label>Size <input name=CompanySize></label>
    <fieldset><legend>Pick some</legend><label><input type=checkbox name='some[]' value=a>Letter A</label><label><input type=checkbox name='some[]' value=b>Letter B</label></fieldset>
    <label>Many <select multiple name=many><option>One<option>Two<option>Three</select></label>
    <label>Country <select name=country><option value=''>-<option value=DE>Deutschland<option value=France>France</select></label>
    <label><input type=checkbox name=yes> Write to me</label>
    <label>City <input name=city aria-hidden=true></label>
    <button>Send</button>"
);

const FLOW: &str = r#"{ id: "x", locale: "en", conversation: { start: "", steps: [] }, fields: [
    { id: "industry", kind: "single_choice", label: "Industry", options: [{ id: "logistics", label: "Logistics" }, { id: "retail", label: "Retail trade" }] },
    { id: "company_size", kind: "number", label: "Company size" },
    { id: "first_name", kind: "short_text", label: "Given name" },
    { id: "name", kind: "short_text", label: "Name" },
    { id: "work_email", kind: "email", label: "Email" },
    { id: "company", kind: "company", label: "Company" },
    { id: "country", kind: "country", label: "Country" },
    { id: "money", kind: "money", label: "Money", currency: "EUR" }
  ], consent: { purposes: [{ id: "contact", text: "x", required: true }, { id: "news", text: "y" }] } }"#;

pub async fn with_forms(test: impl AsyncFnOnce(&World)) {
    let pages = vec![
        ("forms.js", script()),
        ("form.css", STYLE),
        HUBSPOT,
        SALESFORCE,
        MAUTIC,
        CONTACT_FORM_7,
        GRAVITY,
        ELEMENTOR,
        ALL,
        BOXES,
        ("boxes.js", SHADOW),
    ];
    visit(Setup { pages: pages.leak(), ..Setup::default() }, test).await;
}

/// An expression over `flow`, `form` and `all`, the form's questions.
async fn read(world: &World, expression: &str) -> Value {
    let script = format!(
        "const flow = {FLOW}; const form = document.querySelector('#own'); const all = forms.questions(form, flow);
        const by = (id) => all.find(({{ field }}) => field === id); return {expression}"
    );
    world.browser.js(&script).await
}

const SHORT: &str = "all.map((q) => [q.field, q.label, q.kind, q.required, q.options.map(({ id }) => id).join(' ')])";

#[tokio::test]
async fn forms_of_known_systems() {
    with_forms(async |world| {
        let trade = |label: &str, required: bool| json!(["industry", label, "single_choice", required, "logistics retail"]);
        let systems = [
            (
                "hubspot",
                json!([
                    ["first_name", "First name", "short_text", true, ""],
                    ["work_email", "Work email", "email", true, ""],
                    trade("Industry", false)
                ]),
                "I agree to hear from Northbeam. *",
            ),
            (
                "salesforce",
                json!([
                    ["first_name", "First Name", "short_text", false, ""],
                    ["work_email", "Email", "email", false, ""],
                    ["company", "Company", "company", false, ""],
                    ["00n1", "Industry", "single_choice", false, "logistics"],
                    ["company_size", "Size", "number", false, "12 lots"]
                ]),
                "Store my details",
            ),
            ("mautic", json!([["work_email", "Email", "email", true, ""], trade("Which trade?", false)]), "Store it"),
            (
                "cf7",
                json!([
                    ["name", "Your name", "short_text", true, ""],
                    ["work_email", "Your email", "email", true, ""],
                    trade("Industry", false)
                ]),
                "Store it",
            ),
            (
                "gravity",
                json!([
                    trade("Industry", true),
                    ["work_email", "Where do we reach you?", "email", true, ""],
                    ["company_size", "Company size", "number", false, ""]
                ]),
                "Store it",
            ),
            ("elementor", json!([["work_email", "Email", "email", true, ""], trade("Trade", false)]), "Store it"),
        ];
        for (system, questions, text) in systems {
            world.go(&format!("/{system}/")).await;
            assert_eq!(read(world, SHORT).await, questions, "{system}");
            let boxes = "forms.boxes(form, flow.consent.purposes).map((one) => [one.purpose, one.box.id, one.text, one.preticked])";
            assert_eq!(read(world, boxes).await, json!([["contact", "box", text, false]]), "{system}");
            // What is filled in is read again, by the form's own words and the flow's.
            let there = "(by('industry') ? [forms.takes(by('industry'), 'retail'), (forms.fill(by('industry'), 'retail'), forms.value(by('industry'))), new FormData(form).get(by('industry').controls[0].name).toLowerCase().slice(0, 6)] : null)";
            let expected = if system == "salesforce" { Value::Null } else { json!([true, "retail", "retail"]) };
            assert_eq!(read(world, there).await, expected, "{system}");
        }
    })
    .await;
}

#[tokio::test]
async fn every_control_of_a_browser() {
    with_forms(async |world| {
        world.go("/all/").await;
        let expected = json!([
            ["words", "Words", "short_text", false, ""],
            ["named", "By its name", "short_text", false, ""],
            ["empty", "What stands in it", "short_text", false, ""],
            ["long", "Long", "long_text", true, ""],
            ["day", "Day", "date", false, ""],
            ["range", "Range", "slider", false, ""],
            ["money", "Money", "money", false, ""],
            ["company_size", "Size", "number", false, ""],
            ["some", "Pick some", "multiple_choice", false, "a b"],
            ["many", "Many", "multiple_choice", false, "one two three"],
            ["country", "Country", "country", false, "DE FR"],
            ["yes", "Write to me", "yes_no", false, ""],
        ]);
        assert_eq!(read(world, SHORT).await, expected);
        let words = "[by('words').pattern, by('words').maxLength, by('words').placeholder, by('day').min]";
        assert_eq!(read(world, words).await, json!(["[a-z]+", 9, "abc", "2026-01-01"]));
        let empty = "all.filter((q) => forms.value(q) !== undefined).map(({ field }) => field)";
        // A slider stands somewhere from the beginning.
        assert_eq!(read(world, empty).await, json!(["range"]));

        let answers = "{ words: 'abc', day: '2026-03-01', range: 7, money: 1234.5, company_size: 320, some: ['b'], many: ['one', 'three'], country: 'FR', yes: 'yes', long: 'A\\nB' }";
        let round = format!(
            "Object.entries({answers}).filter(([id, v]) => {{ forms.fill(by(id), v); return JSON.stringify(forms.value(by(id))) !== JSON.stringify(v) }})"
        );
        assert_eq!(read(world, &round).await, json!([]));
        let posted = "new URLSearchParams([...new FormData(form)].filter(([, v]) => typeof v === 'string' && v)).toString()";
        let expected = "words=abc&long=A%0D%0AB&day=2026-03-01&range=7&money=1234.5&CompanySize=320&some%5B%5D=b&many=One&many=Three&country=France&yes=on";
        assert_eq!(read(world, posted).await.as_str().map(|text| text.replace("%0D", "")), Some(expected.replace("%0D", "")));
        let emptied = format!("Object.keys({answers}).filter((id) => (forms.fill(by(id)), forms.value(by(id)) !== undefined))");
        assert_eq!(read(world, &emptied).await, json!(["range"]));

        // As people type numbers, in the language of the page.
        for (lang, text, value) in [
            ("en", "1,234.5", json!(1234.5)),
            ("de", "1.234,5", json!(1234.5)),
            ("de", "1.234", json!(1234)),
            ("fr", "1 234,5", json!(1234.5)),
            ("de-CH", "1'234", json!(1234)),
            ("en", "about ten", Value::Null),
            ("en", "12-20", Value::Null),
        ] {
            let typed = format!(
                "(document.documentElement.lang = '{lang}', by('money').controls[0].value = \"{text}\", forms.value(by('money')) ?? null)"
            );
            assert_eq!(read(world, &typed).await, value, "{lang}: {text}");
        }
    })
    .await;
}

/// A framework that puts a member of its own before the browser's must notice.
#[tokio::test]
async fn frameworks_notice() {
    with_forms(async |world| {
        world.go("/all/").await;
        let tracked = "(() => {
            const heard = [];
            const track = (control, name) => {
                // As React does it.
                const own = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(control), name);
                let last = `${own.get.call(control)}`;
                Object.defineProperty(control, name, { configurable: true, get() { return own.get.call(this) }, set(value) { last = `${value}`; own.set.call(this, value) } });
                return () => { const now = `${own.get.call(control)}`; return now !== last && (last = now) };
            };
            for (const [id, name, kind, value] of [['words', 'value', 'input', 'abc'], ['some', 'checked', 'click', ['a']], ['country', 'value', 'change', 'DE']]) {
                const [control] = by(id).controls;
                const changed = track(control, name);
                control.addEventListener(kind, () => { const now = changed(); if (now) heard.push(`${id} ${now}`) });
                forms.fill(by(id), value);
                forms.fill(by(id), value);
            }
            return heard;
        })()";
        assert_eq!(read(world, tracked).await, json!(["words abc", "some true", "country DE"]));
    })
    .await;
}

const BOXES: (&str, &str) = form!(
    "boxes",
    "<p><input type=checkbox id=one data-prequal-purpose=contact> <label for=one id=words>I  agree to\n <b>this</b><button type=button><i>?</i></button>.</label></p>
    <p><label id=around><input type=checkbox id=two data-prequal-purpose=news checked> News</label></p>
    <p><label id=off><input type=checkbox disabled> Off</label></p>
    <p><input type=checkbox id=mute data-prequal-purpose=news></p><div id=shadow></div>",
    "<script src=/boxes.js></script>"
);

const SHADOW: &str = "forms.watch();
const root = document.querySelector('#shadow').attachShadow({ mode: 'open' });
const box = Object.assign(document.createElement('input'), { type: 'checkbox', id: 'deep', name: 'privacy' });
const label = document.createElement('label');
label.append(box, ' Deep');
root.append(label, Object.assign(document.createElement('input'), { name: 'inner', ariaLabel: 'Within', required: true }));
window.deep = box;
customElements.define('x-rate', class extends HTMLElement {
  static formAssociated = true;
  #internals = this.attachInternals();
  #value = '';
  get value() { return this.#value }
  set value(value) { this.#internals.setFormValue((this.#value = value)) }
});
document.querySelector('#own').append(Object.assign(document.createElement('label'), { htmlFor: 'rate', textContent: 'Rate us' }), document.createElement('x-rate'));
Object.assign(document.querySelector('x-rate'), { id: 'rate' }).setAttribute('name', 'rate');
const gone = document.createElement('div');
gone.attachShadow({ mode: 'closed' }).append(Object.assign(document.createElement('input'), { name: 'closed' }));
document.querySelector('#own').append(gone);";

#[tokio::test]
async fn whose_hand_ticks() {
    with_forms(async |world| {
        world.go("/boxes/").await;
        let is = async |id: &str| read(world, &format!("(forms.boxes(form, flow.consent.purposes), forms.isTicked(document.querySelector('#{id}')))")).await;
        let boxes = "forms.boxes(form, flow.consent.purposes).map((one) => [one.purpose, one.box.id, one.text, one.preticked])";
        let expected = json!([["contact", "one", "I agree to this.", false], ["news", "two", "News", true]]);
        assert_eq!(read(world, boxes).await, expected, "without words there is nothing to agree to");
        // Scripts, in every way they have.
        for script in [
            "document.querySelector('#one').click()",
            "document.querySelector('#words').click()",
            "document.querySelector('#words b').click()",
            "const one = document.querySelector('#one'); one.checked = true; for (const kind of ['click', 'input', 'change']) one.dispatchEvent(new Event(kind, { bubbles: true }))",
            "document.querySelector('#one').checked = true",
        ] {
            world.browser.js("document.querySelector('#one').checked = false").await;
            world.browser.js(script).await;
            assert_eq!(is("one").await, false, "{script}");
        }
        world.browser.js("document.querySelector('#one').checked = false; document.querySelector('#off').click(); document.querySelector('#words i').click()")
            .await;
        // A person, by pointer, by the words, and by the keyboard.
        world.browser.click("#one").await;
        assert_eq!(is("one").await, true);
        world.browser.click("#words").await;
        assert_eq!(is("one").await, false, "unticked");
        world.browser.click("#words").await;
        assert_eq!(is("one").await, true);
        world.browser.press(&[' ']).await;
        assert_eq!(is("one").await, false, "unticked by the keyboard");
        world.browser.press(&[' ']).await;
        assert_eq!(is("one").await, true);
        world.browser.js("document.querySelector('#own').reset(); document.querySelector('#one').checked = true").await;
        assert_eq!(is("one").await, false, "what is reset is not agreed to");
        // What stood ticked never counts.
        for _ in 0..2 {
            world.browser.click("#around").await;
            assert_eq!(is("two").await, false);
        }
        // In a shadow root.
        world.browser.js("deep.click()").await;
        assert_eq!(world.browser.js("return forms.isTicked(deep)").await, false);
        let place = world.browser.client.find(fantoccini::Locator::Css("#shadow")).await.expect("the host");
        let root = place.shadow_root().await.expect("its root");
        let deep = root.find(fantoccini::Locator::Css("#deep")).await.expect("the box");
        for ticked in [false, true] {
            deep.click().await.expect("it can be clicked");
            assert_eq!(world.browser.js("return forms.isTicked(deep)").await, ticked);
        }
    })
    .await;
}

/// What stands in an open shadow root is read, what the page's own elements hold too; a closed one is closed.
#[tokio::test]
async fn shadow_roots_and_elements_of_the_pages_own() {
    with_forms(async |world| {
        world.go("/boxes/").await;
        let expected = json!([["inner", "Within", "short_text"], ["rate", "Rate us", "short_text"]]);
        let short = "all.filter(({ controls: [one] }) => !['mute', 'deep'].includes(one.id)).map((q) => [q.field, q.label, q.kind])";
        assert_eq!(read(world, short).await, expected);
        let filled = "[forms.takes(by('inner'), 'a'), forms.takes(by('rate'), '5'), (forms.fill(by('inner'), 'a'), forms.fill(by('rate'), '5'), forms.value(by('inner'))), new FormData(form).get('rate')]";
        assert_eq!(read(world, filled).await, json!([true, true, "a", "5"]));
        assert_eq!(read(world, "by('inner').required").await, true);
    })
    .await;
}
