// Forms of the page that name a flow by `data-prequal`. Each stays what it is: whatever of ours fails, or is not
// there yet, it posts as it always did.
import type { Page as OfSession } from "../session.js";
import type { notice as Notice, subscribe as Subscribe } from "../signals.js";
import { complain, type Settings } from "../settings.js";
import { attach, detach } from "./attach.js";
import { chat } from "./chat.js";
import { watch } from "./consent.js";
import { member } from "./controls.js";
import { feed, Form, load } from "./form.js";
import { showHints } from "./hints.js";
import { gate, guard } from "./gate.js";
import { settle } from "./progressive.js";

/** What the loader tells of the page. */
export type Page = OfSession & { script(name: string): Promise<any> };

const MODES = ["augment", "gate", "chat", "observe", "chat gate"];

const forms = new WeakMap<HTMLFormElement, Form>();
/** Roots whose events do not leave them, which are heard of there. */
const roots = new WeakSet<Node>();

/** A form that names a flow. Its attribute, not its member: a control may be named like one. */
const isOurs = (node: unknown): node is HTMLFormElement => node instanceof HTMLFormElement && Element.prototype.hasAttribute.call(node, "data-prequal");

function take(page: Page, element: HTMLFormElement): Form | undefined {
  const there = forms.get(element);
  if (there) return there;
  const form = new Form(page, element);
  forms.set(element, form);
  const said = form.modes.join(" ");
  if (!MODES.includes(said)) {
    complain("PQ409", "data-prequal-mode", `“${said}” is no mode. Write one of: ${MODES.join(", ")}. The form posts as it always did.`);
    form.ends();
    return form;
  }
  if (!form.address && !form.is("observe")) {
    complain("PQ400", form.name, "No flow is named: neither by data-prequal nor by data-flow on the script tag. The form posts as it always did.");
    form.ends();
    return form;
  }
  const root = member(element, "getRootNode")();
  if (root !== document && !roots.has(root)) {
    roots.add(root);
    listen(page, root, ["change", "submit", "reset"]);
  }
  const talks = form.is("chat");
  const talk = () => chat(element, { base: page.base, address: form.address, gate: form.is("gate"), known: () => form.answers });
  // What was answered elsewhere on the page is known once the session is there.
  if (form.attribute("data-prequal-progressive") !== null && !form.is("observe")) load(form).then(() => quietly(() => form, talks ? talk : settle), form.fail);
  else if (talks) talk();
  return form;
}

/** The form that an event is about: a submitted one, or that of a control, also where it stands elsewhere. */
function about(page: Page, event: Event): Form | undefined {
  const [target] = event.composedPath();
  const element = target instanceof HTMLFormElement ? target : ((target as HTMLInputElement).form ?? (target as Element).closest?.("form"));
  return isOurs(element) ? take(page, element) : undefined;
}

/** Whatever happens in here, the form goes on, and the page hears of no error. */
function quietly(which: () => Form | undefined, run: (form: Form) => void = () => {}): void {
  let form: Form | undefined;
  try {
    form = which();
    if (form && !form.over && !form.filling && !form.is("observe")) run(form);
  } catch (error) {
    if (form) form.fail(error);
    else complain("PQ404", "data-prequal", `A form is left as it is (${error}).`);
  }
}

const heard: Record<string, (form: Form, event: Event) => void> = {
  focusin(form) {
    if (form.is("gate")) guard(form);
    void load(form).catch(form.fail);
  },
  input(form, event) {
    form.touch(event.composedPath()[0] as Element);
    load(form).then(() => quietly(() => form, showHints), form.fail);
  },
  change(form) {
    feed(form);
    if (!form.is("gate")) attach(form);
    showHints(form);
  },
  reset(form) {
    detach(form);
    // Its controls are as they were once the event is over, and what was answered by them is so no longer.
    setTimeout(() => quietly(() => form, feed));
  },
  submit(form, event) {
    if (form.is("gate")) return gate(form, event as SubmitEvent);
    feed(form, true);
    attach(form);
  },
};

function listen(page: Page, on: EventTarget, kinds: string[]): void {
  for (const kind of kinds) on.addEventListener(kind, (event) => quietly(() => about(page, event), (form) => heard[kind]!(form, event)), true);
}

let isWatching = false;

/** Takes up the forms that are there, and those that come. Harmless when done again. */
export function adopt(base: string, settings: Settings, landing: string, subscribe: typeof Subscribe, notice: typeof Notice): void {
  if (isWatching) return;
  isWatching = true;
  const script = (name: string) => import(/* webpackIgnore: true */ `${base}prequal-${name}.js`);
  const page: Page = { base, landing, script, setting: (name) => settings[name], subscribe, notice };
  watch();
  // Before any listener of the form's own script.
  listen(page, self, Object.keys(heard));
  const find = () => {
    for (const element of Document.prototype.querySelectorAll.call(document, "form[data-prequal]")) quietly(() => take(page, element as HTMLFormElement));
  };
  find();
  // Frameworks draw forms anew.
  let due = false;
  new MutationObserver(() => {
    if (due) return;
    due = true;
    requestAnimationFrame(() => {
      due = false;
      find();
    });
  }).observe(document, { childList: true, subtree: true, attributeFilter: ["data-prequal"] });
}
