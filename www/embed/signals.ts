// What happens on the page, kept in memory alone: the flow says later which of it counts.
import { DOWNLOAD, ONLINE, PAGE_VIEW } from "./crossing.js";

export type Listener = (kind: number, text: string, at: number) => void;

/** Sightings beyond this are not kept: no visit needs more, and a loop must not fill memory. */
const LIMIT = 500;

const seen: Parameters<Listener>[] = [];
const listeners = new Set<Listener>();
let path: string | undefined;

function tell(kind: number, text: string): void {
  const sighting: Parameters<Listener> = [kind, text, Date.now()];
  if (kind !== ONLINE && seen.length < LIMIT) seen.push(sighting);
  for (const listener of listeners) listener(...sighting);
}

/** A page view, if the path is another one than before. */
function look(): void {
  if (path !== location.pathname) {
    path = location.pathname;
    tell(PAGE_VIEW, path);
  }
}

function onClick(event: Event): void {
  // The page that a click leaves: without the Navigation API nobody may have looked since it came.
  look();
  const link = event.composedPath().find((node) => node instanceof HTMLAnchorElement);
  if (link && (link.hasAttribute("download") || /\.\w{2,5}$/.test(link.pathname))) tell(DOWNLOAD, link.pathname);
  // Where the Navigation API is missing, a click is what changes the page within a page.
  setTimeout(look, 400);
}

export function watch(): void {
  if (path !== undefined) return;
  look();
  const passive = { passive: true, capture: true };
  addEventListener("click", onClick, passive);
  addEventListener("popstate", look, passive);
  addEventListener("online", () => tell(ONLINE, ""), passive);
  (globalThis as { navigation?: EventTarget }).navigation?.addEventListener("currententrychange", look);
}

/** Tells a widget everything so far, and what comes. */
export function subscribe(listener: Listener): void {
  for (const sighting of seen) listener(...sighting);
  listeners.add(listener);
}
