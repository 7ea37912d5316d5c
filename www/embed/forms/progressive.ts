// Asking only what is not known: controls whose answers are there are filled in and put away.
import { veil } from "./controls.js";
import { fill } from "./fields.js";
import type { Form } from "./form.js";

/** What is put away with a control: the block that its author marked, or its label and itself. */
function parts(control: HTMLElement): HTMLElement[] {
  const block = control.closest<HTMLElement>("form [data-prequal-block]");
  if (block) return [block];
  const labels = [...((control as HTMLInputElement).labels ?? [])];
  return [...labels.filter((label) => !label.contains(control)), labels.find((label) => label.contains(control)) ?? control];
}

/** Puts away what is answered already, now and whenever more becomes known. */
export function settle(form: Form): void {
  const put = () => {
    const { answers } = form;
    for (const question of form.questions) {
      const known = answers[question.field];
      if (known === undefined || known === null) continue;
      // What the visitor is at stays in sight.
      const busy = question.controls.some((control) => form.touched.has(control) || control === document.activeElement);
      if (busy) continue;
      form.filling = true;
      const filled = fill(question, known);
      form.filling = false;
      if (!filled) continue;
      form.told.set(question.field, JSON.stringify(known));
      for (const control of question.controls) for (const part of parts(control)) veil(part, true);
    }
  };
  put();
  form.learns = put;
}
