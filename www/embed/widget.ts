// Draws the first question with the face, and connects the face with the engine, which is fetched
// while the visitor reads. Everything here is on the way to the first question.
import initialise, { open } from "prequal-face-glue";
import { named } from "./address.js";
import { BEGIN, KEPT, NOTHING, ONLINE, SEPARATOR, SET } from "./crossing.js";
import { RECEIPTS } from "./database.js";
import type { Face, Tell } from "./engine.js";
import type { Abandon, Inside, Talk } from "./inside.js";
import { lists, make } from "./settings.js";
import { file, strings } from "./words.js";
import control from "./control.css";
import frame from "./widget.css";

/** Several widgets of a page share one module, and the styles, which are read while the module is on its way. */
let initialised: Promise<unknown> | undefined;
const sheet = new CSSStyleSheet();
sheet.replaceSync(frame + control);

const fold = (text: string) => text.normalize("NFD").replace(/[\p{M}'’]/gu, "").toLowerCase();

/** Whether an earlier page kept answers of a visitor who agreed to that. */
function keeps(flow: string): boolean {
  try {
    return localStorage.getItem(KEPT + flow) !== null;
  } catch {
    return false;
  }
}

/** What asks for the script of what is rare. */
const RARE = ["placement", "tell", "datalayer", "sink"] as const;

/** By flow: lets another element take its conversation over, if its own is off the page. */
const offers = new Map<unknown, (to: Inside) => boolean>();

/** What a form's script gives the element that stands for the form (forms/chat.ts). */
export type Given = {
  /** The conversation is on its way. */
  take(inside: Inside): void;
  /** What to speak by, in place of the flow that was fetched. */
  flow(fetched: Uint8Array): Uint8Array;
  /** The first question is drawn in this moment. */
  shown(): void;
};

const given = new WeakMap<HTMLElement, Given>();
export const give = (host: HTMLElement, what: Given) => given.set(host, what);

/** Resolves once something is drawn, or the widget was abandoned. */
export async function start(inside: Inside, [flowFile, wasmFile]: Promise<Response | void>[], flow: string | undefined): Promise<void> {
  const form = given.get(inside.host);
  // A form's conversation is its own.
  const key = form ?? flow;
  form?.take(inside);
  if (offers.get(key!)?.(inside)) return;
  const { base, landing, setting, script } = inside;
  const abandon: Abandon = (...complaint) => inside.abandon(...complaint);
  if (!flow) return abandon("PQ400", "data-flow", "No flow is named.");
  const rare: Promise<typeof import("./page/main.js")> | false = (RARE.some(setting) || /popup|tab|page/.test(setting("mode")!)) && script("page");
  // Its failure is told where it is waited for.
  if (rare) rare.catch(() => {});
  const wanted = setting("locale") ?? inside.host.closest<HTMLElement>("[lang]")?.lang ?? "";
  let texts = strings(base, wanted);
  // What an earlier page left can be taken back. The button comes with the engine, and would move the question.
  // Naming the property throws where storage is denied, hence inside. Nobody waits for storage that does not answer.
  const look = async () => (await indexedDB.databases()).some(({ name }) => name === RECEIPTS.database);
  const proven = Promise.race([look().catch(() => false), new Promise<boolean>((late) => setTimeout(late, 100, false))]);
  // Compiled as it comes, not once the flow is there. Its failure is told where it is waited for.
  (initialised ??= initialise({ module_or_path: wasmFile as Promise<Response> })).catch(() => {});
  const reply = await flowFile;
  if (!reply?.ok) {
    abandon("PQ401", flow, `The flow could not be fetched (${reply ? reply.status : "no reply"}). Check data-flow.`);
    return;
  }
  const fetched = new Uint8Array(await reply.arrayBuffer());
  const bytes = form?.flow(fetched) ?? fetched;
  const talk: Talk = (inside.talk = { bytes });
  await initialised;

  // An error of ours ends the widget; it never reaches the page.
  const guard =
    <A extends unknown[], R>(run: (...args: A) => R) =>
    (...args: A): R | undefined => {
      try {
        return run(...args);
      } catch (error) {
        abandon("PQ404", location.pathname, `The widget stopped (${error}).`);
        return;
      }
    };
  // Ids, stage and bands, never an answer.
  const tellPage = (name: string, detail: Record<string, string> = {}) => {
    talk.told?.(name, detail);
    inside.host.dispatchEvent(new CustomEvent(`prequal:${name}`, { bubbles: true, composed: true, detail }));
  };
  const tells = (field: string) => lists(setting("tell"), field);
  const root = () => {
    const { host } = inside;
    form?.shown();
    inside.slot = make("slot");
    const shadow = host.shadowRoot ?? host.attachShadow({ mode: "open" });
    // Before anything is drawn: without it the first scroll would be by another layout.
    shadow.adoptedStyleSheets = [...shadow.adoptedStyleSheets, sheet];
    // A picture that does not come leaves no mark; one in the page's own form is not ours.
    shadow.addEventListener("error", ({ target }) => shadow.contains(target as Node) && (target as Element).remove(), true);
    return shadow;
  };
  let language = "";
  let words: (string | Record<string, string>)[] = [];
  const draw: (view?: Uint8Array, byVisitor?: boolean) => void = open(bytes, wanted, {
    guard,
    speaks(locale: string) {
      if (file((language = locale)) !== file(wanted)) texts = strings(base, locale);
    },
    count(word: number, count: number) {
      const forms = words[word]!;
      const text = typeof forms === "string" ? forms : (forms[new Intl.PluralRules(language).select(count)] ?? forms.other!);
      return text.replace("{}", count.toLocaleString(language));
    },
    knows: (parameter: string) => [landing, location.href].some((url) => new URL(url).searchParams.has(parameter)),
    // What the page said before leaves the first question to the engine too.
    keeps: (flow: string) => !!inside.known || keeps(flow),
    finds: (text: string, wanted: string) => fold(text).includes(fold(wanted)),
    root,
    tell: (...deed: Parameters<Tell>) => talk.tell?.(...deed),
  });
  words = Object.values(await texts);
  const dress = rare && (await rare).dress;
  const isProven = await proven;
  draw(new TextEncoder().encode(words.join(SEPARATOR)));
  const panel = () => inside.host.shadowRoot?.querySelector("[part=panel]");
  const shownAt = panel() && Date.now();
  panel()?.classList.toggle("proven", isProven);

  const connect = async () => {
    const wasm = fetch(`${base}prequal-engine.wasm`);
    // Its failure is told where it is waited for.
    wasm.catch(() => {});
    const engine: typeof import("./engine.js") = await import(/* webpackIgnore: true */ `${base}prequal-engine.js`);
    const face: Face = { guard, draw, tellPage, tells };
    const tell = (talk.tell = await engine.start(inside, wasm, bytes, wanted, flow, setting("endpoint"), abandon, face));
    if (!tell) return;
    let from = face.from ?? 0;
    let end: (() => number) | undefined;
    // Away from the page it hears nothing, so that what the page has let go of can go.
    talk.listen = (on) => {
      if (on) end = inside.subscribe((kind, text, at) => tell(kind, 0, text, NOTHING, false, at), from);
      else from = end?.() ?? from;
    };
    for (const event of ["online", "pageshow"]) addEventListener(event, () => tell(ONLINE, 0, "", NOTHING, false, Date.now()));
    // What was seen on the way here may decide the first branch.
    talk.listen(true);
    // Again, as what is seen is kept up to a limit.
    if (inside.known) tell(SET, 0, named(flow) + SEPARATOR + JSON.stringify(inside.known), NOTHING, false, Date.now());
    tellPage("ready");
    tell(BEGIN, 0, "", NOTHING, false, shownAt ?? Date.now());
  };
  talk.connected = connect().catch((error) => inside.fail(error));
  if (!shownAt) await talk.connected;
  const drawn = panel();
  const log = drawn?.querySelector(".log");
  if (!log) return;
  // A phone that is turned, or whose keyboard comes up, must not hide the question.
  // In the next frame: WebKit reports to the page what an observer changes at once.
  const scroll = () => {
    if (!log.querySelector(".pending")) log.scrollTop = log.scrollHeight;
  };
  visualViewport?.addEventListener("resize", () => requestAnimationFrame(scroll));
  const opened = new MutationObserver(() => tellPage(inside.host.hasAttribute("open") ? "open" : "close"));
  const expand = ({ host, button }: Inside, open: boolean) => {
    host.toggleAttribute("open", open);
    button!.ariaExpanded = `${open}`;
    button!.ariaBusy = null;
  };
  talk.focus = () => draw();
  talk.show = (quietly) => {
    expand(inside, true);
    talk.frame?.(true);
    if (!quietly) draw();
  };
  talk.hide = () => {
    if (!inside.host.hasAttribute("open")) return;
    expand(inside, false);
    inside.button!.focus();
    talk.frame?.(false);
  };
  drawn!.querySelector("[part=close]")!.addEventListener("click", talk.hide);
  drawn!.addEventListener("keydown", (event) => {
    if ((event as KeyboardEvent).key === "Escape") talk.hide!();
  });
  const settle = () => {
    drawn!.role = inside.button ? "dialog" : null;
    opened.observe(inside.host, { attributeFilter: ["open"] });
    dress && dress(inside, talk);
  };
  settle();
  talk.end = () => offers.delete(key);
  offers.set(key, (to) => {
    if (inside.host.isConnected || !inside.talk) return false;
    // Should the first one come back, it begins anew.
    inside.talk = inside.loading = undefined;
    inside.host.removeAttribute("open");
    opened.disconnect();
    inside = to;
    inside.talk = talk;
    root().append(drawn!);
    talk.listen?.(true);
    settle();
    return true;
  });
}
