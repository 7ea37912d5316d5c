// For how long a page was looked at while something was done on it.
import type { See, Turn } from "./declared.js";

/** How long a deed counts for, in milliseconds. */
const ACTIVE = 15_000;

const DEEDS = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart", "scroll"];

const how = { capture: true, passive: true };

export function engaged(see: See): Turn {
  let left: Parameters<Turn>[0] = [];
  let page = "";
  /** Milliseconds on this page until `since`. */
  let spent = 0;
  /** Since when the clock runs; nothing while it stands. */
  let since: number | undefined;
  let activeUntil = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  // One deed is enough: until it has lost its force nobody listens, so that moving the pointer and scrolling cost
  // nothing.
  const listen = (on: boolean) => {
    for (const deed of DEEDS) (on ? addEventListener : removeEventListener)(deed, run, how);
  };
  const count = () => {
    clearTimeout(timer);
    if (since === undefined) return;
    const now = Math.min(performance.now(), activeUntil);
    spent += now - since;
    since = now;
    // Timers may come a little early.
    const reached = (spent + 10) / 1000;
    for (const signal of left.filter(({ least }) => reached >= least!)) see(signal, page);
    left = left.filter(({ least }) => reached < least!);
  };
  const halt = (waits: boolean) => {
    count();
    since = undefined;
    listen(waits && left.length > 0);
  };
  const wait = () => {
    const next = Math.min(...left.map(({ least }) => least! * 1000)) - spent;
    timer = setTimeout(tick, Math.min(next, activeUntil - performance.now()));
  };
  const tick = () => {
    count();
    if (!left.length) halt(false);
    else if (performance.now() >= activeUntil - 1) halt(true);
    else wait();
  };
  function run(): void {
    listen(false);
    if (document.hidden || !left.length) return;
    since = performance.now();
    activeUntil = since + ACTIVE;
    wait();
  }
  document.addEventListener("visibilitychange", () => (document.hidden ? halt(false) : run()));
  return (due, path) => {
    halt(false);
    [left, page, spent] = [due, path, 0];
    // Who comes to a page looks at it.
    run();
  };
}
