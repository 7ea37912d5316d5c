// How much of a page was in sight, from its top.
import { RARELY, type See, type Turn } from "./declared.js";

/** Beyond the height of any page, and within what engines count in. */
const ABOVE = 9_999_999;

/** A body's margins are no part of it. */
const SLACK = 0.02;

function depth(): number {
  const { scrollHeight, scrollTop, clientHeight } = document.scrollingElement ?? document.documentElement;
  return scrollHeight ? (scrollTop + clientHeight) / scrollHeight : 0;
}

/** The root or the body, if it is as high as what scrolls. */
function whole(): HTMLElement | undefined {
  const { scrollHeight } = document.scrollingElement ?? document.documentElement;
  return [document.documentElement, document.body].find((one) => one.offsetHeight >= scrollHeight * (1 - SLACK));
}

export function scroll(see: See): Turn {
  let stop = () => {};
  return (due, page) => {
    stop();
    let left = due;
    const look = () => {
      const reached = depth() + SLACK;
      for (const signal of left.filter(({ least }) => reached >= least! / 100)) see(signal, page);
      left = left.filter(({ least }) => reached < least! / 100);
      if (!left.length) stop();
    };
    const target = whole();
    if (target) {
      // A window that reaches up beyond the page: what it has in common with the page is what was in sight. The
      // browser tells when a limit is passed, and nobody listens to scrolling.
      const limits = left.map(({ least }) => Math.min(least! / 100, 1));
      const observer = new IntersectionObserver(look, { root: document, rootMargin: `${ABOVE}px 0px 0px 0px`, threshold: [...limits, 1], ...RARELY });
      observer.observe(target);
      stop = () => observer.disconnect();
    } else {
      // A root that is as high as the window, with its content flowing out of it, never passes a limit.
      let timer: ReturnType<typeof setTimeout> | undefined;
      const later = () => (timer ??= setTimeout(() => ((timer = undefined), look()), 250));
      addEventListener("scroll", later, { capture: true, passive: true });
      stop = () => {
        removeEventListener("scroll", later, true);
        clearTimeout(timer);
      };
      look();
    }
  };
}
