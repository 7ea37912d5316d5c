// Forms of the page that name this flow: begun, filled in, submitted, left. Names of controls, never a value.
import { glob, type See, type Signal } from "./declared.js";

export type Forms = {
  /** The page is left, or becomes another one. */
  leave(): void;
};

/** Whether something stands in a control that it takes. */
function isFilled(control: HTMLInputElement): boolean {
  const stands = /^(checkbox|radio)$/.test(control.type) ? control.checked : control.value !== "";
  return stands && control.matches(":valid");
}

/** `flow`: the address by which forms name the flow. */
export function forms(all: Signal[], see: See, flow: string | undefined): Forms {
  /** Those that were begun on this page, with the controls that were filled in. */
  const begun = new Map<HTMLFormElement, Set<string>>();
  const submitted = new Set<HTMLFormElement>();
  const resolve = (address: string) => new URL(address, document.baseURI).href;
  const ours = (form: HTMLFormElement | null | undefined): form is HTMLFormElement => {
    try {
      // A control of the form may be named like a member of it.
      const named = form?.getAttribute("data-prequal");
      return named != null && (!named || !flow || resolve(named) === resolve(flow));
    } catch {
      return false;
    }
  };
  const name = (form: HTMLFormElement) => form.getAttribute("id") ?? form.getAttribute("name") ?? "";
  const tell = (kind: string, form: HTMLFormElement, control = "") => {
    for (const signal of all) if (signal.kind === kind && glob(signal.path, name(form))) see(signal, `${name(form)} ${control}`.trim());
  };
  const form = (event: Event) => (event.composedPath()[0] as HTMLInputElement).form;
  const begin = (one: HTMLFormElement) => {
    if (begun.has(one)) return;
    begun.set(one, new Set());
    tell("form_start", one);
  };
  const onDeed = (event: Event) => {
    const one = form(event);
    // What a script fills in, the visitor did not.
    if (!event.isTrusted || !ours(one)) return;
    begin(one);
    const control = event.composedPath()[0] as HTMLInputElement;
    const filled = begun.get(one)!;
    if (event.type !== "change" || filled.has(control.name) || !isFilled(control)) return;
    filled.add(control.name);
    tell("form_field", one, control.name);
  };
  const onSubmit = (event: Event) => {
    const one = event.composedPath()[0] as HTMLFormElement;
    if (!(one instanceof HTMLFormElement) || !ours(one)) return;
    begin(one);
    submitted.add(one);
    tell("form_submit", one);
  };
  addEventListener("focusin", onDeed, { capture: true, passive: true });
  addEventListener("change", onDeed, { capture: true, passive: true });
  addEventListener("submit", onSubmit, { capture: true, passive: true });
  return {
    leave() {
      for (const one of begun.keys()) if (!submitted.has(one)) tell("form_abandon", one);
      begun.clear();
      submitted.clear();
    },
  };
}
