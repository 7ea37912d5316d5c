// Opening by itself: when, where, for whom and how often. It never lies over a dialog or a consent banner,
// takes no focus from the page, and is called off when the visitor is elsewhere by then.
import { PAGE_VIEW } from "../crossing.js";
import type { Inside } from "../inside.js";
import { complain } from "../settings.js";
import { isClear, isWriting } from "./clear.js";
import { meant } from "./paths.js";
import { chosen, isReturning, note, openings } from "./record.js";

/** Milliseconds between looks at whether the way is clear. */
const PAUSE = 250;
const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

type Trigger = { kind: string; value: string };

/** Milliseconds. */
function duration(text: string): number | undefined {
  const number = Number.parseFloat(text);
  const unit = UNITS[text.replace(/[\d.\s]/g, "") || "s"];
  return unit && number >= 0 ? number * unit : undefined;
}

/** `delay 20s, scroll 50%, exit, view #prices, load`. */
function triggers(text: string): Trigger[] {
  const all = text.split(",").map((one) => one.trim()).filter(Boolean);
  return all.map((one) => {
    const kind = one.split(/\s/, 1)[0]!;
    return { kind, value: one.slice(kind.length).trim() };
  });
}

/** How often at most, and within how many milliseconds: `1`, `2/7d`. */
function limit(text: string | undefined): [most: number, within: number] {
  const [most, within] = (text ?? "1").split("/");
  return [Number(most) || 1, within === undefined ? Infinity : (duration(within) ?? Infinity)];
}

/** What a trigger listens to, until the signal. */
type Arm = (value: string, fire: () => void, signal: AbortSignal) => void;

const KINDS: Record<string, Arm> = {
  click() {},
  load: (_, fire) => fire(),
  delay(value, fire, signal) {
    const timer = setTimeout(fire, duration(value)!);
    signal.addEventListener("abort", () => clearTimeout(timer));
  },
  scroll(value, fire, signal) {
    const share = Number.parseFloat(value) / 100;
    const look = () => {
      const { scrollHeight } = document.documentElement;
      if (scrollHeight > innerHeight && scrollY >= share * (scrollHeight - innerHeight) - 1) fire();
    };
    addEventListener("scroll", look, { passive: true, capture: true, signal });
  },
  exit(_, fire, signal) {
    // Towards the tabs and the address. A finger leaves no such trace.
    const look = (event: MouseEvent) => {
      if (!event.relatedTarget && event.clientY <= 0) fire();
    };
    document.addEventListener("mouseout", look, { passive: true, signal });
  },
  view(value, fire, signal) {
    const near = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) fire();
    });
    // A page that draws itself may not have it yet.
    const find = () => {
      const found = document.querySelector(value);
      if (found) near.observe(found);
      else timer = setTimeout(find, PAUSE);
    };
    let timer: ReturnType<typeof setTimeout>;
    find();
    signal.addEventListener("abort", () => (near.disconnect(), clearTimeout(timer)));
  },
};

/** Whether a trigger can be read; a selector is tried out. */
function isGood({ kind, value }: Trigger): boolean {
  switch (kind) {
    case "delay":
      return duration(value) !== undefined;
    case "scroll":
      return Number.parseFloat(value) >= 0 && Number.parseFloat(value) <= 100;
    case "view":
      try {
        return document.createDocumentFragment().querySelector(value) === null;
      } catch {
        return false;
      }
    default:
      return Object.hasOwn(KINDS, kind);
  }
}

/** From now on the widget opens by itself as its attributes say. */
export function arm(inside: Inside): void {
  const { host, script, setting } = inside;
  if (!host.isConnected) return;
  if (setting("signals") != null) script("signals").then((signals: typeof import("../signals/main.js")) => signals.arm(inside)).catch(unwatched);
  if (!setting("opening")) return;
  const wanted = triggers(setting("opening")!);
  const bad = wanted.find((one) => !isGood(one));
  if (bad) {
    complain("PQ407", "data-opening", `“${bad.kind} ${bad.value}” is not understood. Write load, delay 20s, scroll 50%, exit or view #selector.`);
    return;
  }
  const [most, within] = limit(setting("limit"));
  const visitors = setting("visitors");
  const over = new AbortController();
  let page = new AbortController();
  let waiting: ReturnType<typeof setTimeout> | undefined;
  /** The visitor opened it: there is nothing to draw attention to any more. */
  let isKnown = host.hasAttribute("open");
  let byItself = false;

  const may = () =>
    host.isConnected &&
    !isKnown &&
    !host.hidden &&
    meant(setting("paths"), location.pathname) &&
    !(visitors === "returning" && !isReturning(inside)) &&
    !(visitors === "new" && isReturning(inside)) &&
    openings(inside).filter((time) => time > Date.now() - within).length < most;

  const attempt = async () => {
    waiting = undefined;
    if (!may()) return;
    if (document.hidden || isWriting() || !isClear(setting("avoid"))) {
      waiting = setTimeout(attempt, PAUSE);
      return;
    }
    byItself = true;
    note(inside);
    await host.open(true);
    byItself = false;
  };
  const fire = () => {
    // One attempt at a time, in a turn of its own: what opens must not hold up a scroll.
    waiting ??= setTimeout(attempt);
  };
  const begin = () => {
    page.abort();
    page = new AbortController();
    clearTimeout(waiting);
    waiting = undefined;
    if (!may()) return;
    for (const { kind, value } of wanted) KINDS[kind]!(value, fire, page.signal);
  };

  const opened = new MutationObserver(() => {
    if (!byItself && host.hasAttribute("open")) isKnown = true;
  });
  opened.observe(host, { attributeFilter: ["open"] });
  host.addEventListener(
    "prequal:consent",
    (event) => {
      const { choice, purposes } = (event as CustomEvent<Record<string, string>>).detail;
      chosen(inside, choice!, purposes!);
    },
    { signal: over.signal },
  );
  const end = inside.subscribe((kind) => kind === PAGE_VIEW && begin(), Infinity);
  inside.rest = () => {
    over.abort();
    page.abort();
    clearTimeout(waiting);
    opened.disconnect();
    end();
  };
  begin();
}

/** A page that is not watched keeps its widget. */
const unwatched = (error: unknown) => complain("PQ403", "data-signals", `${error}. Upload dist/`);
