// What <prequal-chat> tells its page, as types alone: ids, the stage and bands of points, never an answer.
import type { ChatElement } from "./element.js";

/** By name. Each bubbles, so that `addEventListener` of the window hears it too. */
export interface ChatEvents {
  /** The engine is there. */
  "prequal:ready": CustomEvent<Record<string, never>>;
  /** The panel was opened. */
  "prequal:open": CustomEvent<Record<string, never>>;
  /** The panel was closed. */
  "prequal:close": CustomEvent<Record<string, never>>;
  /** Which variant of an experiment this visit has. */
  "prequal:experiment": CustomEvent<{ experiment: string; variant: string }>;
  /** What is asked now, by the kind of its field, or `consent`, or how the conversation ended. */
  "prequal:step": CustomEvent<{ step: string; kind: string }>;
  /** A question was answered; with the answer only where the author opted in, field by field. */
  "prequal:answer": CustomEvent<{ step: string; field: string; value?: string }>;
  /** Which fifth of all points has been reached, such as `60-80`, and the grade where the flow has a grid. */
  "prequal:score": CustomEvent<{ band: string; grade?: string }>;
  /** The stage, and the one before it. */
  "prequal:stage": CustomEvent<{ stage: string; from?: string }>;
  /** What the visitor chose, and the ids of the purposes agreed to, with spaces between them. */
  "prequal:consent": CustomEvent<{ choice: "given" | "refused" | "withdrawn"; purposes: string }>;
  /** A lead is on its way. */
  "prequal:submitted": CustomEvent<{ stage: string }>;
  /**
   * A destination, or the flow's own endpoint where none is named, has acknowledged the lead; or the lead was handed over to
   * one that acknowledges nothing.
   */
  "prequal:delivered": CustomEvent<{ stage: string; how: "delivered" | "handed_over"; destination?: string }>;
  /** A lead could not be delivered. */
  "prequal:error": CustomEvent<{ code: string; destination?: string }>;
}

declare global {
  interface HTMLElementTagNameMap {
    "prequal-chat": ChatElement;
  }
  interface GlobalEventHandlersEventMap extends ChatEvents {}
}
