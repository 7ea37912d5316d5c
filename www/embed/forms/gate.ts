// A form whose lead the session sends: with consent and a lead that qualifies it goes through the outbox, and
// nothing is posted; everybody else reads the flow's outcome in its place.
import { SUBMIT } from "../crossing.js";
import { make } from "../settings.js";
import { type Control, controls, isTrap } from "./controls.js";
import { feed, type Form } from "./form.js";
import { draw } from "./outcome.js";

/** Milliseconds in which nobody reads and answers a form, and fewer controls that a browser's own filling takes. */
const TOO_FAST = 1500;
const FEW = 3;

/** By form: an input that no person sees. It has no name, so that it is never posted. */
const traps = new WeakMap<HTMLFormElement, HTMLInputElement>();

/** Sets the trap, once somebody comes to the form. */
export function guard(form: Form): void {
  const { element } = form;
  if (traps.has(element)) return;
  const trap = make("input");
  trap.autocomplete = "off";
  trap.tabIndex = -1;
  trap.ariaHidden = "true";
  trap.ariaLabel = "Website";
  trap.dataset["prequalTrap"] = "";
  Object.assign(trap.style, { position: "absolute", inlineSize: "1px", blockSize: "1px", opacity: "0", border: "0", padding: "0", clipPath: "inset(50%)" });
  traps.set(element, trap);
  form.append(trap);
}

function isRobot({ element }: Form): boolean {
  // A form system's own traps tell as much.
  const own = controls(element).filter((control: Control) => control.matches("input:not([type=hidden],[type=submit],[type=button],[type=checkbox],[type=radio])") && isTrap(control));
  return own.some((control) => !!control.value && control.value !== control.getAttribute("value"));
}

/** A form of several pages is submitted with each of them; it is done with the last (Gravity Forms). */
const isUnderWay = (form: Form) => {
  const [target] = form.all<HTMLInputElement>("input[name^=gform_target_page_number_]");
  return !!target && target.value !== "0";
};

/** Takes over a form that is submitted, if all that it needs is there. */
export function gate(form: Form, event: SubmitEvent): void {
  const { session } = form;
  if (!session || isUnderWay(form)) return;
  let view: string | undefined;
  form.seen = (json) => (view = json);
  feed(form, true);
  const touched = form.questions.filter((question) => question.controls.some((control) => form.touched.has(control)));
  const hasty = touched.length >= FEW && performance.now() - form.begun < TOO_FAST;
  const submission = form.submission(hasty);
  // What a robot filled in is nobody's consent.
  if (isRobot(form)) submission.purposes = {};
  // A submit that a script made up is nobody's.
  if (form.tell(SUBMIT, submission, event.isTrusted) === undefined || !view) return;
  // From here on the lead, if there is one, is the session's: the form must not post it too.
  event.preventDefault();
  event.stopImmediatePropagation();
  draw(form, view);
}
