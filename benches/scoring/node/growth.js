// What becomes of loading and of events inside the module when flows grow.

import { readFileSync } from "node:fs";

import { summary, time } from "./measure.js";

/** Events in one sample. */
const EVENTS = 16;

/** Nanoseconds: reading and checking the file, one answer, one sighting. */
export function growth(module, folder, rules, pace) {
  const file = readFileSync(`${folder}/growth-${rules}.json`);
  const load = time(
    pace,
    () => file,
    (bytes) => module.Flow.load(bytes),
    (flow) => flow.free(),
  );
  const visit = module.Flow.load(file).halfway();
  const event = (step) => {
    const samples = time(
      pace,
      () => visit.copy(EVENTS),
      () => {
        for (let i = 0; i < EVENTS; i++) visit[step]();
      },
    );
    return summary(samples.map((sample) => sample / EVENTS));
  };
  const figures = { rules, load_ns: summary(load), answer_ns: event("answer"), signal_ns: event("notice") };
  visit.free();
  return figures;
}
