// node main.js ROOT FOLDER PACE: visits every contender's pages in turns and writes what they cost to
// FOLDER/page.json. `cargo xtask bench page` starts it, with the browser's path in CHROME.

import { readFileSync, writeFileSync } from "node:fs";

import { launch } from "puppeteer-core";

import { many, signals } from "./signals.js";
import { firstQuestion, serve } from "./site.js";
import { FAST, SLOW, visit } from "./visit.js";

const PACES = { full: { rounds: 9, line: SLOW }, quick: { rounds: 1, line: FAST } };
const OTHERS = ["conversational-form", "survey-js-ui", "deep-chat"];
/**
 * How a widget can stand on a page: opened by a click, and fetched for it, or drawn as the page loads. There ours
 * comes twice, by its tag alone and with the links of docs/recipes/html.md.
 */
const WAYS = {
  click: { button: "document.querySelector('.open')", contenders: ["prequal", ...OTHERS] },
  load: { contenders: ["prequal", "prequal-preload", ...OTHERS] },
};
const OUR_LAUNCHER = "document.querySelector('prequal-chat').shadowRoot.querySelector('[part~=launcher]')";
const BROWSER = [
  // Its sandbox needs what root in a container has not.
  "--no-sandbox",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--lang=en-GB",
  // Fonts that a contender takes from elsewhere do not come, on any machine alike.
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];

const [root, folder, paceName] = process.argv.slice(2);
const { rounds, line } = PACES[paceName];
const flow = readFileSync(`${root}/www/demo/prequal.json`, "utf8");
const { question, options } = firstQuestion(JSON.parse(flow));
const texts = [question, ...options.map(({ label }) => label)];

const site = await serve(root, flow);
const busy = await serve(root, many(flow));
const browser = await launch({ executablePath: process.env.CHROME, args: BROWSER });
const result = { browser: await browser.version(), rounds, line, ways: {} };
try {
  const plain = `${site.origin}/pages/nothing/load.html`;
  for (const [way, { button, contenders }] of Object.entries(WAYS)) {
    const names = ["nothing", ...contenders];
    const samples = Object.fromEntries(names.map((name) => [name, []]));
    for (const name of names) site.prepare(`/pages/${name}/${way}.html`);
    for (let round = 0; round < rounds; round++) {
      for (let i = 0; i < names.length; i++) {
        // Each round begins with another one.
        const name = names[(round + i) % names.length];
        console.log(`round ${round + 1} of ${rounds}, by ${way}: ${name}`);
        const launcher = button && (name === "prequal" ? OUR_LAUNCHER : button);
        const address = `${site.origin}/pages/${name}/${way}.html`;
        const looked = name === "nothing" ? [] : texts;
        samples[name].push(await cost(visit(browser, { address, plain, texts: looked, launcher, line })));
      }
    }
    result.ways[way] = samples;
  }
  console.log("fifty signals");
  result.signals = [];
  const address = `${busy.origin}/pages/prequal/click.html`;
  busy.prepare("/pages/prequal/click.html");
  for (let round = 0; round < rounds; round++) {
    result.signals.push(await cost(signals(browser, { address, plain, texts, launcher: OUR_LAUNCHER, line })));
  }
} finally {
  await browser.close();
  site.close();
  busy.close();
}
const version = (name) => JSON.parse(readFileSync(new URL(`../node_modules/${name}/package.json`, import.meta.url))).version;
const versions = Object.fromEntries(OTHERS.map((name) => [name, version(name)]));
writeFileSync(`${folder}/page.json`, JSON.stringify({ ...result, versions }));

/** What a visit cost, or why it could not be made. */
async function cost(visit) {
  try {
    return await visit;
  } catch (error) {
    return { fault: String(error.message ?? error) };
  }
}
