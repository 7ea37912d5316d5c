// <prequal-chat>: a launcher that opens a panel, or, with mode="inline", a widget in its own place
// whose content (the page's own form) shows whenever the widget does not.
import { base, complain, configure, landing, settings, type Settings } from "./settings.js";
import { subscribe, watch } from "./signals.js";
import css from "./launcher.css";

const SVG = "http://www.w3.org/2000/svg";
const BUBBLE = "M4 5h16v11H10l-5 4v-4H4z";
/** The smallest module: whether it starts tells whether the page's policy allows WebAssembly. WebKit
 *  compiles what it then refuses to start. */
const EMPTY_MODULE = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);

/** Inline widgets on the page now; while there is one, it stands in for an unused launcher. */
let inlineWidgets = 0;
let launcher: ChatElement | undefined;
/** Whether the launcher's conversation has begun. */
let inUse = false;

const script = (name: string) => import(/* webpackIgnore: true */ `${base}prequal-${name}.js`);

export class ChatElement extends HTMLElement {
  #loading: Promise<void> | undefined;
  #button: HTMLButtonElement | undefined;
  #opened: (() => void) | undefined;
  #abandoned: boolean | undefined;

  connectedCallback(): void {
    if (this.#inline) this.#count(1);
    if (this.#button || this.#loading || this.#abandoned) return;
    try {
      new WebAssembly.Instance(new WebAssembly.Module(EMPTY_MODULE));
      if (this.#inline) this.#await();
      else this.#drawLauncher();
    } catch (error) {
      this.#abandon("PQ402", location.pathname, `${error}. Does script-src have 'wasm-unsafe-eval'?`);
    }
  }

  #await(): void {
    new IntersectionObserver((entries, near) => {
      // A conversation that began in the panel goes on there, and a form that is being filled in stays.
      if (entries.some((entry) => entry.isIntersecting) && !inUse && !this.matches(":focus-within")) {
        near.disconnect();
        this.#load();
      }
    }).observe(this);
  }

  disconnectedCallback(): void {
    if (this.#inline) this.#count(-1);
  }

  #count(change: number): void {
    inlineWidgets += change;
    if (!inUse) launcher?.toggleAttribute("hidden", inlineWidgets > 0);
  }

  get #inline(): boolean {
    return this.getAttribute("mode") === "inline";
  }

  #setting(name: keyof Settings): string | undefined {
    return this.getAttribute(name) ?? settings[name];
  }

  #drawLauncher(): void {
    launcher = this;
    this.#count(0);
    const root = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
    const accent = this.#setting("accent");
    if (accent) this.style.setProperty("--prequal-accent", accent);
    const button = document.createElement("button");
    const svg = document.createElementNS(SVG, "svg");
    const line = document.createElementNS(SVG, "path");
    button.type = "button";
    button.className = "launcher";
    button.part.add("launcher");
    button.ariaExpanded = "false";
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.ariaHidden = "true";
    line.setAttribute("d", BUBBLE);
    svg.append(line);
    button.append(svg, this.#setting("label") ?? "Chat");
    root.append(button);
    this.#button = button;
    // The files come when a visitor means to open it, so that they are there at the click.
    for (const intent of ["pointerenter", "focus"]) button.addEventListener(intent, () => this.#load());
    button.addEventListener("click", () => this.open());
    root.addEventListener("click", (event) => {
      if ((event.target as Element).closest("[part=close]")) this.close();
    });
    root.addEventListener("keydown", (event) => {
      if ((event as KeyboardEvent).key === "Escape") this.close();
    });
  }

  /** Opens the panel; an inline widget is always open. */
  async open(): Promise<void> {
    const button = this.#button;
    if (!button) return;
    button.ariaBusy = "true";
    await this.#load();
    button.ariaBusy = null;
    if (this.#abandoned) return this.#showFallback();
    this.toggleAttribute("open", true);
    button.ariaExpanded = "true";
    this.#opened?.();
  }

  /** Closes the panel; everything answered stays. */
  close(): void {
    if (!this.#button || !this.hasAttribute("open")) return;
    this.removeAttribute("open");
    this.#button.ariaExpanded = "false";
    this.#button.focus();
  }

  #load(): Promise<void> {
    inUse ||= this === launcher;
    return (this.#loading ??= this.#start());
  }

  async #start(): Promise<void> {
    const flow = this.#setting("flow") ?? "";
    if (!flow) return this.#abandon("PQ400", "data-flow", "No flow is named.");
    const fail = (error: unknown) => this.#abandon("PQ403", base, `The widget could not start (${error}). Upload all of dist/.`);
    try {
      // All on their way at once; each is waited for, and its failure told, where it is needed.
      const files = [flow, `${base}prequal-face.wasm`].map((url) => fetch(url));
      for (const file of files) file.catch(() => {});
      const widget: typeof import("./widget.js") = await script("widget");
      this.#opened = await widget.start(this, files, base, flow, this.#setting("endpoint"), this.#setting("locale"), landing, subscribe, (...complaint) => this.#abandon(...complaint), fail);
    } catch (error) {
      fail(error);
    }
  }

  /** Gives up quietly: the page's own form stays or comes back, and its author is told once. */
  #abandon(...complaint: [string, string, string] | []): void {
    if (complaint.length) complain(...complaint);
    if (this.#abandoned) return;
    this.#abandoned = true;
    // Whoever was answering goes on in the form.
    const answering = this.hasAttribute("open") || this.matches(":focus-within");
    if (this.#inline) this.shadowRoot?.replaceChildren(document.createElement("slot"));
    else this.remove();
    if (answering) this.#showFallback();
  }

  #showFallback(): void {
    try {
      const form = document.querySelector(this.#setting("fallback") || "prequal-chat form");
      form?.scrollIntoView();
      form?.querySelector<HTMLElement>("input:not([type=hidden]),textarea")?.focus();
    } catch {
      // Not a selector: there is nothing to go to.
    }
  }
}

/** Registers the element. Harmless when done twice. */
export function define(folder: string, given: Settings): void {
  if (customElements.get("prequal-chat")) return;
  configure(folder, given);
  watch();
  customElements.define("prequal-chat", ChatElement);
  // Leads that an earlier page could not send are sent now; without any, nothing is fetched.
  // Naming the property throws where storage is denied, hence inside.
  (async () => {
    const all = await indexedDB.databases();
    if (all.some(({ name }) => name === "prequal")) await (await script("engine")).resume(base);
  })().catch(() => {});
}
