// A form as a flow: the author's flow, asking what the form asks in the form's own words.
//
// What the flow asks goes on in its order and by its branches. What only the form asks comes right before the
// visitor is asked for consent, or before an end where nobody is. Nothing of it is sent by the engine.
import type { Box } from "./consent.js";
import type { Choice, Question } from "./fields.js";
import type { Field, Flow, Option, Step } from "./flow.js";
import { reads } from "./pattern.js";

const NUMBERS = /^(number|slider|money)$/;
const TEXTS = /^(short_text|long_text|email|phone|url|company)$/;
const OWN_TEXTS = /^(short_text|long_text|company)$/;
const CHOICES = /^(single_choice|multiple_choice|ranking|country)$/;

/** What a control of the browser's own kind lets in, and what stands in it empty: the flow has no kind for these. */
const WRITTEN: Record<string, [pattern: string, example: string]> = {
  time: ["([01]\\d|2[0-3]):[0-5]\\d", "14:30"],
  month: ["\\d{4}-(0[1-9]|1[0-2])", "2026-10"],
  week: ["\\d{4}-W\\d\\d", "2026-W40"],
  "datetime-local": ["\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d", "2026-10-01T14:30"],
  color: ["#[0-9a-fA-F]{6}", "#1f4fd8"],
};

const isDay = (text: string | undefined): text is string => /^\d{4}-\d\d-\d\d$/.test(text ?? "");

function numeric(text: string | undefined): number | undefined {
  const n = Number(text);
  return text !== undefined && Number.isFinite(n) ? n : undefined;
}

/** The options of a form, each the flow's where it has it. */
function optionsOf(choices: Choice[], known: Option[]): Option[] {
  const all = new Map<string, Option>();
  for (const { id, label } of choices) {
    const own = known.find((option) => option.id === id);
    if (all.has(id) || !label) continue;
    // Sales goes on reading the flow's words.
    const reason = own?.points && !own.reason ? { reason: own.label } : {};
    all.set(id, { ...own, ...reason, id, label });
  }
  return [...all.values()];
}

/** The limits of a number or of days, as the form has them. */
function limit(field: Field, { controls, min, max, step }: Question): void {
  const type = controls[0]!.type ?? "";
  if (NUMBERS.test(field.kind) && /^(number|range)$/.test(type)) {
    const [least, most] = type === "range" ? [numeric(min) ?? 0, numeric(max) ?? 100] : [numeric(min), numeric(max)];
    if (least !== undefined) field.min = least;
    if (most !== undefined) field.max = most;
    // Whole numbers, where a form says nothing.
    const spacing = step === "any" ? undefined : (numeric(step) ?? 1);
    delete field.step;
    if (spacing! > 0) field.step = spacing!;
    if (field.min! > field.max!) delete field.max;
  }
  if (/^date/.test(field.kind)) {
    if (isDay(min)) field.earliest = min;
    if (isDay(max)) field.latest = max;
  }
}

function spell(field: Field, question: Question): void {
  const { controls, pattern, title, maxLength, placeholder } = question;
  const type = controls[0]!.type ?? "";
  const [shape, example] = WRITTEN[type] ?? [];
  if (OWN_TEXTS.test(field.kind)) {
    if (shape) [field.pattern, field.placeholder] = [shape, example!];
    else if (pattern && /^(text|search|tel|url|email)$/.test(type) && reads(pattern)) {
      field.pattern = pattern;
      delete field.pattern_message;
      if (title) field.pattern_message = title;
    }
  }
  if (TEXTS.test(field.kind)) {
    if (maxLength) field.max_length = maxLength;
  }
  if (placeholder) field.placeholder = placeholder;
}

/** A text of the flow that the form answers by a list: the list is what is asked. */
function listed(field: Field, { options, controls }: Question, flow: Flow): boolean {
  if (!/^(short_text|company|long_text)$/.test(field.kind) || !options.length || controls[0]!.type === "checkbox") return false;
  // What looks at words must have words to look at.
  return !JSON.stringify([flow["scoring"], flow["variables"] ?? []]).includes(`"${field.id}"`);
}

/** The field that asks a question of the form. */
function fieldOf(question: Question, flow: Flow): Field {
  const { field: id, known, kind, label, options, required, autocomplete } = question;
  const field: Field = { ...known, id, kind, label };
  delete field.hidden;
  delete field.optional;
  if (!required) field.optional = true;
  if (listed(field, question, flow)) {
    field.kind = "single_choice";
    field.options = optionsOf(options, []);
    for (const key of ["pattern", "pattern_message", "max_length"] as const) delete field[key];
  } else if (CHOICES.test(kind) && options.length) field.options = optionsOf(options, known?.options ?? []);
  else if (kind === "yes_no" && options.length === 2) {
    const both = optionsOf(options, known?.options ?? []);
    if (both.every((option) => /^(yes|no)$/.test(option.id)) && both.length === 2) field.options = both;
  }
  limit(field, question);
  spell(field, question);
  if (autocomplete && !/^(on|off|new-password|one-time-code)$/.test(autocomplete)) field.autocomplete = autocomplete;
  return field;
}

/** Leads all ways to a step to another one. */
function reroute(flow: Flow, from: string, to: string): void {
  const { conversation } = flow;
  if (conversation.start === from) conversation.start = to;
  for (const step of conversation.steps) {
    if (step.next === from) step.next = to;
    for (const branch of step.branches ?? []) if (branch.to === from) branch.to = to;
  }
}

/** Asks these fields on every way to that step. */
function askBefore(flow: Flow, target: Step, fields: string[], when: unknown): void {
  if (!fields.length) return;
  const { steps } = flow.conversation;
  const taken = new Set(steps.map(({ id }) => id));
  const chain = fields.map((ask): Step => {
    let id = `form_${ask}`;
    for (let n = 2; taken.has(id); n++) id = `form_${ask}_${n}`;
    taken.add(id);
    return when ? { id, ask, when } : { id, ask };
  });
  // One after the other, whatever stands between them.
  chain.forEach((step, place) => (step.next = chain[place + 1]?.id ?? target.id));
  reroute(flow, target.id, chain[0]!.id);
  steps.splice(steps.indexOf(target), 0, ...chain);
}

/** Whether a step asks a field, in a block too. */
function asked(flow: Flow): Set<string> {
  const blocks = (flow.conversation["blocks"] as { steps: Step[] }[] | undefined) ?? [];
  const steps = [...flow.conversation.steps, ...blocks.flatMap((block) => block.steps)];
  const words = flow.fields.flatMap(({ options }) => options ?? []).map(({ asks }) => asks);
  return new Set([...steps.map(({ ask }) => ask), ...words].filter((id) => id !== undefined));
}

/** Takes out of all translations what the form now says, in its own language. */
function untranslate(flow: Flow, isSaid: (path: string) => boolean): void {
  for (const { texts } of flow.translations ?? []) for (const path of Object.keys(texts)) if (isSaid(path)) delete texts[path];
}

/** Whether conditions or destinations name a purpose. */
function isNamed(flow: Flow, id: string): boolean {
  const text = JSON.stringify({ ...flow, consent: null, translations: null });
  return text.includes(`"consent.${id}"`) || text.includes(`"purpose":${JSON.stringify(id)}`);
}

/** The flow that asks a form's questions. It takes the flow as its own. */
export function derive(flow: Flow, questions: Question[], boxes: Box[]): Flow {
  const before = asked(flow);
  const fields = questions.map((question) => fieldOf(question, flow));
  const said = new Set<string>();
  for (const field of fields) {
    const place = flow.fields.findIndex(({ id }) => id === field.id);
    const old = flow.fields[place];
    if (old) flow.fields[place] = field;
    else flow.fields.push(field);
    const at = `fields.${field.id}`;
    said.add(`${at}.label`);
    if (field.placeholder !== old?.placeholder) said.add(`${at}.placeholder`);
    if (field.pattern_message !== old?.pattern_message) said.add(`${at}.pattern_message`);
    if (field.options !== old?.options) said.add(`${at}.options.`);
  }
  for (const { purpose, box, text } of boxes) {
    const found = flow.consent!.purposes.find(({ id }) => id === purpose)!;
    // To the letter: it is what is recorded.
    found.text = text;
    // Without its tick the form does not go out either.
    if (box.required) found.required = true;
    said.add(`consent.purposes.${purpose}.text`);
  }
  // What the form has no box for it cannot carry, and what nothing else speaks of need not be asked.
  const purposes = flow.consent?.purposes.filter(({ id, required }) => required || boxes.some(({ purpose }) => purpose === id) || isNamed(flow, id));
  for (const { id } of flow.consent?.purposes ?? []) if (!purposes?.some((one) => one.id === id)) said.add(`consent.purposes.${id}.text`);
  if (purposes) flow.consent!.purposes = purposes;
  const { conversation } = flow;
  // The form wants all of its answers, here and now.
  delete conversation["stop_when_settled"];
  if (conversation["resume"]) said.add("conversation.resume.text");
  delete conversation["resume"];
  untranslate(flow, (path) => said.has(path) || [...said].some((start) => start.endsWith(".") && path.startsWith(start)));
  const extra = fields.map(({ id }) => id).filter((id) => !before.has(id));
  const early = flow.consent?.["before_personal"] === true;
  const consents = conversation.steps.filter(({ consent }) => consent);
  if (consents.length && !early) for (const step of consents) askBefore(flow, step, extra, undefined);
  else {
    const needed = flow.consent?.purposes.find(({ required }) => required);
    const when = early && needed && { "==": [{ var: `consent.${needed.id}` }, true] };
    for (const step of conversation.steps.filter(({ end }) => end)) askBefore(flow, step, extra, when);
  }
  return flow;
}
