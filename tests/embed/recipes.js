// Every piece of code in docs/recipes that is marked as tried, put on a page as its recipe says and opened
// in Chromium. `cargo xtask test recipes` starts it, with the browser's path in CHROME.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { launch } from "puppeteer-core";

import { bundle } from "./bundle.js";
import { sites } from "./sites.js";

const root = new URL("../../", import.meta.url);
const flow = JSON.parse(readFileSync(new URL("www/demo/prequal.json", root), "utf8"));
const first = flow.conversation.steps.find(({ ask }) => ask);

/** The code below `<!-- tried NAME -->` in a recipe. */
function code(recipe, name = "") {
  const text = readFileSync(new URL(`docs/recipes/${recipe}.md`, root), "utf8");
  const mark = ["<!-- tried", name, "-->"].filter(Boolean).join(" ");
  const found = text.split(`${mark}\n\`\`\``)[1];
  assert(found, `docs/recipes/${recipe}.md has no ${mark}`);
  return found.slice(found.indexOf("\n") + 1, found.indexOf("\n```"));
}

const { page: site, cdn } = await sites(root);
const browser = await launch({
  executablePath: process.env.CHROME,
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"],
});

/** Shows a page with this body, and hands it to `look`; no error may reach it. */
async function on(body, look, strict = true) {
  const shown = await browser.newPage();
  const errors = [];
  shown.on("pageerror", (error) => errors.push(error.message));
  shown.on("console", (line) => line.type() === "error" && errors.push(line.text()));
  await shown.goto(site.put(body, strict));
  await look(shown);
  assert.deepEqual(errors, [], "no error reaches the page");
  await shown.close();
}

const WIDGETS = "[...document.querySelectorAll('prequal-chat')]";

/** Presses the one launcher, and waits for the flow's first question. */
async function opens(shown) {
  const launcher = await shown.waitForFunction(`${WIDGETS}.at(-1)?.shadowRoot?.querySelector('[part~=launcher]')`);
  assert.equal(await shown.evaluate(`${WIDGETS}.length`), 1, "one widget");
  await launcher.click();
  await asks(shown);
}

async function asks(shown) {
  const said = JSON.stringify(first.say.at(-1));
  await shown.waitForFunction(`${WIDGETS}.some((one) => one.shadowRoot?.textContent.includes(${said}))`);
}

/** In the page's place, where the tag of the recipe would come from the CDN. */
const fromCdn = (text) => text.replaceAll("https://cdn.example.com", cdn).replaceAll("//cdn.example.com", cdn.slice("http:".length));

/** As Tag Manager runs a Custom HTML tag: each script made anew with its text, once the page is done. */
const asTag = (html) => `<script>
  addEventListener("load", () => setTimeout(fire));
  function fire() {
    const holder = document.createElement("div");
    holder.innerHTML = ${JSON.stringify(html).replaceAll("</", "<\\/")};
    for (const old of holder.querySelectorAll("script")) {
      const script = document.createElement("script");
      script.text = old.text;
      document.body.append(script);
    }
  }
</script>`;

const heard = (shown) => shown.evaluate("heard");
const GTAG = `<script>var heard = []; function gtag() { heard.push([...arguments]); }</script>`;

const RECIPES = {
  "html": () => on(code("html"), opens),
  "html, inline": () => on(code("html", "inline"), asks),
  "wordpress": () => on(code("wordpress"), opens),
  "webflow": () => on(fromCdn(code("webflow", "from a CDN")), opens),
  "shopify": () =>
    on(fromCdn(code("shopify", "from a CDN")), async (shown) => {
      // The theme editor draws the section again, and runs its scripts.
      await shown.evaluate(() => {
        const [old] = document.querySelectorAll(".shopify-section script");
        const script = document.createElement("script");
        for (const { name, value } of old.attributes) script.setAttribute(name, value);
        old.replaceWith(script);
        return new Promise((done) => (script.onload = done));
      });
      await opens(shown);
    }, false),
  "gtm": () => on(asTag(code("gtm", "as a tag")), opens, false),
  "gtm, twice": () =>
    on(asTag(code("gtm", "as a tag")) + "<script>addEventListener('load', () => setTimeout(() => fire(), 300))</script>", async (shown) => {
      await shown.waitForFunction("document.querySelectorAll('script[data-flow]').length === 2");
      await opens(shown);
    }, false),
  "react": async () => {
    const script = await bundle({ "app.jsx": code("react", "app.jsx") }, `
      import { createElement } from "react";
      import { createRoot } from "react-dom/client";
      import App from "./app.jsx";
      createRoot(document.querySelector("#app")).render(createElement(App));`);
    await on(`<div id="app"></div><script src="${site.file(script)}" defer></script>`, tells);
  },
  // Vue makes a policy of its own for Trusted Types, which the strict page does not allow.
  "vue": async () => {
    const script = await bundle({ "App.vue": code("vue", "App.vue") }, `
      import { createApp } from "vue";
      import App from "./App.vue";
      createApp(App).mount("#app");`);
    await on(`<div id="app"></div><script src="${site.file(script)}" defer></script>`, tells, false);
  },
  "ga4, by the widget": () =>
    on(GTAG + code("ga4", "bridge"), async (shown) => {
      await opens(shown);
      await shown.waitForFunction(`${WIDGETS}.length`);
      await new Promise((done) => setTimeout(done, 1500));
      assert.deepEqual(await heard(shown), [], "nothing before consent");
    }, false),
  "ga4, by the page": () =>
    on(GTAG + code("ga4", "listener"), async (shown) => {
      await opens(shown);
      await shown.waitForFunction("waiting.length > 0");
      assert.deepEqual(await heard(shown), [], "nothing before the banner says yes");
      await shown.evaluate("analyticsGranted()");
      const { kind } = flow.fields.find(({ id }) => id === first.ask);
      assert.deepEqual((await heard(shown)).at(-1), ["event", "prequal_step", { step: first.id, kind }]);
    }, false),
};

/** The app hears which step is asked. */
async function tells(shown) {
  await asks(shown);
  await shown.waitForFunction(`${WIDGETS}[0].dataset.step === ${JSON.stringify(first.id)}`);
}

try {
  for (const [name, attempt] of Object.entries(RECIPES)) {
    await attempt().catch((error) => {
      throw new Error(`${name}: ${error.message}`, { cause: error });
    });
    console.log(`tried ${name}`);
  }
} finally {
  await browser.close();
  site.close();
}
