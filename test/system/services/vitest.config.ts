import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// Real servers, started and killed by the tests: each file has its own, so the files may run side by side.
export default defineConfig({
  root: fileURLToPath(new URL("../../..", import.meta.url)),
  test: {
    include: ["test/system/services/**/*.test.ts"],
    globalSetup: "test/tools/vitest/build-dist.ts",
    // More files than cores: many wait for a key to grow old, or for a server to come back.
    maxWorkers: Math.ceil(availableParallelism() * 1.5),
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ["default", "./test/tools/vitest/report-skipped.ts"],
    server: { deps: { external: [/\/dist\//] } },
  },
});
