// What goes along with a form that the page itself posts: hidden inputs, from the moment the visitor agrees in it,
// and for as long as that stands.
import { make } from "../settings.js";
import type { Form } from "./form.js";

/** What is added by itself; anything else where an input asks for it by `data-prequal-fill`. */
const USUAL = ["score", "stage", "grade", "reasons", "consent"];

/** By form: the inputs that were added. */
const added = new WeakMap<HTMLFormElement, HTMLInputElement[]>();
/** By input: what its author had written into it. */
const before = new WeakMap<HTMLInputElement, string>();

const asking = (form: Form) => form.all<HTMLInputElement>("input[data-prequal-fill]");

/** Takes all of it back. */
export function detach(form: Form): void {
  const { element } = form;
  for (const input of added.get(element) ?? []) input.remove();
  added.delete(element);
  for (const input of asking(form)) {
    const text = before.get(input);
    if (text !== undefined) input.value = text;
    before.delete(input);
  }
}

/** Brings the inputs up to date with what the visitor agreed to. */
export function attach(form: Form): void {
  const { element } = form;
  const values = form.attachment();
  if (!values) return detach(form);
  const asked = asking(form);
  for (const input of asked) {
    if (!before.has(input)) before.set(input, input.value);
    input.value = values[input.dataset["prequalFill"]!] ?? before.get(input)!;
  }
  const mine = added.get(element) ?? [];
  added.set(element, mine);
  for (const name of USUAL) {
    if (asked.some((input) => input.dataset["prequalFill"] === name)) continue;
    const full = `prequal_${name}`;
    // Form systems have hidden inputs of their own for what they store.
    let input = mine.find((one) => one.name === full) ?? form.all<HTMLInputElement>(`input[type=hidden][name="${full}"]`)[0];
    if (!input) {
      input = make("input");
      input.type = "hidden";
      input.name = full;
      mine.push(input);
    } else if (!mine.includes(input) && !before.has(input)) before.set(input, input.value);
    // Whoever draws forms anew may have thrown it out.
    if (!Node.prototype.contains.call(element, input)) form.append(input);
    input.value = values[name] ?? "";
  }
}
