import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// Real servers, started and killed by the tests: each file has its own, so the files may run side by side.
export default defineConfig({
  root: fileURLToPath(new URL("../..", import.meta.url)),
  test: {
    include: ["test/services/**/*.test.ts"],
    globalSetup: "test/structure/build-dist.ts",
    maxWorkers: "100%",
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ["default", "./test/structure/report-skipped.ts"],
    server: { deps: { external: [/\/dist\//] } },
  },
});
