// The controls of a form: which there are, which are traps for robots, and how their values are set so that
// whatever else is on the page hears of it.

/** A control, or an element of the page's own that takes part in forms. */
export type Control = HTMLElement & { value?: string; name?: string; type?: string; required?: boolean };

/** What its value is posted by; an element of the page's own may have it as an attribute alone. */
export const nameOf = (control: Control): string => control.name ?? control.getAttribute("name") ?? "";

/** Whether one of several boxes or circles answers a question. */
export const isOption = (control: Element): control is HTMLInputElement =>
  control instanceof HTMLInputElement && /^(radio|checkbox)$/.test(control.type);

/** A form's member as the browser has it: a control of that name would stand in for it. */
export function member<K extends keyof HTMLFormElement>(form: HTMLFormElement, name: K): HTMLFormElement[K] {
  const own = Reflect.get(HTMLFormElement.prototype, name, form);
  return typeof own === "function" ? own.bind(form) : own;
}

/** All that a form posts or is sent by. */
export const elements = (form: HTMLFormElement) => [...(member(form, "elements") as HTMLCollectionOf<Control & HTMLButtonElement>)];

/** All controls within the open shadow roots that some elements have. */
function* shadowed(within: Iterable<Element>, taken: Set<Element>): Generator<[host: Element, control: Control]> {
  for (const host of within) {
    // One that takes part in the form answers for what is in it.
    if (!host.shadowRoot || taken.has(host) || host.matches("prequal-chat")) continue;
    for (const control of host.shadowRoot.querySelectorAll<Control>("input,select,textarea")) yield [host, control];
    for (const [, control] of shadowed(host.shadowRoot.querySelectorAll("*"), taken)) yield [host, control];
  }
}

/** All controls of a form in their order on the page: those within it, those that name it from elsewhere, and those
 *  in open shadow roots within it, although a browser posts none of these. */
export function controls(form: HTMLFormElement): Control[] {
  const own = elements(form);
  const all = own.map((control): [at: Element, control: Control] => [control, control]);
  const within = [...shadowed(member(form, "querySelectorAll")("*"), new Set(own))];
  if (!within.length) return own;
  all.push(...within);
  const follows = (one: Element, other: Element) => (one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1);
  return all.sort(([one], [other]) => (one === other ? 0 : follows(one, other))).map(([, control]) => control);
}

const SILENT = /^(password|file|hidden|submit|button|reset|image)$/;

/** Whether a visitor is to answer by it. */
export function asks(control: Control): boolean {
  if (control.matches("button,fieldset,object,output,:disabled")) return false;
  if (SILENT.test(control.type ?? "")) return false;
  return "value" in control && !isTrap(control);
}

/** What is hidden by us, and how it stood by its own attributes. */
const veiled = new WeakMap<HTMLElement, { display: string; hidden: boolean }>();

/** Hides an element, or shows it as it was. By members of the platform's own: a control may be named like one. */
export function veil(element: HTMLElement, on: boolean): void {
  const was = veiled.get(element);
  if (on === (was !== undefined)) return;
  const { getAttribute, hasAttribute, removeAttribute, toggleAttribute } = Element.prototype;
  const style: CSSStyleDeclaration = Reflect.get(HTMLElement.prototype, "style", element);
  if (on) veiled.set(element, { display: style.display, hidden: hasAttribute.call(element, "hidden") });
  else veiled.delete(element);
  toggleAttribute.call(element, "hidden", was?.hidden ?? true);
  // A page that lays its forms out shows hidden ones too.
  style.setProperty("display", was?.display ?? "none", was ? "" : "important");
  if (!getAttribute.call(element, "style")) removeAttribute.call(element, "style");
}

/** What form systems call their traps. */
const TRAPS = ".gform_validation_container,.wpforms-field-hp,.nf-field-hp,[class*=honeypot],[id*=honeypot]";
const BAIT = /honey-?_?pot|^hp[-_]|[-_]hp$|bot[-_]?field|_gotcha/i;
/** Further off than anything that slides in. */
const OFF = -500;

/** Whether nobody can see an element in any state of the page that it is made for. */
function isAway(element: Element): boolean {
  const { position, left, top, width, height, clip } = getComputedStyle(element);
  if (!/absolute|fixed/.test(position)) return false;
  const tiny = [width, height].some((size) => Number.parseFloat(size) <= 1) || /^rect\((0px|1px),? /.test(clip);
  return tiny || Number.parseFloat(left) < OFF || Number.parseFloat(top) < OFF;
}

/** Whether a control is there for robots to fill in: no visitor sees or reaches it. What comes into sight later, as
 *  in forms of several steps, is none. */
export function isTrap(control: Control): boolean {
  // Boxes and lists are often hidden behind drawn ones.
  if (isOption(control) || control.matches("select") || !control.matches("input,textarea")) return !!control.closest(TRAPS);
  if (control.tabIndex < 0 || BAIT.test(nameOf(control)) || control.closest(`[aria-hidden=true],${TRAPS}`)) return true;
  // Editors that stand in for a long text hide it.
  if (control.matches("input") && !veiled.has(control) && getComputedStyle(control).display === "none") return true;
  for (let at: Element | null = control; at && !(at instanceof HTMLFormElement); at = at.parentElement) if (isAway(at)) return true;
  return false;
}

/** Sets a member as the browser itself has it: frameworks put one of their own before it, and would not notice. */
function put(control: object, name: string, value: unknown): void {
  for (let at = Object.getPrototypeOf(control); at; at = Object.getPrototypeOf(at)) {
    const set = Object.getOwnPropertyDescriptor(at, name)?.set;
    if (set) return set.call(control, value);
  }
  (control as Record<string, unknown>)[name] = value;
}

function tell(control: Control): void {
  for (const name of ["input", "change"]) control.dispatchEvent(new Event(name, { bubbles: true, composed: true }));
}

/** Writes a text; nothing happens where it stands there already. */
export function write(control: Control, text: string): void {
  if (control.value === text) return;
  put(control, "value", text);
  tell(control);
}

/** Ticks or unticks as a click does: frameworks listen to it. */
export function tick(box: HTMLInputElement, on: boolean): void {
  if (box.checked === on) return;
  HTMLElement.prototype.click.call(box);
  // A circle is not unticked by a click, and a page may have prevented one.
  if (box.checked === on) return;
  put(box, "checked", on);
  tell(box);
}

/** Selects these options of a list, and no others. */
export function select(list: HTMLSelectElement, options: Element[]): void {
  const all = [...list.options];
  if (all.every((option) => option.selected === options.includes(option))) return;
  if (list.multiple) for (const option of all) option.selected = options.includes(option);
  // None: the empty one, where there is one.
  else put(list, "selectedIndex", options.length ? all.indexOf(options[0] as HTMLOptionElement) : all.findIndex(({ value }) => !value));
  tell(list);
}
