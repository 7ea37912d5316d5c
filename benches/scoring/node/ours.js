// Prequal's engine, as the modules that `cargo xtask` compiled.

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

/** `FOLDER/NAME.mjs` and `.wasm`, started. */
export async function start(folder, name) {
  const glue = await import(pathToFileURL(`${folder}/${name}.mjs`));
  await glue.default({ module_or_path: readFileSync(`${folder}/${name}.wasm`) });
  return glue;
}

/** Contenders of one module: with a lead as peers get it, and with leads that are inside already. */
export function ours(module, name, flow, leads) {
  const engine = module.Leads.load(flow);
  if (!engine) throw new Error(`${name}: the flow does not load`);
  const pack = packer(JSON.parse(flow), engine, module.heap());
  for (const lead of leads) {
    pack(lead);
    engine.keep();
  }
  const value = (lead) => {
    pack(lead);
    return engine.total();
  };
  return [
    { name, role: "ours", value },
    { name, role: "inside", value: (_lead, place) => engine.total_kept(place) },
  ];
}

/** Writes a lead into the module's memory, a number for each field and signal. */
function packer({ fields, signals }, engine, memory) {
  const questions = fields.map(({ id, kind, options }) => ({
    id,
    kind,
    places: new Map(options?.map((option, place) => [option.id, place])),
  }));
  const start = engine.slots();
  const count = fields.length + signals.length;
  let slots = new Float64Array(memory.buffer, start, count);
  return (lead) => {
    // Memory that grew leaves the old view empty.
    if (slots.length === 0) slots = new Float64Array(memory.buffer, start, count);
    let slot = 0;
    for (const { id, kind, places } of questions) {
      const answer = lead[id];
      if (kind === "single_choice") {
        slots[slot++] = places.get(answer);
      } else if (kind === "multiple_choice") {
        let chosen = 0;
        for (const one of answer) chosen |= 1 << places.get(one);
        slots[slot++] = chosen;
      } else {
        slots[slot++] = answer;
      }
    }
    for (const { id } of signals) slots[slot++] = lead.signal[id];
  };
}
