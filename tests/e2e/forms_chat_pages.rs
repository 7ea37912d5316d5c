//! The flow and the forms that conversations stand for.

use crate::page;

pub const FLOW: &str = r#"{
  "prequal": 1, "id": "fit", "version": 1, "title": "Fit", "locale": "en",
  "fields": [
    { "id": "industry", "kind": "single_choice", "label": "Industry", "score": "fit", "options": [
      { "id": "logistics", "label": "Logistics", "points": 20 },
      { "id": "retail", "label": "Retail", "points": 10 },
      { "id": "agency", "label": "Agency" }
    ] },
    { "id": "shipments", "kind": "number", "label": "Shipments" },
    { "id": "email", "kind": "email", "label": "Email", "personal": true }
  ],
  "scoring": { "scores": [{ "id": "fit", "label": "Fit", "cap": 20 }] },
  "stages": [{ "id": "unqualified" }, { "id": "mql", "from": 10 }],
  "conversation": { "start": "ask_industry", "steps": [
    { "id": "ask_industry", "say": ["Hello."], "ask": "industry", "branches": [
      { "when": { "==": [{ "var": "industry" }, "logistics"] }, "to": "ask_shipments" },
      { "when": { "==": [{ "var": "industry" }, "agency"] }, "to": "end_agency" }
    ], "next": "ask_email" },
    { "id": "ask_shipments", "ask": "shipments" },
    { "id": "ask_email", "ask": "email" },
    { "id": "ask_consent", "consent": true },
    { "id": "end", "end": "thanks" },
    { "id": "end_agency", "end": "no_fit" }
  ] },
  "consent": { "controller": "Northbeam", "notice_url": "/privacy/", "notice_version": "1", "retention_days": 30,
    "withdrawal": "Write to us.",
    "purposes": [{ "id": "contact", "text": "The flow's own words.", "required": true }, { "id": "news", "text": "News by mail." }] },
  "delivery": { "endpoint": "http://127.0.0.1:4174/v1/leads", "minimum_stage": "mql" },
  "outcomes": [
    { "id": "thanks", "kind": "talk_to_sales", "title": "We will call", "text": "Soon." },
    { "id": "no_fit", "kind": "suggest_vendor", "title": "Not for agencies", "text": "Sorry." }
  ],
  "translations": [{ "locale": "de", "texts": { "fields.industry.label": "Branche", "fields.industry.options.retail.label": "Handel",
    "consent.purposes.contact.text": "Ein Satz.", "conversation.steps.ask_industry.say.0": "Guten Tag." } }]
}"#;

/// Notes what the form's controls tell of.
pub const SCRIPT: &str = "window.heard = [];
for (const kind of ['input', 'change', 'submit']) {
  addEventListener(kind, (event) => {
    if (event.target.closest?.('form[data-prequal]')) heard.push(`${kind} ${event.target.name || event.target.id}`);
  }, true);
}";

/// A theme that lays its forms out, and a trap for robots.
pub const STYLE: &str = "form { display: grid } .away { position: absolute; left: -5000px }";

macro_rules! form_page {
    ($path:literal, $mode:literal, $($body:expr),+) => {
        page!(
            $path,
            "<link rel=stylesheet href=/form.css><script src=/heard.js></script>",
            concat!("<form id=own action=/contact method=post data-prequal=/prequal.json data-prequal-mode='", $mode, "'>"),
            $($body),+,
            "</form><script src=/prequal/prequal.js defer></script>"
        )
    };
}

/// What a form system writes, more or less.
macro_rules! controls {
    () => {
        "<input type=hidden name=token value=a1>
<p><label for=i>Your trade <span>*</span></label><select id=i name=industry required>
<option value=''>Please choose</option><option value=Logistics>Freight &amp; logistics</option><option value=retail>Shops</option>
<option value=agency>An agency</option><option value=farm>Farming</option></select></p>
<p><label>Parcels a month (required) <input name=shipments type=number min=10 step=10 required></label></p>
<fieldset><legend>Reference:</legend><input name=reference aria-labelledby=ref pattern='[A-Z]{3}-\\d+' title='Three letters, a dash, digits'><span id=ref>Your reference</span></fieldset>
<fieldset><legend>How shall we answer? *</legend><label><input type=radio name=channel value=mail required> By mail</label>
<label><input type=radio name=channel value=call> By telephone</label></fieldset>
<p><label for=m>Work email *</label><input id=m name='your-email' type=email required></p>
<p class=away><label>Leave this empty <input name=website></label></p>
<p><label><input type=checkbox name=acceptance-1 value=1 required> I agree that Northbeam <a href=/privacy/>stores</a> what I wrote. *</label></p>
<button name=go value=1>Send</button>"
    };
}

/// Controls that stand elsewhere, and one that the page has filled in already.
pub const OUTSIDE: (&str, &str) = page!(
    "outside",
    "<link rel=stylesheet href=/form.css><script src=/heard.js></script>
    <form id=own action=/contact method=post data-prequal=/prequal.json data-prequal-mode=chat></form>",
    "<p><label>Email <input form=own name=email type=email></label></p>
    <form id=other action=/contact method=post>
      <fieldset><legend>Trade</legend><fieldset><label>Trade in short <select form=own name=industry required>
        <option value=retail selected>Shops</option><option value=agency>Agencies</option></select></label></fieldset></fieldset>
      <label>Theirs <input name=theirs required></label>
    </form>
    <input form=own name=elements aria-label=City value=Bristol> <button form=own name=submit>Send</button>
    <input form=own type=hidden name=style><input form=own type=hidden name=lang><input form=own type=hidden name=isConnected>
    <input form=own type=hidden name=parentNode><input form=own type=hidden name=hidden><input form=own type=hidden name=noValidate>
    <script src=/prequal/prequal.js defer></script>"
);

/// A page that draws itself: what is in the place is new each time, with what the script remembers of it.
const DRAWN: &str = "const place = document.querySelector('#place');
const state = {};
window.draw = () => {
  const form = document.createElement('form');
  Object.assign(form, { id: 'own', action: '/contact', method: 'post' });
  form.setAttribute('data-prequal', '/prequal.json');
  form.setAttribute('data-prequal-mode', 'chat');
  for (const [name, title] of [['company', 'Your company'], ['industry', 'Your trade'], ['email', 'Your email']]) {
    const label = document.createElement('label');
    const control = document.createElement(name === 'industry' ? 'select' : 'input');
    if (name === 'industry') control.append(new Option('Please choose', ''), new Option('Shops', 'retail'), new Option('Agencies', 'agency'));
    control.name = name;
    control.required = true;
    control.value = state[name] ?? '';
    // As React does it: it hears of a change where the value is not what it set last.
    control.addEventListener('input', () => { if (remembers) state[name] = control.value; });
    label.append(title, ' ', control);
    form.append(label);
  }
  form.append(Object.assign(document.createElement('button'), { textContent: 'Send' }));
  place.replaceChildren(form);
};
let remembers = location.search !== '?forgets';
draw();";

/// A form system that posts by a script, and says in the form how it went.
const TAKEN: &str = "document.querySelector('#own').addEventListener('submit', (event) => {
  event.preventDefault();
  document.querySelector('#said').textContent = 'Thanks, ' + new FormData(event.target).get('your-email');
});";

pub const PAGES: &[(&str, &str)] = &[
    ("heard.js", SCRIPT),
    ("form.css", STYLE),
    form_page!("form", "chat", controls!()),
    OUTSIDE,
    ("drawn.js", DRAWN),
    page!(
        "drawn",
        "<div id=place></div><script src=/drawn.js></script><script src=/prequal/prequal.js defer></script>"
    ),
    ("taken.js", TAKEN),
    page!(
        "gate",
        "<link rel=stylesheet href=/form.css>",
        "<form id=own action=/contact method=post data-prequal=/prequal.json data-prequal-mode='chat gate'>",
        controls!(),
        "</form><script src=/prequal/prequal.js data-flow=/prequal.json data-endpoint=http://127.0.0.1:4174/v1/leads defer></script>"
    ),
    form_page!("taken", "chat", controls!(), "<p id=said role=status></p>", "<script src=/taken.js></script>"),
    (
        "error.js",
        "addEventListener('input', () => { throw new Error('theirs') }, true); setTimeout(() => { throw new Error('theirs') });",
    ),
    form_page!("error", "chat", "<script src=/error.js></script>", controls!()),
    KNOWN,
];

/// All that is asked stands in the form already; the flow is the tag's.
const KNOWN: (&str, &str) = page!(
    "known",
    "<form id=own action=/contact method=post data-prequal data-prequal-mode=chat>
    <p><label>Mail <input name=email type=email value=ada@fleetworks.example></label></p><button>Send</button></form>
    <script src=/prequal/prequal.js data-flow=/prequal.json defer></script>"
);
