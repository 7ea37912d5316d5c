// What the page is told, told to its data layer too: from the visitor's consent on, and what came before it
// then; never after a refusal.

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

/** Takes what the page is told; nothing where no data layer is named. */
export function bridge(layer: string | undefined): ((...entry: Entry) => void) | undefined {
  if (!layer) return undefined;
  let held: Entry[] = [];
  let isGiven = false;
  return (...entry) => {
    const [name, { choice }] = entry;
    if (name === "consent") isGiven = choice === "given";
    if (isGiven) {
      for (const one of [...held, entry]) push(layer, one);
      held = [];
    } else if (name === "consent") held = [];
    else held.push(entry);
  };
}
