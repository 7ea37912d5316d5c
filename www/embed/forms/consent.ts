// The boxes of a form by which a visitor agrees to a purpose of the flow, and whose hand ticked them.
//
// What counts is a tick that a person set: a click or a key press on the box or its label, which the browser
// calls trusted. A script's `click()` is none, although the browser tells of the change by a trusted event of its
// own; what stands ticked in the markup is none either.
import { controls, isOption, isTrap } from "./controls.js";
import type { Purpose } from "./flow.js";
import { words } from "./words.js";

export type Box = {
  /** The purpose's id. */
  purpose: string;
  box: HTMLInputElement;
  /** Just as it stands beside the box. */
  text: string;
  /** It was ticked before the visitor came to it: never consent. */
  preticked: boolean;
};

/** By box: whether a person's last act at it ticked it. */
const ticks = new WeakMap<HTMLInputElement, boolean>();
/** By box: whether it stood ticked when it was first seen. Frameworks write the attribute again as they draw. */
const first = new WeakMap<HTMLInputElement, boolean>();

/** A script clicked the words of this box; the browser clicks the box for it, at once. */
let scripted: HTMLElement | null = null;
/** By box: its last click was a person's. */
const persons = new WeakSet<HTMLInputElement>();

const isBox = (target: unknown): target is HTMLInputElement => target instanceof HTMLInputElement && target.type === "checkbox";

function onClick(event: Event): void {
  const path = event.composedPath();
  const [target] = path;
  if (isBox(target)) {
    if (event.isTrusted && target !== scripted) persons.add(target);
    else persons.delete(target);
    scripted = null;
  } else {
    const label = path.find((one) => one instanceof HTMLLabelElement);
    scripted = label && !event.isTrusted ? label.control : null;
    // No click follows that of a link among the words. Not in a microtask: where no script is left on the way, the
    // browser would come to that before it clicks the box.
    if (scripted) setTimeout(() => (scripted = null));
  }
}

function onInput(event: Event): void {
  const [target] = event.composedPath();
  if (isBox(target)) ticks.set(target, event.isTrusted && persons.has(target) && target.checked);
}

let isWatching = false;

/** Notes from now on whose hand ticks the boxes of the page. Harmless when done twice. */
export function watch(): void {
  if (isWatching) return;
  isWatching = true;
  addEventListener("click", onClick, true);
  // Not `change`, which does not leave a shadow root.
  addEventListener("input", onInput, true);
  addEventListener(
    "reset",
    ({ target }) => {
      if (target instanceof HTMLFormElement) for (const box of controls(target)) if (isBox(box)) ticks.delete(box);
    },
    true,
  );
}

/** Whether a visitor ticked a box, and it is ticked. */
export const isTicked = (box: HTMLInputElement): boolean => box.checked && ticks.get(box) === true && !isPreticked(box);

/** Takes down that the visitor agreed or not by another act, in the conversation that stands for the form. */
export function note(box: HTMLInputElement, on: boolean): void {
  first.set(box, false);
  ticks.set(box, on);
}

function isPreticked(box: HTMLInputElement): boolean {
  let was = first.get(box);
  if (was === undefined) first.set(box, (was = box.defaultChecked));
  return was;
}

/** What form systems and people call boxes of consent. */
const NAMES = /consent|gdpr|dsgvo|rgpd|privacy|datenschutz|^LEGAL_CONSENT\.|^acceptance(-|$)|einwilligung|agree/i;
const MARKUP = ".ginput_container_consent,.elementor-field-type-acceptance,.wpcf7-acceptance,.hs-form-booleancheckbox.legal-consent-container";

function isLike(box: HTMLInputElement): boolean {
  return NAMES.test(box.name) || NAMES.test(box.id) || !!box.closest(MARKUP);
}

/** The one of several boxes that a lead hangs on, if it can be told. */
function needed(all: HTMLInputElement[]): HTMLInputElement | undefined {
  if (all.length < 2) return all[0];
  // HubSpot asks for leave to store, and to write of each subject, side by side.
  const storing = all.filter(({ name }) => name === "LEGAL_CONSENT.processing");
  const required = all.filter((box) => box.required || box.getAttribute("aria-required") === "true");
  return [storing, required].find(({ length }) => length === 1)?.[0];
}

/** The exact words of a box: its labels, or what names it. */
function textOf(box: HTMLInputElement): string {
  const labels = [...(box.labels ?? [])].map(words).filter(Boolean).join(" ");
  if (labels) return labels;
  const root = box.getRootNode() as Document | ShadowRoot;
  const ids = box.getAttribute("aria-labelledby")?.split(/\s+/).filter(Boolean) ?? [];
  const named = ids.map((id) => root.querySelector(`#${CSS.escape(id)}`)).filter((one) => one !== null);
  return named.map(words).join(" ") || (box.getAttribute("aria-label") ?? "").trim();
}

/** The boxes of a form that stand for purposes of the flow: those whose author says so, and, where the flow has exactly
 *  one that a lead needs, the one that form systems write for that. Without words there is nothing to agree to. */
export function boxes(form: HTMLFormElement, purposes: Purpose[]): Box[] {
  const all = controls(form).filter((control): control is HTMLInputElement => isOption(control) && isBox(control) && !isTrap(control));
  const found = new Map<HTMLInputElement, string>();
  for (const box of all) {
    const id = box.dataset["prequalPurpose"]?.trim();
    if (id && purposes.some((purpose) => purpose.id === id)) found.set(box, id);
  }
  const required = purposes.filter((purpose) => purpose.required);
  if (required.length === 1 && ![...found.values()].includes(required[0]!.id)) {
    const likely = all.filter((box) => !found.has(box) && !box.hasAttribute("data-prequal-field") && isLike(box));
    const box = needed(likely);
    if (box) found.set(box, required[0]!.id);
  }
  const list = [...found].map(([box, purpose]) => ({ purpose, box, text: textOf(box), preticked: isPreticked(box) }));
  return list.filter(({ text }) => text);
}
