// The script tag: <script src="…/prequal.js" data-flow="…" defer></script>
// Nothing else is fetched until a visitor means to open the widget.
import { put, tag } from "./tag.js";

if (tag) put(tag);
