// The scripts of dist/ and of the npm package, from www/embed and the glue that wasm-bindgen wrote.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { DefinePlugin } = require("webpack");

const target = "es2022";
const embed = (file) => path.resolve(__dirname, "www/embed", file);
const glue = (file) => path.resolve(__dirname, "target/glue", file);
const bundle = (folder) => path.resolve(__dirname, "target/bundle", folder);

/** The languages of the widget's own words. */
const languages = fs.readdirSync(embed("strings")).map((file) => path.basename(file, ".json"));

/** Names that the scripts of one widget share and nothing else has (inside.ts), short in what a page fetches. */
const inside = "abandon,fail,landing,listen,loading,notice,rest,setting,subscribe,talk".split(",");
const short = {
  mangleProps: new RegExp(`^(${inside.join("|")})$`),
  mangleCache: Object.fromEntries(inside.map((name, i) => [name, String.fromCharCode(97 + i)])),
};

const shared = {
  mode: "production",
  target: ["web", target],
  devtool: false,
  // A page gets each file by its plain name; nothing is split off, hashed or preloaded.
  optimization: { splitChunks: false, runtimeChunk: false },
  performance: false,
  plugins: [new DefinePlugin({ LANGUAGES: JSON.stringify(languages) })],
  resolve: {
    extensions: [".ts", ".js"],
    // TypeScript's own spelling of relative imports names the output.
    extensionAlias: { ".js": [".ts", ".js"] },
    alias: {
      "prequal-face-glue$": glue("face/prequal.js"),
      "prequal-engine-glue$": glue("engine/prequal.js"),
      "prequal-tools-glue$": glue("tools/prequal_tools.js"),
    },
  },
  module: {
    // A name that is imported and not there is a mistake, not a warning.
    strictExportPresence: true,
    rules: [
      { test: /\.ts$/, loader: "esbuild-loader", options: { target, tsconfig: path.resolve(__dirname, "tsconfig.json"), ...short } },
      // Styles arrive as one minified string, for a constructed sheet.
      {
        test: /\.css$/,
        type: "asset/source",
        use: [{ loader: "esbuild-loader", options: { loader: "css", minify: true, target } }],
      },
      // The host passes the module's address: the glue must not make webpack emit a second wasm.
      { test: /\.js$/, include: glue(""), parser: { url: false } },
    ],
  },
};

/** Classic scripts: run wherever a <script> tag can stand. */
const classic = {
  ...shared,
  name: "loader",
  entry: { prequal: embed("loader.ts"), "prequal-gate": embed("gate.ts") },
  output: { path: bundle("dist"), filename: "[name].js", iife: true },
};

/** ES modules, which the page imports natively. */
const modules = (name, folder, filename, entry) => ({
  ...shared,
  name,
  entry,
  experiments: { outputModule: true },
  output: { path: bundle(folder), filename, module: true, library: { type: "module" }, chunkFormat: "module" },
});

module.exports = [
  classic,
  modules("widget", "dist", "[name].js", {
    "prequal-widget": embed("widget.ts"),
    "prequal-engine": embed("engine.ts"),
    "prequal-page": embed("page/main.ts"),
    "prequal-forms": embed("forms/main.ts"),
    "prequal-signals": embed("signals/main.ts"),
    "prequal-kept": embed("signals/kept.ts"),
    "prequal-tools": "prequal-tools-glue",
  }),
  {
    ...modules("npm", "pkg", "[name].mjs", { prequal: embed("npm.ts") }),
    // On a server there is no element and no address; importing the package there does nothing.
    plugins: [
      ...shared.plugins,
      new DefinePlugin({ HTMLElement: "(globalThis.HTMLElement ?? class {})", "location.href": "globalThis.location?.href" }),
    ],
    // Another bundler makes it small, and must see the remarks by which it leaves the files alone that a page
    // fetches by their names.
    optimization: { ...shared.optimization, minimize: false },
  },
];
