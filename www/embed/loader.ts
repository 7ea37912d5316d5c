// The script tag: <script src="…/prequal.js" data-flow="…" defer></script>
// Nothing else is fetched until a visitor means to open the widget.
import { define } from "./element.js";

const tag = document.currentScript as HTMLScriptElement | null;
if (tag) {
  const { dataset } = tag;
  const { flow, mode } = dataset;
  define(new URL(".", tag.src).href, dataset);
  const place = () => {
    // A script that is there twice, or runs again after a body was exchanged, makes no second one.
    if (!flow || document.querySelector(`prequal-chat:not([mode],[flow]),prequal-chat[flow=${JSON.stringify(flow)}]`)) return;
    const element = document.createElement("prequal-chat");
    for (const name in dataset) element.setAttribute(name, dataset[name]!);
    // Outside the body, a launcher stays when the body is exchanged.
    if (/inline|page/.test(mode!)) tag.after(element);
    else document.documentElement.append(element);
  };
  // In a task of its own: a slow processor would not draw the page meanwhile.
  if (document.body) setTimeout(place);
  else addEventListener("DOMContentLoaded", place);
}
