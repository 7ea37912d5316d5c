// What happens on the page, kept in memory alone: the flow says later which of it counts.
import { DOWNLOAD, PAGE_VIEW } from "./crossing.js";

export type Listener = (kind: number, text: string, at: number) => void;

/** Sightings beyond this are not kept: no visit needs more, and a loop must not fill memory. */
const LIMIT = 500;

const seen: Parameters<Listener>[] = [];
const listeners = new Set<Listener>();
let path: string | undefined;

/** Something was seen; now, where no time is given. */
export function notice(...sighting: [kind: number, text: string, at?: number]): void {
  sighting[2] ??= Date.now();
  if (seen.length < LIMIT) seen.push(sighting as Parameters<Listener>);
  for (const listener of listeners) listener(...(sighting as Parameters<Listener>));
}

/** A page view, if the path is another one than before. */
export function view(): void {
  if (path !== (path = location.pathname)) notice(PAGE_VIEW, path);
}

/** Looks at the page now, and whenever it may have become another one. */
export function watch(look: () => void): void {
  look();
  const onClick = (event: Event) => {
    // The page that a click leaves: without the Navigation API nobody may have looked since it came.
    look();
    // Nothing else on the way up has a path.
    const link = (event.composedPath() as HTMLAnchorElement[]).find(({ pathname }) => pathname);
    // Whether it downloads something or leads away is told where a flow asks (address.ts).
    if (link) notice(DOWNLOAD, +link.hasAttribute("download") + link.href);
    // Where the Navigation API is missing, a click is what changes the page within a page.
    setTimeout(look, 400);
  };
  addEventListener("click", onClick, true);
  addEventListener("popstate", look, true);
  (self as { navigation?: EventTarget }).navigation?.addEventListener("currententrychange", look);
}

/** Tells a widget what was seen from that sighting on, and what comes; until the function that it gives is
 *  called, which says where to go on. */
export function subscribe(listener: Listener, from?: number): () => number {
  for (const sighting of seen.slice(from)) listener(...sighting);
  listeners.add(listener);
  return () => (listeners.delete(listener), seen.length);
}
