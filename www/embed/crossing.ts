// What the scripts and the wasm modules agree on.

/** Joins texts for one crossing into a module; no text of a page or of ours holds it. */
export const SEPARATOR = "\u0001";

/** Joins lists of such texts. */
export const PART = "\u0002";

/** Stands before the id of a flow whose answers are kept in this browser for a visitor who agreed to that. */
export const KEPT = "prequal:";

/** No places. */
export const NOTHING = /* @__PURE__ */ new Uint32Array();

/** Stands for the address of the endpoint where a form of the page takes the leads, and the engine sends none. */
export const NOWHERE = "nowhere:";

// Kinds of what happens, as the engine takes them (`start` in src/web/engine.rs).
export const PAGE_VIEW = 0;
/** Among the scripts: a link was followed, 1 if it says that it downloads and 0 otherwise, and its address. To the
 *  engine: the path of what was downloaded. */
export const DOWNLOAD = 1;
export const ONLINE = 2;
export const BEGIN = 3;
/** The page tells of something by its name. Among the scripts: and how often, if more than once, behind a separator. */
export const EVENT = 4;
/** The page knows answers: a JSON object of values by the ids of fields. */
export const SET = 5;
/** Begins anew at the step of that id. */
export const GO = 6;
/** Asks for all that is held in memory, as JSON. */
export const EXPORT = 7;
/** Takes consent back: what is not delivered yet is purged, and the conversation begins anew. */
export const WITHDRAW = 8;
/** Begins anew. */
export const RESET = 9;
/** The script of signals recognised one: the flow's id, the signal's, and what occurrences are told apart by. */
export const SIGNAL = 10;
/** Answers of a form, as JSON by the ids of fields; null takes one back. It answers with what to look at again. */
export const FILL = 11;
/** A form that the session sends is submitted: its name, and the words of the boxes that are ticked. */
export const SUBMIT = 12;
/** Asks what goes along with a form that the page posts; takes the same. */
export const ATTACH = 13;
