import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  root: fileURLToPath(new URL("../../..", import.meta.url)),
  test: {
    include: ["test/tools/long-run/*.test.ts"],
    globalSetup: "test/tools/vitest/build-dist.ts",
    testTimeout: (Number(process.env.LONG_RUN_SECONDS) + 120) * 1000,
    maxConcurrency: 3,
  },
});
