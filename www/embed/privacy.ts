// What the browser and consent platforms on the page say of privacy. It is noted in the record of a choice, and
// never taken for one: a lead needs a yes of its own.
import { SEPARATOR } from "./crossing.js";

/** Most characters of one value. */
const LONGEST = 400;

type Page = {
  __tcfapi?(command: string, version: number, told: (data: any, ok: boolean) => void): void;
  dataLayer?: ArrayLike<any>[];
  klaro?: { getManager?(): { consents?: Record<string, boolean> } };
  CookieConsent?: { getUserPreferences?(): { acceptedCategories?: string[] } };
};

const list = (choices: Record<string, unknown>) => Object.entries(choices).map(([name, choice]) => `${name}=${choice}`).join(" ");
const chosen = (choices: Record<string, boolean> = {}) => Object.keys(choices).filter((name) => choices[name]).join();

const sources: Record<string, (page: Page) => string | undefined> = {
  /** Global Privacy Control: the visitor objects to sale and sharing. */
  gpc: () => (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl?.toString(),
  /** IAB Transparency and Consent Framework. What a platform answers later is not waited for. */
  tcf({ __tcfapi }) {
    let said: string | undefined;
    __tcfapi?.("getTCData", 2, (data, ok) => {
      if (ok) said = list({ applies: data.gdprApplies, status: data.eventStatus, purposes: chosen(data.purpose?.consents), cmp: data.cmpId });
    });
    return said;
  },
  /** Google Consent Mode: the last word on each kind of storage. */
  consent_mode({ dataLayer }) {
    const said = {};
    for (const entry of Array.from(dataLayer ?? [])) if (entry[0] === "consent") Object.assign(said, entry[2]);
    return list(said);
  },
  klaro: ({ klaro }) => list(klaro?.getManager?.().consents ?? {}),
  /** vanilla-cookieconsent. */
  cookieconsent: ({ CookieConsent }) => CookieConsent?.getUserPreferences?.().acceptedCategories?.join(" "),
};

/** Sources and what each says, in turn. Those that say nothing, or fail, are left out. */
export function privacy(): string {
  const said = Object.entries(sources).flatMap(([source, ask]) => {
    try {
      const value = ask(self as Page);
      return value ? [source, `${value}`.replaceAll(SEPARATOR, " ").slice(0, LONGEST)] : [];
    } catch {
      return [];
    }
  });
  return said.join(SEPARATOR);
}
