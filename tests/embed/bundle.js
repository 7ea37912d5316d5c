// Builds an app as its author would: a bundler, the framework, and the package by its name.

import { build } from "esbuild";
import { compileScript, parse } from "vue/compiler-sfc";

const here = new URL(".", import.meta.url).pathname;

/** One classic script of `entry`, which imports `files` by their names. */
export async function bundle(files, entry) {
  const recipe = {
    name: "recipe",
    setup(build) {
      build.onResolve({ filter: /^\.\// }, ({ path, importer, resolveDir }) =>
        importer === "<stdin>" || importer.startsWith("recipe:") ? { path: path.slice(2), namespace: "recipe" } : { path: new URL(path, `file://${resolveDir}/`).pathname },
      );
      build.onLoad({ filter: /.*/, namespace: "recipe" }, ({ path }) => ({
        contents: path.endsWith(".vue") ? compiled(path, files[path]) : files[path],
        loader: path.endsWith(".jsx") ? "jsx" : "js",
        resolveDir: here,
      }));
    },
  };
  const { outputFiles } = await build({
    stdin: { contents: entry, resolveDir: here },
    bundle: true,
    write: false,
    format: "iife",
    jsx: "automatic",
    define: {
      "process.env.NODE_ENV": '"production"',
      __VUE_OPTIONS_API__: "true",
      __VUE_PROD_DEVTOOLS__: "false",
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false",
    },
    plugins: [recipe],
    logLevel: "warning",
  });
  return outputFiles[0].text;
}

/** A component as the compiler of Vue makes it, which the Vite plugin calls too. */
function compiled(filename, source) {
  const { descriptor } = parse(source, { filename });
  const isCustomElement = (tag) => tag === "prequal-chat";
  const options = { id: filename, inlineTemplate: true, templateOptions: { compilerOptions: { isCustomElement } } };
  return compileScript(descriptor, options).content;
}
