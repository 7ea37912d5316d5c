// How a gated form ends, in its place: the flow's outcome, and what is known of the delivery.
import { WITHDRAW } from "../crossing.js";
import { make } from "../settings.js";
import { strings, type Words } from "../words.js";
import { member, veil } from "./controls.js";
import type { Form } from "./form.js";

/** As much of a view as an outcome needs (src/ffi/mod.rs). */
type View = {
  control: { outcome?: { title: string; text: string; action?: { label: string; url: string } } };
  delivery?: string;
  can_withdraw?: boolean;
};

/** A paragraph: without any style of the page the parts stand below each other. */
const line = (...content: (Node | string)[]): HTMLParagraphElement => {
  const paragraph = make("p");
  paragraph.append(...content);
  return paragraph;
};

/** Puts the outcome in the place of the form, which stays on the page, hidden. */
export function draw(form: Form, json: string): void {
  const { element, page } = form;
  const { control }: View = JSON.parse(json);
  if (!control.outcome) return;
  const { title, text, action } = control.outcome;
  const section = make("section");
  section.dataset["prequalOutcome"] = "";
  section.role = "status";
  section.tabIndex = -1;
  const heading = make("strong");
  heading.append(title);
  const delivery = make("small");
  section.append(line(heading), line(text));
  if (action) {
    const link = make("a");
    link.append(action.label);
    link.href = action.url;
    if (!/^(mailto|tel):/.test(action.url)) [link.target, link.rel] = ["_blank", "noopener"];
    section.append(line(link));
  }
  // As easy as it was given.
  const back = make("button");
  back.type = "button";
  back.dataset["prequalWithdraw"] = "";
  back.onclick = () => void form.tell(WITHDRAW, "");
  const [told, offered] = [line(delivery), line(back)];
  section.append(told, offered);
  member(element, "after")(section);
  veil(element, true);
  section.focus();
  let words: Words = {};
  let last = json;
  const tell = () => {
    const { delivery: word, can_withdraw }: View = JSON.parse(last);
    section.dataset["prequalDelivery"] = word ?? "";
    const spoken = (key = "") => (typeof words[key] === "string" ? words[key] : "");
    delivery.textContent = spoken(word);
    back.textContent = spoken("take_back");
    told.hidden = !delivery.textContent;
    offered.hidden = !can_withdraw || !back.textContent;
  };
  tell();
  form.seen = (json) => {
    last = json;
    tell();
  };
  void strings(page.base, form.locale).then((all) => {
    words = all;
    tell();
  });
}
