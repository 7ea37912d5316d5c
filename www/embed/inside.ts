// What the scripts of one widget share. The page sees nothing of it: whoever had `tell` could say that a
// visitor agreed.
import type { ChatElement } from "./element.js";
import type { Tell } from "./engine.js";
import type { Setting } from "./settings.js";
import type { notice, subscribe } from "./signals.js";

/** Gives up: the page's own form comes back. The first complaint of each kind is told. */
export type Abandon = (code?: string, place?: string, text?: string) => void;

export type Inside = {
  host: ChatElement;
  button?: HTMLButtonElement;
  /** Shows the page's own form in the place of the conversation. */
  slot?: HTMLSlotElement;
  base: string;
  /** Where the visit began. */
  landing: string;
  setting(name: Setting): string | undefined;
  script(name: string): Promise<any>;
  abandon: Abandon;
  fail(error: unknown): void;
  subscribe: typeof subscribe;
  /** Something seen on the page, for every widget. */
  notice: typeof notice;
  /** Resolves once something is drawn, or the widget was abandoned. */
  load(): Promise<void>;
  loading?: Promise<void> | undefined;
  /** The conversation that is drawn in this element. It goes on in another one, once this one was taken off
   *  the page. Null: the widget was abandoned. */
  talk?: Talk | undefined | null;
  /** What the page knew before the engine was there. */
  known?: Record<string, unknown>;
  /** Ends what waits for a moment to open. */
  rest?(): void;
};

/** A conversation, from widget.ts. */
export type Talk = {
  /** The flow as it was fetched. */
  bytes: Uint8Array;
  /** Opens the panel; quietly, where nobody asked for it: focus stays where it is. */
  show?(quietly?: boolean): void;
  hide?(): void;
  /** Gives focus to what waits. */
  focus?(): void;
  /** Hears of what is seen on the page, or no longer. */
  listen?(on: boolean): void;
  /** Resolves once the engine is there, or never will be. */
  connected?: Promise<void>;
  tell?: Tell | undefined;
  /** Ends it: nothing takes it over. */
  end?(): void;

  // From the script of what is rare (page/main.ts).
  /** Shows or hides the panel in the way of its mode. */
  frame?: ((open: boolean) => void) | undefined;
  /** Hears what the page is told. */
  told?(name: string, detail: Record<string, string>): void;
};
