// The script tag: <script src="…/prequal.js" data-flow="…" defer></script>
// Nothing else is fetched until a visitor means to open the widget.
import { ChatElement, define } from "./element.js";

const tag = document.currentScript as HTMLScriptElement | null;
if (tag) {
  define(new URL(".", tag.src).href, tag.dataset);
  const place = () => {
    if (tag.dataset.flow && !document.querySelector("prequal-chat:not([mode=inline])")) document.body.append(new ChatElement());
  };
  // In a task of its own: a slow processor would not draw the page meanwhile.
  if (document.body) setTimeout(place);
  else addEventListener("DOMContentLoaded", place);
}
