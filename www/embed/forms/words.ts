// The words that stand at a form's controls, as a visitor reads them.
import { type Control, isOption, member } from "./controls.js";

/** What is no words of its element: what other controls say, what we wrote, and what is never shown. */
const MUTE = "select,textarea,button,script,style,template,[data-prequal-hint]";

/** An element's text without the controls within it, and blanks as one. */
export function words(element: Node): string {
  const pieces: string[] = [];
  const walk = (node: Node) => {
    if (node.nodeType === Node.TEXT_NODE) pieces.push((node as Text).data);
    // A `<br>` and the end of a block keep words apart.
    else if (!(node instanceof Element) || !node.matches(MUTE)) {
      for (const child of node.childNodes) walk(child);
      if (/^(BR|DIV|LI|P)$/.test((node as Element).tagName)) pieces.push(" ");
    }
  };
  walk(element);
  return pieces.join("").replace(/\s+/g, " ").trim();
}

const REQUIRED =
  "required|mandatory|pflichtfeld|erforderlich|obligatoire|requis|obligatorio|requerido|obbligatorio|richiesto|verplicht|vereist|wymagane|obrigatório|必須|必填|обязательно";
const MARK = new RegExp(String.raw`\s*(?:[*＊✱]+|[([（](?:${REQUIRED})[)\]）]|:)\s*$`, "i");

/** A label without the marks that say that it must be answered. */
export function plain(label: string): string {
  let text = label.replace(/^[*＊✱]+\s*/, "");
  while (MARK.test(text)) text = text.replace(MARK, "");
  return text;
}

/** Texts of the elements that an attribute names by their ids, where the element itself stands. */
function referred(element: Element, attribute: string): string {
  const root = element.getRootNode() as Document | ShadowRoot;
  const ids = element.getAttribute(attribute)?.split(/\s+/).filter(Boolean) ?? [];
  const found = ids.map((id) => root.querySelector(`#${CSS.escape(id)}`)).filter((one) => one !== null);
  return found.map(words).join(" ");
}

/** The labels of a control. An element of the page's own tells nobody which it has. */
function labelled(control: Control): Iterable<Element> {
  const { labels } = control as HTMLInputElement;
  if (labels) return labels;
  const root = control.getRootNode() as Document | ShadowRoot;
  const named = control.id ? root.querySelectorAll(`label[for="${CSS.escape(control.id)}"]`) : [];
  const around = control.closest("label");
  return around ? [around, ...named] : named;
}

const labels = (control: Control): string => [...labelled(control)].map(words).filter(Boolean).join(" ");

function legend(element: Element): string {
  // Not by `.children`: a control of that name would stand in for it.
  const first = element.closest("fieldset")?.querySelector("legend");
  return first ? words(first) : "";
}

/** What an element is called by its ARIA attributes. */
const named = (element: Element) => referred(element, "aria-labelledby") || (element.getAttribute("aria-label") ?? "").trim();

/** The words of one control, just as they stand: its labels, what names it, its legend, what stands in it empty. */
export function told(control: Control): string {
  return labels(control) || named(control) || legend(control) || (control.getAttribute("placeholder") ?? "").trim();
}

/** What a control is called. */
export const label = (control: Control): string => plain(told(control));

/** The closest element that holds them all. */
function around(controls: Control[]): Element | null {
  let at = controls[0]!.parentElement;
  while (at && !controls.every((one) => Node.prototype.contains.call(at, one))) at = at.parentElement;
  return at;
}

/** What stands before an element in its line or block, up to the control before it. */
function before(element: Element): string {
  const texts: string[] = [];
  for (let at = element.previousSibling; at; at = at.previousSibling) {
    if (at instanceof Element && (at.matches("input,select,textarea,button") || at.querySelector("input,select,textarea,button"))) break;
    texts.unshift(words(at));
  }
  return texts.join(" ").trim();
}

/** What a control is called that nothing names: its title, or what stands before it. */
export const beside = (control: Control): string => plain((control.getAttribute("title") ?? "").trim() || before(control));

/** What controls are called that answer one question together, each with words of its own. */
export function groupLabel(controls: Control[], form: HTMLFormElement): string {
  const own = new Set(controls.flatMap((one) => [...((one as HTMLInputElement).labels ?? [])]));
  let at = around(controls);
  for (; at && at !== form && member(form, "contains")(at); at = at.parentElement) {
    const role = at.getAttribute("role");
    const isGroup = role === "group" || role === "radiogroup" || at.matches("fieldset");
    const called = (isGroup && named(at)) || (at.matches("fieldset") && [...at.querySelectorAll("legend")].map(words).find(Boolean));
    if (called) return plain(called);
    // Form systems write the question as a label beside its options; one that holds another control is about that.
    const others = [...at.querySelectorAll<Control>("input,select,textarea")].filter((one) => !controls.includes(one) && !/^hidden$/.test((one as HTMLInputElement).type));
    if (others.length) break;
    const written = [...at.querySelectorAll("label")].find((one) => !own.has(one) && !one.querySelector("input") && words(one));
    if (written) return plain(words(written));
    const text = before(at);
    if (text) return plain(text);
  }
  return "";
}

/** What one option of several is called. */
export function optionLabel(control: HTMLInputElement | HTMLOptionElement): string {
  if (!isOption(control)) return control.label.trim() || words(control);
  return plain(labels(control) || named(control)) || control.value;
}
