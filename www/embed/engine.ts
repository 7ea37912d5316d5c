// The engine and what it needs of the page's scripts. It is fetched while the visitor reads the first
// question, and by itself where an earlier page left a lead to send.
import initialise, { alone, start as begin } from "prequal-engine-glue";
import { KEPT, NOTHING, NOWHERE, PAGE_VIEW, SEPARATOR } from "./crossing.js";
import { entries, OUTBOX, pending, RECEIPTS } from "./database.js";
import { privacy } from "./privacy.js";
import * as store from "./store.js";
import type { Abandon } from "./inside.js";
import type { subscribe } from "./signals.js";

type Subscribe = typeof subscribe;

/** Tells the engine what happened (`start` in src/web/engine.rs). */
export type Tell = (kind: number, place: number, text: string, chosen: Uint32Array, trusted: boolean, at: number) => string | undefined;

/** What the face and the script that connects them do for the engine. */
export type Face = {
  guard<A extends unknown[], R>(run: (...args: A) => R): (...args: A) => R | undefined;
  draw(view: Uint8Array, byVisitor: boolean): void;
  tellPage(name: string, detail?: Record<string, string>): void;
  /** Whether the page's author asked for the answers to a field. */
  tells(field: string): boolean;
  /** How many sightings its session has heard of already. */
  from?: number;
};

/** A session of the engine: a conversation and the forms of a page share that of their flow. */
export type Session = {
  tell: Tell;
  /** The conversation, once there is one. */
  face?: Face | undefined;
  /** What forms hear of: views, as JSON, and what a page is told where there is no conversation. */
  readonly hears: Set<Hears>;
  /** Ends that a form lets it hear of sightings; gives how many it heard of. */
  rest?: (() => number) | undefined;
};
export type Hears = { view(json: string): void; tellPage: Face["tellPage"]; tells: Face["tells"]; fail(error: unknown): void };

/** By what {@link named} makes of their flow. */
const sessions = new Map<string, Session>();
const named = (flow: string, endpoint: string | undefined) => JSON.stringify([new URL(flow, location.href).href, endpoint]);

let initialised: Promise<unknown> | undefined;

/** Several widgets of a page, and what earlier pages left, share one module. */
const ready = (wasm: Promise<Response>) =>
  (initialised ??= initialise({ module_or_path: wasm }).catch((error) => {
    // What the network kept back once may come the next time.
    initialised = undefined;
    throw error;
  }));

/** UTM parameters of a query: keys without the prefix, and values, in turn. */
function utm(search: string): string[] {
  const all = [...new URLSearchParams(search)].filter(([key]) => key.startsWith("utm_")).slice(0, 10);
  return all.flatMap(([key, value]) => [key.slice(4), value]);
}

const join = (texts: string[]) => texts.map((text) => text.replaceAll(SEPARATOR, " ")).join(SEPARATOR);

/** The page's address and where the visit came from; of the query, UTM parameters alone. */
function facts(endpoint: string | undefined, landing: string): string {
  const { origin, pathname } = location;
  const { pathname: entry, search } = new URL(landing);
  let referrer = "";
  try {
    const { host } = new URL(document.referrer);
    if (host !== location.host) referrer = host;
  } catch {
    // No referrer.
  }
  let target = endpoint ?? "";
  try {
    if (endpoint) target = new URL(endpoint, location.href).href;
  } catch {
    // Not an address; the engine says so.
  }
  return join([origin, pathname, entry, referrer, target, ...utm(search)]);
}

/** Names and values of the address's parameters, those of the present page last. The flow takes those that it names. */
const query = (landing: string) => join([new URL(landing).search, location.search].flatMap((search) => [...new URLSearchParams(search)].flat()));

/** What an earlier page kept of a flow. */
function kept(flow: string): string | undefined {
  try {
    return localStorage.getItem(KEPT + flow) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a text for a flow, or nothing; false where the browser does not. */
function keep(flow: string, text: string | undefined): boolean {
  try {
    if (text === undefined) localStorage.removeItem(KEPT + flow);
    else localStorage.setItem(KEPT + flow, text);
    return true;
  } catch {
    return false;
  }
}

/** A session of a flow; or, where there is something wrong, its code, or nothing if that is the flow. */
function open(bytes: Uint8Array, locale: string, endpoint: string | undefined, landing: string, face?: Face): Session | string | undefined {
  const session = { face, hears: new Set() } as Partial<Session> & Pick<Session, "hears">;
  const each = (run: (one: Hears) => void) => session.hears.forEach(run);
  const tellPage: Face["tellPage"] = (name, detail) => (session.face ? session.face.tellPage(name, detail) : each((one) => one.tellPage(name, detail)));
  const guard: Face["guard"] =
    (run) =>
    (...args) => {
      try {
        return session.face ? session.face.guard(run)(...args) : run(...args);
      } catch (error) {
        each((one) => one.fail(error));
        return;
      }
    };
  const tell: Tell | string | undefined = begin(bytes, locale, facts(endpoint, landing), query(landing), -new Date().getTimezoneOffset(), {
    outbox: { ...store, guard },
    guard,
    happened(name: string, detail: string) {
      const texts = detail.split(SEPARATOR);
      tellPage(name, Object.fromEntries(texts.flatMap((key, i) => (i % 2 ? [] : [[key, texts[i + 1]!]]))));
    },
    kept,
    keep,
    privacy,
    proves: (told: () => void) => void store.receipts().then((all) => all.length && told(), () => {}),
    tells: (field: string) => session.face?.tells(field) ?? [...session.hears].some((one) => one.tells(field)),
    draw(view: Uint8Array, byVisitor: boolean) {
      session.face?.draw(view, byVisitor);
      if (session.hears.size) {
        const json = new TextDecoder().decode(view);
        each((one) => one.view(json));
      }
    },
  });
  if (typeof tell !== "function") return tell;
  // Who comes back within the page by another campaign's address is touched anew.
  const touched = (path: string) =>
    path === location.pathname && location.search !== new URL(landing).search ? utm(location.search) : [];
  session.tell = (kind, place, text, ...rest) => tell(kind, place, kind === PAGE_VIEW ? join([text, ...touched(text)]) : text, ...rest);
  return session as Session;
}

/** Lets a form take part in the session of its flow; starts one where there is none. A form that the page itself posts needs no endpoint. */
export async function share(
  base: string,
  bytes: Uint8Array,
  locale: string,
  flow: string,
  endpoint: string | undefined,
  landing: string,
  subscribe: Subscribe,
): Promise<Session | string | undefined> {
  await ready(fetch(`${base}prequal-engine.wasm`));
  const there = sessions.get(named(flow, endpoint)) ?? sessions.get(named(flow, NOWHERE));
  if (there) return there;
  let session = open(bytes, locale, endpoint, landing);
  if (session === "PQ303") session = open(bytes, locale, (endpoint = NOWHERE), landing);
  if (typeof session === "object") {
    const { tell } = session;
    sessions.set(named(flow, endpoint), session);
    session.rest = subscribe((kind, text, at) => tell(kind, 0, text, NOTHING, false, at));
  }
  return session;
}

/** Starts a session, or takes over that of a form; nothing, where the flow or the endpoint is wrong and the widget was abandoned. */
export async function start(
  wasm: Promise<Response>,
  base: string,
  bytes: Uint8Array,
  locale: string,
  flow: string,
  endpoint: string | undefined,
  landing: string,
  abandon: Abandon,
  face: Face,
): Promise<Tell | undefined> {
  await ready(wasm);
  const there = endpoint === NOWHERE ? undefined : sessions.get(named(flow, endpoint));
  if (there && !there.face) {
    there.face = face;
    face.from = there.rest?.() ?? 0;
    there.rest = undefined;
    return there.tell;
  }
  const session = open(bytes, locale, endpoint, landing, face);
  if (typeof session === "object") {
    // What stands for a form asks by a flow of its own.
    if (endpoint !== NOWHERE) sessions.set(named(flow, endpoint), session);
    return session.tell;
  }
  if (session === "PQ303") {
    abandon(session, "data-endpoint", "Nothing says where leads go. Add delivery.endpoint to the flow, or data-endpoint to the tag.");
  } else if (session) {
    abandon(session, "data-endpoint", `Leads cannot be sent to “${endpoint ?? location.origin}”. Use an https address; http is for loopback alone.`);
  } else {
    // The page's own form shows at once, however long the explanation takes.
    abandon();
    await explain(base, bytes, flow, abandon);
  }
  return;
}

/** Lets the tools module say what is wrong with a flow, in words. */
async function explain(base: string, bytes: Uint8Array, flow: string, abandon: Abandon): Promise<void> {
  try {
    const tools: typeof import("prequal-tools-glue") = await import(/* webpackIgnore: true */ `${base}prequal-tools.js`);
    await tools.default({ module_or_path: fetch(`${base}prequal-tools.wasm`) });
    tools.report(bytes, flow);
  } catch {
    abandon("PQ100", flow, "The flow has mistakes, and the module that explains them could not be loaded. Upload all of dist/, or run a check.");
  }
}

/** Tells the outbox that has no session (`alone` in src/web/courier.rs). */
type Courier = (kind: number, text: string) => void;
const FOUND = 0;
const RETRY = 1;
const TAKE_BACK = 2;

let courier: Promise<Courier> | undefined;

/** An outbox without a session. An error of ours stays here: nobody waits for it. */
async function hire(base: string): Promise<Courier> {
  await ready(fetch(`${base}prequal-engine.wasm`));
  const guard: Face["guard"] =
    (run) =>
    (...args) => {
      try {
        return run(...args);
      } catch {
        return undefined;
      }
    };
  const tell: Courier = alone({ ...store, guard });
  const again = () => tell(RETRY, "");
  addEventListener("online", again);
  addEventListener("pageshow", again);
  return tell;
}

const hired = (base: string) =>
  (courier ??= hire(base).catch((error) => {
    courier = undefined;
    throw error;
  }));

async function deliver(base: string, texts: string[]): Promise<void> {
  if (!texts.length) return;
  const tell = await hired(base);
  for (const text of texts) tell(FOUND, text);
}

/** Sends what an earlier page stored and could not send; without any, nothing more is fetched. */
export const resume = async (base: string) => deliver(base, await pending());

/** Tries leads again that were refused for good. */
export const resend = async (base: string) => deliver(base, await store.revive());

/** Takes consent back to every lead of this browser on this site. */
export async function withdraw(base: string): Promise<void> {
  const { leads, receipts } = await stored();
  if (!leads.length && !receipts.length) return;
  (await hired(base))(TAKE_BACK, "");
  await store.idle();
}

export const { erase, idle } = store;

/** Texts of all leads and receipts in this browser. */
export async function stored(): Promise<{ leads: string[]; receipts: string[] }> {
  const texts = (all: [string, string][]) => all.map(([, text]) => text);
  return { leads: texts(await entries(OUTBOX)), receipts: texts(await entries(RECEIPTS)) };
}
