// When the widget opened by itself. It lasts as long as the page; longer, in localStorage, only once the
// visitor agreed to the purpose that the author names for it.
import { KEPT } from "../crossing.js";
import type { Inside } from "../inside.js";

const KEY = "prequal-opened:";

type Record = { since: number; opened: number[] };

/** By flow: of this page's life. */
const memory = new Map<string, number[]>();
/** When the page's life began. */
const begun = Date.now();

const key = (inside: Inside) => KEY + (inside.setting("flow") ?? "");

/** Reads nothing where the author asked for nothing to be kept. */
function stored(inside: Inside): Record | undefined {
  try {
    const text = inside.setting("remember") && localStorage.getItem(key(inside));
    const { since, opened } = JSON.parse(text || "{}");
    return typeof since === "number" && Array.isArray(opened) ? { since, opened: opened.filter(Number.isFinite) } : undefined;
  } catch {
    // Denied, or not ours.
    return undefined;
  }
}

function store(inside: Inside, record: Record): void {
  try {
    localStorage.setItem(key(inside), JSON.stringify(record));
  } catch {
    // Denied or full: it lasts as long as the page.
  }
}

/** When it opened by itself, in milliseconds since 1970 UTC. */
export function openings(inside: Inside): number[] {
  return stored(inside)?.opened ?? memory.get(key(inside)) ?? [];
}

/** Whether the visitor was here on another page's life, as far as is known. */
export function isReturning(inside: Inside): boolean {
  return (stored(inside)?.since ?? begun) < begun;
}

export function note(inside: Inside): void {
  const opened = [...openings(inside), Date.now()];
  memory.set(key(inside), opened);
  const record = stored(inside);
  if (record) store(inside, { ...record, opened });
}

/** The visitor chose: from now on it is kept, or no longer. */
export function chosen(inside: Inside, choice: string, purposes: string): void {
  const wanted = inside.setting("remember");
  if (!wanted) return;
  if (choice === "given" && purposes.split(" ").includes(wanted)) {
    store(inside, { since: stored(inside)?.since ?? begun, opened: openings(inside) });
  } else {
    try {
      localStorage.removeItem(key(inside));
    } catch {
      // Denied: there is none.
    }
  }
}

/** Deletes what is kept, of every flow: this, and the answers of whoever wanted to go on later. */
export function forget(): void {
  try {
    for (const name of Object.keys(localStorage)) if (name.startsWith(KEY) || name.startsWith(KEPT)) localStorage.removeItem(name);
  } catch {
    // Denied: there is none.
  }
}
