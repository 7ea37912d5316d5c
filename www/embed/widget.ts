// Starts the engine in a shadow root. Loaded on intent; everything here is on the way to the first
// question.
import initialise, { resume as resumeLeads, start as begin } from "prequal-glue";
import type { Listener } from "./signals.js";
import * as store from "./store.js";
import strings from "./strings/en.json";
import control from "./control.css";
import frame from "./widget.css";

/** A complaint: code, place, text. An empty one was already made by the tools module. */
type Complaint = [string, string, string] | [];

/** Joins texts for one crossing into the engine; no text of a page or of ours holds it. */
const SEPARATOR = "\u0001";

/** The page's address and where the visit came from; of the query, UTM parameters alone. */
function facts(endpoint: string | undefined, landing: string): string {
  const { origin, pathname } = location;
  const { pathname: entry, search } = new URL(landing);
  let referrer = "";
  try {
    const { host } = new URL(document.referrer);
    if (host !== location.host) referrer = host;
  } catch {
    // No referrer.
  }
  const utm = [...new URLSearchParams(search)].filter(([key]) => key.startsWith("utm_")).slice(0, 10);
  let target = endpoint ?? "";
  try {
    if (endpoint) target = new URL(endpoint, location.href).href;
  } catch {
    // Not an address; the engine says so.
  }
  return [origin, pathname, entry, referrer, target, ...utm.flatMap(([key, value]) => [key.slice(4), value])]
    .map((text) => text.replaceAll(SEPARATOR, " "))
    .join(SEPARATOR);
}

/** What the engine needs of the page's scripts. */
function host(stop: (error: unknown) => void) {
  return {
    change: store.change,
    // An error of ours ends the widget; it never reaches the page.
    guard:
      <A extends unknown[], R>(run: (...args: A) => R) =>
      (...args: A): R | undefined => {
        try {
          return run(...args);
        } catch (error) {
          stop(error);
          return undefined;
        }
      },
  };
}

/** Lets the tools module say what is wrong with a flow, in words. */
async function explain(base: string, bytes: Uint8Array, flow: string): Promise<Complaint> {
  try {
    const tools: typeof import("prequal-tools-glue") = await import(/* webpackIgnore: true */ `${base}prequal-tools.js`);
    await tools.default({ module_or_path: fetch(`${base}prequal-tools.wasm`) });
    tools.report(bytes, flow);
    return [];
  } catch {
    return ["PQ100", flow, "The flow has mistakes, and the module that explains them could not be loaded. Upload all of dist/, or run a check."];
  }
}

export async function start(
  [flowFile, wasmFile]: Promise<Response>[],
  base: string,
  flow: string,
  endpoint: string | undefined,
  root: () => ShadowRoot,
  inline: boolean,
  landing: string,
  stop: (error: unknown) => void,
): Promise<Complaint | Listener> {
  const reply = await flowFile!.catch(() => undefined);
  if (!reply?.ok) {
    return ["PQ401", flow, `The flow could not be fetched (${reply ? reply.status : "no reply"}). Check data-flow.`];
  }
  const bytes = new Uint8Array(await reply.arrayBuffer());
  await initialise({ module_or_path: wasmFile! });
  const shadow = root();
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(frame + control);
  // Before anything is drawn: without it the first scroll would be by another layout.
  shadow.adoptedStyleSheets = [...shadow.adoptedStyleSheets, sheet];
  const words = Object.values(strings).join(SEPARATOR);
  const send: Listener | string | undefined = begin(shadow, bytes, words, facts(endpoint, landing), -new Date().getTimezoneOffset(), host(stop));
  if (typeof send === "function") {
    if (!inline) shadow.querySelector("[part=panel]")?.setAttribute("role", "dialog");
    const log = shadow.querySelector(".log")!;
    // A phone that is turned, or whose keyboard comes up, must not hide the question.
    new ResizeObserver(() => {
      if (!log.querySelector(".pending")) log.scrollTop = log.scrollHeight;
    }).observe(log);
    return send;
  }
  // The page's own form shows at once, however long the explanation takes.
  if (inline) shadow.append(document.createElement("slot"));
  if (send === "PQ303") return [send, "data-endpoint", "Nothing says where leads go. Add delivery.endpoint to the flow, or data-endpoint to the tag."];
  if (send) return [send, "data-endpoint", `Leads cannot be sent to “${endpoint ?? location.origin}”. Use an https address; http is for loopback alone.`];
  return explain(base, bytes, flow);
}

/** Sends what an earlier page stored and could not send; without any, nothing more is fetched. */
export async function resume(base: string): Promise<void> {
  const texts = await store.pending();
  if (!texts.length) return;
  await initialise({ module_or_path: fetch(`${base}prequal.wasm`) });
  for (const text of texts) resumeLeads(text, host(() => {}));
}
