import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  root: fileURLToPath(new URL("../../..", import.meta.url)),
  test: {
    include: ["test/system/playground/in-browsers/*.test.ts"],
    globalSetup: "test/tools/vitest/build-dist.ts",
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Beside another browser, a page would take longer to answer than it may.
    fileParallelism: false,
    reporters: ["default", "./test/tools/vitest/report-skipped.ts"],
    // Its function goes to the page as it stands.
    server: { deps: { external: [/\/attempts\.mjs$/] } },
  },
});
