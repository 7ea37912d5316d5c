// What a form asks, question by question: what each is called, how it may be answered, which field of the flow it
// stands for; its answer as that field takes it, and the other way.
import { boxes } from "./consent.js";
import { asks, type Control, controls as all, isOption, nameOf, select, tick, write } from "./controls.js";
import type { Field, Flow } from "./flow.js";
import { assign, derived } from "./names.js";
import { country, number, numberText } from "./values.js";
import { beside, groupLabel, label, optionLabel } from "./words.js";

export { label };

/** One option of a choice, and where it stands in the form. */
export type Choice = {
  /** The option's id in the flow, or one made of its value. */
  id: string;
  /** As the form says it. */
  label: string;
  /** Whether the flow has it. */
  known: boolean;
  at: HTMLInputElement | HTMLOptionElement;
};

export type Question = {
  /** The field's id. */
  field: string;
  /** The flow's field; none, where only the form asks it. */
  known?: Field | undefined;
  /** Boxes or circles of one name, or the one control. */
  controls: Control[];
  /** As the form says it. */
  label: string;
  /** The kind of the flow's field, or the one that suits the control. */
  kind: string;
  /** Where the form has options to choose from. */
  options: Choice[];
  required: boolean;
  /** As the browser would try it; with `title`, which says what it is about. */
  pattern?: string | undefined;
  title?: string | undefined;
  /** As they are written: of a number or of days. */
  min?: string | undefined;
  max?: string | undefined;
  step?: string | undefined;
  maxLength?: number | undefined;
  placeholder?: string | undefined;
  autocomplete?: string | undefined;
  unit?: string | undefined;
};

const words = (control: Control, name: string) => control.getAttribute(name)?.trim() || undefined;

const fold = (text: string) => text.normalize("NFC").replace(/\s+/g, " ").trim().toLowerCase();

/** Controls that answer one question together. */
function grouped(controls: Control[]): Control[][] {
  const groups: Control[][] = [];
  const byName = new Map<string, Control[]>();
  for (const control of controls) {
    // A name without the brackets of PHP; boxes without one stand alone.
    const key = isOption(control) && control.name ? `${control.type} ${control.name}` : "";
    const group = byName.get(key);
    if (group && key) group.push(control);
    else {
      const fresh = [control];
      groups.push(fresh);
      if (key) byName.set(key, fresh);
    }
  }
  return groups;
}

/** Where a form's options are, in their order: none is a way to say nothing. */
function choices([first, ...rest]: Control[]): (HTMLInputElement | HTMLOptionElement)[] {
  if (first instanceof HTMLSelectElement) {
    return [...first.options].filter((option) => option.value && !option.disabled && !option.hidden);
  }
  return isOption(first!) && (rest.length || first.type === "radio") ? [first, ...(rest as HTMLInputElement[])] : [];
}

/** Words of every language that forms say yes and no in as values. */
const YES = /^(yes|y|true|1|on|ja|oui|si|sí|sim|tak)$/i;
const NO = /^(no|n|false|0|off|nein|non|não|nie)$/i;

/** What an option is by the kind of its field, if it is any. */
function identify(at: HTMLInputElement | HTMLOptionElement, label: string, kind: string, field: Field | undefined): string | undefined {
  const { value } = at;
  const known = field?.options ?? [];
  const found = known.find(({ id }) => fold(id) === fold(value)) ?? known.find((option) => [label, value].some((text) => fold(option.label) === fold(text)));
  if (found) return found.id;
  if (kind === "yes_no") return [value, label].map((text) => (YES.test(text) ? "yes" : NO.test(text) ? "no" : undefined)).find(Boolean);
  if (kind === "country") return country(value, at) ?? country(label, at);
  if (NUMBERS.test(kind)) {
    const n = number(value, at);
    return n === undefined ? undefined : `${n}`;
  }
  // A text is what it is.
  return CHOSEN.test(kind) ? undefined : value;
}

const NUMBERS = /^(number|slider|rating|nps|money)$/;
const CHOSEN = /_choice$|^(yes_no|country|ranking|matrix)$/;

/** An id for an option that no flow knows. */
const idOf = (text: string) => text.normalize("NFD").toLowerCase().replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, "");

function options(at: (HTMLInputElement | HTMLOptionElement)[], kind: string, field: Field | undefined): Choice[] {
  const taken = new Set((field?.options ?? []).map(({ id }) => id));
  return at.map((one) => {
    const label = optionLabel(one);
    const known = identify(one, label, kind, field);
    if (known !== undefined) return { id: known, label, known: true, at: one };
    const id = idOf(one.value) || idOf(label) || "option";
    let free = id;
    for (let n = 2; taken.has(free); n++) free = `${id}_${n}`;
    taken.add(free);
    return { id: free, label, known: false, at: one };
  });
}

/** The kind that suits a control which the flow does not know. */
function suiting(controls: Control[]): string {
  const [first] = controls;
  if (first instanceof HTMLSelectElement) return first.multiple ? "multiple_choice" : "single_choice";
  if (isOption(first!)) return first.type === "radio" ? "single_choice" : controls.length > 1 || first.required ? "multiple_choice" : "yes_no";
  if (first!.matches("textarea")) return "long_text";
  const type = first!.type ?? "";
  // A telephone number is kept as it is dialled from abroad, which a pattern of the form may not be about.
  const kinds: Record<string, string> = { email: "email", tel: "phone", url: "url", number: "number", range: "slider", date: "date" };
  const kind = kinds[type] ?? "short_text";
  return first!.getAttribute("pattern") && /^(email|tel|url)$/.test(type) ? "short_text" : kind;
}

/** What says that all that is in it must be answered: of ARIA, and what form systems write whose own scripts try it. */
const REQUIRED =
  ":is(fieldset,[role=radiogroup],[role=group])[aria-required=true],.gfield_contains_required,.mauticform-required,.elementor-field-required,.wpcf7-validates-as-required";

const isRequired = (controls: Control[]) =>
  controls.some((one) => one.required || one.hasAttribute("required") || one.getAttribute("aria-required") === "true") || !!controls[0]!.closest(REQUIRED);

/** What a question is called in the form. */
function named(controls: Control[], form: HTMLFormElement): string {
  const [first] = controls;
  if (isOption(first!) && (controls.length > 1 || first.type === "radio")) return groupLabel(controls, form);
  return label(first!) || beside(first!);
}

function read(controls: Control[], field: string, known: Field | undefined, named: string): Question {
  const [first] = controls;
  const kind = known?.kind ?? suiting(controls);
  let at = choices(controls);
  // One box that must be ticked is a choice of one.
  if (!at.length && isOption(first!) && kind !== "yes_no") at = [first];
  const called = named || known?.label || nameOf(first!).replace(/[\W_]+/g, " ").trim() || field;
  const length = (first as HTMLInputElement).maxLength;
  return {
    field,
    known,
    controls,
    label: called,
    kind,
    options: options(at, kind, known),
    required: isRequired(controls),
    pattern: words(first!, "pattern"),
    title: words(first!, "title"),
    min: words(first!, "min"),
    max: words(first!, "max"),
    step: words(first!, "step"),
    maxLength: length > 0 ? length : undefined,
    placeholder: words(first!, "placeholder"),
    autocomplete: words(first!, "autocomplete"),
    unit: known?.unit,
  };
}

/** What a form asks, in its order. Consent is none of it. */
export function questions(form: HTMLFormElement, flow: Flow): Question[] {
  const consents = new Set<Control>(boxes(form, flow.consent?.purposes ?? []).map(({ box }) => box));
  const groups = grouped(all(form).filter((control) => asks(control) && !consents.has(control)));
  const labels = new Map(groups.map((controls) => [controls[0]!, named(controls, form)]));
  const fields = assign(labels, flow);
  // Conditions and texts know these by their names.
  const taken = new Set(["stage", "disqualified", "grade", "icp", "segment", "signal", "score", "touch", "consent", "experiment", "flag", "criterion", "item"]);
  for (const { id } of [...flow.fields, ...(flow.variables ?? [])]) taken.add(id);
  return groups.map((controls) => {
    const id = fields.get(controls[0]!);
    return read(controls, id ?? derived(controls[0]!, taken), flow.fields.find((field) => field.id === id), labels.get(controls[0]!)!);
  });
}

const isOn = (at: Choice["at"]) => (at instanceof HTMLOptionElement ? at.selected : at.checked);

const LISTS = /^(multiple_choice|ranking)$/;

/** What was typed, as an option of the flow. */
function optionOf(text: string, { known }: Question): string | undefined {
  const all = known?.options ?? [];
  return (all.find(({ id }) => fold(id) === fold(text)) ?? all.find((option) => fold(option.label) === fold(text)))?.id;
}

/** What of a list the flow's field takes. */
function lists(chosen: Choice[], { known }: Question): string[] | undefined {
  const ids = chosen.filter((one) => one.known || !known).map(({ id }) => id);
  return ids.length ? ids : undefined;
}

/** The answer as the flow's field takes it; undefined while there is none, or none that the field could take. */
export function value(question: Question): unknown {
  const { controls, kind, options } = question;
  const [first] = controls;
  if (options.length) {
    const chosen = options.filter(({ at }) => isOn(at));
    if (!chosen.length) return undefined;
    if (LISTS.test(kind)) return lists(chosen, question);
    const [one] = chosen;
    // An option that the flow's field lacks is no answer to it.
    if (!one!.known && question.known) return undefined;
    return NUMBERS.test(kind) ? Number(one!.id) : one!.id;
  }
  // A box by itself says yes; one that was left empty may have been passed over.
  if (isOption(first!)) return first.checked ? "yes" : undefined;
  const text = String(first!.value ?? "").trim();
  if (!text) return undefined;
  if (NUMBERS.test(kind)) return number(text, first!);
  if (/^(single_choice|yes_no)$/.test(kind)) return optionOf(text, question);
  if (LISTS.test(kind)) {
    const ids = text.split(/\s*[,;]\s*/).filter(Boolean).map((one) => optionOf(one, question));
    return ids.includes(undefined) ? undefined : ids;
  }
  if (kind === "country") return country(text, first!);
  if (LAID_OUT.test(kind)) return undefined;
  return text;
}

/** The words for a value in a control that takes any. */
function text(value: unknown, { known, controls }: Question): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "number") return numberText(value, controls[0]!);
  if (Array.isArray(value)) return value.map((one) => known?.options?.find(({ id }) => id === one)?.label ?? one).join(", ");
  return known?.options?.find(({ id }) => id === value)?.label ?? `${value}`;
}

/** What an answer is made of, as the ids of options are. */
const parts = (value: unknown) => (value === undefined || value === null ? [] : (Array.isArray(value) ? value : [value]).map(String));

/** Nothing in a form is laid out like these. */
const LAID_OUT = /^(matrix|date_range)$/;

/** Whether the form has such an answer. */
export function takes({ kind, options }: Question, value: unknown): boolean {
  return !LAID_OUT.test(kind) && (!options.length || parts(value).every((part) => options.some(({ id }) => id === part)));
}

/** Answers a question in the form, as a visitor would, with as much of an answer as the form has; nothing, or null,
 *  empties it. */
export function fill(question: Question, value: unknown): void {
  const { controls, kind, options } = question;
  const [first] = controls;
  const wanted = parts(value);
  if (LAID_OUT.test(kind)) return;
  if (!options.length) {
    if (isOption(first!)) tick(first, wanted[0] === "yes");
    else write(first!, text(value, question));
    return;
  }
  const chosen = options.filter(({ id }) => wanted.includes(id)).map(({ at }) => at);
  if (first instanceof HTMLSelectElement) select(first, chosen);
  else {
    // Circles: the one that is wanted takes the others' ticks away.
    for (const at of chosen) tick(at as HTMLInputElement, true);
    for (const { at } of options) if (!chosen.includes(at)) tick(at as HTMLInputElement, false);
  }
}
