// Sessions of the engine, and what they need of the page. A conversation and the forms of a page share that of
// their flow.
import { start as begin } from "prequal-engine-glue";
import { arrival, downloaded, join, named, utm } from "./address.js";
import { DOWNLOAD, EVENT, KEPT, NOTHING, NOWHERE, PAGE_VIEW, PART, SEPARATOR, SET } from "./crossing.js";
import { privacy } from "./privacy.js";
import * as store from "./store.js";
import type { Inside } from "./inside.js";
import { complain } from "./settings.js";
import type { Attending } from "./signals/main.js";
import type { Before } from "./signals/record.js";

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

/** What a form hears of its session. */
export type Hears = {
  /** A view, as JSON. */
  view(json: string): void;
  /** What a page is told where there is no conversation. */
  tellPage: Face["tellPage"];
  tells: Face["tells"];
  fail(error: unknown): void;
};

export type Session = {
  tell: Tell;
  /** Leads go out by it. */
  readonly sends: boolean;
  /** The conversation, once there is one. */
  face: Face | undefined;
  readonly hears: Set<Hears>;
  /** Ends that a form lets it hear of sightings; gives how many it heard of. */
  rest?: (() => number) | undefined;
};

/** What a session knows of the page it is on. */
export type Page = Pick<Inside, "base" | "landing" | "setting" | "subscribe" | "notice">;

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
export async function attend(page: Page, bytes: Uint8Array): Promise<Attending | undefined> {
  const text = new TextDecoder().decode(bytes);
  if (!ASKS.test(text)) return;
  try {
    const signals: typeof import("./signals/main.js") = await import(/* webpackIgnore: true */ `${page.base}prequal-signals.js`);
    return signals.attend(page, text);
  } catch (error) {
    complain("PQ403", `${page.base}prequal-signals.js`, `${error}. Upload dist/`);
  }
  return;
}

/** A session of a flow; or, where there is something wrong, its code, or nothing if that is the flow. */
export function open(page: Page, bytes: Uint8Array, locale: string, flow: string, endpoint: string | undefined, signals: Attending | undefined, face?: Face): Session | string | undefined {
  const { landing } = page;
  const hears = new Set<Hears>();
  const session: Session = { face, hears, sends: endpoint !== NOWHERE, tell: () => undefined };
  const guard: Face["guard"] =
    (run) =>
    (...args) => {
      try {
        return session.face ? session.face.guard(run)(...args) : run(...args);
      } catch (error) {
        for (const form of hears) form.fail(error);
        return;
      }
    };
  const tell: Tell | string | undefined = begin(bytes, locale, facts(endpoint, landing, signals?.before), query(landing), -new Date().getTimezoneOffset(), {
    outbox: { ...store, guard },
    happened(name: string, detail: string) {
      const texts = detail.split(SEPARATOR);
      const told = Object.fromEntries(texts.flatMap((key, i) => (i % 2 ? [] : [[key, texts[i + 1]!]])));
      // From the engine alone: an event of the page's own is no choice.
      if (name === "consent") signals?.chosen(told["choice"] === "given" ? told["purposes"]!.split(" ") : []);
      if (session.face) session.face.tellPage(name, told);
      else for (const form of hears) form.tellPage(name, told);
    },
    kept,
    keep,
    privacy,
    proves: (told: () => void) => void store.receipts().then((all) => all.length && told(), () => {}),
    tells: (field: string) => session.face?.tells(field) ?? [...hears].some((form) => form.tells(field)),
    draw(view: Uint8Array, byVisitor: boolean) {
      session.face?.draw(view, byVisitor);
      if (!hears.size) return;
      const json = new TextDecoder().decode(view);
      for (const form of hears) form.view(json);
    },
  });
  if (typeof tell !== "function") return tell;
  // Who comes back within the page by another campaign's address is touched anew.
  const touched = (path: string) =>
    path === location.pathname && location.search !== new URL(landing).search ? utm(location.search) : [];
  const say: Tell = (kind, place, text, chosen, ...rest) => {
    if (kind !== EVENT) return tell(kind, place, text, chosen, ...rest);
    const [name, times = 1] = text.split(SEPARATOR);
    return tell(kind, place, name!, Uint32Array.of(+times), ...rest);
  };
  // What earlier pages kept comes first, with its own times.
  for (const [kind, text, at] of signals?.before?.seen ?? []) say(kind, 0, text, NOTHING, false, at);
  session.tell = (kind, place, text, ...rest) => {
    if (kind === PAGE_VIEW) return say(kind, place, join([text, ...touched(text)]), ...rest);
    if (kind === SET) {
      // What the page knows is told to the flow that it names.
      const [to, values] = text.split(SEPARATOR);
      return to === named(flow) ? say(kind, place, values!, ...rest) : undefined;
    }
    const said = kind === DOWNLOAD ? downloaded(text) : text;
    return said === undefined ? said : say(kind, place, said, ...rest);
  };
  return session;
}
