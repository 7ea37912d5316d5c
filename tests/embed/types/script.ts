// What a page's own script gets from the package. Each expected error is one that must be told.
import { ChatElement, register, type ChatEvents } from "prequal";

register("/prequal/", { flow: "/prequal.json", fallback: "#contact-form" });
// @ts-expect-error There is no such setting.
register("/prequal/", { flaw: "/prequal.json" });

addEventListener("prequal:step", ({ detail }) => {
  const step: string = detail.step;
  // @ts-expect-error Answers are not told.
  detail.answer;
  return step;
});
document.addEventListener("prequal:consent", ({ detail: { choice } }) => {
  // @ts-expect-error It is `given` or `refused`.
  return choice === "yes";
});

const widget = document.querySelector("prequal-chat");
const same: ChatElement | null = widget;
widget?.addEventListener("prequal:score", ({ detail: { band, grade } }) => `${band} ${grade ?? ""}`);
void widget?.open();
void widget?.close();
void same;

export type Stage = ChatEvents["prequal:stage"]["detail"]["stage"];
