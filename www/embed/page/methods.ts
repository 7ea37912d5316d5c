// What a page can ask of a widget beside opening and closing it. A method called before the widget is
// loaded waits, or is kept in memory until it is; none of them loads it but `start`.
import { named } from "../address.js";
import { asked, Silence } from "../database.js";
import { EVENT, EXPORT, GO, NOTHING, RESET, SEPARATOR, SET, WITHDRAW } from "../crossing.js";
import type { Inside } from "../inside.js";
import { complain } from "../settings.js";
import { authored } from "./authored.js";
import { everything, removeAll, type Kept } from "../signals/record.js";
import { forget } from "./record.js";

export type ConsentState = "none" | "given" | "refused" | "withdrawn";

/** All that is held of the visitor: in memory, and in this browser until it is delivered. */
export type Held = {
  /** By the ids of fields. */
  answers: Record<string, unknown>;
  /** As it would be sent. */
  lead: unknown;
  /** By the ids of purposes, once the visitor has chosen. */
  granted: Record<string, boolean> | null;
  /** Leads of this visit that are not delivered yet. */
  queued: unknown[];
  /** Leads in this browser's storage, also of earlier visits. */
  stored: unknown[];
  /** What was agreed to in this browser on this site, and taken back, also on earlier visits. */
  receipts: unknown[];
  /** What flows keep of signals in this browser, for a visitor who agreed to that. */
  kept: Kept[];
};

export type Listener = (event: CustomEvent<Record<string, string>>) => void;

export interface Methods {
  /** Hears of `prequal:NAME`, as `addEventListener` does. */
  on(name: string, listener: Listener): Promise<void>;
  off(name: string, listener: Listener): Promise<void>;
  /** Opens the panel; an inline widget is always open. Quietly: focus stays where it is. */
  open(quietly?: boolean): Promise<void>;
  /** Closes the panel; everything answered stays. */
  close(): void;
  /** Opens the panel, or closes it. */
  toggle(): Promise<void>;
  /** Begins the conversation anew. */
  reset(): Promise<void>;
  /** Opens the panel; with the id of a step, the conversation begins anew there. */
  start(step?: string): Promise<void>;
  /** Tells what the page knows, by the ids of fields: it is not asked. */
  set(values: Record<string, unknown>): Promise<void>;
  /** Tells that something happened, or so many of it, which signals of the kind `event` count by its name. */
  track(event: string, count?: number): Promise<void>;
  /** Says what the visitor chose, and opens the panel where the choice is waited for. */
  consent(): Promise<ConsentState>;
  /**
   * Takes consent back: nothing more is sent, what was not delivered is deleted, and what may have been is
   * followed by a notice.
   */
  withdraw(): Promise<void>;
  /** Gives all that is held of the visitor. */
  exportData(): Promise<Held>;
  /** Takes consent back and deletes everything that this site keeps of ours in this browser. */
  erase(): Promise<void>;
  /** Takes the widget off the page for good. */
  destroy(): Promise<void>;
}

const withdrawn = new WeakSet<Inside>();

/** Tells the engine, where the conversation has been loaded. */
async function say(inside: Inside, kind: number, text = ""): Promise<string | undefined> {
  await inside.talk?.connected;
  return inside.talk?.tell?.(kind, 0, text, NOTHING, false, Date.now());
}

export async function on({ host }: Inside, name: string, listener: Listener): Promise<void> {
  host.addEventListener(`prequal:${name}`, listener as EventListener);
}

export async function off({ host }: Inside, name: string, listener: Listener): Promise<void> {
  host.removeEventListener(`prequal:${name}`, listener as EventListener);
}

export async function toggle(inside: Inside): Promise<void> {
  const { host } = inside;
  return host.hasAttribute("open") ? host.close() : host.open();
}

export async function reset(inside: Inside): Promise<void> {
  await say(inside, RESET);
}

export async function start(inside: Inside, step?: string): Promise<void> {
  await inside.host.open();
  await inside.load();
  if (step === undefined) return;
  const { steps } = authored(inside);
  if (!steps.includes(step)) return complain("PQ406", "start()", `The flow has no step “${step}”. It has: ${steps.join(", ")}.`);
  await say(inside, GO, step);
}

export async function set(inside: Inside, values: Record<string, unknown>): Promise<void> {
  inside.known = { ...inside.known, ...values };
  const fields = inside.talk && authored(inside).fields.map(({ id }) => id);
  const unknown = fields && Object.keys(values).find((id) => !fields.includes(id));
  if (unknown !== undefined) complain("PQ406", "set()", `The flow has no field “${unknown}”. It has: ${fields!.join(", ")}.`);
  // For the forms of its flow too; whoever is not there yet hears of it with the beginning.
  inside.notice(SET, named(inside.setting("flow") ?? "") + SEPARATOR + JSON.stringify(values));
}

export async function track(inside: Inside, event: string, count = 1): Promise<void> {
  const name = `${event}`.replaceAll(SEPARATOR, " ");
  // The engine counts in 32 bits.
  const times = Math.min(Math.floor(count), 2 ** 32 - 1);
  if (times >= 1) inside.notice(EVENT, times > 1 ? name + SEPARATOR + times : name);
  else complain("PQ406", "track()", `“${count}” is no number of times. Write a whole number from 1 up.`);
}

async function held(inside: Inside): Promise<Omit<Held, "stored" | "receipts" | "kept"> | undefined> {
  const text = await say(inside, EXPORT);
  return text ? JSON.parse(text) : undefined;
}

export async function consent(inside: Inside): Promise<ConsentState> {
  const granted = (await held(inside))?.granted;
  if (granted) return Object.values(granted).includes(true) ? "given" : "refused";
  if (inside.host.shadowRoot?.querySelector("[data-act=agree]")) await inside.host.open();
  return withdrawn.has(inside) ? "withdrawn" : "none";
}

/** What speaks to this browser's outbox, where there is something in it: naming it would make it. */
async function outbox(inside: Inside): Promise<typeof import("../engine.js") | undefined> {
  try {
    const all = await asked(() => indexedDB.databases());
    return all.some(({ name }) => name?.startsWith("prequal")) ? await inside.script("engine") : undefined;
  } catch (error) {
    if (error instanceof Silence) throw error;
    // Storage is denied: nothing is in it.
    return undefined;
  }
}

/** Milliseconds after which nothing is expected of the browser's storage any more. */
const STORAGE_PATIENCE = 20_000;

/** What comes of work with the browser's storage; rejects where that does not answer. */
const answered = <T>(work: Promise<T>): Promise<T> =>
  Promise.race([
    work,
    new Promise<never>((_, reject) => setTimeout(reject, STORAGE_PATIENCE, new Silence())),
  ]);

async function takeBack(inside: Inside): Promise<void> {
  if ((await held(inside))?.granted) withdrawn.add(inside);
  await say(inside, WITHDRAW);
  // Where no conversation was begun, nobody else does.
  removeAll();
  const engine = await outbox(inside);
  await engine?.idle();
  // Where no conversation was begun, and what its own left over.
  await engine?.withdraw(inside.base);
}

export const withdraw = (inside: Inside): Promise<void> => answered(takeBack(inside));

export async function exportData(inside: Inside): Promise<Held> {
  const { leads, receipts } = (await (await outbox(inside))?.stored()) ?? { leads: [], receipts: [] };
  const read = (texts: string[]) => texts.map((text) => JSON.parse(text));
  return { answers: {}, lead: null, granted: null, queued: [], ...(await held(inside)), stored: read(leads), receipts: read(receipts), kept: everything() };
}

export async function erase(inside: Inside): Promise<void> {
  await withdraw(inside);
  const deleted = async () => (await outbox(inside))?.erase();
  await answered(deleted());
  forget();
}

export async function destroy(inside: Inside): Promise<void> {
  inside.host.close();
  inside.host.remove();
  inside.talk?.end?.();
  inside.talk = inside.loading = undefined;
}
