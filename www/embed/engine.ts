// The engine and what it needs of the page's scripts. It is fetched while the visitor reads the first
// question, and by itself where an earlier page left a lead to send.
import initialise, { alone, start as begin } from "prequal-engine-glue";
import { arrival, downloaded, join, utm } from "./address.js";
import { DOWNLOAD, EVENT, KEPT, PAGE_VIEW, PART, SEPARATOR } from "./crossing.js";
import { entries, OUTBOX, pending, RECEIPTS } from "./database.js";
import { privacy } from "./privacy.js";
import * as store from "./store.js";
import type { Abandon, Inside } from "./inside.js";
import { complain } from "./settings.js";
import type { Attending } from "./signals/main.js";
import type { Before } from "./signals/record.js";

/** Tells the engine what happened (`start` in src/web/engine.rs). */
export type Tell = (kind: number, place: number, text: string, chosen: Uint32Array, trusted: boolean, at: number) => string | undefined;

/** What the face and the script that connects them do for the engine. */
type Face = {
  guard<A extends unknown[], R>(run: (...args: A) => R): (...args: A) => R | undefined;
  draw(view: Uint8Array, byVisitor: boolean): void;
  tellPage(name: string, detail?: Record<string, string>): void;
  /** Whether the page's author asked for the answers to a field. */
  tells(field: string): boolean;
};

let initialised: Promise<unknown> | undefined;

/** Several widgets of a page, and what earlier pages left, share one module. */
const ready = (wasm: Promise<Response>) =>
  (initialised ??= initialise({ module_or_path: wasm }).catch((error) => {
    // What the network kept back once may come the next time.
    initialised = undefined;
    throw error;
  }));

/** The page's address, and where the visit came from. */
function facts(endpoint: string | undefined, landing: string, before: Before | undefined): string {
  const { origin, pathname } = location;
  let target = endpoint ?? "";
  try {
    if (endpoint) target = new URL(endpoint, location.href).href;
  } catch {
    // Not an address; the engine says so.
  }
  const { first = arrival(landing), last, visits = "", touches = "" } = before ?? {};
  const all = [first, last].flatMap((touch) => (touch ? [join([touch.path, touch.referrer, ...touch.utm])] : []));
  return [join([origin, pathname, target, `${visits}`, `${touches}`]), ...all].join(PART);
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

/** What a flow says that asks for the script of signals. */
const ASKS = /"kind"\s*:\s*"(outbound|scroll|engaged|return_visit|element_seen|video|search|form_\w+)"|"memory"\s*:/;

/** Lets the page be watched for what the flow declares. Without the script, which is one of dist/, what it would see is not counted. */
async function attend(inside: Inside, base: string, bytes: Uint8Array): Promise<Attending | undefined> {
  const text = new TextDecoder().decode(bytes);
  if (!ASKS.test(text)) return;
  try {
    const signals: typeof import("./signals/main.js") = await import(/* webpackIgnore: true */ `${base}prequal-signals.js`);
    return signals.attend(inside, text);
  } catch (error) {
    complain("PQ403", `${base}prequal-signals.js`, `${error}. Upload dist/`);
  }
  return;
}

/** Starts a session; nothing, where the flow or the endpoint is wrong and the widget was abandoned. */
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
  inside: Inside,
): Promise<Tell | undefined> {
  const attending = attend(inside, base, bytes);
  await ready(wasm);
  const signals = await attending;
  const happened = (name: string, detail: string) => {
    const texts = detail.split(SEPARATOR);
    const told = Object.fromEntries(texts.flatMap((key, i) => (i % 2 ? [] : [[key, texts[i + 1]!]])));
    // From the engine alone: an event of the page's own is no choice.
    if (name === "consent") signals?.chosen(told["choice"] === "given" ? told["purposes"]!.split(" ") : []);
    face.tellPage(name, told);
  };
  const tell: Tell | string | undefined = begin(bytes, locale, facts(endpoint, landing, signals?.before), query(landing), -new Date().getTimezoneOffset(), {
    outbox: { ...store, guard: face.guard },
    happened,
    kept,
    keep,
    privacy,
    proves: (told: () => void) => void store.receipts().then((all) => all.length && told(), () => {}),
    ...face,
  });
  if (typeof tell === "function") {
    // Who comes back within the page by another campaign's address is touched anew.
    const touched = (path: string) =>
      path === location.pathname && location.search !== new URL(landing).search ? utm(location.search) : [];
    const say: Tell = (kind, place, text, chosen, ...rest) => {
      if (kind !== EVENT) return tell(kind, place, text, chosen, ...rest);
      const [name, times = 1] = text.split(SEPARATOR);
      return tell(kind, place, name!, Uint32Array.of(+times), ...rest);
    };
    // What earlier pages kept comes first, with its own times.
    for (const [kind, text, at] of signals?.before?.seen ?? []) say(kind, 0, text, new Uint32Array(), false, at);
    return (kind, place, text, ...rest) => {
      if (kind === PAGE_VIEW) return say(kind, place, join([text, ...touched(text)]), ...rest);
      const said = kind === DOWNLOAD ? downloaded(text) : text;
      return said === undefined ? said : say(kind, place, said, ...rest);
    };
  }
  if (tell === "PQ303") {
    abandon(tell, "data-endpoint", "Nothing says where leads go. Add delivery.endpoint to the flow, or data-endpoint to the tag.");
  } else if (tell) {
    abandon(tell, "data-endpoint", `Leads cannot be sent to “${endpoint ?? location.origin}”. Use an https address; http is for loopback alone.`);
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
