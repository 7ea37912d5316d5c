// node main.js FOLDER PACE MODULE…: measures the peers and our modules on what stands in FOLDER,
// and writes the figures to FOLDER/node.json. `cargo xtask bench scoring` starts it.

import { readFileSync, writeFileSync } from "node:fs";

import { growth } from "./growth.js";
import { PACES, interleaved, summary } from "./measure.js";
import { ours, start } from "./ours.js";
import { peers } from "./peers.js";

const [folder, paceName, ...names] = process.argv.slice(2);
const pace = PACES[paceName];
const workload = JSON.parse(readFileSync(`${folder}/workload.json`, "utf8"));
const flow = readFileSync(`${folder}/flow.json`);
const { leads, values } = workload;

const modules = [];
for (const name of names) modules.push({ name, module: await start(folder, name) });

console.log("starting the engines");
const contenders = await peers(workload);
for (const { name, module } of modules) contenders.push(...ours(module, name, flow, leads));

for (const contender of contenders) contender.fault = fault(contender);
const sound = contenders.filter((contender) => !contender.fault);
console.log(`${sound.length} contenders take turns`);
const samples = interleaved(sound.map(pass), leads.length, pace);
const reference = samples[sound.findIndex(({ role }) => role === "reference")];
sound.forEach((contender, place) => {
  contender.ns = summary(samples[place]);
  // Of the same round: what slows the machine down for a while slows both down.
  contender.ratio = reference && summary(samples[place].map((ns, round) => reference[round] / ns));
});

const grown = [];
for (const rules of workload.growth) {
  console.log(`a flow of ${rules} rules`);
  // The first module alone, the one that visitors get.
  grown.push(growth(modules[0].module, folder, rules, pace));
}

const told = contenders.map(({ value, ...contender }) => contender);
const result = { node: process.version, checksum: workload.checksum, contenders: told, growth: grown };
writeFileSync(`${folder}/node.json`, JSON.stringify(result));

/** The first lead for which a contender gives another value than native code did. */
function fault({ value }) {
  try {
    const place = leads.findIndex((lead, place) => value(lead, place) !== values[place]);
    return place < 0 ? undefined : `lead ${place} gives ${value(leads[place], place)}, not ${values[place]}`;
  } catch (error) {
    return String(error);
  }
}

/** One pass over all leads, which fails when anything has changed. */
function pass({ name, value }) {
  return () => {
    let sum = 0;
    for (let place = 0; place < leads.length; place++) {
      sum = (Math.imul(sum, 31) + value(leads[place], place)) >>> 0;
    }
    if (sum !== workload.checksum) throw new Error(`${name}: checksum ${sum}, not ${workload.checksum}`);
  };
}
