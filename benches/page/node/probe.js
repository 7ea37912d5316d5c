// What a page notes of itself while a contender is on it. Runs in the page, before everything else.

/** Starts noting; `texts` are the question and its options, looked for from the beginning or from a click on. */
export function probe(texts, fromClick) {
  const noted = { shifts: [], shown: null, touched: null };
  globalThis.__noted = noted;
  // For whoever reads the trace.
  performance.mark("visit begins");
  // Those that follow a click too, which the measure for search engines leaves out.
  new PerformanceObserver((list) => {
    for (const { value } of list.getEntries()) noted.shifts.push(value);
  }).observe({ type: "layout-shift", buffered: true });
  // The first that the page feels of a visitor's hand: a widget may begin before the click itself.
  for (const type of ["pointerover", "pointerdown", "click"]) {
    addEventListener(type, touch, { capture: true, passive: true });
  }
  function touch({ timeStamp, isTrusted }) {
    // A script that strolls about the page is no hand.
    if (noted.touched !== null || !isTrusted) return;
    noted.touched = timeStamp;
    performance.mark("visit opens");
    if (fromClick) requestAnimationFrame(look);
  }

  const folded = (text) => text.replace(/\s+/g, " ").trim();
  /** Every element with a text of its own, through open shadow roots. */
  function* elements(root) {
    for (const element of root.querySelectorAll("*")) {
      yield element;
      if (element.shadowRoot) yield* elements(element.shadowRoot);
    }
  }
  const opaque = (element) => {
    for (let one = element; one; one = one.parentElement ?? one.getRootNode().host) {
      if (Number(getComputedStyle(one).opacity) < 0.5) return false;
    }
    return true;
  };
  const seen = (element, within) => {
    if (!element.checkVisibility({ visibilityProperty: true }) || !opaque(element)) return false;
    const { top, bottom, left, right, width, height } = element.getBoundingClientRect();
    if (width < 8 || height < 8) return false;
    return !within || (bottom > 0 && top < innerHeight && right > 0 && left < innerWidth);
  };
  /** The question and its first option are in view, and the other options are laid out. */
  const complete = () => {
    const missing = new Set(texts);
    for (const element of elements(document)) {
      if (element.tagName === "SCRIPT" || element.tagName === "TEMPLATE") continue;
      const own = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
      const text = folded(own.map((node) => node.data).join(""));
      if (missing.has(text) && seen(element, texts.indexOf(text) < 2)) missing.delete(text);
      if (!missing.size) return true;
    }
    return false;
  };
  function look() {
    if (!complete()) return requestAnimationFrame(look);
    // After the frame that it stands in.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => (noted.shown = performance.now());
    port2.postMessage(null);
  }
  if (!fromClick) requestAnimationFrame(look);
}
