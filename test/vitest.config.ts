import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** What takes most of the time: other libraries, random input, the documentation's examples, simulated years, processes. */
const long = [
  "test/spec/{differential,hostile,interop,properties,structure}/**",
  "test/system/**",
  "test/unit/{cli/{examples,interop,process},encoding/base64url,jwks/remote-servers,keys/remote-signer,ring/clocks}.test.ts",
];

/** A bare `npm test`. Whoever names a file or asks for coverage, as CI does, gets everything that is asked for. */
const bare = process.argv.slice(2).join(" ") === "run --config test/vitest.config.ts";
if (bare) console.log(`Left to \`npm run test:all\`: ${long.join(", ")}`);

export default defineConfig({
  root: fileURLToPath(new URL("..", import.meta.url)),
  test: {
    include: ["test/**/*.test.ts"],
    exclude: [
      // These need servers, programs and packages of their own: `npm run test:services`, `npm run test:packaging` and so on.
      "test/system/guides/guides.test.ts",
      "test/system/guides/drop-in/**",
      "test/system/packaging/**",
      "test/system/services/**",
      "test/system/size/**",
      "test/system/site/**",
      "test/system/playground/in-browsers/**",
      "test/tools/long-run/**",
      "**/node_modules/**",
      ...(bare ? long : []),
    ],
    // Every core: left alone, it keeps one for itself, which of two is half.
    maxWorkers: "100%",
    globalSetup: "test/tools/vitest/build-dist.ts",
    reporters: ["default", "./test/tools/vitest/report-skipped.ts"],
    // What users get is run as they get it, not as the test runner would transform it.
    server: { deps: { external: [/\/dist\//] } },
    coverage: {
      provider: "v8",
      include: ["src/**/*.ts"],
      reporter: ["text", "lcov"],
      thresholds: { lines: 98, branches: 98, functions: 98, statements: 98 },
    },
  },
});
