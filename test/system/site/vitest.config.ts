import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  root: fileURLToPath(new URL("../../..", import.meta.url)),
  test: {
    include: ["test/system/site/*.test.{ts,mjs}"],
    globalSetup: ["test/tools/vitest/build-dist.ts", "test/system/site/build-site.mjs"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
});
