// What is rare: fetched when a page asks for it by an attribute, or calls a method.
export { arm } from "./opening.js";
export { dress } from "./modes.js";
export { consent, destroy, erase, exportData, off, on, reset, set, start, toggle, track, withdraw } from "./methods.js";
