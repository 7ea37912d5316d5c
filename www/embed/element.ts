// <prequal-chat>: a launcher that opens a panel, or, with mode="inline", a widget in its own place
// whose content (the page's own form) shows whenever the widget does not.
import type { Inside } from "./inside.js";
import type { Methods } from "./page/methods.js";
import { complain, make, type Settings } from "./settings.js";
import { notice, subscribe, view, watch } from "./signals.js";
import css from "./launcher.css";

/** The folder of prequal-widget.js and the wasm modules, with a slash at its end. */
let base = "";
/** What the script tag says for every widget of the page. */
let settings: Settings = {};
/** Where the visit began: sites that move within one page change the address before the widget opens. */
const landing = location.href;
/** The widgets on the page now. */
const widgets = new Set<ChatElement>();

const script = (name: string) => import(/* webpackIgnore: true */ `${base}prequal-${name}.js`);

// What is rare comes from a script of its own, when it is called.
export interface ChatElement extends Methods {}

export class ChatElement extends HTMLElement {
  static {
    for (const name of "on off toggle reset start set track consent withdraw exportData erase destroy".split(" ")) {
      (this.prototype as any)[name] = function (...given: unknown[]) {
        return script("page").then((page) => page[name](this.#inside, ...given));
      };
    }
  }

  #inside: Inside = {
    host: this,
    base,
    landing,
    script,
    subscribe,
    notice,
    // With a flow of its own it takes nothing from the tag: another flow's endpoint least of all.
    setting: (name) => this.getAttribute(name) ?? (this.hasAttribute("flow") ? undefined : settings[name]),
    load: () => (this.#inside.loading ??= this.#start()),
    // Quietly: the page's own form stays or comes back, and its author is told once.
    abandon: (code, place, text) => {
      const inside = this.#inside;
      if (code) complain(code, place!, text!);
      if (inside.talk === null) return;
      inside.talk = null;
      // Whoever was answering goes on in the form.
      const answering = this.hasAttribute("open") || this.matches(":focus-within");
      if (this.#isInline) this.shadowRoot?.replaceChildren(inside.slot!);
      else this.remove();
      if (answering) this.#showFallback();
    },
    fail: (error) => this.#inside.abandon("PQ403", base, `${error}. Upload dist/`),
  };

  connectedCallback(): void {
    const inside = this.#inside;
    const { abandon, button, fail, loading, setting } = inside;
    if (!button && !loading) {
      try {
        // Whether the smallest module starts tells whether the page's policy allows WebAssembly. WebKit compiles
        // what it then refuses to start.
        new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)));
      } catch (error) {
        return abandon("PQ402", location.pathname, `${error}. Allow 'wasm-unsafe-eval'`);
      }
      if (this.#isInline) this.#await();
      else this.#drawLauncher();
    }
    widgets.add(this);
    this.#settle();
    if ((setting("opening") ?? setting("signals")) != null) script("page").then((page) => page.arm(inside)).catch(fail);
  }

  disconnectedCallback(): void {
    widgets.delete(this);
    this.#settle();
  }

  #settle(): void {
    const { rest, talk } = this.#inside;
    talk?.listen?.(this.isConnected);
    rest?.();
    const all = [...widgets];
    // An inline widget stands in for the launcher of its flow that nobody has used.
    for (const one of all) {
      if (one.#inside.button && !one.#inside.loading) one.hidden = all.some((other) => other.#isInline && other.#flow === one.#flow);
    }
    [(self as { prequal?: ChatElement | undefined }).prequal] = all;
  }

  #await(): void {
    new IntersectionObserver((entries) => {
      // A conversation that began in the panel goes on there, and a form that is being filled in stays.
      const isElsewhere = [...widgets].some((other) => other.#inside.button && other.#inside.loading && other.#flow === this.#flow);
      // Loading twice is loading once.
      if (entries.at(-1)!.isIntersecting && !isElsewhere && !this.matches(":focus-within")) this.#inside.load();
      // Without a form in it, it has no height, and the end of a page may lie a part of a pixel out of sight.
    }, { rootMargin: "9%" }).observe(this);
  }

  get #isInline(): boolean {
    return /inline|page/.test(this.getAttribute("mode")!);
  }

  get #flow(): string {
    return this.#inside.setting("flow")!;
  }

  #drawLauncher(): void {
    const { setting, load } = this.#inside;
    const root = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
    // What is no colour is none: the launcher would have no ground.
    if (CSS.supports("color", setting("accent")!)) this.style.setProperty("--prequal-accent", setting("accent")!);
    // What is no number is none.
    this.style.zIndex = setting("stacking")!;
    const button = (this.#inside.button = make("button"));
    (button as any).part = "launcher";
    button.ariaExpanded = "false";
    root.append(button);
    button.append(setting("label") ?? "Chat");
    // The files come when a visitor means to open it, so that they are there at the click.
    button.onpointerenter = button.onfocus = load;
    button.onclick = () => this.open();
  }

  /** Opens the panel; an inline widget is always open. Quietly: focus stays where it is. */
  async open(quietly?: boolean): Promise<void> {
    const { button, load } = this.#inside;
    if (!button) return;
    // Until it is shown (widget.ts).
    button.ariaBusy = "true";
    await load();
    (this.#inside.talk?.show ?? this.#showFallback)(quietly);
  }

  /** Closes the panel; everything answered stays. */
  close(): void {
    this.#inside.talk?.hide?.();
  }

  async #start(): Promise<void> {
    const flow = this.#flow;
    try {
      // All on their way at once; each is waited for, and its failure told, where it is needed.
      const files = [flow, `${base}prequal-face.wasm`].map((url) => fetch(url).catch(() => {}));
      await ((await script("widget")) as typeof import("./widget.js")).start(this.#inside, files, flow);
    } catch (error) {
      this.#inside.fail(error);
    }
  }

  #showFallback = (): void => {
    try {
      document
        .querySelector(this.#inside.setting("fallback") || "prequal-chat form")
        ?.querySelector<HTMLElement>(":read-write")
        ?.focus();
    } catch {
      // Not a selector: there is nothing to go to.
    }
  };
}

/** Registers the element. Harmless when done twice. */
export function define(...given: [folder: string, settings: Settings]): void {
  if (customElements.get("prequal-chat")) return;
  [base, settings] = given;
  watch(() => {
    view();
    // Forms that name a flow, also those that come later.
    if (document.querySelector("[data-prequal]")) script("forms").then((forms) => forms.adopt(base, settings, landing, subscribe, notice)).catch(() => {});
  });
  customElements.define("prequal-chat", ChatElement);
  // Leads that an earlier page could not send are sent now; without any, nothing is fetched.
  // Naming the property throws where storage is denied, hence inside.
  (async () => {
    const all = await indexedDB.databases();
    if (all.some(({ name }) => name === "prequal")) await (await script("engine")).resume(base);
  })().catch(() => {});
}
