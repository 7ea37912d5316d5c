// The npm entry: the same element, registered when asked.
import { define } from "./element.js";
import type { Settings } from "./settings.js";

export type { ChatEvents } from "./events.js";
export type { Settings };
export { ChatElement } from "./element.js";

/**
 * Registers `<prequal-chat>`; on a server, nothing.
 * @param folder Address of the folder that serves prequal-widget.js and the wasm modules, with a slash at its end.
 * @param settings Defaults for every `<prequal-chat>` of the page.
 */
export function register(folder: string, settings: Settings = {}): void {
  if (globalThis.customElements) define(new URL(folder, location.href).href, { __proto__: null, ...settings } as Settings);
}
