// The script tag: <script src="…/prequal.js" data-flow="…" defer></script>
// Nothing else is fetched until a visitor means to open the widget.
import { define } from "./element.js";
import { make } from "./settings.js";

// Past names of the page's forms and pictures, which stand in for what the document has by itself.
const tag = Reflect.get(Document.prototype, "currentScript", document) as HTMLScriptElement | null;
if (tag) {
  // Its own attributes alone, whatever else objects have got on this page.
  const data = { __proto__: null, ...tag.dataset } as unknown as DOMStringMap;
  const page = tag.closest("html")!;
  define(new URL(".", tag.src).href, data);
  const { flow, mode } = data;
  const place = () => {
    // A script that is there twice, or runs again after a body was exchanged, makes no second one.
    if (!flow || page.querySelector(`prequal-chat:not([mode],[flow]),prequal-chat[flow="${flow}"]`)) return;
    const element = make("prequal-chat" as "div");
    for (const name in data) element.setAttribute(name, data[name]!);
    // Outside the body, a launcher stays when the body is exchanged.
    if (/inline|page/.test(mode!)) tag.after(element);
    else page.append(element);
  };
  // In a task of its own: a slow processor would not draw the page meanwhile.
  if (document.body) setTimeout(place);
  else addEventListener("DOMContentLoaded", place);
}
