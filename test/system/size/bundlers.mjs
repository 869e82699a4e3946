// The same few lines as three bundlers make them for a browser: minified, and readable with the dead code gone all the same.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import esbuild from "esbuild";
import { rollup } from "rollup";
import { minify } from "terser";
import webpack from "webpack";

export const bundlers = { esbuild: withEsbuild, "Rollup + terser": withRollup, webpack: withWebpack };

export const gzipped = (code) => gzipSync(code, { level: 9 }).length;

/** What only removes code, so that the rest can be read: names stay, and nothing is put together. */
const readable = {
  mangle: false,
  compress: { inline: false, reduce_vars: false, collapse_vars: false, sequences: false },
  format: { beautify: true },
};

/**
 * Bundles `text` as a module of the project.
 * @param {{ project: string, name: string, text: string, minified: boolean }} input
 * @returns {Promise<{ code: string, map: object }>} the map leads to the package's own sources
 */
export async function bundle(bundler, input) {
  const folder = join(input.project, input.name);
  mkdirSync(folder, { recursive: true });
  const entry = join(folder, "entry.mjs");
  writeFileSync(entry, input.text);
  return bundlers[bundler]({ folder, entry, minified: input.minified });
}

async function withEsbuild({ folder, entry, minified }) {
  const { outputFiles } = await esbuild.build({
    entryPoints: [entry],
    outfile: join(folder, "out.js"),
    write: false,
    bundle: true,
    minify: minified,
    format: "esm",
    platform: "browser",
    target: "es2022",
    sourcemap: "external",
    legalComments: "none",
    logLevel: "error",
  });
  const [map, code] = [/\.map$/, /\.js$/].map((ending) => outputFiles.find(({ path }) => ending.test(path)).text);
  return { code, map: JSON.parse(map) };
}

async function withRollup({ entry, minified }) {
  const bundle = await rollup({ input: entry, plugins: [nodeResolve({ browser: true }), packageMaps], onwarn: fail });
  const {
    output: [{ code, map }],
  } = await bundle.generate({ format: "es", sourcemap: true });
  await bundle.close();
  return minified ? shrink(code, map, { ecma: 2022 }) : { code, map };
}

async function shrink(code, map, options) {
  const shrunk = await minify(code, { module: true, ...options, sourceMap: { content: map, asObject: true } });
  return { code: shrunk.code, map: shrunk.map };
}

/** Rollup does not read the maps of what it bundles by itself. */
const packageMaps = {
  name: "package-maps",
  load: (id) => (/node_modules.*\.m?js$/.test(id) ? { code: readFileSync(id, "utf8"), map: mapOf(id) } : null),
};

/** The map beside a file, if there is one. webpack writes none for an empty file. */
function mapOf(path) {
  try {
    return JSON.parse(readFileSync(`${path}.map`, "utf8"));
  } catch {
    return null;
  }
}

function fail({ code, message }) {
  if (code !== "EMPTY_BUNDLE") throw new Error(message);
}

async function withWebpack({ folder, entry, minified }) {
  const compiler = webpack({
    mode: "production",
    target: ["web", "es2022"],
    entry,
    context: folder,
    devtool: "hidden-source-map",
    output: { path: join(folder, "webpack"), filename: "out.js", module: true, library: { type: "module" } },
    experiments: { outputModule: true },
    module: { rules: [{ test: /node_modules/, loader: fileURLToPath(new URL("map-loader.cjs", import.meta.url)) }] },
    optimization: minified ? {} : { minimize: false },
    performance: { hints: false },
  });
  const stats = await new Promise((resolve, reject) => {
    compiler.run((error, result) => {
      if (error) reject(error);
      else resolve(result);
    });
  });
  await new Promise((resolve) => {
    compiler.close(resolve);
  });
  if (stats.hasErrors() || stats.hasWarnings()) throw new Error(stats.toString("errors-warnings"));
  const path = join(folder, "webpack/out.js");
  const [code, map] = [readFileSync(path, "utf8"), mapOf(path)];
  // webpack leaves unused functions of a module that is used to the minifier.
  return minified ? { code, map } : shrink(code, map, readable);
}
