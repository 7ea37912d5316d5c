// The site that all contenders stand on: pages by contender and embedding, files of npm packages and
// of dist/, compressed once with brotli as a CDN has them.

import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";

const TYPES = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".json": "application/json",
  ".wasm": "application/wasm",
};
const here = (path) => new URL(`../${path}`, import.meta.url);
const read = (path) => readFileSync(here(path), "utf8");

/** Serves `root`'s dist/ and a flow; tells its address. */
export async function serve(root, flow) {
  const kept = new Map();
  const files = (path) => {
    if (!kept.has(path)) kept.set(path, load(path));
    return kept.get(path);
  };
  const load = (path) => {
    const [, first, ...rest] = path.split("/");
    if (path === "/prequal.json") return packed(".json", flow);
    if (first === "pages") return packed(".html", page(rest.join("/"), JSON.parse(flow)));
    const file = first === "npm" ? here(`node_modules/${rest.join("/")}`) : `${root}/dist/${rest.join("/")}`;
    const known = (first === "npm" || first === "prequal") && !path.includes("..") && existsSync(file);
    return known ? packed(extname(path), readFileSync(file)) : undefined;
  };
  const server = createServer((request, response) => {
    const found = files(new URL(request.url, "http://site").pathname);
    if (!found) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": found.type, "content-encoding": "br", "cache-control": "no-cache" });
    response.end(found.body);
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  /** Compresses a page and all that it names, so that no visit waits for that. */
  const prepare = (address) => {
    const text = page(address.replace("/pages/", ""), JSON.parse(flow));
    files(address);
    for (const [, file] of text.matchAll(/"([\w./-]+\.(?:js|css))"/g)) files(file.startsWith("/") ? file : `/npm/${file}`);
    for (const name of ["face.wasm", "widget.js", "engine.js", "engine.wasm"]) files(`/prequal/prequal-${name}`);
    files("/prequal.json");
  };
  return { origin: `http://127.0.0.1:${server.address().port}`, prepare, close: () => server.close() };
}

function packed(extension, bytes) {
  const body = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  return { type: TYPES[extension] ?? "application/octet-stream", body };
}

/** The question that all show: what the flow's first step asks, and its options. */
export function firstQuestion({ fields, conversation }) {
  const step = conversation.steps.find(({ ask }) => ask);
  const { options } = fields.find(({ id }) => id === step.ask);
  return { question: step.say.at(-1), options };
}

/** `CONTENDER/load.html` or `click.html` within the page, with the flow's first question. */
function page(name, flow) {
  const { question, options } = firstQuestion(flow);
  const survey = {
    elements: [
      {
        type: "radiogroup",
        name: "industry",
        title: question,
        choices: options.map(({ id, label }) => ({ value: id, text: label })),
      },
    ],
  };
  const button = ({ label }) => `<button class="deep-chat-button deep-chat-suggestion-button">${escaped(label)}</button>`;
  const html = `${escaped(question)}<div class="deep-chat-temporary-message">${options.map(button).join("")}</div>`;
  const embed = read(`pages/${name}`)
    .replace(/\{\{#options\}\}(.*?)\{\{\/options\}\}/gs, (_, part) =>
      options.map(({ id, label }) => part.replace("{{label}}", escaped(label)).replace("{{id}}", id)).join(""),
    )
    .replaceAll("{{question}}", () => escaped(question))
    .replaceAll("{{survey}}", () => JSON.stringify(survey))
    .replaceAll("{{intro}}", () => escaped(JSON.stringify({ html })))
    .replaceAll("{{bring}}", () => read("pages/bring.js"));
  return read("pages/page.html").replace("<!-- embed -->", () => embed);
}

function escaped(text) {
  return text.replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
}
