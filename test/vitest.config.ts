import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  root: fileURLToPath(new URL("..", import.meta.url)),
  test: {
    include: ["test/**/*.test.ts"],
    // These need servers and packages of their own: `npm run test:services`, `npm run test:site`, `npm run test:long-run`.
    exclude: ["test/system/services/**", "test/system/site/**", "test/tools/long-run/**", "**/node_modules/**"],
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
