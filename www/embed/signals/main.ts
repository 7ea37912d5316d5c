// Behaviour on the page that a flow declares, and nothing else: fetched for a page that asks for it by data-signals,
// and for a conversation whose flow declares such signals. What is seen waits in memory for the engine (signals.ts);
// what of it may stay in the browser is for the record.
import { arrival, away, downloaded, join } from "../address.js";
import { DOWNLOAD, EVENT, PAGE_VIEW, SEPARATOR, SIGNAL } from "../crossing.js";
import type { Inside } from "../inside.js";
import type { Page } from "../session.js";
import { complain } from "../settings.js";
import { declared, glob, type Declared, type See, type Signal, type Turn } from "./declared.js";
import { elements } from "./elements.js";
import { engaged } from "./engaged.js";
import { forms } from "./forms.js";
import { type Before, Memory } from "./record.js";
import { scroll } from "./scroll.js";
import { videos } from "./videos.js";

export type Attending = {
  /** What earlier pages kept. */
  before: Before | undefined;
  /** The visitor chose: the purposes agreed to. */
  chosen(purposes: string[]): void;
};

/** By the kind: what begins anew with each page. */
const PAGES: Record<string, (see: See) => Turn> = { scroll, engaged, element_seen: elements, video: videos };

/** How long a site that moves within a page may take to draw the next one, in milliseconds. */
const DRAWN = 500;

/** By flow. */
const attended = new Map<string, Attending>();

/** Runs when the page has nothing else to do. */
const idle = () => new Promise<unknown>((run) => ("requestIdleCallback" in self ? requestIdleCallback(run, { timeout: 3000 }) : setTimeout(run, 200)));

/** Watches a page on which nobody has opened a conversation. */
export async function arm(inside: Inside): Promise<void> {
  await idle();
  const address = inside.setting("flow");
  // A flow that does not come is told of when the widget is opened.
  const reply = address ? await fetch(address).catch(() => {}) : undefined;
  try {
    if (reply?.ok) attend(inside, await reply.text());
  } catch (error) {
    // What cannot be watched takes no widget off the page.
    complain("PQ404", location.pathname, `Signals are not watched (${error}).`);
  }
}

/** Watches for what a flow declares; once, whoever asks. */
export function attend(inside: Page, text: string): Attending | undefined {
  const flow = declared(text);
  if (!flow) return undefined;
  const known = attended.get(flow.id);
  if (known) return known;
  const memory = flow.memory && new Memory(flow.id, flow.memory.purpose, flow.memory.days, arrival(inside.landing));
  const attending = { before: memory?.before, chosen: (purposes: string[]) => memory?.chosen(purposes) };
  attended.set(flow.id, attending);
  watch(inside, flow, memory);
  return attending;
}

function watch(inside: Page, flow: Declared, memory: Memory | undefined): void {
  const { signals } = flow;
  const of = (kind: string) => signals.filter((signal) => signal.kind === kind);
  const see: See = (signal, page, at = Date.now()) => {
    const text = join([flow.id, signal.id, page]);
    memory?.add([SIGNAL, text, at]);
    inside.notice(SIGNAL, text, at);
  };
  const turns = Object.entries(PAGES).flatMap(([kind, make]) => (of(kind).length ? [[kind, make(see)] as const] : []));
  const form = signals.some(({ kind }) => kind.startsWith("form_")) ? forms(signals, see, inside.setting("flow")) : undefined;
  let drawn: ReturnType<typeof setTimeout> | undefined;
  const turn = (page: string) => {
    form?.leave();
    for (const [, begin] of turns) begin([], page);
    clearTimeout(drawn);
    const begin = () => {
      for (const [kind, begin] of turns) begin(of(kind).filter((signal) => glob(signal.path, page)), page);
    };
    // What the page before shows is not taken for this one's.
    if (turns.length) drawn = setTimeout(begin, DRAWN);
  };
  /** As what something that was noticed is kept, if this flow counts it. */
  const kept = (kind: number, text: string): string | undefined => {
    const counts = (name: string, value: string) => of(name).some((signal) => glob(signal.path, value));
    if (kind === PAGE_VIEW) return flow.asksPages || counts("page_view", text) ? text : undefined;
    if (kind === EVENT) return counts("event", text.split(SEPARATOR)[0]!) ? text : undefined;
    const file = kind === DOWNLOAD ? downloaded(text) : undefined;
    return file !== undefined && counts("download", file) ? file : undefined;
  };
  let page = location.pathname;
  let isNow = false;
  const search = searches(of("search"), see);
  // What was noticed before this script came is heard at once.
  inside.subscribe((kind, text, at) => {
    const what = memory && kept(kind, text);
    if (what !== undefined) memory!.add([kind, what, at]);
    if (kind === PAGE_VIEW) {
      page = text;
      if (isNow) {
        turn(page);
        search();
      }
    }
    const link = kind === DOWNLOAD ? away(text) : undefined;
    for (const signal of link === undefined ? [] : of("outbound")) if (glob(signal.path, link!)) see(signal, link!, at);
  });
  isNow = true;
  if (memory?.isReturn) {
    const back = of("return_visit").filter(({ least, path }) => memory.before!.visits >= least! && glob(path, page));
    for (const signal of back) see(signal, page);
  }
  turn(page);
  search();
  const leave = () => {
    form?.leave();
    memory?.write();
  };
  addEventListener("pagehide", leave);
  if (memory) document.addEventListener("visibilitychange", () => document.hidden && memory.write());
}

/** What was searched for on the site, by the addresses of its pages. The term itself is told to nobody. */
function searches(all: Signal[], see: See): () => void {
  /** By signal: the page and the term that it was looked at for last. */
  const known = new Map<string, string>();
  const look = () => {
    const { pathname, search } = location;
    for (const signal of all) {
      const term = new URLSearchParams(search).get(signal.parameter!)?.trim();
      const now = `${pathname} ${term}`;
      const isOther = known.get(signal.id) !== now;
      known.set(signal.id, now);
      if (term && isOther && glob(signal.path, term)) see(signal, pathname);
    }
  };
  if (all.length) {
    // Results that change the query alone are no other page to signals.ts.
    const later = () => setTimeout(look, 400);
    addEventListener("popstate", look, true);
    (self as { navigation?: EventTarget }).navigation?.addEventListener("currententrychange", look);
    for (const deed of ["click", "submit"]) addEventListener(deed, later, { capture: true, passive: true });
  }
  return look;
}
