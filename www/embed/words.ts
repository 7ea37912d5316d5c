// The widget's own words, in the language of a page.
import english from "./strings/en.json";

/** The languages, in the order of `www/embed/strings` (webpack.config.js). */
declare const LANGUAGES: string[];

/** Those that go with a number by the form that the number takes. */
export type Words = Record<string, string | Record<string, string>>;

/** The file of words for a language: its own, or that of its script or of the language at large; English otherwise. */
export function file(locale: string): string {
  try {
    const { language, script } = new Intl.Locale(locale).maximize();
    const norwegian = /^n[on]$/.test(language) && "nb";
    return [locale, `${language}-${script}`, norwegian || language].find((tag) => LANGUAGES.includes(tag)) ?? "en";
  } catch {
    return "en";
  }
}

/** The words of a language. Without its file they are English. */
export async function strings(base: string, locale: string): Promise<Words> {
  const name = file(locale);
  try {
    if (name !== "en") return await (await fetch(`${base}strings/${name}.json`)).json();
  } catch {
    // The flow's own texts are there all the same.
  }
  return english;
}
