// The same few lines as three bundlers make them for a browser: minified, and readable with the dead code gone all the same.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import type { EncodedSourceMap } from "@jridgewell/trace-mapping";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import esbuild from "esbuild";
import { rollup, type RollupLog } from "rollup";
import { minify, type MinifyOptions } from "terser";
import webpack, { type Stats } from "webpack";

/** What a bundler made. The map leads to the package's own sources; of nothing there is none. */
export interface Bundle {
  readonly code: string;
  readonly map: EncodedSourceMap | null;
}

interface Given {
  readonly folder: string;
  readonly entry: string;
  readonly minified: boolean;
}

const bundlers = { esbuild: withEsbuild, "Rollup + terser": withRollup, webpack: withWebpack };
export type Bundler = keyof typeof bundlers;
/** All of them; an object's keys have no type of their own. */
export const makers = Object.keys(bundlers) as readonly Bundler[];

export const gzipped = (code: string): number => gzipSync(code, { level: 9 }).length;

/** What only removes code, so that the rest can be read: names stay, and nothing is put together. */
const readable: MinifyOptions = {
  mangle: false,
  compress: { inline: false, reduce_vars: false, collapse_vars: false, sequences: false },
  format: { beautify: true },
};

/** Bundles `text` as a module of the project. */
export async function bundle(
  bundler: Bundler,
  input: { readonly project: string; readonly name: string; readonly text: string; readonly minified: boolean },
): Promise<Bundle> {
  const folder = join(input.project, input.name);
  mkdirSync(folder, { recursive: true });
  const entry = join(folder, "entry.mjs");
  writeFileSync(entry, input.text);
  return bundlers[bundler]({ folder, entry, minified: input.minified });
}

async function withEsbuild({ folder, entry, minified }: Given): Promise<Bundle> {
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
  const textOf = (ending: RegExp): string => outputFiles.find(({ path }) => ending.test(path))!.text;
  return { code: textOf(/\.js$/), map: parseMap(textOf(/\.map$/)) };
}

async function withRollup({ entry, minified }: Given): Promise<Bundle> {
  const made = await rollup({ input: entry, plugins: [nodeResolve({ browser: true }), packageMaps], onwarn: fail });
  const {
    output: [{ code, map }],
  } = await made.generate({ format: "es", sourcemap: true });
  await made.close();
  const bundled = { code, map: map === null ? null : parseMap(map.toString()) };
  return minified ? shrink(bundled, { ecma: 2022 }) : bundled;
}

async function shrink({ code, map }: Bundle, options: MinifyOptions): Promise<Bundle> {
  const sourceMap = map === null ? {} : { content: JSON.stringify(map) };
  const shrunk = await minify(code, { module: true, ...options, sourceMap });
  return { code: shrunk.code ?? "", map: typeof shrunk.map === "string" ? parseMap(shrunk.map) : null };
}

/** Rollup does not read the maps of what it bundles by itself. */
const packageMaps = {
  name: "package-maps",
  load: (id: string) =>
    /node_modules.*\.m?js$/.test(id) ? { code: readFileSync(id, "utf8"), map: mapBeside(id) } : null,
};

/** The map beside a file, if there is one. webpack writes none for an empty file. */
function mapBeside(path: string): string | null {
  try {
    return readFileSync(`${path}.map`, "utf8");
  } catch {
    return null;
  }
}

function parseMap(text: string): EncodedSourceMap {
  return JSON.parse(text) as EncodedSourceMap;
}

function fail({ code, message }: RollupLog): void {
  if (code !== "EMPTY_BUNDLE") throw new Error(message);
}

async function withWebpack({ folder, entry, minified }: Given): Promise<Bundle> {
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
  const stats = await new Promise<Stats>((resolve, reject) => {
    compiler.run((error: Error | null, result?: Stats) => {
      if (result === undefined) reject(error ?? new Error("webpack: no result"));
      else resolve(result);
    });
  });
  await new Promise((resolve) => {
    compiler.close(resolve);
  });
  if (stats.hasErrors() || stats.hasWarnings()) throw new Error(stats.toString("errors-warnings"));
  const path = join(folder, "webpack/out.js");
  const map = mapBeside(path);
  const bundled = { code: readFileSync(path, "utf8"), map: map === null ? null : parseMap(map) };
  // webpack leaves unused functions of a module that is used to the minifier.
  return minified ? bundled : shrink(bundled, readable);
}
