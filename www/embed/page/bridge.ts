// What the page is told, told to its data layer too: from the visitor's consent on, and what came before it
// then; never after a refusal.
import type { Inside } from "../inside.js";
import { complain } from "../settings.js";
import { authored } from "./authored.js";

type Entry = [name: string, detail: Record<string, string>];

/** In a turn of its own: an error of what listens there is not ours. */
function push(layer: string, [name, detail]: Entry): void {
  queueMicrotask(() => {
    const all = globalThis as unknown as Record<string, unknown>;
    const target = (all[layer] ??= []);
    // A tag's own function, such as `gtag`, or an array that a tag manager reads.
    if (typeof target === "function") target("event", `prequal_${name}`, detail);
    else if (Array.isArray(target)) {
      const named = Object.entries(detail).map(([key, value]) => [`prequal_${key}`, value]);
      target.push({ event: `prequal_${name}`, ...Object.fromEntries(named) });
    }
  });
}

/** Whether a choice, as the page is told of it, agrees to a purpose; to one that a lead needs, where none is named. */
export function agrees(inside: Inside, { choice, purposes = "" }: Entry[1], purpose?: string): boolean {
  const needed = purpose ? [purpose] : authored(inside).purposes.filter(({ required }) => required).map(({ id }) => id);
  return choice === "given" && purposes.split(" ").some((id) => needed.includes(id));
}

/** Takes what the page is told; nothing where no data layer is named. */
export function bridge(inside: Inside): ((...entry: Entry) => void) | undefined {
  const [layer, purpose] = (inside.setting("datalayer") ?? "").trim().split(/\s+/);
  if (!layer) return undefined;
  const ids = authored(inside).purposes.map(({ id }) => id);
  if (purpose && !ids.includes(purpose)) complain("PQ406", "data-datalayer", `The flow has no purpose “${purpose}”. It has: ${ids.join(", ")}.`);
  let held: Entry[] = [];
  let isGiven = false;
  return (...entry) => {
    const [name, detail] = entry;
    if (name === "consent") isGiven = agrees(inside, detail, purpose);
    if (isGiven) {
      for (const one of [...held, entry]) push(layer, one);
      held = [];
    } else if (name === "consent") held = [];
    else held.push(entry);
  };
}
