// A target as one module, src/ and all, with Istanbul's counters in it; and the words that stand in it.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { createInstrumenter } from "istanbul-lib-instrument";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = fileURLToPath(new URL("../../..", import.meta.url));
// Within the project, so that what is not bundled (TypeScript's parser) is found from there.
const folder = `${root}coverage/fuzz`;
mkdirSync(folder, { recursive: true });

/** @satisfies {import("esbuild").BuildOptions} */
const options = /** @type {const} */ ({
  bundle: true,
  write: false,
  format: "esm",
  platform: "node",
  target: "node20",
  logLevel: "error",
});
const external = ["typescript"];

/**
 * Bundles one file.
 *
 * @param {import("esbuild").BuildOptions} more
 */
async function bundled(more) {
  const { outputFiles } = await build({ ...options, external, ...more });
  const [file] = outputFiles ?? [];
  if (file === undefined) throw new Error("esbuild: expected one file");
  return file;
}

/** A runtime without Buffer and node:crypto, for src/ alone: what the invariants ask of Node they find by its own name. */
const portable = {
  define: { globalThis: "portableRuntime" },
  banner: { js: "const portableRuntime = { crypto: globalThis.crypto, atob, btoa, TextEncoder, TextDecoder };" },
};

/**
 * @param {{ target: string, portable?: boolean }} session
 * @param {{ file: string, from: string, to: string }} [fault] a planted fault: a change of the source
 */
export async function buildTarget(
  { target, portable: isPortable = false },
  fault,
  name = `${target}${isPortable ? "-portable" : ""}`,
) {
  const { text } = await bundled({
    ...(isPortable && portable),
    entryPoints: [`${here}targets/${target}.ts`],
    plugins: fault === undefined ? [] : [plant(fault)],
  });
  const bundle = `${folder}/${name}.mjs`;
  const instrumenter = createInstrumenter({
    esModules: true,
    compact: true,
    coverageGlobalScopeFunc: false,
    coverageGlobalScope: "globalThis",
  });
  writeFileSync(bundle, instrumenter.instrumentSync(text, bundle));
  return { bundle, words: wordsIn(text) };
}

export async function buildSession() {
  const file = `${folder}/session.mjs`;
  const { contents } = await bundled({ entryPoints: [`${here}engine/session.ts`] });
  writeFileSync(file, contents);
  return file;
}

/** Texts that the code compares with are what inputs have to hold to get further. */
function wordsIn(text) {
  const words = [...text.matchAll(/"((?:[^"\\\p{Cc}]|\\["\\nrt]){1,24})"/gu)].map(([quoted]) => JSON.parse(quoted));
  return [...new Set(words)].slice(0, 1000);
}

/** @returns {import("esbuild").Plugin} */
function plant({ file, from, to }) {
  const path = `${root}${file}`;
  const source = readFileSync(path, "utf8");
  if (source.split(from).length !== 2) throw new Error(`${file}: ${JSON.stringify(from)} is not there once`);
  return {
    name: "plant",
    setup: ({ onLoad }) => {
      onLoad({ filter: /\.ts$/ }, (args) =>
        args.path === path ? { contents: source.replace(from, () => to), loader: "ts" } : undefined,
      );
    },
  };
}
