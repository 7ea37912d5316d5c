// Clocks and medians.

/** How long to look. */
export const PACES = {
  full: { rounds: 61, warmUp: 400, sample: 4, least: 7, most: 61, time: 1000 },
  // Shows that it runs, not how fast.
  quick: { rounds: 1, warmUp: 0, sample: 0, least: 2, most: 2, time: 0 },
};

/** The median, and where the middle eight tenths lie. */
export function summary(samples) {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (share) => sorted[Math.round((sorted.length - 1) * share)];
  return { median: at(0.5), low: at(0.1), high: at(0.9), samples: sorted.length };
}

/**
 * Nanoseconds that each contender takes for `count` things done by `pass()`, round by round: all
 * contenders in each round, each round beginning with another one.
 */
export function interleaved(passes, count, pace) {
  const turns = passes.map((pass) => {
    const begun = performance.now();
    let done = 0;
    do {
      pass();
      done++;
    } while (performance.now() - begun < pace.warmUp);
    const each = (performance.now() - begun) / done;
    return Math.max(1, Math.ceil(pace.sample / each));
  });
  const samples = passes.map(() => []);
  for (let round = 0; round < pace.rounds; round++) {
    for (let i = 0; i < passes.length; i++) {
      const place = (round + i) % passes.length;
      const started = performance.now();
      for (let turn = 0; turn < turns[place]; turn++) passes[place]();
      samples[place].push(((performance.now() - started) * 1e6) / (turns[place] * count));
    }
  }
  return samples;
}

/** Nanoseconds that `work` takes on what `prepare` made; one turn warms up. */
export function time(pace, prepare, work, finish = () => {}) {
  finish(work(prepare()));
  const begun = performance.now();
  const samples = [];
  while (samples.length < pace.least || (samples.length < pace.most && performance.now() - begun < pace.time)) {
    const prepared = prepare();
    const started = performance.now();
    const result = work(prepared);
    samples.push((performance.now() - started) * 1e6);
    finish(result);
  }
  return samples;
}
