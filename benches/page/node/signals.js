// A page on which much happens: a flow that counts fifty signals, and a visitor who sets them all off.

import { visit } from "./visit.js";

const COUNT = 50;

/** The flow with fifty signals, each of which brings a point. */
export function many(text) {
  const flow = JSON.parse(text);
  const [{ id: score }] = flow.scoring.scores;
  for (let place = 0; place < COUNT; place++) {
    const id = `seen_${place}`;
    // Half are pages, half are downloads.
    const path = place % 2 ? `/files/${place}.pdf` : `/part/${place}*`;
    flow.signals.push({ id, kind: place % 2 ? "download" : "page_view", label: id, path });
    flow.scoring.rules.push({ id, score, points: 1, reason: id, signal: id });
  }
  return JSON.stringify(flow);
}

/** A visit in which all of it is seen before the launcher is pressed. */
export function signals(browser, options) {
  return visit(browser, { ...options, before: (page) => page.evaluate(stroll, COUNT) });
}

/** Moves within the page and clicks on files, as fast as a script can: each in a task of its own. */
async function stroll(count) {
  const link = document.createElement("a");
  addEventListener("click", (event) => event.preventDefault());
  document.body.append(link);
  for (let place = 0; place < count; place++) {
    await new Promise((next) => setTimeout(next));
    if (place % 2) {
      link.href = `/files/${place}.pdf`;
      link.click();
    } else {
      history.pushState(null, "", `/part/${place}`);
    }
  }
  link.remove();
}
