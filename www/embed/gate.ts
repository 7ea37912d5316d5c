// For sites that let nothing run before their own banner was answered. The widget's tag is held by its type, which no
// browser runs, and says what must be allowed:
// <script type="text/plain" data-gate="klaro prequal" src="…/prequal.js" data-flow="…"></script>
// <script src="…/prequal-gate.js" defer></script>
// A platform's yes lets the widget run, and nothing else: a lead still needs one of its own.
import type { ChatElement } from "./element.js";
import { complain } from "./settings.js";

type Page = {
  __tcfapi?(command: string, version: number, told: (data: any, ok: boolean) => void): void;
  dataLayer?: unknown[];
  klaro?: { getManager(): { getConsent(service: string): boolean; watch(watcher: { update(): void }): void } };
  CookieConsent?: { acceptedCategory(category: string): boolean };
};
const page = self as Page;

/** Of each platform: calls with what it says of these names, now and whenever that changes. False where it is not there (yet). */
const platforms: Record<string, (names: string[], told: (yes: boolean) => void) => boolean> = {
  tcf(purposes, told) {
    page.__tcfapi?.("addEventListener", 2, ({ gdprApplies, eventStatus, purpose }, ok) => {
      const settled = ok && (gdprApplies === false || eventStatus !== "cmpuishown");
      told(settled && (gdprApplies === false || purposes.every((id) => purpose?.consents?.[id])));
    });
    return !!page.__tcfapi;
  },
  consent_mode(kinds, told) {
    const said: Record<string, unknown> = {};
    const hear = (entry: any) => {
      if (entry?.[0] !== "consent") return;
      Object.assign(said, entry[2]);
      told(kinds.every((kind) => said[kind] === "granted"));
    };
    const layer = (page.dataLayer ??= []);
    layer.forEach(hear);
    const push = layer.push;
    layer.push = (...entries) => {
      const length = push.apply(layer, entries);
      entries.forEach(hear);
      return length;
    };
    return true;
  },
  klaro(services, told) {
    const manager = page.klaro?.getManager();
    const update = () => told(services.every((service) => manager!.getConsent(service)));
    manager?.watch({ update });
    if (manager) update();
    return !!manager;
  },
  cookieconsent(categories, told) {
    const update = () => told(categories.every((category) => page.CookieConsent!.acceptedCategory(category)));
    for (const event of ["cc:onConsent", "cc:onChange"]) addEventListener(event, update);
    if (page.CookieConsent) update();
    // Its events tell of it when it comes.
    return true;
  },
};

function hold(tag: HTMLScriptElement): void {
  const [platform = "", ...names] = tag.dataset.gate!.split(/[\s,]+/);
  const ask = Object.hasOwn(platforms, platform) && names.length && platforms[platform];
  if (!ask) return complain("PQ408", "data-gate", `“${tag.dataset.gate}” names no consent platform with what it must allow. Write one of ${Object.keys(platforms).join(", ")}, and names.`);
  let runs: HTMLScriptElement | undefined;
  const told = (yes: boolean) => {
    if (yes === !!runs) return;
    if (yes) {
      // A copy without the type runs; its address is the page's own, as Trusted Types ask.
      runs = tag.cloneNode() as HTMLScriptElement;
      runs.removeAttribute("type");
      tag.after(runs);
    } else {
      runs!.remove();
      runs = undefined;
      document.querySelectorAll<ChatElement>("prequal-chat").forEach((widget) => widget.destroy());
    }
  };
  // A platform that comes later than this script is there when the page has loaded.
  if (!ask(names, told)) addEventListener("load", () => void ask(names, told));
}

document.querySelectorAll<HTMLScriptElement>("script[type='text/plain'][data-gate]").forEach(hold);
