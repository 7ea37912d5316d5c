// Whether a server that draws pages can import the package: there is no element there, and nothing happens.
import assert from "node:assert/strict";
import { ChatElement, register } from "prequal";

assert.equal(typeof globalThis.HTMLElement, "undefined", "a stand-in stays within the package");
assert.equal(typeof ChatElement, "function");
assert.equal(register("/prequal/", { flow: "/prequal.json" }), undefined);
