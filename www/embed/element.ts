// <prequal-chat>: a launcher that opens a panel, or, with mode="inline", a widget in its own place
// whose content (the page's own form) shows whenever the widget does not.
import { base, complain, configure, settings, type Settings } from "./settings.js";
import { Kind, subscribe, watch } from "./signals.js";
import css from "./launcher.css";

const BUBBLE = "M4 5h16v11H10l-5 4v-4H4z";
/** The smallest module: whether it compiles tells whether the page's policy allows WebAssembly. */
const EMPTY_MODULE = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);

type Widget = typeof import("./widget.js");
type Send = ReturnType<typeof import("prequal-glue").start>;

function wasmAllowed(): boolean {
  try {
    return !!new WebAssembly.Module(EMPTY_MODULE);
  } catch {
    return false;
  }
}

const widget = (): Promise<Widget> => import(/* webpackIgnore: true */ `${base}prequal-widget.js`);

export class ChatElement extends HTMLElement {
  #loading: Promise<void> | undefined;
  #launcher: HTMLButtonElement | undefined;
  #send: Send;
  #abandoned = false;

  connectedCallback(): void {
    if (this.#launcher || this.#loading || this.#abandoned) return;
    if (!wasmAllowed()) {
      this.#abandon("PQ402", location.pathname, "The page's policy blocks WebAssembly. Add 'wasm-unsafe-eval' to script-src.");
    } else if (this.#inline) {
      const near = new IntersectionObserver(
        (entries) => {
          if (!entries.some((entry) => entry.isIntersecting)) return;
          near.disconnect();
          void this.#load();
        },
        { rootMargin: "200px" },
      );
      near.observe(this);
    } else {
      this.#drawLauncher();
    }
  }

  get #inline(): boolean {
    return this.getAttribute("mode") === "inline";
  }

  #setting(name: keyof Settings): string | undefined {
    return this.getAttribute(name) ?? settings[name];
  }

  #drawLauncher(): void {
    const root = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
    const accent = this.#setting("accent");
    if (accent) this.style.setProperty("--prequal-accent", accent);
    const launcher = document.createElement("button");
    const label = document.createElement("span");
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
    launcher.part.add("launcher");
    launcher.type = "button";
    launcher.className = "launcher";
    launcher.ariaExpanded = "false";
    label.textContent = this.#setting("label") ?? "Chat";
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.ariaHidden = "true";
    line.setAttribute("d", BUBBLE);
    svg.append(line);
    launcher.append(svg, label);
    root.append(launcher);
    this.#launcher = launcher;
    // The files come when a visitor means to open it, so that they are there at the click.
    for (const intent of ["pointerenter", "focus"]) launcher.addEventListener(intent, () => void this.#load(), { once: true });
    launcher.addEventListener("click", () => void this.open());
    root.addEventListener("click", (event) => {
      if ((event.target as Element).closest("[part=close]")) this.close();
    });
    root.addEventListener("keydown", (event) => {
      if ((event as KeyboardEvent).key === "Escape") this.close();
    });
  }

  /** Opens the panel; an inline widget is always open. */
  async open(): Promise<void> {
    if (!this.#launcher) return;
    this.#launcher.ariaBusy = "true";
    await this.#load();
    this.#launcher.ariaBusy = null;
    if (this.#abandoned) return this.#showFallback();
    this.toggleAttribute("open", true);
    this.#launcher.ariaExpanded = "true";
    this.#send?.(Kind.Opened, "", 0);
  }

  /** Closes the panel; everything answered stays. */
  close(): void {
    if (!this.#launcher || !this.hasAttribute("open")) return;
    this.removeAttribute("open");
    this.#launcher.ariaExpanded = "false";
    this.#launcher.focus();
  }

  #load(): Promise<void> {
    return (this.#loading ??= this.#start());
  }

  async #start(): Promise<void> {
    const flow = this.#setting("flow");
    if (!flow) return this.#abandon("PQ400", "data-flow", "No flow is named. Write data-flow=\"/prequal.json\".");
    try {
      // All three on their way at once.
      const files = { flow: fetch(flow), wasm: fetch(`${base}prequal.wasm`) };
      for (const file of Object.values(files)) file.catch(() => {});
      const { start } = await widget();
      const started = await start(files, base, flow, this.#setting("endpoint"), () => this.shadowRoot ?? this.attachShadow({ mode: "open" }), this.#inline);
      if (typeof started === "function") {
        this.#send = started;
        this.toggleAttribute("ready", true);
        subscribe(started);
      } else {
        this.#abandon(...started);
      }
    } catch (error) {
      this.#abandon("PQ403", base, `The widget's files could not be loaded (${error}). Upload all of dist/ next to prequal.js.`);
    }
  }

  /** Gives up quietly: the page's own form stays or comes back, and its author is told once. */
  #abandon(...[code, place, text]: [string, string, string] | []): void {
    this.#abandoned = true;
    if (code) complain(code, place!, text!);
    if (this.#inline) this.shadowRoot?.replaceChildren(document.createElement("slot"));
    else this.remove();
  }

  #showFallback(): void {
    const selector = this.#setting("fallback");
    const form = selector && document.querySelector<HTMLElement>(selector);
    if (!form) return;
    form.scrollIntoView();
    form.querySelector<HTMLElement>("input:not([type=hidden]),select,textarea")?.focus();
  }
}

/** Leads that an earlier page could not send are sent now; without any, nothing is fetched. */
async function resume(): Promise<void> {
  try {
    const databases = await indexedDB.databases();
    if (databases.some(({ name }) => name === "prequal")) (await widget()).resume(base);
  } catch {
    // Storage is denied: there is nothing in it to send.
  }
}

/** Registers the element. Harmless when done twice. */
export function define(folder: string, given: Settings): void {
  if (customElements.get("prequal-chat")) return;
  configure(folder, given);
  watch();
  customElements.define("prequal-chat", ChatElement);
  void resume();
}
