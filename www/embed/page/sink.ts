// Where visitors leave, for the author: once a visitor has agreed, the way up to there goes to an address of
// the author's. Steps by their ids and bands of time; nothing of the visitor, and nothing to know one by.
import type { Inside } from "../inside.js";
import { authored } from "./authored.js";
import { agrees } from "./bridge.js";

/** Ends of bands, in seconds. */
const BANDS = [5, 15, 60, 300];

function band(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  const place = BANDS.findIndex((end) => seconds < end);
  const from = place < 0 ? BANDS.at(-1)! : (BANDS[place - 1] ?? 0);
  return place < 0 ? `${from}+` : `${from}-${BANDS[place]}`;
}

type Hearer = (name: string, detail: Record<string, string>) => void;

/** Takes what the page is told; nothing where no address is named. */
export function sink(inside: Inside): Hearer | undefined {
  const address = inside.setting("sink");
  if (!address) return undefined;
  let steps: { step: string; kind: string; at: number }[] = [];
  const send = () => {
    const { id, version } = authored(inside);
    const now = Date.now();
    const way = steps.map(({ step, kind, at }, place) => ({ step, kind, seconds: band((steps[place + 1]?.at ?? now) - at) }));
    steps = [];
    // Nobody waits for it, and a drop-off that is not counted is no loss to the visitor.
    fetch(address, {
      method: "POST",
      mode: "no-cors",
      credentials: "omit",
      referrerPolicy: "no-referrer",
      keepalive: true,
      body: JSON.stringify({ flow: id, version, steps: way }),
    }).catch(() => {});
  };
  return (name, detail) => {
    const { step, kind } = detail;
    if (name === "step") steps.push({ step: step!, kind: kind!, at: Date.now() });
    if (name !== "consent") return;
    // How it ended is told right after.
    if (agrees(inside, detail)) setTimeout(send);
    else steps = [];
  };
}
