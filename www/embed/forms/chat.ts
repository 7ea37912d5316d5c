// A form as a conversation in its place. The form stays where it is, hidden: it takes the answers as they come, so
// that the page's own scripts hear of them, and in the end it is the form that is sent. Whatever goes wrong, the form
// shows again.
import { EXPORT, NOTHING, NOWHERE } from "../crossing.js";
import type { Inside } from "../inside.js";
import { complain, make } from "../settings.js";
import type { Given } from "../widget.js";
import { boxes, note } from "./consent.js";
import { elements, member, tick, veil } from "./controls.js";
import { derive } from "./derive.js";
import { fill, questions, value } from "./fields.js";
import type { Flow } from "./flow.js";

export type Setup = {
  /** The folder of prequal-widget.js. */
  base: string;
  /** The flow's address. */
  address: string;
  /** The submit is gated: what becomes of the form afterwards is not shown here. */
  gate?: boolean;
  /** Answers that are known, by the ids of fields: they are not asked. */
  known?(): Record<string, unknown> | undefined;
};

/** What the engine holds (`held` in src/ffi). */
type Held = { lead: { answers: Record<string, unknown> } | null; granted: Record<string, boolean> | null };

/** The height of a short form is too little to talk in. */
const LEAST = 560;
/** A long form on a phone would leave the question far below an empty panel. */
const MOST = 760;

/** What a form is known by when a framework has drawn it anew. */
const signature = (form: HTMLFormElement) => ["data-prequal", "id", "name", "action"].map((name) => member(form, "getAttribute")(name)).join(" ");

class Conversation {
  readonly #signature: string;
  readonly #setup: Setup;
  #form: HTMLFormElement;
  #host: HTMLElement | undefined;
  #inside: Inside | undefined;
  /** The author's flow, and the steps of the one that asks for the form. */
  #flow: Flow | undefined;
  #ends = new Set<string>();
  #first = "";
  /** The visitor has begun to fill in the form itself. */
  #isTouched = false;
  /** The visitor has done something in the conversation: what is known by itself sends nothing. */
  #isActed = false;
  #isShown = false;
  #isOver = false;
  /** Fields that were answered here, so that the form follows when they are so no longer. */
  #filled = new Set<string>();
  /** The visitor has chosen at the step of consent. */
  #isDecided = false;
  /** What was agreed to has not been sent yet. */
  #isArmed = false;
  #hasEnded = false;
  #isDue = false;
  #stop = new AbortController();

  constructor(form: HTMLFormElement, setup: Setup) {
    [this.#form, this.#setup, this.#signature] = [form, setup, signature(form)];
    addEventListener("input", (event) => this.#isTouched ||= event.isTrusted && this.#has(event), { capture: true, signal: this.#stop.signal });
    this.#await();
  }

  #has(event: Event): boolean {
    const path = event.composedPath();
    return path.includes(this.#form) || (path[0] as HTMLInputElement).form === this.#form;
  }

  /** Nothing is fetched before the form is in sight. */
  #await(): void {
    const near = new IntersectionObserver((entries) => {
      if (!entries.at(-1)!.isIntersecting) return;
      near.disconnect();
      this.#begin().catch(() => this.end());
    }, { rootMargin: "9px" });
    near.observe(this.#form);
    this.#stop.signal.addEventListener("abort", () => near.disconnect());
  }

  get #isThere(): boolean {
    return member(this.#form, "isConnected");
  }

  /** Whoever is in the form already stays there. */
  get #isTaken(): boolean {
    return this.#isTouched || member(this.#form, "matches")(":focus-within") || !this.#isThere;
  }

  async #begin(): Promise<void> {
    const { give }: typeof import("../widget.js") = await import(/* webpackIgnore: true */ `${this.#setup.base}prequal-widget.js`);
    if (this.#isOver || this.#isTaken) return this.end();
    const host = (this.#host = make("prequal-chat"));
    const said = { mode: "inline", closes: "", flow: this.#setup.address, endpoint: NOWHERE };
    for (const [name, text] of Object.entries(said)) host.setAttribute(name, text);
    const lang = member(this.#form, "lang");
    if (lang) host.lang = lang;
    const act = ({ isTrusted }: Event) => (this.#isActed ||= isTrusted);
    for (const kind of ["click", "input"]) host.addEventListener(kind, act, true);
    // What is known may lead to an end before anything is drawn.
    host.addEventListener("prequal:step", (event) => this.#reach((event as CustomEvent).detail.step));
    give(host, this.#given);
    const { height } = member(this.#form, "getBoundingClientRect")();
    this.#place();
    // As high as the form, so that little below it moves; the page's own wish goes first.
    if (!getComputedStyle(host).getPropertyValue("--prequal-height")) host.style.setProperty("--prequal-height", `${Math.min(Math.max(height, LEAST), MOST)}px`);
  }

  #place(): void {
    if (this.#host && this.#host.nextElementSibling !== this.#form) member(this.#form, "before")(this.#host);
  }

  #given: Given = {
    take: (inside) => {
      this.#inside = inside;
      const { abandon } = inside;
      inside.abandon = (...complaint) => {
        const isAnswering = inside.host.matches(":focus-within");
        abandon(...complaint);
        this.end(isAnswering);
      };
    },
    flow: (fetched) => {
      try {
        const text = new TextDecoder().decode(fetched);
        const flow: Flow = JSON.parse(text);
        const asked = questions(this.#form, flow);
        const given = boxes(this.#form, flow.consent?.purposes ?? []);
        const derived = derive(JSON.parse(text), asked, given);
        const { start, steps } = derived.conversation;
        this.#first = start;
        this.#ends = new Set(steps.filter(({ end }) => end).map(({ id }) => id));
        this.#isArmed = !steps.some(({ consent }) => consent);
        // What the page has written into the form for this visitor need not be asked.
        const written = asked.filter(({ options, controls }) => !options.length && !controls[0]!.matches("[type=checkbox],[type=range],[type=color]"));
        const known = [...written.map((one) => [one.field, value(one)] as const), ...Object.entries(this.#setup.known?.() ?? {})];
        const all = known.filter(([, value]) => value != null);
        if (all.length) this.#inside!.known = Object.fromEntries(all);
        this.#flow = flow;
        return new TextEncoder().encode(JSON.stringify(derived));
      } catch {
        // The engine says what is wrong with it.
        return fetched;
      }
    },
    shown: () => {
      const { talk, abandon } = this.#inside!;
      // In the turn in which it is drawn, so that it is never seen.
      if (this.#isTaken || !this.#flow) return queueMicrotask(abandon);
      talk!.told = (name, detail) => this.#hear(name, detail);
      this.#isShown = true;
      this.#hide(true);
      // What was known was told before anybody heard of it.
      this.#soon();
      // Its head is there once it is drawn: whoever would rather fill in the form closes the conversation.
      queueMicrotask(() => this.#host!.shadowRoot?.querySelector("[part=close]")?.addEventListener("click", () => this.#inside!.abandon()));
    },
  };

  /** Hides the form, with what belongs to it from elsewhere on the page, or shows it. */
  #hide(on: boolean): void {
    const form = this.#form;
    const within = member(form, "contains");
    for (const one of [form as HTMLElement & { labels?: NodeListOf<HTMLLabelElement> }, ...elements(form).filter((control) => !within(control))]) {
      veil(one, on);
      // A label may hold more than this control, but then it is about this one.
      for (const label of one.labels ?? []) if (!within(label)) veil(label, on);
    }
  }

  #hear(name: string, detail: Record<string, string>): void {
    if (name === "consent") {
      this.#isArmed = detail["choice"] === "given";
      this.#isDecided = detail["choice"] !== "withdrawn";
    }
    if (name === "step") {
      const step = detail["step"]!;
      this.#reach(step);
      if (step === this.#first) this.#begun();
      if (!this.#hasEnded && this.#isShown) this.#hide(true);
    }
    this.#soon();
  }

  #reach(step: string): void {
    this.#hasEnded = this.#ends.has(step);
  }

  /** Once the engine has done what it tells of. */
  #soon(): void {
    if (!this.#isDue) queueMicrotask(() => this.#safely(() => this.#settle()));
    this.#isDue = true;
  }

  /** Whatever happens in here, the page hears of no error. */
  #safely(run: () => void): void {
    try {
      run();
    } catch (error) {
      complain("PQ404", "data-prequal", `The form shows as it is (${error}).`);
      this.end();
    }
  }

  /** From the beginning, or anew. */
  #begun(): void {
    this.#isDecided = false;
    this.#isArmed = !this.#flow!.conversation.steps.some(({ consent }) => consent);
  }

  #settle(): void {
    this.#isDue = false;
    if (this.#isOver || !this.#isThere) return;
    this.follow();
    if (!this.#hasEnded) return;
    // Nothing is left to ask: the form has it all, to be sent by whoever looked at it.
    if (!this.#isActed) return this.#inside!.abandon();
    if (this.#isArmed) {
      this.#isArmed = false;
      // After what is said at the end is drawn.
      setTimeout(() => this.#safely(() => this.#send()));
      // Who was not asked for consent has not refused it, and may send the form by hand.
    } else if (!this.#isDecided && !this.#setup.gate) this.#hide(false);
  }

  get #held(): Held | undefined {
    const text = this.#inside?.talk?.tell?.(EXPORT, 0, "", NOTHING, false, Date.now());
    return text ? JSON.parse(text) : undefined;
  }

  /** Answers of the way that the visitor took, by the ids of fields; also those that the form has no place for. */
  get answers(): Record<string, unknown> {
    const all = Object.entries(this.#held?.lead?.answers ?? {});
    return Object.fromEntries(all.filter(([, value]) => value !== null));
  }

  get form(): HTMLFormElement {
    return this.#form;
  }

  /** Writes into the form what was answered here, and takes out what no longer is. */
  follow(): void {
    const held = this.#held;
    if (!held || !this.#flow) return;
    const { answers } = this;
    // What one answer changes in the form another may need.
    for (let turn = 0; turn < 2; turn++) {
      for (const question of questions(this.#form, this.#flow)) {
        const answer = answers[question.field];
        // An answer that the form does not have is not to leave another in its place.
        if (answer !== undefined) fill(question, answer);
        else if (this.#filled.has(question.field)) fill(question, undefined);
      }
    }
    this.#filled = new Set(Object.keys(answers));
    const { granted } = held;
    if (!granted && !this.#isDecided) return;
    for (const { purpose, box } of boxes(this.#form, this.#flow.consent?.purposes ?? [])) {
      const on = granted?.[purpose] === true;
      // The visitor did it, in the conversation; the click is ours.
      tick(box, on);
      note(box, on);
    }
  }

  /** Sends the form as its own button would. */
  #send(): void {
    const form = this.#form;
    if (this.#isOver || !this.#isThere) return;
    this.follow();
    const button = elements(form).find((one) => one.type === "submit" && !one.disabled);
    const isTried = !member(form, "noValidate") && !button?.formNoValidate;
    // What is not drawn the browser cannot point at.
    this.#hide(false);
    if (isTried && !member(form, "reportValidity")()) return this.end();
    this.#hide(true);
    let sent: Event | undefined;
    const hear = (event: Event) => event.target === form && (sent = event);
    addEventListener("submit", hear, true);
    member(form, "requestSubmit")(button ?? null);
    removeEventListener("submit", hear, true);
    // The gate took it before anybody heard of it, and shows in the form's place how it went.
    if (!sent && this.#setup.gate) return this.#rest();
    // A script of the page has taken it, and says in the form how it went.
    if (!sent || sent.defaultPrevented) this.#hide(false);
  }

  /** Whether a form is this one, drawn anew. */
  isOf(form: HTMLFormElement): boolean {
    return !this.#isOver && (form === this.#form || (!this.#isThere && signature(form) === this.#signature));
  }

  /** Goes on in the place of another form. */
  move(form: HTMLFormElement): void {
    const isSame = form === this.#form;
    this.#form = form;
    if (!this.#isShown) return isSame ? undefined : this.#await();
    this.#place();
    this.#hide(true);
    if (!isSame) this.follow();
  }

  /** Keeps to its form when that is moved, drawn anew, or taken off the page. */
  keep(): void {
    this.#safely(() => this.#keep());
  }

  #keep(): void {
    const [host, form] = [this.#host, this.#form];
    if (!host) return;
    if (this.#isThere) {
      if (host.parentNode !== member(form, "parentNode")) this.#place();
      return;
    }
    // Before it is seen.
    const fresh = ([...Document.prototype.querySelectorAll.call(document, "form[data-prequal]")] as HTMLFormElement[]).find((one) => !of(one, true) && this.isOf(one));
    if (fresh) this.move(fresh);
    else if (host.isConnected) setTimeout(() => this.#isThere || host.remove(), 1000);
  }

  /** Takes itself off the page. */
  #rest(): void {
    this.#isOver = true;
    this.#stop.abort();
    all.delete(this);
    this.#host?.remove();
  }

  /** Gives up: the form shows as it is. */
  end(isAnswering?: boolean): void {
    if (this.#isOver) return;
    this.#rest();
    if (this.#isShown) this.#hide(false);
    // Whoever was answering goes on in the form.
    if (isAnswering) member(this.#form, "querySelector")<HTMLElement>(":read-write:not([tabindex='-1'])")?.focus();
  }
}

const all = new Set<Conversation>();
let watcher: MutationObserver | undefined;

const of = (form: HTMLFormElement, already = false) => [...all].find((one) => (already ? one.form === form : one.isOf(form)));

/** Puts a conversation in the place of a form, once the form is in sight. It goes on when the form is drawn anew and
 *  given here again. The function that it gives ends it. */
export function chat(form: HTMLFormElement, setup: Setup): () => void {
  let one = of(form);
  if (one) one.move(form);
  else all.add((one = new Conversation(form, setup)));
  watcher ??= new MutationObserver(() => {
    for (const each of all) each.keep();
  });
  watcher.observe(document, { childList: true, subtree: true });
  return () => one.end();
}

/** The answers given in the conversation that stands for a form, also those that the form has no place for. */
export const answered = (form: HTMLFormElement): Record<string, unknown> => of(form, true)?.answers ?? {};
