// The page's site, as strict as a careful company's, and another one that has the widget's files.

import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname } from "node:path";

const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".json": "application/json", ".wasm": "application/wasm" };

/** `page.put(body)` gives the address of a page with it, `page.file(text)` that of a script. */
export async function sites(root) {
  const cdn = await listen((path) => {
    // All files in one folder, for every page to read.
    const found = path.startsWith("/prequal/") ? widget(root, path.slice("/prequal/".length)) : undefined;
    return found && { ...found, headers: { "access-control-allow-origin": "*" } };
  });
  const made = new Map();
  const make = (extension, text, headers = {}) => {
    const path = `/made/${made.size}${extension}`;
    made.set(path, { type: TYPES[extension], body: text, headers });
    return path;
  };
  const site = await listen((path) => {
    if (made.has(path)) return made.get(path);
    if (path === "/prequal.json") return widget(root, "prequal.json");
    if (path.startsWith("/prequal/")) return widget(root, path.slice("/prequal/".length));
    const uploads = "/wp-content/uploads/prequal/";
    if (!path.startsWith(uploads)) return undefined;
    // A server that does not know the type of modules.
    const found = widget(root, path.slice(uploads.length));
    return found && { ...found, type: path.endsWith(".wasm") ? "application/octet-stream" : found.type };
  });
  const policy = `default-src 'none'; script-src 'self' ${cdn.origin} 'wasm-unsafe-eval'; connect-src 'self' ${cdn.origin}; form-action 'self'; img-src data:; require-trusted-types-for 'script'; trusted-types 'none'`;
  const page = {
    put: (body, strict) => {
      const html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>A page</title><link rel="icon" href="data:,"><h1>A page</h1>${body}</html>`;
      return site.origin + make(".html", html, strict ? { "content-security-policy": policy } : {});
    },
    file: (text) => make(".js", text),
    close: () => [site, cdn].forEach(({ server }) => server.close()),
  };
  return { page, cdn: cdn.origin };
}

/** A file of dist/, or the demo's flow. */
function widget(root, name) {
  const file = new URL(name === "prequal.json" ? "www/demo/prequal.json" : `dist/${name}`, root);
  return name.includes("..") || !existsSync(file) ? undefined : { type: TYPES[extname(name)], body: readFileSync(file) };
}

async function listen(find) {
  const server = createServer((request, response) => {
    const found = find(new URL(request.url, "http://site").pathname);
    if (!found) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": found.type, ...found.headers }).end(found.body);
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return { server, origin: `http://127.0.0.1:${server.address().port}` };
}
