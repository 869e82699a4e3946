import { defineConfig } from "tsup";

export default defineConfig({
  entry: { index: "src/index.ts" },
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
  // tsup's declaration builder still sets an option that TypeScript 6 calls deprecated.
  dts: { compilerOptions: { ignoreDeprecations: "6.0" } },
});
