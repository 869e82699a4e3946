import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { defineConfig, type Options } from "tsup";
import { sources } from "./entries.mjs";

/** The package itself is the file index. */
const entry = Object.fromEntries([...sources].map(([name, file]) => [name || "index", file]));

const library: Options = {
  entry,
  format: ["esm", "cjs"],
  target: "es2022",
  // Without it each CommonJS entry would hold its own copy of every class.
  splitting: true,
  // CommonJS is then written by Rollup as it stands. Left out, tsup's own conversion rewrites `?.`, `??` and
  // class fields into slow ES2019.
  treeshake: true,
  // Minifying strips the purity marks that let an application's bundler drop what it does not use.
  minify: false,
  // Deno and the edge know node: modules by their full name only.
  removeNodeProtocol: false,
  // The maps hold the sources, so the package need not.
  sourcemap: true,
  clean: true,
  // jsonwebtoken's module is one plain object: what `require` gives is what `import` gives, and tests replace its functions.
  onSuccess: () => {
    const file = new URL("dist/jsonwebtoken.cjs", import.meta.url);
    const plain =
      'module.exports = exports.default;\nObject.defineProperty(module.exports, "default", { value: module.exports, writable: true });\n';
    // Builds of ES modules alone, in another folder, have none, and leave one that is there as it is.
    const made = existsSync(file) ? readFileSync(file, "utf8") : plain;
    if (!made.includes(plain)) writeFileSync(file, made.replace(/(?=\n\/\/# sourceMappingURL=)/, `\n${plain}`));
    return Promise.resolve();
  },
  // tsup's declaration builder still sets an option that TypeScript 6 calls deprecated.
  dts: { compilerOptions: { ignoreDeprecations: "6.0" } },
};

/** The command line, for Node.js. It imports the library that is beside it, as any user does, and holds no copy of it. */
const commandLine: Options = {
  entry: { cli: "src/cli/main.ts" },
  format: "esm",
  target: "es2022",
  treeshake: true,
  removeNodeProtocol: false,
  sourcemap: true,
  esbuildPlugins: [
    {
      name: "library",
      setup: (build) => {
        build.onResolve({ filter: /^\.[./]*\/index\.ts$/ }, () => ({ path: "./index.js", external: true }));
      },
    },
  ],
};

export default defineConfig([library, commandLine]);
