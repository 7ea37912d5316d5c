// What a visitor may want to look at again, beside its control. It stops nobody.
import { make } from "../settings.js";
import { strings } from "../words.js";
import { feed, type Form, type Hint } from "./form.js";

let words: ReturnType<typeof strings> | undefined;

const shown = new WeakMap<Element, HTMLElement>();

async function draw(form: Form, control: Element, hint: Hint | undefined): Promise<void> {
  let small = shown.get(control);
  if (!hint) {
    if (small) small.textContent = "";
    return;
  }
  const said = (await (words ??= strings(form.page.base, form.locale)))[hint.word];
  if (typeof said !== "string") return;
  if (!small?.isConnected) {
    small = make("small");
    small.role = "status";
    small.dataset["prequalHint"] = "";
    control.after(small);
    shown.set(control, small);
  }
  // A live region says what comes into it, once it is there.
  const text = said.replace("{}", hint.text);
  setTimeout(() => form.hints.includes(hint) && (small.textContent = text));
}

/** Brings the hints up to date. They come once a control is done with, and go as soon as it is mended. */
export function showHints(form: Form): void {
  if (!form.session) return;
  const before = form.hints;
  feed(form);
  for (const { field, controls } of form.questions) {
    const control = controls[0]!;
    const hint = form.hints.find((one) => one.field === field);
    if (hint && document.activeElement === control && !before.includes(hint)) continue;
    void draw(form, control, hint);
  }
}
