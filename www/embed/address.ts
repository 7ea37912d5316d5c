// What the page's addresses tell: where a visit came from, and where links lead.
import { PART, SEPARATOR } from "./crossing.js";

/** Where a visit came from; of the query, UTM parameters alone. */
export type Touch = {
  path: string;
  referrer: string;
  /** Keys without the prefix, and values, in turn. */
  utm: string[];
};

/** UTM parameters of a query: keys without the prefix, and values, in turn. */
export function utm(search: string): string[] {
  const all = [...new URLSearchParams(search)].filter(([key]) => key.startsWith("utm_")).slice(0, 10);
  return all.flatMap(([key, value]) => [key.slice(4), value]);
}

/** By the address at which the visit began. */
export function arrival(began: string): Touch {
  const { pathname, search } = new URL(began);
  let referrer = "";
  try {
    const { host } = new URL(document.referrer);
    if (host !== location.host) referrer = host;
  } catch {
    // No referrer.
  }
  return { path: pathname, referrer, utm: utm(search) };
}

/** Texts for one crossing into a module. */
export const join = (texts: string[]) => texts.map((text) => text.replaceAll(SEPARATOR, " ").replaceAll(PART, " ")).join(SEPARATOR);

/** What a flow is told apart by on a page: its address. */
export const named = (flow: string) => new URL(flow, location.href).href;

/** The path of what a link downloads, by a sighting of the link. */
export function downloaded(link: string): string | undefined {
  try {
    const { pathname } = new URL(link.slice(1));
    return link[0] === "1" || /\.\w{2,5}$/.test(pathname) ? pathname : undefined;
  } catch {
    return undefined;
  }
}

/** The host and the path that a link to another site leads to. */
export function away(link: string): string | undefined {
  try {
    const { host, pathname, protocol } = new URL(link.slice(1));
    return /^https?:$/.test(protocol) && host !== location.host ? host + pathname : undefined;
  } catch {
    return undefined;
  }
}
