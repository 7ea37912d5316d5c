// Draws the first question with the face, and connects the face with the engine, which is fetched
// while the visitor reads. Everything here is on the way to the first question.
import initialise, { open } from "prequal-face-glue";
import { BEGIN, KEPT, SEPARATOR } from "./crossing.js";
import type { Tell } from "./engine.js";
import type { Listener } from "./signals.js";
import english from "./strings/en.json";
import control from "./control.css";
import frame from "./widget.css";

/** Gives up: the page's own form comes back. The first complaint of each kind is told. */
export type Abandon = (...complaint: [code: string, place: string, text: string] | []) => void;

const NOTHING = new Uint32Array();

/** The languages of the widget's own words, in the order of `www/embed/strings` (webpack.config.js). */
declare const LANGUAGES: string[];

/** The file of words for a language: its own, or that of its script or of the language at large; English otherwise. */
function file(locale: string): string {
  try {
    const { language, script } = new Intl.Locale(locale).maximize();
    const norwegian = /^n[on]$/.test(language) && "nb";
    return [locale, `${language}-${script}`, norwegian || language].find((tag) => LANGUAGES.includes(tag)) ?? "en";
  } catch {
    return "en";
  }
}

/** The widget's own words; those that go with a number by the form that the number takes. Without the file of a language they are English. */
type Words = Record<string, string | Record<string, string>>;

async function strings(base: string, locale: string): Promise<Words> {
  const name = file(locale);
  try {
    if (name !== "en") return await (await fetch(`${base}strings/${name}.json`)).json();
  } catch {
    // The flow's own texts are there all the same.
  }
  return english;
}

const fold = (text: string) => text.normalize("NFD").replace(/[\p{M}'’]/gu, "").toLowerCase();

/** Whether an earlier page kept answers of a visitor who agreed to that. */
function keeps(flow: string): boolean {
  try {
    return localStorage.getItem(KEPT + flow) !== null;
  } catch {
    return false;
  }
}

/** Resolves once something is drawn, or the widget was abandoned. Returns what to call when the panel opens. */
export async function start(
  element: HTMLElement,
  [flowFile, wasmFile]: Promise<Response>[],
  base: string,
  flow: string,
  endpoint: string | undefined,
  locale: string | undefined,
  landing: string,
  subscribe: (listener: Listener) => void,
  abandon: Abandon,
  fail: (error: unknown) => void,
): Promise<(() => void) | undefined> {
  const wanted = locale ?? element.closest<HTMLElement>("[lang]")?.lang ?? "";
  let fetched = strings(base, wanted);
  const reply = await flowFile!.catch(() => undefined);
  if (!reply?.ok) {
    abandon("PQ401", flow, `The flow could not be fetched (${reply ? reply.status : "no reply"}). Check data-flow.`);
    return;
  }
  const bytes = new Uint8Array(await reply.arrayBuffer());
  await initialise({ module_or_path: wasmFile! });

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
    element.dispatchEvent(new CustomEvent(`prequal:${name}`, { bubbles: true, composed: true, detail }));
  };
  let tell: Tell | undefined;
  let language = "";
  let words: (string | Record<string, string>)[] = [];
  const draw: (view?: Uint8Array, byVisitor?: boolean) => void = open(bytes, wanted, {
    guard,
    speaks(locale: string) {
      if (file((language = locale)) !== file(wanted)) fetched = strings(base, locale);
    },
    count(word: number, count: number) {
      const forms = words[word]!;
      const text = typeof forms === "string" ? forms : (forms[new Intl.PluralRules(language).select(count)] ?? forms.other!);
      return text.replace("{}", count.toLocaleString(language));
    },
    knows: (parameter: string) => [landing, location.href].some((url) => new URL(url).searchParams.has(parameter)),
    keeps,
    finds: (text: string, wanted: string) => fold(text).includes(fold(wanted)),
    root() {
      const shadow = element.shadowRoot ?? element.attachShadow({ mode: "open" });
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(frame + control);
      // Before anything is drawn: without it the first scroll would be by another layout.
      shadow.adoptedStyleSheets = [...shadow.adoptedStyleSheets, sheet];
      return shadow;
    },
    tell: (...deed: Parameters<Tell>) => tell?.(...deed),
  });
  words = Object.values(await fetched);
  draw(new TextEncoder().encode(words.join(SEPARATOR)));
  const panel = () => element.shadowRoot?.querySelector("[part=panel]");
  const shownAt = panel() && Date.now();

  const connect = async () => {
    const wasm = fetch(`${base}prequal-engine.wasm`);
    // Its failure is told where it is waited for.
    wasm.catch(() => {});
    const engine: typeof import("./engine.js") = await import(/* webpackIgnore: true */ `${base}prequal-engine.js`);
    tell = await engine.start(wasm, base, bytes, wanted, flow, endpoint, landing, abandon, { guard, draw, tellPage });
    // What was seen on the way here may decide the first branch.
    if (tell) subscribe((kind, text, at) => tell!(kind, 0, text, NOTHING, false, at));
    if (tell) tellPage("ready");
    tell?.(BEGIN, 0, "", NOTHING, false, shownAt ?? Date.now());
  };
  const connected = connect().catch(fail);
  if (!shownAt) await connected;
  const log = panel()?.querySelector(".log");
  if (!log) return;
  if (element.getAttribute("mode") !== "inline") panel()!.role = "dialog";
  // A phone that is turned, or whose keyboard comes up, must not hide the question.
  // In the next frame: WebKit reports to the page what an observer changes at once.
  const scroll = () => {
    if (!log.querySelector(".pending")) log.scrollTop = log.scrollHeight;
  };
  visualViewport?.addEventListener("resize", () => requestAnimationFrame(scroll));
  new MutationObserver(() => tellPage(element.hasAttribute("open") ? "open" : "close")).observe(element, { attributeFilter: ["open"] });
  return () => draw();
}
