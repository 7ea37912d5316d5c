// The engine and what it needs of the page's scripts. It is fetched while the visitor reads the first
// question, and by itself where an earlier page left a lead to send.
import initialise, { alone } from "prequal-engine-glue";
import { named } from "./address.js";
import { NOTHING, NOWHERE } from "./crossing.js";
import { entries, OUTBOX, pending, type Place, RECEIPTS } from "./database.js";
import { attend, type Face, open, type Page, type Session, type Tell } from "./session.js";
import * as store from "./store.js";
import type { Abandon } from "./inside.js";

export type { Face, Hears, Session, Tell } from "./session.js";

let initialised: Promise<unknown> | undefined;

/** Several widgets of a page, and what earlier pages left, share one module. */
const ready = (wasm: Promise<Response>) =>
  (initialised ??= initialise({ module_or_path: wasm }).catch((error) => {
    // What the network kept back once may come the next time.
    initialised = undefined;
    throw error;
  }));

/** By the address of their flow: sessions that a form, or a conversation, may join. */
const sessions = new Map<string, Session>();

/** Lets a form take part in the session of its flow; starts one where there is none. `sends`: the lead goes out by the
 *  session; a form that the page itself posts needs no endpoint. Gives what is wrong, code and words, where there is. */
export async function share(page: Page, bytes: Uint8Array, locale: string, flow: string, endpoint: string | undefined, sends: boolean): Promise<Session | [code: string, text: string]> {
  const attending = attend(page, bytes);
  await ready(fetch(`${page.base}prequal-engine.wasm`));
  const signals = await attending;
  const there = sessions.get(named(flow));
  if (there && (there.sends || !sends)) return there;
  let session = open(page, bytes, locale, flow, endpoint, signals);
  if (session === "PQ303" && !sends) session = open(page, bytes, locale, flow, NOWHERE, signals);
  if (typeof session !== "object") return session ? [session, refusal(session, endpoint)] : ["PQ100", "The flow has mistakes. Run prequal check."];
  const { tell } = session;
  sessions.set(named(flow), session);
  session.rest = page.subscribe((kind, text, at) => tell(kind, 0, text, NOTHING, false, at));
  return session;
}

/** Why leads cannot be sent, in words. */
const refusal = (code: string, endpoint: string | undefined) =>
  code === "PQ303"
    ? "Nothing says where leads go. Add delivery.endpoint to the flow, or data-endpoint to the tag."
    : `Leads cannot be sent to “${endpoint ?? location.origin}”. Use an https address; http is for loopback alone.`;

/** Starts a session, or takes over that of a form; nothing, where the flow or the endpoint is wrong and the widget was
 *  abandoned. */
export async function start(
  page: Page,
  wasm: Promise<Response>,
  bytes: Uint8Array,
  locale: string,
  flow: string,
  endpoint: string | undefined,
  abandon: Abandon,
  face: Face,
): Promise<Tell | undefined> {
  const attending = attend(page, bytes);
  await ready(wasm);
  const signals = await attending;
  // What stands for a form asks by a flow of its own.
  const name = endpoint === NOWHERE ? undefined : named(flow);
  const there = name && sessions.get(name);
  if (there && there.sends && !there.face) {
    there.face = face;
    face.from = there.rest?.() ?? 0;
    there.rest = undefined;
    return there.tell;
  }
  const session = open(page, bytes, locale, flow, endpoint, signals, face);
  if (typeof session === "object") {
    if (name) sessions.set(name, session);
    return session.tell;
  }
  if (session) {
    abandon(session, "data-endpoint", refusal(session, endpoint));
  } else {
    // The page's own form shows at once, however long the explanation takes.
    abandon();
    await explain(page.base, bytes, flow, abandon);
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
  const texts = async (place: Place) => (await entries(place)).map(([, text]) => text);
  return { leads: await texts(OUTBOX), receipts: await texts(RECEIPTS) };
}
