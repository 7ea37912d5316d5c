// Where the files are, and what the script tag says for every widget of the page.

export type Settings = Readonly<Partial<Record<"flow" | "endpoint" | "fallback" | "label" | "accent" | "locale", string>>>;

/** The folder of prequal-widget.js and the wasm modules, with a slash at its end. */
export let base = "";
export let settings: Settings = {};
/** Where the visit began: sites that move within one page change the address before the widget opens. */
export const landing = location.href;

export function configure(folder: string, given: Settings): void {
  base = folder;
  settings = given;
}

let told: string | undefined;

/** The one line that tells the page's author what is wrong, where, and the way out. */
export function complain(code: string, place: string, text: string): void {
  // A launcher and an inline widget of one page fail alike; once is enough.
  if (told !== code) console.error(`prequal: ${(told = code)} at ${place}: ${text}`);
}
