// The rarer modes, put on once the widget is drawn.
import type { Inside, Talk } from "../inside.js";
import { complain, make } from "../settings.js";
import { authored } from "./authored.js";
import { bridge } from "./bridge.js";
import css from "./modes.css";
import { sink } from "./sink.js";

/** A dialog of the browser's own: it keeps the focus, and makes the page behind it inert. */
function popUp(host: Inside["host"], talk: Talk, root: ShadowRoot, panel: HTMLElement): void {
  const dialog = make("dialog");
  dialog.part.add("dialog");
  dialog.ariaLabel = panel.ariaLabel;
  dialog.lang = panel.lang;
  // One dialog, not one in another.
  panel.role = "group";
  root.append(dialog);
  dialog.append(panel);
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) host.close();
  });
  // The browser has ways of its own to close one, such as a phone's back gesture.
  dialog.addEventListener("close", () => host.close());
  talk.frame = (open) => {
    if (!open) return dialog.close();
    if (!dialog.open) dialog.showModal();
    talk.focus?.();
  };
}

/** Says which fields' answers are not told although the author asked. */
function checkTold(inside: Inside): void {
  const asked = (inside.setting("tell") ?? "").split(/[\s,]+/).filter(Boolean);
  const { fields } = authored(inside);
  for (const id of asked) {
    const field = fields.find((one) => one.id === id);
    if (!field) complain("PQ406", "data-tell", `The flow has no field “${id}”. It has: ${fields.map((one) => one.id).join(", ")}.`);
    else if (field.personal) complain("PQ405", "data-tell", `The answer to “${id}” is personal and is not told to the page.`);
  }
}

/** In the host of now; again when it is another one. */
export function dress(inside: Inside, talk: Talk): void {
  const { host } = inside;
  const root = host.shadowRoot!;
  const panel = root.querySelector<HTMLElement>("[part=panel]")!;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  talk.frame = undefined;
  if (host.getAttribute("mode") === "popup") popUp(host, talk, root, panel);
  if (talk.told) return;
  checkTold(inside);
  const hearers = [bridge(inside), sink(inside)];
  talk.told = (name, detail) => {
    for (const hear of hearers) hear?.(name, detail);
  };
}
