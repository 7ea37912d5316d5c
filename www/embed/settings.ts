// Where the files are, and what the script tag says for every widget of the page.

export type Settings = Readonly<Partial<Record<"flow" | "endpoint" | "fallback" | "label" | "accent", string>>>;

/** The folder of prequal-widget.js and the wasm modules, with a slash at its end. */
export let base = "";
export let settings: Settings = {};

export function configure(folder: string, given: Settings): void {
  base = folder;
  settings = given;
}

/** The one line that tells the page's author what is wrong, where, and the way out. */
export function complain(code: string, place: string, text: string): void {
  console.error(`prequal: ${code} at ${place}: ${text}`);
}
