import { defineConfig, type Options } from "tsup";

const library: Options = {
  entry: {
    index: "src/index.ts",
    express: "src/http/adapters/express.ts",
    fastify: "src/http/adapters/fastify.ts",
    hono: "src/http/adapters/hono.ts",
    sessions: "src/sessions/index.ts",
  },
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
