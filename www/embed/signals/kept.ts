// <prequal-kept>: shows a visitor what flows keep of signals in this browser, and deletes it. The words around it are
// the page's own, in its slots.
import { DOWNLOAD, EVENT, PAGE_VIEW, SEPARATOR, SIGNAL } from "../crossing.js";
import { make } from "../settings.js";
import { declared, glob, type Declared } from "./declared.js";
import { everything, type Kept, removeAll, removeOf, type Sighting } from "./record.js";

const KINDS: Record<number, string> = { [PAGE_VIEW]: "page_view", [DOWNLOAD]: "download", [EVENT]: "event" };

/** What a sighting is called: the label of its signal, and where there is one the path. */
function words(flow: Declared | undefined, [kind, text]: Sighting): string {
  const [name = "", id, page = ""] = text.split(SEPARATOR);
  const is = kind === SIGNAL ? ({ id: own }: { id: string }) => own === id : (signal: { kind: string; path?: string }) => signal.kind === KINDS[kind] && glob(signal.path, name);
  const label = flow?.signals.find(is)?.label ?? (kind === SIGNAL ? id : undefined);
  const detail = kind === SIGNAL ? page : name;
  return label ? `${label}${detail && detail !== label ? ` (${detail})` : ""}` : detail;
}

export class KeptElement extends HTMLElement {
  #flow: Promise<Declared | undefined> | undefined;

  connectedCallback(): void {
    if (!this.shadowRoot) {
      const root = this.attachShadow({ mode: "open" });
      const status = make("div");
      status.role = "status";
      root.append(status);
      root.addEventListener("click", (event) => {
        const slot = event.composedPath().find((one) => one instanceof HTMLSlotElement && one.name === "erase");
        if (slot) this.erase();
      });
      // Another tab writes and deletes too.
      addEventListener("storage", () => this.isConnected && this.#draw());
    }
    const address = this.getAttribute("flow");
    this.#flow ??= address
      ? fetch(address)
          .then((reply) => (reply.ok ? reply.text() : ""))
          .then(declared)
          .catch(() => undefined)
      : Promise.resolve(undefined);
    this.#draw();
  }

  /** Deletes what is kept: of its flow where it names one, of all otherwise. */
  async erase(): Promise<void> {
    const flow = await this.#flow;
    if (flow) removeOf(flow.id);
    else removeAll();
    await this.#draw();
    this.dispatchEvent(new Event("erased", { bubbles: true }));
  }

  async #draw(): Promise<void> {
    const flow = await this.#flow;
    const all = everything().filter((kept) => !flow || kept.flow === flow.id);
    const status = this.shadowRoot!.firstElementChild!;
    // Deleting comes before a list that may be long.
    status.replaceChildren(...(all.length ? [slot("heading"), slot("erase"), ...all.flatMap((kept) => this.#list(flow, kept))] : [slot("none")]));
  }

  #list(flow: Declared | undefined, { seen, agreed, until }: Kept): HTMLElement[] {
    const language = this.closest<HTMLElement>("[lang]")?.lang || undefined;
    const formats = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
    const time = (at: number) => {
      const element = make("time");
      element.dateTime = new Date(at).toISOString();
      element.append(formats.format(at));
      return element;
    };
    const span = make("p");
    (span as any).part = "span";
    // From when to when: the two dates need no words.
    span.append(time(agreed), " – ", time(until));
    const list = make("ol");
    (list as any).part = "list";
    // Its number would say nothing.
    list.role = "list";
    for (const sighting of seen) {
      const item = make("li");
      (item as any).part = "item";
      item.append(time(sighting[2]), " ", words(flow, sighting));
      list.append(item);
    }
    return [span, list];
  }
}

function slot(name: string): HTMLSlotElement {
  const element = make("slot");
  element.name = name;
  return element;
}

if (!customElements.get("prequal-kept")) customElements.define("prequal-kept", KeptElement);
