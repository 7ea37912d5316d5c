// What the scripts and the wasm modules agree on.

/** Joins texts for one crossing into a module; no text of a page or of ours holds it. */
export const SEPARATOR = "\u0001";

// Kinds of what happens, as the engine takes them (`start` in src/web/engine.rs).
export const PAGE_VIEW = 0;
export const DOWNLOAD = 1;
export const ONLINE = 2;
export const BEGIN = 3;
