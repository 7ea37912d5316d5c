// Which field of a flow a control stands for.
import { type Control, nameOf } from "./controls.js";
import type { Field, Flow } from "./flow.js";

/** What known form systems, and people, call the same thing; the first name of each is what it is. HubSpot writes
 *  `firstname`, Salesforce `first_name`, Contact Form 7 `your-email`, browsers' autocomplete `given-name`. */
const ALIASES = [
  "email mail e_mail email_address work_email business_email company_email your_mail e_mail_adresse",
  "name full_name contact_name vollstandiger_name",
  "first_name f_name given_name fore_name vorname prenom",
  "last_name l_name family_name sur_name nachname",
  "phone tel telephone phone_number telephone_number mobile mobile_phone cell telefon telefonnummer",
  "company company_name organization organisation organization_name firma unternehmen",
  "website web url web_site homepage company_website",
  "country country_code country_name land",
  "city town stadt ort",
  "zip zip_code postal_code post_code plz",
  "state region province",
  "job_title title position organization_title role_title",
  "industry branche",
  "employees number_of_employees num_employees company_size employee_count",
  "revenue annual_revenue",
  "message comments comment note notes description your_message nachricht",
  "subject betreff",
].map((names) => names.split(" ").map(bare));

/** A name without what writers of names differ in. */
function bare(name: string): string {
  return name.normalize("NFD").toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}

/** What a name may mean, the whole of it first. */
function readings(name: string): string[] {
  const plain = name.replace(/\[\]$/, "");
  // Mautic and Elementor write `form[email]`, HubSpot `0-1/email`, Contact Form 7 `your-email`.
  const inner = /\[([^[\]]+)\]$/.exec(plain)?.[1] ?? plain.replace(/^\d+-\d+\//, "");
  return [...new Set([plain, inner, inner.replace(/^your[-_]/i, "")])];
}

const group = (name: string) => ALIASES.find((names) => names.includes(bare(name)));

/** The one field of a kind, where there is no other. */
function only(fields: Field[], kind: string): string | undefined {
  const all = fields.filter((field) => field.kind === kind);
  return all.length === 1 ? all[0]!.id : undefined;
}

/** The field that people call that. */
function meant(name: string, fields: Field[]): string | undefined {
  const names = group(name);
  if (!names) return undefined;
  const found = fields.find((field) => names.includes(bare(field.id)));
  const kind = { email: "email", phone: "phone", company: "company", website: "url", country: "country" }[names[0]!];
  return found?.id ?? (kind && only(fields, kind));
}

/** What a control is by its `autocomplete` token or its type. */
function purpose(control: Control): string | undefined {
  const tokens = (control.getAttribute("autocomplete") ?? "").toLowerCase().split(/\s+/);
  const token = tokens.at(-1)!.replace(/^tel-.*/, "tel").replace(/^country-name$/, "country");
  const known = /^(email|name|given-name|family-name|tel|organization|organization-title|url|country|postal-code)$/;
  return known.test(token) ? token : /^(email|tel|url)$/.exec(control.type ?? "")?.[0];
}

/** Ids of Salesforce's own fields, and of others that say nothing: an author names theirs. */
const OPAQUE = /^00N/;

/** The ways to the field of a control, the surest first. */
const WAYS: ((control: Control, fields: Field[], label: string) => string | undefined)[] = [
  (control, fields) => {
    const [whole] = readings(nameOf(control));
    return fields.find(({ id }) => id.toLowerCase() === whole!.toLowerCase())?.id;
  },
  (control, fields) => {
    const all = readings(nameOf(control)).map(bare);
    return fields.find(({ id }) => all.includes(bare(id)))?.id;
  },
  (control, fields) => readings(nameOf(control)).map((one) => meant(one, fields)).find(Boolean),
  (control, fields) => {
    const known = !OPAQUE.test(nameOf(control)) && purpose(control);
    return known ? meant(known, fields) : undefined;
  },
  (control, fields, label) => {
    const called = OPAQUE.test(nameOf(control)) ? "" : bare(label);
    if (!called) return undefined;
    const all = fields.filter((field) => bare(field.label) === called);
    return all.length === 1 ? all[0]!.id : meant(called, fields);
  },
];

/** The field that an author named at a control, or around it. */
export const written = (control: Control): string | undefined =>
  control.closest("[data-prequal-field]")?.getAttribute("data-prequal-field")?.trim() || undefined;

/** By question, given as its first control with what it is called: the field. Each field is one question's, the surest
 *  claim winning, and of two as sure the one that comes first. */
export function assign(labels: Map<Control, string>, { fields }: Flow): Map<Control, string> {
  const questions = [...labels.keys()];
  const open = fields.filter((field) => !field.hidden);
  const found = new Map<Control, string>();
  const taken = new Set<string>();
  const give = (control: Control, id: string | undefined) => {
    if (!id || taken.has(id) || found.has(control)) return;
    found.set(control, id);
    taken.add(id);
  };
  // A field that nobody is asked can still be a control's, if the author says so.
  for (const control of questions) {
    const id = written(control);
    give(control, fields.find((field) => field.id === id)?.id);
  }
  for (const way of WAYS) {
    const left = open.filter(({ id }) => !taken.has(id));
    for (const control of questions) if (!found.has(control) && !written(control)) give(control, way(control, left, labels.get(control)!));
  }
  return found;
}

/** An id for what the flow does not know, from its name, and none that is taken. */
export function derived(control: Control, taken: Set<string>): string {
  const name = written(control) || readings(nameOf(control)).at(-1) || control.id || "question";
  const id = name.normalize("NFD").toLowerCase().replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, "") || "question";
  let free = id;
  for (let n = 2; taken.has(free); n++) free = `${id}_${n}`;
  taken.add(free);
  return free;
}
