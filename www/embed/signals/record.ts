// What is kept of signals in this browser, on this site alone: written once the visitor agrees to the purpose that
// the flow names, deleted when they take that back. On a later page the record itself is the sign of the yes.
import type { Touch } from "../address.js";

export type Sighting = [kind: number, text: string, at: number];

export type Kept = {
  flow: string;
  purpose: string;
  /** When the visitor agreed (milliseconds since 1970 UTC), until when it is kept, and when it was written last. */
  agreed: number;
  until: number;
  at: number;
  visits: number;
  touches: number;
  first: Touch;
  last: Touch;
  seen: Sighting[];
};

/** What an engine is told before what happens on this page. */
export type Before = { first: Touch; last?: Touch | undefined; visits: number; touches: number; seen: Sighting[] };

const KEY = "prequal-kept:";
const DAY = 86_400_000;
/** A visit ends with half an hour in which nothing happened. */
const VISIT = 1_800_000;
/** Most sightings, and most characters of them. */
const MOST = 500;
const SIZE = 50_000;
/** Longest that one may be. */
const LONGEST = 500;

/** What is stored under a name, if it is ours and its time is not over. */
function read(name: string): Kept | undefined {
  try {
    const text = localStorage.getItem(name);
    if (text === null) return undefined;
    const kept: Kept = JSON.parse(text);
    const now = Date.now();
    // A clock that was set back must not keep it for ever.
    const stands = kept.until > now && kept.agreed < now + DAY && kept.until <= kept.agreed + 366 * DAY && Array.isArray(kept.seen);
    if (stands) return kept;
  } catch {
    // Denied, or not ours.
  }
  remove(name);
  return undefined;
}

function remove(name: string): void {
  try {
    localStorage.removeItem(name);
  } catch {
    // Denied: there is none.
  }
}

function names(): string[] {
  try {
    return Object.keys(localStorage).filter((name) => name.startsWith(KEY));
  } catch {
    return [];
  }
}

/** Of every flow. */
export const everything = (): Kept[] => names().flatMap((name) => read(name) ?? []);

export const removeAll = (): void => names().forEach(remove);

export const removeOf = (flow: string): void => remove(KEY + flow);

const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/** The newest sightings of both, each once, oldest first, within what is kept at the most. */
function merge(one: Sighting[], other: Sighting[], oldest: number): Sighting[] {
  const all = new Map([...one, ...other].map((sighting) => [JSON.stringify(sighting), sighting]));
  const young = [...all].filter(([, [, , at]]) => at >= oldest).sort(([, a], [, b]) => a[2] - b[2]).slice(-MOST);
  let size = young.reduce((sum, [text]) => sum + text.length, 0);
  while (size > SIZE) size -= young.shift()![0].length;
  return young.map(([, sighting]) => sighting);
}

export class Memory {
  /** What earlier pages kept, as it was when this one began. */
  readonly before: Before | undefined;
  /** Whether this page began another visit. */
  readonly isReturn: boolean = false;
  /** What was seen on this page. */
  #mine: Sighting[] = [];
  #kept: Kept | undefined;
  /** Touches that no record counts yet. */
  #touched = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #name: string;
  #flow: string;
  #purpose: string;
  #days: number;
  #arrival: Touch;

  constructor(flow: string, purpose: string, days: number, arrival: Touch) {
    [this.#flow, this.#purpose, this.#days, this.#arrival, this.#name] = [flow, purpose, days, arrival, KEY + flow];
    let kept = read(this.#name);
    // The flow asks for another yes now, or for less time.
    if (kept && (kept.purpose !== purpose || kept.agreed + days * DAY <= Date.now())) {
      remove(this.#name);
      kept = undefined;
    }
    if (!kept) return;
    this.isReturn = Date.now() - kept.at > VISIT;
    const isElsewhere = arrival.referrer !== "" || arrival.utm.length > 0;
    if (this.isReturn || (isElsewhere && !isSame(arrival, kept.last))) {
      this.#touched = 1;
      kept.last = arrival;
    }
    kept.visits += +this.isReturn;
    const touches = kept.touches + this.#touched;
    this.before = {
      first: kept.first,
      last: touches > 1 ? kept.last : undefined,
      visits: kept.visits,
      touches,
      seen: merge(kept.seen, [], Date.now() - days * DAY),
    };
    this.#kept = kept;
    this.write();
  }

  /** Takes something that was seen on this page. */
  add(sighting: Sighting): void {
    if (sighting[1].length > LONGEST) return;
    this.#mine.push(sighting);
    if (this.#mine.length > MOST) this.#mine.shift();
    if (this.#kept) this.#timer ??= setTimeout(() => this.write(), 500);
  }

  /** The visitor chose: the purposes agreed to. */
  chosen(purposes: string[]): void {
    // Taken away meanwhile, with what this page had seen.
    if (this.#kept && !read(this.#name)) this.#forget();
    if (!purposes.includes(this.#purpose)) {
      this.#kept = undefined;
      remove(this.#name);
      return;
    }
    const agreed = Date.now();
    this.#kept = {
      ...(read(this.#name) ?? { visits: 1, touches: 1, first: this.#arrival, last: this.#arrival, seen: [] }),
      flow: this.#flow,
      purpose: this.#purpose,
      agreed,
      until: agreed + this.#days * DAY,
      at: agreed,
    };
    this.#store(this.#kept);
  }

  /** Writes what this page has seen, beside what other tabs have written. */
  write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#kept) return;
    const stored = read(this.#name);
    // Deleted on another page, or by the visitor: it does not come back.
    if (!stored) return this.#forget();
    const mine = this.#kept;
    const { last } = this.#touched ? mine : stored;
    this.#kept = { ...stored, last, visits: Math.max(stored.visits, mine.visits), touches: stored.touches + this.#touched };
    this.#touched = 0;
    this.#store(this.#kept);
  }

  #store(kept: Kept): void {
    kept.seen = merge(kept.seen, this.#mine, Date.now() - this.#days * DAY);
    kept.at = Math.max(kept.at, Date.now());
    try {
      localStorage.setItem(this.#name, JSON.stringify(kept));
    } catch {
      // Denied or full: it lasts as long as the page.
    }
  }

  #forget(): void {
    this.#kept = undefined;
    this.#mine = [];
  }
}
