// Elements that came into sight, also those that come later.
import { RARELY, type See, type Signal, type Turn } from "./declared.js";

/** Least time between two looks for new elements, in milliseconds. */
const PAUSE = 1000;

export function elements(see: See): Turn {
  let stop = () => {};
  return (due, page) => {
    stop();
    if (!due.length) return;
    let left = due;
    const watched = new Set<Element>();
    const seen = ([...entries]: IntersectionObserverEntry[]) => {
      for (const { target, isIntersecting, intersectionRatio, boundingClientRect, rootBounds } of entries) {
        // What is higher than two windows is never half in sight.
        if (rootBounds?.height && boundingClientRect.height > 2 * rootBounds.height) {
          half.unobserve(target);
          middle.observe(target);
        }
        // An element without a size has no half.
        if (!isIntersecting || (rootBounds?.height && intersectionRatio < 0.5)) continue;
        const found = left.filter((signal) => matches(target, signal));
        left = left.filter((signal) => !found.includes(signal));
        for (const signal of found) see(signal, page);
      }
      if (!left.length) stop();
    };
    const half = new IntersectionObserver(seen, { threshold: 0.5, ...RARELY });
    // A line: its bounds have no height.
    const middle = new IntersectionObserver(seen, { rootMargin: "-50% 0px -50% 0px", ...RARELY });
    const look = () => {
      for (const signal of left) {
        for (const element of find(signal)) {
          if (watched.has(element)) continue;
          watched.add(element);
          half.observe(element);
        }
      }
    };
    let timer: ReturnType<typeof setTimeout> | undefined;
    const changes = new MutationObserver(() => {
      timer ??= setTimeout(() => {
        timer = undefined;
        look();
      }, PAUSE);
    });
    changes.observe(document, { childList: true, subtree: true });
    stop = () => {
      for (const observer of [half, middle, changes]) observer.disconnect();
      clearTimeout(timer);
    };
    look();
  };
}

const broken = new Set<string>();

/** Elements that a signal is about; a selector that is none is about nothing. */
function find({ selector }: Signal): Element[] {
  if (broken.has(selector!)) return [];
  try {
    // An author's slip such as “div” need not be watched a thousand times.
    return [...document.querySelectorAll(selector!)].slice(0, 50);
  } catch {
    broken.add(selector!);
    return [];
  }
}

/** Whether a signal is about an element. */
export function matches(element: Element, { selector }: Signal): boolean {
  try {
    return element.matches(selector!);
  } catch {
    return false;
  }
}
