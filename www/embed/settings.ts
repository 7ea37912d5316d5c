// What a page says of its widgets, and what its author is told.

/** Names of attributes.json; on the script tag each stands after `data-`. */
export type Setting =
  | "flow"
  | "endpoint"
  | "fallback"
  | "label"
  | "accent"
  | "locale"
  | "mode"
  | "opening"
  | "paths"
  | "limit"
  | "visitors"
  | "avoid"
  | "remember"
  | "signals"
  | "theme"
  | "placement"
  | "stacking"
  | "tell"
  | "datalayer"
  | "sink";

export type Settings = Readonly<Partial<Record<Setting, string>>>;

let told: string | undefined;

/** The one line that tells the page's author what is wrong, where, and the way out. */
export const complain = (code: string, place: string, text: string): void => {
  // A launcher and an inline widget of one page fail alike; once is enough.
  if (told !== code) console.error(`prequal: ${(told = code)} at ${place}: ${text}`);
};

/** A new element. Not by the document's own member: a form or a picture of the page may be named like it. */
export const make = <K extends keyof HTMLElementTagNameMap>(tag: K): HTMLElementTagNameMap[K] => Document.prototype.createElement.call(document, tag) as HTMLElementTagNameMap[K];

/** Whether a list, with blanks or commas between its names, has a name. */
export const lists = (text: string | undefined, name: string): boolean => (text ?? "").split(/[\s,]+/).includes(name);
