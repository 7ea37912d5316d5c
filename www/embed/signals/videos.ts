// Videos that the visitor started.
import type { See, Turn } from "./declared.js";
import { matches } from "./elements.js";

export function videos(see: See): Turn {
  let due: Parameters<Turn>[0] = [];
  let page = "";
  let started = new WeakSet<Element>();
  const onPlay = (event: Event) => {
    const [video] = event.composedPath() as HTMLMediaElement[];
    // A background that moves by itself was started by nobody.
    if (!(video instanceof HTMLMediaElement) || (video.autoplay && video.muted) || started.has(video)) return;
    started.add(video);
    for (const signal of due) if (matches(video, { selector: "video", ...signal })) see(signal, page);
  };
  // It does not bubble.
  addEventListener("play", onPlay, true);
  return (signals, path) => ([due, page, started] = [signals, path, new WeakSet()]);
}
