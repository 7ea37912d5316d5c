// Asking only what is not known: controls whose answers are there are filled in and put away.
import { veil } from "./controls.js";
import { fill, type Question, takes } from "./fields.js";
import type { Form } from "./form.js";

/** What is put away with a control: the block that its author marked, or its label and itself. */
function parts(control: HTMLElement): HTMLElement[] {
  const block = control.closest<HTMLElement>("form [data-prequal-block]");
  if (block) return [block];
  const labels = [...((control as HTMLInputElement).labels ?? [])];
  return [...labels.filter((label) => !label.contains(control)), labels.find((label) => label.contains(control)) ?? control];
}

/** Puts away what is answered already, now and whenever more becomes known; what is taken back is asked again. */
export function settle(form: Form): void {
  const away = new Set<string>();
  const write = (question: Question, answer: unknown) => {
    form.filling = true;
    fill(question, answer);
    form.filling = false;
  };
  const put = () => {
    const { answers } = form;
    for (const question of form.questions) {
      const { field, controls } = question;
      const known = answers[field] ?? undefined;
      const isOver = known === undefined && away.delete(field);
      const text = JSON.stringify(known);
      // What it told itself it keeps in sight.
      if (!isOver && (known === undefined || form.told.get(field) === text)) continue;
      // What the visitor is at stays, too.
      if (controls.some((control) => form.touched.has(control) || control.matches(":focus"))) continue;
      // Another choice of the page's own stays where the form has not this one.
      if (!takes(question, known)) continue;
      write(question, known);
      if (isOver) form.told.delete(field);
      else form.told.set(field, text);
      // What the form does not accept must be seen: nobody could mend it.
      const isGood = !isOver && controls.every((control) => (control as HTMLInputElement).validity?.valid !== false);
      if (isGood) away.add(field);
      for (const control of controls) for (const part of parts(control)) veil(part, isGood);
    }
  };
  put();
  const before = form.seen;
  form.seen = (json) => {
    before?.(json);
    put();
  };
}
