// One form and its part in the session of its flow.
import { ATTACH, EXPORT, FILL, NOTHING } from "../crossing.js";
import type { Hears, Session } from "../engine.js";
import { complain, lists } from "../settings.js";
import { answered as answersOf } from "./chat.js";
import { type Box, boxes, isTicked } from "./consent.js";
import { type Question, questions, value } from "./fields.js";
import type { Flow } from "./flow.js";
import type { Page } from "./main.js";

/** What the engine says that a visitor may want to look at again. */
export type Hint = { field: string; word: string; text: string };

export class Form {
  readonly modes: string[];
  /** The flow's address. */
  readonly address: string;
  /** It is left alone from now on. */
  over = false;
  flow?: Flow;
  bytes?: Uint8Array;
  loading?: Promise<void>;
  session?: Session;
  /** We are writing into its controls ourselves. */
  filling = false;
  /** Controls that somebody answered by. */
  readonly touched = new Set<Element>();
  /** By field: what the session was told last, as JSON. */
  readonly told = new Map<string, string>();
  hints: Hint[] = [];
  /** When the visitor came to it, in milliseconds since the page began. */
  begun = 0;
  /** Hears the views of the session. */
  seen?: (json: string) => void;

  constructor(
    readonly page: Page,
    readonly element: HTMLFormElement,
  ) {
    this.modes = (this.attribute("data-prequal-mode") || "augment").trim().split(/\s+/);
    this.address = this.attribute("data-prequal") || page.setting("flow") || "";
  }

  /** Its author is told once; its visitor notices nothing. */
  readonly fail = (error: unknown): void => {
    if (!this.over) complain("PQ404", this.name, `The form is left as it is (${error}).`);
    this.ends();
  };

  ends(): void {
    this.over = true;
    if (this.session) this.session.hears.delete(this.hears);
  }

  // By the members that all elements have: controls may be called like those of their form.
  attribute(name: string): string | null {
    return Element.prototype.getAttribute.call(this.element, name);
  }

  all<E extends Element>(selector: string): E[] {
    return [...(Element.prototype.querySelectorAll.call(this.element, selector) as NodeListOf<E>)];
  }

  append(node: Node): void {
    Node.prototype.appendChild.call(this.element, node);
  }

  /** The page's language there. */
  get locale(): string {
    return this.page.setting("locale") ?? (Element.prototype.closest.call(this.element, "[lang]") as HTMLElement | null)?.lang ?? "";
  }

  /** As people and records call it. */
  get name(): string {
    return this.attribute("name") || this.attribute("id") || this.attribute("aria-label") || "form";
  }

  get questions(): Question[] {
    return questions(this.element, this.flow!).filter(({ known }) => known);
  }

  get boxes(): Box[] {
    return boxes(this.element, this.flow!.consent?.purposes ?? []);
  }

  is(mode: string): boolean {
    return this.modes.includes(mode);
  }

  touch(control: Element): void {
    this.begun ||= performance.now();
    this.touched.add(control);
  }

  tell(kind: number, content: unknown, trusted = false): string | undefined {
    return this.session?.tell(kind, 0, JSON.stringify(content), NOTHING, trusted, Date.now());
  }

  /** What its session holds, by the ids of fields; null: skipped. */
  get answers(): Record<string, unknown> {
    return JSON.parse(this.tell(EXPORT, "") || "{}").answers ?? {};
  }

  /** What it says as it is submitted: the words of the boxes that the visitor ticked. */
  submission(hasty: boolean): { name: string; purposes: Record<string, string>; hasty: boolean } {
    const ticked = this.boxes.filter(({ box, preticked }) => !preticked && isTicked(box));
    return { name: this.name, purposes: Object.fromEntries(ticked.map(({ purpose, text }) => [purpose, text])), hasty };
  }

  /** By name: what goes along with it. Nothing, unless the visitor agreed in it. */
  attachment(): Record<string, string> | undefined {
    if (!this.session) return undefined;
    const form = this.submission(false);
    if (!Object.keys(form.purposes).length) return undefined;
    const text = this.tell(ATTACH, form);
    return text ? JSON.parse(text) : undefined;
  }

  readonly hears: Hears = {
    // Each by itself: what fails in one form is not to reach those that hear after it.
    view: (json) => {
      try {
        this.seen?.(json);
      } catch (error) {
        this.fail(error);
      }
    },
    tellPage: (name, detail = {}) => {
      EventTarget.prototype.dispatchEvent.call(this.element, new CustomEvent(`prequal:${name}`, { bubbles: true, composed: true, detail }));
    },
    tells: (field) => lists(this.page.setting("tell"), field),
    fail: (error) => this.fail(error),
  };
}

/** Fetches the flow and the engine, once somebody means to use the form. Rejects where one of them is not to be had. */
export function load(form: Form): Promise<void> {
  return (form.loading ??= start(form));
}

async function start(form: Form): Promise<void> {
  const { page, address } = form;
  const reply = await fetch(address);
  if (!reply.ok) throw new Error(`the flow could not be fetched: ${reply.status}`);
  form.bytes = new Uint8Array(await reply.arrayBuffer());
  form.flow = JSON.parse(new TextDecoder().decode(form.bytes));
  form.begun ||= performance.now();
  const engine: typeof import("../engine.js") = await page.script("engine");
  const resolved = (address: string | undefined) => address && new URL(address, location.href).href;
  // Of another flow than the tag's it takes nothing of the tag.
  const endpoint = resolved(address) === resolved(page.setting("flow")) ? page.setting("endpoint") : undefined;
  const session = await engine.share(page, form.bytes, form.locale, address, endpoint, form.is("gate"));
  if (Array.isArray(session)) {
    const [code, text] = session;
    complain(code, form.name, `${text} The form posts as it always did.`);
    return form.ends();
  }
  session.hears.add(form.hears);
  form.session = session;
  feed(form);
}

/** Tells the session what the form says; all of it where the form is submitted, else what somebody touched. */
export function feed(form: Form, all = false): void {
  if (!form.session) return;
  const answered = all ? form.answers : undefined;
  const news: Record<string, unknown> = {};
  // What the conversation in its place asked, and the form has no control for.
  if (all && form.is("chat")) Object.assign(news, answersOf(form.element));
  for (const question of form.questions) {
    delete news[question.field];
    const given = value(question) ?? null;
    const text = JSON.stringify(given);
    const touched = question.controls.some((control) => form.touched.has(control));
    // What stands in a form by itself is an answer once it is submitted, where there is no other.
    const counts = touched || (answered && given !== null && !(question.field in answered));
    if (!counts || form.told.get(question.field) === text) continue;
    form.told.set(question.field, text);
    news[question.field] = given;
  }
  if (!Object.keys(news).length) return;
  const hints: Hint[] = JSON.parse(form.tell(FILL, news) || "[]");
  form.hints = [...form.hints.filter(({ field }) => !(field in news)), ...hints];
}
