// Values as people write them into forms.

/** The language that an element's words are in. */
const language = (element: Element) => element.closest<HTMLElement>("[lang]")?.lang || undefined;

/** What stands between thousands, and before what is less than one. */
function marks(element: Element): { group: string; decimal: string } {
  let parts: Intl.NumberFormatPart[];
  try {
    parts = new Intl.NumberFormat(language(element)).formatToParts(12345.6);
  } catch {
    // No language that the browser knows.
    parts = new Intl.NumberFormat().formatToParts(12345.6);
  }
  const part = (type: string) => parts.find((one) => one.type === type)?.value;
  return { group: part("group") ?? ",", decimal: part("decimal") ?? "." };
}

/** A number as it was typed; undefined where it is none. */
export function number(text: string, at: Element): number | undefined {
  const { group, decimal } = marks(at);
  // The browser's own controls for numbers give them as machines write them.
  const isPlain = at instanceof HTMLInputElement && /^(number|range)$/.test(at.type);
  const bare = isPlain ? text : text.replace(/[\s'’]/g, "").replaceAll(group, (mark, place: number, all: string) => (/^\d{3}(?!\d)/.test(all.slice(place + 1)) ? "" : mark)).replace(decimal, ".");
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(bare) ? Number(bare) : undefined;
}

/** A number as the control takes it. */
export function numberText(value: number, at: Element): string {
  if (at instanceof HTMLInputElement && /^(number|range)$/.test(at.type)) return `${value}`;
  return `${value}`.replace(".", marks(at).decimal);
}

const names = new Map<string, Map<string, string>>();

/** By their names in a language: all regions that have one. */
function countries(locale: string): Map<string, string> {
  const found = names.get(locale);
  if (found) return found;
  const all = new Map<string, string>();
  names.set(locale, all);
  const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
  try {
    const display = new Intl.DisplayNames(locale, { type: "region", fallback: "none" });
    for (const code of letters.flatMap((one) => letters.map((other) => one + other))) {
      const name = display.of(code);
      // Codes that were given up come after those that took their names.
      if (name && !all.has(name.toLowerCase())) all.set(name.toLowerCase(), code);
    }
  } catch {
    // No language that the browser knows.
  }
  return all;
}

/** The code of a country (ISO 3166-1) by its code or its name, in the page's language or in English. */
export function country(text: string, at: Element): string | undefined {
  const wanted = text.trim();
  if (/^[a-z]{2}$/i.test(wanted)) return wanted.toUpperCase();
  const tongues = [language(at) ?? "en", "en"];
  return tongues.map((locale) => countries(locale).get(wanted.toLowerCase())).find(Boolean);
}
