// Whether the package's custom-elements.json is what its schema asks for, and tells of the whole element.
import { readFileSync } from "node:fs";
import Ajv from "ajv";

const read = (path) => JSON.parse(readFileSync(new URL(`node_modules/${path}`, import.meta.url), "utf8"));
const manifest = read("prequal/custom-elements.json");
const { $schema: _, ...schema } = read("custom-elements-manifest/schema.json");
const valid = new Ajv({ strict: false, allErrors: true }).compile(schema);
if (!valid(manifest)) throw new Error(JSON.stringify(valid.errors, null, 2));

const [element] = manifest.modules[0].declarations;
const attributes = element.attributes.map(({ name }) => name);
const written = JSON.parse(readFileSync(new URL("../../www/embed/attributes.json", import.meta.url), "utf8"));
const missing = written.filter(({ name }) => !attributes.includes(name));
if (missing.length) throw new Error(`not in the manifest: ${missing.map(({ name }) => name)}`);
for (const method of ["open", "close", "toggle"]) {
  if (!element.members.some(({ name }) => name === method)) throw new Error(`not in the manifest: ${method}()`);
}
console.log(`${attributes.length} attributes, ${element.events.length} events, ${element.members.length} methods`);
