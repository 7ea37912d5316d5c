// What a flow declares that happens on the page, as the scripts of the page read it.

export type Signal = {
  id: string;
  kind: string;
  label: string;
  path?: string;
  least?: number;
  selector?: string;
  parameter?: string;
};

export type Declared = {
  id: string;
  signals: Signal[];
  memory?: { purpose: string; days: number };
  /** Whether a condition asks which pages were shown. */
  asksPages: boolean;
};

/** Of a flow's text; nothing of one that is broken: the engine says what is wrong with it. */
export function declared(text: string): Declared | undefined {
  try {
    const { id, signals = [], memory } = JSON.parse(text);
    return { id, signals, memory, asksPages: text.includes('"touch.pages"') };
  } catch {
    return undefined;
  }
}

/** Whether a text matches a pattern in which `*` stands for any characters: as the engine does it, in linear time
 *  (`glob` in src/score/mod.rs). No pattern matches everything. */
export function glob(pattern: string | undefined, text: string): boolean {
  if (!pattern) return true;
  let p = 0;
  let t = 0;
  let star = -1;
  let taken = 0;
  while (t < text.length) {
    if (pattern[p] === "*") {
      star = p++;
      taken = t;
    } else if (pattern[p] === text[t]) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++taken;
    } else return false;
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}

/** Something declared was seen; `page` is what its occurrences are told apart by. */
export type See = (signal: Signal, page: string, at?: number) => void;

/** Begins anew with a page: what can be seen on it, each once. */
export type Turn = (due: Signal[], page: string) => void;

/** What observers ask of the browser. Chromium need not look in every frame; others do not know of it. What is in sight
 *  for less is hardly seen. In milliseconds. */
export const RARELY = { delay: 500 };
