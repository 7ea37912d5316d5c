// The other engines, each in the fastest form that its package offers.

import { readFileSync } from "node:fs";

import initDatalogic, { CompiledRule } from "@goplasmatic/datalogic/web";
import initZen, { Variable } from "@gorules/zen-engine-wasm";
import { LogicEngine } from "json-logic-engine";
import jsonLogic from "json-logic-js";

import { zen } from "./zen.js";

const packages = new URL("../node_modules/", import.meta.url);
const version = (name) => JSON.parse(readFileSync(new URL(`${name}/package.json`, packages), "utf8")).version;
const module = (path) => ({ module_or_path: readFileSync(new URL(path, packages)) });

/**
 * Contenders: what each is called, and the function that gives a lead's value: the sum of the weights
 * of the conditions that hold.
 */
export async function peers({ conditions, weights }) {
  // The package's own entry for Node does not load as a module; its web build does.
  await initDatalogic(module("@goplasmatic/datalogic/web/datalogic_wasm_bg.wasm"));
  await initZen(module("@gorules/zen-engine-wasm/dist/zen_engine_wasm_bg.wasm"));

  const list = (results) => (lead) => {
    const found = results(lead);
    let value = 0;
    for (let i = 0; i < weights.length; i++) if (found[i] === true) value += weights[i];
    return value;
  };
  const compiler = new LogicEngine();
  const compiled = conditions.map((condition) => compiler.build(condition));
  const interpreter = new LogicEngine();
  // One rule that is the list of all: the lead crosses once, as text.
  const rule = new CompiledRule(JSON.stringify(conditions), false);
  const expression = zen(conditions);

  // Each has a loop of its own: in a shared one the JIT would inline nobody's calls.
  return [
    {
      package: "json-logic-js",
      role: "reference",
      value: (lead) => {
        let value = 0;
        for (let i = 0; i < conditions.length; i++) {
          if (jsonLogic.apply(conditions[i], lead) === true) value += weights[i];
        }
        return value;
      },
    },
    {
      package: "json-logic-engine",
      form: "compiled",
      value: (lead) => {
        let value = 0;
        for (let i = 0; i < compiled.length; i++) if (compiled[i](lead) === true) value += weights[i];
        return value;
      },
    },
    {
      package: "json-logic-engine",
      form: "interpreted",
      value: (lead) => {
        let value = 0;
        for (let i = 0; i < conditions.length; i++) {
          if (interpreter.run(conditions[i], lead) === true) value += weights[i];
        }
        return value;
      },
    },
    { package: "@goplasmatic/datalogic", value: list((lead) => JSON.parse(rule.evaluate(JSON.stringify(lead)))) },
    {
      package: "@gorules/zen-engine-wasm",
      value: list((lead) => {
        const variable = new Variable(lead);
        const results = variable.evaluateExpression(expression);
        variable.free();
        return results;
      }),
    },
  ].map(({ package: name, role = "peer", form, value }) => ({ name, version: version(name), form, role, value }));
}
