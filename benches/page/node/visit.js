// One visit to a page with a contender on it, and what it cost.

import { probe } from "./probe.js";

/** Lighthouse's slow phone: a processor four times slower, and a slow mobile line as DevTools shapes it. */
export const SLOW = { cpu: 4, latency: 562.5, down: 180_000, up: 84_375 };
/** Without either: whether anything shows, not when. */
export const FAST = { cpu: 1, latency: 0, down: -1, up: -1 };

/** Longest that a contender may take, and how long nothing must happen before a page is taken to be done. */
const PATIENCE = 60_000;
const QUIET = 1_000;

/**
 * Opens `address` in a browser that knows nothing but `plain`, the page without a contender; does what
 * comes `before`, and clicks `launcher`, where there is one, once the page is done.
 */
export async function visit(browser, { address, plain, texts, launcher, line, before: first }) {
  const context = await browser.createBrowserContext();
  try {
    const page = await context.newPage();
    await page.setViewport({ width: 1280, height: 900 });
    const devtools = await page.createCDPSession();
    // The browser's own beginnings, such as its first fonts, are nobody's cost.
    await page.goto(plain, { waitUntil: "load", timeout: PATIENCE });
    const traffic = await watch(devtools, line);
    await page.evaluateOnNewDocument(probe, texts, launcher !== undefined);
    await page.tracing.start({ categories: ["toplevel", "blink.user_timing"] });
    await page.goto(address, { waitUntil: "load", timeout: PATIENCE });
    await traffic.rest();
    if (first) {
      await first(page);
      await traffic.rest();
    }
    const shiftAtLoad = await shift(page);
    const atLoad = traffic.so();
    if (launcher) await press(page, launcher);
    const shows = texts.length > 0;
    if (shows) await page.waitForFunction("__noted.shown !== null", { polling: 50, timeout: PATIENCE });
    const shown = shows ? await page.evaluate("performance.timeOrigin + __noted.shown") : Infinity;
    await traffic.rest();
    const { before, after } = longTasks(await page.tracing.stop());
    const begun = launcher ? await page.evaluate("__noted.touched") : 0;
    return {
      load: { ...atLoad, tasks: before.length, shift: shiftAtLoad },
      question: traffic.so(shown),
      all: traffic.so(),
      ms: shows ? (await page.evaluate("__noted.shown")) - begun : 0,
      tasks: after.length,
      longest: { before: Math.max(0, ...before), after: Math.max(0, ...after) },
      shift: await shift(page),
      memory: await memory(devtools),
    };
  } finally {
    await context.close();
  }
}

/** A hand that goes to the launcher and presses it at once. */
async function press(page, launcher) {
  const handle = await page.evaluateHandle(launcher);
  const { x, y, width, height } = await handle.boundingBox();
  await page.mouse.click(x + width / 2, y + height / 2);
}

async function shift(page) {
  return sum(await page.evaluate("__noted.shifts"));
}

/**
 * Milliseconds of the page's tasks over 50 ms, before it is opened and after, or, where it is drawn as it
 * loads, all of them after. By the time that they had of the processor: what else the machine does
 * meanwhile would make a long task of any.
 */
function longTasks(trace) {
  const { traceEvents } = JSON.parse(new TextDecoder().decode(trace));
  const mark = (name) => traceEvents.find((event) => event.name === name && event.cat === "blink.user_timing");
  const begins = mark("visit begins");
  const opens = mark("visit opens")?.ts ?? begins.ts;
  const tasks = traceEvents.filter(
    ({ name, pid, tid, ts, tdur }) =>
      name === "ThreadControllerImpl::RunTask" && pid === begins.pid && tid === begins.tid && ts > begins.ts && tdur > 50_000,
  );
  const took = (some) => some.map(({ tdur }) => tdur / 1000);
  // The task that takes the click belongs to what follows.
  const isBefore = ({ ts, tdur }) => ts + tdur < opens;
  return { before: took(tasks.filter(isBefore)), after: took(tasks.filter((task) => !isBefore(task))) };
}

/** Slows the page down, and counts what comes over its line, the page itself left out. */
async function watch(devtools, line) {
  const { cpu, latency, down, up } = line;
  const files = new Map();
  let changed = Date.now();
  const on = (event, take) =>
    devtools.on(event, (what) => {
      changed = Date.now();
      take(what);
    });
  on("Network.requestWillBeSent", ({ requestId, type, request, timestamp, wallTime }) => {
    if (type === "Document" || request.url.startsWith("data:")) return;
    files.set(requestId, { path: new URL(request.url).pathname, begun: wallTime, clock: wallTime - timestamp, bytes: 0 });
  });
  on("Network.loadingFinished", ({ requestId, encodedDataLength, timestamp }) => end(requestId, timestamp, encodedDataLength));
  on("Network.loadingFailed", ({ requestId, timestamp }) => end(requestId, timestamp, 0));
  const end = (requestId, timestamp, bytes) => {
    const file = files.get(requestId);
    if (file) Object.assign(file, { bytes, ended: file.clock + timestamp });
  };
  await devtools.send("Network.enable");
  await devtools.send("Network.emulateNetworkConditions", {
    offline: false,
    latency,
    downloadThroughput: down,
    uploadThroughput: up,
  });
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: cpu });
  return {
    /** The files that had arrived by then, in milliseconds since 1970, and their bytes, headers too. */
    so(until = Infinity) {
      const came = [...files.values()].filter(({ ended }) => ended * 1000 <= until);
      return { requests: came.length, bytes: sum(came.map(({ bytes }) => bytes)), files: came.map(({ path }) => path) };
    },
    async rest() {
      changed = Date.now();
      const open = () => [...files.values()].some(({ ended }) => ended === undefined);
      while (open() || Date.now() - changed < QUIET) await new Promise((done) => setTimeout(done, 50));
    },
  };
}

/** What the page holds once all that nobody needs is cleared away: heap, buffers, and memory of modules. */
async function memory(devtools) {
  for (let turn = 0; turn < 2; turn++) await devtools.send("HeapProfiler.collectGarbage");
  const heap = await devtools.send("Runtime.getHeapUsage");
  const prototype = await devtools.send("Runtime.evaluate", { expression: "WebAssembly.Memory.prototype" });
  const { objects } = await devtools.send("Runtime.queryObjects", { prototypeObjectId: prototype.result.objectId });
  const wasm = await devtools.send("Runtime.callFunctionOn", {
    objectId: objects.objectId,
    functionDeclaration: "function () { return this.reduce((sum, { buffer }) => sum + buffer.byteLength, 0); }",
    returnByValue: true,
  });
  return { script: heap.usedSize, dom: heap.embedderHeapUsedSize, buffers: heap.backingStorageSize, wasm: wasm.result.value };
}

function sum(numbers) {
  return numbers.reduce((all, one) => all + one, 0);
}
